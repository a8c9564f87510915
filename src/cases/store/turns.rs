//! Every step that any case waits for, with the role that may do it.

use super::lists::titles;
use crate::cases::schema::{case_waiting, cases};
use crate::kernel::{DocumentId, VersionId};
use crate::ledger::Work;
use crate::workflow::RoleCode;
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// The most steps that are looked at; the first due come first.
const MOST: i64 = 20_000;

/// A step that a case waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingStep {
    /// Code of the case.
    pub case: String,
    /// The procedure that it follows.
    pub document: DocumentId,
    /// Title of the procedure.
    pub title: String,
    /// Code of the step.
    pub step: String,
    /// A role that may do it.
    pub role: RoleCode,
    /// Since when it is possible, UTC.
    pub since: NaiveDateTime,
    /// When the step or the case is due, whichever is sooner, UTC; `None` when neither is.
    pub due_at: Option<NaiveDateTime>,
}

/// Every step that cases wait for, the first due first; at most 20,000.
///
/// # Errors
/// When the database fails.
pub fn waiting_steps(work: &mut Work<'_>) -> QueryResult<Vec<WaitingStep>> {
    use case_waiting as w;
    type Row = (
        (String, DocumentId, VersionId, Option<NaiveDateTime>),
        (String, String, NaiveDateTime, Option<NaiveDateTime>),
    );
    let agency = work.agency();
    let rows: Vec<Row> = w::table
        .inner_join(cases::table)
        .filter(w::agency_id.eq(&agency))
        .order((cases::due_at.is_null(), cases::due_at, cases::code, w::step_code))
        .limit(MOST)
        .select((
            (cases::code, cases::document_id, cases::version_id, cases::due_at),
            (w::step_code, w::role_code, w::since, w::due_at),
        ))
        .load(work.conn)?;
    let titles = titles(work, rows.iter().map(|row| &row.0.2))?;
    let step = |((case, document, version, case_due), (step, role, since, step_due)): Row| WaitingStep {
        title: titles.get(&version).map(|(_, title)| title.clone()).unwrap_or_default(),
        due_at: [case_due, step_due].into_iter().flatten().min(),
        role: RoleCode::new(&role),
        case,
        document,
        step,
        since,
    };
    Ok(rows.into_iter().map(step).collect())
}
