//! What a page showed is what is signed: once, in that session, within five minutes.

use super::{behind, office, send, submitted};
use crate::support::TestOffice;
use crate::support::databases::lines;
use chrono::TimeDelta;
use quytrinh::documents;

/// How many entries of the ledger tell of this act.
fn told(office: &TestOffice, act: &str) -> usize {
    let sql = format!("SELECT act AS value FROM ledger WHERE act = '{act}'");
    lines(&mut office.connect(), &sql).len()
}

#[actix_web::test]
async fn a_page_is_signed_once_in_its_own_session_and_within_five_minutes() {
    let office = office().await;
    let (version, _) = submitted(&office, "CSCL");
    let seen = office
        .read(|work| documents::head(work, &version))
        .unwrap()
        .content_sha256;
    let path = format!("/versions/{version}");
    let reviewer = office.sign_in("photruongban").await;
    let page = reviewer.get(&path).await;
    page.is(200)
        .says("signatures.words_to_sign")
        .says("y-nghia: soat-xet")
        .says("Phó Trưởng ban");
    let shown = page.shown();
    assert_eq!(
        shown.len(),
        4,
        "each of both forms tells what was shown, to sign and to return"
    );
    let refused = async |tokens: &[String], word: &str| {
        reviewer.show(tokens);
        send(&reviewer, &version, &seen).await.is(409).says(word);
    };
    // The entry of a refusal is all that is kept: the version waits as before.
    refused(&[], "signatures.refused.changed").await;
    let forged = [format!("{}{}", "0".repeat(8), &shown[0][8..])];
    refused(&forged, "signatures.refused.changed").await;
    let mut seal = shown[0].clone();
    let last = if seal.pop() == Some('0') { '1' } else { '0' };
    seal.push(last);
    refused(&[seal], "signatures.refused.foreign").await;
    let other = office.sign_in("photruongban").await;
    let of_other = other.get(&path).await.shown();
    refused(&of_other, "signatures.refused.foreign").await;
    let returns = [shown[1].clone()];
    refused(&returns, "signatures.refused.changed").await;
    office.wait(TimeDelta::minutes(6));
    refused(&shown, "signatures.refused.late").await;
    let again = reviewer.get(&path).await.shown();
    send(&reviewer, &version, &seen).await.is(303);
    // The same page once more: the version has moved on, and the token is used up.
    reviewer.show(&again);
    send(&reviewer, &version, &seen).await.is(409);
    let refusals = told(&office, "signature.refused");
    assert!(refusals >= 6, "{refusals} refusals are told");
}

#[actix_web::test]
async fn a_captured_form_gives_no_second_signature_in_a_new_round() {
    let office = office().await;
    let (version, _) = submitted(&office, "CSCL");
    let head = office.read(|work| documents::head(work, &version)).unwrap();
    let reviewer = office.sign_in("photruongban").await;
    let path = format!("/versions/{version}");
    let captured = reviewer.get(&path).await.shown();
    send(&reviewer, &version, &head.content_sha256).await.is(303);
    // Taken back, the round ends; the same text in a new round is another content to sign.
    let page = reviewer.get(&path).await;
    page.is(200).says("signatures.take_back.title");
    let fields = [
        ("take_back_reason", "Cần đọc lại"),
        ("password", crate::support::PASSWORD),
    ];
    reviewer.post(&format!("{path}/take-back"), &fields).await.is(303);
    let head = office.read(|work| documents::head(work, &version)).unwrap();
    assert_eq!(head.stage, documents::Stage::Draft);
    let (id, row) = (version.clone(), head.row_version);
    let day = chrono::NaiveDate::from_ymd_opt(2026, 12, 1).unwrap();
    office
        .act_as("thuky", move |work| documents::submit(work, &id, row, day))
        .unwrap();
    reviewer.show(&captured);
    send(&reviewer, &version, &head.content_sha256)
        .await
        .is(409)
        .says("signatures.refused.changed");
    reviewer.get(&path).await;
    send(&reviewer, &version, &head.content_sha256).await.is(303);
    assert_eq!(super::verified(&office).1, []);
    let given = office.read(|work| documents::signatures(work, &version)).unwrap();
    let taken: Vec<bool> = given
        .iter()
        .map(|one| one.sealed.as_ref().unwrap().is_taken_back)
        .collect();
    assert_eq!(taken, [true, false], "the signature that was taken back stays visible");
}

