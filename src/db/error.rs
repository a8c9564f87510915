//! What can go wrong with the database itself.

/// A failure of the database, not of what was asked of it.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// It could not be opened.
    #[error("opening the database {0}")]
    Open(String, #[source] diesel::ConnectionError),
    /// The SQLite library in this build has a known corruption fault.
    #[error("SQLite {0} is older than 3.51.3, which mended a fault that damages databases in WAL mode")]
    OldSqlite(String),
    /// The database was made by a newer program.
    #[error("the database has the migration {0}, which this program does not know; use the newer program")]
    Newer(String),
    /// A migration failed.
    #[error("migrating the database: {0}")]
    Migrate(String),
    /// The database could not be copied before it is migrated; it was left as it is.
    #[error("the database was not migrated, because it could not be copied before: {0}")]
    Before(String),
    /// It could not be copied, or be made from a copy.
    #[error("copying the database: {0}")]
    Copy(String),
    /// A copy is loaded into an empty database only.
    #[error("the database {0} is not empty")]
    NotEmpty(String),
    /// No reader came free.
    #[error("no database reader came free: {0}")]
    Pool(String),
    /// The commit failed: the change may or may not be there.
    #[error("committing the change: {0}")]
    Commit(String),
    /// There is no room on the disk: nothing of the change was kept.
    #[error("the disk is full")]
    Full,
    /// The writer could not begin a transaction: nothing of the change was tried.
    #[error("beginning the change: {0}")]
    Begin(String),
    /// The writer has stopped.
    #[error("the writer of the database has stopped")]
    Stopped,
    /// A change panicked; nothing of it was kept.
    #[error("a change to the database broke off")]
    Panicked,
    /// Nothing may be written for now.
    #[error("the database is read-only: {0}")]
    Halted(super::Halt),
    /// The keys of what is sealed failed.
    #[error(transparent)]
    Keys(#[from] super::KeyError),
    /// A query failed.
    #[error("asking the database")]
    Query(#[from] diesel::result::Error),
}
