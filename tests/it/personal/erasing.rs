//! Erasure: by two people, for good, and only where the law does not have the data kept.

use super::sealed::files_with;
use super::*;
use crate::support::databases::{SERVER, lines};
use crate::support::rounds::figure;
use crate::trust::ledger_office;
use diesel::prelude::*;
use quytrinh::app;
use quytrinh::book::Outcome;
use quytrinh::db::Keyring;

const BASIS: &str = "Luật 91/2025/QH15";

fn propose(office: &TestOffice, number: i64, case: &CaseId) -> Result<(), Failure> {
    let (seen, case) = (version(office, number), case.clone());
    office.act_as("dulieu", move |work| {
        let named = privacy::Named {
            cases: vec![case],
            records: Vec::new(),
        };
        privacy::propose(work, (number, seen), (&named, BASIS))
    })
}

fn approve(office: &TestOffice, username: &str, number: i64) -> Result<(), Failure> {
    let seen = version(office, number);
    let fresh = office.confirmed(username);
    office.act_as(username, move |work| privacy::approve(work, &fresh, number, seen))?;
    personal::forget_keys(&office.site.db)
}

/// After an erasure every row is as the ledger has it, and the note of before is still one of its states; the control: a
/// sealed value that went without an erasure is found.
fn the_ledger_stands(office: &TestOffice, note: &str) {
    ledger_office::seal(office);
    let after = ledger_office::verify(office);
    assert_eq!(after.outcome, Outcome::Ok, "{}", ledger_office::said(&after));
    let now = ledger_office::vault(office).last_note("H38.99.01").unwrap().unwrap();
    assert_ne!(now, note, "the erasure is sealed");
    // The note of before, put back in the place of the last one: the ledger still contains that state.
    ledger_office::vault(office).keep_note("H38.99.01", note).unwrap();
    let older = ledger_office::verify(office);
    assert_eq!(older.outcome, Outcome::Ok, "{}", ledger_office::said(&older));
    ledger_office::vault(office).keep_note("H38.99.01", &now).unwrap();
    if SERVER.is_none() {
        let apart = tempfile::tempdir().unwrap();
        let copy = ledger_office::copy_of(office, apart.path());
        let altered = "UPDATE personal_data SET commitment = printf('%064d', 7) WHERE field = 'phone'";
        crate::support::databases::unguarded(copy.to_str().unwrap(), altered);
        let found = ledger_office::verify_at(copy.to_str().unwrap(), office.database.folder.path(), true).unwrap();
        assert_ne!(found.outcome, Outcome::Ok, "{}", ledger_office::said(&found));
    }
}

#[actix_web::test]
async fn what_was_erased_is_in_no_file_and_no_older_copy_of_the_database_opens_it() {
    let office = office().await;
    let case = refused_case(&office);
    let kept = fixture::received(&office);
    let folder = office.database.folder.path();
    in_december(&office, 30);
    let number = register(&office, Kind::Erasure);
    assert_eq!(
        look_as(&office, "dulieu", &case.id, Some(Reason::Request))
            .unwrap()
            .text(Field::Phone),
        SAID[1]
    );
    let sealed = "SELECT coalesce(salt, '') || ' ' || coalesce(ciphertext, '') AS value FROM personal_data";
    let of_case = format!("{sealed} WHERE subject_id = '{}' AND salt IS NOT NULL", case.id);
    let before: Vec<String> = lines(&mut office.connect(), &of_case);
    let commitments = format!(
        "SELECT commitment AS value FROM personal_data WHERE subject_id = '{}' ORDER BY field",
        case.id
    );
    let committed = lines(&mut office.connect(), &commitments);
    let copy = tempfile::tempdir().unwrap();
    let older = copy.path().join("older.db");
    if SERVER.is_none() {
        diesel::sql_query(format!("VACUUM INTO '{}'", older.display()))
            .execute(&mut office.connect())
            .unwrap();
    }
    ledger_office::seal(&office);
    let before_erasing = ledger_office::verify(&office);
    assert_eq!(
        before_erasing.outcome,
        Outcome::Ok,
        "{}",
        ledger_office::said(&before_erasing)
    );
    let note = ledger_office::vault(&office).last_note("H38.99.01").unwrap().unwrap();
    propose(&office, number, &case.id).unwrap();
    approve(&office, "truongban", number).unwrap();
    the_ledger_stands(&office, &note);

    // Nothing is left but the commitments; the case and its ledger stay, and the other case is untouched.
    assert_eq!(lines(&mut office.connect(), &of_case), Vec::<String>::new());
    assert_eq!(lines(&mut office.connect(), &commitments), committed);
    let opened = look_as(&office, "dulieu", &case.id, Some(Reason::Request)).unwrap();
    assert!(
        opened.values.is_empty()
            && opened
                .erased
                .as_ref()
                .is_some_and(|mark| mark.request_no == Some(number))
    );
    assert_eq!(
        look_as(&office, "motcua", &kept.id, None)
            .unwrap()
            .text(Field::FullName),
        SAID[0]
    );
    let keys = Keyring::open(&folder.join("keys"), None).unwrap();
    assert!(
        keys.keys_of(office.agency.as_str(), &[case.id.as_str()])
            .unwrap()
            .is_empty()
    );
    if SERVER.is_none() {
        // Neither the values nor what was sealed of them: database, its log, keys, files.
        let gone: Vec<&str> = before.iter().flat_map(|line| line.split(' ')).chain(SAID).collect();
        assert_eq!(gone.len(), 4 * 2 + 3);
        assert_eq!(files_with(folder, &gone), Vec::<String>::new());
        std::fs::write(folder.join("planted"), gone[1]).unwrap();
        assert_eq!(files_with(folder, &gone).len(), 1, "the control");
        assert_eq!(
            files_with(copy.path(), &gone[..2]).len(),
            2,
            "the older copy still holds what is sealed"
        );
        // An older copy with the keys of today: the data are there, and nothing opens them.
        let db = app::open_office(older.to_str().unwrap(), folder, None).unwrap();
        let id = case.id.clone();
        let actor = office.actor("dulieu");
        let opened = quytrinh::ledger::change(&db, actor, move |work| {
            let look = Look {
                purpose: Purpose::Shown,
                reason: Some(Reason::Incident),
                request_no: None,
                fields: Field::ALL,
                masked: &[],
            };
            personal::look(work, &[id], &look)
        });
        let opened: Vec<Opened> = opened.unwrap().into_values().collect();
        assert!(opened[0].is_keyless && opened[0].values.is_empty(), "{opened:?}");
    }
    let desk = office.sign_in("motcua").await;
    desk.get(&format!("/cases/{}", case.code))
        .await
        .is(200)
        .says("cases.erased")
        .lacks(SAID[0]);
    let entry = "SELECT details AS value FROM ledger WHERE act = 'personal_data.erased'";
    assert!(lines(&mut office.connect(), entry)[0].contains("\"basis\":\"request\""));
    figure(
        "T6",
        "after an erasure: the values and their seals in no file, an older copy of the database opens nothing, the \
         commitments and the ledger as before",
    );
}

