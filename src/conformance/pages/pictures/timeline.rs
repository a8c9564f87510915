//! The dotted chart of a period: when what was done, and in how many cases late or not as prescribed.

use super::procedure::Tabs;
use crate::conformance::drawing::{DotWords, Frame, HeatWords, draw_dots, draw_heat};
use crate::conformance::figures::{DotSort, Order, Shown, Slot, Slots, date, dots, slots};
use crate::conformance::pages::asked::{Asked, typed};
use crate::conformance::pages::overview::{Choice, procedures};
use crate::conformance::store::judge_all;
use crate::documents::Content;
use crate::ledger::Work;
use crate::web::{Desk, Failure, Page};
use crate::workflow::StepTable;
use actix_web::HttpResponse;
use serde::Serialize;
use std::sync::Arc;

#[derive(Serialize)]
struct TimelinePage {
    asked: Asked,
    procedures: Vec<Choice>,
    /// The title and the other pages of the chosen procedure.
    title: Option<String>,
    tabs: Option<Tabs>,
    figures_path: String,
    list_path: String,
    order: &'static str,
    by: &'static str,
    cases: usize,
    /// Every how many cases one is drawn, when not all are.
    every: Option<usize>,
    /// Cases in a row of the map, when the picture is one.
    band_cases: Option<usize>,
    picture: String,
    rows: Vec<SlotRow>,
}

impl Page for TimelinePage {
    const TEMPLATE: &'static str = "conformance/timeline.html";
}

#[derive(Serialize)]
struct SlotRow {
    /// First and last day: of the calendar, or since receipt.
    first: String,
    last: String,
    received: u32,
    ended: u32,
    steps: u32,
    late: u32,
    deviating: u32,
}

/// How the chart is asked for.
#[derive(Clone, Copy)]
struct View {
    order: Order,
    by_step: bool,
}

struct Found {
    shown: Shown,
    slots: Slots,
    cases: usize,
    /// The text whose table names the steps, when they are told apart.
    content: Option<Arc<Content>>,
    choices: Vec<Choice>,
    title: Option<String>,
}

pub(in crate::conformance::pages) async fn show(desk: Desk) -> Result<HttpResponse, Failure> {
    let asked = Asked::of(&desk);
    let typed = typed(&desk);
    let text = |name: &str| typed.get(name).map(|text| text.trim()).unwrap_or_default();
    let view = View {
        order: if text("order") == "duration" {
            Order::Duration
        } else {
            Order::Received
        },
        // Steps of several procedures have nothing in common.
        by_step: text("by") == "step" && !asked.procedure.is_empty(),
    };
    let wanted = asked.clone();
    let found = desk.read(move |work| load(work, &wanted, view)).await?;
    let table = found.content.as_ref().map(|content| &content.table);
    desk.page(&TimelinePage {
        title: found.title,
        tabs: (!asked.procedure.is_empty()).then(|| Tabs::of(&asked, None)),
        figures_path: asked.figures(),
        list_path: asked.list(&[]),
        order: match view.order {
            Order::Received => "received",
            Order::Duration => "duration",
        },
        by: if view.by_step { "step" } else { "result" },
        cases: found.cases,
        every: match &found.shown {
            Shown::Dots(dots) => Some(dots.every).filter(|every| *every > 1),
            Shown::Heat(_) => None,
        },
        band_cases: match &found.shown {
            Shown::Dots(_) => None,
            Shown::Heat(heat) => Some(heat.band_cases),
        },
        picture: picture(&desk, &found.shown, view.order, table),
        rows: found.slots.iter().map(|slot| row(slot, view.order)).collect(),
        procedures: found.choices,
        asked,
    })
}

fn load(work: &mut Work<'_>, asked: &Asked, view: View) -> Result<Found, Failure> {
    let filter = asked.filter(work)?;
    let judged = judge_all(work, &filter)?;
    let now = work.actor.at;
    // Cases of several versions: the newest table names the steps.
    let newest = judged.iter().max_by_key(|one| one.trace.received_at);
    let content = newest.filter(|_| view.by_step).map(|one| Arc::clone(&one.content));
    let (choices, titles) = procedures(work)?;
    let title = filter.document.and_then(|document| titles.get(&document).cloned());
    Ok(Found {
        shown: dots(&judged, view.order, content.as_ref().map(|content| &content.table), now),
        slots: slots(&judged, view.order, now),
        cases: judged.len(),
        title: title.map(|(_, title)| title),
        content,
        choices,
    })
}

/// A day of the calendar, or a number of days.
fn day(order: Order, number: i64) -> String {
    match order {
        Order::Received => date(number).map_or_else(String::new, |date| date.format("%d/%m/%Y").to_string()),
        Order::Duration => number.to_string(),
    }
}

fn row(slot: &Slot, order: Order) -> SlotRow {
    SlotRow {
        first: day(order, slot.first),
        last: day(order, slot.last),
        received: slot.received,
        ended: slot.ended,
        steps: slot.steps,
        late: slot.late,
        deviating: slot.deviating,
    }
}

fn picture(desk: &Desk, shown: &Shown, order: Order, table: Option<&StepTable>) -> String {
    let word = |name: &str| desk.word(&format!("conformance.timeline.{name}"), &[]);
    let day = |order: Order, number: i64| match order {
        Order::Received => day(order, number),
        Order::Duration => desk.word("conformance.timeline.days", &[("n", number.to_string())]),
    };
    let frame = Frame {
        id: "timeline",
        title: &word("title"),
        description: &word("description"),
    };
    match shown {
        Shown::Heat(heat) => {
            let legend = [word("all_steps"), word("marked_steps")];
            let [all, marked] = &legend;
            let words = HeatWords {
                day: &day,
                legend: [all, marked],
            };
            draw_heat(&frame, &words, heat, order)
        }
        Shown::Dots(dots) => {
            let sort = |sort: DotSort| match sort {
                DotSort::Fine => word("fine"),
                DotSort::Late => word("late"),
                DotSort::Deviating => word("deviating"),
                DotSort::Row(row) => row
                    .and_then(|row| table?.steps.get(row))
                    .map_or_else(|| word("other_steps"), |step| step.code.to_string()),
            };
            let words = DotWords {
                day: &day,
                sort: &sort,
                overdue: &word("overdue"),
                no_data: &word("none"),
            };
            draw_dots(&frame, &words, dots, order)
        }
    }
}
