//! The pages about trust name tests that are there: the rows of `tests/trust/rows.toml` and the lines of `docs/asvs.md`.

use super::files::files;
use std::collections::BTreeSet;

/// The names of the tests of this suite, as it lists them itself.
fn of_this_suite() -> BTreeSet<String> {
    let listed = std::process::Command::new(std::env::current_exe().unwrap())
        .arg("--list")
        .output()
        .unwrap();
    let text = String::from_utf8(listed.stdout).unwrap();
    let names = text.lines().filter_map(|line| line.strip_suffix(": test"));
    names.map(|name| format!("it {name}")).collect()
}

/// Whether a file under a folder holds the function of this name.
fn is_in(folder: &str, name: &str) -> bool {
    let function = format!("fn {}(", name.rsplit("::").next().unwrap_or(name));
    files(folder, ".rs").iter().any(|file| file.text.contains(&function))
}

fn is_there(test: &str, known: &BTreeSet<String>) -> bool {
    match test.split_once(' ') {
        Some(("it", _)) => known.contains(test),
        Some(("lib", name)) => is_in("src", name),
        Some(("browser", name)) => is_in("tests/browser", name),
        _command => std::path::Path::new(test.split(' ').next().unwrap_or_default()).exists(),
    }
}

#[test]
fn every_test_that_a_row_of_trust_names_is_there() {
    let text = std::fs::read_to_string("tests/trust/rows.toml").unwrap();
    let rows: toml::Table = text.parse().unwrap();
    let known = of_this_suite();
    let (mut named, mut missing) = (0, Vec::new());
    for row in rows["row"].as_array().unwrap() {
        for test in row["tests"].as_array().unwrap() {
            let test = test.as_str().unwrap();
            named += 1;
            if !is_there(test, &known) {
                missing.push(format!("{}: {test}", row["id"]));
            }
        }
    }
    assert!(named > 20, "{named}");
    assert_eq!(missing, Vec::<String>::new());
    assert!(!is_there("it walls::proofs::no_such_test", &known));
    assert!(!is_there("lib no_such_test", &known));
}

/// Why a module may not be left out of the second run, on a server; none when it may.
fn needs_a_server(module: &str) -> Option<String> {
    let path = format!("tests/it/{}.rs", module.trim_end_matches("::").replace("::", "/"));
    match std::fs::read_to_string(&path) {
        Err(cause) => Some(format!("{path}: {cause}")),
        Ok(text) if text.contains("TestOffice") || text.contains("support::posted") => {
            Some(format!("{path}: an office"))
        }
        Ok(_) => None,
    }
}

#[test]
fn what_is_not_run_again_on_a_server_opens_no_office() {
    let text = std::fs::read_to_string("tests/run").unwrap();
    let (_, rest) = text.split_once("embedded=(").unwrap();
    let (list, _) = rest.split_once(')').unwrap();
    let modules: Vec<&str> = list.split_whitespace().collect();
    assert!(modules.len() > 5, "{modules:?}");
    let wrong: Vec<String> = modules.iter().filter_map(|module| needs_a_server(module)).collect();
    assert_eq!(wrong, Vec::<String>::new());
    // The control.
    assert!(needs_a_server("edge::disk").is_some() && needs_a_server("edge::no_such").is_some());
}

#[test]
fn every_line_of_the_standard_has_a_test_that_is_there_or_says_what_is_missing() {
    let page = std::fs::read_to_string("docs/asvs.md").unwrap();
    let known = of_this_suite();
    let mut numbers = Vec::new();
    let mut faults = Vec::new();
    for line in page
        .lines()
        .filter(|line| line.starts_with("| ") && line.as_bytes()[2].is_ascii_digit())
    {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let number: usize = cells[0].parse().unwrap();
        numbers.push(number);
        let proof = cells[3];
        let tests: Vec<&str> = proof.split('`').skip(1).step_by(2).collect();
        if tests.is_empty() && !proof.contains("missing:") && !proof.contains("by hand:") {
            faults.push(format!("{number}: neither a test nor what is missing"));
        }
        for test in tests {
            if !is_there(test, &known) {
                faults.push(format!("{number}: there is no {test}"));
            }
        }
    }
    assert_eq!(numbers, (1..=72).collect::<Vec<_>>());
    assert_eq!(faults, Vec::<String>::new());
}
