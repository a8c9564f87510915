//! Personal data: sealed in every file, opened by one door that leaves a trace, erased for good; and what people ask
//! about them, in time.

mod classes;
mod erasing;
mod keys;
mod outside;
mod requests;
mod sealed;
mod speed;
mod traces;

use crate::cases::{self as fixture, at};
use crate::support::TestOffice;
use quytrinh::cases::{NewCase, Received};
use quytrinh::kernel::{AccessRole, CaseId};
use quytrinh::personal::{self, Field, Look, Opened, Purpose, Reason};
use quytrinh::privacy::{self, Kind, NewRequest};
use quytrinh::web::Failure;

/// What the applicant of every test case said: name, telephone and identification number.
pub const SAID: [&str; 3] = ["Nguyễn Thị Hoa", "0900000000", "099000004321"];

/// The office of the cases, with a data protection officer.
pub async fn office() -> TestOffice {
    let office = fixture::office().await;
    office.person("dulieu", &[AccessRole::DataOfficer]);
    office
}

/// A case that was refused at the desk: its data need not be kept for long.
pub fn refused_case(office: &TestOffice) -> Received {
    let new = NewCase {
        first_outcome: Some("Không tiếp nhận".to_owned()),
        ..fixture::new_case(office)
    };
    fixture::try_receive(office, new).unwrap()
}

/// Opens all that is kept of a case, for a reason.
pub fn look_as(office: &TestOffice, username: &str, case: &CaseId, reason: Option<Reason>) -> Result<Opened, Failure> {
    let case = case.clone();
    office.act_as(username, move |work| {
        let look = Look {
            purpose: Purpose::Shown,
            reason,
            request_no: None,
            fields: Field::ALL,
            masked: &[],
        };
        Ok(personal::look(work, std::slice::from_ref(&case), &look)?
            .remove(&case)
            .unwrap_or_default())
    })
}

/// Registers what the applicant of the test cases asks.
pub fn register(office: &TestOffice, kind: Kind) -> i64 {
    let new = NewRequest {
        kind,
        full_name: SAID[0].to_owned(),
        id_number: SAID[2].to_owned(),
        phone: String::new(),
        asked: "Đề nghị giải quyết".to_owned(),
        is_verified: true,
    };
    office
        .act_as("dulieu", move |work| privacy::register(work, &new))
        .unwrap()
}

/// A request of the office, for tests that walk through every door.
pub fn one_request(office: &TestOffice) -> i64 {
    office.person("dulieu", &[AccessRole::DataOfficer]);
    register(office, Kind::Access)
}

fn version(office: &TestOffice, number: i64) -> i64 {
    office
        .read(|work| privacy::by_number(work, number))
        .unwrap()
        .row_version
}

/// The office on a day of December, nine o'clock.
fn in_december(office: &TestOffice, day: u32) {
    office.set_time(at(16, 9, 0) + chrono::TimeDelta::days(i64::from(day) + 14));
}
