//! What people do in this room.

pub(super) mod change;
pub(super) mod register;
pub(super) mod take_over;
pub(super) mod task;

use crate::web::{Failure, Say};

/// What was sent cannot be used, for this reason.
fn refused(reason: &str) -> Failure {
    Failure::Invalid(Say::new(format!("law.refused.{reason}")))
}

/// The present state of the thing forbids the act, for this reason.
fn forbidden_now(reason: &str) -> Failure {
    Failure::Conflict(Say::new(format!("law.refused.{reason}")))
}

/// The longest reason, in characters.
const LONGEST_REASON: usize = 2000;

/// A reason, without the blanks around it.
fn given(reason: &str) -> Result<&str, Failure> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(refused("reason_needed"));
    }
    if reason.chars().count() > LONGEST_REASON {
        return Err(refused("reason_too_long"));
    }
    Ok(reason)
}
