//! What can be laid over a picture: what one case did, or what many did together.

use crate::workflow::Move;

/// What a row is marked as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkClass {
    /// Done as prescribed.
    Done,
    /// The case is here.
    Current,
    /// The case is here and its time is over.
    Late,
    /// Left out.
    Skipped,
    /// Done, but not as prescribed.
    Deviating,
    /// How much of something many cases had here, from 0 (none) to [`MOST_HEAT`]; a darker box with a thicker edge.
    Heat(u8),
    /// The same for what should not be: lateness, deviations.
    Alarm(u8),
}

/// The strongest heat.
pub const MOST_HEAT: u8 = 4;

/// The mark of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowMark {
    /// What happened.
    pub class: MarkClass,
    /// Words that are printed in the box (who, when, how late), one line or several; may be empty.
    pub note: String,
}

/// An end of a connection, parallel parts resolved: what comes before or after a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Point {
    /// The receipt of a case.
    Start,
    /// A row of the table, from 0.
    Row(usize),
    /// The end with a result.
    Completed,
    /// The end with a refusal.
    Refused,
    /// The end by withdrawal.
    Withdrawn,
}

/// The mark of one connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EdgeMark {
    /// Where it comes from.
    pub from: Point,
    /// Where it leads.
    pub to: Point,
    /// How much went this way, from 0 (nothing: drawn dotted) to [`MOST_HEAT`]; a thicker line.
    pub level: u8,
    /// Words that are printed where it leaves its box; may be empty.
    pub note: String,
    /// True for a way that the table does not have there: it is drawn beside those of the table, dashed. A mark of a
    /// way past rows that may be left out gets a line of its own as well.
    pub is_outside: bool,
}

/// Marks laid over a picture.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Overlay {
    /// One entry per row of the table; rows beyond the list have no mark.
    pub rows: Vec<Option<RowMark>>,
    /// Marks of connections. When there are any, a connection of the table without one counts as not used.
    pub edges: Vec<EdgeMark>,
}

/// How an event of a case is told in the picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventMark {
    /// Who and when.
    pub note: String,
    /// True when something about it deviates, wherever it stands in the way.
    pub deviates: bool,
}

impl Overlay {
    /// One case, from its comparison with a table of `rows` rows. `event` tells about an event; `waiting` are the rows
    /// that an open case waits for, and whether they are late. A row that deviated once stays marked, whatever follows.
    pub fn of_case(
        rows: usize,
        moves: &[Move],
        event: &dyn Fn(usize) -> Option<EventMark>,
        waiting: &[(usize, bool)],
    ) -> Self {
        let mut marks: Vec<Option<RowMark>> = vec![None; rows];
        for step in moves {
            let (row, told, follows) = match *step {
                Move::Sync { event: at, row } => (row, event(at), true),
                Move::Log {
                    event: at,
                    row: Some(row),
                } => (row, event(at), false),
                Move::Log { row: None, .. } => continue,
                Move::Model { row } => (row, None, false),
            };
            let Some(mark) = marks.get_mut(row) else { continue };
            let (class, note) = match told {
                Some(told) if follows && !told.deviates => (MarkClass::Done, told.note),
                Some(told) => (MarkClass::Deviating, told.note),
                None => (MarkClass::Skipped, String::new()),
            };
            let is_known = mark.as_ref().is_some_and(|known| known.class == MarkClass::Deviating);
            if !is_known || class == MarkClass::Deviating {
                *mark = Some(RowMark { class, note });
            }
        }
        for (row, late) in waiting {
            if let Some(mark) = marks.get_mut(*row) {
                *mark = Some(RowMark {
                    class: if *late { MarkClass::Late } else { MarkClass::Current },
                    note: String::new(),
                });
            }
        }
        Self {
            rows: marks,
            edges: Vec::new(),
        }
    }
}
