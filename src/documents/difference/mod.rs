//! What differs between two versions: part by part for the front matter, word by word for the text.

mod parts;
mod prose;
#[cfg(test)]
mod tests;

pub(in crate::documents) use parts::{Change, ChangeKind, difference};
#[cfg(test)]
use prose::Tag;
pub(in crate::documents) use prose::{Piece, prose};
