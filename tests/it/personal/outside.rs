//! Forms that were filled outside of cases: found for a request, taken out, shown to whom they concern, and erased.

use super::*;
use crate::records::{bring_form, fill_form};
use crate::support::databases::lines;
use crate::trust::ledger_office;
use quytrinh::book::Outcome;
use quytrinh::privacy::Named;
use quytrinh::{app, ledger};

/// A form that asks a visitor for name and number.
const VISIT: &str = r#"+++
code = "BM.TD.01"
kind = "form"
title = "Phiếu tiếp công dân"

[[inputs]]
code = "nguoi_den"
label = "Người đến"
kind = "short_text"
rules = ["required", "personal"]

[[inputs]]
code = "so_dinh_danh"
label = "Số định danh"
kind = "short_text"
rules = ["personal"]

[[inputs]]
code = "noi_dung"
label = "Nội dung"
kind = "short_text"
rules = ["required"]
+++
## PHIẾU
"#;

fn visit(office: &TestOffice, username: &str, (name, number): (&str, &str)) -> String {
    let typed = [
        ("in.nguoi_den", name),
        ("in.so_dinh_danh", number),
        ("in.noi_dung", "Hỏi thủ tục"),
    ];
    fill_form(office, username, "BM.TD.01", &typed)
}

/// The office with the form in force, and whatever somebody fills in it on the 16th.
async fn office_of_visits() -> TestOffice {
    let office = office().await;
    bring_form(&office, VISIT);
    office.set_time(at(16, 9, 0));
    office
}

/// A form in force, and what a visitor said in it: its code.
pub fn form_of_a_visit(office: &TestOffice) -> String {
    bring_form(office, VISIT);
    office.set_time(at(16, 9, 0));
    visit(office, "canbo", (SAID[0], SAID[2]))
}

fn id_of(office: &TestOffice, code: &str) -> String {
    let of = format!("SELECT id AS value FROM form_records WHERE code = '{code}'");
    lines(&mut office.connect(), &of).remove(0)
}

fn taken(json: &str) -> Vec<String> {
    let taken: serde_json::Value = serde_json::from_str(json).unwrap();
    let forms = taken["forms"].as_array().unwrap().iter();
    forms.map(|form| form["code"].as_str().unwrap().to_owned()).collect()
}

#[actix_web::test]
async fn forms_outside_of_cases_are_found_and_taken_out_for_who_asks_and_those_of_others_are_not() {
    let office = office_of_visits().await;
    let own = visit(&office, "canbo", ("Nguyễn Thị Hoa", "099000004321"));
    let unnumbered = visit(&office, "canbo", ("NGUYỄN THỊ HOA", ""));
    let misspelled = visit(&office, "canbo", ("Nguyễn Thị Hòe", "099 000 004 321"));
    let other = visit(&office, "canbo", ("Trần Văn Nam", "099000009999"));
    let number = register(&office, Kind::Access);
    let officer = office.sign_in("dulieu").await;
    let page = officer.post(&format!("/privacy/{number}/open"), &[]).await;
    page.is(200).says(&own).says("privacy.perhaps").lacks(&other);
    page.says(&unnumbered).says(&misspelled);
    let path = format!("/privacy/{number}/export");
    let json = officer.post(&path, &[("as", "json")]).await;
    json.is(200).says(SAID[2]).says("Hỏi thủ tục").lacks("Hòe");
    assert_eq!(taken(json.text()), std::slice::from_ref(&own));
    // What somebody says is theirs too goes along; what bears neither name nor number does not.
    let ticked = id_of(&office, &misspelled);
    let json = officer.post(&path, &[("as", "json"), ("record", &ticked)]).await;
    assert_eq!(taken(json.is(200).text()), [own.clone(), misspelled]);
    let foreign = id_of(&office, &other);
    officer
        .post(&path, &[("as", "json"), ("record", &foreign)])
        .await
        .is(404);
    officer
        .post(&path, &[("as", "page")])
        .await
        .is(200)
        .says(&own)
        .says(SAID[0]);
    // Each time it was opened left its trace, by the number of the request; and the list names the form.
    let id = id_of(&office, &own);
    let seen = office.read(|work| personal::accesses_to(work, &id, 10)).unwrap();
    assert_eq!(seen.len(), 3);
    assert!(
        seen.iter()
            .all(|one| one.request_no == Some(number) && one.purpose == Purpose::Request)
    );
    let auditor = office.sign_in("danhgia").await;
    auditor.get("/privacy/access?person=dulieu").await.is(200).says(&own);
}

