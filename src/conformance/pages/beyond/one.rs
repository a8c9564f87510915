//! One deviation that repeats: month by month, version by version, with whom.

use super::super::asked::Asked;
use super::repeats::{Found, Row, find, positions_of, row};
use super::speech::Speech;
use crate::conformance::patterns::{Repeat, Share};
use crate::conformance::sentence::{Names, Teller};
use crate::render::{self, Chart, Legend, columns};
use crate::web::{Desk, Failure, Page};
use actix_web::HttpResponse;
use serde::Serialize;

#[derive(Serialize)]
struct OnePage {
    asked: Asked,
    row: Option<Row>,
    chart: String,
    months: Vec<Part>,
    versions: Vec<Part>,
    people: Vec<(String, u32, String)>,
    positions: Vec<String>,
    back: String,
}

impl Page for OnePage {
    const TEMPLATE: &'static str = "conformance/beyond/one.html";
}

/// A share with its name.
#[derive(Serialize)]
struct Part {
    label: String,
    part: u32,
    whole: u32,
    share: String,
    interval: String,
}

pub(super) async fn show(desk: Desk) -> Result<HttpResponse, Failure> {
    let asked = Asked::of(&desk);
    let wanted = asked.clone();
    let found = desk.read(move |work| find(work, &wanted)).await?;
    let names = Names::default();
    let speech = Speech(Teller {
        words: desk.site().pages.words(),
        language: desk.language(),
        names: &names,
    });
    let is_asked = |repeat: &&Repeat| {
        let of_procedure = found
            .heads
            .values()
            .any(|head| head.document_id == repeat.spot.document && head.code == asked.procedure);
        of_procedure && Some(repeat.spot.kind) == asked.kind && repeat.spot.step == asked.step
    };
    let repeat = found.repeats.rows.iter().find(is_asked);
    let page = page(&desk, &speech, (&asked, &found), repeat);
    desk.page(&page)
}

fn page(desk: &Desk, speech: &Speech<'_>, (asked, found): (&Asked, &Found), repeat: Option<&Repeat>) -> OnePage {
    let part = |label: String, share: Share| Part {
        label,
        part: share.part,
        whole: share.whole,
        share: speech.only_percent(share),
        interval: speech.interval(share),
    };
    let narrowed = |person: &str| {
        let kind = asked.kind.map_or("", |kind| kind.as_str());
        asked.list(&[("kind", kind), ("step", &asked.step), ("person", person)])
    };
    let months = repeat.map(|repeat| repeat.months.as_slice()).unwrap_or_default();
    OnePage {
        row: repeat.map(|repeat| row(speech, asked, found, repeat)),
        chart: chart(desk, months),
        months: months
            .iter()
            .map(|(month, share)| part(Speech::month(*month), *share))
            .collect(),
        versions: repeat
            .iter()
            .flat_map(|repeat| &repeat.versions)
            .map(|(version, share)| {
                let number = found
                    .heads
                    .get(version)
                    .map_or_else(String::new, |head| head.issue.to_string());
                part(number, *share)
            })
            .collect(),
        people: repeat
            .iter()
            .flat_map(|repeat| &repeat.people)
            .map(|(person, name, count)| (name.clone(), *count, narrowed(person.as_str())))
            .collect(),
        positions: repeat.map(|repeat| positions_of(found, repeat)).unwrap_or_default(),
        back: super::address("/conformance/patterns", asked, &[("procedure", &asked.procedure)]),
        asked: asked.clone(),
    }
}

/// Cases with the deviation by month, in front of all that came there, with their share as a line.
fn chart(desk: &Desk, months: &[(crate::conformance::patterns::Month, Share)]) -> String {
    let word = |key: &str| desk.word(&format!("patterns.{key}"), &[]);
    let [title, description, no_data] = ["chart.title", "chart.description", "chart.no_data"].map(word);
    let [with, without, share] = ["chart.with", "chart.without", "chart.share"].map(word);
    let chart = Chart {
        id: "months",
        title: &title,
        description: &description,
        no_data: &no_data,
        number: |number| number.to_string(),
    };
    let legend = Legend {
        first: &without,
        second: &with,
        percent: &share,
    };
    let months: Vec<render::Month> = months
        .iter()
        .map(|(month, share)| render::Month {
            label: format!("{}/{}", month.1, month.0 % 100),
            first: share.whole.saturating_sub(share.part),
            second: share.part,
            percent: share.value().map(|value| value * 100.0),
        })
        .collect();
    columns(&chart, &legend, &months)
}
