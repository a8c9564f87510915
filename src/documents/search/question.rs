//! What somebody looks for, as questions to the index of words, the best answers first. Pure.

use super::words::{Word, squashed, words};
use crate::documents::version::Stage;
use crate::kernel::AgencyId;

/// The longest question that is looked at, in characters, and the most words of it.
const LONGEST: usize = 300;
const MOST_WORDS: usize = 12;

/// A question to the index of words. Its words are made here, of plain letters and digits: nothing that is typed reaches
/// the query language of a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::documents) enum Expression {
    /// The word stands in the index.
    Word(String),
    /// All of these hold.
    All(Vec<Expression>),
    /// One of these holds at least.
    Any(Vec<Expression>),
}

/// How a database writes questions to its index.
#[derive(Debug, Clone, Copy)]
pub(in crate::documents) struct Dialect {
    /// Between parts that all hold.
    pub(in crate::documents) and: &'static str,
    /// Between parts of which one holds.
    pub(in crate::documents) or: &'static str,
}

/// SQLite's FTS5.
pub(in crate::documents) const FTS5: Dialect = Dialect {
    and: " AND ",
    or: " OR ",
};

/// PostgreSQL's `tsquery`.
pub(in crate::documents) const TSQUERY: Dialect = Dialect { and: " & ", or: " | " };

impl Expression {
    /// The question as a database writes it.
    pub(in crate::documents) fn written(&self, dialect: Dialect) -> String {
        let join = |parts: &[Self], joint: &str| {
            let parts: Vec<String> = parts.iter().map(|part| part.written(dialect)).collect();
            format!("({})", parts.join(joint))
        };
        match self {
            Self::Word(word) => word.clone(),
            Self::All(parts) => join(parts, dialect.and),
            Self::Any(parts) => join(parts, dialect.or),
        }
    }
}

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::documents) struct Question {
    /// Its words, in order.
    pub(in crate::documents) words: Vec<Word>,
    code: String,
    is_one_piece: bool,
}

/// The sorts of words in the index, each with its first letter.
pub(in crate::documents) mod sort {
    pub(in crate::documents) const TEXT: char = 'b';
    pub(in crate::documents) const TEXT_EXACT: char = 'c';
    pub(in crate::documents) const TEXT_PAIR: char = 'd';
    pub(in crate::documents) const FIELD: char = 'f';
    pub(in crate::documents) const OTHER_CODE: char = 'g';
    pub(in crate::documents) const KIND: char = 'i';
    pub(in crate::documents) const CODE_BEGINS: char = 'j';
    pub(in crate::documents) const CODE: char = 'k';
    pub(in crate::documents) const AUTHOR: char = 'p';
    pub(in crate::documents) const STAGE: char = 's';
    pub(in crate::documents) const TITLE: char = 't';
    pub(in crate::documents) const TITLE_EXACT: char = 'u';
    pub(in crate::documents) const TITLE_PAIR: char = 'v';
    pub(in crate::documents) const VERSION: char = 'z';
}

/// An entry of the index: the letter of its sort, then its letters and digits.
pub(in crate::documents) fn entry(sort: char, text: &str) -> String {
    let mut entry = String::with_capacity(text.len().saturating_add(1));
    entry.push(sort);
    entry.extend(text.chars().filter(char::is_ascii_alphanumeric));
    entry.make_ascii_lowercase();
    entry
}

/// A stage inside an agency as one entry: every question asks for some of these, so none need ask for all versions of
/// the agency.
pub(in crate::documents) fn stage_entry(agency: &AgencyId, stage: Stage) -> String {
    format!("{}q{}", entry(sort::STAGE, stage.as_str()), entry('a', agency.as_str()))
}

/// A field (lĩnh vực) as one entry.
pub(in crate::documents) fn field_entry(field: &str) -> String {
    let spelled: Vec<String> = words(field).into_iter().map(|word| word.exact).collect();
    entry(sort::FIELD, &spelled.join("q0"))
}

/// Two words beside each other as one entry.
pub(in crate::documents) fn pair_entry(sort: char, first: &Word, second: &Word) -> String {
    format!("{sort}{}q{}", first.folded, second.folded)
}

impl Question {
    /// The question, or `None` when there is no word in it.
    pub(in crate::documents) fn of(typed: &str) -> Option<Self> {
        let typed: String = typed.trim().chars().take(LONGEST).collect();
        let mut words = words(&typed);
        words.truncate(MOST_WORDS);
        (!words.is_empty()).then(|| Self {
            words,
            code: squashed(&typed),
            is_one_piece: !typed.contains(char::is_whitespace),
        })
    }

    fn all(&self, sort: char, spelled: fn(&Word) -> &str) -> Vec<Expression> {
        let entries = self.words.iter().map(|word| entry(sort, spelled(word)));
        entries.map(Expression::Word).collect()
    }

