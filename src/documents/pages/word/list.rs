//! The list of Word files that were brought in, and the form that brings in more.

use super::told;
use crate::documents::store;
use crate::documents::word::{self, LIST_PAGE, NewWord, WordFile, WordState};
use crate::kernel::Permission;
use crate::people::must;
use crate::web::{Desk, Failure, Page, Say, Uploads};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;

#[derive(Serialize)]
struct ListPage {
    rows: Vec<Row>,
    states: Vec<&'static str>,
    state: String,
    /// The number below which the next page begins.
    next: Option<i64>,
    is_first: bool,
    problem: Option<String>,
}

#[derive(Serialize)]
struct Row {
    #[serde(flatten)]
    file: WordFile,
    /// Why it cannot be read, in words.
    trouble_text: String,
}

impl Page for ListPage {
    const TEMPLATE: &'static str = "documents/word/list.html";
}

async fn page(desk: &Desk, problem: Option<String>) -> Result<ListPage, Failure> {
    let asked = desk.query();
    let typed = asked.get("state").cloned().unwrap_or_default();
    let state = WordState::parse(&typed);
    let below: Option<i64> = asked.get("before").and_then(|text| text.parse().ok());
    let mut files = desk
        .read(move |work| Ok::<_, Failure>(word::list(work, state, below)?))
        .await?;
    let shown = usize::try_from(LIST_PAGE).unwrap_or(50);
    let has_more = files.len() > shown;
    files.truncate(shown);
    let row = |file: WordFile| Row {
        trouble_text: file
            .trouble
            .as_ref()
            .map(|own| told::trouble(desk, own))
            .unwrap_or_default(),
        file,
    };
    let rows: Vec<Row> = files.into_iter().map(row).collect();
    Ok(ListPage {
        next: rows.last().filter(|_| has_more).map(|row| row.file.number),
        rows,
        states: WordState::ALL.iter().map(|state| state.as_str()).collect(),
        state: state.map(|state| state.as_str().to_owned()).unwrap_or_default(),
        is_first: below.is_none(),
        problem,
    })
}

pub(in crate::documents) async fn show(desk: Desk) -> Result<HttpResponse, Failure> {
    desk.page(&page(&desk, None).await?)
}

/// Brings in all files that were chosen, each by itself: one that cannot be read keeps no other back.
pub(in crate::documents) async fn add(desk: Desk, sent: Uploads) -> Result<HttpResponse, Failure> {
    let files: Vec<_> = sent.files.into_iter().filter(|file| file.field == "files").collect();
    let failed = match try_add(&desk, files).await {
        Ok(()) => return Ok(desk.done("/documents/import", "documents.words_brought_in")),
        Err(failure) => failure,
    };
    refused(&desk, failed).await
}

/// The page with the reason why what was sent was not taken.
pub(super) async fn refused(desk: &Desk, failure: Failure) -> Result<HttpResponse, Failure> {
    let status: StatusCode = failure.status_code();
    let problem = Some(desk.sentence(&failure.said()?));
    desk.page_with(status, &page(desk, problem).await?)
}

async fn try_add(desk: &Desk, files: Vec<crate::web::Upload>) -> Result<(), Failure> {
    if files.is_empty() {
        return Err(Failure::Invalid(Say::new("docx.refused.no_file")));
    }
    let roles = desk
        .read(|work| {
            must(work.actor, Permission::WriteDocuments)?;
            Ok::<_, Failure>(store::roles(work)?)
        })
        .await?;
    let read = move || -> Vec<NewWord> {
        let read = files
            .into_iter()
            .map(|file| NewWord::of(file.file_name, file.bytes, &roles));
        read.collect()
    };
    for new in desk.aside(read).await? {
        let dir = desk.site().files.clone();
        desk.change(move |work| word::bring_in(work, &dir, &new)).await?;
    }
    Ok(())
}
