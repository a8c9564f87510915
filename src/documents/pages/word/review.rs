//! The review of a Word file: what it says beside what was recognised, and the decision.

use super::super::view::{Shown, shown, through};
use super::told;
use crate::documents::content::Content;
use crate::documents::files::read_file;
use crate::documents::role::Role;
use crate::documents::store;
use crate::documents::word::{self, WordFile, WordState, read_again};
use crate::docx::{Block, Recognised, Table, Word};
use crate::procedures::{self, Kind, Source, StepRow, Tthc};
use crate::web::{Desk, Failure, Faults, Form, Page, escaped};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError, web};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The cells of one row of the source as a page shows them.
#[derive(Serialize)]
struct CellShown {
    columns: usize,
    rows: usize,
    lines: Vec<String>,
}

/// A block of the source.
#[derive(Serialize)]
struct BlockShown {
    sort: &'static str,
    text: String,
    rows: Vec<Vec<CellShown>>,
    /// Whether a note is about it.
    is_noted: bool,
}

#[derive(Serialize)]
struct NoteShown {
    /// The block that it is about, from 0.
    block: Option<usize>,
    text: String,
}

#[derive(Serialize)]
struct ReviewPage {
    file: WordFile,
    /// Where the original is downloaded under its name.
    original: String,
    trouble: String,
    #[serde(serialize_with = "through")]
    content: Arc<Shown>,
    /// Problems that a draft of this would have, in words.
    faults_count: usize,
    /// What stands at the top of its pages.
    page_tops: Vec<BlockShown>,
    blocks: Vec<BlockShown>,
    footnotes: Vec<crate::docx::Footnote>,
    notes: Vec<NoteShown>,
    kinds: Vec<&'static str>,
    fields: Vec<String>,
    is_open: bool,
    /// The code of the document that was made of it.
    made: String,
    typed: BTreeMap<String, String>,
    faults: Faults,
    problem: Option<String>,
}

impl Page for ReviewPage {
    const TEMPLATE: &'static str = "documents/word/review.html";
}

/// A file with what was read of it now.
struct Found {
    file: WordFile,
    read: Option<(Word, Recognised)>,
    roles: Vec<Role>,
    fields: Vec<String>,
    made: String,
}

async fn find(desk: &Desk, number: i64) -> Result<Found, Failure> {
    let (file, roles, fields, made) = desk
        .read(move |work| {
            let file = word::word_file(work, number)?;
            let made = match &file.version {
                Some(version) => store::head(work, version)?.code,
                None => String::new(),
            };
            Ok::<_, Failure>((file, store::roles(work)?, store::fields(work)?, made))
        })
        .await?;
    let Some(sha256) = file.file_sha256.clone() else {
        return Ok(Found {
            file,
            read: None,
            roles,
            fields,
            made,
        });
    };
    let (dir, name) = (desk.site().files.clone(), file.file_name.clone());
    let read = desk
        .aside(move || {
            let bytes = read_file(&dir, &sha256).map_err(|cause| Failure::of_kept_file(cause, &name, &sha256))?;
            let read = read_again(&bytes, &name, &roles).ok();
            Ok::<_, Failure>((read, roles))
        })
        .await??;
    Ok(Found {
        file,
        read: read.0,
        roles: read.1,
        fields,
        made,
    })
}

fn table_shown(table: &Table) -> Vec<Vec<CellShown>> {
    let cell = |cell: &crate::docx::Cell| CellShown {
        columns: cell.columns,
        rows: cell.rows,
        lines: cell.lines.iter().map(crate::docx::Line::labelled).collect(),
    };
    table
        .rows
        .iter()
        .map(|row| row.cells.iter().map(cell).collect())
        .collect()
}

fn blocks_shown(blocks: &[Block], noted: &BTreeSet<usize>) -> Vec<BlockShown> {
    let shown = |(at, block): (usize, &Block)| {
        let (sort, text, rows) = match block {
            Block::Heading { line, .. } => ("heading", line.labelled(), Vec::new()),
            Block::Text { line } => ("text", line.labelled(), Vec::new()),
            Block::Table { table } => ("table", String::new(), table_shown(table)),
        };
        BlockShown {
            sort,
            text,
            rows,
            is_noted: noted.contains(&at),
        }
    };
    blocks.iter().enumerate().map(shown).collect()
}

/// What the form shows before anybody typed.
fn recognised_fields(source: &Source) -> BTreeMap<String, String> {
    let tthc = source
        .tthc
        .iter()
        .map(|row| row.code.as_str())
        .collect::<Vec<_>>()
        .join(", ");
    [
        ("code", source.code.clone()),
        ("kind", source.kind.as_str().to_owned()),
        ("title", source.title.clone()),
        ("field", source.field.clone()),
        ("tthc_code", tthc),
    ]
    .into_iter()
    .map(|(name, text)| (name.to_owned(), text))
    .collect()
}

