//! Attached files on the disk: each under the hash of its content, whole or not at all.

use crate::kernel::new_id;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The largest file, in bytes.
pub(super) const LARGEST: usize = 25 << 20;

const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const ODT: &str = "application/vnd.oasis.opendocument.text";

/// Where the end record of a ZIP archive may begin, from the end of the file: its own 22 bytes and a comment.
const END_REACH: usize = 22 + 65_535;

/// What a file is, by its content; `None` when it is nothing that may be attached.
pub(super) fn media_type(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(b"%PDF-") {
        Some("application/pdf")
    } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some("image/png")
    } else if bytes.starts_with(b"\xff\xd8\xff") {
        Some("image/jpeg")
    } else if bytes.starts_with(b"PK\x03\x04") {
        office_type(bytes)
    } else {
        None
    }
}

/// What an archive is, by the names in it. One with a program of its own (macros) is refused.
fn office_type(bytes: &[u8]) -> Option<&'static str> {
    let names = names_in_archive(bytes)?;
    let has = |wanted: &str| names.contains(&wanted.as_bytes());
    if names
        .iter()
        .any(|name| name.ends_with(b"vbaProject.bin") || name.starts_with(b"Basic/"))
    {
        return None;
    }
    // An OpenDocument file begins with its type, stored as it is: header of 30 bytes, name, type.
    let odt = [b"mimetype".as_slice(), ODT.as_bytes()].concat();
    if bytes.get(30..).is_some_and(|rest| rest.starts_with(&odt)) && has("content.xml") {
        return Some(ODT);
    }
    match (
        has("[Content_Types].xml"),
        has("word/document.xml"),
        has("xl/workbook.xml"),
    ) {
        (true, true, false) => Some(DOCX),
        (true, false, true) => Some(XLSX),
        _ => None,
    }
}

fn number(bytes: &[u8], at: usize, width: usize) -> Option<usize> {
    let digits = bytes.get(at..at.checked_add(width)?)?;
    digits.iter().rev().try_fold(0_usize, |sum, digit| {
        sum.checked_mul(256)?.checked_add(usize::from(*digit))
    })
}

/// The names in the directory at the end of a ZIP archive; `None` when there is no whole directory.
fn names_in_archive(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let tail = bytes.len().saturating_sub(END_REACH);
    let end = bytes
        .get(tail..)?
        .windows(4)
        .rposition(|four| four == b"PK\x05\x06")?
        .checked_add(tail)?;
    let comment = number(bytes, end + 20, 2)?;
    if end + 22 + comment != bytes.len() {
        return None;
    }
    let (count, mut at) = (number(bytes, end + 10, 2)?, number(bytes, end + 16, 4)?);
    let mut names = Vec::new();
    for _ in 0..count {
        if bytes.get(at..)?.get(..4)? != b"PK\x01\x02" {
            return None;
        }
        let (name, extra, comment) = (
            number(bytes, at + 28, 2)?,
            number(bytes, at + 30, 2)?,
            number(bytes, at + 32, 2)?,
        );
        names.push(bytes.get(at.checked_add(46)?..)?.get(..name)?);
        at = at.checked_add(46 + name + extra + comment)?;
    }
    Some(names)
}

fn is_sha256(text: &str) -> bool {
    text.len() == 64
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'))
}

/// Where a file lies: in a folder named by the first two letters of its hash. Nothing that a person typed is in it.
/// `None` when the text is no hash.
pub fn place(dir: &Path, sha256: &str) -> Option<PathBuf> {
    let folder = sha256.get(..2).filter(|_| is_sha256(sha256))?;
    Some(dir.join(folder).join(sha256))
}

/// The hash under which a file lies, in hexadecimal.
pub(super) fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Keeps a file durably and gives its hash. A file that is there already is left alone.
pub(super) fn keep(dir: &Path, bytes: &[u8]) -> io::Result<String> {
    let sha256 = hash(bytes);
    let unplaced = || io::Error::other("a hash without a place");
    let path = place(dir, &sha256).ok_or_else(unplaced)?;
    if path.exists() {
        return Ok(sha256);
    }
    let folder = path.parent().ok_or_else(unplaced)?;
    fs::create_dir_all(folder)?;
    let draft = folder.join(format!(".{}", new_id()));
    let written = write_whole(&draft, bytes).and_then(|()| fs::rename(&draft, &path));
    if written.is_err() {
        // Nobody looks for the draft; what is left of it only takes room.
        drop(fs::remove_file(&draft));
    }
    written?;
    // The names are durable only when their folders are.
    File::open(folder)?.sync_all()?;
    File::open(dir)?.sync_all()?;
    Ok(sha256)
}

/// Removes what is left of files whose keeping was broken off, and gives how many there were: drafts that nobody has
/// touched for `idle`. A file that is just being kept is newer.
///
/// # Errors
/// When a folder cannot be read or a draft cannot be removed.
pub fn drop_drafts(dir: &Path, idle: Duration) -> io::Result<usize> {
    let mut count = 0_usize;
    if !dir.is_dir() {
        return Ok(0);
    }
    for folder in fs::read_dir(dir)? {
        let folder = folder?.path();
        if !folder.is_dir() {
            continue;
        }
        for file in fs::read_dir(folder)? {
            let file = file?;
            let is_draft = file.file_name().as_encoded_bytes().starts_with(b".");
            // A draft that got its name meanwhile is none any more; one of the future is new.
            let age = file
                .metadata()
                .and_then(|told| told.modified())
                .map(|at| at.elapsed().unwrap_or_default());
            if is_draft && age.is_ok_and(|age| age >= idle) {
                fs::remove_file(file.path())?;
                count = count.saturating_add(1);
            }
        }
    }
    Ok(count)
}

