//! What other rooms read: open cases of a person, lists, the overview, traces; each in its own agency.

use super::*;
use quytrinh::cases::{CaseFilter, CaseState, TraceFilter};

#[actix_web::test]
async fn a_person_sees_the_cases_that_wait_for_his_or_her_roles() {
    let office = office().await;
    let case = received(&office);
    let open = |username: &str| {
        let who = person(&office, username);
        office.read(|work| cases::open_for(work, &who)).unwrap()
    };
    let own = open("canbo");
    assert_eq!(own.len(), 1);
    assert_eq!(
        (own[0].code.as_str(), own[0].step_code.as_str()),
        (case.code.as_str(), "B2")
    );
    assert_eq!(
        (own[0].title.as_str(), own[0].step_name.as_str()),
        ("Cấp giấy xác nhận mẫu", "Thẩm định")
    );
    assert!(!own[0].is_late);
    assert!(open("lanhdao").is_empty() && open("motcua").is_empty());
    office.set_time(at(18, 9, 0));
    assert!(open("canbo")[0].is_late);
    // The assignment of this person has ended.
    assert!(open("canbo2").is_empty());
}

#[actix_web::test]
async fn the_list_is_narrowed_and_goes_on_after_fifty() {
    let office = office().await;
    let first = received(&office);
    for _ in 0..51 {
        received(&office);
    }
    let list = |filter: &CaseFilter| office.read(|work| cases::list(work, filter)).unwrap();
    let page = list(&CaseFilter::default());
    assert_eq!(page.rows.len(), 50);
    assert_eq!(page.rows[0].waiting[0].step_code, "B2");
    let rest = list(&CaseFilter {
        after: page.next,
        ..CaseFilter::default()
    });
    let codes: Vec<_> = rest.rows.iter().map(|row| row.head.code.clone()).collect();
    assert_eq!(codes.last(), Some(&first.code));
    assert_eq!((codes.len(), rest.next), (2, None));
    let found = list(&CaseFilter {
        text: "0007%".to_owned(),
        ..CaseFilter::default()
    });
    assert_eq!(found.rows.len(), 1);
    let state = |state| {
        list(&CaseFilter {
            state: Some(state),
            ..CaseFilter::default()
        })
        .rows
        .len()
    };
    assert_eq!(
        (
            state(CaseState::Late),
            state(CaseState::DueSoon),
            state(CaseState::Ended)
        ),
        (0, 0, 0)
    );
    office.set_time(at(18, 9, 0));
    assert_eq!(
        list(&CaseFilter {
            state: Some(CaseState::DueSoon),
            ..CaseFilter::default()
        })
        .rows
        .len(),
        50
    );
    office.set_time(at(20, 9, 0));
    let late = list(&CaseFilter {
        state: Some(CaseState::Late),
        ..CaseFilter::default()
    });
    let more = list(&CaseFilter {
        state: Some(CaseState::Late),
        after: late.next,
        ..CaseFilter::default()
    });
    assert_eq!((late.rows.len(), more.rows.len()), (50, 2));
    assert!(late.rows.iter().all(|row| row.is_late));
}

#[actix_web::test]
async fn the_overview_counts_what_is_open_and_what_ended_on_time() {
    let office = office().await;
    let (quick, slow) = (received(&office), received(&office));
    received(&office);
    for (case, day) in [(&quick, 17), (&slow, 27)] {
        office.set_time(at(day, 9, 0));
        for (username, code, outcome) in [
            ("canbo", "B2", "Đạt"),
            ("lanhdao", "B4", "Đồng ý"),
            ("vanthu", "B5", ""),
            ("motcua", "B7", ""),
        ] {
            perform(&office, username, &case.id, code, outcome).unwrap();
        }
    }
    let overview = office.read(|work| cases::overview(work, day(1), day(30))).unwrap();
    assert_eq!((overview.open, overview.late, overview.due_soon), (1, 1, 0));
    let rate = &overview.by_procedure[0];
    assert_eq!((rate.code.as_str(), rate.done, rate.on_time), ("QT.T.01", 2, 1));
    let month = &overview.by_month[0];
    assert_eq!((month.month, month.done, month.on_time), (day(1), 2, 1));
    let load = &overview.by_role[0];
    assert_eq!((load.role_code.as_str(), load.open, load.late), ("thuly", 1, 1));
}

#[actix_web::test]
async fn traces_hold_everything_that_is_judged() {
    let office = office().await;
    let case = received(&office);
    let supplement = NewStep {
        papers: vec![3],
        outputs: vec![1, 0],
        ..step("B2", "Đạt")
    };
    perform_step(&office, "canbo", &case.id, supplement).unwrap();
    let other = received(&office);
    let id = other.id.clone();
    office
        .act_as("motcua", move |work| cases::stop(work, &id, 1, "Rút"))
        .unwrap();
    let traces = |filter: &TraceFilter| office.read(|work| cases::traces(work, filter)).unwrap();
    let all = traces(&TraceFilter::default());
    assert_eq!(all.len(), 2);
    let trace = &all[0];
    assert_eq!(
        (trace.code.as_str(), trace.content_sha256.len()),
        (case.code.as_str(), 64)
    );
    assert_eq!(
        trace
            .events
            .iter()
            .map(|event| event.step_code.as_str())
            .collect::<Vec<_>>(),
        ["B1", "B2"]
    );
    assert_eq!(trace.events[1].outputs, [0, 1]);
    assert_eq!(trace.papers, [(1, 0), (2, 0), (3, 2), (4, 0)]);
    // Closing is no step.
    assert_eq!(all[1].events.len(), 1);
    assert_eq!(all[1].ended, Some(cases::Ended::Stopped));
    let one = traces(&TraceFilter {
        case: Some(other.id),
        ..TraceFilter::default()
    });
    assert_eq!(one.len(), 1);
    let none = traces(&TraceFilter {
        to: Some(day(15)),
        ..TraceFilter::default()
    });
    assert!(none.is_empty());
    let day_of = traces(&TraceFilter {
        from: Some(day(16)),
        to: Some(day(16)),
        ..TraceFilter::default()
    });
    assert_eq!(day_of.len(), 2);
}

#[actix_web::test]
async fn another_agency_sees_nothing_of_it() {
    let office = office().await;
    let case = received(&office);
    office.person_of(&office.foreign, "la", &[AccessRole::Desk]);
    let stranger = office.sign_in("la").await;
    for path in ["", "/receipt", "/control-slip"] {
        stranger.get(&format!("/cases/{}{path}", case.code)).await.is(404);
    }
    stranger.get("/cases").await.is(200).lacks(&case.code);
    let sent = [("seen_seq", "1"), ("step_code", "B2"), ("outcome", "Đạt")];
    stranger
        .post(&format!("/cases/{}/steps", case.code), &sent)
        .await
        .is(404);
    assert_eq!(head(&office, &case.id).last_seq, 1);
}
