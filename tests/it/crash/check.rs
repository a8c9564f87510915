//! What must hold in the database after a crash, whatever was under way.

use super::people::{Deed, Journal, Noted, Outcome};
use crate::support::databases::{SERVER, lines};
use diesel::prelude::*;
use hmac::{Hmac, Mac};
use quytrinh::db::{AnyConnection, Keyring};
use quytrinh::procedures::fold;
use sha2::Sha256;
use std::collections::BTreeMap;

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = diesel::sql_types::Text)]
    key: String,
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    times: i64,
}

fn counted(conn: &mut AnyConnection, sql: &str) -> BTreeMap<String, i64> {
    let rows = diesel::sql_query(sql).load::<Counted>(conn).expect(sql);
    rows.into_iter().map(|row| (row.key, row.times)).collect()
}

/// The cases of an applicant, as `name/code`. Names are sealed: they are looked for by the keyed hashes of their words,
/// made here anew from the office's key.
fn intakes(conn: &mut AnyConnection, journal: &Journal, keys: &Keyring) -> BTreeMap<String, i64> {
    let agencies = lines(conn, "SELECT id AS value FROM agencies");
    let mut found = BTreeMap::new();
    for (noted, agency) in journal
        .iter()
        .filter(|noted| noted.deed == Deed::Intake)
        .flat_map(|noted| agencies.iter().map(move |agency| (noted, agency)))
    {
        let key = keys.derived("words", agency);
        let tokens: Vec<String> = fold(&noted.key)
            .split_whitespace()
            .map(|word| {
                let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key.as_slice()).unwrap();
                mac.update(format!("name:{word}").as_bytes());
                let bytes = mac.finalize().into_bytes();
                let token: String = bytes.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
                format!("'{token}'")
            })
            .collect();
        let sql = format!(
            "SELECT c.code AS key, count(*) AS times FROM personal_words w JOIN cases c ON c.id = w.subject_id \
            JOIN personal_data d ON d.subject_id = c.id AND d.field = 'full_name' AND d.ciphertext IS NOT NULL \
            WHERE w.token IN ({}) GROUP BY c.code HAVING count(*) = {}",
            tokens.join(", "),
            tokens.len()
        );
        for code in counted(conn, &sql).into_keys() {
            found.insert(format!("{}/{code}", noted.key), 1);
        }
    }
    found
}

/// Cases whose data no key opens.
fn without_key(conn: &mut AnyConnection, keys: &Keyring) -> Vec<String> {
    let sealed =
        "SELECT DISTINCT agency_id || '/' || subject_id AS value FROM personal_data WHERE ciphertext IS NOT NULL";
    let has_key = |line: &String| {
        let (agency, subject) = line.split_once('/').unwrap();
        !keys.keys_of(agency, &[subject]).unwrap().is_empty()
    };
    lines(conn, sealed).into_iter().filter(|line| !has_key(line)).collect()
}

/// Acts by key: how often each is in the database.
const STORED: [(Deed, &str); 2] = [
    (
        Deed::Step,
        "SELECT note AS key, count(*) AS times FROM case_events GROUP BY 1",
    ),
    (
        Deed::Signature,
        "SELECT s.version_id || '/' || p.username AS key, count(*) AS times FROM signatures s \
        JOIN persons p ON p.id = s.person_id WHERE s.verdict = 'signed' GROUP BY 1",
    ),
];

