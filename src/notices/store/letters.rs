//! Letters: those that wait, and what became of the others.

use crate::kernel::{Language, PersonId, new_id};
use crate::ledger::Work;
use crate::notices::kind::{Letter, LetterState, Purpose};
use crate::notices::schema::letters as table;
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use serde::Serialize;

/// How many letters the page of the administrator shows.
const LETTER_PAGE: i64 = 50;
/// A letter that was tried less often than this is tried again within a quarter of an hour.
const SOON_TRIES: i64 = 3;

/// A letter to be written.
#[derive(Debug, Clone)]
pub(in crate::notices) struct NewLetter<'a> {
    pub(in crate::notices) person: &'a PersonId,
    pub(in crate::notices) purpose: Purpose,
    pub(in crate::notices) address: &'a str,
    pub(in crate::notices) language: Language,
    pub(in crate::notices) token: Option<&'a str>,
    pub(in crate::notices) digest_on: Option<NaiveDate>,
}

/// Puts a letter on its way and gives its id.
pub(in crate::notices) fn insert_letter(work: &mut Work<'_>, new: &NewLetter<'_>) -> QueryResult<String> {
    let (id, agency, at) = (new_id(), work.agency(), work.actor.at);
    diesel::insert_into(table::table)
        .values((
            (
                table::id.eq(&id),
                table::agency_id.eq(&agency),
                table::person_id.eq(new.person),
            ),
            (table::purpose.eq(new.purpose), table::address.eq(new.address)),
            (
                table::language.eq(new.language),
                table::token.eq(new.token),
                table::digest_on.eq(new.digest_on),
            ),
            (
                table::state.eq(LetterState::Waiting),
                table::tries.eq(0_i64),
                table::next_try_at.eq(Some(at)),
            ),
            (table::last_error.eq(""), table::made_at.eq(at)),
        ))
        .execute(work.conn)?;
    Ok(id)
}

/// A letter to a person about what has just come that waits and will be tried soon: what comes now goes into it.
pub(in crate::notices) fn open_letter(work: &mut Work<'_>, person: &PersonId) -> QueryResult<Option<String>> {
    let agency = work.agency();
    table::table
        .filter(table::agency_id.eq(&agency).and(table::person_id.eq(person)))
        .filter(table::state.eq(LetterState::Waiting).and(table::tries.lt(SOON_TRIES)))
        .filter(table::purpose.eq(Purpose::AtOnce))
        .order(table::id.desc())
        .select(table::id)
        .first(work.conn)
        .optional()
}

/// Letters whose time has come, the oldest first.
pub(in crate::notices) fn due_letters(work: &mut Work<'_>, most: i64) -> QueryResult<Vec<Letter>> {
    type Row = (
        (String, PersonId, Purpose),
        (String, Language, Option<String>),
        (i64, NaiveDateTime),
    );
    let agency = work.agency();
    let rows: Vec<Row> = table::table
        .filter(table::agency_id.eq(&agency).and(table::state.eq(LetterState::Waiting)))
        .filter(table::next_try_at.le(work.actor.at))
        .order((table::next_try_at, table::id))
        .limit(most)
        .select((
            (table::id, table::person_id, table::purpose),
            (table::address, table::language, table::token),
            (table::tries, table::made_at),
        ))
        .load(work.conn)?;
    let letter = |((id, person, purpose), (address, language, token), (tries, made_at)): Row| Letter {
        id,
        person,
        purpose,
        address,
        language,
        token,
        tries,
        made_at,
    };
    Ok(rows.into_iter().map(letter).collect())
}

/// Takes a letter for one try and sets when the next one would be; false when somebody else has it.
pub(in crate::notices) fn claim(work: &mut Work<'_>, letter: &Letter, next: NaiveDateTime) -> QueryResult<bool> {
    let agency = work.agency();
    let taken = diesel::update(table::table)
        .filter(table::agency_id.eq(&agency).and(table::id.eq(&letter.id)))
        .filter(table::state.eq(LetterState::Waiting).and(table::tries.eq(letter.tries)))
        .set((
            table::tries.eq(letter.tries.saturating_add(1)),
            table::next_try_at.eq(Some(next)),
        ))
        .execute(work.conn)?;
    Ok(taken == 1)
}

