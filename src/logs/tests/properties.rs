//! What holds of any log and of any bytes.

use super::*;
use crate::logs::tag::{self, Scan};
use crate::logs::xml::{Token, Xml};
use crate::logs::{CaseOut, CsvStyle, EventOut, NO_TIME, write_csv, write_xes};
use proptest::prelude::*;
use quick_xml::events::Event;
use std::collections::BTreeMap;

#[derive(Debug, Clone)]
struct Made {
    name: String,
    events: Vec<(String, Option<String>, Option<String>, i64)>,
}

fn name() -> impl Strategy<Value = String> {
    prop::string::string_regex("[a-zA-Z0-9ếộđÀ&<>\"',;|#é-]{1,6}( [a-z&;\"\n]{1,3}[a-z])?")
        .unwrap()
        .prop_map(|text| super::super::intern::normal(&text))
}

fn made() -> impl Strategy<Value = Vec<Made>> {
    let event = (
        name(),
        prop::option::of(name()),
        prop::option::of(name()),
        0_i64..4_000_000_000_000,
    );
    let case = prop::collection::vec(event, 1..6);
    prop::collection::vec((name(), case), 0..8).prop_map(|cases| {
        let named: BTreeMap<String, _> = cases.into_iter().collect();
        named
            .into_iter()
            .map(|(name, mut events)| {
                events.sort_by_key(|event| event.3);
                events.dedup_by_key(|event| event.3);
                Made { name, events }
            })
            .collect()
    })
}

fn out(cases: &[Made]) -> Vec<CaseOut<'_>> {
    cases
        .iter()
        .map(|case| CaseOut {
            name: &case.name,
            completed: None,
            events: case
                .events
                .iter()
                .map(|(activity, outcome, resource, at)| EventOut {
                    activity,
                    outcome: outcome.as_deref(),
                    resource: resource.as_deref(),
                    time: Some(*at),
                    ..EventOut::default()
                })
                .collect(),
        })
        .collect()
}

type Facts = BTreeMap<String, Vec<(String, Option<String>, Option<String>, i64)>>;

fn facts(log: &EventLog) -> Facts {
    log.iter()
        .map(|case| {
            let events = case.steps().iter().zip(case.doers()).zip(case.times());
            let events = events.map(|((step, doer), at)| {
                let step = log.step(*step).unwrap();
                let resource = log.doer(*doer).unwrap().resource;
                (
                    step.activity.to_owned(),
                    step.outcome.map(ToOwned::to_owned),
                    resource.map(ToOwned::to_owned),
                    *at,
                )
            });
            (case.name().to_owned(), events.collect())
        })
        .collect()
}

fn expected(cases: &[Made]) -> Facts {
    cases
        .iter()
        .map(|case| (case.name.clone(), case.events.clone()))
        .collect()
}

/// A file of either format that the mutations below start from.
fn good(cases: &[Made], is_xes: bool) -> Vec<u8> {
    if is_xes {
        return write_xes(Vec::new(), "x", out(cases), 420).unwrap();
    }
    let mut text = Vec::new();
    write_csv(&mut text, out(cases), 420, CsvStyle::TOOLS).unwrap();
    text
}

/// Reads with small bounds, and looks at all that was read: nothing may panic, and all symbols must be known.
fn read_whatever(bytes: &[u8]) {
    let limits = Limits {
        events: 500,
        cases: 200,
        bytes: 1 << 20,
        ratio: 100,
        element: 2_000,
        value: 200,
        depth: 10,
        text: 20_000,
    };
    for format in [Format::Any, Format::Csv, Format::Xes] {
        let _ = super::super::head(bytes, format, &LogMap::default()).map(|head| super::super::suggest(&head));
        let Ok(log) = read(bytes, format, &LogMap::default(), &limits) else {
            continue;
        };
        assert!(log.events() <= limits.events && log.cases() <= limits.cases);
        let mut events = 0;
        for case in log.iter() {
            assert_eq!(case.steps().len(), case.doers().len());
            assert_eq!(case.steps().len(), case.times().len());
            assert!(
                case.steps()
                    .iter()
                    .all(|step| log.step(*step).is_some_and(|step| !step.activity.is_empty()))
            );
            assert!(case.doers().iter().all(|doer| log.doer(*doer).is_some()));
            assert!((0..case.steps().len()).all(|event| case.line(event).is_some_and(|line| line > 0)));
            assert!(!case.name().is_empty());
            events += case.steps().len();
        }
        assert_eq!(events, log.events());
        let _ = write_xes(Vec::new(), "", log.cases_out(), 420).unwrap();
    }
}

