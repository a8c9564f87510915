//! Finding words in documents: how texts and questions become entries of an index, and what an answer shows. Pure.
//!
//! The index holds whole entries and not places in texts: words without marks, words with marks, and pairs of
//! neighbours (most Vietnamese words are two syllables). So it is small, both databases answer alike, and whoever may
//! not see a version has no way to it: agency, stage, author and version are entries of the same index.

mod entries;
mod question;
mod snippet;
mod words;

pub use entries::Part;
pub use snippet::{Marked, Snippet};

pub(super) use entries::entries;
pub(super) use question::{Expression, FTS5, Question, TSQUERY, entry, field_entry, sort, stage_entry};
pub(super) use snippet::{marked, snippet};