/// Ends a letter that waits, and forgets its link; false when it had ended.
pub(in crate::notices) fn end_letter(
    work: &mut Work<'_>,
    id: &str,
    state: LetterState,
    error: &str,
) -> QueryResult<bool> {
    let agency = work.agency();
    let ended = diesel::update(table::table)
        .filter(table::agency_id.eq(&agency).and(table::id.eq(id)))
        .filter(table::state.eq(LetterState::Waiting))
        .set((
            table::state.eq(state),
            table::done_at.eq(Some(work.actor.at)),
            table::next_try_at.eq(None::<NaiveDateTime>),
            table::token.eq(None::<String>),
            table::last_error.eq(error),
        ))
        .execute(work.conn)?;
    Ok(ended == 1)
}

/// Notes why a try failed.
pub(in crate::notices) fn note_error(work: &mut Work<'_>, id: &str, error: &str) -> QueryResult<()> {
    let agency = work.agency();
    diesel::update(table::table)
        .filter(table::agency_id.eq(&agency).and(table::id.eq(id)))
        .filter(table::state.eq(LetterState::Waiting))
        .set(table::last_error.eq(error))
        .execute(work.conn)
        .map(drop)
}

/// Puts letters that failed since a moment on their way once more, but for those whose link is forgotten.
pub(in crate::notices) fn reopen_failed(work: &mut Work<'_>, since: NaiveDateTime) -> QueryResult<usize> {
    let agency = work.agency();
    diesel::update(table::table)
        .filter(table::agency_id.eq(&agency).and(table::state.eq(LetterState::Failed)))
        .filter(table::made_at.ge(since).and(table::purpose.ne(Purpose::Confirm)))
        .set((
            table::state.eq(LetterState::Waiting),
            table::tries.eq(0_i64),
            table::done_at.eq(None::<NaiveDateTime>),
            table::next_try_at.eq(Some(work.actor.at)),
        ))
        .execute(work.conn)
}

/// Who was sent a daily letter for a day, or will be.
pub(in crate::notices) fn digests_on(work: &mut Work<'_>, day: NaiveDate) -> QueryResult<Vec<PersonId>> {
    let agency = work.agency();
    table::table
        .filter(table::agency_id.eq(&agency).and(table::digest_on.eq(day)))
        .select(table::person_id)
        .load(work.conn)
}

/// How many letters of a purpose were made for a person since a moment.
pub(in crate::notices) fn letters_since(
    work: &mut Work<'_>,
    person: &PersonId,
    purpose: Purpose,
    since: NaiveDateTime,
) -> QueryResult<i64> {
    let agency = work.agency();
    table::table
        .filter(table::agency_id.eq(&agency).and(table::person_id.eq(person)))
        .filter(table::purpose.eq(purpose).and(table::made_at.gt(since)))
        .count()
        .get_result(work.conn)
}

/// A letter as the administrator sees it: never what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LetterRow {
    /// To whom.
    pub person: PersonId,
    /// What for.
    pub purpose: Purpose,
    /// Where to.
    pub address: String,
    /// Where it is.
    pub state: LetterState,
    /// How often it was tried.
    pub tries: i64,
    /// When it will be tried, UTC.
    pub next_try_at: Option<NaiveDateTime>,
    /// What the last try that failed was told.
    pub last_error: String,
    /// When it was made, UTC.
    pub made_at: NaiveDateTime,
    /// When it was done with, UTC.
    pub done_at: Option<NaiveDateTime>,
}

/// The newest letters, at most 50; with `state`, only those.
///
/// # Errors
/// When the database fails.
pub fn letters(work: &mut Work<'_>, state: Option<LetterState>) -> QueryResult<Vec<LetterRow>> {
    type Row = (
        (PersonId, Purpose, String),
        (LetterState, i64, Option<NaiveDateTime>, String),
        (NaiveDateTime, Option<NaiveDateTime>),
    );
    let agency = work.agency();
    let mut query = table::table
        .filter(table::agency_id.eq(&agency))
        .order(table::id.desc())
        .limit(LETTER_PAGE)
        .select((
            (table::person_id, table::purpose, table::address),
            (table::state, table::tries, table::next_try_at, table::last_error),
            (table::made_at, table::done_at),
        ))
        .into_boxed();
    if let Some(state) = state {
        query = query.filter(table::state.eq(state));
    }
    let rows: Vec<Row> = query.load(work.conn)?;
    let row = |(to, (state, tries, next_try_at, last_error), (made_at, done_at)): Row| LetterRow {
        person: to.0,
        purpose: to.1,
        address: to.2,
        state,
        tries,
        next_try_at,
        last_error,
        made_at,
        done_at,
    };
    Ok(rows.into_iter().map(row).collect())
}
