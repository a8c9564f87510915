//! Receiving a case: choosing the procedure, then the checklist of papers, the promised day, and who asks.

use super::speech::{Speech, refused};
use crate::assignments::{self, Standing as Assigned};
use crate::calendar;
use crate::cases::actions::receive::{self as act, NewCase};
use crate::cases::case::Applicant;
use crate::cases::clock;
use crate::documents::{self, Content, VersionHead};
use crate::kernel::{DocumentId, PersonId, to_utc};
use crate::ledger::Work;
use crate::procedures::{Kind, Mode, fold};
use crate::web::{Desk, Failure, Faults, Form, Page, Say};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The kind of documents that handle what people ask for.
pub(super) const KIND: &str = "work_procedure";
/// The longest field of a form, in characters.
const LONGEST: usize = 300;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    procedure: String,
    #[serde(default)]
    text: String,
}

#[derive(Serialize)]
struct ChoosePage {
    text: String,
    found: Vec<VersionHead>,
}

impl Page for ChoosePage {
    const TEMPLATE: &'static str = "cases/choose.html";
}

#[derive(Serialize)]
struct NewPage {
    #[serde(flatten)]
    view: View,
    typed: BTreeMap<String, String>,
    faults: Faults,
    problem: Option<String>,
    missing: Option<String>,
}

impl Page for NewPage {
    const TEMPLATE: &'static str = "cases/new.html";
}

/// What the form for a procedure offers.
#[derive(Serialize)]
struct View {
    code: String,
    title: String,
    number: String,
    conditions: String,
    fee: String,
    sets: Option<u32>,
    papers: Vec<PaperLine>,
    durations: Vec<DurationChoice>,
    first: Option<FirstStep>,
}

#[derive(Serialize)]
struct PaperLine {
    number: i64,
    name: String,
    is_submitted: bool,
    originals: u32,
    copies: u32,
    form: String,
    condition: String,
    is_ticked: bool,
}

#[derive(Serialize)]
struct DurationChoice {
    code: String,
    name: String,
    limit: String,
    note: String,
    promised_at: Option<NaiveDateTime>,
    is_chosen: bool,
}

/// The step that the receiver performs at once.
#[derive(Serialize)]
struct FirstStep {
    code: String,
    name: String,
    outcomes: Vec<String>,
}

pub(super) async fn show(desk: Desk, asked: web::Query<Asked>) -> Result<HttpResponse, Failure> {
    let asked = asked.into_inner();
    if asked.procedure.trim().is_empty() {
        let text = asked.text.trim().to_owned();
        let wanted = fold(&text);
        let found = desk.read(|work| Ok::<_, Failure>(documents::effective(work)?)).await?;
        let fits = |head: &VersionHead| {
            let words = fold(&format!("{} {} {}", head.code, head.title, head.field));
            head.kind == KIND && wanted.split_whitespace().all(|word| words.contains(word))
        };
        let found = found.into_iter().filter(fits).collect();
        return desk.page(&ChoosePage { text, found });
    }
    let view = view(&desk, asked.procedure.trim().to_owned(), &Form::default()).await?;
    let page = NewPage {
        view,
        typed: BTreeMap::new(),
        faults: Faults::default(),
        problem: None,
        missing: None,
    };
    desk.page(&page)
}

async fn view(desk: &Desk, code: String, form: &Form) -> Result<View, Failure> {
    let speech = Speech::of(desk);
    let person = desk.person()?.id.clone();
    let ticked = numbers(form, "paper");
    let chosen = form.text("duration").to_owned();
    desk.read(move |work| {
        let document = documents::document_by_code(work, &code)?;
        let today = work.actor.today();
        let version = documents::effective_on(work, &document, today)?;
        let no_version = || Failure::Conflict(Say::new("cases.no_version").with("day", today.format("%d/%m/%Y")));
        let version = version.ok_or_else(no_version)?;
        let content = documents::content_of(work, &version.id)?;
        if content.workflow.is_none() || content.source.kind != Kind::WorkProcedure {
            return Err(Failure::Conflict(Say::new("cases.no_workflow")));
        }
        let durations = durations(work, &content, &speech, &chosen)?;
        let first = first_step(work, &content, &document, &person)?;
        Ok(View {
            code,
            title: version.title,
            number: version.issue.to_string(),
            conditions: content.source.conditions.clone(),
            fee: content.source.fee.clone(),
            sets: content.source.sets,
            papers: papers(&content, &ticked),
            durations,
            first,
        })
    })
    .await
}

