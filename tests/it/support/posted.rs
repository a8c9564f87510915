//! An office with two procedures in force and nobody assigned: what the rooms above `documents` begin with.

use super::TestOffice;
use chrono::{NaiveDate, NaiveDateTime};
use quytrinh::assignments::{self, Assignee, NewAssignment};
use quytrinh::cases::{self, Applicant, NewCase, NewStep, Received};
use quytrinh::documents::{self, Meaning, Needs, NewStage};
use quytrinh::kernel::{AccessRole, CaseId, DocumentId, PersonId, VersionId};
use quytrinh::people;
use quytrinh::procedures::{Kind, RoleCatalogue, RoleEntry};
use quytrinh::web::Failure;
use quytrinh::workflow::RoleCode;

/// Registration of a birth: intake, examination, signing with a way back, return.
pub const BIRTH: &str = r#"+++
code = "QT.HT.01"
kind = "work_procedure"
title = "Đăng ký khai sinh"
title_en = "Birth registration"
field = "Hộ tịch"
field_en = "Civil status"
unverified = ["fee"]
legal_basis = ["Luật Hộ tịch 60/2014/QH13"]
result = "Giấy khai sinh"
fee = "Miễn lệ phí"
receiving_place = "Trung tâm Phục vụ hành chính công"
applicants = "Cha, mẹ của trẻ"

[[tthc]]
code = "1.001193"
name = "Đăng ký khai sinh"

[[durations]]
code = "thuong"
name = "Thông thường"
limit = "3 working_day"

[[dossier]]
name = "Tờ khai đăng ký khai sinh"
mode = "submit"
originals = 1
form = "BM.HT.01.01"

[[dossier]]
name = "Văn bản ủy quyền"
mode = "submit"
originals = 1
condition = "nộp thay người khác"

[[dossier]]
name = "Thẻ căn cước"
mode = "present"
originals = 1

[[forms]]
code = "BM.HT.01.01"
name = "Mẫu tờ khai"

[[steps]]
code = "B1"
name = "Tiếp nhận hồ sơ"
roles = ["motcua"]
time = "0.5 working_day"
next = [{ outcome = "Hợp lệ", to = "B2" }, { outcome = "Không tiếp nhận", to = "END-REFUSED" }]
forms = ["BM.HT.01.01"]

[[steps]]
code = "B2"
name = "Thẩm tra hồ sơ"
roles = ["tphth"]
time = "1.5 working_day"
outputs = ["Dự thảo kết quả"]

[[steps]]
code = "B3"
name = "Ký duyệt"
roles = ["ldubnd"]
time = "0.5 working_day"
next = [{ outcome = "Đồng ý", to = "B4" }, { outcome = "Trả lại", to = "B2" }]

[[steps]]
code = "B4"
name = "Trả kết quả"
roles = ["motcua"]
time = "0.5 working_day"
+++
# Nội dung
"#;

/// A certified copy, which also waits for a body outside the office.
pub const COPY: &str = r#"+++
code = "QT.CT.01"
kind = "work_procedure"
title = "Chứng thực bản sao"
field = "Chứng thực"

[[tthc]]
code = "2.000815"
name = "Chứng thực bản sao từ bản chính"

[[steps]]
code = "B1"
name = "Tiếp nhận bản chính"
roles = ["motcua"]

[[steps]]
code = "B2"
name = "Đối chiếu với sổ gốc"
roles = ["congan"]
clock = "paused"

[[steps]]
code = "B3"
name = "Trả bản sao"
roles = ["motcua"]
+++
# Nội dung
"#;

/// A day of November 2026; the 24th is a public holiday.
pub fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
}

/// A moment of November 2026 on the office clock.
pub fn at(on: u32, hour: u32) -> NaiveDateTime {
    day(on).and_hms_opt(hour, 0, 0).unwrap()
}

/// The office: `QT.HT.01` and `QT.CT.01` in force since 9 November, the roles known, nobody assigned to them; it is
/// Monday 23 November, nine o'clock.
pub async fn posted_office() -> TestOffice {
    let office = TestOffice::start().await;
    office.set_time(at(2, 8));
    let people = [
        ("thuky", AccessRole::Committee),
        ("truongban", AccessRole::Chair),
        ("motcua", AccessRole::Desk),
        ("tuphap", AccessRole::Official),
        ("tuphap2", AccessRole::Official),
        ("lanhdao", AccessRole::Leader),
        ("danhgia", AccessRole::Auditor),
        ("quantri", AccessRole::Administrator),
    ];
    for (username, access) in people {
        office.person(username, &[access]);
    }
    for (code, name, username) in [
        ("PTB", "Phó Trưởng ban", "lanhdao"),
        ("TB", "Trưởng ban", "truongban"),
        ("TP", "Công chức tư pháp", "tuphap"),
    ] {
        office.position(code, name);
        office.holds(username, code);
    }
    lay_route(&office);
    add_roles(&office);
    for text in [BIRTH, COPY] {
        let version = office
            .act_as("thuky", move |work| documents::create(work, text))
            .unwrap();
        issue(&office, &version, day(9));
    }
    office.set_time(at(9, 5));
    office.act(|work| documents::bring_into_force(work).map(drop)).unwrap();
    office.set_time(at(23, 9));
    office
}

