//! Writing, saving, submitting, recalling and giving up.

use super::{approve, create, day, head, office, open_draft, refused, return_it, save, sign, stages, submit, text};
use chrono::TimeDelta;
use diesel::prelude::*;
use quytrinh::documents::{self, Stage};
use quytrinh::ledger;
use quytrinh::web::Failure;

#[actix_web::test]
async fn a_file_becomes_a_document_with_its_code_and_a_first_draft() {
    let office = office().await;
    let version = create(&office, "CSCL");
    let head = head(&office, &version);
    assert_eq!(
        (head.code.as_str(), head.kind.as_str(), head.number),
        ("CSCL", "quality_policy", 1)
    );
    assert_eq!((head.stage, head.round, head.row_version), (Stage::Draft, 0, 1));
    assert_eq!(head.author_name, "Ông/Bà thuky");
    let content = office.read(|work| documents::content_of(work, &version)).unwrap();
    assert_eq!(content.text, text("CSCL", "Chính sách chất lượng"));
}

#[actix_web::test]
async fn only_the_committee_writes() {
    let office = office().await;
    let version = create(&office, "CSCL");
    for username in ["truongban", "canbo", "danhgia"] {
        let created = office.act_as(username, |work| documents::create(work, &text("X", "X")));
        refused(created, 403, "failure.permission.write_documents");
        let saved = save(&office, username, &version, &text("CSCL", "Khác"));
        refused(saved, 403, "failure.permission.write_documents");
    }
    let by_house = office.act(|work| documents::create(work, &text("X", "X")));
    assert!(
        matches!(by_house, Err(Failure::SignInFirst)),
        "a text has a person as its author: {by_house:?}"
    );
}

#[actix_web::test]
async fn a_text_that_cannot_be_read_becomes_no_document() {
    let office = office().await;
    for (bad, key) in [
        ("không có gì", "fault.no-front-matter"),
        ("+++\ncode = \"A\"\n", "fault.open-front-matter"),
        ("+++\ncode = \n+++\n", "fault.syntax"),
        ("+++\nkind = \"form\"\ntitle = \"T\"\n+++\n", "fault.missing-field"),
        ("+++\ncode = \"A\"\ntitle = \"T\"\n+++\n", "fault.missing-field"),
        (
            "+++\ncode = \"A\"\nkind = \"poem\"\ntitle = \"T\"\n+++\n",
            "fault.bad-value",
        ),
        (
            "+++\ncode = \"A/../B\"\nkind = \"form\"\ntitle = \"T\"\n+++\n",
            "documents.refused.code",
        ),
    ] {
        let bad = bad.to_owned();
        refused(
            office.act_as("thuky", move |work| documents::create(work, &bad)),
            422,
            key,
        );
    }
}

#[actix_web::test]
async fn a_code_names_one_document_of_an_office() {
    let office = office().await;
    create(&office, "CSCL");
    let again = office.act_as("thanhvien", |work| documents::create(work, &text("CSCL", "Khác")));
    refused(again, 409, "documents.refused.code_taken");
    let neighbour = super::neighbour(&office);
    let created = ledger::change(&office.site.db, neighbour, |work| {
        documents::create(work, &text("CSCL", "Của xã khác"))
    });
    created.unwrap();
}

#[actix_web::test]
async fn one_draft_is_open_at_a_time_and_the_refusal_says_whose() {
    let office = office().await;
    let version = create(&office, "CSCL");
    let Err(Failure::Conflict(say)) = open_draft(&office, "thanhvien", &version) else {
        panic!("a second draft")
    };
    assert_eq!(say.key, "documents.refused.draft_open");
    assert!(
        say.args.contains(&("name".to_owned(), "Ông/Bà thuky".to_owned())),
        "{say:?}"
    );
    submit(&office, "thuky", &version, day(2026, 12, 1)).unwrap();
    refused(
        open_draft(&office, "thanhvien", &version),
        409,
        "documents.refused.draft_open",
    );
}

