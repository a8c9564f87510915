//! Filling a form, and correcting what was filled by a new record.

use super::record::{Filled, FormInForce, OfCase, Record};
use super::{sealed, store};
use crate::documents::{self, Stage};
use crate::forms::{Slip, Values, apart, fill as read};
use crate::kernel::{Permission, new_id};
use crate::ledger::{Work, next_number};
use crate::people::{self, must};
use crate::web::{Failure, Say};
use chrono::Datelike;
use serde_json::json;
use std::collections::BTreeMap;

/// The longest reason of a correction, in characters.
pub(super) const LONGEST_REASON: usize = 2000;

/// What somebody filled in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filling {
    /// The code of the form.
    pub form: String,
    /// SHA-256 of the version of the form that was on the screen.
    pub seen_sha256: String,
    /// What was typed, by the names of the blanks.
    pub typed: BTreeMap<String, Vec<String>>,
    /// The code of the record that this one replaces.
    pub corrects: Option<String>,
    /// Why it replaces that one.
    pub reason: String,
}

/// Why a form was not kept.
#[derive(Debug)]
pub enum NotKept {
    /// What was typed cannot be kept.
    Slips(Vec<Slip>),
    /// Any other refusal.
    Failed(Failure),
}

impl<E: Into<Failure>> From<E> for NotKept {
    fn from(cause: E) -> Self {
        Self::Failed(cause.into())
    }
}

fn refused(reason: &str) -> Say {
    Say::new(format!("records.refused.{reason}"))
}

/// The form with this code, as it is filled today: in its version in force, whichever version a procedure was written
/// with. A code that the form had before finds it too, as procedures may still name it.
///
/// # Errors
/// 404 when there is no such document; [`Failure::Conflict`] when no version is in force, or it is only printed.
pub fn form_in_force(work: &mut Work<'_>, code: &str) -> Result<FormInForce, Failure> {
    let (document, _) = documents::document_by_any_code(work, code)?;
    let heads = documents::heads_of(work, &document)?;
    let head = heads
        .into_iter()
        .find(|head| head.stage == Stage::Effective && head.kind == "form");
    let head = head.ok_or_else(|| Failure::Conflict(refused("not_in_force").with("form", code)))?;
    let content = documents::content_of(work, &head.id)?;
    FormInForce::of(head, content).ok_or_else(|| Failure::Conflict(refused("only_printed").with("form", code)))
}

/// The forms in force that can be filled; of those with these codes, or all of them.
///
/// # Errors
/// When the database fails.
pub fn forms_in_force(work: &mut Work<'_>, codes: Option<&[&str]>) -> Result<Vec<FormInForce>, Failure> {
    let mut heads = match codes {
        Some([]) => Vec::new(),
        Some(codes) => documents::effective_with_codes(work, codes)?,
        None => documents::effective(work)?,
    };
    heads.retain(|head| head.kind == "form");
    let ids: Vec<_> = heads.iter().map(|head| head.id.clone()).collect();
    let contents = documents::contents(work, &ids)?;
    let form = |head: documents::VersionHead| {
        let own = contents.iter().find(|one| one.version == head.id)?;
        FormInForce::of(head, own.content.clone())
    };
    Ok(heads.into_iter().filter_map(form).collect())
}

/// Keeps a form that was filled outside of cases, and gives its code.
///
/// # Errors
/// [`NotKept::Slips`] for what cannot be kept; [`Failure::Forbidden`]; [`Failure::Conflict`] when another version of the
/// form is in force than was on the screen, or the record to be corrected has a correction already.
pub fn fill(work: &mut Work<'_>, filling: &Filling) -> Result<String, NotKept> {
    must(work.actor, Permission::FillForms)?;
    let replaced = replaced(work, filling)?;
    if let Some(old) = &replaced {
        let is_own = work
            .actor
            .person
            .as_ref()
            .is_some_and(|person| person.id == old.person_id);
        if old.case.is_some() {
            return Err(Failure::Conflict(refused("of_case")).into());
        }
        if !is_own {
            // Somebody else's record is corrected by those who answer for the documents.
            must(work.actor, Permission::WriteDocuments)?;
        }
    }
    keep(work, filling, (replaced, None))
}

