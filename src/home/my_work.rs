//! «Việc của tôi»: every step that is mine in every effective procedure, and my open cases.

use super::around::{Around, To, Way, around};
use super::cases::{MyCase, count, my_cases};
use crate::assignments;
use crate::documents::{self, Content, FormShown, Role, StepShown, TimeShown, VersionHead};
use crate::kernel::{DocumentId, Language, PersonId};
use crate::ledger::Work;
use crate::procedures::fold;
use crate::render::Words;
use crate::web::{Desk, Failure, Page};
use crate::workflow::{RoleCode, Step};
use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What a person narrows the list by.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
}

#[derive(Serialize)]
struct MyWorkPage {
    q: String,
    cases: Vec<MyCase>,
    case_count: usize,
    procedures: Vec<MyProcedure>,
    /// How many procedures have a step of mine, whatever is asked.
    all: usize,
    steps: usize,
}

impl Page for MyWorkPage {
    const TEMPLATE: &'static str = "home/my_work.html";
}

/// A procedure with the steps that are mine in it.
#[derive(Serialize)]
pub(super) struct MyProcedure {
    pub(super) code: String,
    /// Number of the version in force, and since when.
    pub(super) number: String,
    pub(super) effective_from: Option<chrono::NaiveDate>,
    pub(super) title: String,
    pub(super) field: String,
    pub(super) legal_basis: Vec<String>,
    pub(super) has_unverified: bool,
    pub(super) steps: Vec<MyStep>,
}

/// A step that is mine.
#[derive(Serialize)]
pub(super) struct MyStep {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) roles: Vec<String>,
    pub(super) times: Vec<TimeShown>,
    pub(super) counted: bool,
    pub(super) forms: Vec<FormShown>,
    pub(super) outputs: Vec<String>,
    pub(super) note: String,
    pub(super) begins: bool,
    pub(super) from: Vec<String>,
    pub(super) to: Vec<Onward>,
}

/// Who goes on after a step.
#[derive(Serialize)]
pub(super) struct Onward {
    pub(super) outcome: String,
    /// `completed`, `refused`, `withdrawn`, or empty when somebody goes on.
    pub(super) end: &'static str,
    pub(super) who: Vec<String>,
    pub(super) step: String,
}

/// What is read from the database for one person.
pub(super) struct Mine {
    roles: Vec<(RoleCode, Option<DocumentId>)>,
    catalogue: Vec<Role>,
    procedures: Vec<(VersionHead, Arc<Content>)>,
    cases: Vec<MyCase>,
}

pub(super) fn load(work: &mut Work<'_>, person: &PersonId) -> Result<Mine, Failure> {
    let today = work.actor.today();
    Ok(Mine {
        roles: assignments::book(work)?.roles_of(person, today),
        catalogue: documents::roles(work)?,
        procedures: documents::effective_procedures(work)?,
        cases: my_cases(work, person)?,
    })
}

/// Somebody who reads: the names of roles in the right language.
struct Reader<'a> {
    mine: &'a Mine,
    words: &'a Words,
    language: Language,
}

