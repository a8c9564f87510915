//! Signing what is to become of a document that was looked at.

use super::due::due_of;
use super::review::{Review, Verdict};
use super::store;
use crate::documents::{self, Stage};
use crate::kernel::{Permission, VersionId};
use crate::ledger::Work;
use crate::people::{self, FreshAuth, must};
use crate::signatures::Act;
use crate::web::{Failure, Say};
use chrono::{Months, NaiveDate};
use serde_json::json;

/// The farthest next review, in months.
const FARTHEST: u32 = 60;
/// The longest reason, in characters.
const LONGEST_REASON: usize = 2000;

/// What somebody says of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReview {
    /// The document's code.
    pub code: String,
    /// SHA-256 of the text that was looked at.
    pub seen_sha256: String,
    /// What is to become of it.
    pub verdict: Verdict,
    /// Why.
    pub reason: String,
    /// The next day, for one that stays; `None` for the period of the document from today.
    pub next_due: Option<NaiveDate>,
}

fn refused(reason: &str) -> Failure {
    Failure::Invalid(Say::new(format!("reviews.refused.{reason}")))
}

/// The next day of a document that stays.
fn next_due(today: NaiveDate, wanted: Option<NaiveDate>, months: u32) -> Result<NaiveDate, Failure> {
    let after = |months: u32| today.checked_add_months(Months::new(months));
    let day = wanted.or(after(months)).ok_or_else(|| refused("next_due"))?;
    let is_good = day > today && after(FARTHEST).is_some_and(|last| day <= last);
    if is_good { Ok(day) } else { Err(refused("next_due")) }
}

/// Signs what is to become of the version in force: it stays until its next review, must be changed (a draft is opened,
/// unless one is open or the person may not write), or is to be withdrawn, which is an act of its own. Gives the draft
/// that was opened.
///
/// # Errors
/// [`Failure::Forbidden`] for whoever is not of the committee or did not give the password just now;
/// [`Failure::Invalid`] without a reason or for a next day that is not later than today and within five years;
/// [`Failure::Conflict`] when no version is in force or its content is not the one that was seen.
pub fn review(work: &mut Work<'_>, fresh: &FreshAuth, new: &NewReview) -> Result<Option<VersionId>, Failure> {
    must(work.actor, Permission::ReviewDocuments)?;
    fresh.must_be_of(work.actor)?;
    let person = work.actor.person.clone().ok_or(Failure::SignInFirst)?;
    let reason = new.reason.trim();
    if reason.is_empty() || reason.chars().count() > LONGEST_REASON {
        return Err(refused("reason"));
    }
    let document = documents::document_by_code(work, &new.code)?;
    let mut heads = documents::heads_of(work, &document)?;
    heads.retain(|head| head.stage == Stage::Effective);
    let one = due_of(work, heads)?.into_iter().next();
    let one = one.ok_or_else(|| Failure::Conflict(Say::new("reviews.refused.not_in_force")))?;
    if one.head.content_sha256 != new.seen_sha256 {
        return Err(Failure::Conflict(Say::new("reviews.refused.changed")));
    }
    let today = work.actor.today();
    let next_due = match new.verdict {
        Verdict::Keep => Some(next_due(today, new.next_due, one.months)?),
        Verdict::Revise | Verdict::Withdraw => None,
    };
    let positions = people::signing_positions_of(work, &person.id, today)?;
    let meant = documents::Meant::new(Act::Confirmed, positions.clone())
        .with("ket-luan", new.verdict.to_string())
        .because(reason);
    documents::seal(work, fresh, &one.head, &meant)?;
    let positions: Vec<String> = positions.into_iter().map(|position| position.name).collect();
    let signed = Review {
        document: document.clone(),
        version: one.head.id.clone(),
        content_sha256: one.head.content_sha256.clone(),
        due_on: one.due_on,
        verdict: new.verdict,
        reason: reason.to_owned(),
        next_due,
        person_name: person.full_name.clone(),
        position_name: positions.join(", "),
        at: work.actor.at,
    };
    let id = store::insert(work, &signed, &person)?;
    work.record(
        "document.reviewed",
        ("document_review", &id),
        json!({ "document": document, "version": signed.version, "sha256": signed.content_sha256,
            "verdict": signed.verdict, "due_on": signed.due_on, "next_due": next_due }),
    );
    let may_write = must(work.actor, Permission::WriteDocuments).is_ok();
    if new.verdict == Verdict::Revise && may_write && one.open.is_none() {
        return documents::open_draft(work, &document).map(Some);
    }
    Ok(None)
}
