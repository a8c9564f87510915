//! Many procedure files in one archive: the stored bytes of each, the files that they name (forms, whole documents), and
//! a manifest that says what they are. Pure.

use crate::documents::version::Stage;
use crate::procedures::content_sha256;
use crate::web::{Failure, Say};
use crate::zip::{Archive, Limits, ZipFault, write};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The name of the manifest in the archive.
const MANIFEST: &str = "manifest.json";
const LIMITS: Limits = Limits {
    files: 20_000,
    file: 25 << 20,
    all: 256 << 20,
};
/// The largest text of a version, in bytes.
const LONGEST_TEXT: usize = 4 << 20;
/// The largest archive with files, in bytes: one that is larger could not be brought in again.
const LARGEST: usize = 25 << 20;

/// A version in an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Packed {
    /// The name of its file in the archive.
    file: String,
    /// The code of its document.
    pub(super) code: String,
    /// Its number.
    version: i64,
    /// The stage it was in when the archive was made.
    stage: Stage,
    /// SHA-256 of its bytes, in hexadecimal.
    sha256: String,
    #[serde(skip)]
    pub(super) text: String,
}

impl Packed {
    /// A version with its stored text.
    pub(super) fn new(code: &str, version: i64, stage: Stage, text: &str) -> Self {
        Self {
            file: format!("{code}/v{version}.md"),
            code: code.to_owned(),
            version,
            stage,
            sha256: content_sha256(text),
            text: text.to_owned(),
        }
    }
}

/// A file that versions name by its hash: of a form, or of the whole document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PackedFile {
    /// The name of its file in the archive.
    file: String,
    /// SHA-256 of its bytes, in hexadecimal.
    sha256: String,
    #[serde(skip)]
    pub(super) bytes: Vec<u8>,
}

impl PackedFile {
    /// Its hash.
    pub(super) fn sha256(&self) -> &str {
        &self.sha256
    }

    /// A file with its bytes; under its hash, so that no name of a person is in the way.
    pub(super) fn new(sha256: &str, bytes: Vec<u8>) -> Self {
        Self {
            file: format!("files/{sha256}"),
            sha256: sha256.to_owned(),
            bytes,
        }
    }
}

/// What an archive holds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Packing {
    /// The versions.
    pub(super) versions: Vec<Packed>,
    /// The files that they name.
    pub(super) files: Vec<PackedFile>,
}

/// The manifest; archives that were made before files were in them have the versions alone.
#[derive(Deserialize)]
#[serde(untagged)]
enum Manifest {
    Whole(Packing),
    Versions(Vec<Packed>),
}

/// The bytes of an archive of these versions and files; the same ones give the same bytes.
///
/// # Errors
/// [`Failure::Invalid`] when it has files and would be too large to be brought in again.
pub(super) fn pack(packing: &Packing) -> Result<Vec<u8>, Failure> {
    let manifest = serde_json::to_string_pretty(packing).map_err(|cause| Failure::Internal(cause.into()))?;
    let mut files: Vec<(&str, &[u8])> = vec![(MANIFEST, manifest.as_bytes())];
    let versions = packing.versions.iter();
    files.extend(versions.map(|own| (own.file.as_str(), own.text.as_bytes())));
    files.extend(
        packing
            .files
            .iter()
            .map(|own| (own.file.as_str(), own.bytes.as_slice())),
    );
    let bytes = write(&files).map_err(|fault| Failure::Internal(fault.into()))?;
    if bytes.len() > LARGEST && !packing.files.is_empty() {
        return Err(too_large());
    }
    Ok(bytes)
}

/// The refusal of an archive that could not be brought in again.
pub(super) fn too_large() -> Failure {
    refused("too_large", &(LARGEST >> 20).to_string())
}

/// How many bytes of files are gathered for one archive.
pub(super) const MOST_GATHERED: usize = LIMITS.all;

