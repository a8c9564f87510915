//! The workflow of a document to other tools, and a new document from a file of another tool.

use super::editor::plain;
use super::office;
use crate::cases;
use crate::support::{Reply, TestOffice, Visitor};
use quytrinh::bpmn::read_bpmn;
use quytrinh::documents;
use quytrinh::kernel::VersionId;
use quytrinh::nets::read_pnml;
use quytrinh::procedures::{parse, step_table};

#[actix_web::test]
async fn readers_take_the_workflow_of_a_document_to_other_tools() {
    let office = cases::office().await;
    let reader = office.sign_in("canbo").await;
    let page = reader.get("/documents/QT.T.01").await;
    page.is(200).says("documents.show.pnml").says("documents.show.bpmn");
    let source = reader.get("/documents/QT.T.01/source").await;
    let table = parse(std::str::from_utf8(&source.bytes).unwrap()).table;
    let bpmn = reader.get("/documents/QT.T.01/bpmn?version=1").await;
    bpmn.is(200);
    assert!(bpmn.header("content-disposition").contains("QT.T.01.v1.bpmn"));
    let read = read_bpmn(&bpmn.bytes).unwrap();
    assert_eq!(read.table, table);
    assert!(
        read.roles
            .iter()
            .any(|(code, name)| code.as_str() == "thuly" && name == "Vai thuly")
    );
    let pnml = reader.get("/documents/QT.T.01/pnml").await;
    pnml.is(200);
    let net = read_pnml(&pnml.bytes).unwrap().net;
    assert!(net.transitions.iter().any(|own| own.label.as_deref() == Some("B2")));
    reader.get("/documents/QT.T.01/bpmn?version=7").await.is(404);
    reader.get("/documents/KHONG.CO/pnml").await.is(404);
}

const FILE: &str = r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p" name="Cấp bản sao">
<laneSet id="l"><lane id="l1" name="Văn thư"><flowNodeRef>a</flowNodeRef></lane></laneSet>
<startEvent id="s"/><task id="a" name="Nhận &lt;b&gt;"/><inclusiveGateway id="g" name="Cần gì?"/><task id="b" name="Xác nhận"/><endEvent id="e"/>
<sequenceFlow id="1" sourceRef="s" targetRef="a"/><sequenceFlow id="2" sourceRef="a" targetRef="g"/>
<sequenceFlow id="3" name="cần" sourceRef="g" targetRef="b"/><sequenceFlow id="4" name="không" sourceRef="g" targetRef="e"/>
<sequenceFlow id="5" sourceRef="b" targetRef="e"/></process></definitions>"#;

async fn send(person: &Visitor, bytes: &[u8]) -> Reply {
    person.get("/documents/new").await.is(200).says("documents.bpmn.title");
    person
        .post_files("/documents/new/bpmn", &[], &[("file", "luu do.bpmn", bytes)])
        .await
}

/// What the form of the page carries, as a browser would send it back.
fn carried(page: &Reply) -> String {
    let html = String::from_utf8_lossy(&page.bytes).into_owned();
    let (_, after) = html
        .split_once("name=\"draft\" value=\"")
        .expect("the form carries what was read");
    plain(after.split_once('"').unwrap().0)
}

fn text(office: &TestOffice, path: &str) -> String {
    let id = path.trim_start_matches("/versions/").split('/').next().unwrap();
    let id = VersionId::of(id);
    office
        .read(move |work| documents::content_of(work, &id))
        .unwrap()
        .text
        .clone()
}

#[actix_web::test]
async fn a_file_of_another_tool_becomes_a_draft_that_names_what_did_not_come_in() {
    let office = office().await;
    let secretary = office.sign_in("thuky").await;
    let page = send(&secretary, FILE.as_bytes()).await;
    page.is(200)
        .says("Nhận <b>")
        .says("Xác nhận")
        .says("Cần gì?")
        .lacks("documents.bpmn.whole");
    assert_eq!(page.value_of("title"), Some("Cấp bản sao"));
    let draft = carried(&page);
    let mut sent = vec![
        ("draft", draft.as_str()),
        ("kind", "work_procedure"),
        ("title", "Cấp bản sao"),
        ("field", "Hộ tịch"),
        ("tthc_code", "9.000002"),
    ];
    // A form that is refused keeps what was read.
    let again = secretary.post("/documents/new", &sent).await;
    again.is(422).says("form.needed").says("Nhận <b>").says("Cần gì?");
    assert_eq!(carried(&again), draft);
    sent.push(("code", "QT.BPMN.01"));
    let made = secretary.post("/documents/new", &sent).await;
    let text = text(&office, made.location());
    let source = parse(&text).document.unwrap();
    let table = step_table(&source);
    let steps: Vec<(&str, &str)> = table
        .steps
        .iter()
        .map(|step| (step.code.as_str(), step.name.as_str()))
        .collect();
    assert_eq!(steps, [("B01", "Nhận <b>"), ("B02", "Xác nhận")]);
    assert_eq!(table.steps[0].next.len(), 2);
    assert_eq!((source.title.as_str(), source.tthc.len()), ("Cấp bản sao", 1));
    assert!(
        source.body.contains("## 1.") && source.body.contains("- Cần gì?: "),
        "{}",
        source.body
    );
    secretary.get(made.location()).await.is(200).says("Xác nhận");
}

#[actix_web::test]
async fn files_that_are_no_process_are_refused_and_nothing_is_kept() {
    let office = office().await;
    let secretary = office.sign_in("thuky").await;
    let before = office.digest();
    let hostile =
        "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><definitions><process id='&b;'/></definitions>";
    send(&secretary, hostile.as_bytes())
        .await
        .is(422)
        .says("exchange.fault.doctype");
    send(&secretary, b"\xff\xfe no xml").await.is(422);
    send(&secretary, b"").await.is(422).says("documents.file.no_file");
    let empty = FILE.replace("<task", "<data").replace("</task", "</data");
    send(&secretary, empty.as_bytes())
        .await
        .is(422)
        .says("exchange.fault.no-steps");
    send(&secretary, FILE.as_bytes()).await.is(200);
    assert_eq!(office.digest(), before);
    // What the form carries is a text like any other that somebody may write.
    let sent = [
        ("draft", "+++\nsteps = 7\n+++\n"),
        ("kind", "quality_policy"),
        ("code", "CS.01"),
        ("title", "Chính sách"),
    ];
    let made = secretary.post("/documents/new", &sent).await;
    assert!(
        parse(&text(&office, made.location()))
            .document
            .unwrap()
            .steps
            .is_empty()
    );
    let official = office.sign_in("canbo").await;
    official
        .post_files("/documents/new/bpmn", &[], &[("file", "a.bpmn", FILE.as_bytes())])
        .await
        .is(403);
}
