//! The page of practice under a text.

use super::super::asked::Asked;
use super::address;
use super::changes::title;
use super::practice::{Found, Studied};
use super::practices::AmendmentRow;
use super::speech::Speech;
use crate::conformance::patterns::{LEAST_CASES, LEAST_TIMES, Share};
use crate::conformance::sentence::{Names, Teller};
use crate::kernel::Permission;
use crate::web::escaped;
use crate::web::{Desk, Page};
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct PracticePage {
    asked: Asked,
    code: String,
    title: String,
    number: String,
    least: u32,
    least_times: u32,
    study: Option<Study>,
    amendments: Vec<AmendmentRow>,
    may_write: bool,
    problem: Option<String>,
    action: String,
    back: String,
}

impl Page for PracticePage {
    const TEMPLATE: &'static str = "conformance/beyond/practice.html";
}

/// What the cases say; none without a case.
#[derive(Serialize)]
struct Study {
    ended: u32,
    open: u32,
    fitting: String,
    fits: u32,
    ways: usize,
    proposals: Vec<ProposalRow>,
    variants: Vec<Variant>,
    follows: Vec<Follow>,
    steps: Vec<Step>,
    times: Vec<Time>,
    loops: Vec<Loop>,
}

#[derive(Serialize)]
struct ProposalRow {
    id: String,
    word: &'static str,
    text: String,
    because: String,
    effect: Option<String>,
    is_mechanical: bool,
    why_noted: Option<String>,
    is_chosen: bool,
}

#[derive(Serialize)]
struct Variant {
    steps: String,
    cases: String,
    fits: bool,
}

#[derive(Serialize)]
struct Follow {
    from: Option<String>,
    to: Option<String>,
    times: u32,
    cases: u32,
    fitting: String,
    fits: bool,
}

#[derive(Serialize)]
struct Step {
    code: String,
    name: String,
    is_known: bool,
    is_optional: bool,
    cases: String,
    times: u32,
    repeated: u32,
    mostly_after: Option<String>,
}

#[derive(Serialize)]
struct Time {
    step: String,
    duration: String,
    limit: String,
    median: String,
    p90: String,
    count: u32,
    late: String,
}

#[derive(Serialize)]
struct Loop {
    from: String,
    to: String,
    outcome: String,
    cases: String,
    times: u32,
}

/// The page; `chosen` are the proposals that were ticked, `problem` why they opened no draft.
pub(super) fn page(
    desk: &Desk,
    asked: Asked,
    found: &Found,
    chosen: &[String],
    problem: Option<String>,
) -> PracticePage {
    let names = Names::default();
    let speech = Speech(Teller {
        words: desk.site().pages.words(),
        language: desk.language(),
        names: &names,
    });
    let code = found.head.code.clone();
    PracticePage {
        title: title(desk, &found.head),
        number: found.head.issue.to_string(),
        least: LEAST_CASES,
        least_times: LEAST_TIMES,
        study: found.studied.as_ref().map(|studied| study(&speech, studied, chosen)),
        amendments: found.amendments.clone(),
        may_write: desk.may(Permission::WriteDocuments),
        problem,
        action: address(&format!("/conformance/practice/{}", escaped(&code)), &asked, &[]),
        back: address("/conformance/practice", &asked, &[]),
        code,
        asked,
    }
}

fn study(speech: &Speech<'_>, studied: &Studied, chosen: &[String]) -> Study {
    let practice = &studied.practice;
    let ended = practice.cases.part;
    Study {
        ended,
        open: practice.cases.whole.saturating_sub(ended),
        fitting: speech.only_percent(Share::new(practice.fitting, ended)),
        fits: practice.fitting,
        ways: practice.all_variants,
        proposals: proposals(speech, studied, chosen),
        variants: practice
            .variants
            .iter()
            .map(|one| Variant {
                steps: one.steps.join(" → "),
                cases: speech.share(one.cases),
                fits: one.fitting == one.cases.part,
            })
            .collect(),
        follows: follows(speech, studied),
        steps: steps(speech, studied),
        times: times(speech, studied),
        loops: loops(speech, studied),
    }
}

fn proposals(speech: &Speech<'_>, studied: &Studied, chosen: &[String]) -> Vec<ProposalRow> {
    let table = &studied.content.table;
    let rows = studied.proposals.iter().map(|one| {
        let id = one.change.id();
        ProposalRow {
            word: one.change.word(),
            text: speech.proposal(one, table),
            because: speech.because(one),
            effect: speech.effect(one),
            is_mechanical: one.is_mechanical,
            why_noted: speech.why_noted(one),
            is_chosen: chosen.contains(&id),
            id,
        }
    });
    rows.collect()
}

fn follows(speech: &Speech<'_>, studied: &Studied) -> Vec<Follow> {
    let rows = studied.practice.follows.iter().map(|one| Follow {
        from: one.from.clone(),
        to: one.to.clone(),
        times: one.times,
        cases: one.cases,
        fitting: speech.only_percent(Share::new(one.fitting, one.times)),
        fits: one.fitting.saturating_mul(2) > one.times,
    });
    rows.collect()
}

fn steps(speech: &Speech<'_>, studied: &Studied) -> Vec<Step> {
    let rows = studied.practice.steps.iter().map(|one| {
        let step = one.row.and_then(|row| studied.content.table.steps.get(row));
        Step {
            code: one.code.clone(),
            name: step.map(|step| step.name.clone()).unwrap_or_default(),
            is_known: step.is_some(),
            is_optional: step.is_some_and(|step| step.optional),
            cases: speech.share(one.cases),
            times: one.times,
            repeated: one.repeated,
            mostly_after: one.mostly_after.clone(),
        }
    });
    rows.collect()
}

fn times(speech: &Speech<'_>, studied: &Studied) -> Vec<Time> {
    let table = &studied.content.table;
    let label = |row: usize| table.steps.get(row).map(|step| Speech::step(table, step.code.as_str()));
    let rows = studied.practice.times.iter().map(|one| Time {
        step: label(one.row).unwrap_or_default(),
        duration: table
            .durations
            .iter()
            .find(|case| case.code.as_str() == one.duration)
            .map(|case| case.name.clone())
            .unwrap_or_default(),
        limit: speech.0.limit(one.limit),
        median: speech.hours(one.hours.median),
        p90: speech.hours(one.hours.p90),
        count: one.hours.count,
        late: speech.share(one.late),
    });
    rows.collect()
}

fn loops(speech: &Speech<'_>, studied: &Studied) -> Vec<Loop> {
    let table = &studied.content.table;
    let label = |row: usize| table.steps.get(row).map(|step| Speech::step(table, step.code.as_str()));
    let rows = studied.practice.loops.iter().map(|one| Loop {
        from: label(one.from).unwrap_or_default(),
        to: label(one.to).unwrap_or_default(),
        outcome: one.outcome.clone(),
        cases: speech.share(one.cases),
        times: one.times,
    });
    rows.collect()
}
