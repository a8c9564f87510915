//! The library in `procedures/`: every file is whole, canonical and without errors, and every fault code has words.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::*;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn library() -> Vec<(String, String)> {
    let mut files: Vec<_> = std::fs::read_dir(folder("procedures"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .map(|path| {
            (
                path.file_name().unwrap().to_string_lossy().into_owned(),
                std::fs::read_to_string(&path).unwrap(),
            )
        })
        .collect();
    files.sort();
    files
}

fn catalogue() -> RoleCatalogue {
    let text = std::fs::read_to_string(folder("procedures/roles.toml")).unwrap();
    let (roles, faults) = parse_roles(&text);
    assert_eq!(faults, []);
    assert_eq!(write_roles(&roles), text);
    roles
}

#[test]
fn no_file_of_the_library_has_an_error() {
    let files = library();
    assert!(files.len() > 50);
    let texts: Vec<&str> = files.iter().map(|(_, text)| text.as_str()).collect();
    let mut errors = check_all(&texts, Some(&catalogue()));
    errors.retain(|(_, fault)| fault.severity == Severity::Error);
    let named: Vec<_> = errors
        .iter()
        .map(|(file, fault)| (files[*file].0.as_str(), fault))
        .collect();
    assert!(named.is_empty(), "{named:#?}");
}

#[test]
fn every_file_of_the_library_is_canonical_composed_and_named_after_its_code() {
    for (name, text) in library() {
        let document = parse(&text).document.unwrap();
        assert_eq!(write(&document), text, "{name}");
        assert_eq!(nfc(&text), text, "{name}");
        assert!(
            name.starts_with(&document.code.to_lowercase().replace('.', "-")),
            "{name}"
        );
    }
}

#[test]
fn every_role_of_the_catalogue_serves() {
    let roles = catalogue();
    let documents: Vec<Source> = library()
        .iter()
        .map(|(_, text)| parse(text).document.unwrap())
        .collect();
    let used: BTreeSet<&String> = documents
        .iter()
        .flat_map(|document| document.steps.iter().flat_map(|step| &step.roles))
        .collect();
    let idle: Vec<&str> = roles
        .roles
        .iter()
        .map(|role| role.code.as_str())
        .filter(|code| !used.contains(&(*code).to_owned()))
        .collect();
    assert!(idle.is_empty(), "{idle:?}");
}

#[test]
fn every_fault_has_words_in_both_languages() {
    let codes = [
        "no-front-matter",
        "open-front-matter",
        "syntax",
        "unknown-key",
        "missing-field",
        "bad-type",
        "bad-value",
        "bad-time",
        "unknown-role",
        "unknown-form",
        "duplicate-code",
        "duplicate-document",
        "input-no-form",
        "input-too-many",
        "input-code",
        "input-twice",
        "input-label",
        "input-long",
        "input-kind",
        "input-options",
        "input-no-options",
        "input-option",
        "input-rule",
        "input-rule-kind",
        "input-range",
        "input-within",
        "input-columns",
        "input-when",
        "input-other-day",
    ];
    let expected: BTreeSet<String> = codes
        .iter()
        .flat_map(|code| [(*code).to_owned(), format!("{code}.hint")])
        .collect();
    for language in ["vi", "en"] {
        let text = std::fs::read_to_string(folder("templates/words").join(language).join("fault.toml")).unwrap();
        let words: toml::Table = text.parse().unwrap();
        assert_eq!(words.keys().cloned().collect::<BTreeSet<_>>(), expected, "{language}");
    }
}

#[test]
fn a_table_that_is_put_into_a_document_is_the_table_of_that_document() {
    for (name, text) in library() {
        let parsed = parse(&text);
        let mut source = Source {
            forms: parsed.document.unwrap().forms,
            ..Source::default()
        };
        let forms = source.forms.clone();
        put_table(&mut source, &parsed.table);
        assert_eq!(step_table(&source), parsed.table, "{name}");
        assert_eq!(source.forms, forms, "{name}");
        assert_eq!(parse(&write(&source)).table, parsed.table, "{name}");
    }
}
