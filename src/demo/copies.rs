//! Copies on paper: handed out when the first edition came into force, some of them exchanged since.

use super::office::Stage;
use crate::copies::{self, Holder, Kind, NewCopy, State};
use crate::documents;
use crate::people;
use crate::web::Failure;
use chrono::NaiveDateTime;

/// Code, position that holds a copy, place.
const HELD: [(&str, &str, &str); 6] = [
    ("QT.HT.01", "MC", "Quầy số 2, Trung tâm Phục vụ hành chính công"),
    ("QT.HT.01", "TPHT", "Phòng Tư pháp - Hộ tịch"),
    ("QT.HT.02", "TPHT", "Phòng Tư pháp - Hộ tịch"),
    ("QT.CT.01", "MC", "Quầy số 1, Trung tâm Phục vụ hành chính công"),
    ("QT.01", "TKISO", "Văn phòng HĐND và UBND"),
    ("CSCL", "CT", "Phòng làm việc của Chủ tịch"),
];

/// Code and place of posted copies.
const POSTED: [(&str, &str); 4] = [
    ("QT.HT.01", "Bảng niêm yết sảnh Trung tâm Phục vụ hành chính công"),
    ("QT.CT.01", "Bảng niêm yết sảnh Trung tâm Phục vụ hành chính công"),
    ("QT.HT.02", "Nhà văn hóa thôn Bảo Vinh"),
    ("CSCL", "Phòng họp UBND xã"),
];

/// Issues and posts the first copies.
pub(super) fn hand_out(stage: &Stage, at: NaiveDateTime) -> anyhow::Result<()> {
    stage.act("thuky", at, |work| {
        for (code, position, place) in HELD {
            let document = documents::document_by_code(work, code)?;
            let holder = Holder::Position(people::position_by_code(work, position)?.id);
            let new = NewCopy {
                kind: Kind::Held,
                holder,
                place: place.to_owned(),
            };
            copies::issue(work, &document, &new)?;
        }
        for (code, place) in POSTED {
            let document = documents::document_by_code(work, code)?;
            let new = NewCopy {
                kind: Kind::Posted,
                holder: Holder::Named(String::new()),
                place: place.to_owned(),
            };
            copies::issue(work, &document, &new)?;
        }
        Ok::<_, Failure>(())
    })
}

/// After the amendments most copies were exchanged and one was reported lost; a few still wait for it.
pub(super) fn exchange(stage: &Stage, at: NaiveDateTime) -> anyhow::Result<()> {
    stage.act("thuky", at, |work| {
        for (number, due) in copies::due(work)?.into_iter().enumerate() {
            match number {
                0 | 2 => copies::exchange(work, &due.copy.id).map(drop)?,
                3 => copies::close(work, &due.copy.id, State::Lost, "Mất khi chuyển trụ sở")?,
                _ => {}
            }
        }
        Ok(())
    })
}
