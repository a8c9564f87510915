//! The one writer: a thread that commits waiting changes together and answers each after its commit.

use super::{AnyConnection, DbError};
use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

/// How many changes may share one commit.
const SHARED: usize = 64;

/// The first statement of each transaction: it takes the pen, so that writers in other processes wait their turn
/// instead of losing their changes (SQLite) or reading an old head of the ledger (PostgreSQL).
const TAKE_THE_PEN: &str = "UPDATE ledger_pen SET taken = taken + 1 WHERE id = 1";

/// Told the outcome of the commit, gives the answer to whoever waits.
type Answer = Box<dyn FnOnce(Result<(), String>) + Send>;
type Job = Box<dyn FnOnce(&mut AnyConnection) -> Answer + Send>;

pub(super) struct Writer {
    jobs: Sender<Job>,
}

impl Writer {
    pub(super) fn start(conn: AnyConnection) -> Self {
        let (jobs, waiting) = channel();
        thread::spawn(move || write_all(conn, &waiting));
        Self { jobs }
    }

    pub(super) fn run<T, E>(
        &self,
        job: impl FnOnce(&mut AnyConnection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + From<diesel::result::Error> + Send + 'static,
    {
        let (tell, hear) = channel::<Result<T, E>>();
        let job: Job = Box::new(move |conn| {
            let done = catch_unwind(AssertUnwindSafe(|| conn.transaction::<T, E, _>(job)));
            let result = done.unwrap_or_else(|panic| {
                // The savepoint of the broken job is still open.
                roll_back(conn);
                Err(E::from(DbError::Panicked(panic_text(panic.as_ref()))))
            });
            Box::new(move |commit: Result<(), String>| {
                let answer = match (result, commit) {
                    (Ok(_), Err(cause)) => Err(E::from(DbError::Commit(cause))),
                    (result, _) => result,
                };
                // The one who asked may have gone away; the change stands all the same.
                drop(tell.send(answer));
            })
        });
        self.jobs.send(job).map_err(|_gone| E::from(DbError::Stopped))?;
        hear.recv().map_err(|_gone| E::from(DbError::Stopped))?
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "without a word".to_owned())
}

fn write_all(mut conn: AnyConnection, waiting: &Receiver<Job>) {
    while let Ok(first) = waiting.recv() {
        let mut jobs = vec![first];
        while jobs.len() < SHARED
            && let Ok(next) = waiting.try_recv()
        {
            jobs.push(next);
        }
        if let Err(cause) = begin(&mut conn) {
            tracing::error!(%cause, "The writer could not begin a transaction");
            roll_back(&mut conn);
            // Without a transaction no job may run; dropping them tells each waiter that the writer gave no answer.
            continue;
        }
        let answers: Vec<Answer> = jobs.into_iter().map(|job| job(&mut conn)).collect();
        let committed = commit(&mut conn).map_err(|cause| cause.to_string());
        if let Err(cause) = &committed {
            tracing::error!(%cause, "The writer could not commit");
            roll_back(&mut conn);
        }
        for answer in answers {
            answer(committed.clone());
        }
    }
}

fn begin(conn: &mut AnyConnection) -> QueryResult<()> {
    match conn {
        AnyConnection::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE")?,
        AnyConnection::Postgres(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN")?,
    }
    diesel::sql_query(TAKE_THE_PEN).execute(conn).map(drop)
}

fn commit(conn: &mut AnyConnection) -> QueryResult<()> {
    match conn {
        AnyConnection::Sqlite(c) => AnsiTransactionManager::commit_transaction(c),
        AnyConnection::Postgres(c) => AnsiTransactionManager::commit_transaction(c),
    }
}

fn roll_back(conn: &mut AnyConnection) {
    let done = match conn {
        AnyConnection::Sqlite(c) => AnsiTransactionManager::rollback_transaction(c),
        AnyConnection::Postgres(c) => AnsiTransactionManager::rollback_transaction(c),
    };
    if let Err(cause) = done {
        tracing::warn!(%cause, "Nothing to roll back");
    }
}
