//! All SQL of this room.

use super::field::{Purpose, Reason};
use super::schema::{
    case_applicants as old, personal_accesses as a, personal_data as d, personal_erasures as e, personal_words as w,
};
use super::seal::Sealed;
use crate::kernel::{AgencyId, CaseId, PersonId, new_id};
use crate::ledger::Work;
use crate::on;
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;

/// The most cases that a search by words gives.
const MOST_FOUND: i64 = 500;

/// A sealed value, or what an erasure left of it.
pub(super) struct Kept {
    pub(super) subject: String,
    pub(super) field: String,
    pub(super) sealed: Option<Sealed>,
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

/// One time that somebody saw data of one case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Access {
    /// When, UTC.
    pub at: NaiveDateTime,
    /// Who.
    pub person: PersonId,
    /// The case, or the filled form outside of cases.
    pub subject: String,
    /// What for.
    pub purpose: Purpose,
    /// Why, when it was not somebody who handles the case.
    pub reason: Option<Reason>,
    /// By which request.
    pub request_no: Option<i64>,
    /// Which fields, as one text: `full_name address`.
    pub fields: String,
}

pub(super) fn insert(
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

pub(super) fn insert_words(work: &mut Work<'_>, subject: &str, tokens: &[String]) -> QueryResult<()> {
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

type KeptRow = (String, String, Option<String>, Option<String>, String);

fn one_kept((subject, field, salt, ciphertext, commitment): KeptRow) -> Kept {
    Kept {
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
pub(super) fn kept(work: &mut Work<'_>, subjects: &[&str], fields: &[String]) -> QueryResult<Vec<Kept>> {
    let agency = work.agency();
    let mut query = d::table
        .filter(d::agency_id.eq(&agency).and(d::subject_id.eq_any(subjects)))
        .into_boxed();
    if !fields.is_empty() {
        query = query.filter(d::field.eq_any(fields));
    }
    let rows: Vec<KeptRow> = query
        .order((d::subject_id, d::field))
        .select((d::subject_id, d::field, d::salt, d::ciphertext, d::commitment))
        .load(work.conn)?;
    Ok(rows.into_iter().map(one_kept).collect())
}

/// Subjects of an agency with something sealed, the newest first, from before one of them on.
pub(super) fn sealed_before(
    conn: &mut crate::db::AnyConnection,
    agency: &AgencyId,
    before: Option<&str>,
    most: i64,
) -> QueryResult<Vec<String>> {
    let mut query = d::table
        .filter(d::agency_id.eq(agency).and(d::ciphertext.is_not_null()))
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
pub(super) fn sealed_of(
    conn: &mut crate::db::AnyConnection,
    agency: &AgencyId,
    subject: &str,
) -> QueryResult<Vec<Kept>> {
    let rows: Vec<KeptRow> = d::table
        .filter(d::agency_id.eq(agency).and(d::subject_id.eq(subject)))
        .order(d::field)
        .select((d::subject_id, d::field, d::salt, d::ciphertext, d::commitment))
        .load(conn)?;
    Ok(rows.into_iter().map(one_kept).collect())
}

/// Whether anything is sealed, in any agency.
pub(super) fn is_any_sealed(conn: &mut crate::db::AnyConnection) -> QueryResult<bool> {
    let first: Option<String> = d::table
        .filter(d::ciphertext.is_not_null())
        .select(d::subject_id)
        .first(conn)
        .optional()?;
    Ok(first.is_some())
}

/// How many subjects of each agency have something sealed.
pub(super) fn sealed_subjects(conn: &mut crate::db::AnyConnection) -> QueryResult<Vec<(AgencyId, i64)>> {
    d::table
        .filter(d::ciphertext.is_not_null())
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
pub(super) fn all_erased(conn: &mut crate::db::AnyConnection) -> QueryResult<Vec<String>> {
    e::table.select(e::subject_id).load(conn)
}

pub(super) fn insert_erasure(
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
pub(super) fn wipe(work: &mut Work<'_>, subject: &str) -> QueryResult<usize> {
    let agency = work.agency();
    let own = d::agency_id.eq(&agency).and(d::subject_id.eq(subject));
    let wiped = diesel::update(d::table.filter(own.and(d::salt.is_not_null())))
        .set((d::salt.eq(None::<String>), d::ciphertext.eq(None::<String>)))
        .execute(work.conn)?;
    diesel::delete(w::table.filter(w::agency_id.eq(&agency).and(w::subject_id.eq(subject)))).execute(work.conn)?;
    Ok(wiped)
}

/// The subjects that have one token of each group, the newest first; at most 500.
pub(super) fn with_tokens(work: &mut Work<'_>, groups: &[Vec<String>]) -> QueryResult<Vec<String>> {
    let agency = work.agency();
    let tokens: Vec<&String> = groups.iter().flatten().collect();
    // A number stands alone, in one group of its two kinds; the words of a name are groups of one token each.
    let least = i64::try_from(groups.len()).unwrap_or(i64::MAX);
    w::table
        .filter(w::agency_id.eq(&agency).and(w::token.eq_any(tokens)))
        .group_by(w::subject_id)
        .having(diesel::dsl::count_star().ge(least))
        .order(w::subject_id.desc())
        .limit(MOST_FOUND)
        .select(w::subject_id)
        .load(work.conn)
}

/// What an access is about.
pub(super) struct NewAccess<'a> {
    pub(super) purpose: Purpose,
    pub(super) reason: Option<Reason>,
    pub(super) request_no: Option<i64>,
    pub(super) fields: &'a str,
}

pub(super) fn insert_accesses(
    work: &mut Work<'_>,
    person: &PersonId,
    subjects: &[&str],
    new: &NewAccess<'_>,
) -> QueryResult<()> {
    let (agency, at) = (work.agency(), work.actor.at);
    let row = |subject: &&str| {
        (
            (a::id.eq(new_id()), a::agency_id.eq(agency.clone()), a::at.eq(at)),
            (a::person_id.eq(person.clone()), a::subject_id.eq((*subject).to_owned())),
            (a::purpose.eq(new.purpose), a::reason.eq(new.reason)),
            (a::request_no.eq(new.request_no), a::fields.eq(new.fields.to_owned())),
        )
    };
    for part in subjects.chunks(500) {
        let rows: Vec<_> = part.iter().map(row).collect();
        on!(work.conn, c => diesel::insert_into(a::table).values(&rows).execute(c))?;
    }
    Ok(())
}

type AccessRow = (
    NaiveDateTime,
    PersonId,
    String,
    Purpose,
    Option<Reason>,
    Option<i64>,
    String,
);

fn access((at, person, subject, purpose, reason, request_no, fields): AccessRow) -> Access {
    Access {
        at,
        person,
        subject,
        purpose,
        reason,
        request_no,
        fields,
    }
}

macro_rules! columns {
    () => {
        (
            a::at,
            a::person_id,
            a::subject_id,
            a::purpose,
            a::reason,
            a::request_no,
            a::fields,
        )
    };
}

/// Who saw data of this case, the newest first; at most `most`.
///
/// # Errors
/// When the database fails.
pub fn accesses_to(work: &mut Work<'_>, subject: &str, most: i64) -> QueryResult<Vec<Access>> {
    let agency = work.agency();
    let rows: Vec<AccessRow> = a::table
        .filter(a::agency_id.eq(&agency).and(a::subject_id.eq(subject)))
        .order((a::at.desc(), a::id.desc()))
        .limit(most)
        .select(columns!())
        .load(work.conn)?;
    Ok(rows.into_iter().map(access).collect())
}

/// What one person saw from a moment on until before another, the oldest first; at most `most`.
///
/// # Errors
/// When the database fails.
pub fn accesses_by(
    work: &mut Work<'_>,
    person: &PersonId,
    (from, to): (NaiveDateTime, NaiveDateTime),
    most: i64,
) -> QueryResult<Vec<Access>> {
    let agency = work.agency();
    let rows: Vec<AccessRow> = a::table
        .filter(a::agency_id.eq(&agency).and(a::person_id.eq(person)))
        .filter(a::at.ge(from).and(a::at.lt(to)))
        .order((a::at, a::id))
        .limit(most)
        .select(columns!())
        .load(work.conn)?;
    Ok(rows.into_iter().map(access).collect())
}

/// The cases of people with this name, or with this telephone or identification number: whole words, marks and order do
/// not matter; the newest first, at most 500. It opens nothing: whoever shows what was found opens it.
///
/// # Errors
/// When the database fails, or it was opened without its keys.
pub fn find(work: &mut Work<'_>, text: &str) -> Result<Vec<CaseId>, crate::web::Failure> {
    let key = super::actions::keep::word_key(work)?;
    let groups = super::words::wanted(&key, text);
    if groups.is_empty() {
        return Ok(Vec::new());
    }
    let subjects = with_tokens(work, &groups)?;
    Ok(subjects.into_iter().map(CaseId::of).collect())
}

/// The cases of one person: name and number must both be found in them.
///
/// # Errors
/// When the database fails, or it was opened without its keys.
pub fn find_person(work: &mut Work<'_>, name: &str, number: &str) -> Result<Vec<CaseId>, crate::web::Failure> {
    let by_name = find(work, name)?;
    let by_number = find(work, number)?;
    Ok(by_number.into_iter().filter(|case| by_name.contains(case)).collect())
}

/// An applicant as they stood in clear before.
pub(super) type OldApplicant = (CaseId, String, String, String);

/// Some of the applicants of an agency that still stand in clear.
pub(super) fn old_applicants(work: &mut Work<'_>, most: i64) -> QueryResult<Vec<OldApplicant>> {
    let agency = work.agency();
    old::table
        .filter(old::agency_id.eq(&agency))
        .order(old::case_id)
        .limit(most)
        .select((old::case_id, old::full_name, old::address, old::phone))
        .load(work.conn)
}

pub(super) fn forget_old(work: &mut Work<'_>, case: &CaseId) -> QueryResult<()> {
    let agency = work.agency();
    let own = old::agency_id.eq(&agency).and(old::case_id.eq(case));
    diesel::delete(old::table.filter(own)).execute(work.conn).map(drop)
}

/// The agencies that still have applicants in clear.
pub(super) fn agencies_in_clear(conn: &mut crate::db::AnyConnection) -> QueryResult<Vec<AgencyId>> {
    old::table.select(old::agency_id).distinct().load(conn)
}
