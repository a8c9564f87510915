//! Every file that is sent is looked at by the scanner for viruses before anything is done with it (ASVS 5.4.3).

use crate::support::databases::all_rows;
use crate::support::posted::BIRTH;
use crate::support::{Reply, TestOffice, Visitor};
use quytrinh::documents;
use quytrinh::kernel::{AccessRole, VersionId};
use quytrinh::web::Scanner;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;

/// The file by which scanners are tried: harmless, and found by every one. In two parts, or this source would be found.
fn eicar() -> Vec<u8> {
    [
        r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR",
        "-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*",
    ]
    .concat()
    .into_bytes()
}

fn exactly<const N: usize>(stream: &mut TcpStream) -> [u8; N] {
    let mut bytes = [0; N];
    stream.read_exact(&mut bytes).expect("the whole command");
    bytes
}

/// What clamd does with one connection: it takes the pieces, and finds the file by which it is tried anywhere in them.
fn answer(mut stream: TcpStream) {
    assert_eq!(&exactly::<10>(&mut stream), b"zINSTREAM\0");
    let mut file = Vec::new();
    loop {
        let length = u32::from_be_bytes(exactly(&mut stream));
        if length == 0 {
            break;
        }
        let mut piece = vec![0; usize::try_from(length).unwrap()];
        stream.read_exact(&mut piece).expect("a whole piece");
        file.extend(piece);
    }
    let tried = eicar();
    let verdict: &[u8] = if file.windows(tried.len()).any(|part| part == tried) {
        b"stream: Eicar-Test-Signature FOUND\0"
    } else {
        b"stream: OK\0"
    };
    stream.write_all(verdict).expect("somebody hears it");
}

/// Where a scanner listens that looks at so many files, and then is away.
fn scanner(files: usize) -> Scanner {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        listener
            .incoming()
            .take(files)
            .for_each(|stream| answer(stream.unwrap()))
    });
    address.to_string().parse().unwrap()
}

/// Sends a paper of the secretary's to a draft of hers, with these bytes in it.
async fn send(office: &TestOffice, secretary: &Visitor, version: &VersionId, inside: &[u8]) -> Reply {
    let row = office
        .read(|work| documents::head(work, version))
        .unwrap()
        .row_version
        .to_string();
    let bytes = [b"%PDF-1.7\n", inside].concat();
    let (path, fields) = (
        format!("/versions/{version}/files"),
        [("form", "*"), ("row_version", row.as_str())],
    );
    secretary
        .post_files(&path, &fields, &[("file", "phu luc.pdf", &bytes)])
        .await
}

fn files_in(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| {
            if entry.path().is_dir() {
                files_in(&entry.path())
            } else {
                1
            }
        })
        .sum()
}

#[actix_web::test]
async fn what_the_scanner_finds_is_refused_and_while_it_is_away_no_file_is_taken() {
    for (scanner, wanted) in [(Some(scanner(2)), [303, 422, 503]), (None, [303, 303, 303])] {
        let is_set = scanner.is_some();
        let office = TestOffice::start_with(|site| site.scanner = scanner.map(Arc::new)).await;
        office.person("thuky", &[AccessRole::Committee]);
        let version = office.act_as("thuky", |work| documents::create(work, BIRTH)).unwrap();
        let secretary = office.sign_in("thuky").await;
        send(&office, &secretary, &version, b"clean").await.is(wanted[0]);
        let before = (all_rows(&mut office.connect()), files_in(&office.site.files));
        let harmful = send(&office, &secretary, &version, &eicar()).await;
        harmful.is(wanted[1]);
        let unseen = send(&office, &secretary, &version, b"nobody looks at it").await;
        unseen.is(wanted[2]);
        let after = (all_rows(&mut office.connect()), files_in(&office.site.files));
        // The control: without a scanner both are kept.
        assert_eq!(before == after, is_set, "{wanted:?}");
        if is_set {
            harmful.says("Eicar-Test-Signature").says("phu luc.pdf");
            unseen.says("failure.title.no_scanner");
            assert_eq!(unseen.header("retry-after"), "2");
        }
    }
}
