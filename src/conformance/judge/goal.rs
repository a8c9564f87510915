//! Explaining what was done in a case by what was asked for: up to where it stands, or up to the end that is recorded.

use super::way::pairs;
use crate::cases::Ended;
use crate::workflow::{Alignment, Done, End, Move, State, Workflow, align};
use std::sync::OnceLock;

/// What a case must have come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Goal {
    /// Nothing: it is open, or the citizen withdrew it, which the text need not foresee.
    Open,
    /// Any end.
    Any,
    /// This end, unless what was done led to another one beyond doubt.
    To(End),
    /// Nothing, but what was left to do is told.
    Stopped,
}

/// The workflow of a text, with its versions that have one way to end only.
pub(super) struct Ways<'a> {
    pub(super) all: &'a Workflow,
    pub(super) toward: &'a Toward,
}

/// Workflows that have one way to end only, made when they are first asked for; `None` when there is no such end.
#[derive(Debug, Default)]
pub(super) struct Toward {
    completed: OnceLock<Option<Workflow>>,
    refused: OnceLock<Option<Workflow>>,
    withdrawn: OnceLock<Option<Workflow>>,
}

/// An explanation of a case.
pub(super) struct Explained {
    pub(super) moves: Vec<Move>,
    /// The fewest rows of a case that came to what this one must have come to.
    pub(super) shortest_run: u32,
    /// The event that led to another end than the one that is recorded, and that end.
    pub(super) wrong_end: Option<(usize, End)>,
}

impl Goal {
    /// The goal of a case that ended so; `is_known` tells whether it is known how.
    pub(super) fn of(ended: Option<Ended>, is_known: bool) -> Self {
        match ended {
            None => Self::Open,
            Some(_) if !is_known => Self::Any,
            Some(Ended::Completed) => Self::To(End::Completed),
            Some(Ended::Refused) => Self::To(End::Refused),
            Some(Ended::Withdrawn) => Self::To(End::Withdrawn),
            Some(Ended::Stopped) => Self::Stopped,
        }
    }

    /// A number for it.
    pub(super) fn number(self) -> u64 {
        match self {
            Self::Open => 0,
            Self::Any => 1,
            Self::Stopped => 2,
            Self::To(End::Completed) => 3,
            Self::To(End::Refused) => 4,
            Self::To(End::Withdrawn) => 5,
        }
    }
}

/// How a case is recorded when it came to this end.
pub(super) fn ended(end: End) -> Ended {
    match end {
        End::Completed => Ended::Completed,
        End::Refused => Ended::Refused,
        End::Withdrawn => Ended::Withdrawn,
    }
}

impl Toward {
    fn get(&self, all: &Workflow, end: End) -> Option<&Workflow> {
        let own = match end {
            End::Completed => &self.completed,
            End::Refused => &self.refused,
            End::Withdrawn => &self.withdrawn,
        };
        own.get_or_init(|| all.toward(end)).as_ref()
    }
}

