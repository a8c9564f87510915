//! A case from its receipt to its result, its pauses and its ends.

use super::*;
use quytrinh::cases::Ended;

#[actix_web::test]
async fn a_case_goes_from_the_desk_to_its_result_through_the_hands_of_all() {
    let office = office().await;
    let case = received(&office);
    assert_eq!(case.code, "H38.99.01-261116-0001");
    let received = head(&office, &case.id);
    assert_eq!(shown(received.promised_at), Some(at(19, 17, 0)));
    assert_eq!((received.due_at, received.last_seq), (received.promised_at, 1));
    let steps = [
        (10, "canbo", "B2", "Đạt"),
        (11, "lanhdao", "B4", "Đồng ý"),
        (14, "vanthu", "B5", ""),
        (15, "motcua", "B7", ""),
    ];
    for (hour, username, code, outcome) in steps {
        office.set_time(at(16, hour, 0));
        assert!(waits_for(&office, &case.id).contains(&code.to_owned()), "{code}");
        perform(&office, username, &case.id, code, outcome).unwrap();
    }
    let ended = head(&office, &case.id);
    assert_eq!(
        (ended.ended, shown(ended.ended_at)),
        (Some(Ended::Completed), Some(at(16, 15, 0)))
    );
    assert!(waiting(&office, &case.id).is_empty());
    let events = office.read(|work| cases::events(work, &case.id)).unwrap();
    let done: Vec<_> = events
        .iter()
        .map(|event| event.step_code.clone().unwrap_or_default())
        .collect();
    assert_eq!(done, ["B1", "B2", "B4", "B5", "B7"]);
    let work = &events[1];
    assert_eq!(
        (work.person_name.as_str(), work.position_name.as_str()),
        ("Ông/Bà canbo", "Công chức thụ lý")
    );
    assert_eq!(events[0].outputs, [0]);
}

#[actix_web::test]
async fn codes_count_within_the_day_and_a_case_keeps_the_version_of_its_day() {
    let office = office().await;
    let first = received(&office);
    let second = received(&office);
    assert!(second.code.ends_with("-261116-0002"), "{}", second.code);
    let document = document(&office);
    let draft = office
        .act_as("thuky", move |work| documents::open_draft(work, &document))
        .unwrap();
    let text = PROCEDURE.replace("3 working_day", "5 working_day");
    let (row, version) = (
        office.read(|work| documents::head(work, &draft)).unwrap().row_version,
        draft.clone(),
    );
    office
        .act_as("thuky", move |work| documents::save(work, &version, row, &text))
        .unwrap();
    bring_into_force(&office, &draft, day(18));
    office.set_time(at(18, 9, 0));
    let third = received(&office);
    let versions: Vec<_> = [&first, &second, &third]
        .map(|case| head(&office, &case.id).version_id)
        .to_vec();
    assert!(versions[0] == versions[1] && versions[2] == draft && versions[0] != draft);
    assert_eq!(shown(head(&office, &third.id).promised_at), Some(at(26, 17, 0)));
    perform(&office, "canbo", &first.id, "B2", "Đạt").unwrap();
}

#[actix_web::test]
async fn the_duration_case_decides_the_promised_day() {
    let office = office().await;
    let case = try_receive(
        &office,
        NewCase {
            duration_code: "xac_minh".to_owned(),
            ..new_case(&office)
        },
    )
    .unwrap();
    // Eight working days from Monday the 16th; the 24th is a holiday.
    assert_eq!(shown(head(&office, &case.id).promised_at), Some(at(27, 17, 0)));
}

#[actix_web::test]
async fn a_step_waits_from_the_moment_it_became_possible_and_is_due_by_its_own_time() {
    let office = office().await;
    let case = received(&office);
    let waiting = waiting(&office, &case.id);
    assert_eq!(waiting.len(), 1);
    assert_eq!(
        (waiting[0].step_code.as_str(), waiting[0].role_code.as_str()),
        ("B2", "thuly")
    );
    assert_eq!(local(waiting[0].since), at(16, 9, 0));
    assert_eq!(shown(waiting[0].due_at), Some(at(17, 17, 0)));
}

