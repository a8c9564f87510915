//! All SQL of this room.

use super::record::{Filled, OfCase, Record};
use super::schema::form_records as r;
use crate::forms::Values;
use crate::kernel::{CaseId, DocumentId, PersonId, VersionId};
use crate::ledger::Work;
use crate::web::Failure;
use chrono::NaiveDateTime;
use diesel::prelude::*;
use std::collections::BTreeMap;

/// Records on one page of the list.
pub(super) const PAGE: i64 = 50;
/// The most records of one case that are shown.
const MOST_OF_CASE: i64 = 200;
/// The most records of one table for spreadsheets.
pub(super) const MOST_IN_TABLE: i64 = 10_000;

type Row = (
    (String, String, DocumentId, VersionId, String, String),
    (Option<CaseId>, Option<String>, Option<String>),
    (PersonId, String, String, NaiveDateTime),
    (Option<String>, Option<String>),
);

macro_rules! rows {
    ($agency:expr) => {
        r::table.filter(r::agency_id.eq($agency)).select((
            (
                r::id,
                r::code,
                r::document_id,
                r::version_id,
                r::content_sha256,
                r::form_code,
            ),
            (r::case_id, r::case_code, r::step_code),
            (r::person_id, r::person_name, r::position_name, r::at),
            (r::replaces_id, r::reason),
        ))
    };
}

fn record_of(row: Row) -> Record {
    let (id, code, document_id, version_id, content_sha256, form_code) = row.0;
    let case = match row.1 {
        (Some(id), Some(code), Some(step)) => Some(OfCase { id, code, step }),
        _ => None,
    };
    let (person_id, person_name, position_name, at) = row.2;
    let (replaces_id, reason) = row.3;
    Record {
        id,
        code,
        document_id,
        version_id,
        content_sha256,
        form_code,
        case,
        person_id,
        person_name,
        position_name,
        at,
        replaces_id,
        reason,
    }
}

/// Which records are looked for.
#[derive(Debug, Clone, Default)]
pub(super) struct RecordFilter {
    /// Of this form.
    pub(super) document: Option<DocumentId>,
    /// Of the case with this code.
    pub(super) case_code: Option<String>,
    /// Not earlier than this moment, UTC.
    pub(super) from: Option<NaiveDateTime>,
    /// Earlier than this moment, UTC.
    pub(super) before: Option<NaiveDateTime>,
}

/// The records that fit, the newest first, behind the one with this code.
pub(super) fn list(
    work: &mut Work<'_>,
    filter: &RecordFilter,
    (after, most): (Option<&str>, i64),
) -> Result<Vec<Record>, Failure> {
    let agency = work.agency();
    let mut query = rows!(&agency).into_boxed();
    if let Some(document) = &filter.document {
        query = query.filter(r::document_id.eq(document.clone()));
    }
    if let Some(code) = &filter.case_code {
        query = query.filter(r::case_code.eq(code.clone()));
    }
    if let Some(from) = filter.from {
        query = query.filter(r::at.ge(from));
    }
    if let Some(before) = filter.before {
        query = query.filter(r::at.lt(before));
    }
    if let Some(after) = after {
        let last = by_code(work, after)?;
        query = query.filter(r::at.lt(last.at).or(r::at.eq(last.at).and(r::id.lt(last.id))));
    }
    let rows: Vec<Row> = query.order((r::at.desc(), r::id.desc())).limit(most).load(work.conn)?;
    Ok(rows.into_iter().map(record_of).collect())
}

/// The record with this code.
pub(super) fn by_code(work: &mut Work<'_>, code: &str) -> QueryResult<Record> {
    let agency = work.agency();
    rows!(&agency)
        .filter(r::code.eq(code))
        .first::<Row>(work.conn)
        .map(record_of)
}

/// The record with this id.
pub(super) fn by_id(work: &mut Work<'_>, id: &str) -> QueryResult<Record> {
    let agency = work.agency();
    rows!(&agency)
        .filter(r::id.eq(id))
        .first::<Row>(work.conn)
        .map(record_of)
}

/// The records of a case, the oldest first.
///
/// # Errors
/// When the database fails.
pub fn of_case(work: &mut Work<'_>, case: &CaseId) -> QueryResult<Vec<Record>> {
    let agency = work.agency();
    let rows: Vec<Row> = rows!(&agency)
        .filter(r::case_id.eq(case))
        .order((r::at, r::id))
        .limit(MOST_OF_CASE)
        .load(work.conn)?;
    Ok(rows.into_iter().map(record_of).collect())
}

/// Of these ids, the records outside of cases, the oldest first.
///
/// # Errors
/// When the database fails.
pub fn outside(work: &mut Work<'_>, ids: &[String]) -> QueryResult<Vec<Record>> {
    let agency = work.agency();
    let mut found = Vec::new();
    // SQLite and PostgreSQL bound the number of values in one question.
    for ids in ids.chunks(500) {
        let rows: Vec<Row> = rows!(&agency)
            .filter(r::case_id.is_null().and(r::id.eq_any(ids)))
            .load(work.conn)?;
        found.extend(rows.into_iter().map(record_of));
    }
    found.sort_by(|one: &Record, other| (one.at, &one.id).cmp(&(other.at, &other.id)));
    Ok(found)
}