/// The folders of kept files, each with the two letters that its hashes begin with.
pub(super) fn folders(dir: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    if !dir.is_dir() {
        return Ok(Vec::new());
    }
    let mut folders = Vec::new();
    for folder in fs::read_dir(dir)? {
        let folder = folder?;
        let name = folder.file_name().to_string_lossy().into_owned();
        let is_ours = name.len() == 2 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_ours && folder.path().is_dir() {
            folders.push((name, folder.path()));
        }
    }
    Ok(folders)
}

/// Removes the files of a folder that nobody knows, and gives how many there were. Drafts are left to [`drop_drafts`].
pub(super) fn drop_unknown(folder: &Path, known: &BTreeSet<String>) -> io::Result<usize> {
    let mut count = 0_usize;
    for file in fs::read_dir(folder)? {
        let file = file?;
        let name = file.file_name().to_string_lossy().into_owned();
        if is_sha256(&name) && !known.contains(&name) {
            fs::remove_file(file.path())?;
            count = count.saturating_add(1);
        }
    }
    Ok(count)
}

fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Reads the file with this hash.
///
/// # Errors
/// `NotFound` when there is none or the text is no hash; `InvalidData` when the disk gives other bytes than were kept.
pub fn read_file(dir: &Path, sha256: &str) -> io::Result<Vec<u8>> {
    let path = place(dir, sha256).ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
    let bytes = fs::read(path)?;
    if hash(&bytes) != sha256 {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "an attached file differs from its hash",
        ));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An archive with empty files of these names, the first of which holds `first`.
    fn archive(names: &[&str], first: &[u8]) -> Vec<u8> {
        let (mut out, mut directory) = (Vec::new(), Vec::new());
        for (index, name) in names.iter().enumerate() {
            let at = u32::try_from(out.len()).unwrap();
            let length = u16::try_from(name.len()).unwrap().to_le_bytes();
            out.extend(b"PK\x03\x04");
            out.extend([0; 22]);
            out.extend(length);
            out.extend([0; 2]);
            out.extend(name.as_bytes());
            if index == 0 {
                out.extend(first);
            }
            directory.extend(b"PK\x01\x02");
            directory.extend([0; 24]);
            directory.extend(length);
            directory.extend([0; 12]);
            directory.extend(at.to_le_bytes());
            directory.extend(name.as_bytes());
        }
        let at = u32::try_from(out.len()).unwrap();
        out.extend(&directory);
        out.extend(b"PK\x05\x06");
        out.extend([0; 6]);
        out.extend(u16::try_from(names.len()).unwrap().to_le_bytes());
        out.extend(u32::try_from(directory.len()).unwrap().to_le_bytes());
        out.extend(at.to_le_bytes());
        out.extend([0; 2]);
        out
    }

    #[test]
    fn a_file_is_what_its_content_says() {
        assert_eq!(media_type(b"%PDF-1.7\n"), Some("application/pdf"));
        assert_eq!(media_type(b"\x89PNG\r\n\x1a\nIHDR"), Some("image/png"));
        assert_eq!(media_type(b"\xff\xd8\xff\xe0"), Some("image/jpeg"));
        assert_eq!(
            media_type(&archive(&["[Content_Types].xml", "word/document.xml"], b"")),
            Some(DOCX)
        );
        assert_eq!(
            media_type(&archive(&["[Content_Types].xml", "xl/workbook.xml"], b"")),
            Some(XLSX)
        );
        assert_eq!(
            media_type(&archive(&["mimetype", "content.xml"], ODT.as_bytes())),
            Some(ODT)
        );
    }

    #[test]
    fn other_files_programs_and_broken_archives_are_refused() {
        for bad in [b"".as_slice(), b"<html>", b"MZ\x90", b"PK\x03\x04", b"#!/bin/sh"] {
            assert_eq!(media_type(bad), None, "{bad:?}");
        }
        let with_macros = archive(
            &["[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"],
            b"",
        );
        assert_eq!(media_type(&with_macros), None);
        assert_eq!(media_type(&archive(&["a.txt"], b"")), None);
        let whole = archive(&["[Content_Types].xml", "word/document.xml"], b"");
        for cut in 0..whole.len() {
            assert_eq!(media_type(&whole[..cut]), None, "cut at {cut}");
        }
    }

    #[test]
    fn a_kept_file_is_read_back_and_a_changed_one_is_found_out() {
        let dir = tempfile::tempdir().unwrap();
        let hash = keep(dir.path(), b"%PDF-1").unwrap();
        assert_eq!(keep(dir.path(), b"%PDF-1").unwrap(), hash, "the same file twice is one");
        assert_eq!(read_file(dir.path(), &hash).unwrap(), b"%PDF-1");
        fs::write(place(dir.path(), &hash).unwrap(), b"other").unwrap();
        assert_eq!(
            read_file(dir.path(), &hash).unwrap_err().kind(),
            io::ErrorKind::InvalidData
        );
    }

    #[test]
    fn what_is_no_hash_names_no_place() {
        let dir = tempfile::tempdir().unwrap();
        for bad in [
            "",
            "..",
            "../../etc/passwd",
            &"A".repeat(64),
            &"/".repeat(64),
            &"đ".repeat(32),
        ] {
            assert_eq!(
                read_file(dir.path(), bad).unwrap_err().kind(),
                io::ErrorKind::NotFound,
                "{bad:?}"
            );
        }
    }
}
