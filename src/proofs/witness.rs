//! What a witness is asked and what it may answer (C2SP tlog-witness, `add-checkpoint`): pure rules, without the network and
//! without a disk.

use super::checkpoint::Checkpoint;
use super::encode::{base64, from_base64};
use super::note::{Note, NoteKey};
use super::proof::is_consistent;
use super::tree::{Hash, empty_root};

/// A proof has no more hashes than this.
const MOST_HASHES: usize = 63;

/// A checkpoint that a witness is asked to sign, with the proof that it follows the one that the witness knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddCheckpoint {
    /// How many leaves the checkpoint has that the witness signed last; 0 when it signed none.
    pub old: u64,
    /// The proof from there to the new one.
    pub proof: Vec<Hash>,
    /// The signed note of the new one.
    pub note: String,
}

/// Why a witness does not sign. Each has its status in the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The request is not written as the protocol says.
    #[error("the request is not an add-checkpoint request")]
    Malformed,
    /// The witness follows no log of this origin.
    #[error("this witness follows no log of that origin")]
    UnknownLog,
    /// The checkpoint is not signed by a key of the log.
    #[error("the checkpoint is not signed by a key of that log")]
    NotSigned,
    /// The old size is greater than that of the checkpoint.
    #[error("the old size is greater than the size of the checkpoint")]
    OldTooGreat,
    /// The witness knows another size, or another root of this size.
    #[error("the witness knows another checkpoint, of {0} leaves")]
    Conflict(u64),
    /// The proof does not show that the checkpoint follows the one that the witness knows.
    #[error("the proof does not show that the checkpoint follows the last one")]
    Unproven,
}

impl Refused {
    /// The status of the answer.
    pub fn status(self) -> u16 {
        match self {
            Self::Malformed | Self::OldTooGreat => 400,
            Self::NotSigned => 403,
            Self::UnknownLog => 404,
            Self::Conflict(_) => 409,
            Self::Unproven => 422,
        }
    }
}

impl AddCheckpoint {
    /// The body of the request.
    pub fn text(&self) -> String {
        let lines: String = self.proof.iter().map(|hash| base64(hash) + "\n").collect();
        format!("old {}\n{lines}\n{}", self.old, self.note)
    }

    /// Reads the body of a request.
    ///
    /// # Errors
    /// [`Refused::Malformed`].
    pub fn read(body: &str) -> Result<Self, Refused> {
        let (head, note) = body.split_once("\n\n").ok_or(Refused::Malformed)?;
        let mut lines = head.split('\n');
        let size = lines.next().and_then(|line| line.strip_prefix("old "));
        let size = size.ok_or(Refused::Malformed)?;
        let old: u64 = size.parse().map_err(|_cause| Refused::Malformed)?;
        let hash = |line: &str| from_base64(line).and_then(|bytes| Hash::try_from(bytes).ok());
        let proof: Vec<Hash> = lines.map(hash).collect::<Option<_>>().ok_or(Refused::Malformed)?;
        if old.to_string() != size || proof.len() > MOST_HASHES {
            return Err(Refused::Malformed);
        }
        let note = note.to_owned();
        Ok(Self { old, proof, note })
    }

    /// Whether the checkpoint is one of a log that the witness follows. `keys` gives the keys of a log by its origin.
    ///
    /// # Errors
    /// [`Refused`], in the order of the protocol: malformed, unknown, not signed, old size too great.
    pub fn recognise<'k>(
        &self,
        keys: impl FnOnce(&str) -> Option<&'k [NoteKey]>,
    ) -> Result<(Note, Checkpoint), Refused> {
        let note = Note::read(&self.note).map_err(|_cause| Refused::Malformed)?;
        let said = Checkpoint::read_extended(note.text()).map_err(|_cause| Refused::Malformed)?;
        let keys = keys(&said.origin).ok_or(Refused::UnknownLog)?;
        // One right signature is enough; a forged one beside it is nobody's.
        let is_signed = keys.iter().any(|key| note.signed_by(std::slice::from_ref(key)).is_ok());
        if !is_signed {
            return Err(Refused::NotSigned);
        }
        if self.old > said.size {
            return Err(Refused::OldTooGreat);
        }
        Ok((note, said))
    }

    /// Whether the checkpoint `said` follows the last one that the witness signed: to be asked while nobody else can sign.
    ///
    /// # Errors
    /// [`Refused::Conflict`] and [`Refused::Unproven`].
    pub fn must_follow(&self, said: &Checkpoint, last: Option<&Checkpoint>) -> Result<(), Refused> {
        let (known, root) = last.map_or((0, empty_root()), |last| (last.size, last.root));
        if self.old != known {
            return Err(Refused::Conflict(known));
        }
        if last.is_some() && known == said.size && root != said.root {
            return Err(Refused::Conflict(known));
        }
        let is_empty_and_not = said.size == 0 && said.root != empty_root();
        if is_empty_and_not || !is_consistent((known, &root), (said.size, &said.root), &self.proof) {
            return Err(Refused::Unproven);
        }
        Ok(())
    }
}
