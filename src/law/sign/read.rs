//! Reads one sign at a place of a tidy text.

use super::names;
use crate::law::kind::ActKind;
use chrono::NaiveDate;

/// Years that signs bear.
const YEARS: std::ops::RangeInclusive<i32> = 1945..=2199;
/// The longest part between two dashes of a sign, and the most such parts.
const LONGEST_PART: usize = 14;
const MOST_PARTS: usize = 8;

/// A place in a tidy text.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) letters: &'a [char],
    pub(super) at: usize,
}

/// A sign that was read.
pub(super) struct Read {
    pub(super) sign: String,
    pub(super) year: Option<i32>,
    pub(super) kind: ActKind,
    /// Only a sign when the word for its kind stands before it.
    pub(super) needs_word: bool,
    /// The place behind it.
    pub(super) end: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.letters.get(self.at).copied()
    }

    fn before(&self) -> Option<char> {
        self.at.checked_sub(1).and_then(|at| self.letters.get(at)).copied()
    }

    fn step(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    /// A number begins here, and not inside another or a word.
    pub(super) fn begins_number(&self) -> bool {
        let is_inside = |letter: char| letter.is_alphanumeric() || matches!(letter, '/' | '.' | '-' | ':');
        self.peek().is_some_and(|letter| letter.is_ascii_digit()) && !self.before().is_some_and(is_inside)
    }

    /// A word begins here.
    pub(super) fn begins_word(&self) -> bool {
        self.peek().is_some_and(char::is_alphabetic) && !self.before().is_some_and(char::is_alphanumeric)
    }

    /// The place behind a number that is no sign, or behind one letter.
    pub(super) fn after_number_or_letter(mut self) -> usize {
        let is_number = self.begins_number();
        self.step();
        while is_number && self.peek().is_some_and(|letter| letter.is_ascii_digit()) {
            self.step();
        }
        self.at
    }

    fn take(&mut self, most: usize, is_wanted: impl Fn(char) -> bool) -> String {
        let mut taken = String::new();
        let mut count = 0;
        while let Some(letter) = self.peek().filter(|letter| count < most && is_wanted(*letter)) {
            taken.push(letter);
            self.step();
            count += 1;
        }
        taken
    }

    fn skip_spaces(&mut self) -> bool {
        !self.take(2, |letter| letter == ' ').is_empty()
    }

    fn expect(&mut self, wanted: char) -> Option<()> {
        (self.peek() == Some(wanted)).then(|| self.step())
    }

    fn digits(&mut self, most: usize) -> Option<String> {
        let digits = self.take(most, |letter| letter.is_ascii_digit());
        let is_whole = !self.peek().is_some_and(|letter| letter.is_ascii_digit());
        (is_whole && !digits.is_empty()).then_some(digits)
    }

    fn slash(&mut self) -> Option<()> {
        let mut ahead = *self;
        ahead.skip_spaces();
        ahead.expect('/')?;
        ahead.skip_spaces();
        *self = ahead;
        Some(())
    }

    /// The number with what belongs to it: `61`, `66.7`, `12a`.
    fn number(&mut self) -> Option<String> {
        let mut number = self.digits(5)?;
        let mut ahead = *self;
        if ahead.expect('.').is_some()
            && let Some(part) = ahead.digits(3)
        {
            number.push('.');
            number.push_str(&part);
            *self = ahead;
        } else if self.peek().is_some_and(|letter| letter.is_ascii_lowercase()) {
            number.push_str(&self.take(1, |letter| letter.is_ascii_lowercase()));
        }
        Some(number)
    }

    fn year(&mut self) -> Option<i32> {
        let mut ahead = *self;
        let year: i32 = ahead.digits(4).filter(|digits| digits.len() == 4)?.parse().ok()?;
        let is_year = YEARS.contains(&year) && !ahead.peek().is_some_and(char::is_alphanumeric);
        is_year.then(|| {
            *self = ahead;
            year
        })
    }

    fn part(&mut self) -> Option<String> {
        let part = self.take(LONGEST_PART, char::is_alphanumeric);
        let is_whole = !self.peek().is_some_and(char::is_alphanumeric);
        (is_whole && !part.is_empty()).then_some(part)
    }

    /// The next body behind a dash. Apart from its dash it must be one that is known, else a new sentence begins there.
    fn body(&mut self) -> Option<String> {
        let mut ahead = *self;
        let is_apart = ahead.skip_spaces();
        ahead.expect('-')?;
        let is_apart = ahead.skip_spaces() || is_apart;
        let part = ahead.part()?;
        let is_written =
            part.chars().count() > 1 && part.chars().all(|letter| letter.is_uppercase() || letter.is_numeric());
        let body = match names::body(&part) {
            Some(known) if !is_apart || is_written || known == "TTg" => known.to_owned(),
            None if is_written && !is_apart => part,
            Some(_) | None => return None,
        };
        *self = ahead;
        Some(body)
    }

    /// The year and day of issue that follow a sign: `(2024)`, `ngày 20/11/2025`, `ngày 20 tháng 11 năm 2025`.
    pub(super) fn issued(mut self) -> (Option<i32>, Option<NaiveDate>) {
        self.skip_spaces();
        let mut bracket = self;
        if bracket.expect('(').is_some()
            && let Some(year) = bracket.year()
            && bracket.expect(')').is_some()
        {
            return (Some(year), None);
        }
        let mut dated = self;
        if dated.take(5, char::is_alphabetic).to_lowercase() == "ngày" {
            dated.skip_spaces();
            self = dated;
        }
        let day = self.day();
        (day.map(|day| chrono::Datelike::year(&day)), day)
    }

    fn day(mut self) -> Option<NaiveDate> {
        let day = self.digits(2)?.parse().ok()?;
        self.between("tháng")?;
        let month = self.digits(2)?.parse().ok()?;
        self.between("năm")?;
        let year = self.year()?;
        NaiveDate::from_ymd_opt(year, month, day)
    }

    /// A slash, a dash, a dot, or the word that stands between the numbers of a day.
    fn between(&mut self, word: &str) -> Option<()> {
        self.skip_spaces();
        if self.peek().is_some_and(|letter| matches!(letter, '/' | '-' | '.')) {
            self.step();
        } else if self.take(word.len(), char::is_alphabetic).to_lowercase() != word {
            return None;
        }
        self.skip_spaces();
        Some(())
    }
}

