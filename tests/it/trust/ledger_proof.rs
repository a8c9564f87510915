//! The proof beside a controlled copy (trust.md 2.7): whoever has the copy, this file and the fingerprint of the office's
//! key is told without a network that the content was approved; two verifiers and implementations of others agree.

use super::ledger_bundle::{CODE, fingerprint, reference};
use super::ledger_office::{seal, vault};
use super::ledger_peers::{Asked, believed};
use crate::support::TestOffice;
use crate::support::posted::{document, posted_office};
use crate::support::program::run;
use quytrinh::book::{self, Known, Two, Whose};
use quytrinh::copies::{self, Holder, Kind, NewCopy};
use quytrinh::documents;
use quytrinh::kernel::AccessRole;
use quytrinh::ledger;
use quytrinh::proofs::{LogProof, from_base64, hex};
use serde_json::json;

/// An office with a numbered copy, whose book is sealed: the proof of the copy, and the text that it proves.
struct Proven {
    office: TestOffice,
    text: String,
    content: Vec<u8>,
}

fn issued(office: &TestOffice) -> String {
    let document = document(office, "QT.HT.01");
    let new = NewCopy {
        kind: Kind::Held,
        holder: Holder::Named("Thôn Bảo Vinh".to_owned()),
        place: String::new(),
    };
    office
        .act_as("thuky", move |work| copies::issue(work, &document, &new))
        .unwrap()
}

async fn proven() -> Proven {
    let office = posted_office().await;
    let copy = issued(&office);
    seal(&office);
    let reader = office.sign_in("tuphap").await;
    let file = reader.get(&format!("/copies/{copy}/proof")).await;
    let text = file.is(200).text().to_owned();
    let document = document(&office, "QT.HT.01");
    let content = office.read(|work| {
        let heads = documents::heads_of(work, &document)?;
        documents::content_of(work, &heads[0].id)
    });
    let content = content.unwrap().text.clone();
    Proven {
        office,
        text,
        content: content.into_bytes(),
    }
}

fn known(office: &TestOffice) -> Known {
    Known {
        key: Some(fingerprint(office)),
        ..Known::default()
    }
}

/// The status that the program gives for bytes that may be no text at all.
fn status(bytes: &[u8], known: &Known, content: Option<&[u8]>) -> u8 {
    let text = String::from_utf8(bytes.to_vec()).unwrap_or_default();
    book::check_proof(&text, known, content).outcome.code()
}

/// The status of command and reference for files, which must be the same, and what the command says.
#[track_caller]
fn both(of: &Proven, files: &[(&str, &[u8])], arguments: &[&str]) -> (i32, String) {
    let folder = tempfile::tempdir_in(of.office.database.folder.path()).unwrap();
    let mut given: Vec<String> = arguments.iter().map(|one| (*one).to_owned()).collect();
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).unwrap();
        for one in given.iter_mut().filter(|one| one.as_str() == *name) {
            *one = folder.path().join(name).display().to_string();
        }
    }
    let given: Vec<&str> = given.iter().map(String::as_str).collect();
    let mine = run(&[&["verify", "--proof"], given.as_slice()].concat());
    let (theirs, told) = reference("proof.py", folder.path(), &given);
    let said = String::from_utf8_lossy(&mine.stdout).into_owned() + &String::from_utf8_lossy(&mine.stderr);
    assert_eq!(mine.status.code(), Some(theirs), "{said}\n{told}");
    (theirs, said)
}

#[actix_web::test]
async fn the_proof_is_beside_the_copy_once_the_approval_is_sealed() {
    let office = posted_office().await;
    let copy = issued(&office);
    let reader = office.sign_in("tuphap").await;
    let path = format!("/copies/{copy}/proof");
    reader.get(&path).await.is(409).says("copies.refused.unsealed");
    seal(&office);
    reader
        .get("/documents/QT.HT.01/copies")
        .await
        .is(200)
        .says("copies.proof")
        .says(&path);
    let file = reader.get(&path).await;
    file.is(200);
    let name = file.header("content-disposition");
    assert_eq!(name, "attachment; filename=\"QT.HT.01-copy1.tlog-proof\"");
    let proof = LogProof::read(file.text()).expect("a proof");
    let extra = String::from_utf8(proof.extra).unwrap();
    assert!(
        extra.contains("\"act\":\"version.approved\""),
        "the leaf of the approval: {extra}"
    );
    assert!(!file.text().contains("Thôn"), "no name leaves with it");
    reader.get("/copies/khong-co/proof").await.is(404);
    office.stranger().get(&path).await.is(303);
}

