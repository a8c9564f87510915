//! Lists: what Word counts in front of a paragraph.

use super::text::val;
use crate::nets::XmlElement;
use std::collections::BTreeMap;

/// Levels of a list.
const LEVELS: usize = 9;

#[derive(Debug, Clone, Default)]
struct Level {
    start: usize,
    format: String,
    text: String,
}

/// The lists of a file, and how far each was counted.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    /// The lists by number: the pattern that each follows.
    lists: BTreeMap<String, String>,
    patterns: BTreeMap<String, Vec<Level>>,
    counted: BTreeMap<String, [usize; LEVELS]>,
}

fn level_of(one: &XmlElement) -> Level {
    let text = |name: &str| one.child(name).and_then(|child| val(child, "val")).unwrap_or_default();
    Level {
        start: text("start").parse().unwrap_or(1),
        format: text("numFmt").to_owned(),
        text: text("lvlText").chars().take(40).collect(),
    }
}

impl Numbering {
    pub(super) fn read(root: Option<&XmlElement>) -> Self {
        let mut own = Self::default();
        let Some(root) = root else { return own };
        for pattern in root.named("abstractNum") {
            let id = val(pattern, "abstractNumId").unwrap_or_default();
            let levels = pattern.named("lvl").take(LEVELS).map(level_of).collect();
            own.patterns.insert(id.to_owned(), levels);
        }
        for list in root.named("num") {
            let id = val(list, "numId").unwrap_or_default();
            let pattern = list.child("abstractNumId").and_then(|one| val(one, "val"));
            own.lists.insert(id.to_owned(), pattern.unwrap_or_default().to_owned());
        }
        own
    }

    /// Counts on, and gives what stands in front of the next paragraph of the list at this level.
    pub(super) fn next(&mut self, list: &str, depth: usize) -> Option<String> {
        let pattern = self.lists.get(list)?;
        let levels = self.patterns.get(pattern)?;
        let depth = depth.min(LEVELS - 1);
        let level = levels.get(depth)?;
        if level.format == "bullet" {
            return Some("-".to_owned());
        }
        let counted = self.counted.entry(pattern.clone()).or_default();
        for (at, count) in counted.iter_mut().enumerate() {
            let start = levels.get(at).map_or(1, |level| level.start);
            if at == depth {
                *count = if *count == 0 { start } else { count.saturating_add(1) };
            } else if at > depth {
                *count = 0;
            } else if *count == 0 {
                *count = start;
            }
        }
        let mut text = level.text.clone();
        for (at, count) in counted.iter().enumerate() {
            let format = levels.get(at).map_or("decimal", |level| level.format.as_str());
            text = text.replace(&format!("%{}", at + 1), &shown(format, *count));
        }
        Some(text.trim().to_owned())
    }
}

/// A number as a list writes it.
fn shown(format: &str, count: usize) -> String {
    let letter = |first: u8| {
        let place = u8::try_from(count.saturating_sub(1) % 26).unwrap_or(0);
        let times = count.saturating_sub(1) / 26 % 4 + 1;
        char::from(first.saturating_add(place)).to_string().repeat(times)
    };
    match format {
        "lowerLetter" => letter(b'a'),
        "upperLetter" => letter(b'A'),
        "upperRoman" => roman(count),
        "lowerRoman" => roman(count).to_lowercase(),
        "decimalZero" => format!("{count:02}"),
        "none" => String::new(),
        _ => count.to_string(),
    }
}

fn roman(count: usize) -> String {
    const SIGNS: [(usize, &str); 9] = [
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    let (mut left, mut out) = (count % 400, String::new());
    for (value, sign) in SIGNS {
        while left >= value {
            left -= value;
            out.push_str(sign);
        }
    }
    out
}
