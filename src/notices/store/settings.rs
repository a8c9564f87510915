//! How people want to be told, and the secret addresses of their calendars.

use crate::db::AnyConnection;
use crate::kernel::{AgencyId, Language, PersonId};
use crate::ledger::Work;
use crate::notices::kind::{Mode, Settings};
use crate::notices::schema::notice_settings as table;
use chrono::NaiveDateTime;
use diesel::prelude::*;

type Row = (
    (String, Option<NaiveDateTime>),
    (Mode, i64, Language),
    (Option<String>, i64),
);

fn of_row((mail, (mode, hour, language), (feed, row_version)): Row) -> Settings {
    Settings {
        address: mail.0,
        confirmed_at: mail.1,
        mode,
        hour,
        language,
        has_feed: feed.is_some(),
        row_version,
    }
}

macro_rules! columns {
    () => {
        (
            (table::address, table::confirmed_at),
            (table::mode, table::hour, table::language),
            (table::feed_sha256, table::row_version),
        )
    };
}

/// How a person wants to be told.
///
/// # Errors
/// When the database fails.
pub fn settings(work: &mut Work<'_>, person: &PersonId) -> QueryResult<Settings> {
    let agency = work.agency();
    let found: Option<Row> = table::table
        .filter(table::agency_id.eq(&agency).and(table::person_id.eq(person)))
        .select(columns!())
        .first(work.conn)
        .optional()?;
    Ok(found.map_or_else(|| Settings::unset(work.actor.language), of_row))
}

/// How everybody who chose anything wants to be told.
pub(in crate::notices) fn all_settings(work: &mut Work<'_>) -> QueryResult<Vec<(PersonId, Settings)>> {
    let agency = work.agency();
    let rows: Vec<(PersonId, Row)> = table::table
        .filter(table::agency_id.eq(&agency))
        .order(table::person_id)
        .select((table::person_id, columns!()))
        .load(work.conn)?;
    Ok(rows.into_iter().map(|(person, row)| (person, of_row(row))).collect())
}

/// Whether letters may still be sent to this address of a person.
pub(in crate::notices) fn address_is_confirmed(
    work: &mut Work<'_>,
    person: &PersonId,
    address: &str,
) -> QueryResult<bool> {
    let own = settings(work, person)?;
    Ok(own.is_confirmed() && own.address == address)
}

/// What is written over a person's settings.
pub(in crate::notices) struct Chosen<'a> {
    pub(in crate::notices) address: &'a str,
    pub(in crate::notices) confirmed_at: Option<NaiveDateTime>,
    /// Hash of the link that confirms the address, and until when it is good.
    pub(in crate::notices) token: Option<(&'a str, NaiveDateTime)>,
    pub(in crate::notices) mode: Mode,
    pub(in crate::notices) hour: i64,
    pub(in crate::notices) language: Language,
}

/// Writes a person's settings; false when they were changed since `row_version` was read.
pub(in crate::notices) fn write_settings(
    work: &mut Work<'_>,
    person: &PersonId,
    row_version: i64,
    chosen: &Chosen<'_>,
) -> QueryResult<bool> {
    let agency = work.agency();
    let values = (
        (
            table::address.eq(chosen.address),
            table::confirmed_at.eq(chosen.confirmed_at),
        ),
        (
            table::token_sha256.eq(chosen.token.map(|(hashed, _)| hashed)),
            table::token_until.eq(chosen.token.map(|(_, until)| until)),
        ),
        (
            table::mode.eq(chosen.mode),
            table::hour.eq(chosen.hour),
            table::language.eq(chosen.language),
        ),
        table::row_version.eq(row_version.saturating_add(1)),
    );
    let written = if row_version == 0 {
        let known: i64 = table::table
            .filter(table::agency_id.eq(&agency).and(table::person_id.eq(person)))
            .count()
            .get_result(work.conn)?;
        if known > 0 {
            return Ok(false);
        }
        diesel::insert_into(table::table)
            .values((table::person_id.eq(person), table::agency_id.eq(&agency), values))
            .execute(work.conn)?
    } else {
        diesel::update(table::table)
            .filter(table::agency_id.eq(&agency).and(table::person_id.eq(person)))
            .filter(table::row_version.eq(row_version))
            .set(values)
            .execute(work.conn)?
    };
    Ok(written == 1)
}

/// Confirms the address whose link has this hash, if it is the person's and still good.
pub(in crate::notices) fn confirm_address(work: &mut Work<'_>, person: &PersonId, hashed: &str) -> QueryResult<bool> {
    let (agency, at) = (work.agency(), work.actor.at);
    let confirmed = diesel::update(table::table)
        .filter(table::agency_id.eq(&agency).and(table::person_id.eq(person)))
        .filter(table::token_sha256.eq(hashed).and(table::token_until.ge(at)))
        .set((
            table::confirmed_at.eq(Some(at)),
            table::token_sha256.eq(None::<String>),
            table::token_until.eq(None::<NaiveDateTime>),
            table::row_version.eq(table::row_version + 1),
        ))
        .execute(work.conn)?;
    Ok(confirmed == 1)
}

/// Sets or takes away the hash of the secret address of a person's calendar.
pub(in crate::notices) fn set_feed(work: &mut Work<'_>, person: &PersonId, hashed: Option<&str>) -> QueryResult<()> {
    let agency = work.agency();
    let changed = diesel::update(table::table)
        .filter(table::agency_id.eq(&agency).and(table::person_id.eq(person)))
        .set((
            table::feed_sha256.eq(hashed),
            table::row_version.eq(table::row_version + 1),
        ))
        .execute(work.conn)?;
    if changed == 0 {
        diesel::insert_into(table::table)
            .values((
                table::person_id.eq(person),
                table::agency_id.eq(&agency),
                (table::address.eq(""), table::mode.eq(Mode::None), table::hour.eq(8_i64)),
                (table::language.eq(work.actor.language), table::feed_sha256.eq(hashed)),
                table::row_version.eq(1_i64),
            ))
            .execute(work.conn)?;
    }
    Ok(())
}

/// Whose calendar it is, and in which language.
pub(in crate::notices) struct Owner {
    pub(in crate::notices) agency: AgencyId,
    pub(in crate::notices) person: PersonId,
    pub(in crate::notices) language: Language,
}

/// Whose calendar has the secret address with this hash; the address itself tells the agency.
pub(in crate::notices) fn by_feed(conn: &mut AnyConnection, hashed: &str) -> QueryResult<Option<Owner>> {
    let found: Option<(AgencyId, PersonId, Language)> = table::table
        .filter(table::feed_sha256.eq(hashed))
        .select((table::agency_id, table::person_id, table::language))
        .first(conn)
        .optional()?;
    Ok(found.map(|(agency, person, language)| Owner {
        agency,
        person,
        language,
    }))
}