#[actix_web::test]
async fn a_copy_is_proven_offline_by_both_verifiers_in_plain_words() {
    let of = proven().await;
    let (key, text) = (fingerprint(&of.office), of.text.clone());
    let whole = vault(&of.office).public_key(CODE).unwrap().text();
    let note = vault(&of.office).last_note(CODE).unwrap().unwrap();
    let mark = book::mark(&note).unwrap();
    let other_mark = format!("{}:{}", mark.split_once(':').unwrap().0, "0".repeat(32));
    let other = [of.content.as_slice(), b"\n"].concat();
    let (proof, zeros) = ("p.tlog-proof", "00".repeat(32));
    let files: [(&str, &[u8]); 5] = [
        (proof, text.as_bytes()),
        ("c.md", &of.content),
        ("other.md", &other),
        ("n.note", note.as_bytes()),
        ("no.note", b"no note"),
    ];
    for (arguments, wanted) in [
        (vec![proof, "--key", &key], 5),
        (vec![proof, "--key", &whole], 5),
        (vec![proof, "--key", &key, "--content", "c.md"], 5),
        (vec![proof, "--key", &key, "--content", "c.md", "--note", "n.note"], 0),
        (vec![proof, "--key", &key, "--mark", &mark], 0),
        (vec![proof, "--key", &key, "--mark", "3:00"], 5),
        (vec![proof, "--key", &key, "--mark", &other_mark], 3),
        (vec![proof, "--key", &key, "--note", "no.note"], 4),
        (vec![proof, "--key", &key, "--content", "other.md"], 1),
        (vec![proof, "--key", &zeros], 4),
        (vec!["c.md", "--key", &key], 2),
    ] {
        let (status, said) = both(&of, &files, &arguments);
        assert_eq!(status, wanted, "{arguments:?}: {said}");
    }
    let (_, vi) = both(&of, &files, &[proof, "--key", &key, "--content", "c.md"]);
    assert!(vi.contains("đúng từng byte là nội dung đã được phê duyệt"), "{vi}");
    assert!(
        vi.contains(&hex(&<sha2::Sha256 as sha2::Digest>::digest(&of.content))),
        "{vi}"
    );
    let (_, vi) = both(&of, &files, &[proof, "--key", &key, "--content", "other.md"]);
    assert!(vi.contains("không phải là nội dung đã được phê duyệt"), "{vi}");
    let folder = tempfile::tempdir_in(of.office.database.folder.path()).unwrap();
    let path = folder.path().join(proof);
    std::fs::write(&path, &text).unwrap();
    let path = path.display().to_string();
    let done = run(&["verify", "--proof", &path, "--key", &key, "--language", "en"]);
    let en = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(en.starts_with("OK: this content was approved"), "{en}");
    let done = run(&["verify", "--proof", &path]);
    assert_eq!(
        done.status.code(),
        Some(2),
        "without a key told elsewhere nothing is proven"
    );
}

#[actix_web::test]
async fn implementations_of_others_accept_the_proof_of_a_copy() {
    let of = proven().await;
    let key = vault(&of.office).public_key(CODE).unwrap().text();
    // Taken apart here by the letter of the format, not by the program.
    let (head, note) = of.text.split_once("\n\n").unwrap();
    let mut lines = head.split('\n');
    assert_eq!(lines.next(), Some("c2sp.org/tlog-proof@v1"));
    let extra = from_base64(lines.next().unwrap().strip_prefix("extra ").unwrap()).unwrap();
    let index: u64 = lines.next().unwrap().strip_prefix("index ").unwrap().parse().unwrap();
    let path: Vec<tlog_tiles::Hash> = lines
        .map(|line| tlog_tiles::Hash(from_base64(line).unwrap().try_into().unwrap()))
        .collect();
    assert!(!path.is_empty());
    let place = extra.iter().position(|byte| *byte == b'\n').unwrap();
    let leaf = tlog_tiles::record_hash(&extra[place + 1..]);
    assert!(believed(note, &key));
    let read = signed_note::Note::from_bytes(note.as_bytes()).unwrap();
    let checkpoint = tlog_tiles::Checkpoint::from_bytes(read.text()).unwrap();
    let (size, root) = (checkpoint.size(), *checkpoint.hash());
    tlog_tiles::check_record(&path, size, root, index, leaf).unwrap();
    let bytes: Vec<u8> = path.iter().flat_map(|hash| hash.0).collect();
    let digest = sha2::digest::array::Array::from(root.0);
    ct_merkle::RootHash::<sha2::Sha256>::new(digest, size)
        .verify_inclusion(
            &extra[place + 1..].to_vec(),
            index,
            &ct_merkle::InclusionProof::from_bytes(bytes),
        )
        .unwrap();
    // The control: the same leaf at the next place is refused by both.
    assert!(tlog_tiles::check_record(&path, size, root, index + 1, leaf).is_err());
}

