//! Word files: kept, listed, decided on.

use super::file::{WordFile, WordState};
use super::schema::word_files;
use crate::kernel::{Person, VersionId};
use crate::ledger::Work;
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// How many files a page of the list shows.
pub(in crate::documents) const LIST_PAGE: i64 = 50;

type Row = (
    (String, i64, String, Option<String>, WordState),
    (String, String, i64, String, Option<VersionId>),
    (String, NaiveDateTime, String, Option<NaiveDateTime>, i64),
);

macro_rules! columns {
    () => {
        (
            (
                word_files::id,
                word_files::number,
                word_files::file_name,
                word_files::file_sha256,
                word_files::state,
            ),
            (
                word_files::code,
                word_files::title,
                word_files::notes,
                word_files::reason,
                word_files::version_id,
            ),
            (
                word_files::added_by_name,
                word_files::added_at,
                word_files::decided_by_name,
                word_files::decided_at,
                word_files::row_version,
            ),
        )
    };
}

fn file_of(row: Row) -> WordFile {
    let (id, number, file_name, file_sha256, state) = row.0;
    let (code, title, notes, reason, version) = row.1;
    let (added_by_name, added_at, decided_by_name, decided_at, row_version) = row.2;
    WordFile {
        id,
        number,
        file_name,
        file_sha256,
        state,
        code,
        title,
        notes,
        trouble: serde_json::from_str(&reason).ok(),
        version,
        added_by_name,
        added_at,
        decided_by_name,
        decided_at,
        row_version,
    }
}

/// Adds a file; `reason` is why it cannot be read, as JSON.
pub(super) fn keep(work: &mut Work<'_>, new: &WordFile, reason: &str, by: &Person) -> QueryResult<()> {
    let agency = work.agency();
    diesel::insert_into(word_files::table)
        .values((
            word_files::id.eq(&new.id),
            word_files::agency_id.eq(&agency),
            word_files::number.eq(new.number),
            word_files::file_name.eq(&new.file_name),
            word_files::file_sha256.eq(&new.file_sha256),
            word_files::state.eq(new.state),
            (
                word_files::code.eq(&new.code),
                word_files::title.eq(&new.title),
                word_files::notes.eq(new.notes),
                word_files::reason.eq(reason),
            ),
            word_files::added_by.eq(&by.id),
            word_files::added_by_name.eq(&by.full_name),
            word_files::added_at.eq(new.added_at),
            word_files::decided_by_name.eq(""),
            word_files::row_version.eq(new.row_version),
        ))
        .execute(work.conn)
        .map(drop)
}

/// Notes what was decided; false when somebody else did meanwhile.
pub(super) fn decide(
    work: &mut Work<'_>,
    file: &WordFile,
    (state, version): (WordState, Option<&VersionId>),
    by: &Person,
) -> QueryResult<bool> {
    let agency = work.agency();
    let row = word_files::table
        .filter(word_files::agency_id.eq(&agency).and(word_files::id.eq(&file.id)))
        .filter(word_files::row_version.eq(file.row_version));
    let changed = diesel::update(row)
        .set((
            word_files::state.eq(state),
            word_files::version_id.eq(version),
            word_files::decided_by.eq(&by.id),
            word_files::decided_by_name.eq(&by.full_name),
            word_files::decided_at.eq(work.actor.at),
            word_files::row_version.eq(file.row_version.saturating_add(1)),
        ))
        .execute(work.conn)?;
    Ok(changed > 0)
}

/// The files of the agency in a state (all without one), the newest first, from below a number on.
pub(in crate::documents) fn list(
    work: &mut Work<'_>,
    state: Option<WordState>,
    below: Option<i64>,
) -> QueryResult<Vec<WordFile>> {
    let agency = work.agency();
    let mut query = word_files::table
        .filter(word_files::agency_id.eq(agency))
        .order(word_files::number.desc())
        .limit(LIST_PAGE.saturating_add(1))
        .select(columns!())
        .into_boxed();
    if let Some(state) = state {
        query = query.filter(word_files::state.eq(state));
    }
    if let Some(below) = below {
        query = query.filter(word_files::number.lt(below));
    }
    Ok(query.load::<Row>(work.conn)?.into_iter().map(file_of).collect())
}

/// The file with this number.
///
/// # Errors
/// `NotFound` when the agency has none.
pub(in crate::documents) fn word_file(work: &mut Work<'_>, number: i64) -> QueryResult<WordFile> {
    let agency = work.agency();
    word_files::table
        .filter(word_files::agency_id.eq(&agency).and(word_files::number.eq(number)))
        .select(columns!())
        .first::<Row>(work.conn)
        .map(file_of)
}
