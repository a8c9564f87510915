//! Signing a version: what the page shows before, and the signature itself.

use super::manifest::covered_anew;
use crate::documents::actions::{decided, forbidden_now, given, must_sign, person};
use crate::documents::editions::{self, MemberState};
use crate::documents::paper;
use crate::documents::route::{Meaning, Seat};
use crate::documents::signature::VersionAct;
use crate::documents::store::{self, Move};
use crate::documents::version::{Stage, VersionHead};
use crate::kernel::{PersonId, VersionId};
use crate::ledger::Work;
use crate::people::{self, FreshAuth, Held, agency_key, fingerprint, must};
use crate::print::SETTING;
use crate::signatures::{self, Act, Covered, Deed};
use crate::web::{Failure, Say};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// What a signature means, for which positions, and why.
#[derive(Debug, Clone)]
pub struct Meant {
    /// What it means.
    pub act: Act,
    /// The positions that the person signs for.
    pub held: Vec<Held>,
    /// Further lines of the statement.
    pub more: Vec<(&'static str, String)>,
}

impl Meant {
    /// A signature of this meaning for these positions.
    pub fn new(act: Act, held: Vec<Held>) -> Self {
        Self {
            act,
            held,
            more: Vec::new(),
        }
    }

    /// The same, for a reason.
    #[must_use]
    pub fn because(self, reason: &str) -> Self {
        self.with("ly-do", reason.to_owned())
    }

    /// The same with a further line.
    #[must_use]
    pub fn with(mut self, key: &'static str, text: String) -> Self {
        self.more.push((key, text));
        self
    }

    fn deed<'a>(&self, covered: &'a Covered, refers_to: Option<&'a str>) -> Deed<'a> {
        Deed {
            more: self.more.clone(),
            refers_to,
            ..Deed::new(covered, self.act, self.held.clone())
        }
    }
}

/// What is covered, when all of it is whole.
pub(in crate::documents) fn whole(work: &mut Work<'_>, head: &VersionHead, files: &Path) -> Result<Covered, Failure> {
    let found = covered_anew(work, (&head.id, head.round), files)?;
    match found.damaged.first() {
        None => Ok(found.covered),
        Some(name) => {
            let say = Say::new("signatures.refused.damaged").with("name", name);
            Err(Failure::Conflict(say.with("code", &head.code)))
        }
    }
}

/// Signs a version as it is stored at this moment, and keeps the statement. Gives its id.
///
/// # Errors
/// [`Failure::Conflict`] when the content is another than the page showed, or is damaged on the disk.
pub fn seal(work: &mut Work<'_>, fresh: &FreshAuth, head: &VersionHead, meant: &Meant) -> Result<String, Failure> {
    fresh.must_be_of(work.actor)?;
    let covered = whole(work, head, &fresh.signer().files())?;
    signatures::put(work, fresh, &meant.deed(&covered, None))
}

/// The positions of these seats, as they stood on the day of submission.
pub(in crate::documents) fn as_printed(seats: &[(Seat, Held)]) -> Vec<Held> {
    let one = |(seat, held): &(Seat, Held)| Held {
        name: held.capacity.before(&seat.position_name),
        ..held.clone()
    };
    seats.iter().map(one).collect()
}

/// Signs for the seats of a stage.
pub(in crate::documents) fn seal_seats(
    work: &mut Work<'_>,
    fresh: &FreshAuth,
    (head, seats): (&VersionHead, &[(Seat, Held)]),
    (act, reason): (Act, Option<&str>),
) -> Result<String, Failure> {
    let mut meant = Meant::new(act, as_printed(seats));
    if let Some(reason) = reason {
        meant = meant.because(reason);
    }
    seal(work, fresh, head, &meant)
}

/// How much of what is covered a page looks at before it asks for a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::documents) enum Thorough {
    /// Text, files and cover are read from the disk.
    ReadsAll,
    /// The sheet is made again as well, which takes as long as printing it.
    MakesSheetAgain,
}

/// What a page shows to whoever may sign.
#[derive(Debug, Clone, Serialize)]
pub(in crate::documents) struct Asked {
    /// The statement, as it will be signed.
    pub(in crate::documents) statement: String,
    /// SHA-256 of the list of what is covered.
    pub(in crate::documents) root: String,
    /// The list of what is covered.
    pub(in crate::documents) manifest: String,
    /// The fingerprint of that hash, as people compare it.
    pub(in crate::documents) fingerprint: String,
    /// The tokens that go back with the form: one for each meaning that may be signed.
    pub(in crate::documents) tokens: Vec<String>,
    /// What is damaged; nothing is signed then.
    pub(in crate::documents) damaged: Option<String>,
}

/// Whether the sheet, made again, is the one that was kept; one of an older setting of pages cannot be told.
pub(super) fn is_sheet_whole(work: &mut Work<'_>, version: &VersionId, round: i64) -> Result<bool, Failure> {
    match store::kept_sheet(work, version, round)? {
        Some(kept) if kept.setting == SETTING => {
            Ok(paper::sheet(work, version, round).is_ok_and(|sheet| sheet.is_same))
        }
        Some(_) | None => Ok(true),
    }
}

