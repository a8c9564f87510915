//! Cases: from receipt to result, what the server refuses and why, what is recorded all the same, and their pages.

mod guards;
mod journey;
mod lent;
mod model;
mod off_workflow;
mod pages;
mod reading;
mod refusals;

use crate::support::TestOffice;
use chrono::{NaiveDate, NaiveDateTime};
use quytrinh::assignments::{self, Assignee, NewAssignment};
use quytrinh::cases::{self, Applicant, CaseHead, NewCase, NewStep, OffStep, Received, Waiting};
use quytrinh::documents::{self, Meaning, Needs, NewStage};
use quytrinh::kernel::{AccessRole, CaseId, DocumentId, PersonId, VersionId, local, to_utc};
use quytrinh::people;
use quytrinh::procedures::{Kind, RoleCatalogue, RoleEntry};
use quytrinh::web::Failure;
use quytrinh::workflow::RoleCode;

/// Intake, work that may wait for a supplement once, decision by somebody else, seal, an optional call, return.
pub(crate) const PROCEDURE: &str = r#"+++
code = "QT.T.01"
kind = "work_procedure"
title = "Cấp giấy xác nhận mẫu"
field = "Thử"
receiving_place = "Bộ phận một cửa xã Thử"
sets = 1

[[tthc]]
code = "9.000001"
name = "Cấp giấy xác nhận mẫu"

[[durations]]
code = "thuong"
name = "Thông thường"
limit = "3 working_day"

[[durations]]
code = "xac_minh"
name = "Cần xác minh"
limit = "8 working_day"

[[dossier]]
name = "Tờ khai"
mode = "submit"
originals = 1

[[dossier]]
name = "Bản chính giấy cũ"
mode = "submit"
originals = 1

[[dossier]]
name = "Giấy ủy quyền"
mode = "submit"
copies = 1
condition = "nộp thay người khác"

[[dossier]]
name = "Căn cước"
mode = "present"
originals = 1

[[steps]]
code = "B1"
name = "Tiếp nhận"
roles = ["motcua"]
time = "0.25 working_day"
next = [{ outcome = "Hợp lệ", to = "B2" }, { outcome = "Không tiếp nhận", to = "END-REFUSED" }]
outputs = ["Giấy tiếp nhận"]

[[steps]]
code = "B2"
name = "Thẩm định"
roles = ["thuly"]
time = "1 working_day"
next = [{ outcome = "Đạt", to = "B4" }, { outcome = "Cần bổ sung", to = "B3" }]
outputs = ["Dự thảo", "Tờ trình"]

[[steps]]
code = "B3"
name = "Chờ bổ sung"
roles = ["motcua"]
next = ["B2"]
clock = "paused"
max_times = 1

[[steps]]
code = "B4"
name = "Ký duyệt"
roles = ["lanhdao"]
time = "0.5 working_day"
next = [{ outcome = "Đồng ý", to = "B5" }, { outcome = "Trả lại", to = "B2" }]
different_from = ["B2"]
outputs = ["Kết quả đã ký"]

[[steps]]
code = "B5"
name = "Đóng dấu"
roles = ["vanthu"]
time = "0.25 working_day"

[[steps]]
code = "B6"
name = "Nhắn tin báo kết quả"
roles = ["motcua"]
counted = false
optional = true

[[steps]]
code = "B7"
name = "Trả kết quả"
roles = ["motcua"]
counted = false
outputs = ["Ký nhận"]
+++
# Nội dung
"#;

/// A moment of November 2026 on the office clock. The 24th is a public holiday.
pub(crate) fn at(day: u32, hour: u32, minute: u32) -> NaiveDateTime {
    NaiveDate::from_ymd_opt(2026, 11, day)
        .unwrap()
        .and_hms_opt(hour, minute, 0)
        .unwrap()
}

pub(crate) fn day(day: u32) -> NaiveDate {
    at(day, 0, 0).date()
}

