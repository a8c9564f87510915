//! Words: every one that is used exists in both languages, every one that exists is used, holes agree.

use super::files::{files, literals};
use crate::support::pages;
use quytrinh::kernel::Language;
use std::collections::BTreeSet;

/// Words whose keys are put together while the program runs: how they begin, and from what they are made.
const MADE_WHILE_RUNNING: [(&str, &str); 17] = [
    ("documents.decided.", "what somebody else did first"),
    ("tokens.reason.", "why a signature of a token is not taken"),
    ("failure.permission.", "the permission that is missing"),
    ("failure.halted.", "why nothing may be written"),
    ("backup.problem.", "what is wrong with what was restored"),
    ("failure.title.", "the status of the answer"),
    ("check.", "the code of a problem of a table of steps"),
    ("fault.", "the code of a problem of a procedure file"),
    ("logs.fault.", "the code of a problem of a log"),
    ("logs.failure.", "the code of what ends the reading of a log"),
    ("logs.map.", "the code of a problem of a map of a log"),
    ("logs.field.", "a field of a log"),
    (
        "exchange.why.",
        "why an element of a BPMN file did not come in as it is",
    ),
    ("docx.note.", "what a Word file leaves to look at"),
    ("docx.fault.", "the code of what makes a Word file unreadable"),
    ("docx.archive.refused.", "why an archive of documents is refused"),
    ("exchange.fault.", "the code of what makes a BPMN file unreadable"),
];

fn keys(language: Language) -> BTreeSet<String> {
    pages().words().keys(language).map(ToOwned::to_owned).collect()
}

fn rooms() -> BTreeSet<String> {
    keys(Language::Vi)
        .iter()
        .filter_map(|key| key.split('.').next().map(ToOwned::to_owned))
        .collect()
}

fn looks_like_key(text: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-".contains(c))
    };
    text.contains('.') && text.split('.').all(is_part)
}

/// The keys that templates name, and the beginnings of those that they put together (`"stage." ~ stage`).
fn named_in_templates() -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut whole, mut begun) = (BTreeSet::new(), BTreeSet::new());
    for file in files("templates", ".html") {
        for after in file.text.split("key=").skip(1) {
            // The words of one call: up to the end of its brackets.
            let call = after.split(')').next().unwrap();
            for (before, text) in literals(call) {
                let joined = call
                    .split_once(&format!("\"{text}\""))
                    .is_some_and(|(_, rest)| rest.trim_start().starts_with('~'));
                if joined && text.contains('.') {
                    begun.insert(text.to_owned());
                } else if looks_like_key(text) && !before.trim_end().ends_with('~') {
                    whole.insert(text.to_owned());
                }
            }
        }
    }
    (whole, begun)
}

/// The literals of the code that look like keys of words, and whether they must be one.
fn named_in_code() -> Vec<(String, String, bool)> {
    let rooms = rooms();
    let mut found = Vec::new();
    for file in files("src", ".rs") {
        let code = file.code_without_tests();
        if file.path.ends_with("_tests.rs") || file.path.contains("/tests/") || file.path.ends_with("/tests.rs") {
            continue;
        }
        for (before, text) in literals(&code) {
            let room = text.split('.').next().unwrap_or_default();
            if looks_like_key(text) && rooms.contains(room) {
                let is_act = before.trim_end().ends_with("record(");
                found.push((file.path.clone(), text.to_owned(), !is_act));
            }
        }
    }
    // The matrix names the sentences of its rules.
    for file in files("src", "matrix.toml") {
        let says = file
            .text
            .lines()
            .filter_map(|line| line.strip_prefix("says = \"")?.strip_suffix('"'));
        found.extend(says.map(|key| (file.path.clone(), key.to_owned(), true)));
    }
    found
}

/// `desk.done(path, "room.word")` shows the word `room.done.word`.
fn as_done(key: &str) -> String {
    key.split_once('.')
        .map(|(room, word)| format!("{room}.done.{word}"))
        .unwrap_or_default()
}

#[test]
fn both_languages_have_the_same_words() {
    let (vi, en) = (keys(Language::Vi), keys(Language::En));
    let only_vi: Vec<_> = vi.difference(&en).collect();
    let only_en: Vec<_> = en.difference(&vi).collect();
    assert!(
        only_vi.is_empty() && only_en.is_empty(),
        "only vi: {only_vi:#?}\nonly en: {only_en:#?}"
    );
}

fn holes(word: &str) -> BTreeSet<&str> {
    let ends = |after: &'_ str| after.split_once('}').map(|(name, _)| name.len());
    word.split('{')
        .skip(1)
        .filter_map(|after| ends(after).map(|end| &after[..end]))
        .collect()
}

