//! The one door through which personal data are opened: it checks the right, writes who saw what and why, and only then
//! gives the values. Both stand in one transaction, so that nobody sees what was not written down.

use super::keep::{FORM, form_field, keys};
use crate::access;
use crate::db::DbError;
use crate::kernel::{AccessRole, Actor, CaseId, Permission, PersonId};
use crate::ledger::Work;
use crate::people::must;
use crate::personal::field::{Field, Opened, Purpose, Reason, masked};
use crate::personal::seal::{self, Sealed};
use crate::personal::store::{self, Kept, NewAccess};
use crate::web::{Failure, Say};
use chrono::NaiveDateTime;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// What data are opened for, and which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look<'a> {
    /// What for.
    pub purpose: Purpose,
    /// Why; needed from whoever does not handle the case.
    pub reason: Option<Reason>,
    /// The registered request that it is done for.
    pub request_no: Option<i64>,
    /// Which fields are shown.
    pub fields: &'a [Field],
    /// Which fields are shown by their last signs only: they leave the door masked.
    pub masked: &'a [Field],
}

/// The reasons for which somebody may open the data of cases that he or she does not handle: those of the own duties.
pub fn reasons_of(actor: &Actor) -> Vec<Reason> {
    let roles = actor
        .person
        .as_ref()
        .map(|person| person.access.as_slice())
        .unwrap_or_default();
    let names = |role: &AccessRole, reason: &Reason| access::reasons(*role).iter().any(|one| one == reason.as_str());
    let mine = |reason: &Reason| roles.iter().any(|role| names(role, reason));
    Reason::ALL.iter().copied().filter(mine).collect()
}

/// Whoever handles cases needs no reason; auditors and the data protection officer choose one of their duty, and the officer acts on a
/// request.
fn must_open(work: &Work<'_>, look: &Look<'_>) -> Result<(), Failure> {
    if must(work.actor, Permission::ReadApplicants).is_ok() {
        return Ok(());
    }
    if look.purpose == Purpose::Request && look.request_no.is_some() {
        return must(work.actor, Permission::ManagePersonalData);
    }
    must(work.actor, Permission::OpenApplicants)?;
    match look.reason {
        Some(reason) if work.actor.is_house || reasons_of(work.actor).contains(&reason) => Ok(()),
        Some(_) => Err(Failure::Forbidden(Say::new("personal.reason_of_others"))),
        None => Err(Failure::Invalid(Say::new("personal.reason_needed"))),
    }
}

/// Opens fields of cases, and writes for each case of which something was opened that the actor saw it. The caller has
/// made sure that the cases are the actor's to see.
///
/// # Errors
/// [`Failure::Forbidden`] without the right, [`Failure::Invalid`] without a reason where one is needed; when a sealed
/// value was altered, or nothing can be written.
pub fn look(work: &mut Work<'_>, cases: &[CaseId], look: &Look<'_>) -> Result<BTreeMap<CaseId, Opened>, Failure> {
    must_open(work, look)?;
    let subjects: Vec<&str> = cases.iter().map(CaseId::as_str).collect();
    let fields: Vec<String> = look
        .fields
        .iter()
        .chain(look.masked)
        .map(|field| field.as_str().to_owned())
        .collect();
    let values = open_and_trace(work, (&subjects, &fields), look)?;
    let mut erased = store::erased(work, &subjects)?;
    let opened = |case: &CaseId| {
        let own = values.iter().filter(|value| value.subject == case.as_str());
        let one = Opened {
            values: own
                .clone()
                .filter_map(|value| {
                    let (field, text) = (Field::parse(&value.field)?, value.text.clone()?);
                    let is_masked = look.masked.contains(&field);
                    Some((field, if is_masked { masked(&text) } else { text }))
                })
                .collect(),
            is_keyless: own.clone().any(|value| value.text.is_none()),
            lost_at: own.clone().filter_map(|value| value.lost_at).max(),
            erased: erased.remove(case.as_str()),
        };
        (case.clone(), one)
    };
    Ok(cases.iter().map(opened).collect())
}

/// Opens the personal answers of filled forms: subject (the case, or the record itself outside of cases) and id of the
/// record; what for, and by which registered request if by one. What comes back is by the id of the record; an erased one
/// is missing. Who may see a form, the room of records has made sure. The house itself shows nobody anything: it makes
/// answers findable, which the ledger says.
///
/// # Errors
/// When a sealed value was altered, or nothing can be written.
pub fn look_at_forms(
    work: &mut Work<'_>,
    forms: &[(String, String)],
    (purpose, request_no): (Purpose, Option<i64>),
) -> Result<BTreeMap<String, String>, Failure> {
    let subjects: BTreeSet<&str> = forms.iter().map(|(subject, _)| subject.as_str()).collect();
    let subjects: Vec<&str> = subjects.into_iter().collect();
    let fields: Vec<String> = forms.iter().map(|(_, record)| form_field(record)).collect();
    let look = Look {
        purpose,
        reason: None,
        request_no,
        fields: &[],
        masked: &[],
    };
    let mut values = BTreeMap::new();
    if forms.is_empty() {
        return Ok(values);
    }
    for value in open_and_trace(work, (&subjects, &fields), &look)? {
        if let (Some(record), Some(text)) = (value.field.strip_prefix(FORM), value.text) {
            values.insert(record.to_owned(), text);
        }
    }
    Ok(values)
}

