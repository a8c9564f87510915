//! Sessions in the database.

use super::seen::Times;
use super::{ABSOLUTE, Ended, IDLE, Proof};
use crate::db::AnyConnection;
use crate::kernel::{AccessRole, Actor, AgencyId, Mandate, PersonId};
use crate::ledger::Work;
use crate::people::factors::{self, Standing};
use crate::people::schema::{access_grants, agencies, persons, sessions};
use crate::people::store::mandate_of;
use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use serde::Serialize;

/// A session with its person, as the gate needs it.
pub(in crate::people) struct OpenSession {
    pub(in crate::people) agency: (AgencyId, String, String),
    pub(in crate::people) person_id: PersonId,
    pub(in crate::people) full_name: String,
    pub(in crate::people) times: Times,
    pub(in crate::people) csrf_seed: String,
    pub(in crate::people) access: Vec<AccessRole>,
    pub(in crate::people) mandate: Option<Mandate>,
    pub(in crate::people) standing: Standing,
}

/// A session as its person sees it in the list.
#[derive(Debug, Clone, Serialize)]
pub(in crate::people) struct Shown {
    pub(in crate::people) id: String,
    pub(in crate::people) device: String,
    pub(in crate::people) address: String,
    pub(in crate::people) created_at: NaiveDateTime,
    pub(in crate::people) seen_at: NaiveDateTime,
    pub(in crate::people) proved_by: Proof,
    pub(in crate::people) is_this: bool,
}

/// The session that a token opens, if it is open and its person is active.
pub(in crate::people) fn open_session(
    conn: &mut AnyConnection,
    token_sha256: &str,
) -> QueryResult<Option<OpenSession>> {
    type Row = (
        (AgencyId, String, String),
        (PersonId, String, bool),
        (NaiveDateTime, NaiveDateTime, String),
    );
    let found: Option<Row> = sessions::table
        .inner_join(persons::table.inner_join(agencies::table))
        .filter(
            sessions::token_sha256
                .eq(token_sha256)
                .and(sessions::ended_at.is_null())
                .and(persons::active.eq(true)),
        )
        .select((
            (agencies::id, agencies::name, agencies::name_en),
            (persons::id, persons::full_name, persons::short_password),
            (sessions::created_at, sessions::seen_at, sessions::csrf_seed),
        ))
        .first(conn)
        .optional()?;
    let Some((agency, (person_id, full_name, is_short), (created_at, seen_at, csrf_seed))) = found else {
        return Ok(None);
    };
    let (access, mandate) = access_of(conn, &agency.0, &person_id)?;
    let standing = factors::standing(conn, (&agency.0, &person_id), &access, is_short)?;
    Ok(Some(OpenSession {
        agency,
        person_id,
        full_name,
        times: Times { created_at, seen_at },
        csrf_seed,
        access,
        mandate,
        standing,
    }))
}

/// The access roles of a person and the mandate of an inspector, as they are now.
fn access_of(
    conn: &mut AnyConnection,
    agency: &AgencyId,
    person: &PersonId,
) -> QueryResult<(Vec<AccessRole>, Option<Mandate>)> {
    let rows: Vec<(AccessRole, Option<NaiveDate>, Option<NaiveDate>)> = access_grants::table
        .filter(
            access_grants::agency_id
                .eq(agency)
                .and(access_grants::person_id.eq(person))
                .and(access_grants::revoked_at.is_null()),
        )
        .select((
            access_grants::access_role,
            access_grants::mandate_from,
            access_grants::mandate_to,
        ))
        .load(conn)?;
    let mandate = rows.iter().find_map(|(_, from, to)| mandate_of(*from, *to));
    Ok((rows.into_iter().map(|(role, _, _)| role).collect(), mandate))
}