#[test]
fn the_holes_of_a_word_agree_and_no_word_is_empty() {
    let words = pages().words();
    let mut wrong = Vec::new();
    for key in keys(Language::Vi) {
        let (vi, en) = (words.get(Language::Vi, &key), words.get(Language::En, &key));
        if holes(vi) != holes(en) || vi.trim().is_empty() || en.trim().is_empty() {
            wrong.push(format!("{key}: «{vi}» · «{en}»"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_word_that_is_used_exists() {
    let known = keys(Language::Vi);
    let (whole, begun) = named_in_templates();
    let mut missing: Vec<String> = whole
        .difference(&known)
        .map(|key| format!("templates: {key}"))
        .collect();
    for prefix in begun
        .iter()
        .filter(|prefix| !known.iter().any(|key| key.starts_with(prefix.as_str())))
    {
        missing.push(format!("templates: {prefix}…"));
    }
    for (path, text, must) in named_in_code() {
        let is_prefix = known.iter().any(|key| key.starts_with(&format!("{text}.")));
        if must && !known.contains(&text) && !known.contains(&as_done(&text)) && !is_prefix {
            missing.push(format!("{path}: {text}"));
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn every_word_that_exists_is_used() {
    let (mut used, mut begun) = named_in_templates();
    begun.extend(MADE_WHILE_RUNNING.iter().map(|(prefix, _)| (*prefix).to_owned()));
    begun.extend(prefixes_in_code());
    for (_, text, _) in named_in_code() {
        used.insert(as_done(&text));
        used.insert(text);
    }
    let idle: Vec<String> = keys(Language::Vi)
        .into_iter()
        .filter(|key| !used.contains(key) && !begun.iter().any(|prefix| key.starts_with(prefix.as_str())))
        .collect();
    assert!(idle.is_empty(), "nobody says:\n{}", idle.join("\n"));
}

/// `format!("stage.{stage}")`: what stands before the hole.
fn prefixes_in_code() -> BTreeSet<String> {
    let rooms = rooms();
    let mut found = BTreeSet::new();
    for file in files("src", ".rs") {
        for (before, text) in literals(&file.code_without_tests()) {
            let Some((prefix, _)) = text.split_once('{') else {
                continue;
            };
            let is_key = prefix.strip_suffix('.').is_some_and(|start| {
                rooms.contains(start)
                    || looks_like_key(start) && rooms.contains(start.split('.').next().unwrap_or_default())
            });
            if is_key && before.trim_end().ends_with("format!(") {
                found.insert(prefix.to_owned());
            }
        }
    }
    found
}

#[test]
fn words_made_while_running_are_still_made() {
    let known = keys(Language::Vi);
    for (prefix, made_from) in MADE_WHILE_RUNNING {
        assert!(
            known.iter().any(|key| key.starts_with(prefix)),
            "{prefix} ({made_from})"
        );
    }
}

#[test]
fn every_permission_and_every_halt_has_the_sentence_that_refuses() {
    let known = keys(Language::Vi);
    for permission in quytrinh::kernel::Permission::ALL {
        assert!(
            known.contains(&format!("failure.permission.{permission}")),
            "{permission}"
        );
    }
    for halt in quytrinh::db::Halt::ALL {
        assert!(known.contains(&format!("failure.halted.{halt}")), "{halt}");
    }
    for role in quytrinh::kernel::AccessRole::ALL {
        assert!(known.contains(&format!("access_role.{role}")), "{role}");
    }
}

/// The text without what stands between two marks, the marks included.
fn without(text: &str, begin: &str, end: &str) -> String {
    let mut left = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(begin) {
        left.push_str(before);
        left.push(' ');
        rest = after.split_once(end).map_or("", |(_, after)| after);
    }
    left + rest
}

#[test]
fn templates_hold_no_text_outside_the_words() {
    // What is no word of a language: the name of the program.
    const NAMES: [&str; 1] = ["quytrinh"];
    let mut wrong = Vec::new();
    for file in files("templates", ".html") {
        let marks = [("{#", "#}"), ("{%", "%}"), ("{{", "}}"), ("<", ">")];
        let bare = marks
            .iter()
            .fold(file.text, |text, (begin, end)| without(&text, begin, end));
        let is_word = |word: &&str| word.chars().filter(|c| c.is_alphabetic()).count() > 1 && !NAMES.contains(word);
        let said: Vec<&str> = bare.split_whitespace().filter(is_word).collect();
        if !said.is_empty() {
            wrong.push(format!("{}: {}", file.path, said.join(" ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_problem_of_a_log_has_words() {
    use quytrinh::logs::{FailureCode, FaultCode, Field, MapCode};
    let mut needed = BTreeSet::from(["logs.line".to_owned(), "logs.more".to_owned()]);
    needed.extend(FaultCode::ALL.map(|code| format!("logs.fault.{}", code.as_str())));
    needed.extend(FailureCode::ALL.map(|code| format!("logs.failure.{}", code.as_str())));
    needed.extend(MapCode::ALL.map(|code| format!("logs.map.{}", code.as_str())));
    needed.extend(Field::ALL.map(|field| format!("logs.field.{}", field.as_str())));
    let known: BTreeSet<String> = keys(Language::Vi)
        .into_iter()
        .filter(|key| key.starts_with("logs."))
        .collect();
    assert_eq!(known, needed);
}

/// In the templates' language `a or "" == b` is `a or ("" == b)`, which holds for every `a` that is not empty.
#[test]
fn what_may_be_missing_is_compared_in_brackets() {
    let compares = |line: &str| {
        let mut rest = line;
        while let Some((before, after)) = rest.split_once("or \"\" ") {
            if after.starts_with("==") || after.starts_with("!=") {
                return Some(before.len());
            }
            rest = after;
        }
        None
    };
    assert!(compares("{% if page.kind or \"\" == kind %}").is_some());
    let mut wrong = Vec::new();
    for file in files("templates", ".html") {
        for (number, line) in file.text.lines().enumerate() {
            if compares(line).is_some() {
                wrong.push(format!("{}:{}", file.path, number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "write `(a or \"\") == b` at:\n{}", wrong.join("\n"));
}
