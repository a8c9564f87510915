//! The days of an agency that differ from the week, and the calendar made of them.

use super::holidays::{Holiday, HolidayKind, holidays};
use super::schema::holidays as days;
use super::working_time::WorkingCalendar;
use crate::kernel::Permission;
use crate::ledger::Work;
use crate::people::must;
use crate::web::Failure;
use chrono::NaiveDate;
use diesel::prelude::*;
use serde_json::json;
use std::collections::BTreeSet;

const DAY_OFF: &str = "day_off";
const MAKE_UP_DAY: &str = "make_up_day";

fn word(kind: HolidayKind) -> &'static str {
    match kind {
        HolidayKind::DayOff => DAY_OFF,
        HolidayKind::MakeUpDay => MAKE_UP_DAY,
    }
}

type Row = (NaiveDate, String, String, String);

fn rows(work: &mut Work<'_>) -> QueryResult<Vec<Row>> {
    let agency = work.agency();
    days::table
        .filter(days::agency_id.eq(&agency))
        .order(days::day)
        .select((days::day, days::kind, days::name, days::name_en))
        .load(work.conn)
}

/// The working calendar of the agency.
///
/// # Errors
/// When the database fails.
pub fn working_calendar(work: &mut Work<'_>) -> QueryResult<WorkingCalendar> {
    let (mut off, mut make_up) = (BTreeSet::new(), BTreeSet::new());
    for (day, kind, _, _) in rows(work)? {
        let into = if kind == MAKE_UP_DAY { &mut make_up } else { &mut off };
        into.insert(day);
    }
    Ok(WorkingCalendar::new(off, make_up))
}

/// The days of the agency that differ from the week, in order.
pub(super) fn listed(work: &mut Work<'_>) -> QueryResult<Vec<Holiday>> {
    Ok(rows(work)?
        .into_iter()
        .map(|(date, kind, name_vi, name_en)| {
            let kind = if kind == MAKE_UP_DAY {
                HolidayKind::MakeUpDay
            } else {
                HolidayKind::DayOff
            };
            Holiday {
                date,
                name_vi,
                name_en,
                kind,
            }
        })
        .collect())
}

/// Lays down the public holidays of a year; a day that is listed already stays as it is.
///
/// # Errors
/// When the actor may not change settings, or the database fails.
pub fn lay_down_year(work: &mut Work<'_>, year: i32, culture_day: bool) -> Result<(), Failure> {
    must(work.actor, Permission::ManageSettings)?;
    let known: BTreeSet<NaiveDate> = rows(work)?.into_iter().map(|(day, ..)| day).collect();
    for holiday in holidays(year, culture_day)
        .into_iter()
        .filter(|holiday| !known.contains(&holiday.date))
    {
        insert(work, &holiday)?;
    }
    work.record(
        "calendar.year_laid_down",
        ("calendar", &year.to_string()),
        json!({ "culture_day": culture_day }),
    );
    Ok(())
}

fn insert(work: &mut Work<'_>, holiday: &Holiday) -> QueryResult<()> {
    let agency = work.agency();
    diesel::insert_into(days::table)
        .values((
            days::agency_id.eq(&agency),
            days::day.eq(holiday.date),
            days::kind.eq(word(holiday.kind)),
            days::name.eq(&holiday.name_vi),
            days::name_en.eq(&holiday.name_en),
        ))
        .execute(work.conn)
        .map(drop)
}

/// Says what one day is: a day off, a make-up day, or (with `None`) an ordinary day of its week.
///
/// # Errors
/// When the actor may not change settings, or the database fails.
pub(super) fn set_day(work: &mut Work<'_>, day: NaiveDate, holiday: Option<&Holiday>) -> Result<(), Failure> {
    must(work.actor, Permission::ManageSettings)?;
    let agency = work.agency();
    diesel::delete(days::table.find((&agency, day))).execute(work.conn)?;
    if let Some(holiday) = holiday {
        insert(work, holiday)?;
    }
    let kind = holiday.map_or("ordinary", |holiday| word(holiday.kind));
    work.record(
        "calendar.day_set",
        ("calendar", &day.to_string()),
        json!({ "kind": kind }),
    );
    Ok(())
}
