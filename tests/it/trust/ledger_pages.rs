//! The pages of the ledger, and what is true of its tables.

use super::ledger_office::{seal, sealed_office};
use crate::support::databases::{SERVER, lines};
use quytrinh::kernel::AccessRole;
use quytrinh::ledger::OUTSIDE;

#[actix_web::test]
async fn an_auditor_reads_what_was_done_one_leaf_with_its_proof_and_takes_the_bundle() {
    let office = sealed_office().await;
    office.person("kiemtoan", &[AccessRole::Auditor]);
    let auditor = office.sign_in("kiemtoan").await;
    seal(&office);
    let list = auditor.get("/ledger?act=position.added&who=house").await;
    list.is(200).says("position.added").lacks("account.added");
    auditor.get("/ledger?from=2026-13-40").await.is(200).says("2026-11-23");
    auditor.get("/ledger/leaf/3").await.is(200).says("RFC 6962");
    auditor.get("/ledger/leaf/99999").await.is(404);
    let bundle = auditor.get("/ledger/bundle/zip").await;
    bundle.is(200);
    assert_eq!(bundle.header("content-type"), "application/zip");
    auditor.get("/ledger/bundle/tar").await.is(404);
    list.says("book.bundle");
    // Whoever administers, or answers for personal data, reads and verifies, and takes nothing out.
    for (username, role) in [
        ("quantri", AccessRole::Administrator),
        ("dulieu", AccessRole::DataOfficer),
    ] {
        office.person(username, &[role]);
        let reader = office.sign_in(username).await;
        reader.get("/ledger").await.is(200).lacks("book.bundle");
        reader.get("/ledger/bundle/zip").await.is(403);
    }
    let official = office.sign_in("an").await;
    for path in ["/ledger", "/ledger/leaf/3", "/ledger/bundle/zip"] {
        official.get(path).await.is(403);
    }
}

#[actix_web::test]
async fn every_table_is_bound_by_the_ledger_or_declared_to_stand_outside() {
    let office = sealed_office().await;
    let sql = if SERVER.is_some() {
        "SELECT table_name::text AS value FROM information_schema.tables WHERE table_schema = 'public'"
    } else {
        "SELECT name AS value FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    };
    let tables = lines(&mut office.connect(), sql);
    let bound: Vec<&String> = tables
        .iter()
        .filter(|table| OUTSIDE.iter().all(|(name, _)| name != table))
        .collect();
    // Each of them is compared by the verification; the same list, told by another way.
    let compared = super::ledger_office::verify(&office).rows;
    let mut compared: Vec<&String> = compared.keys().collect();
    let mut bound = bound;
    bound.sort();
    compared.sort();
    assert_eq!(bound, compared);
    for (name, why) in OUTSIDE {
        assert!(why.len() > 10, "{name} stands outside for a reason");
        let is_there = tables.iter().any(|table| table == name);
        // The index of words has other tables in each database.
        assert!(is_there || name.starts_with("version_words_"), "{name} is no table");
    }
}
