//! Input that means harm or is broken: a clear failure at its place, in bounded memory and time.

use super::*;
use crate::logs::FailureCode;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::{self, Read, Write};
use std::time::{Duration, Instant};

fn failure(text: impl AsRef<[u8]>) -> LogFailure {
    try_read(text, &LogMap::default()).err().unwrap()
}

fn limited(text: impl AsRef<[u8]>, change: impl Fn(&mut Limits)) -> LogFailure {
    let mut limits = Limits::UPLOAD;
    change(&mut limits);
    read(text.as_ref(), Format::Any, &LogMap::default(), &limits)
        .err()
        .unwrap()
}

fn trace(name: &str, activity: &str) -> String {
    format!(
        "<trace><string key=\"concept:name\" value=\"{name}\"/><event><string key=\"concept:name\" value=\"{activity}\"/></event></trace>\n"
    )
}

/// A reader that gives the same bytes again and again, and never ends.
struct Endless<'a> {
    head: &'a [u8],
    body: &'a [u8],
    at: usize,
}

impl Read for Endless<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        for place in out.iter_mut() {
            *place = match self.head.get(self.at) {
                Some(letter) => *letter,
                None => self.body[(self.at - self.head.len()) % self.body.len()],
            };
            self.at += 1;
        }
        Ok(out.len())
    }
}

fn endless(head: &str, body: &str, limits: &Limits) -> LogFailure {
    let source = Endless {
        head: head.as_bytes(),
        body: body.as_bytes(),
        at: 0,
    };
    let start = Instant::now();
    let failure = read(source, Format::Any, &LogMap::default(), limits).err().unwrap();
    assert!(start.elapsed() < Duration::from_secs(60));
    failure
}

#[test]
fn document_types_and_entities_are_refused_with_their_line() {
    let bomb = "<?xml version=\"1.0\"?>\n<!DOCTYPE lolz [\n<!ENTITY lol \"lol\">\n<!ENTITY lol2 \"&lol;&lol;\">\n]>\n<log>&lol2;</log>";
    let failure = failure(bomb);
    assert_eq!((failure.code, failure.line), (FailureCode::Doctype, 2));
    let inside = super::try_read(
        "<log>\n\n<!ENTITY a SYSTEM \"file:///etc/passwd\"></log>",
        &LogMap::default(),
    );
    let inside = inside.err().unwrap();
    assert_eq!((inside.code, inside.line), (FailureCode::Doctype, 3));
}

#[test]
fn what_is_no_xml_is_refused_with_its_line() {
    for (text, line) in [
        ("<log>\n<trace>\n</log>", 3),
        ("<log>\n</trace></log>", 2),
        ("<log></log></log>", 1),
        ("<log>\n<string key=a/></log>", 2),
        ("<log>\n<string key=\"a/>\n<string key=\"b\"/></log>", 2),
        ("<log>\n< trace/></log>", 2),
        ("<log>\n<string key=\"a\"value=\"b\"/></log>", 2),
        ("<log>\n<string key=\"a\" key=\"b\"/></log>", 2),
        ("<log>\n<string key/></log>", 2),
        ("<log>\n<!NONSENSE></log>", 2),
        ("<log>\n</log\n<trace></trace>", 2),
    ] {
        let failure = failure(text);
        assert_eq!(
            (failure.code, failure.line),
            (FailureCode::Malformed, line),
            "{text}: {failure}"
        );
    }
}

#[test]
fn another_document_is_no_log() {
    for text in [
        "<html><log/></html>",
        "<pnml/>",
        "<?xml version=\"1.0\"?><!-- only this -->",
    ] {
        assert_eq!(failure(text).code, FailureCode::NotXes, "{text}");
    }
    assert_eq!(failure("<html>").args, [("found", "html".to_owned())]);
}

