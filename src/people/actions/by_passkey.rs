//! Signing in with a passkey alone: it checks its person itself (finger, face or number), so it proves two things at once.

use super::confirm::refuse;
use super::sign_in::{Account, Origin, SignedIn, enter, judge, must_wait};
use crate::db::Db;
use crate::kernel::Actor;
use crate::ledger;
use crate::people::factors::Key;
use crate::people::guessing::{Subjects, Verdict};
use crate::people::keeper::Keeper;
use crate::people::passkeys::{self, Ceremonies, Place, Refusal, Rp, Used, Why};
use crate::people::sessions::Proof;
use crate::web::Failure;

/// Opens a session for whoever proves to have a passkey of an active account. Which account that is the passkey says;
/// nobody types a name, so nothing tells which accounts there are.
///
/// # Errors
/// [`Failure::Invalid`] with one sentence for whatever is wrong with the answer, [`Failure::Conflict`] when it was not asked
/// for here or too long ago, [`Failure::TooMany`] when too much failed from this address.
pub(in crate::people) fn by_passkey(
    db: &Db,
    keeper: &Keeper,
    stranger: &Actor,
    (answer, place, rp, key, origin): (&str, Place<'_>, &Rp, &Key, &Origin),
) -> Result<SignedIn, Failure> {
    let subjects = Subjects::address(&origin.address);
    let (others, begun) = keeper.under_way.begin(&subjects);
    if let Verdict::Wait(seconds) = judge(db, stranger, &subjects, &others)? {
        return Err(must_wait(seconds));
    }
    let named = Ceremonies::named(answer);
    let found = match &named {
        Some((person, credential)) => ledger::read(db, stranger, |work| {
            passkeys::of_credential(work, (person, credential), key)
        })?,
        None => None,
    };
    let account = named.zip(found.as_ref()).map(|((person, _), (agency, _))| Account {
        person,
        agency: agency.clone(),
        hash: None,
    });
    let actor = super::sign_in::of_agency(stranger, account.as_ref());
    let person = account.as_ref().map(|account| account.person.clone());
    let kept = found.as_ref().and_then(|(_, kept)| kept.as_ref());
    let proved = keeper.ceremonies.somebody(rp, (place, stranger.at), (answer, kept));
    let done = proved
        .and_then(|proved| Ok((proved, account.ok_or(Why::Unknown)?)))
        .map_err(Refusal::Passkey)
        .and_then(|(proved, account)| {
            let (key, origin) = (key.clone(), origin.clone());
            ledger::change(db, actor.clone(), move |work| {
                match passkeys::used(work, &account.person, (&proved, &key))? {
                    Used::No(why) => Err(Refusal::Passkey(why)),
                    Used::Yes => Ok(enter(work, &account, (Proof::PasskeyAlone, &origin))?),
                }
            })
        });
    let done = match done {
        Ok(signed_in) => Ok(signed_in),
        Err(Refusal::Other(failure)) => Err(failure),
        // Nothing was asked, so nobody tried: a stranger fills no ledger with it.
        Err(Refusal::Passkey(Why::Over)) => Err(Why::Over.failure()),
        Err(Refusal::Passkey(why)) => {
            refuse(db, &actor, ("sign_in.refused", subjects), (person.as_ref(), why))?;
            Err(why.failure())
        }
    };
    drop(begun);
    done
}
