//! The place of a text that answers a question best, with the hits marked. Pure.

use super::entries::{Part, parts};
use super::question::Question;
use super::words::{Word, words};
use crate::procedures::Source;
use serde::Serialize;
use std::collections::BTreeSet;

/// How many words a snippet shows before its first hit, and how many in all.
const BEFORE: usize = 6;
const SHOWN: usize = 34;
/// Places of one text that are compared.
const COMPARED: usize = 200;
/// The longest snippet, in characters: a "word" may be long.
const LONGEST: usize = 400;

/// A piece of a text, which is a hit or stands between hits. Plain text: whoever prints it escapes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Marked {
    /// The piece.
    pub text: String,
    /// Whether it is what was looked for.
    pub is_hit: bool,
}

/// A place in a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Snippet {
    /// The part of the document it stands in.
    pub part: Part,
    /// Whether text before it was left out.
    pub is_cut_before: bool,
    /// Whether text after it was left out.
    pub is_cut_after: bool,
    /// The text, piece by piece.
    pub text: Vec<Marked>,
}

/// For each word of a text the number of the word of the question that it answers. Where a text has a word with the
/// marks as typed, only that counts; where it has none, the word without marks does.
fn hits(question: &Question, words: &[Word]) -> Vec<Option<usize>> {
    let answers = |word: &Word, asked: &Word, is_exact: bool| {
        if is_exact {
            word.exact == asked.exact
        } else {
            word.folded == asked.folded
        }
    };
    let exact: Vec<bool> = question
        .words
        .iter()
        .map(|asked| words.iter().any(|word| word.exact == asked.exact))
        .collect();
    let asked = || question.words.iter().zip(&exact).enumerate();
    let found = words.iter().map(|word| {
        asked()
            .find(|(_, (asked, is_exact))| answers(word, asked, **is_exact))
            .map(|(number, _)| number)
    });
    neighbours(found.collect())
}

/// Where words of the question stand beside each other in their order, those alone: the others are chance.
fn neighbours(hits: Vec<Option<usize>>) -> Vec<Option<usize>> {
    let follows =
        |one: &Option<usize>, next: &Option<usize>| one.is_some_and(|one| *next == Some(one.saturating_add(1)));
    let pairs: Vec<bool> = hits
        .iter()
        .zip(hits.iter().skip(1))
        .map(|(one, next)| follows(one, next))
        .collect();
    if !pairs.contains(&true) {
        return hits;
    }
    let is_pair = |place: Option<usize>| place.and_then(|place| pairs.get(place)).copied().unwrap_or(false);
    let beside = |place: usize| is_pair(Some(place)) || is_pair(place.checked_sub(1));
    hits.into_iter()
        .enumerate()
        .map(|(place, hit)| hit.filter(|_| beside(place)))
        .collect()
}

/// How well the words from a place on answer: different words of the question, exact ones more, and neighbours.
fn worth(question: &Question, words: &[Word], hits: &[Option<usize>]) -> usize {
    let mut seen = BTreeSet::new();
    let mut worth = 0_usize;
    let mut before = None;
    for (word, hit) in words.iter().zip(hits).take(SHOWN - BEFORE) {
        if let Some(number) = hit {
            let is_exact = question
                .words
                .get(*number)
                .is_some_and(|asked| asked.exact == word.exact);
            if seen.insert(*number) {
                worth = worth.saturating_add(if is_exact { 4 } else { 3 });
            }
            if before.is_some_and(|before: usize| before.saturating_add(1) == *number) {
                worth = worth.saturating_add(2);
            }
        }
        before = *hit;
    }
    worth
}

/// A title with its hits marked: neighbouring hits are one. One word of several that stands there alone is not marked.
pub(in crate::documents) fn marked(question: &Question, text: &str) -> Vec<Marked> {
    let words = words(text);
    let mut hits = hits(question, &words);
    let different: BTreeSet<usize> = hits.iter().flatten().copied().collect();
    if different.len() == 1 && question.words.len() > 1 {
        hits.fill(None);
    }
    pieces((text, 0, text.len()), &words, &hits)
}

/// The text from one byte to another, the words that are hits apart from what stands between them.
fn pieces((text, from, to): (&str, usize, usize), words: &[Word], hits: &[Option<usize>]) -> Vec<Marked> {
    let mut pieces: Vec<Marked> = Vec::new();
    let mut done = from;
    let mut add = |from: usize, to: usize, is_hit: bool| {
        let Some(text) = text.get(from..to).filter(|text| !text.is_empty()) else {
            return;
        };
        let gap = pieces.len().checked_sub(1);
        match gap.and_then(|last| pieces.get_mut(last)) {
            Some(last) if last.is_hit == is_hit => last.text.push_str(text),
            _ => pieces.push(Marked {
                text: text.to_owned(),
                is_hit,
            }),
        }
    };
    for (word, _) in words.iter().zip(hits).filter(|(_, hit)| hit.is_some()) {
        add(done, word.start, false);
        add(word.start, word.end, true);
        done = word.end;
    }
    add(done, to, false);
    joined(pieces)
}

/// Two hits with nothing but a space between them are read as one.
fn joined(pieces: Vec<Marked>) -> Vec<Marked> {
    let mut done: Vec<Marked> = Vec::new();
    let mut rest = pieces.into_iter().peekable();
    while let Some(piece) = rest.next() {
        let is_gap = !piece.is_hit && piece.text == " " && rest.peek().is_some_and(|next| next.is_hit);
        match done.last_mut() {
            Some(last) if last.is_hit && (is_gap || piece.is_hit) => last.text.push_str(&piece.text),
            _ => done.push(piece),
        }
    }
    done
}

