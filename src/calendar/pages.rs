//! The page where an administrator keeps the working calendar.

use super::holidays::{Holiday, HolidayKind};
use super::store;
use crate::kernel::Permission;
use crate::web::{Access, Desk, Doors, Failure, Faults, Form, Page};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use chrono::{Datelike, NaiveDate};
use serde::Serialize;
use std::collections::BTreeMap;

/// The doors of this room.
pub fn doors(doors: &mut Doors) {
    let manage = Access::May(Permission::ManageSettings);
    doors.get("/calendar", manage, show);
    doors.post("/calendar", manage, set_day);
    doors.post("/calendar/year", manage, lay_down_year);
}

#[derive(Serialize)]
struct CalendarPage {
    years: Vec<Year>,
    next_year: i32,
    typed: BTreeMap<String, String>,
    faults: Faults,
}

#[derive(Serialize)]
struct Year {
    year: i32,
    days: Vec<Day>,
}

#[derive(Serialize)]
struct Day {
    day: NaiveDate,
    name: String,
    is_make_up: bool,
}

impl Page for CalendarPage {
    const TEMPLATE: &'static str = "calendar/show.html";
}

async fn page(desk: &Desk) -> Result<CalendarPage, Failure> {
    let listed = desk.read(|work| Ok::<_, Failure>(store::listed(work)?)).await?;
    let is_vietnamese = desk.language() == crate::kernel::Language::Vi;
    let mut years: Vec<Year> = Vec::new();
    for holiday in listed {
        let day = Day {
            day: holiday.date,
            name: if is_vietnamese {
                holiday.name_vi
            } else {
                holiday.name_en
            },
            is_make_up: holiday.kind == HolidayKind::MakeUpDay,
        };
        match years.last_mut().filter(|last| last.year == day.day.year()) {
            Some(last) => last.days.push(day),
            None => years.push(Year {
                year: day.day.year(),
                days: vec![day],
            }),
        }
    }
    years.reverse();
    let next_year = years
        .first()
        .map_or(desk.actor().today().year(), |year| year.year.saturating_add(1));
    Ok(CalendarPage {
        years,
        next_year,
        typed: BTreeMap::new(),
        faults: Faults::default(),
    })
}

async fn show(desk: Desk) -> Result<HttpResponse, Failure> {
    let page = page(&desk).await?;
    desk.page(&page)
}

async fn set_day(desk: Desk, form: Form) -> Result<HttpResponse, Failure> {
    let mut faults = Faults::default();
    let day = form.date("day", &mut faults);
    if day.is_none() {
        faults.add("day", "form.needed");
    }
    let kind = match form.text("kind") {
        "day_off" => Some(HolidayKind::DayOff),
        "make_up_day" => Some(HolidayKind::MakeUpDay),
        _ => None,
    };
    let name = if kind.is_some() {
        form.needed("name", 120, &mut faults)
    } else {
        String::new()
    };
    let (Some(day), true) = (day, faults.is_empty()) else {
        let mut page = page(&desk).await?;
        page.typed = form.typed();
        page.faults = faults;
        return desk.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    let name_en = form.optional("name_en").unwrap_or(&name).to_owned();
    let holiday = kind.map(|kind| Holiday {
        date: day,
        name_vi: name,
        name_en,
        kind,
    });
    desk.change(move |work| store::set_day(work, day, holiday.as_ref()))
        .await?;
    Ok(desk.done("/calendar", "calendar.day_set"))
}

async fn lay_down_year(desk: Desk, form: Form) -> Result<HttpResponse, Failure> {
    let year = form
        .number("year")
        .and_then(|year| i32::try_from(year).ok())
        .filter(|year| (2000..2200).contains(year));
    let year = year.ok_or_else(|| Failure::Invalid(crate::web::Say::new("calendar.no_year")))?;
    let culture_day = form.is_ticked("culture_day");
    desk.change(move |work| store::lay_down_year(work, year, culture_day))
        .await?;
    Ok(desk.done("/calendar", "calendar.year_laid_down"))
}
