//! A small office and a procedure that has everything a table can say.

use crate::assignments::Roster;
use crate::assignments::{Assignee, Assignment, Book};
use crate::calendar::WorkingCalendar;
use crate::cases::{Ended, Event, Trace};
use crate::conformance::{Around, FindingKind, Judge, Judgement, Perspectives, Severities, Shapes, Text};
use crate::documents::Content;
use crate::kernel::{CaseId, DocumentId, PersonId, VersionId, to_utc};
use crate::workflow::RoleCode;
use chrono::{NaiveDate, NaiveDateTime};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub(super) const TEXT: &str = r#"+++
code = "QT.01"
kind = "work_procedure"
title = "Cấp giấy"
[[durations]]
code = "thuong"
name = "Thông thường"
limit = "10 working_day"
[[shared_times]]
code = "A"
limit = "0.5 working_day"
[[dossier]]
name = "Đơn"
mode = "submit"
originals = 1
[[dossier]]
name = "Thẻ căn cước"
mode = "present"
originals = 1
[[dossier]]
name = "Giấy ủy quyền"
mode = "submit"
originals = 1
condition = "khi ủy quyền"
[[steps]]
code = "B1"
name = "Tiếp nhận"
roles = ["desk"]
time = "0.25 working_day"
next = [{ outcome = "valid", to = "B2" }, { outcome = "foreign", to = "END-REFUSED" }]
outputs = ["Giấy hẹn (nếu không trả trong ngày)"]
[[steps]]
code = "B2"
name = "Thẩm định"
roles = ["expert"]
time = "1 working_day"
next = [{ outcome = "good", to = "B4" }, { outcome = "incomplete", to = "B3" }]
outputs = ["Dự thảo", "Tờ trình"]
[[steps]]
code = "B3"
name = "Chờ bổ sung"
roles = ["desk"]
clock = "paused"
max_times = 1
next = ["B2"]
[[steps]]
code = "B4"
name = "Ý kiến phòng"
roles = ["opinion"]
time = "1 working_day"
parallel = "P1/a"
[[steps]]
code = "B5"
name = "Ý kiến công an"
roles = ["police"]
time = "2 working_day"
parallel = "P1/b"
[[steps]]
code = "B6"
name = "Ký"
roles = ["chief"]
time = "A"
next = [{ outcome = "sign", to = "B7" }, { outcome = "redo", to = "B4" }]
different_from = ["B2"]
[[steps]]
code = "B7"
name = "Đóng dấu"
roles = ["clerk"]
time = "A"
[[steps]]
code = "B8"
name = "Thông báo"
roles = ["desk"]
optional = true
counted = false
[[steps]]
code = "B9"
name = "Trả kết quả"
roles = ["desk"]
same_as = ["B1"]
counted = false
outputs = ["Sổ theo dõi"]
+++
"#;

/// A moment by the office clock, as UTC.
pub(super) fn at(text: &str) -> NaiveDateTime {
    to_utc(NaiveDateTime::parse_from_str(&format!("2026-{text}"), "%Y-%m-%d %H:%M").unwrap())
}

