//! That the checkpoints of a book stand in the log of checkpoints, and who outside has seen that log: as a bundle tells it.

use super::witness::is_fresh;
use crate::ledger::{Anchor, Chain, CheckpointFault, Fault};
use crate::proofs::{Checkpoint, Hash, Note, NoteKey, cosigned_at, from_hex, hex, is_included, leaf_hash};
use serde_json::{Value, json};

/// An anchor as a line of a bundle: size of the book, note of the log, place in it, proof.
pub(super) fn written(anchor: &Anchor) -> Value {
    let proof: Vec<String> = anchor.proof.iter().map(|hash| hex(hash)).collect();
    json!([anchor.size, anchor.note, anchor.index, proof])
}

/// Reads such a line.
pub(super) fn read(line: &Value) -> Option<Anchor> {
    let [size, note, index, proof] = line.as_array()?.as_slice() else {
        return None;
    };
    let hash = |text: &Value| -> Option<Hash> { from_hex(text.as_str()?)?.try_into().ok() };
    Some(Anchor {
        size: size.as_u64()?,
        note: note.as_str()?.to_owned(),
        index: index.as_u64()?,
        proof: proof.as_array()?.iter().map(hash).collect::<Option<_>>()?,
    })
}

/// The notes of the log that are right, and what is wrong: an anchor that does not lead from a checkpoint of the book to a
/// note that a key of the log signed, or none for the last checkpoint of a book that names such a key.
pub(super) fn check(anchors: &[Anchor], notes: &[String], chain: &Chain) -> (Vec<Note>, Vec<Fault>) {
    let (keys, mut right, mut wrong) = (chain.log_keys(), Vec::new(), Vec::new());
    let fault = |size| Fault::Checkpoint {
        agency: chain.agency().to_owned(),
        size,
        what: CheckpointFault::NotLogged,
    };
    for anchor in anchors {
        match anchored(anchor, notes, &keys) {
            Some(note) => right.push(note),
            None => wrong.push(fault(anchor.size)),
        }
    }
    let last = chain.last_note().map_or(0, |(last, _)| last.size);
    if !keys.is_empty() && anchors.iter().all(|anchor| anchor.size != last) {
        wrong.push(fault(last));
    }
    (right, wrong)
}

fn anchored(anchor: &Anchor, notes: &[String], keys: &[NoteKey]) -> Option<Note> {
    let log = Note::read(&anchor.note).ok()?;
    let by = log.signed_by(keys).ok()?;
    let said = Checkpoint::read(log.text()).ok()?;
    let is_own = by.iter().any(|key| key.name() == said.origin);
    let size = |note: &String| {
        Checkpoint::read(Note::read(note).ok()?.text())
            .ok()
            .map(|said| said.size)
    };
    let note = notes.iter().find(|note| size(note) == Some(anchor.size))?;
    let leaf = leaf_hash(note.as_bytes());
    let is_in = is_included(&leaf, anchor.index, said.size, &said.root, &anchor.proof);
    (is_own && is_in).then_some(log)
}

/// How many of these witnesses saw one of the notes of the log, not longer before the last leaf of the book than counts.
pub(super) fn witnesses(notes: &[Note], chain: &Chain, known: &[NoteKey]) -> u64 {
    let has_seen = |witness: &&NoteKey| {
        notes.iter().any(|note| {
            let Ok(Some(time)) = cosigned_at(note, witness) else {
                return false;
            };
            let at = i64::try_from(time)
                .ok()
                .and_then(|time| chrono::DateTime::from_timestamp(time, 0));
            at.zip(chain.last())
                .is_some_and(|(at, last)| is_fresh(at.naive_utc(), last))
        })
    };
    u64::try_from(known.iter().filter(has_seen).count()).unwrap_or(u64::MAX)
}
