//! Power that is lent is signed by whoever lends it: the statement holds, anybody can check it, whatever is altered is found,
//! and nothing is lent without it.

use super::{id, refused};
use crate::signatures::behind;
use crate::support::TestOffice;
use chrono::TimeDelta;
use diesel::prelude::*;
use diesel::sql_types::Text;
use quytrinh::kernel::AccessRole;
use quytrinh::people::{self, Capacity, NewLoan, Scope};
use quytrinh::web::Failure;

async fn office() -> TestOffice {
    let office = TestOffice::start().await;
    for (username, access) in [
        ("chutich", AccessRole::Chair),
        ("pho", AccessRole::Leader),
        ("pho2", AccessRole::Leader),
    ] {
        office.person(username, &[access]);
    }
    office.position("CT", "Chủ tịch");
    office.holds("chutich", "CT");
    office
}

fn lend(office: &TestOffice, to: &str) -> Result<String, Failure> {
    let today = office.site.clock.today();
    let new = NewLoan {
        position_id: office.read(|work| people::position_by_code(work, "CT")).unwrap().id,
        person_id: id(office, to),
        capacity: Capacity::Kt,
        scope: Scope::Documents,
        days: (today, today + TimeDelta::days(9)),
        reason: "Đi học\nden: 2027-12-31".to_owned(),
        decision_no: "21/QĐ-UBND".to_owned(),
    };
    let fresh = office.confirmed("chutich");
    office.act_as("chutich", move |work| people::lend(work, &fresh, &new))
}

#[derive(QueryableByName)]
struct Signed {
    #[diesel(sql_type = Text)]
    statement: String,
    #[diesel(sql_type = Text)]
    signature: String,
    #[diesel(sql_type = Text)]
    key_id: String,
}

fn signed(office: &TestOffice) -> Signed {
    diesel::sql_query("SELECT statement, signature, key_id FROM position_holders WHERE lent_by IS NOT NULL")
        .get_result(&mut office.connect())
        .unwrap()
}

/// How many statements there are, and what does not hold.
fn verified(office: &TestOffice) -> (usize, Vec<&'static str>) {
    let home = office.site.db.home();
    let (count, problems) = office.read(|work| people::verify_loans(work, home)).unwrap();
    (count, problems.into_iter().map(|one| one.flaw.as_str()).collect())
}

#[actix_web::test]
async fn the_lender_signs_what_is_lent_and_both_sides_read_it() {
    let office = office().await;
    let size = office.read(quytrinh::ledger::head).unwrap().size;
    let (lender, borrower) = (id(&office, "chutich"), id(&office, "pho"));
    let loan = lend(&office, "pho").unwrap();
    let statement = signed(&office).statement;
    for line in [
        "quytrinh/delegation/v1".to_owned(),
        "co-quan: H38.99.01 UBND xã Thử".to_owned(),
        format!("uy-quyen: {loan}"),
        format!("nguoi-uy-quyen: {lender} | Ông/Bà chutich"),
        format!("nguoi-duoc-uy-quyen: {borrower} | Ông/Bà pho"),
        "tu-cach: KT".to_owned(),
        "pham-vi: tai-lieu".to_owned(),
        "tu: 2026-11-23".to_owned(),
        "den: 2026-12-02".to_owned(),
        "quyet-dinh: 21/QĐ-UBND".to_owned(),
        "ly-do: Đi học den: 2027-12-31".to_owned(),
        "thoi-diem: 2026-11-23T09:00:00+07:00".to_owned(),
        "xac-thuc: mat-khau".to_owned(),
    ] {
        assert!(statement.lines().any(|one| one == line), "{line} in\n{statement}");
    }
    // The key of the lender was made in between: an entry of its own.
    assert!(
        statement.contains(&format!("ledger: size={} root=", size + 1)),
        "{statement}"
    );
    assert_eq!(verified(&office), (1, vec![]));
    let print = people::fingerprint(statement.as_bytes());
    for username in ["chutich", "pho"] {
        let page = office.sign_in(username).await.get("/delegations").await;
        page.is(200).says(&print).says(&format!("uy-quyen: {loan}"));
    }
    let stranger = office.sign_in("pho2").await;
    stranger.get("/delegations").await.is(200).lacks(&print);
    // It ends early as before: the statement stays and still holds.
    office
        .act_as("chutich", move |work| people::end_loan(work, &loan))
        .unwrap();
    assert_eq!(verified(&office), (1, vec![]));
}

#[actix_web::test]
async fn another_program_checks_it_and_finds_a_word_that_was_changed() {
    let office = office().await;
    lend(&office, "pho").unwrap();
    let signed = signed(&office);
    let home = office.site.db.home();
    let (key, agency) = office
        .read(|work| {
            let key = people::keys_by_id(work, std::slice::from_ref(&signed.key_id))?.remove(&signed.key_id);
            Ok::<_, Failure>((key.unwrap(), people::agency_key(work, home.as_deref())?))
        })
        .unwrap();
    let public = people::base64(&people::from_hex(&key.public_key).unwrap());
    let keys = format!(
        "khoa-nguoi-ky: ed25519:{public}\nkhoa-co-quan: ed25519:{}\n\n{}",
        people::base64(&agency.public()),
        key.certificate.unwrap()
    );
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    put("signature.txt", &signed.signature);
    put("key.txt", &keys);
    let check = |statement: &str| {
        put("statement.txt", statement);
        let done = std::process::Command::new("python3")
            .arg("tests/verify/signature.py")
            .arg(folder.path())
            .output()
            .unwrap();
        (done.status.code(), String::from_utf8_lossy(&done.stdout).into_owned())
    };
    let (code, told) = check(&signed.statement);
    assert_eq!(code, Some(0), "{told}");
    assert!(
        told.contains("certified person: holds") && told.contains("signature: holds"),
        "{told}"
    );
    let (code, told) = check(&signed.statement.replace("den: 2026-12-02", "den: 2027-12-02"));
    assert_eq!(code, Some(1));
    assert!(told.contains("signature: DOES NOT HOLD"), "{told}");
}

