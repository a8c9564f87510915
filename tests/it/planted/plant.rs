//! Deviations planted in cases that follow a table, each with the finding that must come of it.

use super::astray::{after_end, duplicate, skip, stopped, swap, wrong_branch};
use super::chance::Chance;
use super::run::{EVERYBODY, FORMER, OUTSIDER, Office, Way};
use chrono::TimeDelta;
use quytrinh::cases::{Ended, Event, Trace};
use quytrinh::conformance::FindingKind as K;
use quytrinh::kernel::{PersonId, VersionId};
use quytrinh::workflow::{Clock, StepTime};

/// What must be found: the kind, and the step (none for the whole case).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Expected {
    pub kind: K,
    pub rows: Vec<usize>,
    /// A code that the table does not have, where that is what was planted.
    pub code: Option<&'static str>,
}

/// What is planted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Plant {
    Skip,
    Swap,
    Duplicate,
    Foreign,
    AfterEnd,
    Stopped,
    WrongRole,
    WrongDay,
    FourEyes,
    SamePerson,
    LateStep,
    LateCase,
    NoPaper,
    NoResult,
    OldVersion,
    TooOften,
    WrongBranch,
}

impl Plant {
    pub const ALL: [Self; 17] = [
        Self::Skip,
        Self::Swap,
        Self::Duplicate,
        Self::Foreign,
        Self::AfterEnd,
        Self::Stopped,
        Self::WrongRole,
        Self::WrongDay,
        Self::FourEyes,
        Self::SamePerson,
        Self::LateStep,
        Self::LateCase,
        Self::NoPaper,
        Self::NoResult,
        Self::OldVersion,
        Self::TooOften,
        Self::WrongBranch,
    ];
}

/// A case with its way.
pub struct Case {
    pub way: Way,
    pub trace: Trace,
}

pub(super) fn expected(kind: K, rows: &[usize]) -> Expected {
    Expected {
        kind,
        rows: rows.to_vec(),
        code: None,
    }
}

/// Plants it in the case; `None` when this case cannot show it beyond doubt.
pub fn plant(office: &Office<'_>, case: &mut Case, plant: Plant, chance: &mut Chance) -> Option<Expected> {
    let at = chance.below(case.way.steps.len());
    let row = case.way.steps.get(at)?.0;
    let found = match plant {
        Plant::Skip => skip(office, case, at),
        Plant::Swap => swap(office, case, at),
        Plant::Duplicate => duplicate(office, case, at),
        Plant::Foreign => {
            case.trace.events.insert(at, foreign(&case.trace.events[at]));
            let code = Some("ZZ");
            Some(Expected {
                code,
                ..expected(K::UnknownStep, &[])
            })
        }
        Plant::AfterEnd => after_end(office, case, at),
        Plant::Stopped => stopped(office, case, at),
        Plant::WrongRole => alone(office, row).then(|| by(case, at, OUTSIDER, expected(K::WrongRole, &[row]))),
        Plant::WrongDay => alone(office, row).then(|| by(case, at, FORMER, expected(K::NotAssignedThatDay, &[row]))),
        Plant::FourEyes => four_eyes(office, case),
        Plant::SamePerson => same_person(office, case),
        Plant::LateStep => late_step(office, case, at),
        Plant::LateCase => {
            case.trace.due_at = case.trace.ended_at.map(|ended| ended - TimeDelta::minutes(1));
            Some(expected(K::CaseLate, &[]))
        }
        Plant::NoPaper => {
            let required = !case.trace.papers.is_empty() && has_required_paper(office);
            case.trace.papers.clear();
            (required && case.trace.ended == Some(Ended::Completed)).then(|| expected(K::PaperMissing, &[]))
        }
        Plant::NoResult => no_result(office, case, row),
        Plant::OldVersion => {
            case.trace.events[at].version = VersionId::of("v1");
            Some(expected(K::OutdatedVersion, &[row]))
        }
        Plant::TooOften => too_often(office, case, chance),
        Plant::WrongBranch => (0..case.way.steps.len()).find_map(|at| wrong_branch(office, case, at)),
    };
    for (seq, event) in (1..).zip(&mut case.trace.events) {
        event.seq = seq;
    }
    found
}

/// How often a row is done.
pub(super) fn times(case: &Case, row: usize) -> usize {
    case.way.steps.iter().filter(|(own, _)| *own == row).count()
}

/// Whether no rule about different and same persons concerns a row, so that another person breaks nothing else.
pub(super) fn alone(office: &Office<'_>, row: usize) -> bool {
    let table = office.table();
    let own = &table.steps[row];
    let names = |other: &quytrinh::workflow::Step| other.same_as.contains(&own.code);
    !own.roles.is_empty() && own.same_as.is_empty() && !table.steps.iter().any(names)
}

