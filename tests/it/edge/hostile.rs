//! Files that were made to harm: every reader refuses them with a sentence, soon, and without much memory.

use crate::support::rounds::figure;
use quytrinh::logs::{Format, Limits as LogLimits, LogMap};
use quytrinh::zip::{self, Archive, Limits, ZipFault};
use quytrinh::{bpmn, docx, logs, nets, tthc};
use std::time::{Duration, Instant};

/// No file of the corpus takes longer, on a machine that does other things too.
pub(super) const SOON: Duration = Duration::from_secs(10);

/// XML that harms a reader which trusts it: (what it is, the file). The hole is the outermost element of a format.
fn xml_corpus(root: &str, space: &str) -> Vec<(&'static str, Vec<u8>)> {
    let doc = |prolog: &str, inside: &str| {
        format!("<?xml version=\"1.0\"?>{prolog}<{root} {space}>{inside}</{root}>").into_bytes()
    };
    let file = "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>";
    let laughs: String = (1..10)
        .map(|n| format!("<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10)))
        .collect();
    let laughs = format!("<!DOCTYPE x [<!ENTITY l0 \"ha\">{laughs}]>");
    let quadratic = format!("<!DOCTYPE x [<!ENTITY a \"{}\">]>", "a".repeat(100_000));
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let utf16 = [
        vec![0xff, 0xfe],
        wide(&format!(
            "<?xml version=\"1.0\" encoding=\"UTF-16\"?>{file}<{root}>&e;</{root}>"
        )),
    ]
    .concat();
    let spaces: String = (0..100_000).map(|n| format!(" xmlns:n{n}=\"urn:{n}\"")).collect();
    vec![
        ("an outside entity", doc(file, "&e;")),
        (
            "an outside document type",
            doc("<!DOCTYPE x SYSTEM \"http://127.0.0.1:9/x.dtd\">", ""),
        ),
        (
            "a parameter entity",
            doc("<!DOCTYPE x [<!ENTITY % p SYSTEM \"http://127.0.0.1:9/\">%p;]>", ""),
        ),
        ("a billion laughs", doc(&laughs, "&l9;")),
        ("a quadratic entity", doc(&quadratic, &"&a;".repeat(10_000))),
        ("an entity that nobody declared", doc("", "&evil;")),
        ("an entity in UTF-16", utf16),
        (
            "an entity in UTF-7",
            format!("<?xml version=\"1.0\" encoding=\"UTF-7\"?>+ADwAIQ-DOCTYPE x+AD4-<{root}>").into_bytes(),
        ),
        ("elements inside each other", doc("", &"<a>".repeat(200_000))),
        (
            "elements inside each other, all closed",
            doc("", &("<a>".repeat(5_000) + &"</a>".repeat(5_000))),
        ),
        (
            "an attribute without end",
            format!("<{root} a=\"{}\"/>", "a".repeat(24 << 20)).into_bytes(),
        ),
        (
            "a hundred thousand namespaces",
            format!("<{root}{spaces}/>").into_bytes(),
        ),
        ("an element that is not closed", doc("", "<a>")),
        ("nothing", Vec::new()),
    ]
}

/// A Word file whose text is this.
pub(super) fn word_file(document: &[u8]) -> Vec<u8> {
    let types = br#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#;
    zip::write(&[
        ("[Content_Types].xml", types.as_slice()),
        ("word/document.xml", document),
    ])
    .unwrap()
}

/// A table whose first sheet is this.
pub(super) fn table_file(sheet: &[u8]) -> Vec<u8> {
    let book = br#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
    let links = br#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>"#;
    zip::write(&[
        ("xl/workbook.xml", book.as_slice()),
        ("xl/_rels/workbook.xml.rels", links.as_slice()),
        ("xl/worksheets/sheet1.xml", sheet),
    ])
    .unwrap()
}

/// Whether a reader refused a file; it must come back soon either way.
type Refuses = fn(&[u8]) -> bool;

const READERS: [(&str, &str, Refuses); 5] = [
    ("BPMN", "definitions", |bytes| bpmn::read_bpmn(bytes).is_err()),
    ("PNML", "pnml", |bytes| nets::read_pnml(bytes).is_err()),
    ("XES", "log", |bytes| read_log(bytes, Format::Xes)),
    ("Word", "document", |bytes| docx::read(&word_file(bytes)).is_err()),
    ("XLSX", "worksheet", |bytes| {
        tthc::read_sheet(&table_file(bytes)).is_err()
    }),
];

/// A small sound file for each of [`READERS`].
const SOUND: [&str; 5] = [
    r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p"><startEvent id="a"/><task id="t" name="Tiếp nhận"/><endEvent id="z"/><sequenceFlow id="f" sourceRef="a" targetRef="t"/><sequenceFlow id="g" sourceRef="t" targetRef="z"/></process></definitions>"#,
    r#"<pnml xmlns="http://www.pnml.org/version-2009/grammar/pnml"><net id="n" type="http://www.pnml.org/version-2009/grammar/ptnet"><page id="g"><place id="p"><initialMarking><text>1</text></initialMarking></place><transition id="t"><name><text>a</text></name></transition><place id="q"/><arc id="x" source="p" target="t"/><arc id="y" source="t" target="q"/></page></net></pnml>"#,
    r#"<log xmlns="http://www.xes-standard.org/"><trace><string key="concept:name" value="1"/><event><string key="concept:name" value="a"/><date key="time:timestamp" value="2026-01-05T08:00:00+07:00"/></event></trace></log>"#,
    r#"<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>Tờ khai</w:t></w:r></w:p></w:body></w:document>"#,
    r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Mã</t></is></c></row></sheetData></worksheet>"#,
];

pub(super) fn read_log(bytes: &[u8], format: Format) -> bool {
    logs::read(bytes, format, &LogMap::default(), &LogLimits::UPLOAD).is_err()
}

#[test]
fn xml_that_harms_is_refused_by_every_reader() {
    let (mut count, mut longest) = (0, Duration::ZERO);
    for (reader, root, refuses) in READERS {
        for (name, file) in xml_corpus(root, "") {
            // Text between the tags of a log is passed over unread, and an empty log is a log without events.
            if reader == "XES" && ["an entity that nobody declared", "nothing"].contains(&name) {
                refuses(&file);
                continue;
            }
            let begun = Instant::now();
            assert!(refuses(&file), "{reader} takes {name}");
            assert!(
                begun.elapsed() < SOON,
                "{reader} takes {:?} for {name}",
                begun.elapsed()
            );
            count += 1;
            longest = longest.max(begun.elapsed());
        }
    }
    // The control: what is well formed and holds nothing of that kind is read.
    for ((reader, _, refuses), sound) in READERS.iter().zip(SOUND) {
        assert!(!refuses(sound.as_bytes()), "{reader} refuses a sound file");
    }
    figure(
        "F4",
        &format!(
            "{count} files of {} readers refused, the longest in {} ms",
            READERS.len(),
            longest.as_millis()
        ),
    );
}

#[test]
fn an_archive_that_grows_a_hundredfold_is_refused_while_it_is_unpacked() {
    let limits = Limits {
        files: 2_000,
        file: 20 << 20,
        all: 64 << 20,
    };
    let bomb = zip::write(&[("a", vec![0_u8; 16 << 20])]).unwrap();
    assert!(bomb.len() < 64 << 10);
    let mut archive = Archive::open(&bomb, limits).unwrap();
    assert!(matches!(archive.read("a"), Err(ZipFault::TooLarge { .. })));
    // What the directory says of the size is not trusted either.
    let at = bomb.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    let mut lying = bomb.clone();
    lying[at + 24..at + 28].copy_from_slice(&10_u32.to_le_bytes());
    let mut archive = Archive::open(&lying, limits).unwrap();
    assert!(archive.read("a").is_err());
    // The controls: a page of spaces is read, and so is a large file that is packed as tightly as texts are.
    let small = zip::write(&[("a", vec![b' '; 900 << 10])]).unwrap();
    assert!(Archive::open(&small, limits).unwrap().read("a").unwrap().is_some());
    let mut state = 1_u32;
    let text: Vec<u8> = (0..4_u32 << 20)
        .map(|n| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if n % 16 == 0 { state.to_le_bytes()[3] } else { b'a' }
        })
        .collect();
    let dense = zip::write(&[("a", text)]).unwrap();
    assert!(Archive::open(&dense, limits).unwrap().read("a").unwrap().is_some());
}

#[test]
fn names_in_archives_never_lead_elsewhere() {
    let limits = Limits {
        files: 10,
        file: 1 << 20,
        all: 1 << 20,
    };
    let long = "a".repeat(4 << 10);
    for name in [
        "../a",
        "/etc/passwd",
        "a/../../b",
        "C:\\a",
        "C:a",
        "a\\b",
        "a\0b",
        "",
        long.as_str(),
    ] {
        let file = zip::write(&[(name, b"x")]);
        let refused = file.is_err() || Archive::open(&file.unwrap(), limits).is_err();
        assert!(refused, "{name:?}");
    }
    let many: Vec<(String, &[u8])> = (0..11).map(|n| (n.to_string(), b"x".as_slice())).collect();
    assert_eq!(
        Archive::open(&zip::write(&many).unwrap(), limits).unwrap_err(),
        ZipFault::TooMany(10)
    );
}

#[test]
fn a_table_with_cells_far_apart_takes_no_room() {
    let cell = |at: &str| format!("<row><c r=\"{at}\" t=\"inlineStr\"><is><t>a</t></is></c></row>");
    let wide = format!(
        "<worksheet><sheetData>{}{}</sheetData></worksheet>",
        cell("A1"),
        cell("XFD1048576")
    );
    let begun = Instant::now();
    // Refused or read: neither makes the seventeen thousand million cells between the two.
    if let Ok(lines) = tthc::read_sheet(&table_file(wide.as_bytes())) {
        let cells: usize = lines.iter().map(|line| line.cells.len()).sum();
        assert!(cells < 100_000, "{cells}");
    }
    let many = "<row><c><v>1</v></c></row>".repeat(1_200_000);
    let many = format!("<worksheet><sheetData>{many}</sheetData></worksheet>");
    assert!(
        tthc::read_sheet(&table_file(many.as_bytes())).is_err(),
        "more lines than any table has"
    );
    assert!(begun.elapsed() < SOON);
}
