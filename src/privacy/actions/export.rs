//! Everything that the office holds of one person: who asked for it is a registered request, and each case that is opened
//! for it leaves its trace.

use crate::cases::{self, CaseHead};
use crate::documents;
use crate::forms::Values;
use crate::kernel::{CaseId, Permission, local};
use crate::ledger::Work;
use crate::people::{self, must};
use crate::personal::{self, Field, Look, Opened, Purpose};
use crate::privacy::request::Request;
use crate::records;
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
    /// Their cases, the newest first.
    pub(in crate::privacy) cases: Vec<CaseHead>,
}

/// Opens who asks, and finds their cases by name and number.
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
    let asked = personal::look_at_forms(work, &form, Purpose::Request)?.remove(&request.id);
    let mut found: Vec<CaseId> = Vec::new();
    for field in [Field::IdNumber, Field::Phone] {
        let number = opened.text(field);
        if !number.is_empty() {
            found.extend(personal::find_person(work, opened.text(Field::FullName), number)?);
        }
    }
    found.sort_unstable();
    found.dedup();
    Ok(Asker {
        asked: asked.unwrap_or_default(),
        cases: cases::heads(work, &found)?,
        opened,
    })
}

/// One filled form of a case.
#[derive(Debug, Serialize)]
pub(in crate::privacy) struct FormTaken {
    pub(in crate::privacy) code: String,
    pub(in crate::privacy) form: String,
    pub(in crate::privacy) at: NaiveDateTime,
    pub(in crate::privacy) answers: Values,
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
    pub(in crate::privacy) cases: Vec<CaseTaken>,
}

/// Takes out everything that the office holds of who asks.
///
/// # Errors
/// [`Failure::Forbidden`]; when the keys or the database fail.
pub(in crate::privacy) fn take_out(work: &mut Work<'_>, request: &Request) -> Result<Taken, Failure> {
    let who = asker(work, request)?;
    let ids: Vec<CaseId> = who.cases.iter().map(|head| head.id.clone()).collect();
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
    let mut taken = Vec::with_capacity(who.cases.len());
    for head in &who.cases {
        let own = opened.remove(&head.id).unwrap_or_default();
        taken.push(one(work, head, own.values)?);
    }
    let details = json!({ "number": request.number, "cases": ids });
    work.record("personal_data.taken_out", ("data_request", &request.id), details);
    Ok(Taken {
        agency: people::agency_name(work)?,
        request: request.number,
        taken_on: local(work.actor.at).format("%d/%m/%Y %H:%M").to_string(),
        person: who.opened.values,
        cases: taken,
    })
}

fn one(work: &mut Work<'_>, head: &CaseHead, applicant: BTreeMap<Field, String>) -> Result<CaseTaken, Failure> {
    let version = documents::head(work, &head.version_id)?;
    let steps = cases::events(work, &head.id)?.into_iter().map(|event| StepTaken {
        step: event.step_code.unwrap_or_default(),
        done_at: event.done_at,
        outcome: event.outcome.unwrap_or_default(),
        note: event.note,
    });
    let steps = steps.collect();
    let forms = records::opened_of_case(work, &head.id, Purpose::Request)?;
    let forms = forms.into_iter().map(|filled| FormTaken {
        code: filled.record.code,
        form: filled.record.form_code,
        at: filled.record.at,
        answers: filled.values,
    });
    Ok(CaseTaken {
        code: head.code.clone(),
        procedure: version.title,
        received_at: head.received_at,
        ended: head.ended.map(|ended| ended.as_str().to_owned()),
        ended_at: head.ended_at,
        applicant,
        steps,
        forms: forms.collect(),
    })
}