#[actix_web::test]
async fn a_late_step_can_still_be_done() {
    let office = office().await;
    let case = received(&office);
    office.set_time(at(27, 9, 0));
    assert!(head(&office, &case.id).is_late(office.site.clock.now()));
    perform(&office, "canbo", &case.id, "B2", "Đạt").unwrap();
    perform(&office, "lanhdao", &case.id, "B4", "Đồng ý").unwrap();
    perform(&office, "vanthu", &case.id, "B5", "").unwrap();
    perform(&office, "motcua", &case.id, "B7", "").unwrap();
    let ended = head(&office, &case.id);
    assert_eq!(ended.ended, Some(Ended::Completed));
    assert!(ended.is_late(utc(30, 9, 0)));
}

#[actix_web::test]
async fn waiting_for_the_citizen_stops_the_clock_and_moves_the_due_time() {
    let office = office().await;
    let case = received(&office);
    office.set_time(at(17, 9, 0));
    perform(&office, "canbo", &case.id, "B2", "Cần bổ sung").unwrap();
    assert_eq!(head(&office, &case.id).due_at, None);
    office.set_time(at(26, 9, 0));
    assert!(!head(&office, &case.id).is_late(office.site.clock.now()));
    let supplement = NewStep {
        papers: vec![3],
        ..step("B3", "")
    };
    perform_step(&office, "motcua", &case.id, supplement).unwrap();
    // The office worked six days in between (the 24th is a holiday): the promise of the 19th moves to the 30th.
    assert_eq!(shown(head(&office, &case.id).due_at), Some(at(30, 17, 0)));
    assert_eq!(shown(head(&office, &case.id).promised_at), Some(at(19, 17, 0)));
}

#[actix_web::test]
async fn the_desk_refuses_a_case_at_once() {
    let office = office().await;
    let refused = NewCase {
        first_outcome: Some("Không tiếp nhận".to_owned()),
        ..new_case(&office)
    };
    let case = try_receive(&office, refused).unwrap();
    let head = head(&office, &case.id);
    assert_eq!((head.ended, head.last_seq), (Some(Ended::Refused), 1));
}

#[actix_web::test]
async fn without_an_outcome_the_first_step_waits() {
    let office = office().await;
    let case = try_receive(
        &office,
        NewCase {
            first_outcome: None,
            ..new_case(&office)
        },
    )
    .unwrap();
    assert_eq!(head(&office, &case.id).last_seq, 0);
    assert_eq!(waits_for(&office, &case.id), ["B1"]);
    perform(&office, "motcua", &case.id, "B1", "Hợp lệ").unwrap();
    assert_eq!(waits_for(&office, &case.id), ["B2"]);
}

#[actix_web::test]
async fn an_optional_step_waits_beside_the_one_after_it() {
    let office = office().await;
    let case = received(&office);
    perform(&office, "canbo", &case.id, "B2", "Đạt").unwrap();
    perform(&office, "lanhdao", &case.id, "B4", "Đồng ý").unwrap();
    perform(&office, "vanthu", &case.id, "B5", "").unwrap();
    assert_eq!(waits_for(&office, &case.id), ["B6", "B7"]);
    perform(&office, "motcua", &case.id, "B6", "").unwrap();
    assert_eq!(waits_for(&office, &case.id), ["B7"]);
}

#[actix_web::test]
async fn a_stopped_case_waits_for_nothing_and_tells_why() {
    let office = office().await;
    let case = received(&office);
    let id = case.id.clone();
    office
        .act_as("motcua", move |work| cases::stop(work, &id, 1, "Người nộp rút yêu cầu"))
        .unwrap();
    let stopped = head(&office, &case.id);
    assert_eq!((stopped.ended, stopped.last_seq), (Some(Ended::Stopped), 2));
    assert!(waiting(&office, &case.id).is_empty());
    let events = office.read(|work| cases::events(work, &case.id)).unwrap();
    assert_eq!(events.last().unwrap().reason.as_deref(), Some("Người nộp rút yêu cầu"));
    let (status, key, _) = refusal(perform(&office, "canbo", &case.id, "B2", "Đạt"));
    assert_eq!((status, key.as_str()), (409, "cases.refused.after_end"));
}
