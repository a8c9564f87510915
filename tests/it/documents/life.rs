//! From draft to effective, superseded and withdrawn.

use super::{approve, create, day, document, head, morning, office, open_draft, refused, sign, stages, submit};
use chrono::TimeDelta;
use quytrinh::documents::{self, Stage, VersionAct};

#[actix_web::test]
async fn three_versions_of_a_document_are_approved_in_turn() {
    let office = office().await;
    let today = office.site.clock.today();
    let first = create(&office, "CSCL");
    assert_eq!(approve(&office, &first, today), Stage::Effective);
    for number in 2..=3 {
        office.wait(TimeDelta::days(10));
        let next = open_draft(&office, "thuky", &first).unwrap();
        assert_eq!(head(&office, &next).number, number);
        assert_eq!(approve(&office, &next, office.site.clock.today()), Stage::Effective);
    }
    assert_eq!(
        stages(&office, &first),
        [Stage::Superseded, Stage::Superseded, Stage::Effective]
    );
    let document = document(&office, &first);
    let heads = office.read(|work| documents::heads_of(work, &document)).unwrap();
    let days: Vec<_> = heads
        .iter()
        .rev()
        .map(|head| (head.effective_from, head.effective_to))
        .collect();
    let after = |days| today + TimeDelta::days(days);
    assert_eq!(
        days,
        [
            (Some(today), Some(after(10))),
            (Some(after(10)), Some(after(20))),
            (Some(after(20)), None)
        ]
    );
    for (days, number) in [(0, 1), (9, 1), (10, 2), (19, 2), (20, 3), (400, 3)] {
        let found = office
            .read(|work| documents::effective_on(work, &document, after(days)))
            .unwrap();
        assert_eq!(found.map(|head| head.number), Some(number), "after {days} days");
    }
    let before = office
        .read(|work| documents::effective_on(work, &document, after(-1)))
        .unwrap();
    assert_eq!(before, None);
}

#[actix_web::test]
async fn three_versions_can_follow_each_other_on_one_day() {
    let office = office().await;
    let today = office.site.clock.today();
    let first = create(&office, "CSCL");
    approve(&office, &first, today);
    for _ in 0..2 {
        let next = open_draft(&office, "thuky", &first).unwrap();
        approve(&office, &next, today);
    }
    assert_eq!(
        stages(&office, &first),
        [Stage::Superseded, Stage::Superseded, Stage::Effective]
    );
    let document = document(&office, &first);
    let found = office
        .read(|work| documents::effective_on(work, &document, today))
        .unwrap();
    assert_eq!(found.map(|head| head.number), Some(3));
}

#[actix_web::test]
async fn an_approved_version_waits_for_its_day() {
    let office = office().await;
    let first = create(&office, "CSCL");
    approve(&office, &first, office.site.clock.today());
    let second = open_draft(&office, "thuky", &first).unwrap();
    assert_eq!(approve(&office, &second, day(2027, 1, 1)), Stage::Approved);
    morning(&office, day(2026, 12, 31));
    assert_eq!(stages(&office, &first), [Stage::Effective, Stage::Approved]);
    assert_eq!(office.read(documents::due_versions).unwrap(), []);
    // Two days late: it is in force from the day that was approved.
    morning(&office, day(2027, 1, 3));
    assert_eq!(stages(&office, &first), [Stage::Superseded, Stage::Effective]);
    assert_eq!(head(&office, &second).effective_from, Some(day(2027, 1, 1)));
    assert_eq!(head(&office, &first).effective_to, Some(day(2027, 1, 1)));
}

#[actix_web::test]
async fn a_version_approved_after_its_day_is_in_force_from_the_approval() {
    let office = office().await;
    let today = office.site.clock.today();
    let version = create(&office, "CSCL");
    submit(&office, "thuky", &version, today).unwrap();
    sign(&office, "photruongban", &version).unwrap();
    office.wait(TimeDelta::days(3));
    assert_eq!(sign(&office, "truongban", &version).unwrap(), Stage::Effective);
    assert_eq!(head(&office, &version).effective_from, Some(today + TimeDelta::days(3)));
}

