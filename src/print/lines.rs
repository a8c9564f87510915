//! Paragraphs broken into lines.

use super::font::{self, BOX};
use super::paper::{Align, Face, Paragraph, Run};
use std::collections::BTreeSet;
use unicode_normalization::UnicodeNormalization;

/// Height of a line, as a share of the size of its letters.
pub(super) const LEADING: f32 = 1.28;
/// From the top of a line to its base, as a share of the size of its letters.
pub(super) const ASCENT: f32 = 0.98;

/// A stretch of a line in one cut.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stretch {
    pub(super) face: Face,
    pub(super) text: String,
    /// From the left of the paragraph, in points.
    pub(super) x: f32,
}

/// A line of a paragraph.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    pub(super) stretches: Vec<Stretch>,
    /// Added to every space, in points.
    pub(super) stretch: f32,
}

#[derive(Debug, Clone, Copy)]
struct Sign {
    c: char,
    face: Face,
    width: f32,
}

/// The text as it can be printed: composed letters, no control characters, a box where there is no letter.
pub(super) fn printable(text: &str, face: Face, missing: &mut BTreeSet<char>) -> String {
    let cut = font::cut(face);
    let known = |c: char| cut.is_some_and(|cut| cut.letter(c).is_some());
    let mut out = String::with_capacity(text.len());
    for c in text.nfc() {
        match c {
            '\n' => out.push('\n'),
            '\t' | '\u{2028}' | '\u{2029}' => out.push(' '),
            // What has no shape leaves nothing out when it is left out.
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{ad}' => {}
            _ if c.is_control() => {}
            _ if ('\u{e000}'..='\u{f8ff}').contains(&c) || !known(c) => {
                if missing.len() < 100 {
                    missing.insert(c);
                }
                out.push(BOX);
            }
            _ => out.push(c),
        }
    }
    out
}

fn signs(runs: &[Run], size: f32, missing: &mut BTreeSet<char>) -> Vec<Sign> {
    let mut signs = Vec::new();
    for run in runs {
        let Some(cut) = font::cut(run.face) else { continue };
        for c in printable(&run.text, run.face, missing).chars() {
            let width = cut.letter(c).map_or(0.0, |letter| letter.advance * size);
            signs.push(Sign {
                c,
                face: run.face,
                width,
            });
        }
    }
    signs
}

/// Where the next line ends in `signs`, and where the one after begins.
fn next_break(signs: &[Sign], width: f32) -> usize {
    let mut taken = 0.0;
    let mut last_space = None;
    for (at, sign) in signs.iter().enumerate() {
        if sign.c == '\n' {
            return at + 1;
        }
        if sign.c == ' ' {
            last_space = Some(at + 1);
            taken += sign.width;
            continue;
        }
        taken += sign.width;
        if taken > width + 0.01 {
            return last_space.unwrap_or_else(|| at.max(1));
        }
        // A long address or list of codes may be broken behind these.
        if matches!(sign.c, '/' | '-' | '\u{2013}' | '\u{2014}') && taken > width * 0.6 {
            last_space = Some(at + 1);
        }
    }
    signs.len()
}

/// The lines of a paragraph in this width. Empty text gives no line.
pub(super) fn lines(paragraph: &Paragraph, width: f32, missing: &mut BTreeSet<char>) -> Vec<Line> {
    let signs = signs(&paragraph.text, paragraph.size, missing);
    let mut rest = signs.as_slice();
    let mut lines = Vec::new();
    while !rest.is_empty() {
        let (line, after) = rest.split_at_checked(next_break(rest, width)).unwrap_or((rest, &[]));
        let is_last = after.is_empty() || line.last().is_some_and(|sign| sign.c == '\n');
        lines.push(set(line, width, paragraph.align, is_last));
        rest = after;
    }
    lines
}

fn set(signs: &[Sign], width: f32, align: Align, is_last: bool) -> Line {
    let inked = signs
        .iter()
        .rposition(|sign| !matches!(sign.c, ' ' | '\n'))
        .map_or(0, |at| at + 1);
    let ink = signs.get(..inked).unwrap_or_default();
    let taken: f32 = ink.iter().map(|sign| sign.width).sum();
    let spaces: f32 = ink.iter().filter(|sign| sign.c == ' ').map(|_| 1.0).sum();
    let free = (width - taken).max(0.0);
    let stretch = if align == Align::Justify && !is_last && spaces > 0.0 {
        (free / spaces).min(12.0)
    } else {
        0.0
    };
    let mut x = if align == Align::Centre { free / 2.0 } else { 0.0 };
    let mut stretches: Vec<Stretch> = Vec::new();
    // The space at the end of a line is kept, unseen, so that words stay apart when the text is taken out again.
    for sign in signs.iter().filter(|sign| sign.c != '\n') {
        match stretches.last_mut().filter(|last| last.face == sign.face) {
            Some(last) => last.text.push(sign.c),
            None => stretches.push(Stretch {
                face: sign.face,
                text: sign.c.to_string(),
                x,
            }),
        }
        x += sign.width + if sign.c == ' ' { stretch } else { 0.0 };
    }
    Line { stretches, stretch }
}
