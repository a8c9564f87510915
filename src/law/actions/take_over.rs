//! The first register: what the documents in force cite is taken over, with what their texts tell.

use super::register::insert;
use crate::kernel::Permission;
use crate::law::citing::{Citing, Register};
use crate::law::sign::Cited;
use crate::law::store::Facts;
use crate::law::touched::Library;
use crate::ledger::Work;
use crate::people::must;
use crate::web::Failure;
use serde_json::json;

/// How many codes of documents an entry names as its source.
const NAMED: usize = 5;

/// What taking over came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TakenOver {
    /// Entries that are new.
    pub added: usize,
    /// Signs that the register had already.
    pub known: usize,
    /// Entries of legal bases in which no sign was recognised.
    pub unrecognised: usize,
}

/// A sign with the codes of the documents that cite it.
struct Found {
    sign: Cited,
    codes: Vec<String>,
}

/// Every sign that documents cite, the ones that tell their year first, so that those without may be found by them.
fn found(in_force: &[Citing]) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for one in in_force {
        let signs = one
            .lines
            .iter()
            .flat_map(|line| &line.cited)
            .filter(|sign| !sign.is_former);
        for sign in signs {
            let same = |known: &&mut Found| known.sign.key == sign.key && known.sign.year == sign.year;
            match found.iter_mut().find(same) {
                Some(known) => {
                    if known.sign.name.is_empty() {
                        known.sign.name.clone_from(&sign.name);
                        known.sign.kind = sign.kind;
                    }
                    known.sign.issued_on = known.sign.issued_on.or(sign.issued_on);
                    known.codes.push(one.head.code.clone());
                }
                None => found.push(Found {
                    sign: sign.clone(),
                    codes: vec![one.head.code.clone()],
                }),
            }
        }
    }
    found.sort_by_key(|one| one.sign.year.is_none());
    found
}

fn source(codes: &[String]) -> String {
    let mut codes: Vec<&str> = codes.iter().map(String::as_str).collect();
    codes.dedup();
    let more = if codes.len() > NAMED { ", …" } else { "" };
    codes.truncate(NAMED);
    format!("Căn cứ pháp lý của {}{more}", codes.join(", "))
}

fn facts(one: &Found) -> Facts {
    Facts {
        sign: one.sign.sign.clone(),
        year: one.sign.year.map_or(0, i64::from),
        kind: one.sign.kind,
        title: one.sign.name.clone(),
        issuer: one.sign.issuer(),
        issued_on: one.sign.issued_on,
        effective_from: None,
        effective_to: None,
        link: String::new(),
        source: source(&one.codes),
        unconfirmed: true,
    }
}

/// Adds an entry to the register for every sign that the documents in force cite and that it does not have. Done twice
/// it adds nothing the second time. What the texts do not tell (days, titles) stays open, and every new entry is
/// marked to be held against an official source.
///
/// # Errors
/// [`Failure::Forbidden`] for whoever is not of the committee.
pub fn take_over(work: &mut Work<'_>) -> Result<TakenOver, Failure> {
    must(work.actor, Permission::ManageLaw)?;
    let library = Library::load(work)?;
    let (mut added, mut known) = (0_usize, 0_usize);
    for one in found(&library.in_force) {
        // A sign that was just added may be the one that a sign without its year means.
        let register = crate::law::store::by_sign(work, &one.sign.sign)?;
        if Register::new(&register).find(&one.sign).is_some() {
            known = known.saturating_add(1);
            continue;
        }
        insert(work, &facts(&one))?;
        added = added.saturating_add(1);
    }
    let lines = library.in_force.iter().flat_map(|one| &one.lines);
    let unrecognised = lines.filter(|line| line.cited.is_empty()).count();
    let agency = work.agency();
    work.record(
        "external_documents.taken_over",
        ("agency", agency.as_str()),
        json!({ "added": added, "known": known, "unrecognised": unrecognised }),
    );
    Ok(TakenOver {
        added,
        known,
        unrecognised,
    })
}
