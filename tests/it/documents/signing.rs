//! Who may sign, in which order, and on which content.

use super::{approve, create, day, head, leads, lend, office, refused, return_it, save, set_route, sign, submit, text};
use chrono::TimeDelta;
use quytrinh::documents::{self, Meaning, Needs, Stage};
use quytrinh::kernel::{AccessRole, VersionId};
use quytrinh::people;

fn submitted(office: &crate::support::TestOffice) -> VersionId {
    let version = create(office, "CSCL");
    submit(office, "thuky", &version, day(2026, 12, 1)).unwrap();
    version
}

#[actix_web::test]
async fn whoever_wrote_any_of_a_version_does_not_sign_it() {
    let office = office().await;
    let version = create(&office, "CSCL");
    save(&office, "photruongban", &version, &text("CSCL", "Chữ của phó ban")).unwrap();
    submit(&office, "thuky", &version, day(2026, 12, 1)).unwrap();
    for username in ["thuky", "photruongban"] {
        refused(sign(&office, username, &version), 403, "documents.refused.own_text");
        refused(
            return_it(&office, username, &version),
            403,
            "documents.refused.own_text",
        );
    }
}

#[actix_web::test]
async fn whoever_reviewed_does_not_approve_in_the_same_round_but_may_in_the_next() {
    let office = office().await;
    leads(&office, "photruongban");
    office.holds("photruongban", "TB");
    set_route(
        &office,
        &[
            (Meaning::Review, Needs::Any, &["PTB"]),
            (Meaning::Approve, Needs::Any, &["TB"]),
        ],
    );
    let version = submitted(&office);
    sign(&office, "photruongban", &version).unwrap();
    refused(
        sign(&office, "photruongban", &version),
        403,
        "documents.refused.reviewed_it",
    );
    return_it(&office, "truongban", &version).unwrap();
    set_route(&office, &[(Meaning::Approve, Needs::Any, &["TB"])]);
    submit(&office, "thuky", &version, day(2026, 12, 1)).unwrap();
    assert_eq!(head(&office, &version).stage, Stage::InApproval);
    assert_eq!(sign(&office, "photruongban", &version).unwrap(), Stage::Approved);
}

#[actix_web::test]
async fn only_holders_of_the_present_stage_sign() {
    let office = office().await;
    let version = submitted(&office);
    refused(
        sign(&office, "canbo", &version),
        403,
        "failure.permission.review_versions",
    );
    refused(
        sign(&office, "danhgia", &version),
        403,
        "failure.permission.review_versions",
    );
    refused(
        sign(&office, "thanhvien", &version),
        403,
        "documents.refused.not_signatory",
    );
    refused(
        sign(&office, "truongban", &version),
        403,
        "documents.refused.not_signatory",
    );
    sign(&office, "photruongban", &version).unwrap();
    office.holds("thanhvien", "PTB");
    refused(sign(&office, "thanhvien", &version), 409, "documents.decided.reviewed");
    assert_eq!(sign(&office, "truongban", &version).unwrap(), Stage::Approved);
    refused(sign(&office, "truongban", &version), 409, "documents.decided.approved");
}

#[actix_web::test]
async fn a_position_that_was_left_signs_no_more() {
    let office = office().await;
    let version = submitted(&office);
    let yesterday = office.site.clock.today() - TimeDelta::days(1);
    let position = office
        .read(|work| quytrinh::people::position_by_code(work, "PTB"))
        .unwrap()
        .id;
    let holders = office
        .read(|work| quytrinh::people::holders_on(work, yesterday, yesterday))
        .unwrap();
    let holding = holders
        .into_iter()
        .find(|holder| holder.position_id == position)
        .unwrap()
        .id;
    office
        .act(move |work| quytrinh::people::end_holder(work, &holding, yesterday))
        .unwrap();
    refused(
        sign(&office, "photruongban", &version),
        403,
        "documents.refused.not_signatory",
    );
}

