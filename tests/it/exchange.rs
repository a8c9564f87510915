//! `quytrinh export` and `quytrinh import-bpmn`: procedure files to other tools and back, without a database.

use crate::support::program::run;
use quytrinh::nets::{Soundness, read_pnml, soundness};
use quytrinh::procedures::{Parsed, parse};
use std::path::{Path, PathBuf};

fn library() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("procedures");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = files
        .filter(|path| path.extension().is_some_and(|ending| ending == "md"))
        .collect();
    files.sort();
    files
}

fn read(path: &Path) -> Parsed {
    parse(&std::fs::read_to_string(path).unwrap())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn every_procedure_of_the_library_goes_to_other_tools_and_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut count = 0;
    for path in library() {
        let original = read(&path);
        if original.table.steps.is_empty() {
            continue;
        }
        count += 1;
        let of = |ending: &str| {
            folder
                .path()
                .join(format!("{count}.{ending}"))
                .to_string_lossy()
                .into_owned()
        };
        let (source, bpmn, back, pnml) = (path.to_string_lossy(), of("bpmn"), of("md"), of("pnml"));
        assert!(
            run(&["export", &source, "--to", "bpmn", "--out", &bpmn])
                .status
                .success(),
            "{source}"
        );
        let done = run(&["import-bpmn", &bpmn, "--out", &back]);
        assert!(done.status.success(), "{source}: {}", text(&done.stderr));
        let came = read(Path::new(&back));
        assert_eq!(came.table, original.table, "{source}");
        assert_eq!(came.document.unwrap().title, original.document.unwrap().title);
        assert!(
            run(&["export", &source, "--to", "pnml", "--out", &pnml])
                .status
                .success(),
            "{source}"
        );
        let net = read_pnml(&std::fs::read(&pnml).unwrap()).unwrap();
        assert_eq!(net.notes, []);
        assert!(
            matches!(soundness(&net.net, 100_000), Soundness::Sound { .. }),
            "{source}"
        );
    }
    assert!(count > 40, "{count}");
}

const FOREIGN: &str = r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p" name="Cấp bản sao">
<laneSet id="l"><lane id="l1" name="công chức MỘT CỬA"><flowNodeRef>a</flowNodeRef></lane><lane id="l2" name="Trưởng thôn"><flowNodeRef>b</flowNodeRef></lane></laneSet>
<startEvent id="s"/><task id="a" name="Nhận"/><inclusiveGateway id="g" name="Cần gì?"/><task id="b" name="Xác nhận"/><endEvent id="e"/>
<sequenceFlow id="1" sourceRef="s" targetRef="a"/><sequenceFlow id="2" sourceRef="a" targetRef="g"/>
<sequenceFlow id="3" name="xác nhận" sourceRef="g" targetRef="b"/><sequenceFlow id="4" name="không" sourceRef="g" targetRef="e"/>
<sequenceFlow id="5" sourceRef="b" targetRef="e"/></process></definitions>"#;

#[test]
fn what_a_table_cannot_express_is_told_with_its_line_and_roles_are_known_by_their_names() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("quy trinh.bpmn");
    std::fs::write(&file, FOREIGN).unwrap();
    let roles = Path::new(env!("CARGO_MANIFEST_DIR")).join("procedures/roles.toml");
    let (file, roles) = (
        file.to_string_lossy().into_owned(),
        roles.to_string_lossy().into_owned(),
    );
    let done = run(&["import-bpmn", &file, "--roles", &roles, "--code", "QT.X.01"]);
    assert_eq!(done.status.code(), Some(0));
    let came = parse(&text(&done.stdout));
    let steps: Vec<(String, String, Vec<String>)> = came
        .document
        .unwrap()
        .steps
        .into_iter()
        .map(|step| (step.code, step.name, step.roles))
        .collect();
    let own = |text: &str| text.to_owned();
    assert_eq!(
        steps,
        [
            (own("B01"), own("Nhận"), vec![own("motcua")]),
            (own("B02"), own("Xác nhận"), vec![own("truong_thon")]),
        ]
    );
    let said = text(&done.stderr);
    assert!(said.contains(":3: note[gateway]: Cần gì?: "), "{said}");
    assert!(said.contains("Trưởng thôn"), "{said}");
    // A file that is there is somebody's text.
    let out = folder.path().join("da-co.md");
    std::fs::write(&out, "của ai đó").unwrap();
    let out = out.to_string_lossy().into_owned();
    assert_eq!(run(&["import-bpmn", &file, "--out", &out]).status.code(), Some(2));
    assert_eq!(std::fs::read_to_string(&out).unwrap(), "của ai đó");
}

#[test]
fn what_cannot_be_exported_or_read_is_refused_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_string_lossy().into_owned()
    };
    let head = "+++\ncode = \"QT.X\"\nkind = \"work_procedure\"\ntitle = \"X\"\n";
    let bad = write(
        "bad.md",
        &format!("{head}[[steps]]\ncode = \"B1\"\nname = \"A\"\nroles = [\"a\"]\nnext = [{{ to = \"B9\" }}]\n+++\n"),
    );
    let none = write("none.md", &format!("{head}+++\n"));
    let hostile = write(
        "x.bpmn",
        "<?xml version='1.0'?>\n<!DOCTYPE a [<!ENTITY b 'c'>]><definitions/>",
    );
    let refused = |arguments: &[&str], says: &str| {
        let done = run(arguments);
        assert_eq!(done.status.code(), Some(2), "{arguments:?}");
        let said = text(&done.stderr);
        assert!(said.contains(says), "{said}");
    };
    refused(&["export", &bad, "--to", "bpmn"], "bad.md");
    refused(&["export", &none, "--to", "pnml"], "none.md");
    refused(&["export", "no-such-file.md", "--to", "pnml"], "no-such-file.md");
    refused(
        &["import-bpmn", &hostile, "--language", "en"],
        "line 2: a document type",
    );
}
