//! Whether a certificate was revoked, as far as the file brings word of it (RFC 5280, RFC 6960).

use super::algorithm::{self, Hash, identifier, sha1};
use super::certificate::Certificate;
use super::cms::{Cms, Signer};
use super::der::{self, Value, tag};
use super::oid;
use super::reason::{Reason, Revocation};

/// How long a word without an end is good, in seconds.
const GOOD_FOR: i64 = 7 * 86_400;
/// How far the clock of an authority may be ahead of ours, in seconds.
const AHEAD: i64 = 300;
/// The most answers and lists that are looked at.
const MOST: usize = 16;

/// The word of an authority about one certificate.
struct Word {
    revoked_at: Option<i64>,
    from: i64,
    to: i64,
}

/// What a file brings along about revocation.
#[derive(Debug, Default)]
pub(super) struct Evidence<'a> {
    lists: Vec<&'a [u8]>,
    answers: Vec<&'a [u8]>,
}

impl<'a> Evidence<'a> {
    /// What stands in the CMS itself and in the signed attributes.
    pub(super) fn of(cms: &Cms<'a>, signer: &Signer<'a>) -> Self {
        let mut found = Self {
            lists: cms.lists.clone(),
            answers: cms.answers.clone(),
        };
        let archive = signer.attribute(oid::ADOBE_REVOCATION).ok().flatten();
        for part in archive.and_then(|value| value.items()).unwrap_or_default() {
            let list = part.inside().want(tag::SEQUENCE).and_then(|list| list.items());
            let items = list.unwrap_or_default().into_iter().map(|item| item.whole);
            match part.tag {
                tag::C0 => found.lists.extend(items),
                tag::C1 => found.answers.extend(items),
                _ => {}
            }
        }
        found.lists.truncate(MOST);
        found.answers.truncate(MOST);
        found
    }

    /// What is known of a certificate, by the word of the one who issued it, at the moment of signing.
    pub(super) fn about(
        &self,
        one: &Certificate<'_>,
        issuer: &Certificate<'_>,
        (at, received): (i64, i64),
    ) -> Result<Revocation, Reason> {
        let answers = self.answers.iter().filter_map(|der| answer(der, one, issuer));
        let lists = self.lists.iter().filter_map(|der| list(der, one, issuer));
        let words = answers
            .map(|word| (Revocation::Ocsp, word))
            .chain(lists.map(|word| (Revocation::Crl, word)));
        let mut known = Revocation::Unchecked;
        for (kind, word) in words {
            if word.from > received.saturating_add(AHEAD) {
                continue;
            }
            if word.revoked_at.is_some_and(|revoked| revoked <= at) {
                return Err(Reason::Revoked);
            }
            if known == Revocation::Unchecked && word.to >= at {
                known = kind;
            }
        }
        Ok(known)
    }
}

/// What a list of the issuer says of a certificate; `None` when it is not the issuer's, or is not understood.
fn list(der: &[u8], one: &Certificate<'_>, issuer: &Certificate<'_>) -> Option<Word> {
    let (value, _) = der::bounded(der)?;
    let mut outer = value.inside();
    let signed = outer.want(tag::SEQUENCE)?;
    let algorithm = outer.want(tag::SEQUENCE)?;
    let signature = outer.want(tag::BITS)?.bits()?;
    let holds =
        issuer.may_list() && algorithm::check((&algorithm, None), &issuer.key, (signed.whole, signature)).is_ok();
    let mut inside = signed.inside();
    inside.maybe(tag::INTEGER);
    inside.want(tag::SEQUENCE)?;
    let by = inside.want(tag::SEQUENCE)?.whole;
    if !holds || by != one.issuer {
        return None;
    }
    let from = der::moment(&inside.next()?)?;
    let mut next = if inside.is_done() { None } else { Some(inside.next()?) };
    let to = next.as_ref().and_then(der::moment);
    if to.is_some() {
        next = if inside.is_done() { None } else { Some(inside.next()?) };
    }
    let mut revoked_at = None;
    if let Some(entries) = next.filter(|value| value.tag == tag::SEQUENCE) {
        for entry in entries.items()? {
            let mut entry = entry.inside();
            let serial = entry.want(tag::INTEGER)?.content;
            let when = der::moment(&entry.next()?)?;
            if serial == one.serial {
                revoked_at = Some(when);
            }
        }
        next = if inside.is_done() { None } else { Some(inside.next()?) };
    }
    if next.is_some_and(|extensions| has_critical(&extensions)) {
        return None;
    }
    let to = to.unwrap_or_else(|| from.saturating_add(GOOD_FOR));
    Some(Word { revoked_at, from, to })
}

