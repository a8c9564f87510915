//! A passkey in software (WebAuthn level 2): what a device would make and sign, and what it never would.

use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use quytrinh::people::{base64, from_base64};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::cell::Cell;

/// Somebody was there, and the device checked who.
const VERIFIED: u8 = 0x05;
/// The device tells of a key that it made.
const WITH_KEY: u8 = 0x40;

fn url_base64(bytes: &[u8]) -> String {
    let text = base64(bytes).replace('+', "-").replace('/', "_");
    text.trim_end_matches('=').to_owned()
}

fn from_url_base64(text: &str) -> Vec<u8> {
    let mut text = text.replace('-', "+").replace('_', "/");
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    from_base64(&text).expect("Base64")
}

/// A device with one passkey.
pub struct Authenticator {
    key: SigningKey,
    id: Vec<u8>,
    user: std::cell::RefCell<Vec<u8>>,
    /// How often it signed; what it says of that next time is one more.
    pub counter: Cell<u32>,
    /// Where its browser stands.
    pub origin: Cell<&'static str>,
    /// Whether it checks its person.
    pub verifies: Cell<bool>,
}

impl Authenticator {
    /// A device whose browser stands at `origin`.
    pub fn at(origin: &'static str) -> Self {
        let mut seed = [0_u8; 48];
        getrandom::fill(&mut seed).expect("randomness");
        // The upper half of numbers is no key: the first byte keeps below it.
        seed[0] &= 0x7f;
        Self {
            key: SigningKey::from_slice(&seed[..32]).expect("a key"),
            id: seed[32..].to_vec(),
            user: std::cell::RefCell::default(),
            counter: Cell::new(0),
            origin: Cell::new(origin),
            verifies: Cell::new(true),
        }
    }

    fn host(&self) -> &'static str {
        let (_, rest) = self.origin.get().split_once("://").expect("an origin");
        rest.split(':').next().expect("a host")
    }

    fn data(&self, flags: u8) -> Vec<u8> {
        self.counter.set(self.counter.get() + 1);
        let flags = if self.verifies.get() { flags } else { flags & !0x04 };
        let mut data = Sha256::digest(self.host().as_bytes()).to_vec();
        data.push(flags);
        data.extend(self.counter.get().to_be_bytes());
        data
    }

    fn client_data(&self, kind: &str, asked: &Value) -> Vec<u8> {
        let challenge = asked["publicKey"]["challenge"].as_str().expect("a challenge");
        let said = json!({ "type": kind, "challenge": challenge, "origin": self.origin.get(), "crossOrigin": false });
        said.to_string().into_bytes()
    }

    /// Makes its passkey, as the page asked.
    pub fn make(&self, asked: &Value) -> String {
        let user = asked["publicKey"]["user"]["id"].as_str().expect("a user");
        self.user.replace(from_url_base64(user));
        let client = self.client_data("webauthn.create", asked);
        let mut data = self.data(VERIFIED | WITH_KEY);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
        data.extend(&self.id);
        let point = self.key.verifying_key().to_sec1_point(false);
        let (x, y) = (&point.as_bytes()[1..33], &point.as_bytes()[33..]);
        data.extend([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
        data.extend(x);
        data.extend([0x22, 0x58, 0x20]);
        data.extend(y);
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        object.push(u8::try_from(data.len()).unwrap());
        object.extend(&data);
        self.answer(json!({
            "attestationObject": url_base64(&object), "clientDataJSON": url_base64(&client),
        }))
    }

    /// Proves that it has its passkey, as the page asked.
    pub fn prove(&self, asked: &Value) -> String {
        let client = self.client_data("webauthn.get", asked);
        let data = self.data(VERIFIED);
        let signed = [data.as_slice(), Sha256::digest(&client).as_slice()].concat();
        let signature: Signature = self.key.sign(&signed);
        self.answer(json!({
            "authenticatorData": url_base64(&data), "clientDataJSON": url_base64(&client),
            "signature": url_base64(signature.to_der().as_bytes()), "userHandle": url_base64(&self.user.borrow()),
        }))
    }

    fn answer(&self, response: Value) -> String {
        let id = url_base64(&self.id);
        json!({ "id": id, "rawId": id, "type": "public-key", "response": response, "extensions": {} }).to_string()
    }

    /// Says that its passkey is another one's.
    pub fn pretend_to_be(&mut self, other: &Self) {
        self.id.clone_from(&other.id);
        self.user.replace(other.user.borrow().clone());
    }
}
