//! What is in a backup, told before anything else in it. No personal data.

use super::source::is_hash;
use crate::bundle::Part;
use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

/// The form of manifests that this program writes and reads.
pub(super) const FORM: u32 = 1;

/// By which database the installation is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Storage {
    /// The embedded one: its file.
    Sqlite,
    /// A server: the rows of all tables.
    Postgres,
}

impl Storage {
    /// The name of the part that holds the database.
    pub fn part(self) -> &'static str {
        match self {
            Self::Sqlite => "quytrinh.db",
            Self::Postgres => "rows.txt",
        }
    }
}

/// How large the ledger of an agency was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgencySize {
    /// The agency's code.
    pub code: String,
    /// Entries in its ledger.
    pub ledger: i64,
}

/// What a backup is of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The form of this manifest.
    pub form: u32,
    /// The version of the program that wrote it.
    pub program: String,
    /// The last migration of the database.
    pub schema: String,
    /// By which database the installation was kept.
    pub storage: Storage,
    /// When it was taken, UTC.
    pub taken_at: NaiveDateTime,
    /// The agencies of the installation.
    pub agencies: Vec<AgencySize>,
    /// The database, then each attached file.
    pub parts: Vec<Part>,
}

impl Manifest {
    /// Reads a manifest.
    ///
    /// # Errors
    /// Why it is none that can be restored: in particular when a part would be put anywhere but at its place.
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        let manifest: Self = serde_json::from_slice(bytes).map_err(|cause| cause.to_string())?;
        if manifest.form != FORM {
            return Err(format!(
                "it has the form {}, and this program reads {FORM}",
                manifest.form
            ));
        }
        let mut parts = manifest.parts.iter();
        if parts.next().is_none_or(|part| part.name != manifest.storage.part()) {
            return Err("the database is not the first part".to_owned());
        }
        let mut last = "";
        for part in parts {
            let is_file = is_hash(&part.sha256) && part.name == file_part(&part.sha256);
            // In rising order, and so each once.
            if !is_file || part.name.as_str() <= last {
                return Err(format!("the part {} is no attached file", part.name));
            }
            last = &part.name;
        }
        Ok(manifest)
    }

    /// Bytes of all parts.
    pub fn size(&self) -> u64 {
        self.parts.iter().fold(0, |sum, part| sum.saturating_add(part.size))
    }
}

/// The name of the part that holds an attached file.
pub(super) fn file_part(sha256: &str) -> String {
    format!("files/{}/{sha256}", sha256.get(..2).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(parts: &[(&str, &str)]) -> Vec<u8> {
        let part = |(name, sha256): &(&str, &str)| Part {
            name: (*name).to_owned(),
            size: 1,
            sha256: (*sha256).to_owned(),
        };
        let manifest = Manifest {
            form: FORM,
            program: "0.1.0".to_owned(),
            schema: "20261123000000".to_owned(),
            storage: Storage::Sqlite,
            taken_at: NaiveDateTime::default(),
            agencies: Vec::new(),
            parts: parts.iter().map(part).collect(),
        };
        serde_json::to_vec(&manifest).unwrap()
    }

    #[test]
    fn parts_that_lead_elsewhere_or_come_twice_are_refused() {
        let hash = "ab".repeat(32);
        let file = file_part(&hash);
        assert!(Manifest::read(&manifest(&[("quytrinh.db", "")])).is_ok());
        assert!(Manifest::read(&manifest(&[("quytrinh.db", ""), (&file, &hash)])).is_ok());
        for bad in [
            vec![(file.as_str(), hash.as_str())],
            vec![("quytrinh.db", ""), ("files/../../etc/passwd", &hash)],
            vec![("quytrinh.db", ""), ("/etc/passwd", &hash)],
            vec![("quytrinh.db", ""), (&file, &hash), (&file, &hash)],
            vec![("quytrinh.db", ""), ("quytrinh.db", &hash)],
            vec![],
        ] {
            assert!(Manifest::read(&manifest(&bad)).is_err(), "{bad:?}");
        }
    }
}
