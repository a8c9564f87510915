//! No reader panics or hangs, whatever it is given (trust row F9): files, notes and addresses that were changed in a few
//! places, the same ones for the same number.

use super::hostile::{SOON, read_log, table_file, word_file};
use super::server::{ask, open, status};
use crate::support::browser::Browser;
use crate::support::rounds::{figure, rounds};
use crate::support::{PASSWORD, TestOffice};
use quytrinh::app::EdgeSettings;
use quytrinh::bundle::Reader;
use quytrinh::kernel::AccessRole;
use quytrinh::logs::Format;
use quytrinh::proofs::{Checkpoint, Note, NoteKey, NoteSigner, SignatureKind, from_base64, from_hex};
use quytrinh::render::markdown;
use quytrinh::{bpmn, documents, docx, nets, procedures, tthc, zip};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// Chance that is the same each time.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, most: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(most.max(1)).unwrap()).unwrap()
    }
}

/// Signs that mean something to a reader: numbers at their ends, quotes, edges of elements, half letters.
const SIGNS: [&[u8]; 24] = [
    b"\0",
    b"\xff",
    b"\xc3",
    b"\xe1\xbb",
    b"\xf0\x9f",
    b"<",
    b">",
    b"</",
    b"&",
    b"\"",
    b"'",
    b"[[",
    b"]]",
    b"=",
    b"\n",
    b"\r\n",
    b"-1",
    b"99999999999999999999",
    b"1e999",
    b"+++",
    b"|",
    b"%00",
    b"\xff\xff\xff\xff",
    b"\xef\xbb\xbf",
];

/// A sample that was changed in one to eight places.
fn changed(sample: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut bytes = sample.to_vec();
    for _ in 0..=chance.below(8) {
        let at = chance.below(bytes.len().max(1));
        let end = (at + chance.below(40)).min(bytes.len());
        match chance.below(7) {
            0 if !bytes.is_empty() => bytes[at] = u8::try_from(chance.below(256)).unwrap(),
            1 if !bytes.is_empty() => bytes[at] ^= 1 << chance.below(8),
            2 => drop(bytes.drain(at.min(end)..end)),
            3 => {
                let piece = bytes[at.min(end)..end].to_vec();
                let times = 1 + chance.below(50);
                bytes.splice(at..at, piece.repeat(times));
            }
            4 => bytes.truncate(at),
            5 => {
                let sign = SIGNS[chance.below(SIGNS.len())];
                bytes.splice(at..at, sign.iter().copied());
            }
            _ => {
                let from = chance.below(bytes.len().max(1));
                let piece = bytes[from.min(end)..end.max(from).min(bytes.len())].to_vec();
                bytes.splice(at..at, piece);
            }
        }
    }
    bytes
}

