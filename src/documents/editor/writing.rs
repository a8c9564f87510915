//! A document as cells of the editor.

use super::hours::CellWords;
use super::sheet::{Row, Sheet, StepCells};
use crate::kernel::Language;
use crate::procedures::{NextRow, Source, StepRow, StepTimes};

/// The cells that show a document.
pub(in crate::documents) fn sheet_of(source: &Source, words: &CellWords, language: Language) -> Sheet {
    let time = |text: &str| words.shown(text, language);
    let cases: Vec<&str> = source.durations.iter().map(|row| row.code.as_str()).collect();
    Sheet {
        head: head(source),
        unverified: source.unverified.clone(),
        lists: lists(source, &time)
            .into_iter()
            .chain([("inputs", inputs(source, words, language))])
            .collect(),
        steps: source.steps.iter().map(|row| step(row, &cases, &time)).collect(),
    }
}

fn row<const N: usize>(cells: [(&str, &str); N]) -> Row {
    cells.map(|(column, cell)| (column.to_owned(), cell.to_owned())).into()
}

fn lines(texts: &[String]) -> String {
    texts.join("\n")
}

fn codes(codes: &[String]) -> String {
    codes.join(", ")
}

fn number(number: Option<u32>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}

fn head(source: &Source) -> Row {
    row([
        ("code", &source.code),
        ("kind", source.kind.as_str()),
        ("title", &source.title),
        ("title_en", &source.title_en),
        ("field", &source.field),
        ("field_en", &source.field_en),
        ("review_months", &number(source.review_months)),
        ("sets", &number(source.sets)),
        ("change_summary", &source.change_summary),
        ("change_basis", &source.change_basis),
        ("result", &source.result),
        ("fee", &source.fee),
        ("file", &source.file),
        ("file_name", &source.file_name),
        ("receiving_place", &source.receiving_place),
        ("applicants", &source.applicants),
        ("conditions", &source.conditions),
        ("legal_basis", &lines(&source.legal_basis)),
        ("sources", &lines(&source.sources)),
        ("body", &source.body),
    ])
}

fn lists(source: &Source, time: &dyn Fn(&str) -> String) -> [(&'static str, Vec<Row>); 6] {
    let tthc = source
        .tthc
        .iter()
        .map(|one| row([("code", &one.code), ("name", &one.name)]));
    let durations = source.durations.iter().map(|one| {
        row([
            ("code", &one.code),
            ("name", &one.name),
            ("limit", &time(&one.limit)),
            ("note", &one.note),
            ("same_day_cutoff", &one.same_day_cutoff),
        ])
    });
    let shared = source
        .shared_times
        .iter()
        .map(|one| row([("code", &one.code), ("limit", &time(&one.limit))]));
    let dossier = source.dossier.iter().map(|one| {
        row([
            ("name", &one.name),
            ("mode", one.mode.as_str()),
            ("originals", &one.originals.to_string()),
            ("copies", &one.copies.to_string()),
            ("form", &one.form),
            ("condition", &one.condition),
        ])
    });
    let forms = source.forms.iter().map(|one| {
        row([
            ("code", &one.code),
            ("name", &one.name),
            ("file", &one.file),
            ("file_name", &one.file_name),
        ])
    });
    let records = source.records.iter().map(|one| {
        row([
            ("name", &one.name),
            ("place", &one.place),
            ("retention", &one.retention),
        ])
    });
    [
        ("tthc", tthc.collect()),
        ("durations", durations.collect()),
        ("shared_times", shared.collect()),
        ("dossier", dossier.collect()),
        ("forms", forms.collect()),
        ("records", records.collect()),
    ]
}

fn inputs(source: &Source, words: &CellWords, language: Language) -> Vec<Row> {
    let input = |one: &crate::forms::InputRow| {
        let rules: Vec<String> = one.rules.iter().map(|rule| words.rules.shown(rule, language)).collect();
        row([
            ("code", &one.code),
            ("label", &one.label),
            ("kind", &one.kind),
            ("within", &one.within),
            ("options", &lines(&one.options)),
            ("rules", &lines(&rules)),
            ("help", &one.help),
        ])
    };
    source.inputs.iter().map(input).collect()
}

fn step(step: &StepRow, cases: &[&str], time: &dyn Fn(&str) -> String) -> StepCells {
    let (times, other_times) = times(&step.time, cases, time);
    let next: Vec<String> = step.next.iter().map(way).collect();
    StepCells {
        cells: row([
            ("code", &step.code),
            ("name", &step.name),
            ("next", &lines(&next)),
            ("parallel", &step.parallel),
            ("different_from", &codes(&step.different_from)),
            ("same_as", &codes(&step.same_as)),
            ("max_times", &number(step.max_times)),
            ("forms", &codes(&step.forms)),
            ("outputs", &lines(&step.outputs)),
            ("note", &step.note),
            ("other_times", &other_times),
        ]),
        roles: step.roles.clone(),
        times,
        uncounted: !step.counted,
        optional: step.optional,
        paused: step.paused,
    }
}

fn way(next: &NextRow) -> String {
    if next.outcome.is_empty() {
        next.to.clone()
    } else {
        format!("{} → {}", next.outcome, next.to)
    }
}

/// One cell for each duration case; times of cases that the document does not have stand in a cell of their own.
fn times(times: &StepTimes, cases: &[&str], time: &dyn Fn(&str) -> String) -> (Vec<String>, String) {
    let mut cells = vec![String::new(); cases.len().max(1)];
    let mut others = Vec::new();
    match times {
        StepTimes::Unstated => {}
        StepTimes::Same(text) => cells.iter_mut().take(1).for_each(|cell| *cell = time(text)),
        StepTimes::ByDuration(texts) => {
            for (case, text) in texts {
                let at = cases.iter().position(|known| known == case);
                match at.and_then(|at| cells.get_mut(at)) {
                    Some(cell) => *cell = time(text),
                    None => others.push(format!("{case}: {}", time(text))),
                }
            }
        }
    }
    (cells, others.join("\n"))
}
