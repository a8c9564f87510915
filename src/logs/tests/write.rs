//! What is written is read again.

use super::*;
use crate::logs::{CaseOut, CsvStyle, EventOut, write_csv, write_xes};

fn cases() -> Vec<CaseOut<'static>> {
    let event = EventOut {
        activity: "B01",
        label: Some("Tiếp nhận"),
        outcome: Some("<ok> & \"fine\""),
        resource: Some("Nguyễn Văn A"),
        role: Some("mot-cua"),
        position: Some("Công chức"),
        time: Some(1_709_602_200_007),
    };
    let later = EventOut {
        activity: "=B02; 'x',\n y\t",
        time: Some(1_709_602_200_008),
        ..EventOut::default()
    };
    let case = |name, completed, events: &[EventOut<'static>]| CaseOut {
        name,
        completed,
        events: events.to_vec(),
    };
    vec![
        case("HS \"1\" > 2", Some(true), &[event, later]),
        case("HS-2", Some(false), &[later]),
        case("HS-3", None, &[EventOut { time: None, ..event }]),
    ]
}

fn facts(log: &EventLog) -> (Vec<String>, Vec<i64>, Vec<Option<bool>>) {
    (
        shown(log),
        times(log),
        log.iter().map(|case| case.completed()).collect(),
    )
}

fn expected() -> (Vec<String>, Vec<i64>, Vec<Option<bool>>) {
    let first = "B01/<ok> & \"fine\"@Nguyễn Văn A:mot-cua#Công chức";
    let second = "=B02; 'x',\n y";
    (
        vec![
            format!("HS \"1\" > 2: {first}, {second}"),
            format!("HS-2: {second}"),
            format!("HS-3: {first}"),
        ],
        vec![
            1_709_602_200_007,
            1_709_602_200_008,
            1_709_602_200_008,
            super::super::NO_TIME,
        ],
        vec![Some(true), Some(false), None],
    )
}

#[test]
fn xes_is_read_again_in_every_zone() {
    for zone in [420, 0, -210] {
        let text = write_xes(Vec::new(), "log & more", cases(), zone).unwrap();
        let log = read_text(&text);
        assert_eq!(facts(&log), expected(), "{}", String::from_utf8(text).unwrap());
        assert_eq!(faults(&log), [""; 0]);
    }
}

#[test]
fn csv_is_read_again_in_both_styles() {
    for style in [CsvStyle::TOOLS, CsvStyle::SPREADSHEET] {
        let mut text = Vec::new();
        write_csv(&mut text, cases(), 420, style).unwrap();
        assert_eq!(text.starts_with("\u{feff}".as_bytes()), style.mark);
        let log = read_text(&text);
        assert_eq!(facts(&log), expected());
        assert_eq!(faults(&log), ["7 no-time"]);
    }
}

#[test]
fn a_log_that_was_read_is_written_and_read_again() {
    let text = write_xes(Vec::new(), "", cases(), 0).unwrap();
    let log = read_text(&text);
    let again = write_xes(Vec::new(), "", log.cases_out(), 0).unwrap();
    assert_eq!(facts(&read_text(&again)), facts(&log));
}

#[test]
fn letters_that_xml_cannot_hold_are_replaced() {
    let case = CaseOut {
        name: "a\u{1}b\u{ffff}\r\n",
        ..CaseOut::default()
    };
    let text = write_xes(Vec::new(), "", [case], 0).unwrap();
    assert_eq!(shown(&read_text(&text)), ["a\u{fffd}b\u{fffd}: "]);
    let mut reader = quick_xml::Reader::from_reader(text.as_slice());
    while !matches!(reader.read_event().unwrap(), quick_xml::events::Event::Eof) {}
}
