//! How well the roles of the effective procedures are covered. Pure, but for the reading at its end.

use super::book::{Book, Cover};
use super::store;
use crate::documents::{self, Content, VersionHead};
use crate::ledger::Work;
use crate::workflow::RoleCode;
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Counts over all effective procedures; a gap and an overlap are of one role in one procedure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Figures {
    /// Effective procedures that have steps.
    pub procedures: usize,
    /// Roles that their steps name.
    pub roles: usize,
    /// Roles with nobody.
    pub gaps: usize,
    /// Roles with several people by separate entries.
    pub overlaps: usize,
}

/// The roles of a procedure in the order in which its steps name them.
pub(super) fn roles_in(content: &Content) -> Vec<RoleCode> {
    let mut roles: Vec<RoleCode> = Vec::new();
    for role in content.table.steps.iter().flat_map(|step| &step.roles) {
        if !roles.contains(role) {
            roles.push(role.clone());
        }
    }
    roles
}

/// Counts the roles of these procedures, their gaps and their overlaps on a day.
pub(super) fn figures(book: &Book, procedures: &[(VersionHead, Arc<Content>)], day: NaiveDate) -> Figures {
    let mut figures = Figures {
        procedures: procedures.len(),
        ..Figures::default()
    };
    let mut known = BTreeSet::new();
    for (head, content) in procedures {
        for role in roles_in(content) {
            match book.cover(&role, &head.document_id, day) {
                Cover::Gap => figures.gaps = figures.gaps.saturating_add(1),
                Cover::Overlap => figures.overlaps = figures.overlaps.saturating_add(1),
                Cover::Clear => {}
            }
            known.insert(role);
        }
    }
    figures.roles = known.len();
    figures
}

/// How well the roles of the effective procedures are covered today.
///
/// # Errors
/// When the database fails.
pub fn coverage(work: &mut Work<'_>) -> diesel::QueryResult<Figures> {
    let book = store::book(work)?;
    let procedures = documents::effective_procedures(work)?;
    Ok(figures(&book, &procedures, work.actor.today()))
}
