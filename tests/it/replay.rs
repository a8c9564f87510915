//! `quytrinh replay`: logs from elsewhere on the command line.

use crate::support::program::run;
use serde_json::Value;
use std::path::Path;

const PROCEDURE: &str = r#"+++
code = "QT.01"
kind = "work_procedure"
title = "Cấp giấy"
field = "Hộ tịch"
change_summary = "Lần đầu"
[[steps]]
code = "B1"
name = "Tiếp nhận"
roles = ["motcua"]
next = [{ outcome = "Đủ", to = "B2" }, { outcome = "Từ chối", to = "END-REFUSED" }]
[[steps]]
code = "B2"
name = "Thẩm định"
roles = ["tuphap"]
[[steps]]
code = "B3"
name = "Xin ý kiến"
roles = ["tuphap"]
optional = true
[[steps]]
code = "B4"
name = "Ký duyệt"
roles = ["chutich"]
different_from = ["B2"]
next = ["END"]
+++
"#;

const LOG: &str = "mã hồ sơ;bước;thời điểm;cán bộ\n\
    HS2;Tiếp nhận;05/10/2026 08:00;An\n\
    HS1;B1;05/10/2026 08:00;An\n\
    HS1;B2;05/10/2026 09:00;Bình\n\
    HS1;B4;05/10/2026 10:00;Chi\n\
    HS2;Ký duyệt;06/10/2026 08:00;Bình\n\
    HS2;THẨM ĐỊNH;06/10/2026 09:00;Bình\n\
    ;B1;05/10/2026 08:00;An\n\
    HS3;B1;khi nào;An\n";

const NET: &str = r#"<pnml><net id="n" type="http://www.pnml.org/version-2009/grammar/pnmlcoremodel"><page id="p">
<place id="s"><initialMarking><text>1</text></initialMarking></place><place id="m"/><place id="e"/>
<transition id="ta"><name><text>a</text></name></transition><transition id="tb"><name><text>b</text></name></transition>
<transition id="tau"><name><text>tau</text></name><toolspecific tool="ProM" version="6.4" activity="$invisible$"/></transition>
<arc id="1" source="s" target="ta"/><arc id="2" source="ta" target="m"/><arc id="3" source="m" target="tb"/>
<arc id="4" source="tb" target="e"/><arc id="5" source="m" target="tau"/><arc id="6" source="tau" target="e"/>
</page><finalmarkings><marking><place idref="e"><text>1</text></place></marking></finalmarkings></net></pnml>"#;

fn file(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn json(arguments: &[&str]) -> Value {
    let output = run(&[&["replay", "--format", "json"], arguments].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn moves(case: &Value) -> Vec<String> {
    let text = |step: &Value, key: &str| step[key].as_str().unwrap_or("-").to_owned();
    let moves = case["moves"].as_array().unwrap();
    moves
        .iter()
        .map(|step| format!("{} {}", text(step, "move"), text(step, "activity")))
        .collect()
}

#[test]
fn a_csv_log_is_held_against_a_procedure_and_what_is_not_understood_is_told_by_line() {
    let folder = tempfile::tempdir().unwrap();
    let (procedure, log) = (
        file(folder.path(), "qt.md", PROCEDURE),
        file(folder.path(), "log.csv", LOG),
    );
    let report = json(&["--procedure", &procedure, "--log", &log]);
    assert_eq!(report["log"]["cases"], 3);
    assert_eq!(report["log"]["fitting"], 2);
    let errors = report["errors"].as_array().unwrap();
    let lines: Vec<i64> = errors.iter().map(|error| error["line"].as_i64().unwrap()).collect();
    // Line 0 is about the whole log: its dates could begin with the month.
    assert_eq!(lines, [0, 8, 9]);
    let cases = report["cases"].as_array().unwrap();
    assert_eq!(
        (cases[0]["case"].as_str(), cases[0]["cost"].as_u64()),
        (Some("HS1"), Some(0))
    );
    assert_eq!(
        moves(&cases[0]),
        ["synchronous B1", "synchronous B2", "silent -", "synchronous B4"]
    );
    assert_eq!(cases[1]["cost"], 2);
    let found: Vec<(&str, &str)> = cases[1]["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| (finding["kind"].as_str().unwrap(), finding["step"].as_str().unwrap()))
        .collect();
    assert!(found.iter().any(|(kind, _)| *kind == "four_eyes"), "{found:?}");
    let says = cases[1]["findings"][0]["vi"].as_str().unwrap();
    assert!(!says.is_empty() && !says.contains('{'), "{says}");
    // That a time of HS3 cannot be read takes nothing from HS2.
    let four_eyes = cases[1]["findings"].as_array().unwrap().iter();
    let at: Vec<&str> = four_eyes.filter_map(|finding| finding["at"].as_str()).collect();
    assert!(at.contains(&"2026-10-06T01:00:00Z"), "{at:?}");
}

#[test]
fn a_log_is_held_against_a_net_with_silent_steps_and_figures_are_exact() {
    let folder = tempfile::tempdir().unwrap();
    let net = file(folder.path(), "net.pnml", NET);
    let log = file(folder.path(), "log.csv", "case,activity\n2,a\n2,c\n1,a\n1,b\n3,b\n");
    let report = json(&["--net", &net, "--log", &log]);
    let cases = report["cases"].as_array().unwrap();
    assert_eq!(moves(&cases[1]), ["synchronous a", "log c", "silent -"]);
    let costs: Vec<u64> = cases.iter().map(|case| case["cost"].as_u64().unwrap()).collect();
    assert_eq!(costs, [0, 1, 1]);
    // Five events, three cases, a shortest run of one step, two deviations.
    assert!((report["log"]["log_fitness"].as_f64().unwrap() - 0.75).abs() < 1e-12);
    let average = (1.0 + 2.0 / 3.0 + 0.5) / 3.0;
    assert!((report["log"]["average_fitness"].as_f64().unwrap() - average).abs() < 1e-12);
    assert_eq!(cases[1]["findings"][0]["kind"], "unknown_step");
    // The order of the log changes nothing.
    let other = file(folder.path(), "other.csv", "case,activity\n3,b\n1,a\n1,b\n2,a\n2,c\n");
    assert_eq!(json(&["--net", &net, "--log", &other])["cases"], report["cases"]);
}

#[test]
fn what_cannot_be_compared_is_refused_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let net = file(
        folder.path(),
        "net.pnml",
        &NET.replace("source=\"m\" target=\"tb\"", "source=\"x\" target=\"tb\""),
    );
    let log = file(folder.path(), "log.csv", "case,activity\n1,a\n");
    let refused = |arguments: &[&str]| {
        let output = run(&[&["replay", "--language", "en"], arguments].concat());
        assert_eq!(output.status.code(), Some(2));
        assert!(output.stdout.is_empty());
        String::from_utf8(output.stderr).unwrap()
    };
    let says = refused(&["--net", &net, "--log", &log]);
    assert!(says.contains("line 5"), "{says}");
    let good = file(folder.path(), "good.pnml", NET);
    let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaa\">]><log>&a;</log>";
    let says = refused(&["--net", &good, "--log", &file(folder.path(), "bomb.xes", bomb)]);
    assert!(says.contains("entities"), "{says}");
    let map = file(folder.path(), "map.toml", "[columns]\nstep = \"x\"\n");
    let says = refused(&["--net", &good, "--log", &log, "--map", &map]);
    assert!(says.contains("2:1"), "{says}");
}
