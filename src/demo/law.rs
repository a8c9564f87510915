//! The register of laws of the demo office: taken over from its documents, and two changes that it follows.
//!
//! The new documents are made up and say so; what is true of the old ones must still be held against an official source.

use super::library;
use super::office::Stage;
use crate::kernel::local;
use crate::law::{self, ChangeKind, DraftWords, NewChange, NewExternal};
use crate::web::Failure;
use chrono::{NaiveDate, NaiveDateTime, TimeDelta};

/// How long ago the register was made.
const MADE_DAYS_AGO: i64 = 120;
/// What the entries of the register say that are made up.
const MADE_UP: &str = "Văn bản giả định, chỉ để minh họa trong cơ quan mẫu";
type Day = (i32, u32, u32);
/// Days and titles that are known of some entries: sign, title, issued, in force from.
const KNOWN: [(&str, &str, Day, Day); 6] = [
    ("60/2014/QH13", "Luật Hộ tịch", (2014, 11, 20), (2016, 1, 1)),
    ("52/2014/QH13", "Luật Hôn nhân và gia đình", (2014, 6, 19), (2015, 1, 1)),
    ("91/2015/QH13", "Bộ luật Dân sự", (2015, 11, 24), (2017, 1, 1)),
    (
        "123/2015/NĐ-CP",
        "Quy định chi tiết một số điều và biện pháp thi hành Luật Hộ tịch",
        (2015, 11, 15),
        (2016, 1, 1),
    ),
    (
        "23/2015/NĐ-CP",
        "Về cấp bản sao từ sổ gốc, chứng thực bản sao từ bản chính, chứng thực chữ ký và chứng thực hợp đồng, giao dịch",
        (2015, 2, 16),
        (2015, 4, 10),
    ),
    (
        "118/2025/NĐ-CP",
        "Về thực hiện thủ tục hành chính theo cơ chế một cửa, một cửa liên thông",
        (2025, 6, 9),
        (2025, 7, 1),
    ),
];
/// The document that replaces another in the demo, and the one that it replaces: nine procedures cite it.
const NEW: &str = "99/2026/TT-BTP";
const OLD: &str = "04/2020/TT-BTP";
/// The document that ended without a successor, too long ago for those that still cite it.
const ENDED: &str = "257/2016/TT-BTC";

/// Makes the register and follows two changes of law, each thing at its time.
pub(super) fn follow(stage: &Stage, now: NaiveDateTime) -> anyhow::Result<()> {
    let ago = |days: i64| now - TimeDelta::days(days);
    stage.act("thuky", ago(MADE_DAYS_AGO), |work| law::take_over(work).map(drop))?;
    write_down(stage, ago(MADE_DAYS_AGO - 2))?;
    change(stage, (ENDED, ChangeKind::Expired, ""), (ago(118), ago(105)))?;
    let replaced = change(stage, (OLD, ChangeKind::Replaced, NEW), (ago(60), ago(55)))?;
    let words = DraftWords {
        basis: format!("Thông tư {OLD} được thay thế bởi Thông tư {NEW}"),
        entry: format!("Thông tư {NEW}"),
    };
    let draft = |code: &'static str, at| {
        let words = words.clone();
        stage.act("thuky", at, move |work| law::open_draft(work, replaced, code, &words))
    };
    let followed = draft("QT.HT.06", ago(40))?;
    library::issue(stage, vec![followed], ago(25))?;
    draft("QT.HT.07", ago(4))?;
    stage.act("thuky", ago(30), move |work| {
        let reason = "Quy trình chỉ nhắc đến biểu mẫu; Thông tư mới giữ nguyên biểu mẫu này.";
        law::decide_no_change(work, replaced, "QT.HT.05", reason)
    })
}

fn day((year, month, day): Day) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, day)
}

/// What the secretary knows of some entries, and the one that is made up.
fn write_down(stage: &Stage, at: NaiveDateTime) -> anyhow::Result<()> {
    stage.act("thuky", at, move |work| {
        for (sign, title, issued_on, effective_from) in KNOWN {
            let Some(entry) = law::by_sign(work, sign)?.into_iter().next() else {
                continue;
            };
            let new = NewExternal {
                kind: Some(entry.kind),
                title: title.to_owned(),
                issued_on: day(issued_on),
                effective_from: day(effective_from),
                source: entry.source.clone(),
                ..blank(sign)
            };
            law::edit(work, entry.number, entry.row_version, &new)?;
        }
        let made_up = NewExternal {
            title: MADE_UP.to_owned(),
            source: MADE_UP.to_owned(),
            ..blank(NEW)
        };
        law::add(work, &made_up).map(drop)
    })
}

fn blank(sign: &str) -> NewExternal {
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

/// Registers a change at a moment, in effect from another.
fn change(
    stage: &Stage,
    (old, kind, new): (&'static str, ChangeKind, &'static str),
    (at, effective): (NaiveDateTime, NaiveDateTime),
) -> anyhow::Result<i64> {
    stage.act("thuky", at, move |work| {
        let entry = law::by_sign(work, old)?.into_iter().next().ok_or(Failure::NotFound)?;
        let new = NewChange {
            old: entry.number,
            kind,
            new_sign: new.to_owned(),
            effective_on: local(effective).date(),
            note: MADE_UP.to_owned(),
            assignee: None,
        };
        law::register_change(work, &new)
    })
}
