//! A version as blocks: cover, numbered sections, tables, workflow, annexes, and what stands on every page.

use super::Imprint;
use super::cover::{Cover, Say, cell, day};
use super::facts::Facts;
use super::gather::Printable;
use super::token::token_of;
use crate::documents::content::Content;
use crate::documents::pages::{DossierShown, Shown, StepShown, shown};
use crate::documents::version::Stage;
use crate::kernel::Language;
use crate::print::{Block, Cell, Face, Paragraph, Part, Run, Running, Table, markdown};
use crate::render::Words;

/// A numbered copy: what its pages say of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyLabel {
    /// Its id, for the QR code.
    pub id: String,
    /// Its number among the copies of the document.
    pub number: i64,
    /// Who holds it.
    pub holder: String,
}

/// The sheet of a round, before anybody signed.
pub(super) fn sheet(facts: &Facts, content: &Content, words: &Words, round: i64) -> Part {
    let say = Say(words);
    let cover = Cover {
        facts,
        content,
        from: facts.planned_from,
        signatures: &[],
        notes: vec![
            say.fill("paper.sheet_note", &[("round", round.to_string())]),
            say.fill("paper.content_hash", &[("hash", content.sha256.clone())]),
        ],
    };
    let mut blocks = cover.blocks(&say);
    blocks.push(Block::NewPage);
    blocks.extend(text(facts, content, words));
    let foot = vec![
        say.fill("paper.sheet_foot", &[("round", round.to_string())]),
        say.fill("paper.content_hash", &[("hash", content.sha256.clone())]),
    ];
    Part {
        title: title(content),
        running: Running {
            foot,
            mark: Some(say.word("paper.mark.draft")),
            ..running(facts, content, &say)
        },
        blocks,
    }
}

fn title(content: &Content) -> String {
    format!("{} {}", content.source.code, content.source.title)
}

fn running(facts: &Facts, content: &Content, say: &Say<'_>) -> Running {
    let issue = say.fill("documents.issue", &[("n", facts.number.to_string())]);
    let page = say.word("paper.page");
    Running {
        left: format!("{} · {}", facts.agency, content.source.title),
        right: format!("{} · {issue} · {page}", content.source.code),
        ..Running::default()
    }
}

/// The state that must not be overlooked.
fn mark(stage: Stage) -> Option<&'static str> {
    match stage {
        Stage::Draft | Stage::InReview | Stage::InApproval | Stage::Cancelled => Some("paper.mark.draft"),
        Stage::Approved => Some("paper.mark.approved"),
        Stage::Effective => None,
        Stage::Superseded | Stage::Withdrawn => Some("paper.mark.obsolete"),
    }
}

/// The version as it is printed now.
pub(super) fn issue(version: &Printable, words: &Words, imprint: &Imprint) -> Part {
    let (say, head, content) = (Say(words), &version.head, version.content.as_ref());
    let mut notes = vec![say.fill("paper.content_hash", &[("hash", content.sha256.clone())])];
    if let Some(hash) = &version.sheet_sha256 {
        notes.push(say.fill("paper.sheet_hash", &[("hash", hash.clone())]));
    }
    if let Some(to) = head.effective_to {
        notes.insert(0, say.fill("paper.until", &[("day", day(Some(to)))]));
    }
    let cover = Cover {
        facts: &version.facts,
        content,
        from: head.effective_from.or(head.planned_from),
        signatures: &version.signatures,
        notes,
    };
    let mut blocks = cover.blocks(&say);
    blocks.push(Block::NewPage);
    blocks.extend(text(&version.facts, content, words));
    let annexes = if imprint.without_annexes {
        &[]
    } else {
        version.annexes.as_slice()
    };
    for (form, content) in annexes {
        let holes = [
            ("code", form.code.clone()),
            ("title", form.title.clone()),
            ("n", form.number.to_string()),
        ];
        blocks.push(Block::NewPage);
        blocks.push(heading(1, say.fill("paper.annex", &holes)));
        blocks.extend(markdown(&content.source.body));
    }
    let id = imprint.copy.as_ref().map_or(head.id.as_str(), |copy| copy.id.as_str());
    let address = imprint
        .address
        .as_ref()
        .zip(token_of(id))
        .map(|(address, token)| format!("{address}/c/{token}"));
    let label = match &imprint.copy {
        Some(copy) => say.fill(
            "paper.copy",
            &[("n", copy.number.to_string()), ("holder", copy.holder.clone())],
        ),
        None => say.word("paper.no_copy"),
    };
    let scan = address
        .as_ref()
        .map(|address| say.fill("paper.scan", &[("address", address.clone())]));
    Part {
        title: title(content),
        running: Running {
            foot: std::iter::once(label).chain(scan).collect(),
            qr: address,
            mark: mark(head.stage).map(|key| say.word(key)),
            ..running(&version.facts, content, &say)
        },
        blocks,
    }
}

