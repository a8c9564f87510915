//! Notes and checkpoints beside another implementation, and what is refused.

use crate::proofs::{
    Checkpoint, Note, NoteFault, NoteKey, NoteSigner, SignatureKind, base64, cosign, cosigned_at, from_base64,
    from_hex, hex,
};
use proptest::prelude::*;

/// The example key of the reference implementation of signed notes (Go's note package).
const PETER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const PETERS_NOTE: &str = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n\
    \u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

#[test]
fn the_example_of_the_reference_implementation_is_believed_and_an_altered_one_is_not() {
    let key = NoteKey::read(PETER).unwrap();
    assert_eq!(key.text(), PETER);
    let note = Note::read(PETERS_NOTE).unwrap();
    assert_eq!(note.signed_by(std::slice::from_ref(&key)).unwrap(), [&key]);
    let altered = Note::read(&PETERS_NOTE.replace("answer", "Answer")).unwrap();
    assert_eq!(altered.signed_by(&[key]), Err(NoteFault::Forged));
}

fn signer() -> NoteSigner {
    NoteSigner::new("xa.example/ledger/H38", SignatureKind::Ed25519, &[7; 32]).unwrap()
}

#[test]
fn another_implementation_reads_what_this_one_signs() {
    use signed_note::{StandardVerifier, VerifierList};
    let text = Checkpoint {
        origin: "xa.example/ledger/H38".to_owned(),
        size: 5,
        root: [3; 32],
    }
    .text();
    let note = signer().sign(&text);
    let verifier = StandardVerifier::new(&signer().key().text()).unwrap();
    let theirs = signed_note::Note::from_bytes(note.as_bytes()).unwrap();
    let (verified, _) = theirs.verify(&VerifierList::new(vec![Box::new(verifier)])).unwrap();
    assert_eq!(verified.len(), 1);
    let read = tlog_tiles::Checkpoint::from_bytes(theirs.text()).unwrap();
    assert_eq!(
        (read.origin(), read.size(), read.hash().0),
        ("xa.example/ledger/H38", 5, [3; 32])
    );
    assert_eq!(Checkpoint::read(&text).unwrap().text(), text);
}

#[test]
fn what_is_no_note_key_or_checkpoint_is_refused() {
    for note in [
        "",
        "a\n",
        "a\n\n",
        "a\n\nb\n",
        "a\n\n\u{2014} x\n",
        "a\n\n\u{2014} x AAAA\n",
        "a\r\n\n\u{2014} x AAAAAAA=\n",
    ] {
        assert_eq!(Note::read(note), Err(NoteFault::Malformed), "{note:?}");
    }
    for key in [
        "",
        "a+b",
        "a+00000000+AAAA",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ] {
        assert_eq!(NoteKey::read(key), Err(NoteFault::Key), "{key:?}");
    }
    assert!(NoteSigner::new("two words", SignatureKind::Ed25519, &[1; 32]).is_err());
    let root = base64(&[0; 32]);
    for text in [
        "",
        "a\n1\n",
        &format!("a\n01\n{root}\n"),
        &format!("a\n+1\n{root}\n"),
        &format!("a\n1\n{root}\nmore\n"),
        "a\n1\nAAAA\n",
        &format!("\n1\n{root}\n"),
        &format!("a\n1\n{root}"),
    ] {
        assert!(Checkpoint::read(text).is_err(), "{text:?}");
    }
    let other = NoteSigner::new("other", SignatureKind::Ed25519, &[8; 32]).unwrap();
    let note = Note::read(&other.sign("a\n")).unwrap();
    assert_eq!(note.signed_by(&[signer().key()]), Err(NoteFault::Unknown));
}

#[test]
fn a_witness_says_when_it_saw_a_checkpoint_and_nobody_else_can() {
    let witness = NoteSigner::new("witness.example", SignatureKind::Cosignature, &[9; 32]).unwrap();
    let text = Checkpoint {
        origin: "x".to_owned(),
        size: 1,
        root: [1; 32],
    }
    .text();
    let note = format!("{}{}", signer().sign(&text), cosign(&witness, &text, 1_795_000_000));
    let note = Note::read(&note).unwrap();
    assert_eq!(cosigned_at(&note, &witness.key()), Ok(Some(1_795_000_000)));
    let other = NoteSigner::new("witness.example", SignatureKind::Cosignature, &[10; 32]).unwrap();
    assert_eq!(cosigned_at(&note, &other.key()), Ok(None));
    let moved = Note::read(&format!("{}{}", signer().sign("x\n2\nA\n"), cosign(&witness, &text, 5))).unwrap();
    assert_eq!(cosigned_at(&moved, &witness.key()), Err(NoteFault::Forged));
    assert_eq!(NoteKey::read(&witness.key().text()).unwrap(), witness.key());
}

proptest! {
    #[test]
    fn bytes_come_back_from_text(bytes: Vec<u8>) {
        prop_assert_eq!(from_hex(&hex(&bytes)), Some(bytes.clone()));
        prop_assert_eq!(from_base64(&base64(&bytes)), Some(bytes));
    }

    #[test]
    fn no_altered_note_is_believed(place in 0..60_usize, bit in 0..7_u32) {
        let text = Checkpoint { origin: "xa.example/ledger/H38".to_owned(), size: 5, root: [3; 32] }.text();
        let mut note = signer().sign(&text).into_bytes();
        note[place] ^= 1 << bit;
        let read = String::from_utf8(note).ok().and_then(|note| Note::read(&note).ok());
        prop_assert!(read.is_none_or(|note| note.signed_by(&[signer().key()]).is_err()));
    }

    #[test]
    fn nothing_that_is_read_breaks_off(text: String) {
        drop(Note::read(&text));
        drop(NoteKey::read(&text));
        drop(Checkpoint::read(&text));
        drop(from_base64(&text));
    }
}
