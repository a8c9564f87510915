//! Roles that wait for a second person: what is proposed, confirmed or not.

use super::confirm::confirmed_change;
use crate::kernel::{AccessRole, Permission, PersonId};
use crate::people::actions::proposals::{Proposal, open_proposals, refuse_role};
use crate::people::actions::roles::confirm_role;
use crate::people::store;
use crate::web::{Desk, Failure, Form, Page};
use actix_web::{HttpResponse, ResponseError, web};
use serde::Serialize;

/// A proposal with the names of its people.
#[derive(Debug, Clone, Serialize)]
pub(super) struct ProposalRow {
    #[serde(flatten)]
    proposal: Proposal,
    name: String,
    proposer: String,
    employee_no: String,
    /// It is the reader's own proposal, or about the reader.
    is_own: bool,
    /// The reader, or nobody who administers any more, proposed it: it can be taken back.
    may_take_back: bool,
}

#[derive(Serialize)]
struct RolesPage {
    proposals: Vec<ProposalRow>,
    may_confirm: bool,
    problem: Option<String>,
}

impl Page for RolesPage {
    const TEMPLATE: &'static str = "people/roles.html";
}

/// The proposals that wait, with names.
pub(super) fn waiting(work: &mut crate::ledger::Work<'_>) -> Result<Vec<ProposalRow>, Failure> {
    let open = open_proposals(work)?;
    if open.is_empty() {
        return Ok(Vec::new());
    }
    let (people, own) = (store::persons(work)?, store::own_accounts(work)?);
    let named = |id: &PersonId| people.iter().find(|one| one.id == *id);
    let row = |proposal: Proposal| ProposalRow {
        name: named(&proposal.person_id)
            .map(|one| one.full_name.clone())
            .unwrap_or_default(),
        employee_no: named(&proposal.person_id)
            .map(|one| one.employee_no.clone())
            .unwrap_or_default(),
        proposer: named(&proposal.proposed_by)
            .map(|one| one.full_name.clone())
            .unwrap_or_default(),
        is_own: own.contains(&proposal.person_id) || own.contains(&proposal.proposed_by),
        may_take_back: own.contains(&proposal.proposed_by)
            || named(&proposal.proposed_by)
                .is_none_or(|one| !one.active || !one.access.contains(&AccessRole::Administrator)),
        proposal,
    };
    Ok(open.into_iter().map(row).collect())
}

async fn page(desk: &Desk) -> Result<RolesPage, Failure> {
    Ok(RolesPage {
        proposals: desk.read(waiting).await?,
        may_confirm: desk.may(Permission::ConfirmRoles),
        problem: None,
    })
}

pub(super) async fn show(desk: Desk) -> Result<HttpResponse, Failure> {
    let page = page(&desk).await?;
    desk.page(&page)
}

async fn answer(desk: Desk, done: Result<(), Failure>, word: &str) -> Result<HttpResponse, Failure> {
    let failure = match done {
        Ok(()) => return Ok(desk.done("/roles", word)),
        Err(failure @ (Failure::Conflict(_) | Failure::Invalid(_) | Failure::TooMany(_))) => failure,
        Err(failure) => return Err(failure),
    };
    let status = failure.status_code();
    let mut page = page(&desk).await?;
    page.problem = Some(desk.sentence(&failure.said()?));
    desk.page_with(status, &page)
}

pub(super) async fn confirm(desk: Desk, id: web::Path<String>, form: Form) -> Result<HttpResponse, Failure> {
    let done = confirmed_change(&desk, &form, move |work, fresh| confirm_role(work, Some(fresh), &id)).await?;
    answer(desk, done, "people.role_confirmed").await
}

pub(super) async fn refuse(desk: Desk, id: web::Path<String>, _form: Form) -> Result<HttpResponse, Failure> {
    let done = desk.try_change(move |work| refuse_role(work, &id)).await?;
    answer(desk, done, "people.role_refused").await
}