impl Reader<'_> {
    fn role(&self, code: &RoleCode) -> String {
        let found = self.mine.catalogue.iter().find(|role| role.code == code.as_str());
        found.map_or_else(
            || code.to_string(),
            |role| match self.language {
                Language::En if !role.name_en.is_empty() => role.name_en.clone(),
                Language::En | Language::Vi => role.name.clone(),
            },
        )
    }

    fn is_mine(&self, role: &RoleCode, document: &DocumentId) -> bool {
        let fits = |one: &Option<DocumentId>| one.as_ref().is_none_or(|one| one == document);
        self.mine.roles.iter().any(|(own, one)| own == role && fits(one))
    }

    fn procedure(&self, head: &VersionHead, content: &Content) -> Option<MyProcedure> {
        let is_mine = |step: &Step| step.roles.iter().any(|role| self.is_mine(role, &head.document_id));
        if !content.table.steps.iter().any(is_mine) {
            return None;
        }
        let shown = documents::shown(content, &self.mine.catalogue, self.words, self.language);
        let rows = content.table.steps.iter().zip(&shown.steps).zip(around(&content.table));
        let mine = rows.filter(|((step, _), _)| is_mine(step));
        Some(MyProcedure {
            code: head.code.clone(),
            number: head.issue.to_string(),
            effective_from: head.effective_from,
            title: shown.title.clone(),
            field: shown.field.clone(),
            legal_basis: shown.legal_basis.clone(),
            has_unverified: shown.has_unverified,
            steps: mine
                .map(|((step, row), around)| self.step((head, content), step, row, &around))
                .collect(),
        })
    }

    fn step(&self, (head, content): (&VersionHead, &Content), step: &Step, row: &StepShown, at: &Around) -> MyStep {
        let steps = &content.table.steps;
        let names = |step: &Step| step.roles.iter().map(|role| self.role(role)).collect::<Vec<_>>();
        let mut from: Vec<String> = at
            .from
            .iter()
            .filter_map(|row| steps.get(*row))
            .flat_map(names)
            .collect();
        from.sort_unstable();
        from.dedup();
        let onward = |way: &Way| {
            let (end, target) = match way.to {
                To::Row(row) => ("", steps.get(row)),
                To::End => ("completed", None),
                To::Refused => ("refused", None),
                To::Withdrawn => ("withdrawn", None),
            };
            Onward {
                outcome: way.outcome.clone().unwrap_or_default(),
                end,
                who: target.map(names).unwrap_or_default(),
                step: target.map(|step| step.code.to_string()).unwrap_or_default(),
            }
        };
        let own = step.roles.iter().filter(|role| self.is_mine(role, &head.document_id));
        MyStep {
            code: step.code.to_string(),
            name: step.name.clone(),
            roles: own.map(|role| self.role(role)).collect(),
            times: row.time_texts.clone(),
            counted: step.counted,
            forms: row.form_list.clone(),
            outputs: step.outputs.clone(),
            note: row.row.note.clone(),
            begins: at.begins,
            from,
            to: at.ways.iter().map(onward).collect(),
        }
    }
}

/// Keeps what was asked for: the steps that have all words, or every step when the procedure itself has them.
fn narrow(procedures: Vec<MyProcedure>, asked: &str) -> Vec<MyProcedure> {
    let asked = fold(asked);
    let words: Vec<&str> = asked.split_whitespace().collect();
    let has_all = |text: &str| words.iter().all(|word| text.contains(word));
    let keep = |mut procedure: MyProcedure| {
        let head = fold(&format!("{} {} {}", procedure.code, procedure.title, procedure.field));
        if !has_all(&head) {
            let text = |step: &MyStep| {
                let forms: Vec<&str> = step.forms.iter().flat_map(|form| [&*form.code, &*form.name]).collect();
                let own = [
                    &step.code,
                    &step.name,
                    &step.outputs.join(" "),
                    &step.roles.join(" "),
                    &forms.join(" "),
                ];
                fold(&own.map(String::as_str).join(" "))
            };
            procedure
                .steps
                .retain(|step| has_all(&format!("{head} {}", text(step))));
        }
        Some(procedure).filter(|procedure| !procedure.steps.is_empty())
    };
    procedures.into_iter().filter_map(keep).collect()
}

/// The procedures in force that have a step of the person, with those steps.
pub(super) fn procedures(mine: &Mine, words: &Words, language: Language) -> Vec<MyProcedure> {
    let reader = Reader { mine, words, language };
    let all = mine.procedures.iter();
    all.filter_map(|(head, content)| reader.procedure(head, content))
        .collect()
}

fn page(mine: &Mine, words: &Words, language: Language, asked: Asked) -> MyWorkPage {
    let procedures = procedures(mine, words, language);
    let all = procedures.len();
    let procedures = narrow(procedures, &asked.q);
    MyWorkPage {
        q: asked.q,
        all,
        steps: procedures.iter().map(|procedure| procedure.steps.len()).sum(),
        procedures,
        case_count: count(&mine.cases, |_| true),
        cases: mine.cases.clone(),
    }
}

pub(super) async fn show(desk: Desk, asked: web::Query<Asked>) -> Result<HttpResponse, Failure> {
    let person = desk.person()?.id.clone();
    let mine = desk.read(move |work| load(work, &person)).await?;
    let (pages, language, asked) = (desk.site().pages.clone(), desk.language(), asked.into_inner());
    // The first time all these texts are shown, each is drawn as well.
    let page = desk.aside(move || page(&mine, pages.words(), language, asked)).await?;
    desk.page(&page)
}