impl Ways<'_> {
    /// Explains a case by what it must have come to; `None` when the table has too many states to be followed.
    pub(super) fn explain(&self, events: &[Done<'_>], goal: Goal) -> Option<Explained> {
        match goal {
            Goal::Open => align(self.all, events, false).map(plain),
            Goal::Any => align(self.all, events, true).map(plain),
            Goal::Stopped => self.stopped(events, End::Completed),
            Goal::To(end) => match (self.toward.get(self.all, end), end) {
                (Some(toward), _) => self.to(toward, events, end),
                // Whoever withdraws need not wait until the text says how.
                (None, End::Withdrawn) => self.explain(events, Goal::Open),
                (None, End::Completed | End::Refused) => self.stopped(events, End::Completed),
            },
        }
    }

    /// What was done as far as it came, then the shortest way to an end as left undone: to this end where it can
    /// still be reached, else to the end with a result, else to another one.
    fn stopped(&self, events: &[Done<'_>], end: End) -> Option<Explained> {
        let mut moves = align(self.all, events, false)?.moves;
        let stands = self.states(events, &moves).pop().unwrap_or_default();
        let ends = [end, End::Completed, End::Refused, End::Withdrawn];
        let left = ends.into_iter().find_map(|end| self.all.rest(&stands, end));
        moves.extend(left.into_iter().flatten().map(|row| Move::Model { row }));
        let completed = self.toward.get(self.all, End::Completed);
        Some(Explained {
            moves,
            shortest_run: completed.unwrap_or(self.all).shortest_run(),
            wrong_end: None,
        })
    }

    /// The way to this end. What was recorded as an outcome is taken at its word: when a step led to another end beyond
    /// doubt and that needs fewer deviations, the record of the end is what is wrong; and a case that could come to its
    /// end only by an outcome that a step did not have was closed before it.
    fn to(&self, toward: &Workflow, events: &[Done<'_>], end: End) -> Option<Explained> {
        let to = align(toward, events, true)?;
        if to.cost > 0 {
            let any = align(self.all, events, true)?;
            if any.cost < to.cost
                && let Some(wrong_end) = self.reached(events, &any.moves, end)
            {
                return Some(Explained {
                    wrong_end: Some(wrong_end),
                    ..plain(any)
                });
            }
            if !keeps_outcomes(toward, events, &to.moves) {
                return self.stopped(events, end);
            }
        }
        Some(plain(to))
    }

    /// The event with which the case came to another end than `end`, when that is sure, and that end.
    fn reached(&self, events: &[Done<'_>], moves: &[Move], end: End) -> Option<(usize, End)> {
        let last = moves.iter().rev().find(|step| !matches!(step, Move::Log { .. }));
        let Some(Move::Sync { event, .. }) = last else {
            return None;
        };
        let states = self.states(events, moves).pop()?;
        let ends: Option<Vec<End>> = states.iter().map(|state| self.all.ended(*state)).collect();
        let ends = ends?;
        let reached = ends.first().copied()?;
        ends.iter()
            .all(|own| *own != end && *own == reached)
            .then_some((*event, reached))
    }

    /// Where the case may stand before each move, and after the last.
    pub(super) fn states(&self, events: &[Done<'_>], moves: &[Move]) -> Vec<Vec<State>> {
        replay(self.all, moves, |step| match *step {
            Move::Sync { event, .. } => events.get(event).and_then(|done| done.outcome),
            Move::Model { .. } | Move::Log { .. } => None,
        })
    }
}

/// Whether the moves still lead to an end when rows that were done elsewhere have the outcome that they had there.
fn keeps_outcomes(workflow: &Workflow, events: &[Done<'_>], moves: &[Move]) -> bool {
    let pairs = pairs(moves);
    if pairs.is_empty() {
        return true;
    }
    let mut at = 0;
    let mut states = replay(workflow, moves, |step| {
        let own = at;
        at += 1;
        let event = match *step {
            Move::Sync { event, .. } => event,
            Move::Model { .. } => match pairs.iter().find(|pair| pair.model == own) {
                Some(pair) => pair.event,
                None => return None,
            },
            Move::Log { .. } => return None,
        };
        events.get(event).and_then(|done| done.outcome)
    });
    let stands = states.pop().unwrap_or_default();
    stands.iter().any(|state| workflow.may_end(*state))
}

/// Where a case may stand before each move, and after the last; `outcome` says what is known of the outcome of a move.
fn replay<'e>(
    workflow: &Workflow,
    moves: &[Move],
    mut outcome: impl FnMut(&Move) -> Option<&'e str>,
) -> Vec<Vec<State>> {
    let mut all = Vec::with_capacity(moves.len() + 1);
    let mut states = vec![workflow.start()];
    for step in moves {
        all.push(states.clone());
        let outcome = outcome(step);
        let (Move::Sync { row, .. } | Move::Model { row }) = *step else {
            continue;
        };
        states = states
            .iter()
            .flat_map(|state| workflow.after(*state, row, outcome))
            .collect();
        states.sort_unstable();
        states.dedup();
    }
    all.push(states);
    all
}

fn plain(alignment: Alignment) -> Explained {
    Explained {
        moves: alignment.moves,
        shortest_run: alignment.shortest_run,
        wrong_end: None,
    }
}
