//! Erasing somebody's data for good: salt, sealed value, words, data key, and what the log of the database still held.
//! The commitments stay, so that whatever the ledger binds can still be checked.

use crate::access::{Fact, Part};
use crate::db::{Db, DbError};
use crate::kernel::{Permission, PersonId};
use crate::ledger::Work;
use crate::people::{self, must_not_join};
use crate::personal::store;
use crate::web::{Failure, Say};
use serde_json::json;

/// On what an erasure rests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasureBasis {
    /// The registered request; none when the time of retention is over.
    pub request_no: Option<i64>,
    /// The legal basis.
    pub basis: String,
    /// Who proposed it: never who approves.
    pub proposed_by: PersonId,
}

/// Erases what is kept of these subjects, as the second of two people. The caller has checked the permission to approve;
/// after the change is committed, [`forget_keys`] takes the keys away too (a start of the program does what a crash left).
/// Gives how many values were erased.
///
/// # Errors
/// [`Failure::Conflict`] when the actor proposed it, or one was erased before.
pub fn erase(work: &mut Work<'_>, subjects: &[String], basis: &ErasureBasis) -> Result<usize, Failure> {
    let person = work.actor.person.as_ref().ok_or(Failure::SignInFirst)?.id.clone();
    let own = people::own_accounts(work)?;
    let proposed = Fact {
        part: Part::Proposed,
        by: basis.proposed_by.clone(),
    };
    must_not_join(work.actor, Permission::ApproveErasure, (&[proposed], &own))?;
    let names: Vec<&str> = subjects.iter().map(String::as_str).collect();
    if !store::erased(work, &names)?.is_empty() {
        return Err(Failure::Conflict(Say::new("personal.erased_before")));
    }
    let mut count = 0_usize;
    for subject in subjects {
        store::insert_erasure(
            work,
            subject,
            (basis.request_no, &basis.basis),
            (&basis.proposed_by, &person),
        )?;
        let wiped = store::wipe(work, subject)?;
        count = count.saturating_add(wiped);
        let details = json!({
            "request": basis.request_no, "basis": if basis.request_no.is_some() { "request" } else { "retention" },
            "proposed_by": basis.proposed_by, "values": wiped,
        });
        work.record("personal_data.erased", ("case", subject), details);
    }
    Ok(count)
}

/// Deletes the data keys of everything that was erased, and has the database write over what its log still held. May be
/// run again at any time; a start of the program does.
///
/// # Errors
/// When the database or the keys cannot be read or written.
pub fn forget_keys(db: &Db) -> Result<(), Failure> {
    let subjects = db.read(|conn| Ok::<_, Failure>(store::all_erased(conn)?))?;
    let Some(keys) = db.keys() else { return Ok(()) };
    let gone = keys
        .forget(&subjects)
        .map_err(|cause| Failure::from(DbError::Keys(cause)))?;
    if gone > 0 && !db.scrub("personal_data")? {
        tracing::warn!("The log of the database is still read; what was erased is cut off from it at the next start");
    }
    Ok(())
}

/// Like [`forget_keys`], at a start of the program: after a crash the log may still hold what was erased before it.
pub(super) fn forget_at_start(db: &Db) -> Result<(), Failure> {
    let was_erased = db.read(|conn| Ok::<_, Failure>(!store::all_erased(conn)?.is_empty()))?;
    if was_erased && !db.url().contains("://") {
        db.scrub("personal_data")?;
    }
    forget_keys(db)
}
