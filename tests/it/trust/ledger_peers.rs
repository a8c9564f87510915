//! T4 and T7: the program and the reference verifier beside implementations of others (`tlog_tiles`, `ct-merkle`,
//! `signed_note`), asked the same about trees, proofs, notes, checkpoints and whole bundles, sound ones and altered ones.

use super::ledger_bundle::{export, fingerprint, packed, verdict};
use super::ledger_office::{seal, sealed_office, vault};
use crate::support::TestOffice;
use crate::support::rounds::{figure, rounds};
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use quytrinh::kernel::AccessRole;
use quytrinh::ledger::Export;
use quytrinh::proofs::{
    Checkpoint, Hash, Note, NoteKey, NoteSigner, SignatureKind, cosign, cosigned_at, hex, is_included,
};
use serde_json::{Value, json};
use sha2::Sha256;
use signed_note::{StandardVerifier, VerifierList};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// Chance that is the same in every run.
pub struct Chance(pub u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end.max(1)
    }

    /// A text with one letter changed, taken out, put in or doubled, or a line moved.
    fn altered(&mut self, text: &str) -> String {
        const LETTERS: [&str; 14] = [
            "0", "1", "+", "=", "A", " ", "\n", "\r", "\t", "\u{a0}", "\u{2014}", "\u{85}", "٣", "/",
        ];
        let mut letters: Vec<char> = text.chars().collect();
        let place = self.below(letters.len());
        let other: Vec<char> = LETTERS[self.below(LETTERS.len())].chars().collect();
        match self.below(6) {
            0 => drop(letters.splice(place..=place, other)),
            1 => drop(letters.remove(place)),
            2 => drop(letters.splice(place..place, other)),
            3 => letters.insert(place, letters[place]),
            4 => letters.truncate(place),
            _ => {
                let mut lines: Vec<&str> = text.split('\n').collect();
                let line = lines[self.below(lines.len())];
                lines.insert(self.below(lines.len()), line);
                return lines.join("\n");
            }
        }
        letters.into_iter().collect()
    }
}

/// What is asked of the reference verifier, with what the program answers.
#[derive(Default)]
pub(super) struct Asked {
    questions: Vec<Value>,
    mine: Vec<Value>,
}

impl Asked {
    pub(super) fn ask(&mut self, question: Value, mine: Value) {
        self.questions.push(question);
        self.mine.push(mine);
    }

    /// The reference verifier gives the same answer to every question.
    pub(super) fn compare(&self) {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/verify/answers.py");
        let mut child = Command::new("python3")
            .arg(script)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3");
        let lines: Vec<String> = self.questions.iter().map(ToString::to_string).collect();
        let mut stdin = child.stdin.take().unwrap();
        let writer = std::thread::spawn(move || stdin.write_all((lines.join("\n") + "\n").as_bytes()));
        let done = child.wait_with_output().unwrap();
        writer.join().unwrap().unwrap();
        let answers = String::from_utf8(done.stdout).unwrap();
        let theirs: Vec<Value> = answers
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(theirs.len(), self.mine.len());
        for ((question, mine), theirs) in self.questions.iter().zip(&self.mine).zip(theirs) {
            assert_eq!(*mine, theirs, "{question}");
        }
    }
}

type Peer = MemoryBackedTree<Sha256, Vec<u8>>;

fn leaf(number: u64) -> Vec<u8> {
    number.to_string().into_bytes()
}

fn hash_of(bytes: &[u8]) -> Hash {
    bytes.try_into().unwrap()
}

