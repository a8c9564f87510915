//! The leader's overview: what is late, how much was done on time, and where work piles up.

use crate::assignments;
use crate::book::{self, LightShown};
use crate::cases::{self, CaseFilter, CaseRow, CaseState, MonthRate, Overview, ProcedureRate};
use crate::db::Halt;
use crate::documents::{self, Role};
use crate::kernel::Language;
use crate::ledger::Work;
use crate::people;
use crate::render::{Bar, Chart, Legend, Month, bars, columns};
use crate::web::{Desk, Failure, Faults, Form, Page};
use crate::workflow::RoleCode;
use actix_web::HttpResponse;
use chrono::{Datelike, Months, NaiveDate};
use serde::Serialize;
use std::sync::Arc;

/// How many cases of a state the page lists; the rest is behind a link.
const LISTED: usize = 10;
/// How many procedures the chart draws; the table has all.
const DRAWN: usize = 12;
/// How far back the overview looks unless it is asked otherwise, in months before this one.
const MONTHS: u32 = 5;
/// Fewer cases than this for each person are no overload, whatever the average; in tenths.
const LIGHT: u32 = 30;

#[derive(Serialize)]
struct OverviewPage {
    from: NaiveDate,
    to: NaiveDate,
    faults: Faults,
    open: i64,
    late: i64,
    due_soon: i64,
    total: Rate,
    late_rows: Vec<CaseRow>,
    soon_rows: Vec<CaseRow>,
    procedures: Vec<Rate>,
    months: Vec<Rate>,
    loads: Vec<Load>,
    by_procedure: String,
    by_month: String,
    drawn: usize,
    /// Whether others saw the ledger lately.
    light: LightShown,
}

impl Page for OverviewPage {
    const TEMPLATE: &'static str = "home/overview.html";
}

/// How much of something was done on time.
#[derive(Debug, Clone, Serialize, Default)]
struct Rate {
    code: String,
    name: String,
    done: u32,
    on_time: u32,
    late: u32,
    /// On time in percent, as the reader writes it; empty when nothing was done.
    percent: String,
}

/// What waits for one role, and for each of the people who have it.
#[derive(Debug, Clone, Serialize)]
struct Load {
    code: String,
    name: String,
    external: bool,
    people: Vec<String>,
    open: u32,
    late: u32,
    /// Open cases for each person, as the reader writes it; empty when nobody has the role.
    each: String,
    /// More than twice what people have on average, and not just a few.
    overloaded: bool,
}

/// What is read from the database.
struct Read {
    overview: Overview,
    late_rows: Vec<CaseRow>,
    soon_rows: Vec<CaseRow>,
    roles: Vec<(Role, Vec<String>)>,
    light: LightShown,
}

fn load(
    work: &mut Work<'_>,
    (from, to): (NaiveDate, NaiveDate),
    (witnesses, halted): (&[String], Option<Halt>),
) -> Result<Read, Failure> {
    let today = work.actor.today();
    let first = |work: &mut Work<'_>, state| -> Result<Vec<CaseRow>, Failure> {
        let mut rows = cases::list(
            work,
            &CaseFilter {
                state: Some(state),
                ..CaseFilter::default()
            },
        )?
        .rows;
        rows.truncate(LISTED);
        Ok(rows)
    };
    let (late_rows, soon_rows) = (first(work, CaseState::Late)?, first(work, CaseState::DueSoon)?);
    let book = assignments::book(work)?;
    let roles = documents::roles(work)?;
    let everybody = people::persons(work)?;
    let names = |role: &Role| {
        let assigned = book.people_anywhere(&RoleCode::new(&role.code), today);
        let known = everybody.iter().filter(|person| assigned.contains(&person.id));
        known.map(|person| person.full_name.clone()).collect()
    };
    let roles = roles
        .into_iter()
        .map(|role| (names(&role), role))
        .map(|(names, role)| (role, names))
        .collect();
    Ok(Read {
        overview: cases::overview(work, from, to)?,
        late_rows,
        soon_rows,
        roles,
        light: book::light(work.conn, witnesses, (halted, work.actor.at))?,
    })
}

fn count(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(0)
}