fn heading(level: u8, text: String) -> Block {
    Block::Heading(level, vec![Run::new(text, Face::Bold)])
}

/// The sections of the text, and the tables that the front matter makes.
fn text(facts: &Facts, content: &Content, words: &Words) -> Vec<Block> {
    let say = Say(words);
    let it = shown(content, &facts.role_list(), words, Language::Vi);
    let mut blocks = markdown(&content.source.body);
    let mut section = |key: &str, table: Option<Table>| {
        if let Some(table) = table {
            blocks.push(heading(2, say.word(key)));
            blocks.push(Block::Table(table));
        }
    };
    section("documents.section.facts", summary(&it, &say));
    section("documents.part.steps", steps(&it, &say));
    if !it.picture.is_empty() {
        blocks.push(heading(2, say.word("documents.diagram.title")));
        blocks.push(Block::Picture(it.picture.clone(), it.sentences.join(" ")));
    }
    let mut section = |key: &str, table: Option<Table>| {
        if let Some(table) = table {
            blocks.push(heading(2, say.word(key)));
            blocks.push(Block::Table(table));
        }
    };
    section("documents.part.dossier", dossier(&it, &say));
    section("documents.part.forms", forms(&it, &say));
    section("documents.part.records", records(&it, &say));
    if !it.legal_basis.is_empty() {
        blocks.push(heading(2, say.word("documents.field.legal_basis")));
        for one in &it.legal_basis {
            blocks.push(Block::Paragraph(Paragraph {
                label: Some("–".to_owned()),
                indent: 18.0,
                before: 3.0,
                ..Paragraph::of(one.clone(), Face::Plain)
            }));
        }
    }
    blocks
}

fn table(say: &Say<'_>, columns: &[(f32, &str)], rows: Vec<Vec<Cell>>) -> Option<Table> {
    (!rows.is_empty()).then(|| Table {
        columns: columns.iter().map(|(share, _)| *share).collect(),
        head: columns.iter().map(|(_, key)| cell(say.word(key), Face::Bold)).collect(),
        rows,
        whole_rows: false,
    })
}

/// Several lines of one cell.
fn lines(lines: impl IntoIterator<Item = String>) -> Cell {
    lines
        .into_iter()
        .filter(|line| !line.is_empty())
        .map(|line| Paragraph::of(line, Face::Plain).in_cell())
        .collect()
}

fn summary(it: &Shown, say: &Say<'_>) -> Option<Table> {
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    let mut row = |label: String, text: Cell| {
        if !text.is_empty() {
            rows.push(vec![cell(label, Face::Bold), text]);
        }
    };
    let tthc = it.tthc.iter().map(|one| format!("{} ({})", one.name, one.code));
    row(say.word("documents.part.tthc"), lines(tthc));
    let many = it.durations.len() > 1;
    let durations = it.durations.iter().map(|one| {
        let name = if many { format!("{}: ", one.name) } else { String::new() };
        let note = if one.note.is_empty() {
            String::new()
        } else {
            format!(" – {}", one.note)
        };
        let hour = match one.same_day_cutoff.as_str() {
            "" => String::new(),
            hour => format!(" ({})", say.fill("documents.cutoff", &[("hour", hour.to_owned())])),
        };
        format!("{name}{}{hour}{note}", one.limit)
    });
    row(say.word("documents.part.durations"), lines(durations));
    for fact in &it.facts {
        row(
            say.word(&format!("documents.field.{}", fact.key)),
            lines([fact.text.clone()]),
        );
    }
    if it.has_unverified {
        let open = it.unverified.iter().filter(|(_, is)| **is);
        let names: Vec<String> = open
            .map(|(key, _)| say.word(&format!("documents.fact.{key}")))
            .collect();
        row(say.word("paper.unverified"), lines([names.join(", ")]));
    }
    (!rows.is_empty()).then(|| Table {
        columns: vec![28.0, 72.0],
        head: Vec::new(),
        rows,
        whole_rows: false,
    })
}

fn steps(it: &Shown, say: &Say<'_>) -> Option<Table> {
    let columns = [
        (7.0, "documents.column.number"),
        (33.0, "documents.column.step"),
        (17.0, "documents.field.roles"),
        (12.0, "documents.field.time"),
        (15.0, "documents.column.forms_outputs"),
        (16.0, "documents.field.next"),
    ];
    table(say, &columns, it.steps.iter().map(|one| step(one, say)).collect())
}

