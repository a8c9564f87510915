//! Where steps lead, as far as their words say it for certain.

use super::note::{NoteKind, Notes};
use super::step_texts::code_of;
use super::words::{capital, flat, says};
use crate::procedures::{NextRow, StepRow};

/// How a text says that a case goes to another step.
const GOES: [&str; 12] = [
    "tra lai",
    "quay lai",
    "tro lai",
    "quay ve",
    "chuyen sang",
    "chuyen",
    "thuc hien tiep",
    "thuc hien",
    "sang",
    "ve",
    "tiep tuc",
    "lam lai",
];
/// What a case is when it is not what a condition says.
const OPPOSITES: [(&str, &str); 8] = [
    ("khong dat", "Đạt"),
    ("chua dat", "Đạt"),
    ("khong hop le", "Hợp lệ"),
    ("chua hop le", "Hợp lệ"),
    ("khong dong y", "Đồng ý"),
    ("khong du", "Đủ điều kiện"),
    ("chua du", "Đủ điều kiện"),
    ("khong day du", "Đầy đủ"),
];

/// Puts the ways on into a step. `codes` are those of all steps and its own place among them.
pub(super) fn ways(
    step: &mut StepRow,
    said: &[String],
    (codes, at): (&[String], usize),
    (block, notes): (usize, &mut Notes),
) {
    let own = step.code.clone();
    let mut stated: Vec<String> = Vec::new();
    for line in said {
        if let Some(next) = stated_way(line, codes) {
            step.next.push(next);
            stated.push(line.clone());
        }
    }
    // A line that only says where the step leads is no guidance.
    let kept: Vec<&str> = step
        .note
        .lines()
        .filter(|line| !stated.iter().any(|own| own == line))
        .collect();
    step.note = kept.join("\n");
    if !stated.is_empty() {
        return;
    }
    let mut found = Vec::new();
    for sentence in said.iter().flat_map(|line| line.split(['.', ';'])) {
        let flat_sentence = flat(sentence);
        if !says(&flat_sentence, "neu")
            && !says(&flat_sentence, "tra lai buoc")
            && !says(&flat_sentence, "quay lai buoc")
        {
            continue;
        }
        match condition(sentence, codes).filter(|next| next.to != own) {
            Some(next) => {
                let args = [("says", sentence.trim()), ("step", own.as_str())];
                notes.add(block, NoteKind::BranchGuessed, &args);
                found.push(next);
            }
            None if GOES.iter().any(|verb| says(&flat_sentence, verb)) => {
                let args = [("says", sentence.trim()), ("step", own.as_str())];
                notes.add(block, NoteKind::BranchUnknown, &args);
            }
            None => {}
        }
    }
    let Some(first) = found.first() else { return };
    let follows = codes.get(at + 1).cloned().unwrap_or_else(|| "END".to_owned());
    if found.iter().all(|next| next.to != follows) {
        let flat_outcome = flat(&first.outcome);
        let opposite = OPPOSITES.iter().find(|(words, _)| says(&flat_outcome, words));
        let outcome = opposite.map_or("Trường hợp còn lại", |(_, outcome)| outcome);
        step.next.push(NextRow {
            outcome: outcome.to_owned(),
            to: follows,
        });
    }
    step.next.extend(found);
}

/// `Hợp lệ: chuyển B2`, `Từ chối: kết thúc, từ chối`, `chuyển B5`: as our own files write it.
fn stated_way(line: &str, codes: &[String]) -> Option<NextRow> {
    let line = line.trim().trim_end_matches('.');
    let (outcome, goes) = line
        .rsplit_once(": ")
        .map_or(("", line), |(outcome, goes)| (outcome.trim(), goes));
    let flat_goes = flat(goes);
    let to = match flat_goes.as_str() {
        "ket thuc" => "END".to_owned(),
        "ket thuc tu choi" => "END-REFUSED".to_owned(),
        "ket thuc rut ho so" => "END-WITHDRAWN".to_owned(),
        _ => {
            let place = goes
                .trim()
                .strip_prefix("chuyển ")
                .or_else(|| goes.trim().strip_prefix("Chuyển "))?
                .trim();
            let known = codes.iter().find(|code| code.as_str() == place).cloned();
            known.or_else(|| code_of(place).filter(|code| codes.contains(code)))?
        }
    };
    Some(NextRow {
        outcome: outcome.trim_start_matches(['-', '+', ' ']).to_owned(),
        to,
    })
}

/// `Nếu không đạt thì trả lại bước 2`: the condition as outcome, and the step. Only when both are there.
fn condition(sentence: &str, codes: &[String]) -> Option<NextRow> {
    let words: Vec<&str> = sentence.split_whitespace().collect();
    let flats: Vec<String> = words.iter().map(|word| flat(word)).collect();
    let begin = flats.iter().position(|word| word == "neu");
    // The step is the last thing of that kind that the sentence names.
    let (place, to) = (0..words.len()).rev().find_map(|at| {
        let word = flats.get(at)?;
        let code = if word == "buoc" {
            code_of(flats.get(at + 1)?)
        } else {
            code_of(word).filter(|_| word.starts_with('b'))
        }?;
        codes.contains(&code).then_some((at, code))
    })?;
    let steps = flats
        .iter()
        .filter(|word| *word == "buoc" || code_of(word).is_some_and(|_| word.starts_with('b')))
        .count();
    if steps > 1 {
        return None;
    }
    let verb = (0..place).find(|at| {
        let rest = flats.get(*at..place).unwrap_or_default().join(" ");
        GOES.iter().any(|verb| super::words::begins(&rest, verb))
    })?;
    let from = begin.map_or(0, |at| at + 1);
    let end = flats
        .iter()
        .position(|word| word == "thi")
        .filter(|at| (from..verb).contains(at))
        .unwrap_or(verb);
    let outcome = words.get(from..end).unwrap_or_default().join(" ");
    let outcome = outcome.trim_matches([',', ':', '-', ' ']);
    let outcome = if outcome.is_empty() && begin.is_none() {
        "Trả lại"
    } else {
        outcome
    };
    (!outcome.is_empty() && outcome.chars().count() <= 80).then(|| NextRow {
        outcome: capital(outcome),
        to,
    })
}