/// Tenths of a percent, rounded; `None` when there is nothing to share.
fn permille(part: u32, whole: u32) -> Option<u32> {
    let scaled = u64::from(part)
        .saturating_mul(1000)
        .saturating_add(u64::from(whole) / 2);
    scaled
        .checked_div(u64::from(whole))
        .and_then(|rate| u32::try_from(rate).ok())
}

/// A number in tenths as the reader writes it.
fn tenths(number: u32, language: Language) -> String {
    let mark = match language {
        Language::Vi => ',',
        Language::En => '.',
    };
    match number % 10 {
        0 => (number / 10).to_string(),
        part => format!("{}{mark}{part}", number / 10),
    }
}

fn grouped(number: u32, mark: char) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len().saturating_add(3));
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(mark);
        }
        out.push(digit);
    }
    out
}

fn number(language: Language) -> fn(u32) -> String {
    match language {
        Language::Vi => |number| grouped(number, '.'),
        Language::En => |number| grouped(number, ','),
    }
}

fn rate(code: &str, name: String, (done, on_time): (i64, i64), language: Language) -> Rate {
    let (done, on_time) = (count(done), count(on_time));
    let percent = permille(on_time, done).map(|rate| format!("{} %", tenths(rate, language)));
    let percent = percent.unwrap_or_default();
    Rate {
        code: code.to_owned(),
        name,
        done,
        on_time,
        late: done.saturating_sub(on_time),
        percent,
    }
}

fn procedure_rates(rates: &[ProcedureRate], language: Language) -> Vec<Rate> {
    let one = |one: &ProcedureRate| rate(&one.code, one.title.clone(), (one.done, one.on_time), language);
    let mut rates: Vec<Rate> = rates.iter().map(one).collect();
    rates.sort_by(|one, other| (other.late, other.done, &one.code).cmp(&(one.late, one.done, &other.code)));
    rates
}

fn month_rates(rates: &[MonthRate], language: Language) -> Vec<Rate> {
    let name = |month: NaiveDate| format!("{:02}/{}", month.month(), month.year());
    rates
        .iter()
        .map(|one| rate("", name(one.month), (one.done, one.on_time), language))
        .collect()
}

fn loads(read: &Read, language: Language) -> Vec<Load> {
    let mut loads: Vec<(Load, Option<u32>)> = Vec::new();
    for waiting in &read.overview.by_role {
        let found = read.roles.iter().find(|(role, _)| role.code == waiting.role_code);
        let name = found.map(|(role, _)| match language {
            Language::En if !role.name_en.is_empty() => role.name_en.clone(),
            Language::En | Language::Vi => role.name.clone(),
        });
        let people = found.map(|(_, names)| names.clone()).unwrap_or_default();
        let open = count(waiting.open);
        let each = u32::try_from(people.len())
            .ok()
            .and_then(|people| open.saturating_mul(10).checked_div(people));
        let load = Load {
            code: waiting.role_code.clone(),
            name: name.unwrap_or_else(|| waiting.role_code.clone()),
            external: found.is_some_and(|(role, _)| role.external),
            people,
            open,
            late: count(waiting.late),
            each: each.map(|each| tenths(each, language)).unwrap_or_default(),
            overloaded: false,
        };
        loads.push((load, each));
    }
    let inside = || {
        loads
            .iter()
            .filter(|(load, _)| !load.external)
            .filter_map(|(_, each)| *each)
    };
    let average = u32::try_from(inside().count())
        .ok()
        .and_then(|roles| inside().sum::<u32>().checked_div(roles));
    let mark = |(mut load, each): (Load, Option<u32>)| {
        load.overloaded = !load.external
            && each
                .zip(average)
                .is_some_and(|(each, average)| each >= LIGHT && each > average * 2);
        load
    };
    let mut loads: Vec<Load> = loads.into_iter().map(mark).collect();
    loads.sort_by(|one, other| (other.open, &one.code).cmp(&(one.open, &other.code)));
    loads
}

/// The words of a chart whose description names the figures of the whole.
fn drawn(desk: &Desk, id: &str, total: &Rate, draw: impl FnOnce(&Chart<'_>, &Legend<'_>) -> String) -> String {
    let holes = [("done", total.done.to_string()), ("percent", total.percent.clone())];
    let (title, description) = (
        desk.word(&format!("home.chart.{id}"), &[]),
        desk.word(&format!("home.chart.{id}_description"), &holes),
    );
    let (no_data, on_time) = (
        desk.word("home.chart.no_data", &[]),
        desk.word("home.chart.on_time", &[]),
    );
    let (late, percent) = (desk.word("home.chart.late", &[]), desk.word("home.chart.percent", &[]));
    let chart = Chart {
        id,
        title: &title,
        description: &description,
        no_data: &no_data,
        number: number(desk.language()),
    };
    let percent = if id == "months" { percent.as_str() } else { "" };
    draw(
        &chart,
        &Legend {
            first: &on_time,
            second: &late,
            percent,
        },
    )
}

