//! Keys in the database: made with the first password that confirms, opened, retired, shown.

use super::agency::AgencyKey;
use super::certificate::Certified;
use super::schema::{key_attestations, signing_keys};
use super::signer::Signer;
use super::text::{from_hex, hex};
use super::wrap::{chance, unwrap, wrap};
use crate::db::Db;
use crate::kernel::{AccessRole, Actor, AgencyId, Person, PersonId, new_id};
use crate::ledger::{self, Work};
use crate::people::actions::password::stands;
use crate::people::hashing::{Comer, Hashing};
use crate::people::schema::{agencies, persons};
use crate::people::store::positions_of;
use crate::web::{Failure, Say};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use ed25519_dalek::SigningKey;
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;

/// A key as people see it; never its private part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyShown {
    /// Its id.
    pub id: String,
    /// Whose it is.
    pub person_id: PersonId,
    /// The public part, in hexadecimal.
    pub public_key: String,
    /// When it was made, UTC.
    pub made_at: NaiveDateTime,
    /// When it was retired, UTC.
    pub retired_at: Option<NaiveDateTime>,
    /// The certificate of the agency; none before a key that follows a reset is attested.
    pub certificate: Option<String>,
    /// In which duties others attested it.
    pub attested_as: Vec<AccessRole>,
}

type Row = (
    String,
    PersonId,
    String,
    NaiveDateTime,
    Option<NaiveDateTime>,
    Option<String>,
);

fn shown((id, person_id, public_key, made_at, retired_at, certificate): Row) -> KeyShown {
    KeyShown {
        id,
        person_id,
        public_key,
        made_at,
        retired_at,
        certificate,
        attested_as: Vec::new(),
    }
}

macro_rules! columns {
    () => {
        (
            signing_keys::id,
            signing_keys::person_id,
            signing_keys::public_key,
            signing_keys::made_at,
            signing_keys::retired_at,
            signing_keys::certificate,
        )
    };
}

/// The keys with these ids.
///
/// # Errors
/// When the database fails.
pub fn keys_by_id(work: &mut Work<'_>, ids: &[String]) -> QueryResult<BTreeMap<String, KeyShown>> {
    let agency = work.agency();
    let rows: Vec<Row> = signing_keys::table
        .filter(signing_keys::agency_id.eq(&agency).and(signing_keys::id.eq_any(ids)))
        .select(columns!())
        .load(work.conn)?;
    Ok(rows.into_iter().map(|row| (row.0.clone(), shown(row))).collect())
}

/// Live keys that wait for the word of others, with the names of their people, oldest first.
///
/// # Errors
/// When the database fails.
pub fn unattested(work: &mut Work<'_>) -> QueryResult<Vec<(KeyShown, String)>> {
    let agency = work.agency();
    let rows: Vec<Row> = signing_keys::table
        .filter(signing_keys::agency_id.eq(&agency))
        .filter(
            signing_keys::certificate
                .is_null()
                .and(signing_keys::retired_at.is_null()),
        )
        .order(signing_keys::made_at)
        .select(columns!())
        .load(work.conn)?;
    let ids: Vec<PersonId> = rows.iter().map(|row| row.1.clone()).collect();
    let mut names = crate::people::store::names(work, &ids)?;
    let attested: Vec<(String, AccessRole)> = key_attestations::table
        .filter(key_attestations::agency_id.eq(&agency))
        .filter(key_attestations::key_id.eq_any(rows.iter().map(|row| &row.0)))
        .select((key_attestations::key_id, key_attestations::access_role))
        .load(work.conn)?;
    let keys = rows.into_iter().map(|row| {
        let mut key = shown(row);
        let own = attested.iter().filter(|(id, _)| *id == key.id);
        key.attested_as = own.map(|(_, role)| *role).collect();
        let name = names.remove(&key.person_id).unwrap_or_default();
        (key, name)
    });
    Ok(keys.collect())
}

/// Code and name of the agency, as certificates and statements write them.
///
/// # Errors
/// When the database fails.
pub fn agency_title(work: &mut Work<'_>) -> QueryResult<(String, String)> {
    let agency = work.agency();
    agencies::table
        .find(&agency)
        .select((agencies::code, agencies::name))
        .first(work.conn)
}

