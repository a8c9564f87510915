//! Statements that people sign with their own keys: what they cover, that no page is used twice, and that every change
//! behind the program's back is found and named.

mod batch;
mod factors;
mod keys;
mod passkeys;
mod tamper;
mod tokens;

use crate::support::{PASSWORD, TestOffice, Visitor};
use chrono::NaiveDate;
use diesel::prelude::*;
use quytrinh::documents::{self, Meaning, Needs, NewStage, SignatureProblem};
use quytrinh::kernel::{AccessRole, VersionId};
use quytrinh::people;
use quytrinh::procedures::Kind;

/// An office in which a deputy reviews and the chair approves.
pub(crate) async fn office() -> TestOffice {
    office_with(|_| {}).await
}

/// The same, with other settings.
async fn office_with(set: impl FnOnce(&mut quytrinh::web::Site)) -> TestOffice {
    let office = TestOffice::start_with(set).await;
    for (username, access) in [
        ("thuky", AccessRole::Committee),
        ("thanhvien", AccessRole::Committee),
        ("photruongban", AccessRole::Committee),
        ("truongban", AccessRole::Chair),
        ("quantri", AccessRole::Administrator),
    ] {
        office.person(username, &[access]);
    }
    for (code, name, username) in [
        ("PTB", "Phó Trưởng ban", "photruongban"),
        ("TB", "Trưởng ban", "truongban"),
    ] {
        office.position(code, name);
        office.holds(username, code);
    }
    let stages = [(Meaning::Review, "PTB"), (Meaning::Approve, "TB")].map(|(meaning, code)| NewStage {
        meaning,
        needs: Needs::All,
        positions: vec![office.read(|work| people::position_by_code(work, code)).unwrap().id],
        days: None,
    });
    office
        .act_as("truongban", move |work| {
            documents::set_route(work, Kind::QualityPolicy, &stages)
        })
        .unwrap();
    office
}

/// A submitted version that names an attached file.
pub(crate) fn submitted(office: &TestOffice, code: &str) -> (VersionId, String) {
    let pdf = format!("%PDF-1.7 {code}");
    let files = office.site.files.clone();
    let kept = office.act_as("thuky", move |work| documents::attach(work, &files, pdf.as_bytes()));
    let hash = kept.unwrap();
    let text = format!(
        "+++\ncode = \"{code}\"\nkind = \"quality_policy\"\ntitle = \"Chính sách\"\nfile = \"sha256:{hash}\"\nfile_name = \"goc.pdf\"\n+++\n# Chính sách {code}\n"
    );
    let version = office
        .act_as("thuky", move |work| documents::create(work, &text))
        .unwrap();
    let (id, day) = (version.clone(), NaiveDate::from_ymd_opt(2026, 12, 1).unwrap());
    let head = office.read(|work| documents::head(work, &version)).unwrap();
    office
        .act_as("thuky", move |work| documents::submit(work, &id, head.row_version, day))
        .unwrap();
    (version, hash)
}

pub(crate) fn sign(
    office: &TestOffice,
    username: &str,
    version: &VersionId,
) -> Result<documents::Stage, quytrinh::web::Failure> {
    let head = office.read(|work| documents::head(work, version)).unwrap();
    let (fresh, id) = (office.confirmed(username), version.clone());
    office.act_as(username, move |work| {
        documents::sign(work, &fresh, &id, &head.content_sha256)
    })
}

/// A version that both signed.
pub(crate) fn approved(office: &TestOffice, code: &str) -> (VersionId, String) {
    let (version, hash) = submitted(office, code);
    sign(office, "photruongban", &version).unwrap();
    sign(office, "truongban", &version).unwrap();
    (version, hash)
}

/// How many signatures there are, and what does not hold.
pub(crate) fn verified(office: &TestOffice) -> (usize, Vec<SignatureProblem>) {
    let home = office.site.db.home();
    office.read(|work| documents::verify_signatures(work, home)).unwrap()
}

/// What does not hold, by name.
fn flaws(office: &TestOffice) -> Vec<&'static str> {
    let mut found: Vec<&str> = verified(office).1.into_iter().map(|one| one.flaw.as_str()).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Changes a row as somebody would who has the database, past every guard.
#[track_caller]
pub(crate) fn behind(office: &TestOffice, table: &str, set: &str) {
    let mut conn = office.connect();
    let off: &[String] = &if crate::support::databases::SERVER.is_some() {
        vec![format!("ALTER TABLE {table} DISABLE TRIGGER USER")]
    } else {
        triggers(&mut conn, table)
    };
    for one in off {
        diesel::sql_query(one).execute(&mut conn).unwrap();
    }
    let changed = diesel::sql_query(format!("UPDATE {table} SET {set}"))
        .execute(&mut conn)
        .unwrap();
    assert!(changed > 0, "nothing was changed in {table}");
}

fn triggers(conn: &mut quytrinh::db::AnyConnection, table: &str) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Name {
        #[diesel(sql_type = diesel::sql_types::Text)]
        name: String,
    }
    let found: Vec<Name> = diesel::sql_query(format!(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = '{table}'"
    ))
    .load(conn)
    .unwrap();
    found
        .into_iter()
        .map(|one| format!("DROP TRIGGER {}", one.name))
        .collect()
}

/// The page of a version, and its form sent.
async fn send(visitor: &Visitor, version: &VersionId, seen: &str) -> crate::support::Reply {
    let path = format!("/versions/{version}/sign");
    visitor
        .post(&path, &[("seen_sha256", seen), ("password", PASSWORD)])
        .await
}

/// Takes the files of the only signature of a version away from its page, lets `change` change them, and has them
/// checked without the program.
async fn check_with_python(
    office: &TestOffice,
    version: &VersionId,
    change: impl FnOnce(&std::path::Path),
) -> (Option<i32>, String) {
    let given = office.read(|work| documents::signatures(work, version)).unwrap();
    let id = given[0].sealed.clone().unwrap().id;
    let reader = office.sign_in("thuky").await;
    let path = format!("/versions/{version}/signatures/{id}");
    let folder = tempfile::tempdir().unwrap();
    for name in [
        "statement.txt",
        "signature.txt",
        "key.txt",
        "manifest.txt",
        "passkey.json",
    ] {
        let file = reader.get(&format!("{path}/{name}")).await;
        file.is(200);
        std::fs::write(folder.path().join(name), file.text()).unwrap();
    }
    change(folder.path());
    let done = std::process::Command::new("python3")
        .arg("tests/verify/signature.py")
        .arg(folder.path())
        .output()
        .unwrap();
    (
        done.status.code(),
        String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr),
    )
}
