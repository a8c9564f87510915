//! Who saw whose data.

use crate::kernel::{PersonId, new_id};
use crate::ledger::Work;
use crate::on;
use crate::personal::field::{Purpose, Reason};
use crate::personal::schema::personal_accesses as a;
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::Serialize;

/// One time that somebody saw data of one case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Access {
    /// Its id, which grows with time.
    pub id: String,
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

/// What an access is about.
pub(in crate::personal) struct NewAccess<'a> {
    pub(in crate::personal) purpose: Purpose,
    pub(in crate::personal) reason: Option<Reason>,
    pub(in crate::personal) request_no: Option<i64>,
    pub(in crate::personal) fields: &'a str,
}

pub(in crate::personal) fn insert_accesses(
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
    String,
    NaiveDateTime,
    PersonId,
    String,
    Purpose,
    Option<Reason>,
    Option<i64>,
    String,
);

fn access((id, at, person, subject, purpose, reason, request_no, fields): AccessRow) -> Access {
    Access {
        id,
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
            a::id,
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

/// What one person saw from a moment on until before another, the oldest first, behind one of them; at most `most`.
///
/// # Errors
/// When the database fails.
pub fn accesses_by(
    work: &mut Work<'_>,
    person: &PersonId,
    (from, to): (NaiveDateTime, NaiveDateTime),
    (after, most): (Option<(NaiveDateTime, &str)>, i64),
) -> QueryResult<Vec<Access>> {
    let agency = work.agency();
    let mut query = a::table
        .filter(a::agency_id.eq(&agency).and(a::person_id.eq(person)))
        .filter(a::at.ge(from).and(a::at.lt(to)))
        .into_boxed();
    if let Some((at, id)) = after {
        query = query.filter(a::at.gt(at).or(a::at.eq(at).and(a::id.gt(id.to_owned()))));
    }
    let rows: Vec<AccessRow> = query
        .order((a::at, a::id))
        .limit(most)
        .select(columns!())
        .load(work.conn)?;
    Ok(rows.into_iter().map(access).collect())
}
