//! The tables that the front matter of a version makes: facts, steps, dossier, forms, records.

use super::cover::{Say, cell};
use crate::documents::pages::{DossierShown, Shown, StepShown};
use crate::print::{Cell, Face, Paragraph, Table};

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

pub(super) fn summary(it: &Shown, say: &Say<'_>) -> Option<Table> {
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

pub(super) fn steps(it: &Shown, say: &Say<'_>) -> Option<Table> {
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

pub(super) fn dossier(it: &Shown, say: &Say<'_>) -> Option<Table> {
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

pub(super) fn forms(it: &Shown, say: &Say<'_>) -> Option<Table> {
    let columns = [(25.0, "documents.field.code"), (75.0, "documents.column.form_name")];
    let row = |one: &crate::documents::FormShown| vec![cell(one.code.clone(), Face::Bold), lines([one.name.clone()])];
    table(say, &columns, it.forms.iter().map(row).collect())
}

pub(super) fn records(it: &Shown, say: &Say<'_>) -> Option<Table> {
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