pub(super) fn person(name: &str) -> PersonId {
    PersonId::of(name)
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn assignment(role: &str, name: &str, from: &str, to: Option<&str>) -> Assignment {
    Assignment {
        id: format!("{role}-{name}"),
        role: RoleCode::new(role),
        document: None,
        assignee: Assignee::Person(person(name)),
        valid_from: day(from),
        valid_to: to.map(day),
        decision_no: "01/QĐ".to_owned(),
    }
}

/// Everything that cases are judged with.
pub(super) struct Office {
    pub(super) content: Arc<Content>,
    pub(super) book: Book,
    pub(super) calendar: WorkingCalendar,
    pub(super) severities: Severities,
    pub(super) elsewhere: BTreeMap<String, VersionId>,
    pub(super) now: NaiveDateTime,
    pub(super) shapes: Shapes,
}

impl Office {
    pub(super) fn new() -> Self {
        let content = Content::of(TEXT);
        assert!(content.workflow.is_some(), "{:?}", content.faults);
        let year = "2026-01-01";
        let book = Book {
            assignments: vec![
                assignment("desk", "an", year, None),
                assignment("desk", "anh", year, None),
                assignment("expert", "binh", year, None),
                assignment("expert", "chi", year, None),
                assignment("opinion", "dung", year, None),
                assignment("police", "pia", year, None),
                assignment("chief", "giang", year, None),
                assignment("chief", "binh", year, None),
                assignment("clerk", "ha", year, Some("2026-11-30")),
            ],
            holders: Vec::new(),
        };
        let calendar = WorkingCalendar::new(BTreeSet::new(), BTreeSet::new());
        Self {
            content,
            book,
            calendar,
            severities: Severities::default(),
            elsewhere: BTreeMap::new(),
            now: at("12-31 17:00"),
            shapes: Shapes::new(),
        }
    }

    pub(super) fn judge(&self, trace: &Trace) -> Judgement {
        let roster = Roster::of(&self.book);
        self.judge_by(trace, Perspectives::of_office(&roster))
    }

    /// Judges a case of which only this is known.
    pub(super) fn judge_by(&self, trace: &Trace, known: Perspectives<'_>) -> Judgement {
        let text = Text {
            content: &self.content,
            document: &trace.document,
            elsewhere: &self.elsewhere,
        };
        let around = Around {
            known,
            calendar: &self.calendar,
            severities: &self.severities,
            now: self.now,
        };
        Judge::new(text, around, &self.shapes).judge(trace)
    }

    /// The kinds and sentences of what is found.
    pub(super) fn found(&self, trace: &Trace) -> Vec<(FindingKind, &'static str)> {
        told(&self.judge(trace))
    }
}

/// The kinds and sentences of findings, without what is only due soon.
pub(super) fn told(judgement: &Judgement) -> Vec<(FindingKind, &'static str)> {
    let findings = judgement
        .findings
        .iter()
        .filter(|finding| finding.kind != FindingKind::NearLimit);
    findings.map(|finding| (finding.kind, finding.word)).collect()
}

/// An event `B2 good chi 11-02 10:00`; the outcome `-` is none. It produces everything.
pub(super) fn event(text: &str) -> Event {
    let words: Vec<&str> = text.split_whitespace().collect();
    Event {
        seq: 0,
        step_code: words[0].to_owned(),
        outcome: (words[1] != "-").then(|| words[1].to_owned()),
        outputs: vec![0, 1, 2],
        person: person(words[2]),
        person_name: words[2].to_owned(),
        role: None,
        position_name: "Công chức".to_owned(),
        version: VersionId::of("v2"),
        done_at: at(&format!("{} {}", words[3], words[4])),
        off_workflow: false,
        reason: None,
    }
}

/// A case received on 2 November at 8:00 with these events, in the order given.
pub(super) fn case(events: &[&str], ended: Option<Ended>) -> Trace {
    let mut trace = Trace {
        id: CaseId::of("c"),
        code: "HS.1".to_owned(),
        document: DocumentId::of("d"),
        version: VersionId::of("v2"),
        content_sha256: String::new(),
        duration_code: "thuong".to_owned(),
        received_at: at("11-02 08:00"),
        promised_at: Some(at("11-16 17:00")),
        due_at: Some(at("11-16 17:00")),
        ended,
        ended_at: None,
        events: events.iter().map(|text| event(text)).collect(),
        papers: vec![(1, 0)],
    };
    number(&mut trace);
    trace
}

/// Numbers the events and ends the case with the last, if it ended.
pub(super) fn number(trace: &mut Trace) {
    for (seq, event) in (1..).zip(&mut trace.events) {
        event.seq = seq;
    }
    trace.ended_at = trace.ended.and_then(|_| trace.events.last()).map(|event| event.done_at);
}

pub(super) const CLEAN: [&str; 7] = [
    "B1 valid an 11-02 08:30",
    "B2 good chi 11-02 15:00",
    "B5 - pia 11-03 09:00",
    "B4 - dung 11-03 10:00",
    "B6 sign giang 11-03 14:00",
    "B7 - ha 11-03 15:00",
    "B9 - an 11-04 09:00",
];
