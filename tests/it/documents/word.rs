//! Word files in the browser: brought in, reviewed, made into drafts; versions out as Word files; archives.

use super::office;
use crate::support::databases::lines;
use crate::support::{Reply, TestOffice, Visitor, pages};
use diesel::connection::SimpleConnection;
use quytrinh::documents;
use quytrinh::docx::{NoteKind, Paper, compose, read, write};
use quytrinh::kernel::{Language, VersionId};
use quytrinh::procedures::{Source, parse};

fn source(name: &str) -> Source {
    let path = format!("{}/procedures/{name}", env!("CARGO_MANIFEST_DIR"));
    parse(&std::fs::read_to_string(path).unwrap()).document.unwrap()
}

/// A Word file of a procedure of the library.
fn word(name: &str) -> Vec<u8> {
    let source = source(name);
    let paper = Paper {
        sort: "QUY TRÌNH".to_owned(),
        title: source.title.clone(),
        code: source.code.clone(),
        signed: Vec::new(),
        blocks: compose(&source, &|code| format!("Vai {code}")),
        ..Paper::default()
    };
    write(&paper).unwrap()
}

const KHAI_SINH: &str = "qt-ht-01-dang-ky-khai-sinh.md";

async fn bring(visitor: &Visitor, files: &[(&str, &[u8])]) -> Reply {
    let files: Vec<(&str, &str, &[u8])> = files.iter().map(|(name, bytes)| ("files", *name, *bytes)).collect();
    visitor.get("/documents/import").await.is(200).says("docx.list.title");
    visitor.post_files("/documents/import", &[], &files).await
}

/// Drafts and documents of the office.
fn documents(office: &TestOffice) -> Vec<String> {
    lines(
        &mut office.connect(),
        "SELECT code AS value FROM documents ORDER BY code",
    )
}

const CODE: [(&str, &str); 5] = [
    ("code", "QT.HT.01"),
    ("kind", "work_procedure"),
    ("title", "Đăng ký khai sinh"),
    ("field", "Hộ tịch"),
    ("tthc_code", "1.001193"),
];

fn form<'a>(changed: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![("row_version", "1")];
    fields.extend(
        CODE.iter()
            .filter(|(name, _)| changed.iter().all(|(own, _)| own != name)),
    );
    fields.extend(changed);
    fields
}

#[actix_web::test]
async fn many_word_files_are_read_at_once_and_one_that_cannot_be_read_keeps_no_other_back() {
    let office = office().await;
    let secretary = office.sign_in("thuky").await;
    let old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0".as_slice();
    let (one, two) = (word(KHAI_SINH), word("qt-ht-02-dang-ky-ket-hon.md"));
    let sent = bring(
        &secretary,
        &[("khai sinh.docx", &one), ("cu.doc", old), ("../../ket hon.docx", &two)],
    )
    .await;
    sent.is(303)
        .leads_to("/documents/import?done=documents.words_brought_in");
    let page = secretary.get("/documents/import").await;
    page.is(200)
        .says("khai sinh.docx")
        .says("QT.HT.02")
        .says("docx.state.unreadable")
        .says("docx.fault.old-word");
    page.says("ket hon.docx").lacks("../../");
    secretary
        .get("/documents/import?state=waiting")
        .await
        .is(200)
        .lacks("cu.doc");
    secretary
        .get("/documents/import/2")
        .await
        .is(200)
        .says("docx.fault.old-word")
        .lacks("docx.review.make");
    assert!(
        documents(&office).is_empty(),
        "nothing is a document before somebody says so"
    );
    bring(&secretary, &[]).await.is(422).says("docx.refused.no_file");
}

