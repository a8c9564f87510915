//! The procedures whose version changed in the period, with what changed in their cases.

use super::super::asked::Asked;
use super::super::overview::{Choice, procedures};
use super::speech::Speech;
use super::{address, heads};
use crate::calendar::{self, WorkingCalendar};
use crate::conformance::patterns::{Drift, Habit, LEAST, Sides, drift, habit};
use crate::conformance::sentence::{Names, Teller};
use crate::conformance::store::{Judged, judge_all};
use crate::documents::VersionHead;
use crate::kernel::{DocumentId, Language, VersionId};
use crate::ledger::Work;
use crate::web::escaped;
use crate::web::{Desk, Failure, Page};
use actix_web::HttpResponse;
use chrono::{NaiveDate, NaiveDateTime};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct ChangesPage {
    asked: Asked,
    procedures: Vec<Choice>,
    least: u32,
    rows: Vec<Row>,
}

impl Page for ChangesPage {
    const TEMPLATE: &'static str = "conformance/beyond/changes.html";
}

#[derive(Serialize)]
struct Row {
    code: String,
    title: String,
    from: String,
    to: String,
    day: NaiveDate,
    before: u32,
    after: u32,
    conforming_before: String,
    conforming_after: String,
    conforming: &'static str,
    late_before: String,
    late_after: String,
    late: &'static str,
    /// Cases that still work by the version before; `None` when the order of steps did not change.
    old: Option<String>,
    path: String,
}

/// A change of a procedure: the version before and the new one.
pub(super) struct Change {
    pub(super) before: VersionHead,
    pub(super) after: VersionHead,
}

/// Everything that the comparison of a change needs.
pub(super) struct Period {
    pub(super) judged: Vec<Judged>,
    pub(super) heads: BTreeMap<VersionId, VersionHead>,
    calendar: WorkingCalendar,
    now: NaiveDateTime,
}

/// Judges the cases of the period.
pub(super) fn period(work: &mut Work<'_>, asked: &Asked) -> Result<Period, Failure> {
    let filter = asked.filter(work)?;
    let judged = judge_all(work, &filter)?;
    Ok(Period {
        heads: heads(work, &judged)?,
        judged,
        calendar: calendar::working_calendar(work)?,
        now: work.actor.at,
    })
}

impl Period {
    /// The versions that came into force in the period and have cases, each with the one before it that has; the newest
    /// first.
    pub(super) fn changes(&self, asked: &Asked) -> Vec<Change> {
        let mut of_document: BTreeMap<&DocumentId, Vec<&VersionHead>> = BTreeMap::new();
        for head in self.heads.values() {
            of_document.entry(&head.document_id).or_default().push(head);
        }
        let mut changes = Vec::new();
        for heads in of_document.values_mut() {
            heads.sort_by_key(|head| head.number);
            for pair in heads.windows(2) {
                if let [before, after] = pair
                    && after
                        .effective_from
                        .is_some_and(|day| asked.from <= day && day <= asked.to)
                {
                    changes.push(Change {
                        before: (*before).clone(),
                        after: (*after).clone(),
                    });
                }
            }
        }
        changes.sort_by_key(|change| std::cmp::Reverse((change.after.effective_from, change.after.code.clone())));
        changes
    }

    fn cases(&self, version: &VersionId) -> Vec<&Judged> {
        self.judged.iter().filter(|one| one.trace.version == *version).collect()
    }

    /// What changed in the cases, and what is left of the version before.
    pub(super) fn compare(&self, change: &Change) -> (Drift, Habit) {
        let (before, after) = (self.cases(&change.before.id), self.cases(&change.after.id));
        let drift = drift(&Sides {
            before: &before,
            after: &after,
            calendar: &self.calendar,
            now: self.now,
        });
        let habit = before
            .first()
            .map(|one| habit(&after, (&change.before.id, &one.content), &self.calendar))
            .unwrap_or_default();
        (drift, habit)
    }
}

/// The title of a version in the reader's language.
pub(super) fn title(desk: &Desk, head: &VersionHead) -> String {
    if desk.language() == Language::En && !head.title_en.is_empty() {
        head.title_en.clone()
    } else {
        head.title.clone()
    }
}

pub(super) async fn show(desk: Desk) -> Result<HttpResponse, Failure> {
    let asked = Asked::of(&desk);
    let wanted = asked.clone();
    let (period, compared, choices) = desk
        .read(move |work| {
            let period = period(work, &wanted)?;
            let changes = period.changes(&wanted);
            let compared: Vec<(Change, Drift, Habit)> = changes
                .into_iter()
                .map(|change| {
                    let (drift, habit) = period.compare(&change);
                    (change, drift, habit)
                })
                .collect();
            let (choices, _) = procedures(work)?;
            Ok::<_, Failure>((period, compared, choices))
        })
        .await?;
    drop(period);
    let names = Names::default();
    let speech = Speech(Teller {
        words: desk.site().pages.words(),
        language: desk.language(),
        names: &names,
    });
    let rows = compared.iter().filter_map(|(change, drift, habit)| {
        let head = &change.after;
        Some(Row {
            title: title(&desk, head),
            from: change.before.issue.to_string(),
            to: head.issue.to_string(),
            day: head.effective_from?,
            before: drift.cases.0.whole,
            after: drift.cases.1.whole,
            conforming_before: speech.only_percent(drift.conforming.before),
            conforming_after: speech.only_percent(drift.conforming.after),
            conforming: drift.conforming.verdict.as_str(),
            late_before: speech.only_percent(drift.late.before),
            late_after: speech.only_percent(drift.late.after),
            late: drift.late.verdict.as_str(),
            old: habit.differs.then(|| speech.share(habit.cases)),
            path: address(
                &format!("/conformance/changes/{}", escaped(&head.code)),
                &asked,
                &[("version", &head.number.to_string())],
            ),
            code: head.code.clone(),
        })
    });
    desk.page(&ChangesPage {
        rows: rows.collect(),
        procedures: choices,
        least: LEAST,
        asked: asked.clone(),
    })
}
