//! Readers never write, and nothing is decided by what a reader saw: between its look and the change, others act.

use crate::support::TestOffice;
use crate::walls::files::{File, files};
use diesel::prelude::*;
use quytrinh::web::Failure;

#[actix_web::test]
async fn the_database_itself_refuses_a_write_on_a_reader() {
    let office = TestOffice::start().await;
    let before = office.digest();
    for sql in [
        "UPDATE agencies SET name = 'x'",
        "DELETE FROM holidays",
        "INSERT INTO counters (agency_id, name, value) SELECT id, 'x', 1 FROM agencies",
        "CREATE TABLE x (y TEXT)",
    ] {
        let done = office
            .site
            .db
            .read(|conn| Ok::<_, Failure>(diesel::sql_query(sql).execute(conn)?));
        assert!(done.is_err(), "{sql}");
    }
    assert_eq!(office.digest(), before);
    // The control: the writer may.
    let done = office.act(|work| {
        diesel::sql_query("UPDATE agencies SET name = 'x'").execute(work.conn)?;
        work.record("test.acted", ("test", "x"), serde_json::json!({}));
        Ok::<_, Failure>(())
    });
    assert!(done.is_ok());
    assert_ne!(office.digest(), before);
}

/// How a change begins, and how a reader is taken.
const CHANGES: [&str; 5] = ["ledger::change(", ".change(", ".try_change(", "db.write(", " change("];
const READERS: [&str; 5] = ["ledger::read(", ".read(|conn", "db.read(", "db().read(", "desk.read("];

/// The text up to the bracket that closes the one before it.
fn inside(text: &str) -> &str {
    let mut depth = 1;
    let end = text.char_indices().find_map(|(place, letter)| {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        (depth == 0).then_some(place)
    });
    &text[..end.unwrap_or(text.len())]
}

/// Where a file takes a reader inside a change, as far as its text tells.
fn readers_in_changes(file: &File) -> Vec<String> {
    let code = file.code_without_tests();
    let mut found = Vec::new();
    for change in CHANGES {
        for after in code.split(change).skip(1) {
            let deed = inside(after);
            found.extend(READERS.iter().filter(|reader| deed.contains(**reader)).map(|reader| {
                format!(
                    "{}: `{reader}` inside `{change}`: {}",
                    file.path,
                    deed.lines().next().unwrap_or_default()
                )
            }));
        }
    }
    found
}

/// Where a file with acts, which are handed a change, takes a reader in one: a function that is given a `Work` and reads
/// elsewhere.
fn readers_in_acts(file: &File) -> Vec<String> {
    let code = file.code_without_tests();
    let mut found = Vec::new();
    for function in code
        .split("\nfn ")
        .flat_map(|part| part.split("\npub fn "))
        .flat_map(|part| part.split("\npub("))
    {
        let head = function.split('{').next().unwrap_or_default();
        let reads = READERS.iter().any(|reader| function.contains(reader));
        if head.contains("work: &mut Work") && reads {
            found.push(format!("{}: {}", file.path, head.lines().next().unwrap_or_default()));
        }
    }
    found
}

fn has_acts(file: &File) -> bool {
    file.path
        .split('/')
        .any(|part| part.trim_end_matches(".rs") == "actions")
}

#[test]
fn no_act_decides_by_a_reader() {
    let all = files("src", ".rs");
    let mut wrong: Vec<String> = all.iter().flat_map(readers_in_changes).collect();
    wrong.extend(all.iter().filter(|file| has_acts(file)).flat_map(readers_in_acts));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let acts = all.iter().filter(|file| has_acts(file)).count();
    assert!(acts > 10);
    crate::support::rounds::figure(
        "D10",
        &format!("{acts} files with acts, none of which asks a reader; the database refuses a write on one"),
    );
}

#[test]
fn a_reader_inside_a_change_is_found() {
    let planted = [
        "ledger::change(&db, actor, move |work| {\n    let seen = db.read(|conn| look(conn))?;\n    Ok(())\n})",
        "desk.change(move |work| { ledger::read(&db, &actor, look)?; act(work) })",
    ];
    for text in planted {
        let file = File {
            path: "src/x/actions.rs".to_owned(),
            text: text.to_owned(),
        };
        assert!(!readers_in_changes(&file).is_empty(), "{text}");
    }
    let file = File {
        path: "src/x/actions.rs".to_owned(),
        text: "\npub fn sign(work: &mut Work<'_>, db: &Db) -> Result<(), Failure> {\n    let head = db.read(|conn| head(conn))?;\n}".to_owned(),
    };
    assert!(!readers_in_acts(&file).is_empty());
    let good = File {
        path: "src/x/actions.rs".to_owned(),
        text: "let seen = ledger::read(&db, &actor, look)?;\nledger::change(&db, actor, move |work| act(work))"
            .to_owned(),
    };
    assert!(readers_in_changes(&good).is_empty());
}
