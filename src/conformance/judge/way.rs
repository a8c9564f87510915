//! Deviations from the way: moves of an alignment put together to what people would say happened.

use crate::workflow::{Move, Refusal, State, StepTable, Target, Workflow};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// `rows` were left out before `event`.
    Skipped,
    /// `event` came before `near` was done.
    TooEarly,
    /// `event` came after `near` was done.
    TooLate,
    /// `event` repeats its row.
    Repeated,
    /// `event` is nothing that the table has.
    Unknown,
    /// `event` came after the end.
    AfterEnd,
    /// `rows` were not done when the case was closed.
    Unfinished,
    /// `event` belongs to a way that was not taken; `near` is where the ways part.
    WrongBranch,
}

/// One deviation from the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Deviation {
    pub(super) what: What,
    pub(super) event: Option<usize>,
    pub(super) rows: Vec<usize>,
    pub(super) near: Option<usize>,
}

/// The deviations of a case; `states` is where the case may stand before each move and after the last.
pub(super) fn deviations(
    table: &StepTable,
    workflow: &Workflow,
    (moves, states): (&[Move], &[Vec<State>]),
    finished: bool,
) -> Vec<Deviation> {
    if moves.iter().all(|step| matches!(step, Move::Sync { .. })) {
        return Vec::new();
    }
    let way = Way {
        table,
        workflow,
        moves,
        states,
        finished,
        pairs: pairs(moves),
    };
    let mut found: Vec<Deviation> = Vec::new();
    for (at, step) in moves.iter().enumerate() {
        if let Move::Log { event, row } = *step {
            found.push(way.extra(at, event, row));
        }
    }
    found.extend(way.left_out());
    found
}

/// Pairs of a row left out and the same row done elsewhere: (place of the model move, place of the log move), nearest first.
fn pairs(moves: &[Move]) -> Vec<(usize, usize)> {
    let mut candidates = Vec::new();
    for (model, left) in moves.iter().enumerate() {
        for (log, done) in moves.iter().enumerate() {
            if let (Move::Model { row }, Move::Log { row: Some(own), .. }) = (left, done)
                && row == own
            {
                candidates.push((model.abs_diff(log), model, log));
            }
        }
    }
    candidates.sort_unstable();
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for (_, model, log) in candidates {
        if pairs.iter().all(|(m, l)| *m != model && *l != log) {
            pairs.push((model, log));
        }
    }
    pairs
}

struct Way<'a> {
    table: &'a StepTable,
    workflow: &'a Workflow,
    moves: &'a [Move],
    states: &'a [Vec<State>],
    finished: bool,
    pairs: Vec<(usize, usize)>,
}

impl Way<'_> {
    /// An event too many: what it is.
    fn extra(&self, at: usize, event: usize, row: Option<usize>) -> Deviation {
        let says = |what, near| Deviation {
            what,
            event: Some(event),
            rows: row.into_iter().collect(),
            near,
        };
        let Some(row) = row else {
            return says(What::Unknown, None);
        };
        if let Some((model, _)) = self.pairs.iter().find(|(_, log)| *log == at) {
            return if *model > at {
                says(What::TooEarly, self.synced(..*model).next_back())
            } else {
                says(What::TooLate, self.synced(model + 1..at).next())
            };
        }
        let repeats = self.synced(..).any(|own| own == row);
        if self.has_ended(at) && self.synced(..at).next_back() != Some(row) {
            return says(What::AfterEnd, None);
        }
        if repeats {
            return says(What::Repeated, None);
        }
        if let Some((what, near)) = self.ahead(row).or_else(|| self.beside(at, row)) {
            return says(what, near);
        }
        says(What::WrongBranch, self.parting(at, row))
    }

    /// The rows that were done as the table says, in a stretch of the moves.
    fn synced(
        &self,
        range: impl std::slice::SliceIndex<[Move], Output = [Move]>,
    ) -> impl DoubleEndedIterator<Item = usize> {
        self.moves
            .get(range)
            .unwrap_or_default()
            .iter()
            .filter_map(|step| match *step {
                Move::Sync { row, .. } => Some(row),
                Move::Log { .. } | Move::Model { .. } => None,
            })
    }

    /// Whether the case had come to its end before this move, by steps that were done.
    fn has_ended(&self, at: usize) -> bool {
        let states = self.states.get(at).map(Vec::as_slice).unwrap_or_default();
        let last = self
            .moves
            .get(..at)
            .unwrap_or_default()
            .iter()
            .rev()
            .find(|step| !matches!(step, Move::Log { .. }));
        matches!(last, Some(Move::Sync { .. }))
            && !states.is_empty()
            && states.iter().all(|state| self.workflow.ended(*state).is_some())
    }

    /// In an open case, a row that is still to come was done too early; a row that only rework leads to was not.
    fn ahead(&self, row: usize) -> Option<(What, Option<usize>)> {
        let state = self.states.last().filter(|_| !self.finished)?.first()?;
        match self.workflow.explain(*state, row) {
            None => Some((What::TooEarly, None)),
            Some(Refusal::TooEarly { skipped }) if self.synced(..).all(|done| !skipped.contains(&done)) => {
                Some((What::TooEarly, skipped.last().copied()))
            }
            Some(_) => None,
        }
    }

    /// An optional row that was possible at another place of the way that was taken.
    fn beside(&self, at: usize, row: usize) -> Option<(What, Option<usize>)> {
        let optional = self.table.steps.get(row).is_some_and(|step| step.optional);
        let possible = |states: &Vec<State>| states.iter().any(|state| self.workflow.allowed(*state).contains(&row));
        let place = self.states.iter().position(possible).filter(|_| optional)?;
        Some(if place < at {
            (What::TooLate, self.synced(place..at).next())
        } else {
            (What::TooEarly, self.synced(..place).next_back())
        })
    }

    /// The step done before whose other outcome leads to the row.
    fn parting(&self, at: usize, row: usize) -> Option<usize> {
        let code = &self.table.steps.get(row)?.code;
        let leads = |from: &usize| {
            self.table.steps.get(*from).is_some_and(|step| {
                step.next.len() > 1
                    && step
                        .next
                        .iter()
                        .any(|next| matches!(&next.target, Target::Step(to) if to == code))
            })
        };
        self.synced(..at).rev().find(leads)
    }

    /// Rows left out and not done elsewhere: those next to each other together, those after the last step as unfinished.
    fn left_out(&self) -> Vec<Deviation> {
        let mut found = Vec::new();
        let mut rows: Vec<usize> = Vec::new();
        for (at, step) in self.moves.iter().enumerate() {
            match *step {
                Move::Model { row } if self.pairs.iter().all(|(model, _)| *model != at) => rows.push(row),
                Move::Sync { event, row } if !rows.is_empty() => found.push(Deviation {
                    what: What::Skipped,
                    event: Some(event),
                    rows: std::mem::take(&mut rows),
                    near: Some(row),
                }),
                Move::Sync { .. } | Move::Log { .. } | Move::Model { .. } => {}
            }
        }
        if !rows.is_empty() {
            found.push(Deviation {
                what: What::Unfinished,
                event: None,
                rows,
                near: self.synced(..).next_back(),
            });
        }
        found
    }
}