fn page(desk: &Desk, found: Found) -> ReviewPage {
    let (word, recognised) = found.read.unwrap_or_else(|| {
        let nothing = Recognised {
            source: Source::default(),
            notes: Vec::new(),
        };
        (Word::default(), nothing)
    });
    let content = Content::of(&procedures::write(&recognised.source));
    let noted: BTreeSet<usize> = recognised.notes.iter().filter_map(|note| note.block).collect();
    // What stands behind the last block, stands at it.
    let last = word.blocks.len().checked_sub(1);
    let note = |note: &crate::docx::Note| NoteShown {
        block: note.block.and_then(|block| last.map(|last| block.min(last))),
        text: told::note(desk, note),
    };
    let sha256 = found.file.file_sha256.as_deref().unwrap_or_default();
    ReviewPage {
        original: format!("/files/{sha256}?name={}", escaped(&found.file.file_name)),
        trouble: found
            .file
            .trouble
            .as_ref()
            .map(|own| told::trouble(desk, own))
            .unwrap_or_default(),
        content: shown(&content, &found.roles, desk.site().pages.words(), desk.language()),
        faults_count: content.faults.len(),
        page_tops: blocks_shown(&word.head, &BTreeSet::new()),
        blocks: blocks_shown(&word.blocks, &noted),
        footnotes: word.footnotes,
        notes: recognised.notes.iter().map(note).collect(),
        kinds: Kind::ALL.iter().map(|kind| kind.as_str()).collect(),
        fields: found.fields,
        is_open: found.file.state == WordState::Waiting,
        made: found.made,
        typed: recognised_fields(&recognised.source),
        faults: Faults::default(),
        problem: None,
        file: found.file,
    }
}

pub(in crate::documents) async fn review(desk: Desk, number: web::Path<i64>) -> Result<HttpResponse, Failure> {
    let found = find(&desk, number.into_inner()).await?;
    desk.page(&page(&desk, found))
}

/// Puts what was typed into what was recognised.
fn corrected(mut source: Source, form: &Form, faults: &mut Faults) -> Source {
    source.code = form.needed("code", 64, faults);
    source.kind = Kind::from_text(form.text("kind")).unwrap_or_default();
    source.title = form.needed("title", 300, faults);
    form.text("field").clone_into(&mut source.field);
    let codes = form
        .text("tthc_code")
        .split([',', ';', ' '])
        .filter(|code| !code.is_empty());
    let known = std::mem::take(&mut source.tthc);
    source.tthc = codes
        .map(|code| Tthc {
            code: code.to_owned(),
            name: known
                .iter()
                .find(|row| row.code == code)
                .map_or(&source.title, |row| &row.name)
                .clone(),
        })
        .collect();
    // Steps that nobody found are begun as those of a new document.
    if source.steps.is_empty() && matches!(source.kind, Kind::WorkProcedure | Kind::SystemProcedure) {
        let step = |code: &str| StepRow {
            code: code.to_owned(),
            ..StepRow::default()
        };
        source.steps = vec![step("B1"), step("B2")];
    }
    source
}

pub(in crate::documents) async fn draft(
    desk: Desk,
    number: web::Path<i64>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    let number = number.into_inner();
    let found = find(&desk, number).await?;
    let mut faults = Faults::default();
    let source = found
        .read
        .as_ref()
        .map(|(_, own)| own.source.clone())
        .unwrap_or_default();
    let source = corrected(source, &form, &mut faults);
    if !faults.is_empty() {
        return refused(
            &desk,
            found,
            form.typed(),
            (StatusCode::UNPROCESSABLE_ENTITY, faults, None),
        );
    }
    let (text, seen) = (procedures::write(&source), form.number("row_version").unwrap_or(0));
    match desk
        .try_change(move |work| word::make_draft(work, (number, seen), &text))
        .await?
    {
        Ok(id) => Ok(desk.done(format!("/versions/{id}/edit"), "documents.created")),
        Err(failure) => {
            let status = failure.status_code();
            let problem = Some(desk.sentence(&failure.said()?));
            let found = find(&desk, number).await?;
            refused(&desk, found, form.typed(), (status, Faults::default(), problem))
        }
    }
}

pub(in crate::documents) async fn leave(
    desk: Desk,
    number: web::Path<i64>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    let number = number.into_inner();
    let seen = form.number("row_version").unwrap_or(0);
    match desk.try_change(move |work| word::leave(work, (number, seen))).await? {
        Ok(()) => Ok(desk.done("/documents/import", "documents.word_left")),
        Err(failure) => {
            let status = failure.status_code();
            let problem = Some(desk.sentence(&failure.said()?));
            let found = find(&desk, number).await?;
            let typed = found
                .read
                .as_ref()
                .map(|(_, own)| recognised_fields(&own.source))
                .unwrap_or_default();
            refused(&desk, found, typed, (status, Faults::default(), problem))
        }
    }
}

fn refused(
    desk: &Desk,
    found: Found,
    typed: BTreeMap<String, String>,
    (status, faults, problem): (StatusCode, Faults, Option<String>),
) -> Result<HttpResponse, Failure> {
    let page = ReviewPage {
        typed,
        faults,
        problem,
        ..page(desk, found)
    };
    desk.page_with(status, &page)
}
