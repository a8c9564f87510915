//! T4: an outsider verifies a bundle with one command, offline; two verifiers that have nothing in common agree.

use super::ledger_office::{past_the_program, seal, sealed_office, vault, verify};
use crate::support::TestOffice;
use crate::support::databases::SERVER;
use crate::support::rounds::{figure, rounds};
use quytrinh::book::{self, Known, Outcome};
use quytrinh::kernel::AccessRole;
use quytrinh::ledger::{self, Export};
use std::path::Path;
use std::process::Command;

pub const CODE: &str = "H38.99.01";

pub fn export(office: &TestOffice) -> Export {
    ledger::export(&office.site.db, &office.agency).unwrap()
}

pub fn packed(office: &TestOffice, export: &Export) -> Vec<u8> {
    book::pack(export, office.agency.as_str(), CODE).unwrap()
}

pub fn fingerprint(office: &TestOffice) -> String {
    vault(office).public_key(CODE).unwrap().fingerprint()
}

fn known(office: &TestOffice, notes: &[String]) -> Known {
    Known {
        key: Some(fingerprint(office)),
        notes: notes.to_vec(),
        ..Known::default()
    }
}

/// The exit status of a script of the reference verifier, and what it says.
pub fn reference(script: &str, folder: &Path, arguments: &[&str]) -> (i32, String) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/verify").join(script);
    let done = Command::new("python3")
        .arg(script)
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("python3");
    let said = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
    (done.status.code().unwrap_or(-1), said)
}

/// Both verdicts on a bundle; they must be the same.
#[track_caller]
pub fn verdict(office: &TestOffice, bundle: &[u8], notes: &[String]) -> u8 {
    let folder = tempfile::tempdir_in(office.database.folder.path()).unwrap();
    std::fs::write(folder.path().join("b.zip"), bundle).unwrap();
    let fingerprint = fingerprint(office);
    let mut arguments = vec!["b.zip", "--key", &fingerprint];
    let names: Vec<String> = (0..notes.len()).map(|number| format!("{number}.note")).collect();
    for (name, note) in names.iter().zip(notes) {
        std::fs::write(folder.path().join(name), note).unwrap();
        arguments.extend(["--note", name]);
    }
    let mine = book::check_bundle(bundle, &known(office, notes));
    let mine = mine.map_or(Outcome::Unreadable, |checked| checked.outcome).code();
    let (theirs, said) = reference("verify.py", folder.path(), &arguments);
    assert_eq!(i32::from(mine), theirs, "{said}");
    mine
}

#[actix_web::test]
async fn a_bundle_is_verified_offline_by_two_verifiers_that_agree() {
    let office = sealed_office().await;
    let old = vault(&office).last_note(CODE).unwrap().unwrap();
    let before = export(&office);
    office.person("dung", &[AccessRole::Official]);
    seal(&office);
    let bundle = book::bundle(&office.site.db, (&office.agency, CODE)).unwrap();
    assert_eq!(verdict(&office, &bundle, std::slice::from_ref(&old)), 0);
    assert_eq!(verdict(&office, &bundle, &[]), 5, "nobody outside has seen it");

    let other = Known {
        key: Some("00".repeat(32)),
        ..Known::default()
    };
    assert_eq!(
        book::check_bundle(&bundle, &other).unwrap().outcome,
        Outcome::UnknownKey
    );
    assert!(book::check_bundle(b"no archive", &known(&office, &[])).is_none());

    // An older bundle does not follow a newer note.
    let new = vault(&office).last_note(CODE).unwrap().unwrap();
    let mut older = export(&office);
    let size: usize = old.lines().nth(1).unwrap().parse().unwrap();
    older.leaves.truncate(size);
    older.notes.pop();
    older.anchors = before.anchors;
    let gone: Vec<_> = export(&office).leaves[size..].to_vec();
    let text = String::from_utf8(gone.concat()).unwrap();
    older
        .rows
        .retain(|(table, key, _)| !text.contains(&format!("[\"{table}\",\"{key}\"")));
    let older = packed(&office, &older);
    assert_eq!(verdict(&office, &older, &[new]), 3);
    assert_eq!(verdict(&office, &older, &[old]), 0);
}

