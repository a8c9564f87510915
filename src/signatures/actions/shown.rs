//! Tokens that tell what a page showed: whoever signs signs what he or she saw, once, and within five minutes.
//!
//! A page writes nothing, so the token is no row but a sealed text: session, person, content, meaning and moment. It
//! is used up with the signature that it was shown for. It stands for the entry that somebody opened the text: nobody
//! comes by one without being shown the page with that content. The session stands in it by its id, not by its token: a
//! confirmation gives the session a new token, and pages that are open in other tabs shall still be signed.

use crate::kernel::Actor;
use crate::ledger::Work;
use crate::people::{self, AgencyKey, FreshAuth, hex};
use crate::signatures::Act;
use crate::signatures::schema::signed_statements;
use crate::web::{Failure, Say};
use diesel::prelude::*;

/// How long a page may lie open, in seconds; one that is shown a little later than "now" is of a clock that moves.
const HOLDS: i64 = 5 * 60;

pub(super) fn refused(reason: &str) -> Failure {
    Failure::Conflict(Say::new(format!("signatures.refused.{reason}")))
}

/// What is sealed.
fn sealed((actor, session): (&Actor, &str), (root, act): (&str, Act), (at, random): (&str, &str)) -> Option<String> {
    let person = actor.person.as_ref()?.id.as_str();
    Some(format!("{session}\n{person}\n{root}\n{act}\n{at}\n{random}"))
}

/// The token for a page that shows this content and asks for a signature of this meaning; `None` for whoever has no
/// session.
///
/// # Errors
/// [`Failure::Internal`] without randomness.
pub fn token(work: &mut Work<'_>, key: &AgencyKey, (root, act): (&str, Act)) -> Result<Option<String>, Failure> {
    let Some(session) = people::session_id(work)? else {
        return Ok(None);
    };
    let mut random = [0_u8; 16];
    getrandom::fill(&mut random).map_err(|cause| Failure::Internal(anyhow::anyhow!("no randomness: {cause}")))?;
    let (at, random) = (work.actor.at.and_utc().timestamp().to_string(), hex(&random));
    let text = sealed((work.actor, &session), (root, act), (&at, &random));
    Ok(text.map(|text| format!("{root}.{act}.{at}.{random}.{}", key.seal(&text))))
}

/// The token that the form brought for this content and meaning. Whoever acts without a session (the command line, a
/// demo that is laid down) was shown no page and brings none.
///
/// # Errors
/// [`Failure::Conflict`]: the content is another than was shown (`signatures.refused.changed`), the page lay open too
/// long (`late`), was that of another session or forged (`foreign`), or was used already (`used`).
pub(super) fn must_show(
    work: &mut Work<'_>,
    fresh: &FreshAuth,
    (root, act): (&str, Act),
) -> Result<Option<String>, Failure> {
    if work.actor.via.session.is_none() {
        return Ok(None);
    }
    let session = people::session_id(work)?.ok_or_else(|| refused("foreign"))?;
    let mut why = "changed";
    for token in fresh.shown() {
        let parts: Vec<&str> = token.split('.').collect();
        let [shown, meaning, at, random, seal] = parts.as_slice() else {
            why = "foreign";
            continue;
        };
        if *meaning != act.as_str() || *shown != root {
            continue;
        }
        let is_ours = sealed((work.actor, &session), (root, act), (at, random))
            .is_some_and(|text| fresh.signer().agency().is_sealed(&text, seal));
        if !is_ours {
            why = "foreign";
            continue;
        }
        let age = at
            .parse::<i64>()
            .map_or(i64::MAX, |at| work.actor.at.and_utc().timestamp().saturating_sub(at));
        if !(-HOLDS..=HOLDS).contains(&age) {
            return Err(refused("late"));
        }
        let agency = work.agency();
        let used = signed_statements::table.filter(
            signed_statements::agency_id
                .eq(&agency)
                .and(signed_statements::nonce.eq(random)),
        );
        if diesel::select(diesel::dsl::exists(used)).get_result::<bool>(work.conn)? {
            return Err(refused("used"));
        }
        return Ok(Some((*random).to_owned()));
    }
    Err(refused(why))
}