#[actix_web::test]
async fn a_stale_form_is_refused_and_says_who_saved_meanwhile() {
    let office = office().await;
    let version = create(&office, "CSCL");
    let seen = head(&office, &version).row_version;
    office.wait(TimeDelta::minutes(5));
    assert_eq!(
        save(&office, "thanhvien", &version, &text("CSCL", "Bản của thành viên")).unwrap(),
        seen + 1
    );
    let id = version.clone();
    let stale = office.act_as("thuky", move |work| {
        documents::save(work, &id, seen, &text("CSCL", "Bản cũ"))
    });
    let Err(Failure::Conflict(say)) = stale else {
        panic!("{stale:?}")
    };
    assert_eq!(say.key, "documents.stale");
    let args: Vec<_> = say
        .args
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    assert_eq!(args, [("name", "Ông/Bà thanhvien"), ("time", "09:05 23/11/2026")]);
    assert_eq!(head(&office, &version).title, "Bản của thành viên");
}

#[actix_web::test]
async fn a_text_with_faults_is_saved_and_refused_when_submitted() {
    let office = office().await;
    let version = create(&office, "CSCL");
    let faulty = text("CSCL", "Chính sách").replace("+++\n#", "nothing_known = 1\n+++\n#");
    save(&office, "thuky", &version, &faulty).unwrap();
    refused(
        submit(&office, "thuky", &version, day(2026, 12, 1)),
        422,
        "documents.refused.has_errors",
    );
    save(&office, "thuky", &version, "không còn gì đọc được").unwrap();
    assert_eq!(
        head(&office, &version).title,
        "Chính sách",
        "a broken text leaves the title as it was"
    );
    refused(
        submit(&office, "thuky", &version, day(2026, 12, 1)),
        422,
        "documents.refused.has_errors",
    );
    save(&office, "thuky", &version, &text("CSCL", "Chính sách mới")).unwrap();
    submit(&office, "thuky", &version, day(2026, 12, 1)).unwrap();
}

#[actix_web::test]
async fn roles_that_the_office_does_not_have_stop_a_submission() {
    let office = office().await;
    let steps = "[[steps]]\ncode = \"B1\"\nname = \"Ký\"\nroles = [\"chutich\"]\nnext = [\"END\"]\n+++\n#";
    let with_step = text("CSCL", "Chính sách").replace("+++\n#", steps);
    let version = create(&office, "CSCL");
    save(&office, "thuky", &version, &with_step).unwrap();
    refused(
        submit(&office, "thuky", &version, day(2026, 12, 1)),
        422,
        "documents.refused.has_errors",
    );
    office
        .act_as("thuky", |work| {
            let (roles, _) = quytrinh::procedures::parse_roles("[[roles]]\ncode = \"chutich\"\nname = \"Chủ tịch\"\n");
            documents::add_roles(work, &roles)
        })
        .unwrap();
    submit(&office, "thuky", &version, day(2026, 12, 1)).unwrap();
}

#[actix_web::test]
async fn code_and_kind_stay_with_their_document() {
    let office = office().await;
    let version = create(&office, "CSCL");
    refused(
        save(&office, "thuky", &version, &text("KHAC", "T")),
        422,
        "documents.refused.other_document",
    );
    let manual = text("CSCL", "T").replace("quality_policy", "manual");
    refused(
        save(&office, "thuky", &version, &manual),
        422,
        "documents.refused.other_document",
    );
}

#[actix_web::test]
async fn a_kind_without_a_route_cannot_be_submitted() {
    let office = office().await;
    let manual = text("MH", "Mô hình").replace("quality_policy", "manual");
    let version = office
        .act_as("thuky", move |work| documents::create(work, &manual))
        .unwrap();
    refused(
        submit(&office, "thuky", &version, day(2026, 12, 1)),
        409,
        "documents.no_route",
    );
    assert_eq!(head(&office, &version).stage, Stage::Draft);
}

#[actix_web::test]
async fn a_day_that_has_gone_by_is_refused() {
    let office = office().await;
    let version = create(&office, "CSCL");
    refused(
        submit(&office, "thuky", &version, day(2026, 11, 22)),
        422,
        "documents.refused.day_gone",
    );
}

