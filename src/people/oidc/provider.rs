//! The provider: what it says of itself, and what it says of a person, checked.

use super::WhyNot;
use super::flows::Flows;
use crate::people::keys::{base64, from_base64};
use anyhow::Context;
use chrono::{NaiveDateTime, TimeDelta};
use openidconnect::core::{CoreIdToken, CoreIdTokenVerifier, CoreJsonWebKeySet, CoreJwsSigningAlgorithm as Algorithm};
use openidconnect::{ClientId, IssuerUrl, Nonce};
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use ureq::tls::{RootCerts, TlsConfig, parse_pem};
use webauthn_rs::prelude::Url;
use zeroize::Zeroizing;

/// How long the provider may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// The longest answer that is read, in bytes.
const LONGEST: u64 = 256 << 10;
/// What the provider says of itself is asked anew after this long.
const KNOWN_FOR: TimeDelta = TimeDelta::hours(1);
/// A key that is not known is asked for anew at most so often.
const ASK_AGAIN: TimeDelta = TimeDelta::minutes(1);
/// How old what the provider says of a person may be, and how far its clock may be ahead.
const FRESH: TimeDelta = TimeDelta::minutes(10);
const AHEAD: TimeDelta = TimeDelta::minutes(2);
/// The signatures that are taken: none with a shared secret, and never none at all.
const ALGORITHMS: [fn() -> Algorithm; 5] = [
    || Algorithm::RsaSsaPkcs1V15Sha256,
    || Algorithm::RsaSsaPssSha256,
    || Algorithm::EcdsaP256Sha256,
    || Algorithm::EcdsaP384Sha384,
    || Algorithm::EdDsa,
];

/// How the provider is set up.
pub struct OidcSettings {
    /// Its address, as it calls itself.
    pub issuer: String,
    /// The name under which it knows this site.
    pub client_id: String,
    /// The secret that proves this site to it; `None` for a client without one (PKCE alone).
    pub secret: Option<Zeroizing<String>>,
    /// What of its words names the person: `sub`, or a claim like `preferred_username` or `employee_number`.
    pub claim: String,
    /// How people call it; on the button of the sign-in page.
    pub name: String,
    /// The values of `amr` or `acr` that stand for a second factor; none to ask for the own one always.
    pub second_factor: Vec<String>,
    /// Certificates (PEM) that are trusted instead of the usual ones.
    pub authority: Option<Vec<u8>>,
}

/// What the provider says of itself.
#[derive(Debug, Clone, Deserialize)]
struct Said {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Vec<String>,
}

struct Known {
    at: NaiveDateTime,
    said: Said,
    keys: CoreJsonWebKeySet,
}

/// The provider, with the sign-ins that are under way.
pub struct Oidc {
    settings: OidcSettings,
    agent: ureq::Agent,
    is_own_machine: bool,
    known: Mutex<Option<Arc<Known>>>,
    pub(in crate::people) flows: Flows,
}

impl std::fmt::Debug for Oidc {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Oidc")
            .field("issuer", &self.settings.issuer)
            .finish_non_exhaustive()
    }
}

/// Who somebody is, by the word of the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::people) struct Identity {
    /// The name by which people are linked.
    pub(in crate::people) subject: String,
    /// Whether the provider asked for a second factor, of those that count here.
    pub(in crate::people) has_second: bool,
}

/// An address of the provider: by TLS, but on one's own machine.
fn checked(text: &str, is_own_machine: bool) -> anyhow::Result<Url> {
    let url = Url::parse(text).with_context(|| format!("`{text}` is no address"))?;
    let is_safe = url.scheme() == "https" || (url.scheme() == "http" && is_own_machine && is_loopback(&url));
    anyhow::ensure!(is_safe, "`{text}` is not reached by TLS");
    Ok(url)
}

fn is_loopback(url: &Url) -> bool {
    url.host_str()
        .is_some_and(|host| host == "localhost" || host.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback()))
}

/// Base64 as addresses write it, without its end.
fn url_base64(bytes: &[u8]) -> String {
    let text = base64(bytes).replace('+', "-").replace('/', "_");
    text.trim_end_matches('=').to_owned()
}