type Parser = (&'static str, Vec<u8>, fn(&[u8]));

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A sample whose inside is changed, and packed again so that the reader gets to it.
#[expect(clippy::too_many_lines, reason = "a table of readers, each on a few lines")]
fn parsers() -> Vec<Parser> {
    let bpmn = br#"<?xml version="1.0"?><definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p"><startEvent id="s"/><task id="t" name="T"/><exclusiveGateway id="g"/><endEvent id="e"/><sequenceFlow id="a" sourceRef="s" targetRef="t"/><sequenceFlow id="b" sourceRef="t" targetRef="g"/><sequenceFlow id="c" sourceRef="g" targetRef="e"/><sequenceFlow id="d" sourceRef="g" targetRef="t"/></process></definitions>"#;
    let pnml = br#"<pnml xmlns="http://www.pnml.org/version-2009/grammar/pnml"><net id="n" type="http://www.pnml.org/version-2009/grammar/ptnet"><page id="p"><place id="a"><initialMarking><text>1</text></initialMarking></place><transition id="t"><name><text>T</text></name></transition><place id="b"/><arc id="x" source="a" target="t"/><arc id="y" source="t" target="b"/></page></net></pnml>"#;
    let xes = br#"<log><extension name="Concept" prefix="concept" uri="u"/><trace><string key="concept:name" value="1"/><event><string key="concept:name" value="a"/><date key="time:timestamp" value="2026-11-23T09:00:00+07:00"/><list key="l"><string key="a" value="b"/></list></event></trace></log>"#;
    let csv = "case;activity;time\n1;Tiếp nhận;2026-11-23 09:00\n1;\"Thẩm \"\"tra\"\"\";23/11/2026 10:00\n".as_bytes();
    let document = br#"<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>Quy trinh</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr><w:p><w:r><w:t>B1</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:document>"#;
    let sheet = br#"<?xml version="1.0"?><worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Ma</t></is></c><c r="B1"><v>1.5</v></c></row></sheetData><mergeCells><mergeCell ref="A1:B1"/></mergeCells></worksheet>"#;
    let signer = NoteSigner::new("iso.example/ledger/H38", SignatureKind::Ed25519, &[7; 32]).unwrap();
    let told = Checkpoint {
        origin: "iso.example/ledger/H38".to_owned(),
        size: 81_234,
        root: [9; 32],
    }
    .text();
    let note = signer.sign(&told);
    let birth = crate::support::posted::BIRTH.as_bytes().to_vec();
    let rich = "# Mục đích\n\n| a | b |\n|---|:-:|\n| `1` | **2** |\n\n> - [x](http://a \"b\")\n\n1. a\n   ```\n   c\n   ```\n".as_bytes();
    let token = documents::token_of("0199f0c2-7b1c-7000-8000-000000000001").unwrap_or_default();
    vec![
        ("BPMN", bpmn.to_vec(), |bytes| drop(bpmn::read_bpmn(bytes))),
        ("PNML", pnml.to_vec(), |bytes| drop(nets::read_pnml(bytes))),
        ("XES", xes.to_vec(), |bytes| {
            read_log(bytes, Format::Xes);
        }),
        ("CSV", csv.to_vec(), |bytes| {
            read_log(bytes, Format::Csv);
        }),
        ("CSV table", csv.to_vec(), |bytes| drop(tthc::read_sheet(bytes))),
        ("DOCX", document.to_vec(), |bytes| drop(docx::read(&word_file(bytes)))),
        ("DOCX as packed", word_file(document), |bytes| drop(docx::read(bytes))),
        ("XLSX", sheet.to_vec(), |bytes| {
            drop(tthc::read_sheet(&table_file(bytes)))
        }),
        ("XLSX as packed", table_file(sheet), |bytes| {
            drop(tthc::read_sheet(bytes))
        }),
        (
            "archive",
            zip::write(&[("a.md", b"b".as_slice()), ("c/d.md", b"e")]).unwrap(),
            |bytes| {
                let limits = zip::Limits {
                    files: 100,
                    file: 1 << 20,
                    all: 1 << 20,
                };
                if let Ok(mut archive) = zip::Archive::open(bytes, limits) {
                    drop(archive.read("a.md"));
                    drop(archive.read("c/d.md"));
                }
            },
        ),
        ("procedure file", birth, |bytes| drop(procedures::parse(&text(bytes)))),
        ("Markdown", rich.to_vec(), |bytes| drop(markdown(&text(bytes)))),
        ("checkpoint", told.into_bytes(), |bytes| {
            drop(Checkpoint::read(&text(bytes)))
        }),
        ("signed note", note.clone().into_bytes(), |bytes| {
            if let Ok(note) = Note::read(&text(bytes)) {
                assert!(
                    note.signed_by(&[]).unwrap_or_default().is_empty(),
                    "signed by nobody who is known"
                );
            }
        }),
        ("key of a note", signer.key().text().into_bytes(), |bytes| {
            drop(NoteKey::read(&text(bytes)))
        }),
        ("base64 of a proof", b"AAECAwQFBgcICQ==".to_vec(), |bytes| {
            drop(from_base64(&text(bytes)));
            drop(from_hex(&text(bytes)));
        }),
        ("bundle", vec![0; 1_024], |bytes| drop(Reader::begin(bytes))),
        ("QR of a copy", token.into_bytes(), |bytes| {
            drop(documents::id_of_token(&text(bytes)))
        }),
    ]
}

/// The first input on which a reader panics or takes too long, if any.
fn fault(parser: &Parser, rounds: usize) -> Option<String> {
    let (name, sample, read) = parser;
    for round in 0..rounds {
        let mut chance = Chance(0x9E37_79B9_7F4A_7C15 ^ (u64::try_from(round).unwrap() + 1));
        let bytes = changed(sample, &mut chance);
        let begun = Instant::now();
        let is_whole = catch_unwind(AssertUnwindSafe(|| read(&bytes))).is_ok();
        if !is_whole || begun.elapsed() > SOON {
            let said = String::from_utf8_lossy(&bytes).into_owned();
            return Some(format!("{name}, round {round}, {:?}: {said:?}", begun.elapsed()));
        }
    }
    None
}

#[test]
fn no_reader_panics_or_hangs_on_a_file_that_was_changed() {
    let rounds = rounds("F9", 150);
    let parsers = parsers();
    for parser in &parsers {
        // Each reads its own sample, and nothing.
        (parser.2)(&parser.1);
        (parser.2)(b"");
        if let Some(fault) = fault(parser, rounds) {
            panic!("{fault}");
        }
    }
    figure(
        "F9",
        &format!(
            "{} readers, {rounds} changed files each: 0 panics, 0 hangs",
            parsers.len()
        ),
    );
}

#[test]
fn a_reader_that_breaks_is_found() {
    let breaks: Parser = ("one that breaks", b"a,b,c".to_vec(), |bytes| {
        let text = String::from_utf8_lossy(bytes);
        assert_eq!(text.split(',').count(), 3);
    });
    assert!(fault(&breaks, 50).is_some());
}

/// Pages with what stands behind `?` when they are filtered.
const FILTERED: [&str; 9] = [
    "/documents?text=khai&kind=work_procedure&stage=effective&field=1&after=QT.HT.01&page=2",
    "/cases?text=a&state=open&late=1&from=2026-11-01&to=2026-11-23&after=1&procedure=QT.HT.01",
    "/lists/documents?on=2026-11-23&text=a&kind=form",
    "/records?form=BM.HT.01.01&from=2026-11-01&to=2026-11-23&after=2",
    "/law?text=a&on=2026-11-23&state=in_force",
    "/tthc?text=a&field=b&level=1",
    "/conformance?from=2026-01-01&to=2026-11-23&procedure=QT.HT.01",
    "/conformance/cases?only=deviating&finding=skipped&after=1",
    "/notices?after=1&only=unread",
];

#[actix_web::test]
async fn no_cookie_and_no_filter_breaks_a_page() {
    let office = TestOffice::start().await;
    office.person("thuky", &[AccessRole::Committee]);
    let address = open(&office, EdgeSettings::default());
    let mut secretary = Browser::new(address);
    secretary.sign_in("thuky", PASSWORD).unwrap();
    let known = secretary.cookie_line();
    let rounds = rounds("F9", 150);
    let mut met = std::collections::BTreeMap::new();
    for round in 0..rounds {
        let mut chance = Chance(0xD1B5_4A32_D192_ED03 ^ (u64::try_from(round).unwrap() + 1));
        let line = |sample: &str, chance: &mut Chance| -> Vec<u8> {
            let mut bytes = changed(sample.as_bytes(), chance);
            bytes.retain(|byte| !b"\r\n\0".contains(byte));
            bytes.truncate(4_000);
            bytes
        };
        let (path, query) = FILTERED[round % FILTERED.len()].split_once('?').unwrap();
        let query: Vec<u8> = line(query, &mut chance)
            .into_iter()
            .flat_map(|byte| match byte {
                b'!'..=b'~' if byte != b'#' => vec![byte],
                _ => format!("%{byte:02X}").into_bytes(),
            })
            .collect();
        // Every other time the cookie is whole, so that the page itself is reached.
        let cookie = if round % 2 == 0 {
            known.clone().into_bytes()
        } else {
            line(&known, &mut chance)
        };
        let asked = [
            format!("GET {path}?").as_bytes(),
            &query,
            b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\nCookie: ",
            &cookie,
            b"\r\n\r\n",
        ]
        .concat();
        let begun = Instant::now();
        let answer = ask(address, &asked, SOON);
        let said = status(&answer);
        assert!(
            said < 500,
            "{said} in round {round}: {}",
            String::from_utf8_lossy(&asked)
        );
        assert!(begun.elapsed() < SOON + Duration::from_secs(1));
        *met.entry(said).or_insert(0_usize) += 1;
    }
    // Pages were reached, and strangers sent away.
    assert!(met.get(&200).is_some_and(|count| *count > rounds / 5), "{met:?}");
}
