//! Why bytes are no whole bundle.

/// What is wrong with a bundle.
#[derive(Debug, thiserror::Error)]
pub enum BundleFault {
    /// Neither a bundle nor a locked one.
    #[error("this is no backup of quytrinh")]
    NotBundle,
    /// A part differs from what the manifest says of it, or is cut off.
    #[error("the part {0} is damaged")]
    Damaged(String),
    /// The file ends where a part should go on.
    #[error("the file ends within the part {0}")]
    CutOff(String),
    /// Something follows the end.
    #[error("the file goes on after its end")]
    TooLong,
    /// The head of a locked bundle is damaged.
    #[error("the head of the locked file is damaged")]
    Head,
    /// Another passphrase locked it.
    #[error("the passphrase is not the one that locked this file")]
    WrongPassphrase,
    /// It is locked, and no passphrase was given.
    #[error("the file is locked; a passphrase is needed")]
    Locked,
    /// A piece of a locked bundle is damaged.
    #[error("the locked file is damaged in its piece {0} (of 64 KiB)")]
    Piece(u64),
    /// A name that a bundle cannot hold.
    #[error("the name {0} cannot stand in a bundle")]
    Name(String),
    /// A file is not as long as was said, or has other bytes.
    #[error("the file for {0} changed while it was written")]
    Changed(String),
    /// The disk or the network failed.
    #[error("reading or writing: {0}")]
    Io(#[from] std::io::Error),
}

impl BundleFault {
    /// A failure of reading, as what it is: a fault of the locked stream inside comes out again.
    pub(super) fn of(part: &str, cause: std::io::Error) -> Self {
        if cause.kind() == std::io::ErrorKind::UnexpectedEof {
            return Self::CutOff(part.to_owned());
        }
        match cause.downcast::<Self>() {
            Ok(inner) => inner,
            Err(cause) => Self::Io(cause),
        }
    }
}