#[actix_web::test]
async fn a_review_shows_the_source_beside_the_result_and_makes_the_draft_with_the_original_beside_it() {
    let office = office().await;
    let secretary = office.sign_in("thuky").await;
    let bytes = word(KHAI_SINH);
    bring(&secretary, &[("khai sinh.docx", &bytes)]).await.is(303);
    let page = secretary.get("/documents/import/1").await;
    page.is(200)
        .says("docx.review.source")
        .says("docx.review.result")
        .says("Vai motcua");
    let html = String::from_utf8_lossy(&page.bytes).into_owned();
    let link = html.split("href=\"#block-").nth(1).expect("a note leads to its place");
    let block = link.split('"').next().unwrap();
    assert!(html.contains(&format!("id=\"block-{block}\"")));
    // What is missing is told and what was typed is kept.
    let refused = secretary
        .post(
            "/documents/import/1/draft",
            &form(&[("code", ""), ("title", "Tên <b>khác</b>")]),
        )
        .await;
    refused.is(422).says("form.needed").says("Tên <b>khác</b>");
    secretary
        .post("/documents/import/1/draft", &form(&[("code", "a b/c")]))
        .await
        .is(422);
    assert!(documents(&office).is_empty());
    let made = secretary.post("/documents/import/1/draft", &form(&[])).await;
    made.is(303);
    let id = VersionId::of(
        made.location()
            .trim_start_matches("/versions/")
            .split('/')
            .next()
            .unwrap(),
    );
    let (content, files) = office
        .read(|work| {
            let content = documents::content_of(work, &id)?;
            Ok::<_, quytrinh::web::Failure>((content, documents::version_files_of(work, &id)?))
        })
        .unwrap();
    let library = source(KHAI_SINH);
    assert_eq!(content.source.steps.len(), library.steps.len());
    assert_eq!(content.source.durations, library.durations);
    assert_eq!(content.source.tthc[0].code, "1.001193");
    assert_eq!(files[0].name, "khai sinh.docx");
    let original = secretary.get(&format!("/files/{}", files[0].sha256)).await;
    assert_eq!(
        original.bytes, bytes,
        "the original lies beside the draft, byte for byte"
    );
    a_second_decision_is_told_who_decided(&secretary).await;
}

async fn a_second_decision_is_told_who_decided(secretary: &Visitor) {
    // A second decision is told who decided.
    secretary
        .post("/documents/import/1/draft", &form(&[("code", "QT.X")]))
        .await
        .is(409)
        .says("docx.refused.decided");
    secretary
        .post("/documents/import/1/leave", &[("row_version", "2")])
        .await
        .is(409);
    secretary
        .get("/documents/import/1")
        .await
        .is(200)
        .says("docx.state.drafted")
        .lacks("docx.review.make_title");
}

#[actix_web::test]
async fn a_code_that_is_taken_leaves_the_file_waiting_and_a_file_may_be_left() {
    let office = office().await;
    let secretary = office.sign_in("thuky").await;
    let bytes = word(KHAI_SINH);
    bring(&secretary, &[("a.docx", &bytes), ("b.docx", &bytes)])
        .await
        .is(303);
    secretary.post("/documents/import/1/draft", &form(&[])).await.is(303);
    let taken = secretary.post("/documents/import/2/draft", &form(&[])).await;
    taken.is(409).says("QT.HT.01");
    secretary
        .post("/documents/import/2/leave", &[("row_version", "1")])
        .await
        .is(303);
    secretary
        .get("/documents/import?state=left")
        .await
        .is(200)
        .says("b.docx")
        .lacks("a.docx");
    assert_eq!(documents(&office), ["QT.HT.01"]);
    let acts = lines(
        &mut office.connect(),
        "SELECT act AS value FROM ledger WHERE act LIKE 'word.%' ORDER BY seq",
    );
    assert_eq!(
        acts,
        ["word.brought_in", "word.brought_in", "word.drafted", "word.left"]
    );
}

#[actix_web::test]
async fn only_those_who_write_documents_bring_files_in_and_other_offices_see_none() {
    let office = office().await;
    let secretary = office.sign_in("thuky").await;
    bring(&secretary, &[("a.docx", &word(KHAI_SINH))]).await.is(303);
    let official = office.sign_in("canbo").await;
    for path in ["/documents/import", "/documents/import/1"] {
        official.get(path).await.is(403);
    }
    official
        .post("/documents/import/1/leave", &[("row_version", "1")])
        .await
        .is(403);
    let refused = office.act_as("canbo", |work| documents::leave_word(work, (1, 1)));
    assert!(matches!(refused, Err(quytrinh::web::Failure::Forbidden(_))));
    secretary.get("/documents/import/99").await.is(404);
}

#[actix_web::test]
async fn the_database_holds_what_was_decided_on_a_word_file() {
    let office = office().await;
    let secretary = office.sign_in("thuky").await;
    bring(&secretary, &[("a.docx", &word(KHAI_SINH)), ("b.pdf", b"%PDF-1.7")])
        .await
        .is(303);
    let refuse = |sql: &str| {
        let mut conn = office.connect();
        conn.batch_execute("BEGIN").unwrap();
        let said = conn.batch_execute(sql).err().map(|cause| cause.to_string());
        conn.batch_execute("ROLLBACK").unwrap();
        said.unwrap_or_else(|| panic!("the database did it: {sql}"))
    };
    let set = |what: &str, number: i64| {
        format!("UPDATE word_files SET {what}, row_version = row_version + 1 WHERE number = {number}")
    };
    refuse(&set("state = 'drafted'", 1));
    refuse(&set("state = 'left'", 1));
    refuse(&set("state = 'waiting'", 2));
    refuse(&set("state = 'lost'", 1));
    assert!(refuse(&set("file_name = 'x'", 1)).contains("stays as it is"));
    assert!(refuse("DELETE FROM word_files").contains("only ever added to"));
    secretary
        .post("/documents/import/1/leave", &[("row_version", "1")])
        .await
        .is(303);
    assert!(refuse(&set("notes = 0", 1)).contains("stays as it is"));
}

