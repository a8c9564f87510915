//! Questions to browsers that were not answered yet: held in memory, for five minutes, and used once.

use super::rp::{Rp, refused};
use super::{Assertion, Kept, Why};
use crate::kernel::PersonId;
use crate::people::waiting::Waiting;
use crate::web::Failure;
use chrono::{NaiveDateTime, TimeDelta};
use serde_json::{Value, json};
use webauthn_rs::prelude::{
    DiscoverableAuthentication, Passkey, PasskeyAuthentication, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Uuid,
};

/// How long the browser may take.
pub const HOLDS: TimeDelta = TimeDelta::minutes(5);
/// A statement that is to be signed with a passkey, as it was shown to its maker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The statement, word for word.
    pub text: String,
    /// The size of the ledger in it.
    pub size: u64,
}

enum Begun {
    Making(Box<PasskeyRegistration>, String),
    Using(Box<PasskeyAuthentication>),
    Entering(Box<DiscoverableAuthentication>),
    Signing(Asked, Vec<Kept>),
}

/// For what a question was asked: each has one open question at most.
#[derive(Debug, Clone, Copy)]
pub(in crate::people) enum Place<'a> {
    /// Setting up a passkey, in the session whose forms carry this token.
    Enrolment(&'a str),
    /// A confirmation in the session whose forms carry this token.
    Session(&'a str),
    /// A sign-in whose password was right; the token says of whom.
    Half(&'a str),
    /// A sign-in by passkey alone: the token of the browser that asked, and its address.
    Stranger(&'a str, &'a str),
}

impl Place<'_> {
    fn token(self) -> String {
        match self {
            Self::Enrolment(token) => format!("enrolment:{token}"),
            Self::Session(token) => format!("session:{token}"),
            Self::Half(token) => format!("half:{token}"),
            Self::Stranger(token, _) => format!("stranger:{token}"),
        }
    }
}

impl<'a> Place<'a> {
    fn address(self) -> &'a str {
        match self {
            Self::Stranger(_, address) => address,
            Self::Enrolment(_) | Self::Session(_) | Self::Half(_) => "",
        }
    }
}

/// What a browser proved.
pub(in crate::people) struct Proved {
    /// The id of the passkey.
    pub(in crate::people) credential: Vec<u8>,
    /// How often its device signed, by its own count; 0 for devices that do not count.
    pub(in crate::people) counter: u32,
    /// The statement that was signed with it, and the signature, where a statement was asked for.
    pub(in crate::people) signed: Option<(Asked, Assertion)>,
}

/// See the file.
pub(in crate::people) struct Ceremonies {
    known: Waiting<Begun>,
    strangers: Waiting<Begun>,
}

impl Default for Ceremonies {
    fn default() -> Self {
        Self {
            known: Waiting::new(HOLDS),
            strangers: Waiting::new(HOLDS),
        }
    }
}

impl std::fmt::Debug for Ceremonies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ceremonies").finish_non_exhaustive()
    }
}

fn value(options: &impl serde::Serialize) -> Result<Value, Failure> {
    serde_json::to_value(options).map_err(|cause| Failure::Internal(cause.into()))
}

fn set(options: &mut Value, pointer: &str, to: Value) {
    if let Some(place) = options.pointer_mut(pointer) {
        *place = to;
    }
}

fn ours(cause: &webauthn_rs::prelude::WebauthnError) -> Failure {
    Failure::Internal(anyhow::anyhow!("asking a browser for a passkey: {cause}"))
}

fn answer_of(text: &str) -> Result<PublicKeyCredential, Why> {
    serde_json::from_str(text).map_err(|_unreadable| Why::Answer)
}

impl Ceremonies {
    fn side(&self, place: Place<'_>) -> &Waiting<Begun> {
        match place {
            Place::Stranger(..) => &self.strangers,
            Place::Enrolment(_) | Place::Session(_) | Place::Half(_) => &self.known,
        }
    }

