//! Signing in by the word of another party (OpenID Connect).

use super::sign_in::{Account, Entered, Origin, await_second, enter, judge, must_wait, note_failure, of_agency};
use crate::db::Db;
use crate::kernel::Actor;
use crate::ledger;
use crate::people::factors;
use crate::people::gate::random_token;
use crate::people::guessing::{Subjects, Verdict};
use crate::people::keeper::Keeper;
use crate::people::oidc::{self, Flow, Oidc, Purpose, WhyNot};
use crate::people::sessions::Proof;
use crate::web::Failure;
use serde_json::json;

/// Sends a browser to the provider: gives the address, and the token that the browser takes along. Slow: asks the network.
///
/// # Errors
/// [`Failure::Invalid`] when the provider cannot be reached.
pub(in crate::people) fn go(
    oidc: &Oidc,
    stranger: &Actor,
    (address, redirect, back): (&str, &str, &str),
    purpose: Purpose,
) -> Result<(String, String), Failure> {
    let (token, state, nonce, verifier) = (random_token()?, random_token()?, random_token()?, random_token()?);
    let way = oidc
        .way_there(stranger.at, (&state, &nonce, &verifier, redirect))
        .map_err(WhyNot::failure)?;
    let flow = Flow {
        state,
        nonce,
        verifier,
        back: back.to_owned(),
        purpose,
        address: address.to_owned(),
    };
    oidc.flows.keep(&token, stranger.at, flow);
    Ok((way, token))
}

/// What a browser brought back.
pub(in crate::people) struct Brought<'a> {
    /// The token of its cookie.
    pub(in crate::people) token: &'a str,
    /// What stands in the address.
    pub(in crate::people) state: &'a str,
    /// The same.
    pub(in crate::people) code: &'a str,
    /// Where the provider was told to send it.
    pub(in crate::people) redirect: &'a str,
}

/// What a way to the provider and back led to.
pub(in crate::people) enum Back {
    /// Somebody signed in, or is asked for the second factor; then to this path.
    Entered(Entered, String),
    /// The account of the person who went is to be linked with this name.
    Link(Purpose, String),
}

/// Takes up what a browser brought back. Slow: asks the network.
///
/// # Errors
/// [`Failure::Invalid`] with one sentence, whatever is wrong: it stands in the ledger. [`Failure::TooMany`] when too much
/// failed from this address.
pub(in crate::people) fn back(
    db: &Db,
    keeper: &Keeper,
    stranger: &Actor,
    (oidc, brought, origin): (&Oidc, &Brought<'_>, &Origin),
) -> Result<Back, Failure> {
    let subjects = Subjects::address(&origin.address);
    let (others, begun) = keeper.under_way.begin(&subjects);
    if let Verdict::Wait(seconds) = judge(db, stranger, &subjects, &others)? {
        return Err(must_wait(seconds));
    }
    let refused = |why: WhyNot| -> Result<Back, Failure> {
        note_failure(db, stranger, ("sign_in.refused", subjects.clone()))?;
        ledger::change(db, stranger.clone(), move |work| {
            work.record("oidc.refused", ("sign_in", "oidc"), json!({ "why": why.as_str() }));
            Ok::<_, Failure>(())
        })?;
        Err(why.failure())
    };
    let flow = match oidc.flows.take(brought.token, brought.state, stranger.at) {
        // Nobody went from here, or too long ago: a stranger fills no ledger with it.
        None => return Err(WhyNot::State.failure()),
        Some(None) => return refused(WhyNot::State),
        Some(Some(flow)) => flow,
    };
    let asked = (
        brought.code,
        flow.verifier.as_str(),
        flow.nonce.as_str(),
        brought.redirect,
    );
    let identity = match oidc.identity(stranger.at, asked) {
        Ok(identity) => identity,
        Err(why) => return refused(why),
    };
    if let Purpose::Link(_) = flow.purpose {
        return Ok(Back::Link(flow.purpose, identity.subject));
    }
    let found = ledger::read(db, stranger, |work| {
        Ok::<_, Failure>(oidc::person_of(work, (oidc.issuer(), &identity.subject))?)
    })?;
    let Some(oidc::Linked { person, agency, .. }) = found else {
        return refused(WhyNot::Unlinked);
    };
    let account = Account {
        person,
        agency,
        hash: None,
    };
    let (actor, origin) = (of_agency(stranger, Some(&account)), origin.clone());
    let issuer = oidc.issuer().to_owned();
    let entered = ledger::change(db, actor, move |work| {
        // Once more: the link may have been removed since.
        let linked = oidc::person_of(work, (&issuer, &identity.subject))?;
        let Some(linked) = linked.filter(|linked| linked.person == account.person) else {
            return Err(WhyNot::Unlinked.failure());
        };
        // Whoever links another's account may come by it, but what the provider says of its own second factor is worth
        // nothing then: it is the factor of whoever stands behind that name, not that of the account's person.
        let counts = identity.has_second && linked.is_own;
        if !counts && factors::has_any(work.conn, (&account.agency, &account.person))? {
            return Ok(Entered::Half(await_second(work, &account, true)?));
        }
        let signed_in = enter(work, &account, (Proof::Oidc, &origin))?;
        Ok::<_, Failure>(Entered::In(signed_in))
    })?;
    drop(begun);
    Ok(Back::Entered(entered, flow.back))
}