#[actix_web::test]
async fn other_content_than_was_seen_is_not_signed() {
    let office = office().await;
    let version = submitted(&office);
    let seen = head(&office, &version).content_sha256;
    return_it(&office, "photruongban", &version).unwrap();
    save(&office, "thuky", &version, &text("CSCL", "Nội dung khác")).unwrap();
    submit(&office, "thuky", &version, day(2026, 12, 1)).unwrap();
    let (id, fresh) = (version.clone(), office.confirmed("photruongban"));
    let old = seen.clone();
    let signed = office.act_as("photruongban", move |work| documents::sign(work, &fresh, &id, &old));
    refused(signed, 409, "documents.content_changed");
    let (id, fresh) = (version.clone(), office.confirmed("photruongban"));
    let returned = office.act_as("photruongban", move |work| {
        documents::return_to_author(work, &fresh, (&id, &seen), "Chưa đọc")
    });
    refused(returned, 409, "documents.content_changed");
}

#[actix_web::test]
async fn a_signature_asks_for_the_own_password_given_just_now() {
    let office = office().await;
    let version = submitted(&office);
    let seen = head(&office, &version).content_sha256;
    let with = |fresh: quytrinh::people::FreshAuth| {
        let (id, seen) = (version.clone(), seen.clone());
        office.act_as("photruongban", move |work| documents::sign(work, &fresh, &id, &seen))
    };
    let (foreign, old) = (office.confirmed("truongban"), office.confirmed("photruongban"));
    refused(with(foreign), 403, "people.confirm.stale");
    office.wait(TimeDelta::minutes(6));
    refused(with(old), 403, "people.confirm.stale");
    with(office.confirmed("photruongban")).unwrap();
}

#[actix_web::test]
async fn all_of_a_stage_sign_before_the_next_one() {
    let office = office().await;
    office.person("lanhdao", &[AccessRole::Leader]);
    office.position("VP", "Chánh Văn phòng");
    office.holds("lanhdao", "VP");
    set_route(
        &office,
        &[
            (Meaning::Review, Needs::All, &["PTB", "VP"]),
            (Meaning::Approve, Needs::Any, &["TB"]),
        ],
    );
    let version = submitted(&office);
    assert_eq!(sign(&office, "photruongban", &version).unwrap(), Stage::InReview);
    refused(
        sign(&office, "photruongban", &version),
        409,
        "documents.decided.reviewed",
    );
    let progress = office.read(|work| documents::progress(work, &version)).unwrap();
    assert_eq!(progress.len(), 2);
    assert!(progress[0].is_current && !progress[0].is_done && !progress[1].is_current);
    let told: Vec<_> = progress[0]
        .positions
        .iter()
        .map(|one| (one.name.as_str(), one.holders.join(", "), one.signed.is_some()))
        .collect();
    assert_eq!(
        told,
        [
            ("Chánh Văn phòng", "Ông/Bà lanhdao".to_owned(), false),
            ("Phó Trưởng ban", "Ông/Bà photruongban".to_owned(), true)
        ]
    );
    assert_eq!(sign(&office, "lanhdao", &version).unwrap(), Stage::InApproval);
    assert_eq!(sign(&office, "truongban", &version).unwrap(), Stage::Approved);
    let progress = office.read(|work| documents::progress(work, &version)).unwrap();
    assert!(progress.iter().all(|stage| stage.is_done && !stage.is_current));
}

#[actix_web::test]
async fn who_holds_two_positions_of_a_stage_signs_once_for_both() {
    let office = office().await;
    office.holds("photruongban", "TK");
    set_route(
        &office,
        &[
            (Meaning::Review, Needs::All, &["PTB", "TK"]),
            (Meaning::Approve, Needs::Any, &["TB"]),
        ],
    );
    let version = submitted(&office);
    assert_eq!(sign(&office, "photruongban", &version).unwrap(), Stage::InApproval);
    assert_eq!(
        office.read(|work| documents::signatures(work, &version)).unwrap().len(),
        2
    );
}

