//! Documents: the life of a version from its draft to its end, who may do what in it, and what the database refuses.

mod approving;
mod codes;
mod edition_pages;
mod editions;
pub(crate) mod editor;
mod exchange;
mod files;
mod guards;
mod issues;
mod life;
mod pages;
mod paper;
mod reading;
mod routes;
mod searching;
mod signing;
mod word;
mod writing;

use crate::support::TestOffice;
use chrono::NaiveDate;
pub(crate) use paper::text_of as text_of_pdf;
use quytrinh::documents::{self, Meaning, Needs, NewStage, Stage, VersionHead};
use quytrinh::kernel::{AccessRole, Actor, DocumentId, Person, VersionId};
use quytrinh::people::{self, Capacity, NewLoan, Scope};
use quytrinh::procedures::Kind;
use quytrinh::web::Failure;

/// An office with a committee that writes, a reviewer and an approver, and a route for quality policies:
/// any of PTB and TK reviews, then TB approves.
async fn office() -> TestOffice {
    let office = TestOffice::start().await;
    for (username, access) in [
        ("thuky", AccessRole::Committee),
        ("thanhvien", AccessRole::Committee),
        ("photruongban", AccessRole::Committee),
        ("truongban", AccessRole::Chair),
        ("canbo", AccessRole::Official),
        ("danhgia", AccessRole::Auditor),
    ] {
        office.person(username, &[access]);
    }
    for (code, name) in [("PTB", "Phó Trưởng ban"), ("TK", "Thư ký"), ("TB", "Trưởng ban")] {
        office.position(code, name);
    }
    for (username, position) in [("photruongban", "PTB"), ("thuky", "TK"), ("truongban", "TB")] {
        office.holds(username, position);
    }
    set_route(
        &office,
        &[
            (Meaning::Review, Needs::Any, &["PTB", "TK"]),
            (Meaning::Approve, Needs::All, &["TB"]),
        ],
    );
    office
}

/// Makes somebody a leader besides: leaders approve, and the chair; members of the committee do not.
#[track_caller]
fn leads(office: &TestOffice, username: &str) {
    let person = office.read(|work| people::person_named(work, username)).unwrap();
    office
        .act(move |work| people::grant(work, None, (&person, AccessRole::Leader), &people::Basis::default()).map(drop))
        .unwrap();
}

/// Lends the power of a position from today until a day, for signing documents.
fn lend(office: &TestOffice, (by, position): (&str, &str), to: &str, last: NaiveDate) -> Result<String, Failure> {
    let new = NewLoan {
        position_id: office.read(|work| people::position_by_code(work, position)).unwrap().id,
        person_id: office.actor(to).person.unwrap().id,
        capacity: Capacity::Kt,
        scope: Scope::Documents,
        days: (office.site.clock.today(), last),
        reason: "Đi học".to_owned(),
        decision_no: "7/QĐ-UBND".to_owned(),
    };
    let fresh = office.confirmed(by);
    office.act_as(by, move |work| people::lend(work, &fresh, &new))
}

