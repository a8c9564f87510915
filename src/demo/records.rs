//! Forms that the demo office filled: nonconformities that somebody reported, and slips at the steps of cases.

use super::office::Stage;
use crate::cases;
use crate::kernel::{Actor, CaseId, local};
use crate::ledger::{self, Work};
use crate::records::{self, Filling, NotKept};
use crate::web::Failure;
use crate::workflow::Step;
use chrono::{NaiveDateTime, TimeDelta};
use std::collections::BTreeMap;

/// The form of a nonconformity.
pub(super) const REPORT: &str = "BM.QT.04.01";
/// How long ago the first one was reported: on the first version of the form, which was amended since.
const FIRST_DAYS_AGO: i64 = 75;

/// What is typed, blank by blank.
type Blanks = &'static [(&'static str, &'static str)];

const FIRST: Blanks = &[
    ("in.noi_phat_hien", "Trung tâm Phục vụ hành chính công"),
    ("in.nguon", "Giám sát việc giải quyết hồ sơ"),
    ("in.dieu_khoan", "QT.HT.01, bước tiếp nhận"),
    (
        "in.mo_ta",
        "Ba hồ sơ khai sinh trong tuần không có dấu ngày nhận trên tờ khai; sổ theo dõi vẫn ghi đủ.",
    ),
    ("in.da_xu_ly", "yes"),
    (
        "in.cach_xu_ly",
        "Đối chiếu sổ theo dõi, bổ sung dấu ngày nhận và ký xác nhận.",
    ),
    (
        "in.nguyen_nhan",
        "Dấu ngày dùng chung hai quầy, có lúc không có ở quầy tiếp nhận.",
    ),
    ("in.hanh_dong.0.viec", "Mua thêm một dấu ngày cho quầy số 2"),
    ("in.hanh_dong.0.nguoi", "Văn phòng HĐND và UBND"),
    ("in.hanh_dong.0.han", "2026-12-31"),
    ("in.kinh_phi", "350.000"),
    ("in.rui_ro", "Rủi ro và cơ hội"),
];
const SECOND: Blanks = &[
    (
        "in.noi_phat_hien",
        "Bảng niêm yết sảnh Trung tâm Phục vụ hành chính công",
    ),
    ("in.nguon", "Đánh giá nội bộ"),
    ("in.dieu_khoan", "TCVN ISO 9001:2015, điều 7.5.3"),
    (
        "in.mo_ta",
        "Bản niêm yết QT.HT.01 là lần ban hành 2, trong khi lần ban hành 3 đã có hiệu lực được hai tuần.",
    ),
    ("in.da_xu_ly", "yes"),
    ("in.cach_xu_ly", "Gỡ bản cũ, niêm yết bản mới ngay trong buổi."),
    (
        "in.nguyen_nhan",
        "Chưa giao ai kiểm tra bản niêm yết khi có lần ban hành mới.",
    ),
    (
        "in.hanh_dong.0.viec",
        "Giao thư ký ISO kiểm tra bản niêm yết mỗi khi ban hành",
    ),
    ("in.hanh_dong.0.nguoi", "Thư ký ISO"),
    ("in.hanh_dong.0.han", "2026-12-15"),
    ("in.rui_ro", "Phân công"),
];
const THIRD: Blanks = &[
    ("in.noi_phat_hien", "Phòng Tư pháp - Hộ tịch"),
    ("in.nguon", "Khác"),
    ("in.nguon_khac", "Tự phát hiện khi chuyển hồ sơ"),
    ("in.dieu_khoan", "QT.CT.01, bước đối chiếu"),
    (
        "in.mo_ta",
        "Một hồ sơ chứng thực được chuyển sang bước ký khi chưa ghi kết quả đối chiếu bản chính.",
    ),
    ("in.da_xu_ly", "no"),
];

fn typed(blanks: Blanks) -> BTreeMap<String, Vec<String>> {
    let one = |(name, value): &(&str, &str)| ((*name).to_owned(), vec![(*value).to_owned()]);
    blanks.iter().map(one).collect()
}

fn kept(done: Result<String, NotKept>) -> Result<String, Failure> {
    done.map_err(|why| match why {
        NotKept::Failed(failure) => failure,
        NotKept::Slips(slips) => Failure::Internal(anyhow::anyhow!("a form of the demo is wrong: {slips:?}")),
    })
}