#[actix_web::test]
async fn a_version_goes_out_as_a_word_file_that_says_whether_it_is_a_draft() {
    let office = office().await;
    let secretary = office.sign_in("thuky").await;
    bring(&secretary, &[("a.docx", &word(KHAI_SINH))]).await.is(303);
    secretary.post("/documents/import/1/draft", &form(&[])).await.is(303);
    let out = secretary.get("/documents/QT.HT.01/docx?version=1").await;
    out.is(200);
    assert!(out.header("content-disposition").contains("QT.HT.01.v1.docx"));
    let back = read(&out.bytes).unwrap();
    assert!(format!("{:?}", back.head).contains("DỰ THẢO"));
    assert!(format!("{:?}", back.blocks).contains("Tiếp nhận"));
    let official = office.sign_in("canbo").await;
    official.get("/documents/QT.HT.01/docx?version=1").await.is(404);
}

#[actix_web::test]
async fn an_archive_gives_the_same_bytes_back_in_another_office_and_all_or_none_of_them() {
    let first = office().await;
    let secretary = first.sign_in("thuky").await;
    let texts: Vec<String> = ["QT.A.01", "QT.A.02"]
        .iter()
        .map(|code| format!("+++\n# ghi chú riêng\nkind = \"quality_policy\"\ncode = \"{code}\"\ntitle = \"Tài liệu {code}\"\n+++\nThân.\r\n"))
        .collect();
    for text in texts.clone() {
        first
            .act_as("thuky", move |work| documents::create(work, &text))
            .unwrap();
    }
    let all = secretary.get("/documents/archive?versions=all").await;
    all.is(200);
    let official = first.sign_in("canbo").await;
    let seen = official.get("/documents/archive?versions=all").await;
    assert!(seen.bytes.len() < all.bytes.len(), "drafts of others are not in it");
    // Here the codes are taken: nothing is brought in.
    let bytes = all.bytes.as_slice();
    let send = |bytes: &[u8]| [("archive", "kho.zip", bytes.to_vec())];
    let files = send(bytes);
    let files = [(files[0].0, files[0].1, files[0].2.as_slice())];
    secretary.get("/documents/import").await;
    secretary
        .post_files("/documents/archive", &[], &files)
        .await
        .is(409)
        .says("QT.A.01");
    let other = office().await;
    let keeper = other.sign_in("thuky").await;
    keeper.get("/documents/import").await;
    keeper.post_files("/documents/archive", &[], &files).await.is(303);
    let again = keeper.get("/documents/archive?versions=all").await;
    assert_eq!(again.bytes, all.bytes, "the same bytes, the same manifest");
    assert_eq!(documents(&other), ["QT.A.01", "QT.A.02"]);
    // Whoever changes a byte is found out, and nothing is kept of it.
    let third = office().await;
    third
        .act_as("thuky", move |work| documents::create(work, &texts[1].clone()))
        .unwrap();
    let keeper = third.sign_in("thuky").await;
    keeper.get("/documents/import").await;
    keeper
        .post_files("/documents/archive", &[], &files)
        .await
        .is(409)
        .says("QT.A.02");
    assert_eq!(documents(&third), ["QT.A.02"], "all or none");
    let mut broken = bytes.to_vec();
    broken.truncate(bytes.len() - 30);
    keeper
        .post_files("/documents/archive", &[], &[("archive", "kho.zip", &broken)])
        .await
        .is(422);
}

#[test]
fn every_note_and_every_fault_of_a_word_file_has_words() {
    let words = pages().words();
    for language in [Language::Vi, Language::En] {
        for kind in NoteKind::ALL {
            assert!(
                words.find(language, &format!("docx.note.{}", kind.code())).is_some(),
                "{kind:?}"
            );
        }
    }
    let zip = [
        "not-zip",
        "damaged",
        "too-many",
        "too-large",
        "encrypted",
        "method",
        "twice",
        "name",
    ]
    .map(|code| format!("zip-{code}"));
    let own = ["old-word", "encrypted", "other", "macros", "no-text", "too-much", "xml"].map(ToOwned::to_owned);
    for code in zip.iter().chain(&own) {
        assert!(
            words.find(Language::Vi, &format!("docx.fault.{code}")).is_some(),
            "{code}"
        );
    }
}
