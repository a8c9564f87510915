//! T2: a witness elsewhere signs each state of a log once, and tells histories apart that were made from one backup.

use super::ledger_office::{in_order, seal, sealed_office, vault, verify};
use super::witnesses::{Log, WITNESS, posted, ward};
use crate::support::TestOffice;
use crate::support::databases::{SERVER, lines, new_folder};
use crate::support::rounds::{figure, rounds};
use chrono::TimeDelta;
use diesel::connection::SimpleConnection;
use quytrinh::app::open_database;
use quytrinh::book::{self, Answer, AskFault, Known, Outcome, Ward};
use quytrinh::db::{Db, Halt};
use quytrinh::kernel::{AccessRole, Actor, Clock};
use quytrinh::ledger::LOG;
use quytrinh::proofs::{Checkpoint, Note, NoteKey, NoteSigner, SignatureKind, cosigned_at};
use std::process::{Child, Command, Stdio};
use std::sync::Barrier;

const CODE: &str = "H38.99.01";

fn standing() -> Clock {
    Clock::standing(crate::support::opening())
}

fn status(ward: &Ward, body: &str) -> (u16, String) {
    let answer = posted(ward, body).unwrap();
    (answer.status, answer.body.trim_end().to_owned())
}

/// The rules of C2SP tlog-witness, one request after the other at one witness: what is asked, and what must be answered.
#[test]
fn a_witness_answers_each_request_as_the_protocol_says_and_keeps_nothing_that_it_refuses() {
    let (log, fork) = (Log::new("a.vn/ledger/deployment", 12, 99), Log::new("a.vn/ledger/deployment", 12, 3));
    let stranger = Log::new("b.vn/ledger/deployment", 12, 99);
    let empty = Log::new("c.vn/ledger/deployment", 2, 99);
    let thief = NoteSigner::new("a.vn/ledger/deployment", SignatureKind::Ed25519, &[8; 32]).unwrap();
    let folder = new_folder();
    let keys = [log.signer.key().text(), empty.signer.key().text()];
    let ward = ward(folder.path(), &keys, standing());
    let mut forged = log.asks(0, 5);
    forged.note = thief.sign(&log.checkpoint(5).text());
    let mut proven = log.asks(0, 5);
    proven.proof.push([1; 32]);
    let mut wrong = log.asks(5, 8);
    wrong.proof[0][0] ^= 1;
    let mut long = log.asks(5, 8);
    long.proof = vec![[1; 32]; 64];
    let mut hollow = empty.checkpoint(0);
    hollow.root = [1; 32];
    let hollow = quytrinh::proofs::AddCheckpoint {
        old: 0,
        proof: Vec::new(),
        note: empty.signer.sign(&hollow.text()),
    };
    let good = log.asks(0, 5).text();
    let table: Vec<(&str, String, u16, &str)> = vec![
        ("nothing", String::new(), 400, ""),
        ("no size", good.replacen("old 0", "new 0", 1), 400, ""),
        ("a size with a nought before it", good.replacen("old 0", "old 00", 1), 400, ""),
        ("a size below nothing", good.replacen("old 0", "old -1", 1), 400, ""),
        ("a hash that is none", good.replacen("old 0\n", "old 0\nAAAA\n", 1), 400, ""),
        ("no note", "old 0\n\nhello\n".to_owned(), 400, ""),
        ("more hashes than a proof has", long.text(), 400, ""),
        ("a log that nobody follows", stranger.asks(0, 5).text(), 404, ""),
        ("another's signature", forged.text(), 403, ""),
        ("an old size beyond the new", good.replacen("old 0", "old 6", 1), 400, ""),
        ("an old size that was never signed", log.asks(3, 5).text(), 409, "0"),
        ("a proof from nothing", proven.text(), 422, ""),
        ("the first", good.clone(), 200, ""),
        ("the first again, from nothing", good, 409, "5"),
        ("the same again", log.asks(5, 5).text(), 200, ""),
        ("another history of the same size", fork.asks(5, 5).text(), 409, "5"),
        ("a proof that is wrong", wrong.text(), 422, ""),
        ("another history, with its own proof", fork.asks(5, 8).text(), 422, ""),
        ("the next", log.asks(5, 8).text(), 200, ""),
        ("one before", log.asks(5, 6).text(), 409, "8"),
        ("one before, from the last", log.asks(5, 6).text().replacen("old 5", "old 8", 1), 400, ""),
        ("an empty log with a root", hollow.text(), 422, ""),
        ("an empty log", empty.asks(0, 0).text(), 200, ""),
        ("its first leaves", empty.asks(0, 2).text(), 200, ""),
    ];
    let kept = || -> Vec<(std::path::PathBuf, Vec<u8>)> {
        let entries = std::fs::read_dir(folder.path().join("seen")).unwrap();
        let mut found: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        found.sort();
        found.into_iter().map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
    };
    for (what, body, wanted, said) in &table {
        let before = kept();
        let (found, answer) = status(&ward, body);
        assert_eq!(found, *wanted, "{what}: {answer}");
        if *wanted == 409 {
            assert_eq!(answer, *said, "{what}");
        }
        assert!(*wanted == 200 || kept() == before, "{what}: refused and kept all the same");
    }
    figure("T2", &format!("{} requests to a witness are answered as the protocol says", table.len()));
}