/// Records outside of cases in the order of their ids, behind one of them.
pub(super) fn outside_after(work: &mut Work<'_>, after: Option<&str>, most: i64) -> QueryResult<Vec<Record>> {
    let agency = work.agency();
    let rows: Vec<Row> = rows!(&agency)
        .filter(r::case_id.is_null().and(r::id.gt(after.unwrap_or_default())))
        .order(r::id)
        .limit(most)
        .load(work.conn)?;
    Ok(rows.into_iter().map(record_of).collect())
}

/// Records outside of cases that were filled before a moment, the oldest first: after `skip` of them, at most `most`.
///
/// # Errors
/// When the database fails.
pub fn outside_before(
    work: &mut Work<'_>,
    before: NaiveDateTime,
    (skip, most): (i64, i64),
) -> QueryResult<Vec<Record>> {
    let agency = work.agency();
    let rows: Vec<Row> = rows!(&agency)
        .filter(r::case_id.is_null().and(r::at.lt(before)))
        .order((r::at, r::id))
        .offset(skip)
        .limit(most)
        .load(work.conn)?;
    Ok(rows.into_iter().map(record_of).collect())
}

/// Which records replace these: the id that is replaced, and the code of the record that replaces it.
pub(super) fn successors(work: &mut Work<'_>, ids: &[String]) -> QueryResult<BTreeMap<String, String>> {
    let agency = work.agency();
    let rows: Vec<(Option<String>, String)> = r::table
        .filter(r::agency_id.eq(&agency).and(r::replaces_id.eq_any(ids)))
        .select((r::replaces_id, r::code))
        .load(work.conn)?;
    Ok(rows.into_iter().filter_map(|(id, code)| Some((id?, code))).collect())
}

/// How many records each form has.
pub(super) fn counts(work: &mut Work<'_>) -> QueryResult<BTreeMap<DocumentId, i64>> {
    let agency = work.agency();
    let rows: Vec<(DocumentId, i64)> = r::table
        .filter(r::agency_id.eq(&agency))
        .group_by(r::document_id)
        .select((r::document_id, diesel::dsl::count(r::id)))
        .load(work.conn)?;
    Ok(rows.into_iter().collect())
}

fn values_of(text: &str) -> Result<Values, Failure> {
    serde_json::from_str(text).map_err(|cause| Failure::Internal(cause.into()))
}

/// What was filled in these records, by their ids.
pub(super) fn values(work: &mut Work<'_>, ids: &[String]) -> Result<BTreeMap<String, Values>, Failure> {
    let agency = work.agency();
    let mut found = BTreeMap::new();
    // SQLite and PostgreSQL bound the number of values in one question.
    for ids in ids.chunks(500) {
        let rows: Vec<(String, String)> = r::table
            .filter(r::agency_id.eq(&agency).and(r::id.eq_any(ids)))
            .select((r::id, r::filled))
            .load(work.conn)?;
        for (id, filled) in rows {
            found.insert(id, values_of(&filled)?);
        }
    }
    Ok(found)
}

/// A filled form with what was filled in.
pub(super) fn filled(work: &mut Work<'_>, record: Record) -> Result<Filled, Failure> {
    let values = values(work, std::slice::from_ref(&record.id))?.remove(&record.id);
    Ok(Filled {
        values: values.ok_or(Failure::NotFound)?,
        record,
    })
}

/// Keeps a filled form.
pub(super) fn insert(work: &mut Work<'_>, record: &Record, filled: &str) -> QueryResult<()> {
    let agency = work.agency();
    let case = record.case.as_ref();
    diesel::insert_into(r::table)
        .values((
            (
                r::id.eq(&record.id),
                r::agency_id.eq(&agency),
                r::code.eq(&record.code),
                r::document_id.eq(&record.document_id),
                r::version_id.eq(&record.version_id),
                r::content_sha256.eq(&record.content_sha256),
                r::form_code.eq(&record.form_code),
            ),
            (
                r::case_id.eq(case.map(|case| &case.id)),
                r::case_code.eq(case.map(|case| &case.code)),
                r::step_code.eq(case.map(|case| &case.step)),
            ),
            r::filled.eq(filled),
            (
                r::person_id.eq(&record.person_id),
                r::person_name.eq(&record.person_name),
                r::position_name.eq(&record.position_name),
                r::at.eq(record.at),
            ),
            (
                r::replaces_id.eq(&record.replaces_id),
                r::reason.eq(&record.reason),
                r::is_sealed.eq(true),
            ),
        ))
        .execute(work.conn)?;
    Ok(())
}

/// Some records of the agency whose personal answers may still stand in clear.
pub(super) fn in_clear(work: &mut Work<'_>, most: i64) -> QueryResult<Vec<Record>> {
    let agency = work.agency();
    let rows: Vec<Row> = rows!(&agency)
        .filter(r::is_sealed.eq(false))
        .order(r::id)
        .limit(most)
        .load(work.conn)?;
    Ok(rows.into_iter().map(record_of).collect())
}

/// Leaves of what was filled in only what is not personal.
pub(super) fn set_sealed(work: &mut Work<'_>, id: &str, filled: &str) -> QueryResult<()> {
    let agency = work.agency();
    diesel::update(r::table.filter(r::agency_id.eq(&agency).and(r::id.eq(id))))
        .set((r::filled.eq(filled), r::is_sealed.eq(true)))
        .execute(work.conn)
        .map(drop)
}
