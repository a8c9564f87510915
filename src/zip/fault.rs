//! Why bytes are no archive that is read here, or why one cannot be written.

/// What is wrong with an archive.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ZipFault {
    /// Not an archive, or one without its end.
    #[error("this is no whole ZIP archive")]
    NotZip,
    /// A record of the archive does not fit the others.
    #[error("the ZIP archive is damaged at {0}")]
    Damaged(String),
    /// More files than are read.
    #[error("the archive has more than {0} files")]
    TooMany(usize),
    /// Unpacked, a file or all files together are larger than is read.
    #[error("unpacked, {name} goes beyond {limit} bytes")]
    TooLarge {
        /// The file.
        name: String,
        /// Bytes that may be unpacked.
        limit: usize,
    },
    /// Protected by a password.
    #[error("the file {0} in the archive is encrypted")]
    Encrypted(String),
    /// Packed in a way that is not read.
    #[error("the file {0} is packed in a way that is not read; only stored and deflated files are")]
    Method(String),
    /// Two files have one name.
    #[error("the archive has two files named {0}")]
    Twice(String),
    /// A name that leads elsewhere.
    #[error("the archive has a file with the name {0}, which is not allowed")]
    Name(String),
}

impl ZipFault {
    /// The stable text of the fault, by which its words are found.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotZip => "not-zip",
            Self::Damaged(_) => "damaged",
            Self::TooMany(_) => "too-many",
            Self::TooLarge { .. } => "too-large",
            Self::Encrypted(_) => "encrypted",
            Self::Method(_) => "method",
            Self::Twice(_) => "twice",
            Self::Name(_) => "name",
        }
    }

    /// What fills the holes of its words: `{says}` is a name in the archive, `{limit}` a bound.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NotZip => Vec::new(),
            Self::TooMany(limit) => vec![("limit", limit.to_string())],
            Self::TooLarge { name, limit } => vec![("says", name.clone()), ("limit", limit.to_string())],
            Self::Damaged(name) | Self::Encrypted(name) | Self::Method(name) | Self::Twice(name) | Self::Name(name) => {
                vec![("says", name.clone())]
            }
        }
    }
}
