//! The list of documents, with what waits for the reader and what is being written.

use super::query;
use crate::documents::signature::Waiting;
use crate::documents::store::{self, Filter, LIST_PAGE, ListRow};
use crate::documents::version::{Stage, VersionHead};
use crate::kernel::{Language, Permission};
use crate::procedures::Kind;
use crate::web::{Desk, Failure, Page};
use actix_web::HttpResponse;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct ListPage {
    rows: Vec<ListRow>,
    next: Option<String>,
    is_first: bool,
    typed: BTreeMap<String, String>,
    is_narrowed: bool,
    kinds: Vec<&'static str>,
    fields: Vec<String>,
    stages: Vec<Stage>,
    drafts: Vec<VersionHead>,
    waiting: Vec<Waiting>,
    may_write: bool,
    is_english: bool,
}

impl Page for ListPage {
    const TEMPLATE: &'static str = "documents/list.html";
}

struct Found {
    rows: Vec<ListRow>,
    fields: Vec<String>,
    drafts: Vec<VersionHead>,
    waiting: Vec<Waiting>,
}

pub(super) async fn list(desk: Desk) -> Result<HttpResponse, Failure> {
    let typed = query(&desk);
    let text = |name: &str| {
        typed
            .get(name)
            .map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty())
    };
    let filter = Filter {
        text: text("text").unwrap_or_default(),
        kind: text("kind").and_then(|kind| Kind::from_text(&kind)),
        field: text("field"),
        stage: text("stage").and_then(|stage| Stage::parse(&stage)),
        after: text("after"),
    };
    let person = desk.person()?.id.clone();
    let (sees_drafts, signs) = (desk.may(Permission::ReadDrafts), desk.may(Permission::SignVersions));
    let wanted = filter.clone();
    let found = desk
        .read(move |work| {
            Ok::<_, Failure>(Found {
                rows: store::list(work, &wanted)?,
                fields: store::fields(work)?,
                drafts: if sees_drafts { store::drafts(work)? } else { Vec::new() },
                waiting: if signs {
                    store::waiting_for(work, &person)?
                } else {
                    Vec::new()
                },
            })
        })
        .await?;
    let is_full = found.rows.len() >= LIST_PAGE;
    desk.page(&ListPage {
        next: found.rows.last().filter(|_| is_full).map(|row| row.code.clone()),
        is_first: filter.after.is_none(),
        is_narrowed: filter
            != Filter {
                after: filter.after.clone(),
                ..Filter::default()
            },
        rows: found.rows,
        kinds: Kind::ALL.iter().map(|kind| kind.as_str()).collect(),
        fields: found.fields,
        stages: Stage::ALL
            .iter()
            .copied()
            .filter(|stage| sees_drafts || is_public(*stage))
            .collect(),
        drafts: found.drafts,
        waiting: found.waiting,
        may_write: desk.may(Permission::WriteDocuments),
        is_english: desk.language() == Language::En,
        typed,
    })
}

/// Whether readers without further rights see versions in this stage.
fn is_public(stage: Stage) -> bool {
    matches!(stage, Stage::Effective | Stage::Superseded | Stage::Withdrawn)
}
