//! Passkeys (WebAuthn): the device proves itself to this site's address and to no other, so a copied page gets nothing.
//!
//! What the browser is asked to sign is held in memory for five minutes and used once.

use crate::kernel::PersonId;
use crate::web::{Failure, Say};
use chrono::{NaiveDateTime, TimeDelta};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use webauthn_rs::prelude::{
    AuthenticationResult, Passkey, PasskeyAuthentication, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Url, Uuid, Webauthn, WebauthnBuilder,
};

/// How long the browser may take.
const HOLDS: TimeDelta = TimeDelta::minutes(5);
/// So many people may be at it at once; the oldest begun is forgotten for another.
const MOST: usize = 500;

#[derive(Debug)]
enum Begun {
    Making(Box<PasskeyRegistration>, String),
    Using(Box<PasskeyAuthentication>),
}

/// What browsers were asked to sign and have not answered yet.
#[derive(Debug, Default)]
pub(in crate::people) struct Ceremonies(Mutex<HashMap<String, (NaiveDateTime, Begun)>>);

/// The site as browsers know it: passkeys belong to the host of its public address.
fn site(address: Option<&str>) -> Result<Webauthn, Failure> {
    let none = || Failure::Conflict(Say::new("people.passkeys.no_address"));
    let url = address.and_then(|address| Url::parse(address).ok()).ok_or_else(none)?;
    let host = url.domain().ok_or_else(none)?;
    WebauthnBuilder::new(host, &url)
        .and_then(|builder| builder.rp_name("quytrinh").build())
        .map_err(|cause| Failure::Internal(anyhow::anyhow!("the address of the site for passkeys: {cause}")))
}

fn refused(cause: impl std::fmt::Display) -> Failure {
    tracing::info!(%cause, "A passkey was refused");
    Failure::Invalid(Say::new("people.passkeys.refused"))
}

fn text(options: &impl serde::Serialize) -> Result<String, Failure> {
    serde_json::to_string(options).map_err(|cause| Failure::Internal(cause.into()))
}

impl Ceremonies {
    fn keep(&self, key: String, now: NaiveDateTime, begun: Begun) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, (at, _)| (now - *at).abs() < HOLDS);
        if all.len() >= MOST
            && let Some(oldest) = all.iter().min_by_key(|(_, (at, _))| *at).map(|(key, _)| key.clone())
        {
            all.remove(&oldest);
        }
        all.insert(key, (now, begun));
    }

    fn take(&self, key: &str, now: NaiveDateTime) -> Option<Begun> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, begun) = all.remove(key)?;
        ((now - at).abs() < HOLDS).then_some(begun)
    }

    /// Asks the browser to make a passkey; gives what the page hands to it.
    pub(in crate::people) fn begin_making(
        &self,
        (address, now): (Option<&str>, NaiveDateTime),
        (person, username, name): (&PersonId, &str, String),
        present: &[Passkey],
    ) -> Result<String, Failure> {
        let id = Uuid::parse_str(person.as_str()).map_err(|cause| Failure::Internal(cause.into()))?;
        let exclude = present.iter().map(|passkey| passkey.cred_id().clone()).collect();
        let (options, state) = site(address)?
            .start_passkey_registration(id, username, username, Some(exclude))
            .map_err(refused)?;
        self.keep(person.to_string(), now, Begun::Making(Box::new(state), name));
        text(&options)
    }

    /// Takes what the browser made: the passkey and the name that was given to it.
    pub(in crate::people) fn finish_making(
        &self,
        (address, now): (Option<&str>, NaiveDateTime),
        person: &PersonId,
        answer: &str,
    ) -> Result<(Passkey, String), Failure> {
        let Some(Begun::Making(state, name)) = self.take(person.as_str(), now) else {
            return Err(Failure::Conflict(Say::new("people.passkeys.over")));
        };
        let answer: RegisterPublicKeyCredential = serde_json::from_str(answer).map_err(refused)?;
        let passkey = site(address)?
            .finish_passkey_registration(&answer, &state)
            .map_err(refused)?;
        Ok((passkey, name))
    }

    /// Asks the browser to prove that it has one of these passkeys.
    pub(in crate::people) fn begin_using(
        &self,
        (address, now): (Option<&str>, NaiveDateTime),
        key: &str,
        present: &[Passkey],
    ) -> Result<String, Failure> {
        let (options, state) = site(address)?
            .start_passkey_authentication(present)
            .map_err(refused)?;
        self.keep(key.to_owned(), now, Begun::Using(Box::new(state)));
        text(&options)
    }

    /// Takes the proof of the browser. Each question is answered once, right or wrong.
    pub(in crate::people) fn finish_using(
        &self,
        (address, now): (Option<&str>, NaiveDateTime),
        key: &str,
        answer: &str,
    ) -> Result<AuthenticationResult, Failure> {
        let Some(Begun::Using(state)) = self.take(key, now) else {
            return Err(Failure::Conflict(Say::new("people.passkeys.over")));
        };
        let answer: PublicKeyCredential = serde_json::from_str(answer).map_err(refused)?;
        site(address)?
            .finish_passkey_authentication(&answer, &state)
            .map_err(refused)
    }
}
