//! The personal handbook (sổ tay): my steps in all procedures in force, on the screen and as PDF.

use super::handbook_paper::paper;
use super::my_work::{MyProcedure, load, procedures};
use crate::documents::{pdf_answer, print_failure};
use crate::kernel::Language;
use crate::people;
use crate::print::print;
use crate::web::{Desk, Failure, Page};
use actix_web::HttpResponse;
use chrono::NaiveDate;
use serde::Serialize;

/// What the handbook of one person says today.
#[derive(Serialize)]
pub(super) struct Handbook {
    pub(super) name: String,
    pub(super) positions: Vec<String>,
    pub(super) today: NaiveDate,
    pub(super) procedures: Vec<MyProcedure>,
    pub(super) steps: usize,
}

impl Page for Handbook {
    const TEMPLATE: &'static str = "home/handbook.html";
}

async fn handbook(desk: &Desk, language: Language) -> Result<Handbook, Failure> {
    let person = desk.person()?.clone();
    let id = person.id.clone();
    let (mine, positions) = desk
        .read(move |work| {
            let today = work.actor.today();
            let positions = people::positions_of(work, &id, today)?;
            Ok::<_, Failure>((load(work, &id)?, positions))
        })
        .await?;
    let pages = desk.site().pages.clone();
    let procedures = desk.aside(move || procedures(&mine, pages.words(), language)).await?;
    Ok(Handbook {
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

pub(super) async fn show(desk: Desk) -> Result<HttpResponse, Failure> {
    let book = handbook(&desk, desk.language()).await?;
    desk.page(&book)
}

/// The handbook in the layout of official papers; it is Vietnamese, whatever the language of the reader.
pub(super) async fn pdf(desk: Desk) -> Result<HttpResponse, Failure> {
    let book = handbook(&desk, Language::Vi).await?;
    let (pages, at) = (desk.site().pages.clone(), desk.actor().at);
    let agency = desk.caller().agency_name.clone();
    let name = format!("so-tay-{}.pdf", book.today.format("%Y-%m-%d"));
    let printed = desk
        .aside(move || print(&paper(&book, &agency, at, pages.words())))
        .await?
        .map_err(print_failure)?;
    Ok(pdf_answer(&name, printed.bytes))
}