fn papers(content: &Content, ticked: &BTreeSet<i64>) -> Vec<PaperLine> {
    let line = |(number, item): (i64, &crate::procedures::DossierItem)| PaperLine {
        number,
        name: item.name.clone(),
        is_submitted: item.mode == Mode::Submit,
        originals: item.originals,
        copies: item.copies,
        form: item.form.clone(),
        condition: item.condition.clone(),
        is_ticked: ticked.contains(&number),
    };
    (1_i64..).zip(&content.source.dossier).map(line).collect()
}

fn durations(
    work: &mut Work<'_>,
    content: &Content,
    speech: &Speech,
    chosen: &str,
) -> Result<Vec<DurationChoice>, Failure> {
    let calendar = calendar::working_calendar(work)?;
    let now = work.actor.at;
    let choice = |(place, row): (usize, &crate::procedures::DurationRow)| DurationChoice {
        code: row.code.clone(),
        name: row.name.clone(),
        limit: speech.limit(&row.limit),
        note: row.note.clone(),
        promised_at: clock::promised(&calendar, now, row),
        is_chosen: if chosen.is_empty() {
            place == 0
        } else {
            row.code == chosen
        },
    };
    Ok(content.source.durations.iter().enumerate().map(choice).collect())
}

/// The step that comes first, when the receiver is assigned to it.
fn first_step(
    work: &mut Work<'_>,
    content: &Content,
    document: &DocumentId,
    person: &PersonId,
) -> Result<Option<FirstStep>, Failure> {
    let Some(workflow) = &content.workflow else {
        return Ok(None);
    };
    let book = assignments::book(work)?;
    let day = work.actor.today();
    let rows = workflow.begin().allowed(workflow);
    let own = rows
        .into_iter()
        .filter_map(|row| content.table.steps.get(row))
        .find(|step| {
            step.roles
                .iter()
                .any(|role| book.standing(person, role, document, day) == Assigned::Assigned)
        });
    Ok(own.map(|step| FirstStep {
        code: step.code.to_string(),
        name: step.name.clone(),
        outcomes: step.next.iter().filter_map(|next| next.outcome.clone()).collect(),
    }))
}

/// The numbers that were ticked under one name.
pub(super) fn numbers(form: &Form, name: &str) -> BTreeSet<i64> {
    form.all(name).iter().filter_map(|text| text.parse().ok()).collect()
}

pub(super) async fn receive(desk: Desk, form: Form) -> Result<HttpResponse, Failure> {
    let mut faults = Faults::default();
    let code = form.text("procedure").to_owned();
    let applicant = Applicant {
        full_name: form.needed("full_name", LONGEST, &mut faults),
        address: form.needed("address", LONGEST, &mut faults),
        phone: form.text("phone").to_owned(),
        id_number: form.text("id_number").to_owned(),
    };
    if !act::is_id_number(&applicant.id_number) {
        faults.add("id_number", "cases.no_id_number");
    }
    if applicant.phone.chars().count() > LONGEST {
        faults.add("phone", "form.too_long");
    }
    let received_at = form.moment("received_at", &mut faults).map(to_utc);
    let view = view(&desk, code.clone(), &form).await?;
    let needs_outcome = view.first.as_ref().is_some_and(|first| first.outcomes.len() > 1);
    if needs_outcome && form.optional("first_outcome").is_none() {
        faults.add("first_outcome", "cases.choose_outcome");
    }
    let mut page = NewPage {
        view,
        typed: form.typed(),
        faults,
        problem: None,
        missing: None,
    };
    if !page.faults.is_empty() {
        return desk.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let (duration_code, missing_ok) = (form.text("duration").to_owned(), form.is_ticked("missing_ok"));
    let papers: Vec<i64> = numbers(&form, "paper").into_iter().collect();
    let first_outcome = form.optional("first_outcome").map(ToOwned::to_owned);
    let deed = move |work: &mut Work<'_>| {
        let document = documents::document_by_code(work, &code)?;
        let new = NewCase {
            document,
            duration_code,
            applicant,
            papers,
            missing_ok,
            received_at,
            first_outcome,
            first_outputs: None,
        };
        act::receive(work, &new)
    };
    match desk.try_change(deed).await? {
        Ok(received) => Ok(desk.done(format!("/cases/{}", received.code), "cases.received")),
        Err(failure) => {
            let is_missing = matches!(&failure, Failure::Conflict(say) if say.key == "cases.papers_missing");
            let (status, sentence) = refused(&desk, failure)?;
            // Missing papers are a question to the desk, not a wall: the page then offers to go on.
            page.missing = is_missing.then(|| sentence.clone());
            page.problem = (!is_missing).then_some(sentence);
            desk.page_with(status, &page)
        }
    }
}