/// An office with the procedure in force since 9 November and everybody assigned; it is Monday 16 November, 9 o'clock.
/// `canbo2` is assigned until the 17th only; `sep` may both work on a case and decide it.
pub(crate) async fn office() -> TestOffice {
    let office = TestOffice::start().await;
    settle(&office);
    office
}

/// Lays down what every test of cases begins with.
pub(crate) fn settle(office: &TestOffice) {
    office.set_time(at(2, 8, 0));
    let people = [
        ("thuky", AccessRole::Committee),
        ("truongban", AccessRole::Chair),
        ("motcua", AccessRole::Desk),
        ("canbo", AccessRole::Official),
        ("canbo2", AccessRole::Official),
        ("lanhdao", AccessRole::Leader),
        ("sep", AccessRole::Leader),
        ("vanthu", AccessRole::Official),
        ("danhgia", AccessRole::Auditor),
        ("quantri", AccessRole::Administrator),
    ];
    for (username, access) in people {
        office.person(username, &[access]);
    }
    for (code, name, username) in [
        ("TK", "Thư ký ISO", "sep"),
        ("TB", "Trưởng ban ISO", "truongban"),
        ("TL", "Công chức thụ lý", "canbo"),
    ] {
        office.position(code, name);
        office.holds(username, code);
    }
    publish(office);
    assign_all(office);
    office.set_time(at(16, 9, 0));
}

fn publish(office: &TestOffice) {
    let stage = |meaning, code: &str| NewStage {
        meaning,
        needs: Needs::Any,
        positions: vec![office.read(|work| people::position_by_code(work, code)).unwrap().id],
        days: None,
    };
    let stages = vec![stage(Meaning::Review, "TK"), stage(Meaning::Approve, "TB")];
    office
        .act_as("truongban", move |work| {
            documents::set_route(work, Kind::WorkProcedure, &stages)
        })
        .unwrap();
    let role = |code: &str| RoleEntry {
        code: code.to_owned(),
        name: format!("Vai {code}"),
        ..RoleEntry::default()
    };
    let roles = RoleCatalogue {
        roles: ["motcua", "thuly", "lanhdao", "vanthu"].map(role).to_vec(),
    };
    office
        .act_as("thuky", move |work| documents::add_roles(work, &roles))
        .unwrap();
    let version = office
        .act_as("thuky", |work| documents::create(work, PROCEDURE))
        .unwrap();
    bring_into_force(office, &version, day(9));
}

/// Takes a draft through review and approval and into force.
pub(crate) fn bring_into_force(office: &TestOffice, version: &VersionId, from: NaiveDate) {
    let head = office.read(|work| documents::head(work, version)).unwrap();
    let submitted = version.clone();
    office
        .act_as("thuky", move |work| {
            documents::submit(work, &submitted, head.row_version, from)
        })
        .unwrap();
    for username in ["sep", "truongban"] {
        let (fresh, version) = (office.confirmed(username), version.clone());
        let sha256 = office
            .read(|work| documents::head(work, &version))
            .unwrap()
            .content_sha256;
        office
            .act_as(username, move |work| documents::sign(work, &fresh, &version, &sha256))
            .unwrap();
    }
    office.set_time(from.and_hms_opt(5, 0, 0).unwrap());
    office.act(|work| documents::bring_into_force(work).map(drop)).unwrap();
}

fn assign_all(office: &TestOffice) {
    let until = [
        ("motcua", "motcua", None),
        ("thuly", "canbo", None),
        ("thuly", "canbo2", Some(day(17))),
        ("thuly", "sep", None),
        ("lanhdao", "lanhdao", None),
        ("lanhdao", "sep", None),
        ("vanthu", "vanthu", None),
    ];
    for (role, username, valid_to) in until {
        let new = NewAssignment {
            role: RoleCode::new(role),
            document: None,
            assignee: Assignee::Person(person(office, username)),
            valid_from: NaiveDate::from_ymd_opt(2026, 11, 9).unwrap(),
            valid_to,
            decision_no: "02/QĐ-UBND".to_owned(),
        };
        office
            .act_as("thuky", move |work| assignments::assign(work, &new))
            .unwrap();
    }
}

