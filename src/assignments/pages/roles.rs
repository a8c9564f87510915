//! The list of roles: who has each for all procedures, and who for single ones.

use super::names::{Names, RoleName};
use super::role::{EntryRow, entry_rows, procedures_of};
use crate::assignments::store;
use crate::documents;
use crate::ledger::Work;
use crate::web::{Desk, Failure, Page};
use crate::workflow::RoleCode;
use actix_web::HttpResponse;
use chrono::NaiveDate;
use serde::Serialize;

#[derive(Serialize)]
struct RolesPage {
    roles: Vec<RoleRow>,
    today: NaiveDate,
}

impl Page for RolesPage {
    const TEMPLATE: &'static str = "assignments/roles.html";
}

#[derive(Serialize)]
struct RoleRow {
    role: RoleName,
    procedures: usize,
    gaps: usize,
    general: Vec<EntryRow>,
    special: Vec<EntryRow>,
}

fn load(work: &mut Work<'_>) -> Result<RolesPage, Failure> {
    let today = work.actor.today();
    let names = Names::load(work)?;
    let book = store::book(work)?;
    let entries = store::entries(work)?;
    let procedures = documents::effective_procedures(work)?;
    let row = |role: RoleName| {
        let code = RoleCode::new(&role.code);
        let uses = procedures_of(&book, &names, &code, (&procedures, today));
        let own: Vec<_> = entries.iter().filter(|entry| entry.assignment.role == code).collect();
        let rows = entry_rows(&own, (&book, &names), &procedures, today);
        let (general, special) = rows
            .into_iter()
            .filter(|row| row.state != "past")
            .partition(|row| row.procedure.is_none());
        RoleRow {
            procedures: uses.len(),
            gaps: uses.iter().filter(|one| one.cell.cover == "gap").count(),
            role,
            general,
            special,
        }
    };
    let mut roles: Vec<RoleRow> = names.roles.iter().map(|role| row(names.of_role(role))).collect();
    // The office's own roles first; then those with the most procedures.
    roles.sort_by_key(|row| (row.role.external, std::cmp::Reverse(row.procedures)));
    Ok(RolesPage { roles, today })
}

pub(super) async fn list(desk: Desk) -> Result<HttpResponse, Failure> {
    let page = desk.read(load).await?;
    desk.page(&page)
}
