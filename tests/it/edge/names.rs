//! Names of files are only names (trust row F5): what is stored has the name of its content, and what is taken away has a
//! name that cannot harm.

use crate::support::TestOffice;
use crate::support::databases::lines;
use crate::support::posted::BIRTH;
use crate::support::rounds::figure;
use quytrinh::documents;
use quytrinh::kernel::AccessRole;
use quytrinh::web::Failure;
use std::path::Path;

const NAMES: [&str; 17] = [
    "../../../etc/passwd",
    "..",
    "/etc/passwd",
    "C:\\\\windows\\\\a.pdf",
    "a.pdf;b=c",
    "a%0d%0aSet-Cookie: b=c.pdf",
    "hoa\u{202e}fdp.exe",
    "CON",
    "nul.pdf",
    "aux.docx",
    ".htaccess",
    "to\u{302} khai.pdf",
    "t\u{f4} khai.pdf",
    "<script>alert(1)</script>.pdf",
    "a'b&c.pdf",
    "\u{200b}a.pdf",
    "=cmd|' /C calc'!A0.pdf",
];

fn paths_in(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() {
            found.extend(
                paths_in(&entry.path())
                    .into_iter()
                    .map(|inner| format!("{name}/{inner}")),
            );
        } else {
            found.push(name);
        }
    }
    found
}

#[actix_web::test]
async fn whatever_a_file_is_called_it_lies_under_its_hash_and_is_saved_under_a_harmless_name() {
    let office = TestOffice::start().await;
    office.person("thuky", &[AccessRole::Committee]);
    let version = office.act_as("thuky", |work| documents::create(work, BIRTH)).unwrap();
    let secretary = office.sign_in("thuky").await;
    let long = "đ".repeat(2_048);
    for (n, name) in NAMES.iter().copied().chain([long.as_str()]).enumerate() {
        let row = office
            .read(|work| documents::head(work, &version))
            .unwrap()
            .row_version
            .to_string();
        let bytes = format!("%PDF-1.7 {n}");
        let fields = [("form", "*"), ("row_version", row.as_str())];
        let sent = secretary
            .post_files(
                &format!("/versions/{version}/files"),
                &fields,
                &[("file", name, bytes.as_bytes())],
            )
            .await;
        assert_eq!(sent.status(), 303, "{name:?}");
        let stored = office
            .read(|work| Ok::<_, Failure>(documents::content_of(work, &version)?))
            .unwrap()
            .source
            .clone();
        let kept = &stored.file_name;
        assert!(
            !kept.is_empty() && kept.chars().count() <= 121,
            "{name:?} became {kept:?}"
        );
        let harms = |sign: char| sign.is_control() || "/\\<>:\"|?*\u{202e}\u{200b}".contains(sign);
        assert!(
            !kept.contains(harms) && !kept.starts_with('.'),
            "{name:?} became {kept:?}"
        );
        let hash = stored.file.strip_prefix("sha256:").unwrap();
        for asked in [kept.as_str(), name] {
            let asked: String = asked.bytes().map(|byte| format!("%{byte:02X}")).collect();
            let file = secretary.get(&format!("/files/{hash}?name={asked}")).await;
            let said = file.is(200).header("content-disposition").to_owned();
            assert!(
                said.starts_with("attachment; filename=\"") && said.contains("filename*=UTF-8''"),
                "{said}"
            );
            let is_plain = |sign: char| sign.is_ascii_alphanumeric() || "-.;=\"'*%_ ".contains(sign);
            assert!(said.chars().all(is_plain) && said.ends_with(".pdf"), "{said}");
            assert!(file.header("content-security-policy").contains("sandbox"));
        }
    }
    let hashes = lines(
        &mut office.connect(),
        "SELECT sha256 AS value FROM attached_files ORDER BY sha256",
    );
    let mut found = paths_in(&office.site.files);
    found.sort();
    let wanted: Vec<String> = hashes.iter().map(|hash| format!("{}/{hash}", &hash[..2])).collect();
    assert_eq!(found, wanted, "something lies under another name than its hash");
    // The control: as they came, these names do lead elsewhere or hide what the file is.
    let harmful =
        |name: &&&str| name.contains(|sign: char| sign.is_control() || "/\\<>:|\u{202e}\u{200b}".contains(sign));
    assert!(NAMES.iter().filter(harmful).count() >= 7);
    figure(
        "F5",
        &format!(
            "{} names that lead elsewhere or deceive: each file under its hash, each saved under a harmless name",
            NAMES.len() + 1
        ),
    );
    // Names that look the same are the same: the mark of a letter is one with it.
    assert_eq!(
        quytrinh::web::plain_name(NAMES[11]),
        quytrinh::web::plain_name(NAMES[12])
    );
}
