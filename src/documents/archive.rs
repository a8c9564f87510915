//! Many procedure files in one archive: the stored bytes of each, and a manifest that says what they are. Pure.

use crate::documents::version::Stage;
use crate::procedures::content_sha256;
use crate::web::{Failure, Say};
use crate::zip::{Archive, Limits, ZipFault, write};
use serde::{Deserialize, Serialize};

/// The name of the manifest in the archive.
const MANIFEST: &str = "manifest.json";
const LIMITS: Limits = Limits {
    files: 20_000,
    file: 4 << 20,
    all: 256 << 20,
};

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

/// The bytes of an archive of these versions; the same versions give the same bytes.
pub(super) fn pack(versions: &[Packed]) -> Result<Vec<u8>, Failure> {
    let manifest = serde_json::to_string_pretty(versions).map_err(|cause| Failure::Internal(cause.into()))?;
    let mut files = vec![(MANIFEST, manifest.as_str())];
    files.extend(versions.iter().map(|own| (own.file.as_str(), own.text.as_str())));
    write(&files).map_err(|fault| Failure::Internal(fault.into()))
}

fn refused(key: &str, says: &str) -> Failure {
    Failure::Invalid(Say::new(format!("docx.archive.refused.{key}")).with("says", says))
}

/// The versions of an archive, each proved to be what the manifest says.
///
/// # Errors
/// [`Failure::Invalid`] when it is no such archive, or a file in it is missing or was changed.
pub(super) fn unpack(bytes: &[u8]) -> Result<Vec<Packed>, Failure> {
    let broken = |fault: ZipFault| refused("broken", &fault.to_string());
    let mut archive = Archive::open(bytes, LIMITS).map_err(broken)?;
    let manifest = archive.read(MANIFEST).map_err(broken)?;
    let manifest = manifest.ok_or_else(|| refused("manifest", MANIFEST))?;
    let mut versions: Vec<Packed> =
        serde_json::from_slice(&manifest).map_err(|cause| refused("manifest", &cause.to_string()))?;
    for own in &mut versions {
        let bytes = archive
            .read(&own.file)
            .map_err(broken)?
            .ok_or_else(|| refused("missing", &own.file))?;
        own.text = String::from_utf8(bytes).map_err(|_other| refused("changed", &own.file))?;
        if content_sha256(&own.text) != own.sha256 {
            return Err(refused("changed", &own.file));
        }
    }
    Ok(versions)
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

    fn two() -> Vec<Packed> {
        vec![
            Packed::new("QT.01", 1, Stage::Superseded, "một\r\n"),
            Packed::new("QT.01", 2, Stage::Effective, "hai"),
            Packed::new("QT.01", 3, Stage::Draft, "ba"),
            Packed::new("QT.Đ.02", 1, Stage::Draft, "bốn"),
        ]
    }

    #[test]
    fn the_same_bytes_come_back_and_the_version_in_force_is_the_one_to_go_on_with() {
        let bytes = pack(&two()).unwrap();
        let back = unpack(&bytes).unwrap();
        assert_eq!(back, two());
        let texts: Vec<String> = to_import(back).into_iter().map(|own| own.text).collect();
        assert_eq!(texts, ["hai", "bốn"]);
    }

    #[test]
    fn a_changed_or_missing_file_is_found_out() {
        let said = |bytes: &[u8]| match unpack(bytes) {
            Err(Failure::Invalid(say)) => say.key,
            other => format!("{other:?}"),
        };
        let mut changed = two();
        if let Some(own) = changed.first_mut() {
            own.text.push('!');
        }
        assert_eq!(said(&pack(&changed).unwrap()), "docx.archive.refused.changed");
        let manifest = serde_json::to_string(&two()).unwrap();
        assert_eq!(
            said(&write(&[(MANIFEST, manifest)]).unwrap()),
            "docx.archive.refused.missing"
        );
        assert_eq!(said(&write(&[("a", "b")]).unwrap()), "docx.archive.refused.manifest");
        assert_eq!(
            said(&write(&[(MANIFEST, "[{}]")]).unwrap()),
            "docx.archive.refused.manifest"
        );
        assert_eq!(said(b"xin chao"), "docx.archive.refused.broken");
    }
}
