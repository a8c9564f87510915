//! Codes of documents: how they are made for each kind, and the next free one. Pure.

use crate::procedures::{Kind, fold};
use std::collections::BTreeMap;

/// Letters that a code may hold besides letters and figures; it stands in addresses and file names.
const SIGNS: [char; 3] = ['.', '-', '_'];
/// The longest code, in characters.
pub(super) const LONGEST: usize = 64;
/// The widest running number of a pattern.
const WIDEST: usize = 4;

/// Whether a document may bear the code: it stands in addresses and in file names.
pub(super) fn is_code(code: &str) -> bool {
    let is_sign = |letter: char| letter.is_alphanumeric() || SIGNS.contains(&letter);
    let begins_well = code.chars().next().is_some_and(char::is_alphanumeric);
    begins_well && code.chars().count() <= LONGEST && code.chars().all(is_sign)
}

/// A part of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    /// As it is.
    Text(String),
    /// `{field}`: the letters of the field (lĩnh vực).
    Field,
    /// `{procedure}`: what follows the first part of the code of the procedure that a form belongs to.
    Procedure,
    /// `{nn}`: the running number, in so many figures at least.
    Number(usize),
}

/// How the codes of a kind are made, for example `QT.{field}.{nn}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodePattern(Vec<Piece>);

/// What a pattern is filled with.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Filling<'a> {
    /// The letters of the field.
    pub(super) field: &'a str,
    /// The code of the procedure.
    pub(super) procedure: &'a str,
}

impl CodePattern {
    /// Reads a pattern; `None` when it has an unknown part, more than one running number, or signs that no code has.
    pub fn parse(text: &str) -> Option<Self> {
        let mut pieces = Vec::new();
        let mut rest = text.trim();
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}')?;
            pieces.push(Piece::Text(before.to_owned()));
            pieces.push(match name {
                "field" => Piece::Field,
                "procedure" => Piece::Procedure,
                number if (1..=WIDEST).contains(&number.len()) && number.chars().all(|letter| letter == 'n') => {
                    Piece::Number(number.len())
                }
                _ => return None,
            });
            rest = after;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        let pattern = Self(pieces);
        let is_number = |piece: &&Piece| matches!(piece, Piece::Number(_));
        let sample = pattern.made("X", "X.X", 1);
        (pattern.0.iter().filter(is_number).count() <= 1 && is_code(&sample)).then_some(pattern)
    }

    /// The usual pattern of a kind.
    pub fn usual(kind: Kind) -> &'static str {
        match kind {
            Kind::QualityPolicy => "CSCL",
            Kind::QualityObjectives => "MTCL",
            Kind::Manual => "ST.{nn}",
            Kind::SystemProcedure => "QT.{nn}",
            Kind::WorkProcedure => "QT.{field}.{nn}",
            Kind::WorkInstruction => "HD.{field}.{nn}",
            Kind::Form => "BM.{procedure}.{nn}",
        }
    }

    fn made(&self, field: &str, procedure: &str, number: usize) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Field => field.to_owned(),
            Piece::Procedure => tail(procedure).to_owned(),
            Piece::Number(width) => format!("{number:0width$}"),
        };
        self.0.iter().map(piece).collect()
    }

    /// Whether the pattern needs the field, or the procedure.
    pub(super) fn needs(&self) -> (bool, bool) {
        (self.0.contains(&Piece::Field), self.0.contains(&Piece::Procedure))
    }

    /// The next free code: one more than the highest number that any used code has in this place, so that a number that
    /// was given up is not given again. `None` when something that the pattern needs is missing, or when the pattern has
    /// no number and its one code is used.
    pub(super) fn next<'u>(&self, filling: Filling<'_>, used: impl Iterator<Item = &'u str>) -> Option<String> {
        let (needs_field, needs_procedure) = self.needs();
        if (needs_field && filling.field.is_empty()) || (needs_procedure && filling.procedure.is_empty()) {
            return None;
        }
        let at = self.0.iter().position(|piece| matches!(piece, Piece::Number(_)));
        let Some(at) = at else {
            let code = self.made(filling.field, filling.procedure, 1);
            let mut used = used;
            return (!used.any(|one| one == code)).then_some(code);
        };
        let part = |pieces: &[Piece]| Self(pieces.to_vec()).made(filling.field, filling.procedure, 1);
        let (before, after) = (self.0.get(..at)?, self.0.get(at.saturating_add(1)..)?);
        let (before, after) = (part(before), part(after));
        let number = |code: &str| {
            let number = code.strip_prefix(before.as_str())?.strip_suffix(after.as_str())?;
            let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| number.parse::<usize>().ok()).flatten()
        };
        let highest = used
            .filter_map(number)
            .filter(|number| *number < 1_000_000)
            .max()
            .unwrap_or(0);
        let code = self.made(filling.field, filling.procedure, highest.saturating_add(1));
        is_code(&code).then_some(code)
    }

    /// The letters that stand for the field in a code of this pattern.
    fn letters<'c>(&self, code: &'c str) -> Option<&'c str> {
        let at = self.0.iter().position(|piece| *piece == Piece::Field)?;
        let before = Self(self.0.get(..at)?.to_vec());
        if before.0.iter().any(|piece| !matches!(piece, Piece::Text(_))) {
            return None;
        }
        let rest = code.strip_prefix(before.made("", "", 1).as_str())?;
        let end = rest
            .find(|letter: char| !letter.is_alphanumeric())
            .unwrap_or(rest.len());
        rest.get(..end)
            .filter(|letters| letters.chars().any(char::is_alphabetic))
    }

    /// The letters of a field: those that most codes of the field have, else the first letters of its words.
    pub(super) fn field_letters(&self, field: &str, known: &[(String, String)]) -> String {
        let mut counted: BTreeMap<&str, usize> = BTreeMap::new();
        for (code, _) in known.iter().filter(|(_, of)| of == field) {
            if let Some(letters) = self.letters(code) {
                let count = counted.entry(letters).or_default();
                *count = count.saturating_add(1);
            }
        }
        let most = counted.into_iter().max_by_key(|(_, count)| *count);
        most.map_or_else(|| initials(field), |(letters, _)| letters.to_owned())
    }
}

