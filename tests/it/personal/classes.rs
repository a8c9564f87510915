//! Every column of the live catalogue has a class, and the file names no column that is not there.

use super::*;
use crate::support::databases::{SERVER, lines};
use quytrinh::privacy::{Class, columns};
use std::collections::BTreeSet;

const SQLITE: &str = "SELECT m.name || '.' || c.name AS value FROM sqlite_master m JOIN pragma_table_info(m.name) c \
    WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE 'version\\_words%' ESCAPE '\\'";
const POSTGRES: &str = "SELECT table_name || '.' || column_name AS value FROM information_schema.columns \
    WHERE table_schema = 'public' AND table_name NOT LIKE 'version\\_words%'";

fn live(office: &TestOffice) -> BTreeSet<String> {
    let all = lines(&mut office.connect(), if SERVER.is_some() { POSTGRES } else { SQLITE });
    all.into_iter().filter(|name| !name.starts_with("__diesel")).collect()
}

fn classed() -> BTreeSet<String> {
    let named = columns().into_iter().map(|one| format!("{}.{}", one.table, one.column));
    // The index of words is each database's own.
    named.filter(|name| !name.starts_with("version_words.")).collect()
}

#[actix_web::test]
async fn every_column_has_a_class_and_every_class_a_column() {
    let office = office().await;
    let (live, classed) = (live(&office), classed());
    let without: Vec<&String> = live.difference(&classed).collect();
    assert!(without.is_empty(), "columns without a class: {without:?}");
    let idle: Vec<&String> = classed.difference(&live).collect();
    assert!(idle.is_empty(), "classes without a column: {idle:?}");
    assert_eq!(
        columns().len(),
        columns()
            .iter()
            .map(|one| (&one.table, &one.column))
            .collect::<BTreeSet<_>>()
            .len()
    );
    // The control: a column that appears is missed.
    diesel::RunQueryDsl::execute(
        diesel::sql_query("ALTER TABLE agencies ADD COLUMN telephone TEXT"),
        &mut office.connect(),
    )
    .unwrap();
    assert_eq!(
        self::live(&office).difference(&classed).collect::<Vec<_>>(),
        ["agencies.telephone"]
    );
}

#[actix_web::test]
async fn sealed_values_and_who_saw_them_are_sensitive_and_the_officer_reads_it() {
    let office = office().await;
    for name in [
        "personal_data.ciphertext",
        "personal_accesses.person_id",
        "case_events.note",
    ] {
        let class = columns()
            .into_iter()
            .find(|one| format!("{}.{}", one.table, one.column) == name);
        assert_eq!(class.map(|one| one.class), Some(Class::Sensitive), "{name}");
    }
    let officer = office.sign_in("dulieu").await;
    officer
        .get("/privacy/classes")
        .await
        .is(200)
        .says("personal_data")
        .says("privacy.class.sensitive");
}
