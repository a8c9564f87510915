//! The figures of a period: how many cases conform, how well the way fits, how many are in time, and what was found.

use super::asked::Asked;
use crate::conformance::finding::FindingKind;
use crate::conformance::severities::{Severities, Weight};
use crate::conformance::store::{judge_all, severities};
use crate::conformance::summary::{Summary, Tally};
use crate::documents;
use crate::kernel::{DocumentId, Language};
use crate::ledger::Work;
use crate::render::{Bar, Chart, Legend, bars};
use crate::web::{Desk, Failure, Page};
use actix_web::HttpResponse;
use serde::Serialize;
use std::collections::BTreeMap;

/// The longest table of officials, steps or procedures; the rest is a list away.
const MOST_ROWS: usize = 30;

#[derive(Serialize)]
struct OverviewPage {
    asked: Asked,
    procedures: Vec<Choice>,
    figures: Figures,
    chart: String,
    kinds: Vec<KindRow>,
    people: Vec<Row>,
    steps: Vec<Row>,
    by_procedure: Vec<ProcedureRow>,
    links: Links,
    /// The rows of a table when one of them was cut.
    most_rows: Option<usize>,
}

impl Page for OverviewPage {
    const TEMPLATE: &'static str = "conformance/overview.html";
}

/// A procedure to choose.
#[derive(Clone, Serialize)]
pub(super) struct Choice {
    code: String,
    title: String,
}

/// The figures at the top; shares are whole percents, and `None` where there is nothing to divide by.
#[derive(Serialize)]
struct Figures {
    cases: u32,
    undetermined: u32,
    conforming: u32,
    determined: u32,
    conforming_share: Option<String>,
    fitness: Option<String>,
    closed: u32,
    in_time: u32,
    in_time_share: Option<String>,
}

#[derive(Serialize)]
struct KindRow {
    kind: FindingKind,
    code: &'static str,
    severity: Weight,
    findings: u32,
    cases: u32,
    path: String,
}

#[derive(Serialize)]
struct Row {
    label: String,
    note: String,
    findings: u32,
    cases: u32,
    path: String,
}

#[derive(Serialize)]
struct ProcedureRow {
    code: String,
    title: String,
    cases: u32,
    conforming: u32,
    share: String,
    findings: u32,
    path: String,
    deviating_path: String,
    flow_path: String,
}

#[derive(Serialize)]
struct Links {
    all: String,
    conforming: String,
    deviating: String,
    late: String,
    timeline: String,
}

/// Codes and titles of documents.
type Titles = BTreeMap<DocumentId, (String, String)>;

/// The procedures of the office, for the choice and for names.
pub(super) fn procedures(work: &mut Work<'_>) -> Result<(Vec<Choice>, Titles), Failure> {
    let language = work.actor.language;
    let mut titles = Titles::new();
    let mut choices = Vec::new();
    for head in documents::effective(work)? {
        let english = language == Language::En && !head.title_en.is_empty();
        let title = if english { head.title_en } else { head.title };
        if head.kind == "work_procedure" {
            choices.push(Choice {
                code: head.code.clone(),
                title: title.clone(),
            });
        }
        titles.insert(head.document_id, (head.code, title));
    }
    Ok((choices, titles))
}

/// A share in whole percents, as the reader writes it.
fn share(part: u32, whole: u32) -> Option<String> {
    (whole > 0).then(|| format!("{:.0} %", f64::from(part) * 100.0 / f64::from(whole)))
}

pub(super) async fn show(desk: Desk) -> Result<HttpResponse, Failure> {
    let asked = Asked::of(&desk);
    let wanted = asked.clone();
    let (summary, severities, choices, titles) = desk
        .read(move |work| {
            let filter = wanted.filter(work)?;
            let judged = judge_all(work, &filter)?;
            let summary = Summary::of(judged.iter().map(|one| (&one.trace, &*one.judgement)));
            let (choices, mut titles) = procedures(work)?;
            for one in &judged {
                // A procedure that is no longer in force keeps its name.
                let source = &one.content.source;
                let own = || (source.code.clone(), source.title.clone());
                titles.entry(one.trace.document.clone()).or_insert_with(own);
            }
            Ok::<_, Failure>((summary, severities(work)?, choices, titles))
        })
        .await?;
    desk.page(&OverviewPage {
        figures: figures(&desk, &summary),
        chart: chart(&desk, &summary),
        kinds: summary
            .kinds
            .iter()
            .map(|(kind, tally)| kind_row(&asked, &severities, (*kind, *tally)))
            .collect(),
        people: people(&asked, &summary),
        steps: steps(&asked, &summary, &titles),
        by_procedure: by_procedure(&asked, &summary, &titles),
        links: Links {
            all: asked.list(&[]),
            conforming: asked.list(&[("only", "conforming")]),
            deviating: asked.list(&[("only", "deviating")]),
            late: asked.list(&[("kind", FindingKind::CaseLate.as_str())]),
            timeline: asked.timeline(),
        },
        procedures: choices,
        asked,
        most_rows: longest(&summary).filter(|rows| *rows > MOST_ROWS).map(|_| MOST_ROWS),
    })
}

