//! How many guesses a password stands: the cheapest way to put it together from words, walks, runs, dates and letters.

use super::lists::{RANKS, spellings};
use crate::procedures::fold;

/// Letters that lie beside each other on a keyboard, in one row or slanting.
const WALKS: [&str; 9] = [
    "`1234567890-=",
    "qwertyuiop[]",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
    "1q2w3e4r5t6y7u8i9o0p",
    "qazwsxedcrfvtgbyhnujmikolp",
    "!@#$%^&*()_+",
    "qwsazxcderfvbgtyhnmjuik,loi",
];
/// The longest word of a list, in letters.
const LONGEST_WORD: usize = 24;
/// The longest part that is looked for a second time right behind itself.
const LONGEST_REPEAT: usize = 32;

/// What is known of the person and the office, and so no secret: names, codes, in all spellings.
pub(super) struct Local(Vec<Vec<char>>);

impl Local {
    /// The words of these texts, one by one, whole, and by their first letters.
    pub(super) fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut words = Vec::new();
        for text in texts {
            words.extend(spellings(text));
            words.extend(text.split(|c: char| !c.is_alphanumeric()).flat_map(spellings));
            words.push(
                fold(text)
                    .split_whitespace()
                    .filter_map(|word| word.chars().next())
                    .collect(),
            );
        }
        words.retain(|word| word.chars().count() >= 2);
        words.sort();
        words.dedup();
        Self(words.iter().map(|word| word.chars().collect()).collect())
    }
}

/// The bits that guessing this password takes, as somebody guesses who knows the lists and the office.
pub(super) fn bits(password: &str, local: &Local) -> f64 {
    let plain: Vec<char> = fold(password).chars().collect();
    let bare: Vec<char> = plain
        .iter()
        .copied()
        .filter(|c| !matches!(c, ' ' | '-' | '_' | '.' | ','))
        .collect();
    let respelt: Vec<char> = bare.iter().copied().map(respelling).collect();
    cost(&plain, local)
        .min(cost(&bare, local) + 2.0)
        .min(cost(&respelt, local) + 3.0)
}

/// The letter that a sign often stands for.
fn respelling(sign: char) -> char {
    match sign {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    }
}

fn log2(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX)).log2()
}

fn single(sign: char) -> f64 {
    if sign.is_ascii_digit() {
        3.33
    } else if sign.is_ascii_alphabetic() {
        4.7
    } else if sign.is_ascii() {
        5.0
    } else {
        7.0
    }
}

/// The least sum of bits over all ways to cut the letters into parts.
fn cost(letters: &[char], local: &Local) -> f64 {
    let longest = local.0.iter().map(Vec::len).max().unwrap_or(0).max(LONGEST_REPEAT);
    let mut best = vec![0.0_f64];
    let mut runs = [1_usize; 3];
    for end in 1..=letters.len() {
        let upto = letters.get(..end).unwrap_or_default();
        go_on(&mut runs, upto);
        let mut least = f64::INFINITY;
        for length in (1..=end.min(longest)).chain(runs) {
            let Some((part, before)) = end
                .checked_sub(length)
                .and_then(|from| Some((upto.get(from..)?, best.get(from)?)))
            else {
                continue;
            };
            if let Some(bits) = part_bits(part, local, runs.contains(&length)) {
                least = least.min(before + bits);
            }
            if is_twice(upto, length) {
                least = least.min(before + 0.02);
            }
        }
        best.push(least);
    }
    best.last().copied().unwrap_or(0.0)
}

/// How long the runs are that end here: of one letter, going up, going down.
fn go_on(runs: &mut [usize; 3], letters: &[char]) {
    let step = match letters {
        [.., one, next] => i64::from(u32::from(*next)) - i64::from(u32::from(*one)),
        _ => i64::MAX,
    };
    for (run, by) in runs.iter_mut().zip([0, 1, -1]) {
        *run = if step == by { *run + 1 } else { 1 };
    }
}

/// Whether the last `length` letters stand right before themselves as well.
fn is_twice(letters: &[char], length: usize) -> bool {
    let twice = letters
        .len()
        .checked_sub(2 * length)
        .and_then(|from| letters.get(from..));
    length <= LONGEST_REPEAT && twice.is_some_and(|twice| twice.get(..length) == twice.get(length..))
}

/// The bits of one part taken whole; none when it is neither a letter, a word, a walk, a run nor a date.
fn part_bits(part: &[char], local: &Local, is_run: bool) -> Option<f64> {
    if let [letter] = part {
        return Some(single(*letter));
    }
    if is_run && part.len() > 2 {
        return Some(part.first().copied().map_or(5.0, single) + log2(part.len()) / 2.0);
    }
    if part.len() > LONGEST_WORD {
        return local.0.iter().any(|word| word == part).then_some(3.0);
    }
    let date = date_bits(part);
    let text: String = part.iter().collect();
    let word = RANKS
        .get(&text)
        .filter(|_| part.len() > 2)
        .map(|rank| f64::from(rank.saturating_add(2)).log2() + 1.0);
    let own = local.0.iter().any(|own| own == part).then_some(3.0);
    let walk = (part.len() > 3 && is_walk(&text)).then(|| 5.0 + log2(part.len()));
    [date, word, own, walk].into_iter().flatten().reduce(f64::min)
}

fn is_walk(text: &str) -> bool {
    let back: String = text.chars().rev().collect();
    WALKS.iter().any(|walk| walk.contains(text) || walk.contains(&back))
}

/// A year of our time, or a day with its month, with or without its year.
fn date_bits(part: &[char]) -> Option<f64> {
    if !part.iter().all(char::is_ascii_digit) {
        return None;
    }
    let text: String = part.iter().collect();
    let number = |from: usize, to: usize| text.get(from..to).and_then(|digits| digits.parse::<u32>().ok());
    let is_year = |from: usize| number(from, from + 4).is_some_and(|year| (1900..2100).contains(&year));
    let is_day = |day: usize, month: usize| {
        number(day, day + 2).is_some_and(|day| (1..=31).contains(&day))
            && number(month, month + 2).is_some_and(|month| (1..=12).contains(&month))
    };
    match text.len() {
        4 if is_year(0) => Some(7.0),
        4 if is_day(0, 2) || is_day(2, 0) => Some(8.5),
        6 if is_day(0, 2) || is_day(4, 2) => Some(14.0),
        8 if is_day(0, 2) && is_year(4) || is_year(0) && is_day(6, 4) => Some(15.0),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Local, bits};

    #[test]
    fn what_is_longer_is_not_cheaper_to_guess_unless_it_repeats() {
        let nobody = Local::of([]);
        assert!(bits("thuyền nan chở", &nobody) < bits("thuyền nan chở 3 tấn gió", &nobody));
        assert!(bits(&"a".repeat(1000), &nobody) < 30.0);
        assert!(bits(&"đồng lúa ".repeat(3), &nobody) < bits("đồng lúa ", &nobody) + 6.0);
    }

    #[test]
    fn what_is_known_of_the_office_is_no_secret() {
        let office = Local::of(["UBND xã Bản Phùng", "banphung.phong"]);
        assert!(bits("xã Bản Phùng 2026", &office) + 10.0 < bits("xã Bản Phùng 2026", &Local::of([])));
    }

    #[test]
    fn a_thousand_letters_are_weighed_at_once() {
        let long: String = ('a'..='z').cycle().step_by(7).take(1024).collect();
        assert!(bits(&long, &Local::of([])) > 20.0);
    }
}
