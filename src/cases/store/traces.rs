//! Cases as they are judged, many at once.

use super::read::{EventRow, event, event_columns, head_columns};
use crate::cases::case::{CaseHead, EventKind};
use crate::cases::schema::{case_events, case_papers, cases};
use crate::cases::trace::{Event, Trace};
use crate::documents;
use crate::kernel::{CaseId, DocumentId, VersionId, to_utc};
use crate::ledger::Work;
use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};
use diesel::prelude::*;
use std::collections::BTreeMap;

/// Which cases to judge.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TraceFilter {
    /// Of this procedure only.
    pub document: Option<DocumentId>,
    /// Received on this day or later.
    pub from: Option<NaiveDate>,
    /// Received on this day or earlier.
    pub to: Option<NaiveDate>,
    /// This case only.
    pub case: Option<CaseId>,
}

/// Where the local day begins, UTC.
pub(super) fn begin_of(day: NaiveDate) -> NaiveDateTime {
    to_utc(day.and_time(NaiveTime::MIN))
}

/// Where the day after the local day begins, UTC.
pub(super) fn end_of(day: NaiveDate) -> NaiveDateTime {
    begin_of(day.checked_add_days(Days::new(1)).unwrap_or(day))
}

/// A query over cases, alone or joined, narrowed by the filter.
macro_rules! narrowed {
    ($query:expr, $agency:expr, $filter:expr) => {{
        let filter: &TraceFilter = $filter;
        // Moments that both databases can hold and compare.
        let from = begin_of(
            filter
                .from
                .unwrap_or_else(|| NaiveDate::from_ymd_opt(1900, 1, 1).unwrap_or_default()),
        );
        let to = end_of(
            filter
                .to
                .unwrap_or_else(|| NaiveDate::from_ymd_opt(9000, 1, 1).unwrap_or_default()),
        );
        let mut query = $query
            .filter(
                cases::agency_id
                    .eq($agency)
                    .and(cases::received_at.ge(from))
                    .and(cases::received_at.lt(to)),
            )
            .into_boxed();
        if let Some(document) = &filter.document {
            query = query.filter(cases::document_id.eq(document));
        }
        if let Some(case) = &filter.case {
            query = query.filter(cases::id.eq(case));
        }
        query
    }};
}

/// The traces of all cases that the filter lets through, in the order of receipt. A fixed number of queries, however
/// many cases there are.
///
/// # Errors
/// When the database fails.
pub fn traces(work: &mut Work<'_>, filter: &TraceFilter) -> QueryResult<Vec<Trace>> {
    let agency = work.agency();
    let heads: Vec<CaseHead> = narrowed!(cases::table, &agency, filter)
        .order((cases::received_at, cases::code))
        .select(head_columns())
        .load(work.conn)?;
    let rows: Vec<(CaseId, EventRow)> = narrowed!(case_events::table.inner_join(cases::table), &agency, filter)
        .filter(case_events::kind.eq(EventKind::Step))
        .order((case_events::case_id, case_events::done_at, case_events::seq))
        .select((case_events::case_id, event_columns()))
        .load(work.conn)?;
    let papers: Vec<(CaseId, i64, i64)> = narrowed!(case_papers::table.inner_join(cases::table), &agency, filter)
        .order((case_papers::case_id, case_papers::paper_no))
        .select((case_papers::case_id, case_papers::paper_no, case_papers::at_seq))
        .load(work.conn)?;
    let mut events: BTreeMap<CaseId, Vec<Event>> = BTreeMap::new();
    for (case, row) in rows {
        events.entry(case).or_default().extend(event(row).judged());
    }
    let mut handed_in: BTreeMap<CaseId, Vec<(i64, i64)>> = BTreeMap::new();
    for (case, number, at_seq) in papers {
        handed_in.entry(case).or_default().push((number, at_seq));
    }
    let contents = hashes(work, &heads)?;
    let trace = |head: CaseHead| Trace {
        events: events.remove(&head.id).unwrap_or_default(),
        papers: handed_in.remove(&head.id).unwrap_or_default(),
        content_sha256: contents.get(&head.version_id).cloned().unwrap_or_default(),
        id: head.id,
        code: head.code,
        document: head.document_id,
        version: head.version_id,
        duration_code: head.duration_code,
        received_at: head.received_at,
        promised_at: head.promised_at,
        due_at: head.due_at,
        ended: head.ended,
        ended_at: head.ended_at,
    };
    Ok(heads.into_iter().map(trace).collect())
}

fn hashes(work: &mut Work<'_>, heads: &[CaseHead]) -> QueryResult<BTreeMap<VersionId, String>> {
    let mut versions: Vec<VersionId> = heads.iter().map(|head| head.version_id.clone()).collect();
    versions.sort_unstable();
    versions.dedup();
    let contents = documents::contents(work, &versions)?;
    Ok(contents
        .into_iter()
        .map(|one| (one.version, one.content.sha256.clone()))
        .collect())
}