fn lay_route(office: &TestOffice) {
    let stage = |meaning, code: &str| NewStage {
        meaning,
        needs: Needs::Any,
        positions: vec![office.read(|work| people::position_by_code(work, code)).unwrap().id],
        days: None,
    };
    let stages = vec![stage(Meaning::Review, "PTB"), stage(Meaning::Approve, "TB")];
    let set = office.act_as("truongban", move |work| {
        documents::set_route(work, Kind::WorkProcedure, &stages)
    });
    set.unwrap();
}

fn add_roles(office: &TestOffice) {
    let role = |(code, name, unit, external): (&str, &str, &str, bool)| RoleEntry {
        code: code.to_owned(),
        name: name.to_owned(),
        name_en: format!("Role {code}"),
        unit: unit.to_owned(),
        external,
    };
    let roles = RoleCatalogue {
        roles: [
            ("motcua", "Công chức một cửa", "Bộ phận một cửa", false),
            ("tphth", "Công chức Tư pháp", "Phòng Tư pháp", false),
            ("ldubnd", "Lãnh đạo UBND", "Lãnh đạo UBND xã", false),
            ("congan", "Công an xã", "Trụ sở Công an xã", true),
        ]
        .map(role)
        .to_vec(),
    };
    office
        .act_as("thuky", move |work| documents::add_roles(work, &roles))
        .unwrap();
}

/// Takes a draft through review and approval, to be in force from a day (at once when it has come).
#[track_caller]
pub fn issue(office: &TestOffice, version: &VersionId, from: NaiveDate) {
    let head = office.read(|work| documents::head(work, version)).unwrap();
    let submitted = version.clone();
    let submit = office.act_as("thuky", move |work| {
        documents::submit(work, &submitted, head.row_version, from)
    });
    submit.unwrap();
    for username in ["lanhdao", "truongban"] {
        let (fresh, version) = (office.confirmed(username), version.clone());
        let head = office.read(|work| documents::head(work, &version)).unwrap();
        let sign = office.act_as(username, move |work| {
            documents::sign(work, &fresh, &version, &head.content_sha256)
        });
        sign.unwrap();
    }
}

/// Somebody of the office.
#[track_caller]
pub fn person(office: &TestOffice, username: &str) -> PersonId {
    office.read(|work| people::person_named(work, username)).unwrap()
}

/// A document by its code.
#[track_caller]
pub fn document(office: &TestOffice, code: &str) -> DocumentId {
    office.read(|work| documents::document_by_code(work, code)).unwrap()
}

/// An assignment of a person to a role for all procedures, from 9 November on.
#[track_caller]
pub fn assignment(office: &TestOffice, role: &str, username: &str) -> NewAssignment {
    NewAssignment {
        role: RoleCode::new(role),
        document: None,
        assignee: Assignee::Person(person(office, username)),
        valid_from: day(9),
        valid_to: None,
        decision_no: "02/QĐ-UBND".to_owned(),
    }
}

/// Assigns as the secretary of the committee.
pub fn assign(office: &TestOffice, new: NewAssignment) -> Result<String, Failure> {
    office.act_as("thuky", move |work| assignments::assign(work, &new))
}

/// Gives every role of the births to somebody.
#[track_caller]
pub fn assign_births(office: &TestOffice) {
    for (role, username) in [("motcua", "motcua"), ("tphth", "tuphap"), ("ldubnd", "lanhdao")] {
        assign(office, assignment(office, role, username)).unwrap();
    }
}

/// A case that the desk receives now.
#[track_caller]
pub fn receive(office: &TestOffice, code: &str) -> Received {
    let is_birth = code == "QT.HT.01";
    let new = NewCase {
        document: document(office, code),
        duration_code: if is_birth { "thuong" } else { "" }.to_owned(),
        applicant: Applicant {
            full_name: "Nguyễn Thị Hoa".to_owned(),
            ..Applicant::default()
        },
        papers: if is_birth { vec![1, 3] } else { Vec::new() },
        missing_ok: false,
        received_at: None,
        first_outcome: Some("Hợp lệ".to_owned()).filter(|_| is_birth),
        first_outputs: None,
    };
    office.act_as("motcua", move |work| cases::receive(work, &new)).unwrap()
}

/// Performs a step now.
#[track_caller]
pub fn perform(office: &TestOffice, username: &str, id: &CaseId, code: &str, outcome: &str) {
    let new = NewStep {
        step_code: code.to_owned(),
        outcome: Some(outcome.to_owned()).filter(|outcome| !outcome.is_empty()),
        ..NewStep::default()
    };
    let (id, seq) = (id.clone(), office.read(|work| cases::head(work, id)).unwrap().last_seq);
    office
        .act_as(username, move |work| cases::perform(work, &id, seq, &new))
        .unwrap();
}
