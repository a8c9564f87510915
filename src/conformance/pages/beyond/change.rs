//! One change of a version: figures before and after with what may be said of them, and old habits.

use super::super::asked::Asked;
use super::changes::{Change, period, title};
use super::speech::{Figure, Speech};
use super::{address, step_name};
use crate::conformance::finding::FindingKind;
use crate::conformance::patterns::{Drift, Habit, LEAST, Month, Share};
use crate::conformance::sentence::{Names, Teller};
use crate::conformance::store::Judged;
use crate::render::{self, Chart, Legend, columns};
use crate::web::escaped;
use crate::web::{Desk, Failure, Page};
use actix_web::HttpResponse;
use actix_web::web::Path;
use chrono::{NaiveDate, NaiveDateTime};
use serde::Serialize;

/// The longest lists of deviations and of cases.
const MOST_ROWS: usize = 30;

#[derive(Serialize)]
struct ChangePage {
    asked: Asked,
    code: String,
    title: String,
    from: String,
    to: String,
    day: Option<NaiveDate>,
    least: u32,
    tests: usize,
    before: (u32, u32),
    after: (u32, u32),
    figures: Vec<Figure>,
    steps: Vec<Figure>,
    deviations: Vec<Deviation>,
    variants: Vec<Variant>,
    old: Old,
    difference_path: String,
    back: String,
}

impl Page for ChangePage {
    const TEMPLATE: &'static str = "conformance/beyond/change.html";
}

#[derive(Serialize)]
struct Deviation {
    kind: FindingKind,
    step: String,
    step_name: String,
    turn: &'static str,
    figure: Figure,
}

#[derive(Serialize)]
struct Variant {
    steps: String,
    before: String,
    after: String,
}

/// What is left of the version before.
#[derive(Serialize)]
struct Old {
    differs: bool,
    share: String,
    part: u32,
    chart: String,
    months: Vec<(String, String)>,
    people: Vec<(String, String)>,
    cases: Vec<OldCase>,
    /// How many cases there are when some were cut.
    cut_from: Option<usize>,
    by_old_text: u32,
}

#[derive(Serialize)]
struct OldCase {
    code: String,
    path: String,
    received_at: NaiveDateTime,
    costs: (u32, u32),
    people: String,
}

pub(super) async fn show(desk: Desk, path: Path<String>) -> Result<HttpResponse, Failure> {
    let mut asked = Asked::of(&desk);
    asked.procedure = path.into_inner();
    let number = desk
        .request()
        .query_string()
        .split('&')
        .find_map(|pair| pair.strip_prefix("version=")?.parse::<i64>().ok());
    let wanted = asked.clone();
    let (judged, change, drift, habit) = desk
        .read(move |work| {
            let period = period(work, &wanted)?;
            let mut changes = period.changes(&wanted);
            let place = changes
                .iter()
                .position(|change| number.is_none_or(|number| change.after.number == number))
                .ok_or(Failure::NotFound)?;
            let change = changes.swap_remove(place);
            let (drift, habit) = period.compare(&change);
            Ok::<_, Failure>((period.judged, change, drift, habit))
        })
        .await?;
    let names = Names::default();
    let speech = Speech(Teller {
        words: desk.site().pages.words(),
        language: desk.language(),
        names: &names,
    });
    let code = change.after.code.clone();
    desk.page(&ChangePage {
        title: title(&desk, &change.after),
        from: change.before.issue.to_string(),
        to: change.after.issue.to_string(),
        day: change.after.effective_from,
        least: LEAST,
        tests: drift.tests,
        before: (drift.cases.0.part, drift.cases.0.whole),
        after: (drift.cases.1.part, drift.cases.1.whole),
        figures: figures(&speech, &drift),
        steps: steps(&speech, &judged, &change, &drift),
        deviations: deviations(&speech, &judged, &change, &drift),
        variants: drift
            .variants
            .iter()
            .map(|(way, before, after)| Variant {
                steps: way.join(" → "),
                before: speech.share(*before),
                after: speech.share(*after),
            })
            .collect(),
        old: old(&desk, &speech, &habit),
        difference_path: format!("/documents/{}?version={}", escaped(&code), change.after.number),
        back: address("/conformance/changes", &asked, &[]),
        code,
        asked,
    })
}

fn figures(speech: &Speech<'_>, drift: &Drift) -> Vec<Figure> {
    let word = |key: &str| speech.word(&format!("figure.{key}"), &[]);
    let mut fitness = speech.values(word("fitness"), &drift.fitness);
    fitness.put(speech.fine(drift.mean_fitness.0), speech.fine(drift.mean_fitness.1));
    vec![
        speech.shares(word("conforming"), &drift.conforming),
        fitness,
        speech.shares(word("late"), &drift.late),
        speech.values(word("whole"), &drift.whole),
    ]
}

fn steps(speech: &Speech<'_>, judged: &[Judged], change: &Change, drift: &Drift) -> Vec<Figure> {
    let label = |code: &str| format!("{code} {}", step_name(judged, &change.after.document_id, code));
    let rows = drift.steps.iter();
    rows.map(|(code, values)| speech.values(label(code), values)).collect()
}

fn deviations(speech: &Speech<'_>, judged: &[Judged], change: &Change, drift: &Drift) -> Vec<Deviation> {
    let rows = drift.deviations.iter().take(MOST_ROWS).map(|one| Deviation {
        kind: one.kind,
        step_name: step_name(judged, &change.after.document_id, &one.step),
        step: one.step.clone(),
        turn: if one.appeared() {
            "appeared"
        } else if one.vanished() {
            "vanished"
        } else {
            "stayed"
        },
        figure: speech.shares(String::new(), &one.change),
    });
    rows.collect()
}

fn old(desk: &Desk, speech: &Speech<'_>, habit: &Habit) -> Old {
    let cases = habit.rows.iter().take(MOST_ROWS).map(|case| OldCase {
        code: case.code.clone(),
        path: format!("/conformance/cases/{}", escaped(&case.code)),
        received_at: case.received_at,
        costs: case.costs,
        people: case.people.values().cloned().collect::<Vec<_>>().join(", "),
    });
    Old {
        differs: habit.differs,
        share: speech.share(habit.cases),
        part: habit.cases.part,
        chart: chart(desk, &habit.months),
        months: habit
            .months
            .iter()
            .map(|(month, share)| (Speech::month(*month), speech.share(*share)))
            .collect(),
        people: habit
            .people
            .iter()
            .map(|(_, name, share)| (name.clone(), speech.share(*share)))
            .collect(),
        cases: cases.collect(),
        cut_from: Some(habit.rows.len()).filter(|all| *all > MOST_ROWS),
        by_old_text: habit.by_old_text,
    }
}

/// Cases by the old habit in front of all of the month, with their share as a line.
fn chart(desk: &Desk, months: &[(Month, Share)]) -> String {
    let word = |key: &str| desk.word(&format!("patterns.{key}"), &[]);
    let [title, description, no_data] = ["old.chart", "chart.description", "chart.no_data"].map(word);
    let [with, without, share] = ["old.with", "old.without", "chart.share"].map(word);
    let chart = Chart {
        id: "old",
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