#[test]
fn files_that_end_too_early_are_told_with_their_line_wherever_they_end() {
    let whole = format!(
        "<?xml version=\"1.0\"?>\n<!-- c -->\n<log>\n{}<![CDATA[ x ]]>\n</log>",
        trace("1", "a")
    );
    assert_eq!(read_text(&whole).cases(), 1);
    for end in whole.find("<!--").unwrap() + 1..whole.len() {
        let text = &whole[..end];
        match try_read(text, &LogMap::default()) {
            Ok(_) => panic!("{text}"),
            Err(failure) => {
                let known = [FailureCode::Truncated, FailureCode::NotXes];
                assert!(known.contains(&failure.code), "{text}: {failure}");
                assert!(
                    failure.code == FailureCode::NotXes || failure.line > 0,
                    "{text}: {failure}"
                );
            }
        }
    }
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(whole.as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    assert_eq!(failure(&packed[..packed.len() - 12]).code, FailureCode::Truncated);
    let mut damaged = packed.clone();
    damaged[20] ^= 0xff;
    assert!(matches!(
        failure(&damaged).code,
        FailureCode::BrokenGzip | FailureCode::Truncated
    ));
}

#[test]
fn workbooks_and_archives_are_named() {
    for (start, kind) in [
        (&b"PK\x03\x04rest"[..], "zip/xlsx"),
        (b"\xd0\xcf\x11\xe0....", "xls"),
        (b"%PDF-1.7", "pdf"),
    ] {
        let failure = failure(start);
        assert_eq!(failure.code, FailureCode::Packed);
        assert_eq!(failure.args, [("kind", kind.to_owned())]);
    }
}

#[test]
fn a_small_file_that_unpacks_without_end_is_refused() {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(b"<log>").unwrap();
    for _ in 0..40 {
        packed.write_all(&vec![b' '; 1 << 20]).unwrap();
    }
    let packed = packed.finish().unwrap();
    assert!(packed.len() < 100_000);
    assert_eq!(limited(&packed, |_| {}).code, FailureCode::TooPacked);
    let few = limited(&packed, |limits| limits.bytes = 1 << 20);
    assert_eq!(
        (few.code, few.args),
        (FailureCode::TooManyBytes, vec![("limit", "1048576".to_owned())])
    );
}

#[test]
fn every_limit_is_kept_and_told() {
    let many: String = (0..20)
        .map(|case| trace(&case.to_string(), &format!("activity {case}")))
        .collect();
    let many = format!("<log>\n{many}</log>");
    let events = limited(&many, |limits| limits.events = 7);
    assert_eq!((events.code, events.line), (FailureCode::TooManyEvents, 9));
    let cases = limited(&many, |limits| limits.cases = 7);
    assert_eq!((cases.code, cases.line), (FailureCode::TooManyCases, 9));
    assert_eq!(
        limited(&many, |limits| limits.text = 500).code,
        FailureCode::TooMuchText
    );
    let deep = format!("<log>\n{}", "<a>".repeat(100));
    assert_eq!(limited(&deep, |_| {}).code, FailureCode::TooDeep);
    let rows: String = (0..20).map(|case| format!("{case},a\n")).collect();
    let rows = format!("case,activity\n{rows}");
    assert_eq!(limited(&rows, |limits| limits.events = 7).line, 9);
    assert_eq!(
        limited(&rows, |limits| limits.cases = 7).code,
        FailureCode::TooManyCases
    );
    assert_eq!(limited(&rows, |limits| limits.text = 10).code, FailureCode::TooMuchText);
}

#[test]
fn long_values_are_told_and_left_out() {
    let long = "x".repeat(20_000);
    let log = format!("case,activity,resource\n1,a,{long}\n1,{long},p\n{long},a,p\n1,b,p\n");
    let log = read(log.as_bytes(), Format::Any, &LogMap::default(), &Limits::UPLOAD).unwrap();
    assert_eq!(shown(&log), ["1: a, b@p"]);
    assert_eq!(faults(&log), ["2 long-value", "3 long-value-", "4 long-value-"]);
    let log = format!("<log>{}{}</log>", trace(&long, "a"), trace("1", &long));
    let log = read(log.as_bytes(), Format::Any, &LogMap::default(), &Limits::UPLOAD).unwrap();
    assert_eq!(shown(&log), ["#1: a", "1: "]);
    assert_eq!(faults(&log), ["1 long-value", "1 unnamed-case", "2 long-value-"]);
}

#[test]
fn input_without_end_stops_at_a_limit() {
    let limits = Limits {
        bytes: 3 << 20,
        events: 20_000,
        cases: 20_000,
        element: 256 << 10,
        ..Limits::UPLOAD
    };
    let cases = [
        ("<log><string key=\"", "x", FailureCode::LongTag),
        ("<log><string ", "a=\"b\" ", FailureCode::LongTag),
        ("<log><", "x", FailureCode::LongTag),
        ("<log></", "x", FailureCode::LongTag),
        ("<log><!--", "-", FailureCode::TooManyBytes),
        ("<log><![CDATA[", "]]", FailureCode::TooManyBytes),
        ("<?", "xml ", FailureCode::TooManyBytes),
        ("<log>", "text > & ' \" ", FailureCode::TooManyBytes),
        ("<log>", "<a><b>", FailureCode::TooDeep),
        ("<log>", "<event/>", FailureCode::TooManyBytes),
        ("<log><trace>", "<event/>", FailureCode::TooManyBytes),
        ("<log>", "<trace/>", FailureCode::TooManyCases),
        (
            "<log><trace>",
            "<event><string key=\"concept:name\" value=\"a\"/></event>",
            FailureCode::TooManyEvents,
        ),
        (
            "<log><trace><event>",
            "<date key=\"time:timestamp\" value=\"x\"/>",
            FailureCode::TooManyBytes,
        ),
        ("case,activity\n\"", "x\n", FailureCode::LongRow),
        ("case,activity\n", "1,\"\"\n", FailureCode::TooManyBytes),
        ("case,activity\n", "1,a\n", FailureCode::TooManyEvents),
        ("case,activity\n", "1,a,", FailureCode::LongRow),
        ("case,activity,time\n", "1,a,x\n", FailureCode::TooManyEvents),
        ("case,activity", ",x", FailureCode::LongRow),
        ("case,activity\n", "\n", FailureCode::LongRow),
    ];
    for (head, body, code) in cases {
        assert_eq!(endless(head, body, &limits).code, code, "{head}{body}…");
    }
}

#[test]
fn a_reader_that_fails_is_told() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the disk is gone"))
        }
    }
    let source = (&b"case,activity\n1,a\n"[..]).chain(Failing);
    let failure = read(source, Format::Csv, &LogMap::default(), &Limits::UPLOAD)
        .err()
        .unwrap();
    assert_eq!(failure.code, FailureCode::Unreadable);
    let missing = crate::logs::read_file("/no/such/file.csv".as_ref(), &LogMap::default(), &Limits::UPLOAD);
    assert_eq!(missing.err().unwrap().code, FailureCode::Unreadable);
}

#[test]
fn of_many_faults_the_first_thousand_are_kept_and_all_are_counted() {
    let mut text = String::from("case,activity,time\n");
    for _ in 0..3_000 {
        text.push_str("1,a,x\n1,,2024-01-01\n");
    }
    let log = read_text(text);
    assert_eq!(log.faults().len(), 1_000);
    assert_eq!(log.fault_counts()[&FaultCode::BadTime], 3_000);
    assert_eq!(log.fault_counts()[&FaultCode::NoActivity], 3_000);
    assert_eq!((log.left_out(), log.events()), (3_000, 3_000));
}