/// Whether a list or an answer has extensions that must be understood: it is about a part only, or adds to another.
fn has_critical(holder: &Value<'_>) -> bool {
    let all = holder.inside().want(tag::SEQUENCE).and_then(|all| all.items());
    all.is_none_or(|all| {
        all.iter().any(|one| {
            let mut inside = one.inside();
            inside.want(tag::OID);
            inside.maybe(tag::BOOLEAN).is_some_and(|value| value.content != [0])
        })
    })
}

/// What an answer says of a certificate; `None` when it is about another, or not by the issuer or in its name.
fn answer(der: &[u8], one: &Certificate<'_>, issuer: &Certificate<'_>) -> Option<Word> {
    let (value, _) = der::bounded(der)?;
    let mut outer = value.inside();
    // Either the whole answer with its status, or only what is signed of it.
    let basic = match outer.maybe(tag::ENUMERATED) {
        Some(status) if status.content == [0] => {
            let mut inside = outer.want(tag::C0)?.inside().want(tag::SEQUENCE)?.inside();
            (inside.want(tag::OID)?.content == oid::OCSP_BASIC).then_some(())?;
            der::bounded(inside.want(tag::OCTETS)?.content)?.0
        }
        Some(_) => return None,
        None => value,
    };
    let mut basic = basic.inside();
    let signed = basic.want(tag::SEQUENCE)?;
    let algorithm = basic.want(tag::SEQUENCE)?;
    let signature = basic.want(tag::BITS)?.bits()?;
    let mut keys = vec![*issuer];
    if let Some(holder) = basic.maybe(tag::C0) {
        let named = holder.inside().want(tag::SEQUENCE)?.items()?;
        let own = named.iter().filter_map(|one| Certificate::read(one.whole));
        keys.extend(own.filter(|by| {
            by.issuer == issuer.subject && issuer.signed(by) && by.may_sign(&[oid::USE_OCSP], true).is_ok()
        }));
    }
    let mut inside = signed.inside();
    inside.maybe(tag::C0);
    inside.next()?;
    let made = der::moment(&inside.want(tag::TIME)?)?;
    let by = keys.iter().enumerate().find(|(index, key)| {
        let is_in_force = *index == 0 || key.in_force(made).is_ok();
        is_in_force && algorithm::check((&algorithm, None), &key.key, (signed.whole, signature)).is_ok()
    });
    by?;
    let about = inside.want(tag::SEQUENCE)?.items()?;
    about.iter().find_map(|single| word(single, one, issuer))
}

fn is_about(id: &Value<'_>, one: &Certificate<'_>, issuer: &Certificate<'_>) -> Option<bool> {
    let mut id = id.inside();
    let (hash, _) = identifier(&id.next()?)?;
    let make = |bytes: &[u8]| match Hash::of(hash) {
        Ok(hash) => hash.make(bytes),
        Err(_) if hash == oid::SHA1 => sha1(bytes),
        Err(_) => Vec::new(),
    };
    let (name, key) = (id.want(tag::OCTETS)?.content, id.want(tag::OCTETS)?.content);
    let serial = id.want(tag::INTEGER)?.content;
    Some(name == make(issuer.subject) && key == make(issuer.key.bits) && serial == one.serial)
}

fn word(single: &Value<'_>, one: &Certificate<'_>, issuer: &Certificate<'_>) -> Option<Word> {
    let mut inside = single.inside();
    if !is_about(&inside.want(tag::SEQUENCE)?, one, issuer)? {
        return None;
    }
    let status = inside.next()?;
    let from = der::moment(&inside.want(tag::TIME)?)?;
    let to = inside
        .maybe(tag::C0)
        .and_then(|holder| der::moment(&holder.inside().next()?));
    let revoked_at = match status.tag {
        tag::P0 => None,
        tag::C1 => Some(der::moment(&status.inside().next()?)?),
        _ => return None,
    };
    let to = to.unwrap_or_else(|| from.saturating_add(GOOD_FOR));
    Some(Word { revoked_at, from, to })
}