/// The best place of a document beside its title, if any of the words stands there.
pub(in crate::documents) fn snippet(question: &Question, source: &Source) -> Option<Snippet> {
    let mut best: Option<(usize, Part, &str, usize)> = None;
    // A procedure is often named as its document is; the title is shown anyway.
    for (part, text) in parts(source)
        .into_iter()
        .filter(|(_, text)| !source.title.contains(text.trim()))
    {
        let words = words(text);
        let hits = hits(question, &words);
        let places = hits.iter().enumerate().filter(|(_, hit)| hit.is_some()).take(COMPARED);
        for (place, _) in places {
            let (Some(words), Some(hits)) = (words.get(place..), hits.get(place..)) else {
                continue;
            };
            let worth = worth(question, words, hits);
            if best.is_none_or(|(most, ..)| worth > most) {
                best = Some((worth, part, text, place));
            }
        }
    }
    let (_, part, text, place) = best?;
    Some(cut(question, part, text, place))
}

/// The body without the signs of Markdown that would stand between its words.
fn without_signs(part: Part, mut pieces: Vec<Marked>) -> Vec<Marked> {
    if part == Part::Body {
        for piece in &mut pieces {
            piece.text = piece.text.replace("**", "").replace('`', "").replace('|', "·");
        }
    }
    pieces
}

fn cut(question: &Question, part: Part, text: &str, place: usize) -> Snippet {
    let words = words(text);
    let hits = hits(question, &words);
    let from = place.saturating_sub(BEFORE);
    let mut to = from.saturating_add(SHOWN).min(words.len());
    let start = words.get(from).map_or(0, |word| word.start);
    let is_long = |to: usize| {
        let end = to
            .checked_sub(1)
            .and_then(|last| words.get(last))
            .map_or(start, |word| word.end);
        end.saturating_sub(start) > LONGEST.saturating_mul(2)
    };
    while to > place.saturating_add(1) && is_long(to) {
        to = to.saturating_sub(1);
    }
    let end = to
        .checked_sub(1)
        .and_then(|last| words.get(last))
        .map_or(text.len(), |word| word.end);
    let closing = |letter: &char| !letter.is_whitespace() && !letter.is_alphanumeric();
    let tail: usize = text
        .get(end..)
        .unwrap_or_default()
        .chars()
        .take_while(closing)
        .take(4)
        .map(char::len_utf8)
        .sum();
    let end = end.saturating_add(tail);
    let (shown, marks) = (
        words.get(from..to).unwrap_or_default(),
        hits.get(from..to).unwrap_or_default(),
    );
    Snippet {
        part,
        is_cut_before: from > 0,
        is_cut_after: to < words.len(),
        text: without_signs(part, pieces((text, start, end), shown, marks)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(question: &str, text: &str) -> String {
        let question = Question::of(question).unwrap();
        let pieces = marked(&question, text);
        pieces
            .into_iter()
            .map(|piece| {
                if piece.is_hit {
                    format!("[{}]", piece.text)
                } else {
                    piece.text
                }
            })
            .collect()
    }

    #[test]
    fn hits_are_marked_with_and_without_marks() {
        assert_eq!(told("dang ky", "Việc đăng ký lại"), "Việc [đăng ký] lại");
        assert_eq!(told("bản", "Bản sao, mua bán"), "[Bản] sao, mua bán");
        assert_eq!(told("ban", "Bản sao, mua bán"), "[Bản] sao, mua [bán]");
        assert_eq!(told("bân", "Bản sao"), "[Bản] sao");
    }

    #[test]
    fn the_snippet_is_the_best_place_of_all() {
        let source = Source {
            legal_basis: vec!["Luật Hộ tịch 60/2014/QH13".to_owned()],
            body: format!(
                "{} sinh\n\nNgười được khai sinh <b>tại</b> xã & phường.\n",
                "từ ".repeat(80)
            ),
            ..Source::default()
        };
        let question = Question::of("khai sinh").unwrap();
        let found = snippet(&question, &source).unwrap();
        assert_eq!(found.part, Part::Body);
        let text: String = found.text.iter().map(|piece| piece.text.as_str()).collect();
        assert_eq!(text, "Người được khai sinh <b>tại</b> xã & phường.");
        assert!(found.text.iter().any(|piece| piece.is_hit && piece.text == "khai sinh"));
        assert_eq!(
            snippet(&Question::of("hộ tịch").unwrap(), &source).unwrap().part,
            Part::LegalBasis
        );
        assert_eq!(snippet(&Question::of("vũ trụ").unwrap(), &source), None);
    }

    #[test]
    fn a_long_text_is_cut_around_the_hit() {
        let source = Source {
            body: format!("{}đích {}", "trước ".repeat(500), "sau ".repeat(500)),
            ..Source::default()
        };
        let found = snippet(&Question::of("dich").unwrap(), &source).unwrap();
        assert!(found.is_cut_before && found.is_cut_after);
        assert!(found.text.iter().map(|piece| piece.text.len()).sum::<usize>() < 300);
        let long = Source {
            body: format!("đích {}", "x".repeat(100_000)),
            ..Source::default()
        };
        let found = snippet(&Question::of("dich").unwrap(), &long).unwrap();
        assert!(found.text.iter().map(|piece| piece.text.len()).sum::<usize>() < 1000);
    }
}
