//! Everything that the office holds of one person: who asked for it is a registered request, and each case that is opened
//! for it leaves its trace.

use crate::cases::{self, CaseHead};
use crate::documents;
use crate::forms::Values;
use crate::kernel::{CaseId, Permission, local};
use crate::ledger::Work;
use crate::people::{self, must};
use crate::personal::{self, Field, Look, Opened, Purpose};
use crate::privacy::request::{Named, Request};
use crate::records::{self, Filled, Record};
use crate::web::Failure;
use chrono::NaiveDateTime;
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeMap;

/// What is known of who asks, opened.
pub(in crate::privacy) struct Asker {
    pub(in crate::privacy) opened: Opened,
    /// What is asked, in their words.
    pub(in crate::privacy) asked: String,
    /// What bears their name and number.
    pub(in crate::privacy) own: Held,
    /// What may be theirs: a case or form with the number and another name, or a form with the name and no number. A
    /// person says whether it is.
    pub(in crate::privacy) perhaps: Held,
}

/// Cases, the newest first, and forms that were filled outside of cases, the oldest first.
pub(in crate::privacy) struct Held {
    pub(in crate::privacy) cases: Vec<CaseHead>,
    pub(in crate::privacy) forms: Vec<Record>,
}

fn held(work: &mut Work<'_>, subjects: &[String]) -> Result<Held, Failure> {
    let ids: Vec<CaseId> = subjects.iter().cloned().map(CaseId::of).collect();
    Ok(Held {
        cases: cases::heads(work, &ids)?,
        forms: records::outside(work, subjects)?,
    })
}

/// Opens who asks, and finds their cases, and their forms outside of cases, by name and number: all of them.
///
/// # Errors
/// [`Failure::Forbidden`]; when the keys or the database fail.
pub(in crate::privacy) fn asker(work: &mut Work<'_>, request: &Request) -> Result<Asker, Failure> {
    must(work.actor, Permission::ManagePersonalData)?;
    let subject = CaseId::of(request.id.clone());
    let look = Look {
        purpose: Purpose::Request,
        reason: None,
        request_no: Some(request.number),
        fields: &[Field::FullName, Field::IdNumber, Field::Phone],
        masked: &[],
    };
    let opened = personal::look(work, std::slice::from_ref(&subject), &look)?;
    let opened = opened.into_values().next().unwrap_or_default();
    let form = [(request.id.clone(), request.id.clone())];
    let asked = personal::look_at_forms(work, &form, (Purpose::Request, Some(request.number)))?;
    let numbers = [opened.text(Field::IdNumber), opened.text(Field::Phone)];
    let found = personal::find_person(work, opened.text(Field::FullName), &numbers)?;
    let mut perhaps = held(work, &found.by_number)?;
    // Cases of another person of the same name have another number; a form need not ask for any.
    let named = records::outside(work, &found.by_name)?;
    perhaps.forms.extend(named);
    Ok(Asker {
        asked: asked.into_values().next().unwrap_or_default(),
        own: held(work, &found.sure)?,
        perhaps,
        opened,
    })
}

/// One filled form.
#[derive(Debug, Serialize)]
pub(in crate::privacy) struct FormTaken {
    pub(in crate::privacy) code: String,
    pub(in crate::privacy) form: String,
    pub(in crate::privacy) at: NaiveDateTime,
    pub(in crate::privacy) answers: Values,
    /// When the key of the personal answers was given up as lost; they are missing then.
    pub(in crate::privacy) lost_with_keys_at: Option<NaiveDateTime>,
}

/// One step of a case.
#[derive(Debug, Serialize)]
pub(in crate::privacy) struct StepTaken {
    pub(in crate::privacy) step: String,
    pub(in crate::privacy) done_at: NaiveDateTime,
    pub(in crate::privacy) outcome: String,
    pub(in crate::privacy) note: String,
}

/// One case of the person.
#[derive(Debug, Serialize)]
pub(in crate::privacy) struct CaseTaken {
    pub(in crate::privacy) code: String,
    pub(in crate::privacy) procedure: String,
    pub(in crate::privacy) received_at: NaiveDateTime,
    pub(in crate::privacy) ended: Option<String>,
    pub(in crate::privacy) ended_at: Option<NaiveDateTime>,
    pub(in crate::privacy) applicant: BTreeMap<Field, String>,
    /// When the key of the applicant's data was given up as lost; they are missing then.
    pub(in crate::privacy) lost_with_keys_at: Option<NaiveDateTime>,
    pub(in crate::privacy) steps: Vec<StepTaken>,
    pub(in crate::privacy) forms: Vec<FormTaken>,
}

