//! The difference of the running text: line by line first, then word by word where lines were rewritten.

use serde::Serialize;
use similar::{ChangeTag, DiffOp, TextDiff};
use std::time::Duration;

/// A comparison that takes longer is told more coarsely: a page must answer whatever two texts it gets.
const PATIENCE: Duration = Duration::from_millis(400);
/// Lines that are shown around a difference.
const AROUND: usize = 2;

crate::kernel::text_enum! {
    /// What a piece of text is.
    Tag {
        /// In both versions.
        Same = "same",
        /// Only in the later one.
        Added = "added",
        /// Only in the earlier one.
        Removed = "removed",
        /// Lines in both versions that are not shown.
        Gap = "gap",
    }
}

/// A piece of the text; the pieces in their order are the whole comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::documents) struct Piece {
    /// What it is.
    pub(in crate::documents) tag: Tag,
    /// Its text; for a gap the number of lines left out.
    pub(in crate::documents) text: String,
}

/// The comparison of two texts; empty when they are the same.
pub(in crate::documents) fn prose(old: &str, new: &str) -> Vec<Piece> {
    if old == new {
        return Vec::new();
    }
    let diff = TextDiff::configure().timeout(PATIENCE).diff_lines(old, new);
    let mut pieces = Pieces(Vec::new());
    let last = diff.ops().len().saturating_sub(1);
    for (at, op) in diff.ops().iter().enumerate() {
        let lines = |tag: ChangeTag| -> Vec<&str> {
            diff.iter_changes(op)
                .filter(|change| change.tag() == tag)
                .map(|change| change.value())
                .collect()
        };
        match op {
            DiffOp::Equal { .. } => pieces.same(&lines(ChangeTag::Equal), at == 0, at == last),
            DiffOp::Delete { .. } => pieces.add(Tag::Removed, &lines(ChangeTag::Delete).concat()),
            DiffOp::Insert { .. } => pieces.add(Tag::Added, &lines(ChangeTag::Insert).concat()),
            DiffOp::Replace { .. } => {
                pieces.words(&lines(ChangeTag::Delete).concat(), &lines(ChangeTag::Insert).concat());
            }
        }
    }
    pieces.0
}

struct Pieces(Vec<Piece>);

impl Pieces {
    fn add(&mut self, tag: Tag, text: &str) {
        match self.0.last_mut().filter(|last| last.tag == tag && tag != Tag::Gap) {
            Some(last) => last.text.push_str(text),
            None if text.is_empty() => {}
            None => self.0.push(Piece {
                tag,
                text: text.to_owned(),
            }),
        }
    }

    /// Lines of both versions; those far from any difference become a gap.
    fn same(&mut self, lines: &[&str], is_first: bool, is_last: bool) {
        let head = if is_first { 0 } else { AROUND.min(lines.len()) };
        let tail = if is_last {
            0
        } else {
            AROUND.min(lines.len().saturating_sub(head))
        };
        let hidden = lines.len().saturating_sub(head).saturating_sub(tail);
        let (before, rest) = lines.split_at_checked(head).unwrap_or((lines, &[]));
        let (middle, after) = rest.split_at_checked(hidden).unwrap_or((&[], rest));
        self.add(Tag::Same, &before.concat());
        if hidden > 1 {
            self.add(Tag::Gap, &hidden.to_string());
        } else {
            self.add(Tag::Same, &middle.concat());
        }
        self.add(Tag::Same, &after.concat());
    }

    fn words(&mut self, old: &str, new: &str) {
        let diff = TextDiff::configure().timeout(PATIENCE).diff_unicode_words(old, new);
        for change in diff.iter_all_changes() {
            let tag = match change.tag() {
                ChangeTag::Equal => Tag::Same,
                ChangeTag::Delete => Tag::Removed,
                ChangeTag::Insert => Tag::Added,
            };
            self.add(tag, change.value());
        }
    }
}
