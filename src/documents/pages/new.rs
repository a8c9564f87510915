//! A new document: its kind, code and title; the rest is written in the editor.

use super::from_bpmn::{Taken, carried, taken};
use crate::documents::actions::write;
use crate::documents::store;
use crate::kernel::Language;
use crate::procedures::{Kind, Source, StepRow, Tthc};
use crate::web::{Desk, Failure, Faults, Form, Page};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
pub(super) struct NewPage {
    kinds: Vec<&'static str>,
    fields: Vec<String>,
    pub(super) typed: BTreeMap<String, String>,
    faults: Faults,
    pub(super) problem: Option<String>,
    /// What a BPMN file gave.
    taken: Option<Taken>,
}

impl Page for NewPage {
    const TEMPLATE: &'static str = "documents/new.html";
}

impl NewPage {
    /// Shows what a BPMN file gave, and carries it in the form.
    pub(super) async fn carry(&mut self, desk: &Desk, draft: &str) -> Result<(), Failure> {
        if !draft.is_empty() {
            let roles = desk.read(|work| Ok::<_, Failure>(store::roles(work)?)).await?;
            self.taken = taken(draft, &roles);
        }
        Ok(())
    }
}

pub(super) async fn page(desk: &Desk) -> Result<NewPage, Failure> {
    let fields = desk.read(|work| Ok::<_, Failure>(store::fields(work)?)).await?;
    let kinds = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
    let typed = [("kind".to_owned(), Kind::default().as_str().to_owned())].into();
    Ok(NewPage {
        kinds,
        fields,
        typed,
        faults: Faults::default(),
        problem: None,
        taken: None,
    })
}

/// The form; kind, field and code may come from where the next free code was asked for.
pub(super) async fn form(desk: Desk) -> Result<HttpResponse, Failure> {
    let mut page = page(&desk).await?;
    let asked = desk.query().into_iter();
    let known = asked.filter(|(name, _)| matches!(name.as_str(), "kind" | "field" | "code"));
    page.typed.extend(known);
    desk.page(&page)
}

/// A text to begin with: a procedure for a TTHC has the seven sections and two steps, so that it can be read.
fn beginning(form: &Form, faults: &mut Faults, word: impl Fn(&str) -> String) -> Source {
    let kind = Kind::from_text(form.text("kind")).unwrap_or_default();
    let mut source = Source {
        code: form.needed("code", 64, faults),
        kind,
        title: form.needed("title", 300, faults),
        title_en: form.text("title_en").to_owned(),
        field: form.text("field").to_owned(),
        review_months: Some(12),
        change_summary: word("documents.new.change_summary"),
        body: word("documents.new.body"),
        ..Source::default()
    };
    if kind == Kind::WorkProcedure {
        source.field = form.needed("field", 120, faults);
        let tthc = Tthc {
            code: form.needed("tthc_code", 40, faults),
            name: source.title.clone(),
        };
        source.tthc = vec![tthc];
    }
    if matches!(kind, Kind::WorkProcedure | Kind::SystemProcedure) {
        let step = |code: &str, name: &str| StepRow {
            code: code.to_owned(),
            name: word(name),
            ..StepRow::default()
        };
        source.steps = vec![
            step("B1", "documents.new.first_step"),
            step("B2", "documents.new.last_step"),
        ];
    }
    if let Some(carried) = carried(form.raw("draft")) {
        source.durations = carried.durations;
        source.shared_times = carried.shared_times;
        source.forms = carried.forms;
        source.steps = carried.steps;
        source.body.push_str(&carried.body);
    }
    source
}

pub(super) async fn create(desk: Desk, form: Form) -> Result<HttpResponse, Failure> {
    let mut faults = Faults::default();
    // Documents are Vietnamese first, whatever the language of the interface.
    let word = |key: &str| desk.site().pages.words().get(Language::Vi, key).to_owned();
    let source = beginning(&form, &mut faults, word);
    let text = crate::procedures::write(&source);
    let done = if faults.is_empty() {
        desk.try_change(move |work| write::create(work, &text)).await?
    } else {
        let mut page = NewPage {
            typed: form.typed(),
            faults,
            ..page(&desk).await?
        };
        page.carry(&desk, form.raw("draft")).await?;
        return desk.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    match done {
        Ok(id) => Ok(desk.done(format!("/versions/{id}/edit"), "documents.created")),
        Err(failure) => {
            let status = failure.status_code();
            let problem = Some(desk.sentence(&failure.said()?));
            let mut page = NewPage {
                typed: form.typed(),
                problem,
                ..page(&desk).await?
            };
            page.carry(&desk, form.raw("draft")).await?;
            desk.page_with(status, &page)
        }
    }
}
