//! Keys of requests: a form that arrives twice is one act, and its second sending gets the first answer.

use super::schema::request_keys;
use super::{LedgerError, Work};
use crate::db::{AnyConnection, Db, DbError};
use crate::kernel::{Actor, AgencyId, PersonId, new_id};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use sha2::{Digest, Sha256};

/// For how long a request that is sent again gets its first answer.
pub const KEPT: TimeDelta = TimeDelta::hours(24);

/// One try of a request, to be claimed by the first change that it makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    key: String,
    body: String,
    by: String,
}

/// What is known of the key of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    /// Nothing was done under it.
    New,
    /// The same was done before; with the sealed answer, unless the program broke off before it was kept.
    Same(Option<String>),
    /// Something else was done under it.
    Other,
}

impl Claim {
    /// A try of `person` with this key, saying what `body` (hexadecimal SHA-256) is the hash of.
    pub fn new(person: &PersonId, key: &str, body: String) -> Self {
        let mut hash = Sha256::new();
        // The id has one length, so person and key cannot run into each other.
        hash.update(person.as_str().as_bytes());
        hash.update(key.as_bytes());
        let key = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Self {
            key,
            body,
            by: new_id(),
        }
    }

    /// The hash of person and key, in hexadecimal: what the ledger keeps of the request.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What is known of the key.
    ///
    /// # Errors
    /// When the database fails.
    pub fn known(&self, work: &mut Work<'_>) -> QueryResult<Known> {
        let found = self.found(work.conn, &work.actor.agency)?;
        Ok(match found {
            None => Known::New,
            Some((body, _, answer)) if body == self.body => Known::Same(answer),
            Some(_) => Known::Other,
        })
    }

    fn found(
        &self,
        conn: &mut AnyConnection,
        agency: &AgencyId,
    ) -> QueryResult<Option<(String, String, Option<String>)>> {
        request_keys::table
            .find((agency, &self.key))
            .select((
                request_keys::body_sha256,
                request_keys::claimed_by,
                request_keys::answer,
            ))
            .first(conn)
            .optional()
    }

    /// Takes the key for this try, inside the change; a later change of the same try has it already.
    pub(super) fn take(&self, conn: &mut AnyConnection, actor: &Actor) -> Result<(), LedgerError> {
        match self.found(conn, &actor.agency)? {
            Some((_, by, _)) if by == self.by => Ok(()),
            Some(_) => Err(LedgerError::Claimed),
            None => {
                diesel::insert_into(request_keys::table)
                    .values((
                        request_keys::agency_id.eq(&actor.agency),
                        request_keys::key_sha256.eq(&self.key),
                        request_keys::body_sha256.eq(&self.body),
                        request_keys::claimed_by.eq(&self.by),
                        request_keys::claimed_at.eq(actor.at),
                    ))
                    .execute(conn)?;
                Ok(())
            }
        }
    }

    /// Keeps the sealed answer of this try for when the request comes again.
    ///
    /// # Errors
    /// When the database fails.
    pub fn keep_answer(&self, db: &Db, agency: &AgencyId, sealed: String) -> Result<(), DbError> {
        let (claim, agency) = (self.clone(), agency.clone());
        db.write(move |conn| {
            diesel::update(request_keys::table.find((&agency, &claim.key)))
                .filter(request_keys::claimed_by.eq(&claim.by))
                .set(request_keys::answer.eq(sealed))
                .execute(conn)?;
            Ok::<_, DbError>(())
        })
    }
}

/// Forgets the keys of requests that are older than [`KEPT`].
///
/// # Errors
/// When the database fails.
pub fn forget_old_requests(db: &Db, now: NaiveDateTime) -> Result<usize, DbError> {
    let before = now - KEPT;
    let old = move |conn: &mut AnyConnection| {
        request_keys::table
            .filter(request_keys::claimed_at.lt(before))
            .count()
            .get_result::<i64>(conn)
    };
    if db.read(|conn| old(conn).map_err(DbError::from))? == 0 {
        return Ok(0);
    }
    db.write(move |conn| {
        let gone = diesel::delete(request_keys::table.filter(request_keys::claimed_at.lt(before))).execute(conn)?;
        Ok::<_, DbError>(gone)
    })
}
