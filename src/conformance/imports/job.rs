//! The thread that compares: one log at a time, a few waiting, each with its progress; and the logs that were compared
//! last, kept open for whoever looks at their cases.

use super::actions::finish;
use super::import::Import;
use super::progress::Progress;
use super::run::{Opened, Source, open};
use crate::db::Db;
use crate::kernel::{Actor, Clock};
use crate::ledger;
use crate::render::Pages;
use crate::web::Failure;
use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

/// How many logs may be compared or wait for it.
const MOST_AT_ONCE: usize = 6;
/// How many compared logs stay open.
const KEPT_OPEN: usize = 2;

/// Judged logs by their hash, the one opened last at the end.
type Recent = VecDeque<(String, Arc<Opened>)>;

static JOBS: LazyLock<Mutex<BTreeMap<String, Arc<Progress>>>> = LazyLock::new(Mutex::default);
static TURN: Mutex<()> = Mutex::new(());
static OPENING: Mutex<()> = Mutex::new(());
static OPENED: LazyLock<Mutex<Recent>> = LazyLock::new(Mutex::default);

fn locked<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a comparison needs besides the log.
#[derive(Clone)]
pub(in crate::conformance) struct Bench {
    pub(in crate::conformance) db: Db,
    pub(in crate::conformance) clock: Clock,
    pub(in crate::conformance) files: Arc<PathBuf>,
    pub(in crate::conformance) pages: Pages,
    /// Who has it compared.
    pub(in crate::conformance) actor: Actor,
}

/// The progress of a comparison that is under way.
pub(in crate::conformance) fn progress(id: &str) -> Option<Arc<Progress>> {
    locked(&JOBS).get(id).cloned()
}

/// Whether one more may wait.
pub(in crate::conformance) fn has_room() -> bool {
    locked(&JOBS).len() < MOST_AT_ONCE
}

/// Compares a log in a thread of its own, when its turn has come.
pub(in crate::conformance) fn start(bench: Bench, import: Import, source: Source) {
    let progress = Arc::new(Progress::default());
    locked(&JOBS).insert(import.id.clone(), Arc::clone(&progress));
    std::thread::spawn(move || {
        let turn = locked(&TURN);
        compare(&bench, &import, &source, &progress);
        drop(turn);
        locked(&JOBS).remove(&import.id);
    });
}

fn compare(bench: &Bench, import: &Import, source: &Source, progress: &Progress) {
    let words = bench.pages.words();
    let opened = open(source, progress).map(Arc::new);
    let result = match &opened {
        Ok(opened) => opened.judge(words, progress),
        Err(stop) => Err(stop.clone()),
    };
    if let (Ok(opened), Ok(_)) = (&opened, &result) {
        keep_open(&import.id, opened);
    }
    let actor = Actor {
        at: bench.clock.now(),
        ..bench.actor.clone()
    };
    let (files, begun) = (Arc::clone(&bench.files), import.clone());
    let kept: Result<(), Failure> = ledger::change(&bench.db, actor, move |work| finish(work, &files, &begun, &result));
    match kept {
        // Given up by somebody while the last cases were judged.
        Ok(()) | Err(Failure::Conflict(_)) => {}
        Err(cause) => tracing::error!(%cause, log = import.number, "What a comparison gave could not be kept"),
    }
}

fn keep_open(id: &str, opened: &Arc<Opened>) {
    let mut kept = locked(&OPENED);
    kept.retain(|(known, _)| known != id);
    kept.truncate(KEPT_OPEN - 1);
    kept.push_front((id.to_owned(), Arc::clone(opened)));
}

/// A log that was compared before, if it is still open.
pub(in crate::conformance) fn opened(id: &str) -> Option<Arc<Opened>> {
    let kept = locked(&OPENED);
    kept.iter()
        .find(|(known, _)| known == id)
        .map(|(_, opened)| Arc::clone(opened))
}

/// Opens a log again that was compared before.
///
/// # Errors
/// When the file cannot be read any more, which would be a fault of ours.
pub(in crate::conformance) fn open_again(id: &str, source: &Source) -> Result<Arc<Opened>, Failure> {
    if let Some(opened) = opened(id) {
        return Ok(opened);
    }
    // One at a time: those that wait find it open.
    let turn = locked(&OPENING);
    if let Some(opened) = opened(id) {
        return Ok(opened);
    }
    let opened = open(source, &Progress::default())
        .map_err(|stop| Failure::Internal(anyhow::anyhow!("a compared log is not read any more: {stop:?}")))?;
    let opened = Arc::new(opened);
    keep_open(id, &opened);
    drop(turn);
    Ok(opened)
}
