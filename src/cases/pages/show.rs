//! The page of a case: its facts, where it stands, what was done, and what the reader may do next.

use super::applicants::{self, Applicants, Ask};
use super::forms::{CaseForms, StepForm};
use super::moves::{self, MoveView};
use super::picture;
use super::speech::Speech;
use crate::cases::actions::close::is_concerned;
use crate::cases::actions::concern::handles;
use crate::cases::actions::receive::missing;
use crate::cases::actions::refusal::Responsible;
use crate::cases::case::{CaseEvent, CaseHead};
use crate::cases::file::CaseFile;
use crate::cases::store;
use crate::documents;
use crate::kernel::{Permission, PersonId, VersionId, local};
use crate::ledger::Work;
use crate::people;
use crate::personal::Reason;
use crate::records::OfCaseShown;
use crate::web::{Desk, Failure, Form, Page};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use chrono::{NaiveDate, NaiveDateTime};
use serde::Serialize;
use std::collections::BTreeMap;

/// A case as its page shows it.
#[derive(Serialize)]
pub(super) struct CasePage {
    head: CaseHead,
    title: String,
    procedure: String,
    version_number: String,
    duration: Option<(String, String)>,
    received_by: String,
    applicant: Applicants,
    is_late: bool,
    is_paused: bool,
    moves: Vec<MoveView>,
    picture: Option<String>,
    events: Vec<EventView>,
    papers: Vec<PaperView>,
    /// The forms that were filled in this case.
    records: Vec<OfCaseShown>,
    /// Forms of steps that were done, which the reader may still fill.
    late_forms: Vec<(String, Vec<StepForm>)>,
    may_read_records: bool,
    missing: Vec<String>,
    off: Option<OffChoices>,
    may_close: bool,
    may_finish: bool,
    may_print: bool,
    now: String,
    typed: BTreeMap<String, String>,
    /// What was typed into a form that is not offered any more.
    kept: Option<Kept>,
    problem: Option<String>,
}

impl Page for CasePage {
    const TEMPLATE: &'static str = "cases/show.html";
}

#[derive(Serialize)]
struct EventView {
    #[serde(flatten)]
    event: CaseEvent,
    step_name: String,
    produced: Vec<String>,
    is_other_version: bool,
}

#[derive(Serialize)]
struct PaperView {
    number: i64,
    name: String,
    at: Option<NaiveDateTime>,
    at_intake: bool,
    condition: String,
}

/// What the form for work outside the workflow offers.
#[derive(Serialize)]
struct OffChoices {
    steps: Vec<(String, String)>,
    people: Vec<(PersonId, String)>,
    versions: Vec<(VersionId, String)>,
}

#[derive(Serialize)]
struct Kept {
    step: String,
    outcome: String,
    note: String,
}

pub(super) async fn show(desk: Desk, code: web::Path<String>) -> Result<HttpResponse, Failure> {
    let page = page(&desk, code.into_inner(), (None, Ask::Page)).await?;
    desk.page(&page)
}

/// The page of the case with the data of who asked shown whole.
pub(super) async fn opened(desk: &Desk, code: String, reason: Option<Reason>) -> Result<HttpResponse, Failure> {
    let page = page(desk, code, (None, Ask::Show(reason))).await?;
    desk.page(&page)
}

/// The page of the case after a refusal: the sentence on top, and what was typed.
pub(super) async fn again(
    desk: &Desk,
    code: String,
    form: Form,
    refusal: (StatusCode, String),
) -> Result<HttpResponse, Failure> {
    let mut page = page(desk, code, (Some(form), Ask::Page)).await?;
    page.problem = Some(refusal.1);
    desk.page_with(refusal.0, &page)
}

async fn page(desk: &Desk, code: String, (form, ask): (Option<Form>, Ask)) -> Result<CasePage, Failure> {
    let asked = Asked {
        speech: Speech::of(desk),
        form: form.unwrap_or_default(),
        person: desk.person()?.id.clone(),
        may_perform: desk.may(Permission::PerformSteps),
        may_touch: desk.may(Permission::PerformSteps) || desk.may(Permission::ReceiveCases),
        may_read_records: desk.may(Permission::ReadRecords),
    };
    let mut page = desk.read(move |work| prepare(work, &code, &asked)).await?;
    let handles = page.applicant.handles;
    page.applicant = applicants::of_case(desk, page.head.id.clone(), (handles, ask)).await?;
    Ok(page)
}

/// Who looks at a case, and what he or she typed.
pub(super) struct Asked {
    pub(super) speech: Speech,
    pub(super) form: Form,
    pub(super) person: PersonId,
    pub(super) may_perform: bool,
    may_touch: bool,
    may_read_records: bool,
}

