//! The two databases behind one connection type: SQLite inside the program, or PostgreSQL.
//!
//! Readers are truly read-only. All writes go through one writer, which commits waiting changes together: each is
//! answered only after the commit that holds it is durable.

mod before;
mod connection;
mod error;
mod fault;
mod halt;
mod home;
mod keys;
mod migrate;
mod snapshot;
mod writer;

pub use connection::{AnyConnection, MultiBackend};
pub use error::DbError;
pub use halt::Halt;
pub use keys::{KeyError, Keyring, Secret, copy_keys};
pub use migrate::{Guards, Opening};
pub use snapshot::{ScratchServer, faults, is_on_server, knows, load, own_schema, schema_at, schema_of, snapshot};

use diesel::r2d2::{ConnectionManager, CustomizeConnection, Pool};
use std::sync::Arc;
use std::time::Duration;
use writer::Writer;

/// Runs one query on the concrete connection, for what the shared type cannot do (batch inserts, upserts, unions).
#[macro_export]
macro_rules! on {
    ($conn:expr, $c:ident => $e:expr) => {
        match &mut *$conn {
            $crate::db::AnyConnection::Sqlite($c) => $e,
            $crate::db::AnyConnection::Postgres($c) => $e,
        }
    };
}

/// The database: a pool of readers and one writer. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    readers: Pool<ConnectionManager<AnyConnection>>,
    /// None when it was opened only to look at it.
    writer: Option<Arc<Writer>>,
    url: Arc<str>,
    stop: halt::Stop,
    home: Arc<std::sync::OnceLock<std::path::PathBuf>>,
    keys: Option<Arc<Keyring>>,
}

#[derive(Debug)]
struct ReadOnly;

impl CustomizeConnection<AnyConnection, diesel::r2d2::Error> for ReadOnly {
    fn on_acquire(&self, conn: &mut AnyConnection) -> Result<(), diesel::r2d2::Error> {
        connection::prepare_reader(conn).map_err(diesel::r2d2::Error::QueryError)
    }
}

impl Db {
    /// Opens the database at `url` (a file path, or `postgres://…`), migrates it and applies the guards. When the ledger finds
    /// that it is not as it was left, nothing of that is done: it can be read, and is halted.
    ///
    /// # Errors
    /// When it cannot be opened, is of a newer version than this program, or its SQLite library is too old.
    pub fn open(url: &str, guards: &[Guards], opening: Opening, readers: u32) -> Result<Self, DbError> {
        let (conn, halt) = connection::patiently(|| {
            let mut conn = connection::establish(url)?;
            connection::prepare_writer(&mut conn)?;
            let halt = migrate::run(&mut conn, url, guards, opening)?;
            Ok((conn, halt))
        })?;
        let stop = halt::Stop::default();
        if let Some(halt) = halt {
            stop.set(halt);
        }
        let address: Arc<str> = url.into();
        let writer = Writer::start(conn, Arc::clone(&address), stop.clone(), opening.watch);
        Ok(Self {
            readers: pool(url, readers)?,
            writer: Some(Arc::new(writer)),
            url: Arc::clone(&address),
            stop,
            home: Arc::default(),
            keys: None,
        })
    }

    /// Opens the database at `url` only to look at it: nothing is migrated, applied or written.
    ///
    /// # Errors
    /// When it is not there or cannot be opened.
    pub fn open_to_read(url: &str, readers: u32) -> Result<Self, DbError> {
        let is_file = !url.contains("://");
        if is_file && !std::path::Path::new(url).is_file() {
            let missing = diesel::ConnectionError::BadConnection("there is no such file".to_owned());
            return Err(DbError::Open(url.to_owned(), missing));
        }
        let stop = halt::Stop::default();
        Ok(Self {
            readers: pool(url, readers)?,
            writer: None,
            url: url.into(),
            stop,
            home: Arc::default(),
            keys: None,
        })
    }

