//! Several versions signed with one confirmation: a statement and entries for each, and none hides what became of another.

use super::{forbidden_now, must_sign, sign};
use crate::documents::version::Stage;
use crate::kernel::VersionId;
use crate::ledger::Work;
use crate::people::FreshAuth;
use crate::web::{Failure, Say};
use serde_json::json;

/// The most versions of one batch.
pub const MOST_AT_ONCE: usize = 20;

/// What became of one version of a batch: the stage that it is in, or why it was not signed.
pub type Outcome = Result<Stage, Say>;

/// Signs these versions, each as if it were signed alone: its own statement, signature and entries. One that cannot be
/// signed leaves an entry of its refusal and does not keep the others from being signed. `seen` beside each is the SHA-256
/// of the text that the page showed.
///
/// # Errors
/// [`Failure::Forbidden`] without the right to sign or without the password given just now; [`Failure::Conflict`] for more
/// than [`MOST_AT_ONCE`] or none; [`Failure::NotFound`] when one is no version of the office, and [`Failure::Internal`] when the database fails: then
/// nothing is signed.
pub fn sign_many(
    work: &mut Work<'_>,
    fresh: &FreshAuth,
    wanted: &[(VersionId, String)],
) -> Result<Vec<(VersionId, Outcome)>, Failure> {
    must_sign(work.actor)?;
    fresh.must_be_of(work.actor)?;
    if wanted.is_empty() || wanted.len() > MOST_AT_ONCE {
        return Err(forbidden_now("batch_size"));
    }
    let mut outcomes = Vec::with_capacity(wanted.len());
    for (version, seen) in wanted {
        let done = work.attempt(|work| sign::sign(work, fresh, version, seen));
        let outcome = match done {
            Ok(stage) => Ok(stage),
            // No page shows such a version: all of the form is false.
            Err(failure) => Err(failure.said()?),
        };
        if let Err(say) = &outcome {
            work.record(
                "signature.refused",
                ("version", version.as_str()),
                json!({ "why": say.key }),
            );
        }
        outcomes.push((version.clone(), outcome));
    }
    Ok(outcomes)
}