/// Fills the report as the version in force asks for it.
fn report(
    work: &mut Work<'_>,
    blanks: Blanks,
    (found_days_ago, corrects): (i64, Option<(&str, &str)>),
) -> Result<String, Failure> {
    let form = records::form_in_force(work, REPORT)?;
    let mut typed = typed(blanks);
    let found = local(work.actor.at - TimeDelta::days(found_days_ago)).date();
    typed.insert("in.ngay_phat_hien".to_owned(), vec![found.to_string()]);
    let filling = Filling {
        form: REPORT.to_owned(),
        seen_sha256: form.head.content_sha256,
        typed,
        corrects: corrects.map(|(code, _)| code.to_owned()),
        reason: corrects.map(|(_, reason)| reason.to_owned()).unwrap_or_default(),
    };
    kept(records::fill(work, &filling))
}

/// The first report, while the first version of the form was in force.
pub(super) fn report_first(stage: &Stage, now: NaiveDateTime) -> anyhow::Result<()> {
    stage.act("thuky", now - TimeDelta::days(FIRST_DAYS_AGO), |work| {
        report(work, FIRST, (1, None)).map(drop)
    })
}

/// The later ones, of which one had to be corrected.
pub(super) fn report_later(stage: &Stage, now: NaiveDateTime) -> anyhow::Result<()> {
    stage.act("danhgia", now - TimeDelta::days(6), |work| {
        let wrong = report(work, SECOND, (0, None))?;
        report(work, SECOND, (2, Some((&wrong, "Ghi nhầm ngày phát hiện")))).map(drop)
    })?;
    stage.act("tuphap1", now - TimeDelta::days(1), |work| {
        report(work, THIRD, (0, None)).map(drop)
    })
}

/// Fills the forms of a step of a case that can be filled on the screen, as its performer does before the step is done.
pub(super) fn fill_at_step(stage: &Stage, case: &CaseId, step: &Step, actor: &Actor) -> anyhow::Result<()> {
    let forms: Vec<String> = step.forms.iter().filter(|code| has_blanks(code)).cloned().collect();
    if forms.is_empty() {
        return Ok(());
    }
    let (case, step) = (case.clone(), step.code.to_string());
    let done = ledger::change(&stage.db, actor.clone(), move |work| {
        for code in &forms {
            let form = records::form_in_force(work, code)?;
            let known = cases::known_beforehand(work, &case)?;
            let mut blanks = records::again_typed(work, &form, (None, None), &known)?;
            blanks.extend(typed(if code == "BM.MC.06" { SLIP } else { REQUEST }));
            let today = work.actor.today().to_string();
            if code == "BM.MC.06" {
                blanks.insert("in.giao_nhan.0.ngay_giao".to_owned(), vec![today]);
            }
            let filling = Filling {
                form: code.clone(),
                seen_sha256: form.head.content_sha256,
                typed: blanks,
                ..Filling::default()
            };
            kept(cases::fill_form(work, &case, &step, &filling))?;
        }
        Ok(())
    });
    match done {
        // What was planted before forbids the step, and so its forms.
        Ok(()) | Err(Failure::Conflict(_)) => Ok(()),
        Err(failure) => Err(anyhow::Error::from(failure).context("filling a form of a step")),
    }
}

fn has_blanks(code: &str) -> bool {
    matches!(code, "BM.MC.02" | "BM.MC.06")
}

const SLIP: Blanks = &[
    ("in.giao_nhan.0.ben_giao", "Trung tâm Phục vụ hành chính công"),
    ("in.giao_nhan.0.ben_nhan", "Phòng chuyên môn thụ lý hồ sơ"),
    ("in.giao_nhan.0.ket_qua", "Đúng hạn"),
    ("in.qua_han", "no"),
];
const REQUEST: Blanks = &[
    (
        "in.giay_to.0.ten_giay_to",
        "Giấy xác nhận của trưởng thôn về hoàn cảnh gia đình",
    ),
    ("in.giay_to.0.ban_chinh", "1"),
    ("in.ly_do", "Giấy đã nộp chưa có chữ ký của trưởng thôn."),
    ("in.dien_thoai_lien_he", "0214 3 857 001"),
];