fn page(desk: &Desk, read: Read, (from, to): (NaiveDate, NaiveDate), faults: Faults) -> OverviewPage {
    let language = desk.language();
    let procedures = procedure_rates(&read.overview.by_procedure, language);
    let months = month_rates(&read.overview.by_month, language);
    let sum = |of: fn(&MonthRate) -> i64| read.overview.by_month.iter().map(of).sum::<i64>();
    let total = rate(
        "",
        String::new(),
        (sum(|month| month.done), sum(|month| month.on_time)),
        language,
    );
    let bar = |one: &Rate| Bar {
        label: format!("{} {}", one.code, one.name),
        first: one.on_time,
        second: one.late,
    };
    let rows: Vec<Bar> = procedures.iter().take(DRAWN).map(bar).collect();
    let percent = |one: &Rate| permille(one.on_time, one.done).map(|rate| f64::from(rate) / 10.0);
    let month = |(one, at): (&Rate, &MonthRate)| Month {
        // The columns stand close together.
        label: at.month.format("%m/%y").to_string(),
        first: one.on_time,
        second: one.late,
        percent: percent(one),
    };
    let chart_months: Vec<Month> = months.iter().zip(&read.overview.by_month).map(month).collect();
    OverviewPage {
        from,
        to,
        faults,
        open: read.overview.open,
        late: read.overview.late,
        due_soon: read.overview.due_soon,
        loads: loads(&read, language),
        late_rows: read.late_rows,
        soon_rows: read.soon_rows,
        by_procedure: drawn(desk, "procedures", &total, |chart, legend| bars(chart, legend, &rows)),
        by_month: drawn(desk, "months", &total, |chart, legend| {
            columns(chart, legend, &chart_months)
        }),
        drawn: rows.len(),
        light: read.light,
        total,
        procedures,
        months,
    }
}

/// The days that were asked for, or from the first of the month five months ago until today.
fn period(desk: &Desk) -> (NaiveDate, NaiveDate, Faults) {
    let today = desk.actor().today();
    let query = actix_web::web::Query::<Vec<(String, String)>>::from_query(desk.request().query_string());
    let asked = Form::new(query.map(actix_web::web::Query::into_inner).unwrap_or_default());
    let mut faults = Faults::default();
    let to = asked.date("to", &mut faults).unwrap_or(today);
    let first = to
        .with_day(1)
        .and_then(|day| day.checked_sub_months(Months::new(MONTHS)))
        .unwrap_or(to);
    let from = asked.date("from", &mut faults).unwrap_or(first);
    if from > to {
        faults.add("from", "home.overview.period");
        return (first, to, faults);
    }
    (from, to, faults)
}

pub(super) async fn show(desk: Desk) -> Result<HttpResponse, Failure> {
    let (from, to, faults) = period(&desk);
    let (witnesses, halted) = (Arc::clone(&desk.site().witnesses), desk.site().db.halted());
    let read = desk
        .read(move |work| load(work, (from, to), (&witnesses, halted)))
        .await?;
    let page = page(&desk, read, (from, to), faults);
    desk.page(&page)
}

#[cfg(test)]
mod tests {
    use super::{grouped, permille, tenths};
    use crate::kernel::Language;

    #[test]
    fn rates_are_rounded_and_written_as_the_reader_writes_them() {
        assert_eq!(permille(2, 3), Some(667));
        assert_eq!(permille(0, 0), None);
        assert_eq!(tenths(975, Language::Vi), "97,5");
        assert_eq!(tenths(1000, Language::En), "100");
    }

    #[test]
    fn thousands_are_kept_apart() {
        assert_eq!(grouped(7, '.'), "7");
        assert_eq!(grouped(1234, '.'), "1.234");
        assert_eq!(grouped(1_234_567, ','), "1,234,567");
    }
}
