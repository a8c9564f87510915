//! The one writer: a thread that commits waiting changes together and answers each after its commit.
//!
//! A full disk refuses the changes that met it, and nothing more: the next one is tried anew. A disk that fails is never
//! trusted again: what a failed sync left behind is unknown, so nothing is written until the program starts anew.

use super::fault::{Fault, Faults};
use super::halt::{Halt, Stop};
use super::{AnyConnection, DbError, connection};
use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::prelude::*;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

/// How many changes may share one commit.
const SHARED: usize = 64;

/// The first statement of each transaction: it takes the pen, so that writers in other processes wait their turn
/// instead of losing their changes (SQLite) or reading an old head of the ledger (PostgreSQL).
const TAKE_THE_PEN: &str = "UPDATE ledger_pen SET taken = taken + 1 WHERE id = 1";

/// What became of the transaction that changes shared.
#[derive(Debug, Clone)]
enum Outcome {
    /// It is durable.
    Kept,
    /// It was rolled back, because there was no room.
    Full,
    /// It may or may not be there.
    Unknown(String),
}

/// Why a change was not even tried.
#[derive(Debug, Clone)]
enum Refusal {
    Halted(Halt),
    Begin(String),
}

/// Told the outcome of the commit, gives the answer to whoever waits.
type Answer = Box<dyn FnOnce(Outcome) + Send>;
type Job = Box<dyn FnOnce(Result<&mut Pen, Refusal>) -> Answer + Send>;

pub(super) struct Writer {
    jobs: Sender<Job>,
    waiting: Arc<AtomicUsize>,
}

/// The connection that writes, and what its statements met.
struct Pen {
    conn: AnyConnection,
    faults: Faults,
    url: Arc<str>,
    stop: Stop,
    watch: Watch,
}

/// Makes what every connection that writes must have.
type Watch = fn(&mut AnyConnection) -> Result<(), DbError>;

impl Writer {
    pub(super) fn start(conn: AnyConnection, url: Arc<str>, stop: Stop, watch: Watch) -> Self {
        let (jobs, coming) = channel();
        let waiting = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&waiting);
        let faults = Faults::default();
        let mut pen = Pen {
            conn,
            faults,
            url,
            stop,
            watch,
        };
        pen.faults.watch(&mut pen.conn);
        thread::spawn(move || write_all(pen, &coming, &counted));
        Self { jobs, waiting }
    }

    /// How many changes wait for the writer or are with it.
    pub(super) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
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
        let job: Job = Box::new(move |pen| {
            let (result, met_fault) = match pen {
                Ok(pen) => {
                    let result = pen.run(job);
                    let met_fault = pen.faults.seen().is_some();
                    (result, met_fault)
                }
                Err(refusal) => (Err(E::from(refusal.error())), false),
            };
            Box::new(move |outcome: Outcome| {
                let answer = match (result, outcome) {
                    (Ok(_), Outcome::Unknown(cause)) => Err(E::from(DbError::Commit(cause))),
                    (Ok(_), Outcome::Full) => Err(E::from(DbError::Full)),
                    // What the change itself made of the fault says less than the fault.
                    (Err(_), Outcome::Full) if met_fault => Err(E::from(DbError::Full)),
                    (Err(_), Outcome::Unknown(cause)) if met_fault => Err(E::from(DbError::Commit(cause))),
                    (result, _) => result,
                };
                // The one who asked may have gone away; the change stands all the same.
                drop(tell.send(answer));
            })
        });
        self.waiting.fetch_add(1, Ordering::Relaxed);
        self.jobs.send(job).map_err(|_gone| E::from(DbError::Stopped))?;
        hear.recv().map_err(|_gone| E::from(DbError::Stopped))?
    }
}

impl Refusal {
    fn error(self) -> DbError {
        match self {
            Self::Halted(halt) => DbError::Halted(halt),
            Self::Begin(cause) => DbError::Begin(cause),
        }
    }
}

fn write_all(mut pen: Pen, coming: &Receiver<Job>, waiting: &AtomicUsize) {
    while let Ok(first) = coming.recv() {
        let mut jobs = VecDeque::from([first]);
        while jobs.len() < SHARED
            && let Ok(next) = coming.try_recv()
        {
            jobs.push_back(next);
        }
        while !jobs.is_empty() {
            let before = jobs.len();
            pen.write(&mut jobs);
            waiting.fetch_sub(before.saturating_sub(jobs.len()), Ordering::Relaxed);
        }
    }
}