/// One tree, one proof in it, altered or not: all four answer alike.
fn ask_of_a_proof(asked: &mut Asked, chance: &mut Chance, tree: &Peer) -> bool {
    let mut size = tree.len();
    let mut root = hash_of(tree.root().as_bytes());
    let mut index = u64::try_from(chance.below(usize::try_from(size).unwrap())).unwrap();
    let bytes = leaf(index);
    let mut proof: Vec<Hash> = tree
        .prove_inclusion(usize::try_from(index).unwrap())
        .as_bytes()
        .chunks(32)
        .map(hash_of)
        .collect();
    let place = chance.below(proof.len());
    match chance.below(8) {
        0 if !proof.is_empty() => proof[place][chance.below(32)] ^= 1 << chance.below(8),
        1 if !proof.is_empty() => drop(proof.remove(place)),
        2 => proof.insert(place, root),
        3 if proof.len() > 1 => proof.swap(place, 0),
        4 => index = u64::try_from(chance.below(usize::try_from(size + 3).unwrap())).unwrap(),
        5 => size = u64::try_from(chance.below(usize::try_from(size * 2).unwrap())).unwrap(),
        6 => root[chance.below(32)] ^= 1 << chance.below(8),
        _ => {}
    }
    let own = quytrinh::proofs::leaf_hash(&bytes);
    let mine = is_included(&own, index, size, &root, &proof);
    let hashes: Vec<tlog_tiles::Hash> = proof.iter().map(|hash| tlog_tiles::Hash(*hash)).collect();
    let theirs = tlog_tiles::check_record(
        &hashes,
        size,
        tlog_tiles::Hash(root),
        index,
        tlog_tiles::record_hash(&bytes),
    );
    assert_eq!(mine, theirs.is_ok(), "{index} of {size}: {theirs:?}");
    let digest = sha2::digest::array::Array::from(root);
    let other = ct_merkle::RootHash::<Sha256>::new(digest, size).verify_inclusion(
        &bytes,
        index,
        &ct_merkle::InclusionProof::from_bytes(proof.concat()),
    );
    assert_eq!(mine, other.is_ok(), "{index} of {size}: {other:?}");
    let number: u64 = String::from_utf8(bytes).unwrap().parse().unwrap();
    let proof: Vec<String> = proof.iter().map(|hash| hex(hash)).collect();
    asked.ask(json!(["included", number, index, size, hex(&root), proof]), json!(mine));
    mine
}

#[test]
fn four_implementations_agree_on_random_and_altered_proofs() {
    let times = rounds("T4_PROOFS", 3000);
    let (mut asked, mut chance) = (Asked::default(), Chance(5));
    let mut sound = 0;
    let mut trees = Vec::new();
    for round in 0..40_u64 {
        let size = 1 + round * round / 3;
        let mut tree = Peer::new();
        (0..size).for_each(|number| tree.push(leaf(number)));
        let leaves: Vec<u64> = (0..size).collect();
        asked.ask(json!(["root", leaves]), json!(hex(tree.root().as_bytes())));
        trees.push(tree);
    }
    for _ in 0..times {
        let tree = &trees[chance.below(trees.len())];
        sound += usize::from(ask_of_a_proof(&mut asked, &mut chance, tree));
    }
    asked.compare();
    assert!(sound > times / 10 && sound < times * 9 / 10, "{sound} of {times}");
    figure(
        "T4",
        &format!(
            "{times} proofs, {sound} of them sound: four implementations (this one, the reference, two of others) agree on each"
        ),
    );
}

fn signer() -> NoteSigner {
    NoteSigner::new("xa.example/ledger/H38", SignatureKind::Ed25519, &[7; 32]).unwrap()
}

/// Whether another implementation believes a note by a key.
pub(super) fn believed(note: &str, key: &str) -> bool {
    let (Ok(note), Ok(key)) = (
        signed_note::Note::from_bytes(note.as_bytes()),
        StandardVerifier::new(key),
    ) else {
        return false;
    };
    note.verify(&VerifierList::new(vec![Box::new(key)])).is_ok()
}

/// What another implementation reads in a checkpoint, and whether it has lines that this program does not take.
fn read_by_another(note: &str) -> Option<(Value, bool)> {
    let note = signed_note::Note::from_bytes(note.as_bytes()).ok()?;
    let read = tlog_tiles::Checkpoint::from_bytes(note.text()).ok()?;
    let value = json!([read.origin(), read.size(), hex(&read.hash().0)]);
    Some((value, !read.extension().is_empty()))
}