    fn pairs(&self, sort: char) -> Vec<Expression> {
        let pairs = self.words.iter().zip(self.words.iter().skip(1));
        pairs
            .map(|(first, second)| Expression::Word(pair_entry(sort, first, second)))
            .collect()
    }

    /// Every word stands beside one of its neighbours, in the order of the question: `đăng ký` and `khai sinh`, which a
    /// text may have in two places. Words that stand alone anywhere say little, for a syllable is seldom a word.
    fn woven(&self, sort: char) -> Vec<Expression> {
        let pairs = self.pairs(sort);
        let last = pairs.len();
        (0..=last)
            .map(|word| {
                let beside = pairs.iter().take(word.saturating_add(1)).skip(word.saturating_sub(1));
                Expression::Any(beside.cloned().collect())
            })
            .collect()
    }

    /// The questions to the index, the best answers first: the code itself, a code of a form or procedure inside, codes
    /// that begin so; then with the marks as typed before without marks, in the title before anywhere, words beside
    /// each other before apart.
    pub(in crate::documents) fn tiers(&self) -> Vec<Expression> {
        let mut tiers = vec![
            Expression::Word(entry(sort::CODE, &self.code)),
            Expression::Word(entry(sort::OTHER_CODE, &self.code)),
        ];
        if self.is_one_piece && self.code.len() > 1 {
            tiers.push(Expression::Word(entry(sort::CODE_BEGINS, &self.code)));
        }
        let exact: fn(&Word) -> &str = |word| &word.exact;
        let folded: fn(&Word) -> &str = |word| &word.folded;
        for (title, text, spelled) in [
            (sort::TITLE_EXACT, sort::TEXT_EXACT, Some(exact)),
            (sort::TITLE, sort::TEXT, None),
        ] {
            let in_title = self.all(title, spelled.unwrap_or(folded));
            if self.words.len() == 1 {
                tiers.push(Expression::All(in_title));
                tiers.push(Expression::All(self.all(text, spelled.unwrap_or(folded))));
                continue;
            }
            // Pairs first: the rarest entry bounds the work. They stand without marks, and so for the words without.
            let with = |mut pairs: Vec<Expression>, sort: char| {
                pairs.extend(spelled.into_iter().flat_map(|spelled| self.all(sort, spelled)));
                Expression::All(pairs)
            };
            tiers.push(with(self.pairs(sort::TITLE_PAIR), title));
            tiers.push(Expression::All(in_title));
            tiers.push(with(self.pairs(sort::TEXT_PAIR), text));
            if self.words.len() > 2 {
                tiers.push(with(self.woven(sort::TEXT_PAIR), text));
            }
        }
        tiers
    }

    /// What is asked when nothing answers better: every word anywhere, without marks. `None` for one word, which has
    /// been asked for already.
    pub(in crate::documents) fn apart(&self) -> Option<Expression> {
        let folded: fn(&Word) -> &str = |word| &word.folded;
        (self.words.len() > 1).then(|| Expression::All(self.all(sort::TEXT, folded)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_typed_is_no_question() {
        for typed in ["", "  \t ", "\"", "*", "-", "( ) ^ :", "\0"] {
            assert_eq!(Question::of(typed), None, "{typed:?}");
        }
    }

    #[test]
    fn whatever_is_typed_only_words_reach_the_database() {
        let long = "x ".repeat(5000);
        for typed in [
            "khai AND sinh OR \"NEAR(a b)\" NOT -x *",
            "a\" OR 1=1 --",
            "title:khai ^sinh {b c}",
            "'; DROP TABLE versions; --",
            "a & !b | (c:*)",
            long.as_str(),
        ] {
            let question = Question::of(typed).unwrap();
            assert!(question.words.len() <= MOST_WORDS);
            for tier in question.tiers().into_iter().chain(question.apart()) {
                for (dialect, signs) in [(FTS5, "()"), (TSQUERY, "()&|")] {
                    let bare = tier.written(dialect).replace(" AND ", " ").replace(" OR ", " ");
                    let is_plain = |letter: char| {
                        letter.is_ascii_lowercase()
                            || letter.is_ascii_digit()
                            || letter == ' '
                            || signs.contains(letter)
                    };
                    assert!(bare.chars().all(is_plain), "{bare}");
                }
            }
        }
    }

    #[test]
    fn each_word_is_asked_for_beside_a_neighbour() {
        let woven = Expression::All(Question::of("a b c").unwrap().woven('d'));
        assert_eq!(woven.written(TSQUERY), "((daqb) & (daqb | dbqc) & (dbqc))");
    }

    #[test]
    fn one_word_has_no_neighbours_to_ask_for() {
        assert_eq!(Question::of("khai").unwrap().tiers().len(), 7);
        assert_eq!(Question::of("khai").unwrap().apart(), None);
        assert_eq!(Question::of("khai sinh").unwrap().tiers().len(), 8);
    }
}
