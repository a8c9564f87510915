//! To review is not to approve: of the committee only the chair approves, and leaders, whatever position a member holds; and a
//! version does not set out on a way at which nobody may sign.

use super::{create, day, head, leads, lend, office, refused, return_it, set_route, sign, submit};
use crate::support::TestOffice;
use quytrinh::documents::{self, Meaning, Needs, Stage};
use quytrinh::kernel::{AccessRole, VersionId};
use quytrinh::people;

/// A version that waits for the approval of the position TB.
fn reviewed(office: &TestOffice, code: &str) -> VersionId {
    let version = create(office, code);
    submit(office, "thuky", &version, day(2026, 12, 1)).unwrap();
    assert_eq!(sign(office, "photruongban", &version).unwrap(), Stage::InApproval);
    version
}

fn waiting(office: &TestOffice, username: &str) -> usize {
    let person = office.actor(username).person.unwrap().id;
    office.read(|work| documents::waiting_for(work, &person)).unwrap().len()
}

#[actix_web::test]
async fn a_member_of_the_committee_reviews_and_never_approves_whatever_position_he_or_she_holds() {
    let office = office().await;
    office.holds("thanhvien", "TB");
    let version = reviewed(&office, "CSCL");
    for done in [
        sign(&office, "thanhvien", &version).map(drop),
        return_it(&office, "thanhvien", &version),
    ] {
        refused(done, 403, "failure.permission.approve_versions");
    }
    assert_eq!((waiting(&office, "thanhvien"), waiting(&office, "truongban")), (0, 1));
    let member = office.sign_in("thanhvien").await;
    member
        .get(&format!("/versions/{version}"))
        .await
        .is(200)
        .lacks("documents.duty.button.approve");
    // The position is held by somebody who may, too: nothing is stuck.
    let progress = office.read(|work| documents::progress(work, &version)).unwrap();
    assert!(!progress[1].positions[0].is_barred);
    leads(&office, "thanhvien");
    assert_eq!(waiting(&office, "thanhvien"), 1);
    assert_eq!(sign(&office, "thanhvien", &version).unwrap(), Stage::Approved);
}

#[actix_web::test]
async fn lent_power_approves_when_both_sides_could() {
    let office = office().await;
    lend(&office, ("truongban", "TB"), "thanhvien", day(2026, 12, 1)).unwrap();
    let version = reviewed(&office, "CSCL");
    refused(
        sign(&office, "thanhvien", &version),
        403,
        "failure.permission.approve_versions",
    );
    assert_eq!(waiting(&office, "thanhvien"), 0);
    leads(&office, "thanhvien");
    assert_eq!(sign(&office, "thanhvien", &version).unwrap(), Stage::Approved);
    // What a member of the committee may not do with the position, nobody does who is lent it by him or her.
    office.person("thanhvien2", &[AccessRole::Committee]);
    office.person("pho", &[AccessRole::Leader]);
    office.position("TB2", "Trưởng ban thứ hai");
    office.holds("thanhvien2", "TB2");
    lend(&office, ("thanhvien2", "TB2"), "pho", day(2026, 12, 1)).unwrap();
    set_route(&office, &[(Meaning::Approve, Needs::Any, &["TB2", "TB"])]);
    let other = create(&office, "MTCL");
    submit(&office, "thuky", &other, day(2026, 12, 1)).unwrap();
    refused(sign(&office, "pho", &other), 403, "people.may.lender_lost");
    assert_eq!((waiting(&office, "pho"), waiting(&office, "truongban")), (0, 1));
}

#[actix_web::test]
async fn a_version_does_not_set_out_where_nobody_who_holds_the_position_may_sign() {
    let office = office().await;
    let version = create(&office, "CSCL");
    let submit = || submit(&office, "thuky", &version, day(2026, 12, 1));
    let secretary = office.sign_in("thuky").await;
    for (needs, codes) in [(Needs::Any, &["PTB"][..]), (Needs::All, &["TB", "PTB"])] {
        set_route(&office, &[(Meaning::Approve, needs, codes)]);
        refused(submit(), 409, "documents.refused.nobody_approves");
        secretary
            .get("/routes")
            .await
            .is(200)
            .says("documents.routes.cannot_approve");
    }
    // A position that only an official holds: nobody reviews there.
    office.position("CB", "Cán bộ");
    office.holds("canbo", "CB");
    set_route(
        &office,
        &[
            (Meaning::Review, Needs::Any, &["CB"]),
            (Meaning::Approve, Needs::Any, &["TB"]),
        ],
    );
    refused(submit(), 409, "documents.refused.nobody_reviews");
    let routes = secretary.get("/routes").await;
    routes
        .says("documents.routes.cannot_review")
        .lacks("documents.routes.cannot_approve");
    // Where one of them is enough and somebody can, and where nobody holds the position yet, it sets out.
    office.position("CT", "Chủ tịch");
    for codes in [&["PTB", "TB"][..], &["CT"]] {
        set_route(&office, &[(Meaning::Approve, Needs::Any, codes)]);
        submit().unwrap();
        let (seen, own) = (head(&office, &version).row_version, version.clone());
        office
            .act_as("thuky", move |work| documents::recall(work, &own, seen, "Thử"))
            .unwrap();
    }
}

#[actix_web::test]
async fn a_round_that_lost_its_approver_says_so_on_its_page() {
    let office = office().await;
    let version = reviewed(&office, "CSCL");
    let page = office.sign_in("thuky").await;
    let path = format!("/versions/{version}");
    page.get(&path).await.is(200).lacks("documents.routes.cannot_approve");
    let chair = office.actor("truongban").person.unwrap().id;
    office
        .act(move |work| people::revoke(work, &chair, AccessRole::Chair))
        .unwrap();
    page.get(&path).await.is(200).says("documents.routes.cannot_approve");
    let progress = office.read(|work| documents::progress(work, &version)).unwrap();
    assert!(progress[1].positions[0].is_barred && !progress[0].positions[0].is_barred);
}
