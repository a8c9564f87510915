//! Files take so much room and no more (trust row F2): counted in the act, before anything is written.

use super::server::{ask, open, status};
use crate::support::browser::Browser;
use crate::support::databases::lines;
use crate::support::posted::BIRTH;
use crate::support::{PASSWORD, TestOffice};
use diesel::connection::SimpleConnection;
use quytrinh::app::EdgeSettings;
use quytrinh::documents::{self, file_place};
use quytrinh::kernel::{AccessRole, VersionId};
use quytrinh::web::Failure;
use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::Duration;

async fn office() -> (TestOffice, VersionId) {
    let office = TestOffice::start().await;
    office.person("thuky", &[AccessRole::Committee]);
    let version = office.act_as("thuky", |work| documents::create(work, BIRTH)).unwrap();
    (office, version)
}

/// Says that the agency has a file of this size, without its bytes.
fn pretend(office: &TestOffice, letter: char, bytes: i64) -> String {
    let sha256 = letter.to_string().repeat(64);
    let sql = format!(
        "INSERT INTO attached_files (agency_id, sha256, media_type, bytes, added_at) \
         VALUES ('{}', '{sha256}', 'application/pdf', {bytes}, '2026-11-23 00:00:00')",
        office.agency
    );
    office.connect().batch_execute(&sql).unwrap();
    sha256
}

fn files_in(folder: &Path) -> usize {
    let Ok(inside) = std::fs::read_dir(folder) else {
        return 0;
    };
    let count = |entry: std::fs::DirEntry| {
        if entry.path().is_dir() {
            files_in(&entry.path())
        } else {
            1
        }
    };
    inside.flatten().map(count).sum()
}

fn attach(office: &TestOffice, bytes: &'static [u8]) -> Result<String, Failure> {
    let dir = office.site.files.clone();
    office.act_as("thuky", move |work| documents::attach(work, &dir, bytes))
}

#[actix_web::test]
async fn an_agency_has_five_gib_for_its_files_and_is_told_when_they_are_full() {
    let (office, version) = office().await;
    pretend(&office, 'a', (5 << 30) - 20);
    let secretary = office.sign_in("thuky").await;
    let (before, files) = (office.digest(), files_in(&office.site.files));
    let row = office
        .read(|work| documents::head(work, &version))
        .unwrap()
        .row_version
        .to_string();
    let fields = [("form", "*"), ("row_version", row.as_str())];
    let file = [("file", "a.pdf", b"%PDF-1.7 twenty-one bytes".as_slice())];
    let page = secretary
        .post_files(&format!("/versions/{version}/files"), &fields, &file)
        .await;
    page.is(422).says("documents.refused.agency_full");
    assert_eq!((office.digest(), files_in(&office.site.files)), (before, files));
    // What fits is taken, also when it is there already, and another agency has its own room.
    attach(&office, b"%PDF-1.7 small").unwrap();
    attach(&office, b"%PDF-1.7 small").unwrap();
    let neighbour = office.neighbour();
    neighbour.person("thuky", &[AccessRole::Committee]);
    attach(&neighbour, b"%PDF-1.7 twenty-one bytes").unwrap();
}

#[actix_web::test]
async fn the_files_of_one_version_are_two_hundred_mib_at_most() {
    let (office, version) = office().await;
    let [one, two] = ['b', 'c'].map(|letter| pretend(&office, letter, 101 << 20));
    let content = office
        .read(|work| Ok::<_, Failure>(documents::content_of(work, &version)?))
        .unwrap();
    let naming = |hashes: &[&String]| {
        let mut source = content.source.clone();
        let like = source.forms[0].clone();
        source.forms = hashes
            .iter()
            .map(|hash| quytrinh::procedures::FormRow {
                code: format!("BM.HT.01.0{}", &hash[..1]),
                file: format!("sha256:{hash}"),
                file_name: "a.pdf".to_owned(),
                ..like.clone()
            })
            .collect();
        quytrinh::procedures::write(&source)
    };
    let save = |text: String| {
        let (version, row) = (
            version.clone(),
            office.read(|work| documents::head(work, &version)).unwrap().row_version,
        );
        office.act_as("thuky", move |work| documents::save(work, &version, row, &text))
    };
    let before = office.digest();
    let refused = save(naming(&[&one, &two]));
    let Err(Failure::Invalid(say)) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(say.key, "documents.refused.version_full");
    assert_eq!(office.digest(), before);
    save(naming(&[&one])).unwrap();
}