#[test]
fn others_read_what_a_witness_signs_and_a_witness_reads_what_others_prove() {
    let log = Log::new("a.vn/ledger/deployment", 9, 99);
    let folder = new_folder();
    let ward = ward(folder.path(), &[log.signer.key().text()], standing());
    let (asked, key) = (log.asks(0, 9), ward.key());
    let line = ward.add(&asked.text()).unwrap().unwrap();
    let whole = format!("{}{line}", asked.note);
    // Another implementation takes the note apart and knows the key of the witness by its name and its hash.
    let theirs = signed_note::Note::from_bytes(whole.as_bytes()).unwrap();
    assert_eq!(theirs.text(), log.checkpoint(9).text().as_bytes());
    let signature = theirs.to_bytes();
    assert_eq!(signature, whole.as_bytes());
    let vkey = key.text();
    let raw = quytrinh::proofs::from_base64(vkey.rsplit('+').next().unwrap()).unwrap();
    let one = signed_note::Signature::from_bytes(line.trim_end().as_bytes()).unwrap();
    assert_eq!((one.name(), one.id()), (WITNESS, signed_note::key_id(WITNESS, &raw)));
    // The signature is over the text and the time, as cosignature/v1 says; verified here by the curve alone.
    let (time, bytes) = one.signature().split_first_chunk::<8>().unwrap();
    let message = format!("cosignature/v1\ntime {}\n{}", u64::from_be_bytes(*time), log.checkpoint(9).text());
    let curve = ed25519_dalek::VerifyingKey::from_bytes(raw[1..].try_into().unwrap()).unwrap();
    let bytes = ed25519_dalek::Signature::from_slice(bytes).unwrap();
    assert!(curve.verify_strict(message.as_bytes(), &bytes).is_ok());
    let opened = i64::try_from(u64::from_be_bytes(*time)).unwrap();
    assert_eq!(opened, crate::support::opening().and_utc().timestamp());
    // The control: another text is not what was signed.
    assert!(curve.verify_strict(message.replace("\n9\n", "\n8\n").as_bytes(), &bytes).is_err());
}

