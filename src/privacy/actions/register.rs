//! Registering what somebody asks.

use crate::calendar;
use crate::kernel::{Permission, local, new_id, to_utc};
use crate::ledger::{Work, next_number};
use crate::people::must;
use crate::personal::{self, Field, Value};
use crate::privacy::clocks::{clock_of, clocks};
use crate::privacy::request::{Kind, Request, State};
use crate::privacy::store;
use crate::web::{Failure, Say};
use serde_json::json;

/// The longest field, in characters.
const LONGEST: usize = 300;
/// The longest text of what is asked, in characters.
pub(in crate::privacy) const LONGEST_TEXT: usize = 4000;

/// What somebody asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRequest {
    /// What is asked.
    pub kind: Kind,
    /// The name of who asks.
    pub full_name: String,
    /// The identification number, by which the cases are found; or the telephone.
    pub id_number: String,
    /// How to reach them.
    pub phone: String,
    /// In their words.
    pub asked: String,
    /// Whether the officer has made sure who it is.
    pub is_verified: bool,
}

/// Registers a request, and gives its number. From now on its times run.
///
/// # Errors
/// [`Failure::Forbidden`] for others than the data protection officer; [`Failure::Invalid`] without a name, a number by
/// which cases are found, or when nobody made sure who asks.
pub fn register(work: &mut Work<'_>, new: &NewRequest) -> Result<i64, Failure> {
    must(work.actor, Permission::ManagePersonalData)?;
    let invalid = |key: &str| Failure::Invalid(Say::new(format!("privacy.refused.{key}")));
    if new.kind == Kind::Retention || new.full_name.trim().is_empty() {
        return Err(invalid("no_name"));
    }
    if new.id_number.trim().is_empty() && new.phone.trim().is_empty() {
        return Err(invalid("no_number"));
    }
    if !new.is_verified {
        return Err(invalid("not_verified"));
    }
    let too_long = [&new.full_name, &new.id_number, &new.phone]
        .iter()
        .any(|text| text.chars().count() > LONGEST);
    if too_long || new.asked.chars().count() > LONGEST_TEXT {
        return Err(Failure::Invalid(Say::new("form.too_long")));
    }
    let request = begin(work, new.kind)?;
    let text = |text: &str| text.trim().to_owned();
    let values = [
        Value::Of(Field::FullName, text(&new.full_name)),
        Value::Of(Field::IdNumber, text(&new.id_number)),
        Value::Of(Field::Phone, text(&new.phone)),
        Value::Form(request.id.clone(), text(&new.asked)),
    ];
    personal::keep_unindexed(work, &request.id, &values)?;
    store::insert(work, &request)?;
    let details = json!({ "number": request.number, "kind": request.kind });
    work.record("data_request.registered", ("data_request", &request.id), details);
    Ok(request.number)
}

/// A request of this kind that comes now.
pub(super) fn begin(work: &mut Work<'_>, kind: Kind) -> Result<Request, Failure> {
    let person = work.actor.person.as_ref().ok_or(Failure::SignInFirst)?.id.clone();
    let calendar = calendar::working_calendar(work)?;
    let received = local(work.actor.at);
    let hundredths = |days: u32| days.saturating_mul(100);
    let answer = calendar.add_working_days(received, hundredths(clocks().answer_working_days));
    let due = calendar.add_calendar_days(received, hundredths(clock_of(kind).days));
    Ok(Request {
        id: new_id(),
        number: next_number(work, "data_request")?,
        kind,
        state: State::Received,
        received_at: work.actor.at,
        received_by: person,
        taken_at: None,
        answer_due_at: to_utc(answer),
        due_at: to_utc(due),
        extended_at: None,
        extension_reason: None,
        proposed_by: None,
        proposed_at: None,
        closed_by: None,
        closed_at: None,
        answer: String::new(),
        basis: String::new(),
        row_version: 1,
    })
}
