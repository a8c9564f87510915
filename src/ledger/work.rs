//! A change and what it owes: at least one entry, written in the same transaction.

use super::Claim;
use super::append::{End, Head, Line, add_all, head_of};
use super::opening::books;
use super::touched;
use crate::db::{AnyConnection, Db, DbError, Keyring};
use crate::kernel::{Actor, AgencyId};
use diesel::prelude::*;
use serde_json::Value;
use std::sync::Arc;

/// One thing that was done, as the ledger will keep it. Ids and enumerations only: never names or free text.
#[derive(Debug, Clone)]
pub struct Entry {
    act: &'static str,
    object_kind: &'static str,
    object_id: String,
    details: Value,
}

/// A connection together with who asks; the only thing that the rooms' functions get.
///
/// Reading functions take it too: then the connection is read-only, and recording is an error.
pub struct Work<'a> {
    /// The connection, inside the transaction of a change.
    pub conn: &'a mut AnyConnection,
    /// Who asks or acts.
    pub actor: &'a Actor,
    entries: Vec<Entry>,
    keys: Option<Arc<Keyring>>,
}

/// What can go wrong with the ledger.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// A change recorded nothing.
    #[error("a change was made without a ledger entry; it was rolled back")]
    Unrecorded,
    /// The actor lost a right while the request was on its way.
    #[error("the actor lost a right meanwhile")]
    RightLost,
    /// The request did its act before, in another try.
    #[error("the request was recorded before")]
    Claimed,
    /// The database failed.
    #[error("writing the ledger")]
    Query(#[from] diesel::result::Error),
    /// The database itself failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl<'a> Work<'a> {
    /// Work on this connection for this actor.
    fn new(conn: &'a mut AnyConnection, actor: &'a Actor, keys: Option<Arc<Keyring>>) -> Self {
        Self {
            conn,
            actor,
            entries: Vec::new(),
            keys,
        }
    }

    /// Says what was done: `act` ("version.submitted") to which object, with ids and enumerations as details.
    pub fn record(&mut self, act: &'static str, object: (&'static str, &str), details: Value) {
        self.entries.push(Entry {
            act,
            object_kind: object.0,
            object_id: object.1.to_owned(),
            details,
        });
    }

    /// The keys of what is sealed in the database; `None` when it was opened without them.
    pub fn keys(&self) -> Option<Arc<Keyring>> {
        self.keys.clone()
    }

    /// Does one thing of several: when it fails, what it did and recorded is undone, and the others are not.
    ///
    /// # Errors
    /// What `deed` gives.
    pub fn attempt<T, E>(&mut self, deed: impl FnOnce(&mut Work<'_>) -> Result<T, E>) -> Result<T, E>
    where
        E: From<diesel::result::Error>,
    {
        let (actor, keys) = (self.actor, self.keys.clone());
        let (done, entries) = self.conn.transaction(|conn| {
            let mut inner = Work::new(conn, actor, keys);
            let done = deed(&mut inner)?;
            Ok::<_, E>((done, inner.entries))
        })?;
        self.entries.extend(entries);
        Ok(done)
    }

    /// The agency whose rows may be touched.
    pub fn agency(&self) -> AgencyId {
        self.actor.agency.clone()
    }
}

/// Runs `deed` in one transaction of the writer and adds its entries to the ledger.
///
/// # Errors
/// What `deed` gives; [`LedgerError::Unrecorded`] when it recorded nothing. In both cases nothing is kept.
pub fn change<T, E>(
    db: &Db,
    actor: Actor,
    deed: impl FnOnce(&mut Work<'_>) -> Result<T, E> + Send + 'static,
) -> Result<T, E>
where
    T: Send + 'static,
    E: From<LedgerError> + From<DbError> + From<diesel::result::Error> + Send + 'static,
{
    change_once(db, actor, None, deed)
}

/// Like [`change`], for a request with a key: the first change of the request takes the key in its transaction, so that
/// the request happens once however often it is sent.
///
/// # Errors
/// As [`change`]; [`LedgerError::Claimed`] when another try of the request has the key.
pub fn change_once<T, E>(
    db: &Db,
    actor: Actor,
    claim: Option<Claim>,
    deed: impl FnOnce(&mut Work<'_>) -> Result<T, E> + Send + 'static,
) -> Result<T, E>
where
    T: Send + 'static,
    E: From<LedgerError> + From<DbError> + From<diesel::result::Error> + Send + 'static,
{
    let keys = db.keys().cloned();
    db.write(move |conn| {
        if let Some(claim) = &claim {
            claim.take(conn, &actor)?;
        }
        let mut work = Work::new(conn, &actor, keys);
        let done = deed(&mut work)?;
        let Work { conn, entries, .. } = work;
        if entries.is_empty() {
            return Err(E::from(LedgerError::Unrecorded));
        }
        append(conn, &actor, &entries).map_err(E::from)?;
        Ok(done)
    })
}

/// Runs `look` on a read-only connection.
///
/// # Errors
/// What `look` gives; a write in it is refused by the database.
pub fn read<T, E>(db: &Db, actor: &Actor, look: impl FnOnce(&mut Work<'_>) -> Result<T, E>) -> Result<T, E>
where
    E: From<DbError>,
{
    db.read(|conn| look(&mut Work::new(conn, actor, db.keys().cloned())))
}

fn append(conn: &mut AnyConnection, actor: &Actor, entries: &[Entry]) -> Result<(), LedgerError> {
    let touched = touched::take(conn)?;
    let kind = if actor.is_house { "house" } else { "stranger" };
    let lines: Vec<Line<'_>> = entries
        .iter()
        .map(|entry| Line {
            person: actor.person.as_ref().map(|person| person.id.as_str()),
            kind,
            via: actor.via.clone(),
            act: entry.act,
            object: (entry.object_kind, &entry.object_id),
            details: entry.details.clone(),
        })
        .collect();
    add_all(conn, (actor.agency.as_str(), actor.at), &lines, touched)?;
    Ok(())
}

/// Adds the same entry to the books of all other agencies, in the transaction of this change: for what is true of all of
/// them.
///
/// # Errors
/// When the database fails.
pub fn tell_others(
    work: &mut Work<'_>,
    act: &'static str,
    object: (&'static str, &str),
    details: &Value,
) -> Result<(), LedgerError> {
    let (own, at) = (work.agency(), work.actor.at);
    for agency in books(work.conn)?.into_iter().filter(|agency| agency != own.as_str()) {
        let line = Line::house(act, object, details.clone());
        End::of(work.conn, &agency)?.add(work.conn, at, &line, Vec::new())?;
    }
    Ok(())
}

/// How the book of the acting agency stands before this change adds to it.
///
/// # Errors
/// When the database fails, or a stored hash is none.
pub fn head(work: &mut Work<'_>) -> QueryResult<Head> {
    let agency = work.agency();
    let size = End::of(work.conn, agency.as_str())?.size();
    head_of(work.conn, agency.as_str(), size)
}
