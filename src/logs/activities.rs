//! Suggests which step an activity of a log is: by its code, by its name as people compare names, or by a near name.

use super::fold::fold;
use std::collections::BTreeMap;

/// Near names are looked for among so many names, and names of at most so many letters.
const NAMES: usize = 500;
const LETTERS: usize = 80;

/// How certain a suggestion is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// It is the code of the step.
    Code,
    /// It is the code or the name but for case, marks, blanks and punctuation, or begins with the code.
    Name,
    /// It is nearly the name: somebody should look at it.
    Near,
}

/// What an activity of a log may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityGuess {
    /// The activity, as the log calls it.
    pub activity: String,
    /// The code of the step that it may be, and how certain that is.
    pub step: Option<(String, Certainty)>,
}

/// Suggests a step for each activity. `steps` are codes and names; no two activities get one step by nearness alone.
pub fn suggest_activities(activities: &[&str], steps: &[(&str, &str)]) -> Vec<ActivityGuess> {
    let folded: Vec<Known> = steps
        .iter()
        .map(|(code, name)| Known {
            code,
            folded_code: fold(code),
            folded_name: fold(name),
        })
        .collect();
    let mut guesses: Vec<ActivityGuess> = activities
        .iter()
        .map(|activity| ActivityGuess {
            activity: (*activity).to_owned(),
            step: sure(activity, &folded).map(|(code, certainty)| (code.to_owned(), certainty)),
        })
        .collect();
    near(&mut guesses, &folded);
    guesses
}

struct Known<'a> {
    code: &'a str,
    folded_code: String,
    folded_name: String,
}

fn sure<'a>(activity: &str, steps: &[Known<'a>]) -> Option<(&'a str, Certainty)> {
    if let Some(step) = steps.iter().find(|step| step.code == activity) {
        return Some((step.code, Certainty::Code));
    }
    let folded = fold(activity);
    if folded.is_empty() {
        return None;
    }
    let by_code = |step: &&Known<'_>| !step.folded_code.is_empty() && step.folded_code == folded;
    let by_name = |step: &&Known<'_>| step.folded_name == folded;
    // `B05 - Thẩm định`, `Bước B05: thẩm định`.
    let begins = |step: &&Known<'_>| {
        let rest = folded.strip_prefix("buoc ").or_else(|| folded.strip_prefix("step "));
        let rest = rest.unwrap_or(&folded).strip_prefix(step.folded_code.as_str());
        !step.folded_code.is_empty() && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    only(steps, by_code)
        .or_else(|| only(steps, by_name))
        .or_else(|| only(steps, begins))
        .map(|step| (step.code, Certainty::Name))
}

/// The only step for which this holds; names may repeat.
fn only<'s, 'a>(steps: &'s [Known<'a>], holds: impl Fn(&&Known<'a>) -> bool) -> Option<&'s Known<'a>> {
    let mut found = steps.iter().filter(holds);
    let first = found.next();
    if found.next().is_some() { None } else { first }
}

