//! The procedures with what practice proposes for each, and the drafts that were opened from practice.

use super::super::asked::Asked;
use super::address;
use super::changes::title;
use super::practice::{Studied, study_all};
use super::speech::Speech;
use crate::conformance::patterns::{Amendment, amendments};
use crate::conformance::sentence::{Names, Teller};
use crate::documents;
use crate::kernel::{DocumentId, Permission};
use crate::ledger::Work;
use crate::web::escaped;
use crate::web::{Desk, Failure, Page};
use actix_web::HttpResponse;
use chrono::NaiveDateTime;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct PracticesPage {
    asked: Asked,
    rows: Vec<Row>,
    amendments: Vec<AmendmentRow>,
    may_write: bool,
}

impl Page for PracticesPage {
    const TEMPLATE: &'static str = "conformance/beyond/practices.html";
}

#[derive(Serialize)]
struct Row {
    code: String,
    title: String,
    number: String,
    ended: u32,
    fitting: String,
    ways: usize,
    proposals: usize,
    path: String,
}

/// An amendment as lists show it.
#[derive(Clone, Serialize)]
pub(super) struct AmendmentRow {
    number: i64,
    code: String,
    cases: i64,
    opened_by: String,
    opened_at: NaiveDateTime,
    path: String,
    draft: String,
}

impl AmendmentRow {
    /// Amendments with the codes of their documents.
    pub(super) fn all(found: Vec<Amendment>, codes: &BTreeMap<DocumentId, String>) -> Vec<Self> {
        let row = |one: Amendment| Self {
            number: one.number,
            code: codes.get(&one.document).cloned().unwrap_or_default(),
            cases: one.cases,
            opened_by: one.opened_by_name,
            opened_at: one.opened_at,
            path: format!("/conformance/amendments/{}", one.number),
            draft: format!("/versions/{}", one.version),
        };
        found.into_iter().map(row).collect()
    }
}

/// The codes of the documents of these amendments.
fn codes(work: &mut Work<'_>, found: &[Amendment]) -> Result<BTreeMap<DocumentId, String>, Failure> {
    let versions: Vec<_> = found.iter().map(|one| one.studied.clone()).collect();
    let heads = documents::heads_by_id(work, &versions)?;
    Ok(heads.into_iter().map(|head| (head.document_id, head.code)).collect())
}

pub(super) async fn show(desk: Desk) -> Result<HttpResponse, Failure> {
    let asked = Asked::of(&desk);
    let wanted = Asked {
        procedure: String::new(),
        ..asked.clone()
    };
    let (studied, amendments) = desk
        .read(move |work| {
            let studied: Vec<Studied> = study_all(work, &wanted)?;
            let found = amendments(work, None)?;
            let codes = codes(work, &found)?;
            Ok::<_, Failure>((studied, AmendmentRow::all(found, &codes)))
        })
        .await?;
    let names = Names::default();
    let speech = Speech(Teller {
        words: desk.site().pages.words(),
        language: desk.language(),
        names: &names,
    });
    let mut rows: Vec<Row> = studied
        .iter()
        .map(|one| {
            let ended = one.practice.cases.part;
            let fitting = crate::conformance::patterns::Share::new(one.practice.fitting, ended);
            Row {
                title: title(&desk, &one.head),
                number: one.head.issue.to_string(),
                ended,
                fitting: speech.only_percent(fitting),
                ways: one.practice.all_variants,
                proposals: one.proposals.len(),
                path: address(
                    &format!("/conformance/practice/{}", escaped(&one.head.code)),
                    &asked,
                    &[],
                ),
                code: one.head.code.clone(),
            }
        })
        .collect();
    rows.sort_by_key(|row| (std::cmp::Reverse((row.proposals, row.ended)), row.code.clone()));
    desk.page(&PracticesPage {
        rows,
        amendments,
        may_write: desk.may(Permission::WriteDocuments),
        asked,
    })
}
