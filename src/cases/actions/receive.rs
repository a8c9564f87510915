//! Receiving a case: the version in force, the promised moment, the code, and the first step at once.

use super::perform::{NewStep, actor, known_papers, perform_on};
use crate::assignments::{self, Standing as Assigned};
use crate::calendar;
use crate::cases::case::{Applicant, CaseHead, Paper};
use crate::cases::clock;
use crate::cases::file::{CaseFile, rebuild};
use crate::cases::store;
use crate::documents::{self, Content};
use crate::kernel::{CaseId, DocumentId, Permission, local};
use crate::ledger::{Work, next_number};
use crate::people::{self, must};
use crate::personal::{self, Field, Value};
use crate::procedures::{DossierItem, DurationRow, Mode};
use crate::web::{Failure, Say};
use chrono::{NaiveDate, NaiveDateTime};
use serde::Serialize;
use serde_json::json;

/// The longest name, address or telephone number, in characters.
const LONGEST: usize = 300;

/// A case that is about to be received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCase {
    /// The procedure.
    pub document: DocumentId,
    /// The duration case; empty when the procedure states none.
    pub duration_code: String,
    /// Who asks.
    pub applicant: Applicant,
    /// The papers that were handed in or shown: numbers in the dossier, from 1.
    pub papers: Vec<i64>,
    /// True to receive the case although papers that must be handed in are missing.
    pub missing_ok: bool,
    /// When it was received, UTC; `None` for now. Never in the future.
    pub received_at: Option<NaiveDateTime>,
    /// The outcome of the first step, when it names several. Without it such a step is left waiting.
    pub first_outcome: Option<String>,
    /// What the first step produced: places in its list of outputs, from 0; `None` for all.
    pub first_outputs: Option<Vec<usize>>,
}

/// What the desk tells the applicant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Received {
    /// The case.
    pub id: CaseId,
    /// The code on the receipt.
    pub code: String,
}

/// Receives a case on the version in force on the day of receipt. When the receiver is assigned to a step that comes
/// first, it is performed in the same change, unless its outcome is left open.
///
/// # Errors
/// [`Failure::Conflict`] when no version was in force, it has no workflow, or papers are missing; [`Failure::Invalid`]
/// for an unknown duration case or paper, a time in the future, or an applicant without a name.
pub fn receive(work: &mut Work<'_>, new: &NewCase) -> Result<Received, Failure> {
    must(work.actor, Permission::ReceiveCases)?;
    let person = actor(work)?;
    let received_at = new.received_at.unwrap_or(work.actor.at);
    if received_at > work.actor.at {
        return Err(Failure::Invalid(Say::new("cases.in_future")));
    }
    let day = local(received_at).date();
    let version = documents::effective_on(work, &new.document, day)?
        .ok_or_else(|| Failure::Conflict(Say::new("cases.no_version").with("day", day.format("%d/%m/%Y"))))?;
    let content = documents::content_of(work, &version.id)?;
    if content.workflow.is_none() {
        return Err(Failure::Conflict(Say::new("cases.no_workflow")));
    }
    let duration = duration(&content, &new.duration_code)?;
    let papers = known_papers(&content, &new.papers)?;
    must_be_complete(&content, &papers, new.missing_ok)?;
    let applicant = applicant(&new.applicant)?;
    let calendar = calendar::working_calendar(work)?;
    let promised_at = duration.and_then(|row| clock::promised(&calendar, received_at, row));
    let id = CaseId::new();
    let head = CaseHead {
        id: id.clone(),
        code: next_code(work, day)?,
        document_id: new.document.clone(),
        version_id: version.id,
        duration_code: duration.map(|row| row.code.clone()).unwrap_or_default(),
        received_at,
        promised_at,
        received_by: person.id,
        due_at: promised_at,
        last_seq: 0,
        ended: None,
        ended_at: None,
    };
    let received = Received {
        id: id.clone(),
        code: head.code.clone(),
    };
    store::insert_case(work, &head)?;
    keep_applicant(work, &id, applicant)?;
    let at_intake = |number: &i64| Paper {
        number: *number,
        at_seq: 0,
        at: received_at,
    };
    store::add_papers(work, &id, &papers.iter().map(at_intake).collect::<Vec<_>>())?;
    let details = json!({
        "code": head.code, "document": head.document_id, "version": head.version_id,
        "missing": missing(&content, &papers).map(|(number, _)| number).collect::<Vec<_>>(),
    });
    work.record("case.received", ("case", id.as_str()), details);
    rebuild(work, &id)?;
    perform_first(work, &id, new)?;
    Ok(received)
}