/// What stands on a receipt is enough to tell the book that it was taken from.
#[actix_web::test]
async fn a_mark_on_paper_tells_the_book_from_another() {
    let office = sealed_office().await;
    let mark = book::mark(&vault(&office).last_note(CODE).unwrap().unwrap()).unwrap();
    office.person("dung", &[AccessRole::Official]);
    seal(&office);
    let bundle = book::bundle(&office.site.db, (&office.agency, CODE)).unwrap();
    let folder = tempfile::tempdir_in(office.database.folder.path()).unwrap();
    std::fs::write(folder.path().join("b.zip"), &bundle).unwrap();
    let (size, root) = mark.split_once(':').unwrap();
    let other = format!("{}{}", if root.starts_with('0') { '1' } else { '0' }, &root[1..]);
    let table = [
        (mark.clone(), 0),
        (format!("{size}:{other}"), 3),
        (format!("{}:{root}", size.parse::<u64>().unwrap() - 1), 3),
        (format!("0{mark}"), 3),
        (format!("999999:{root}"), 3),
        (size.to_owned(), 3),
        (format!("{size}:"), 3),
        (String::new(), 3),
    ];
    for (mark, wanted) in table {
        let known = Known {
            marks: vec![mark.clone()],
            ..known(&office, &[])
        };
        let mine = book::check_bundle(&bundle, &known).unwrap().outcome.code();
        let key = fingerprint(&office);
        let (theirs, said) = reference("verify.py", folder.path(), &["b.zip", "--key", &key, "--mark", &mark]);
        assert_eq!((mine, theirs), (wanted, i32::from(wanted)), "{mark}: {said}");
    }
}

/// A long book is verified soon: a million leaves in the long form.
#[test]
#[expect(clippy::too_many_lines, reason = "one measurement after another")]
fn a_bundle_of_many_leaves_is_verified_soon() {
    use quytrinh::ledger::{KEY, KEY_NAMED, Leaf};
    use quytrinh::proofs::{Checkpoint, Frontier, NoteSigner, SignatureKind};
    let signer = NoteSigner::new("a.vn/ledger/X", SignatureKind::Ed25519, &[7; 32]).unwrap();
    let count = u64::try_from(rounds("T4_LEAVES", 5000)).unwrap();
    let mut frontier = Frontier::default();
    let leaf = |seq: u64| {
        let (act, kind, id) = match seq {
            0 => (KEY_NAMED, KEY, signer.key().text()),
            _ => ("case.step_performed", "case", format!("01a2b3c4-{seq:012}")),
        };
        Leaf {
            seq,
            at: crate::support::opening(),
            clock: None,
            actor: "house".to_owned(),
            via: quytrinh::kernel::Via::default(),
            act: act.to_owned(),
            object: (kind.to_owned(), id),
            details: serde_json::json!({ "step": "B1", "seq": seq }),
            rows: Vec::new(),
        }
    };
    let leaves: Vec<Vec<u8>> = (0..count).map(|seq| leaf(seq).bytes().into_bytes()).collect();
    for leaf in &leaves {
        frontier.push(leaf);
    }
    let checkpoint = Checkpoint {
        origin: signer.key().name().to_owned(),
        size: count,
        root: frontier.root(),
    };
    let mut export = Export {
        leaves,
        notes: vec![signer.sign(&checkpoint.text())],
        ..Export::default()
    };
    let known = Known {
        key: Some(signer.key().fingerprint()),
        ..Known::default()
    };
    let bundle = book::pack(&export, "x", "X").unwrap();
    let begun = std::time::Instant::now();
    let checked = book::check_bundle(&bundle, &known).unwrap();
    let took = begun.elapsed();
    assert_eq!(
        (checked.outcome, checked.size),
        (Outcome::NoWitness, count),
        "{:?}",
        checked.faults
    );
    // The control: one bit of one leaf.
    let last = export.leaves.last_mut().unwrap();
    *last = String::from_utf8(last.clone())
        .unwrap()
        .replace("\"B1\"", "\"B2\"")
        .into_bytes();
    let bundle = book::pack(&export, "x", "X").unwrap();
    assert_eq!(book::check_bundle(&bundle, &known).unwrap().outcome, Outcome::Tampered);
    figure(
        "T4",
        &format!("a bundle of {count} leaves is verified in {} ms", took.as_millis()),
    );
}

#[actix_web::test]
async fn a_bundle_holds_no_name_and_no_text() {
    let office = sealed_office().await;
    let export = export(&office);
    let all = String::from_utf8(export.leaves.concat()).unwrap() + &format!("{:?}", export.rows);
    for text in ["Ông/Bà", "Công chức", "UBND xã", "QĐ-UBND"] {
        assert!(!all.contains(text), "{text}");
    }
}

#[actix_web::test]
async fn the_reference_verifier_reads_a_living_database_and_finds_what_was_altered() {
    if SERVER.is_some() {
        return;
    }
    let office = sealed_office().await;
    let folder = office.database.folder.path();
    let url = office.database.url.clone();
    let (status, said) = reference("live.py", folder, &[&url]);
    assert_eq!(status, 5, "{said}");
    past_the_program(&office.database, "UPDATE positions SET name = 'Khác' WHERE code = 'VT'");
    let (status, said) = reference("live.py", folder, &[&url]);
    assert_eq!(status, 1, "{said}");
    assert!(said.contains("of positions: altered"), "{said}");
    assert_eq!(verify(&office).outcome, Outcome::Tampered);
}
