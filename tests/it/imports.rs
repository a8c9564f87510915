//! Logs from elsewhere in the browser: brought in, mapped, compared in the background, looked at.

use crate::cases::{office, received};
use crate::support::databases::lines;
use crate::support::{Reply, TestOffice, Visitor};
use diesel::prelude::*;
use quytrinh::kernel::AccessRole;
use std::io::Write;
use std::time::Duration;

/// Three cases: one as the text says, one without the appraisal, one with a row that nobody can read.
const LOG: &str = "Mã hồ sơ;Công việc;Thời điểm;Người làm\n\
    A-1;Tiếp nhận;16/11/2026 08:00;Lan\nA-1;Thẩm định;16/11/2026 10:00;Minh\nA-1;Ký duyệt;16/11/2026 11:00;Hòa\n\
    A-1;Đóng dấu;16/11/2026 13:30;Tú\nA-1;Trả kết quả;16/11/2026 14:00;Lan\n\
    A-2;Tiếp nhận;16/11/2026 08:00;Lan\nA-2;Ký duyệt;16/11/2026 11:00;Hòa\nA-2;Đóng dấu;16/11/2026 13:30;Tú\n\
    A-2;Trả kết quả;16/11/2026 14:00;<script>alert(1)</script>\n\
    A-3;Tiếp nhận;hôm qua;Lan\n";

const NET: &str = r#"<?xml version="1.0"?><pnml><net id="n" type="http://www.pnml.org/version-2009/grammar/ptnet">
<page id="p"><place id="p1"><initialMarking><text>1</text></initialMarking></place><place id="p2"/><place id="p3"/>
<transition id="t1"><name><text>Tiếp nhận</text></name></transition>
<transition id="t2"><name><text>Trả kết quả</text></name></transition>
<arc id="a1" source="p1" target="t1"/><arc id="a2" source="t1" target="p2"/>
<arc id="a3" source="p2" target="t2"/><arc id="a4" source="t2" target="p3"/></page>
<finalmarkings><marking><place idref="p3"><text>1</text></place></marking></finalmarkings></net></pnml>"#;

type File<'a> = (&'a str, &'a str, &'a [u8]);

