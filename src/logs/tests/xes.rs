//! Hard files of XES.

use super::*;
use crate::logs::{FailureCode, NO_TIME};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

const LOG: &str = r#"<?xml version='1.0' encoding='UTF-8'?>
<!-- made by <hand> & "quoted" -->
<xes:log xmlns:xes="http://www.xes-standard.org/" xes.version="1.0">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <global scope="event"><string key="concept:name" value="default"/><string key="org:resource" value="nobody"/></global>
  <classifier name="Activity" keys="concept:name"/>
  <string key="concept:name" value="the log"><string key="concept:name" value="inside"/></string>
  <trace>
    <list key="things"><values><string key="concept:name" value="not the case"/></values></list>
    <string key="concept:name" value='Hồ sơ "1" &amp; &#x1ec3;'/>
    <boolean key="completed" value="false"/>
    <event>
      <date value="2010-12-30T11:02:00.000+01:00" key="time:timestamp"/>
      <string value="b &gt; a" key="concept:name"><string key="concept:name" value="inside"/></string>
      <string key = "org:resource" value = "Pete" />
      <string key="org:role" value="clerk"/>
      <string key="lifecycle:transition" value="complete"/>
      <![CDATA[ <event> ]]>
    </event>
    <event><string key="concept:name" value="a > b"/><string key="step:outcome" value="ok"/><int key="cost" value="3"/></event>
    <event/>
    <event><string key="org:resource" value="Pete"/></event>
    <event><string key="concept:name" value="c"/><string key="lifecycle:transition" value="start"/></event>
  </trace>
  <trace/>
  <trace><string key="concept:name" value="2"/></trace>
  <event><string key="concept:name" value="loose"/></event>
</xes:log>
<?more nothing?>
"#;

#[test]
fn the_standard_is_read_and_the_rest_passed_over() {
    let log = read_text(LOG);
    let expected = ["Hồ sơ \"1\" & ể: b > a@Pete:clerk, a > b/ok, c", "#2: ", "2: "];
    assert_eq!(shown(&log), expected);
    assert_eq!(times(&log), [1_293_703_320_000, NO_TIME, NO_TIME]);
    assert_eq!(log.case(0).unwrap().completed(), Some(false));
    assert_eq!(log.case(2).unwrap().completed(), None);
    assert_eq!(
        faults(&log),
        [
            "21 no-activity-",
            "22 no-activity-",
            "25 unnamed-case",
            "27 loose-event-"
        ]
    );
    assert_eq!(log.case(0).unwrap().line(2), Some(8));
}

#[test]
fn phases_are_filtered_only_when_the_map_says_so() {
    let log = read_with(LOG, "phases = [\"complete\"]");
    assert_eq!(shown(&log)[0], "Hồ sơ \"1\" & ể: b > a@Pete:clerk, a > b/ok");
}

#[test]
fn the_map_names_attributes_and_leaves_fields_out() {
    let log = read_with(
        LOG,
        "[columns]\ncase = \"case:concept:name\"\nactivity = \"org:role\"\nresource = \"\"\noutcome = \"concept:name\"\n[activities]\nclerk = \"B01\"",
    );
    assert_eq!(shown(&log)[0], "Hồ sơ \"1\" & ể: B01/b > a:clerk");
}

#[test]
fn packed_files_are_known_by_their_content() {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(LOG.as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    assert_eq!(shown(&read_text(&packed)), shown(&read_text(LOG)));
    // Two packed files one after the other are one.
    let half = LOG.len() / 2;
    let pack = |text: &[u8]| {
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(text).unwrap();
        packed.finish().unwrap()
    };
    let halves = [pack(&LOG.as_bytes()[..half]), pack(&LOG.as_bytes()[half..])].concat();
    assert_eq!(shown(&read_text(halves)), shown(&read_text(LOG)));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.xes.gz");
    std::fs::write(&path, &packed).unwrap();
    let log = crate::logs::read_file(&path, &LogMap::default(), &Limits::UPLOAD).unwrap();
    assert_eq!(log.cases(), 3);
}

#[test]
fn other_encodings_are_read_as_the_declaration_says() {
    let text = LOG.replace("UTF-8", "windows-1252").replace("Hồ sơ", "Café");
    let (old, _, _) = encoding_rs::WINDOWS_1252.encode(&text);
    assert!(shown(&read_text(&old))[0].starts_with("Café \"1\""));
    let wide: Vec<u8> = [0xfeff_u16]
        .into_iter()
        .chain(LOG.replace("UTF-8", "UTF-16").encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(shown(&read_text(wide)), shown(&read_text(LOG)));
    let unknown = try_read(LOG.replace("UTF-8", "Klingon"), &LogMap::default())
        .err()
        .unwrap();
    assert_eq!(unknown.code, FailureCode::UnknownEncoding);
}

#[test]
fn two_traces_of_one_name_stay_apart_and_are_told_with_both_lines() {
    let log = read_text(
        "<log>\n<trace><string key=\"concept:name\" value=\"1\"/><event><string key=\"concept:name\" value=\"a\"/></event></trace>\n<trace><event><string key=\"concept:name\" value=\"b\"/></event>\n<string key=\"concept:name\" value=\" 1\"/></trace><trace><string key=\"concept:name\" value=\"2\"/></trace></log>",
    );
    assert_eq!(shown(&log), ["1: a", "1: b", "2: "]);
    assert_eq!(faults(&log), ["3 repeated-case"]);
    assert_eq!(
        log.faults()[0].args,
        [("value", "1".to_owned()), ("other", "2".to_owned())]
    );
}

#[test]
fn values_that_are_no_text_are_told() {
    let mut bytes = b"<log><trace><string key=\"concept:name\" value=\"\xff\"/>\n<event><string key=\"concept:name\" value=\"a\"/><string key=\"org:resource\" value=\"\xff\"/></event>\n".to_vec();
    bytes.extend(b"<event><string key=\"concept:name\" value=\"&nbsp;\"/></event>\n<event><date key=\"time:timestamp\" value=\"never\"/><string key=\"concept:name\" value=\"b\"/></event></trace></log>");
    let log = read_text(bytes);
    assert_eq!(shown(&log), ["#1: a, b"]);
    let expected = [
        "1 not-utf8-",
        "1 unnamed-case",
        "2 not-utf8",
        "3 unknown-entity-",
        "4 bad-time",
    ];
    assert_eq!(faults(&log), expected);
}

#[test]
fn a_log_without_traces_is_a_log() {
    for text in ["<log/>", "<log></log>", "\u{feff}\n<log xes.version=\"2.0\">\n</log>\n"] {
        assert_eq!(read_text(text).cases(), 0, "{text}");
    }
}
