//! What was told to whom.

use crate::db::AnyConnection;
use crate::kernel::{AgencyId, PersonId, new_id};
use crate::ledger::Work;
use crate::notices::kind::{Kind, LetterState, Notice};
use crate::notices::schema::{letters, notices as table};
use crate::notices::turn::Turn;
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

/// How many notices one page shows.
pub(in crate::notices) const NOTICE_PAGE: i64 = 50;
/// The most values of one condition.
const MOST_VALUES: usize = 500;

/// A notice as the comparison with what is whose turn needs it.
#[derive(Debug, Clone)]
pub(in crate::notices) struct Known {
    pub(in crate::notices) id: String,
    pub(in crate::notices) person: PersonId,
    pub(in crate::notices) turn: String,
    pub(in crate::notices) due_on: Option<NaiveDate>,
}

/// What becomes of a notice that is known.
#[derive(Debug, Clone, Copy)]
pub(in crate::notices) enum Change {
    /// It is no longer the person's turn.
    Over,
    /// It is once more, with this last day.
    Again(Option<NaiveDate>),
}

type KnownRow = (String, PersonId, String, Option<NaiveDate>);

fn known((id, person, turn, due_on): KnownRow) -> Known {
    Known {
        id,
        person,
        turn,
        due_on,
    }
}

/// How many notices of a person are not read, and still his or her turn.
///
/// # Errors
/// When the database fails.
pub fn unread(conn: &mut AnyConnection, agency: &AgencyId, person: &PersonId) -> QueryResult<i64> {
    table::table
        .filter(table::agency_id.eq(agency).and(table::person_id.eq(person)))
        .filter(table::read_at.is_null().and(table::over_at.is_null()))
        .count()
        .get_result(conn)
}

/// All notices whose turn is not over.
pub(in crate::notices) fn current(work: &mut Work<'_>) -> QueryResult<Vec<Known>> {
    let agency = work.agency();
    let rows: Vec<KnownRow> = table::table
        .filter(table::agency_id.eq(&agency).and(table::over_at.is_null()))
        .select((table::id, table::person_id, table::turn, table::due_on))
        .load(work.conn)?;
    Ok(rows.into_iter().map(known).collect())
}

/// Notices of these turns that were over.
pub(in crate::notices) fn former(work: &mut Work<'_>, turns: &[&str]) -> QueryResult<Vec<Known>> {
    let agency = work.agency();
    let mut all = Vec::new();
    for some in turns.chunks(MOST_VALUES) {
        let rows: Vec<KnownRow> = table::table
            .filter(table::agency_id.eq(&agency).and(table::over_at.is_not_null()))
            .filter(table::turn.eq_any(some))
            .select((table::id, table::person_id, table::turn, table::due_on))
            .load(work.conn)?;
        all.extend(rows.into_iter().map(known));
    }
    Ok(all)
}

/// Tells something on the page; `letter` is the letter that will tell it too.
pub(in crate::notices) fn insert(work: &mut Work<'_>, turn: &Turn, letter: Option<&str>) -> QueryResult<()> {
    let agency = work.agency();
    diesel::insert_into(table::table)
        .values((
            (
                table::id.eq(new_id()),
                table::agency_id.eq(&agency),
                table::person_id.eq(&turn.person),
            ),
            (table::kind.eq(turn.kind), table::turn.eq(&turn.turn)),
            (
                table::code.eq(&turn.code),
                table::title.eq(&turn.title),
                table::path.eq(&turn.path),
            ),
            (table::due_on.eq(turn.due_on), table::is_late.eq(turn.is_late)),
            (table::told_at.eq(work.actor.at), table::letter_id.eq(letter)),
        ))
        .execute(work.conn)
        .map(drop)
}

/// Notes that a turn is over, or once more the person's.
pub(in crate::notices) fn apply(work: &mut Work<'_>, id: &str, change: Change) -> QueryResult<()> {
    let agency = work.agency();
    let one = table::table.filter(table::agency_id.eq(&agency).and(table::id.eq(id)));
    match change {
        Change::Over => diesel::update(one)
            .set(table::over_at.eq(Some(work.actor.at)))
            .execute(work.conn),
        Change::Again(due_on) => diesel::update(one)
            .set((table::over_at.eq(None::<NaiveDateTime>), table::due_on.eq(due_on)))
            .execute(work.conn),
    }
    .map(drop)
}

type Row = (
    (String, Kind, String, String, String, String),
    (Option<NaiveDate>, bool, NaiveDateTime),
    (Option<NaiveDateTime>, Option<NaiveDateTime>),
    Option<(LetterState, Option<NaiveDateTime>)>,
);

