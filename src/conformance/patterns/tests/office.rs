//! A procedure in two editions, and cases written in one line.

use crate::assignments::{Assignee, Assignment, Book, Roster};
use crate::calendar::WorkingCalendar;
use crate::cases::{Ended, Event, Trace};
use crate::conformance::{Around, Judge, Judged, Perspectives, Severities, Shapes, Text};
use crate::documents::Content;
use crate::kernel::{CaseId, DocumentId, PersonId, VersionId, local, to_utc};
use crate::workflow::RoleCode;
use chrono::{Days, NaiveDate, NaiveDateTime};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Receipt, examination (may send back), registration, signature, stamp, handing out.
pub(super) const TEXT: &str = r#"+++
code = "QT.01"
kind = "work_procedure"
title = "Cấp giấy"
[[durations]]
code = "thuong"
name = "Thông thường"
limit = "10 working_day"
[[steps]]
code = "B1"
name = "Tiếp nhận"
roles = ["r"]
time = "0.5 working_day"
[[steps]]
code = "B2"
name = "Phân công"
roles = ["r"]
time = "0.5 working_day"
[[steps]]
code = "B3"
name = "Thẩm định"
roles = ["r"]
time = "2 working_day"
next = [{ outcome = "Đạt", to = "B4" }, { outcome = "Trả lại", to = "B1" }]
[[steps]]
code = "B4"
name = "Ký"
roles = ["r"]
time = "1 working_day"
different_from = ["B3"]
[[steps]]
code = "B5"
name = "Đóng dấu"
roles = ["r"]
time = "0.5 working_day"
[[steps]]
code = "B6"
name = "Trả kết quả"
roles = ["r"]
counted = false
+++
"#;

/// A day in 2026 by its number from 1 June, a Monday.
pub(super) fn day(number: u64) -> NaiveDate {
    let first = NaiveDate::from_ymd_opt(2026, 6, 1).unwrap();
    first.checked_add_days(Days::new(number)).unwrap()
}

pub(super) fn calendar() -> WorkingCalendar {
    WorkingCalendar::new(BTreeSet::new(), BTreeSet::new())
}

/// Long after everything.
pub(super) fn now() -> NaiveDateTime {
    to_utc(
        NaiveDate::from_ymd_opt(2026, 12, 31)
            .unwrap()
            .and_hms_opt(16, 0, 0)
            .unwrap(),
    )
}

fn book() -> Book {
    let assignment = |name: &str| Assignment {
        id: name.to_owned(),
        role: RoleCode::new("r"),
        document: None,
        assignee: Assignee::Person(PersonId::of(name)),
        valid_from: day(0) - Days::new(400),
        valid_to: None,
        decision_no: "01/QĐ".to_owned(),
    };
    Book {
        assignments: ["an", "binh", "chi"].into_iter().map(assignment).collect(),
        holders: Vec::new(),
    }
}

/// An edition of the procedure.
pub(super) struct Edition {
    pub(super) version: VersionId,
    pub(super) content: Arc<Content>,
    shapes: Shapes,
}

impl Edition {
    pub(super) fn new(version: &str, text: &str) -> Self {
        let content = Content::of(text);
        assert!(content.workflow.is_some(), "{:?}", content.faults);
        Self {
            version: VersionId::of(version),
            content,
            shapes: Shapes::new(),
        }
    }

    /// A case received on a day with these steps: `B3=Đạt` with an outcome, `B3+480` after so many working minutes
    /// (else an hour), `B3@an` by somebody (else by Bình, B4 by Chi). It is closed at the end, unless it ends in `…`.
    pub(super) fn case(&self, number: u64, steps: &str) -> Judged {
        let calendar = calendar();
        let received = day(number).and_hms_opt(8, 0, 0).unwrap();
        let mut at = received;
        let is_open = steps.ends_with('…');
        let mut events = Vec::new();
        for (seq, step) in (1..).zip(steps.trim_end_matches('…').split_whitespace()) {
            let (step, person) = step
                .split_once('@')
                .unwrap_or((step, if step.starts_with("B4") { "chi" } else { "binh" }));
            let (step, minutes) = step.split_once('+').unwrap_or((step, "60"));
            let (code, outcome) = step
                .split_once('=')
                .map_or((step, None), |(code, outcome)| (code, Some(outcome)));
            at = calendar.add_working_minutes(at, minutes.parse().unwrap());
            events.push(Event {
                seq,
                step_code: code.to_owned(),
                outcome: outcome.map(|outcome| outcome.replace('_', " ")),
                outputs: Vec::new(),
                role: None,
                person: PersonId::of(person),
                person_name: person.to_owned(),
                position_name: format!("Chức danh {person}"),
                version: self.version.clone(),
                done_at: to_utc(at),
                off_workflow: false,
                reason: None,
            });
        }
        let due = to_utc(calendar.add_working_days(received, 1000));
        let trace = Trace {
            id: CaseId::of(format!("{}-{number}-{steps}", self.version)),
            code: format!("HS.{}.{number}", self.version),
            document: DocumentId::of("d"),
            version: self.version.clone(),
            content_sha256: self.content.sha256.clone(),
            duration_code: "thuong".to_owned(),
            received_at: to_utc(received),
            promised_at: Some(due),
            due_at: Some(due),
            ended: (!is_open).then_some(Ended::Completed),
            ended_at: (!is_open).then(|| to_utc(at)),
            events,
            papers: Vec::new(),
        };
        self.judged(trace)
    }

    pub(super) fn judged(&self, trace: Trace) -> Judged {
        let (calendar, severities, elsewhere) = (calendar(), Severities::default(), BTreeMap::new());
        let roster = Roster::of(&book());
        let text = Text {
            content: &self.content,
            document: &trace.document,
            elsewhere: &elsewhere,
        };
        let around = Around {
            known: Perspectives::of_office(&roster),
            calendar: &calendar,
            severities: &severities,
            now: now(),
        };
        let judgement = Judge::new(text, around, &self.shapes).judge(&trace);
        Judged {
            trace,
            content: Arc::clone(&self.content),
            judgement: Arc::new(judgement),
        }
    }

    /// Cases on one day after another, the first on day `from`.
    pub(super) fn cases(&self, from: u64, count: u64, steps: &str) -> Vec<Judged> {
        (from..from + count).map(|number| self.case(number, steps)).collect()
    }
}

/// What the table asks for.
pub(super) const CLEAN: &str = "B1 B2 B3=Đạt B4 B5 B6";

/// The month of a day.
pub(super) fn month(number: u64) -> (i32, u32) {
    use chrono::Datelike;
    let day = local(to_utc(day(number).and_hms_opt(8, 0, 0).unwrap())).date();
    (day.year(), day.month())
}
