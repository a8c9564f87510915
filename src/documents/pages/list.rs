//! The list of documents, with what waits for the reader and what is being written; or what was found by words.

use super::{path_of, query, show::was_in_force};
use crate::documents::search::{Marked, Snippet};
use crate::documents::signature::Waiting;
use crate::documents::store::{self, Filter, Found, Hit, LIST_PAGE, ListRow};
use crate::documents::version::{Stage, VersionHead};
use crate::kernel::{Language, Permission};
use crate::procedures::Kind;
use crate::web::{Desk, Failure, Page};
use actix_web::HttpResponse;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct FoundShown {
    hits: Vec<HitShown>,
    is_apart: bool,
    is_cut: bool,
}

#[derive(Serialize)]
struct HitShown {
    head: VersionHead,
    title: Vec<Marked>,
    snippet: Option<Snippet>,
    /// The page of the version it was found in.
    path: String,
}

impl From<Hit> for HitShown {
    fn from(hit: Hit) -> Self {
        let path = match hit.head.stage {
            Stage::Effective => path_of(&hit.head.code),
            stage if was_in_force(stage) => format!("{}?version={}", path_of(&hit.head.code), hit.head.number),
            _ => format!("/versions/{}", hit.head.id),
        };
        Self {
            head: hit.head,
            title: hit.title,
            snippet: hit.snippet,
            path,
        }
    }
}

#[derive(Serialize)]
struct ListPage {
    rows: Vec<ListRow>,
    found: Option<FoundShown>,
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

/// What the page shows, as far as the database knows it.
#[derive(Default)]
struct Shown {
    rows: Vec<ListRow>,
    found: Option<Found>,
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
        kind: text("kind").and_then(|kind| Kind::from_text(&kind)),
        field: text("field"),
        stage: text("stage").and_then(|stage| Stage::parse(&stage)),
        after: text("after"),
    };
    let person = desk.person()?.id.clone();
    let (sees_drafts, signs) = (desk.may(Permission::ReadDrafts), desk.may(Permission::SignVersions));
    let (wanted, asked) = (filter.clone(), text("text"));
    let shown = desk
        .read(move |work| {
            let fields = store::fields(work)?;
            if let Some(asked) = asked {
                return Ok::<_, Failure>(Shown {
                    found: Some(store::search(work, &asked, &wanted)?),
                    fields,
                    ..Shown::default()
                });
            }
            Ok(Shown {
                rows: store::list(work, &wanted)?,
                fields,
                drafts: if sees_drafts { store::drafts(work)? } else { Vec::new() },
                waiting: if signs {
                    store::waiting_for(work, &person)?
                } else {
                    Vec::new()
                },
                ..Shown::default()
            })
        })
        .await?;
    let is_full = shown.rows.len() >= LIST_PAGE;
    let next = match &shown.found {
        Some(found) => found.next.clone(),
        None => shown.rows.last().filter(|_| is_full).map(|row| row.code.clone()),
    };
    let open = Filter {
        after: filter.after.clone(),
        ..Filter::default()
    };
    desk.page(&ListPage {
        next,
        is_first: filter.after.is_none(),
        is_narrowed: shown.found.is_some() || filter != open,
        rows: shown.rows,
        found: shown.found.map(|found| FoundShown {
            is_apart: found.is_apart,
            is_cut: found.is_cut,
            hits: found.hits.into_iter().map(HitShown::from).collect(),
        }),
        kinds: Kind::ALL.iter().map(|kind| kind.as_str()).collect(),
        fields: shown.fields,
        stages: Stage::ALL
            .iter()
            .copied()
            .filter(|stage| sees_drafts || is_public(*stage))
            .collect(),
        drafts: shown.drafts,
        waiting: shown.waiting,
        may_write: desk.may(Permission::WriteDocuments),
        is_english: desk.language() == Language::En,
        typed,
    })
}

/// Whether readers without further rights see versions in this stage.
fn is_public(stage: Stage) -> bool {
    matches!(stage, Stage::Effective | Stage::Superseded | Stage::Withdrawn)
}