fn sha256_of(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn refused(key: &str, says: &str) -> Failure {
    Failure::Invalid(Say::new(format!("docx.archive.refused.{key}")).with("says", says))
}

/// The versions and files of an archive, each proved to be what the manifest says.
///
/// # Errors
/// [`Failure::Invalid`] when it is no such archive, or a file in it is missing or was changed.
pub(super) fn unpack(bytes: &[u8]) -> Result<Packing, Failure> {
    let broken = |fault: ZipFault| refused("broken", &fault.to_string());
    let mut archive = Archive::open(bytes, LIMITS).map_err(broken)?;
    let manifest = archive.read(MANIFEST).map_err(broken)?;
    let manifest = manifest.ok_or_else(|| refused("manifest", MANIFEST))?;
    let manifest = serde_json::from_slice(&manifest).map_err(|cause| refused("manifest", &cause.to_string()))?;
    let mut packing = match manifest {
        Manifest::Whole(packing) => packing,
        Manifest::Versions(versions) => Packing {
            versions,
            files: Vec::new(),
        },
    };
    let mut read = |name: &str| {
        let bytes = archive.read(name).map_err(broken)?;
        bytes.ok_or_else(|| refused("missing", name))
    };
    for own in &mut packing.versions {
        let bytes = read(&own.file)?;
        if bytes.len() > LONGEST_TEXT {
            return Err(refused("changed", &own.file));
        }
        own.text = String::from_utf8(bytes).map_err(|_other| refused("changed", &own.file))?;
        if content_sha256(&own.text) != own.sha256 {
            return Err(refused("changed", &own.file));
        }
    }
    for own in &mut packing.files {
        own.bytes = read(&own.file)?;
        if sha256_of(&own.bytes) != own.sha256 {
            return Err(refused("changed", &own.file));
        }
    }
    Ok(packing)
}

/// Of each document the version that another office goes on with: the one in force, else the newest.
pub(super) fn to_import(versions: Vec<Packed>) -> Vec<Packed> {
    let rank = |own: &Packed| (own.stage == Stage::Effective, own.version);
    let mut kept: Vec<Packed> = Vec::new();
    for own in versions {
        match kept.iter_mut().find(|other| other.code == own.code) {
            Some(other) if rank(&own) > rank(other) => *other = own,
            Some(_) => {}
            None => kept.push(own),
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two() -> Packing {
        let file = b"%PDF-1.7 to khai".to_vec();
        Packing {
            versions: vec![
                Packed::new("QT.01", 1, Stage::Superseded, "một\r\n"),
                Packed::new("QT.01", 2, Stage::Effective, "hai"),
                Packed::new("QT.01", 3, Stage::Draft, "ba"),
                Packed::new("QT.Đ.02", 1, Stage::Draft, "bốn"),
            ],
            files: vec![PackedFile::new(&sha256_of(&file), file)],
        }
    }

    #[track_caller]
    fn said(bytes: &[u8]) -> String {
        match unpack(bytes) {
            Err(Failure::Invalid(say)) => say.key.replace("docx.archive.refused.", ""),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn the_same_bytes_come_back_and_the_version_in_force_is_the_one_to_go_on_with() {
        let bytes = pack(&two()).unwrap();
        let back = unpack(&bytes).unwrap();
        assert_eq!(back, two());
        let texts: Vec<String> = to_import(back.versions).into_iter().map(|own| own.text).collect();
        assert_eq!(texts, ["hai", "bốn"]);
    }

    #[test]
    fn an_archive_from_before_files_were_in_it_is_read() {
        let versions = two().versions;
        let manifest = serde_json::to_string(&versions).unwrap();
        let mut files = vec![(MANIFEST, manifest.as_str())];
        files.extend(versions.iter().map(|own| (own.file.as_str(), own.text.as_str())));
        let back = unpack(&write(&files).unwrap()).unwrap();
        assert_eq!((back.versions, back.files), (versions.clone(), Vec::new()));
    }

    #[test]
    fn a_changed_or_missing_file_is_found_out() {
        let mut changed = two();
        changed.versions[0].text.push('!');
        assert_eq!(said(&pack(&changed).unwrap()), "changed");
        let mut changed = two();
        changed.files[0].bytes.push(b'!');
        assert_eq!(said(&pack(&changed).unwrap()), "changed");
        let mut named = two();
        named.files[0].file = "files/../../x".to_owned();
        assert_eq!(said(&pack(&named).unwrap()), "broken");
        let manifest = serde_json::to_string(&two()).unwrap();
        assert_eq!(said(&write(&[(MANIFEST, manifest)]).unwrap()), "missing");
        assert_eq!(said(&write(&[("a", "b")]).unwrap()), "manifest");
        assert_eq!(said(&write(&[(MANIFEST, "[{}]")]).unwrap()), "manifest");
        assert_eq!(said(b"xin chao"), "broken");
    }

    #[test]
    fn an_archive_that_could_not_be_brought_in_again_is_not_made() {
        let mut state = 1_u32;
        let mut noise = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_le_bytes()[3]
        };
        let file = |bytes: Vec<u8>| PackedFile::new(&sha256_of(&bytes), bytes);
        let packing = Packing {
            versions: two().versions,
            files: vec![
                file((0..14 << 20).map(|_| noise()).collect()),
                file((0..13 << 20).map(|_| noise()).collect()),
            ],
        };
        let refusal = pack(&packing).unwrap_err();
        assert_eq!(refusal.to_string(), "docx.archive.refused.too_large");
    }
}
