//! Vietnamese text as words that can be compared, with and without their marks. Pure.

use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// Longer words are cut: nobody looks for them, and both indexes have a longest word.
const LONGEST: usize = 60;

/// A word of a text: where it stands, and how it compares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::documents) struct Word {
    /// First byte in the text.
    pub(in crate::documents) start: usize,
    /// The byte after the last.
    pub(in crate::documents) end: usize,
    /// Without marks and in lower case: `đăng` is `dang`. Letters a to z and digits only.
    pub(in crate::documents) folded: String,
    /// With marks, spelled in letters a to z and digits, the tone last: `hòa` and `hoà` are the same word.
    pub(in crate::documents) exact: String,
}

/// A word on its way.
struct Spelling {
    folded: String,
    exact: String,
    tone: Option<char>,
}

impl Spelling {
    /// With room for a syllable and its marks, which most words are.
    fn new() -> Self {
        Self {
            folded: String::with_capacity(8),
            exact: String::with_capacity(16),
            tone: None,
        }
    }

    /// Adds a letter or a mark. Marks follow their letter: `qb` breve, `qc` circumflex, `qh` horn, `dqd` đ; tones are
    /// kept for the end. No Vietnamese word has a `q` before anything but `u`, so no two words are spelled alike.
    fn add(&mut self, letter: char) {
        match letter {
            'a'..='z' | '0'..='9' => {
                self.folded.push(letter);
                self.exact.push(letter);
            }
            'đ' => {
                self.folded.push('d');
                self.exact.push_str("dqd");
            }
            '\u{306}' => self.exact.push_str("qb"),
            '\u{302}' => self.exact.push_str("qc"),
            '\u{31b}' => self.exact.push_str("qh"),
            '\u{300}' => self.tone = Some('f'),
            '\u{301}' => self.tone = Some('s'),
            '\u{309}' => self.tone = Some('r'),
            '\u{303}' => self.tone = Some('x'),
            '\u{323}' => self.tone = Some('j'),
            other if is_combining_mark(other) => self.exact.push_str(&format!("q{:x}", u32::from(other))),
            other => {
                let spelled = format!("y{:x}y", u32::from(other));
                self.folded.push_str(&spelled);
                self.exact.push_str(&spelled);
            }
        }
    }

    fn word(mut self, start: usize, end: usize) -> Option<Word> {
        if let Some(tone) = self.tone {
            self.exact.push('q');
            self.exact.push(tone);
        }
        self.folded.truncate(LONGEST);
        self.exact.truncate(LONGEST);
        (!self.folded.is_empty()).then_some(Word {
            start,
            end,
            folded: self.folded,
            exact: self.exact,
        })
    }
}

/// The words of a text, in order: whatever is neither letter nor digit stands between two words.
pub(in crate::documents) fn words(text: &str) -> Vec<Word> {
    let mut found = Vec::new();
    let mut open: Option<(usize, Spelling)> = None;
    for (place, letter) in text.char_indices() {
        let is_mark = is_combining_mark(letter) && open.is_some();
        if !is_mark && !letter.is_alphanumeric() {
            close(&mut open, place, &mut found);
            continue;
        }
        let (_, spelling) = open.get_or_insert_with(|| (place, Spelling::new()));
        if letter.is_ascii() {
            spelling.add(letter.to_ascii_lowercase());
        } else {
            for lower in letter.to_lowercase() {
                decompose_canonical(lower, |part| spelling.add(part));
            }
        }
    }
    close(&mut open, text.len(), &mut found);
    found
}

fn close(open: &mut Option<(usize, Spelling)>, end: usize, found: &mut Vec<Word>) {
    found.extend(open.take().and_then(|(start, spelling)| spelling.word(start, end)));
}

/// A code as one word, however it is written: `QT.HT.01`, `qt-ht-01` and `QT HT 01` are `qtht01`.
pub(in crate::documents) fn squashed(code: &str) -> String {
    let mut squashed: String = words(code).into_iter().map(|word| word.folded).collect();
    squashed.truncate(LONGEST);
    squashed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.folded).collect()
    }

    fn exact(text: &str) -> String {
        words(text)
            .into_iter()
            .map(|word| word.exact)
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn words_are_folded_and_know_where_they_stand() {
        assert_eq!(
            folded("Đăng ký KHAI-SINH, số 60/2014/QH13"),
            ["dang", "ky", "khai", "sinh", "so", "60", "2014", "qh13"]
        );
        let text = "về Ủy ban";
        let second = &words(text)[1];
        assert_eq!(&text[second.start..second.end], "Ủy");
    }

    #[test]
    fn marks_tell_words_apart_but_not_where_the_tone_is_written() {
        assert_ne!(exact("bản"), exact("bán"));
        assert_ne!(exact("ban"), exact("bân"));
        assert_ne!(exact("đo"), exact("do"));
        assert_eq!(exact("hoà uỷ"), exact("hòa ủy"));
        assert_eq!(exact("ba\u{309}n"), exact("bản"));
        assert_eq!(exact("ĐƯỜNG"), exact("đường"));
    }

    #[test]
    fn all_spellings_are_plain_letters_and_digits() {
        for text in ["Straße Ω 漢字 é ñ İ ﬁ ١٢", "a\0b\u{7}c'\"*(NEAR)", "\u{301}x"] {
            for word in words(text) {
                let plain = |text: &str| {
                    text.bytes()
                        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
                };
                assert!(plain(&word.folded) && plain(&word.exact), "{word:?}");
            }
        }
        assert_eq!(words(&"a".repeat(5000))[0].folded.len(), LONGEST);
    }

    #[test]
    fn a_code_is_the_same_however_it_is_written() {
        for code in ["QT.HT.01", "qt-ht-01", "QT HT 01", "QTHT01"] {
            assert_eq!(squashed(code), "qtht01");
        }
    }
}