    /// The same database with the keys of what is sealed in it.
    #[must_use]
    pub fn with_keys(mut self, keys: Keyring) -> Self {
        self.keys = Some(Arc::new(keys));
        self
    }

    /// The keys of what is sealed in it; `None` when it was opened without them.
    pub fn keys(&self) -> Option<&Arc<Keyring>> {
        self.keys.as_ref()
    }

    /// Writes what was deleted over for good: SQLite takes its log into the database and cuts it off, PostgreSQL makes the
    /// table anew without its dead rows. False when somebody still reads an older state, so that it must be tried again.
    ///
    /// # Errors
    /// When the database fails.
    pub fn scrub(&self, table: &'static str) -> Result<bool, DbError> {
        let mut conn = connection::establish(&self.url)?;
        connection::prepare_writer(&mut conn)?;
        connection::scrub(&mut conn, table)
    }

    /// Runs `job` on a connection that the database itself keeps from writing.
    ///
    /// # Errors
    /// What `job` gives, or that no reader came free.
    pub fn read<T, E: From<DbError>>(&self, job: impl FnOnce(&mut AnyConnection) -> Result<T, E>) -> Result<T, E> {
        let mut conn = self
            .readers
            .get()
            .map_err(|source| E::from(DbError::Pool(source.to_string())))?;
        job(&mut conn)
    }

    /// Runs `job` in a transaction of the one writer; returns after the commit is durable.
    ///
    /// # Errors
    /// What `job` gives (nothing is kept then), or [`DbError::Commit`] when the outcome of the commit is unknown.
    pub fn write<T, E>(&self, job: impl FnOnce(&mut AnyConnection) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + From<diesel::result::Error> + Send + 'static,
    {
        match (self.stop.get(), &self.writer) {
            (Some(halt), _) => Err(E::from(DbError::Halted(halt))),
            (None, None) => Err(E::from(DbError::Halted(Halt::Operator))),
            (None, Some(writer)) => writer.run(job),
        }
    }

    /// Waits until every change that was asked for is made or refused, at most so long: before the program ends, so that
    /// nothing of it is cut off in the middle.
    pub fn settle(&self, patience: Duration) {
        let Some(writer) = self.writer.clone() else { return };
        let (tell, hear) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            // Changes are made in their order: when this one is, nothing waits any more.
            let last: Result<(), DbError> = writer.run(|_conn| Ok(()));
            drop(tell.send(last));
        });
        if !matches!(hear.recv_timeout(patience), Ok(Ok(()))) {
            tracing::warn!("The program ends before the writer could finish");
        }
    }

    /// Refuses every write from now on, until the program starts anew; reading goes on. The first reason stays.
    pub fn halt(&self, halt: Halt) {
        self.stop.set(halt);
    }

    /// Why nothing may be written, if so.
    pub fn halted(&self) -> Option<Halt> {
        self.stop.get()
    }

    /// Has `tell` called once, when writing stops: for a note outside of the database.
    pub fn on_halt(&self, tell: impl Fn(Halt) + Send + 'static) {
        self.stop.on_halt(Box::new(tell));
    }

    /// How many changes wait for the writer or are with it.
    pub fn waiting(&self) -> usize {
        self.writer.as_ref().map_or(0, |writer| writer.waiting())
    }

    /// Where the database is: a file path or a PostgreSQL address.
    pub fn url(&self) -> &str {
        &self.url
    }
}

fn pool(url: &str, readers: u32) -> Result<Pool<ConnectionManager<AnyConnection>>, DbError> {
    // What keeps one connection from being made is told at once: the pool would try again and again, and only then say
    // that none came free.
    connection::patiently(|| {
        let mut conn = connection::establish(url)?;
        Ok(connection::prepare_reader(&mut conn)?)
    })?;
    Pool::builder()
        .max_size(readers)
        .test_on_check_out(false)
        .connection_customizer(Box::new(ReadOnly))
        .build(ConnectionManager::new(url))
        .map_err(|source| DbError::Pool(source.to_string()))
}
