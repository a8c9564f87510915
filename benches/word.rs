//! How long Word files take to be read: 146 of them, made of the library by our own writer.
//!
//! `cargo bench --bench word`

use quytrinh::docx::{Known, Paper, compose, read, recognise, write};
use quytrinh::procedures::{RoleEntry, Source, parse, parse_roles};
use std::time::Instant;

/// The procedures of a commune.
const FILES: usize = 146;
const ROUNDS: usize = 10;

fn paper(source: &Source, roles: &[RoleEntry]) -> Vec<u8> {
    let name = |code: &str| {
        roles
            .iter()
            .find(|role| role.code == code)
            .map_or(code.to_owned(), |role| role.name.clone())
    };
    let paper = Paper {
        agency: "UBND xã".to_owned(),
        sort: "QUY TRÌNH".to_owned(),
        title: source.title.clone(),
        code: source.code.clone(),
        version: "Lần ban hành: 1".to_owned(),
        mark: String::new(),
        signed: Vec::new(),
        blocks: compose(source, &name),
    };
    write(&paper).unwrap_or_default()
}

fn main() {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/procedures");
    let roles = std::fs::read_to_string(format!("{dir}/roles.toml"))
        .map(|text| parse_roles(&text).0.roles)
        .unwrap_or_default();
    let mut library = Vec::new();
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        let text = std::fs::read_to_string(entry.path()).unwrap_or_default();
        library.extend(parse(&text).document.filter(|source| !source.steps.is_empty()));
    }
    library.sort_by(|one, other| one.code.cmp(&other.code));
    let begun = Instant::now();
    let files: Vec<Vec<u8>> = library
        .iter()
        .cycle()
        .take(FILES)
        .map(|source| paper(source, &roles))
        .collect();
    let written = begun.elapsed();
    if let Some(out) = std::env::args().skip(1).find(|arg| !arg.starts_with('-')) {
        for (at, bytes) in files.iter().enumerate() {
            drop(std::fs::write(format!("{out}/{:03}.docx", at + 1), bytes));
        }
    }
    let bytes: usize = files.iter().map(Vec::len).sum();
    let known = Known {
        file_name: "x.docx",
        roles: &roles,
    };
    let mut times: Vec<f64> = Vec::new();
    let (mut steps, mut notes) = (0, 0);
    for _ in 0..ROUNDS {
        (steps, notes) = (0, 0);
        let begun = Instant::now();
        for bytes in &files {
            if let Ok(word) = read(bytes) {
                let found = recognise(&word, &known);
                steps += found.source.steps.len();
                notes += found.notes.len();
            }
        }
        times.push(begun.elapsed().as_secs_f64());
    }
    times.sort_by(f64::total_cmp);
    let median = times.get(ROUNDS / 2).copied().unwrap_or_default();
    println!(
        "{} Word files, {} KiB, written in {written:.0?}",
        files.len(),
        bytes / 1024
    );
    println!(
        "read and recognised in {:.0} ms (median of {ROUNDS}): {steps} steps, {notes} notes",
        median * 1000.0
    );
}
