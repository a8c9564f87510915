//! All SQL of this room.

use super::request::{Kind, Named, Request, State};
use super::schema::{data_request_cases as c, data_request_records as f, data_requests as r};
use crate::kernel::PersonId;
use crate::ledger::Work;
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// Requests on one page of the register.
pub(super) const PAGE: i64 = 50;

type Row = (
    (String, i64, Kind, State, NaiveDateTime, PersonId),
    (
        Option<NaiveDateTime>,
        NaiveDateTime,
        NaiveDateTime,
        Option<NaiveDateTime>,
        Option<String>,
    ),
    (
        Option<PersonId>,
        Option<NaiveDateTime>,
        Option<PersonId>,
        Option<NaiveDateTime>,
    ),
    (String, String, i64),
);

macro_rules! rows {
    ($agency:expr) => {
        r::table.filter(r::agency_id.eq($agency)).select((
            (r::id, r::number, r::kind, r::state, r::received_at, r::received_by),
            (
                r::taken_at,
                r::answer_due_at,
                r::due_at,
                r::extended_at,
                r::extension_reason,
            ),
            (r::proposed_by, r::proposed_at, r::closed_by, r::closed_at),
            (r::answer, r::basis, r::row_version),
        ))
    };
}

fn request(row: Row) -> Request {
    let (id, number, kind, state, received_at, received_by) = row.0;
    let (taken_at, answer_due_at, due_at, extended_at, extension_reason) = row.1;
    let (proposed_by, proposed_at, closed_by, closed_at) = row.2;
    let (answer, basis, row_version) = row.3;
    Request {
        id,
        number,
        kind,
        state,
        received_at,
        received_by,
        taken_at,
        answer_due_at,
        due_at,
        extended_at,
        extension_reason,
        proposed_by,
        proposed_at,
        closed_by,
        closed_at,
        answer,
        basis,
        row_version,
    }
}

/// The request with this number.
///
/// # Errors
/// `NotFound` when the agency has none.
pub fn by_number(work: &mut Work<'_>, number: i64) -> QueryResult<Request> {
    let agency = work.agency();
    rows!(&agency)
        .filter(r::number.eq(number))
        .first::<Row>(work.conn)
        .map(request)
}

/// The open requests by what is due first, or the closed ones by their numbers, the newest first.
pub(super) fn list(work: &mut Work<'_>, closed: bool, before: Option<i64>) -> QueryResult<Vec<Request>> {
    let agency = work.agency();
    let mut query = rows!(&agency).into_boxed();
    query = if closed {
        query.filter(r::closed_at.is_not_null()).order(r::number.desc())
    } else {
        query.filter(r::closed_at.is_null()).order((r::due_at, r::number))
    };
    if let Some(before) = before {
        query = query.filter(r::number.lt(before));
    }
    let rows: Vec<Row> = query.limit(PAGE.saturating_add(1)).load(work.conn)?;
    Ok(rows.into_iter().map(request).collect())
}

pub(super) fn insert(work: &mut Work<'_>, new: &Request) -> QueryResult<()> {
    let agency = work.agency();
    diesel::insert_into(r::table)
        .values((
            (r::id.eq(&new.id), r::agency_id.eq(&agency), r::number.eq(new.number)),
            (r::kind.eq(new.kind), r::state.eq(new.state)),
            (r::received_at.eq(new.received_at), r::received_by.eq(&new.received_by)),
            (r::answer_due_at.eq(new.answer_due_at), r::due_at.eq(new.due_at)),
            (r::proposed_by.eq(&new.proposed_by), r::proposed_at.eq(new.proposed_at)),
            (r::answer.eq(&new.answer), r::basis.eq(&new.basis)),
            r::row_version.eq(new.row_version),
        ))
        .execute(work.conn)
        .map(drop)
}

/// Writes what changed; `false` when somebody else changed it meanwhile.
pub(super) fn update(work: &mut Work<'_>, new: &Request) -> QueryResult<bool> {
    let agency = work.agency();
    let own = r::agency_id.eq(&agency).and(r::id.eq(&new.id));
    let changed = diesel::update(r::table.filter(own.and(r::row_version.eq(new.row_version))))
        .set((
            r::state.eq(new.state),
            r::taken_at.eq(new.taken_at),
            r::due_at.eq(new.due_at),
            (
                r::extended_at.eq(new.extended_at),
                r::extension_reason.eq(&new.extension_reason),
            ),
            (r::proposed_by.eq(&new.proposed_by), r::proposed_at.eq(new.proposed_at)),
            (r::closed_by.eq(&new.closed_by), r::closed_at.eq(new.closed_at)),
            (r::answer.eq(&new.answer), r::basis.eq(&new.basis)),
            r::row_version.eq(new.row_version.saturating_add(1)),
        ))
        .execute(work.conn)?;
    Ok(changed == 1)
}

/// What a request names, in place of what it named before.
pub(super) fn set_named(work: &mut Work<'_>, request: &str, named: &Named) -> QueryResult<()> {
    let agency = work.agency();
    let own = c::agency_id.eq(&agency).and(c::request_id.eq(request));
    diesel::delete(c::table.filter(own)).execute(work.conn)?;
    let own = f::agency_id.eq(&agency).and(f::request_id.eq(request));
    diesel::delete(f::table.filter(own)).execute(work.conn)?;
    for case in &named.cases {
        diesel::insert_into(c::table)
            .values((c::agency_id.eq(&agency), c::request_id.eq(request), c::case_id.eq(case)))
            .execute(work.conn)?;
    }
    for record in &named.records {
        diesel::insert_into(f::table)
            .values((
                f::agency_id.eq(&agency),
                f::request_id.eq(request),
                f::record_id.eq(record),
            ))
            .execute(work.conn)?;
    }
    Ok(())
}

/// What a request names.
pub(super) fn named_by(work: &mut Work<'_>, request: &str) -> QueryResult<Named> {
    let agency = work.agency();
    Ok(Named {
        cases: c::table
            .filter(c::agency_id.eq(&agency).and(c::request_id.eq(request)))
            .order(c::case_id)
            .select(c::case_id)
            .load(work.conn)?,
        records: f::table
            .filter(f::agency_id.eq(&agency).and(f::request_id.eq(request)))
            .order(f::record_id)
            .select(f::record_id)
            .load(work.conn)?,
    })
}
