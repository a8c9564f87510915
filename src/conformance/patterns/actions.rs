//! Opening a draft from practice: the text with the proposals applied, the evidence beside it, and a record of both.

use super::amend::amend;
use super::proposals::Proposal;
use super::store::{self, Amendment};
use crate::documents::{self, Made};
use crate::kernel::{DocumentId, Permission, VersionId};
use crate::ledger::{Work, next_number};
use crate::people::must;
use crate::procedures;
use crate::web::Failure;
use chrono::NaiveDate;
use serde_json::json;
use std::path::Path;

/// The counter of amendments.
const COUNTER: &str = "amendments";
/// How much of the hash of the report the text names.
const NAMED: usize = 12;

/// What the draft and its files say, in the language of the office. `applied` tells for each proposal whether the text
/// was changed by it.
pub(in crate::conformance) trait Evidence {
    /// The report, as Markdown.
    fn report(&self, number: i64, applied: &[bool]) -> String;
    /// The cases, as CSV.
    fn cases(&self) -> String;
    /// What changed ("tóm lược nội dung sửa đổi").
    fn summary(&self, applied: &[bool]) -> String;
    /// Why ("căn cứ sửa đổi"), naming the report by the beginning of its hash.
    fn basis(&self, number: i64, hash: &str) -> String;
    /// What the author must decide, as Markdown; empty when nothing is left.
    fn notes(&self, applied: &[bool]) -> String;
}

/// What a draft is opened with.
#[derive(Debug, Clone)]
pub(in crate::conformance) struct Opening {
    pub(in crate::conformance) document: DocumentId,
    /// The version whose cases were looked at.
    pub(in crate::conformance) studied: VersionId,
    /// First and last day of receipt.
    pub(in crate::conformance) period: (NaiveDate, NaiveDate),
    /// How many cases.
    pub(in crate::conformance) cases: u32,
    pub(in crate::conformance) chosen: Vec<Proposal>,
}

/// Opens the next version of a document with the chosen proposals applied, or noted where they need its author; lays
/// the evidence beside it and keeps what it rests on. Gives the draft.
///
/// # Errors
/// [`Failure::Forbidden`] for whoever may not write documents or read conformance; [`Failure::Conflict`] that names
/// the author when another version is being written or signed.
pub(in crate::conformance) fn open_amendment(
    work: &mut Work<'_>,
    files_dir: &Path,
    opening: &Opening,
    evidence: &impl Evidence,
) -> Result<VersionId, Failure> {
    must(work.actor, Permission::ReadConformance)?;
    let person = work.actor.person.clone().ok_or(Failure::SignInFirst)?;
    let version = documents::open_draft(work, &opening.document)?;
    let content = documents::content_of(work, &version)?;
    let changes = opening.chosen.iter().map(|one| (&one.change, one.is_mechanical));
    let amended = amend(&content.source, changes);
    let (mut source, applied) = (amended.source, amended.applied);
    let number = next_number(work, COUNTER)?;
    let report = evidence.report(number, &applied);
    let name = |what: &str| format!("{}-amendment-{number}-{what}", source.code);
    let (report_name, cases_name) = (name("evidence.md"), name("case-list.csv"));
    let report_sha256 = documents::attach_made(work, files_dir, &version, (Made::Markdown, &report_name, &report))?;
    let cases = evidence.cases();
    let cases_sha256 = documents::attach_made(work, files_dir, &version, (Made::Csv, &cases_name, &cases))?;
    source.change_summary = evidence.summary(&applied);
    source.change_basis = evidence.basis(number, report_sha256.get(..NAMED).unwrap_or_default());
    source.body.push_str(&evidence.notes(&applied));
    let head = documents::head(work, &version)?;
    documents::save(work, &version, head.row_version, &procedures::write(&source))?;
    let new = Amendment {
        id: store::id(),
        number,
        document: opening.document.clone(),
        version: version.clone(),
        studied: opening.studied.clone(),
        from: opening.period.0,
        to: opening.period.1,
        cases: i64::from(opening.cases),
        proposals: as_json(&opening.chosen, &applied),
        report_sha256,
        cases_sha256,
        opened_by_name: person.full_name.clone(),
        opened_at: work.actor.at,
    };
    store::keep(work, &new, &person)?;
    let changed = applied.iter().filter(|applied| **applied).count();
    work.record(
        "amendment.opened",
        ("amendment", &new.id),
        json!({ "number": number, "document": new.document, "version": new.version, "studied": new.studied,
            "cases": new.cases, "applied": changed, "noted": applied.len().saturating_sub(changed) }),
    );
    Ok(version)
}

/// The proposals with the figures they rest on.
fn as_json(chosen: &[Proposal], applied: &[bool]) -> String {
    let one = |(proposal, applied): (&Proposal, &bool)| {
        json!({
            "id": proposal.change.id(),
            "applied": applied,
            "cases": [proposal.cases.part, proposal.cases.whole],
            "late": proposal.late.map(|(now, then)| [[now.part, now.whole], [then.part, then.whole]]),
            "hours": proposal.hours.map(|hours| json!({ "count": hours.count, "median": hours.median, "p90": hours.p90 })),
            "fitting": proposal.effect.map(|effect| {
                [effect.fitting.0, effect.fitting.1].map(|share| [share.part, share.whole])
            }),
            "cost": proposal.effect.map(|effect| [effect.cost.0, effect.cost.1]),
        })
    };
    let all: Vec<serde_json::Value> = chosen.iter().zip(applied).map(one).collect();
    serde_json::Value::Array(all).to_string()
}
