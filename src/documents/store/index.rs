//! Writing the index of words: with each text and each move, in the same transaction, and anew where it is missing.

use crate::db::AnyConnection;
use crate::documents::schema::{version_search, versions};
use crate::documents::search::entries;
use crate::documents::version::VersionHead;
use crate::kernel::VersionId;
use crate::ledger::Work;
use crate::procedures::{Source, parse};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use serde_json::json;

/// The way in which entries are made; raised when it changes, so that what was made the old way is made anew.
const SCHEME: i64 = 2;
/// How many versions one change indexes.
const BATCH: i64 = 250;

/// Puts a version into the index, as it stands now.
pub(super) fn put(work: &mut Work<'_>, head: &VersionHead, source: &Source) -> QueryResult<()> {
    let agency = work.agency();
    let old = old_codes(work, head)?;
    let words = entries(&agency, head, &old, source);
    let own = version_search::agency_id
        .eq(&agency)
        .and(version_search::version_id.eq(&head.id));
    let known: Option<i64> = version_search::table
        .filter(own)
        .select(version_search::place)
        .first(work.conn)
        .optional()?;
    let place = match known {
        Some(place) => {
            diesel::update(version_search::table.filter(own))
                .set((
                    version_search::scheme.eq(SCHEME),
                    version_search::code.eq(&head.code),
                    version_search::stage.eq(head.stage.as_str()),
                ))
                .execute(work.conn)?;
            take_out(work.conn, place)?;
            place
        }
        None => add_place(work, head)?,
    };
    put_in(work.conn, place, &words)
}

/// The codes that the document had before: it is found by them too.
fn old_codes(work: &mut Work<'_>, head: &VersionHead) -> QueryResult<Vec<String>> {
    let old = super::old_codes_of(work, Some(&head.document_id))?;
    Ok(old.into_iter().map(|one| one.code).collect())
}

/// Puts a version into the index anew, after something about its document changed.
pub(in crate::documents) fn index_again(work: &mut Work<'_>, version: &VersionId) -> QueryResult<()> {
    let head = super::head(work, version)?;
    let content = super::content_of(work, version)?;
    put(work, &head, &content.source)
}

fn add_place(work: &mut Work<'_>, head: &VersionHead) -> QueryResult<i64> {
    // Places are those of the one index that all agencies share; its questions name the agency.
    let last: Option<i64> = version_search::table
        .select(diesel::dsl::max(version_search::place))
        .first(work.conn)?;
    let place = last.unwrap_or(0).saturating_add(1);
    diesel::insert_into(version_search::table)
        .values((
            version_search::place.eq(place),
            version_search::agency_id.eq(work.agency()),
            version_search::version_id.eq(&head.id),
            version_search::document_id.eq(&head.document_id),
            version_search::scheme.eq(SCHEME),
            version_search::code.eq(&head.code),
            version_search::stage.eq(head.stage.as_str()),
        ))
        .execute(work.conn)?;
    Ok(place)
}

fn take_out(conn: &mut AnyConnection, place: i64) -> QueryResult<()> {
    match conn {
        AnyConnection::Sqlite(conn) => diesel::sql_query("DELETE FROM version_words WHERE rowid = ?")
            .bind::<BigInt, _>(place)
            .execute(conn),
        AnyConnection::Postgres(conn) => diesel::sql_query("DELETE FROM version_words WHERE place = $1")
            .bind::<BigInt, _>(place)
            .execute(conn),
    }
    .map(drop)
}

fn put_in(conn: &mut AnyConnection, place: i64, words: &str) -> QueryResult<()> {
    match conn {
        AnyConnection::Sqlite(conn) => diesel::sql_query("INSERT INTO version_words (rowid, words) VALUES (?, ?)")
            .bind::<BigInt, _>(place)
            .bind::<Text, _>(words)
            .execute(conn),
        AnyConnection::Postgres(conn) => diesel::sql_query(
            "INSERT INTO version_words (place, words) VALUES ($1, array_to_tsvector(string_to_array($2, ' ')))",
        )
        .bind::<BigInt, _>(place)
        .bind::<Text, _>(words)
        .execute(conn),
    }
    .map(drop)
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How the index of words stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndexState {
    /// Whether every version of the agency is in it, as this program makes its entries.
    pub is_whole: bool,
    /// Whether the index itself has every place that it should have; false when it was lost or damaged.
    pub is_kept: bool,
}

/// How the index of words stands for the agency.
///
/// # Errors
/// When the database fails.
pub fn index_state(work: &mut Work<'_>) -> QueryResult<IndexState> {
    let agency = work.agency();
    let all: i64 = versions::table
        .filter(versions::agency_id.eq(&agency))
        .count()
        .get_result(work.conn)?;
    let indexed: i64 = version_search::table
        .filter(
            version_search::agency_id
                .eq(&agency)
                .and(version_search::scheme.eq(SCHEME)),
        )
        .count()
        .get_result(work.conn)?;
    let places: i64 = version_search::table.count().get_result(work.conn)?;
    let ask = diesel::sql_query("SELECT count(*) AS count FROM version_words");
    let kept: Count = crate::on!(work.conn, conn => ask.get_result(conn))?;
    Ok(IndexState {
        is_whole: all == indexed,
        is_kept: places == kept.count,
    })
}

/// Forgets how the agency's versions were indexed, so that [`index_missing`] makes every entry anew.
///
/// # Errors
/// When the database fails.
pub fn forget_index(work: &mut Work<'_>) -> QueryResult<()> {
    let agency = work.agency();
    diesel::update(version_search::table.filter(version_search::agency_id.eq(&agency)))
        .set(version_search::scheme.eq(0_i64))
        .execute(work.conn)?;
    work.record("search.forgotten", ("agency", agency.as_str()), json!({}));
    Ok(())
}

/// Indexes some of the versions that are not in the index yet, the newest first, and gives how many; 0 when all are in.
///
/// # Errors
/// When the database fails.
pub fn index_missing(work: &mut Work<'_>) -> QueryResult<usize> {
    let agency = work.agency();
    let standing = version_search::table
        .filter(
            version_search::agency_id
                .eq(agency.clone())
                .and(version_search::scheme.eq(SCHEME)),
        )
        .select(version_search::version_id);
    // Only ids here, which an index has: reading past the texts of all versions would cost more than indexing some.
    let missing: Vec<VersionId> = versions::table
        .filter(versions::agency_id.eq(&agency).and(versions::id.ne_all(standing)))
        .order(versions::id.desc())
        .limit(BATCH)
        .select(versions::id)
        .load(work.conn)?;
    for id in &missing {
        let head = super::head(work, id)?;
        let text: String = versions::table
            .filter(versions::agency_id.eq(&agency).and(versions::id.eq(id)))
            .select(versions::source)
            .first(work.conn)?;
        let source = parse(&text).document.unwrap_or_default();
        put(work, &head, &source)?;
    }
    work.record(
        "search.indexed",
        ("agency", agency.as_str()),
        json!({ "count": missing.len() }),
    );
    Ok(missing.len())
}