impl Pen {
    /// Writes as many of the jobs as one transaction takes; what came after a fault stays for the next.
    fn write(&mut self, jobs: &mut VecDeque<Job>) {
        if let Some(halt) = self.stop.get() {
            return refuse(jobs, &Refusal::Halted(halt));
        }
        self.faults.forget();
        if let Err(cause) = self.begin() {
            tracing::error!(%cause, "The writer could not begin a transaction");
            self.give_up();
            if self.faults.seen() == Some(Fault::Disk) {
                self.stop.set(Halt::Disk);
            }
            return refuse(jobs, &Refusal::Begin(cause.to_string()));
        }
        let mut answers = Vec::with_capacity(jobs.len());
        while self.faults.seen().is_none()
            && let Some(job) = jobs.pop_front()
        {
            answers.push(job(Ok(&mut *self)));
        }
        let outcome = match self.faults.seen() {
            None => self.commit(),
            Some(fault) => self.broken(fault, "a statement of the change failed"),
        };
        for answer in answers {
            answer(outcome.clone());
        }
    }

    /// One change, in a savepoint of its own.
    fn run<T, E: From<DbError> + From<diesel::result::Error>>(
        &mut self,
        job: impl FnOnce(&mut AnyConnection) -> Result<T, E>,
    ) -> Result<T, E> {
        let conn = &mut self.conn;
        let done = catch_unwind(AssertUnwindSafe(|| conn.transaction::<T, E, _>(job)));
        done.unwrap_or_else(|_panic| {
            // The savepoint of the broken job is still open. What the panic says is not passed on: it may say something
            // of a person, and its place is in the log.
            drop(roll_back(&mut self.conn));
            Err(E::from(DbError::Panicked))
        })
    }

    fn begin(&mut self) -> QueryResult<()> {
        match &mut self.conn {
            AnyConnection::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE")?,
            AnyConnection::Postgres(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN")?,
        }
        take_the_pen(&mut self.conn)
    }

    fn commit(&mut self) -> Outcome {
        let done = match &mut self.conn {
            AnyConnection::Sqlite(c) => AnsiTransactionManager::commit_transaction(c),
            AnyConnection::Postgres(c) => AnsiTransactionManager::commit_transaction(c),
        };
        let Err(cause) = done else { return Outcome::Kept };
        let text = cause.to_string();
        match self.faults.seen() {
            Some(fault) => self.broken(fault, &text),
            None => {
                tracing::error!(cause = text, "The writer could not commit");
                let is_rule = matches!(cause, diesel::result::Error::DatabaseError(kind, _)
                    if !matches!(kind, diesel::result::DatabaseErrorKind::Unknown));
                // A rule that is checked at the commit refuses it; anything else leaves a file in an unknown state.
                if !is_rule && matches!(self.conn, AnyConnection::Sqlite(_)) {
                    self.stop.set(Halt::Disk);
                }
                self.give_up();
                Outcome::Unknown(text)
            }
        }
    }

    fn broken(&mut self, fault: Fault, cause: &str) -> Outcome {
        tracing::error!(cause, ?fault, "The writer could not write");
        if fault == Fault::Disk {
            self.stop.set(Halt::Disk);
        }
        self.give_up();
        match fault {
            Fault::Full => Outcome::Full,
            Fault::Disk => Outcome::Unknown(cause.to_owned()),
        }
    }

    /// Rolls back. SQLite may have done so by itself, and a server may have gone: then the next change needs a new
    /// connection.
    fn give_up(&mut self) {
        let rolled_back = roll_back(&mut self.conn);
        if rolled_back.is_ok() || self.stop.get().is_some() {
            return;
        }
        let anew = connection::establish(&self.url).and_then(|mut conn| {
            connection::prepare_writer(&mut conn)?;
            (self.watch)(&mut conn)?;
            Ok(conn)
        });
        match anew {
            Ok(mut conn) => {
                self.faults.watch(&mut conn);
                self.conn = conn;
            }
            Err(cause) => tracing::error!(%cause, "The writer has no connection"),
        }
    }
}

/// Makes every other writer wait until this transaction ends.
pub(super) fn take_the_pen(conn: &mut AnyConnection) -> QueryResult<()> {
    diesel::sql_query(TAKE_THE_PEN).execute(conn).map(drop)
}

fn refuse(jobs: &mut VecDeque<Job>, refusal: &Refusal) {
    for job in jobs.drain(..) {
        job(Err(refusal.clone()))(Outcome::Kept);
    }
}

fn roll_back(conn: &mut AnyConnection) -> QueryResult<()> {
    match conn {
        AnyConnection::Sqlite(c) => AnsiTransactionManager::rollback_transaction(c),
        AnyConnection::Postgres(c) => AnsiTransactionManager::rollback_transaction(c),
    }
}