/// The name of an element, its key and its value.
type Seen = (String, Option<String>, Option<String>);

/// The elements with their keys and values, as quick-xml sees them.
fn by_quick_xml(text: &[u8]) -> Option<Vec<Seen>> {
    let mut reader = quick_xml::Reader::from_reader(text);
    let mut found = Vec::new();
    let mut depth = 0_usize;
    loop {
        let tag = match reader.read_event().ok()? {
            Event::Start(tag) => {
                depth += 1;
                tag
            }
            Event::Empty(tag) => tag,
            Event::End(_) => {
                depth = depth.checked_sub(1)?;
                continue;
            }
            Event::Eof => return (depth == 0).then_some(found),
            Event::DocType(_) => return None,
            Event::Text(_)
            | Event::CData(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::GeneralRef(_) => continue,
        };
        let (mut key, mut value) = (None, None);
        for attribute in tag.attributes() {
            let attribute = attribute.ok()?;
            let text = String::from_utf8_lossy(attribute.value.as_ref().as_ref()).into_owned();
            match AsRef::<[u8]>::as_ref(attribute.key.as_ref()) {
                b"key" => key = Some(text),
                b"value" => value = Some(text),
                _ => {}
            }
        }
        let name = String::from_utf8_lossy(tag.local_name().as_ref().as_ref()).into_owned();
        found.push((name, key, value));
    }
}

fn by_us(text: &[u8]) -> Option<Vec<Seen>> {
    let mut xml = Xml::new(text, 1_000, 1 << 20);
    let mut found = Vec::new();
    loop {
        match xml.next().ok()? {
            Token::End => return Some(found),
            Token::Close => {}
            Token::Open | Token::Empty => {
                let text = |part: Option<&[u8]>| part.map(|part| String::from_utf8_lossy(part).into_owned());
                found.push((text(Some(xml.name())).unwrap(), text(xml.key()), text(xml.value())));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_is_written_is_read_again(cases in made()) {
        for is_xes in [true, false] {
            let log = read_text(good(&cases, is_xes));
            prop_assert_eq!(facts(&log), expected(&cases));
            prop_assert_eq!(log.faults(), &[]);
        }
    }

    #[test]
    fn the_order_of_rows_does_not_matter(cases in made(), seed in any::<u64>()) {
        let text = String::from_utf8(good(&cases, false)).unwrap();
        let mut reader = ::csv::Reader::from_reader(text.as_bytes());
        let mut rows: Vec<::csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        rows.sort_by_key(|row| {
            let key = format!("{seed}{row:?}");
            key.bytes().fold(seed, |sum, letter| sum.rotate_left(5).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ u64::from(letter))
        });
        let mut writer = ::csv::Writer::from_writer(Vec::new());
        writer.write_record(reader.headers().unwrap()).unwrap();
        for row in &rows {
            writer.write_record(row).unwrap();
        }
        let log = read_text(writer.into_inner().unwrap());
        prop_assert_eq!(facts(&log), expected(&cases));
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        read_whatever(&bytes);
    }

    #[test]
    fn any_text_of_the_letters_of_markup_is_read_or_refused(
        text in prop::string::string_regex("(<log>|<trace>|</trace>|<event>|</event>|<string key=\"concept:name\" value=\"a\"/>|<!--|-->|<!\\[CDATA\\[|\\]\\]>|[<>/=\"'& a?!\n-]|case,activity\n|,|;|1/2/2024)*").unwrap()
    ) {
        read_whatever(text.as_bytes());
        read_whatever(format!("<log>{text}</log>").as_bytes());
        read_whatever(format!("case,activity,time\n{text}").as_bytes());
    }

    #[test]
    fn damaged_files_are_read_or_refused(
        cases in made(),
        is_xes in any::<bool>(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0_u8..4), 1..6),
    ) {
        let mut bytes = good(&cases, is_xes);
        for (place, letter, kind) in damage {
            let at = place.index(bytes.len().max(1)).min(bytes.len().saturating_sub(1));
            match kind {
                0 => bytes[at] = letter,
                1 => bytes.insert(at, letter),
                2 if bytes.len() > 1 => drop(bytes.remove(at)),
                _ => bytes.truncate(at.max(1)),
            }
        }
        read_whatever(&bytes);
    }

    #[test]
    fn any_text_is_a_time_or_none(text in prop::string::string_regex("[0-9/:. Tt+Zh,SACHPM-]{0,25}|\\PC{0,12}").unwrap()) {
        if let Ok(moment) = super::super::moment::read(text.as_bytes(), 25_200_000) {
            prop_assert!(moment.at != NO_TIME);
        }
    }

    #[test]
    fn written_times_are_read_again(at in -2_000_000_000_000_i64..7_000_000_000_000, zone in -1_080_i64..=1_080) {
        let text = super::super::days::iso(at, zone);
        prop_assert_eq!(super::super::moment::read(text.as_bytes(), 0).unwrap().at, at, "{}", text);
    }

    #[test]
    fn our_reader_of_tags_sees_what_quick_xml_sees(cases in made(), pieces in prop::collection::vec(0_usize..9, 0..8)) {
        const PIECES: [&str; 9] = [
            "<!-- <a> -- > -->", "<![CDATA[ <b> ]] > ]]>", "<?pi <c> ? > ?>", "<a:b key = 'x > y'\n value=\"'\"/>", "text > \" '",
            "<d\t>\n</d\n>", "<e value='\"' other=\"/>\"></e>", "<!---->", "<é.-_9/>",
        ];
        let log = String::from_utf8(good(&cases, true)).unwrap();
        let (head, tail) = log.split_at(log.find("<classifier").unwrap());
        let middle: String = pieces.iter().map(|piece| PIECES[*piece]).collect();
        let text = format!("{head}{middle}{tail}");
        let (ours, theirs) = (by_us(text.as_bytes()), by_quick_xml(text.as_bytes()));
        prop_assert!(ours.is_some());
        prop_assert_eq!(ours, theirs, "{}", text);
    }

    #[test]
    fn the_short_way_finds_what_the_long_one_finds(
        text in "<(string|date|event|strings)( key=\"[a:<>é ]{0,4}\")?( value=\"[b<>'&/ ]{0,5}\"?)?( x='y')?[ /]?/?>?[ <]?"
    ) {
        let (short, long) = (tag::scan(text.as_bytes()), tag::open(text.as_bytes()));
        prop_assert_eq!(short, long, "{}", text);
    }

    #[test]
    fn a_tag_that_is_cut_off_waits_for_more(text in prop::string::string_regex("<[a-z:]{1,5}( [a-z]{1,3}=\"[a-z >]{0,4}\")* ?/?>").unwrap()) {
        let found = tag::scan(text.as_bytes());
        let Scan::Tag(whole) = found else {
            prop_assert_eq!(found, Scan::Wrong("an attribute stands twice"), "{}", text);
            return Ok(());
        };
        prop_assert_eq!(whole.length, text.len());
        for end in 1..text.len() {
            prop_assert_eq!(tag::scan(&text.as_bytes()[..end]), Scan::More, "{}", &text[..end]);
        }
    }
}