#[actix_web::test]
async fn what_changed_on_the_disk_after_it_was_shown_is_not_signed() {
    let office = office().await;
    let (version, hash) = submitted(&office, "CSCL");
    let seen = office
        .read(|work| documents::head(work, &version))
        .unwrap()
        .content_sha256;
    let path = format!("/versions/{version}");
    let reviewer = office.sign_in("photruongban").await;
    reviewer.get(&path).await.is(200);
    let file = office.site.files.join(&hash[..2]).join(&hash);
    let kept = std::fs::read(&file).unwrap();
    std::fs::write(&file, b"%PDF-1.7 CSCM").unwrap();
    send(&reviewer, &version, &seen)
        .await
        .is(409)
        .says("signatures.refused.damaged");
    reviewer.get(&path).await.says("signatures.damaged");
    std::fs::write(&file, kept).unwrap();
    reviewer.get(&path).await.lacks("signatures.damaged");
    behind(
        &office,
        "version_sheets",
        "facts = replace(facts, 'Trưởng ban', 'Trưởng Ban')",
    );
    send(&reviewer, &version, &seen)
        .await
        .is(409)
        .says("signatures.refused.changed");
    // Who opens the page now is told: the sheet cannot be made again as it was kept.
    reviewer.get(&path).await.says("signatures.damaged");
    send(&reviewer, &version, &seen).await.is(409);
    behind(
        &office,
        "version_sheets",
        "facts = replace(facts, 'Trưởng Ban', 'Trưởng ban')",
    );
    behind(&office, "version_rounds", "source = source || ' '");
    reviewer.get(&path).await.says("signatures.damaged");
    send(&reviewer, &version, &seen).await.is(409);
    behind(&office, "version_rounds", "source = trim(source, ' ')");
    reviewer.get(&path).await.lacks("signatures.damaged");
    send(&reviewer, &version, &seen).await.is(303);
}

#[actix_web::test]
async fn a_form_that_is_sent_again_signs_nothing_twice() {
    let office = office().await;
    super::approved(&office, "CSCL");
    office.set_time(
        chrono::NaiveDate::from_ymd_opt(2026, 12, 2)
            .unwrap()
            .and_hms_opt(9, 0, 0)
            .unwrap(),
    );
    office.act(|work| documents::bring_into_force(work).map(drop)).unwrap();
    let secretary = office.sign_in("thuky").await;
    let page = secretary.get("/reviews/CSCL").await;
    let seen = page.value_of("seen_sha256").unwrap().to_owned();
    let shown = page.shown();
    let fields = [
        ("seen_sha256", seen.as_str()),
        ("verdict", "keep"),
        ("reason", "Vẫn phù hợp"),
        ("next_due", "2027-06-01"),
        ("password", crate::support::PASSWORD),
    ];
    secretary.post("/reviews/CSCL", &fields).await.is(303);
    secretary.show(&shown);
    secretary
        .post("/reviews/CSCL", &fields)
        .await
        .is(409)
        .says("signatures.refused.used");
    assert_eq!(told(&office, "document.reviewed"), 1);
    // What the chair withdraws is signed too.
    let chair = office.sign_in("truongban").await;
    chair.get("/documents/CSCL").await.is(200);
    let reason = [
        ("reason", "Thay bằng văn bản khác"),
        ("password", crate::support::PASSWORD),
    ];
    chair.post("/documents/CSCL/withdraw", &reason).await.is(303);
    let (count, problems) = super::verified(&office);
    assert_eq!((count, problems), (4, Vec::new()));
}
