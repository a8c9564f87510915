//! A version as a Word file, for offices that print and send Word files.

use super::super::show::{file_name, number, wanted};
use super::super::speech::Speech;
use crate::documents::store;
use crate::documents::version::Stage;
use crate::docx::{Paper, compose, write};
use crate::kernel::Language;
use crate::procedures::Kind;
use crate::web::{Desk, Failure};
use actix_web::http::header;
use actix_web::{HttpResponse, web};

const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

pub(in crate::documents) async fn download(desk: Desk, code: web::Path<String>) -> Result<HttpResponse, Failure> {
    let number = number(&desk)?;
    let (head, content, roles) = desk
        .read(move |work| {
            let (head, content) = wanted(work, &code, number)?;
            Ok::<_, Failure>((head, content, store::roles(work)?))
        })
        .await?;
    // The document is Vietnamese, whatever the language of the reader.
    let pages = desk.site().pages.clone();
    let words = pages.words();
    let is_draft = matches!(
        head.stage,
        Stage::Draft | Stage::InReview | Stage::InApproval | Stage::Approved
    );
    let day = head.effective_from.map(|day| day.format("%d/%m/%Y").to_string());
    let issue = words.fill(Language::Vi, "docx.paper.issue", &[("n", head.issue.to_string())]);
    let version = match day {
        Some(day) => words.fill(Language::Vi, "docx.paper.issue_from", &[("issue", issue), ("day", day)]),
        None => issue,
    };
    let sort = match content.source.kind {
        Kind::WorkProcedure | Kind::SystemProcedure => "docx.paper.procedure",
        Kind::WorkInstruction => "docx.paper.instruction",
        Kind::Form => "docx.paper.form",
        Kind::QualityPolicy | Kind::QualityObjectives | Kind::Manual => "docx.paper.document",
    };
    let agency = desk.caller().agency_name.clone();
    let name = file_name(&head, "docx");
    let made = desk.aside(move || {
        let words = pages.words();
        let speech = Speech::new(words, Language::Vi, &roles);
        write(&Paper {
            agency,
            sort: words.get(Language::Vi, sort).to_owned(),
            title: content.source.title.clone(),
            code: head.code.clone(),
            version,
            mark: if is_draft {
                words.get(Language::Vi, "docx.paper.draft").to_owned()
            } else {
                String::new()
            },
            blocks: compose(&content.source, &|code| speech.role(code)),
        })
    });
    let bytes = made.await?.map_err(|fault| Failure::Internal(fault.into()))?;
    Ok(HttpResponse::Ok()
        .content_type(DOCX)
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(bytes))
}
