//! Reads an archive: its directory first, then one file after another, never more than the bounds allow.

use super::ZipFault;
use flate2::Crc;
use flate2::read::DeflateDecoder;
use std::collections::BTreeMap;
use std::io::Read;

/// Where the end record may begin, from the end of the archive: its own 22 bytes and a comment.
const END_REACH: usize = 22 + 65_535;
/// The longest name of a file, in bytes.
const LONGEST_NAME: usize = 512;

/// The most bytes that one packed byte may become.
const RATIO: usize = 100;
/// Up to here a file may be packed as tightly as it likes: a page of spaces is no bomb.
const FREE: usize = 1 << 20;

/// How much of an archive is read.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Files in it.
    pub files: usize,
    /// Bytes of one file, unpacked.
    pub file: usize,
    /// Bytes of all files that are read, unpacked.
    pub all: usize,
}

/// An archive whose directory was read; the same bytes are unpacked only when they are asked for.
#[derive(Debug)]
pub struct Archive<'a> {
    bytes: &'a [u8],
    limits: Limits,
    files: BTreeMap<String, Entry>,
    /// Bytes that may still be unpacked.
    left: usize,
}

#[derive(Debug, Clone)]
struct Entry {
    at: usize,
    packed: usize,
    size: usize,
    crc: usize,
    is_deflated: bool,
    is_encrypted: bool,
    is_known: bool,
}

fn number(bytes: &[u8], at: usize, width: usize) -> Option<usize> {
    let digits = bytes.get(at..at.checked_add(width)?)?;
    digits.iter().rev().try_fold(0_usize, |sum, digit| {
        sum.checked_mul(256)?.checked_add(usize::from(*digit))
    })
}

/// The end record: how many files there are, and where their directory begins.
fn end(bytes: &[u8]) -> Option<(usize, usize)> {
    let tail = bytes.len().saturating_sub(END_REACH);
    let mut ends = bytes.get(tail..)?.windows(4).enumerate().rev();
    let at = ends.find_map(|(at, four)| (four == b"PK\x05\x06").then_some(at + tail))?;
    Some((number(bytes, at + 10, 2)?, number(bytes, at + 16, 4)?))
}

/// Whether a name stays inside the folder that it is unpacked into.
fn is_inside(name: &str) -> bool {
    let is_plain = |part: &str| !matches!(part, ".." | ".");
    !name.is_empty()
        && name.len() <= LONGEST_NAME
        && !name.starts_with('/')
        && !name.contains(['\\', ':', '\0'])
        && name.split('/').all(is_plain)
}

impl<'a> Archive<'a> {
    /// Reads the directory of an archive.
    ///
    /// # Errors
    /// What is no archive, damaged, has two files of one name, names that lead elsewhere, or too many files.
    pub fn open(bytes: &'a [u8], limits: Limits) -> Result<Self, ZipFault> {
        if !bytes.starts_with(b"PK\x03\x04") && !bytes.starts_with(b"PK\x05\x06") {
            return Err(ZipFault::NotZip);
        }
        let (count, mut at) = end(bytes).ok_or(ZipFault::NotZip)?;
        if count > limits.files {
            return Err(ZipFault::TooMany(limits.files));
        }
        let mut files = BTreeMap::new();
        for place in 0..count {
            let read = entry(bytes, at).ok_or_else(|| ZipFault::Damaged(format!("#{}", place + 1)))?;
            let (name, entry, next) = read;
            at = next;
            if !is_inside(&name) {
                return Err(ZipFault::Name(name.chars().take(80).collect()));
            }
            if files.contains_key(&name) {
                return Err(ZipFault::Twice(name));
            }
            files.insert(name, entry);
        }
        Ok(Self {
            bytes,
            limits,
            files,
            left: limits.all,
        })
    }

    /// The names of its files, folders left out, in alphabetical order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files
            .keys()
            .map(String::as_str)
            .filter(|name| !name.ends_with('/'))
    }

    /// Unpacks one file; `None` when there is none of this name.
    ///
    /// # Errors
    /// When it is damaged, encrypted, packed in an unknown way or beyond the bounds.
    pub fn read(&mut self, name: &str) -> Result<Option<Vec<u8>>, ZipFault> {
        let Some(entry) = self.files.get(name).cloned() else {
            return Ok(None);
        };
        let damaged = || ZipFault::Damaged(name.to_owned());
        if entry.is_encrypted {
            return Err(ZipFault::Encrypted(name.to_owned()));
        }
        if !entry.is_known {
            return Err(ZipFault::Method(name.to_owned()));
        }
        let unpacked = entry.packed.saturating_mul(RATIO).max(FREE);
        let limit = self.limits.file.min(self.left).min(unpacked);
        let too_large = || ZipFault::TooLarge {
            name: name.to_owned(),
            limit,
        };
        if entry.size > limit {
            return Err(too_large());
        }
        let packed = packed(self.bytes, &entry).ok_or_else(damaged)?;
        let mut out = Vec::new();
        if entry.is_deflated {
            // What the directory says of the size is not trusted: one byte more than allowed is enough to know.
            let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
            let mut reader = DeflateDecoder::new(packed).take(most);
            reader.read_to_end(&mut out).map_err(|_broken| damaged())?;
        } else {
            out.extend_from_slice(packed);
        }
        if out.len() > limit {
            return Err(too_large());
        }
        let mut crc = Crc::new();
        crc.update(&out);
        if out.len() != entry.size || usize::try_from(crc.sum()).ok() != Some(entry.crc) {
            return Err(damaged());
        }
        self.left = self.left.saturating_sub(out.len());
        Ok(Some(out))
    }
}

/// The packed bytes of a file, behind its own header.
fn packed<'a>(bytes: &'a [u8], entry: &Entry) -> Option<&'a [u8]> {
    let header = bytes.get(entry.at..)?;
    if header.get(..4)? != b"PK\x03\x04" {
        return None;
    }
    let from = 30_usize
        .checked_add(number(header, 26, 2)?)?
        .checked_add(number(header, 28, 2)?)?;
    header.get(from..from.checked_add(entry.packed)?)
}

/// One record of the directory: the name, what it says, and where the next record begins.
fn entry(bytes: &[u8], at: usize) -> Option<(String, Entry, usize)> {
    let record = bytes.get(at..)?;
    if record.get(..4)? != b"PK\x01\x02" {
        return None;
    }
    let (flags, method) = (number(record, 8, 2)?, number(record, 10, 2)?);
    let (name, extra, comment) = (number(record, 28, 2)?, number(record, 30, 2)?, number(record, 32, 2)?);
    let text = record.get(46..46_usize.checked_add(name)?)?;
    let entry = Entry {
        crc: number(record, 16, 4)?,
        packed: number(record, 20, 4)?,
        size: number(record, 24, 4)?,
        at: number(record, 42, 4)?,
        is_deflated: method == 8,
        is_encrypted: flags & 1 == 1,
        is_known: matches!(method, 0 | 8),
    };
    let next = at.checked_add(46 + name + extra + comment)?;
    Some((String::from_utf8_lossy(text).into_owned(), entry, next))
}
