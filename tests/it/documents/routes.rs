//! Setting the routes of review and approval.

use super::{create, day, office, refused, sign, stages_of, submit};
use quytrinh::documents::{self, Meaning, Needs, NewStage};
use quytrinh::kernel::{AccessRole, PositionId};
use quytrinh::people;
use quytrinh::procedures::Kind;

#[actix_web::test]
async fn a_route_is_set_and_read_back_in_order() {
    let office = office().await;
    let routes = office.read(documents::routes).unwrap();
    assert_eq!(routes.len(), Kind::ALL.len());
    assert!(
        routes
            .iter()
            .all(|route| (route.kind == Kind::QualityPolicy) != route.stages.is_empty())
    );
    let route = office
        .read(|work| documents::route_of(work, Kind::QualityPolicy))
        .unwrap();
    let told: Vec<_> = route
        .stages
        .iter()
        .map(|stage| {
            let codes: Vec<&str> = stage.positions.iter().map(|position| position.code.as_str()).collect();
            (stage.stage_no, stage.meaning, stage.needs, codes)
        })
        .collect();
    assert_eq!(
        told,
        [
            (1, Meaning::Review, Needs::Any, vec!["PTB", "TK"]),
            (2, Meaning::Approve, Needs::All, vec!["TB"])
        ]
    );
    let shorter = stages_of(&office, &[(Meaning::Approve, Needs::Any, &["TB", "PTB"])]);
    office
        .act_as("thuky", move |work| {
            documents::set_route(work, Kind::QualityPolicy, &shorter)
        })
        .unwrap();
    let route = office
        .read(|work| documents::route_of(work, Kind::QualityPolicy))
        .unwrap();
    assert_eq!(route.stages.len(), 1);
}

#[actix_web::test]
async fn only_who_may_change_settings_or_assign_roles_sets_a_route() {
    let office = office().await;
    office.person("quantri", &[AccessRole::Administrator]);
    for (username, may) in [
        ("quantri", true),
        ("truongban", true),
        ("thuky", true),
        ("canbo", false),
        ("danhgia", false),
    ] {
        let stages = stages_of(&office, &[(Meaning::Approve, Needs::Any, &["TB"])]);
        let set = office.act_as(username, move |work| documents::set_route(work, Kind::Manual, &stages));
        assert_eq!(set.is_ok(), may, "{username}: {set:?}");
    }
}

#[actix_web::test]
async fn a_list_of_stages_that_is_no_route_is_refused() {
    let office = office().await;
    let unknown = NewStage {
        meaning: Meaning::Approve,
        needs: Needs::Any,
        positions: vec![PositionId::of("khong-co")],
        days: None,
    };
    let set = |stages: Vec<NewStage>| {
        office.act_as("thuky", move |work| {
            documents::set_route(work, Kind::QualityPolicy, &stages)
        })
    };
    let stages = |list| stages_of(&office, list);
    refused(set(Vec::new()), 422, "documents.refused.route_without_approval");
    let review = stages(&[(Meaning::Review, Needs::Any, &["TB"])]);
    refused(set(review), 422, "documents.refused.route_without_approval");
    refused(set(vec![unknown]), 422, "documents.refused.route_unknown_position");
    for days in [0, -1, 61] {
        let mut late = stages(&[(Meaning::Approve, Needs::Any, &["TB"])]);
        late[0].days = Some(days);
        refused(set(late), 422, "documents.refused.route_deadline");
    }
    let route = office
        .read(|work| documents::route_of(work, Kind::QualityPolicy))
        .unwrap();
    assert_eq!(route.stages.len(), 2, "a refused route leaves the former one");
}

#[actix_web::test]
async fn a_stage_has_a_deadline_and_who_waits_for_it_is_told_when_it_has_gone_by() {
    let office = office().await;
    let secretary = office.sign_in("thuky").await;
    let id = |code: &str| {
        office
            .read(|work| people::position_by_code(work, code))
            .unwrap()
            .id
            .to_string()
    };
    let (reviewer, approver) = (id("PTB"), id("TB"));
    let route = [
        ("kind", "quality_policy"),
        ("meaning.0", "review"),
        ("needs.0", "any"),
        ("positions.0", reviewer.as_str()),
        ("days.0", "2"),
        ("meaning.1", "approve"),
        ("needs.1", "any"),
        ("positions.1", approver.as_str()),
        ("days.1", "hai"),
    ];
    let refused = secretary.post("/routes", &route).await;
    refused.is(422).says("documents.refused.route_deadline");
    assert_eq!(refused.value_of("days.1"), Some("hai"));
    let mut route = route;
    route[8].1 = "1";
    secretary.post("/routes", &route).await.leads_to("/routes");
    secretary.get("/routes").await.says("documents.routes.in_days");

    // Submitted on Monday the 23rd: two working days for the review, and the 24th is a holiday.
    let version = create(&office, "CSCL");
    office.set_time(day(2026, 11, 23).and_hms_opt(9, 0, 0).unwrap());
    submit(&office, "thuky", &version, day(2026, 12, 7)).unwrap();
    let due = || {
        let stages = office.read(|work| documents::progress(work, &version)).unwrap();
        stages
            .iter()
            .map(|stage| (stage.due_on, stage.is_late))
            .collect::<Vec<_>>()
    };
    let overdue = || office.read(documents::overdue_signatures).unwrap();
    assert_eq!(due(), [(Some(day(2026, 11, 26)), false), (None, false)]);
    assert_eq!(overdue(), []);
    office.set_time(day(2026, 11, 27).and_hms_opt(9, 0, 0).unwrap());
    assert_eq!(due(), [(Some(day(2026, 11, 26)), true), (None, false)]);
    assert_eq!(overdue()[0].positions, "Phó Trưởng ban");
    // The secretary and whoever signs later see it; an official does not.
    for (username, sees) in [("thuky", true), ("truongban", true), ("canbo", false)] {
        let home = office.sign_in(username).await.get("/").await;
        home.is(200);
        if sees {
            home.says("home.overdue_signatures");
        } else {
            home.lacks("home.overdue_signatures");
        }
    }
    // Signed late on Friday: the approval has until Monday.
    sign(&office, "photruongban", &version).unwrap();
    assert_eq!(due(), [(None, false), (Some(day(2026, 11, 30)), false)]);
    assert_eq!(overdue(), []);
}

