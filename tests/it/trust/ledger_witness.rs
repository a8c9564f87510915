//! T2: a witness signs each state of a log once, whoever asks, and whenever it dies.

use super::witnesses::{Log, Served, WITNESS, posted, ward};
use crate::support::databases::new_folder;
use crate::support::rounds::{figure, rounds};
use quytrinh::book::{self, Ward};
use quytrinh::kernel::Clock;
use quytrinh::proofs::{Note, NoteKey, NoteSigner, SignatureKind, cosigned_at};
use std::sync::Barrier;

fn standing() -> Clock {
    Clock::standing(crate::support::opening())
}

fn status(ward: &Ward, body: &str) -> (u16, String) {
    let answer = posted(ward, body).unwrap();
    (answer.status, answer.body.trim_end().to_owned())
}

/// The rules of C2SP tlog-witness, one request after the other at one witness: what is asked, and what must be answered.
#[test]
#[expect(clippy::too_many_lines, reason = "a table of requests with their answers")]
fn a_witness_answers_each_request_as_the_protocol_says_and_keeps_nothing_that_it_refuses() {
    let (log, fork) = (
        Log::new("a.vn/ledger/deployment", 12, 99),
        Log::new("a.vn/ledger/deployment", 12, 3),
    );
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
        (
            "a size with a nought before it",
            good.replacen("old 0", "old 00", 1),
            400,
            "",
        ),
        ("a size below nothing", good.replacen("old 0", "old -1", 1), 400, ""),
        (
            "a hash that is none",
            good.replacen("old 0\n", "old 0\nAAAA\n", 1),
            400,
            "",
        ),
        ("no note", "old 0\n\nhello\n".to_owned(), 400, ""),
        ("more hashes than a proof has", long.text(), 400, ""),
        ("a log that nobody follows", stranger.asks(0, 5).text(), 404, ""),
        ("another's signature", forged.text(), 403, ""),
        (
            "an old size beyond the new",
            good.replacen("old 0", "old 6", 1),
            400,
            "",
        ),
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
        (
            "one before, from the last",
            log.asks(5, 6).text().replacen("old 5", "old 8", 1),
            400,
            "",
        ),
        ("an empty log with a root", hollow.text(), 422, ""),
        ("an empty log", empty.asks(0, 0).text(), 200, ""),
        ("its first leaves", empty.asks(0, 2).text(), 200, ""),
    ];
    let kept = || -> Vec<(std::path::PathBuf, Vec<u8>)> {
        let entries = std::fs::read_dir(folder.path().join("seen")).unwrap();
        let mut found: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        found.sort();
        found
            .into_iter()
            .map(|path| (path.clone(), std::fs::read(path).unwrap()))
            .collect()
    };
    for (what, body, wanted, said) in &table {
        let before = kept();
        let (found, answer) = status(&ward, body);
        assert_eq!(found, *wanted, "{what}: {answer}");
        if *wanted == 409 {
            assert_eq!(answer, *said, "{what}");
        }
        assert!(
            *wanted == 200 || kept() == before,
            "{what}: refused and kept all the same"
        );
    }
    figure(
        "T2",
        &format!(
            "{} requests to a witness are answered as the protocol says",
            table.len()
        ),
    );
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
    let raw = quytrinh::proofs::from_base64(vkey.splitn(3, '+').nth(2).unwrap()).unwrap();
    let one = signed_note::Signature::from_bytes(line.trim_end().as_bytes()).unwrap();
    assert_eq!((one.name(), one.id()), (WITNESS, signed_note::key_id(WITNESS, &raw)));
    // The signature is over the text and the time, as cosignature/v1 says; verified here by the curve alone.
    let (time, bytes) = one.signature().split_first_chunk::<8>().unwrap();
    let message = format!(
        "cosignature/v1\ntime {}\n{}",
        u64::from_be_bytes(*time),
        log.checkpoint(9).text()
    );
    let curve = ed25519_dalek::VerifyingKey::from_bytes(raw[1..].try_into().unwrap()).unwrap();
    let bytes = ed25519_dalek::Signature::from_slice(bytes).unwrap();
    assert!(curve.verify_strict(message.as_bytes(), &bytes).is_ok());
    let opened = i64::try_from(u64::from_be_bytes(*time)).unwrap();
    assert_eq!(opened, crate::support::opening().and_utc().timestamp());
    // The control: another text is not what was signed.
    assert!(
        curve
            .verify_strict(message.replace("\n9\n", "\n8\n").as_bytes(), &bytes)
            .is_err()
    );
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
            threads
                .into_iter()
                .filter_map(|thread| thread.join().unwrap())
                .collect()
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
    assert!(
        Ward::open(folder.path(), None, logs(), standing()).is_err(),
        "two at once"
    );
    assert_eq!(status(&first, &log.asks(0, 5).text()).0, 200);
    drop(first);
    let again = Ward::open(folder.path(), None, logs(), standing()).unwrap();
    assert_eq!(again.key(), key);
    assert_eq!(status(&again, &log.asks(0, 6).text()), (409, "5".to_owned()));
    // What is kept cannot be read: nothing is signed, rather than begun anew.
    let kept = std::fs::read_dir(folder.path().join("seen"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    std::fs::write(kept.path(), "noise").unwrap();
    assert!(again.add(&log.asks(0, 6).text()).is_err());
    drop(again);
    std::fs::remove_dir_all(folder.path().join("seen")).unwrap();
    assert!(
        Ward::open(folder.path(), Some("x"), logs(), standing()).is_err(),
        "forgot"
    );
    for wrong in ["a b", "x+00000000+AAAA", "a.vn/ledger/deployment"] {
        assert!(book::logs_of(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_witness_that_is_killed_at_any_moment_has_never_forgotten_what_it_signed() {
    let (log, folder) = (Log::new("a.vn/ledger/deployment", 4000, 9999), new_folder());
    std::fs::write(
        folder.path().join("logs"),
        format!("# offices\n{}\n", log.signer.key().text()),
    )
    .unwrap();
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
            std::thread::sleep(std::time::Duration::from_millis(
                20 + 13 * u64::try_from(turn % 9).unwrap(),
            ));
            drop(served);
        });
        while at < 3990 {
            let asked = log.asks(at, at + 1);
            let Ok(answer) = book::post(&url, &asked.text()) else {
                break;
            };
            assert_eq!(answer.status, 200, "{answer:?}");
            let note = Note::read(&(asked.note + &answer.body)).unwrap();
            assert!(cosigned_at(&note, &key).unwrap().is_some());
            (at, signed) = (at + 1, signed + 1);
        }
        killer.join().unwrap();
    }
    assert!(signed > 0, "nothing was signed between the kills");
    figure(
        "T2",
        &format!("{times} kills of a witness after {signed} signatures: none forgotten"),
    );
}
