//! Codes: patterns, reservations, and the codes that documents had before.

use crate::documents::schema::{code_patterns, code_reservations, documents, old_codes, versions};
use crate::documents::version::Stage;
use crate::kernel::{DocumentId, Person, PersonId, new_id};
use crate::ledger::Work;
use crate::procedures::Kind;
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;

/// A code that is kept free.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Queryable)]
pub struct Reservation {
    /// Its id.
    pub id: String,
    /// The code.
    pub code: String,
    /// What it is kept for.
    pub purpose: String,
    /// The last day on which it is kept.
    pub until: NaiveDate,
    /// Who keeps it.
    pub person_id: PersonId,
    /// The name.
    pub person_name: String,
    /// Since when, UTC.
    pub made_at: NaiveDateTime,
}

/// A code that a document had before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Queryable)]
pub struct OldCode {
    /// The code that it had.
    pub code: String,
    /// The code that it was given instead.
    pub new_code: String,
    /// The code that it has now.
    pub present_code: String,
    /// Why.
    pub reason: String,
    /// By which decision; may be empty.
    pub decision_no: String,
    /// Who did it.
    pub person_name: String,
    /// When, UTC.
    pub at: NaiveDateTime,
}

/// How many reservations and old codes are shown.
const SHOWN: i64 = 500;

/// The patterns that the office has set.
pub(in crate::documents) fn patterns(work: &mut Work<'_>) -> QueryResult<BTreeMap<String, String>> {
    let agency = work.agency();
    let rows: Vec<(String, String)> = code_patterns::table
        .filter(code_patterns::agency_id.eq(&agency))
        .select((code_patterns::kind, code_patterns::pattern))
        .load(work.conn)?;
    Ok(rows.into_iter().collect())
}

pub(in crate::documents) fn keep_pattern(work: &mut Work<'_>, kind: Kind, pattern: &str) -> QueryResult<()> {
    let agency = work.agency();
    let own = code_patterns::agency_id
        .eq(&agency)
        .and(code_patterns::kind.eq(kind.as_str()));
    let changed = diesel::update(code_patterns::table.filter(own))
        .set(code_patterns::pattern.eq(pattern))
        .execute(work.conn)?;
    if changed == 0 {
        diesel::insert_into(code_patterns::table)
            .values((
                code_patterns::agency_id.eq(&agency),
                code_patterns::kind.eq(kind.as_str()),
                code_patterns::pattern.eq(pattern),
            ))
            .execute(work.conn)?;
    }
    Ok(())
}

/// The codes that are kept free, in their order; those whose day has gone by are not kept any more.
///
/// # Errors
/// When the database fails.
pub fn reservations(work: &mut Work<'_>) -> QueryResult<Vec<Reservation>> {
    let (agency, today) = (work.agency(), work.actor.today());
    code_reservations::table
        .filter(
            code_reservations::agency_id
                .eq(&agency)
                .and(code_reservations::ended_at.is_null()),
        )
        .filter(code_reservations::until.ge(today))
        .order(code_reservations::code)
        .limit(SHOWN)
        .select((
            code_reservations::id,
            code_reservations::code,
            code_reservations::purpose,
            code_reservations::until,
            code_reservations::person_id,
            code_reservations::person_name,
            code_reservations::made_at,
        ))
        .load(work.conn)
}

/// Who keeps this code free today, if anybody does.
pub(in crate::documents) fn reserved(work: &mut Work<'_>, code: &str) -> QueryResult<Option<Reservation>> {
    let (agency, today) = (work.agency(), work.actor.today());
    code_reservations::table
        .filter(
            code_reservations::agency_id
                .eq(&agency)
                .and(code_reservations::ended_at.is_null()),
        )
        .filter(code_reservations::code.eq(code).and(code_reservations::until.ge(today)))
        .select((
            code_reservations::id,
            code_reservations::code,
            code_reservations::purpose,
            code_reservations::until,
            code_reservations::person_id,
            code_reservations::person_name,
            code_reservations::made_at,
        ))
        .first(work.conn)
        .optional()
}

/// Keeps a code free.
pub(in crate::documents) fn insert_reservation(
    work: &mut Work<'_>,
    person: &Person,
    (code, purpose, until): (&str, &str, NaiveDate),
) -> QueryResult<String> {
    let id = new_id();
    diesel::insert_into(code_reservations::table)
        .values((
            code_reservations::id.eq(&id),
            code_reservations::agency_id.eq(work.agency()),
            code_reservations::code.eq(code),
            code_reservations::purpose.eq(purpose),
            code_reservations::until.eq(until),
            code_reservations::person_id.eq(&person.id),
            code_reservations::person_name.eq(&person.full_name),
            code_reservations::made_at.eq(work.actor.at),
        ))
        .execute(work.conn)?;
    Ok(id)
}