/// The rows of the longest table.
fn longest(summary: &Summary) -> Option<usize> {
    [summary.people.len(), summary.steps.len(), summary.procedures.len()]
        .into_iter()
        .max()
}

fn figures(desk: &Desk, summary: &Summary) -> Figures {
    let determined = summary.cases - summary.undetermined;
    let fitness = summary.fitness.map(|fitness| format!("{fitness:.3}"));
    Figures {
        cases: summary.cases,
        undetermined: summary.undetermined,
        conforming: summary.conforming,
        determined,
        conforming_share: share(summary.conforming, determined),
        fitness: fitness.map(|text| {
            if desk.language() == Language::Vi {
                text.replace('.', ",")
            } else {
                text
            }
        }),
        closed: summary.closed,
        in_time: summary.in_time,
        in_time_share: share(summary.in_time, summary.closed),
    }
}

fn chart(desk: &Desk, summary: &Summary) -> String {
    let word = |key: &str| desk.word(&format!("conformance.{key}"), &[]);
    let (title, description, no_data) = (word("chart.title"), word("chart.description"), word("chart.no_data"));
    let chart = Chart {
        id: "kinds",
        title: &title,
        description: &description,
        no_data: &no_data,
        number: |number| number.to_string(),
    };
    let mut rows: Vec<Bar> = summary
        .kinds
        .iter()
        .map(|(kind, tally)| Bar {
            label: word(&format!("kind.{kind}")),
            first: tally.findings,
            second: 0,
        })
        .collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.first));
    bars(&chart, &Legend::default(), &rows)
}

fn kind_row(asked: &Asked, severities: &Severities, (kind, tally): (FindingKind, Tally)) -> KindRow {
    KindRow {
        kind,
        code: kind.code(),
        severity: severities.weight(kind),
        findings: tally.findings,
        cases: tally.cases,
        path: asked.list(&[("kind", kind.as_str())]),
    }
}

fn people(asked: &Asked, summary: &Summary) -> Vec<Row> {
    let row = |(person, name, tally): &(_, String, Tally)| {
        let person: &crate::kernel::PersonId = person;
        Row {
            label: name.clone(),
            note: String::new(),
            findings: tally.findings,
            cases: tally.cases,
            path: asked.list(&[("only", "deviating"), ("person", person.as_str())]),
        }
    };
    summary.people.iter().take(MOST_ROWS).map(row).collect()
}

fn steps(asked: &Asked, summary: &Summary, titles: &Titles) -> Vec<Row> {
    let row = |((document, step), tally): &((DocumentId, String), Tally)| {
        let (code, title) = titles.get(document).cloned().unwrap_or_default();
        Row {
            label: step.clone(),
            path: asked.list(&[("procedure", &code), ("only", "deviating"), ("step", step)]),
            note: format!("{code} {title}"),
            findings: tally.findings,
            cases: tally.cases,
        }
    };
    summary.steps.iter().take(MOST_ROWS).map(row).collect()
}

fn by_procedure(asked: &Asked, summary: &Summary, titles: &Titles) -> Vec<ProcedureRow> {
    let rows = summary.procedures.iter().take(MOST_ROWS).map(|(document, tally)| {
        let (code, title) = titles.get(document).cloned().unwrap_or_default();
        ProcedureRow {
            path: asked.list(&[("procedure", &code)]),
            deviating_path: asked.list(&[("procedure", &code), ("only", "deviating")]),
            flow_path: asked.flow(&code),
            share: share(tally.conforming, tally.cases).unwrap_or_default(),
            code,
            title,
            cases: tally.cases,
            conforming: tally.conforming,
            findings: tally.found.findings,
        }
    });
    rows.collect()
}
