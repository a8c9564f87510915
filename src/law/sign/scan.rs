//! Goes through a text and reads every sign in it.

use super::Cited;
use super::read::{self, Reader};
use crate::law::kind::ActKind;
use crate::procedures::{fold, nfc};

/// A text brought to one form: composed letters, one kind of dash, slash and space, Đ for its look-alikes.
pub(super) fn tidy(text: &str) -> Vec<char> {
    let is_invisible = |letter: &char| matches!(letter, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}');
    nfc(text)
        .chars()
        .filter(|letter| !is_invisible(letter))
        .map(|letter| match letter {
            // Eth and the African Đ look alike.
            '\u{D0}' | '\u{189}' => 'Đ',
            '\u{F0}' => 'đ',
            '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE63}' | '\u{FF0D}' => '-',
            '\u{2044}' | '\u{2215}' | '\u{FF0F}' => '/',
            letter if letter.is_whitespace() => ' ',
            letter => letter,
        })
        .collect()
}

/// Every sign of a tidy text.
pub(super) fn scan(letters: &[char]) -> Vec<Cited> {
    let mut found = Vec::new();
    let (mut at, mut behind_last) = (0, 0);
    while at < letters.len() {
        let reader = Reader { letters, at };
        let read = if reader.begins_number() {
            read::sign(reader)
        } else if reader.begins_word() {
            read::standard(reader)
        } else {
            None
        };
        let Some(read) = read else {
            at = reader.after_number_or_letter();
            continue;
        };
        let before: String = slice(letters, behind_last, at);
        let after = Reader { letters, at: read.end };
        let told = after.issued();
        let (kind, name) = named(read.kind, &before);
        // A short form ("NĐ 162/2017") is only one behind its kind.
        if !read.needs_word || is_decree(&before) {
            let key = fold(&read.sign).replace(' ', "");
            found.push(Cited {
                key,
                year: read.year.or(told.0),
                kind,
                name,
                issued_on: told.1,
                is_former: is_former(letters, at),
                sign: read.sign,
            });
            behind_last = read.end;
        }
        at = read.end.max(at.saturating_add(1));
    }
    found
}

fn slice(letters: &[char], from: usize, to: usize) -> String {
    letters.get(from..to).unwrap_or_default().iter().collect()
}

/// Whether what stands before a number says that it is of a decree.
fn is_decree(before: &str) -> bool {
    let folded = fold(before);
    let words = folded.trim_end().trim_end_matches("so").trim_end();
    let last = words.rsplit(|letter: char| !letter.is_alphanumeric()).next();
    words.ends_with("nghi dinh") || last == Some("nd")
}

/// The longest name that is taken from a text, in characters.
const LONGEST_NAME: usize = 200;

/// The kind and the name that what stands before the sign of the assembly tells.
fn named(kind: ActKind, before: &str) -> (ActKind, String) {
    if !matches!(kind, ActKind::Law | ActKind::Ordinance) {
        return (kind, String::new());
    }
    let own = before.rsplit(';').next().unwrap_or_default();
    let words: Vec<&str> = own.split_whitespace().collect();
    let folded: Vec<String> = words
        .iter()
        .map(|word| fold(word.trim_matches(|letter: char| !letter.is_alphanumeric())))
        .collect();
    let pair = |first: &str, second: &str| {
        folded
            .windows(2)
            .position(|two| matches!(two, [one, other] if one == first && other == second))
    };
    if pair("nghi", "quyet").is_some() {
        return (ActKind::Resolution, String::new());
    }
    let begins = [
        (pair("hien", "phap"), ActKind::Constitution),
        (pair("phap", "lenh"), ActKind::Ordinance),
        (pair("bo", "luat"), ActKind::Code),
        (folded.iter().position(|word| word == "luat"), ActKind::Law),
    ];
    let first = begins.into_iter().filter_map(|(at, kind)| Some((at?, kind)));
    let Some((at, told)) = first.min_by_key(|(at, _)| *at) else {
        return (kind, String::new());
    };
    let is_number_word = |word: &&&str| fold(word) == "so";
    let name: Vec<&str> = words.iter().skip(at).copied().collect();
    let kept = name.len() - name.iter().rev().take_while(is_number_word).count();
    let name = name.get(..kept).unwrap_or_default().join(" ");
    let name = name.trim_end_matches([',', ':', '(', '-']).trim().to_owned();
    let is_more_than_kind = name.split_whitespace().count() > if told == ActKind::Law { 1 } else { 2 };
    let is_usable = is_more_than_kind && name.chars().count() <= LONGEST_NAME;
    (told, if is_usable { name } else { String::new() })
}

/// Whether a sign stands in brackets that tell what was replaced.
fn is_former(letters: &[char], at: usize) -> bool {
    let before = letters.get(..at).unwrap_or_default();
    let Some(open) = before.iter().rposition(|letter| *letter == '(') else {
        return false;
    };
    let inside = fold(&slice(letters, open, at));
    !inside.contains(')') && (inside.contains("thay ") || inside.contains("thay the") || inside.contains("bai bo"))
}
