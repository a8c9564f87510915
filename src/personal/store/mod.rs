//! All SQL of this room: what is sealed, found and erased here; who saw it, and what was lost with its keys, beside.

mod accesses;
mod lost;

pub use accesses::{Access, accesses_by, accesses_to};
pub(super) use accesses::{NewAccess, insert_accesses};
pub(super) use lost::set_lost;
pub use lost::{last_loss, lost_forms};

use crate::kernel::{AgencyId, CaseId, PersonId};
use crate::ledger::Work;
use crate::on;
use crate::personal::schema::{
    case_applicants as old, personal_data as d, personal_erasures as e, personal_words as w,
};
use crate::personal::seal::Sealed;
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;

/// A sealed value, or what an erasure left of it.
pub(in crate::personal) struct Kept {
    pub(in crate::personal) subject: String,
    pub(in crate::personal) field: String,
    pub(in crate::personal) sealed: Option<Sealed>,
    /// When its key was given up as lost.
    pub(in crate::personal) lost_at: Option<NaiveDateTime>,
}

/// By what request somebody's data were erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Erased {
    /// The number of the request; none for an erasure because the time of retention was over.
    pub request_no: Option<i64>,
    /// The legal basis.
    pub basis: String,
    /// When, UTC.
    pub at: NaiveDateTime,
}

pub(in crate::personal) fn insert(
    work: &mut Work<'_>,
    (subject, case): (&str, Option<&CaseId>),
    values: &[(String, Sealed)],
) -> QueryResult<()> {
    let agency = work.agency();
    for (field, sealed) in values {
        diesel::insert_into(d::table)
            .values((
                d::subject_id.eq(subject),
                d::agency_id.eq(&agency),
                d::field.eq(field),
                d::case_id.eq(case),
                d::salt.eq(Some(&sealed.salt)),
                d::ciphertext.eq(Some(&sealed.ciphertext)),
                d::commitment.eq(&sealed.commitment),
            ))
            .execute(work.conn)?;
    }
    Ok(())
}

pub(in crate::personal) fn insert_words(work: &mut Work<'_>, subject: &str, tokens: &[String]) -> QueryResult<()> {
    let agency = work.agency();
    let row = |token: &String| {
        (
            w::agency_id.eq(agency.clone()),
            w::token.eq(token.clone()),
            w::subject_id.eq(subject.to_owned()),
        )
    };
    let rows: Vec<_> = tokens.iter().map(row).collect();
    on!(work.conn, c => diesel::insert_into(w::table).values(&rows).execute(c)).map(drop)
}

type KeptRow = (
    String,
    String,
    Option<String>,
    Option<String>,
    String,
    Option<NaiveDateTime>,
);

fn one_kept((subject, field, salt, ciphertext, commitment, lost_at): KeptRow) -> Kept {
    Kept {
        lost_at,
        subject,
        field,
        sealed: salt.zip(ciphertext).map(|(salt, ciphertext)| Sealed {
            salt,
            ciphertext,
            commitment,
        }),
    }
}

/// What is kept under these fields of these subjects; of all fields when none is named.
pub(in crate::personal) fn kept(work: &mut Work<'_>, subjects: &[&str], fields: &[String]) -> QueryResult<Vec<Kept>> {
    let agency = work.agency();
    let mut query = d::table
        .filter(d::agency_id.eq(&agency).and(d::subject_id.eq_any(subjects)))
        .into_boxed();
    if !fields.is_empty() {
        query = query.filter(d::field.eq_any(fields));
    }
    let rows: Vec<KeptRow> = query
        .order((d::subject_id, d::field))
        .select((
            d::subject_id,
            d::field,
            d::salt,
            d::ciphertext,
            d::commitment,
            d::lost_at,
        ))
        .load(work.conn)?;
    Ok(rows.into_iter().map(one_kept).collect())
}

/// Subjects of an agency with something sealed, the newest first, from before one of them on.
pub(in crate::personal) fn sealed_before(
    conn: &mut crate::db::AnyConnection,
    agency: &AgencyId,
    before: Option<&str>,
    most: i64,
) -> QueryResult<Vec<String>> {
    let mut query = d::table
        .filter(d::agency_id.eq(agency).and(d::ciphertext.is_not_null()))
        .filter(d::lost_at.is_null())
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(d::subject_id.lt(before));
    }
    query
        .select(d::subject_id)
        .distinct()
        .order(d::subject_id.desc())
        .limit(most)
        .load(conn)
}

/// What is sealed of one subject.
pub(in crate::personal) fn sealed_of(
    conn: &mut crate::db::AnyConnection,
    agency: &AgencyId,
    subject: &str,
) -> QueryResult<Vec<Kept>> {
    let rows: Vec<KeptRow> = d::table
        .filter(d::agency_id.eq(agency).and(d::subject_id.eq(subject)))
        .filter(d::lost_at.is_null())
        .order(d::field)
        .select((
            d::subject_id,
            d::field,
            d::salt,
            d::ciphertext,
            d::commitment,
            d::lost_at,
        ))
        .load(conn)?;
    Ok(rows.into_iter().map(one_kept).collect())
}

/// Whether anything is sealed, in any agency, that a key should open.
pub(in crate::personal) fn is_any_sealed(conn: &mut crate::db::AnyConnection) -> QueryResult<bool> {
    let first: Option<String> = d::table
        .filter(d::ciphertext.is_not_null().and(d::lost_at.is_null()))
        .select(d::subject_id)
        .first(conn)
        .optional()?;
    Ok(first.is_some())
}