/// What may never be: a sentence, and the query that lists where it is.
const NEVER: [(&str, &str); 9] = [
    (
        "a case has not as many events as entries in the ledger",
        "SELECT c.code AS value FROM cases c WHERE (SELECT count(*) FROM case_events e WHERE e.case_id = c.id) <> \
        (SELECT count(*) FROM ledger l WHERE l.object_id = c.id AND l.act IN ('case.step_performed', \
        'case.off_workflow_recorded', 'case.stopped', 'case.finished'))",
    ),
    (
        "a case was not received exactly once, by the ledger",
        "SELECT c.code AS value FROM cases c WHERE (SELECT count(*) FROM ledger l WHERE l.object_id = c.id \
        AND l.act = 'case.received') <> 1",
    ),
    (
        "the ledger received a case that is not there",
        "SELECT l.object_id AS value FROM ledger l WHERE l.act = 'case.received' \
        AND NOT EXISTS (SELECT 1 FROM cases c WHERE c.id = l.object_id)",
    ),
    (
        "a case stands elsewhere than its events say",
        "SELECT c.code AS value FROM cases c WHERE c.last_seq <> \
        (SELECT coalesce(max(e.seq), 0) FROM case_events e WHERE e.case_id = c.id) OR c.last_seq <> \
        (SELECT count(*) FROM case_events e WHERE e.case_id = c.id)",
    ),
    (
        "a case has no applicant, or has ended and still waits",
        "SELECT c.code AS value FROM cases c WHERE NOT EXISTS (SELECT 1 FROM personal_data d \
        WHERE d.case_id = c.id AND d.field = 'full_name') \
        OR c.ended IS NOT NULL AND EXISTS (SELECT 1 FROM case_waiting w WHERE w.case_id = c.id)",
    ),
    (
        "a version has not as many signatures as entries in the ledger",
        "SELECT v.id AS value FROM versions v WHERE (SELECT count(*) FROM signatures s WHERE s.version_id = v.id) <> \
        (SELECT count(*) FROM ledger l WHERE l.object_id = v.id AND l.act IN ('version.reviewed', 'version.approved', \
        'version.returned'))",
    ),
    (
        "a version has another history than the ledger",
        "SELECT v.id AS value FROM versions v WHERE (SELECT count(*) FROM version_acts a WHERE a.version_id = v.id) <> \
        (SELECT count(*) FROM ledger l WHERE l.object_id = v.id AND l.act IN ('version.created', 'version.submitted', \
        'version.recalled', 'version.returned', 'version.reviewed', 'version.approved', 'version.made_effective', \
        'version.superseded', 'version.withdrawn', 'version.cancelled'))",
    ),
    (
        "a version is approved although a signature is missing",
        "SELECT v.id AS value FROM versions v WHERE v.stage IN ('approved', 'effective', 'superseded') AND EXISTS \
        (SELECT 1 FROM version_stages t WHERE t.version_id = v.id AND t.round = v.round AND NOT EXISTS \
        (SELECT 1 FROM signatures s WHERE s.version_id = v.id AND s.round = v.round AND s.stage_no = t.stage_no \
        AND s.verdict = 'signed'))",
    ),
    (
        "the ledger has a gap",
        "SELECT agency_id AS value FROM ledger GROUP BY agency_id HAVING max(seq) <> count(*) OR min(seq) <> 1",
    ),
];

/// Everything that is wrong.
pub fn findings(conn: &mut AnyConnection, journal: &Journal, keys: &Keyring) -> Vec<String> {
    let mut wrong = Vec::new();
    let received = intakes(conn, journal, keys);
    for noted in journal.iter().filter(|noted| noted.deed == Deed::Intake) {
        wrong.extend(lost_or_doubled(noted, &received));
    }
    let closed = without_key(conn, keys);
    wrong.extend(
        closed
            .into_iter()
            .map(|place| format!("sealed data have no key: {place}")),
    );
    for (deed, sql) in STORED {
        let stored = counted(conn, sql);
        for noted in journal.iter().filter(|noted| noted.deed == deed) {
            wrong.extend(lost_or_doubled(noted, &stored));
        }
    }
    for (sentence, sql) in NEVER {
        wrong.extend(lines(conn, sql).into_iter().map(|place| format!("{sentence}: {place}")));
    }
    if SERVER.is_none() {
        let sound = lines(conn, "SELECT integrity_check AS value FROM pragma_integrity_check");
        wrong.extend(sound.into_iter().filter(|line| line != "ok"));
        let unbound = "SELECT \"table\" || ' → ' || parent AS value FROM pragma_foreign_key_check";
        wrong.extend(lines(conn, unbound));
    }
    wrong
}

fn lost_or_doubled(noted: &Noted, stored: &BTreeMap<String, i64>) -> Option<String> {
    let times = |key: &str| stored.get(key).copied().unwrap_or(0);
    let found = match (noted.deed, &noted.case) {
        (Deed::Step, _) => times(&noted.key),
        (Deed::Signature, _) => times(&format!("{}/{}", noted.key, noted.who)),
        (Deed::Intake, Some(code)) => times(&format!("{}/{code}", noted.key)),
        (Deed::Intake, None) => stored
            .iter()
            .filter(|(key, _)| key.starts_with(&format!("{}/", noted.key)))
            .map(|(_, times)| times)
            .sum(),
    };
    let is_right = match noted.outcome {
        Outcome::Done => found == 1,
        Outcome::Refused => found == 0,
        Outcome::Unknown => found <= 1,
    };
    // A signature that was refused because the same one, cut off before, had been kept is there once.
    let is_known = noted.deed == Deed::Signature && noted.outcome == Outcome::Refused && found <= 1;
    (!is_right && !is_known).then(|| format!("{noted:?} is stored {found} times"))
}
