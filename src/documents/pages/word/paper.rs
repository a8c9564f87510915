//! A version as a Word file, for offices that print and send Word files.

use super::super::show::{file_name, number, wanted};
use super::super::speech::Speech;
use crate::documents::signature::SignatureShown;
use crate::documents::store;
use crate::documents::version::Stage;
use crate::docx::{Paper, compose, write};
use crate::kernel::{Language, local};
use crate::procedures::Kind;
use crate::render::Words;
use crate::web::{Desk, Failure};
use actix_web::http::header;
use actix_web::{HttpResponse, web};

const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// One signature in words: what it means, who, for which position, when, its place in the ledger and its fingerprint.
fn signature_line(one: &SignatureShown, words: &Words) -> String {
    let word = |key: &str| words.get(Language::Vi, key).to_owned();
    let at = local(one.at).format("%H:%M (+07:00), %d/%m/%Y");
    let mut line = format!(
        "{}: {}, {}, {at}",
        word(&format!("documents.meaning.{}", one.meaning)),
        one.person_name,
        one.position_name
    );
    if let Some(no) = &one.decision_no {
        let by = words.fill(Language::Vi, "documents.by_decision", &[("no", no.clone())]);
        line.push_str(&format!(" ({by})"));
    }
    if let Some(sealed) = &one.sealed {
        let place = words.fill(
            Language::Vi,
            "signatures.ledger",
            &[("n", sealed.ledger_size.to_string())],
        );
        line.push_str(&format!(
            " – {} – {} – {place}",
            word("signatures.kind"),
            sealed.fingerprint
        ));
    }
    line
}

pub(in crate::documents) async fn download(desk: Desk, code: web::Path<String>) -> Result<HttpResponse, Failure> {
    let number = number(&desk)?;
    let (head, content, roles, signed) = desk
        .read(move |work| {
            let (head, content) = wanted(work, &code, number)?;
            let signed = super::super::show::signed(work, &head)?;
            Ok::<_, Failure>((head, content, store::roles(work)?, signed))
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
            signed: signed.iter().map(|one| signature_line(one, words)).collect(),
            blocks: compose(&content.source, &|code| speech.role(code)),
        })
    });
    let bytes = made.await?.map_err(|fault| Failure::Internal(fault.into()))?;
    Ok(HttpResponse::Ok()
        .content_type(DOCX)
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(bytes))
}