#[actix_web::test]
async fn a_route_that_changes_does_not_touch_a_round_under_way() {
    let office = office().await;
    let version = submitted(&office);
    set_route(&office, &[(Meaning::Approve, Needs::Any, &["PTB"])]);
    // Nobody who holds that position could approve: the round under way has no such stage.
    assert_eq!(sign(&office, "photruongban", &version).unwrap(), Stage::InApproval);
    assert_eq!(sign(&office, "truongban", &version).unwrap(), Stage::Approved);
}

#[actix_web::test]
async fn each_sees_what_waits_for_the_own_signature() {
    let office = office().await;
    let (one, other) = (submitted(&office), create(&office, "A.01"));
    submit(&office, "thuky", &other, day(2026, 12, 1)).unwrap();
    let waiting = |username: &str| {
        let person = office.actor(username).person.unwrap().id;
        let found = office.read(|work| documents::waiting_for(work, &person)).unwrap();
        let told = |one: documents::Waiting| (one.head.code, one.stage_no, one.meaning, one.position_name);
        found.into_iter().map(told).collect::<Vec<_>>()
    };
    let review = |code: &str| (code.to_owned(), 1, Meaning::Review, "Phó Trưởng ban".to_owned());
    assert_eq!(waiting("photruongban"), [review("A.01"), review("CSCL")]);
    assert_eq!(
        waiting("thuky"),
        [],
        "the author holds a position of the stage, but may not sign"
    );
    assert_eq!(waiting("truongban"), []);
    sign(&office, "photruongban", &one).unwrap();
    assert_eq!(waiting("photruongban"), [review("A.01")]);
    assert_eq!(
        waiting("truongban"),
        [("CSCL".to_owned(), 2, Meaning::Approve, "Trưởng ban".to_owned())]
    );
    sign(&office, "truongban", &one).unwrap();
    assert_eq!(waiting("truongban"), []);
}

#[actix_web::test]
async fn names_on_signatures_stay_when_people_and_positions_change() {
    let office = office().await;
    let version = create(&office, "CSCL");
    approve(&office, &version, office.site.clock.today());
    let leaving = office.actor("truongban").person.unwrap().id;
    office
        .act(move |work| quytrinh::people::deactivate(work, &leaving))
        .unwrap();
    let given = office.read(|work| documents::signatures(work, &version)).unwrap();
    let told: Vec<_> = given
        .iter()
        .map(|one| (one.position_name.as_str(), one.person_name.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("Phó Trưởng ban", "Ông/Bà photruongban"),
            ("Trưởng ban", "Ông/Bà truongban")
        ]
    );
}

#[actix_web::test]
async fn somebody_signs_for_the_holder_during_the_period_of_a_decision_and_the_signature_says_so() {
    let office = office().await;
    leads(&office, "thanhvien");
    let lend = || lend(&office, ("truongban", "TB"), "thanhvien", day(2026, 12, 31));
    let version = submitted(&office);
    sign(&office, "photruongban", &version).unwrap();
    refused(
        sign(&office, "thanhvien", &version),
        403,
        "documents.refused.not_signatory",
    );
    lend().unwrap();
    refused(lend(), 422, "people.delegation_held");
    let delegate = office.sign_in("thanhvien").await;
    let page = delegate.get(&format!("/versions/{version}")).await;
    page.is(200)
        .says("KT. Trưởng ban")
        .says("documents.duty.button.approve");
    assert_eq!(sign(&office, "thanhvien", &version).unwrap(), Stage::Approved);
    let given = office.read(|work| documents::signatures(work, &version)).unwrap();
    let last_given = given.last().unwrap();
    assert_eq!(last_given.position_name, "KT. Trưởng ban");
    assert_eq!(last_given.decision_no.as_deref(), Some("7/QĐ-UBND"));
    assert_eq!(given[0].decision_no, None);
    delegate
        .get(&format!("/versions/{version}"))
        .await
        .says("documents.by_decision");
    // The day after the period the power is gone.
    let next = create(&office, "MTCL");
    submit(&office, "thuky", &next, day(2027, 1, 4)).unwrap();
    sign(&office, "photruongban", &next).unwrap();
    office.set_time(day(2027, 1, 1).and_hms_opt(8, 0, 0).unwrap());
    refused(
        sign(&office, "thanhvien", &next),
        403,
        "documents.refused.not_signatory",
    );
}

