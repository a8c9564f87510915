//! T1: whatever is altered past the program is found and named with its table, its row and its leaf.

use super::ledger_office::{copy_of, in_order, past_the_program, said, sealed_office, verify, verify_at};
use crate::support::databases::{SERVER, lines};
use crate::support::rounds::{figure, rounds};
use diesel::connection::SimpleConnection;
use quytrinh::book::Outcome;
use quytrinh::db::AnyConnection;
use quytrinh::ledger::{Difference, Fault};

/// What is done past the program, and what the report must say of it.
const DEEDS: [(&str, &[&str]); 14] = [
    (
        "UPDATE positions SET name = 'Khác' WHERE code = 'VT'",
        &["Table positions, row ", "altered after leaf "],
    ),
    (
        "DELETE FROM position_holders WHERE id = (SELECT min(id) FROM position_holders)",
        &["Table position_holders, row ", "removed after leaf "],
    ),
    (
        "INSERT INTO positions (id, agency_id, code, name, name_en, unit) SELECT 'x1', agency_id, 'XX', name, name_en, unit \
         FROM positions WHERE code = 'VT'",
        &["Table positions, row x1: not in the ledger"],
    ),
    (
        "UPDATE position_holders SET person_id = (SELECT p.id FROM persons p WHERE p.username = 'chi') \
         WHERE person_id = (SELECT p.id FROM persons p WHERE p.username = 'an')",
        &["Table position_holders, row "],
    ),
    (
        "UPDATE persons SET full_name = 'Ông Khác' WHERE username = 'an'",
        &["Table persons, row ", "altered after leaf "],
    ),
    (
        "UPDATE agencies SET name = 'UBND xã Khác' WHERE code = 'H38.99.01'",
        &["Table agencies, row "],
    ),
    (
        "UPDATE ledger SET act = 'position.removed' WHERE act = 'position.added'",
        &["the entry (table ledger) is not what the leaf says"],
    ),
    (
        "INSERT INTO ledger SELECT agency_id, 9999, at, actor_kind, actor_id, act, object_kind, object_id, details \
         FROM ledger WHERE seq = 1",
        &["an entry (table ledger) has no leaf"],
    ),
    (
        "UPDATE ledger_leaves SET bytes = replace(bytes, 'position.added', 'position.addes') \
         WHERE bytes LIKE '%position.added%'",
        &["its content was altered"],
    ),
    (
        "UPDATE ledger_leaves SET leaf_hash = 'f' || substr(leaf_hash, 2, 62) || 'z' WHERE seq = 3",
        &["leaf 3: its content was altered"],
    ),
    ("DELETE FROM ledger_leaves WHERE seq = 4", &["leaf 4: is missing"]),
    (
        "UPDATE ledger_nodes SET hash = 'f' || substr(hash, 2, 62) || 'z' WHERE idx = 2",
        &["hashes in between (table ledger_nodes) are wrong"],
    ),
    (
        "UPDATE ledger_checkpoints SET note = replace(note, 'ledger', 'Ledger')",
        &["the signature is wrong"],
    ),
    (
        "UPDATE ledger_checkpoints SET root = '0' || substr(root, 2, 62) || 'z'",
        &["the leaves are not those that were signed"],
    ),
];

#[actix_web::test]
async fn whatever_is_altered_past_the_program_is_found_and_named() {
    for (sql, named) in DEEDS {
        let office = sealed_office().await;
        in_order(&office);
        past_the_program(&office.database, sql);
        let checked = verify(&office);
        assert_eq!(checked.outcome, Outcome::Tampered, "{sql}");
        let said = said(&checked);
        for part in named {
            assert!(said.contains(part), "{sql}\n{said}");
        }
    }
}

#[actix_web::test]
async fn a_row_that_was_altered_is_named_with_its_key_and_the_leaf_that_bound_it() {
    let office = sealed_office().await;
    let key = lines(
        &mut office.connect(),
        "SELECT id AS value FROM positions WHERE code = 'VT'",
    )
    .remove(0);
    let leaf = lines(
        &mut office.connect(),
        &format!("SELECT CAST(seq AS TEXT) AS value FROM ledger_leaves WHERE bytes LIKE '%\"positions\",\"{key}\"%'"),
    )
    .remove(0);
    past_the_program(&office.database, "UPDATE positions SET unit = 'Khác' WHERE code = 'VT'");
    let checked = verify(&office);
    let [Fault::Row(fault)] = checked.faults.as_slice() else {
        panic!("{:?}", checked.faults);
    };
    assert_eq!(
        (fault.difference, fault.table.as_str()),
        (Difference::Changed, "positions")
    );
    assert_eq!(
        (fault.key.clone(), fault.leaf.map(|leaf| leaf.to_string())),
        (key, Some(leaf))
    );
}

