//! The personal handbook (sổ tay): my steps in all procedures in force, on paper as on the screen.

use super::my_work::{MyProcedure, load, procedures};
use crate::kernel::Language;
use crate::people;
use crate::web::{Desk, Failure, Page};
use actix_web::HttpResponse;
use chrono::NaiveDate;
use serde::Serialize;

#[derive(Serialize)]
struct HandbookPage {
    name: String,
    positions: Vec<String>,
    today: NaiveDate,
    procedures: Vec<MyProcedure>,
    steps: usize,
}

impl Page for HandbookPage {
    const TEMPLATE: &'static str = "home/handbook.html";
}

pub(super) async fn show(desk: Desk) -> Result<HttpResponse, Failure> {
    let person = desk.person()?.clone();
    let id = person.id.clone();
    let (mine, positions) = desk
        .read(move |work| {
            let today = work.actor.today();
            let positions = people::positions_of(work, &id, today)?;
            Ok::<_, Failure>((load(work, &id)?, positions))
        })
        .await?;
    let (pages, language) = (desk.site().pages.clone(), desk.language());
    let procedures = desk.aside(move || procedures(&mine, pages.words(), language)).await?;
    desk.page(&HandbookPage {
        name: person.full_name,
        positions: positions
            .into_iter()
            .map(|one| match language {
                Language::En if !one.name_en.is_empty() => one.name_en,
                Language::En | Language::Vi => one.name,
            })
            .collect(),
        today: desk.actor().today(),
        steps: procedures.iter().map(|procedure| procedure.steps.len()).sum(),
        procedures,
    })
}
