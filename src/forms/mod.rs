//! Forms to be filled on a screen: what a form asks for, what may be typed in it, and what was typed. Pure: no database,
//! no web, no clock.
//!
//! A form is a list of rows as people write them ([`InputRow`]); [`define()`] turns them into a [`Definition`] and tells
//! what is wrong with them, row by row and cell by cell. [`fill()`] holds what was typed against a definition: it gives the
//! values as they are kept, or what is wrong with each of them. Bounds: [`MOST_INPUTS`] rows, [`MOST_ROWS`] rows in a
//! table; every text has a longest length, so a filled form has one too.

mod amount;
mod apart;
mod define;
mod fill;
mod pattern;
mod row;
mod rule;
mod show;
#[cfg(test)]
mod tests;

pub use amount::Amount;
pub use apart::{apart, together};
pub use define::{Definition, Input, Problem, define};
pub use fill::{Slip, Typed, Value, Values, fill};
pub use pattern::Pattern;
pub use row::{InputKind, InputRow, MOST_INPUTS, MOST_ROWS};
pub use rule::{Origin, Rule, WORDS as RULE_WORDS};
pub use show::{
    InputShown, OptionShown, Seen, TableShown, Told, ValueShown, inputs, typed_again, typed_before, values,
};
