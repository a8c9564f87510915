//! Versions as PDF: the sheet that is signed, and what is printed of drafts, versions in force and old ones.

use super::{approve, create, day, document, head, office, open_draft, return_it, save, sign, submit, text};
use crate::support::TestOffice;
use diesel::connection::SimpleConnection;
use quytrinh::documents::{self, Imprint, print_version, printable};
use quytrinh::kernel::VersionId;
use sha2::{Digest, Sha256};

fn today() -> chrono::NaiveDate {
    day(2026, 11, 23)
}

/// What `pdftotext` takes out of a PDF, blanks made one; none where it is not installed (`tests/run` installs it).
pub(crate) fn text_of(bytes: &[u8]) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("paper.pdf");
    std::fs::write(&path, bytes).unwrap();
    let done = std::process::Command::new("pdftotext")
        .args(["-raw", path.to_str().unwrap(), "-"])
        .output()
        .ok()?;
    let text = String::from_utf8(done.stdout).unwrap();
    Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

pub(super) fn printed(office: &TestOffice, version: &VersionId) -> Vec<u8> {
    let version = version.clone();
    let found = office
        .read(move |work| {
            let head = documents::head(work, &version)?;
            printable(work, &head)
        })
        .unwrap();
    let imprint = Imprint {
        address: Some("https://iso.example".to_owned()),
        ..Imprint::default()
    };
    print_version(&found, &imprint).unwrap().bytes
}

#[track_caller]
pub(super) fn says(bytes: &[u8], wanted: &[&str], unwanted: &[&str]) {
    let Some(text) = text_of(bytes) else { return };
    for one in wanted {
        assert!(text.contains(one), "{one} is not in: {text}");
    }
    for one in unwanted {
        assert!(!text.contains(one), "{one} is in: {text}");
    }
}

fn hash_of(office: &TestOffice, version: &VersionId, round: i64) -> String {
    let sql = format!("SELECT sha256 AS value FROM version_sheets WHERE version_id = '{version}' AND round = {round}");
    let mut found = crate::support::databases::lines(&mut office.connect(), &sql);
    found.pop().expect("the sheet of the round")
}

