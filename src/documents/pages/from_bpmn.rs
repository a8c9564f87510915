//! A new document from a BPMN file of another tool: its steps, and what of it could not be taken over.

use super::new;
use crate::bpmn::{BpmnRead, read_bpmn};
use crate::documents::role::Role;
use crate::documents::store;
use crate::procedures::{self, Source, fold, put_table};
use crate::render::{Words, bpmn_fault_text, unexpressed_text};
use crate::web::{Desk, Failure, Say, Upload, Uploads};
use crate::workflow::RoleCode;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;

/// The longest text that is carried in the form of a new document, in bytes.
const LONGEST_DRAFT: usize = 1 << 20;

/// What a BPMN file gave, as the page of a new document carries it.
#[derive(Debug, Serialize)]
pub(super) struct Taken {
    steps: Vec<StepTaken>,
    /// What could not be taken over, a sentence for each element.
    notes: Vec<String>,
    /// Roles that the office does not have.
    unknown_roles: Vec<String>,
    /// Steps, times and notes as the text of a document.
    draft: String,
}

#[derive(Debug, Serialize)]
struct StepTaken {
    code: String,
    name: String,
    roles: String,
}

/// The steps and notes that a form carries; nothing when it carries none.
pub(super) fn carried(draft: &str) -> Option<Source> {
    procedures::parse(draft)
        .document
        .filter(|source| !source.steps.is_empty())
}

/// What a form carries, for its page.
pub(super) fn taken(draft: &str, roles: &[Role]) -> Option<Taken> {
    let source = carried(draft)?;
    let known = |code: &str| roles.iter().find(|role| role.code == code);
    let steps = source.steps.iter().map(|step| {
        let names = step
            .roles
            .iter()
            .map(|code| known(code).map_or(code.as_str(), |role| role.name.as_str()));
        StepTaken {
            code: step.code.clone(),
            name: step.name.clone(),
            roles: names.collect::<Vec<_>>().join(", "),
        }
    });
    let mut unknown: Vec<String> = source.steps.iter().flat_map(|step| &step.roles).cloned().collect();
    unknown.retain(|code| known(code).is_none());
    unknown.sort_unstable();
    unknown.dedup();
    Some(Taken {
        steps: steps.collect(),
        notes: source
            .body
            .lines()
            .filter_map(|line| line.strip_prefix("- "))
            .map(str::to_owned)
            .collect(),
        unknown_roles: unknown,
        draft: draft.to_owned(),
    })
}

/// The role of the office that is called like a lane, in either language.
fn role_called(roles: &[Role], name: &str) -> Option<RoleCode> {
    let name = fold(name.trim());
    let is_called = |own: &str| !name.is_empty() && fold(own) == name;
    let role = roles
        .iter()
        .find(|role| is_called(&role.name) || is_called(&role.name_en))?;
    Some(RoleCode::new(role.code.as_str()))
}

/// The text that carries what was read: the steps, and the notes as the end of the body.
fn draft(desk: &Desk, words: &Words, read: &BpmnRead) -> String {
    let mut source = Source::default();
    put_table(&mut source, &read.table);
    if !read.unexpressed.is_empty() {
        source.body = format!("\n## {}\n\n", desk.word("documents.bpmn.notes", &[]));
        for own in &read.unexpressed {
            let text = unexpressed_text(words, desk.language(), own);
            let element: String = text.element.chars().filter(|letter| !letter.is_control()).collect();
            source.body.push_str(&format!("- {element}: {}.\n", text.message));
        }
    }
    procedures::write(&source)
}

/// Reads the file; nothing is kept until the form of the page is sent.
pub(super) async fn read(desk: Desk, sent: Uploads) -> Result<HttpResponse, Failure> {
    let file = sent
        .files
        .into_iter()
        .find(|file| file.field == "file" && !file.bytes.is_empty());
    let Some(file) = file else {
        return refused(&desk, Failure::Invalid(Say::new("documents.file.no_file"))).await;
    };
    match take(&desk, file).await? {
        Ok((title, draft)) => {
            let mut page = new::page(&desk).await?;
            page.typed.insert("title".to_owned(), title);
            page.carry(&desk, &draft).await?;
            desk.page(&page)
        }
        Err(failure) => refused(&desk, failure).await,
    }
}

/// The title and the text to carry.
async fn take(desk: &Desk, file: Upload) -> Result<Result<(String, String), Failure>, Failure> {
    let words = desk.site().pages.words();
    let read = desk.aside(move || read_bpmn(&file.bytes)).await?;
    let mut read = match read {
        Ok(read) => read,
        Err(fault) => {
            let says = bpmn_fault_text(words, desk.language(), &fault);
            return Ok(Err(Failure::Invalid(
                Say::new("documents.bpmn.unreadable").with("says", says),
            )));
        }
    };
    let roles = desk.read(|work| Ok::<_, Failure>(store::roles(work)?)).await?;
    let is_known = |code: &RoleCode| roles.iter().any(|role| role.code == code.as_str());
    read.recode_roles(|code, name| {
        if is_known(code) {
            None
        } else {
            role_called(&roles, name)
        }
    });
    let draft = draft(desk, words, &read);
    if draft.len() > LONGEST_DRAFT {
        return Ok(Err(Failure::Invalid(Say::new("documents.bpmn.too_large"))));
    }
    Ok(Ok((read.title, draft)))
}

async fn refused(desk: &Desk, failure: Failure) -> Result<HttpResponse, Failure> {
    let status: StatusCode = failure.status_code();
    let problem = Some(desk.sentence(&failure.said()?));
    let mut page = new::page(desk).await?;
    page.problem = problem;
    desk.page_with(status, &page)
}
