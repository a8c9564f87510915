//! Late steps and late cases, what is due soon, and moments that cannot be true.

use super::Case;
use crate::cases::{Allotted, due_after_pauses, promised, shared_due, step_due};
use crate::conformance::finding::{Arg, FindingKind, Raise};
use crate::conformance::known::Promise;
use crate::conformance::timing::{Span, near_from, overrun};
use crate::kernel::local;
use crate::procedures::parse_limit;
use crate::workflow::TimeLimit;
use chrono::NaiveDateTime;

/// Being late by more working minutes than this (one day) weighs more.
const LONG: i64 = 480;

/// What is judged by time: the steps of a cell have one due time together.
struct Due {
    since: NaiveDateTime,
    due: NaiveDateTime,
    limit: TimeLimit,
    shared: bool,
}

impl Case<'_> {
    pub(super) fn times(&mut self) {
        let Some(promise) = self.judge.around.known.times else {
            return;
        };
        self.steps();
        match promise {
            Promise::Recorded => self.case_time((self.trace.promised_at, self.trace.due_at)),
            Promise::ByText => self.case_time(self.by_text()),
        }
        self.impossible();
    }

    /// A moment, where moments are known.
    pub(super) fn moment(&self, at: NaiveDateTime) -> Arg {
        if self.judge.around.known.times.is_some() {
            Arg::Moment(at)
        } else {
            Arg::NoMoment
        }
    }

    fn steps(&mut self) {
        let times = self.judge.standard.times(&self.trace.duration_code);
        let mut cells: Vec<(usize, TimeLimit, Vec<Span>)> = Vec::new();
        for at in 0..self.trace.events.len() {
            if let Some(span) = self.done(at) {
                self.timed(span, times, &mut cells);
            }
        }
        if self.trace.ended.is_none() {
            for at in 0..self.shape.waiting.len() {
                if let Some(span) = self.waits(at) {
                    self.timed(span, times, &mut cells);
                }
            }
        }
        cells.sort_by_key(|(cell, ..)| *cell);
        for (_, limit, spans) in cells {
            let last = spans.iter().copied().max_by_key(|span| (span.until, span.event));
            let since = spans.iter().map(|span| span.since).min();
            let stretches = spans.iter().map(|span| (span.since, span.until));
            let due = shared_due(self.judge.around.calendar, stretches, limit);
            if let (Some(last), Some(since), Some(due)) = (last, since, due) {
                let shared = true;
                self.step_time(
                    last,
                    &Due {
                        since,
                        due,
                        limit,
                        shared,
                    },
                );
            }
        }
    }

    fn timed(&mut self, span: Span, times: &[Option<Allotted>], cells: &mut Vec<(usize, TimeLimit, Vec<Span>)>) {
        match times.get(span.row).copied().flatten() {
            Some(Allotted::Own(limit)) => {
                let (since, calendar) = (span.since, self.judge.around.calendar);
                if span.event.is_some() && calendar.is_surely_in_time(local(since), limit, local(span.until)) {
                    return;
                }
                let due = step_due(calendar, since, limit);
                let shared = false;
                self.step_time(
                    span,
                    &Due {
                        since,
                        due,
                        limit,
                        shared,
                    },
                );
            }
            Some(Allotted::Shared(cell, limit)) => match cells.iter_mut().find(|(own, ..)| *own == cell) {
                Some((_, _, spans)) => spans.push(span),
                None => cells.push((cell, limit, vec![span])),
            },
            None => {}
        }
    }

    /// From when an event that was done as the table says was possible, until it was done.
    fn done(&self, at: usize) -> Option<Span> {
        let by = self.shape.enabled_by(at)?;
        Some(Span {
            row: (*self.shape.rows.get(at)?)?,
            event: Some(at),
            since: self.since(by),
            until: self.event(at)?.done_at,
        })
    }

    /// From when a step has been possible that an open case waits for.
    fn waits(&self, at: usize) -> Option<Span> {
        let (row, by) = self.shape.waiting.get(at)?;
        let since = self.since(by);
        Some(Span {
            row: *row,
            event: None,
            since,
            until: self.judge.around.now.max(since),
        })
    }

    fn since(&self, events: &[usize]) -> NaiveDateTime {
        let done = events.iter().filter_map(|event| self.event(*event));
        let received_at = self.trace.received_at;
        done.fold(received_at, |latest, event| latest.max(event.done_at))
    }

    fn step_time(&mut self, span: Span, time: &Due) {
        if span.until <= time.due {
            if span.event.is_none() {
                self.near(time.due, ("step_near", Some(span.row)));
            }
            return;
        }
        let word = match (span.event.is_some(), time.shared) {
            (true, false) => "step_late",
            (true, true) => "step_late_shared",
            (false, false) => "step_waiting",
            (false, true) => "step_waiting_shared",
        };
        let over = overrun(self.judge.around.calendar, time.due, span.until);
        let Some(mut finding) = self.finding(FindingKind::StepLate, word, (Some(span.row), span.event)) else {
            return;
        };
        if over > LONG {
            self.raise(&mut finding, Raise::LongLate);
        }
        finding.at = finding.at.or(Some(time.due));
        finding.args.push(("since", Arg::Moment(time.since)));
        finding.args.push(("due", Arg::Moment(time.due)));
        finding.args.push(("limit", Arg::Limit(time.limit)));
        finding.args.push(("over", Arg::WorkingMinutes(over)));
        self.findings.push(finding);
    }

    /// What the text promises: the time of the duration case, and the same moved by the pauses.
    fn by_text(&self) -> (Option<NaiveDateTime>, Option<NaiveDateTime>) {
        let (content, calendar) = (self.judge.text.content, self.judge.around.calendar);
        let durations = &content.source.durations;
        let own = durations.iter().find(|row| row.code == self.trace.duration_code);
        let Some(duration) = own.or(durations.first()) else {
            return (None, None);
        };
        let mut pauses: Vec<(NaiveDateTime, NaiveDateTime)> = Vec::new();
        let mut from = None;
        for (at, is_paused) in self.shape.paused.iter().enumerate() {
            let moment = match at.checked_sub(1).and_then(|at| self.event(at)) {
                Some(event) => event.done_at,
                None => self.trace.received_at,
            };
            match (from, is_paused) {
                (None, true) => from = Some(moment),
                (Some(since), false) => {
                    pauses.push((since, moment));
                    from = None;
                }
                (None, false) | (Some(_), true) => {}
            }
        }
        if let (Some(since), Some(ended)) = (from, self.trace.ended_at) {
            pauses.push((since, ended));
            from = None;
        }
        let limit = parse_limit(&duration.limit);
        let promised = promised(calendar, self.trace.received_at, duration);
        let due = promised.and_then(|promised| due_after_pauses(calendar, promised, limit, (&pauses, from)));
        (promised, due)
    }

    fn case_time(&mut self, (promised, due): (Option<NaiveDateTime>, Option<NaiveDateTime>)) {
        let Some(due) = due else {
            return;
        };
        let until = self.trace.ended_at.unwrap_or(self.judge.around.now);
        if until <= due {
            if self.trace.ended.is_none() {
                self.near(due, ("case_near", None));
            }
            return;
        }
        let word = if self.trace.ended.is_some() {
            "case_late"
        } else {
            "case_late_open"
        };
        let over = overrun(self.judge.around.calendar, due, until);
        let Some(mut finding) = self.finding(FindingKind::CaseLate, word, (None, None)) else {
            return;
        };
        if over > LONG {
            self.raise(&mut finding, Raise::LongLate);
        }
        finding.at = Some(self.trace.ended_at.unwrap_or(due));
        finding.args.push(("received", Arg::Moment(self.trace.received_at)));
        finding.args.push(("promised", Arg::Moment(promised.unwrap_or(due))));
        finding.args.push(("due", Arg::Moment(due)));
        finding.args.push(("until", Arg::Moment(until)));
        finding.args.push(("over", Arg::WorkingMinutes(over)));
        self.findings.push(finding);
    }

    /// Notes what an open case waits for: that it runs out, and that it does so soon.
    fn near(&mut self, due: NaiveDateTime, (word, row): (&'static str, Option<usize>)) {
        self.changes(due);
        if !self.looks_for(FindingKind::NearLimit) {
            return;
        }
        let from = near_from(self.judge.around.calendar, due);
        if self.judge.around.now < from {
            self.changes(from);
        } else if let Some(mut finding) = self.finding(FindingKind::NearLimit, word, (row, None)) {
            finding.at = Some(due);
            finding.args.push(("due", Arg::Moment(due)));
            finding.args.push(("received", Arg::Moment(self.trace.received_at)));
            self.findings.push(finding);
        }
    }

    fn changes(&mut self, at: NaiveDateTime) {
        self.changes_at = Some(self.changes_at.map_or(at, |known| known.min(at)));
    }

    fn impossible(&mut self) {
        for at in 0..self.trace.events.len() {
            let Some(event) = self.event(at) else { continue };
            let done_at = event.done_at;
            let by = self.shape.enabled_by(at).unwrap_or_default();
            let later = |by: &usize| self.event(*by).is_some_and(|by| done_at < by.done_at);
            let (word, near) = if done_at < self.trace.received_at {
                ("before_receipt", None)
            } else if done_at > self.judge.around.now {
                self.changes(done_at);
                ("in_the_future", None)
            } else if by.iter().any(later) {
                let latest = by.iter().copied().max_by_key(|by| self.event(*by).map(|by| by.done_at));
                ("before_previous", latest)
            } else {
                continue;
            };
            let row = self.shape.rows.get(at).copied().flatten();
            let Some(mut finding) = self.finding(FindingKind::ImpossibleTime, word, (row, Some(at))) else {
                continue;
            };
            finding.args.push(("received", Arg::Moment(self.trace.received_at)));
            if let Some(near) = near.and_then(|near| Some((self.event(near)?, *self.shape.rows.get(near)?))) {
                finding.args.push(("near", Arg::Rows(near.1.into_iter().collect())));
                finding.args.push(("near_when", Arg::Moment(near.0.done_at)));
            }
            self.findings.push(finding);
        }
    }
}
