//! Setting the routes of review and approval.

use super::{office, refused, stages_of};
use quytrinh::documents::{self, Meaning, Needs, NewStage};
use quytrinh::kernel::{AccessRole, PositionId};
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
    let route = office
        .read(|work| documents::route_of(work, Kind::QualityPolicy))
        .unwrap();
    assert_eq!(route.stages.len(), 2, "a refused route leaves the former one");
}
