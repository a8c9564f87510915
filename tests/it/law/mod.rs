//! Laws: the register, what cites what, and the work that a change of law makes.

mod changes;
mod guards;
mod register;

use crate::support::TestOffice;
use crate::support::posted::{day, document, issue, posted_office};
use chrono::NaiveDate;
use quytrinh::documents;
use quytrinh::kernel::VersionId;
use quytrinh::law::{self, ChangeKind, External, NewChange, NewExternal, Progress, TaskShown};
use quytrinh::procedures;
use quytrinh::web::Failure;

/// The law that the registration of births cites.
const CIVIL: &str = "60/2014/QH13";

pub fn entry(sign: &str) -> NewExternal {
    NewExternal {
        sign: sign.to_owned(),
        kind: None,
        title: String::new(),
        issuer: String::new(),
        issued_on: None,
        effective_from: None,
        effective_to: None,
        link: String::new(),
        source: String::new(),
        unconfirmed: true,
    }
}

/// Number of an entry of the register, for a walk through all doors.
pub fn one(office: &TestOffice) -> i64 {
    office.act(|work| law::add(work, &entry("77/2021/NĐ-CP"))).unwrap()
}

/// Number of a change of law.
pub fn one_change(office: &TestOffice) -> i64 {
    let old = by_sign(office, "77/2021/NĐ-CP").number;
    office
        .act(move |work| law::register_change(work, &replaced(old, "118/2025/NĐ-CP")))
        .unwrap()
}

#[track_caller]
fn by_sign(office: &TestOffice, sign: &str) -> External {
    let found = office.read(|work| law::by_sign(work, sign)).unwrap();
    found.into_iter().next().expect(sign)
}

fn replaced(old: i64, new: &str) -> NewChange {
    NewChange {
        old,
        kind: ChangeKind::Replaced,
        new_sign: new.to_owned(),
        effective_on: NaiveDate::from_ymd_opt(2026, 10, 1).unwrap(),
        note: String::new(),
        assignee: None,
    }
}

/// The posted office with its register taken over.
async fn office() -> TestOffice {
    let office = posted_office().await;
    office.act_as("thuky", |work| law::take_over(work).map(drop)).unwrap();
    office
}

/// Registers a change of the law on civil status.
fn register(office: &TestOffice, change: impl FnOnce(&mut NewChange)) -> Result<i64, Failure> {
    let mut new = replaced(by_sign(office, CIVIL).number, "12/2026/QH16");
    change(&mut new);
    office.act_as("thuky", move |work| law::register_change(work, &new))
}

#[track_caller]
fn progress(office: &TestOffice, number: i64) -> Progress {
    let all = office
        .read(|work| {
            let mut changes = law::changes(work)?;
            changes.retain(|change| change.number == number);
            law::progress_of(work, changes)
        })
        .unwrap();
    all.into_iter().next().unwrap()
}

#[track_caller]
fn task(office: &TestOffice, number: i64) -> TaskShown {
    let progress = progress(office, number);
    assert_eq!(progress.tasks.len(), 1, "{:?}", progress.tasks);
    progress.tasks.into_iter().next().unwrap()
}

/// A new version of the registration of births in force today, with another legal basis.
#[track_caller]
fn amend(office: &TestOffice, basis: &[&str]) -> VersionId {
    let document = document(office, "QT.HT.01");
    let basis: Vec<String> = basis.iter().map(|text| (*text).to_owned()).collect();
    let version = office
        .act_as("thuky", move |work| {
            let version = documents::open_draft(work, &document)?;
            let mut source = documents::content_of(work, &version)?.source.clone();
            source.legal_basis = basis;
            let head = documents::head(work, &version)?;
            documents::save(work, &version, head.row_version, &procedures::write(&source))?;
            Ok(version)
        })
        .unwrap();
    issue(office, &version, day(23));
    version
}

/// Asserts that the answer is a refusal with this status, for this reason.
#[track_caller]
fn refused<T: std::fmt::Debug>(answer: Result<T, Failure>, status: u16, key: &str) {
    let failure = answer.unwrap_err();
    let found = actix_web::ResponseError::status_code(&failure).as_u16();
    assert_eq!((found, failure.to_string().as_str()), (status, key));
}
