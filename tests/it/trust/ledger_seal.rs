//! T3, C6: nothing is signed over damaged data; keys; time that never runs back in the book.

use super::ledger_office::{in_order, past_the_program, seal, sealed_office, vault, verify};
use crate::support::TestOffice;
use crate::support::databases::lines;
use crate::support::rounds::figure;
use chrono::TimeDelta;
use quytrinh::book::{self, Outcome, SealFailure, Vault};
use quytrinh::db::Halt;
use quytrinh::kernel::AccessRole;
use quytrinh::ledger::SealError;
use std::os::unix::fs::PermissionsExt;

fn notes(office: &TestOffice) -> usize {
    let notes = "SELECT note AS value FROM ledger_checkpoints WHERE agency_id <> 'deployment'";
    lines(&mut office.connect(), notes).len()
}

#[actix_web::test]
async fn a_book_is_sealed_after_what_was_added_and_not_twice() {
    let office = sealed_office().await;
    in_order(&office);
    let before = notes(&office);
    assert_eq!(seal(&office), 0);
    office.person("dung", &[AccessRole::Official]);
    assert_eq!(seal(&office), 1);
    assert_eq!(notes(&office), before + 1);
    in_order(&office);
    let kept = vault(&office).last_note("H38.99.01").unwrap().unwrap();
    let stored = lines(
        &mut office.connect(),
        &format!(
            "SELECT note AS value FROM ledger_checkpoints WHERE agency_id = '{}' ORDER BY size DESC LIMIT 1",
            office.agency
        ),
    );
    assert_eq!(stored, [kept]);
}

/// What happens between the commit and the signature: each must keep the sealer from signing, and stop all writing.
const DAMAGE: [&str; 6] = [
    "UPDATE ledger_leaves SET bytes = replace(bytes, '\"v\":1', '\"v\":2') WHERE seq = (SELECT max(seq) FROM ledger_leaves)",
    "UPDATE ledger_leaves SET leaf_hash = 'f' || substr(leaf_hash, 2, 62) || '0' WHERE seq = (SELECT max(seq) FROM ledger_leaves)",
    "UPDATE ledger_nodes SET hash = 'f' || substr(hash, 2, 62) || '0'",
    "UPDATE ledger SET object_id = 'x' WHERE seq = (SELECT max(seq) FROM ledger)",
    "UPDATE persons SET full_name = 'Người khác' WHERE username = 'dung'",
    "DELETE FROM persons WHERE username = 'dung'",
];

#[actix_web::test]
async fn nothing_is_signed_over_data_that_were_damaged_before_the_signature() {
    for sql in DAMAGE {
        let office = sealed_office().await;
        office.person("dung", &[AccessRole::Official]);
        let before = notes(&office);
        past_the_program(&office.database, sql);
        let done = book::seal(
            &office.site.db,
            &vault(&office),
            &office.site.clock,
            (&office.agency, "H38.99.01"),
        );
        assert!(
            matches!(done, Err(SealFailure::Ledger(SealError::Damaged(_)))),
            "{sql}: {done:?}"
        );
        assert_eq!(office.site.db.halted(), Some(Halt::Damaged), "{sql}");
        assert_eq!(notes(&office), before, "{sql}");
        assert_eq!(seal(&office), 0, "{sql}: signed all the same");
    }
    figure(
        "T3",
        &format!(
            "{} ways of damage between commit and signature: 0 signed, each stopped writing",
            DAMAGE.len()
        ),
    );
}

/// The control: the same without damage is signed.
#[actix_web::test]
async fn what_was_not_damaged_is_signed() {
    let office = sealed_office().await;
    office.person("dung", &[AccessRole::Official]);
    assert_eq!(seal(&office), 1);
    assert_eq!(office.site.db.halted(), None);
}

#[actix_web::test]
async fn the_key_is_readable_by_its_owner_only_and_a_sealed_one_needs_its_passphrase() {
    let office = sealed_office().await;
    let file = vault(&office).key_file("H38.99.01");
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(
        file.parent().unwrap().metadata().unwrap().permissions().mode() & 0o777,
        0o700
    );

    let folder = tempfile::tempdir().unwrap();
    let with =
        |passphrase: Option<&str>| Vault::new(folder.path(), None, passphrase.map(|text| text.as_bytes().to_vec()));
    let made = with(Some("ruộng bậc thang")).signer("X", false).unwrap().key();
    let text = std::fs::read_to_string(with(None).key_file("X")).unwrap();
    assert!(!text.contains("secret:"), "{text}");
    assert_eq!(with(Some("ruộng bậc thang")).signer("X", true).unwrap().key(), made);
    assert!(with(Some("khác")).signer("X", true).is_err());
    assert!(with(None).signer("X", true).is_err());
    assert!(
        with(None).signer("Y", true).is_err(),
        "a key that the ledger names is not made anew"
    );
}

#[actix_web::test]
async fn another_key_does_not_sign_a_book_that_names_its_own() {
    let office = sealed_office().await;
    std::fs::remove_file(vault(&office).key_file("H38.99.01")).unwrap();
    office.person("dung", &[AccessRole::Official]);
    assert_eq!(seal(&office), 0, "without its key");
    vault(&office).signer("H38.99.01", false).unwrap();
    assert_eq!(seal(&office), 0, "with another one");
    assert_eq!(verify(&office).outcome, Outcome::UnknownKey);
}

#[actix_web::test]
async fn time_in_the_book_never_runs_back_and_a_clock_that_jumps_is_told() {
    let office = sealed_office().await;
    office.wait(TimeDelta::days(-3));
    office.person("dung", &[AccessRole::Official]);
    office.wait(TimeDelta::days(3 + 365 * 5));
    office.person("em", &[AccessRole::Official]);
    let leaves = lines(
        &mut office.connect(),
        &format!(
            "SELECT bytes AS value FROM ledger_leaves WHERE agency_id = '{}' ORDER BY seq",
            office.agency
        ),
    );
    let times: Vec<&str> = leaves
        .iter()
        .map(|leaf| leaf.split("\"at\":").nth(1).unwrap().split(',').next().unwrap())
        .collect();
    assert!(times.is_sorted(), "{times:#?}");
    let told = lines(
        &mut office.connect(),
        "SELECT bytes AS value FROM ledger_leaves WHERE bytes LIKE '%\"clock\":%'",
    );
    assert!(!told.is_empty());
    let now = office.site.clock.now();
    let jump = book::jump(now, std::time::Duration::from_secs(60), now - TimeDelta::hours(1)).unwrap();
    book::tell_jump(&office.site.db, jump).unwrap();
    let acts = lines(
        &mut office.connect(),
        "SELECT details AS value FROM ledger WHERE act = 'clock.anomaly'",
    );
    assert_eq!(acts.len(), 2, "one in the book of each office: {acts:?}");
    seal(&office);
    in_order(&office);
}
