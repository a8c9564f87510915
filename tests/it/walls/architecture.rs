//! Floors and files: imports go down, insides stay inside, pure rooms stay pure, files stay short.

use super::files::{File, files, text};
use std::collections::{BTreeMap, BTreeSet};

/// Longer files are cut in two.
const LONGEST_FILE: usize = 400;

/// The floors as the doc comment of `src/lib.rs` draws them: room → floor.
fn floors() -> BTreeMap<String, usize> {
    let lib = text("src/lib.rs");
    let drawn = lib
        .split("//! ```text\n")
        .nth(1)
        .unwrap()
        .split("//! ```")
        .next()
        .unwrap();
    let mut floor = 0;
    let mut floors = BTreeMap::new();
    for line in drawn.lines() {
        let line = line.trim_start_matches("//!");
        let (number, rest) = line.split_at(line.len().min(4));
        if let Ok(found) = number.trim().parse() {
            floor = found;
        }
        for room in rest.trim().split("  ").next().unwrap().split(", ") {
            floors.insert(room.trim().to_owned(), floor);
        }
    }
    floors
}

/// The rooms that a file names after `crate::`, one by one or in a group.
fn rooms_named(code: &str) -> BTreeSet<String> {
    let word = |text: &str| {
        text.chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect::<String>()
    };
    let mut found = BTreeSet::new();
    for after in code.split("crate::").skip(1) {
        let Some(group) = after.strip_prefix('{') else {
            found.insert(word(after));
            continue;
        };
        let mut depth = 0;
        let mut at_start = true;
        for (place, letter) in group.char_indices() {
            match letter {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => at_start = true,
                _ if at_start && !letter.is_whitespace() => {
                    found.insert(word(&group[place..]));
                    at_start = false;
                }
                _ => {}
            }
        }
    }
    found
}

#[test]
fn the_rooms_on_disk_are_the_rooms_on_the_floors() {
    let drawn: BTreeSet<String> = floors().into_keys().collect();
    let on_disk: BTreeSet<String> = files("src", ".rs")
        .iter()
        .map(|file| file.room().to_owned())
        .filter(|room| room != "lib" && room != "main")
        .collect();
    let lib = text("src/lib.rs");
    let declared: BTreeSet<String> = lib
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';').map(ToOwned::to_owned))
        .collect();
    assert_eq!(drawn, on_disk);
    assert_eq!(drawn, declared);
}

#[test]
fn imports_go_down() {
    let floors = floors();
    let mut wrong = Vec::new();
    for file in files("src", ".rs")
        .iter()
        .filter(|file| floors.contains_key(file.room()))
    {
        let own = file.room();
        for used in rooms_named(&file.code()) {
            // Anything else after `crate::` is a macro or an item of the file's own room.
            let Some(floor) = floors.get(&used) else { continue };
            if used != own && *floor >= floors[own] {
                wrong.push(format!("{}: `{own}` must not use `{used}`", file.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_scanner_sees_imports_in_every_shape() {
    let code = "use crate::people::{self, Gate};\nuse crate::{db::Db, render::{Pages, Words}, web};\nlet x = crate::kernel::new_id();";
    let found: Vec<String> = rooms_named(code).into_iter().collect();
    assert_eq!(found, ["db", "kernel", "people", "render", "web"]);
}

#[test]
fn the_insides_of_a_room_are_private() {
    let floors = floors();
    let open: Vec<String> = files("src", "/mod.rs")
        .iter()
        .filter(|file| file.path.split('/').count() == 3 && floors.contains_key(file.room()))
        .flat_map(|file| {
            let open = |line: &&str| line.trim_start().starts_with("pub mod ");
            file.code()
                .lines()
                .filter(open)
                .map(|line| format!("{}: {line}", file.path))
                .collect::<Vec<_>>()
        })
        .collect();
    assert!(open.is_empty(), "{}", open.join("\n"));
}

/// Frameworks, and where they may be named: rooms, and shelves (files or folders) of any room.
const FRAMEWORKS: [(&str, &[&str], &[&str]); 3] = [
    // `kernel` derives how ids and enumerations are stored; `web` turns a missing row into 404.
    (
        "diesel",
        &["kernel", "db", "ledger", "web"],
        &["schema", "store", "actions"],
    ),
    // `public` and `home` are pages all through.
    (
        "actix_web",
        &["web", "app", "cli", "public", "home"],
        &["pages", "gate"],
    ),
    ("tera", &["render"], &[]),
];

#[test]
fn frameworks_are_named_on_their_shelves_only() {
    let mut wrong = Vec::new();
    for file in files("src", ".rs") {
        // How a thing is read from its row may stand with the thing, and a failure of the database is passed on.
        let code = ["diesel::Queryable", "diesel::QueryResult", "diesel::OptionalExtension"]
            .iter()
            .fold(file.code(), |code, name| code.replace(name, ""));
        let shelves: Vec<&str> = file
            .path
            .split('/')
            .skip(2)
            .map(|part| part.trim_end_matches(".rs"))
            .collect();
        for (framework, rooms, allowed) in FRAMEWORKS {
            let is_allowed = rooms.contains(&file.room()) || shelves.iter().any(|shelf| allowed.contains(shelf));
            if !is_allowed && code.contains(&format!("{framework}::")) {
                wrong.push(format!("{}: names {framework}", file.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_the_commands_read_the_environment() {
    let reads = |file: &File| {
        ["std::env", "env::var", "env = "]
            .iter()
            .any(|way| file.code_without_tests().contains(way))
    };
    let wrong: Vec<String> = files("src", ".rs")
        .into_iter()
        .filter(|file| file.room() != "cli" && reads(file))
        .map(|file| file.path)
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn every_file_says_first_what_it_holds_and_is_short() {
    let mut wrong = Vec::new();
    for file in files("src", ".rs").into_iter().chain(files("tests", ".rs")) {
        let first = file.text.lines().next().unwrap_or_default();
        let sentence = file
            .text
            .lines()
            .take_while(|line| line.starts_with("//!"))
            .collect::<Vec<_>>()
            .join(" ");
        if !first.starts_with("//! ") || !sentence.contains(['.', ':', '!']) {
            wrong.push(format!("{}: the first line is no sentence about the file", file.path));
        }
        let lines = file.text.lines().count();
        if lines > LONGEST_FILE {
            wrong.push(format!("{}: {lines} lines, more than {LONGEST_FILE}", file.path));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
