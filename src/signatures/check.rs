//! Whether a signature holds: over its statement, by its key, under the certificate of the agency.

use super::statement::{BY_PASSKEY, PASSKEY_LINE, Statement};
use super::store::Signed;
use crate::people::{
    AgencyKey, Assertion, KeyFlaw, KeyShown, PASSKEY_HOLDS, SignedText, base64, flaws_of_key, from_hex, sha256,
};
use serde::Serialize;

/// What is wrong with a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Flaw {
    /// The statement is not the one that was signed, or the signature is another.
    Signature,
    /// The statement says something else than the row that holds it.
    Statement,
    /// The list of what is covered is not the one that the statement names.
    Manifest,
    /// The key is not there, is not the signer's, or was changed.
    Key,
    /// The certificate is not the agency's, or is that of another key.
    Certificate,
    /// It was given before the key was made or after it was retired.
    Time,
    /// The statement says that a passkey signed it, and none of those it names did; or the other way round.
    Passkey,
    /// What is stored now is not what was signed.
    Content,
    /// The sheet cannot be made again as it was signed.
    Sheet,
    /// Somebody signed by the books, and no statement says so.
    Missing,
}

impl Flaw {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Signature => "signature",
            Self::Statement => "statement",
            Self::Manifest => "manifest",
            Self::Key => "key",
            Self::Certificate => "certificate",
            Self::Time => "time",
            Self::Passkey => "passkey",
            Self::Content => "content",
            Self::Sheet => "sheet",
            Self::Missing => "missing",
        }
    }
}

/// Whether what the row says beside the statement is what the statement says.
fn agrees(signed: &Signed, said: &Statement) -> bool {
    let size = format!("size={} ", signed.ledger_size);
    let latest = Statement::moment(signed.at);
    // A passkey signs a statement that was laid down before; both moments are written in the same way.
    let earliest = match said.method.as_str() {
        BY_PASSKEY => Statement::moment(signed.at - PASSKEY_HOLDS),
        _ => latest.clone(),
    };
    said.act == signed.act
        && said.root == signed.root
        && said.signer.first().is_some_and(|id| id == signed.person_id.as_str())
        && (earliest..=latest).contains(&said.at)
        && said.ledger.starts_with(&size)
        && signed
            .refers_to
            .as_ref()
            .is_none_or(|to| said.more.iter().any(|(key, id)| key == "chu-ky" && id == to))
}

impl From<KeyFlaw> for Flaw {
    fn from(flaw: KeyFlaw) -> Self {
        match flaw {
            KeyFlaw::Signature => Self::Signature,
            KeyFlaw::Key => Self::Key,
            KeyFlaw::Certificate => Self::Certificate,
            KeyFlaw::Time => Self::Time,
        }
    }
}

fn of_key(signed: &Signed, key: &KeyShown, agency: &AgencyKey) -> Vec<Flaw> {
    let text = SignedText {
        person: &signed.person_id,
        text: &signed.statement,
        signature: &signed.signature,
        at: signed.at,
    };
    flaws_of_key(text, key, agency).into_iter().map(Into::into).collect()
}

/// Whether one of the passkeys that a statement names signed it; a statement that names none has no such signature.
fn holds_by_passkey(signed: &Signed, said: &Statement) -> bool {
    let line = said.more.iter().find(|(key, _)| key == PASSKEY_LINE);
    let assertion = signed.passkey.as_deref().map(serde_json::from_str::<Assertion>);
    match (line, assertion) {
        (None, None) => said.method != BY_PASSKEY,
        (Some((_, line)), Some(Ok(assertion))) if said.method == BY_PASSKEY => {
            let mut parts = line.split(' ');
            let host = parts.next().unwrap_or_default();
            let name = format!("sha256:{}", Assertion::name_of(&assertion.key));
            parts.any(|part| part == name) && assertion.holds(signed.statement.as_bytes(), host)
        }
        _ => false,
    }
}

/// What is wrong with a signature, as far as statement, key and certificate tell; nothing when all hold. A key that waits
/// for the word of others has no certificate: that is said beside it, and is no flaw.
pub fn check(signed: &Signed, key: Option<&KeyShown>, agency: &AgencyKey) -> Vec<Flaw> {
    let mut flaws = match key {
        Some(key) => of_key(signed, key, agency),
        None => vec![Flaw::Key],
    };
    let said = Statement::read(&signed.statement);
    if !said.as_ref().is_some_and(|said| agrees(signed, said)) {
        flaws.push(Flaw::Statement);
    }
    if !said.as_ref().is_some_and(|said| holds_by_passkey(signed, said)) {
        flaws.push(Flaw::Passkey);
    }
    if sha256(signed.manifest.as_bytes()) != signed.root {
        flaws.push(Flaw::Manifest);
    }
    flaws.sort_unstable();
    flaws
}

/// A signature as files that anybody can check without this program: name and content of each.
pub fn export(signed: &Signed, key: &KeyShown, agency: &AgencyKey) -> Vec<(&'static str, String)> {
    let public = base64(&from_hex(&key.public_key).unwrap_or_default());
    let certificate = key.certificate.clone().unwrap_or_default();
    let keys = format!(
        "khoa-nguoi-ky: ed25519:{public}\nkhoa-co-quan: ed25519:{}\n\n{certificate}",
        base64(&agency.public())
    );
    let mut files = vec![
        ("statement.txt", signed.statement.clone()),
        ("signature.txt", format!("{}\n", signed.signature)),
        ("key.txt", keys),
        ("manifest.txt", signed.manifest.clone()),
    ];
    files.extend(signed.passkey.clone().map(|passkey| ("passkey.json", passkey)));
    files
}