#[actix_web::test]
async fn a_submitted_version_is_recalled_and_its_round_is_kept() {
    let office = office().await;
    let version = create(&office, "CSCL");
    submit(&office, "thuky", &version, day(2026, 12, 1)).unwrap();
    refused(
        save(&office, "thuky", &version, &text("CSCL", "Sửa lén")),
        409,
        "documents.refused.not_draft",
    );
    let recall = |username: &str, reason: &'static str| {
        let (row, id) = (head(&office, &version).row_version, version.clone());
        office.act_as(username, move |work| documents::recall(work, &id, row, reason))
    };
    refused(recall("canbo", "Nhầm"), 403, "failure.permission.write_documents");
    refused(recall("thuky", ""), 422, "documents.refused.reason_needed");
    recall("thanhvien", "Nhầm tệp").unwrap();
    assert_eq!(
        (head(&office, &version).stage, head(&office, &version).round),
        (Stage::Draft, 1)
    );
    refused(recall("thuky", "Lần nữa"), 409, "documents.refused.not_submitted");
    save(&office, "thuky", &version, &text("CSCL", "Bản đúng")).unwrap();
    assert_eq!(approve(&office, &version, day(2026, 12, 1)), Stage::Approved);
    let rounds = office.read(|work| documents::rounds(work, &version)).unwrap();
    assert_eq!(rounds.len(), 2);
    assert_eq!(rounds[0].source, text("CSCL", "Chính sách chất lượng"));
    assert_eq!(rounds[1].source, text("CSCL", "Bản đúng"));
    assert_ne!(rounds[0].content_sha256, rounds[1].content_sha256);
}

#[actix_web::test]
async fn a_returned_version_goes_through_a_second_round_with_the_first_kept() {
    let office = office().await;
    let version = create(&office, "CSCL");
    submit(&office, "thuky", &version, day(2026, 12, 1)).unwrap();
    sign(&office, "photruongban", &version).unwrap();
    return_it(&office, "truongban", &version).unwrap();
    assert_eq!(head(&office, &version).stage, Stage::Draft);
    save(&office, "thuky", &version, &text("CSCL", "Có mục tiêu")).unwrap();
    assert_eq!(approve(&office, &version, day(2026, 12, 1)), Stage::Approved);
    let given = office.read(|work| documents::signatures(work, &version)).unwrap();
    let told: Vec<_> = given
        .iter()
        .map(|one| (one.round, one.stage_no, one.verdict.as_str()))
        .collect();
    assert_eq!(
        told,
        [(1, 1, "signed"), (1, 2, "returned"), (2, 1, "signed"), (2, 2, "signed")]
    );
    assert_eq!(given[1].reason.as_deref(), Some("Thiếu mục tiêu"));
    assert_ne!(given[0].content_sha256, given[2].content_sha256);
}

#[actix_web::test]
async fn a_draft_is_given_up_and_another_one_opened() {
    let office = office().await;
    let version = create(&office, "CSCL");
    let id = version.clone();
    office
        .act_as("thanhvien", move |work| documents::cancel(work, &id, 1))
        .unwrap();
    refused(
        save(&office, "thuky", &version, &text("CSCL", "T")),
        409,
        "documents.refused.not_draft",
    );
    let next = open_draft(&office, "thuky", &version).unwrap();
    assert_eq!(head(&office, &next).number, 2);
    assert_eq!(stages(&office, &version), [Stage::Cancelled, Stage::Draft]);
}

#[actix_web::test]
async fn saving_records_an_entry_and_tells_nobody() {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        value: i64,
    }
    let office = office().await;
    let version = create(&office, "CSCL");
    save(&office, "thuky", &version, &text("CSCL", "Sửa")).unwrap();
    let saved = "SELECT count(*) AS value FROM ledger WHERE act = 'version.saved'";
    let count = diesel::sql_query(saved)
        .get_result::<Count>(&mut office.connect())
        .unwrap();
    assert_eq!(count.value, 1);
    let acts = office.read(|work| documents::history(work, &version)).unwrap();
    assert_eq!(acts.len(), 1, "saving is no act of the version's life");
    for username in ["photruongban", "truongban"] {
        let person = office.actor(username).person.unwrap().id;
        assert_eq!(office.read(|work| documents::waiting_for(work, &person)).unwrap(), []);
    }
}
