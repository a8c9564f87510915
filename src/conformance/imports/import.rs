//! A log of another system that is held against a version or a Petri net, on its way from the file to the figures. Pure.

use crate::kernel::VersionId;
use crate::logs::Limits;
use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

/// How large a log may be that is sent with a browser: its columns stay in memory while it is looked at.
pub(in crate::conformance) const LIMITS: Limits = Limits {
    events: 1_000_000,
    cases: 200_000,
    bytes: 256 << 20,
    ..Limits::UPLOAD
};

crate::kernel::text_enum! {
    /// Where an import is on its way.
    State {
        /// Waits until somebody has looked at how its columns and names are read.
        Mapping = "mapping",
        /// Is being compared.
        Running = "running",
        /// Was compared; the figures stay as they are.
        Done = "done",
        /// Could not be read or compared; the reason is kept.
        Failed = "failed",
        /// Was given up by somebody.
        Cancelled = "cancelled",
    }
}

impl State {
    /// Whether columns and names may still be changed, and the comparison be started.
    pub(in crate::conformance) fn is_open(self) -> bool {
        matches!(self, Self::Mapping | Self::Failed | Self::Cancelled)
    }
}

/// An import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::conformance) struct Import {
    pub(in crate::conformance) id: String,
    /// Its number in the agency, from 1.
    pub(in crate::conformance) number: i64,
    /// What its owner calls it.
    pub(in crate::conformance) name: String,
    /// The name of the file where it came from; never used as a path.
    pub(in crate::conformance) file_name: String,
    pub(in crate::conformance) file_sha256: String,
    /// The version that it is held against; else there is a net.
    pub(in crate::conformance) version: Option<VersionId>,
    pub(in crate::conformance) net_sha256: Option<String>,
    pub(in crate::conformance) net_name: String,
    /// How it is read, as TOML.
    pub(in crate::conformance) map: String,
    pub(in crate::conformance) state: State,
    /// JSON: a [`Summary`](super::Summary) when it is done, a [`Trouble`] when it failed, else empty.
    pub(in crate::conformance) result: String,
    pub(in crate::conformance) report_sha256: Option<String>,
    pub(in crate::conformance) findings_sha256: Option<String>,
    pub(in crate::conformance) added_by_name: String,
    pub(in crate::conformance) added_at: NaiveDateTime,
    pub(in crate::conformance) judged_at: Option<NaiveDateTime>,
    pub(in crate::conformance) row_version: i64,
}

/// A map that was saved under a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::conformance) struct SavedMap {
    pub(in crate::conformance) name: String,
    /// As TOML.
    pub(in crate::conformance) map: String,
    pub(in crate::conformance) saved_by_name: String,
    pub(in crate::conformance) saved_at: NaiveDateTime,
}

/// Why a log could not be read or compared: a word and what fills its holes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::conformance) struct Trouble {
    /// The word.
    pub(in crate::conformance) key: String,
    /// Its holes; a hole `field` is a field of logs, by its key.
    pub(in crate::conformance) args: Vec<(String, String)>,
    /// The line of the file, when it is about one.
    pub(in crate::conformance) line: Option<usize>,
}

impl Trouble {
    /// A trouble without a line.
    pub(in crate::conformance) fn new(key: impl Into<String>, args: &[(&str, String)]) -> Self {
        Self {
            key: key.into(),
            args: args
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect(),
            line: None,
        }
    }
}

impl From<&crate::logs::LogFailure> for Trouble {
    fn from(failure: &crate::logs::LogFailure) -> Self {
        let args = failure
            .args
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()));
        Self {
            key: format!("logs.failure.{}", failure.code.as_str()),
            args: args.collect(),
            line: (failure.line > 0).then_some(failure.line),
        }
    }
}
