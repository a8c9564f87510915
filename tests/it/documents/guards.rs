//! What the database itself refuses, whoever writes to it.

use super::{approve, create, day, head, office, open_draft, return_it, sign, submit};
use crate::support::TestOffice;
use diesel::connection::SimpleConnection;
use quytrinh::documents::Stage;
use quytrinh::kernel::VersionId;

/// Runs the statement past every rule of the house and takes it back; gives what the database said against it.
pub(super) fn tried(office: &TestOffice, sql: &str) -> Option<String> {
    let mut conn = office.connect();
    conn.batch_execute("BEGIN").unwrap();
    let said = conn.batch_execute(sql).err().map(|cause| cause.to_string());
    conn.batch_execute("ROLLBACK").unwrap();
    said
}

#[track_caller]
pub(super) fn refused(office: &TestOffice, sql: &str, says: &str) {
    let said = tried(office, sql).unwrap_or_else(|| panic!("the database did it: {sql}"));
    assert!(said.contains(says), "{sql}\n  said: {said}");
}

/// A signature for the seats of a version at a stage, with changes to its values.
fn signature(version: &VersionId, stage_no: i64, changed: &[(&str, &str)]) -> String {
    let value = |column: &str, usual: &str| {
        let found = changed.iter().find(|(name, _)| *name == column);
        found.map_or_else(|| usual.to_owned(), |(_, value)| (*value).to_owned())
    };
    format!(
        "INSERT INTO signatures (id, agency_id, version_id, round, stage_no, position_id, position_name, meaning, \
         verdict, reason, content_sha256, person_id, person_name, at) \
         SELECT 'x' || s.position_id, v.agency_id, v.id, {round}, s.stage_no, s.position_id, s.position_name, \
         {meaning}, 'signed', NULL, {sha}, p.id, p.full_name, v.saved_at FROM versions v \
         JOIN version_stages s ON s.version_id = v.id AND s.round = v.round AND s.stage_no = {stage_no} \
         JOIN persons p ON p.username = {who} WHERE v.id = '{version}'",
        round = value("round", "s.round"),
        meaning = value("meaning", "s.meaning"),
        sha = value("sha", "v.content_sha256"),
        who = value("who", "'thanhvien'"),
    )
}

#[actix_web::test]
async fn effective_periods_of_a_document_never_overlap() {
    let office = office().await;
    let first = create(&office, "CSCL");
    approve(&office, &first, office.site.clock.today());
    let second = open_draft(&office, "thuky", &first).unwrap();
    approve(&office, &second, day(2026, 12, 1));
    let into_force =
        format!("UPDATE versions SET stage = 'effective', effective_from = planned_from WHERE id = '{second}'");
    refused(&office, &into_force, "one after the other");
    let ends = |to: &str| {
        format!("UPDATE versions SET stage = 'superseded', effective_to = '{to}' WHERE id = '{first}'; {into_force}")
    };
    refused(&office, &ends("2026-12-02"), "one after the other");
    assert_eq!(tried(&office, &ends("2026-12-01")), None);
    refused(
        &office,
        &format!(
            "{}; UPDATE versions SET effective_to = '2026-11-25' WHERE id = '{first}'",
            ends("2026-12-01")
        ),
        "dates",
    );
}

#[actix_web::test]
async fn a_second_open_draft_and_a_version_that_begins_later_than_as_a_draft_are_refused() {
    let office = office().await;
    let version = create(&office, "CSCL");
    let copy = |stage: &str, more: (&str, &str)| {
        format!(
            "INSERT INTO versions (id, agency_id, document_id, number, stage, round, title, title_en, field, \
             source, content_sha256, author_id, author_name, created_at, saved_at, row_version{column}) \
             SELECT 'copy', agency_id, document_id, 99, '{stage}', 0, title, title_en, field, source, \
             content_sha256, author_id, author_name, created_at, saved_at, 1{value} FROM versions WHERE id = '{version}'",
            column = more.0,
            value = more.1,
        )
    };
    let said = tried(&office, &copy("draft", ("", ""))).unwrap().to_lowercase();
    assert!(said.contains("unique"), "{said}");
    refused(
        &office,
        &copy("effective", (", effective_from", ", '2026-01-01'")),
        "begins as a draft",
    );
    refused(
        &office,
        &copy("approved", (", planned_from", ", '2026-01-01'")),
        "begins as a draft",
    );
}

