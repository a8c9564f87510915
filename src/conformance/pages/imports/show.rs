//! One log: how far its comparison is, what was wrong with it, or its figures.

use super::list::{against, version_path};
use super::map::fault_text;
use super::{load, number, trouble};
use crate::conformance::imports::{
    self, Import, Progress, State, Summary, Trouble, begin as begin_it, give_up as give_it_up, has_room,
};
use crate::documents::{self, VersionHead};
use crate::kernel::Language;
use crate::render::{Bar, Chart, Legend, bars};
use crate::web::{Desk, Failure, Form, Page, Say};
use actix_web::HttpResponse;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::web::Path;
use chrono::NaiveDateTime;
use serde::Serialize;

/// Seconds after which a page of a running comparison is asked for again.
const AGAIN: &str = "2";

#[derive(Serialize)]
struct ShowPage {
    number: i64,
    name: String,
    file_name: String,
    file_sha256: String,
    against: String,
    against_path: Option<String>,
    added_by: String,
    added_at: NaiveDateTime,
    judged_at: Option<NaiveDateTime>,
    row_version: i64,
    state: State,
    /// From 0 to 100 while it is compared; none when that was broken off.
    percent: Option<u32>,
    trouble: Option<String>,
    figures: Option<Figures>,
}

impl Page for ShowPage {
    const TEMPLATE: &'static str = "conformance/imports/show.html";
}

#[derive(Serialize)]
struct Figures {
    cases: usize,
    events: usize,
    variants: usize,
    conforming: usize,
    conforming_share: String,
    deviating: usize,
    fitting: usize,
    not_determined: usize,
    log_fitness: String,
    average_fitness: String,
    shortest_run: Option<u32>,
    found: Vec<Found>,
    chart: String,
    faults: Vec<String>,
    all_faults: usize,
    columns: Vec<(String, String)>,
    has: (bool, bool, bool),
}

#[derive(Serialize)]
struct Found {
    kind: String,
    step: String,
    severity: String,
    findings: usize,
    cases: usize,
    path: String,
}

pub(super) async fn show(desk: Desk, path: Path<String>) -> Result<HttpResponse, Failure> {
    let mut import = load::by_number(&desk, number(&path)?).await?;
    let progress = imports::progress(&import.id);
    if import.state == State::Running && progress.is_none() {
        // It may have ended since it was read: what it gave is kept before its progress goes.
        import = load::by_number(&desk, import.number).await?;
    }
    let version = import.version.clone();
    let head = desk
        .read(move |work| match &version {
            Some(version) => Ok::<_, Failure>(Some(documents::head(work, version)?)),
            None => Ok(None),
        })
        .await?;
    let page = page(&desk, &import, (head.as_ref(), progress.as_deref()));
    let is_running = page.state == State::Running && page.percent.is_some();
    let mut response = desk.page(&page)?;
    if is_running {
        // Works without JavaScript: the browser asks again by itself.
        let name = HeaderName::from_static("refresh");
        response.headers_mut().insert(name, HeaderValue::from_static(AGAIN));
    }
    Ok(response)
}

fn page(desk: &Desk, import: &Import, (head, progress): (Option<&VersionHead>, Option<&Progress>)) -> ShowPage {
    let what = serde_json::from_str::<Trouble>(&import.result).ok();
    let summary = serde_json::from_str::<Summary>(&import.result).ok();
    ShowPage {
        number: import.number,
        name: import.name.clone(),
        file_name: import.file_name.clone(),
        file_sha256: import.file_sha256.clone(),
        against: against(desk, import, head),
        against_path: head.map(version_path),
        added_by: import.added_by_name.clone(),
        added_at: import.added_at,
        judged_at: import.judged_at,
        row_version: import.row_version,
        state: import.state,
        percent: progress.map(Progress::percent),
        trouble: what
            .filter(|_| import.state == State::Failed)
            .map(|what| trouble(desk, &what)),
        figures: summary
            .filter(|_| import.state == State::Done)
            .map(|summary| figures(desk, import.number, &summary)),
    }
}

