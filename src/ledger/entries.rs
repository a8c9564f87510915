//! The readable entries, newest first, a page at a time.

use super::Work;
use super::schema::ledger;
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// Which entries are asked for.
#[derive(Debug, Clone, Default)]
pub struct EntryFilter {
    /// By whom: the id of a person, `house` or `stranger`.
    pub actor: Option<String>,
    /// What was done: the act or how it begins.
    pub act: Option<String>,
    /// The id of the object.
    pub object: Option<String>,
    /// Not before, UTC.
    pub from: Option<NaiveDateTime>,
    /// Before, UTC.
    pub to: Option<NaiveDateTime>,
    /// Only entries with smaller numbers.
    pub before: Option<i64>,
    /// No more than this.
    pub limit: i64,
}

/// A readable entry.
#[derive(Debug, Clone, Queryable)]
pub struct EntryRow {
    /// Its number, from 1.
    pub seq: i64,
    /// When, UTC.
    pub at: NaiveDateTime,
    /// `person`, `house` or `stranger`.
    pub actor_kind: String,
    /// Which person.
    pub actor_id: Option<String>,
    /// What was done.
    pub act: String,
    /// To what kind of object.
    pub object_kind: String,
    /// To which one.
    pub object_id: String,
}

/// The entries of the agency that are asked for, newest first.
///
/// # Errors
/// When the database fails.
pub fn entries(work: &mut Work<'_>, filter: &EntryFilter) -> QueryResult<Vec<EntryRow>> {
    let mut query = ledger::table
        .filter(ledger::agency_id.eq(work.agency()))
        .select((
            ledger::seq,
            ledger::at,
            ledger::actor_kind,
            ledger::actor_id,
            ledger::act,
            ledger::object_kind,
            ledger::object_id,
        ))
        .order(ledger::seq.desc())
        .limit(filter.limit)
        .into_boxed();
    if let Some(actor) = &filter.actor {
        query = query.filter(ledger::actor_id.eq(actor).or(ledger::actor_kind.eq(actor)));
    }
    if let Some(act) = &filter.act {
        let plain = act.replace('\\', "").replace(['%', '_'], "\\_");
        query = query.filter(ledger::act.like(format!("{plain}%")).escape('\\'));
    }
    if let Some(object) = &filter.object {
        query = query.filter(ledger::object_id.eq(object));
    }
    if let Some(from) = filter.from {
        query = query.filter(ledger::at.ge(from));
    }
    if let Some(to) = filter.to {
        query = query.filter(ledger::at.lt(to));
    }
    if let Some(before) = filter.before {
        query = query.filter(ledger::seq.lt(before));
    }
    query.load(work.conn)
}