/// Gives the steps that are left to the activities that are nearest to them, the nearest pair first.
fn near(guesses: &mut [ActivityGuess], steps: &[Known<'_>]) {
    let taken: Vec<&str> = guesses
        .iter()
        .filter_map(|guess| guess.step.as_ref().map(|(code, _)| code.as_str()))
        .collect();
    let free: Vec<&Known<'_>> = steps
        .iter()
        .filter(|step| !taken.contains(&step.code))
        .take(NAMES)
        .collect();
    let mut pairs = Vec::new();
    let open = guesses.iter().enumerate().filter(|(_, guess)| guess.step.is_none());
    for (place, guess) in open.take(NAMES) {
        let letters: Vec<char> = fold(&guess.activity).chars().take(LETTERS).collect();
        for (index, step) in free.iter().enumerate() {
            let name: Vec<char> = step.folded_name.chars().take(LETTERS).collect();
            // A third of the letters may differ, of short names none.
            let most = letters.len().min(name.len()) / 3;
            let far = letters.len().abs_diff(name.len());
            if most == 0 || far > most {
                continue;
            }
            let distance = distance(&letters, &name);
            if distance <= most {
                pairs.push((distance, place, index));
            }
        }
        // Programs shorten long names: all words are there, in this order, in one step only.
        let folded = fold(&guess.activity);
        let shortens = |(_, step): &(usize, &&Known<'_>)| shortens(&folded, &step.folded_name);
        let mut long = free.iter().enumerate().filter(shortens);
        if let (Some((index, _)), None) = (long.next(), long.next()) {
            pairs.push((LETTERS, place, index));
        }
    }
    pairs.sort_unstable();
    let mut given = BTreeMap::new();
    for (_, place, index) in pairs {
        let Some(step) = free.get(index) else { continue };
        if let Some(guess) = guesses.get_mut(place)
            && guess.step.is_none()
            && given.insert(index, place).is_none()
        {
            guess.step = Some((step.code.to_owned(), Certainty::Near));
        }
    }
}

/// Whether a name has only words of a longer one, at least two, in the same order.
fn shortens(short: &str, long: &str) -> bool {
    let mut words = long.split(' ');
    short.contains(' ') && short.len() < long.len() && short.split(' ').all(|word| words.any(|own| own == word))
}

/// How many letters must be put in, taken out or replaced to make one text of the other.
fn distance(one: &[char], other: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (place, letter) in one.iter().enumerate() {
        let mut corner = place;
        let mut left = place + 1;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (cell, own) in row.iter_mut().skip(1).zip(other) {
            let best = (corner + usize::from(letter != own)).min(left + 1).min(*cell + 1);
            corner = *cell;
            *cell = best;
            left = best;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEPS: [(&str, &str); 5] = [
        ("B01", "Tiếp nhận hồ sơ"),
        ("B02", "Thẩm định hồ sơ"),
        ("B03", "Ký duyệt"),
        ("B04", "Trả kết quả"),
        ("B1", "Lưu hồ sơ"),
    ];

    fn guess(activity: &str) -> Option<(String, Certainty)> {
        suggest_activities(&[activity], &STEPS).remove(0).step
    }

    #[test]
    fn codes_and_names_are_found_however_they_are_written() {
        let found = |code: &str, certainty| Some((code.to_owned(), certainty));
        assert_eq!(guess("B02"), found("B02", Certainty::Code));
        assert_eq!(guess("b02"), found("B02", Certainty::Name));
        assert_eq!(guess("TIEP NHAN  HO SO."), found("B01", Certainty::Name));
        assert_eq!(guess("Bước B04: trả"), found("B04", Certainty::Name));
        assert_eq!(guess("B1 – lưu"), found("B1", Certainty::Name));
        assert_eq!(guess("Thẩm địnhh hồ sơ (mới)"), found("B02", Certainty::Near));
        assert_eq!(guess("Chuyển bưu điện tới nơi khác"), None);
        assert_eq!(guess(""), None);
        assert_eq!(guess("B011"), None);
    }

    #[test]
    fn a_step_goes_to_the_nearest_activity_only() {
        let guesses = suggest_activities(&["Tiếp nhận hồ sơ mớii", "Tiếp nhận hồ sơ m"], &STEPS);
        assert_eq!(guesses[0].step, None);
        assert_eq!(guesses[1].step, Some(("B01".to_owned(), Certainty::Near)));
    }

    #[test]
    fn a_name_that_two_steps_bear_is_not_guessed() {
        let steps = [("B01", "Ký"), ("B02", "Ký")];
        assert_eq!(suggest_activities(&["ký"], &steps)[0].step, None);
    }

    #[test]
    fn a_shortened_name_is_near_when_one_step_only_has_its_words() {
        let steps = [
            ("B01", "Tiếp nhận, kiểm tra tính pháp lý và nội dung hồ sơ"),
            ("B02", "Thẩm tra hồ sơ"),
            ("B03", "Xem xét, ký duyệt"),
            ("B04", "Ghi sổ; trả kết quả, thu lệ phí"),
        ];
        let guess = |activity: &str| suggest_activities(&[activity], &steps).remove(0).step;
        let near = |code: &str| Some((code.to_owned(), Certainty::Near));
        assert_eq!(guess("Tiếp nhận hồ sơ"), near("B01"));
        assert_eq!(guess("Trả kết quả"), near("B04"));
        assert_eq!(guess("kết quả trả"), None);
        assert_eq!(guess("Hồ sơ"), None);
        assert_eq!(guess("Ký"), None);
    }

    #[test]
    fn distances_are_those_of_levenshtein() {
        let distance = |one: &str, other: &str| {
            let letters = |text: &str| text.chars().collect::<Vec<_>>();
            distance(&letters(one), &letters(other))
        };
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", ""), 3);
        assert_eq!(distance("abc", "abc"), 0);
    }
}
