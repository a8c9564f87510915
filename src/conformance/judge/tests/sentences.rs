//! Every sentence exists in both languages, is reachable, and has all its holes filled.

use super::office::{CLEAN, Office, at, case, event, number, person};
use crate::cases::{Ended, Trace};
use crate::conformance::sentence::{Names, Teller};
use crate::conformance::{Judgement, Perspectives, RoleTexts, Who};
use crate::documents::Content;
use crate::kernel::{Language, VersionId};
use crate::render::Words;
use std::collections::{BTreeMap, BTreeSet};

const DONE: Option<Ended> = Some(Ended::Completed);

const FORKED: &str = r#"+++
code = "QT.03"
kind = "work_procedure"
title = "Hai ngả"
[[steps]]
code = "B1"
name = "Xem"
roles = ["desk"]
next = [{ outcome = "x", to = "B2" }, { outcome = "y", to = "B3" }]
[[steps]]
code = "B2"
name = "Làm ngay"
roles = ["desk"]
next = ["END"]
[[steps]]
code = "B3"
name = "Hỏi ý kiến"
roles = ["desk"]
[[steps]]
code = "B4"
name = "Làm sau"
roles = ["desk"]
+++
"#;

const END: &str = "12-31 17:00";

/// The clean case with one event replaced, an empty text for none.
fn changed(place: usize, text: &'static str) -> Trace {
    let mut events = CLEAN.to_vec();
    events[place] = text;
    events.retain(|text| !text.is_empty());
    case(&events, DONE)
}

/// The clean case with the seal after the handing out.
fn changed_twice() -> Trace {
    let mut events = CLEAN.to_vec();
    events[5] = "B9 - an 11-03 15:00";
    events[6] = "B7 - ha 11-03 15:30";
    case(&events, DONE)
}

/// The clean case with one event more.
fn with(place: usize, text: &'static str) -> Trace {
    let mut events = CLEAN.to_vec();
    events.insert(place, text);
    case(&events, DONE)
}

/// Cases whose deviations need more than another event.
fn marked() -> Vec<(Trace, &'static str)> {
    let mut marked = case(&CLEAN, DONE);
    marked.papers.clear();
    let mut late_paper = case(&CLEAN, DONE);
    late_paper.papers = vec![(1, 3)];
    marked.due_at = Some(at("11-03 17:00"));
    marked.events[1].outputs = vec![0];
    marked.events[2].version = VersionId::of("v1");
    marked.events[3].off_workflow = true;
    marked.events[3].reason = Some("mất điện".to_owned());
    let mut twice = with(1, "B2 incomplete chi 11-02 09:00");
    for text in [
        "B3 - an 11-02 10:10",
        "B2 incomplete chi 11-02 10:00",
        "B3 - an 11-02 09:30",
    ] {
        twice.events.insert(2, event(text));
    }
    number(&mut twice);
    let later = [
        "B1 valid an 12-01 08:30",
        "B2 good chi 12-01 15:00",
        "B5 - pia 12-02 09:00",
        "B4 - dung 12-02 10:00",
        "B6 sign giang 12-02 14:00",
        "B7 - ha 12-02 15:00",
        "B9 - anh 12-02 16:00",
    ];
    let mut later = case(&later, DONE);
    later.received_at = at("12-01 08:00");
    let mut eyes = changed(4, "B6 sign binh 11-03 14:00");
    eyes.events[1].person = person("binh");
    vec![
        (marked, END),
        (late_paper, END),
        (twice, END),
        (later, END),
        (eyes, END),
    ]
}

