//! Beyond one case: what repeats, what a new version changed, and drafts that are opened from practice.

use crate::cases::{
    at, bring_into_force, day, document, head, off_step, office, perform_step, person, received, record,
};
use crate::support::TestOffice;
use crate::support::databases::lines;
use chrono::TimeDelta;
use diesel::prelude::*;
use quytrinh::cases::{self, NewStep, Received};
use quytrinh::documents::{self, Stage, VersionHead};
use quytrinh::kernel::{AccessRole, CaseId};

fn perform(office: &TestOffice, id: &CaseId, (username, code, outcome): (&str, &str, &str), outputs: usize) {
    office.wait(TimeDelta::minutes(5));
    let new = NewStep {
        step_code: code.to_owned(),
        outcome: Some(outcome.to_owned()).filter(|outcome| !outcome.is_empty()),
        outputs: (0..outputs).collect(),
        ..NewStep::default()
    };
    perform_step(office, username, id, new).unwrap();
}

/// Nobody seals: the result is handed out right after it was signed.
fn unsealed(office: &TestOffice) -> Received {
    let case = received(office);
    perform(office, &case.id, ("canbo", "B2", "Đạt"), 2);
    perform(office, &case.id, ("lanhdao", "B4", "Đồng ý"), 1);
    office.wait(TimeDelta::minutes(5));
    let mut handed_out = off_step(office, "B7", "motcua");
    handed_out.outputs = vec![0];
    record(office, "motcua", &case.id, handed_out).unwrap();
    let (id, seq, ended) = {
        let head = head(office, &case.id);
        (case.id.clone(), head.last_seq, head.ended)
    };
    if ended.is_none() {
        office
            .act_as("motcua", move |work| cases::finish(work, &id, seq))
            .unwrap();
    }
    case
}

fn sealed(office: &TestOffice) -> Received {
    let case = received(office);
    perform(office, &case.id, ("canbo", "B2", "Đạt"), 2);
    perform(office, &case.id, ("lanhdao", "B4", "Đồng ý"), 1);
    perform(office, &case.id, ("vanthu", "B5", ""), 0);
    perform(office, &case.id, ("motcua", "B7", ""), 1);
    case
}

/// Eleven cases nobody sealed, and one that was.
async fn used_to() -> TestOffice {
    let office = office().await;
    (0..11).for_each(|_| drop(unsealed(&office)));
    sealed(&office);
    office
}

fn open_versions(office: &TestOffice) -> Vec<VersionHead> {
    let document = document(office);
    let heads = office.read(|work| documents::heads_of(work, &document)).unwrap();
    heads.into_iter().filter(|head| head.stage == Stage::Draft).collect()
}

#[actix_web::test]
async fn deviations_that_repeat_are_ranked_with_their_cases_and_looked_at_closely() {
    let office = used_to().await;
    let auditor = office.sign_in("danhgia").await;
    let page = auditor.get("/conformance/patterns").await;
    page.is(200)
        .says("conformance.kind.skipped")
        .says("11<span")
        .says("92 %")
        .says("procedure=QT.T.01&kind=skipped&step=B5")
        .lacks("patterns.repeats.none");
    auditor
        .get("/conformance/patterns?procedure=QT.T.01&from=2026-01-01&to=2026-02-01")
        .await
        .is(200)
        .says("patterns.repeats.none");
    let close = auditor
        .get("/conformance/patterns/one?procedure=QT.T.01&kind=skipped&step=B5")
        .await;
    close
        .is(200)
        .says("<svg")
        .says("11/2026")
        .says("92 %")
        .says("patterns.one.no_people");
    let other = auditor
        .get("/conformance/patterns/one?procedure=QT.T.01&kind=repeated&step=B5")
        .await;
    other.is(200).says("patterns.one.none");
    auditor.get("/conformance/patterns?procedure=QT.X").await.is(404);
    office.sign_in("canbo").await.get("/conformance/patterns").await.is(403);
    office.stranger().get("/conformance/patterns").await.is(303);
}