#[actix_web::test]
async fn a_trigger_that_is_gone_or_another_one_is_found() {
    let office = sealed_office().await;
    let sql = if SERVER.is_some() {
        "DROP TRIGGER ledger_no_change ON ledger"
    } else {
        "DROP TRIGGER ledger_no_update"
    };
    office.connect().batch_execute(sql).unwrap();
    let checked = verify(&office);
    assert_eq!(checked.outcome, Outcome::Tampered);
    assert!(
        said(&checked).contains("The structure of the database"),
        "{}",
        said(&checked)
    );
}

/// The tables that the ledger binds, its own, and their columns; when a checkpoint was stored is told for people only.
pub(super) fn columns(conn: &mut AnyConnection) -> Vec<(String, String)> {
    let names = lines(
        conn,
        "SELECT m.name || ' ' || c.name AS value FROM sqlite_master m JOIN pragma_table_info(m.name) c \
         WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, c.cid",
    );
    let pairs = names.iter().map(|line| line.split_once(' ').unwrap());
    let outside = |table: &str| {
        quytrinh::ledger::OUTSIDE.iter().any(|(name, _)| {
            *name == table && !["ledger", "ledger_leaves", "ledger_nodes", "ledger_checkpoints"].contains(name)
        })
    };
    pairs
        .filter(|(table, column)| !outside(table) && (*table, *column) != ("ledger_checkpoints", "at"))
        .map(|(table, column)| (table.to_owned(), column.to_owned()))
        .collect()
}

/// Every column of some rows of every table: altered by as little as one bit, and each time found. `QUYTRINH_ROUNDS_T1` says
/// how many.
#[actix_web::test]
async fn one_bit_of_any_column_of_any_bound_row_is_found() {
    if SERVER.is_some() {
        return;
    }
    let office = sealed_office().await;
    in_order(&office);
    let folder = tempfile::tempdir_in(office.database.folder.path()).unwrap();
    let copy = copy_of(&office, folder.path());
    let victim = folder.path().join("victim.db");
    let rows = rounds("T1", 2);
    let (mut tried, mut missed) = (0, Vec::new());
    for (table, column) in columns(&mut office.connect()) {
        let rowids = lines(
            &mut office.connect(),
            &format!("SELECT CAST(rowid AS TEXT) AS value FROM \"{table}\" ORDER BY random() LIMIT {rows}"),
        );
        for rowid in rowids {
            std::fs::copy(&copy, &victim).unwrap();
            let mut conn = <AnyConnection as diesel::Connection>::establish(victim.to_str().unwrap()).unwrap();
            let triggers = lines(
                &mut conn,
                &format!("SELECT sql AS value FROM sqlite_master WHERE type = 'trigger' AND tbl_name = '{table}'"),
            );
            let names = lines(
                &mut conn,
                &format!("SELECT name AS value FROM sqlite_master WHERE type = 'trigger' AND tbl_name = '{table}'"),
            );
            let drops: String = names.iter().map(|name| format!("DROP TRIGGER \"{name}\";")).collect();
            // One bit of the first byte of a text, the last bit of a number, something where there was nothing.
            let alter = format!(
                "UPDATE \"{table}\" SET \"{column}\" = CASE typeof(\"{column}\") WHEN 'null' THEN 'x' \
                 WHEN 'integer' THEN \"{column}\" + 1 ELSE char((unicode(\"{column}\") | 1) - (unicode(\"{column}\") & 1)) \
                 || substr(\"{column}\", 2) END WHERE rowid = {rowid}"
            );
            conn.batch_execute("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;")
                .unwrap();
            conn.batch_execute(&drops).unwrap();
            let done = conn.batch_execute(&alter);
            for trigger in triggers {
                conn.batch_execute(&trigger).unwrap();
            }
            drop(conn);
            // A name that another row has already cannot be taken: nothing was altered.
            if done.is_err() {
                continue;
            }
            tried += 1;
            let found = verify_at(victim.to_str().unwrap(), office.database.folder.path(), true);
            if found.is_ok_and(|checked| checked.outcome == Outcome::Ok) {
                missed.push(format!("{table}.{column} of row {rowid}"));
            }
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
    assert!(tried > 100, "{tried}");
    figure(
        "T1",
        &format!("one bit of {tried} values altered, one at a time: all found"),
    );
}

/// The control: what stands outside the ledger by declaration may change, and only that.
#[actix_web::test]
async fn what_is_declared_to_stand_outside_the_ledger_may_change() {
    let office = sealed_office().await;
    past_the_program(&office.database, "UPDATE ledger_pen SET taken = taken + 5");
    in_order(&office);
}
