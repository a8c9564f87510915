//! Pages beyond one case: deviations that repeat, what changed with a new version, practice against the text.

mod amendments;
mod change;
mod changes;
mod evidence;
mod one;
mod practice;
mod practice_page;
mod practices;
mod repeats;
mod spark;
mod speech;

use super::asked::{Asked, query};
use crate::conformance::store::Judged;
use crate::documents::{self, VersionHead};
use crate::kernel::{Permission, VersionId};
use crate::ledger::Work;
use crate::web::{Access, Doors, Failure};
use std::collections::BTreeMap;

/// The doors of these pages.
pub(super) fn doors(doors: &mut Doors) {
    let read = Access::May(Permission::ReadConformance);
    doors.get("/conformance/patterns", read, repeats::show);
    doors.get("/conformance/patterns/one", read, one::show);
    doors.get("/conformance/changes", read, changes::show);
    doors.get("/conformance/changes/{code}", read, change::show);
    doors.get("/conformance/practice", read, practices::show);
    doors.get("/conformance/practice/{code}", read, practice::show);
    let write = Access::May(Permission::WriteDocuments);
    doors.post("/conformance/practice/{code}", write, practice::open);
    doors.get("/conformance/amendments/{number}", read, amendments::show);
}

/// An address with the period that was asked for, and more.
fn address(path: &str, asked: &Asked, more: &[(&str, &str)]) -> String {
    let (from, to) = (asked.from.to_string(), asked.to.to_string());
    let mut pairs = vec![("from", from.as_str()), ("to", to.as_str())];
    pairs.extend(more.iter().filter(|(_, value)| !value.is_empty()));
    format!("{path}?{}", query(&pairs))
}

/// The heads of the versions of these cases.
fn heads(work: &mut Work<'_>, judged: &[Judged]) -> Result<BTreeMap<VersionId, VersionHead>, Failure> {
    let mut versions: Vec<VersionId> = judged.iter().map(|one| one.trace.version.clone()).collect();
    versions.sort_unstable();
    versions.dedup();
    let heads = documents::heads_by_id(work, &versions)?;
    Ok(heads.into_iter().map(|head| (head.id.clone(), head)).collect())
}

/// The name of a step in the newest of these cases whose text has it.
fn step_name(judged: &[Judged], document: &crate::kernel::DocumentId, code: &str) -> String {
    let of_document = judged.iter().rev().filter(|one| one.trace.document == *document);
    of_document
        .flat_map(|one| &one.content.table.steps)
        .find(|step| step.code.as_str() == code)
        .map(|step| step.name.clone())
        .unwrap_or_default()
}
