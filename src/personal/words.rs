//! By which words a person is found without a word being kept: keyed hashes of folded words (a blind index). Pure.
//!
//! Only whole words are found. Whoever has the database but not the key can tell that two cases share a word, not which.

use super::field::Field;
use super::seal::hex;
use crate::db::Secret;
use crate::procedures::fold;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::collections::BTreeSet;

/// Words of a name beyond these are not looked up: no name has so many.
const MOST_WORDS: usize = 16;
/// Fewer digits are no number of a person.
const FEWEST_DIGITS: usize = 6;
/// Words of one answer of a form beyond these are not looked up.
const MOST_OF_ANSWER: usize = 200;

/// What somebody looks for: one token of each group must be there.
pub(super) type Wanted = Vec<Vec<String>>;

fn token(key: &Secret, kind: &str, word: &str) -> String {
    let mut bytes = Vec::new();
    // An HMAC takes a key of any length: there is no error to be had.
    if let Ok(mut mac) = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key.as_slice()) {
        mac.update(kind.as_bytes());
        mac.update(b":");
        mac.update(word.as_bytes());
        bytes.extend_from_slice(&mac.finalize().into_bytes());
    }
    hex(bytes.get(..16).unwrap_or_default())
}

fn digits(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    // The same telephone with the code of the country.
    match digits.strip_prefix("84") {
        Some(rest) if text.trim_start().starts_with('+') => format!("0{rest}"),
        _ => digits,
    }
}

fn name_words(name: &str) -> BTreeSet<String> {
    let folded = fold(name);
    let words = folded.split(|sign: char| !sign.is_alphanumeric());
    words
        .filter(|word| !word.is_empty())
        .take(MOST_WORDS)
        .map(ToOwned::to_owned)
        .collect()
}

/// The tokens of a value; none for what nobody looks for.
pub(super) fn tokens(key: &Secret, field: Field, value: &str) -> Vec<String> {
    match field {
        Field::FullName => name_words(value).iter().map(|word| token(key, "name", word)).collect(),
        Field::Phone | Field::IdNumber => {
            let digits = digits(value);
            let kind = field.as_str();
            if digits.len() < FEWEST_DIGITS {
                return Vec::new();
            }
            vec![token(key, kind, &digits)]
        }
        Field::Address => Vec::new(),
    }
}

/// The tokens of a personal answer of a filled form, of which nobody says whether it is a name or a number: each of its
/// words as one of a name, and whatever looks like a number as a telephone and as an identification number.
pub(super) fn of_answer(key: &Secret, text: &str) -> BTreeSet<String> {
    let is_number = |text: &str| text.chars().all(|sign| sign.is_ascii_digit() || " .+-".contains(sign));
    let folded = fold(text);
    let words = folded.split(|sign: char| !sign.is_alphanumeric());
    let words: BTreeSet<&str> = words.filter(|word| !word.is_empty()).take(MOST_OF_ANSWER).collect();
    let numbers = text
        .split([',', ';', '\n'])
        .chain(text.split_whitespace())
        .filter(|part| is_number(part))
        .take(MOST_OF_ANSWER);
    let as_numbers = numbers.flat_map(|part| {
        [Field::Phone, Field::IdNumber]
            .into_iter()
            .flat_map(move |field| tokens(key, field, part))
    });
    words
        .iter()
        .map(|word| token(key, "name", word))
        .chain(as_numbers)
        .collect()
}

/// The token of every filled form whose answers were made into words, also of one that has none.
pub(super) fn marker(key: &Secret) -> String {
    token(key, "indexed", "form")
}

/// What a text looks for: a telephone or identification number, or every word of a name. Empty when it names nothing.
pub(super) fn wanted(key: &Secret, text: &str) -> Wanted {
    let is_number = text.chars().all(|sign| sign.is_ascii_digit() || " .+-".contains(sign));
    if !is_number {
        return tokens(key, Field::FullName, text)
            .into_iter()
            .map(|one| vec![one])
            .collect();
    }
    let both: Vec<String> = [Field::Phone, Field::IdNumber]
        .into_iter()
        .flat_map(|field| tokens(key, field, text))
        .collect();
    if both.is_empty() { Vec::new() } else { vec![both] }
}

#[cfg(test)]
mod tests {
    use super::{Field, marker, of_answer, tokens, wanted};
    use zeroize::Zeroizing;

    #[test]
    fn a_name_is_found_by_its_words_in_any_order_and_a_number_in_any_writing() {
        let key = Zeroizing::new([1; 32]);
        let kept = tokens(&key, Field::FullName, "Nguyễn Thị Hoa");
        for text in ["hoa nguyễn", "NGUYEN THI HOA", "thi"] {
            let wanted = wanted(&key, text);
            assert!(
                !wanted.is_empty() && wanted.iter().flatten().all(|one| kept.contains(one)),
                "{text}"
            );
        }
        assert!(
            !wanted(&key, "ho").iter().flatten().any(|one| kept.contains(one)),
            "a part of a word"
        );
        let kept = tokens(&key, Field::Phone, "0900 054 321");
        for text in ["0900054321", "+84 900 054 321", "0900.054.321"] {
            assert!(
                wanted(&key, text).iter().flatten().any(|one| kept.contains(one)),
                "{text}"
            );
        }
        assert!(wanted(&key, "0900").is_empty(), "too short to be a number");
    }

    #[test]
    fn words_of_another_key_are_others() {
        let [one, two] = [1, 2].map(|byte| tokens(&Zeroizing::new([byte; 32]), Field::FullName, "Hoa"));
        assert_ne!(one, two);
    }

    #[test]
    fn an_answer_of_a_form_is_found_by_the_name_and_by_the_number_that_stand_in_it() {
        let key = Zeroizing::new([1; 32]);
        let kept = of_answer(&key, "Bà Nguyễn Thị Hoa, 0900 000 001; CCCD 099000004321");
        for text in ["Nguyen Thi Hoa", "0900000001", "099 000 004 321"] {
            let wanted = wanted(&key, text);
            let is_there = |group: &Vec<String>| group.iter().any(|one| kept.contains(one));
            assert!(!wanted.is_empty() && wanted.iter().all(is_there), "{text}");
        }
        assert!(!wanted(&key, "Trần").iter().flatten().any(|one| kept.contains(one)));
        assert!(!of_answer(&key, "12/5").contains(&marker(&key)));
    }
}