/// A value that was opened; without text when its key is gone.
struct Value {
    subject: String,
    field: String,
    text: Option<String>,
    lost_at: Option<NaiveDateTime>,
}

/// Opens what is kept, and leaves the trace: the only caller of [`open_one`].
fn open_and_trace(
    work: &mut Work<'_>,
    (subjects, fields): (&[&str], &[String]),
    look: &Look<'_>,
) -> Result<Vec<Value>, Failure> {
    let mut kept = Vec::new();
    // Both databases bound the number of values in one question.
    for subjects in subjects.chunks(200) {
        kept.extend(store::kept(work, subjects, fields)?);
    }
    kept.retain(|one| one.sealed.is_some());
    let with_data: BTreeSet<&str> = kept.iter().map(|one| one.subject.as_str()).collect();
    let with_data: Vec<&str> = with_data.into_iter().collect();
    let agency = work.agency();
    let keys = keys(work)?.keys_of(agency.as_str(), &with_data);
    let keys = keys.map_err(|cause| Failure::from(DbError::Keys(cause)))?;
    let mut values = Vec::with_capacity(kept.len());
    for one in &kept {
        let text = match (&one.sealed, keys.get(&one.subject)) {
            // A later value of the same case has a new key, which does not open what was sealed with the lost one.
            _ if one.lost_at.is_some() => None,
            (Some(sealed), Some(key)) => Some(open_one(key, one, sealed)?),
            _ => None,
        };
        values.push(Value {
            subject: one.subject.clone(),
            field: one.field.clone(),
            text,
            lost_at: one.lost_at,
        });
    }
    let opened: BTreeSet<&str> = values
        .iter()
        .filter(|value| value.text.is_some())
        .map(|value| value.subject.as_str())
        .collect();
    trace(work, &opened.into_iter().collect::<Vec<_>>(), (look, &values))?;
    Ok(values)
}

fn open_one(key: &crate::db::Secret, kept: &Kept, sealed: &Sealed) -> Result<String, Failure> {
    let opened = seal::open(key, (&kept.subject, &kept.field), sealed);
    opened.map_err(|cause| Failure::Internal(anyhow::Error::new(cause).context(kept.subject.clone())))
}

/// One row for each case, one entry in the ledger for all of them: ids and names of fields only.
fn trace(work: &mut Work<'_>, subjects: &[&str], (look, values): (&Look<'_>, &[Value])) -> Result<(), Failure> {
    if subjects.is_empty() {
        // There was nothing left to see; that somebody asked is kept all the same.
        work.record("personal_data.asked", ("case", ""), json!({ "purpose": look.purpose }));
        return Ok(());
    }
    if work.actor.is_house {
        let agency = work.agency();
        let details = json!({ "forms": subjects.len() });
        work.record("personal_data.indexed", ("agency", agency.as_str()), details);
        return Ok(());
    }
    let person: Option<PersonId> = work.actor.person.as_ref().map(|person| person.id.clone());
    let person = person.ok_or(Failure::SignInFirst)?;
    let fields: BTreeSet<&str> = values
        .iter()
        .filter(|value| value.text.is_some())
        .map(|value| value.field.split('.').next().unwrap_or_default())
        .filter(|name| !look.masked.iter().any(|field| field.as_str() == *name))
        .collect();
    let fields = fields.into_iter().collect::<Vec<_>>().join(" ");
    let new = NewAccess {
        purpose: look.purpose,
        reason: look.reason,
        request_no: look.request_no,
        fields: &fields,
    };
    store::insert_accesses(work, &person, subjects, &new)?;
    let object = match subjects {
        [one] => *one,
        _ => "",
    };
    let mut details = json!({ "purpose": look.purpose, "fields": fields });
    if let Some(map) = details.as_object_mut() {
        if object.is_empty() {
            map.insert("cases".to_owned(), json!(subjects));
        }
        if let Some(reason) = look.reason {
            map.insert("reason".to_owned(), json!(reason));
        }
        if let Some(number) = look.request_no {
            map.insert("request".to_owned(), json!(number));
        }
    }
    work.record("personal_data.shown", ("case", object), details);
    Ok(())
}
