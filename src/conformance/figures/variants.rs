//! The ways that cases took: those with the same steps in the same order, fitting in the same way, are one variant.

use super::spread::Spread;
use crate::calendar::WorkingCalendar;
use crate::conformance::store::Judged;
use crate::kernel::local;
use crate::workflow::Move;
use std::collections::BTreeMap;

/// Cases named as examples.
const EXAMPLES: usize = 3;

/// How a step of a variant stands to the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::conformance) enum Fit {
    /// Done as the table says.
    Follows,
    /// Done, and not asked for here.
    Extra,
    /// Asked for, and not done here.
    LeftOut,
    /// Done; the text has no table to compare with.
    NotCompared,
}

/// A way that cases took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::conformance) struct Variant {
    /// Its steps by code.
    pub(in crate::conformance) steps: Vec<(Fit, String)>,
    pub(in crate::conformance) cases: u32,
    /// Cases in which nothing at all deviates.
    pub(in crate::conformance) conforming: u32,
    /// Working time from receipt to end, of cases that ended.
    pub(in crate::conformance) time: Option<Spread>,
    /// The codes of the first few cases.
    pub(in crate::conformance) examples: Vec<String>,
}

impl Variant {
    /// Steps that do not follow the table.
    pub(in crate::conformance) fn cost(&self) -> usize {
        let deviating = |(fit, _): &&(Fit, String)| matches!(fit, Fit::Extra | Fit::LeftOut);
        self.steps.iter().filter(deviating).count()
    }
}

/// All variants of some cases, the most frequent first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::conformance) struct Variants {
    pub(in crate::conformance) cases: u32,
    pub(in crate::conformance) all: Vec<Variant>,
}

#[derive(Default)]
struct Gathered<'a> {
    cases: u32,
    conforming: u32,
    minutes: Vec<i64>,
    examples: Vec<&'a str>,
}

impl Variants {
    /// Groups cases; equally frequent variants stand in the order of their steps.
    pub(in crate::conformance) fn of<'a>(
        judged: impl IntoIterator<Item = &'a Judged>,
        calendar: &WorkingCalendar,
    ) -> Self {
        let mut cases = 0;
        let mut found: BTreeMap<Vec<(Fit, &str)>, Gathered<'_>> = BTreeMap::new();
        for one in judged {
            cases += 1;
            let own = found.entry(steps(one)).or_default();
            own.cases += 1;
            own.conforming += u32::from(one.judgement.is_conforming());
            if let Some(ended) = one.trace.ended_at {
                let minutes = calendar.working_minutes_between(local(one.trace.received_at), local(ended));
                own.minutes.push(minutes.max(0));
            }
            if own.examples.len() < EXAMPLES {
                own.examples.push(&one.trace.code);
            }
        }
        let mut all: Vec<Variant> = found
            .into_iter()
            .map(|(steps, own)| Variant {
                steps: steps.into_iter().map(|(fit, code)| (fit, code.to_owned())).collect(),
                cases: own.cases,
                conforming: own.conforming,
                time: Spread::of(own.minutes),
                examples: own.examples.into_iter().map(ToOwned::to_owned).collect(),
            })
            .collect();
        all.sort_by_key(|variant| std::cmp::Reverse(variant.cases));
        Self { cases, all }
    }
}

fn steps(one: &Judged) -> Vec<(Fit, &str)> {
    let events = &one.trace.events;
    if !one.judgement.is_determined {
        let plain = events.iter().map(|event| (Fit::NotCompared, event.step_code.as_str()));
        return plain.collect();
    }
    let code = |event: usize| events.get(event).map_or("", |event| event.step_code.as_str());
    let moves = one.judgement.moves.iter().map(|step| match *step {
        Move::Sync { event, .. } => (Fit::Follows, code(event)),
        Move::Log { event, .. } => (Fit::Extra, code(event)),
        Move::Model { row } => {
            let step = one.content.table.steps.get(row);
            (Fit::LeftOut, step.map_or("", |step| step.code.as_str()))
        }
    });
    moves.collect()
}