/// Performs the first step when the receiver is assigned to it.
fn perform_first(work: &mut Work<'_>, id: &CaseId, new: &NewCase) -> Result<(), Failure> {
    let file = CaseFile::open(work, id)?;
    let person = actor(work)?;
    let plan = file.plan()?;
    let book = assignments::book(work)?;
    let day = local(file.head.received_at).date();
    let standing = file.standing(&plan);
    let own = standing
        .open()
        .filter_map(|open| plan.table.steps.get(open.row))
        .find(|step| {
            let standing = |role| book.standing(&person.id, role, &file.head.document_id, day);
            step.roles.iter().any(|role| standing(role) == Assigned::Assigned)
        });
    let Some(step) = own else { return Ok(()) };
    let outcomes = step.next.iter().filter(|next| next.outcome.is_some()).count();
    if outcomes > 1 && new.first_outcome.is_none() {
        return Ok(());
    }
    let step = NewStep {
        step_code: step.code.to_string(),
        outcome: new.first_outcome.clone(),
        note: String::new(),
        outputs: new
            .first_outputs
            .clone()
            .unwrap_or_else(|| (0..step.outputs.len()).collect()),
        papers: Vec::new(),
        done_at: Some(file.head.received_at),
    };
    perform_on(work, &file, &step)
}

/// The duration case with this code; the ordinary one when none is named.
fn duration<'c>(content: &'c Content, code: &str) -> Result<Option<&'c DurationRow>, Failure> {
    let durations = &content.source.durations;
    if code.is_empty() {
        return Ok(durations.first());
    }
    let found = durations.iter().find(|row| row.code == code);
    found
        .map(Some)
        .ok_or_else(|| Failure::Invalid(Say::new("cases.unknown_duration")))
}

/// The papers that must always be handed in and are not among `papers`, with their numbers.
pub(in crate::cases) fn missing<'c>(
    content: &'c Content,
    papers: &'c [i64],
) -> impl Iterator<Item = (i64, &'c DossierItem)> + 'c {
    let needed = |item: &DossierItem| item.mode == Mode::Submit && item.condition.is_empty();
    (1_i64..)
        .zip(&content.source.dossier)
        .filter(move |(number, item)| needed(item) && !papers.contains(number))
}

fn must_be_complete(content: &Content, papers: &[i64], missing_ok: bool) -> Result<(), Failure> {
    let names: Vec<&str> = missing(content, papers).map(|(_, item)| item.name.as_str()).collect();
    if names.is_empty() || missing_ok {
        return Ok(());
    }
    Err(Failure::Conflict(
        Say::new("cases.papers_missing").with("papers", names.join("; ")),
    ))
}

fn applicant(given: &Applicant) -> Result<Applicant, Failure> {
    let trimmed = |text: &str| text.trim().to_owned();
    let applicant = Applicant {
        full_name: trimmed(&given.full_name),
        address: trimmed(&given.address),
        phone: trimmed(&given.phone),
        id_number: given.id_number.chars().filter(|sign| !sign.is_whitespace()).collect(),
    };
    if applicant.full_name.is_empty() {
        return Err(Failure::Invalid(Say::new("cases.no_applicant")));
    }
    if [&applicant.full_name, &applicant.address, &applicant.phone]
        .iter()
        .any(|text| text.chars().count() > LONGEST)
    {
        return Err(Failure::Invalid(Say::new("form.too_long")));
    }
    if !is_id_number(&applicant.id_number) {
        return Err(Failure::Invalid(Say::new("cases.no_id_number")));
    }
    Ok(applicant)
}

/// Whether a text is a personal identification number, an older one of nine digits, or nothing.
pub(in crate::cases) fn is_id_number(text: &str) -> bool {
    let digits: Vec<char> = text.chars().filter(|sign| !sign.is_whitespace()).collect();
    [0, 9, 12].contains(&digits.len()) && digits.iter().all(char::is_ascii_digit)
}

/// Seals who asked, under the key of the case.
fn keep_applicant(work: &mut Work<'_>, id: &CaseId, applicant: Applicant) -> Result<(), Failure> {
    let values = [
        Value::Of(Field::FullName, applicant.full_name),
        Value::Of(Field::Address, applicant.address),
        Value::Of(Field::Phone, applicant.phone),
        Value::Of(Field::IdNumber, applicant.id_number),
    ];
    personal::keep(work, (id.as_str(), Some(id)), &values)
}

/// The next code of the day: prefix of the agency, year, month and day, and a number without gaps.
fn next_code(work: &mut Work<'_>, day: NaiveDate) -> Result<String, Failure> {
    let prefix = people::case_prefix(work)?;
    let day = day.format("%y%m%d").to_string();
    let number = next_number(work, &format!("case:{day}"))?;
    Ok(format!("{prefix}-{day}-{number:04}"))
}