/// Keeps a form that was filled at a step of a case, and gives its code. That the actor may do so at this step, the room
/// of cases has found out.
///
/// # Errors
/// As [`fill()`]; a correction belongs to the case and step of what it replaces.
pub fn fill_in_case(work: &mut Work<'_>, filling: &Filling, case: OfCase) -> Result<String, NotKept> {
    must(work.actor, Permission::PerformSteps)?;
    let replaced = replaced(work, filling)?;
    if replaced.as_ref().is_some_and(|old| old.case.as_ref() != Some(&case)) {
        return Err(Failure::Conflict(refused("other_case")).into());
    }
    keep(work, filling, (replaced, Some(case)))
}

/// The record that is to be corrected.
fn replaced(work: &mut Work<'_>, filling: &Filling) -> Result<Option<Record>, NotKept> {
    let Some(code) = &filling.corrects else {
        return Ok(None);
    };
    let old = store::by_code(work, code)?;
    if let Some(newer) = store::successors(work, std::slice::from_ref(&old.id))?.remove(&old.id) {
        let say = refused("corrected").with("newer", newer).with("record", &old.code);
        return Err(Failure::Conflict(say).into());
    }
    let length = filling.reason.trim().chars().count();
    if length == 0 || length > LONGEST_REASON {
        return Err(Failure::Invalid(refused("reason")).into());
    }
    Ok(Some(old))
}

fn keep(
    work: &mut Work<'_>,
    filling: &Filling,
    (replaced, case): (Option<Record>, Option<OfCase>),
) -> Result<String, NotKept> {
    let person = work.actor.person.clone().ok_or(Failure::SignInFirst)?;
    let form = form_in_force(work, &filling.form)?;
    if replaced
        .as_ref()
        .is_some_and(|old| old.document_id != form.head.document_id)
    {
        return Err(Failure::Conflict(refused("other_form")).into());
    }
    if form.head.content_sha256 != filling.seen_sha256 {
        return Err(Failure::Conflict(refused("other_version").with("number", form.head.issue)).into());
    }
    let today = work.actor.today();
    let typed = |name: &str| filling.typed.get(name).cloned().unwrap_or_default();
    let values = read(&form.definition, &typed, today).map_err(NotKept::Slips)?;
    let positions = people::positions_of(work, &person.id, today)?;
    let positions: Vec<String> = positions.into_iter().map(|position| position.name).collect();
    let year = today.year();
    let number = next_number(work, &format!("record:{}:{year}", form.head.document_id))?;
    let record = Record {
        id: new_id(),
        code: free_code(work, &form.head.code, (year, number))?,
        document_id: form.head.document_id.clone(),
        version_id: form.head.id.clone(),
        content_sha256: form.head.content_sha256.clone(),
        form_code: form.head.code.clone(),
        person_id: person.id,
        person_name: person.full_name,
        position_name: positions.join(", "),
        at: work.actor.at,
        reason: replaced.as_ref().map(|_| filling.reason.trim().to_owned()),
        replaces_id: replaced.map(|old| old.id),
        case,
    };
    let (open, personal) = apart(&form.definition, &values);
    store::insert(work, &record, &json_of(&open)?)?;
    sealed::keep(work, &record, &personal)?;
    let act = if record.replaces_id.is_some() {
        "filled_form.corrected"
    } else {
        "filled_form.kept"
    };
    // What was filled in is nobody's business here: only which form, where, and instead of what.
    let details = json!({
        "code": record.code, "document": record.document_id, "version": record.version_id,
        "sha256": record.content_sha256, "case": record.case.as_ref().map(|case| &case.id),
        "step": record.case.as_ref().map(|case| &case.step), "replaces": record.replaces_id,
    });
    work.record(act, ("form_record", &record.id), details);
    Ok(record.code)
}

pub(super) fn json_of(values: &Values) -> Result<String, Failure> {
    serde_json::to_string(values).map_err(|cause| Failure::Internal(cause.into()))
}

/// The code of a new record. Two forms may have had one code at different times, and each counts for itself.
fn free_code(work: &mut Work<'_>, form: &str, (year, number): (i32, i64)) -> Result<String, Failure> {
    let plain = format!("{form}-{year}-{number:04}");
    match store::by_code(work, &plain) {
        Err(diesel::result::Error::NotFound) => Ok(plain),
        Ok(_) => Ok(format!("{plain}-{}", new_id().rsplit('-').next().unwrap_or_default())),
        Err(cause) => Err(cause.into()),
    }
}

/// The record with this code, with what was filled in. Whoever asks may read records.
///
/// # Errors
/// 404 when there is none; [`Failure::Forbidden`].
pub fn record(work: &mut Work<'_>, code: &str) -> Result<Filled, Failure> {
    must(work.actor, Permission::ReadRecords)?;
    let record = store::by_code(work, code)?;
    store::filled(work, record)
}
