//! One book read from its first leaf on: every leaf, every checkpoint, and what the leaves say about rows. Where the leaves
//! come from, a database or a bundle, is the caller's business.

use super::fault::{CheckpointFault, Fault, LeafFault};
use crate::ledger::leaf::Leaf;
use crate::ledger::replay::{Expected, take_in};
use crate::proofs::{Checkpoint, Frontier, Hash, Note, NoteKey, from_hex, leaf_hash};
use chrono::NaiveDateTime;

/// No more faults than this are told one by one.
pub(super) const MOST: usize = 1000;

/// A book as far as it was read.
pub struct Chain {
    pub(super) agency: String,
    pub(super) frontier: Frontier,
    pub(super) last: Option<NaiveDateTime>,
    pub(super) schema: Option<String>,
    /// The keys that leaves name, each with the number of its leaf.
    pub(super) keys: Vec<(u64, NoteKey)>,
    pub(super) last_note: Option<(Checkpoint, String)>,
    pub(super) checkpoints: u64,
    pub(super) faults: Vec<Fault>,
}

/// The act of a leaf that names the first key of a book.
pub const KEY_NAMED: &str = "ledger.key_named";
/// The act of a leaf by which another key takes over, signed by both.
pub const KEY_CHANGED: &str = "ledger.key_changed";
/// The kind of object under which leaves name keys.
pub const KEY: &str = "key";

/// What both keys sign when one takes over from the other.
pub fn key_change_text(old: &NoteKey, new: &NoteKey) -> String {
    format!("quytrinh/key/v1\n{}\n{}\n", old.text(), new.text())
}

pub(super) fn hash_of(text: &[u8]) -> Option<Hash> {
    from_hex(std::str::from_utf8(text).ok()?)?.try_into().ok()
}

impl Chain {
    /// A book that was not read yet.
    pub fn new(agency: &str) -> Self {
        Self {
            agency: agency.to_owned(),
            frontier: Frontier::default(),
            last: None,
            schema: None,
            keys: Vec::new(),
            last_note: None,
            checkpoints: 0,
            faults: Vec::new(),
        }
    }

    /// Whose book it is.
    pub fn agency(&self) -> &str {
        &self.agency
    }

    /// How many leaves were read.
    pub fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// The root over the leaves that were read.
    pub fn root(&self) -> Hash {
        self.frontier.root()
    }

    /// What was found.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// The last checkpoint that was read and is right, with its note.
    pub fn last_note(&self) -> Option<&(Checkpoint, String)> {
        self.last_note.as_ref()
    }

    /// The key that signs at the end of what was read.
    pub fn key(&self) -> Option<&NoteKey> {
        self.keys.last().map(|(_, key)| key)
    }

    /// Every key that the leaves name.
    pub fn keys(&self) -> Vec<NoteKey> {
        self.keys.iter().map(|(_, key)| key.clone()).collect()
    }

    /// The digest of the schema that the last leaf about it names.
    pub fn schema(&self) -> Option<&str> {
        self.schema.as_deref()
    }

    pub(super) fn tell(&mut self, fault: Fault) {
        if self.faults.len() < MOST {
            self.faults.push(fault);
        }
    }

    fn tell_leaf(&mut self, seq: u64, what: LeafFault) {
        let agency = self.agency.clone();
        self.tell(Fault::Leaf { agency, seq, what });
    }

    /// Takes in the next leaf, with the hash that is stored beside it where there is one. Gives what the leaf says, and the
    /// nodes that it completes.
    pub fn leaf(
        &mut self,
        seq: u64,
        bytes: &[u8],
        stored: Option<&[u8]>,
        expected: &mut Expected,
    ) -> (Option<Leaf>, Vec<(u32, u64, Hash)>) {
        let number = self.size();
        if seq != number {
            self.tell_leaf(number, LeafFault::Missing);
        }
        let mut hash = leaf_hash(bytes);
        if let Some(stored) = stored {
            let stored = hash_of(stored);
            if stored != Some(hash) {
                self.tell_leaf(number, LeafFault::Changed);
            }
            // Whichever of both was changed, the checkpoints tell whether the other is what was signed.
            hash = stored.unwrap_or(hash);
        }
        let leaf = Leaf::read(bytes);
        match &leaf {
            None => self.tell_leaf(number, LeafFault::Unreadable),
            Some(leaf) => self.read(number, leaf, expected),
        }
        (leaf, self.frontier.push_hash(hash))
    }

    fn read(&mut self, number: u64, leaf: &Leaf, expected: &mut Expected) {
        if leaf.seq != number {
            self.tell_leaf(number, LeafFault::Unreadable);
        }
        if self.last.is_some_and(|last| leaf.at < last) {
            self.tell_leaf(number, LeafFault::Time);
        }
        self.last = Some(leaf.at);
        if !take_in(expected, &self.agency, leaf) {
            self.tell_leaf(number, LeafFault::Unreadable);
        }
        if leaf.object.0 == crate::ledger::append::SCHEMA {
            self.schema = Some(leaf.object.1.clone());
        }
        if leaf.object.0 == KEY && !self.take_key(number, leaf) {
            self.tell_leaf(number, LeafFault::Key);
        }
    }

    fn take_key(&mut self, number: u64, leaf: &Leaf) -> bool {
        let Ok(key) = NoteKey::read(&leaf.object.1) else {
            return false;
        };
        let is_right = match (leaf.act.as_str(), self.key()) {
            (KEY_NAMED, None) => true,
            (KEY_CHANGED, Some(old)) => {
                let text = key_change_text(old, &key);
                let note = leaf.details.get("note").and_then(serde_json::Value::as_str);
                note.and_then(|note| Note::read(note).ok()).is_some_and(|note| {
                    note.text() == text
                        && note
                            .signed_by(&[old.clone(), key.clone()])
                            .is_ok_and(|by| by.len() == 2)
                })
            }
            _other => false,
        };
        if is_right {
            self.keys.push((number, key));
        }
        is_right
    }

    /// Takes in a checkpoint of the size that was read so far; `root` is what stands beside the note, where something does.
    pub fn checkpoint(&mut self, size: u64, root: Option<&[u8]>, note: &str) {
        self.checkpoints = self.checkpoints.saturating_add(1);
        let what = self.checkpoint_fault(size, root, note);
        match what {
            Ok(checkpoint) => self.last_note = Some((checkpoint, note.to_owned())),
            Err(what) => {
                let agency = self.agency.clone();
                self.tell(Fault::Checkpoint { agency, size, what });
            }
        }
    }

    fn checkpoint_fault(&self, size: u64, root: Option<&[u8]>, note: &str) -> Result<Checkpoint, CheckpointFault> {
        let note = Note::read(note).map_err(|_cause| CheckpointFault::Unreadable)?;
        let said = Checkpoint::read(note.text()).map_err(|_cause| CheckpointFault::Unreadable)?;
        if said.size != size || size != self.size() {
            return Err(CheckpointFault::Size);
        }
        if said.root != self.root() || root.is_some_and(|root| hash_of(root) != Some(said.root)) {
            return Err(CheckpointFault::Root);
        }
        // The key that the leaves under this checkpoint name last.
        let key = self
            .keys
            .iter()
            .rev()
            .find(|(leaf, _)| *leaf < size)
            .map(|(_, key)| key.clone());
        let key = key.ok_or(CheckpointFault::NoKey)?;
        note.signed_by(&[key]).map_err(|_cause| CheckpointFault::Signature)?;
        Ok(said)
    }
}
