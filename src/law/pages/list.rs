//! The register: the list of external documents (danh mục tài liệu bên ngoài).

use super::Entry;
use crate::kernel::Permission;
use crate::law::external::External;
use crate::law::kind::{ActKind, Validity};
use crate::law::store;
use crate::law::touched::Library;
use crate::ledger::Work;
use crate::procedures::fold;
use crate::web::{Desk, Failure, Page};
use actix_web::HttpResponse;
use serde::Serialize;
use std::collections::BTreeMap;

/// How many entries one page shows.
const PAGE: usize = 50;

#[derive(Serialize)]
struct ListPage {
    rows: Vec<Row>,
    found: usize,
    all: usize,
    unconfirmed: usize,
    unrecognised: usize,
    /// Signs that documents cite and the register does not have.
    missing: usize,
    running: usize,
    overdue: usize,
    page: usize,
    pages: usize,
    typed: BTreeMap<String, String>,
    is_narrowed: bool,
    kinds: Vec<ActKind>,
    validities: &'static [Validity],
    may_manage: bool,
}

impl Page for ListPage {
    const TEMPLATE: &'static str = "law/list.html";
}

#[derive(Serialize)]
pub(super) struct Row {
    #[serde(flatten)]
    pub(super) entry: Entry,
    /// How many documents in force cite it.
    pub(super) cited_by: usize,
}

/// What is looked for.
#[derive(Debug, Clone, Default)]
pub(super) struct Asked {
    text: String,
    kind: Option<ActKind>,
    validity: Option<Validity>,
    is_unconfirmed: bool,
    is_cited: bool,
}

impl Asked {
    pub(super) fn of(typed: &BTreeMap<String, String>) -> Self {
        let text = |name: &str| typed.get(name).map(|text| text.trim()).unwrap_or_default();
        Self {
            text: fold(text("q")),
            kind: ActKind::parse(text("kind")),
            validity: Validity::parse(text("state")),
            is_unconfirmed: text("only") == "unconfirmed",
            is_cited: text("only") == "cited",
        }
    }

    fn is_narrow(&self) -> bool {
        let has_choice = self.kind.is_some() || self.validity.is_some();
        has_choice || !self.text.is_empty() || self.is_unconfirmed || self.is_cited
    }

    fn wants(&self, row: &Row) -> bool {
        let one = &row.entry.external;
        let haystack = fold(&format!("{} {} {}", one.sign, one.title, one.issuer));
        self.text.split_whitespace().all(|word| haystack.contains(word))
            && self.kind.is_none_or(|kind| kind == one.kind)
            && self.validity.is_none_or(|validity| validity == row.entry.validity)
            && (!self.is_unconfirmed || one.unconfirmed)
            && (!self.is_cited || row.cited_by > 0)
    }
}

/// What the page is made of.
struct Found {
    rows: Vec<Row>,
    all: usize,
    unconfirmed: usize,
    unrecognised: usize,
    missing: usize,
    figures: crate::law::Figures,
}

/// The rows of the register that are asked for.
pub(super) fn rows(work: &Work<'_>, library: &Library, asked: &Asked) -> Vec<Row> {
    let (counts, today) = (library.counts(), work.actor.today());
    let row = |external: &External| Row {
        cited_by: counts.get(external.id.as_str()).copied().unwrap_or(0),
        entry: Entry::of(external.clone(), today),
    };
    library
        .externals
        .iter()
        .map(row)
        .filter(|row| asked.wants(row))
        .collect()
}

fn load(work: &mut Work<'_>, asked: &Asked) -> Result<Found, Failure> {
    let library = Library::load(work)?;
    let register = library.register();
    let lines = || library.in_force.iter().flat_map(|one| &one.lines);
    let nobody = crate::kernel::PersonId::of("");
    let (_, figures) = crate::law::desk(work, &nobody)?;
    Ok(Found {
        rows: rows(work, &library, asked),
        all: library.externals.len(),
        unconfirmed: library.externals.iter().filter(|one| one.unconfirmed).count(),
        unrecognised: lines().filter(|line| line.cited.is_empty()).count(),
        missing: lines()
            .flat_map(|line| &line.cited)
            .filter(|sign| !sign.is_former && register.find(sign).is_none())
            .map(|sign| (&sign.key, sign.year))
            .collect::<std::collections::BTreeSet<_>>()
            .len(),
        figures,
    })
}

pub(super) async fn list(desk: Desk) -> Result<HttpResponse, Failure> {
    let typed = desk.query();
    let asked = Asked::of(&typed);
    let page: usize = typed.get("page").and_then(|page| page.parse().ok()).unwrap_or(1).max(1);
    let wanted = asked.clone();
    let found = desk.read(move |work| load(work, &wanted)).await?;
    let count = found.rows.len();
    let pages = count.div_ceil(PAGE).max(1);
    let page = page.min(pages);
    let rows = found.rows.into_iter().skip((page - 1).saturating_mul(PAGE)).take(PAGE);
    desk.page(&ListPage {
        rows: rows.collect(),
        found: count,
        all: found.all,
        unconfirmed: found.unconfirmed,
        unrecognised: found.unrecognised,
        missing: found.missing,
        running: found.figures.changes,
        overdue: found.figures.overdue,
        page,
        pages,
        is_narrowed: asked.is_narrow(),
        typed,
        kinds: ActKind::ALL.to_vec(),
        validities: Validity::ALL,
        may_manage: desk.may(Permission::ManageLaw),
    })
}

/// The changes that name an entry, as old or as new.
pub(super) fn changes_of(work: &mut Work<'_>, id: &str) -> Result<Vec<crate::law::Progress>, Failure> {
    let mut changes = store::changes(work)?;
    changes.retain(|change| change.old_id == id || change.new_id.as_deref() == Some(id));
    crate::law::progress_of(work, changes)
}
