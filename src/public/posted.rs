//! The list of posted procedures, by field or by what was asked.

use super::search::{Question, Text};
use crate::documents::{self, Content, VersionHead};
use crate::kernel::Language;
use crate::ledger::Work;
use crate::web::{Desk, Failure, Page};
use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What a visitor asks for.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
}

#[derive(Serialize)]
struct PostedPage {
    q: String,
    is_search: bool,
    count: usize,
    groups: Vec<Group>,
}

impl Page for PostedPage {
    const TEMPLATE: &'static str = "public/posted.html";
}

/// The procedures of one field; all that were found, when there was a question.
#[derive(Serialize)]
struct Group {
    field: String,
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    code: String,
    title: String,
    field: String,
    tthc: Vec<String>,
    has_unverified: bool,
}

/// Effective work procedures in the order of their codes.
pub(super) fn posted(work: &mut Work<'_>) -> Result<Vec<(VersionHead, Arc<Content>)>, Failure> {
    let mut all = documents::effective_procedures(work)?;
    all.retain(|(head, _)| is_posted(head));
    Ok(all)
}

/// Only procedures that people come for are posted.
pub(super) fn is_posted(head: &VersionHead) -> bool {
    head.kind == crate::procedures::Kind::WorkProcedure.as_str()
}

/// The text in the reader's language, as far as there is one.
pub(super) fn pick<'a>(language: Language, vi: &'a str, en: &'a str) -> &'a str {
    match language {
        Language::En if !en.is_empty() => en,
        Language::En | Language::Vi => vi,
    }
}

fn row(language: Language, head: &VersionHead, content: &Content) -> Row {
    let source = &content.source;
    Row {
        code: head.code.clone(),
        title: pick(language, &head.title, &head.title_en).to_owned(),
        field: pick(language, &source.field, &source.field_en).to_owned(),
        tthc: source.tthc.iter().map(|one| one.code.clone()).collect(),
        has_unverified: !source.unverified.is_empty(),
    }
}

fn text(head: &VersionHead, content: &Content) -> Text {
    let source = &content.source;
    let tthc = source
        .tthc
        .iter()
        .flat_map(|one| [one.code.as_str(), one.name.as_str()]);
    let rest = [
        head.code.as_str(),
        head.title_en.as_str(),
        source.field.as_str(),
        source.field_en.as_str(),
    ];
    Text::new(&head.title, rest.into_iter().chain(tthc))
}

fn load(work: &mut Work<'_>, asked: Asked) -> Result<PostedPage, Failure> {
    let language = work.actor.language;
    let posted = posted(work)?;
    let Some(question) = Question::of(&asked.q) else {
        let mut groups: Vec<Group> = Vec::new();
        for (head, content) in &posted {
            let row = row(language, head, content);
            match groups.iter_mut().find(|group| group.field == row.field) {
                Some(group) => group.rows.push(row),
                None => groups.push(Group {
                    field: row.field.clone(),
                    rows: vec![row],
                }),
            }
        }
        return Ok(PostedPage {
            q: String::new(),
            is_search: false,
            count: posted.len(),
            groups,
        });
    };
    let mut found: Vec<(u8, Row)> = posted
        .iter()
        .filter_map(|(head, content)| Some((question.rank(&text(head, content))?, row(language, head, content))))
        .collect();
    found.sort_by_key(|(rank, _)| *rank);
    let rows: Vec<Row> = found.into_iter().map(|(_, row)| row).collect();
    let count = rows.len();
    let groups = if rows.is_empty() {
        Vec::new()
    } else {
        vec![Group {
            field: String::new(),
            rows,
        }]
    };
    Ok(PostedPage {
        q: asked.q,
        is_search: true,
        count,
        groups,
    })
}

pub(super) async fn list(desk: Desk, asked: web::Query<Asked>) -> Result<HttpResponse, Failure> {
    let asked = asked.into_inner();
    let page = desk.read(move |work| load(work, asked)).await?;
    desk.page(&page)
}
