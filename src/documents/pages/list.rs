//! The list of documents, with what waits for the reader and what is being written; or what was found by words.

use super::{path_of, show::was_in_force};
use crate::documents::editions::{EditionRow, waiting_editions};
use crate::documents::search::{Marked, Snippet};
use crate::documents::signature::Waiting;
use crate::documents::store::{self, Filter, Found, Hit, LIST_PAGE, ListRow};
use crate::documents::version::{Stage, VersionHead};
use crate::kernel::{Language, Permission, PersonId};
use crate::ledger::Work;
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

impl From<Found> for FoundShown {
    fn from(found: Found) -> Self {
        Self {
            hits: found.hits.into_iter().map(HitShown::from).collect(),
            is_apart: found.is_apart,
            is_cut: found.is_cut,
        }
    }
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
        let path = if hit.head.stage == Stage::Effective {
            path_of(&hit.head.code)
        } else if was_in_force(hit.head.stage) {
            format!("{}?version={}", path_of(&hit.head.code), hit.head.number)
        } else {
            format!("/versions/{}", hit.head.id)
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
    /// Editions that wait for the reader's verdicts; what is in them is not listed one by one.
    editions: Vec<EditionRow>,
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
    editions: Vec<EditionRow>,
}

/// What of the documents the page shows: what was found when something is looked for, else the list and what waits.
fn shown(work: &mut Work<'_>, asked: Option<&str>, filter: &Filter, duties: Duties) -> Result<Shown, Failure> {
    let fields = store::fields(work)?;
    if let Some(asked) = asked {
        return Ok(Shown {
            found: Some(store::search(work, asked, filter)?),
            fields,
            ..Shown::default()
        });
    }
    let (mut waiting, mut editions) = (Vec::new(), Vec::new());
    if let Some(person) = duties.signs {
        waiting = store::waiting_for(work, &person)?;
        waiting.retain(|one| one.edition.is_none());
        editions = waiting_editions(work, &person)?;
    }
    Ok(Shown {
        rows: store::list(work, filter)?,
        found: None,
        fields,
        drafts: if duties.sees_drafts {
            store::drafts(work)?
        } else {
            Vec::new()
        },
        waiting,
        editions,
    })
}

/// What else the reader is shown beside the list.
struct Duties {
    sees_drafts: bool,
    signs: Option<PersonId>,
}

pub(super) async fn list(desk: Desk) -> Result<HttpResponse, Failure> {
    let typed = desk.query();
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
    let duties = Duties {
        sees_drafts: desk.may(Permission::ReadDrafts),
        signs: Some(person).filter(|_| super::signs(&desk)),
    };
    let (wanted, asked) = (filter.clone(), text("text"));
    let shown = desk
        .read(move |work| shown(work, asked.as_deref(), &wanted, duties))
        .await?;
    desk.page(&page(&desk, shown, filter, typed))
}

fn page(desk: &Desk, shown: Shown, filter: Filter, typed: BTreeMap<String, String>) -> ListPage {
    let is_full = shown.rows.len() >= LIST_PAGE;
    let next = match &shown.found {
        Some(found) => found.next.clone(),
        None => shown.rows.last().filter(|_| is_full).map(|row| row.code.clone()),
    };
    let sees_drafts = desk.may(Permission::ReadDrafts);
    let open = Filter {
        after: filter.after.clone(),
        ..Filter::default()
    };
    ListPage {
        next,
        is_first: filter.after.is_none(),
        is_narrowed: shown.found.is_some() || filter != open,
        rows: shown.rows,
        found: shown.found.map(FoundShown::from),
        kinds: Kind::ALL.iter().map(|kind| kind.as_str()).collect(),
        fields: shown.fields,
        stages: Stage::ALL
            .iter()
            .copied()
            .filter(|stage| sees_drafts || is_public(*stage))
            .collect(),
        drafts: shown.drafts,
        waiting: shown.waiting,
        editions: shown.editions,
        may_write: desk.may(Permission::WriteDocuments),
        is_english: desk.language() == Language::En,
        typed,
    }
}

/// Whether readers without further rights see versions in this stage.
fn is_public(stage: Stage) -> bool {
    matches!(stage, Stage::Effective | Stage::Superseded | Stage::Withdrawn)
}