type StageOf<'s> = (Meaning, Needs, &'s [&'s str]);

#[track_caller]
fn set_route(office: &TestOffice, stages: &[StageOf<'_>]) {
    let stages = stages_of(office, stages);
    office
        .act_as("truongban", move |work| {
            documents::set_route(work, Kind::QualityPolicy, &stages)
        })
        .unwrap();
}

fn stages_of(office: &TestOffice, stages: &[StageOf<'_>]) -> Vec<NewStage> {
    let id = |code: &&str| office.read(|work| people::position_by_code(work, code)).unwrap().id;
    stages
        .iter()
        .map(|(meaning, needs, codes)| NewStage {
            meaning: *meaning,
            needs: *needs,
            positions: codes.iter().map(id).collect(),
            days: None,
        })
        .collect()
}

fn text(code: &str, title: &str) -> String {
    format!("+++\ncode = \"{code}\"\nkind = \"quality_policy\"\ntitle = \"{title}\"\n+++\n# {title}\n")
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

/// Five o'clock in the morning, when the daily work is done.
fn morning(office: &TestOffice, day: NaiveDate) {
    office.set_time(day.and_hms_opt(5, 0, 0).unwrap());
    office
        .act(|work| {
            documents::bring_into_force(work)?;
            // The daily work of this test records something on every day, due versions or not.
            work.record("test.morning", ("test", ""), Default::default());
            Ok(())
        })
        .unwrap();
}

#[track_caller]
fn create(office: &TestOffice, code: &str) -> VersionId {
    let text = text(code, "Chính sách chất lượng");
    office
        .act_as("thuky", move |work| documents::create(work, &text))
        .unwrap()
}

#[track_caller]
fn head(office: &TestOffice, version: &VersionId) -> VersionHead {
    office.read(|work| documents::head(work, version)).unwrap()
}

fn document(office: &TestOffice, version: &VersionId) -> DocumentId {
    head(office, version).document_id
}

fn stages(office: &TestOffice, version: &VersionId) -> Vec<Stage> {
    let document = document(office, version);
    let heads = office.read(|work| documents::heads_of(work, &document)).unwrap();
    heads.into_iter().rev().map(|head| head.stage).collect()
}

fn submit(office: &TestOffice, username: &str, version: &VersionId, from: NaiveDate) -> Result<(), Failure> {
    let (head, version) = (head(office, version), version.clone());
    office.act_as(username, move |work| {
        documents::submit(work, &version, head.row_version, from)
    })
}

fn sign(office: &TestOffice, username: &str, version: &VersionId) -> Result<Stage, Failure> {
    let (head, version, fresh) = (head(office, version), version.clone(), office.confirmed(username));
    office.act_as(username, move |work| {
        documents::sign(work, &fresh, &version, &head.content_sha256)
    })
}

fn return_it(office: &TestOffice, username: &str, version: &VersionId) -> Result<(), Failure> {
    let (head, version, fresh) = (head(office, version), version.clone(), office.confirmed(username));
    office.act_as(username, move |work| {
        documents::return_to_author(work, &fresh, (&version, &head.content_sha256), "Thiếu mục tiêu")
    })
}

fn save(office: &TestOffice, username: &str, version: &VersionId, text: &str) -> Result<i64, Failure> {
    let (head, version, text) = (head(office, version), version.clone(), text.to_owned());
    office.act_as(username, move |work| {
        documents::save(work, &version, head.row_version, &text)
    })
}

fn open_draft(office: &TestOffice, username: &str, of: &VersionId) -> Result<VersionId, Failure> {
    let document = document(office, of);
    office.act_as(username, move |work| documents::open_draft(work, &document))
}

/// Submitted, reviewed and approved: in force when its day has come.
#[track_caller]
fn approve(office: &TestOffice, version: &VersionId, from: NaiveDate) -> Stage {
    submit(office, "thuky", version, from).unwrap();
    assert_eq!(sign(office, "photruongban", version).unwrap(), Stage::InApproval);
    sign(office, "truongban", version).unwrap()
}

/// A member of the committee of the office next door.
fn neighbour(office: &TestOffice) -> Actor {
    let access = vec![AccessRole::Committee, AccessRole::Chair];
    let id = office.person_of(&office.foreign, "langgieng", &access);
    let person = Person {
        id,
        full_name: "Láng Giềng".to_owned(),
        access,
        mandate: None,
    };
    Actor {
        person: Some(person),
        is_house: false,
        ..Actor::house(office.foreign.clone(), office.site.clock.now())
    }
}

/// Asserts that the answer is a refusal with this status, for this reason.
#[track_caller]
fn refused<T: std::fmt::Debug>(answer: Result<T, Failure>, status: u16, key: &str) {
    let failure = answer.unwrap_err();
    let found = actix_web::ResponseError::status_code(&failure).as_u16();
    assert_eq!((found, failure.to_string().as_str()), (status, key));
}
