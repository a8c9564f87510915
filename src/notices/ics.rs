//! Calendars as other programs read them (RFC 5545). Pure.

use chrono::{NaiveDate, NaiveDateTime};

/// The longest line in bytes, without its end (RFC 5545, 3.1).
const LONGEST_LINE: usize = 75;

/// Something that is due on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The same for the same thing in every calendar that is made.
    pub uid: String,
    /// When it was last changed, UTC.
    pub stamp: NaiveDateTime,
    /// The day.
    pub day: NaiveDate,
    /// What it is, in one line.
    pub summary: String,
    /// More about it; may be empty.
    pub description: String,
    /// Where it is done.
    pub url: String,
}

/// A calendar of whole days. The same events give the same bytes.
pub fn calendar(name: &str, events: &[Event]) -> String {
    let mut out = String::new();
    for (property, value) in [
        ("BEGIN", "VCALENDAR"),
        ("VERSION", "2.0"),
        ("PRODID", "-//quytrinh//notices//VI"),
        ("CALSCALE", "GREGORIAN"),
        ("METHOD", "PUBLISH"),
        ("REFRESH-INTERVAL;VALUE=DURATION", "PT4H"),
        ("X-PUBLISHED-TTL", "PT4H"),
    ] {
        line(&mut out, property, value);
    }
    line(&mut out, "X-WR-CALNAME", &escaped(name));
    for event in events {
        let day = |day: NaiveDate| day.format("%Y%m%d").to_string();
        line(&mut out, "BEGIN", "VEVENT");
        line(&mut out, "UID", &escaped(&event.uid));
        line(&mut out, "DTSTAMP", &event.stamp.format("%Y%m%dT%H%M%SZ").to_string());
        line(&mut out, "DTSTART;VALUE=DATE", &day(event.day));
        line(
            &mut out,
            "DTEND;VALUE=DATE",
            &day(event.day.succ_opt().unwrap_or(event.day)),
        );
        line(&mut out, "SUMMARY", &escaped(&event.summary));
        if !event.description.is_empty() {
            line(&mut out, "DESCRIPTION", &escaped(&event.description));
        }
        // An address is no text: it is not escaped.
        line(&mut out, "URL", &event.url.replace(char::is_control, ""));
        line(&mut out, "TRANSP", "TRANSPARENT");
        line(&mut out, "END", "VEVENT");
    }
    line(&mut out, "END", "VCALENDAR");
    out
}

/// A text as a value (RFC 5545, 3.3.11).
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.replace("\r\n", "\n").chars() {
        match letter {
            '\\' | ';' | ',' => {
                out.push('\\');
                out.push(letter);
            }
            '\n' => out.push_str("\\n"),
            letter if letter.is_control() => {}
            letter => out.push(letter),
        }
    }
    out
}

/// Adds a line, folded so that no part is longer than 75 bytes and no letter is cut in two.
fn line(out: &mut String, property: &str, value: &str) {
    let mut length = 0_usize;
    for letter in property.chars().chain([':']).chain(value.chars()) {
        if length.saturating_add(letter.len_utf8()) > LONGEST_LINE {
            out.push_str("\r\n ");
            length = 1;
        }
        out.push(letter);
        length = length.saturating_add(letter.len_utf8());
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::{Event, calendar};
    use chrono::NaiveDate;
    use proptest::prelude::*;

    fn event(summary: &str) -> Event {
        let day = NaiveDate::from_ymd_opt(2026, 12, 31).unwrap();
        Event {
            uid: "review:1@CQ01".to_owned(),
            stamp: day.and_hms_opt(1, 2, 3).unwrap(),
            day,
            summary: summary.to_owned(),
            description: String::new(),
            url: "https://iso.example.gov.vn/reviews/QT.HT.01?a=1,2;3".to_owned(),
        }
    }

    /// A strict reader: lines end with CRLF and are at most 75 bytes, folds are taken out, texts read back.
    fn read(text: &str) -> Vec<(String, String)> {
        assert!(text.ends_with("\r\n"));
        for line in text.trim_end_matches("\r\n").split("\r\n") {
            assert!(line.len() <= 75 && !line.contains(['\r', '\n']), "{line:?}");
        }
        let whole = text.replace("\r\n ", "");
        let pair = |line: &str| {
            let (name, value) = line.split_once(':').unwrap();
            (name.to_owned(), value.to_owned())
        };
        whole.trim_end_matches("\r\n").split("\r\n").map(pair).collect()
    }

    fn plain(value: &str) -> String {
        let mut out = String::new();
        let mut letters = value.chars();
        while let Some(letter) = letters.next() {
            match (letter, letter == '\\') {
                (_, true) => match letters.next() {
                    Some('n') => out.push('\n'),
                    Some(other @ ('\\' | ';' | ',')) => out.push(other),
                    other => panic!("a sign that means nothing: {other:?}"),
                },
                (';' | ',', false) => panic!("a sign with a meaning stands bare in {value:?}"),
                (letter, false) => out.push(letter),
            }
        }
        out
    }

    fn value<'a>(lines: &'a [(String, String)], name: &str) -> &'a str {
        &lines.iter().find(|(known, _)| known == name).unwrap().1
    }

    #[test]
    fn an_event_is_a_whole_day_and_its_end_the_day_after() {
        let lines = read(&calendar("Lịch, hạn", &[event("Xem xét định kỳ QT.HT.01")]));
        assert_eq!(lines.first().unwrap(), &("BEGIN".to_owned(), "VCALENDAR".to_owned()));
        assert_eq!(lines.last().unwrap(), &("END".to_owned(), "VCALENDAR".to_owned()));
        assert_eq!(value(&lines, "DTSTART;VALUE=DATE"), "20261231");
        assert_eq!(value(&lines, "DTEND;VALUE=DATE"), "20270101");
        assert_eq!(value(&lines, "DTSTAMP"), "20261231T010203Z");
        assert_eq!(value(&lines, "X-WR-CALNAME"), "Lịch\\, hạn");
        assert_eq!(
            value(&lines, "URL"),
            "https://iso.example.gov.vn/reviews/QT.HT.01?a=1,2;3"
        );
    }

    proptest! {
        #[test]
        fn any_text_comes_back_from_folded_lines(text in "\\PC{0,200}", other in "[a-z;,\\\\\n]{0,40}") {
            let summary = format!("{text}{other}");
            let lines = read(&calendar("Lịch", &[event(&summary)]));
            prop_assert_eq!(plain(value(&lines, "SUMMARY")), summary);
        }
    }
}