#[actix_web::test]
async fn the_text_of_a_submitted_version_is_frozen() {
    let office = office().await;
    let version = create(&office, "CSCL");
    let changes = |column: &str| format!("UPDATE versions SET {column} = 'x' || {column} WHERE id = '{version}'");
    assert_eq!(tried(&office, &changes("source")), None, "a draft is written");
    submit(&office, "thuky", &version, day(2026, 12, 1)).unwrap();
    for (stage, next) in [
        (Stage::InReview, Some("photruongban")),
        (Stage::InApproval, Some("truongban")),
        (Stage::Approved, None),
    ] {
        assert_eq!(head(&office, &version).stage, stage);
        for column in ["source", "title", "title_en", "field"] {
            refused(&office, &changes(column), "only while it is a draft");
        }
        refused(
            &office,
            &format!(
                "UPDATE versions SET content_sha256 = '{}' WHERE id = '{version}'",
                "0".repeat(64)
            ),
            "only while it is a draft",
        );
        if let Some(username) = next {
            sign(&office, username, &version).unwrap();
        }
    }
}

#[actix_web::test]
async fn number_document_and_author_of_a_version_never_change() {
    let office = office().await;
    let version = create(&office, "CSCL");
    for change in [
        "number = 7",
        "author_name = 'Ai đó'",
        "document_id = 'x'",
        "agency_id = 'x'",
        "id = 'x'",
    ] {
        refused(
            &office,
            &format!("UPDATE versions SET {change} WHERE id = '{version}'"),
            "never change",
        );
    }
}

#[actix_web::test]
async fn a_signature_is_only_taken_from_the_right_person_on_the_right_content_at_the_right_time() {
    let office = office().await;
    let version = create(&office, "CSCL");
    submit(&office, "thuky", &version, day(2026, 12, 1)).unwrap();
    return_it(&office, "photruongban", &version).unwrap();
    super::save(&office, "truongban", &version, "").unwrap_err();
    submit(&office, "thuky", &version, day(2026, 12, 1)).unwrap();
    let zeros = format!("'{}'", "0".repeat(64));
    assert_eq!(
        tried(&office, &signature(&version, 1, &[])),
        None,
        "the usual one is taken"
    );
    refused(
        &office,
        &signature(&version, 1, &[("sha", &zeros)]),
        "on the content of the version",
    );
    refused(
        &office,
        &signature(&version, 1, &[("who", "'thuky'")]),
        "does not sign it",
    );
    refused(
        &office,
        &signature(&version, 1, &[("round", "1")]),
        "in the present round",
    );
    refused(
        &office,
        &signature(&version, 1, &[("meaning", "'approve'")]),
        "in the present round",
    );
    refused(&office, &signature(&version, 2, &[]), "in the present round");
    sign(&office, "photruongban", &version).unwrap();
    assert_eq!(tried(&office, &signature(&version, 2, &[])), None);
    refused(
        &office,
        &signature(&version, 2, &[("who", "'photruongban'")]),
        "does not approve in the same round",
    );
    sign(&office, "truongban", &version).unwrap();
    refused(&office, &signature(&version, 2, &[]), "in the present round");
}

#[actix_web::test]
async fn a_co_writer_does_not_sign() {
    let office = office().await;
    let version = create(&office, "CSCL");
    super::save(&office, "thanhvien", &version, &super::text("CSCL", "Cùng viết")).unwrap();
    submit(&office, "thuky", &version, day(2026, 12, 1)).unwrap();
    refused(&office, &signature(&version, 1, &[]), "does not sign it");
    let away = "UPDATE version_writers SET person_id = (SELECT id FROM persons WHERE username = 'canbo')";
    refused(&office, away, "only ever added to");
}

#[actix_web::test]
async fn a_version_moves_on_only_with_its_signatures() {
    let office = office().await;
    let version = create(&office, "CSCL");
    let to = |stage: &str| format!("UPDATE versions SET stage = '{stage}' WHERE id = '{version}'");
    refused(&office, &to("in_review"), "");
    let with_round = format!(
        "UPDATE versions SET stage = 'in_review', round = 1, planned_from = '2026-12-01' WHERE id = '{version}'"
    );
    refused(&office, &with_round, "its text kept as a round");
    submit(&office, "thuky", &version, day(2026, 12, 1)).unwrap();
    refused(&office, &to("in_approval"), "only with the signatures");
    refused(
        &office,
        &format!("UPDATE versions SET round = 2 WHERE id = '{version}'"),
        "grows by one",
    );
    sign(&office, "photruongban", &version).unwrap();
    refused(&office, &to("approved"), "only with the signatures");
    let later = format!("UPDATE versions SET planned_from = '2026-11-01' WHERE id = '{version}'");
    refused(&office, &later, "dates");
}

