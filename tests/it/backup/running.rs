//! Backups while people work: each restores, passes the whole check, and holds every act that was acknowledged before it
//! began.

use super::place::{Fresh, attach, order, passphrase};
use crate::support::TestOffice;
use crate::support::databases::{all_rows, lines};
use crate::support::rounds::{figure, rounds};
use quytrinh::app::open_database;
use quytrinh::backup::{ProblemKind, check_restored, take};
use quytrinh::db::{AnyConnection, Db};
use quytrinh::documents;
use quytrinh::kernel::{AccessRole, Actor, AgencyId};
use quytrinh::ledger;
use quytrinh::web::Failure;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Clients, and how long each waits after an act: fifty acts a second together.
const CLIENTS: usize = 4;
const PAUSE: Duration = Duration::from_millis(80);

/// How many backups are taken.
const BACKUPS: usize = 10;

/// What clients did: the key of each act that was acknowledged, and how long it took.
#[derive(Default)]
struct Journal {
    keys: Mutex<Vec<String>>,
    times: Mutex<Vec<(Instant, Duration)>>,
}

struct Client {
    db: Db,
    agency: AgencyId,
    files: Arc<PathBuf>,
    journal: Arc<Journal>,
}

impl Client {
    fn work_until(&self, number: usize, is_over: &AtomicBool) {
        let mut count = 0;
        while !is_over.load(Ordering::Relaxed) {
            count += 1;
            let key = format!("act {number}/{count}");
            let begun = Instant::now();
            self.act(&key, count % 3 == 0);
            self.journal.times.lock().unwrap().push((begun, begun.elapsed()));
            self.journal.keys.lock().unwrap().push(key);
            std::thread::sleep(PAUSE);
        }
    }

    /// An act with its entry; every third keeps a file too.
    fn act(&self, key: &str, with_file: bool) {
        let (files, key) = (self.files.clone(), key.to_owned());
        ledger::change(
            &self.db,
            Actor::house(self.agency.clone(), crate::support::opening()),
            move |work| {
                ledger::next_number(work, "acts of a test")?;
                if with_file {
                    documents::keep_file(work, &files, ("text/csv", key.repeat(2000).as_bytes()))?;
                }
                work.record("test.acted", ("test", &key), serde_json::json!({}));
                Ok::<_, Failure>(())
            },
        )
        .expect("an act during a backup");
    }
}

/// The time that 95 of 100 acts did not exceed.
fn p95(times: &[Duration]) -> Duration {
    let mut times = times.to_vec();
    times.sort();
    times[(times.len() - 1) * 95 / 100]
}

#[actix_web::test]
async fn each_backup_under_load_restores_whole_with_all_that_was_acknowledged_before() {
    let office = TestOffice::start().await;
    for number in 0..20 {
        attach(&office, &format!("file {number}").repeat(10_000));
    }
    let (journal, is_over) = (Arc::new(Journal::default()), Arc::new(AtomicBool::new(false)));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|number| {
            let client = Client {
                db: office.site.db.clone(),
                agency: office.agency.clone(),
                files: office.site.files.clone(),
                journal: Arc::clone(&journal),
            };
            let is_over = Arc::clone(&is_over);
            std::thread::spawn(move || client.work_until(number, &is_over))
        })
        .collect();
    std::thread::sleep(Duration::from_secs(2));
    let quiet = p95(&journal
        .times
        .lock()
        .unwrap()
        .iter()
        .map(|(_, took)| *took)
        .collect::<Vec<_>>());
    let to = tempfile::tempdir().unwrap();
    let mut during = Vec::new();
    let backups = rounds("D7", BACKUPS);
    for round in 0..backups {
        let acknowledged: BTreeSet<String> = journal.keys.lock().unwrap().iter().cloned().collect();
        office.wait(chrono::TimeDelta::minutes(1));
        let begun = Instant::now();
        let taken = take(&order(&office, to.path())).unwrap_or_else(|fault| panic!("backup {round}: {fault}"));
        let ended = Instant::now();
        let times = journal.times.lock().unwrap().clone();
        during.extend(
            times
                .iter()
                .filter(|(at, _)| (begun..ended).contains(at))
                .map(|(_, took)| *took),
        );
        let fresh = Fresh::new();
        let (restored, db) = fresh
            .restore(&taken.path, None)
            .unwrap_or_else(|fault| panic!("restore {round}: {fault}"));
        assert_eq!(restored.sha256, taken.sha256);
        assert_eq!(check_restored(&db, &fresh.data().join("files")).unwrap(), []);
        let found: BTreeSet<String> = db
            .read(|conn| {
                Ok::<_, Failure>(lines(
                    conn,
                    "SELECT object_id AS value FROM ledger WHERE act = 'test.acted'",
                ))
            })
            .unwrap()
            .into_iter()
            .collect();
        let lost: Vec<&String> = acknowledged.difference(&found).collect();
        assert!(lost.is_empty(), "backup {round} lost {lost:?}");
    }
    is_over.store(true, Ordering::Relaxed);
    clients.into_iter().for_each(|client| client.join().unwrap());
    let (count, busy) = (journal.keys.lock().unwrap().len(), p95(&during));
    figure(
        "D7",
        &format!(
            "{backups} of {backups} backups under load restored whole; {count} acts, p95 {quiet:.1?} before and {busy:.1?} during backups"
        ),
    );
    assert!(count > 100, "the clients did too little: {count}");
    // On a machine that does much else at once, small times say little.
    assert!(
        busy <= (quiet * 2).max(Duration::from_millis(100)),
        "p95 {quiet:?}, then {busy:?}"
    );
}

