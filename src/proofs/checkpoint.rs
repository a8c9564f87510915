//! The text of a checkpoint (C2SP tlog-checkpoint): whose book, how many leaves, which root. No extension lines.

use super::encode::{base64, from_base64};
use super::tree::Hash;

/// How a book stood at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Whose book it is.
    pub origin: String,
    /// How many leaves it has.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

/// Why a text is no checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointFault {
    /// There are not exactly three lines.
    #[error("a checkpoint has three lines: origin, size and root")]
    Lines,
    /// The size is no number as it is written in decimal.
    #[error("the size of the checkpoint is no number")]
    Size,
    /// The root is not 32 bytes in base64.
    #[error("the root of the checkpoint is not 32 bytes in base64")]
    Root,
}

impl Checkpoint {
    /// The text that is signed.
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, base64(&self.root))
    }

    /// Reads a text of exactly three lines, as this program writes it.
    ///
    /// # Errors
    /// [`CheckpointFault`].
    pub fn read(text: &str) -> Result<Self, CheckpointFault> {
        if text.split('\n').count() != 4 {
            return Err(CheckpointFault::Lines);
        }
        Self::read_extended(text)
    }

    /// Reads a text that may have lines of extensions, which are passed over: what a witness of other programs' logs meets.
    ///
    /// # Errors
    /// [`CheckpointFault`].
    pub fn read_extended(text: &str) -> Result<Self, CheckpointFault> {
        let lines: Vec<&str> = text.strip_suffix('\n').unwrap_or_default().split('\n').collect();
        let [origin, size, root, extensions @ ..] = lines.as_slice() else {
            return Err(CheckpointFault::Lines);
        };
        if origin.is_empty() || extensions.iter().any(|line| line.is_empty()) {
            return Err(CheckpointFault::Lines);
        }
        let number: u64 = size.parse().map_err(|_cause| CheckpointFault::Size)?;
        if number.to_string() != *size {
            return Err(CheckpointFault::Size);
        }
        let root: Hash = from_base64(root)
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or(CheckpointFault::Root)?;
        Ok(Self {
            origin: (*origin).to_owned(),
            size: number,
            root,
        })
    }
}
