//! Late steps and late cases, and moments that cannot be true.

use super::Case;
use crate::conformance::finding::{Arg, FindingKind, Severity};
use crate::conformance::timing::{Allotted, Span, allotted, due, overrun, shared_due};
use crate::workflow::TimeLimit;
use chrono::NaiveDateTime;
use std::collections::BTreeMap;

/// Being late by more working minutes than this (one day) weighs more.
const LONG: i64 = 480;

impl Case<'_> {
    pub(super) fn times(&mut self) {
        let mut cells: BTreeMap<&str, (TimeLimit, Vec<Span>)> = BTreeMap::new();
        for span in self.spans() {
            let Some(step) = self.step(span.row) else { continue };
            match allotted(self.table, step, &self.trace.duration_code) {
                Some(Allotted::Own(limit)) => {
                    let due = due(self.input.calendar, span.since, limit);
                    self.step_time(span, (span.since, due), limit, false);
                }
                Some(Allotted::Shared(cell, limit)) => cells.entry(cell).or_insert((limit, Vec::new())).1.push(span),
                None => {}
            }
        }
        for (limit, spans) in cells.into_values() {
            let last = spans.iter().copied().max_by_key(|span| (span.until, span.event));
            let first = spans.iter().map(|span| span.since).min();
            if let (Some(last), Some(first), Some(due)) = (last, first, shared_due(self.input.calendar, &spans, limit))
            {
                self.step_time(last, (first, due), limit, true);
            }
        }
        self.case_time();
        self.impossible();
    }

    /// When each step that was done as the table says became possible, and those that an open case waits for.
    fn spans(&self) -> Vec<Span> {
        let done = self.shape.enabled_by.iter().enumerate().filter_map(|(at, by)| {
            let (row, until) = ((*self.shape.rows.get(at)?)?, self.event(at)?.done_at);
            Some(Span {
                row,
                event: Some(at),
                since: self.since(by.as_ref()?),
                until,
            })
        });
        let is_open = self.trace.ended.is_none();
        let waiting = self.shape.waiting.iter().filter(move |_| is_open).map(|(row, by)| {
            let since = self.since(by);
            Span {
                row: *row,
                event: None,
                since,
                until: self.input.now.max(since),
            }
        });
        done.chain(waiting).collect()
    }

    fn since(&self, events: &[usize]) -> NaiveDateTime {
        let done = events
            .iter()
            .filter_map(|event| self.event(*event))
            .map(|event| event.done_at);
        done.max().unwrap_or(self.trace.received_at).max(self.trace.received_at)
    }

    fn step_time(&mut self, span: Span, (since, due): (NaiveDateTime, NaiveDateTime), limit: TimeLimit, shared: bool) {
        if span.until <= due {
            if span.event.is_none() {
                self.changes(due);
            }
            return;
        }
        let word = match (span.event.is_some(), shared) {
            (true, false) => "step_late",
            (true, true) => "step_late_shared",
            (false, false) => "step_waiting",
            (false, true) => "step_waiting_shared",
        };
        let over = overrun(self.input.calendar, due, span.until);
        let mut finding = self.finding(FindingKind::StepLate, word, Some(span.row), span.event);
        finding.severity = if over > LONG { Severity::Medium } else { Severity::Low };
        finding.at = finding.at.or(Some(due));
        finding.args.push(("since", Arg::Moment(since)));
        finding.args.push(("due", Arg::Moment(due)));
        finding.args.push(("limit", Arg::Limit(limit)));
        finding.args.push(("over", Arg::WorkingMinutes(over)));
        self.findings.push(finding);
    }

    fn case_time(&mut self) {
        let Some(due) = self.trace.due_at else {
            return;
        };
        let until = self.trace.ended_at.unwrap_or(self.input.now);
        if until <= due {
            if self.trace.ended.is_none() {
                self.changes(due);
            }
            return;
        }
        let word = if self.trace.ended.is_some() {
            "case_late"
        } else {
            "case_late_open"
        };
        let over = overrun(self.input.calendar, due, until);
        let mut finding = self.finding(FindingKind::CaseLate, word, None, None);
        finding.severity = if over > LONG { Severity::High } else { Severity::Medium };
        finding.at = Some(self.trace.ended_at.unwrap_or(due));
        finding.args.push(("received", Arg::Moment(self.trace.received_at)));
        finding
            .args
            .push(("promised", Arg::Moment(self.trace.promised_at.unwrap_or(due))));
        finding.args.push(("due", Arg::Moment(due)));
        finding.args.push(("until", Arg::Moment(until)));
        finding.args.push(("over", Arg::WorkingMinutes(over)));
        self.findings.push(finding);
    }

    fn changes(&mut self, at: NaiveDateTime) {
        self.changes_at = Some(self.changes_at.map_or(at, |known| known.min(at)));
    }

    fn impossible(&mut self) {
        for (at, event) in self.trace.events.iter().enumerate() {
            let row = self.shape.rows.get(at).copied().flatten();
            let by = self.shape.enabled_by.get(at).and_then(Option::as_ref);
            let previous = by
                .into_iter()
                .flatten()
                .copied()
                .max_by_key(|by| self.event(*by).map(|by| by.done_at));
            let (word, near) = if event.done_at < self.trace.received_at {
                ("before_receipt", None)
            } else if event.done_at > self.input.now {
                self.changes(event.done_at);
                ("in_the_future", None)
            } else if previous
                .and_then(|by| self.event(by))
                .is_some_and(|by| event.done_at < by.done_at)
            {
                ("before_previous", previous)
            } else {
                continue;
            };
            let mut finding = self.finding(FindingKind::ImpossibleTime, word, row, Some(at));
            finding.args.push(("received", Arg::Moment(self.trace.received_at)));
            if let Some(near) = near.and_then(|near| Some((self.event(near)?, *self.shape.rows.get(near)?))) {
                finding.args.push(("near", Arg::Rows(near.1.into_iter().collect())));
                finding.args.push(("near_when", Arg::Moment(near.0.done_at)));
            }
            self.findings.push(finding);
        }
    }
}
