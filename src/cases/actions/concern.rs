//! Who may see whose data: the official whose step of the case it is or was, and the desk until the result is handed over.

use super::perform::actor;
use crate::assignments::{self, Standing as Assigned};
use crate::cases::case::CaseHead;
use crate::cases::store;
use crate::kernel::{CaseId, Permission};
use crate::ledger::Work;
use crate::people::must;
use crate::web::Failure;
use crate::workflow::RoleCode;
use std::collections::BTreeSet;

/// Those of the cases whose applicants the actor may see because he or she handles them: a fixed number of queries,
/// however many cases there are.
///
/// # Errors
/// When the database fails.
pub(in crate::cases) fn among(work: &mut Work<'_>, heads: &[CaseHead]) -> Result<BTreeSet<CaseId>, Failure> {
    if heads.is_empty() || must(work.actor, Permission::ReadApplicants).is_err() {
        return Ok(BTreeSet::new());
    }
    let person = actor(work)?;
    let (book, today) = (assignments::book(work)?, work.actor.today());
    let ids: Vec<CaseId> = heads.iter().map(|head| head.id.clone()).collect();
    let mut own: BTreeSet<CaseId> = BTreeSet::new();
    if must(work.actor, Permission::ReceiveCases).is_ok() {
        own.extend(
            heads
                .iter()
                .filter(|head| head.ended.is_none())
                .map(|head| head.id.clone()),
        );
    } else {
        own.extend(store::worked_on_by(work, &ids, &person.id)?);
    }
    for one in store::waiting_of(work, &ids)? {
        let head = heads.iter().find(|head| head.id == one.case_id);
        let stands = |head: &CaseHead| {
            let role = RoleCode::new(&one.role_code);
            book.standing(&person.id, &role, &head.document_id, today) == Assigned::Assigned
        };
        if head.is_some_and(stands) {
            own.insert(one.case_id);
        }
    }
    Ok(own)
}

/// Those of the cases that the actor handles; a case of another agency is none.
///
/// # Errors
/// When the database fails.
pub fn handled(work: &mut Work<'_>, ids: &[CaseId]) -> Result<BTreeSet<CaseId>, Failure> {
    let mut own = BTreeSet::new();
    // Both databases bound the number of values in one question.
    for ids in ids.chunks(500) {
        let heads = store::heads(work, ids)?;
        own.append(&mut among(work, &heads)?);
    }
    Ok(own)
}

/// Whether the actor handles this case.
///
/// # Errors
/// When the database fails.
pub(in crate::cases) fn handles(work: &mut Work<'_>, head: &CaseHead) -> Result<bool, Failure> {
    Ok(!among(work, std::slice::from_ref(head))?.is_empty())
}