/// How many subjects of each agency have something sealed that a key should open.
pub(in crate::personal) fn sealed_subjects(conn: &mut crate::db::AnyConnection) -> QueryResult<Vec<(AgencyId, i64)>> {
    d::table
        .filter(d::ciphertext.is_not_null().and(d::lost_at.is_null()))
        .group_by(d::agency_id)
        .order(d::agency_id)
        .select((d::agency_id, diesel::dsl::count(d::subject_id).aggregate_distinct()))
        .load(conn)
}

/// Which of these subjects were erased, and how.
///
/// # Errors
/// When the database fails.
pub fn erased(work: &mut Work<'_>, subjects: &[&str]) -> QueryResult<BTreeMap<String, Erased>> {
    let agency = work.agency();
    let rows: Vec<(String, Option<i64>, String, NaiveDateTime)> = e::table
        .filter(e::agency_id.eq(&agency).and(e::subject_id.eq_any(subjects)))
        .select((e::subject_id, e::request_no, e::basis, e::erased_at))
        .load(work.conn)?;
    let one = |(subject, request_no, basis, at)| (subject, Erased { request_no, basis, at });
    Ok(rows.into_iter().map(one).collect())
}

/// All subjects that were ever erased, in every agency: their keys must be gone.
pub(in crate::personal) fn all_erased(conn: &mut crate::db::AnyConnection) -> QueryResult<Vec<String>> {
    e::table.select(e::subject_id).load(conn)
}

pub(in crate::personal) fn insert_erasure(
    work: &mut Work<'_>,
    subject: &str,
    (request_no, basis): (Option<i64>, &str),
    (proposed_by, erased_by): (&PersonId, &PersonId),
) -> QueryResult<()> {
    let agency = work.agency();
    diesel::insert_into(e::table)
        .values((
            e::subject_id.eq(subject),
            e::agency_id.eq(&agency),
            e::request_no.eq(request_no),
            e::basis.eq(basis),
            e::proposed_by.eq(proposed_by),
            e::erased_by.eq(erased_by),
            e::erased_at.eq(work.actor.at),
        ))
        .execute(work.conn)
        .map(drop)
}

/// Takes salt and sealed value away, and every word by which the subject was found. Gives how many values there were.
pub(in crate::personal) fn wipe(work: &mut Work<'_>, subject: &str) -> QueryResult<usize> {
    let agency = work.agency();
    let own = d::agency_id.eq(&agency).and(d::subject_id.eq(subject));
    let wiped = diesel::update(d::table.filter(own.and(d::salt.is_not_null())))
        .set((d::salt.eq(None::<String>), d::ciphertext.eq(None::<String>)))
        .execute(work.conn)?;
    diesel::delete(w::table.filter(w::agency_id.eq(&agency).and(w::subject_id.eq(subject)))).execute(work.conn)?;
    Ok(wiped)
}

/// The subjects that have one token of each group, the newest first; at most so many, or all of them.
pub(in crate::personal) fn with_tokens(
    work: &mut Work<'_>,
    groups: &[Vec<String>],
    most: Option<i64>,
) -> QueryResult<Vec<String>> {
    let agency = work.agency();
    let tokens: Vec<&String> = groups.iter().flatten().collect();
    // A number stands alone, in one group of its two kinds; the words of a name are groups of one token each.
    let least = i64::try_from(groups.len()).unwrap_or(i64::MAX);
    w::table
        .filter(w::agency_id.eq(&agency).and(w::token.eq_any(tokens)))
        .group_by(w::subject_id)
        .having(diesel::dsl::count_star().ge(least))
        .order(w::subject_id.desc())
        .limit(most.unwrap_or(i64::MAX))
        .select(w::subject_id)
        .load(work.conn)
}

/// Of these subjects (some hundreds), those of whom something is still sealed.
///
/// # Errors
/// When the database fails.
pub fn sealed_among(work: &mut Work<'_>, subjects: &[&str]) -> QueryResult<Vec<String>> {
    let agency = work.agency();
    d::table
        .filter(d::agency_id.eq(&agency).and(d::subject_id.eq_any(subjects)))
        .filter(d::ciphertext.is_not_null())
        .select(d::subject_id)
        .distinct()
        .load(work.conn)
}

/// Of these subjects, those with something sealed that have no such token.
pub(in crate::personal) fn sealed_without(
    work: &mut Work<'_>,
    subjects: &[&str],
    token: &str,
) -> QueryResult<Vec<String>> {
    let agency = work.agency();
    let own = w::agency_id.eq(&agency).and(w::token.eq(token));
    let known: Vec<String> = w::table
        .filter(own.and(w::subject_id.eq_any(subjects)))
        .select(w::subject_id)
        .load(work.conn)?;
    let mut sealed = sealed_among(work, subjects)?;
    sealed.retain(|subject| !known.contains(subject));
    Ok(sealed)
}

/// An applicant as they stood in clear before.
pub(in crate::personal) type OldApplicant = (CaseId, String, String, String);

/// Some of the applicants of an agency that still stand in clear.
pub(in crate::personal) fn old_applicants(work: &mut Work<'_>, most: i64) -> QueryResult<Vec<OldApplicant>> {
    let agency = work.agency();
    old::table
        .filter(old::agency_id.eq(&agency))
        .order(old::case_id)
        .limit(most)
        .select((old::case_id, old::full_name, old::address, old::phone))
        .load(work.conn)
}

pub(in crate::personal) fn forget_old(work: &mut Work<'_>, case: &CaseId) -> QueryResult<()> {
    let agency = work.agency();
    let own = old::agency_id.eq(&agency).and(old::case_id.eq(case));
    diesel::delete(old::table.filter(own)).execute(work.conn).map(drop)
}

/// The agencies that still have applicants in clear.
pub(in crate::personal) fn agencies_in_clear(conn: &mut crate::db::AnyConnection) -> QueryResult<Vec<AgencyId>> {
    old::table.select(old::agency_id).distinct().load(conn)
}
