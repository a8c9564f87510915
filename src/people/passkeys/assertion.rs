//! What a passkey signed over a statement: kept with it, and checked again by anybody at any time
//! (WebAuthn level 2, section 7.2).

use super::Why;
use super::rp::Rp;
use super::store::Kept;
use crate::people::keys::{base64, from_base64, sha256};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use webauthn_rs::prelude::{
    COSEAlgorithm, COSEEC2Key, COSEKey, COSEKeyType, COSERSAKey, ECDSACurve, PublicKeyCredential,
};

/// The bits of the flags that must stand: somebody was there, and the device checked who.
const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;

/// What a passkey signed; all parts in Base64.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assertion {
    /// The public key: `es256:` with both coordinates, or `rs256:` with exponent (three bytes) and modulus.
    pub key: String,
    /// What the browser says of the question and of itself (`clientDataJSON`).
    pub client_data: String,
    /// What the device says of itself (`authenticatorData`).
    pub authenticator_data: String,
    /// The signature over both.
    pub signature: String,
}

#[derive(Deserialize)]
struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(rename = "crossOrigin", default)]
    is_cross_origin: bool,
}

/// A public key as one line; `None` for kinds that statements are not signed with.
pub(super) fn key_line(key: &COSEKey) -> Option<String> {
    match (&key.type_, &key.key) {
        (COSEAlgorithm::ES256, COSEKeyType::EC_EC2(key)) => {
            Some(format!("es256:{}", base64(&[key.x.as_slice(), &key.y].concat())))
        }
        (COSEAlgorithm::RS256, COSEKeyType::RSA(key)) => {
            Some(format!("rs256:{}", base64(&[key.e.as_slice(), &key.n].concat())))
        }
        _ => None,
    }
}

fn key_of(line: &str) -> Option<COSEKey> {
    let (kind, bytes) = line.split_once(':')?;
    let bytes = from_base64(bytes)?;
    match kind {
        "es256" => {
            let (x, y) = bytes.split_at_checked(32).filter(|(_, y)| y.len() == 32)?;
            Some(COSEKey {
                type_: COSEAlgorithm::ES256,
                key: COSEKeyType::EC_EC2(COSEEC2Key {
                    curve: ECDSACurve::SECP256R1,
                    x: x.to_vec(),
                    y: y.to_vec(),
                }),
            })
        }
        "rs256" => {
            let (e, n) = bytes.split_first_chunk::<3>()?;
            Some(COSEKey {
                type_: COSEAlgorithm::RS256,
                key: COSEKeyType::RSA(COSERSAKey { n: n.to_vec(), e: *e }),
            })
        }
        _ => None,
    }
}

/// Base64 as addresses write it, without its end.
fn url_base64(bytes: &[u8]) -> String {
    base64(bytes).trim_end_matches('=').replace('+', "-").replace('/', "_")
}

impl Assertion {
    /// The question that stands for a statement: its SHA-256, as browsers write questions.
    pub fn challenge(statement: &[u8]) -> String {
        url_base64(&Sha256::digest(statement))
    }

    /// What a browser answered with a passkey that is kept.
    pub(super) fn of(kept: &Kept, given: &PublicKeyCredential) -> Option<Self> {
        Some(Self {
            key: kept.line.clone()?,
            client_data: base64(&given.response.client_data_json),
            authenticator_data: base64(&given.response.authenticator_data),
            signature: base64(&given.response.signature),
        })
    }

    /// The hash by which a public key is named in statements and in the ledger, in hexadecimal.
    pub fn name_of(line: &str) -> String {
        sha256(line.as_bytes())
    }

    /// Whether the passkey signed this statement at the site with this host.
    pub fn holds(&self, statement: &[u8], host: &str) -> bool {
        self.check(statement, host).is_ok()
    }

    /// The same, with why not; gives the counter of the device.
    pub(super) fn check(&self, statement: &[u8], host: &str) -> Result<u32, Why> {
        let bytes = |text: &str| from_base64(text).ok_or(Why::Answer);
        let (client, device) = (bytes(&self.client_data)?, bytes(&self.authenticator_data)?);
        let said: ClientData = serde_json::from_slice(&client).map_err(|_unreadable| Why::Answer)?;
        if said.kind != "webauthn.get" {
            return Err(Why::Answer);
        }
        if said.challenge != Self::challenge(statement) {
            return Err(Why::Challenge);
        }
        let (site, rest) = device.split_at_checked(32).ok_or(Why::Answer)?;
        if said.is_cross_origin || !Rp::is_at(host, &said.origin) || site != Sha256::digest(host.as_bytes()).as_slice()
        {
            return Err(Why::Origin);
        }
        let (flags, rest) = rest.split_first().ok_or(Why::Answer)?;
        if flags & (PRESENT | VERIFIED) != PRESENT | VERIFIED {
            return Err(Why::Unverified);
        }
        let counter = rest.first_chunk::<4>().ok_or(Why::Answer)?;
        let signed = [device.as_slice(), Sha256::digest(&client).as_slice()].concat();
        let key = key_of(&self.key).ok_or(Why::Answer)?;
        match key.verify_signature(&bytes(&self.signature)?, &signed) {
            Ok(true) => Ok(u32::from_be_bytes(*counter)),
            Ok(false) | Err(_) => Err(Why::Answer),
        }
    }
}
