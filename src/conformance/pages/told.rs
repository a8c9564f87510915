//! Findings as pages print them.

use crate::conformance::finding::{Finding, FindingKind, Raise, Severity};
use crate::conformance::sentence::Teller;
use crate::conformance::store::Judged;
use crate::kernel::VersionId;
use crate::web::escaped;
use chrono::NaiveDateTime;
use serde::Serialize;

/// A finding in words.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Told {
    pub(super) kind: FindingKind,
    pub(super) code: &'static str,
    pub(super) severity: Severity,
    /// Why it weighs more than its kind.
    raised: Option<Raise>,
    /// What happened.
    says: String,
    /// What the approved table says.
    rule: String,
    /// Where it says so.
    place: String,
    /// The address of that.
    path: String,
    step_code: String,
    event_seq: Option<i64>,
    who: String,
    at: Option<NaiveDateTime>,
}

impl Told {
    pub(super) fn new(teller: &Teller<'_>, judged: &Judged, finding: &Finding) -> Self {
        let (trace, table) = (&judged.trace, &judged.content.table);
        let mut path = version_path(teller, &trace.version);
        if let Some(row) = finding.rule.row {
            path.push_str(&format!("#step-{}", row + 1));
        }
        Self {
            kind: finding.kind,
            code: finding.kind.code(),
            severity: finding.severity,
            raised: finding.raised,
            says: teller.says(finding, trace, table),
            rule: teller.rule(finding, trace, table),
            place: teller.place(finding, trace),
            path,
            step_code: finding.step_code.clone(),
            event_seq: finding.event_seq,
            who: finding.person_name.clone(),
            at: finding.at,
        }
    }
}

/// The address of a version.
pub(super) fn version_path(teller: &Teller<'_>, version: &VersionId) -> String {
    let version = teller.names.versions.get(version);
    version.map_or_else(String::new, |(code, number)| {
        format!("/documents/{}?version={number}", escaped(code))
    })
}