/// Whether an actor still is who he or she was when the request came in: the account is active, and has the same rights.
/// Asked in the transaction of every act, so that a right that was taken away meanwhile is not used once more.
///
/// # Errors
/// When the database fails.
pub fn still_stands(conn: &mut AnyConnection, actor: &Actor) -> QueryResult<bool> {
    let Some(person) = &actor.person else { return Ok(true) };
    let own = persons::table.filter(persons::agency_id.eq(&actor.agency).and(persons::id.eq(&person.id)));
    let is_active: Option<bool> = own.select(persons::active).first(conn).optional()?;
    let (mut now, mandate) = access_of(conn, &actor.agency, &person.id)?;
    let mut then = person.access.clone();
    now.sort_unstable();
    then.sort_unstable();
    Ok(is_active == Some(true) && now == then && mandate == person.mandate)
}

/// The id of the session from which somebody acts: it stays when a confirmation gives the session a new token. `None` for
/// whoever acts without one, and for one that ended or was given a new token meanwhile.
///
/// # Errors
/// When the database fails.
pub fn session_id(work: &mut Work<'_>) -> QueryResult<Option<String>> {
    let Some(token) = work.actor.via.session.clone() else {
        return Ok(None);
    };
    sessions::table
        .find(token)
        .filter(sessions::ended_at.is_null())
        .select(sessions::id)
        .first(work.conn)
        .optional()
}

/// The open sessions of the person who asks, the last seen first; `this` is the hash of the one he or she asks from.
pub(in crate::people) fn list(work: &mut Work<'_>, person: &PersonId, this: &str) -> QueryResult<Vec<Shown>> {
    type Row = (String, String, String, String, NaiveDateTime, NaiveDateTime, Proof);
    let (agency, now) = (work.agency(), work.actor.at);
    let rows: Vec<Row> = sessions::table
        .filter(sessions::agency_id.eq(&agency).and(sessions::person_id.eq(person)))
        .filter(sessions::ended_at.is_null())
        .filter(
            sessions::seen_at
                .gt(now - IDLE)
                .and(sessions::created_at.gt(now - ABSOLUTE)),
        )
        .order((sessions::seen_at.desc(), sessions::id))
        .select((
            sessions::token_sha256,
            sessions::id,
            sessions::device,
            sessions::address,
            sessions::created_at,
            sessions::seen_at,
            sessions::proved_by,
        ))
        .load(work.conn)?;
    let shown = |(token, id, device, address, created_at, seen_at, proved_by): Row| Shown {
        is_this: token == this,
        id,
        device,
        address,
        created_at,
        seen_at,
        proved_by,
    };
    Ok(rows.into_iter().map(shown).collect())
}

/// Why the session of this token ended, if it did and the token is one of ours.
pub(in crate::people) fn why_ended(conn: &mut AnyConnection, token_sha256: &str) -> QueryResult<Option<Ended>> {
    sessions::table
        .find(token_sha256)
        .select(sessions::ended_why)
        .first::<Option<Ended>>(conn)
        .optional()
        .map(Option::flatten)
}

pub(super) fn write_seen(conn: &mut AnyConnection, token: &str, at: NaiveDateTime) -> QueryResult<()> {
    diesel::update(sessions::table.find(token))
        .filter(sessions::ended_at.is_null().and(sessions::seen_at.lt(at)))
        .set(sessions::seen_at.eq(at))
        .execute(conn)
        .map(drop)
}

/// Ends what nobody used for so long that no process could still let it go on.
pub(super) fn end_idle(conn: &mut AnyConnection, now: NaiveDateTime, grace: TimeDelta) -> QueryResult<usize> {
    let is_over = sessions::seen_at
        .lt(now - IDLE - grace)
        .or(sessions::created_at.lt(now - ABSOLUTE));
    diesel::update(sessions::table.filter(sessions::ended_at.is_null()).filter(is_over))
        .set((
            sessions::ended_at.eq(Some(now)),
            sessions::ended_why.eq(Some(Ended::Idle)),
        ))
        .execute(conn)
}

/// Ends sessions that a gate found to be over.
pub(super) fn end_over(conn: &mut AnyConnection, tokens: &[String], now: NaiveDateTime) -> QueryResult<()> {
    diesel::update(sessions::table)
        .filter(sessions::token_sha256.eq_any(tokens).and(sessions::ended_at.is_null()))
        .set((
            sessions::ended_at.eq(Some(now)),
            sessions::ended_why.eq(Some(Ended::Idle)),
        ))
        .execute(conn)
        .map(drop)
}
