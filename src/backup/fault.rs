//! Why a backup was not taken, not restored or not rehearsed; each has its exit status.

use crate::bundle::BundleFault;
use crate::db::DbError;
use crate::web::Failure;
use std::path::Path;

/// What went wrong; nothing is left behind then.
#[derive(Debug, thiserror::Error)]
pub enum BackupFault {
    /// Another backup is being written there.
    #[error("another backup is being written to {0}; wait until it is done")]
    Busy(String),
    /// The target is too small.
    #[error("there is not enough space in {place}: {needed} bytes are needed, {free} are free")]
    NoSpace {
        /// The folder.
        place: String,
        /// Bytes that the backup needs while it is written.
        needed: u64,
        /// Bytes that are free.
        free: u64,
    },
    /// An attached file that the database names is not there.
    #[error("the attached file {0} is missing; a backup without it would not be whole")]
    Missing(String),
    /// An attached file has other bytes than the database says.
    #[error("the attached file {0} differs from its hash; restore it from an older backup first")]
    Different(String),
    /// There is no office to back up.
    #[error("there is no database at {0}")]
    NoOffice(String),
    /// There is no backup in the folder.
    #[error("there is no backup in {0}")]
    NoBackup(String),
    /// What is to be restored into is not empty.
    #[error("{0} is not empty; a backup is restored into an empty place only")]
    NotEmpty(String),
    /// The backup is damaged, or none.
    #[error("{0}: {1}")]
    Archive(String, #[source] BundleFault),
    /// The manifest cannot be understood.
    #[error("{0}: the manifest cannot be understood: {1}")]
    Manifest(String, String),
    /// A newer program wrote it.
    #[error("the backup was written by a newer program ({program}, schema {schema}); restore it with that one")]
    Newer {
        /// The program's version.
        program: String,
        /// The last migration of its database.
        schema: String,
    },
    /// It is of the other kind of database.
    #[error("the backup is of {0}; {1}")]
    OtherStorage(&'static str, &'static str),
    /// What was restored is not sound.
    #[error("the backup was unpacked, but {} thing(s) are wrong with it: {}", .0.len(), list(.0))]
    Unsound(Vec<super::Problem>),
    /// Nobody of that name has an account in what was restored.
    #[error("nobody named {0} has an account in the backup")]
    Nobody(String),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// An act was refused.
    #[error("{0}")]
    House(String),
    /// The disk failed.
    #[error("{0}: {1}")]
    Disk(String, #[source] std::io::Error),
}

fn list(problems: &[super::Problem]) -> String {
    let told: Vec<String> = problems.iter().take(10).map(ToString::to_string).collect();
    told.join("; ")
}

impl From<Failure> for BackupFault {
    fn from(failure: Failure) -> Self {
        Self::House(failure.to_string())
    }
}

impl BackupFault {
    /// A failure of the disk at a path.
    pub(super) fn disk(path: &Path) -> impl Fn(std::io::Error) -> Self {
        let path = path.display().to_string();
        move |cause| Self::Disk(path.clone(), cause)
    }

    /// A fault of a backup's file.
    pub(super) fn archive(path: &Path) -> impl Fn(BundleFault) -> Self {
        let path = path.display().to_string();
        move |fault| Self::Archive(path.clone(), fault)
    }

    /// The word of the fault: what the ledger keeps and the page speaks by.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Busy(_) => "busy",
            Self::NoSpace { .. } => "no_space",
            Self::Missing(_) => "missing",
            Self::Different(_) => "different",
            Self::NoOffice(_) => "no_office",
            Self::NoBackup(_) => "no_backup",
            Self::NotEmpty(_) => "not_empty",
            Self::Archive(_, BundleFault::WrongPassphrase | BundleFault::Locked) => "passphrase",
            Self::Archive(..) | Self::Manifest(..) => "damaged",
            Self::Newer { .. } => "newer",
            Self::OtherStorage(..) => "other_storage",
            Self::Unsound(_) => "unsound",
            Self::Nobody(_) => "nobody",
            Self::Db(_) | Self::House(_) => "database",
            Self::Disk(..) => "disk",
        }
    }

    /// The exit status of the command.
    pub fn exit_status(&self) -> u8 {
        match self.code() {
            "not_empty" => 3,
            "damaged" => 4,
            "passphrase" => 5,
            "newer" => 6,
            "no_space" => 7,
            "unsound" => 8,
            "other_storage" => 9,
            "busy" => 10,
            "missing" | "different" => 11,
            _other => 1,
        }
    }
}