fn prepare(work: &mut Work<'_>, code: &str, asked: &Asked) -> Result<CasePage, Failure> {
    let head = store::by_code(work, code)?;
    let file = CaseFile::of(work, head)?;
    let responsible = Responsible::load(work)?;
    let version = documents::head(work, &file.head.version_id)?;
    let papers = papers(work, &file)?;
    let forms = CaseForms::load(work, &file)?;
    let moves = moves::of(work, &file, (&responsible, &forms), asked)?;
    let late: Vec<usize> = moves.iter().filter(|one| one.is_late()).map(MoveView::row).collect();
    let picture = picture::picture(&file, &asked.speech, &responsible, &|row| late.contains(&row));
    let received_by = people::names(work, std::slice::from_ref(&file.head.received_by))?
        .into_values()
        .next();
    let handles = handles(work, &file.head)?;
    let is_open = file.head.ended.is_none();
    let (may_finish, is_paused) = open_state(&file);
    let may_close = asked.may_touch && is_open && is_concerned(work, &file)?;
    Ok(CasePage {
        title: file.content.source.title.clone(),
        procedure: version.code,
        version_number: version.issue.to_string(),
        duration: file
            .duration()
            .map(|row| (row.name.clone(), asked.speech.limit(&row.limit))),
        received_by: received_by.unwrap_or_default(),
        applicant: Applicants::closed(handles),
        is_late: file.head.is_late(work.actor.at),
        is_paused: is_paused && is_open,
        kept: kept(&asked.form, &moves),
        moves,
        picture,
        events: file.events.iter().map(|event| event_view(&file, event)).collect(),
        missing: missing_names(&file, &papers),
        papers,
        late_forms: late_forms(&forms, &file, &responsible, (asked, work.actor.today())),
        records: forms.records,
        may_read_records: asked.may_read_records,
        off: if asked.may_touch {
            Some(off_choices(work, &file)?)
        } else {
            None
        },
        may_close,
        may_finish: may_close && may_finish,
        may_print: handles,
        now: local(work.actor.at).format("%Y-%m-%dT%H:%M").to_string(),
        typed: asked.form.typed(),
        problem: None,
        head: file.head,
    })
}

/// The forms of steps that were done, which the reader may still fill.
fn late_forms(
    forms: &CaseForms,
    file: &CaseFile,
    responsible: &Responsible,
    (asked, today): (&Asked, NaiveDate),
) -> Vec<(String, Vec<StepForm>)> {
    if asked.may_perform && file.head.ended.is_none() {
        forms.of_done(file, responsible, (&asked.person, today))
    } else {
        Vec::new()
    }
}

/// The names of the papers that are missing.
fn missing_names(file: &CaseFile, papers: &[PaperView]) -> Vec<String> {
    let handed_in = papers.iter().filter(|paper| paper.at.is_some());
    let handed_in: Vec<i64> = handed_in.map(|paper| paper.number).collect();
    let missing = missing(&file.content, &handed_in);
    missing.map(|(_, item)| item.name.clone()).collect()
}

/// Whether the case may be finished, and whether its clock stands still.
fn open_state(file: &CaseFile) -> (bool, bool) {
    let Ok(plan) = file.plan() else { return (false, false) };
    let standing = file.standing(&plan);
    (standing.may_end(&plan).is_some(), standing.pauses().1.is_some())
}

/// What was typed for a step that the page does not offer to the reader any more.
fn kept(form: &Form, moves: &[MoveView]) -> Option<Kept> {
    let step = form
        .optional("step_code")
        .filter(|_| form.names().any(|name| name == "note"))?;
    let is_offered = moves.iter().any(|one| one.offers(step));
    let kept = Kept {
        step: step.to_owned(),
        outcome: form.text("outcome").to_owned(),
        note: form.text("note").to_owned(),
    };
    let is_empty = kept.note.is_empty() && kept.outcome.is_empty();
    (!is_offered && !is_empty).then_some(kept)
}

fn event_view(file: &CaseFile, event: &CaseEvent) -> EventView {
    let step = event
        .step_code
        .as_deref()
        .and_then(|code| file.content.table.steps.iter().find(|step| step.code.as_str() == code));
    let produced = event
        .outputs
        .iter()
        .filter_map(|place| step?.outputs.get(*place).cloned())
        .collect();
    EventView {
        step_name: step.map(|step| step.name.clone()).unwrap_or_default(),
        produced,
        is_other_version: event.version_id != file.head.version_id,
        event: event.clone(),
    }
}

fn papers(work: &mut Work<'_>, file: &CaseFile) -> Result<Vec<PaperView>, Failure> {
    let handed_in = store::papers(work, &file.head.id)?;
    let view = |(number, item): (i64, &crate::procedures::DossierItem)| {
        let found = handed_in.iter().find(|paper| paper.number == number);
        PaperView {
            number,
            name: item.name.clone(),
            at: found.map(|paper| paper.at),
            at_intake: found.is_some_and(|paper| paper.at_seq == 0),
            condition: item.condition.clone(),
        }
    };
    Ok((1_i64..).zip(&file.content.source.dossier).map(view).collect())
}

fn off_choices(work: &mut Work<'_>, file: &CaseFile) -> Result<OffChoices, Failure> {
    let people = people::persons(work)?
        .into_iter()
        .map(|person| (person.id, person.full_name))
        .collect();
    let versions = documents::heads_of(work, &file.head.document_id)?;
    let versions = versions.into_iter().filter(|head| head.effective_from.is_some());
    Ok(OffChoices {
        steps: file
            .content
            .table
            .steps
            .iter()
            .map(|step| (step.code.to_string(), step.name.clone()))
            .collect(),
        people,
        versions: versions.map(|head| (head.id, head.issue.to_string())).collect(),
    })
}
