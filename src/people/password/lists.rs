//! The words that passwords are made of: a list of common ones, packed, and one of Vietnamese words in all spellings.

use crate::procedures::fold;
use flate2::read::ZlibDecoder;
use std::collections::HashMap;
use std::io::Read;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

/// 93,831 common passwords, English words and names, the commonest first; from the frequency lists of zxcvbn (MIT
/// licence, Dropbox and others), merged by rank.
const COMMON: &[u8] = include_bytes!("common.zlib");
/// Vietnamese phrases with their marks, the commonest first.
const VIETNAMESE: &str = include_str!("vietnamese.txt");
/// More than this much text is not in the packed list: a bound for unpacking it.
const LARGEST: u64 = 4 << 20;

/// The ranks of all words, from 0 for the commonest.
pub(super) static RANKS: LazyLock<HashMap<String, u32>> = LazyLock::new(|| {
    let mut ranks = HashMap::new();
    let mut text = String::new();
    // The list is part of the program; if it could not be read the Vietnamese one still stands, and a test counts both.
    if ZlibDecoder::new(COMMON)
        .take(LARGEST)
        .read_to_string(&mut text)
        .is_err()
    {
        text.clear();
    }
    for (rank, word) in (0_u32..).zip(text.lines()) {
        ranks.insert(word.to_owned(), rank);
    }
    let phrases = VIETNAMESE
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty());
    for (rank, phrase) in (0_u32..).zip(phrases) {
        for spelling in spellings(phrase) {
            let known = ranks.entry(spelling).or_insert(rank);
            *known = rank.min(*known);
        }
    }
    ranks
});

/// How a phrase is typed: without its marks, in Telex and in VNI; syllables joined.
pub(super) fn spellings(phrase: &str) -> Vec<String> {
    let plain: String = fold(phrase).split_whitespace().collect();
    let typed = |keys: &Keys| phrase.split_whitespace().map(|word| keys.type_word(word)).collect();
    let mut all = vec![plain, typed(&TELEX), typed(&VNI)];
    all.dedup();
    all
}

/// How a way of typing writes marks: circumflex (none: the letter twice), breve, horn, bar, and the five tones.
struct Keys {
    circumflex: Option<char>,
    breve: char,
    horn: char,
    bar: char,
    tones: [char; 5],
}

const TELEX: Keys = Keys {
    circumflex: None,
    breve: 'w',
    horn: 'w',
    bar: 'd',
    tones: ['s', 'f', 'r', 'x', 'j'],
};
const VNI: Keys = Keys {
    circumflex: Some('6'),
    breve: '8',
    horn: '7',
    bar: '9',
    tones: ['1', '2', '3', '4', '5'],
};

impl Keys {
    /// A syllable as it is typed, its tone at the end.
    fn type_word(&self, word: &str) -> String {
        let mut out = String::new();
        let mut tone = None;
        let lower = word.to_lowercase();
        for letter in lower.nfd() {
            match letter {
                '\u{302}' => out.extend(self.circumflex.or_else(|| out.chars().last())),
                '\u{306}' => out.push(self.breve),
                '\u{31B}' => out.push(self.horn),
                '\u{301}' => tone = self.tones.first().copied(),
                '\u{300}' => tone = self.tones.get(1).copied(),
                '\u{309}' => tone = self.tones.get(2).copied(),
                '\u{303}' => tone = self.tones.get(3).copied(),
                '\u{323}' => tone = self.tones.get(4).copied(),
                'đ' => out.extend(['d', self.bar]),
                plain => out.push(plain),
            }
        }
        out.extend(tone);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::{RANKS, spellings};

    #[test]
    fn a_phrase_is_known_in_every_way_of_typing() {
        assert_eq!(spellings("mật khẩu"), ["matkhau", "maatjkhaaur", "ma6t5kha6u3"]);
        assert_eq!(spellings("đường"), ["duong", "dduwowngf", "d9u7o7ng2"]);
    }

    #[test]
    fn both_lists_are_in_the_program() {
        assert!(RANKS.len() > 94_000, "{} words", RANKS.len());
        for word in ["password", "iloveyou", "matkhau", "uybannhandan", "uyrbannhaandaan"] {
            assert!(RANKS.contains_key(word), "{word}");
        }
    }
}