/// One note with a checkpoint, altered or not, and one key, altered or not.
fn ask_of_a_note(asked: &mut Asked, chance: &mut Chance) -> bool {
    let signer = signer();
    let witness = NoteSigner::new("witness.example", SignatureKind::Cosignature, &[9; 32]).unwrap();
    let mut root = [0; 32];
    root.fill_with(|| u8::try_from(chance.below(256)).unwrap());
    let text = Checkpoint {
        origin: signer.key().name().to_owned(),
        size: u64::try_from(chance.below(1 << 30)).unwrap(),
        root,
    }
    .text();
    let mut note = signer.sign(&text) + &cosign(&witness, &text, 1_795_000_000);
    let mut key = signer.key().text();
    match chance.below(4) {
        0 => {}
        1 => key = chance.altered(&key),
        _ => (0..=chance.below(2)).for_each(|_| note = chance.altered(&note)),
    }
    let mine = Note::read(&note);
    let keys = NoteKey::read(&key).ok();
    let signed = mine
        .as_ref()
        .ok()
        .zip(keys.as_ref())
        .map(|(note, key)| note.signed_by(std::slice::from_ref(key)).is_ok());
    let is_by = signed == Some(true);
    let theirs = believed(&note, &key);
    // This program is stricter than the other one in one thing (no control sign of any kind stands in a note) and milder in
    // one (white space around a key, which people paste).
    let is_strict = note.contains('\u{85}');
    assert!(
        is_by == theirs || is_by && believed(&note, key.trim()) || is_strict && !is_by,
        "{note:?} {key:?}"
    );
    asked.ask(json!(["signed", note, key]), json!(signed));

    let read = mine.as_ref().ok().and_then(|note| Checkpoint::read(note.text()).ok());
    let value = read.map(|read| json!([read.origin, read.size, hex(&read.root)]));
    match (&value, read_by_another(&note)) {
        (None, None | Some((_, true))) => {}
        (None, Some(_)) if is_strict => {}
        (mine, theirs) => assert_eq!(mine.as_ref(), theirs.as_ref().map(|(value, _)| value), "{note:?}"),
    }
    let is_checkpoint = value.is_some();
    asked.ask(json!(["checkpoint", note]), json!(value));
    let seen = mine
        .ok()
        .filter(|_| is_checkpoint)
        .map(|note| cosigned_at(&note, &witness.key()).ok().flatten());
    asked.ask(json!(["seen", note, witness.key().text()]), json!(seen.flatten()));
    is_by
}

#[test]
fn three_implementations_agree_on_random_and_altered_notes_and_keys() {
    let times = rounds("T4_NOTES", 1500);
    let (mut asked, mut chance) = (Asked::default(), Chance(7));
    let believed = (0..times).filter(|_| ask_of_a_note(&mut asked, &mut chance)).count();
    asked.compare();
    assert!(
        believed > times / 10 && believed < times * 9 / 10,
        "{believed} of {times}"
    );
    figure(
        "T4",
        &format!("{times} notes and keys, {believed} of them sound: three implementations agree on each"),
    );
}

/// Whether others find the tree of a bundle, the signatures of its notes and their place in the log of checkpoints sound.
/// Of rows, and of what a leaf says, they know nothing.
fn sound_to_others(export: &Export, key: &str) -> bool {
    let mut tree = Peer::new();
    let mut roots = vec![tree.root()];
    for leaf in &export.leaves {
        tree.push(leaf.clone());
        roots.push(tree.root());
    }
    let read = |note: &str| {
        let note = signed_note::Note::from_bytes(note.as_bytes()).ok()?;
        tlog_tiles::Checkpoint::from_bytes(note.text()).ok()
    };
    let sizes: Option<Vec<u64>> = export
        .notes
        .iter()
        .map(|note| {
            let checkpoint = read(note).filter(|_| believed(note, key))?;
            let root = roots.get(usize::try_from(checkpoint.size()).ok()?)?;
            (root.as_bytes().as_slice() == checkpoint.hash().0).then(|| checkpoint.size())
        })
        .collect();
    let Some(sizes) = sizes else { return false };
    let last = u64::try_from(export.leaves.len()).unwrap();
    let anchored = export.anchors.iter().all(|anchor| {
        let place = sizes.iter().position(|size| *size == anchor.size);
        let (Some(place), Some(log)) = (place, read(&anchor.note)) else {
            return false;
        };
        let proof = anchor.proof.iter().map(|hash| tlog_tiles::Hash(*hash)).collect();
        let own = tlog_tiles::record_hash(export.notes[place].as_bytes());
        tlog_tiles::check_record(&proof, log.size(), *log.hash(), anchor.index, own).is_ok()
    });
    let is_last_anchored = export.anchors.iter().any(|anchor| anchor.size == last);
    sizes.last() == Some(&last) && anchored && is_last_anchored
}

