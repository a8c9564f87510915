//! Beginning and ending sessions.

use super::{Ended, MOST, Proof};
use crate::kernel::{AgencyId, Permission, PersonId, new_id};
use crate::ledger::Work;
use crate::people::gate::{random_token, sha256_hex};
use crate::people::must;
use crate::people::schema::{half_sign_ins, one_time_codes, persons, sessions};
use crate::web::Failure;
use diesel::prelude::*;
use serde_json::json;

/// What a new session is made of.
pub(in crate::people) struct NewSession<'a> {
    pub(in crate::people) agency: &'a AgencyId,
    pub(in crate::people) person: &'a PersonId,
    pub(in crate::people) proof: Proof,
    pub(in crate::people) device: &'a str,
    pub(in crate::people) address: &'a str,
}

/// Opens a session, gives its token and whether an older one had to end for it.
pub(in crate::people) fn open(work: &mut Work<'_>, new: &NewSession<'_>) -> Result<(String, bool), Failure> {
    let at = work.actor.at;
    let open: Vec<String> = sessions::table
        .filter(
            sessions::agency_id
                .eq(new.agency)
                .and(sessions::person_id.eq(new.person)),
        )
        .filter(sessions::ended_at.is_null())
        .order((sessions::created_at, sessions::id))
        .select(sessions::token_sha256)
        .load(work.conn)?;
    let too_many = (open.len() + 1).saturating_sub(MOST);
    for oldest in open.iter().take(too_many) {
        end_row(work, oldest, Ended::TooMany)?;
        work.record(
            "session.ended",
            ("person", new.person.as_str()),
            json!({ "why": "too_many" }),
        );
    }
    let token = random_token()?;
    diesel::insert_into(sessions::table)
        .values((
            sessions::token_sha256.eq(sha256_hex(&token)),
            sessions::id.eq(new_id()),
            sessions::agency_id.eq(new.agency),
            sessions::person_id.eq(new.person),
            sessions::csrf_seed.eq(random_token()?),
            sessions::created_at.eq(at),
            sessions::seen_at.eq(at),
            sessions::device.eq(new.device),
            sessions::address.eq(new.address),
            sessions::proved_by.eq(new.proof),
        ))
        .execute(work.conn)?;
    work.record(
        "sign_in.done",
        ("person", new.person.as_str()),
        json!({ "proof": new.proof.as_str() }),
    );
    Ok((token, too_many > 0))
}

/// Gives an open session a new token; the old one is worth nothing from then on.
pub(in crate::people) fn renew(work: &mut Work<'_>, session: &str) -> Result<String, Failure> {
    let token = random_token()?;
    let renewed = diesel::update(sessions::table.find(session).filter(sessions::ended_at.is_null()))
        .set(sessions::token_sha256.eq(sha256_hex(&token)))
        .execute(work.conn)?;
    if renewed == 0 {
        return Err(Failure::SignInFirst);
    }
    let person = own(work)?;
    work.record("session.renewed", ("person", person.as_str()), json!({}));
    Ok(token)
}

fn own(work: &Work<'_>) -> Result<PersonId, Failure> {
    let person = work.actor.person.as_ref().ok_or(Failure::SignInFirst)?;
    Ok(person.id.clone())
}

fn end_row(work: &mut Work<'_>, token_sha256: &str, why: Ended) -> QueryResult<usize> {
    let at = work.actor.at;
    diesel::update(sessions::table.find(token_sha256).filter(sessions::ended_at.is_null()))
        .set((sessions::ended_at.eq(Some(at)), sessions::ended_why.eq(Some(why))))
        .execute(work.conn)
}

/// Ends the session with this hash: its person signs out.
///
/// # Errors
/// When the database fails.
pub(in crate::people) fn sign_out(work: &mut Work<'_>, session: &str) -> Result<(), Failure> {
    end_row(work, session, Ended::SignedOut)?;
    let person = own(work)?;
    work.record("sign_out.done", ("person", person.as_str()), json!({}));
    Ok(())
}

/// Ends all sessions of a person but one, and voids what is half signed in: whoever gave the password before it changed, or
/// before another factor came, begins again. Gives how many sessions ended.
pub(in crate::people) fn end_sessions(
    work: &mut Work<'_>,
    person: &PersonId,
    (why, but): (Ended, Option<&str>),
) -> QueryResult<usize> {
    let at = work.actor.at;
    diesel::update(half_sign_ins::table)
        .filter(
            half_sign_ins::person_id
                .eq(person)
                .and(half_sign_ins::used_at.is_null()),
        )
        .set(half_sign_ins::used_at.eq(Some(at)))
        .execute(work.conn)?;
    diesel::update(sessions::table)
        .filter(sessions::person_id.eq(person).and(sessions::ended_at.is_null()))
        .filter(sessions::token_sha256.ne(but.unwrap_or_default()))
        .set((sessions::ended_at.eq(Some(at)), sessions::ended_why.eq(Some(why))))
        .execute(work.conn)
}

