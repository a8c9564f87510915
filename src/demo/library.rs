//! The library of procedures, brought into force as an office does it: written, reviewed, approved, each by its people.

use super::copies;
use super::editions;
use super::habits;
use super::office::Stage;
use super::records;
use crate::documents::{self, Change, Stage as VersionStage};
use crate::kernel::{Actor, VersionId, local};
use crate::ledger;
use crate::people::{FreshAuth, confirm};
use crate::procedures::{Severity, check_all, parse, parse_roles, write};
use crate::web::Failure;
use anyhow::Context;
use chrono::{Days, NaiveDateTime, TimeDelta};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "procedures"]
struct Library;

/// How long before now the first edition comes into force, and how long writing and signing it took before that.
pub(super) const IN_FORCE_DAYS_AGO: i64 = 140;
const WRITTEN_BEFORE: i64 = 9;
/// How long ago everybody had read the first edition.
const READ_DAYS_AGO: i64 = 130;
pub(super) const SUBMITTED_BEFORE: i64 = 8;
pub(super) const REVIEWED_BEFORE: i64 = 6;
pub(super) const APPROVED_BEFORE: i64 = 5;

/// Documents of which later versions follow: code, days ago of their effect, what changed.
const AMENDED: [(&str, i64, &str); 7] = [
    ("QT.HT.01", 50, "Làm rõ việc kiểm tra giấy chứng sinh và ghi sổ"),
    ("QT.HT.02", 50, "Bổ sung hướng dẫn kiểm tra tình trạng hôn nhân"),
    ("QT.CT.01", 45, "Làm rõ việc đối chiếu bản chính"),
    ("QT.BT.03", 45, "Làm rõ thành phần hồ sơ"),
    (
        habits::CHANGED,
        45,
        "Thêm bước ký trước mặt công chức khi chứng thực chữ ký",
    ),
    (records::REPORT, 40, "Thêm mục kinh phí dự kiến của hành động khắc phục"),
    ("QT.HT.01", 20, "Bổ sung hướng dẫn khai sinh trực tuyến"),
];

/// Text of the catalogue of roles.
pub(super) fn roles_text() -> anyhow::Result<String> {
    let file = Library::get("roles.toml").context("the library has no roles.toml")?;
    Ok(String::from_utf8(file.data.into_owned())?)
}

/// The procedure files, in the order of their names.
pub(super) fn texts() -> anyhow::Result<Vec<String>> {
    let mut names: Vec<String> = Library::iter()
        .map(|name| name.to_string())
        .filter(|name| name.ends_with(".md"))
        .collect();
    names.sort_unstable();
    names
        .iter()
        .map(|name| {
            let file = Library::get(name).with_context(|| format!("reading {name}"))?;
            Ok(String::from_utf8(file.data.into_owned())?)
        })
        .collect()
}

/// Imports the whole library and brings it into force; then amends some documents and leaves some waiting.
pub(super) fn publish(stage: &Stage, now: NaiveDateTime) -> anyhow::Result<()> {
    let texts = texts()?;
    let (roles, _) = parse_roles(&roles_text()?);
    let borrowed: Vec<&str> = texts.iter().map(String::as_str).collect();
    let errors: Vec<_> = check_all(&borrowed, Some(&roles))
        .into_iter()
        .filter(|(_, fault)| fault.severity == Severity::Error)
        .collect();
    anyhow::ensure!(errors.is_empty(), "the library has errors: {errors:?}");
    let written = now - TimeDelta::days(IN_FORCE_DAYS_AGO + WRITTEN_BEFORE);
    let versions = stage.act("thuky", written, move |work| {
        texts
            .iter()
            .map(|text| documents::create(work, text))
            .collect::<Result<Vec<_>, Failure>>()
    })?;
    editions::set_own_route(stage, written)?;
    editions::issue_whole(stage, versions, now - TimeDelta::days(IN_FORCE_DAYS_AGO))?;
    copies::hand_out(stage, now - TimeDelta::days(IN_FORCE_DAYS_AGO - 2))?;
    super::readers::read_first(stage, now - TimeDelta::days(READ_DAYS_AGO))?;
    records::report_first(stage, now)?;
    for (code, days_ago, change) in AMENDED {
        let from = now - TimeDelta::days(days_ago);
        let version = amend(stage, code, change, from - TimeDelta::days(WRITTEN_BEFORE))?;
        issue(stage, vec![version], from)?;
    }
    copies::exchange(stage, now - TimeDelta::days(6))?;
    arrange_codes(stage, now)?;
    leave_waiting(stage, now)?;
    editions::leave_open(stage, now)
}

