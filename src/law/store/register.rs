//! The register of external documents.

use super::who;
use crate::kernel::new_id;
use crate::law::external::External;
use crate::law::kind::ActKind;
use crate::law::schema::external_documents as table;
use crate::law::sign::{cited, key_of};
use crate::ledger::{Work, next_number};
use chrono::NaiveDate;
use diesel::prelude::*;

/// The counter of the register.
const COUNTER: &str = "external_documents";

/// What is known of an external document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::law) struct Facts {
    pub(in crate::law) sign: String,
    pub(in crate::law) year: i64,
    pub(in crate::law) kind: ActKind,
    pub(in crate::law) title: String,
    pub(in crate::law) issuer: String,
    pub(in crate::law) issued_on: Option<NaiveDate>,
    pub(in crate::law) effective_from: Option<NaiveDate>,
    pub(in crate::law) effective_to: Option<NaiveDate>,
    pub(in crate::law) link: String,
    pub(in crate::law) source: String,
    pub(in crate::law) unconfirmed: bool,
}

type Row = (
    (String, i64, String, String, i64, ActKind),
    (String, String),
    (Option<NaiveDate>, Option<NaiveDate>, Option<NaiveDate>),
    (String, String, bool, i64),
);

fn entry(row: Row) -> External {
    let (id, number, sign, sign_key, year, kind) = row.0;
    let (title, issuer) = row.1;
    let (issued_on, effective_from, effective_to) = row.2;
    let (link, source, unconfirmed, row_version) = row.3;
    External {
        id,
        number,
        sign,
        sign_key,
        year,
        kind,
        title,
        issuer,
        issued_on,
        effective_from,
        effective_to,
        link,
        source,
        unconfirmed,
        row_version,
    }
}

macro_rules! rows {
    ($agency:expr) => {
        table::table.filter(table::agency_id.eq($agency)).select((
            (
                table::id,
                table::number,
                table::sign,
                table::sign_key,
                table::year,
                table::kind,
            ),
            (table::title, table::issuer),
            (table::issued_on, table::effective_from, table::effective_to),
            (table::link, table::source, table::unconfirmed, table::row_version),
        ))
    };
}

/// The whole register, the higher rank first, within it the newest first.
///
/// # Errors
/// When the database fails.
pub fn externals(work: &mut Work<'_>) -> QueryResult<Vec<External>> {
    let agency = work.agency();
    let rows: Vec<Row> = rows!(&agency).load(work.conn)?;
    let mut all: Vec<External> = rows.into_iter().map(entry).collect();
    all.sort_by(|one, other| {
        (one.kind, -one.year, &one.sign_key, one.number).cmp(&(other.kind, -other.year, &other.sign_key, other.number))
    });
    Ok(all)
}

/// The entry with this number.
///
/// # Errors
/// `NotFound` when the agency has none.
pub fn external(work: &mut Work<'_>, number: i64) -> QueryResult<External> {
    let agency = work.agency();
    rows!(&agency)
        .filter(table::number.eq(number))
        .first(work.conn)
        .map(entry)
}

pub(in crate::law) fn external_by_id(work: &mut Work<'_>, id: &str) -> QueryResult<External> {
    let agency = work.agency();
    rows!(&agency).filter(table::id.eq(id)).first(work.conn).map(entry)
}

/// The entries with this sign, however it is written; several only for decisions, which begin anew each year.
///
/// # Errors
/// When the database fails.
pub fn by_sign(work: &mut Work<'_>, sign: &str) -> QueryResult<Vec<External>> {
    let agency = work.agency();
    let key = cited(sign)
        .into_iter()
        .next()
        .map_or_else(|| key_of(sign), |one| one.key);
    let rows: Vec<Row> = rows!(&agency)
        .filter(table::sign_key.eq(key))
        .order(table::year.desc())
        .load(work.conn)?;
    Ok(rows.into_iter().map(entry).collect())
}

/// Adds an entry and gives its id and number.
pub(in crate::law) fn insert_external(work: &mut Work<'_>, facts: &Facts) -> QueryResult<(String, i64)> {
    let (id, agency, number) = (new_id(), work.agency(), next_number(work, COUNTER)?);
    let (by, by_name) = who(work);
    diesel::insert_into(table::table)
        .values((
            table::id.eq(&id),
            table::agency_id.eq(&agency),
            table::number.eq(number),
            (
                table::sign.eq(&facts.sign),
                table::sign_key.eq(key_of(&facts.sign)),
                table::year.eq(facts.year),
                table::kind.eq(facts.kind),
                table::title.eq(&facts.title),
                table::issuer.eq(&facts.issuer),
            ),
            (
                table::issued_on.eq(facts.issued_on),
                table::effective_from.eq(facts.effective_from),
                table::effective_to.eq(facts.effective_to),
                table::link.eq(&facts.link),
                table::source.eq(&facts.source),
                table::unconfirmed.eq(facts.unconfirmed),
            ),
            (
                table::added_by.eq(by),
                table::added_by_name.eq(by_name),
                table::added_at.eq(work.actor.at),
                table::row_version.eq(1_i64),
            ),
        ))
        .execute(work.conn)?;
    Ok((id, number))
}

/// Writes other facts over those of an entry; gives whether the entry was still as it was seen.
pub(in crate::law) fn set_facts(work: &mut Work<'_>, entry: &External, facts: &Facts) -> QueryResult<bool> {
    let agency = work.agency();
    let row = table::agency_id
        .eq(&agency)
        .and(table::id.eq(&entry.id))
        .and(table::row_version.eq(entry.row_version));
    let changed = diesel::update(table::table.filter(row))
        .set((
            (
                table::sign.eq(&facts.sign),
                table::sign_key.eq(key_of(&facts.sign)),
                table::year.eq(facts.year),
                table::kind.eq(facts.kind),
                table::title.eq(&facts.title),
                table::issuer.eq(&facts.issuer),
            ),
            (
                table::issued_on.eq(facts.issued_on),
                table::effective_from.eq(facts.effective_from),
                table::effective_to.eq(facts.effective_to),
                table::link.eq(&facts.link),
                table::source.eq(&facts.source),
                table::unconfirmed.eq(facts.unconfirmed),
            ),
            table::row_version.eq(entry.row_version.saturating_add(1)),
        ))
        .execute(work.conn)?;
    Ok(changed == 1)
}

/// Sets from when an entry is no longer in force.
pub(in crate::law) fn end_on(work: &mut Work<'_>, entry: &External, day: Option<NaiveDate>) -> QueryResult<()> {
    let agency = work.agency();
    diesel::update(table::table.filter(table::agency_id.eq(&agency).and(table::id.eq(&entry.id))))
        .set((
            table::effective_to.eq(day),
            table::row_version.eq(entry.row_version.saturating_add(1)),
        ))
        .execute(work.conn)
        .map(drop)
}