    fn keep(&self, (place, now): (Place<'_>, NaiveDateTime), begun: Begun) {
        self.side(place).keep((&place.token(), place.address()), now, begun);
    }

    fn take(&self, (place, now): (Place<'_>, NaiveDateTime)) -> Result<Begun, Why> {
        self.side(place).take(&place.token(), now).ok_or(Why::Over)
    }

    /// Asks a browser to make a passkey; gives what its page hands to it.
    pub(in crate::people) fn ask_to_make(
        &self,
        rp: &Rp,
        at: (Place<'_>, NaiveDateTime),
        (person, username, name): (&PersonId, &str, String),
        present: &[Kept],
    ) -> Result<Value, Failure> {
        let id = Uuid::parse_str(person.as_str()).map_err(|cause| Failure::Internal(cause.into()))?;
        let exclude = present.iter().map(|kept| kept.passkey.cred_id().clone()).collect();
        let (options, state) = rp
            .webauthn
            .start_passkey_registration(id, username, username, Some(exclude))
            .map_err(|cause| ours(&cause))?;
        self.keep(at, Begun::Making(Box::new(state), name));
        let mut options = value(&options)?;
        // A device that can name its person lets him or her in without typing a name.
        set(
            &mut options,
            "/publicKey/authenticatorSelection/residentKey",
            json!("preferred"),
        );
        Ok(options)
    }

    /// Takes what a browser made: the passkey, and the name that was given to it.
    pub(in crate::people) fn made(
        &self,
        rp: &Rp,
        at: (Place<'_>, NaiveDateTime),
        answer: &str,
    ) -> Result<(Passkey, String), Why> {
        let Begun::Making(state, name) = self.take(at)? else {
            return Err(Why::Over);
        };
        let answer: RegisterPublicKeyCredential = serde_json::from_str(answer).map_err(|_unreadable| Why::Answer)?;
        let passkey = rp
            .webauthn
            .finish_passkey_registration(&answer, &state)
            .map_err(|cause| refused(&cause))?;
        Ok((passkey, name))
    }

    /// Asks a browser to prove that it has one of these passkeys.
    pub(in crate::people) fn ask(
        &self,
        rp: &Rp,
        at: (Place<'_>, NaiveDateTime),
        present: &[Kept],
    ) -> Result<Value, Failure> {
        let passkeys: Vec<Passkey> = present.iter().map(|kept| kept.passkey.clone()).collect();
        let (options, state) = rp
            .webauthn
            .start_passkey_authentication(&passkeys)
            .map_err(|cause| ours(&cause))?;
        self.keep(at, Begun::Using(Box::new(state)));
        value(&options)
    }

    /// Asks a browser to sign a statement with one of these passkeys: its hash is the question.
    pub(in crate::people) fn ask_to_sign(&self, at: (Place<'_>, NaiveDateTime), (asked, present): (Asked, Vec<Kept>)) {
        self.keep(at, Begun::Signing(asked, present));
    }

    /// What the page hands to the browser for the statement that waits in a session; `None` when none does.
    pub(in crate::people) fn options_to_sign(
        &self,
        rp: &Rp,
        (place, now): (Place<'_>, NaiveDateTime),
    ) -> Result<Option<Value>, Failure> {
        let found = self.side(place).look(&place.token(), now, |begun| match begun {
            Begun::Signing(asked, present) => Some((asked.text.clone(), present.clone())),
            Begun::Making(..) | Begun::Using(_) | Begun::Entering(_) => None,
        });
        let found = found.flatten();
        let Some((text, present)) = found else { return Ok(None) };
        let passkeys: Vec<Passkey> = present.into_iter().map(|kept| kept.passkey).collect();
        let (options, _unused) = rp
            .webauthn
            .start_passkey_authentication(&passkeys)
            .map_err(|cause| ours(&cause))?;
        let mut options = value(&options)?;
        let challenge = Assertion::challenge(text.as_bytes());
        set(&mut options, "/publicKey/challenge", json!(challenge));
        Ok(Some(options))
    }

    /// Takes the proof of a browser, whatever it was asked for in this place.
    pub(in crate::people) fn proved(
        &self,
        rp: &Rp,
        at: (Place<'_>, NaiveDateTime),
        answer: &str,
    ) -> Result<Proved, Why> {
        match self.take(at)? {
            Begun::Using(state) => {
                let result = rp
                    .webauthn
                    .finish_passkey_authentication(&answer_of(answer)?, &state)
                    .map_err(|cause| refused(&cause))?;
                Ok(Proved {
                    credential: result.cred_id().to_vec(),
                    counter: result.counter(),
                    signed: None,
                })
            }
            Begun::Signing(asked, present) => {
                let given = answer_of(answer)?;
                let kept = present
                    .iter()
                    .find(|kept| kept.passkey.cred_id().as_slice() == given.get_credential_id())
                    .ok_or(Why::Unknown)?;
                let assertion = Assertion::of(kept, &given).ok_or(Why::Answer)?;
                let counter = assertion.check(asked.text.as_bytes(), &rp.id)?;
                Ok(Proved {
                    credential: kept.passkey.cred_id().to_vec(),
                    counter,
                    signed: Some((asked, assertion)),
                })
            }
            Begun::Making(..) | Begun::Entering(_) => Err(Why::Over),
        }
    }

    /// Asks a browser for any passkey of this site: it names its person itself.
    pub(in crate::people) fn ask_anybody(&self, rp: &Rp, at: (Place<'_>, NaiveDateTime)) -> Result<Value, Failure> {
        let (options, state) = rp
            .webauthn
            .start_discoverable_authentication()
            .map_err(|cause| ours(&cause))?;
        self.keep(at, Begun::Entering(Box::new(state)));
        let mut options = value(&options)?;
        // The person pressed a button for it: no waiting behind a field.
        if let Some(options) = options.as_object_mut() {
            options.remove("mediation");
        }
        Ok(options)
    }

    /// The person that an answer names, and its passkey: to be looked up before [`Ceremonies::somebody`] checks it.
    pub(in crate::people) fn named(answer: &str) -> Option<(PersonId, Vec<u8>)> {
        let answer = answer_of(answer).ok()?;
        let id = Uuid::from_slice(answer.get_user_unique_id()?).ok()?;
        Some((PersonId::of(id.to_string()), answer.get_credential_id().to_vec()))
    }

    /// Takes the proof of a browser that named its person, whose passkey `kept` is; without one the question is used up
    /// all the same.
    pub(in crate::people) fn somebody(
        &self,
        rp: &Rp,
        at: (Place<'_>, NaiveDateTime),
        (answer, kept): (&str, Option<&Kept>),
    ) -> Result<Proved, Why> {
        let Begun::Entering(state) = self.take(at)? else {
            return Err(Why::Over);
        };
        let kept = kept.ok_or(Why::Unknown)?;
        let result = rp
            .webauthn
            .finish_discoverable_authentication_v2(&answer_of(answer)?, *state, &kept.passkey)
            .map_err(|cause| refused(&cause))?;
        if !result.user_verified() {
            return Err(Why::Unverified);
        }
        Ok(Proved {
            credential: result.cred_id().to_vec(),
            counter: result.counter(),
            signed: None,
        })
    }
}