/// One code is kept for a procedure that is still to be written, and one document was given another code.
fn arrange_codes(stage: &Stage, now: NaiveDateTime) -> anyhow::Result<()> {
    stage.act("thuky", now - TimeDelta::days(30), |work| {
        let model = documents::document_by_code(work, "MHHTQLCL")?;
        documents::renumber(
            work,
            &model,
            "ST.01",
            "Thống nhất ký hiệu của sổ tay chất lượng",
            "86/QĐ-UBND",
        )
    })?;
    let until = local(now).date().checked_add_days(Days::new(45)).unwrap_or_default();
    stage.act("thuky", now - TimeDelta::days(7), move |work| {
        let purpose = "Quy trình ghi chú việc kết hôn ở nước ngoài, đang khảo sát";
        documents::reserve_code(work, "QT.HT.10", purpose, until)
    })
}

/// Takes amendments through submission, review and approval, and into force at `from`.
pub(super) fn issue(stage: &Stage, versions: Vec<VersionId>, from: NaiveDateTime) -> anyhow::Result<()> {
    let ago = |days: i64| from - TimeDelta::days(days);
    submit(
        stage,
        versions.clone(),
        (ago(SUBMITTED_BEFORE), from),
        Change::Amendment,
    )?;
    sign(stage, &versions, "chanhvp", ago(REVIEWED_BEFORE))?;
    sign(stage, &versions, "chutich", ago(APPROVED_BEFORE))?;
    let house = Actor::house(stage.agency.clone(), from);
    ledger::change(&stage.db, house, documents::bring_into_force)?;
    Ok(())
}

pub(super) fn submit(
    stage: &Stage,
    versions: Vec<VersionId>,
    (at, from): (NaiveDateTime, NaiveDateTime),
    change: Change,
) -> anyhow::Result<()> {
    stage.act("thuky", at, move |work| {
        for version in &versions {
            let head = documents::head(work, version)?;
            documents::submit_as(work, (version, head.row_version), local(from).date(), change)?;
        }
        Ok(())
    })
}

/// One confirmation of the password covers signatures given at the same moment.
pub(super) fn fresh(stage: &Stage, username: &str, at: NaiveDateTime) -> anyhow::Result<FreshAuth> {
    Ok(confirm(&stage.db, &stage.actor(username, at)?, super::PASSWORD)?)
}

pub(super) fn sign(stage: &Stage, versions: &[VersionId], username: &str, at: NaiveDateTime) -> anyhow::Result<()> {
    let fresh = fresh(stage, username, at)?;
    let versions = versions.to_vec();
    stage.act(username, at, move |work| {
        for version in &versions {
            let head = documents::head(work, version)?;
            documents::sign(work, &fresh, version, &head.content_sha256)?;
        }
        Ok(())
    })
}

pub(super) fn amend(stage: &Stage, code: &str, change: &str, at: NaiveDateTime) -> anyhow::Result<VersionId> {
    let (code, change) = (code.to_owned(), change.to_owned());
    stage.act("thuky", at, move |work| {
        let document = documents::document_by_code(work, &code)?;
        let version = documents::open_draft(work, &document)?;
        let head = documents::head(work, &version)?;
        let content = documents::content_of(work, &version)?;
        let Some(mut source) = parse(&content.text).document else {
            return Err(Failure::NotFound);
        };
        "Kiến nghị của đánh giá viên nội bộ".clone_into(&mut source.change_basis);
        habits::add_step(&mut source);
        source.body.push_str(&format!("\n\nGhi chú sửa đổi: {change}.\n"));
        source.change_summary = change;
        documents::save(work, &version, head.row_version, &write(&source))?;
        Ok(version)
    })
}

/// One document at each stage of its way, so that the demo shows what waits for whom.
fn leave_waiting(stage: &Stage, now: NaiveDateTime) -> anyhow::Result<()> {
    let ago = |days: i64| now - TimeDelta::days(days);
    let later = now.checked_add_days(Days::new(10)).unwrap_or(now);
    amend(stage, "QT.CT.03", "Làm rõ trách nhiệm của công chức tiếp nhận", ago(3))?;
    let reviewed = amend(stage, "QT.HT.03", "Bổ sung mẫu biểu mới", ago(6))?;
    submit(stage, vec![reviewed], (ago(5), later), Change::Amendment)?;
    let approved = amend(stage, "QT.HT.04", "Làm rõ việc bảo quản và nộp lưu hồ sơ", ago(9))?;
    submit(stage, vec![approved.clone()], (ago(8), later), Change::Amendment)?;
    sign(stage, &[approved], "phochutich", ago(4))?;
    let waiting = amend(stage, "QT.06", "Bổ sung kênh góp ý qua mã QR", ago(12))?;
    submit(stage, vec![waiting.clone()], (ago(11), later), Change::Issue)?;
    sign(stage, std::slice::from_ref(&waiting), "chanhvp", ago(8))?;
    sign(stage, std::slice::from_ref(&waiting), "chutich", ago(2))?;
    let house = Actor::house(stage.agency.clone(), now);
    let head = ledger::read(&stage.db, &house, |work| {
        Ok::<_, Failure>(documents::head(work, &waiting)?)
    })?;
    anyhow::ensure!(
        head.stage == VersionStage::Approved,
        "{} should wait for its day",
        head.code
    );
    Ok(())
}
