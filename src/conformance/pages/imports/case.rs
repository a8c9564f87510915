//! One case of a compared log: its steps beside the model, move by move, and its findings.

use super::cases::{Told, fitness};
use super::{load, number};
use crate::conformance::imports::Opened;
use crate::conformance::{CaseResult, MoveKind, ReplayMove};
use crate::logs::NO_TIME;
use crate::web::{Desk, Failure, Page};
use actix_web::HttpResponse;
use actix_web::web::Path;
use chrono::{DateTime, NaiveDateTime};
use serde::Serialize;

#[derive(Serialize)]
struct CasePage {
    number: i64,
    log: String,
    name: String,
    cost: Option<u32>,
    at_least: u32,
    fitness: String,
    moves: Vec<Step>,
    findings: Vec<Told>,
    previous: Option<usize>,
    next: Option<usize>,
}

impl Page for CasePage {
    const TEMPLATE: &'static str = "conformance/imports/case.html";
}

/// One move of the comparison.
#[derive(Serialize)]
struct Step {
    kind: &'static str,
    /// Where it stands in the file: the line of its event.
    line: Option<usize>,
    /// What was done, with its outcome.
    done: Option<String>,
    outcome: Option<String>,
    who: String,
    role: String,
    at: Option<NaiveDateTime>,
    /// What the model has there, and the short form of it.
    model: Option<String>,
    short: Option<String>,
}

pub(super) async fn show(desk: Desk, path: Path<(String, usize)>) -> Result<HttpResponse, Failure> {
    let (log, place) = path.into_inner();
    let (import, opened) = load::opened(&desk, number(&log)?).await?;
    let (pages, language) = (desk.site().pages.clone(), desk.language());
    let page = desk
        .aside(move || {
            let count = opened.replay.log().cases();
            let case = place.checked_sub(1).and_then(|place| opened.replay.case(place))?;
            let told = opened.teller(pages.words()).findings(&case);
            Some(CasePage {
                number: import.number,
                log: import.name,
                name: case.case.name().to_owned(),
                cost: case.cost,
                at_least: case.at_least,
                fitness: fitness(case.fitness, language),
                moves: case.moves.iter().map(|step| of(&opened, &case, &step)).collect(),
                findings: told.into_iter().map(|own| Told::of(own, language)).collect(),
                previous: (place > 1).then(|| place - 1),
                next: (place < count).then_some(place + 1),
            })
        })
        .await?;
    desk.page(&page.ok_or(Failure::NotFound)?)
}

fn of(opened: &Opened, case: &CaseResult<'_>, step: &ReplayMove) -> Step {
    let log = opened.replay.log();
    let event = |event: usize| {
        let done = case.case.steps().get(event).and_then(|symbol| log.step(*symbol));
        let doer = case.case.doers().get(event).and_then(|symbol| log.doer(*symbol));
        (done, doer)
    };
    let (done, doer) = step.event.map(event).unwrap_or_default();
    let at = step.event.and_then(|event| case.case.times().get(event).copied());
    let at = at.filter(|at| *at != NO_TIME).and_then(DateTime::from_timestamp_millis);
    let node = step.node.filter(|_| step.kind != MoveKind::Log);
    let model = opened.replay.model();
    Step {
        kind: step.kind.as_str(),
        line: step.event.and_then(|event| case.case.line(event)),
        done: done.map(|done| done.activity.to_owned()),
        outcome: done.and_then(|done| done.outcome).map(ToOwned::to_owned),
        who: doer.and_then(|doer| doer.resource).unwrap_or_default().to_owned(),
        role: doer.and_then(|doer| doer.role).unwrap_or_default().to_owned(),
        at: at.map(|at| at.naive_utc()),
        model: node.map(|node| model.title(node)),
        short: node
            .map(|node| model.node(node))
            .map(|(id, label)| label.unwrap_or(id).to_owned()),
    }
}