#[test]
fn of_two_requests_at_once_one_is_signed_and_nothing_is_ever_set_back() {
    let (log, folder) = (Log::new("a.vn/ledger/deployment", 600, 9999), new_folder());
    let ward = ward(folder.path(), &[log.signer.key().text()], standing());
    assert_eq!(status(&ward, &log.asks(0, 1).text()).0, 200);
    let times = rounds("T2", 20);
    let mut at = 1;
    for turn in 0..times {
        let barrier = Barrier::new(4);
        let sizes: Vec<u64> = (1..=4).map(|step| at + step).filter(|size| *size <= 600).collect();
        if sizes.len() < 4 {
            break;
        }
        let signed: Vec<u64> = std::thread::scope(|scope| {
            let asked = sizes.iter().map(|size| {
                let (log, ward, barrier) = (&log, &ward, &barrier);
                scope.spawn(move || {
                    let body = log.asks(at, *size).text();
                    barrier.wait();
                    (status(ward, &body).0 == 200).then_some(*size)
                })
            });
            let threads: Vec<_> = asked.collect();
            threads.into_iter().filter_map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(signed.len(), 1, "round {turn}: {signed:?} of {sizes:?}");
        let (known, said) = status(&ward, &log.asks(0, 600).text());
        assert_eq!((known, said), (409, signed[0].to_string()));
        at = signed[0];
    }
}

#[test]
fn a_witness_works_alone_in_its_directory_and_does_not_go_on_when_it_forgot() {
    let (log, folder) = (Log::new("a.vn/ledger/deployment", 9, 99), new_folder());
    let keys = [log.signer.key().text()];
    let first = ward(folder.path(), &keys, standing());
    let key = first.key();
    let logs = || book::logs_of(&keys[0]).unwrap();
    assert!(Ward::open(folder.path(), None, logs(), standing()).is_err(), "two at once");
    assert_eq!(status(&first, &log.asks(0, 5).text()).0, 200);
    drop(first);
    let again = Ward::open(folder.path(), None, logs(), standing()).unwrap();
    assert_eq!(again.key(), key);
    assert_eq!(status(&again, &log.asks(0, 6).text()), (409, "5".to_owned()));
    // What is kept cannot be read: nothing is signed, rather than begun anew.
    let kept = std::fs::read_dir(folder.path().join("seen")).unwrap().next().unwrap().unwrap();
    std::fs::write(kept.path(), "noise").unwrap();
    assert!(again.add(&log.asks(0, 6).text()).is_err());
    drop(again);
    std::fs::remove_dir_all(folder.path().join("seen")).unwrap();
    assert!(Ward::open(folder.path(), Some("x"), logs(), standing()).is_err(), "forgot");
    for wrong in ["a b", "x+00000000+AAAA", "a.vn/ledger/deployment"] {
        assert!(book::logs_of(wrong).is_err(), "{wrong}");
    }
}

/// Asks this witness about an office.
fn ask(office: &TestOffice, db: &Db, ward: &Ward) -> Result<Option<u64>, AskFault> {
    let asked = book::ask(db, &vault(office), &ward.key(), |body| posted(ward, body));
    asked.map(|seen| seen.map(|seen| seen.size))
}

fn ward_of(office: &TestOffice, folder: &std::path::Path) -> Ward {
    let key = vault(office).public_key(LOG).unwrap().text();
    ward(folder, &[key], office.site.clock.clone())
}

/// A copy of the database as it is, opened as another server would.
fn twin(office: &TestOffice, name: &str) -> Db {
    let copy = office.database.folder.path().join(name);
    office
        .connect()
        .batch_execute(&format!("VACUUM INTO '{}'", copy.display()))
        .unwrap();
    open_database(copy.to_str().unwrap()).unwrap()
}

fn act_on(office: &TestOffice, db: &Db, what: &'static str) {
    let house = Actor::house(office.agency.clone(), office.site.clock.now());
    quytrinh::ledger::change(db, house, move |work| {
        work.record("test.acted", ("test", what), serde_json::json!({}));
        Ok::<_, quytrinh::web::Failure>(())
    })
    .unwrap();
    book::seal_all(db, &vault(office), &office.site.clock).unwrap();
}

#[actix_web::test]
async fn an_office_that_was_seen_shows_it_and_its_bundle_proves_it_to_others() {
    let office = sealed_office().await;
    let folder = new_folder();
    let ward = ward_of(&office, folder.path());
    let keys = [ward.key()];
    let light = |office: &TestOffice| {
        let known = [keys[0].text()];
        let now = (office.site.db.halted(), office.site.clock.now());
        office.site.db.read(|conn| Ok::<_, quytrinh::db::DbError>(book::light(conn, &known, now)?)).unwrap()
    };
    assert_eq!(light(&office).why, "never");
    assert_eq!(verify(&office).witnessed_by(&keys, office.site.clock.now()).outcome, Outcome::NoWitness);
    let seen = ask(&office, &office.site.db, &ward).unwrap().unwrap();
    assert!(seen >= 2, "both offices are in the log: {seen}");
    office.person("dung", &[AccessRole::Official]);
    seal(&office);
    assert!(ask(&office, &office.site.db, &ward).unwrap().unwrap() > seen);
    in_order(&office);
    assert_eq!(verify(&office).witnessed_by(&keys, office.site.clock.now()).outcome, Outcome::Ok);
    let shown = light(&office);
    assert_eq!((shown.light, shown.name.as_deref()), ("green", Some(WITNESS)));
    let bundle = book::bundle(&office.site.db, (&office.agency, CODE)).unwrap();
    let known = |witness: &NoteKey| Known {
        key: Some(vault(&office).public_key(CODE).unwrap().fingerprint()),
        witnesses: vec![witness.clone()],
        ..Known::default()
    };
    let stranger = NoteSigner::new(WITNESS, SignatureKind::Cosignature, &[3; 32]).unwrap().key();
    assert_eq!(book::check_bundle(&bundle, &known(&keys[0])).unwrap().outcome, Outcome::Ok);
    assert_eq!(book::check_bundle(&bundle, &known(&stranger)).unwrap().outcome, Outcome::NoWitness);

    // Eight days later nobody has seen it lately; the same checkpoint shown again is enough.
    office.wait(TimeDelta::days(8));
    assert_eq!(light(&office).why, "old");
    assert_eq!(verify(&office).witnessed_by(&keys, office.site.clock.now()).outcome, Outcome::NoWitness);
    ask(&office, &office.site.db, &ward).unwrap().unwrap();
    assert_eq!(light(&office).why, "fresh");
    in_order(&office);
}

#[actix_web::test]
async fn two_servers_from_one_backup_are_told_apart_and_the_second_stops() {
    if SERVER.is_some() {
        return;
    }
    let office = sealed_office().await;
    let folder = new_folder();
    let ward = ward_of(&office, folder.path());
    ask(&office, &office.site.db, &ward).unwrap();
    let second = twin(&office, "second.db");
    // The control: as long as they are the same, the witness sees no difference.
    ask(&office, &second, &ward).unwrap();
    assert_eq!(second.halted(), None);
    act_on(&office, &office.site.db, "one");
    act_on(&office, &second, "two");
    ask(&office, &office.site.db, &ward).unwrap();
    let refused = ask(&office, &second, &ward);
    assert!(matches!(refused, Err(AskFault::Disagrees(_))), "{refused:?}");
    assert_eq!(second.halted(), Some(Halt::Witness));
    assert_eq!(office.site.db.halted(), None);
    // It stays so after a start, and the first one goes on once it is not the first one's directory.
    let again = twin(&office, "again.db");
    book::check_guards(&again, &vault(&office)).unwrap();
    assert!(again.halted().is_some());
}

#[actix_web::test]
async fn an_older_backup_is_refused_by_the_witness_although_its_own_guard_was_set_back_too() {
    if SERVER.is_some() {
        return;
    }
    let office = sealed_office().await;
    let folder = new_folder();
    let ward = ward_of(&office, folder.path());
    ask(&office, &office.site.db, &ward).unwrap();
    let old = twin(&office, "old.db");
    let guards: Vec<(&str, String)> =
        [CODE, "H38.99.02", LOG].map(|code| (code, vault(&office).last_note(code).unwrap().unwrap())).into();
    act_on(&office, &office.site.db, "later");
    ask(&office, &office.site.db, &ward).unwrap();
    for (code, note) in &guards {
        vault(&office).keep_note(code, note).unwrap();
    }
    book::check_guards(&old, &vault(&office)).unwrap();
    assert_eq!(old.halted(), None, "nothing here knows of what was lost");
    let refused = ask(&office, &old, &ward);
    let Err(AskFault::Disagrees(refusal)) = refused else {
        panic!("{refused:?}");
    };
    assert!(refusal.theirs > refusal.ours, "{refusal:?}");
    assert_eq!(old.halted(), Some(Halt::Witness));
    // Also when it grew beyond what was lost.
    std::fs::remove_file(office.database.folder.path().join("checkpoints/witness-refused.json")).unwrap();
    drop(old);
    let old = open_database(office.database.folder.path().join("old.db").to_str().unwrap()).unwrap();
    for what in ["a", "b", "c"] {
        act_on(&office, &old, what);
    }
    assert!(matches!(ask(&office, &old, &ward), Err(AskFault::Disagrees(_))));
}

#[actix_web::test]
async fn a_witness_that_is_away_or_answers_nonsense_stops_nothing() {
    let office = sealed_office().await;
    let folder = new_folder();
    let ward = ward_of(&office, folder.path());
    let answer = |status: u16, is_size: bool, body: &str| {
        let body = body.to_owned();
        let found = book::ask(&office.site.db, &vault(&office), &ward.key(), |_asked| {
            Ok(Answer { status, is_size, body: body.clone() })
        });
        assert!(found.is_err(), "{status} {body}: {found:?}");
        assert_eq!(office.site.db.halted(), None, "{status} {body}");
    };
    for (status, is_size, body) in [
        (200, false, ""),
        (200, false, "— somebody AAAAAAAAAAAA\n"),
        (403, false, "no"),
        (404, false, "no"),
        (409, false, "12\n"),
        (409, true, "many"),
        (500, false, ""),
        (302, false, ""),
    ] {
        answer(status, is_size, body);
    }
    let away = book::ask(&office.site.db, &vault(&office), &ward.key(), |_asked| Err("away".to_owned()));
    assert!(matches!(away, Err(AskFault::Unreachable(..))), "{away:?}");
    let kept = lines(&mut office.connect(), "SELECT witness AS value FROM ledger_cosignatures");
    assert!(kept.is_empty(), "{kept:?}");
}

/// `quytrinh witness` as a process, until it is dropped.
struct Served {
    child: Child,
    url: String,
}

impl Served {
    fn start(folder: &std::path::Path) -> Self {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let child = Command::new(env!("CARGO_BIN_EXE_quytrinh"))
            .args(["witness", "--name", WITNESS, "--listen", &address.to_string()])
            .arg("--state")
            .arg(folder.join("state"))
            .arg("--logs")
            .arg(folder.join("logs"))
            .stdout(std::fs::File::create(folder.join("key")).unwrap())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let begun = std::time::Instant::now();
        while std::net::TcpStream::connect(address).is_err() {
            assert!(begun.elapsed().as_secs() < 30, "the witness does not answer");
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        Self { child, url: format!("http://{address}") }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[test]
fn a_witness_that_is_killed_at_any_moment_has_never_forgotten_what_it_signed() {
    let (log, folder) = (Log::new("a.vn/ledger/deployment", 4000, 9999), new_folder());
    std::fs::write(folder.path().join("logs"), format!("# offices\n{}\n", log.signer.key().text())).unwrap();
    let times = rounds("T2", 5);
    let (mut at, mut signed) = (0_u64, 0_u64);
    for turn in 0..times {
        let served = Served::start(folder.path());
        let key = NoteKey::read(&std::fs::read_to_string(folder.path().join("key")).unwrap()).unwrap();
        // What it knows after its death is what it signed last, or the one request that was under way.
        let known = book::post(&served.url, &log.asks(3999, 4000).text()).unwrap();
        assert_eq!((known.status, known.is_size), (409, true));
        let size: u64 = known.body.trim_end().parse().unwrap();
        assert!(size == at || size == at + 1, "round {turn}: signed {at}, knows {size}");
        at = size;
        let url = served.url.clone();
        let killer = std::thread::spawn(move || {
            std::thread::sleep(std::time::Duration::from_millis(20 + 13 * u64::try_from(turn % 9).unwrap()));
            drop(served);
        });
        while at < 3990 {
            let asked = log.asks(at, at + 1);
            let Ok(answer) = book::post(&url, &asked.text()) else { break };
            assert_eq!(answer.status, 200, "{answer:?}");
            let note = Note::read(&(asked.note + &answer.body)).unwrap();
            assert!(cosigned_at(&note, &key).unwrap().is_some());
            (at, signed) = (at + 1, signed + 1);
        }
        killer.join().unwrap();
    }
    assert!(signed > 0, "nothing was signed between the kills");
    figure("T2", &format!("{times} kills of a witness after {signed} signatures: none forgotten"));
}

#[actix_web::test]
async fn at_the_command_line_an_office_is_seen_by_a_witness_over_the_network() {
    if SERVER.is_some() {
        return;
    }
    let office = sealed_office().await;
    let (folder, data) = (new_folder(), office.database.folder.path());
    let key = vault(&office).public_key(LOG).unwrap().text();
    std::fs::write(folder.path().join("logs"), &key).unwrap();
    let served = Served::start(folder.path());
    let witness = std::fs::read_to_string(folder.path().join("key")).unwrap();
    let url = office.database.url.clone();
    let place = ["--data", data.to_str().unwrap(), "--database-url", &url];
    let run = |more: &[&str]| {
        let arguments: Vec<&str> = more.iter().copied().chain(place).collect();
        let done = crate::support::program::run(&arguments);
        let said = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
        (done.status.code().unwrap(), said)
    };
    let (shown, said) = run(&["ask-witness", "--show"]);
    assert!(shown == 0 && said.contains(&key), "{said}");
    let address = served.url.clone();
    let asked = ["ask-witness", "--language", "en", "--witness", &address, "--witness-key", witness.trim()];
    let (status, said) = run(&asked);
    assert!(status == 0 && said.contains("saw and signed"), "{status} {said}");
    let verified = run(&["verify", "--language", "en", "--witness", witness.trim()]);
    assert_eq!(verified.0, 0, "{}", verified.1);
    assert!(verified.1.contains("The witness lang-gieng.example/witness saw"), "{}", verified.1);
    drop(served);
    assert_eq!(run(&asked).0, 5, "nobody is there any more");
    let other = NoteSigner::new("other", SignatureKind::Cosignature, &[3; 32]).unwrap().key().text();
    assert_eq!(run(&["verify", "--witness", &other]).0, 5);
    let said: Checkpoint = Checkpoint::read(
        Note::read(&vault(&office).last_note(LOG).unwrap().unwrap()).unwrap().text(),
    )
    .unwrap();
    assert!(said.origin.ends_with("/ledger/deployment"), "{}", said.origin);
}