fn notice((what, when, now, letter): Row) -> Notice {
    let (id, kind, turn, code, title, path) = what;
    let (due_on, is_late, told_at) = when;
    Notice {
        id,
        kind,
        code,
        title,
        path,
        due_on,
        is_late,
        told_at,
        read_at: now.0,
        over_at: now.1,
        mailed_at: letter
            .filter(|(state, _)| *state == LetterState::Sent)
            .and_then(|(_, at)| at),
        turn,
    }
}

macro_rules! rows {
    ($agency:expr) => {
        table::table
            .left_join(letters::table)
            .filter(table::agency_id.eq($agency))
            .select((
                (
                    table::id,
                    table::kind,
                    table::turn,
                    table::code,
                    table::title,
                    table::path,
                ),
                (table::due_on, table::is_late, table::told_at),
                (table::read_at, table::over_at),
                (letters::state, letters::done_at).nullable(),
            ))
    };
}

/// Notices of a person, the newest first, one more than a page of 50: those whose turn is over, or those whose is not,
/// below the one with the id `before`.
///
/// # Errors
/// When the database fails.
pub fn list(work: &mut Work<'_>, person: &PersonId, is_over: bool, before: Option<&str>) -> QueryResult<Vec<Notice>> {
    let agency = work.agency();
    let mut query = rows!(&agency)
        .filter(table::person_id.eq(person))
        .order(table::id.desc())
        .limit(NOTICE_PAGE.saturating_add(1))
        .into_boxed();
    query = if is_over {
        query.filter(table::over_at.is_not_null())
    } else {
        query.filter(table::over_at.is_null())
    };
    if let Some(before) = before {
        query = query.filter(table::id.lt(before.to_owned()));
    }
    let rows: Vec<Row> = query.load(work.conn)?;
    Ok(rows.into_iter().map(notice).collect())
}

/// What is still the person's turn and has a last day, the first due first; at most 500.
pub(in crate::notices) fn deadlines(work: &mut Work<'_>, person: &PersonId) -> QueryResult<Vec<Notice>> {
    let agency = work.agency();
    let rows: Vec<Row> = rows!(&agency)
        .filter(table::person_id.eq(person).and(table::over_at.is_null()))
        .filter(table::due_on.is_not_null())
        .order((table::due_on, table::id))
        .limit(500)
        .load(work.conn)?;
    Ok(rows.into_iter().map(notice).collect())
}

/// What a letter would tell now: of the notices in it, those that are not read and still the person's turn.
pub(in crate::notices) fn said_in(work: &mut Work<'_>, letter: &str) -> QueryResult<Vec<Notice>> {
    let agency = work.agency();
    let rows: Vec<Row> = rows!(&agency)
        .filter(table::letter_id.eq(letter))
        .filter(table::over_at.is_null().and(table::read_at.is_null()))
        .order((table::kind, table::due_on, table::code))
        .load(work.conn)?;
    Ok(rows.into_iter().map(notice).collect())
}

/// Ids of what is a person's turn, not read, and in no letter yet.
pub(in crate::notices) fn untold(work: &mut Work<'_>, person: &PersonId) -> QueryResult<Vec<String>> {
    let agency = work.agency();
    table::table
        .filter(table::agency_id.eq(&agency).and(table::person_id.eq(person)))
        .filter(table::over_at.is_null().and(table::read_at.is_null()))
        .filter(table::letter_id.is_null())
        .select(table::id)
        .load(work.conn)
}

/// Puts notices that are in no letter into one.
pub(in crate::notices) fn put_into(work: &mut Work<'_>, letter: &str, ids: &[String]) -> QueryResult<()> {
    let agency = work.agency();
    for some in ids.chunks(MOST_VALUES) {
        diesel::update(table::table)
            .filter(table::agency_id.eq(&agency).and(table::id.eq_any(some)))
            .filter(table::letter_id.is_null())
            .set(table::letter_id.eq(Some(letter)))
            .execute(work.conn)?;
    }
    Ok(())
}

/// Marks one notice of a person as read, or all whose turn is not over; gives how many were not.
pub(in crate::notices) fn read(work: &mut Work<'_>, person: &PersonId, id: Option<&str>) -> QueryResult<usize> {
    let agency = work.agency();
    let own = table::agency_id.eq(&agency).and(table::person_id.eq(person));
    let read = table::read_at.eq(Some(work.actor.at));
    match id {
        Some(id) => diesel::update(table::table)
            .filter(own.and(table::id.eq(id)).and(table::read_at.is_null()))
            .set(read)
            .execute(work.conn),
        None => diesel::update(table::table)
            .filter(own.and(table::over_at.is_null()).and(table::read_at.is_null()))
            .set(read)
            .execute(work.conn),
    }
}