#[track_caller]
pub(crate) fn person(office: &TestOffice, username: &str) -> PersonId {
    office
        .read(|work| people::person_named(work, &office.named(username)))
        .unwrap()
}

pub(crate) fn document(office: &TestOffice) -> DocumentId {
    office
        .read(|work| documents::document_by_code(work, "QT.T.01"))
        .unwrap()
}

pub(crate) fn new_case(office: &TestOffice) -> NewCase {
    NewCase {
        document: document(office),
        duration_code: "thuong".to_owned(),
        applicant: Applicant {
            full_name: "Nguyễn Thị Hoa".to_owned(),
            address: "Thôn 2".to_owned(),
            phone: "0900000000".to_owned(),
            id_number: "099000004321".to_owned(),
        },
        papers: vec![1, 2, 4],
        missing_ok: false,
        received_at: None,
        first_outcome: Some("Hợp lệ".to_owned()),
        first_outputs: None,
    }
}

pub(crate) fn try_receive(office: &TestOffice, new: NewCase) -> Result<Received, Failure> {
    office.act_as("motcua", move |work| cases::receive(work, &new))
}

/// A case that the desk received in the ordinary way; the first step is done.
#[track_caller]
pub(crate) fn received(office: &TestOffice) -> Received {
    try_receive(office, new_case(office)).unwrap()
}

pub(crate) fn head(office: &TestOffice, id: &CaseId) -> CaseHead {
    office.read(|work| cases::head(work, id)).unwrap()
}

fn waiting(office: &TestOffice, id: &CaseId) -> Vec<Waiting> {
    office.read(|work| cases::waiting(work, id)).unwrap()
}

fn waits_for(office: &TestOffice, id: &CaseId) -> Vec<String> {
    waiting(office, id).into_iter().map(|one| one.step_code).collect()
}

fn step(code: &str, outcome: &str) -> NewStep {
    NewStep {
        step_code: code.to_owned(),
        outcome: Some(outcome.to_owned()).filter(|outcome| !outcome.is_empty()),
        ..NewStep::default()
    }
}

pub(crate) fn perform_step(office: &TestOffice, username: &str, id: &CaseId, new: NewStep) -> Result<(), Failure> {
    let (id, seq) = (id.clone(), head(office, id).last_seq);
    office.act_as(username, move |work| cases::perform(work, &id, seq, &new))
}

fn perform(office: &TestOffice, username: &str, id: &CaseId, code: &str, outcome: &str) -> Result<(), Failure> {
    perform_step(office, username, id, step(code, outcome))
}

pub(crate) fn off_step(office: &TestOffice, code: &str, username: &str) -> OffStep {
    OffStep {
        step_code: code.to_owned(),
        outcome: None,
        person: person(office, username),
        done_at: office.site.clock.now(),
        version: None,
        reason: "Mất điện, làm trên giấy".to_owned(),
        outputs: Vec::new(),
    }
}

pub(crate) fn record(office: &TestOffice, username: &str, id: &CaseId, off: OffStep) -> Result<(), Failure> {
    let (id, seq) = (id.clone(), head(office, id).last_seq);
    office.act_as(username, move |work| cases::record_off_workflow(work, &id, seq, &off))
}

/// The key of a refusal, and its sentence in Vietnamese.
#[track_caller]
fn refusal<T: std::fmt::Debug>(result: Result<T, Failure>) -> (u16, String, String) {
    use actix_web::ResponseError;
    let failure = result.expect_err("this is refused");
    let text = failure.text(crate::support::pages().words(), quytrinh::kernel::Language::Vi);
    (failure.status_code().as_u16(), failure.to_string(), text)
}

fn shown(utc: Option<NaiveDateTime>) -> Option<NaiveDateTime> {
    utc.map(local)
}

fn utc(day: u32, hour: u32, minute: u32) -> NaiveDateTime {
    to_utc(at(day, hour, minute))
}