/// The agency's key under the data directory.
///
/// # Errors
/// [`Failure::Internal`] when it cannot be opened, or is missing though it certified something.
pub fn agency_key(work: &mut Work<'_>, home: Option<&Path>) -> Result<AgencyKey, Failure> {
    let agency = work.agency();
    let home = home.ok_or_else(|| Failure::Internal(anyhow::anyhow!("where keys are kept was not said")))?;
    let certified = signing_keys::table.filter(
        signing_keys::agency_id
            .eq(&agency)
            .and(signing_keys::certificate.is_not_null()),
    );
    let is_known = diesel::select(diesel::dsl::exists(certified)).get_result::<bool>(work.conn)?;
    AgencyKey::open(home, &agency_title(work)?.0, is_known)
}

/// The live key of a person: id, public part, wrapped private part, salt.
type Live = (String, String, String, String);

fn live(work: &mut Work<'_>, (agency, person): (&AgencyId, &PersonId)) -> QueryResult<Option<Live>> {
    signing_keys::table
        .filter(
            signing_keys::agency_id
                .eq(agency)
                .and(signing_keys::person_id.eq(person)),
        )
        .filter(signing_keys::retired_at.is_null())
        .select((
            signing_keys::id,
            signing_keys::public_key,
            signing_keys::wrapped_private,
            signing_keys::salt,
        ))
        .first(work.conn)
        .optional()
}

fn opened((_, public, wrapped, salt): &Live, password: &str) -> Option<SigningKey> {
    unwrap(&from_hex(wrapped)?, password, (&from_hex(salt)?, &from_hex(public)?))
}

/// Opens the key of a person whose password was checked just now; makes it when there is none. A key that the right
/// password does not open was wrapped under another one: it is lost and retired, and the new one waits for the word of
/// two others.
///
/// # Errors
/// [`Failure::Conflict`] when the password that was checked is no longer the person's: an old one makes and retires no key.
pub(in crate::people) fn unlock(db: &Db, actor: &Actor, (password, hash): (&str, &str)) -> Result<Signer, Failure> {
    let person = actor.person.as_ref().ok_or(Failure::SignInFirst)?.id.clone();
    let home = db
        .home()
        .ok_or_else(|| Failure::Internal(anyhow::anyhow!("where keys are kept was not said")))?;
    let (found, agency) = ledger::read(db, actor, |work| {
        Ok::<_, Failure>((live(work, (&actor.agency, &person))?, agency_key(work, Some(&home))?))
    })?;
    let secret = found
        .as_ref()
        .and_then(|live| Some((live.0.clone(), opened(live, password)?)));
    let (key_id, secret) = match secret {
        Some(open) => open,
        None => make(
            db,
            actor,
            (&person, found.as_ref().map(|live| live.0.clone())),
            (password, hash),
        )?,
    };
    Ok(Signer {
        key_id,
        secret,
        agency,
        home,
    })
}

/// Makes the key of a person who signs in and has none yet. Signing in does not fail when that does: the next
/// confirmation tries again, and says what is wrong.
pub(in crate::people) fn ensure(
    db: &Db,
    hashing: &Hashing,
    stranger: &Actor,
    (agency, person): (AgencyId, PersonId),
    (password, hash): (&str, &str),
) {
    let actor = Actor {
        agency,
        person: Some(Person {
            id: person.clone(),
            full_name: String::new(),
            access: Vec::new(),
            mandate: None,
        }),
        ..stranger.clone()
    };
    let found = ledger::read(db, &actor, |work| {
        Ok::<_, Failure>(live(work, (&actor.agency, &person))?)
    });
    let made = found.and_then(|found| match found {
        Some(_) => Ok(()),
        None => hashing
            .in_turn(Comer::Member, || make(db, &actor, (&person, None), (password, hash)))?
            .map(drop),
    });
    if let Err(cause) = made {
        tracing::error!(%cause, "Making the signing key of somebody who signed in failed");
    }
}

