//! Every value that leaves the house left a trace: counted against a scripted session.

use super::*;
use crate::support::databases::lines;
use crate::trust::ledger_office;
use crate::walls::files::files;
use quytrinh::db::Halt;
use quytrinh::zip::{Archive, Limits};
use sha2::Digest;
use std::collections::BTreeMap;

/// How much of a signed list is read.
const LIST: Limits = Limits {
    files: 10,
    file: 1 << 20,
    all: 1 << 20,
};

fn counts(office: &TestOffice, case: &CaseId) -> BTreeMap<String, usize> {
    let seen = office
        .read(|work| personal::accesses_to(work, case.as_str(), 1000))
        .unwrap();
    let mut counts = BTreeMap::new();
    for one in seen {
        let name = one.purpose.as_str().to_owned();
        *counts.entry(name).or_default() += 1;
    }
    counts
}

#[actix_web::test]
async fn the_traces_of_a_scripted_session_are_exactly_what_was_opened() {
    let office = office().await;
    let case = fixture::received(&office);
    let path = format!("/cases/{}", case.code);
    let desk = office.sign_in("motcua").await;
    let official = office.sign_in("canbo").await;
    let auditor = office.sign_in("danhgia").await;
    desk.get("/cases").await.is(200).says(SAID[0]);
    for _time in 0..3 {
        desk.get(&path)
            .await
            .is(200)
            .says(SAID[0])
            .says("•••• 4321")
            .lacks(SAID[1]);
    }
    official.get(&path).await.is(200).says(SAID[0]).lacks(SAID[2]);
    desk.post(&format!("{path}/personal"), &[])
        .await
        .is(200)
        .says(SAID[1])
        .says(SAID[2]);
    desk.get(&format!("{path}/receipt")).await.is(200).says(SAID[0]);
    // Who does not handle the case sees nothing without a reason, and leaves no trace either.
    auditor.get(&path).await.is(200).lacks(SAID[0]);
    auditor.get("/cases").await.is(200).lacks(SAID[0]);
    auditor
        .post(&format!("{path}/personal"), &[])
        .await
        .is(422)
        .lacks(SAID[0]);
    let leader = office.sign_in("lanhdao").await;
    leader.get(&path).await.is(200).lacks(SAID[0]);
    leader.post(&format!("{path}/personal"), &[]).await.is(403);
    auditor
        .post(&format!("{path}/personal"), &[("reason", "complaint")])
        .await
        .is(200)
        .says(SAID[1]);
    desk.post("/cases/find", &[("who", "hoa")]).await.is(200).says(SAID[0]);
    let wanted = [("list", 2), ("page", 4), ("receipt", 1), ("shown", 2)];
    let wanted: BTreeMap<String, usize> = wanted.map(|(name, count)| (name.to_owned(), count)).into();
    assert_eq!(counts(&office, &case.id), wanted);
    // Each access has its entry in the ledger, with ids and names of fields and never a value.
    let entries = "SELECT details AS value FROM ledger WHERE act = 'personal_data.shown'";
    let entries = lines(&mut office.connect(), entries);
    assert_eq!(entries.len(), 9);
    assert!(
        entries
            .iter()
            .all(|entry| SAID.iter().all(|text| !entry.contains(text)))
    );
    assert!(entries.iter().any(|entry| entry.contains("\"reason\":\"complaint\"")));
}

#[actix_web::test]
async fn who_saw_a_case_and_what_an_account_saw_is_answered_with_a_table_that_cannot_be_cut() {
    let office = office().await;
    let case = fixture::received(&office);
    let desk = office.sign_in("motcua").await;
    for _time in 0..4 {
        desk.get(&format!("/cases/{}", case.code)).await.is(200);
    }
    let auditor = office.sign_in("danhgia").await;
    let page = auditor.get(&format!("/privacy/access?case={}", case.code)).await;
    page.is(200).says("Ông/Bà motcua").says("privacy.purpose.page");
    let page = auditor.get("/privacy/access?person=motcua").await;
    page.is(200).says(&case.code);
    let fields = [
        ("person", "motcua"),
        ("from", "2026-11-16T00:00"),
        ("to", "2026-11-17T00:00"),
    ];
    // Until the ledger has a key there is no list: an unsigned one would be worth nothing.
    let unsigned = auditor.post("/privacy/access.zip", &fields).await;
    unsigned.is(503).says("privacy.refused.no_key");
    ledger_office::seal(&office);
    let list = auditor.post("/privacy/access.zip", &fields).await;
    let mut files = Archive::open(&list.is(200).bytes, LIST).unwrap();
    let [csv, statement, note] =
        ["access.csv", "statement.txt", "statement.sig"].map(|name| files.read(name).unwrap().unwrap());
    assert_eq!(String::from_utf8(csv.clone()).unwrap().lines().count(), 5);
    let hash: String = sha2::Sha256::digest(&csv)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(list.header("x-content-sha256"), hash);
    let statement = String::from_utf8(statement).unwrap();
    assert!(
        statement.contains(&hash) && statement.contains("rows: 4\n") && statement.contains("account: motcua\n"),
        "{statement}"
    );
    let entry = "SELECT details AS value FROM ledger WHERE act = 'access_log.taken'";
    assert!(lines(&mut office.connect(), entry)[0].contains(&hash));
    // A program that shares no line with ours checks it by the public key; the controls: a row less, other words, another
    // key.
    let key = ledger_office::vault(&office)
        .signer(quytrinh::ledger::LOG, true)
        .unwrap()
        .key()
        .text();
    let folder = tempfile::tempdir_in(office.database.folder.path()).unwrap();
    let judged = |csv: &[u8], statement: &str, key: &str| {
        let files = [
            ("access.csv", csv),
            ("statement.txt", statement.as_bytes()),
            ("statement.sig", note.as_slice()),
        ];
        std::fs::write(folder.path().join("list.zip"), quytrinh::zip::write(&files).unwrap()).unwrap();
        crate::trust::ledger_bundle::reference("report.py", folder.path(), &["list.zip", "--key", key]).0
    };
    let other = ledger_office::vault(&office)
        .signer("H38.99.01", true)
        .unwrap()
        .key()
        .text();
    assert_eq!(judged(&csv, &statement, &key), 0);
    let cut = csv.iter().rposition(|byte| *byte == b'\r').unwrap_or_default();
    assert_eq!(judged(&csv[..cut.saturating_sub(20)], &statement, &key), 1);
    assert_eq!(judged(&csv, &statement.replace("rows: 4", "rows: 3"), &key), 1);
    assert_eq!(judged(&csv, &statement, &other), 1);
    // Outside of the time nothing is listed, and nobody looks at his or her own traces.
    let before = auditor
        .get("/privacy/access?person=motcua&from=2026-11-01T00:00&to=2026-11-02T00:00")
        .await;
    before.is(200).says("privacy.nobody_saw");
    auditor
        .get("/privacy/access?person=danhgia")
        .await
        .is(200)
        .says("privacy.refused.own_log");
    desk.get("/privacy/access").await.is(403);
}