/// What the page of a version shows to whoever may sign it with one of these meanings; the first is the one whose
/// statement is shown. `home` is the data directory.
pub(in crate::documents) fn asked(
    work: &mut Work<'_>,
    home: Option<PathBuf>,
    head: &VersionHead,
    (meant, thoroughness): (&[Meant], Thorough),
) -> Result<Asked, Failure> {
    let person = person(work)?;
    let key = agency_key(work, home.as_deref())?;
    let files = home.unwrap_or_default().join("files");
    let found = covered_anew(work, (&head.id, head.round), &files)?;
    let root = found.covered.root();
    let mut damaged = found.damaged.into_iter().next();
    let is_thorough = thoroughness == Thorough::MakesSheetAgain;
    if damaged.is_none() && is_thorough && !is_sheet_whole(work, &head.id, head.round)? {
        damaged = Some("to-trinh".to_owned());
    }
    let mut tokens = Vec::new();
    for one in meant {
        tokens.extend(signatures::token(work, &key, (&root, one.act))?);
    }
    let statement = match meant.first() {
        Some(first) => first.deed(&found.covered, None).statement(work, &person)?,
        None => return Err(Failure::NotFound),
    };
    Ok(Asked {
        statement: signatures::preview(&statement, "…"),
        fingerprint: fingerprint(found.covered.manifest.as_bytes()),
        manifest: found.covered.manifest,
        root,
        tokens: if damaged.is_none() { tokens } else { Vec::new() },
        damaged,
    })
}

/// The tokens for a page that shows a version in force and asks for a signature of one of these meanings.
///
/// # Errors
/// When the database fails or the agency's key cannot be opened.
pub fn tokens(
    work: &mut Work<'_>,
    home: Option<PathBuf>,
    head: &VersionHead,
    acts: &[Act],
) -> Result<Vec<String>, Failure> {
    let meant: Vec<Meant> = acts.iter().map(|act| Meant::new(*act, Vec::new())).collect();
    Ok(asked(work, home, head, (&meant, Thorough::ReadsAll))?.tokens)
}

/// The signature that the person may still take back: given in the round that waits for others.
pub(in crate::documents) fn own_open(
    work: &mut Work<'_>,
    head: &VersionHead,
    person: &PersonId,
) -> Result<Option<signatures::Signed>, Failure> {
    if !matches!(head.stage, Stage::InReview | Stage::InApproval) {
        return Ok(None);
    }
    let all = signatures::of_versions(work, std::slice::from_ref(&head.id))?;
    let own = all.into_iter().rev().find(|one| {
        let gives = matches!(one.act, Act::Reviewed | Act::Approved | Act::Issued);
        gives && one.person_id == *person && one.round == head.round && !one.is_taken_back
    });
    Ok(own)
}

/// Takes the own signature back before the last one was given: the round ends, and the version goes back to its author
/// with the reason. The signature stays visible, as one that was taken back. Afterwards only the chair takes a version
/// out of force.
///
/// # Errors
/// [`Failure::Forbidden`] without the password given just now, or for whoever may not sign at such a stage any more;
/// [`Failure::Conflict`] when the round has ended or the person signed nothing in it; [`Failure::Invalid`] without a reason.
pub fn take_back(work: &mut Work<'_>, fresh: &FreshAuth, version: &VersionId, reason: &str) -> Result<(), Failure> {
    must_sign(work.actor)?;
    fresh.must_be_of(work.actor)?;
    let signer = person(work)?;
    let reason = given(reason)?;
    let head = store::head(work, version)?;
    let Some(own) = own_open(work, &head, &signer.id)? else {
        let is_over = !matches!(head.stage, Stage::InReview | Stage::InApproval);
        let why = "nothing_to_take_back";
        return Err(if is_over {
            decided(work, version, why)
        } else {
            forbidden_now(why)
        });
    };
    must(work.actor, meaning_of(own.act).permission())?;
    let covered = whole(work, &head, &fresh.signer().files())?;
    let today = work.actor.today();
    let held = people::signing_positions_of(work, &signer.id, today)?;
    let meant = Meant::new(Act::TakenBack, held)
        .with("chu-ky", own.id.clone())
        .because(reason);
    signatures::put(work, fresh, &meant.deed(&covered, Some(&own.id)))?;
    editions::leave(work, version, MemberState::Returned)?;
    let told = Some((VersionAct::Returned, Some(reason)));
    store::move_on(work, &head, &Move::to(Stage::Draft), told)?;
    Ok(())
}

/// The meaning of the stage at which a signature was given.
fn meaning_of(act: Act) -> Meaning {
    match act {
        Act::Approved | Act::Issued => Meaning::Approve,
        Act::Reviewed | Act::Returned | Act::Withdrawn | Act::Confirmed | Act::TakenBack => Meaning::Review,
    }
}

/// What a signature at a stage means, as statements say it.
pub(in crate::documents) fn act_of(meaning: Meaning) -> Act {
    match meaning {
        Meaning::Review => Act::Reviewed,
        Meaning::Approve => Act::Approved,
    }
}