#[actix_web::test]
async fn a_draft_follows_the_version_that_waits_and_cannot_overtake_it() {
    let office = office().await;
    let first = create(&office, "CSCL");
    approve(&office, &first, office.site.clock.today());
    let second = open_draft(&office, "thuky", &first).unwrap();
    super::save(&office, "thuky", &second, &super::text("CSCL", "Bản hai")).unwrap();
    approve(&office, &second, day(2027, 1, 1));
    let third = open_draft(&office, "thuky", &first).unwrap();
    assert_eq!(head(&office, &third).title, "Bản hai");
    let early = submit(&office, "thuky", &third, day(2026, 12, 1));
    refused(early, 409, "documents.refused.before_approved");
    approve(&office, &third, day(2027, 1, 1));
    morning(&office, day(2027, 1, 1));
    assert_eq!(
        stages(&office, &first),
        [Stage::Superseded, Stage::Superseded, Stage::Effective]
    );
}

#[actix_web::test]
async fn an_effective_version_is_withdrawn_and_the_document_goes_on() {
    let office = office().await;
    let today = office.site.clock.today();
    let first = create(&office, "CSCL");
    approve(&office, &first, today);
    let id = document(&office, &first);
    let withdraw = |username: &str, reason: &'static str| {
        let (fresh, id) = (office.confirmed(username), id.clone());
        office.act_as(username, move |work| documents::withdraw(work, &fresh, &id, reason))
    };
    refused(withdraw("thuky", "Lý do"), 403, "failure.permission.withdraw_versions");
    refused(withdraw("truongban", "  "), 422, "documents.refused.reason_needed");
    withdraw("truongban", "Luật đã bãi bỏ").unwrap();
    assert_eq!(stages(&office, &first), [Stage::Withdrawn]);
    assert_eq!(head(&office, &first).effective_to, Some(today));
    assert_eq!(office.read(documents::effective).unwrap(), []);
    refused(withdraw("truongban", "Lần nữa"), 409, "documents.refused.not_in_force");
    let second = open_draft(&office, "thuky", &first).unwrap();
    assert_eq!(approve(&office, &second, today), Stage::Effective);
}

#[actix_web::test]
async fn a_version_that_waits_while_the_former_is_withdrawn_does_not_reach_back_into_its_time() {
    let office = office().await;
    let first = create(&office, "CSCL");
    approve(&office, &first, office.site.clock.today());
    let second = open_draft(&office, "thuky", &first).unwrap();
    approve(&office, &second, day(2027, 1, 1));
    office.set_time(day(2027, 1, 2).and_hms_opt(8, 0, 0).unwrap());
    let (fresh, id) = (office.confirmed("truongban"), document(&office, &first));
    office
        .act_as("truongban", move |work| {
            documents::withdraw(work, &fresh, &id, "Bãi bỏ")
        })
        .unwrap();
    morning(&office, day(2027, 1, 3));
    assert_eq!(stages(&office, &first), [Stage::Withdrawn, Stage::Effective]);
    assert_eq!(head(&office, &second).effective_from, Some(day(2027, 1, 2)));
}

#[actix_web::test]
async fn the_history_tells_every_act_with_its_round_and_name() {
    let office = office().await;
    let version = create(&office, "CSCL");
    submit(&office, "thuky", &version, day(2026, 12, 1)).unwrap();
    super::return_it(&office, "photruongban", &version).unwrap();
    approve(&office, &version, day(2026, 12, 1));
    morning(&office, day(2026, 12, 1));
    let acts = office.read(|work| documents::history(work, &version)).unwrap();
    let told: Vec<_> = acts
        .iter()
        .map(|act| (act.act, act.round, act.person_name.as_str()))
        .collect();
    use VersionAct::{Approved, Created, MadeEffective, Returned, Reviewed, Submitted};
    assert_eq!(
        told,
        [
            (Created, 0, "Ông/Bà thuky"),
            (Submitted, 1, "Ông/Bà thuky"),
            (Returned, 1, "Ông/Bà photruongban"),
            (Submitted, 2, "Ông/Bà thuky"),
            (Reviewed, 2, "Ông/Bà photruongban"),
            (Approved, 2, "Ông/Bà truongban"),
            (MadeEffective, 2, ""),
        ]
    );
    assert_eq!(acts[2].reason.as_deref(), Some("Thiếu mục tiêu"));
}
