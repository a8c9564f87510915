//! Cases held against another text than theirs, by the order of their steps and how they ended. Pure.

use crate::calendar::WorkingCalendar;
use crate::conformance::judge::{Around, Judge, Shapes, Text};
use crate::conformance::known::Perspectives;
use crate::conformance::severities::Severities;
use crate::conformance::store::Judged;
use crate::documents::Content;
use crate::kernel::DocumentId;
use chrono::NaiveDateTime;
use std::collections::BTreeMap;

/// Lends a judge of that text, who knows nothing of people, times and papers.
pub(super) fn by_text<T>(
    content: &Content,
    document: &DocumentId,
    calendar: &WorkingCalendar,
    look: impl FnOnce(&Judge<'_>) -> T,
) -> T {
    let (elsewhere, severities) = (BTreeMap::new(), Severities::default());
    let text = Text {
        content,
        document,
        elsewhere: &elsewhere,
    };
    let around = Around {
        known: Perspectives {
            ending: true,
            ..Perspectives::order_only()
        },
        calendar,
        severities: &severities,
        // Without times the moment matters nothing.
        now: NaiveDateTime::default(),
    };
    look(&Judge::new(text, around, &Shapes::new()))
}

/// The fewest deviations of cases from another text; `None` when the text has no workflow to compare with.
pub(super) fn costs_by(judged: &[&Judged], content: &Content, calendar: &WorkingCalendar) -> Option<Vec<u32>> {
    let Some(first) = judged.first() else {
        return Some(Vec::new());
    };
    by_text(content, &first.trace.document, calendar, |judge| {
        let costs = judged.iter().map(|one| {
            let judgement = judge.judge(&one.trace);
            judgement.is_determined.then_some(judgement.cost)
        });
        costs.collect()
    })
}