/// Ends one session of the person who asks.
///
/// # Errors
/// 404 when there is no such open session of that person.
pub(in crate::people) fn end_one(work: &mut Work<'_>, id: &str) -> Result<(), Failure> {
    let (person, agency) = (own(work)?, work.agency());
    let token: String = sessions::table
        .filter(sessions::agency_id.eq(&agency).and(sessions::person_id.eq(&person)))
        .filter(sessions::id.eq(id).and(sessions::ended_at.is_null()))
        .select(sessions::token_sha256)
        .first(work.conn)?;
    end_row(work, &token, Ended::Ended)?;
    work.record("session.ended", ("person", person.as_str()), json!({ "why": "ended" }));
    Ok(())
}

/// Ends all sessions of the person who asks but the one he or she asks from.
///
/// # Errors
/// When the database fails.
pub(in crate::people) fn end_others(work: &mut Work<'_>) -> Result<(), Failure> {
    let person = own(work)?;
    let this = work.actor.via.session.clone();
    end_sessions(work, &person, (Ended::Ended, this.as_deref()))?;
    work.record("session.others_ended", ("person", person.as_str()), json!({}));
    Ok(())
}

/// Ends all sessions of one person, by an administrator.
///
/// # Errors
/// 404 when the agency has no such person.
pub fn end_sessions_of(work: &mut Work<'_>, person: &PersonId) -> Result<(), Failure> {
    must(work.actor, Permission::ManagePeople)?;
    let agency = work.agency();
    let found: PersonId = persons::table
        .filter(persons::agency_id.eq(&agency).and(persons::id.eq(person)))
        .select(persons::id)
        .first(work.conn)?;
    let this = work.actor.via.session.clone();
    end_sessions(work, &found, (Ended::Administrator, this.as_deref()))?;
    work.record(
        "session.ended",
        ("person", found.as_str()),
        json!({ "why": "administrator" }),
    );
    Ok(())
}

/// Ends all sessions of the agency but the one of the administrator who asks.
///
/// # Errors
/// [`Failure::Forbidden`] for anybody else.
pub fn end_sessions_of_agency(work: &mut Work<'_>) -> Result<(), Failure> {
    must(work.actor, Permission::ManagePeople)?;
    let (agency, at) = (work.agency(), work.actor.at);
    let this = work.actor.via.session.clone().unwrap_or_default();
    diesel::update(sessions::table)
        .filter(sessions::agency_id.eq(&agency).and(sessions::ended_at.is_null()))
        .filter(sessions::token_sha256.ne(this))
        .set((
            sessions::ended_at.eq(Some(at)),
            sessions::ended_why.eq(Some(Ended::Administrator)),
        ))
        .execute(work.conn)?;
    diesel::update(half_sign_ins::table)
        .filter(
            half_sign_ins::agency_id
                .eq(&agency)
                .and(half_sign_ins::used_at.is_null()),
        )
        .set(half_sign_ins::used_at.eq(Some(at)))
        .execute(work.conn)?;
    work.record("session.all_ended", ("agency", agency.as_str()), json!({}));
    Ok(())
}

/// Ends every session of the installation and voids every open one-time code: to be called on a database that was restored
/// from a backup, so that nothing that had ended since comes back to life.
///
/// # Errors
/// [`Failure::Forbidden`] for anybody but the program itself.
pub fn end_all_sessions(work: &mut Work<'_>) -> Result<(), Failure> {
    if !work.actor.is_house {
        return Err(crate::people::policy::forbidden(Permission::ManagePeople));
    }
    let at = work.actor.at;
    diesel::update(sessions::table.filter(sessions::ended_at.is_null()))
        .set((
            sessions::ended_at.eq(Some(at)),
            sessions::ended_why.eq(Some(Ended::Restored)),
        ))
        .execute(work.conn)?;
    diesel::update(half_sign_ins::table.filter(half_sign_ins::used_at.is_null()))
        .set(half_sign_ins::used_at.eq(Some(at)))
        .execute(work.conn)?;
    diesel::update(one_time_codes::table.filter(one_time_codes::used_at.is_null()))
        .set(one_time_codes::used_at.eq(Some(at)))
        .execute(work.conn)?;
    let agency = work.agency();
    work.record(
        "session.all_ended",
        ("agency", agency.as_str()),
        json!({ "why": "restored" }),
    );
    Ok(())
}
