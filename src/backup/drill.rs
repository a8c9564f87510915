//! A rehearsal of recovery: the newest backup is restored into a place of its own, checked whole, and removed again.

use super::Open;
use super::actions::told;
use super::fault::BackupFault;
use super::report::Report;
use super::restore::{RestoreOrder, restore};
use super::source::Passphrase;
use super::take::newest_in;
use crate::db;
use crate::kernel::new_id;
use chrono::NaiveDateTime;
use std::fs;
use std::path::{Path, PathBuf};

/// Which backups are rehearsed, and where.
#[derive(Clone)]
pub struct DrillOrder {
    /// The folder with the backups.
    pub from: PathBuf,
    /// A folder with room for one; what is made in it is removed.
    pub scratch: PathBuf,
    /// An empty PostgreSQL database that is emptied again, for backups of one.
    pub server: Option<String>,
    /// What unlocks the backups.
    pub passphrase: Option<Passphrase>,
    /// Now, UTC.
    pub at: NaiveDateTime,
}

/// The scratch folder of one drill: gone when the drill is over, however it ended.
struct Scratch {
    folder: PathBuf,
    server: Option<String>,
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(cause) = fs::remove_dir_all(&self.folder) {
            tracing::warn!(%cause, folder = %self.folder.display(), "The scratch folder of a drill could not be removed");
        }
        if let Some(url) = &self.server
            && let Err(cause) = db::empty_server(url)
        {
            tracing::warn!(%cause, "The scratch database of a drill could not be emptied");
        }
    }
}

/// Holds a drill. That recovery failed is a result, not an error.
pub fn drill(order: &DrillOrder, open: Open<'_>) -> Report {
    let mut report = Report {
        at: order.at,
        file_name: String::new(),
        sha256: None,
        bytes: None,
        manifest: None,
        restored_ms: 0,
        checked_ms: 0,
        problems: Vec::new(),
        fault: None,
    };
    match rehearse(order, open, &mut report) {
        Ok(()) => {}
        Err(BackupFault::Unsound(problems)) => report.problems = problems,
        Err(fault) => report.fault = Some((fault.code(), told(&fault))),
    }
    report
}

fn rehearse(order: &DrillOrder, open: Open<'_>, report: &mut Report) -> Result<(), BackupFault> {
    let (_, newest) = newest_in(&order.from)?;
    report.file_name = name(&newest);
    let folder = order.scratch.join(format!("quytrinh-drill-{}", new_id()));
    fs::create_dir_all(&folder).map_err(BackupFault::disk(&folder))?;
    let mut scratch = Scratch {
        folder: folder.clone(),
        server: None,
    };
    if let Some(url) = &order.server {
        // A database that holds something is refused before anything is done to it, and then it is not emptied either.
        db::must_be_empty(url)?;
        scratch.server = Some(url.clone());
    }
    let (restored, _db) = restore(
        &RestoreOrder {
            from: newest,
            data: folder,
            server: order.server.clone(),
            passphrase: order.passphrase.clone(),
            by: None,
            at: order.at,
        },
        open,
    )?;
    report.sha256 = Some(restored.sha256);
    report.bytes = Some(restored.bytes);
    report.manifest = Some(restored.manifest);
    report.restored_ms = restored.restored_ms;
    report.checked_ms = restored.checked_ms;
    Ok(())
}

fn name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}
