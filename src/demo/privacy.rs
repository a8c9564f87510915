//! Personal data in the demo office: somebody looked, three people asked, one erasure was done.

use super::office::Stage;
use crate::cases::{self, CaseFilter, CaseHead, CaseState};
use crate::kernel::{Actor, CaseId};
use crate::ledger::{self, Work};
use crate::personal::{self, Field, Look, Opened, Purpose, Reason};
use crate::privacy::{self, Kind, NewRequest};
use crate::web::Failure;
use chrono::{NaiveDateTime, TimeDelta};

const OFFICER: &str = "dulieu1";

/// Lets people look and ask as they do in a commune.
pub(super) fn keep(stage: &Stage, now: NaiveDateTime) -> anyhow::Result<()> {
    let house = Actor::house(stage.agency.clone(), now);
    let (ended, over) = ledger::read(&stage.db, &house, |work| {
        let filter = CaseFilter {
            state: Some(CaseState::Ended),
            ..CaseFilter::default()
        };
        let ended = cases::list(work, &filter)?.rows.into_iter().map(|row| row.head);
        let ended: Vec<CaseHead> = ended
            .filter(|head| head.ended == Some(cases::Ended::Completed))
            .collect();
        Ok::<_, Failure>((ended, privacy::retained_too_long(work)?))
    })?;
    if let Some(head) = ended.first() {
        let id = head.id.clone();
        let shown = look(Purpose::Shown, Some(Reason::Audit));
        stage.act("danhgia", now - TimeDelta::days(5), move |work| {
            personal::look(work, &[id], &shown).map(drop)
        })?;
    }
    if let Some(head) = over.first() {
        erased(stage, head, now)?;
    }
    if let Some(head) = ended.get(1) {
        refused(stage, head, now)?;
    }
    if let Some(head) = ended.get(2) {
        let id = head.id.clone();
        let at = now - TimeDelta::days(1);
        let asked = "Đề nghị cho biết xã đang giữ những dữ liệu nào của tôi và cho nhận một bản sao.";
        let number = register(stage, (id, Kind::Access, asked), at)?;
        stage.act(OFFICER, at + TimeDelta::minutes(40), move |work| {
            let seen = privacy::by_number(work, number)?.row_version;
            privacy::take(work, number, seen)
        })?;
    }
    Ok(())
}

fn look(purpose: Purpose, reason: Option<Reason>) -> Look<'static> {
    Look {
        purpose,
        reason,
        request_no: None,
        fields: Field::ALL,
        masked: &[],
    }
}

/// Somebody comes to the office, shows the identity card and asks.
fn register(
    stage: &Stage,
    (case, kind, asked): (CaseId, Kind, &'static str),
    at: NaiveDateTime,
) -> anyhow::Result<i64> {
    stage.act(OFFICER, at, move |work| {
        let opened = personal::look(
            work,
            std::slice::from_ref(&case),
            &look(Purpose::Shown, Some(Reason::Request)),
        )?;
        let who: Opened = opened.into_values().next().unwrap_or_default();
        let new = NewRequest {
            kind,
            full_name: who.text(Field::FullName).to_owned(),
            id_number: who.text(Field::IdNumber).to_owned(),
            phone: String::new(),
            asked: asked.to_owned(),
            is_verified: true,
        };
        privacy::register(work, &new)
    })
}

fn seen(work: &mut Work<'_>, number: i64) -> Result<i64, Failure> {
    Ok(privacy::by_number(work, number)?.row_version)
}

fn erased(stage: &Stage, head: &CaseHead, now: NaiveDateTime) -> anyhow::Result<()> {
    let at = now - TimeDelta::days(9);
    // On that day the case must have been free already.
    let at = head
        .ended_at
        .map_or(at, |ended| at.max(ended + TimeDelta::days(32)))
        .min(now);
    let asked = "Hồ sơ của tôi không được tiếp nhận, đề nghị xóa thông tin cá nhân của tôi.";
    let number = register(stage, (head.id.clone(), Kind::Erasure, asked), at)?;
    let id = head.id.clone();
    stage.act(OFFICER, at, move |work| {
        let before = seen(work, number)?;
        privacy::take(work, number, before)?;
        let seen = seen(work, number)?;
        let basis = "Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15; hồ sơ không hình thành kết quả, hết thời hạn lưu giữ";
        let named = privacy::Named {
            cases: vec![id],
            records: Vec::new(),
        };
        privacy::propose(work, (number, seen), (&named, basis))
    })?;
    let fresh = super::library::fresh(stage, "chutich", now)?;
    stage.act("chutich", now, move |work| {
        let seen = seen(work, number)?;
        privacy::approve(work, &fresh, number, seen)
    })?;
    Ok(personal::forget_keys(&stage.db)?)
}

fn refused(stage: &Stage, head: &CaseHead, now: NaiveDateTime) -> anyhow::Result<()> {
    let at = now - TimeDelta::days(6);
    let asked = "Tôi đã nhận kết quả, đề nghị xóa toàn bộ dữ liệu của tôi.";
    let number = register(stage, (head.id.clone(), Kind::Erasure, asked), at)?;
    stage.act(OFFICER, at + TimeDelta::hours(3), move |work| {
        let seen = seen(work, number)?;
        let basis = "Luật Lưu trữ 33/2024/QH15: hồ sơ đã có kết quả giải quyết phải lưu theo thời hạn bảo quản";
        let said = "Hồ sơ còn trong thời hạn lưu trữ nên chưa được xóa; dữ liệu chỉ được dùng để lưu trữ.";
        privacy::refuse(work, number, seen, (basis, said))
    })
}
