//! Deviations from the way: moves of an alignment put together to what people would say happened.

use crate::workflow::{Branch, Move, Refusal, State, StepTable, Target, Workflow};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// `rows` were left out before `event`.
    Skipped,
    /// `rows` of one branch were not done when `event` came behind the parallel part.
    BranchLeftOut,
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

/// The deviations of a case. `moves` explain it, `states` is where it may stand before each of them and after the last,
/// `ways` are those that the recorded outcomes of its events take.
pub(super) fn deviations(
    (table, workflow): (&StepTable, &Workflow),
    (moves, states): (&[Move], &[Vec<State>]),
    ways: &[Option<usize>],
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
        ways,
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

/// A row that was left out at one place and done at another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Pair {
    /// How many moves are between the places.
    distance: usize,
    /// The place of the model move.
    pub(super) model: usize,
    /// The place of the log move.
    log: usize,
    /// Its event.
    pub(super) event: usize,
}

/// Pairs of a row left out and the same row done elsewhere, nearest first.
pub(super) fn pairs(moves: &[Move]) -> Vec<Pair> {
    let mut candidates = Vec::new();
    for (model, left) in moves.iter().enumerate() {
        let Move::Model { row: left } = *left else { continue };
        for (log, done) in moves.iter().enumerate() {
            if let Move::Log { event, row } = *done
                && row == Some(left)
            {
                let distance = model.abs_diff(log);
                candidates.push(Pair {
                    distance,
                    model,
                    log,
                    event,
                });
            }
        }
    }
    candidates.sort_unstable();
    let mut pairs: Vec<Pair> = Vec::new();
    for pair in candidates {
        if pairs
            .iter()
            .all(|known| known.model != pair.model && known.log != pair.log)
        {
            pairs.push(pair);
        }
    }
    pairs
}

struct Way<'a> {
    table: &'a StepTable,
    workflow: &'a Workflow,
    moves: &'a [Move],
    states: &'a [Vec<State>],
    ways: &'a [Option<usize>],
    finished: bool,
    pairs: Vec<Pair>,
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
        if let Some(pair) = self.pairs.iter().find(|pair| pair.log == at) {
            return self.moved(pair, row).unwrap_or_else(|| {
                if pair.model > at {
                    says(What::TooEarly, self.synced(..pair.model).next_back())
                } else {
                    says(What::TooLate, self.synced(pair.model + 1..at).next())
                }
            });
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

    /// A row that was done in its place, but went on as if its outcome were another one: what is wrong is the step that
    /// came next.
    fn moved(&self, pair: &Pair, row: usize) -> Option<Deviation> {
        let (first, last) = (pair.model.min(pair.log), pair.model.max(pair.log));
        let is_in_place = self.synced(first..last).next().is_none();
        self.ways.get(pair.event).copied().flatten().filter(|_| is_in_place)?;
        let (event, next) = self.moves.get(last..)?.iter().find_map(|step| match *step {
            Move::Sync { event, row } => Some((event, row)),
            Move::Log { .. } | Move::Model { .. } => None,
        })?;
        Some(Deviation {
            what: What::WrongBranch,
            event: Some(event),
            rows: vec![next],
            near: self.leads(row, next).then_some(row),
        })
    }

    /// Whether a row leads to another one by one of several outcomes.
    fn leads(&self, from: usize, to: usize) -> bool {
        let code = self.table.steps.get(to).map(|step| &step.code);
        let to = |target: &Target| matches!(target, Target::Step(own) if Some(own) == code);
        let step = self.table.steps.get(from).filter(|step| step.next.len() > 1);
        step.is_some_and(|step| step.next.iter().any(|next| to(&next.target)))
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
        self.synced(..at).rev().find(|from| self.leads(*from, row))
    }

    /// Rows left out and not done elsewhere: those next to each other together, those after the last step as unfinished.
    fn left_out(&self) -> Vec<Deviation> {
        let mut found = Vec::new();
        let mut rows: Vec<usize> = Vec::new();
        for (at, step) in self.moves.iter().enumerate() {
            match *step {
                Move::Model { row } if self.pairs.iter().all(|pair| pair.model != at) => rows.push(row),
                Move::Sync { event, row } => self.before(&mut rows, (event, row), &mut found),
                Move::Log { .. } | Move::Model { .. } => {}
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

    /// Tells the rows that were left out before an event: those of each branch of a parallel part that is over apart
    /// from the others. Rows of other branches of a part that goes on stay in `rows`: they may still come.
    fn before(&self, rows: &mut Vec<usize>, (event, near): (usize, usize), found: &mut Vec<Deviation>) {
        let branch = |row: usize| self.table.steps.get(row).and_then(|step| step.branch.as_ref());
        let here = branch(near);
        let mut told: Vec<(Option<&Branch>, Vec<usize>)> = Vec::new();
        for row in std::mem::take(rows) {
            let own = branch(row);
            let is_beside = own
                .zip(here)
                .is_some_and(|(own, here)| own.group == here.group && own != here);
            if is_beside {
                rows.push(row);
                continue;
            }
            let over = own.filter(|own| Some(*own) != here);
            match told.iter_mut().find(|(known, _)| *known == over) {
                Some((_, rows)) => rows.push(row),
                None => told.push((over, vec![row])),
            }
        }
        found.extend(told.into_iter().map(|(over, rows)| Deviation {
            what: if over.is_some() {
                What::BranchLeftOut
            } else {
                What::Skipped
            },
            event: Some(event),
            rows,
            near: Some(near),
        }));
    }
}
