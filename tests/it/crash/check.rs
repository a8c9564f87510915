//! What must hold in the database after a crash, whatever was under way.

use super::people::{Deed, Journal, Noted, Outcome};
use crate::support::databases::{Line, lines};
use crate::support::sealed::codes_of;
use diesel::prelude::*;
use quytrinh::db::{AnyConnection, Keyring};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::Path;

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

/// The cases of each applicant of the journal, as `name/code`.
fn intakes(conn: &mut AnyConnection, journal: &Journal, keys: &Keyring) -> BTreeMap<String, i64> {
    let mut found = BTreeMap::new();
    for noted in journal.iter().filter(|noted| noted.deed == Deed::Intake) {
        for code in codes_of(conn, keys, &noted.key) {
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
const STORED: [(Deed, &str); 3] = [
    (
        Deed::Step,
        "SELECT note AS key, count(*) AS times FROM case_events GROUP BY 1",
    ),
    (
        Deed::Signature,
        "SELECT s.version_id || '/' || p.username AS key, count(*) AS times FROM signatures s \
        JOIN persons p ON p.id = s.person_id WHERE s.verdict = 'signed' GROUP BY 1",
    ),
    (
        Deed::Attachment,
        "SELECT sha256 AS key, count(*) AS times FROM attached_files GROUP BY 1",
    ),
];

/// What may never be: a sentence, and the query that lists where it is.
const NEVER: [(&str, &str); 11] = [
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
        "the codes of cases of a day have a gap or a double",
        "SELECT substr(code, 1, length(code) - 5) AS value FROM cases GROUP BY 1 \
        HAVING max(CAST(substr(code, length(code) - 3) AS integer)) <> count(DISTINCT code) OR count(*) <> count(DISTINCT code)",
    ),
    (
        "an entry has no leaf, or a leaf no entry",
        "SELECT agency_id AS value FROM ledger l GROUP BY agency_id HAVING count(*) <> \
        (SELECT count(*) FROM ledger_leaves v WHERE v.agency_id = l.agency_id)",
    ),
    (
        "the ledger has a gap",
        "SELECT agency_id AS value FROM ledger GROUP BY agency_id HAVING max(seq) <> count(*) OR min(seq) <> 1",
    ),
];

/// Everything that is wrong with the database, with the files in `data` that it names, and with the keys there.
pub fn findings(conn: &mut AnyConnection, data: &Path, journal: &Journal) -> Vec<String> {
    match Keyring::open(&data.join("keys"), None) {
        Ok(keys) => findings_with(conn, (data, &keys), journal),
        Err(cause) => vec![format!("the keys do not open: {cause}")],
    }
}

/// As [`findings`], with these keys.
pub fn findings_with(conn: &mut AnyConnection, (data, keys): (&Path, &Keyring), journal: &Journal) -> Vec<String> {
    let unsound = damage(conn);
    if !unsound.is_empty() {
        return unsound;
    }
    let mut wrong = missing_files(conn, data);
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
    wrong.extend(out_of_order(conn, journal));
    for (sentence, sql) in NEVER {
        wrong.extend(lines(conn, sql).into_iter().map(|place| format!("{sentence}: {place}")));
    }
    wrong
}

/// What the embedded database finds in itself; when it is damaged, nothing else can be asked of it.
fn damage(conn: &mut AnyConnection) -> Vec<String> {
    if !matches!(conn, AnyConnection::Sqlite(_)) {
        return Vec::new();
    }
    let asked = "SELECT integrity_check AS value FROM pragma_integrity_check WHERE integrity_check <> 'ok' UNION ALL \
        SELECT \"table\" || ' → ' || parent FROM pragma_foreign_key_check";
    match diesel::sql_query(asked).load::<Line>(conn) {
        Ok(found) => found.into_iter().map(|line| line.value).collect(),
        Err(cause) => vec![cause.to_string()],
    }
}

/// Files that the database names and the disk does not have, or has with other bytes.
fn missing_files(conn: &mut AnyConnection, data: &Path) -> Vec<String> {
    let named = lines(conn, "SELECT DISTINCT sha256 AS value FROM attached_files");
    let lost = named.into_iter().filter(|sha256| {
        let bytes = std::fs::read(data.join("files").join(&sha256[..2]).join(sha256));
        bytes.ok().map(|bytes| hex(&bytes)).as_ref() != Some(sha256)
    });
    lost.map(|sha256| format!("the file {sha256} is lost or damaged"))
        .collect()
}

/// The SHA-256 of some bytes, in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Steps of one case whose order in the database is not the order in which people did them: a step that was begun after
/// another was acknowledged stands after it (trust.md C4).
fn out_of_order(conn: &mut AnyConnection, journal: &Journal) -> Vec<String> {
    let places = counted(
        conn,
        "SELECT case_id || '/' || note AS key, seq AS times FROM case_events",
    );
    let mut by_case: BTreeMap<&str, Vec<(i64, &Noted)>> = BTreeMap::new();
    let done: BTreeMap<&str, &Noted> = journal
        .iter()
        .filter(|noted| noted.deed == Deed::Step && noted.outcome == Outcome::Done)
        .map(|noted| (noted.key.as_str(), noted))
        .collect();
    for (key, seq) in &places {
        let known = key
            .split_once('/')
            .and_then(|(case, note)| Some((case, *done.get(note)?)));
        if let Some((case, noted)) = known {
            by_case.entry(case).or_default().push((*seq, noted));
        }
    }
    let mut wrong = Vec::new();
    for steps in by_case.values_mut() {
        steps.sort_by_key(|(seq, _)| *seq);
        let turned = steps.windows(2).filter(|pair| pair[1].1.ended < pair[0].1.begun);
        wrong.extend(turned.map(|pair| format!("{:?} stands after {:?}", pair[1].1, pair[0].1)));
    }
    wrong
}

fn lost_or_doubled(noted: &Noted, stored: &BTreeMap<String, i64>) -> Option<String> {
    let times = |key: &str| stored.get(key).copied().unwrap_or(0);
    let found = match (noted.deed, &noted.case) {
        (Deed::Step | Deed::Attachment, _) => times(&noted.key),
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
