//! The cases of a compared log, by name.

use super::{load, number};
use crate::conformance::CaseResult;
use crate::conformance::finding::{FindingKind, Severity};
use crate::kernel::Language;
use crate::web::escaped;
use crate::web::{Desk, Failure, Page};
use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::Serialize;

/// Cases on a page.
const PAGE: usize = 50;

#[derive(Serialize)]
struct CasesPage {
    number: i64,
    name: String,
    rows: Vec<Row>,
    kinds: &'static [FindingKind],
    kind: Option<FindingKind>,
    only: &'static str,
    total: usize,
    from: usize,
    previous: Option<String>,
    next: Option<String>,
}

impl Page for CasesPage {
    const TEMPLATE: &'static str = "conformance/imports/cases.html";
}

#[derive(Serialize)]
struct Row {
    place: usize,
    name: String,
    cost: Option<u32>,
    at_least: u32,
    fitness: String,
    events: usize,
    findings: Vec<Told>,
    conforms: bool,
}

/// A finding in the reader's language.
#[derive(Serialize)]
pub(super) struct Told {
    pub(super) kind: FindingKind,
    pub(super) code: &'static str,
    pub(super) severity: Severity,
    pub(super) says: String,
    pub(super) rule: String,
    pub(super) step: String,
    pub(super) row: Option<usize>,
    pub(super) event: Option<usize>,
    pub(super) who: String,
}

impl Told {
    pub(super) fn of(told: crate::conformance::Told, language: Language) -> Self {
        let (says, rule) = match language {
            Language::Vi => (told.says_vi, told.rule_vi),
            Language::En => (told.says_en, told.rule_en),
        };
        Self {
            kind: told.kind,
            code: told.kind.code(),
            severity: told.severity,
            says,
            rule,
            step: told.step,
            row: told.row,
            event: told.event.map(|event| event + 1),
            who: told.who,
        }
    }
}

/// The fitness of a case as the reader writes it.
pub(super) fn fitness(value: Option<f64>, language: Language) -> String {
    let text = value.map_or("–".to_owned(), |value| format!("{value:.3}"));
    match language {
        Language::Vi => text.replace('.', ","),
        Language::En => text,
    }
}

fn row(place: usize, case: &CaseResult<'_>, (findings, conforms): (Vec<Told>, bool), language: Language) -> Row {
    Row {
        place,
        name: case.case.name().to_owned(),
        cost: case.cost,
        at_least: case.at_least,
        fitness: fitness(case.fitness, language),
        events: case.case.steps().len(),
        findings,
        conforms,
    }
}

pub(super) async fn show(desk: Desk, path: Path<String>) -> Result<HttpResponse, Failure> {
    let (import, opened) = load::opened(&desk, number(&path)?).await?;
    let asked = desk.query();
    let text = |name: &str| asked.get(name).map(String::as_str).unwrap_or_default();
    let kind = FindingKind::parse(text("kind"));
    let only = match text("only") {
        "conforming" => "conforming",
        "deviating" => "deviating",
        _ => "all",
    };
    let from: usize = text("from").parse().unwrap_or(0);
    let (pages, language) = (desk.site().pages.clone(), desk.language());
    let (rows, total) = desk
        .aside(move || {
            let words = pages.words();
            let marks = opened.marks(words);
            let wanted = |place: &usize| {
                marks.get(*place).is_some_and(|marks| {
                    kind.is_none_or(|kind| marks.has(kind))
                        && (only == "all" || marks.conforms == (only == "conforming"))
                })
            };
            let places: Vec<usize> = (0..marks.len()).filter(wanted).collect();
            let mut teller = opened.teller(words);
            let rows = places.iter().skip(from).take(PAGE).filter_map(|place| {
                let case = opened.replay.case(*place)?;
                let told = teller.findings(&case).into_iter().map(|own| Told::of(own, language));
                let conforms = marks.get(*place).is_some_and(|marks| marks.conforms);
                Some(row(place + 1, &case, (told.collect(), conforms), language))
            });
            let rows: Vec<Row> = rows.collect();
            (rows, places.len())
        })
        .await?;
    let address = |from: usize| {
        let kind = kind.map_or("", FindingKind::as_str);
        format!(
            "/conformance/logs/{}/cases?only={only}&kind={}&from={from}",
            import.number,
            escaped(kind)
        )
    };
    desk.page(&CasesPage {
        number: import.number,
        name: import.name.clone(),
        kinds: FindingKind::ALL,
        kind,
        only,
        total,
        from,
        previous: (from > 0).then(|| address(from.saturating_sub(PAGE))),
        next: (from + PAGE < total).then(|| address(from + PAGE)),
        rows,
    })
}