/// Cases that together have every sentence in them, each with the moment at which it is looked at.
fn cases() -> Vec<(Trace, &'static str)> {
    let mut all = marked();
    all.extend([
        (changed(5, ""), END),
        (changed(2, ""), END),
        (case(&CLEAN, Some(Ended::Refused)), END),
        (with(2, "Y9 - an 11-02 15:10"), END),
        (with(7, "B7 - ha 11-04 09:10"), END),
        (changed_twice(), END),
        (case(&CLEAN[..4], None), "11-13 10:00"),
        (changed(1, "B2 good ha 11-02 15:00"), END),
        (changed(0, "B1 valid an 11-02 16:00"), END),
        (changed(0, "B1 valid an 11-01 16:00"), END),
        (changed(5, "B7 - ha 11-05 16:00"), END),
        (changed(5, "B7 - ha 11-03 13:00"), "11-04 08:00"),
        (with(2, "B2 good binh 11-02 15:10"), END),
        (with(2, "B3 - an 11-02 15:10"), END),
        (with(2, "X - an 11-02 15:10"), END),
        (with(7, "B7 - ha 11-04 09:10"), END),
        (
            case(
                &[CLEAN[0], CLEAN[1], CLEAN[2], CLEAN[3], "B7 - ha 11-03 13:00", CLEAN[4]],
                Some(Ended::Stopped),
            ),
            END,
        ),
        (changed(4, "B6 sign binh 11-03 14:00"), END),
        (case(&CLEAN[..1], None), END),
        (case(&CLEAN[..4], None), "11-20 10:00"),
        (case(&[CLEAN[0], "B6 sign giang 11-02 09:00"], None), "11-02 09:30"),
        (
            case(&[CLEAN[0], "B4 - dung 11-02 09:00", CLEAN[1]], None),
            "11-02 15:30",
        ),
    ]);
    all
}

#[test]
fn every_sentence_is_there_in_both_languages_with_all_holes_filled() {
    let words = Words::load().unwrap();
    let mut office = Office::new();
    office.elsewhere.insert("Y9".to_owned(), VersionId::of("v1"));
    let names = Names {
        roles: BTreeMap::from([("desk".to_owned(), "Một cửa".to_owned())]),
        people: BTreeMap::from([(person("an"), "Bà An".to_owned())]),
        versions: BTreeMap::from([
            (VersionId::of("v1"), ("QT.01".to_owned(), "1".to_owned())),
            (VersionId::of("v2"), ("QT.01".to_owned(), "2".to_owned())),
        ]),
    };
    let mut said = BTreeSet::new();
    let mut judge = |judgement: &Judgement, office: &Office, trace: &Trace| {
        for finding in &judgement.findings {
            said.insert(finding.word);
            for language in [Language::Vi, Language::En] {
                let teller = Teller {
                    words: &words,
                    language,
                    names: &names,
                };
                let says = teller.says(finding, trace, &office.content.table);
                let rule = teller.rule(finding, trace, &office.content.table);
                let place = teller.place(finding, trace);
                for text in [&says, &rule, &place] {
                    assert!(
                        !text.contains('{') && !text.contains("  ") && !text.starts_with("conformance."),
                        "{text}"
                    );
                }
            }
        }
    };
    for (trace, now) in cases() {
        office.now = at(now);
        judge(&office.judge(&trace), &office, &trace);
    }
    let texts = RoleTexts::default();
    let foreign = Perspectives {
        who: Who::Recorded(&texts),
        ..Perspectives::order_only()
    };
    let mut from_elsewhere = case(&CLEAN, DONE);
    from_elsewhere.events[0].role = Some("Văn thư".to_owned());
    from_elsewhere.events[0].person_name.clear();
    judge(&office.judge_by(&from_elsewhere, foreign), &office, &from_elsewhere);
    office.content = Content::of(FORKED);
    office.now = at("12-31 17:00");
    let forked = case(
        &["B1 x an 11-02 09:00", "B4 - an 11-02 09:10", "B2 - an 11-02 09:20"],
        DONE,
    );
    judge(&office.judge(&forked), &office, &forked);
    for group in ["says", "rule"] {
        let keys: BTreeSet<&str> = words
            .keys(Language::Vi)
            .filter_map(|key| key.strip_prefix("conformance.")?.strip_prefix(group)?.strip_prefix('.'))
            .collect();
        assert_eq!(keys, said, "{group}");
    }
}