#[actix_web::test]
async fn what_is_restored_is_what_was_and_everybody_signs_in_anew() {
    let office = TestOffice::start().await;
    office.person("quantri", &[AccessRole::Administrator]);
    let visitor = office.sign_in("quantri").await;
    visitor.get("/people").await.is(200);
    let sha256 = attach(&office, "một tệp");
    let to = tempfile::tempdir().unwrap();
    // When each migration ran is of the database that it ran in.
    let rows = |conn: &mut AnyConnection| {
        let mut rows = all_rows(conn);
        rows.retain(|row| !row.contains("run_on"));
        rows
    };
    let before = rows(&mut office.connect());
    let sessions = lines(
        &mut office.connect(),
        "SELECT token_sha256 AS value FROM sessions WHERE ended_at IS NULL",
    );
    assert_eq!(sessions.len(), 1);
    let mut order = order(&office, to.path());
    order.passphrase = Some(passphrase());
    let taken = take(&order).unwrap();
    assert!(taken.name.ends_with(".locked"));
    let bytes = std::fs::read(&taken.path).unwrap();
    assert!(
        !bytes.windows(7).any(|seven| seven == b"quantri"),
        "a locked backup can be read"
    );
    let fresh = Fresh::new();
    let mut wanted = fresh.order(&taken.path, Some(passphrase()));
    wanted.by = Some("quantri".to_owned());
    let (_restored, db) = quytrinh::backup::restore(&wanted, &|url| open_database(url)).unwrap();
    let (after, marks, left) = db
        .read(|conn| {
            let marks = "SELECT act || ' ' || object_id || ' ' || details AS value FROM ledger \
                WHERE act = 'backup.restored'";
            let left = "SELECT token_sha256 AS value FROM sessions WHERE ended_at IS NULL";
            Ok::<_, Failure>((rows(conn), lines(conn, marks), lines(conn, left)))
        })
        .unwrap();
    assert_eq!(left, Vec::<String>::new(), "a session went on");
    // One mark for each of the two agencies, with the hash of the file and who restored it.
    assert_eq!(marks.len(), 2);
    let by = office.actor("quantri").person.unwrap().id;
    assert!(marks.iter().all(|mark| mark.contains(&taken.sha256)));
    assert!(marks.iter().any(|mark| mark.contains(by.as_str())), "{marks:?}");
    let new: Vec<&String> = after.iter().filter(|row| !before.contains(row)).collect();
    let gone: Vec<&String> = before.iter().filter(|row| !after.contains(row)).collect();
    // Entries and leaves that say so, hashes of the tree, and the session with its end.
    let is_hash = |row: &String| row.matches(',').count() == 2;
    let is_told = |row: &String| row.contains("restored") || is_hash(row);
    assert!(new.iter().all(|row| is_told(row)), "{new:#?}");
    assert!(gone.iter().all(|row| row.contains(&sessions[0])), "{gone:#?}");
    assert_eq!(
        documents::read_file(&fresh.data().join("files"), &sha256).unwrap(),
        "một tệp".as_bytes()
    );
}

#[actix_web::test]
async fn the_check_finds_each_thing_that_is_wrong() {
    let office = TestOffice::start().await;
    let (one, other) = (attach(&office, "một"), attach(&office, "hai"));
    let to = tempfile::tempdir().unwrap();
    let taken = take(&order(&office, to.path())).unwrap();
    let fresh = Fresh::new();
    let (restored, db) = fresh.restore(&taken.path, None).unwrap();
    let files = fresh.data().join("files");
    std::fs::remove_file(documents::file_place(&files, &one).unwrap()).unwrap();
    std::fs::write(documents::file_place(&files, &other).unwrap(), "khác").unwrap();
    crate::support::databases::unguarded(&restored.url, "DELETE FROM ledger WHERE seq = 2");
    let mut found: Vec<ProblemKind> = check_restored(&db, &files)
        .unwrap()
        .into_iter()
        .map(|one| one.kind)
        .collect();
    found.sort();
    found.dedup();
    let wanted = [
        ProblemKind::Missing,
        ProblemKind::Different,
        ProblemKind::Ledger,
        ProblemKind::Altered,
    ];
    assert_eq!(found, wanted);
}