/// The words of a token whose signature was checked.
fn payload(token: &str) -> Option<Value> {
    let mut part = token.split('.').nth(1)?.replace('-', "+").replace('_', "/");
    while !part.len().is_multiple_of(4) {
        part.push('=');
    }
    serde_json::from_slice(&from_base64(&part)?).ok()
}

impl Oidc {
    /// The provider of these settings; asks it nothing yet.
    ///
    /// # Errors
    /// When its address is none, is not reached by TLS, or a certificate cannot be read.
    pub fn new(settings: OidcSettings) -> anyhow::Result<Self> {
        let is_own_machine = Url::parse(&settings.issuer).is_ok_and(|url| is_loopback(&url));
        checked(&settings.issuer, is_own_machine).context("the provider of sign-ins (OpenID Connect)")?;
        let mut tls = TlsConfig::builder();
        if let Some(pem) = &settings.authority {
            let certificates: Vec<_> = parse_pem(pem)
                .filter_map(|item| match item {
                    Ok(ureq::tls::PemItem::Certificate(certificate)) => Some(certificate),
                    _ => None,
                })
                .collect();
            anyhow::ensure!(
                !certificates.is_empty(),
                "the file of the provider's authority holds no certificate"
            );
            tls = tls.root_certs(RootCerts::from(certificates));
        }
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .max_redirects(0)
            .proxy(None)
            .https_only(!is_own_machine)
            .tls_config(tls.build())
            .build()
            .new_agent();
        Ok(Self {
            settings,
            agent,
            is_own_machine,
            known: Mutex::default(),
            flows: Flows::default(),
        })
    }

    /// How people call it.
    pub(in crate::people) fn name(&self) -> &str {
        &self.settings.name
    }

    /// Its address, as it calls itself.
    pub(in crate::people) fn issuer(&self) -> &str {
        &self.settings.issuer
    }

    fn get<T: serde::de::DeserializeOwned>(&self, address: &str) -> anyhow::Result<T> {
        let url = checked(address, self.is_own_machine)?;
        let mut answer = self
            .agent
            .get(url.as_str())
            .call()
            .with_context(|| format!("asking {url}"))?;
        let text = answer.body_mut().with_config().limit(LONGEST).read_to_string()?;
        serde_json::from_str(&text).with_context(|| format!("reading what {url} says"))
    }