#[actix_web::test]
async fn what_was_signed_and_done_is_only_ever_added_to() {
    let office = office().await;
    let version = create(&office, "CSCL");
    approve(&office, &version, office.site.clock.today());
    let dir = office.site.files.clone();
    office
        .act_as("thuky", move |work| {
            quytrinh::documents::attach(work, &dir, b"%PDF-1.7")
        })
        .unwrap();
    for (table, change) in [
        ("documents", "code = 'KHAC'"),
        ("version_rounds", "source = ''"),
        ("version_stages", "needs = 'any'"),
        ("signatures", "person_name = ''"),
        ("version_acts", "person_name = ''"),
        ("attached_files", "bytes = 0"),
    ] {
        refused(
            &office,
            &format!("UPDATE {table} SET {change}"),
            &format!("{table} is only ever added to"),
        );
        refused(
            &office,
            &format!("DELETE FROM {table}"),
            &format!("{table} is only ever added to"),
        );
    }
    for table in ["versions", "version_writers"] {
        refused(
            &office,
            &format!("DELETE FROM {table}"),
            &format!("{table} is only ever added to"),
        );
    }
    let late = "INSERT INTO version_stages SELECT agency_id, version_id, round, 9, meaning, needs, position_id, \
                position_name, days FROM version_stages";
    refused(&office, late, "while a draft is being submitted");
    let late = "INSERT INTO version_rounds SELECT agency_id, version_id, round + 1, 'x', content_sha256, submitted_at \
                FROM version_rounds";
    refused(&office, late, "a draft that is being submitted");
}

/// One version in each stage.
fn one_in_each_stage(office: &TestOffice) -> Vec<(Stage, VersionId)> {
    let today = office.site.clock.today();
    let made = |code: &str| create(office, code);
    let later = day(2027, 1, 1);
    let (draft, review, approval, approved) = (made("D"), made("R"), made("A"), made("P"));
    let (effective, superseded, withdrawn, cancelled) = (made("E"), made("S"), made("W"), made("C"));
    for version in [&review, &approval] {
        submit(office, "thuky", version, later).unwrap();
    }
    sign(office, "photruongban", &approval).unwrap();
    approve(office, &approved, later);
    for version in [&effective, &superseded, &withdrawn] {
        approve(office, version, today);
    }
    let next = open_draft(office, "thuky", &superseded).unwrap();
    approve(office, &next, today);
    let (fresh, id) = (office.confirmed("truongban"), super::document(office, &withdrawn));
    office
        .act_as("truongban", move |work| {
            quytrinh::documents::withdraw(work, &fresh, &id, "Bãi bỏ")
        })
        .unwrap();
    let id = cancelled.clone();
    office
        .act_as("thuky", move |work| quytrinh::documents::cancel(work, &id, 1))
        .unwrap();
    vec![
        (Stage::Draft, draft),
        (Stage::InReview, review),
        (Stage::InApproval, approval),
        (Stage::Approved, approved),
        (Stage::Effective, effective),
        (Stage::Superseded, superseded),
        (Stage::Withdrawn, withdrawn),
        (Stage::Cancelled, cancelled),
    ]
}

#[actix_web::test]
async fn the_database_and_the_program_know_the_same_life() {
    let office = office().await;
    for (from, version) in one_in_each_stage(&office) {
        assert_eq!(head(&office, &version).stage, from);
        for to in Stage::ALL.iter().copied().filter(|to| *to != from) {
            let said = tried(
                &office,
                &format!("UPDATE versions SET stage = '{to}' WHERE id = '{version}'"),
            );
            if from.may_become(to) {
                let is_forbidden = said.as_deref().is_some_and(|said| said.contains("along its life"));
                assert!(!is_forbidden, "from {from} to {to}: {said:?}");
            } else {
                assert!(said.is_some(), "the database moved a version from {from} to {to}");
            }
        }
    }
}