/// What is done in a step, and under which conditions.
fn task(one: &StepShown, say: &Say<'_>) -> Cell {
    let row = &one.row;
    let mut what = vec![Paragraph::of(row.name.clone(), Face::Plain).in_cell()];
    let mut marks = Vec::new();
    if !row.parallel.is_empty() {
        marks.push(say.fill("documents.step.parallel", &[("part", row.parallel.clone())]));
    }
    if row.optional {
        marks.push(say.word("documents.step.optional"));
    }
    if row.paused {
        marks.push(say.word("documents.step.paused"));
    }
    for (key, codes) in [
        ("documents.step.different_from", &row.different_from),
        ("documents.step.same_as", &row.same_as),
    ] {
        if !codes.is_empty() {
            marks.push(say.fill(key, &[("steps", codes.join(", "))]));
        }
    }
    if let Some(times) = row.max_times {
        marks.push(say.fill("documents.step.max_times", &[("n", times.to_string())]));
    }
    if !marks.is_empty() {
        what.push(Paragraph::of(format!("({})", marks.join("; ")), Face::Italic).in_cell());
    }
    if !row.note.is_empty() {
        what.push(Paragraph::of(row.note.clone(), Face::Italic).in_cell());
    }
    what
}

fn step(one: &StepShown, say: &Say<'_>) -> Vec<Cell> {
    let row = &one.row;
    let what = task(one, say);
    let mut times: Vec<String> = one
        .time_texts
        .iter()
        .map(|time| {
            let case = if time.case.is_empty() {
                String::new()
            } else {
                format!("{}: ", time.case)
            };
            let shared = if time.shared.is_empty() {
                String::new()
            } else {
                format!(
                    " ({})",
                    say.fill("documents.step.shared", &[("cell", time.shared.clone())])
                )
            };
            format!("{case}{}{shared}", time.text)
        })
        .collect();
    if !row.counted {
        times.push(say.word("documents.step.uncounted"));
    }
    let ways = one.ways.iter().map(|way| match way.outcome.as_str() {
        "" => way.to.clone(),
        outcome => format!("{outcome}: {}", way.to),
    });
    let or = format!(" {} ", say.word("documents.diagram.or"));
    let papers = one
        .form_list
        .iter()
        .map(|form| form.code.clone())
        .chain(row.outputs.iter().cloned());
    vec![
        cell(row.code.clone(), Face::Bold),
        what,
        lines([one.role_names.join(&or)]),
        lines(times),
        lines(papers),
        lines(ways),
    ]
}

fn dossier(it: &Shown, say: &Say<'_>) -> Option<Table> {
    let columns = [
        (7.0, "documents.column.number"),
        (45.0, "documents.column.paper"),
        (14.0, "documents.field.mode"),
        (9.0, "documents.field.originals"),
        (9.0, "documents.field.copies"),
        (16.0, "documents.field.form"),
    ];
    let row = |(number, one): (usize, &DossierShown)| {
        let item = &one.item;
        let condition = match item.condition.as_str() {
            "" => String::new(),
            text => say.fill("documents.only_when", &[("condition", text.to_owned())]),
        };
        vec![
            lines([(number + 1).to_string()]),
            lines([item.name.clone(), condition]),
            lines([say.word(&format!("documents.mode.{}", item.mode.as_str()))]),
            lines([item.originals.to_string()]),
            lines([item.copies.to_string()]),
            lines([item.form.clone()]),
        ]
    };
    let mut rows: Vec<Vec<Cell>> = it.dossier.iter().enumerate().map(row).collect();
    if let (Some(sets), false) = (it.sets, rows.is_empty()) {
        let text = say.fill("documents.sets", &[("n", sets.to_string())]);
        rows.push(vec![Cell::new(), lines([text])]);
    }
    table(say, &columns, rows)
}

fn forms(it: &Shown, say: &Say<'_>) -> Option<Table> {
    let columns = [(25.0, "documents.field.code"), (75.0, "documents.column.form_name")];
    let row = |one: &crate::documents::FormShown| vec![cell(one.code.clone(), Face::Bold), lines([one.name.clone()])];
    table(say, &columns, it.forms.iter().map(row).collect())
}

fn records(it: &Shown, say: &Say<'_>) -> Option<Table> {
    let columns = [
        (46.0, "documents.column.record"),
        (30.0, "documents.field.place"),
        (24.0, "documents.field.retention"),
    ];
    let row = |one: &crate::procedures::RecordRow| {
        vec![
            lines([one.name.clone()]),
            lines([one.place.clone()]),
            lines([one.retention.clone()]),
        ]
    };
    table(say, &columns, it.records.iter().map(row).collect())
}