#[actix_web::test]
async fn a_form_outside_of_cases_is_erased_by_two_people_after_its_time_and_its_proof_stays() {
    let office = office_of_visits().await;
    let own = visit(&office, "canbo", ("Nguyễn Thị Hoa", "099000004321"));
    let kept = visit(&office, "canbo", ("Trần Văn Nam", "099000009999"));
    let id = id_of(&office, &own);
    let named = || Named {
        cases: Vec::new(),
        records: vec![id.clone()],
    };
    let number = register(&office, Kind::Erasure);
    let propose = || {
        let (seen, named) = (version(&office, number), named());
        office.act_as("dulieu", move |work| {
            privacy::propose(work, (number, seen), (&named, "Luật 91/2025/QH15"))
        })
    };
    // The law has it kept: the refusal says until when.
    let refused = propose().unwrap_err();
    let text = refused.text(crate::support::pages().words(), quytrinh::kernel::Language::Vi);
    assert!(text.contains(&own) && text.contains("16/11/2036"), "{text}");
    office.set_time(at(16, 9, 0) + chrono::TimeDelta::days(3660));
    let officer = office.sign_in("dulieu").await;
    officer.get("/privacy/retention").await.is(200).says(&own).says(&kept);
    propose().unwrap();
    let value = |subject: &str, column: &str| {
        let of = format!(
            "SELECT {column} AS value FROM personal_data WHERE subject_id = '{subject}' AND field LIKE 'form.%'"
        );
        lines(&mut office.connect(), &of)
    };
    let (commitment, other) = (value(&id, "commitment"), id_of(&office, &kept));
    assert_eq!(commitment.len(), 1);
    let chair = office.sign_in("truongban").await;
    let page = chair.get(&format!("/privacy/{number}")).await;
    let seen = page.is(200).says(&own).value_of("row_version").unwrap().to_owned();
    let fields = [("row_version", seen.as_str()), ("password", crate::support::PASSWORD)];
    chair.post(&format!("/privacy/{number}/approve"), &fields).await.is(303);
    // Value, salt, words and key are gone; the commitment, the record and the other one stay.
    assert_eq!(value(&id, "coalesce(ciphertext, salt, '')"), [""]);
    assert_eq!(value(&id, "commitment"), commitment);
    let words = |subject: &str| {
        let of = format!("SELECT token AS value FROM personal_words WHERE subject_id = '{subject}'");
        lines(&mut office.connect(), &of).len()
    };
    assert!(words(&id) == 0 && words(&other) > 3);
    let keys = quytrinh::db::Keyring::open(&office.database.folder.path().join("keys"), None).unwrap();
    let left = keys.keys_of(office.agency.as_str(), &[&id, &other]).unwrap();
    assert!(!left.contains_key(&id) && left.contains_key(&other));
    let writer = office.sign_in("canbo").await;
    let page = writer.get(&format!("/records/{own}")).await;
    page.is(200).says("cases.erased").says("Hỏi thủ tục").lacks("Hoa");
    writer
        .get(&format!("/records/{kept}"))
        .await
        .is(200)
        .says("Trần Văn Nam");
    ledger_office::seal(&office);
    let after = ledger_office::verify(&office);
    assert_eq!(after.outcome, Outcome::Ok, "{}", ledger_office::said(&after));
    let officer = office.sign_in("dulieu").await;
    officer.get("/privacy/retention").await.is(200).says(&kept).lacks(&own);
}