#[actix_web::test]
async fn power_without_an_end_a_decision_or_its_holder_is_refused_by_the_database() {
    let office = office().await;
    let id = |username: &str| office.actor(username).person.unwrap().id;
    let (holder, other) = (id("truongban"), id("thanhvien"));
    let position = office.read(|work| people::position_by_code(work, "TB")).unwrap().id;
    let (agency, number) = (&office.agency, std::cell::Cell::new(0));
    for username in ["truongban", "thanhvien"] {
        // Who lends has a key: it is made with the first password that confirms.
        office.confirmed(username);
    }
    let lend = |to: &str, (from, until): (&str, &str), (by, decision, reason, capacity): (&str, &str, &str, &str)| {
        use diesel::RunQueryDsl;
        number.set(number.get() + 1);
        let sql = format!(
            "INSERT INTO position_holders (id, agency_id, position_id, person_id, valid_from, valid_to, decision_no, \
             capacity, lent_by, scope, reason, statement, signature, key_id, ledger_size, lent_at) SELECT 'l{}', '{agency}', \
             '{position}', '{to}', '{from}', {until}, '{decision}', '{capacity}', {by}, 'all', '{reason}', 'x', '{}', id, 1, \
             '2026-11-01 02:00:00' FROM signing_keys WHERE person_id = COALESCE({by}, '{holder}')",
            number.get(),
            "A".repeat(88)
        );
        diesel::sql_query(sql).execute(&mut office.connect())
    };
    let by = format!("'{holder}'");
    let days = ("2026-11-01", "'2027-01-29'");
    let (to, own, whole) = (other.as_str(), holder.as_str(), (by.as_str(), "7", "đi học", "kt"));
    assert!(lend(to, ("2026-11-01", "NULL"), whole).is_err(), "without an end");
    assert!(lend(to, days, (&by, "", "đi học", "kt")).is_err(), "without a decision");
    assert!(lend(to, days, (&by, "7", "", "kt")).is_err(), "without a reason");
    assert!(lend(to, days, (&by, "7", "đi học", "sir")).is_err(), "in no capacity");
    assert!(lend(to, days, ("NULL", "7", "đi học", "kt")).is_err(), "by nobody");
    assert!(lend(own, days, whole).is_err(), "to oneself");
    assert!(
        lend(own, days, (&format!("'{other}'"), "7", "đi học", "kt")).is_err(),
        "by no holder"
    );
    assert!(lend(to, ("2026-11-01", "'2027-01-30'"), whole).is_err(), "91 days");
    assert_eq!(lend(to, days, whole), Ok(1));
    let set = |change: &str| {
        use diesel::RunQueryDsl;
        diesel::sql_query(format!("UPDATE position_holders SET {change}")).execute(&mut office.connect())
    };
    assert!(set("capacity = 'kt', valid_to = '2027-01-01', decision_no = '1'").is_err());
    assert!(
        set("valid_to = '2027-03-01' WHERE capacity = 'kt'").is_err(),
        "not prolonged"
    );
    assert_eq!(set("ended_on = '2026-12-01' WHERE capacity = 'kt'"), Ok(1));
    assert!(
        set("ended_on = NULL WHERE capacity = 'kt'").is_err(),
        "what ended stays so"
    );
}
