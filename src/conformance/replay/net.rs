//! Logs against a Petri net.

use super::model::{Answer, MoveKind, ReplayMove, Watch};
use super::variants::Variants;
use crate::alignment::{Budget, NetAligner, NetAnswer, NetFault, NetMove};
use crate::conformance::FindingKind;
use crate::logs::EventLog;
use crate::nets::Net;
use unicode_normalization::UnicodeNormalization;

/// A net made ready.
#[derive(Debug)]
pub struct NetModel {
    net: Net,
    aligner: NetAligner,
}

/// A deviation from a net, told without people and times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NetFinding {
    /// What it is.
    pub(super) kind: FindingKind,
    /// Which sentence tells it: `conformance.net.<word>`.
    pub(super) word: &'static str,
    /// The activity.
    pub(super) step: String,
    /// The event that shows it, counted from 0.
    pub(super) event: Option<usize>,
    /// The activity beside it, where the sentence names one.
    pub(super) near: String,
}

impl NetModel {
    /// Makes a net ready. Its labels are compared in the composed normal form, as the names of logs are.
    ///
    /// # Errors
    /// A net that cannot be followed.
    pub fn new(mut net: Net, budget: Budget) -> Result<Self, NetFault> {
        for transition in &mut net.transitions {
            if let Some(label) = &mut transition.label {
                *label = label.trim().nfc().collect();
            }
        }
        Ok(Self {
            aligner: NetAligner::new(&net, budget)?,
            net,
        })
    }

    pub(super) fn shortest_run(&self) -> Option<u32> {
        self.aligner.shortest_run()
    }

    pub(super) fn answers(
        &self,
        log: &EventLog,
        variants: &Variants,
        watch: &mut Watch<'_>,
    ) -> Result<Option<Vec<Answer>>, NetFault> {
        let unknown = u32::try_from(self.aligner.symbols()).unwrap_or(u32::MAX);
        let symbols = 0..u32::try_from(log.steps()).unwrap_or(u32::MAX);
        let symbols: Vec<u32> = symbols
            .map(|symbol| {
                log.step(symbol)
                    .and_then(|step| self.aligner.symbol(step.activity))
                    .unwrap_or(unknown)
            })
            .collect();
        let symbol = |own: &u32| usize::try_from(*own).ok().and_then(|own| symbols.get(own)).copied();
        let mut answers: Vec<Option<Answer>> = vec![None; variants.first.len()];
        for finished in [true, false] {
            let mut places = Vec::new();
            let mut traces: Vec<Vec<u32>> = Vec::new();
            for (place, case) in variants.first.iter().enumerate() {
                let case = log
                    .case(*case)
                    .filter(|case| (case.completed() != Some(false)) == finished);
                if let Some(case) = case {
                    places.push(place);
                    traces.push(case.steps().iter().filter_map(symbol).collect());
                }
            }
            let slices: Vec<&[u32]> = traces.iter().map(Vec::as_slice).collect();
            for (places, slices) in places.chunks(watch.at_once()).zip(slices.chunks(watch.at_once())) {
                for (place, answer) in places.iter().zip(self.aligner.align_all(slices, finished)?) {
                    if let Some(own) = answers.get_mut(*place) {
                        *own = Some(on_report(answer));
                    }
                }
                if !watch.go_on(places.len()) {
                    return Ok(None);
                }
            }
        }
        Ok(Some(answers.into_iter().flatten().collect()))
    }

    pub(super) fn node(&self, node: usize) -> (&str, Option<&str>) {
        self.net
            .transitions
            .get(node)
            .map_or(("", None), |own| (&own.id, own.label.as_deref()))
    }

    /// The deviations of an alignment, in words that need no table.
    pub(super) fn findings(&self, log: &EventLog, case: usize, moves: &[ReplayMove]) -> Vec<NetFinding> {
        let steps = log.case(case).map(|case| case.steps()).unwrap_or_default();
        let activity = |step: &ReplayMove| match step.kind {
            MoveKind::Log | MoveKind::Synchronous => {
                let symbol = step.event.and_then(|event| steps.get(event)).copied()?;
                log.step(symbol).map(|step| step.activity)
            }
            MoveKind::Model | MoveKind::Silent => step.node.and_then(|node| self.node(node).1),
        };
        let is = |step: &ReplayMove, kind: MoveKind, name: &str| step.kind == kind && activity(step) == Some(name);
        let mut found = Vec::new();
        for (place, step) in moves.iter().enumerate() {
            let Some(name) = activity(step) else { continue };
            let (before, after) = moves.split_at(place);
            let near = |kind: MoveKind| after.iter().skip(1).find(|own| own.kind == kind).and_then(activity);
            let mut say = |kind, word, near: Option<&str>| {
                found.push(NetFinding {
                    kind,
                    word,
                    step: name.to_owned(),
                    event: step.event,
                    near: near.unwrap_or_default().to_owned(),
                });
            };
            match step.kind {
                MoveKind::Synchronous | MoveKind::Silent => {}
                MoveKind::Log if self.aligner.symbol(name).is_none() => say(FindingKind::UnknownStep, "unknown", None),
                MoveKind::Log if after.iter().any(|own| is(own, MoveKind::Model, name)) => {
                    say(FindingKind::OutOfOrder, "too_early", None);
                }
                MoveKind::Log if before.iter().any(|own| is(own, MoveKind::Model, name)) => {
                    say(FindingKind::OutOfOrder, "too_late", None);
                }
                MoveKind::Log if moves.iter().any(|own| is(own, MoveKind::Synchronous, name)) => {
                    say(FindingKind::Repeated, "repeated", None);
                }
                MoveKind::Log => say(FindingKind::WrongBranch, "not_possible", None),
                MoveKind::Model if moves.iter().any(|own| is(own, MoveKind::Log, name)) => {}
                MoveKind::Model => match near(MoveKind::Synchronous) {
                    Some(next) => say(FindingKind::Skipped, "skipped", Some(next)),
                    None => say(FindingKind::ClosedUnfinished, "unfinished", None),
                },
            }
        }
        found
    }
}

fn on_report(answer: NetAnswer) -> Answer {
    let place = |number: u32| usize::try_from(number).ok();
    let step = |step: NetMove| match step {
        NetMove::Sync { event, transition } => (MoveKind::Synchronous, place(event), place(transition)),
        NetMove::Log { event } => (MoveKind::Log, place(event), None),
        NetMove::Model { transition } => (MoveKind::Model, None, place(transition)),
        NetMove::Silent { transition } => (MoveKind::Silent, None, place(transition)),
    };
    match answer {
        NetAnswer::NotDetermined { at_least } => Answer::NotDetermined { at_least },
        NetAnswer::Exact(aligned) => {
            let moves = aligned.moves.into_iter().map(step);
            let moves = moves.map(|(kind, event, node)| ReplayMove { kind, event, node });
            Answer::Exact {
                cost: aligned.cost,
                moves: moves.collect(),
            }
        }
    }
}