fn figures(desk: &Desk, number: i64, summary: &Summary) -> Figures {
    let decimal = |text: String| {
        if desk.language() == Language::Vi {
            text.replace('.', ",")
        } else {
            text
        }
    };
    let fitness = |value: Option<f64>| value.map_or("–".to_owned(), |value| decimal(format!("{value:.4}")));
    let count = |number: usize| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
    let share = (summary.cases > 0).then(|| count(summary.conforming) * 100.0 / count(summary.cases));
    let found = summary.found.iter().map(|own| Found {
        kind: own.kind.clone(),
        step: own.step.clone(),
        severity: own.severity.clone(),
        findings: own.findings,
        cases: own.cases,
        path: format!("/conformance/logs/{number}/cases?kind={}", own.kind),
    });
    Figures {
        cases: summary.cases,
        events: summary.events,
        variants: summary.variants,
        conforming: summary.conforming,
        conforming_share: share.map_or("–".to_owned(), |share| decimal(format!("{share:.1} %"))),
        deviating: summary.cases.saturating_sub(summary.conforming),
        fitting: summary.fitting,
        not_determined: summary.not_determined,
        log_fitness: fitness(summary.log_fitness),
        average_fitness: fitness(summary.average_fitness),
        shortest_run: summary.shortest_run,
        found: found.collect(),
        chart: chart(desk, summary),
        faults: summary.faults.iter().map(|fault| fault_text(desk, fault)).collect(),
        all_faults: summary.all_faults,
        columns: summary
            .columns
            .iter()
            .map(|(field, column)| (desk.word(&format!("logs.field.{field}"), &[]), column.clone()))
            .collect(),
        has: summary.has,
    }
}

/// Cases by kind of finding.
fn chart(desk: &Desk, summary: &Summary) -> String {
    let word = |key: &str| desk.word(&format!("imports.chart.{key}"), &[]);
    let [title, description, no_data] = ["title", "description", "no_data"].map(word);
    let chart = Chart {
        id: "kinds",
        title: &title,
        description: &description,
        no_data: &no_data,
        number: |number| number.to_string(),
    };
    let mut rows: Vec<Bar> = Vec::new();
    for own in &summary.found {
        let label = desk.word(&format!("conformance.kind.{}", own.kind), &[]);
        let more = u32::try_from(own.findings).unwrap_or(u32::MAX);
        match rows.iter_mut().find(|row| row.label == label) {
            Some(row) => row.first = row.first.saturating_add(more),
            None => rows.push(Bar {
                label,
                first: more,
                second: 0,
            }),
        }
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.first));
    bars(&chart, &Legend::default(), &rows)
}

/// Has a log compared again that was broken off or given up, by the map it has.
pub(super) async fn begin(desk: Desk, path: Path<String>, form: Form) -> Result<HttpResponse, Failure> {
    let number = number(&path)?;
    let import = load::by_number(&desk, number).await?;
    if !has_room() {
        return Err(Failure::TooMany(Say::new("imports.refused.too_many")));
    }
    let row_version = form
        .number("row_version")
        .ok_or_else(|| Failure::Invalid(Say::new("failure.no_form")))?;
    let source = load::source(&desk, &import).await?;
    let begun = desk
        .change(move |work| begin_it(work, (number, row_version), |id| imports::progress(id).is_some()))
        .await?;
    imports::start(load::bench(&desk), begun, source);
    Ok(desk.see_other(format!("/conformance/logs/{number}")))
}

/// Gives a comparison up.
pub(super) async fn give_up(desk: Desk, path: Path<String>, _form: Form) -> Result<HttpResponse, Failure> {
    let number = number(&path)?;
    let import = desk.change(move |work| give_it_up(work, number)).await?;
    if let Some(progress) = imports::progress(&import.id) {
        progress.give_up();
    }
    Ok(desk.done(format!("/conformance/logs/{number}"), "imports.given_up"))
}