#[actix_web::test]
async fn personal_answers_are_masked_for_whoever_neither_filled_the_form_nor_handles_its_case() {
    let office = office_of_visits().await;
    let own = visit(&office, "canbo", ("Nguyễn Thị Hoa", "099000004321"));
    let table = "/records/csv?form=BM.TD.01";
    let writer = office.sign_in("canbo").await;
    for path in [format!("/records/{own}"), table.to_owned()] {
        writer
            .get(&path)
            .await
            .is(200)
            .says("Nguyễn Thị Hoa")
            .says("Hỏi thủ tục");
    }
    let id = id_of(&office, &own);
    let traces = |purpose| {
        let seen = office.read(|work| personal::accesses_to(work, &id, 100)).unwrap();
        seen.iter().filter(|one| one.purpose == purpose).count()
    };
    assert_eq!((traces(Purpose::Form), traces(Purpose::Export)), (1, 1));
    // An official and a desk may read data of their own cases; this form is none of theirs.
    for username in ["vanthu", "motcua", "danhgia", "lanhdao", "dulieu", "truongban"] {
        let reader = office.sign_in(username).await;
        for path in [format!("/records/{own}"), table.to_owned()] {
            let page = reader.get(&path).await;
            page.is(200).says("Hỏi thủ tục").says("forms.hidden");
            page.lacks("Nguyễn Thị Hoa").lacks(SAID[2]);
        }
    }
    assert_eq!(
        (traces(Purpose::Form), traces(Purpose::Export)),
        (1, 1),
        "nothing was opened"
    );
}

#[actix_web::test]
async fn a_person_of_a_common_name_with_many_cases_is_found_whole() {
    let office = office().await;
    let case = fixture::received(&office);
    // Six hundred more that bear the same words, written as the program writes them.
    let copies = "INSERT INTO personal_words (agency_id, token, subject_id) SELECT agency_id, token, 'zz-' || n.n || '-' || \
        subject_id FROM personal_words, (WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 600) \
        SELECT n FROM n) AS n";
    diesel::RunQueryDsl::execute(diesel::sql_query(copies), &mut office.connect()).unwrap();
    let found = office
        .read(|work| personal::find_person(work, SAID[0], &[SAID[2]]))
        .unwrap();
    assert_eq!(found.sure.len(), 601);
    assert!(found.sure.contains(&case.id.as_str().to_owned()));
    assert!(found.by_name.is_empty() && found.by_number.is_empty());
}

#[actix_web::test]
async fn forms_that_were_sealed_before_they_could_be_found_are_found_after_a_start() {
    let office = office_of_visits().await;
    let own = id_of(&office, &visit(&office, "canbo", ("Nguyễn Thị Hoa", "099000004321")));
    let find = || {
        let found = office.read(|work| personal::find_person(work, SAID[0], &[SAID[2]]));
        found.unwrap().sure
    };
    assert_eq!(find(), std::slice::from_ref(&own));
    let forget = "DELETE FROM personal_words";
    diesel::RunQueryDsl::execute(diesel::sql_query(forget), &mut office.connect()).unwrap();
    assert_eq!(find(), Vec::<String>::new());
    let indexed = || {
        let entries = "SELECT act AS value FROM ledger WHERE act = 'personal_data.indexed'";
        lines(&mut office.connect(), entries).len()
    };
    for _start in 0..2 {
        app::open_office(&office.database.url, office.database.folder.path(), None)
            .map(drop)
            .unwrap();
        assert_eq!((find(), indexed()), (vec![own.clone()], 1));
    }
    let asked = ledger::read(&office.site.db, &office.actor("dulieu"), |work| {
        Ok::<_, Failure>(personal::accesses_to(work, &own, 10)?)
    });
    assert_eq!(asked.unwrap(), Vec::new(), "nobody saw anything");
}
