//! A Word file that was brought in. Pure.

use crate::docx::DocxFault;
use crate::kernel::VersionId;
use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

crate::kernel::text_enum! {
    /// What became of a Word file.
    WordState {
        /// Waits for somebody to look at it.
        Waiting = "waiting",
        /// Could not be read; the reason is kept.
        Unreadable = "unreadable",
        /// A draft was made of it.
        Drafted = "drafted",
        /// Somebody left it.
        Left = "left",
    }
}

/// Why a file cannot be read, for its words: `docx.fault.<code>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// The stable text of the fault.
    pub code: String,
    /// What fills the holes.
    pub args: Vec<(String, String)>,
}

impl From<&DocxFault> for Trouble {
    fn from(fault: &DocxFault) -> Self {
        let args = fault.args().into_iter();
        Self {
            code: fault.code(),
            args: args.map(|(name, value)| (name.to_owned(), value)).collect(),
        }
    }
}

/// A Word file that was brought in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WordFile {
    /// Its id.
    pub id: String,
    /// Its number in the agency, from 1.
    pub number: i64,
    /// Its name where it came from; never used as a path.
    pub file_name: String,
    /// SHA-256 of its bytes; `None` when it could not be read and was not kept.
    pub file_sha256: Option<String>,
    /// What became of it.
    pub state: WordState,
    /// The code that was recognised; may be empty.
    pub code: String,
    /// The title that was recognised; may be empty.
    pub title: String,
    /// How many notes there were.
    pub notes: i64,
    /// Why it cannot be read.
    pub trouble: Option<Trouble>,
    /// The draft that was made of it.
    pub version: Option<VersionId>,
    /// Who brought it in.
    pub added_by_name: String,
    /// When, UTC.
    pub added_at: NaiveDateTime,
    /// Who decided; empty while nobody has.
    pub decided_by_name: String,
    /// When, UTC.
    pub decided_at: Option<NaiveDateTime>,
    /// Counted up with each change.
    pub row_version: i64,
}
