//! The list of posted procedures, by field or by what was asked.

use crate::documents::{self, Content, Filter, Marked, Snippet, Stage, VersionHead};
use crate::kernel::Language;
use crate::ledger::Work;
use crate::procedures::Kind;
use crate::web::{Desk, Failure, Page};
use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What a visitor asks for.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    after: String,
}

#[derive(Default, Serialize)]
struct PostedPage {
    q: String,
    is_search: bool,
    count: usize,
    groups: Vec<Group>,
    is_apart: bool,
    is_first: bool,
    next: Option<String>,
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
    title: Vec<Marked>,
    snippet: Option<Snippet>,
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
    head.kind == Kind::WorkProcedure.as_str()
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
        title: vec![Marked {
            text: pick(language, &head.title, &head.title_en).to_owned(),
            is_hit: false,
        }],
        snippet: None,
        field: pick(language, &source.field, &source.field_en).to_owned(),
        tthc: source.tthc.iter().map(|one| one.code.clone()).collect(),
        has_unverified: !source.unverified.is_empty(),
    }
}

/// All posted procedures, by field.
fn all(work: &mut Work<'_>) -> Result<PostedPage, Failure> {
    let language = work.actor.language;
    let posted = posted(work)?;
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
    Ok(PostedPage {
        count: posted.len(),
        groups,
        ..PostedPage::default()
    })
}

/// What answers a question, the best first.
fn found(work: &mut Work<'_>, asked: Asked) -> Result<PostedPage, Failure> {
    let filter = Filter {
        kind: Some(Kind::WorkProcedure),
        stage: Some(Stage::Effective),
        after: Some(asked.after.clone()).filter(|after| !after.is_empty()),
        ..Filter::default()
    };
    let language = work.actor.language;
    let found = documents::search(work, &asked.q, &filter)?;
    let mut rows = Vec::new();
    for hit in found.hits {
        let content = documents::content_of(work, &hit.head.id)?;
        rows.push(Row {
            title: hit.title,
            snippet: hit.snippet,
            ..row(language, &hit.head, &content)
        });
    }
    let groups = Group {
        field: String::new(),
        rows,
    };
    Ok(PostedPage {
        count: groups.rows.len(),
        groups: vec![groups],
        q: asked.q,
        is_search: true,
        is_apart: found.is_apart,
        is_first: filter.after.is_none(),
        next: found.next,
    })
}

fn load(work: &mut Work<'_>, asked: Asked) -> Result<PostedPage, Failure> {
    if asked.q.trim().is_empty() {
        all(work)
    } else {
        found(work, asked)
    }
}

pub(super) async fn list(desk: Desk, asked: web::Query<Asked>) -> Result<HttpResponse, Failure> {
    let asked = asked.into_inner();
    let page = desk.read(move |work| load(work, asked)).await?;
    desk.page(&page)
}
