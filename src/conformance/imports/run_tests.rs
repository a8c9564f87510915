//! Logs from the file to the figures, without any database.

use super::*;
use crate::conformance::FindingKind;
use flate2::read::GzDecoder;
use std::io::Read;

const TEXT: &str = r#"+++
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
time = "1 working_day"
[[steps]]
code = "B2"
name = "Thẩm định"
roles = ["r"]
time = "1 working_day"
[[steps]]
code = "B3"
name = "Trả kết quả"
roles = ["r"]
time = "1 working_day"
+++
"#;

const LOG: &str = "case,activity,time,who\r\n\
    c1,B1,2026-06-01 08:00,an\r\nc1,B2,2026-06-01 09:00,an\r\nc1,B3,2026-06-01 10:00,an\r\n\
    c2,B1,2026-06-01 08:00,an\r\nc2,B3,2026-06-01 10:00,\"=cmd,\"\"x\"\r\n\
    c3,B1,not a time,an\r\nc3,B2,2026-06-02 09:00,an\r\nc3,B3,2026-06-02 10:00,an\r\n";

fn source(bytes: &[u8], against: Against) -> Source {
    let head = crate::logs::head(bytes, Format::Csv, &LogMap::default()).unwrap();
    let mut map = crate::logs::suggest(&head);
    map.columns.insert(crate::logs::Field::Resource, "who".to_owned());
    Source {
        file_name: "log.csv".to_owned(),
        bytes: bytes.to_vec(),
        map,
        against,
        names: RoleNames::default(),
        severities: Severities::default(),
    }
}

fn procedure() -> Against {
    Against::Procedure(Content::of(TEXT))
}

fn unpacked(packed: &[u8]) -> String {
    let mut text = String::new();
    GzDecoder::new(packed).read_to_string(&mut text).unwrap();
    text
}

#[test]
fn a_log_becomes_figures_a_report_and_a_table_of_findings() {
    let (words, progress) = (Words::load().unwrap(), Progress::default());
    let opened = open(&source(LOG.as_bytes(), procedure()), &progress).unwrap_or_else(|_| panic!("it is read"));
    let output = opened
        .judge(&words, &progress)
        .unwrap_or_else(|_| panic!("it is judged"));
    assert_eq!(progress.percent(), 100);
    let summary = &output.summary;
    assert_eq!((summary.cases, summary.variants, summary.fitting), (3, 2, 2));
    let skipped = summary.found.iter().find(|own| own.kind == "skipped").unwrap();
    assert_eq!((skipped.step.as_str(), skipped.findings, skipped.cases), ("B2", 1, 1));
    assert_eq!((summary.faults[0].line, summary.all_faults), (7, 1));
    assert_eq!(summary.faults[0].code, "bad-time");
    let report: serde_json::Value = serde_json::from_str(&unpacked(&output.report)).unwrap();
    assert_eq!(report["log"]["cases"], 3);
    assert_eq!(report["cases"][1]["cost"], 1);
    let findings = unpacked(&output.findings);
    assert!(
        findings.lines().nth(1).unwrap().starts_with("c2,K01,skipped,"),
        "{findings}"
    );
    assert!(
        findings.contains(",\"'=cmd,\"\"x\","),
        "a formula is no formula any more: {findings}"
    );
    let marks = opened.marks(&words);
    assert!(marks[1].has(FindingKind::Skipped) && !marks[1].conforms && !marks[0].has(FindingKind::Skipped));
    let mut kept: Summary = serde_json::from_str(&serde_json::to_string(summary).unwrap()).unwrap();
    // A number may lose its last binary digit on the way through text.
    for (kept, own) in [
        (&mut kept.log_fitness, summary.log_fitness),
        (&mut kept.average_fitness, summary.average_fitness),
    ] {
        assert!((kept.unwrap() - own.unwrap()).abs() < 1e-12);
        *kept = own;
    }
    assert_eq!(kept, *summary);
}

#[test]
fn what_cannot_be_read_or_compared_says_why() {
    let progress = Progress::default();
    let trouble = |source: &Source| match open(source, &progress) {
        Err(Stop::Trouble(trouble)) => trouble,
        Err(Stop::GivenUp) => panic!("nobody gave it up"),
        Ok(_) => panic!("it is read"),
    };
    let mut no_column = source(LOG.as_bytes(), procedure());
    no_column
        .map
        .columns
        .insert(crate::logs::Field::Case, "hồ sơ".to_owned());
    assert_eq!(trouble(&no_column).key, "logs.failure.no-column");
    let empty = Against::Procedure(Content::of("+++\ncode = \"Q\"\n+++\n"));
    assert_eq!(
        trouble(&source(LOG.as_bytes(), empty)).key,
        "imports.refused.no_workflow"
    );
    let net = trouble(&source(LOG.as_bytes(), Against::Net(b"<pnml/>".to_vec())));
    assert_eq!(net.key, "imports.refused.bad_net");
}

#[test]
fn a_comparison_is_given_up_at_every_phase() {
    let words = Words::load().unwrap();
    let given_up = Progress::default();
    given_up.give_up();
    assert!(matches!(
        open(&source(LOG.as_bytes(), procedure()), &given_up),
        Err(Stop::GivenUp)
    ));
    let opened = open(&source(LOG.as_bytes(), procedure()), &Progress::default()).unwrap_or_else(|_| panic!("read"));
    assert!(matches!(opened.judge(&words, &given_up), Err(Stop::GivenUp)));
}