#[actix_web::test]
async fn the_sheet_of_a_round_is_made_again_with_the_bytes_whose_hash_was_kept() {
    let office = office().await;
    let version = create(&office, "CSCL");
    submit(&office, "thuky", &version, today()).unwrap();
    let first = hash_of(&office, &version, 1);
    return_it(&office, "photruongban", &version).unwrap();
    save(&office, "thuky", &version, &text("CSCL", "Chính sách chất lượng, sửa")).unwrap();
    submit(&office, "thuky", &version, today()).unwrap();
    let second = hash_of(&office, &version, 2);
    assert_ne!(first, second);
    // Names that change afterwards change nothing of what was signed.
    office
        .connect()
        .batch_execute("UPDATE agencies SET name = 'UBND xã Tên Mới'")
        .unwrap();
    let reviewer = office.sign_in("photruongban").await;
    for (round, hash) in [(1, &first), (2, &second)] {
        let reply = reviewer.get(&format!("/versions/{version}/sheet?round={round}")).await;
        reply.is(200);
        assert_eq!(reply.header("content-type"), "application/pdf");
        let found: String = Sha256::digest(&reply.bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(&found, hash);
        says(
            &reply.bytes,
            &["TỜ TRÌNH KÝ", "chưa ký", "UBND XÃ THỬ"],
            &["đã ký trên hệ thống"],
        );
    }
    reviewer
        .get(&format!("/versions/{version}"))
        .await
        .is(200)
        .says(&second);
    for path in ["sheet?round=3", "sheet?round=x", "sheet"] {
        reviewer.get(&format!("/versions/{version}/{path}")).await.is(404);
    }
    // Who may not read the version may not read its sheet.
    let other = office.sign_in("canbo").await;
    other.get(&format!("/versions/{version}/sheet?round=2")).await.is(404);
    other.get(&format!("/versions/{version}/pdf")).await.is(404);
}

#[actix_web::test]
async fn a_sheet_that_the_program_would_make_otherwise_is_not_passed_off_as_the_signed_one() {
    let office = office().await;
    let version = create(&office, "CSCL");
    submit(&office, "thuky", &version, today()).unwrap();
    let other = format!(
        "INSERT INTO version_rounds (agency_id, version_id, round, source, content_sha256, submitted_at) \
         SELECT agency_id, version_id, 2, source, content_sha256, submitted_at FROM version_rounds \
         WHERE version_id = '{version}'; \
         INSERT INTO version_sheets (agency_id, version_id, round, setting, facts, sha256, pages) \
         SELECT agency_id, version_id, 2, 1, facts, '{}', 1 FROM version_sheets WHERE version_id = '{version}'",
        "0".repeat(64)
    );
    // Only a draft begins a round, so a forged one is refused by the database; the sheet itself is only added to.
    assert!(office.connect().batch_execute(&other).is_err());
    for sql in ["UPDATE version_sheets SET sha256 = facts", "DELETE FROM version_sheets"] {
        let said = office.connect().batch_execute(sql).unwrap_err().to_string();
        assert!(said.contains("only ever added to") || said.contains("refuse"), "{said}");
    }
}

#[actix_web::test]
async fn every_page_tells_the_state_of_its_version() {
    let office = office().await;
    let first = create(&office, "CSCL");
    says(
        &printed(&office, &first),
        &["CSCL", "Trang 1/2", "Trang 2/2", "Lần ban hành 1"],
        &[],
    );
    let draft = printed(&office, &first);
    approve(&office, &first, today());
    let issued = printed(&office, &first);
    says(
        &issued,
        &[
            "UBND XÃ THỬ",
            "Người soạn thảo",
            "Người phê duyệt",
            "Trưởng ban",
            "đã ký trên hệ thống",
            "23/11/2026",
            "https://iso.example/c/",
            "không phải bản kiểm soát",
            &head(&office, &first).content_sha256,
            &hash_of(&office, &first, 1),
        ],
        &["DỰ THẢO", "HẾT HIỆU LỰC"],
    );
    assert_eq!(
        issued,
        printed(&office, &first),
        "the same version prints the same bytes"
    );
    assert_ne!(issued, draft);
    let second = open_draft(&office, "thuky", &first).unwrap();
    approve(&office, &second, day(2026, 12, 1));
    super::morning(&office, day(2026, 12, 1));
    says(&printed(&office, &first), &["hết hiệu lực từ ngày 01/12/2026"], &[]);
    let pages = office.read({
        let document = document(&office, &first);
        move |work| documents::heads_of(work, &document)
    });
    assert_eq!(pages.unwrap().len(), 2);
    says(
        &printed(&office, &second),
        &["Theo dõi sửa đổi", "01 00 23/11/2026", "02 00 01/12/2026"],
        &[],
    );
}

/// Each page by itself still says who signed, as what, when, and by what the signature is found (trust.md 4.4).
#[actix_web::test]
async fn every_page_says_who_signed_and_a_draft_says_nobody() {
    let office = office().await;
    let version = create(&office, "CSCL");
    let footed = |bytes: &[u8]| {
        let text = text_of(bytes).expect("pdftotext");
        let pages = text.matches("Trang ").count();
        (text.matches("Chữ ký điện tử chuyên dùng").count(), pages, text)
    };
    assert_eq!(footed(&printed(&office, &version)).0, 0);
    submit(&office, "thuky", &version, today()).unwrap();
    sign(&office, "photruongban", &version).unwrap();
    sign(&office, "truongban", &version).unwrap();
    let (count, pages, text) = footed(&printed(&office, &version));
    assert!(pages >= 2, "{text}");
    // Two on the cover, and one line above those of the signatures at the foot of each page.
    assert_eq!(count, 2 + pages, "{text}");
    let shown = office
        .read(|work| Ok::<_, quytrinh::web::Failure>(documents::signatures(work, &version)?))
        .unwrap();
    for one in shown {
        let sealed = one.sealed.expect("signed with a key");
        assert_eq!(text.matches(&sealed.fingerprint).count(), 1 + pages, "{text}");
        let place = format!("sau mục {} của sổ cái", sealed.ledger_size);
        assert_eq!(text.matches(&place).count(), 1 + pages, "{text}");
        let who = format!("{}, {}", one.person_name, one.position_name);
        assert_eq!(text.matches(&who).count(), pages, "{text}");
    }
}

#[actix_web::test]
async fn readers_download_a_version_and_the_handbook() {
    let office = office().await;
    let version = create(&office, "CSCL");
    let reader = office.sign_in("canbo").await;
    says(&reader.get("/handbook/pdf").await.bytes, &["0 tài liệu"], &[]);
    reader.get("/documents/CSCL/pdf").await.is(404);
    submit(&office, "thuky", &version, today()).unwrap();
    sign(&office, "photruongban", &version).unwrap();
    reader.get("/documents/CSCL/pdf").await.is(404);
    sign(&office, "truongban", &version).unwrap();
    let before = office.digest();
    let reply = reader.get("/documents/CSCL/pdf").await;
    reply.is(200);
    assert_eq!(
        reply.header("content-disposition"),
        "attachment; filename=\"CSCL.v1.pdf\""
    );
    assert!(reply.bytes.starts_with(b"%PDF-1.7"));
    reader.get("/documents/CSCL").await.is(200).says("documents.show.pdf");
    reader.get("/handbook").await.is(200).says("documents.handbook.button");
    let handbook = reader.get("/handbook/pdf").await;
    handbook.is(200);
    says(
        &handbook.bytes,
        &["SỔ TAY QUY TRÌNH", "CSCL Chính sách chất lượng 2"],
        &[],
    );
    reader.get("/handbook/pdf?field=khong-co").await.is(404);
    assert_eq!(office.digest(), before, "reading changed something");
}

#[actix_web::test]
async fn the_command_line_prints_what_is_in_force_a_version_and_the_handbook() {
    let office = office().await;
    let version = create(&office, "CSCL");
    approve(&office, &version, today());
    open_draft(&office, "thuky", &version).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (data, out) = (folder.path().to_str().unwrap(), folder.path().join("a.pdf"));
    let place = out.to_str().unwrap();
    let print = |more: &[&str]| {
        let _gone = std::fs::remove_file(place);
        let mut args = vec![
            "print",
            "--agency",
            "H38.99.01",
            "--data",
            data,
            "--database-url",
            &office.database.url,
            "--out",
            place,
        ];
        args.extend(more);
        let done = crate::support::program::run(&args);
        let said = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
        (done.status.success(), said)
    };
    let (done, said) = print(&["CSCL", "--public-address", "https://iso.example/"]);
    assert!(done && said.contains("a.pdf: 2 trang"), "{said}");
    let issued = std::fs::read(place).unwrap();
    says(&issued, &["Lần ban hành 1", "https://iso.example/c/"], &[]);
    let (done, said) = print(&["CSCL", "--version", "2"]);
    assert!(done && said.contains("không có mã QR"), "{said}");
    says(&std::fs::read(place).unwrap(), &["Lần ban hành 2"], &["/c/"]);
    let (done, said) = print(&["--handbook", "--language", "en"]);
    assert!(done && said.contains("3 pages"), "{said}");
    for (wrong, why) in [
        (vec!["KHONG"], "KHONG"),
        (vec!["CSCL", "--version", "9"], "CSCL"),
        (vec![], "CODE"),
    ] {
        let (done, said) = print(&wrong);
        assert!(!done && said.contains(why) && !out.exists(), "{said}");
    }
    let nowhere = crate::support::program::run(&["print", "CSCL", "--data", "/khong/co", "--out", place]);
    assert!(!nowhere.status.success() && !std::path::Path::new("/khong/co").exists());
}
