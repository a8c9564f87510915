//! Logs against a Petri net.

use super::CaseResult;
use super::answers::Answers;
use super::model::{MoveKind, ReplayMove, Watch};
use super::variants::Variants;
use crate::alignment::{Budget, NetAligner, NetAnswer, NetFault, NetMove};
use crate::conformance::FindingKind;
use crate::logs::{CaseView, EventLog};
use crate::nets::Net;
use std::collections::{HashMap, HashSet};
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
        watch: Watch<'_>,
    ) -> Result<Option<Answers>, NetFault> {
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
        let (mut complete, mut open) = (self.aligner.comparing(true), self.aligner.comparing(false));
        let (mut answers, mut trace) = (Answers::default(), Vec::new());
        for (at, case) in variants.first.iter().enumerate() {
            if !watch(at, variants.first.len()) {
                return Ok(None);
            }
            let case = log.case(*case);
            let finished = case.as_ref().is_none_or(|case| case.completed() != Some(false));
            trace.clear();
            trace.extend(case.iter().flat_map(CaseView::steps).filter_map(symbol));
            let comparing = if finished { &mut complete } else { &mut open };
            match comparing.align(&trace)? {
                NetAnswer::NotDetermined { at_least } => answers.not_determined(at_least),
                NetAnswer::Exact(aligned) => answers.exact(aligned.cost, aligned.moves.into_iter().map(on_report)),
            }
        }
        Ok(Some(answers))
    }

    pub(super) fn nodes(&self) -> usize {
        self.net.transitions.len()
    }

    pub(super) fn node(&self, node: usize) -> (&str, Option<&str>) {
        self.net
            .transitions
            .get(node)
            .map_or(("", None), |own| (&own.id, own.label.as_deref()))
    }

    /// The deviations of an alignment, in words that need no table.
    pub(super) fn findings(&self, log: &EventLog, case: &CaseResult<'_>) -> Vec<NetFinding> {
        if case.cost == Some(0) {
            return Vec::new();
        }
        let activity = |step: &ReplayMove| match step.kind {
            MoveKind::Log | MoveKind::Synchronous => {
                let symbol = step.event.and_then(|event| case.case.steps().get(event)).copied()?;
                log.step(symbol).map(|step| step.activity)
            }
            MoveKind::Model | MoveKind::Silent => step.node.and_then(|node| self.node(node).1),
        };
        let moves: Vec<ReplayMove> = case.moves.iter().collect();
        let done = |step: &ReplayMove| activity(step).filter(|_| step.kind == MoveKind::Synchronous);
        let asked = |step: &ReplayMove| activity(step).filter(|_| step.kind == MoveKind::Model);
        let too_many = |step: &ReplayMove| activity(step).filter(|_| step.kind == MoveKind::Log);
        let all_done: HashSet<&str> = moves.iter().filter_map(done).collect();
        let all_too_many: HashSet<&str> = moves.iter().filter_map(too_many).collect();
        let asked_last: HashMap<&str, usize> = moves
            .iter()
            .enumerate()
            .filter_map(|(at, step)| Some((asked(step)?, at)))
            .collect();
        // What is done next, from each move on.
        let mut nexts: Vec<Option<&str>> = vec![None];
        for step in moves.iter().rev() {
            nexts.push(done(step).or_else(|| nexts.last().copied().flatten()));
        }
        nexts.reverse();
        let mut found = Vec::new();
        for ((place, step), next) in moves.iter().enumerate().zip(nexts) {
            let Some(name) = activity(step) else { continue };
            let (kind, word) = match step.kind {
                MoveKind::Synchronous | MoveKind::Silent => continue,
                MoveKind::Log if self.aligner.symbol(name).is_none() => (FindingKind::UnknownStep, "unknown"),
                MoveKind::Log => match asked_last.get(name) {
                    Some(asked) if *asked > place => (FindingKind::OutOfOrder, "too_early"),
                    Some(_) => (FindingKind::OutOfOrder, "too_late"),
                    None if all_done.contains(name) => (FindingKind::Repeated, "repeated"),
                    None => (FindingKind::WrongBranch, "not_possible"),
                },
                MoveKind::Model if all_too_many.contains(name) => continue,
                MoveKind::Model if next.is_some() => (FindingKind::Skipped, "skipped"),
                MoveKind::Model => (FindingKind::ClosedUnfinished, "unfinished"),
            };
            found.push(NetFinding {
                kind,
                word,
                step: name.to_owned(),
                event: step.event,
                near: next
                    .filter(|_| kind == FindingKind::Skipped)
                    .unwrap_or_default()
                    .to_owned(),
            });
        }
        found
    }
}

fn on_report(step: NetMove) -> (MoveKind, Option<usize>) {
    let place = |number: u32| usize::try_from(number).ok();
    match step {
        NetMove::Sync { transition, .. } => (MoveKind::Synchronous, place(transition)),
        NetMove::Log { .. } => (MoveKind::Log, None),
        NetMove::Model { transition } => (MoveKind::Model, place(transition)),
        NetMove::Silent { transition } => (MoveKind::Silent, place(transition)),
    }
}