fn by(case: &mut Case, at: usize, person: &str, expected: Expected) -> Expected {
    case.trace.events[at].person = PersonId::of(person);
    expected
}

fn four_eyes(office: &Office<'_>, case: &mut Case) -> Option<Expected> {
    let table = office.table();
    let is_free = |row: usize| alone(office, row) && times(case, row) > 0;
    let mut pairs = table.steps.iter().enumerate().flat_map(|(row, step)| {
        let others = step.different_from.iter().filter_map(|code| Some(table.find(code)?.0));
        others.map(move |other| (row, other))
    });
    let (row, other) = pairs.find(|(row, other)| is_free(*row) && is_free(*other))?;
    // One of each: more would break the rule more often.
    if times(case, row) != 1 || times(case, other) != 1 {
        return None;
    }
    for (event, (own, _)) in case.trace.events.iter_mut().zip(&case.way.steps) {
        if *own == row || *own == other {
            event.person = PersonId::of(EVERYBODY);
        }
    }
    Some(expected(K::FourEyes, &[row, other]))
}

fn same_person(office: &Office<'_>, case: &mut Case) -> Option<Expected> {
    let table = office.table();
    let rule = |(row, step): (usize, &quytrinh::workflow::Step)| {
        let other = table.find(step.same_as.first()?)?.0;
        (times(case, row) == 1 && times(case, other) == 1 && step.same_as.len() == 1).then_some((row, other))
    };
    let (row, other) = table.steps.iter().enumerate().find_map(rule)?;
    let names = |row: usize| {
        table
            .steps
            .iter()
            .filter(|step| step.same_as.contains(&table.steps[row].code))
            .count()
    };
    if names(row) > 0 {
        return None;
    }
    let at = case.way.steps.iter().position(|(own, _)| *own == row)?;
    case.trace.events[at].person = PersonId::of(EVERYBODY);
    Some(expected(K::SamePerson, &[row, other]))
}

/// A step takes a year; what comes after it keeps its distance.
fn late_step(office: &Office<'_>, case: &mut Case, at: usize) -> Option<Expected> {
    let row = case.way.steps[at].0;
    let step = &office.table().steps[row];
    let is_judged = step.counted && step.clock == Clock::Runs && step.branch.is_none();
    let own = matches!(step.times.first(), Some((_, StepTime::Own(_))));
    if !is_judged || !own {
        return None;
    }
    for event in case.trace.events.iter_mut().skip(at) {
        event.done_at += TimeDelta::days(60);
    }
    case.trace.ended_at = case.trace.events.last().map(|event| event.done_at);
    Some(expected(K::StepLate, &[row]))
}

fn has_required_paper(office: &Office<'_>) -> bool {
    office
        .content
        .source
        .dossier
        .iter()
        .any(|item| item.mode == quytrinh::procedures::Mode::Submit && item.condition.trim().is_empty())
}

fn no_result(office: &Office<'_>, case: &mut Case, row: usize) -> Option<Expected> {
    let step = &office.table().steps[row];
    let is_due = step.outputs.iter().any(|output| !output.contains("(nếu"));
    if !is_due || !step.next.is_empty() {
        return None;
    }
    for (event, (own, _)) in case.trace.events.iter_mut().zip(&case.way.steps) {
        if *own == row {
            event.outputs.clear();
        }
    }
    Some(expected(K::ResultMissing, &[row]))
}

fn too_often(office: &Office<'_>, case: &mut Case, chance: &mut Chance) -> Option<Expected> {
    let rows = office.table().steps.iter().enumerate();
    let bounded: Vec<(usize, u32)> = rows.filter_map(|(row, step)| Some((row, step.max_times?))).collect();
    let (row, most) = *chance.pick(&bounded)?;
    let way = office.way_with(row, usize::try_from(most).ok()? + 1)?;
    // Other rows on the way may be bounded too.
    let too_many = |(own, most): &(usize, u32)| {
        let done = way.steps.iter().filter(|(step, _)| step == own).count();
        *own != row && done > usize::try_from(*most).unwrap_or(0)
    };
    if bounded.iter().any(too_many) {
        return None;
    }
    case.trace = office.case(&way, chance);
    case.way = way;
    Some(expected(K::TooManyTimes, &[row]))
}

fn foreign(beside: &Event) -> Event {
    Event {
        step_code: "ZZ".to_owned(),
        ..beside.clone()
    }
}
