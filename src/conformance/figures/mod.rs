//! Figures of many judged cases, for pictures and the tables beside them. Pure: the same cases give the same figures.

mod dots;
mod flow;
mod slots;
mod spread;
#[cfg(test)]
mod tests;
mod variants;
mod walked;

#[cfg(test)]
pub(super) use dots::{Dot, DotRow};
pub(super) use dots::{DotSort, Dots, Heat, Order, RESULTS, Shown, dots};
pub(super) use flow::{ConnectionFigures, ConnectionKind, Flow, RowFigures};
pub(super) use slots::{Slot, Slots, date, slots};
pub(super) use variants::{Fit, Variant, Variants};
pub(super) use walked::{Walked, waiting};