#[actix_web::test]
async fn who_proposes_an_erasure_does_not_approve_it_whatever_roles_he_has() {
    let office = office().await;
    let case = refused_case(&office);
    in_december(&office, 30);
    let number = register(&office, Kind::Erasure);
    propose(&office, number, &case.id).unwrap();
    assert!(matches!(approve(&office, "dulieu", number), Err(Failure::Forbidden(_))));
    let person = office
        .read(|work| quytrinh::people::person_named(work, "dulieu"))
        .unwrap();
    office
        .act(move |work| {
            let basis = quytrinh::people::Basis::default();
            quytrinh::people::grant(work, None, (&person, AccessRole::Chair), &basis)
        })
        .unwrap();
    let refused = approve(&office, "dulieu", number).unwrap_err();
    assert_eq!(refused.to_string(), "personal.same_person");
    // Past the program, the database refuses it too.
    let close = "UPDATE data_requests SET state = 'done', closed_by = proposed_by, closed_at = received_at, \
        row_version = row_version + 1";
    diesel::sql_query(close).execute(&mut office.connect()).unwrap_err();
    assert_eq!(
        look_as(&office, "dulieu", &case.id, Some(Reason::Request))
            .unwrap()
            .values
            .len(),
        4
    );
    approve(&office, "truongban", number).unwrap();
}

#[actix_web::test]
async fn what_the_law_has_kept_is_not_erased_and_the_refusal_says_until_when() {
    let office = office().await;
    let open = fixture::received(&office);
    let fresh = refused_case(&office);
    let number = register(&office, Kind::Erasure);
    let refused = propose(&office, number, &open.id).unwrap_err();
    assert_eq!(refused.to_string(), "privacy.refused.open_case");
    let refused = propose(&office, number, &fresh.id).unwrap_err();
    let text = refused.text(crate::support::pages().words(), quytrinh::kernel::Language::Vi);
    assert!(
        text.contains(&fresh.code) && text.contains("16/12/2026") && text.contains("33/2024/QH15"),
        "{text}"
    );
    let seen = version(&office, number);
    office
        .act_as("dulieu", move |work| {
            privacy::refuse(
                work,
                number,
                seen,
                ("Luật Lưu trữ 33/2024/QH15", "Còn thời hạn lưu trữ"),
            )
        })
        .unwrap();
    let officer = office.sign_in("dulieu").await;
    let page = officer.get(&format!("/privacy/{number}")).await;
    page.is(200)
        .says("Luật Lưu trữ 33/2024/QH15")
        .says("privacy.state.refused");
    assert!(
        propose(&office, number, &fresh.id).is_err(),
        "a closed request stays closed"
    );
}

#[actix_web::test]
async fn what_was_kept_long_enough_is_listed_proposed_and_erased_by_another() {
    let office = office().await;
    let case = refused_case(&office);
    let officer = office.sign_in("dulieu").await;
    officer
        .get("/privacy/retention")
        .await
        .is(200)
        .says("privacy.none_over");
    in_december(&office, 30);
    let officer = office.sign_in("dulieu").await;
    officer.get("/privacy/retention").await.is(200).says(&case.code);
    officer
        .post("/privacy/retention", &[("case", case.id.as_str())])
        .await
        .is(303);
    let chair = office.sign_in("truongban").await;
    let page = chair.get("/privacy/1").await;
    page.is(200).says("privacy.approve_lead").says(&case.code);
    let seen = page.value_of("row_version").unwrap().to_owned();
    // The second person is asked who it is: an open session alone erases nothing.
    chair
        .post("/privacy/1/approve", &[("row_version", &seen)])
        .await
        .is(422)
        .says("people.confirm.password_needed");
    chair
        .post(
            "/privacy/1/approve",
            &[("row_version", &seen), ("password", crate::support::PASSWORD)],
        )
        .await
        .is(303);
    officer
        .get("/privacy/retention")
        .await
        .is(200)
        .says("privacy.none_over");
    let keys = Keyring::open(&office.database.folder.path().join("keys"), None).unwrap();
    assert!(
        keys.keys_of(office.agency.as_str(), &[case.id.as_str()])
            .unwrap()
            .is_empty()
    );
}
