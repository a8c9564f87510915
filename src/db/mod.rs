//! The two databases behind one connection type: SQLite inside the program, or PostgreSQL.
//!
//! Readers are truly read-only. All writes go through one writer, which commits waiting changes together: each is
//! answered only after the commit that holds it is durable.

mod connection;
mod error;
mod fault;
mod halt;
mod home;
mod migrate;
mod writer;

pub use connection::{AnyConnection, MultiBackend};
pub use error::DbError;
pub use halt::Halt;
pub use migrate::Guards;

use diesel::r2d2::{ConnectionManager, CustomizeConnection, Pool};
use std::sync::Arc;
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
    writer: Arc<Writer>,
    url: Arc<str>,
    stop: halt::Stop,
    home: Arc<std::sync::OnceLock<std::path::PathBuf>>,
}

#[derive(Debug)]
struct ReadOnly;

impl CustomizeConnection<AnyConnection, diesel::r2d2::Error> for ReadOnly {
    fn on_acquire(&self, conn: &mut AnyConnection) -> Result<(), diesel::r2d2::Error> {
        connection::prepare_reader(conn).map_err(diesel::r2d2::Error::QueryError)
    }
}

impl Db {
    /// Opens the database at `url` (a file path, or `postgres://…`), migrates it and applies the guards.
    ///
    /// # Errors
    /// When it cannot be opened, is of a newer version than this program, or its SQLite library is too old.
    pub fn open(url: &str, guards: &[Guards], readers: u32) -> Result<Self, DbError> {
        let mut conn = connection::establish(url)?;
        connection::prepare_writer(&mut conn)?;
        migrate::run(&mut conn, guards)?;
        let pool = Pool::builder()
            .max_size(readers)
            .test_on_check_out(false)
            .connection_customizer(Box::new(ReadOnly))
            .build(ConnectionManager::new(url))
            .map_err(|source| DbError::Pool(source.to_string()))?;
        let (url, stop): (Arc<str>, _) = (url.into(), halt::Stop::default());
        Ok(Self {
            readers: pool,
            writer: Arc::new(Writer::start(conn, Arc::clone(&url), stop.clone())),
            url,
            stop,
            home: Arc::default(),
        })
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
        match self.stop.get() {
            Some(halt) => Err(E::from(DbError::Halted(halt))),
            None => self.writer.run(job),
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
        self.writer.waiting()
    }

    /// Where the database is: a file path or a PostgreSQL address.
    pub fn url(&self) -> &str {
        &self.url
    }
}
