//! What people ask about their data: the times that run, and everything that the office holds of one person.

use super::*;
use crate::support::rounds::figure;
use quytrinh::kernel::local;
use quytrinh::privacy::clock_of;
use std::time::Instant;

fn due(office: &TestOffice, number: i64) -> [String; 2] {
    let request = office.read(|work| privacy::by_number(work, number)).unwrap();
    [request.answer_due_at, request.due_at].map(|at| local(at).format("%d/%m/%Y %H:%M").to_string())
}

#[actix_web::test]
async fn the_first_word_is_due_in_two_working_days_and_the_end_by_the_kind_of_request() {
    let office = office().await;
    // Monday; the 24th is a public holiday, so that the two working days are Wednesday and Thursday.
    office.set_time(at(23, 9, 0));
    for kind in Kind::ASKED {
        let number = register(&office, kind);
        let [answer, end] = due(&office, number);
        assert_eq!(answer, "26/11/2026 17:00");
        let days = clock_of(kind).days;
        let wanted = match days {
            10 => "03/12/2026 17:00",
            // 8 December is a Tuesday, 13 December a Sunday.
            15 => "08/12/2026 17:00",
            20 => "14/12/2026 17:00",
            other => panic!("{other} days"),
        };
        assert_eq!(end, wanted, "{kind}");
    }
    // The control: a week before, without a holiday, Monday's request is due on Wednesday.
    office.set_time(at(16, 9, 0));
    let number = register(&office, Kind::ASKED[0]);
    assert_eq!(due(&office, number)[0], "18/11/2026 17:00");
    figure(
        "P2",
        &format!(
            "{} kinds of request, each with its two clocks over a holiday and weekends",
            Kind::ASKED.len()
        ),
    );
}

#[actix_web::test]
async fn a_request_is_extended_once_in_time_for_a_reason() {
    let office = office().await;
    office.set_time(at(23, 9, 0));
    let number = register(&office, Kind::Objection);
    let extend = |reason: &'static str| {
        let seen = version(&office, number);
        office.act_as("dulieu", move |work| privacy::extend(work, number, seen, reason))
    };
    assert_eq!(extend(" ").unwrap_err().to_string(), "privacy.refused.no_reason");
    extend("Cần xác minh ở đơn vị khác").unwrap();
    assert_eq!(due(&office, number)[1], "23/12/2026 17:00");
    assert_eq!(extend("Nữa").unwrap_err().to_string(), "privacy.refused.extended");
    let late = register(&office, Kind::Access);
    in_december(&office, 20);
    let seen = version(&office, late);
    let refused = office.act_as("dulieu", move |work| privacy::extend(work, late, seen, "Muộn"));
    assert_eq!(refused.unwrap_err().to_string(), "privacy.refused.too_late");
    let officer = office.sign_in("dulieu").await;
    officer.get("/privacy").await.is(200).says("badge late");
}

#[actix_web::test]
async fn the_officer_registers_takes_and_answers_on_pages_and_what_was_typed_is_kept() {
    let office = office().await;
    let officer = office.sign_in("dulieu").await;
    officer.get("/privacy/new").await.is(200);
    let typed = [
        ("kind", "access"),
        ("full_name", SAID[0]),
        ("asked", "Cho tôi xem"),
        ("is_verified", "1"),
    ];
    let refused = officer.post("/privacy", &typed).await;
    refused.is(422).says("privacy.refused.no_number").says(SAID[0]);
    let mut whole = typed.to_vec();
    whole.push(("id_number", SAID[2]));
    officer.post("/privacy", &whole).await.is(303).leads_to("/privacy/1");
    let page = officer.get("/privacy/1").await;
    page.is(200).lacks(SAID[0]).says("privacy.masked");
    officer
        .post("/privacy/1/open", &[])
        .await
        .is(200)
        .says(SAID[0])
        .says("Cho tôi xem");
    let seen = page.value_of("row_version").unwrap().to_owned();
    officer.post("/privacy/1/take", &[("row_version", &seen)]).await.is(303);
    let stale = officer
        .post(
            "/privacy/1/answer",
            &[("row_version", &seen), ("answer", "Đã gửi bản sao")],
        )
        .await;
    stale.is(409).says("Đã gửi bản sao");
    let seen = version(&office, 1).to_string();
    officer
        .post(
            "/privacy/1/answer",
            &[("row_version", &seen), ("answer", "Đã gửi bản sao")],
        )
        .await
        .is(303);
    officer.get("/privacy/1").await.is(200).says("privacy.state.done");
    let desk = office.sign_in("motcua").await;
    desk.get("/privacy").await.is(403);
    desk.post("/privacy/1/open", &[]).await.is(403);
}

#[actix_web::test]
async fn everything_of_one_person_is_taken_out_and_nothing_of_another() {
    let office = office().await;
    let own: Vec<Received> = (0..5).map(|_| fixture::received(&office)).collect();
    let mut other = fixture::new_case(&office);
    other.applicant.full_name = "Nguyễn Văn Bình".to_owned();
    other.applicant.id_number = "099000009999".to_owned();
    let other = fixture::try_receive(&office, other).unwrap();
    let number = register(&office, Kind::Access);
    let officer = office.sign_in("dulieu").await;
    officer.get(&format!("/privacy/{number}")).await.is(200);
    let begun = Instant::now();
    let json = officer
        .post(&format!("/privacy/{number}/export"), &[("as", "json")])
        .await;
    json.is(200);
    assert!(begun.elapsed().as_secs() < 30);
    let taken: serde_json::Value = serde_json::from_str(json.text()).unwrap();
    let codes: Vec<&str> = taken["cases"]
        .as_array()
        .unwrap()
        .iter()
        .map(|case| case["code"].as_str().unwrap())
        .collect();
    assert_eq!(codes.len(), 5);
    assert!(own.iter().all(|case| codes.contains(&case.code.as_str())));
    assert!(!json.text().contains(&other.code) && !json.text().contains("Bình"));
    assert_eq!(taken["cases"][0]["applicant"]["phone"], SAID[1]);
    let page = officer
        .post(&format!("/privacy/{number}/export"), &[("as", "page")])
        .await;
    page.is(200).says(SAID[0]).says(&own[0].code);
    let seen = office
        .read(|work| personal::accesses_to(work, own[0].id.as_str(), 10))
        .unwrap();
    assert!(seen.iter().all(|one| one.request_no == Some(number)) && seen.len() == 2);
}

/// A reason belongs to a duty: an auditor opens nothing as if somebody had asked, and the officer audits nothing.
#[actix_web::test]
async fn data_are_opened_for_reasons_of_the_own_duty_only() {
    let office = office().await;
    let case = refused_case(&office);
    let all = [Reason::Audit, Reason::Complaint, Reason::Request, Reason::Incident];
    for (username, own) in [
        ("danhgia", [Reason::Audit, Reason::Complaint]),
        ("dulieu", [Reason::Request, Reason::Incident]),
    ] {
        for reason in all {
            let opened = look_as(&office, username, &case.id, Some(reason));
            match opened {
                Ok(_) => assert!(own.contains(&reason), "{username}: {reason}"),
                Err(refused) => {
                    assert!(!own.contains(&reason), "{username}: {reason}");
                    assert_eq!(refused.to_string(), "personal.reason_of_others");
                }
            }
        }
    }
}
