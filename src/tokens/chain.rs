//! From a certificate to a root of the office.

use super::certificate::{Certificate, name};
use super::der::tag;
use super::reason::{Reason, Refused};
use crate::proofs::from_base64;

/// The longest way from a signer to a root, and the most certificates that are tried on it.
const LONGEST: usize = 6;
const MOST_TRIES: usize = 200;
/// The most roots of an office.
const MOST_ROOTS: usize = 200;

/// The roots by which an office judges.
#[derive(Debug, Clone, Default)]
pub struct Roots {
    all: Vec<Vec<u8>>,
}

/// What people see of a root.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct RootShown {
    /// Whose it is.
    pub subject: String,
    /// Its serial number, in hexadecimal.
    pub serial: String,
    /// SHA-256 of the certificate, in hexadecimal.
    pub sha256: String,
    /// First and last moment in force, UTC in seconds since 1970.
    pub from: i64,
    /// See `from`.
    pub to: i64,
}

impl Roots {
    /// Adds the certificates of a file in PEM, and says which; `None` when there is none in it, one cannot be read, or one
    /// is no authority's.
    pub fn add(&mut self, pem: &str) -> Option<Vec<RootShown>> {
        let mut added = Vec::new();
        for part in pem.split("-----BEGIN CERTIFICATE-----").skip(1) {
            let (body, _) = part.split_once("-----END CERTIFICATE-----")?;
            let text: String = body.split_whitespace().collect();
            let bytes = from_base64(&text)?;
            let certificate = Certificate::read(&bytes)?;
            if !certificate.may_certify(0) || self.all.len() >= MOST_ROOTS {
                return None;
            }
            added.push(shown(&certificate));
            if !self.all.contains(&bytes) {
                self.all.push(bytes);
            }
        }
        (!added.is_empty()).then_some(added)
    }

    /// What people see of them.
    pub fn shown(&self) -> Vec<RootShown> {
        self.read().iter().map(shown).collect()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    fn read(&self) -> Vec<Certificate<'_>> {
        self.all.iter().filter_map(|bytes| Certificate::read(bytes)).collect()
    }
}

fn shown(root: &Certificate<'_>) -> RootShown {
    RootShown {
        subject: name(root.subject),
        serial: super::certificate::hex(root.serial),
        sha256: root.fingerprint(),
        from: root.from(),
        to: root.to(),
    }
}

struct Search<'a, 'r> {
    pool: &'r [Certificate<'a>],
    roots: Vec<Certificate<'a>>,
    at: i64,
    tries: usize,
    /// What stood in the way of a chain that would have led to a root.
    met: Option<Refused>,
}

impl<'a> Search<'a, '_> {
    fn can_be(&mut self, upper: &Certificate<'a>, chain: &[Certificate<'a>]) -> bool {
        let Some(lower) = chain.last() else { return false };
        self.tries = self.tries.saturating_add(1);
        if self.tries > MOST_TRIES || upper.subject != lower.issuer {
            return false;
        }
        if !upper.signed(lower) {
            if let Some(fault @ (Reason::OldDigest | Reason::WeakKey)) = lower.own_fault(upper) {
                self.met = Some(Refused::of(fault, name(lower.subject)));
            }
            return false;
        }
        // The signer does not count among those between.
        if !upper.may_certify(chain.len().saturating_sub(1)) {
            self.met = Some(Refused::of(Reason::Certificate, name(upper.subject)));
            return false;
        }
        if let Err(reason) = upper.in_force(self.at) {
            self.met = Some(Refused::of(reason, name(upper.subject)));
            return false;
        }
        true
    }

    fn go(&mut self, chain: &mut Vec<Certificate<'a>>) -> bool {
        for root in self.roots.clone() {
            let is_itself = chain.len() > 1 && chain.last().is_some_and(|last| last.whole == root.whole);
            if is_itself {
                return true;
            }
            if self.can_be(&root, chain) {
                chain.push(root);
                return true;
            }
        }
        if chain.len() >= LONGEST {
            return false;
        }
        for upper in self.pool {
            let is_new = chain.iter().all(|one| one.whole != upper.whole);
            if is_new && self.can_be(upper, chain) {
                chain.push(*upper);
                if self.go(chain) {
                    return true;
                }
                chain.pop();
            }
        }
        false
    }
}

/// The certificates from this one to a root, all in force at this moment.
pub(super) fn chain<'a>(
    signer: Certificate<'a>,
    pool: &[Certificate<'a>],
    roots: &'a Roots,
    at: i64,
) -> Result<Vec<Certificate<'a>>, Refused> {
    if roots.is_empty() {
        return Err(Reason::NoRoots.into());
    }
    signer
        .in_force(at)
        .map_err(|reason| Refused::of(reason, name(signer.subject)))?;
    let mut search = Search {
        pool,
        roots: roots.read(),
        at,
        tries: 0,
        met: None,
    };
    let mut found = vec![signer];
    if search.go(&mut found) {
        Ok(found)
    } else {
        Err(search
            .met
            .unwrap_or_else(|| Refused::of(Reason::Chain, name(signer.issuer))))
    }
}

/// A file in PEM of this label as DER, or the same bytes when it is no PEM.
pub(super) fn unwrapped(file: &[u8], labels: &[&str]) -> Option<Vec<u8>> {
    if file.first() == Some(&tag::SEQUENCE) {
        return Some(file.to_vec());
    }
    let text = std::str::from_utf8(file).ok()?;
    labels.iter().find_map(|label| {
        let (_, after) = text.split_once(&format!("-----BEGIN {label}-----"))?;
        let (body, _) = after.split_once(&format!("-----END {label}-----"))?;
        from_base64(&body.split_whitespace().collect::<String>())
    })
}