#[actix_web::test]
async fn whatever_is_altered_past_the_program_is_named() {
    let changes: [(&str, &[&str]); 12] = [
        (
            "statement = replace(statement, 'den: 2026-12-02', 'den: 2026-12-09'), valid_to = '2026-12-09'",
            &["signature"],
        ),
        ("statement = statement || ' '", &["signature", "statement"]),
        (
            "signature = CASE substr(signature, 1, 1) WHEN 'A' THEN 'B' ELSE 'A' END || substr(signature, 2, 87)",
            &["signature"],
        ),
        ("valid_to = '2026-12-03'", &["statement"]),
        ("valid_from = '2026-11-22'", &["statement"]),
        ("scope = 'all'", &["statement"]),
        ("capacity = 'tuq'", &["statement"]),
        ("reason = 'khác'", &["statement"]),
        ("decision_no = '22/QĐ-UBND'", &["statement"]),
        ("ledger_size = ledger_size + 1", &["statement"]),
        ("lent_at = '2026-11-23 03:00:00'", &["statement"]),
        (
            "person_id = (SELECT id FROM persons WHERE username = 'pho2')",
            &["statement"],
        ),
    ];
    for (set, expected) in changes {
        let office = office().await;
        lend(&office, "pho").unwrap();
        assert_eq!(verified(&office), (1, vec![]), "before anything was changed");
        behind(&office, "position_holders", &format!("{set} WHERE lent_by IS NOT NULL"));
        assert_eq!(verified(&office), (1, expected.to_vec()), "{set}");
    }
    // One from which the statement was taken is missed; the first of them stays as it was.
    let office = office().await;
    lend(&office, "pho").unwrap();
    let second = lend(&office, "pho2").unwrap();
    let none = "statement = NULL, signature = NULL, key_id = NULL, ledger_size = NULL, lent_at = NULL";
    behind(&office, "position_holders", &format!("{none} WHERE id = '{second}'"));
    assert_eq!(verified(&office), (1, vec!["missing"]));
    let key = "public_key = '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c'";
    behind(&office, "signing_keys", key);
    assert_eq!(verified(&office), (1, vec!["signature", "certificate", "missing"]));
}

#[actix_web::test]
async fn nothing_is_lent_without_the_lenders_own_certified_key() {
    let office = office().await;
    let (pho, position) = (
        id(&office, "pho"),
        office.read(|work| people::position_by_code(work, "CT")).unwrap().id,
    );
    let today = office.site.clock.today();
    let new = NewLoan {
        position_id: position,
        person_id: pho,
        capacity: Capacity::Kt,
        scope: Scope::All,
        days: (today, today),
        reason: "Đi học".to_owned(),
        decision_no: "21/QĐ-UBND".to_owned(),
    };
    // The confirmation of another, and one that is too old, open no key of the lender.
    let (others, old) = (office.confirmed("pho2"), office.confirmed("chutich"));
    office.wait(TimeDelta::seconds(301));
    for fresh in [others, old] {
        let new = new.clone();
        let lent = office.act_as("chutich", move |work| people::lend(work, &fresh, &new));
        refused(lent, 403, "people.confirm.stale");
    }
    behind(&office, "signing_keys", "certificate = NULL");
    refused(lend(&office, "pho"), 409, "people.lending.refused.unattested");
    assert_eq!(verified(&office), (0, vec![]));
}

#[actix_web::test]
async fn the_database_takes_no_loan_that_its_lender_did_not_sign_and_alters_none() {
    let office = office().await;
    office.confirmed("pho2");
    lend(&office, "pho").unwrap();
    let run = |sql: &str| diesel::sql_query(sql).execute(&mut office.connect());
    let copied = |key: &str, statement: &str| {
        run(&format!(
            "INSERT INTO position_holders (id, agency_id, position_id, person_id, valid_from, valid_to, decision_no, capacity, \
             lent_by, scope, reason, statement, signature, key_id, ledger_size, lent_at) SELECT 'l{}', agency_id, position_id, \
             person_id, valid_from, valid_to, decision_no, capacity, lent_by, scope, reason, {statement} \
             FROM position_holders WHERE lent_by IS NOT NULL",
            key.len()
        ))
    };
    let another = format!(
        "statement, signature, (SELECT id FROM signing_keys WHERE person_id = '{}'), ledger_size, lent_at",
        id(&office, "pho2")
    );
    assert!(copied("1", "NULL, NULL, NULL, NULL, NULL").is_err(), "unsigned");
    assert!(
        copied("22", "statement, NULL, key_id, ledger_size, lent_at").is_err(),
        "half signed"
    );
    assert!(copied("333", &another).is_err(), "with the key of another");
    for set in [
        "statement = 'x'",
        "ledger_size = ledger_size + 1",
        "reason = 'khác'",
        "scope = 'all'",
        "capacity = 'tl'",
    ] {
        let change = format!("UPDATE position_holders SET {set} WHERE lent_by IS NOT NULL");
        assert!(run(&change).is_err(), "{set}");
    }
    // The control: what its lender signed is taken.
    assert_eq!(
        copied("4444", "statement, signature, key_id, ledger_size, lent_at"),
        Ok(1)
    );
}
