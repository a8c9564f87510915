//! Names that may be ids in an XML file, each used once.

use std::collections::{BTreeMap, BTreeSet};

/// An id is cut after so many characters.
const LONGEST: usize = 60;

/// Gives out ids that keep as much of a wanted name as XML allows (an NCName: letters, digits, `.`, `-`, `_`).
#[derive(Debug, Clone, Default)]
pub struct Ids {
    used: BTreeSet<String>,
    /// The next number to try behind a name that was wanted again.
    numbers: BTreeMap<String, usize>,
}

impl Ids {
    /// An id like `wanted` that was not given out before; the same calls give the same ids.
    pub fn take(&mut self, wanted: &str) -> String {
        let base = ncname(wanted);
        if self.used.insert(base.clone()) {
            return base;
        }
        let number = self.numbers.entry(base.clone()).or_insert(2);
        loop {
            let id = format!("{base}.{number}");
            *number += 1;
            if self.used.insert(id.clone()) {
                return id;
            }
        }
    }
}

fn ncname(wanted: &str) -> String {
    let mut id: String = wanted
        .chars()
        .take(LONGEST)
        .map(|letter| if is_name(letter) { letter } else { '_' })
        .collect();
    if !id.chars().next().is_some_and(starts_name) {
        id.insert(0, '_');
    }
    id
}

fn starts_name(letter: char) -> bool {
    letter.is_ascii_alphabetic()
        || matches!(letter, '_' | 'À'..='Ö' | 'Ø'..='ö' | 'ø'..='\u{2FF}' | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}')
}

fn is_name(letter: char) -> bool {
    starts_name(letter) || letter.is_ascii_digit() || matches!(letter, '.' | '-' | '\u{300}'..='\u{36F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_keep_what_xml_allows_and_are_never_given_twice() {
        let mut ids = Ids::default();
        let wanted = ["B05", "B05", "B5:Hợp lệ", "5 a", "", "", "B05.2", "B05"];
        let given: Vec<String> = wanted.iter().map(|wanted| ids.take(wanted)).collect();
        assert_eq!(
            given,
            ["B05", "B05.2", "B5_Hợp_lệ", "_5_a", "_", "_.2", "B05.2.2", "B05.3"]
        );
    }
}
