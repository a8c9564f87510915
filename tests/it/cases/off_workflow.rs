//! What happened on paper and cannot be refused: recorded as it was, with the case going on from there.

use super::*;
use quytrinh::cases::Ended;

#[actix_web::test]
async fn a_skipped_step_is_recorded_and_the_case_goes_on() {
    let office = office().await;
    let case = received(&office);
    perform(&office, "canbo", &case.id, "B2", "Đạt").unwrap();
    record(&office, "motcua", &case.id, off_step(&office, "B5", "vanthu")).unwrap();
    assert!(
        waits_for(&office, &case.id).contains(&"B7".to_owned()),
        "{:?}",
        waits_for(&office, &case.id)
    );
    perform(&office, "motcua", &case.id, "B7", "").unwrap();
    assert_eq!(head(&office, &case.id).ended, Some(Ended::Completed));
    let events = office.read(|work| cases::events(work, &case.id)).unwrap();
    let off: Vec<_> = events.iter().filter(|event| event.off_workflow).collect();
    assert_eq!(off.len(), 1);
    assert_eq!(off[0].recorded_by, person(&office, "motcua"));
    assert_eq!(off[0].person_id, person(&office, "vanthu"));
    assert_eq!(off[0].reason.as_deref(), Some("Mất điện, làm trên giấy"));
}

#[actix_web::test]
async fn something_that_no_procedure_knows_leaves_the_case_where_it_stands() {
    let office = office().await;
    let case = received(&office);
    let off = off_step(&office, "Gọi điện cho xã bạn", "canbo");
    record(&office, "canbo", &case.id, off).unwrap();
    assert_eq!(waits_for(&office, &case.id), ["B2"]);
    perform(&office, "canbo", &case.id, "B2", "Đạt").unwrap();
}

#[actix_web::test]
async fn events_stand_in_the_order_in_which_they_were_done() {
    let office = office().await;
    let case = received(&office);
    office.set_time(at(16, 14, 0));
    perform(&office, "canbo", &case.id, "B2", "Đạt").unwrap();
    let mut off = off_step(&office, "Gọi điện", "canbo");
    off.done_at = utc(16, 10, 0);
    record(&office, "canbo", &case.id, off).unwrap();
    let events = office.read(|work| cases::events(work, &case.id)).unwrap();
    assert_eq!(events.iter().map(|event| event.seq).collect::<Vec<_>>(), [1, 3, 2]);
    assert_eq!(head(&office, &case.id).last_seq, 3);
}

#[actix_web::test]
async fn the_version_that_was_worked_by_is_kept() {
    let office = office().await;
    let case = received(&office);
    let own = head(&office, &case.id).version_id;
    let mut off = off_step(&office, "B2", "canbo");
    off.version = Some(own.clone());
    record(&office, "canbo", &case.id, off).unwrap();
    let mut foreign = off_step(&office, "B2", "canbo");
    foreign.version = Some(VersionId::of("khác"));
    assert_eq!(
        refusal(record(&office, "canbo", &case.id, foreign)).1,
        "cases.unknown_version"
    );
    let events = office.read(|work| cases::events(work, &case.id)).unwrap();
    assert!(events.iter().all(|event| event.version_id == own));
}

#[actix_web::test]
async fn it_needs_a_reason_a_known_person_and_a_time_that_was() {
    let office = office().await;
    let case = received(&office);
    let good = || off_step(&office, "B4", "lanhdao");
    let key = |off: OffStep| refusal(record(&office, "canbo", &case.id, off)).1;
    assert_eq!(
        key(OffStep {
            reason: "  ".to_owned(),
            ..good()
        }),
        "cases.reason_needed"
    );
    assert_eq!(
        key(OffStep {
            person: PersonId::of("khác"),
            ..good()
        }),
        "cases.unknown_person"
    );
    assert_eq!(
        key(OffStep {
            done_at: utc(16, 9, 1),
            ..good()
        }),
        "cases.in_future"
    );
    assert_eq!(
        key(OffStep {
            done_at: utc(16, 8, 0),
            ..good()
        }),
        "cases.before_receipt"
    );
    assert_eq!(
        key(OffStep {
            step_code: " ".to_owned(),
            ..good()
        }),
        "cases.step_needed"
    );
    assert_eq!(
        key(OffStep {
            outputs: vec![7],
            ..good()
        }),
        "cases.unknown_output"
    );
    assert_eq!(refusal(record(&office, "danhgia", &case.id, good())).0, 403);
    assert_eq!(head(&office, &case.id).last_seq, 1);
}

#[actix_web::test]
async fn a_stopped_case_takes_a_record_but_stays_stopped() {
    let office = office().await;
    let case = received(&office);
    let id = case.id.clone();
    office
        .act_as("motcua", move |work| cases::stop(work, &id, 1, "Rút hồ sơ"))
        .unwrap();
    record(&office, "canbo", &case.id, off_step(&office, "B2", "canbo")).unwrap();
    let head = head(&office, &case.id);
    assert_eq!((head.ended, head.last_seq), (Some(Ended::Stopped), 3));
}
