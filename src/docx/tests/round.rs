//! The library written as Word files and read back.

use super::{recognised, roles};
use crate::docx::{Paper, compose, write};
use crate::procedures::{Source, StepTimes, parse};

/// The whole library, by file name.
pub(super) fn library() -> Vec<(String, Source)> {
    let dir = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/procedures"));
    let mut all: Vec<(String, Source)> = std::fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "md"))
        .map(|path| {
            let source = parse(&std::fs::read_to_string(&path).unwrap()).document.unwrap();
            (path.file_name().unwrap().to_string_lossy().into_owned(), source)
        })
        .collect();
    all.sort_by(|one, other| one.0.cmp(&other.0));
    all
}

pub(super) fn paper(source: &Source) -> Vec<u8> {
    let roles = roles();
    let name = |code: &str| {
        roles
            .iter()
            .find(|role| role.code == code)
            .map_or(code.to_owned(), |role| role.name.clone())
    };
    let paper = Paper {
        agency: "UBND xã Bảo Hà".to_owned(),
        sort: "QUY TRÌNH".to_owned(),
        title: source.title.clone(),
        code: source.code.clone(),
        version: "Lần ban hành: 1".to_owned(),
        mark: "DỰ THẢO".to_owned(),
        signed: Vec::new(),
        blocks: compose(source, &name),
    };
    write(&paper).unwrap()
}

/// The steps with shared cells by their limits: their codes are given anew.
fn steps(source: &Source) -> Vec<String> {
    let limit = |text: &String| {
        let shared = source.shared_times.iter().find(|row| row.code == *text);
        shared.map_or_else(|| text.clone(), |row| format!("shared {}", row.limit))
    };
    source
        .steps
        .iter()
        .map(|step| {
            let time = match &step.time {
                StepTimes::Unstated => Vec::new(),
                StepTimes::Same(text) => vec![(String::new(), limit(text))],
                StepTimes::ByDuration(all) => all.iter().map(|(case, text)| (case.clone(), limit(text))).collect(),
            };
            let mut step = step.clone();
            step.time = StepTimes::Unstated;
            format!("{step:#?} {time:#?}")
        })
        .collect()
}

#[test]
fn every_procedure_of_the_library_comes_back_with_the_same_steps_and_lists() {
    let all = library();
    assert!(all.len() > 40);
    for (name, source) in all {
        let back = recognised(&paper(&source)).source;
        assert_eq!(back.code, source.code, "{name}");
        assert_eq!(back.kind, source.kind, "{name}");
        assert_eq!(back.title, source.title, "{name}");
        assert_eq!(back.field, source.field, "{name}");
        assert_eq!(back.tthc, source.tthc, "{name}");
        assert_eq!(back.durations, source.durations, "{name}");
        assert_eq!(back.legal_basis, source.legal_basis, "{name}");
        if !source.dossier.is_empty() {
            assert_eq!(back.dossier, source.dossier, "{name}");
        }
        assert_eq!(back.records, source.records, "{name}");
        for (one, other) in steps(&back).iter().zip(steps(&source)) {
            assert_eq!(*one, other, "{name}");
        }
        assert_eq!(back.steps.len(), source.steps.len(), "{name}");
    }
}