/// Alters an export in one of the ways of somebody with a text editor. Gives whether anything is another now, and whether
/// that is in what others look at, too.
fn alter(export: &mut Export, chance: &mut Chance) -> (bool, bool) {
    let before = export.clone();
    let (leaves, notes, rows) = (export.leaves.len(), export.notes.len(), export.rows.len());
    let way = chance.below(10);
    match way {
        0 => {
            let leaf = chance.below(leaves);
            let place = chance.below(export.leaves[leaf].len());
            export.leaves[leaf][place] ^= 1 << chance.below(7);
        }
        1 => drop(export.leaves.remove(chance.below(leaves))),
        2 => export.leaves.swap(chance.below(leaves), chance.below(leaves)),
        3 => {
            let row = chance.below(rows);
            export.rows[row].2.replace_range(0..1, "z");
        }
        4 => drop(export.rows.remove(chance.below(rows))),
        5 => export.rows.push((
            "positions".to_owned(),
            format!("x{}", chance.below(99)),
            "00".repeat(32),
        )),
        6 => {
            let note = chance.below(notes);
            export.notes[note] = chance.altered(&export.notes[note]);
        }
        7 => drop(export.notes.pop()),
        8 => {
            let anchor = &mut export.anchors[0];
            match chance.below(4) {
                0 => anchor.index ^= 1,
                1 if !anchor.proof.is_empty() => anchor.proof[0][chance.below(32)] ^= 1,
                2 => anchor.size ^= 1,
                _ => anchor.note = anchor.note.replacen('\n', "\n1", 1),
            }
        }
        _ => drop(export.anchors.pop()),
    }
    (*export != before, !(3..=5).contains(&way))
}

fn key_of(office: &TestOffice) -> String {
    vault(office).public_key(super::ledger_bundle::CODE).unwrap().text()
}

#[actix_web::test]
async fn two_verifiers_and_implementations_of_others_agree_on_bundles_that_were_altered() {
    let office = sealed_office().await;
    office.person("dung", &[AccessRole::Official]);
    seal(&office);
    let good = export(&office);
    let key = key_of(&office);
    assert_eq!(NoteKey::read(&key).unwrap().fingerprint(), fingerprint(&office));
    assert!(sound_to_others(&good, &key), "the control");
    let times = rounds("T4", 60);
    let mut chance = Chance(11);
    let (mut altered, mut by_others) = (0, 0);
    for _ in 0..times {
        let mut bad = good.clone();
        let (is_other, is_theirs) = alter(&mut bad, &mut chance);
        if is_other {
            let found = verdict(&office, &packed(&office, &bad), &[]);
            assert_ne!(found, 0);
            assert_ne!(found, 5, "an altered bundle is called sound: {bad:?}");
            assert_eq!(sound_to_others(&bad, &key), !is_theirs, "{bad:?}");
            altered += 1;
            by_others += usize::from(is_theirs);
        }
    }
    assert!(altered > times / 2 && by_others > times / 4);
    assert_eq!(verdict(&office, &packed(&office, &good), &[]), 5, "the control");
    figure(
        "T4",
        &format!(
            "{altered} altered bundles: two verifiers agree on each, none is accepted; implementations of others refuse the \
             {by_others} whose tree, notes or place in the log were altered"
        ),
    );
}