/// The first letters of the words of a field: `Bảo trợ xã hội` gives `BTXH`.
fn initials(field: &str) -> String {
    let folded = fold(field);
    let words = folded.split(|letter: char| !letter.is_alphanumeric());
    let first = words.filter_map(|word| word.chars().next());
    first.take(8).flat_map(char::to_uppercase).collect()
}

/// What follows the first part of a code: `HT.01` of `QT.HT.01`.
fn tail(code: &str) -> &str {
    code.split_once(SIGNS).map_or(code, |(_, tail)| tail)
}

/// A text whose code was the old one, with the new one; everything else stays byte for byte where that is possible.
pub(super) fn with_code(text: &str, old: &str, new: &str) -> String {
    let mut done = String::with_capacity(text.len());
    let mut is_head = true;
    for line in text.split_inclusive('\n') {
        is_head = is_head && !line.trim_start().starts_with("[[");
        let is_code_line = is_head
            && line
                .trim_start()
                .strip_prefix("code")
                .is_some_and(|rest| rest.trim_start().starts_with('='));
        if is_code_line {
            done.push_str(&line.replacen(&format!("\"{old}\""), &format!("\"{new}\""), 1));
            is_head = false;
        } else {
            done.push_str(line);
        }
    }
    let parsed = crate::procedures::parse(&done).document;
    if parsed.is_some_and(|source| source.code == new) {
        return done;
    }
    match crate::procedures::parse(text).document {
        Some(mut source) => {
            new.clone_into(&mut source.code);
            crate::procedures::write(&source)
        }
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_can_stand_in_an_address() {
        assert!(is_code("QT.HT.01"));
        assert!(is_code("BM-TP-01.02"));
        for bad in ["", ".", "..", "a b", "QT/01", "QT?x", "-1", "a#b", &"a".repeat(65)] {
            assert!(!is_code(bad), "{bad:?} is no code");
        }
    }

    #[test]
    fn the_usual_patterns_are_patterns() {
        for kind in Kind::ALL {
            assert!(CodePattern::parse(CodePattern::usual(*kind)).is_some(), "{kind:?}");
        }
        for bad in [
            "",
            "{",
            "{field",
            "{nnnnn}",
            "{x}",
            "QT/{nn}",
            "{nn}.{nn}",
            "a b",
            "{}",
            "-{nn}",
        ] {
            assert!(CodePattern::parse(bad).is_none(), "{bad}");
        }
    }

    fn next(pattern: &str, filling: Filling<'_>, used: &[&str]) -> Option<String> {
        CodePattern::parse(pattern).unwrap().next(filling, used.iter().copied())
    }

    #[test]
    fn the_next_number_is_one_more_than_any_that_was_given() {
        let births = Filling {
            field: "HT",
            procedure: "",
        };
        assert_eq!(next("QT.{field}.{nn}", births, &[]).unwrap(), "QT.HT.01");
        let used = ["QT.HT.01", "QT.HT.07", "QT.CT.30", "QT.HT.09.bis", "QT.HT.x"];
        assert_eq!(next("QT.{field}.{nn}", births, &used).unwrap(), "QT.HT.08");
        assert_eq!(next("QT.{field}.{nn}", births, &["QT.HT.99"]).unwrap(), "QT.HT.100");
        assert_eq!(next("QT.{field}.{nn}", Filling::default(), &[]), None);
        assert_eq!(next("CSCL", Filling::default(), &[]).unwrap(), "CSCL");
        assert_eq!(next("CSCL", Filling::default(), &["CSCL"]), None);
    }

    #[test]
    fn forms_are_numbered_under_their_procedure() {
        let of = Filling {
            field: "",
            procedure: "QT.HT.01",
        };
        let used = ["BM.HT.01.01", "BM.HT.01.02", "BM.HT.02.09"];
        assert_eq!(next("BM.{procedure}.{nn}", of, &used).unwrap(), "BM.HT.01.03");
    }

    #[test]
    fn the_letters_of_a_field_are_those_of_its_codes() {
        let pattern = CodePattern::parse("QT.{field}.{nn}").unwrap();
        let known = |code: &str, field: &str| (code.to_owned(), field.to_owned());
        let codes = [
            known("QT.BT.01", "Bảo trợ xã hội"),
            known("QT.BT.02", "Bảo trợ xã hội"),
            known("QT.XX.01", "Bảo trợ xã hội"),
            known("QT.HT.01", "Hộ tịch"),
        ];
        assert_eq!(pattern.field_letters("Bảo trợ xã hội", &codes), "BT");
        assert_eq!(pattern.field_letters("Đất đai", &codes), "DD");
    }

    #[test]
    fn only_the_code_of_a_text_changes() {
        let text = "+++\ntitle = \"QT.01\"\ncode = \"QT.01\" # mã\nkind = \"system_procedure\"\n[[forms]]\ncode = \"QT.01\"\nname = \"n\"\n+++\nQT.01\n";
        let changed = with_code(text, "QT.01", "QT.02");
        assert_eq!(changed, text.replacen("code = \"QT.01\"", "code = \"QT.02\"", 1));
        let odd = "+++\n'code' = 'QT.01'\nkind = \"system_procedure\"\ntitle = \"T\"\n+++\nB\n";
        let changed = crate::procedures::parse(&with_code(odd, "QT.01", "QT.02"))
            .document
            .unwrap();
        assert_eq!((changed.code.as_str(), changed.title.as_str()), ("QT.02", "T"));
    }
}