/// Everything of one person. Moments are UTC.
#[derive(Debug, Serialize)]
pub(in crate::privacy) struct Taken {
    pub(in crate::privacy) agency: String,
    pub(in crate::privacy) request: i64,
    pub(in crate::privacy) taken_on: String,
    pub(in crate::privacy) person: BTreeMap<Field, String>,
    /// What was sealed before this was lost with its keys, and is found by no name or number.
    pub(in crate::privacy) lost_with_keys_at: Option<NaiveDateTime>,
    pub(in crate::privacy) cases: Vec<CaseTaken>,
    /// Forms that were filled outside of cases.
    pub(in crate::privacy) forms: Vec<FormTaken>,
}

/// Takes out everything that the office holds of who asks, with what somebody said is theirs too.
///
/// # Errors
/// [`Failure::Forbidden`]; 404 for what was said to be theirs and bears neither their name nor number; when the keys or the
/// database fail.
pub(in crate::privacy) fn take_out(work: &mut Work<'_>, request: &Request, also: &Named) -> Result<Taken, Failure> {
    let mut who = asker(work, request)?;
    let Held { cases, forms } = who.perhaps;
    who.own
        .cases
        .extend(cases.into_iter().filter(|head| also.cases.contains(&head.id)));
    who.own
        .forms
        .extend(forms.into_iter().filter(|record| also.records.contains(&record.id)));
    let is_found = also
        .cases
        .iter()
        .all(|id| who.own.cases.iter().any(|head| head.id == *id))
        && also
            .records
            .iter()
            .all(|id| who.own.forms.iter().any(|record| record.id == *id));
    if !is_found {
        return Err(Failure::NotFound);
    }
    let ids: Vec<CaseId> = who.own.cases.iter().map(|head| head.id.clone()).collect();
    let look = Look {
        purpose: Purpose::Request,
        reason: None,
        request_no: Some(request.number),
        fields: Field::ALL,
        masked: &[],
    };
    let mut opened = if ids.is_empty() {
        BTreeMap::new()
    } else {
        personal::look(work, &ids, &look)?
    };
    let mut taken = Vec::with_capacity(who.own.cases.len());
    for head in &who.own.cases {
        let own = opened.remove(&head.id).unwrap_or_default();
        taken.push(one(work, (head, request.number), own)?);
    }
    let records: Vec<String> = who.own.forms.iter().map(|record| record.id.clone()).collect();
    let forms = records::opened(work, who.own.forms, (Purpose::Request, Some(request.number)))?;
    let details = json!({ "number": request.number, "cases": ids, "forms": records });
    work.record("personal_data.taken_out", ("data_request", &request.id), details);
    Ok(Taken {
        agency: people::agency_name(work)?,
        request: request.number,
        taken_on: local(work.actor.at).format("%d/%m/%Y %H:%M").to_string(),
        person: who.opened.values,
        cases: taken,
        forms: form_taken(work, forms)?,
        lost_with_keys_at: personal::last_loss(work)?,
    })
}

fn form_taken(work: &mut Work<'_>, forms: Vec<Filled>) -> Result<Vec<FormTaken>, Failure> {
    let ids: Vec<String> = forms.iter().map(|filled| filled.record.id.clone()).collect();
    let lost = personal::lost_forms(work, &ids)?;
    let one = |filled: Filled| FormTaken {
        lost_with_keys_at: lost.get(&filled.record.id).copied(),
        code: filled.record.code,
        form: filled.record.form_code,
        at: filled.record.at,
        answers: filled.values,
    };
    Ok(forms.into_iter().map(one).collect())
}

fn one(work: &mut Work<'_>, (head, request): (&CaseHead, i64), opened: Opened) -> Result<CaseTaken, Failure> {
    let version = documents::head(work, &head.version_id)?;
    let steps = cases::events(work, &head.id)?.into_iter().map(|event| StepTaken {
        step: event.step_code.unwrap_or_default(),
        done_at: event.done_at,
        outcome: event.outcome.unwrap_or_default(),
        note: event.note,
    });
    let steps = steps.collect();
    let forms = records::opened_of_case(work, &head.id, (Purpose::Request, Some(request)))?;
    Ok(CaseTaken {
        code: head.code.clone(),
        procedure: version.title,
        received_at: head.received_at,
        ended: head.ended.map(|ended| ended.as_str().to_owned()),
        ended_at: head.ended_at,
        applicant: opened.values,
        lost_with_keys_at: opened.lost_at,
        steps,
        forms: form_taken(work, forms)?,
    })
}
