//! How work goes: what is open, what is late, and how much was done on time.

use super::lists::titles;
use super::traces::{begin_of, end_of};
use crate::calendar;
use crate::cases::clock;
use crate::cases::schema::{case_waiting, cases};
use crate::cases::trace::Ended;
use crate::kernel::{CaseId, DocumentId, VersionId, local};
use crate::ledger::Work;
use chrono::{Datelike, NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// How work goes. Open, late and due soon are as of now; the rates are of cases that ended within the period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct Overview {
    /// Cases that are not ended.
    pub open: i64,
    /// Open cases past their due time.
    pub late: i64,
    /// Open cases due by the end of the next working day.
    pub due_soon: i64,
    /// By procedure, in the order of their codes.
    pub by_procedure: Vec<ProcedureRate>,
    /// By month of the end, the earliest first.
    pub by_month: Vec<MonthRate>,
    /// By role, in the order of their codes.
    pub by_role: Vec<RoleLoad>,
}

/// Cases of one procedure that ended with a result or a refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProcedureRate {
    /// The procedure.
    pub document_id: DocumentId,
    /// Its code.
    pub code: String,
    /// Its title.
    pub title: String,
    /// How many ended.
    pub done: i64,
    /// How many of them by their due time.
    pub on_time: i64,
}

/// Cases that ended in one month with a result or a refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MonthRate {
    /// The first day of the month.
    pub month: NaiveDate,
    /// How many ended.
    pub done: i64,
    /// How many of them by their due time.
    pub on_time: i64,
}

/// Cases that wait for a role now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RoleLoad {
    /// Code of the role.
    pub role_code: String,
    /// How many cases wait for it.
    pub open: i64,
    /// How many of them past the due time of the step or of the case.
    pub late: i64,
}

/// How work goes; the rates are of cases that ended from `from` to `to`, both days included. A fixed number of queries.
///
/// # Errors
/// When the database fails.
pub fn overview(work: &mut Work<'_>, from: NaiveDate, to: NaiveDate) -> QueryResult<Overview> {
    let (agency, now) = (work.agency(), work.actor.at);
    let soon = clock::soon(&calendar::working_calendar(work)?, now);
    let open = cases::table.filter(cases::agency_id.eq(&agency).and(cases::ended.is_null()));
    let (by_procedure, by_month) = rates(work, from, to)?;
    Ok(Overview {
        open: open.count().get_result(work.conn)?,
        late: open.filter(cases::due_at.lt(now)).count().get_result(work.conn)?,
        due_soon: open
            .filter(cases::due_at.ge(now).and(cases::due_at.le(soon)))
            .count()
            .get_result(work.conn)?,
        by_procedure,
        by_month,
        by_role: loads(work)?,
    })
}

type Done = (DocumentId, VersionId, Option<NaiveDateTime>, Option<NaiveDateTime>);

fn rates(work: &mut Work<'_>, from: NaiveDate, to: NaiveDate) -> QueryResult<(Vec<ProcedureRate>, Vec<MonthRate>)> {
    let agency = work.agency();
    let rows: Vec<Done> = cases::table
        .filter(
            cases::agency_id
                .eq(&agency)
                .and(cases::ended.eq_any([Ended::Completed, Ended::Refused])),
        )
        .filter(cases::ended_at.ge(begin_of(from)).and(cases::ended_at.lt(end_of(to))))
        .order(cases::ended_at)
        .select((cases::document_id, cases::version_id, cases::due_at, cases::ended_at))
        .load(work.conn)?;
    let titles = titles(work, rows.iter().map(|row| &row.1))?;
    let mut procedures: BTreeMap<DocumentId, ProcedureRate> = BTreeMap::new();
    let mut months: BTreeMap<NaiveDate, MonthRate> = BTreeMap::new();
    for (document_id, version, due_at, ended_at) in rows {
        let Some(ended_at) = ended_at else { continue };
        let on_time = i64::from(due_at.is_none_or(|due| ended_at <= due));
        let (code, title) = titles.get(&version).cloned().unwrap_or_default();
        let rate = procedures.entry(document_id.clone()).or_insert(ProcedureRate {
            document_id,
            code: String::new(),
            title: String::new(),
            done: 0,
            on_time: 0,
        });
        // The rows come by time, so that the latest version gives the title.
        (rate.code, rate.title) = (code, title);
        rate.done = rate.done.saturating_add(1);
        rate.on_time = rate.on_time.saturating_add(on_time);
        let day = local(ended_at).date();
        let month = day.with_day(1).unwrap_or(day);
        let rate = months.entry(month).or_insert(MonthRate {
            month,
            done: 0,
            on_time: 0,
        });
        rate.done = rate.done.saturating_add(1);
        rate.on_time = rate.on_time.saturating_add(on_time);
    }
    let mut procedures: Vec<ProcedureRate> = procedures.into_values().collect();
    procedures.sort_by(|one, other| one.code.cmp(&other.code));
    Ok((procedures, months.into_values().collect()))
}

fn loads(work: &mut Work<'_>) -> QueryResult<Vec<RoleLoad>> {
    use case_waiting as w;
    type Row = (String, CaseId, Option<NaiveDateTime>, Option<NaiveDateTime>);
    let (agency, now) = (work.agency(), work.actor.at);
    let rows: Vec<Row> = w::table
        .inner_join(cases::table)
        .filter(w::agency_id.eq(&agency))
        .select((w::role_code, w::case_id, w::due_at, cases::due_at))
        .load(work.conn)?;
    let mut loads: BTreeMap<String, (BTreeSet<CaseId>, BTreeSet<CaseId>)> = BTreeMap::new();
    for (role, case, step_due, due) in rows {
        let (open, late) = loads.entry(role).or_default();
        if [step_due, due].into_iter().flatten().any(|due| due < now) {
            late.insert(case.clone());
        }
        open.insert(case);
    }
    let count = |cases: &BTreeSet<CaseId>| i64::try_from(cases.len()).unwrap_or(i64::MAX);
    let load = |(role_code, (open, late))| RoleLoad {
        role_code,
        open: count(&open),
        late: count(&late),
    };
    Ok(loads.into_iter().map(load).collect())
}