/// A sign of a law, decree, decision, circular…: number, perhaps a year, what it is, who issues it.
pub(super) fn sign(mut reader: Reader<'_>) -> Option<Read> {
    let number = reader.number()?;
    reader.slash()?;
    let mut dated = reader;
    let year = dated.year();
    if year.is_some() {
        let behind_year = dated;
        if dated.slash().is_none() {
            return short(&number, year?, behind_year.at);
        }
        reader = dated;
    }
    let (sort, kind) = names::sort(&reader.part()?)?;
    let mut bodies: Vec<String> = Vec::new();
    while bodies.len() < MOST_PARTS
        && let Some(body) = reader.body()
    {
        bodies.push(body);
    }
    let is_assembly = sort.ends_with(|letter: char| letter.is_ascii_digit());
    if bodies.is_empty() && kind == ActKind::Decree {
        bodies.push("CP".to_owned());
    }
    if bodies.is_empty() != is_assembly && !(bodies.is_empty() && sort == "SL") {
        return None;
    }
    let mut suffix = vec![sort];
    suffix.append(&mut bodies);
    let suffix = suffix.join("-");
    let sign = match year {
        Some(year) => format!("{number}/{year}/{suffix}"),
        None => format!("{number}/{suffix}"),
    };
    Some(Read {
        sign,
        year,
        kind,
        needs_word: false,
        end: reader.at,
    })
}

/// "162/2017" behind "NĐ": decrees have one issuer, so the rest is known.
fn short(number: &str, year: i32, end: usize) -> Option<Read> {
    Some(Read {
        sign: format!("{number}/{year}/NĐ-CP"),
        year: Some(year),
        kind: ActKind::Decree,
        needs_word: true,
        end,
    })
}

/// A standard: `TCVN ISO 9001:2015`, `QCVN 01:2021/BXD`.
pub(super) fn standard(mut reader: Reader<'_>) -> Option<Read> {
    let mut words = vec![
        reader
            .part()
            .filter(|part| matches!(part.as_str(), "TCVN" | "QCVN" | "ISO"))?,
    ];
    let number = loop {
        reader.skip_spaces();
        if let Some(number) = reader.digits(6) {
            break number;
        }
        let word = reader.take(LONGEST_PART, |letter| letter.is_ascii_uppercase() || letter == '/');
        if word.is_empty() || words.len() > 3 {
            return None;
        }
        words.push(word);
    };
    let mut part = reader;
    let number = match part.expect('-').and_then(|()| part.digits(3)) {
        Some(of) => {
            reader = part;
            format!("{number}-{of}")
        }
        None => number,
    };
    reader.expect(':')?;
    let year = reader.year()?;
    let mut sign = format!("{} {number}:{year}", words.join(" "));
    let mut owner = reader;
    if owner.expect('/').is_some()
        && let Some(body) = owner.part().filter(|part| part.chars().all(char::is_uppercase))
    {
        sign.push('/');
        sign.push_str(&body);
        reader = owner;
    }
    Some(Read {
        sign,
        year: Some(year),
        kind: ActKind::Standard,
        needs_word: false,
        end: reader.at,
    })
}
