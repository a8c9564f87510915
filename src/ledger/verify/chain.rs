//! One book read from its first leaf on: every leaf, every checkpoint, and what the leaves say about rows. Where the leaves
//! come from, a database or a bundle, is the caller's business.

use super::fault::{CheckpointFault, Fault, LeafFault};
use super::keys::{KEY, LOG_KEY, may_follow, step_of};
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
    /// The keys of the log of checkpoints that leaves name.
    pub(super) log_keys: Vec<(u64, NoteKey)>,
    pub(super) last_note: Option<(Checkpoint, String)>,
    /// The size and the hash of each checkpoint that is right, as a leaf of the log.
    pub(super) notes: Vec<(u64, Hash)>,
    /// For the log of checkpoints: whose checkpoint each leaf is, and its hash.
    pub(super) log: Option<Vec<(String, Hash)>>,
    pub(super) checkpoints: u64,
    pub(super) faults: Vec<Fault>,
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
            log_keys: Vec::new(),
            last_note: None,
            notes: Vec::new(),
            log: None,
            checkpoints: 0,
            faults: Vec::new(),
        }
    }

    /// The log of checkpoints, of which these are the keys, not read yet.
    pub fn of_log(keys: Vec<NoteKey>) -> Self {
        Self {
            keys: keys.into_iter().map(|key| (0, key)).collect(),
            log: Some(Vec::new()),
            ..Self::new(crate::ledger::LOG)
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

    /// Every key of the log of checkpoints that the leaves name.
    pub fn log_keys(&self) -> Vec<NoteKey> {
        self.log_keys.iter().map(|(_, key)| key.clone()).collect()
    }

    /// When the last leaf was added, UTC.
    pub fn last(&self) -> Option<NaiveDateTime> {
        self.last
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
        if self.log.is_some() {
            self.read_note(number, bytes);
            return (None, self.frontier.push_hash(hash));
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
        if [KEY, LOG_KEY].contains(&leaf.object.0.as_str()) && !self.take_key(number, leaf) {
            self.tell_leaf(number, LeafFault::Key);
        }
    }

    fn take_key(&mut self, number: u64, leaf: &Leaf) -> bool {
        let Ok(key) = NoteKey::read(&leaf.object.1) else {
            return false;
        };
        let Some((step, kind)) = step_of(&leaf.act).filter(|(_, kind)| *kind == leaf.object.0) else {
            return false;
        };
        let is_own = kind == KEY;
        let known = if is_own { &self.keys } else { &self.log_keys };
        let old = known.last().map(|(_, key)| key);
        let last = self
            .last_note
            .as_ref()
            .filter(|_| is_own)
            .map(|(_, note)| note.as_str());
        let is_right = may_follow(&step, (old, &key), &leaf.details, last);
        match (is_right, is_own) {
            (true, true) => self.keys.push((number, key)),
            (true, false) => self.log_keys.push((number, key)),
            (false, _) => {}
        }
        is_right
    }

    /// A leaf of the log of checkpoints is the note of a checkpoint, as it was signed.
    fn read_note(&mut self, number: u64, bytes: &[u8]) {
        let note = std::str::from_utf8(bytes).ok().and_then(|text| Note::read(text).ok());
        let said = note.and_then(|note| Checkpoint::read(note.text()).ok());
        match (said, &mut self.log) {
            (Some(said), Some(log)) => log.push((said.origin, leaf_hash(bytes))),
            (Some(_) | None, _) => self.tell_leaf(number, LeafFault::NoNote),
        }
    }

    /// Takes in a checkpoint of the size that was read so far; `root` is what stands beside the note, where something does.
    pub fn checkpoint(&mut self, size: u64, root: Option<&[u8]>, note: &str) {
        self.checkpoints = self.checkpoints.saturating_add(1);
        let what = self.checkpoint_fault(size, root, note);
        match what {
            Ok(checkpoint) => {
                self.notes.push((size, leaf_hash(note.as_bytes())));
                self.last_note = Some((checkpoint, note.to_owned()));
            }
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
        // The key that the leaves under this checkpoint name last; of the log any, for its leaves name none.
        let keys: Vec<NoteKey> = if self.log.is_some() {
            self.keys()
        } else {
            let named = self.keys.iter().rev().find(|(leaf, _)| *leaf < size);
            named.map(|(_, key)| key.clone()).into_iter().collect()
        };
        if keys.is_empty() {
            return Err(CheckpointFault::NoKey);
        }
        let by = note.signed_by(&keys).map_err(|_cause| CheckpointFault::Signature)?;
        if by.iter().all(|key| key.name() != said.origin) {
            return Err(CheckpointFault::Signature);
        }
        Ok(said)
    }
}

/// Holds every book against the log of checkpoints: since a book names the key of the log, each of its checkpoints is a leaf
/// of the log, in their order, and no leaf is of another book.
pub(super) fn compare_log(log: &mut Chain, books: &mut [Chain]) {
    let leaves = log.log.clone().unwrap_or_default();
    let mut known = 0_usize;
    for book in books {
        let names: Vec<String> = book.keys().iter().map(|key| key.name().to_owned()).collect();
        let own = leaves.iter().filter(|(origin, _)| names.contains(origin));
        let own: Vec<Hash> = own.map(|(_, hash)| *hash).collect();
        known = known.saturating_add(own.len());
        let notes: Vec<Hash> = book.notes.iter().map(|(_, hash)| *hash).collect();
        let first = book.log_keys.first().map_or(u64::MAX, |(leaf, _)| *leaf);
        let owed = book.notes.iter().filter(|(size, _)| *size > first).count();
        if !notes.ends_with(&own) || own.len() < owed {
            let (agency, size) = (book.agency.clone(), book.size());
            let what = CheckpointFault::NotLogged;
            book.tell(Fault::Checkpoint { agency, size, what });
        }
    }
    if known != leaves.len() {
        let size = log.size();
        log.tell_leaf(size, LeafFault::NoNote);
    }
}
