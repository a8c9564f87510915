//! Handling a request: the first word, more time, the answer, the refusal.

use super::register::LONGEST_TEXT;
use crate::calendar;
use crate::kernel::{Permission, local, to_utc};
use crate::ledger::Work;
use crate::people::must;
use crate::privacy::clocks::clocks;
use crate::privacy::request::{Request, State};
use crate::privacy::store;
use crate::web::{Failure, Say};
use serde_json::json;

pub(super) fn conflict(key: &str) -> Failure {
    Failure::Conflict(Say::new(format!("privacy.refused.{key}")))
}

/// The open request with this number, as the sender saw it.
pub(super) fn open(work: &mut Work<'_>, number: i64, seen: i64) -> Result<Request, Failure> {
    let request = store::by_number(work, number)?;
    if request.closed_at.is_some() {
        return Err(conflict("closed"));
    }
    if request.row_version != seen {
        return Err(conflict("stale"));
    }
    Ok(request)
}

/// A text that must be there, as it is kept.
pub(super) fn text(given: &str, key: &str) -> Result<String, Failure> {
    let given = given.trim();
    if given.is_empty() {
        return Err(Failure::Invalid(Say::new(format!("privacy.refused.{key}"))));
    }
    if given.chars().count() > LONGEST_TEXT {
        return Err(Failure::Invalid(Say::new("form.too_long")));
    }
    Ok(given.to_owned())
}

/// Writes the request and what was done with it.
pub(super) fn keep(work: &mut Work<'_>, request: &Request, act: &'static str) -> Result<(), Failure> {
    if !store::update(work, request)? {
        return Err(conflict("stale"));
    }
    let details = json!({ "number": request.number, "kind": request.kind, "state": request.state });
    work.record(act, ("data_request", &request.id), details);
    Ok(())
}

/// Notes that the person was told that the request is handled.
///
/// # Errors
/// [`Failure::Forbidden`]; [`Failure::Conflict`] when it is closed, was told before, or `seen` is not its last state.
pub fn take(work: &mut Work<'_>, number: i64, seen: i64) -> Result<(), Failure> {
    must(work.actor, Permission::ManagePersonalData)?;
    let mut request = open(work, number, seen)?;
    if request.state != State::Received {
        return Err(conflict("taken"));
    }
    request.state = State::Taken;
    request.taken_at = Some(work.actor.at);
    keep(work, &request, "data_request.taken")
}

/// Gives the request more time, once, for a reason; before its time is over.
///
/// # Errors
/// [`Failure::Forbidden`]; [`Failure::Conflict`] when it is closed, was extended before, or its time is over;
/// [`Failure::Invalid`] without a reason.
pub fn extend(work: &mut Work<'_>, number: i64, seen: i64, reason: &str) -> Result<(), Failure> {
    must(work.actor, Permission::ManagePersonalData)?;
    let mut request = open(work, number, seen)?;
    if request.extended_at.is_some() {
        return Err(conflict("extended"));
    }
    if request.due_at < work.actor.at {
        return Err(conflict("too_late"));
    }
    let calendar = calendar::working_calendar(work)?;
    let days = clocks().extension_days.saturating_mul(100);
    request.extension_reason = Some(text(reason, "no_reason")?);
    request.due_at = to_utc(calendar.add_calendar_days(local(request.due_at), days));
    request.extended_at = Some(work.actor.at);
    keep(work, &request, "data_request.extended")
}

/// Closes a request that was fulfilled, with what the person was told. An erasure is closed by its approval.
///
/// # Errors
/// [`Failure::Forbidden`]; [`Failure::Conflict`] when it is closed or asks for an erasure; [`Failure::Invalid`] without an
/// answer.
pub fn answer(work: &mut Work<'_>, number: i64, seen: i64, given: &str) -> Result<(), Failure> {
    must(work.actor, Permission::ManagePersonalData)?;
    let mut request = open(work, number, seen)?;
    if request.kind.erases() {
        return Err(conflict("needs_approval"));
    }
    request.answer = text(given, "no_answer")?;
    close(work, &mut request, State::Done)?;
    keep(work, &request, "data_request.answered")
}

/// Closes a request that cannot be fulfilled, with the legal basis (as a time of retention by the law on archives).
///
/// # Errors
/// [`Failure::Forbidden`]; [`Failure::Conflict`] when it is closed; [`Failure::Invalid`] without a basis.
pub fn refuse(work: &mut Work<'_>, number: i64, seen: i64, (basis, given): (&str, &str)) -> Result<(), Failure> {
    must(work.actor, Permission::ManagePersonalData)?;
    let mut request = open(work, number, seen)?;
    request.basis = text(basis, "no_basis")?;
    request.answer = text(given, "no_answer")?;
    close(work, &mut request, State::Refused)?;
    keep(work, &request, "data_request.refused")
}

pub(super) fn close(work: &Work<'_>, request: &mut Request, how: State) -> Result<(), Failure> {
    let person = work.actor.person.as_ref().ok_or(Failure::SignInFirst)?;
    request.state = how;
    request.closed_by = Some(person.id.clone());
    request.closed_at = Some(work.actor.at);
    if request.taken_at.is_none() {
        request.taken_at = Some(work.actor.at);
    }
    Ok(())
}