    /// What the provider says of itself, kept for an hour; anew when `is_stale` and that was not just done.
    fn known(&self, now: NaiveDateTime, is_stale: bool) -> anyhow::Result<Arc<Known>> {
        let kept = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(known) = kept {
            let age = (now - known.at).abs();
            if age < ASK_AGAIN || (age < KNOWN_FOR && !is_stale) {
                return Ok(known);
            }
        }
        let issuer = self.settings.issuer.trim_end_matches('/');
        let said: Said = self.get(&format!("{issuer}/.well-known/openid-configuration"))?;
        anyhow::ensure!(
            said.issuer == self.settings.issuer,
            "the provider calls itself `{}`, not `{}`",
            said.issuer,
            self.settings.issuer
        );
        checked(&said.authorization_endpoint, self.is_own_machine)?;
        checked(&said.token_endpoint, self.is_own_machine)?;
        let keys = self.get(&said.jwks_uri)?;
        let known = Arc::new(Known { at: now, said, keys });
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&known));
        Ok(known)
    }

    /// Where a browser is sent, with a question that only this browser can bring the answer of. Slow: asks the network.
    pub(in crate::people) fn way_there(
        &self,
        now: NaiveDateTime,
        (state, nonce, verifier, redirect): (&str, &str, &str, &str),
    ) -> Result<String, WhyNot> {
        let known = self.known(now, false).map_err(|cause| {
            tracing::warn!(?cause, "The provider of sign-ins cannot be asked");
            WhyNot::Provider
        })?;
        let mut url = Url::parse(&known.said.authorization_endpoint).map_err(|_address| WhyNot::Provider)?;
        url.query_pairs_mut().extend_pairs([
            ("response_type", "code"),
            ("client_id", &self.settings.client_id),
            ("redirect_uri", redirect),
            ("scope", "openid profile"),
            ("state", state),
            ("nonce", nonce),
            ("code_challenge", &url_base64(&Sha256::digest(verifier.as_bytes()))),
            ("code_challenge_method", "S256"),
        ]);
        Ok(url.into())
    }

    /// Exchanges the code that a browser brought for the provider's word, and checks that. Slow: asks the network.
    pub(in crate::people) fn identity(
        &self,
        now: NaiveDateTime,
        (code, verifier, nonce, redirect): (&str, &str, &str, &str),
    ) -> Result<Identity, WhyNot> {
        let told = |why: WhyNot| {
            move |cause: anyhow::Error| {
                tracing::warn!(?cause, "A sign-in by the provider was refused");
                why
            }
        };
        let known = self.known(now, false).map_err(told(WhyNot::Provider))?;
        let token = self
            .exchange(&known.said, (code, verifier, redirect))
            .map_err(told(WhyNot::Provider))?;
        let first = self.check(&known.keys, (&token, nonce), now);
        let checked = match first {
            Ok(()) => Ok(()),
            // It may sign with a new key since.
            Err(_) if (now - known.at).abs() >= ASK_AGAIN => {
                let known = self.known(now, true).map_err(told(WhyNot::Provider))?;
                self.check(&known.keys, (&token, nonce), now)
            }
            Err(cause) => Err(cause),
        };
        checked.map_err(told(WhyNot::Token))?;
        self.read(&token).ok_or(WhyNot::Claim)
    }

    fn exchange(
        &self,
        said: &Said,
        (code, verifier, redirect): (&str, &str, &str),
    ) -> anyhow::Result<Zeroizing<String>> {
        #[derive(Deserialize)]
        struct Tokens {
            id_token: String,
        }
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect),
            ("code_verifier", verifier),
            ("client_id", &self.settings.client_id),
        ];
        let mut request = self.agent.post(&said.token_endpoint);
        let methods = &said.token_endpoint_auth_methods_supported;
        let knows = |method: &str| methods.iter().any(|one| one == method);
        if let Some(secret) = &self.settings.secret {
            if knows("client_secret_post") && !knows("client_secret_basic") {
                fields.push(("client_secret", secret));
            } else {
                let (id, secret) = (
                    crate::web::escaped(&self.settings.client_id),
                    crate::web::escaped(secret),
                );
                let pair = Zeroizing::new(format!("{id}:{secret}"));
                request = request.header("authorization", format!("Basic {}", base64(pair.as_bytes())));
            }
        }
        let mut answer = request.send_form(fields).context("exchanging the code")?;
        let text = Zeroizing::new(answer.body_mut().with_config().limit(LONGEST).read_to_string()?);
        let tokens: Tokens = serde_json::from_str(&text).context("the provider gave no token of identity")?;
        Ok(Zeroizing::new(tokens.id_token))
    }

    /// Signature, issuer, audience, time and nonce.
    fn check(&self, keys: &CoreJsonWebKeySet, (token, nonce): (&str, &str), now: NaiveDateTime) -> anyhow::Result<()> {
        let issuer = IssuerUrl::new(self.settings.issuer.clone())?;
        let client = ClientId::new(self.settings.client_id.clone());
        let now = now.and_utc();
        let verifier = CoreIdTokenVerifier::new_public_client(client, issuer, keys.clone())
            .set_allowed_algs(ALGORITHMS.map(|algorithm| algorithm()))
            .set_time_fn(move || now)
            .set_issue_time_verifier_fn(move |at| {
                let is_fresh = at <= now + AHEAD && at >= now - FRESH;
                is_fresh.then_some(()).ok_or_else(|| format!("said at {at}"))
            });
        let token = CoreIdToken::from_str(token).context("no token of identity")?;
        token.claims(&verifier, &Nonce::new(nonce.to_owned()))?;
        Ok(())
    }

    /// What a checked token says of the person.
    fn read(&self, token: &str) -> Option<Identity> {
        let said = payload(token)?;
        let subject = match said.get(&self.settings.claim)? {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
        };
        let is_usable = !subject.is_empty() && subject.chars().count() <= super::actions::LONGEST_SUBJECT;
        let counts = |value: &Value| {
            let text = value.as_str();
            text.is_some_and(|text| self.settings.second_factor.iter().any(|one| one == text))
        };
        let methods = said.get("amr").and_then(Value::as_array);
        let has_second = methods.is_some_and(|all| all.iter().any(counts)) || said.get("acr").is_some_and(counts);
        is_usable.then_some(Identity { subject, has_second })
    }
}
