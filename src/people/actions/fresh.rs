//! Proof that somebody confirmed just now who he or she is.

use crate::kernel::{Actor, PersonId};
use crate::people::keys::Signer;
use crate::people::passkeys::{Asked, Assertion, Kept};
use crate::people::sessions::Proof;
use crate::web::{Failure, Say};
use chrono::{NaiveDateTime, TimeDelta};
use std::sync::{Arc, Mutex, PoisonError};

/// Proof that the person gave the right password just now, and the second factor if there is one. Only
/// [`super::confirm::confirm`] and the forms of [`crate::people::confirm_form`] and [`crate::people::confirm_to_sign`] make
/// one, so nothing that has no password (a job, an import) can sign. It carries the person's key, open for as long as it
/// lives:
///
/// ```compile_fail
/// // A job has no password: it cannot make a confirmation of its own, so it has nothing to sign with.
/// let fresh = quytrinh::people::FreshAuth {
///     person: quytrinh::kernel::PersonId::new(),
///     at: chrono::NaiveDateTime::default(),
/// };
/// ```
#[derive(Debug, Clone)]
pub struct FreshAuth {
    pub(super) person: PersonId,
    pub(super) at: NaiveDateTime,
    pub(super) method: Proof,
    pub(super) signer: Arc<Signer>,
    pub(super) shown: Arc<[String]>,
    pub(super) passkey: ByPasskey,
}

/// The part that a passkey has in a confirmation.
#[derive(Debug, Clone, Default)]
pub(in crate::people) enum ByPasskey {
    /// None over a statement.
    #[default]
    None,
    /// One is to sign the statement that is being made: nothing is done before it did.
    Asks(Arc<Waits>),
    /// One signed this statement.
    Signed(Arc<(Asked, Assertion)>),
}

/// What waits for a passkey.
pub(in crate::people) struct Waits {
    pub(in crate::people) host: String,
    pub(in crate::people) passkeys: Vec<Kept>,
    pub(in crate::people) asked: Mutex<Option<Asked>>,
}

impl std::fmt::Debug for Waits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Waits")
            .field("host", &self.host)
            .finish_non_exhaustive()
    }
}

pub(super) fn stale() -> Failure {
    Failure::Forbidden(Say::new("people.confirm.stale"))
}

/// Refuses a privileged act without the own confirmation of just now. The program itself and its operator on the command
/// line have no password: what they do is asked for there.
///
/// # Errors
/// [`Failure::Forbidden`] for a person without one, with somebody else's or one that is too old; also while it still waits
/// for a passkey.
pub(in crate::people) fn must_be_proven(actor: &Actor, fresh: Option<&FreshAuth>) -> Result<(), Failure> {
    if actor.is_house && actor.person.is_none() {
        return Ok(());
    }
    let fresh = fresh.ok_or_else(stale)?;
    fresh.must_be_of(actor)?;
    fresh.must_be_whole()
}

impl FreshAuth {
    /// How long one confirmation holds.
    const HOLDS: TimeDelta = TimeDelta::minutes(5);

    /// The open key.
    pub fn signer(&self) -> &Signer {
        &self.signer
    }

    /// The id of the person's key.
    pub fn key_id(&self) -> &str {
        self.signer.key_id()
    }

    /// Signs a statement with the person's key.
    pub fn sign(&self, statement: &[u8]) -> [u8; 64] {
        self.signer.sign(statement)
    }

    /// The same, with the tokens of the page on which the password was given: they tell what that page showed.
    #[must_use]
    pub fn having_shown<'t>(mut self, tokens: impl IntoIterator<Item = &'t str>) -> Self {
        self.shown = tokens.into_iter().map(ToOwned::to_owned).collect();
        self
    }

    /// The tokens of the page on which the password was given.
    pub fn shown(&self) -> &[String] {
        &self.shown
    }

    /// Refuses a confirmation of somebody else, or one that is too old.
    ///
    /// # Errors
    /// [`Failure::Forbidden`] in both cases.
    pub fn must_be_of(&self, actor: &Actor) -> Result<(), Failure> {
        let is_own = actor.person.as_ref().is_some_and(|person| person.id == self.person);
        if is_own && (actor.at - self.at).abs() <= Self::HOLDS {
            return Ok(());
        }
        Err(stale())
    }

    /// Refuses a confirmation that still waits for a passkey: an act that came so far without signing anything would be
    /// done with the password alone.
    ///
    /// # Errors
    /// [`Failure::Forbidden`] then.
    pub fn must_be_whole(&self) -> Result<(), Failure> {
        match self.passkey {
            ByPasskey::Asks(_) => Err(stale()),
            ByPasskey::None | ByPasskey::Signed(_) => Ok(()),
        }
    }

    /// What it was proved with; signatures print it.
    pub fn method(&self) -> Proof {
        self.method
    }

    /// What a statement says of the passkeys that may sign it: the site, and the hashes of their public keys. `None`
    /// unless one is to sign it.
    pub fn passkeys_to_sign(&self) -> Option<String> {
        let ByPasskey::Asks(waits) = &self.passkey else {
            return None;
        };
        let names = waits.passkeys.iter().filter_map(|kept| kept.line.as_deref());
        let names: String = names
            .map(|line| format!(" sha256:{}", Assertion::name_of(line)))
            .collect();
        Some(format!("{}{names}", waits.host))
    }

    /// Lays down the statement that waits for a passkey.
    pub fn ask(&self, asked: Asked) {
        if let ByPasskey::Asks(waits) = &self.passkey {
            *waits.asked.lock().unwrap_or_else(PoisonError::into_inner) = Some(asked);
        }
    }

    /// The statement that a passkey signed, and the signature.
    pub fn signed_by_passkey(&self) -> Option<(&Asked, &Assertion)> {
        match &self.passkey {
            ByPasskey::Signed(signed) => Some((&signed.0, &signed.1)),
            ByPasskey::None | ByPasskey::Asks(_) => None,
        }
    }

    /// The statement that waits for a passkey, with the passkeys that may sign it.
    pub(in crate::people) fn waits(&self) -> Option<(Asked, Vec<Kept>)> {
        let ByPasskey::Asks(waits) = &self.passkey else {
            return None;
        };
        let asked = waits.asked.lock().unwrap_or_else(PoisonError::into_inner).clone();
        asked.map(|asked| (asked, waits.passkeys.clone()))
    }
}