#[actix_web::test]
async fn the_desk_sees_who_asked_until_the_case_has_ended_and_others_while_it_is_theirs() {
    let office = office().await;
    let open = fixture::received(&office);
    let ended = refused_case(&office);
    let desk = office.sign_in("motcua").await;
    desk.get(&format!("/cases/{}", open.code)).await.is(200).says(SAID[0]);
    let page = desk.get(&format!("/cases/{}", ended.code)).await;
    page.is(200).lacks(SAID[0]).says("cases.applicant_hidden");
    desk.get(&format!("/cases/{}/receipt", ended.code)).await.is(403);
    let clerk = office.sign_in("vanthu").await;
    clerk.get(&format!("/cases/{}", open.code)).await.is(200).lacks(SAID[0]);
    clerk
        .post("/cases/find", &[("who", SAID[0])])
        .await
        .is(200)
        .lacks(&open.code);
    let found = desk.post("/cases/find", &[("who", "099000004321")]).await;
    found.is(200).says(&open.code).lacks(&ended.code);
}

#[actix_web::test]
async fn where_no_trace_can_be_written_nothing_is_shown() {
    let office = office().await;
    let case = fixture::received(&office);
    let desk = office.sign_in("motcua").await;
    office.site.db.halt(Halt::Operator);
    let page = desk.get(&format!("/cases/{}", case.code)).await;
    page.is(200).lacks(SAID[0]).says("cases.applicant_closed");
    desk.get(&format!("/cases/{}/receipt", case.code))
        .await
        .is(503)
        .lacks(SAID[0]);
}

/// What else is encrypted, and is nobody's personal data: the key of a book, a backup, second factors, kept answers.
const OTHER_LOCKS: [&str; 5] = [
    "src/book/keys.rs",
    "src/bundle/lock.rs",
    "src/people/factors/seal.rs",
    "src/people/keys/wrap.rs",
    "src/web/sealed.rs",
];

/// Where data are decrypted although they must not be: path and the code that does it.
fn wrong_doors(sources: &[(String, String)]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (path, code) in sources {
        let is_keys = path.starts_with("src/db/keys/") || OTHER_LOCKS.contains(&path.as_str());
        if code.contains(".decrypt(") && !is_keys && path != "src/personal/seal.rs" {
            wrong.push(format!("{path} decrypts"));
        }
        if code.contains("seal::open(") && path != "src/personal/actions/door.rs" {
            wrong.push(format!("{path} opens a sealed value"));
        }
        if path == "src/personal/actions/door.rs" {
            let calls = code.matches("open_one(").count();
            let one = code.split_once("fn open_and_trace(").map_or("", |(_, after)| after);
            let body = one.split_once("\n}\n").map_or("", |(body, _)| body);
            if calls != 2 || !body.contains("open_one(") || !body.contains("trace(work") {
                wrong.push(format!("{path}: a value is opened without its trace"));
            }
        }
    }
    wrong
}

#[test]
fn nothing_decrypts_but_the_one_door_that_leaves_a_trace() {
    let mut sources: Vec<(String, String)> = files("src", ".rs")
        .into_iter()
        .map(|file| (file.path.clone(), file.code_without_tests()))
        .collect();
    assert_eq!(wrong_doors(&sources), Vec::<String>::new());
    // The control: a second door, and a door that forgot its trace.
    sources.push((
        "src/cases/other.rs".to_owned(),
        "let text = seal::open(key, place, &sealed);".to_owned(),
    ));
    for (path, code) in &mut sources {
        if path == "src/personal/actions/door.rs" {
            *code = code.replace("trace(work", "forget(work");
        }
    }
    assert_eq!(wrong_doors(&sources).len(), 2);
}
