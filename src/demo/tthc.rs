//! The catalogue of administrative procedures of the demo office: what its procedures name, a few that no procedure covers,
//! and one that has ended. Decisions and those few are made up and say so.

use super::office::Stage;
use crate::documents;
use crate::kernel::local;
use crate::tthc::{self, Level, NewEntry, Reception};
use crate::web::Failure;
use chrono::{NaiveDateTime, TimeDelta};
use std::collections::BTreeMap;

/// How long ago the catalogue was brought in.
const MADE_DAYS_AGO: i64 = 100;
/// How long ago one of them ended.
const ENDED_DAYS_AGO: i64 = 20;
/// The procedure whose administrative procedure has ended.
const ENDED: &str = "QT.GD.01";
const MADE_UP: &str = "Giả định (cơ quan mẫu)";
/// In force, and without a procedure: code, name, field.
const UNCOVERED: [(&str, &str, &str); 4] = [
    ("9.900001", "Thủ tục giả định: đăng ký lại kết hôn", "Hộ tịch"),
    ("9.900002", "Thủ tục giả định: chứng thực hợp đồng", "Chứng thực"),
    (
        "9.900003",
        "Thủ tục giả định: hỗ trợ học sinh vùng khó khăn",
        "Giáo dục",
    ),
    ("9.900004", "Thủ tục giả định: đăng ký lễ hội", "Văn hóa"),
];

/// Brings the catalogue in, and ends one of its entries later.
pub(super) fn keep(stage: &Stage, now: NaiveDateTime) -> anyhow::Result<()> {
    let ago = |days: i64| now - TimeDelta::days(days);
    stage.act("thuky", ago(MADE_DAYS_AGO), |work| {
        let mut list: BTreeMap<String, NewEntry> = BTreeMap::new();
        for (head, content) in documents::effective_procedures(work)? {
            for one in &content.source.tthc {
                list.insert(one.code.clone(), entry(&one.code, &one.name, &head.field));
            }
        }
        for (code, name, field) in UNCOVERED {
            list.insert(code.to_owned(), entry(code, name, field));
        }
        let list: Vec<NewEntry> = list.into_values().filter(|one| !one.field.is_empty()).collect();
        tthc::bring_in(work, &list)?;
        Ok::<_, Failure>(())
    })?;
    let ended_from = local(ago(ENDED_DAYS_AGO)).date();
    stage.act("thuky", ago(ENDED_DAYS_AGO), move |work| {
        let named = documents::effective_procedures(work)?.into_iter();
        let named = named.filter(|(head, _)| head.code == ENDED);
        let codes: Vec<String> = named
            .flat_map(|(_, content)| {
                content
                    .source
                    .tthc
                    .iter()
                    .map(|one| one.code.clone())
                    .collect::<Vec<_>>()
            })
            .collect();
        for code in codes {
            let known = tthc::by_code(work, &code)?;
            let new = NewEntry {
                ended_from: Some(ended_from),
                end_decision_no: MADE_UP.to_owned(),
                ..entry(&known.code, &known.name, &known.field)
            };
            tthc::edit(work, known.row_version, &new)?;
        }
        Ok::<_, Failure>(())
    })
}

fn entry(code: &str, name: &str, field: &str) -> NewEntry {
    NewEntry {
        code: code.to_owned(),
        name: name.to_owned(),
        field: field.to_owned(),
        level: Level::Commune,
        reception: Reception::OneStop,
        decision_no: MADE_UP.to_owned(),
        valid_from: None,
        ended_from: None,
        end_decision_no: String::new(),
    }
}