async fn send(visitor: &Visitor, fields: &[(&str, &str)], files: &[File<'_>]) -> Reply {
    visitor.post_files("/conformance/logs", fields, files).await
}

/// Brings the log in, held against the procedure.
async fn bring_in(visitor: &Visitor) -> String {
    let sent = send(
        visitor,
        &[("name", "Một cửa cũ"), ("procedure", "QT.T.01")],
        &[("log", "nhat ky.csv", LOG.as_bytes())],
    )
    .await;
    sent.is(303);
    let path = sent.location().split('?').next().unwrap().to_owned();
    path.trim_end_matches("/map").to_owned()
}

/// The fields of the form of a map, as the page shows them; selects at what is chosen.
fn fields(page: &Reply) -> Vec<(String, String)> {
    let text = page.text();
    let mut found = Vec::new();
    for select in text.split("<select ").skip(1) {
        let name = select.split("name=\"").nth(1).unwrap().split('"').next().unwrap();
        let body = select.split("</select>").next().unwrap();
        let chosen = body.split("<option ").find(|option| option.contains(" selected"));
        let value = chosen.and_then(|option| option.split("value=\"").nth(1)?.split('"').next());
        found.push((name.to_owned(), value.unwrap_or_default().to_owned()));
    }
    for input in text.split("<input ").skip(1) {
        let attribute = |name: &str| {
            let begin = input.split('>').next()?.split(&format!(" {name}=\"")).nth(1);
            begin.and_then(|rest| rest.split('"').next()).map(ToOwned::to_owned)
        };
        let name = input.split("name=\"").nth(1).and_then(|rest| rest.split('"').next());
        if let Some(name) = name.filter(|name| !["csrf", "key"].contains(name)) {
            found.push((name.to_owned(), attribute("value").unwrap_or_default()));
        }
    }
    found
}

async fn send_map(visitor: &Visitor, path: &str, more: &[(&str, &str)]) -> Reply {
    let page = visitor.get(&format!("{path}/map")).await;
    page.is(200);
    let mut all = fields(&page);
    all.retain(|(name, _)| more.iter().all(|(own, _)| own != name));
    all.extend(
        more.iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
    );
    let all: Vec<(&str, &str)> = all
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    visitor.post(&format!("{path}/map"), &all).await
}

/// Looks again until the comparison has ended.
async fn ended(visitor: &Visitor, path: &str) -> Reply {
    for _ in 0..200 {
        let page = visitor.get(path).await;
        if page.header("refresh").is_empty() {
            return page;
        }
        page.is(200).says("%</progress>").says("imports.show.give_up");
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("{path} is compared for ten seconds");
}

#[actix_web::test]
async fn an_auditor_compares_a_log_and_sees_each_case_beside_the_table() {
    let office = office().await;
    let own = received(&office);
    let auditor = office.sign_in("danhgia").await;
    let path = bring_in(&auditor).await;
    let page = auditor.get(&format!("{path}/map")).await;
    page.is(200)
        .says("value=\"Mã hồ sơ\" selected")
        .says("value=\"B2\" selected")
        .says("imports.map.faults_title")
        .says("hôm qua")
        .lacks("imports.map.not_known");
    let started = send_map(&auditor, &path, &[("do", "judge"), ("save_as", "Một cửa")]).await;
    started.is(303).leads_to(&path);
    let page = ended(&auditor, &path).await;
    page.is(200)
        .says("imports.state.done")
        .says("conformance.kind.skipped")
        // A-3 may have been refused at the desk: the log does not record outcomes.
        .lacks("conformance.kind.closed_unfinished")
        .says("Dòng 11")
        .says("66,7 %");
    let cases = auditor.get(&format!("{path}/cases?kind=skipped")).await;
    cases
        .is(200)
        .says("A-2")
        .says("“Thẩm định”")
        .lacks("A-1<")
        .lacks("A-3<");
    auditor
        .get(&format!("{path}/cases?only=conforming&from=x"))
        .await
        .is(200)
        .says("A-1")
        .lacks("A-2<");
    let case = auditor.get(&format!("{path}/cases/2")).await;
    case.is(200)
        .says("imports.move.model")
        .says("class=\"model\"")
        .says("16/11/2026")
        .says("<script>alert(1)</script>");
    let raw = String::from_utf8_lossy(&case.bytes);
    assert!(raw.contains("&lt;script&gt;alert"), "the name is shown");
    assert!(!raw.contains("<script>alert"), "a name of the log is no script");
    auditor.get(&format!("{path}/cases/4")).await.is(404);
    auditor.get(&format!("{path}/cases/0")).await.is(404);
    let report = auditor.get(&format!("{path}/report.json")).await;
    let report: serde_json::Value = serde_json::from_str(report.is(200).text()).unwrap();
    assert_eq!(
        (&report["log"]["cases"], &report["cases"][1]["cost"]),
        (&3.into(), &1.into())
    );
    let findings = auditor.get(&format!("{path}/findings.csv")).await;
    assert!(
        findings.is(200).text().contains("A-2,K01,skipped,"),
        "{}",
        findings.text()
    );
    let again = send(
        &auditor,
        &[
            ("name", "Quý sau"),
            ("procedure", "QT.T.01"),
            ("map", "Một cửa"),
            ("version", "1"),
        ],
        &[("log", "b.csv", LOG.as_bytes())],
    )
    .await;
    again.is(303);
    auditor
        .get("/conformance/logs/2/map")
        .await
        .is(200)
        .says("value=\"B2\" selected");
    let acts = "SELECT act AS value FROM ledger WHERE act LIKE 'log%' ORDER BY seq";
    let acts = lines(&mut office.connect(), acts);
    assert_eq!(
        acts,
        [
            "log.brought_in",
            "log_map.saved",
            "log.mapped",
            "log.begun",
            "log.compared",
            "log.brought_in"
        ]
    );
    assert_eq!(
        crate::cases::head(&office, &own.id).last_seq,
        1,
        "cases of the office are not touched"
    );
}

#[actix_web::test]
async fn what_is_no_log_changes_nothing_and_says_why() {
    let office = office().await;
    let auditor = office.sign_in("danhgia").await;
    let before = office.digest();
    let to = [("name", "X"), ("procedure", "QT.T.01")];
    let mut workbook = b"PK\x03\x04".to_vec();
    workbook.resize(200, 0);
    for (file, says) in [
        (("log", "a.csv", b"".as_slice()), "form.needed"),
        (("log", "a.xlsx", workbook.as_slice()), "hãy lưu thành CSV hoặc XES"),
        (
            ("log", "a.xes", b"<!DOCTYPE x [<!ENTITY a \"b\">]><log/>"),
            "không cần và không được nhận",
        ),
        (("log", "a.xes", b"<log><trace>"), "cắt ngang"),
    ] {
        let sent = send(&auditor, &to, &[file]).await;
        sent.is(422).says(says).says("value=\"X\"");
    }
    let no_model = send(&auditor, &[("name", "X")], &[("log", "a.csv", LOG.as_bytes())]).await;
    no_model.is(422).says("imports.fault.no_model");
    let bad_net = send(
        &auditor,
        &[("name", "X")],
        &[("log", "a.csv", LOG.as_bytes()), ("net", "n.pnml", b"<pnml/>")],
    )
    .await;
    bad_net.is(422).says("Không đọc được tệp PNML");
    let no_version = [("name", "X"), ("procedure", "QT.T.01"), ("version", "7")];
    send(&auditor, &no_version, &[("log", "a.csv", LOG.as_bytes())])
        .await
        .is(422);
    assert_eq!(office.digest(), before);
}

#[actix_web::test]
async fn a_packed_log_is_held_against_a_net() {
    let office = office().await;
    let secretary = office.sign_in("thuky").await;
    let xes = r#"<?xml version="1.0" encoding="UTF-8"?><log><trace><string key="concept:name" value="c1"/>
        <event><string key="concept:name" value="Tiếp nhận"/></event>
        <event><string key="concept:name" value="Khác"/></event>
        <event><string key="concept:name" value="Trả kết quả"/></event></trace></log>"#;
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(xes.as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    let files: [File<'_>; 2] = [("log", "l.xes.gz", &packed), ("net", "may.pnml", NET.as_bytes())];
    send(&secretary, &[("name", "Mạng")], &files).await.is(303);
    let path = "/conformance/logs/1";
    send_map(&secretary, path, &[("do", "judge")]).await.is(303);
    let page = ended(&secretary, path).await;
    page.is(200)
        .says("Mạng Petri may.pnml")
        .says("conformance.kind.unknown_step");
    secretary
        .get(&format!("{path}/cases/1"))
        .await
        .is(200)
        .says("class=\"log\"")
        .says("Tiếp nhận (t1)");
    secretary.set_cookie("quytrinh_language", "en");
    secretary
        .get(path)
        .await
        .is(200)
        .says("Petri net may.pnml")
        .lacks("Mạng Petri");
}

#[actix_web::test]
async fn columns_that_do_not_hold_are_refused_with_the_form_as_it_was_typed() {
    let office = office().await;
    let auditor = office.sign_in("danhgia").await;
    let path = bring_in(&auditor).await;
    let twice = send_map(&auditor, &path, &[("col.case", "Không có"), ("do", "judge")]).await;
    twice.is(422).says("không có cột “Không có”");
    let zone = send_map(&auditor, &path, &[("zone", "99999"), ("do", "judge")]).await;
    zone.is(422).says("imports.fault.zone");
    let stale = auditor
        .post(
            &format!("{path}/map"),
            &[("row_version", "7"), ("zone", "420"), ("do", "keep")],
        )
        .await;
    stale.is(409).says("imports.refused.stale");
    send_map(&auditor, &path, &[("do", "keep")]).await.is(303);
    auditor.get(&path).await.is(200).says("imports.show.mapping");
    let give_up = auditor.post(&format!("{path}/give-up"), &[]).await;
    give_up.is(409);
}

#[actix_web::test]
async fn a_comparison_that_was_broken_off_may_begin_again_or_be_given_up() {
    let office = office().await;
    let auditor = office.sign_in("danhgia").await;
    let path = bring_in(&auditor).await;
    // The program was stopped in the middle of it.
    let stopped = "UPDATE event_logs SET state = 'running', row_version = row_version + 1";
    diesel::sql_query(stopped).execute(&mut office.connect()).unwrap();
    let page = auditor.get(&path).await;
    page.is(200).says("imports.show.broken_off");
    assert!(page.header("refresh").is_empty());
    auditor.post(&format!("{path}/give-up"), &[]).await.is(303);
    let page = auditor.get(&path).await;
    page.is(200).says("imports.state.cancelled");
    let version = page.value_of("row_version").unwrap().to_owned();
    auditor
        .post(&format!("{path}/begin"), &[("row_version", &version)])
        .await
        .is(303);
    let page = ended(&auditor, &path).await;
    page.is(200).says("imports.state.done");
    let again = auditor.post(&format!("{path}/begin"), &[("row_version", "9")]).await;
    assert!([409, 422].contains(&again.status()), "{}", again.status());
    for sql in [
        "UPDATE event_logs SET result = '{}'",
        "UPDATE event_logs SET file_sha256 = net_sha256",
        "DELETE FROM event_logs",
        "DELETE FROM log_maps WHERE 1 = (SELECT 1)",
    ] {
        let done = diesel::sql_query(sql).execute(&mut office.connect());
        assert!(
            done.is_err() || sql.starts_with("DELETE FROM log_maps"),
            "{sql} changed {done:?}"
        );
    }
}

#[actix_web::test]
async fn others_and_other_offices_find_nothing() {
    let office = office().await;
    let auditor = office.sign_in("danhgia").await;
    let path = bring_in(&auditor).await;
    send_map(&auditor, &path, &[("do", "judge")]).await.is(303);
    ended(&auditor, &path).await;
    for username in ["canbo", "motcua", "lanhdao", "quantri"] {
        let other = office.sign_in(username).await;
        other.get("/conformance/logs").await.is(403);
        other.get(&path).await.is(403);
        send(
            &other,
            &[("name", "X"), ("procedure", "QT.T.01")],
            &[("log", "a.csv", LOG.as_bytes())],
        )
        .await
        .is(403);
    }
    office.stranger().get(&path).await.is(303);
    office.person_of(&office.foreign, "langgieng", &[AccessRole::Auditor]);
    let neighbour = office.sign_in("langgieng").await;
    neighbour.get("/conformance/logs").await.is(200).lacks("Một cửa cũ");
    for page in ["", "/map", "/cases", "/cases/1", "/report.json", "/findings.csv"] {
        neighbour.get(&format!("{path}{page}")).await.is(404);
    }
    let stolen = send(
        &neighbour,
        &[("name", "X"), ("procedure", "QT.T.01")],
        &[("log", "a.csv", LOG.as_bytes())],
    )
    .await;
    assert!([404, 422].contains(&stolen.status()));
    let own: &TestOffice = &office;
    assert_eq!(lines(&mut own.connect(), "SELECT id AS value FROM event_logs").len(), 1);
}