/// Ends whatever keeps a code free; `document` is the one that was given the code. Gives how many ended.
pub(in crate::documents) fn end_reservation(
    work: &mut Work<'_>,
    code: &str,
    document: Option<&DocumentId>,
) -> QueryResult<usize> {
    let agency = work.agency();
    let open = code_reservations::table
        .filter(
            code_reservations::agency_id
                .eq(&agency)
                .and(code_reservations::code.eq(code)),
        )
        .filter(code_reservations::ended_at.is_null());
    diesel::update(open)
        .set((
            code_reservations::ended_at.eq(work.actor.at),
            code_reservations::document_id.eq(document),
        ))
        .execute(work.conn)
}

/// Gives a document another code; the one it has is kept.
pub(in crate::documents) fn change_code(
    work: &mut Work<'_>,
    document: &DocumentId,
    (old, new): (&str, &str),
    person: &Person,
    (reason, decision_no): (&str, &str),
) -> QueryResult<()> {
    let agency = work.agency();
    diesel::insert_into(old_codes::table)
        .values((
            old_codes::id.eq(new_id()),
            old_codes::agency_id.eq(&agency),
            old_codes::document_id.eq(document),
            old_codes::code.eq(old),
            old_codes::new_code.eq(new),
            old_codes::reason.eq(reason),
            old_codes::decision_no.eq(decision_no),
            old_codes::person_id.eq(&person.id),
            old_codes::person_name.eq(&person.full_name),
            old_codes::at.eq(work.actor.at),
        ))
        .execute(work.conn)?;
    diesel::update(documents::table.filter(documents::agency_id.eq(&agency).and(documents::id.eq(document))))
        .set(documents::code.eq(new))
        .execute(work.conn)
        .map(drop)
}

/// The document that has or had this code, and the code that it has now.
///
/// # Errors
/// `NotFound` when no document of the agency ever had it.
pub fn document_by_any_code(work: &mut Work<'_>, code: &str) -> QueryResult<(DocumentId, String)> {
    let agency = work.agency();
    let present: Option<DocumentId> = super::document_by_code(work, code).optional()?;
    if let Some(document) = present {
        return Ok((document, code.to_owned()));
    }
    old_codes::table
        .inner_join(documents::table)
        .filter(old_codes::agency_id.eq(&agency).and(old_codes::code.eq(code)))
        .select((documents::id, documents::code))
        .first(work.conn)
}

/// The codes that documents had before, the last change first; of one document, or of all.
///
/// # Errors
/// When the database fails.
pub fn old_codes_of(work: &mut Work<'_>, document: Option<&DocumentId>) -> QueryResult<Vec<OldCode>> {
    let agency = work.agency();
    let mut query = old_codes::table
        .inner_join(documents::table)
        .filter(old_codes::agency_id.eq(agency))
        .order((old_codes::at.desc(), old_codes::code))
        .limit(SHOWN)
        .select((
            old_codes::code,
            old_codes::new_code,
            documents::code,
            old_codes::reason,
            old_codes::decision_no,
            old_codes::person_name,
            old_codes::at,
        ))
        .into_boxed();
    if let Some(document) = document {
        query = query.filter(old_codes::document_id.eq(document.clone()));
    }
    query.load(work.conn)
}

/// Every code that is or was given, or kept free.
pub(in crate::documents) fn used_codes(work: &mut Work<'_>) -> QueryResult<Vec<String>> {
    let agency = work.agency();
    let mut codes: Vec<String> = documents::table
        .filter(documents::agency_id.eq(&agency))
        .select(documents::code)
        .load(work.conn)?;
    codes.extend(
        old_codes::table
            .filter(old_codes::agency_id.eq(&agency))
            .select(old_codes::code)
            .load::<String>(work.conn)?,
    );
    let (today, kept) = (work.actor.today(), code_reservations::ended_at.is_null());
    codes.extend(
        code_reservations::table
            .filter(code_reservations::agency_id.eq(&agency).and(kept))
            .filter(code_reservations::until.ge(today))
            .select(code_reservations::code)
            .load::<String>(work.conn)?,
    );
    Ok(codes)
}

/// The codes of a kind with the fields of their versions in force.
pub(in crate::documents) fn codes_with_fields(work: &mut Work<'_>, kind: Kind) -> QueryResult<Vec<(String, String)>> {
    let agency = work.agency();
    versions::table
        .inner_join(documents::table)
        .filter(
            versions::agency_id
                .eq(&agency)
                .and(versions::stage.eq(Stage::Effective)),
        )
        .filter(documents::kind.eq(kind.as_str()))
        .select((documents::code, versions::field))
        .load(work.conn)
}