#[actix_web::test]
async fn the_file_of_a_change_that_broke_off_is_removed_and_a_known_one_stays() {
    let (office, version) = office().await;
    let kept = attach(&office, b"%PDF-1.7 kept").unwrap();
    let secretary = office.sign_in("thuky").await;
    let fields = [("form", "*"), ("row_version", "77")];
    let file = [("file", "a.pdf", b"%PDF-1.7 of a stale form".as_slice())];
    let before = office.digest();
    let stale = secretary
        .post_files(&format!("/versions/{version}/files"), &fields, &file)
        .await;
    stale.is(409);
    assert_eq!(office.digest(), before);
    // The control: something is there to be removed.
    let files = &office.site.files;
    assert_eq!(files_in(files), 2);
    std::fs::write(files.join("note.txt"), b"not ours").unwrap();
    assert_eq!(documents::drop_orphans(&office.site.db, files).unwrap(), 1);
    assert_eq!(documents::drop_orphans(&office.site.db, files).unwrap(), 0);
    assert!(file_place(files, &kept).unwrap().exists() && files.join("note.txt").exists());
    let known = lines(&mut office.connect(), "SELECT sha256 AS value FROM attached_files");
    assert_eq!(known, vec![kept]);
}

/// A form with a file, as browsers send it, with another length than it has or none.
fn sent(cookies: &str, version: &VersionId, length: &str) -> Vec<u8> {
    let body =
        "--E\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n%PDF-1.7 lying\r\n--E--\r\n";
    let length = length.replace("{}", &body.len().to_string());
    format!(
        "POST /versions/{version}/files HTTP/1.1\r\nHost: a\r\nCookie: {cookies}\r\n{length}\r\n\
         Content-Type: multipart/form-data; boundary=E\r\n\r\n{body}"
    )
    .into_bytes()
}

fn cut_off(address: SocketAddr, bytes: &[u8]) {
    let mut stream = TcpStream::connect(address).unwrap();
    drop(stream.write_all(bytes));
}

#[actix_web::test]
async fn lengths_that_lie_and_forms_that_break_off_leave_nothing() {
    let (office, version) = office().await;
    let address = open(&office, EdgeSettings::default());
    let mut secretary = Browser::new(address);
    secretary.sign_in("thuky", PASSWORD).unwrap();
    let cookies = secretary.cookie_line();
    let (before, files) = (office.digest(), files_in(&office.site.files));
    let wait = Duration::from_secs(2);
    for lie in [
        "Content-Length: 5",
        "Content-Length: 0",
        "Content-Length: 60",
        "Content-Length: 99999999999999999999",
        "Content-Length: -1",
        "Content-Length: {}\r\nContent-Length: 3",
        "Content-Length: {}\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked",
    ] {
        let answer = ask(address, &sent(&cookies, &version, lie), wait);
        assert!(
            !answer.contains("HTTP/1.1 303") && !answer.contains("HTTP/1.1 200"),
            "{lie}: {answer}"
        );
    }
    // A length that says more than comes: the connection is closed in the middle of it.
    for cut in [1, 40, 150, 200, 260, 300] {
        let whole = sent(&cookies, &version, "Content-Length: 400");
        cut_off(address, &whole[..cut.min(whole.len())]);
    }
    // Ten thousand parts are more than any form has.
    let parts = "--E\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n".repeat(10_000) + "--E--\r\n";
    let head = format!(
        "POST /versions/{version}/files HTTP/1.1\r\nHost: a\r\nConnection: close\r\nCookie: {cookies}\r\n\
         Content-Length: {}\r\nContent-Type: multipart/form-data; boundary=E\r\n\r\n",
        parts.len()
    );
    let answer = ask(
        address,
        &[head.as_bytes(), parts.as_bytes()].concat(),
        Duration::from_secs(10),
    );
    assert!(matches!(status(&answer), 0 | 413), "{answer}");
    assert_eq!((office.digest(), files_in(&office.site.files)), (before, files));
    assert_eq!(secretary.get("/documents").unwrap().status, 200);
}