#[actix_web::test]
async fn a_proof_altered_at_any_byte_is_refused_by_both_verifiers() {
    let of = proven().await;
    let (known, key) = (known(&of.office), fingerprint(&of.office));
    let good = of.text.as_bytes();
    let content = of.content.as_slice();
    assert_eq!(status(good, &known, Some(content)), 5, "the control");
    let mut asked = Asked::default();
    asked.ask(json!(["proven", hex(good), key, hex(content)]), json!(5));
    let mut refused = [0_usize; 6];
    for place in 0..good.len() {
        let mut bad = good.to_vec();
        bad[place] ^= 1 << (place % 7);
        let found = status(&bad, &known, Some(content));
        assert!(matches!(found, 1 | 2 | 4), "byte {place}: {found}");
        refused[usize::from(found)] += 1;
        // A signature takes the reference some time: each third byte there, which meets every line.
        if place % 3 == 0 {
            asked.ask(json!(["proven", hex(&bad), key, hex(content)]), json!(found));
        }
    }
    for end in 0..good.len() {
        let found = status(&good[..end], &known, Some(content));
        assert!(matches!(found, 1 | 2 | 4), "cut at {end}: {found}");
    }
    asked.compare();
    assert!(refused[1] > 0 && refused[2] > 0 && refused[4] > 0, "{refused:?}");
}

#[actix_web::test]
async fn a_true_leaf_of_something_else_is_no_approval_and_no_other_book_vouches() {
    let of = proven().await;
    let known = known(&of.office);
    let good = LogProof::read(&of.text).unwrap();
    let size: u64 = good.note.lines().nth(1).unwrap().parse().unwrap();
    let agency = of.office.agency.clone();
    let key = vault(&of.office).public_key(CODE).unwrap().text();
    let mut approvals = 0;
    for index in 0..size {
        let (leaf, path) = of
            .office
            .read(|work| ledger::leaf_with_proof(work.conn, &agency, (index, size)))
            .unwrap();
        let is_approval = leaf.contains("\"act\":\"version.approved\"");
        let other = LogProof {
            extra: format!("{key}\n{leaf}").into_bytes(),
            index,
            path,
            note: good.note.clone(),
        };
        let found = book::check_proof(&other.text(), &known, None);
        let wanted = if is_approval { 5 } else { 1 };
        assert_eq!(found.outcome.code(), wanted, "leaf {index}: {leaf}");
        approvals += usize::from(is_approval);
    }
    assert!(approvals >= 2, "both procedures were approved");
    // A book of another office says nothing of this one, whatever key it brings along.
    let stranger = proven().await;
    assert_ne!(fingerprint(&stranger.office), fingerprint(&of.office));
    assert_eq!(status(stranger.text.as_bytes(), &known, None), 4);
}

/// A proof that was taken away goes on to hold by the key of its day; one that is taken now holds by the new key.
#[actix_web::test]
async fn a_proof_goes_with_the_key_that_signed_its_checkpoint() {
    let office = posted_office().await;
    let copy = issued(&office);
    office.person("khoa.mot", &[AccessRole::Administrator]);
    office.person("khoa.hai", &[AccessRole::Chair]);
    seal(&office);
    let reader = office.sign_in("tuphap").await;
    let (path, old) = (format!("/copies/{copy}/proof"), fingerprint(&office));
    let before = reader.get(&path).await;
    let (by, other) = (office.actor("khoa.mot"), office.actor("khoa.hai"));
    let shown = [office.confirmed("khoa.mot"), office.confirmed("khoa.hai")];
    let two = Two::new(&office.site.db, (by, &shown[0]), (&other, &shown[1])).unwrap();
    let whose = Whose::Book(office.agency.clone(), CODE.to_owned());
    let new = book::change_key(&office.site.db, &vault(&office), &office.site.clock, (&two, &whose)).unwrap();
    let told = |key: &str| Known {
        key: Some(key.to_owned()),
        ..Known::default()
    };
    assert_eq!(status(before.is(200).text().as_bytes(), &told(&old), None), 5);
    assert_eq!(status(before.text().as_bytes(), &told(&new.fingerprint()), None), 4);
    seal(&office);
    let after = reader.get(&path).await;
    assert_eq!(
        status(after.is(200).text().as_bytes(), &told(&new.fingerprint()), None),
        5
    );
    assert_eq!(status(after.text().as_bytes(), &told(&old), None), 4);
}
