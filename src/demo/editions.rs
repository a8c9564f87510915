//! Editions of the demo office: the whole set that was issued by one decision, and one that waits for the chairman. And a
//! field whose documents take a route of their own.

use super::library::{self, APPROVED_BEFORE, REVIEWED_BEFORE, SUBMITTED_BEFORE};
use super::office::Stage;
use crate::documents::{
    self, Change, Decision, GivenVerdict, Meaning, Needs, NewEdition, NewStage, Said, decide_edition,
};
use crate::kernel::{Actor, VersionId, local};
use crate::ledger;
use crate::people;
use crate::procedures::Kind;
use chrono::{Days, NaiveDateTime, TimeDelta};

/// The field with a route of its own: the deputy may approve in it as well.
const OWN_ROUTE: &str = "Chứng thực";
/// What waits for the chairman in the open edition, and what was changed in it.
const OPEN: [(&str, &str); 3] = [
    ("QT.CN.01", "Làm rõ việc lấy ý kiến người liên quan"),
    ("QT.HT.08", "Bổ sung hướng dẫn lập tờ khai điện tử"),
    ("QT.HT.09", "Làm rõ trách nhiệm của công chức tiếp nhận"),
];

/// Sets the own route of a field; its name is known once there are documents in it.
pub(super) fn set_own_route(stage: &Stage, at: NaiveDateTime) -> anyhow::Result<()> {
    stage.act("thuky", at, |work| {
        let position = |work: &mut _, code| people::position_by_code(work, code).map(|one| one.id);
        let (office, chairman, deputy) = (position(work, "CVP")?, position(work, "CT")?, position(work, "PCT")?);
        let stage = |meaning, positions| NewStage {
            meaning,
            needs: Needs::Any,
            positions,
            days: Some(2),
        };
        let stages = [
            stage(Meaning::Review, vec![office]),
            stage(Meaning::Approve, vec![chairman, deputy]),
        ];
        documents::set_field_route(work, Kind::WorkProcedure, OWN_ROUTE, &stages)
    })
}

/// Opens an edition that the chairman signs and puts in what was reviewed; gives its number.
fn fill(
    stage: &Stage,
    versions: &[VersionId],
    (title, decision_no): (&str, &str),
    (at, from): (NaiveDateTime, NaiveDateTime),
) -> anyhow::Result<i64> {
    let (versions, title, decision_no) = (versions.to_vec(), title.to_owned(), decision_no.to_owned());
    stage.act("thuky", at, move |work| {
        let new = NewEdition {
            title,
            decision_no,
            decided_on: None,
            effective_from: local(from).date(),
            position: people::position_by_code(work, "CT")?.id,
        };
        let number = documents::open_edition(work, &new)?;
        let opened = documents::edition(work, number)?;
        documents::put_in(work, (number, opened.row_version), &versions)?;
        Ok(number)
    })
}

/// Takes the whole library through its rounds, issues it by one decision and brings it into force at `from`.
pub(super) fn issue_whole(stage: &Stage, versions: Vec<VersionId>, from: NaiveDateTime) -> anyhow::Result<()> {
    let ago = |days: i64| from - TimeDelta::days(days);
    let title = "Ban hành hệ thống tài liệu quản lý chất lượng theo TCVN ISO 9001:2015";
    library::submit(stage, versions.clone(), (ago(SUBMITTED_BEFORE), from), Change::Issue)?;
    library::sign(stage, &versions, "chanhvp", ago(REVIEWED_BEFORE))?;
    let number = fill(stage, &versions, (title, "26/QĐ-UBND"), (ago(REVIEWED_BEFORE), from))?;
    let at = ago(APPROVED_BEFORE);
    let fresh = library::fresh(stage, "chutich", at)?;
    stage.act("chutich", at, move |work| {
        let edition = documents::edition(work, number)?;
        let verdict = |member: documents::Member| GivenVerdict {
            version: member.version,
            seen_sha256: member.content_sha256,
            said: Said::Approved,
        };
        let members = documents::members_of(work, &edition)?;
        let decision = Decision {
            row_version: edition.row_version,
            decision_no: edition.decision_no,
            decided_on: work.actor.today(),
            effective_from: edition.effective_from,
            verdicts: members.into_iter().map(|(member, _)| verdict(member)).collect(),
        };
        decide_edition(work, &fresh, number, &decision).map(drop)
    })?;
    let house = Actor::house(stage.agency.clone(), from);
    ledger::change(&stage.db, house, documents::bring_into_force)?;
    Ok(())
}

/// An edition of amendments that waits for the chairman.
pub(super) fn leave_open(stage: &Stage, now: NaiveDateTime) -> anyhow::Result<()> {
    let ago = |days: i64| now - TimeDelta::days(days);
    let later = now.checked_add_days(Days::new(14)).unwrap_or(now);
    let mut versions = Vec::with_capacity(OPEN.len());
    for (code, change) in OPEN {
        versions.push(library::amend(stage, code, change, ago(7))?);
    }
    library::submit(stage, versions.clone(), (ago(6), later), Change::Amendment)?;
    library::sign(stage, &versions, "chanhvp", ago(4))?;
    let title = "Sửa đổi các quy trình hộ tịch, nuôi con nuôi quý IV";
    fill(stage, &versions, (title, ""), (ago(1), later))?;
    Ok(())
}
