//! The matrix of today: procedures, their roles, and who is assigned; gaps and overlaps are marked.

use super::names::{Names, RoleName};
use crate::assignments::book::{Assignee, Book, Cover};
use crate::assignments::coverage::{Figures, figures, roles_in};
use crate::assignments::store;
use crate::documents::{self, Content, VersionHead};
use crate::ledger::Work;
use crate::web::{Desk, Failure, Page};
use crate::workflow::RoleCode;
use actix_web::{HttpResponse, web};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What the matrix is narrowed to.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    field: String,
    role: String,
    only: String,
}

#[derive(Serialize)]
struct MatrixPage {
    wanted: Wanted,
    fields: Vec<String>,
    roles: Vec<RoleName>,
    tables: Vec<FieldTable>,
    gaps: Vec<GapLine>,
    figures: Figures,
    today: NaiveDate,
}

impl Page for MatrixPage {
    const TEMPLATE: &'static str = "assignments/matrix.html";
}

/// A role with nobody, and in how many procedures.
#[derive(Serialize)]
struct GapLine {
    role: RoleName,
    procedures: usize,
}

#[derive(Serialize)]
struct FieldTable {
    field: String,
    columns: Vec<RoleName>,
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    code: String,
    title: String,
    cells: Vec<Option<Cell>>,
}

/// One role of one procedure.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Cell {
    pub(super) cover: &'static str,
    pub(super) people: Vec<String>,
    pub(super) vacant: Vec<String>,
}

pub(super) fn cover_word(cover: Cover) -> &'static str {
    match cover {
        Cover::Gap => "gap",
        Cover::Overlap => "overlap",
        Cover::Clear => "clear",
    }
}

/// Who has a role of a procedure on a day, and the positions assigned to it that nobody holds.
pub(super) fn cell(book: &Book, names: &Names, at: (&RoleCode, &VersionHead), day: NaiveDate) -> Cell {
    let (role, head) = at;
    let people = book.people(role, &head.document_id, day);
    let vacant = |assignee: &Assignee| match assignee {
        Assignee::Position(position) if book.people_of(assignee, day).is_empty() => Some(names.position(position)),
        Assignee::Position(_) | Assignee::Person(_) => None,
    };
    let entries = book.entries(role, &head.document_id, day);
    Cell {
        cover: cover_word(book.cover(role, &head.document_id, day)),
        people: people.iter().map(|person| names.person(person)).collect(),
        vacant: entries.iter().filter_map(|entry| vacant(&entry.assignee)).collect(),
    }
}

/// A procedure with its roles, each with who has it.
struct Covered {
    head: VersionHead,
    title: String,
    cells: Vec<(RoleCode, Cell)>,
}

impl Covered {
    fn has(&self, cover: &str) -> bool {
        self.cells.iter().any(|(_, cell)| cell.cover == cover)
    }

    fn is_wanted(&self, wanted: &Wanted) -> bool {
        (wanted.field.is_empty() || self.head.field == wanted.field)
            && (wanted.role.is_empty() || self.cells.iter().any(|(role, _)| role.as_str() == wanted.role))
            && (!matches!(wanted.only.as_str(), "gap" | "overlap") || self.has(&wanted.only))
    }
}

fn gap_lines(procedures: &[Covered], names: &Names) -> Vec<GapLine> {
    let mut by_role: BTreeMap<&RoleCode, usize> = BTreeMap::new();
    for (role, cell) in procedures.iter().flat_map(|procedure| &procedure.cells) {
        if cell.cover == "gap" {
            let count = by_role.entry(role).or_default();
            *count = count.saturating_add(1);
        }
    }
    let line = |(role, procedures)| GapLine {
        role: names.role(role),
        procedures,
    };
    let mut lines: Vec<GapLine> = by_role.into_iter().map(line).collect();
    lines.sort_by(|one, two| (one.role.external, two.procedures).cmp(&(two.role.external, one.procedures)));
    lines
}

fn tables(procedures: Vec<Covered>, wanted: &Wanted, names: &Names) -> Vec<FieldTable> {
    let mut by_field: Vec<(String, Vec<Covered>)> = Vec::new();
    for procedure in procedures.into_iter().filter(|procedure| procedure.is_wanted(wanted)) {
        match by_field.iter_mut().find(|(field, _)| *field == procedure.head.field) {
            Some((_, rows)) => rows.push(procedure),
            None => by_field.push((procedure.head.field.clone(), vec![procedure])),
        }
    }
    by_field
        .into_iter()
        .map(|(field, rows)| table(field, rows, wanted, names))
        .collect()
}

fn table(field: String, procedures: Vec<Covered>, wanted: &Wanted, names: &Names) -> FieldTable {
    let mut columns: Vec<RoleCode> = Vec::new();
    for (role, _) in procedures.iter().flat_map(|procedure| &procedure.cells) {
        if !columns.contains(role) && (wanted.role.is_empty() || role.as_str() == wanted.role) {
            columns.push(role.clone());
        }
    }
    let cells = |procedure: &Covered| {
        let of = |role: &RoleCode| {
            procedure
                .cells
                .iter()
                .find(|(own, _)| own == role)
                .map(|(_, cell)| cell.clone())
        };
        columns.iter().map(of).collect()
    };
    let rows = procedures
        .iter()
        .map(|procedure| Row {
            code: procedure.head.code.clone(),
            title: procedure.title.clone(),
            cells: cells(procedure),
        })
        .collect();
    FieldTable {
        field,
        columns: columns.iter().map(|role| names.role(role)).collect(),
        rows,
    }
}

fn load(work: &mut Work<'_>, wanted: Wanted) -> Result<MatrixPage, Failure> {
    let today = work.actor.today();
    let names = Names::load(work)?;
    let book = store::book(work)?;
    let covered = |(head, content): (VersionHead, std::sync::Arc<Content>)| Covered {
        cells: roles_in(&content)
            .into_iter()
            .map(|role| (role.clone(), cell(&book, &names, (&role, &head), today)))
            .collect(),
        title: names.pick(&head.title, &head.title_en),
        head,
    };
    let effective = documents::effective_procedures(work)?;
    let figures = figures(&book, &effective, today);
    let procedures: Vec<Covered> = effective.into_iter().map(covered).collect();
    let mut fields: Vec<String> = procedures
        .iter()
        .map(|procedure| procedure.head.field.clone())
        .collect();
    fields.sort_unstable();
    fields.dedup();
    Ok(MatrixPage {
        fields,
        roles: names.roles.iter().map(|role| names.of_role(role)).collect(),
        gaps: gap_lines(&procedures, &names),
        figures,
        tables: tables(procedures, &wanted, &names),
        wanted,
        today,
    })
}

pub(super) async fn show(desk: Desk, wanted: web::Query<Wanted>) -> Result<HttpResponse, Failure> {
    let wanted = wanted.into_inner();
    let page = desk.read(move |work| load(work, wanted)).await?;
    desk.page(&page)
}