fn make(
    db: &Db,
    actor: &Actor,
    (person, lost): (&PersonId, Option<String>),
    (password, hash): (&str, &str),
) -> Result<(String, SigningKey), Failure> {
    let bytes = zeroize::Zeroizing::new(chance::<32>().map_err(Failure::Internal)?);
    let secret = SigningKey::from_bytes(&bytes);
    let salt: [u8; 16] = chance().map_err(Failure::Internal)?;
    let wrapped = wrap(&secret, password, &salt).map_err(Failure::Internal)?;
    let (id, person, home) = (new_id(), person.clone(), db.home());
    let (row, public) = (id.clone(), secret.verifying_key().to_bytes());
    let hash = hash.to_owned();
    ledger::change(db, actor.clone(), move |work| {
        let agency = work.agency();
        if !stands(work, (&agency, &person), &hash)? {
            return Err(Failure::Conflict(Say::new("people.keys.again")));
        }
        if let Some(now) = live(work, (&agency, &person))? {
            if lost.as_ref() != Some(&now.0) {
                // Somebody was faster with the same password: the next try opens that key.
                return Err(Failure::Conflict(Say::new("people.keys.again")));
            }
            retire(work, (&agency, &person), "lost")?;
        }
        let former = signing_keys::table.filter(
            signing_keys::agency_id
                .eq(&agency)
                .and(signing_keys::person_id.eq(&person)),
        );
        let is_first = !diesel::select(diesel::dsl::exists(former)).get_result::<bool>(work.conn)?;
        let certificate = if is_first {
            let key = agency_key(work, home.as_deref())?;
            Some(certified(work, (&row, &person), (&public, work.actor.at))?.note(&key))
        } else {
            None
        };
        diesel::insert_into(signing_keys::table)
            .values((
                signing_keys::id.eq(&row),
                signing_keys::agency_id.eq(&agency),
                signing_keys::person_id.eq(&person),
                signing_keys::public_key.eq(hex(&public)),
                signing_keys::wrapped_private.eq(hex(&wrapped)),
                signing_keys::salt.eq(hex(&salt)),
                signing_keys::made_at.eq(work.actor.at),
                signing_keys::certificate.eq(certificate),
            ))
            .execute(work.conn)?;
        work.record(
            "signing_key.made",
            ("signing_key", &row),
            json!({ "person": person, "public_key": hex(&public), "certified": is_first }),
        );
        Ok(())
    })?;
    Ok((id, secret))
}

/// What the agency certifies of a key.
pub(super) fn certified(
    work: &mut Work<'_>,
    (key_id, person): (&str, &PersonId),
    (public, made_at): (&[u8], NaiveDateTime),
) -> QueryResult<Certified> {
    let (code, name) = agency_title(work)?;
    let today = work.actor.today();
    let positions = positions_of(work, person, today)?;
    let positions: Vec<String> = positions.into_iter().map(|held| held.name).collect();
    let mut certified = Certified {
        agency: format!("{code} {name}"),
        key_id: key_id.to_owned(),
        person_id: person.as_str().to_owned(),
        name: persons::table
            .find(person)
            .select(persons::full_name)
            .first(work.conn)?,
        positions: positions.join(", "),
        public: public.to_vec(),
        from: String::new(),
    };
    certified.made_at(made_at);
    Ok(certified)
}

/// Retires the live key of a person, if there is one: its private part is gone, what it signed stays valid.
pub(in crate::people) fn retire(
    work: &mut Work<'_>,
    whose: (&AgencyId, &PersonId),
    why: &'static str,
) -> QueryResult<()> {
    let Some((id, ..)) = live(work, whose)? else {
        return Ok(());
    };
    diesel::update(signing_keys::table.find(&id))
        .set((
            signing_keys::retired_at.eq(Some(work.actor.at)),
            signing_keys::retired_why.eq(Some(why)),
            signing_keys::wrapped_private.eq(""),
        ))
        .execute(work.conn)?;
    work.record("signing_key.retired", ("signing_key", &id), json!({ "why": why }));
    Ok(())
}

/// Gives a key its certificate, once the others have spoken.
pub(super) fn certify(work: &mut Work<'_>, key: &KeyShown, agency: &AgencyKey) -> Result<(), Failure> {
    let public = from_hex(&key.public_key).unwrap_or_default();
    let note = certified(work, (&key.id, &key.person_id), (&public, key.made_at))?.note(agency);
    diesel::update(signing_keys::table.find(&key.id))
        .set(signing_keys::certificate.eq(Some(note)))
        .execute(work.conn)?;
    Ok(())
}
