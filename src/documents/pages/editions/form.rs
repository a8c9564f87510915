//! The form of what is said of an edition, and opening one.

use super::path_of;
use crate::documents::editions::{NewEdition, open_edition};
use crate::documents::route::Meaning;
use crate::documents::store;
use crate::kernel::PositionId;
use crate::ledger::Work;
use crate::people::{self, Position};
use crate::web::{Desk, Failure, Faults, Form, Page};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The longest title, in characters.
const LONGEST: usize = 300;

#[derive(Serialize)]
struct NewPage {
    positions: Vec<Position>,
    today: NaiveDate,
    typed: BTreeMap<String, String>,
    faults: Faults,
    problem: Option<String>,
}

impl Page for NewPage {
    const TEMPLATE: &'static str = "editions/new.html";
}

/// What the form says of an edition.
pub(super) fn read(form: &Form) -> Result<NewEdition, Faults> {
    let mut faults = Faults::default();
    let title = form.needed("title", LONGEST, &mut faults);
    let decided_on = form.date("decided_on", &mut faults);
    let effective_from = form.date("effective_from", &mut faults);
    if effective_from.is_none() {
        faults.add("effective_from", "form.needed");
    }
    let position = form.needed("position", LONGEST, &mut faults);
    match effective_from.filter(|_| faults.is_empty()) {
        Some(effective_from) => Ok(NewEdition {
            title,
            decision_no: form.text("decision_no").to_owned(),
            decided_on,
            effective_from,
            position: PositionId::of(position),
        }),
        None => Err(faults),
    }
}

/// The positions that approve by some route; all of them while no route names one.
fn signers(work: &mut Work<'_>) -> Result<Vec<Position>, Failure> {
    let stages = store::routes(work)?.into_iter().flat_map(|route| route.stages);
    let approving: BTreeSet<PositionId> = stages
        .filter(|stage| stage.meaning == Meaning::Approve)
        .flat_map(|stage| stage.positions)
        .map(|position| position.id)
        .collect();
    let mut all = people::positions(work)?;
    all.retain(|position| approving.is_empty() || approving.contains(&position.id));
    Ok(all)
}

async fn page(desk: &Desk, typed: BTreeMap<String, String>) -> Result<NewPage, Failure> {
    let positions = desk.read(signers).await?;
    Ok(NewPage {
        positions,
        today: desk.actor().today(),
        typed,
        faults: Faults::default(),
        problem: None,
    })
}

pub(in crate::documents::pages) async fn form(desk: Desk) -> Result<HttpResponse, Failure> {
    let page = page(&desk, BTreeMap::new()).await?;
    desk.page(&page)
}

pub(in crate::documents::pages) async fn create(desk: Desk, form: Form) -> Result<HttpResponse, Failure> {
    let new = match read(&form) {
        Ok(new) => new,
        Err(faults) => {
            let page = NewPage {
                faults,
                ..page(&desk, form.typed()).await?
            };
            return desk.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    match desk.try_change(move |work| open_edition(work, &new)).await? {
        Ok(number) => Ok(desk.done(path_of(number), "editions.opened")),
        Err(failure) => {
            let status = failure.status_code();
            let problem = Some(desk.sentence(&failure.said()?));
            let page = NewPage {
                problem,
                ..page(&desk, form.typed()).await?
            };
            desk.page_with(status, &page)
        }
    }
}
