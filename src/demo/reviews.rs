//! Periodic reviews of the demo office: one long due again, one due soon, one that must be revised.

use super::library;
use super::office::Stage;
use crate::documents;
use crate::kernel::local;
use crate::reviews::{self, NewReview, Verdict};
use chrono::{Days, NaiveDateTime, TimeDelta};

/// The document, who looked at it how many days ago, what was said, and in how many days it was to be looked at again.
const SIGNED: [(&str, &str, i64, Verdict, u64, &str); 4] = [
    (
        "MTCL",
        "chutich",
        110,
        Verdict::Keep,
        92,
        "Mục tiêu quý III phù hợp với kế hoạch của xã; xem lại khi hết quý.",
    ),
    (
        "CSCL",
        "chutich",
        85,
        Verdict::Keep,
        90,
        "Chính sách còn phù hợp; xem lại cùng cuộc họp xem xét của lãnh đạo.",
    ),
    (
        "QT.01",
        "thuky",
        30,
        Verdict::Keep,
        95,
        "Đã đối chiếu với mô hình khung; cách làm thực tế khớp với văn bản.",
    ),
    (
        "QT.CT.03",
        "chutich",
        2,
        Verdict::Revise,
        0,
        "Trách nhiệm của công chức tiếp nhận ghi chưa rõ, đã có ý kiến của bộ phận một cửa.",
    ),
];

/// Signs the reviews, each at its time.
pub(super) fn sign(stage: &Stage, now: NaiveDateTime) -> anyhow::Result<()> {
    for (code, username, days_ago, verdict, next, reason) in SIGNED {
        let at = now - TimeDelta::days(days_ago);
        let fresh = library::fresh(stage, username, at)?;
        let next_due = local(at).date().checked_add_days(Days::new(next));
        stage.act(username, at, move |work| {
            let document = documents::document_by_code(work, code)?;
            let day = work.actor.today();
            let head = documents::effective_on(work, &document, day)?.ok_or(crate::web::Failure::NotFound)?;
            let new = NewReview {
                code: code.to_owned(),
                seen_sha256: head.content_sha256,
                verdict,
                reason: reason.to_owned(),
                next_due: next_due.filter(|_| verdict == Verdict::Keep),
            };
            reviews::review(work, &fresh, &new).map(drop)
        })?;
    }
    Ok(())
}