#[actix_web::test]
async fn a_new_version_is_compared_with_the_one_before_and_old_habits_are_told() {
    let office = used_to().await;
    let document = document(&office);
    let draft = office
        .act_as("thuky", move |work| {
            let version = documents::open_draft(work, &document)?;
            let content = documents::content_of(work, &version)?;
            let more = "[[steps]]\ncode = \"B4a\"\nname = \"Số hóa kết quả\"\nroles = [\"vanthu\"]\n\n[[steps]]\ncode = \"B5\"";
            let text = content.text.replace("[[steps]]\ncode = \"B5\"", more).replace("to = \"B5\"", "to = \"B4a\"");
            documents::save(work, &version, 1, &text)?;
            Ok(version)
        })
        .unwrap();
    bring_into_force(&office, &draft, day(25));
    office.set_time(at(25, 8, 0));
    let by_old = received(&office);
    perform(&office, &by_old.id, ("canbo", "B2", "Đạt"), 2);
    perform(&office, &by_old.id, ("lanhdao", "B4", "Đồng ý"), 1);
    let mut seal = off_step(&office, "B5", "vanthu");
    seal.done_at += TimeDelta::minutes(3);
    office.wait(TimeDelta::minutes(5));
    record(&office, "motcua", &by_old.id, seal).unwrap();
    perform(&office, &by_old.id, ("motcua", "B7", ""), 1);
    let auditor = office.sign_in("danhgia").await;
    let list = auditor.get("/conformance/changes").await;
    list.is(200)
        .says("/conformance/changes/QT.T.01?from=")
        .says("patterns.verdict.too_few")
        .says("100 % (1/1)");
    let page = auditor.get("/conformance/changes/QT.T.01?version=2").await;
    page.is(200)
        .says(&by_old.code)
        .says("Ông/Bà vanthu")
        .says("patterns.change.turn.appeared")
        .says("patterns.verdict.too_few")
        .says("patterns.verdict.not_there")
        .lacks("patterns.old.same_way");
    auditor.get("/conformance/changes/QT.T.01?version=1").await.is(404);
    auditor
        .get("/conformance/changes/QT.T.01?from=2026-01-01&to=2026-02-01")
        .await
        .is(404);
    auditor.set_cookie("quytrinh_language", "en");
    auditor
        .get("/conformance/changes/QT.T.01")
        .await
        .is(200)
        .says("too few cases to say")
        .lacks("quá ít");
}

#[actix_web::test]
async fn practice_opens_a_draft_with_the_change_made_and_the_evidence_beside_it() {
    let office = used_to().await;
    let secretary = office.sign_in("thuky").await;
    secretary
        .get("/conformance/practice")
        .await
        .is(200)
        .says("/conformance/practice/QT.T.01?from=");
    let page = secretary.get("/conformance/practice/QT.T.01").await;
    page.is(200)
        .says("value=\"optional:B5\"")
        .says("11 trong 12 hồ sơ")
        .says("từ 1 thành 12 trong 12");
    let sent = secretary
        .post("/conformance/practice/QT.T.01", &[("proposal", "optional:B5")])
        .await;
    assert!(sent.is(303).location().starts_with("/versions/"), "{}", sent.location());
    let draft = open_versions(&office).pop().unwrap();
    let content = office.read(|work| documents::content_of(work, &draft.id)).unwrap();
    let row = content.source.steps.iter().find(|row| row.code == "B5").unwrap();
    assert!(row.optional && content.is_sound());
    assert!(
        content.source.change_summary.contains("B5"),
        "{}",
        content.source.change_summary
    );
    let files = office
        .read(|work| documents::version_files_of(work, &draft.id))
        .unwrap();
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(
        names,
        ["QT.T.01-amendment-1-case-list.csv", "QT.T.01-amendment-1-evidence.md"]
    );
    let report = String::from_utf8(documents::read_file(&office.site.files, &files[1].sha256).unwrap()).unwrap();
    assert!(
        report.contains("11 trong 12 hồ sơ") && report.contains("| B1 → B2 → B4 → B7 |"),
        "{report}"
    );
    assert!(content.source.change_basis.contains(&files[1].sha256[..12]));
    let cases = String::from_utf8(documents::read_file(&office.site.files, &files[0].sha256).unwrap()).unwrap();
    assert_eq!(cases.lines().count(), 13, "{cases}");
    assert!(
        !cases.contains("Nguyễn Thị Hoa") && !report.contains("Nguyễn Thị Hoa"),
        "no applicant is named"
    );
    secretary
        .get(&format!("/versions/{}", draft.id))
        .await
        .is(200)
        .says("documents.section.files_beside")
        .says(&files[1].sha256);
    let file = secretary.get(&format!("/files/{}", files[1].sha256)).await;
    assert_eq!(
        (file.status(), file.header("content-type")),
        (200, "text/markdown; charset=utf-8")
    );
    let kept = secretary.get("/conformance/amendments/1").await;
    kept.is(200)
        .says("QT.T.01")
        .says("11 trong 12 hồ sơ")
        .says(files[0].sha256.as_str());
    secretary.get("/conformance/amendments/2").await.is(404);
    secretary.get("/conformance/amendments/x").await.is(404);
    let entries = lines(
        &mut office.connect(),
        "SELECT details AS value FROM ledger WHERE act = 'amendment.opened'",
    );
    assert_eq!(entries.len(), 1);
    assert!(
        entries[0].contains("\"applied\":1") && entries[0].contains("\"cases\":12"),
        "{entries:?}"
    );
}