/// A document in a field, submitted; gives the positions of its last stage.
fn approvers_in(office: &crate::support::TestOffice, code: &str, field: &str) -> Vec<String> {
    let text = super::text(code, "Chính sách").replace("\ntitle", &format!("\nfield = \"{field}\"\ntitle"));
    let version = office
        .act_as("thuky", move |work| documents::create(work, &text))
        .unwrap();
    submit(office, "thuky", &version, day(2026, 12, 1)).unwrap();
    let progress = office.read(|work| documents::progress(work, &version)).unwrap();
    let last = progress.last().unwrap();
    last.positions.iter().map(|position| position.name.clone()).collect()
}

#[actix_web::test]
async fn the_own_route_of_a_field_goes_before_that_of_the_kind_until_it_is_dropped() {
    let office = office().await;
    let kind = Kind::QualityPolicy;
    assert_eq!(approvers_in(&office, "CS.01", "Hộ tịch"), ["Trưởng ban"]);
    super::leads(&office, "photruongban");
    let own = stages_of(&office, &[(Meaning::Approve, Needs::Any, &["PTB"])]);
    let set = |field: &'static str| {
        let own = own.clone();
        office.act_as("thuky", move |work| documents::set_field_route(work, kind, field, &own))
    };
    refused(set("Hộ tịc"), 422, "documents.refused.route_unknown_field");
    set("Hộ tịch").unwrap();
    assert_eq!(approvers_in(&office, "CS.02", "Hộ tịch"), ["Phó Trưởng ban"]);
    assert_eq!(approvers_in(&office, "CS.03", "Đất đai"), ["Trưởng ban"]);
    // The round that was under way keeps its stages.
    let first = office.read(|work| documents::document_by_code(work, "CS.01")).unwrap();
    let first = office.read(|work| documents::heads_of(work, &first)).unwrap().remove(0);
    let progress = office.read(|work| documents::progress(work, &first.id)).unwrap();
    assert_eq!(progress.len(), 2);
    let drop_it = || office.act_as("thuky", move |work| documents::drop_field_route(work, kind, "Hộ tịch"));
    drop_it().unwrap();
    refused(drop_it(), 409, "documents.refused.route_not_own");
    assert_eq!(approvers_in(&office, "CS.04", "Hộ tịch"), ["Trưởng ban"]);
    let routes = office.read(documents::routes).unwrap();
    assert_eq!(routes.len(), Kind::ALL.len());
}

#[actix_web::test]
async fn the_page_of_routes_shows_and_sets_those_of_fields() {
    let office = office().await;
    super::leads(&office, "photruongban");
    approvers_in(&office, "CS.01", "Hộ tịch");
    let secretary = office.sign_in("thuky").await;
    secretary.get("/routes").await.is(200).says("Hộ tịch");
    secretary
        .get("/routes?kind=quality_policy&field=H%E1%BB%99%20t%E1%BB%8Bch")
        .await
        .says("Phó Trưởng ban");
    let approver = office
        .read(|work| people::position_by_code(work, "PTB"))
        .unwrap()
        .id
        .to_string();
    let mut route = vec![
        ("kind", "quality_policy"),
        ("field", "Hộ tịch"),
        ("meaning.0", "approve"),
        ("needs.0", "any"),
        ("positions.0", approver.as_str()),
        ("days.0", "0"),
    ];
    secretary
        .post("/routes", &route)
        .await
        .is(422)
        .says("documents.refused.route_deadline")
        .says("lĩnh vực Hộ tịch");
    route.last_mut().unwrap().1 = "";
    secretary.post("/routes", &route).await.leads_to("/routes");
    assert_eq!(approvers_in(&office, "CS.02", "Hộ tịch"), ["Phó Trưởng ban"]);
    let own = [("kind", "quality_policy"), ("field", "Hộ tịch")];
    secretary.post("/routes/drop", &own).await.leads_to("/routes");
    secretary.post("/routes/drop", &own).await.is(409);
}