#[actix_web::test]
async fn no_draft_is_opened_by_others_twice_or_on_nothing() {
    let office = used_to().await;
    let path = "/conformance/practice/QT.T.01";
    let before = office.digest();
    let auditor = office.sign_in("danhgia").await;
    let start = office.digest();
    auditor
        .get(path)
        .await
        .is(200)
        .says("patterns.practice.who_may")
        .lacks("type=\"checkbox\"");
    auditor.post(path, &[("proposal", "optional:B5")]).await.is(403);
    let secretary = office.sign_in("thuky").await;
    secretary
        .post(path, &[])
        .await
        .is(422)
        .says("patterns.refused.none_chosen");
    let unknown = secretary.post(path, &[("proposal", "optional:B1")]).await;
    unknown.is(409).says("patterns.refused.changed");
    assert!(open_versions(&office).is_empty());
    assert_ne!(before, start, "signing in is noted");
    secretary.post(path, &[("proposal", "optional:B5")]).await.is(303);
    let again = secretary.post(path, &[("proposal", "optional:B5")]).await;
    again.is(409).says("Ông/Bà thuky").says("value=\"optional:B5\" checked");
    assert_eq!(open_versions(&office).len(), 1);
    assert_eq!(
        lines(
            &mut office.connect(),
            "SELECT act AS value FROM ledger WHERE act = 'amendment.opened'"
        )
        .len(),
        1
    );
    let clerk = office.sign_in("canbo").await;
    clerk.get(path).await.is(403);
    office.person_of(&office.foreign, "langgieng", &[AccessRole::Committee]);
    let neighbour = office.sign_in("langgieng").await;
    neighbour.get(path).await.is(404);
    neighbour.post(path, &[("proposal", "optional:B5")]).await.is(404);
    neighbour.get("/conformance/amendments/1").await.is(404);
    neighbour.get("/conformance/practice").await.is(200).lacks("QT.T.01");
    assert_eq!(person(&office, "thuky"), open_versions(&office)[0].author_id);
}

#[actix_web::test]
async fn evidence_stays_as_it_was_and_lies_beside_drafts_only() {
    let office = used_to().await;
    let secretary = office.sign_in("thuky").await;
    secretary
        .post("/conformance/practice/QT.T.01", &[("proposal", "optional:B5")])
        .await
        .is(303);
    for sql in [
        "UPDATE amendments SET cases = 0",
        "DELETE FROM amendments",
        "UPDATE version_files SET name = 'x'",
        "DELETE FROM version_files",
        "INSERT INTO version_files SELECT agency_id, (SELECT id FROM versions WHERE stage = 'effective' AND \
         agency_id = version_files.agency_id), sha256, name, added_by, added_by_name, added_at FROM version_files",
    ] {
        let done = diesel::sql_query(sql).execute(&mut office.connect());
        assert!(done.is_err(), "{sql} changed {done:?} rows");
    }
    let effective = office
        .read(|work| {
            let document = documents::document_by_code(work, "QT.T.01")?;
            documents::effective_on(work, &document, day(17))
        })
        .unwrap()
        .unwrap();
    let dir = office.site.files.clone();
    let refused = office.act_as("thuky", move |work| {
        documents::attach_made(work, &dir, &effective.id, (documents::Made::Csv, "x.csv", "a,b"))
    });
    assert_eq!(refused.unwrap_err().to_string(), "documents.refused.not_draft");
}
