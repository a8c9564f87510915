//! A rehearsal of recovery: the newest backup is restored into a place of its own, checked whole, and removed again.

use super::Open;
use super::actions::told;
use super::check::{ProblemKind, problem};
use super::fault::BackupFault;
use super::keys::{newest_keys, restore_keys};
use super::report::{KeysTried, Report};
use super::restore::{RestoreOrder, restore};
use super::scratch::Scratch;
use super::source::Passphrase;
use super::take::newest_in;
use crate::db::{Db, DbError, Keyring};
use crate::{people, personal};
use chrono::NaiveDateTime;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use zeroize::Zeroizing;

/// Which keys are tried on what is sealed in the backup.
#[derive(Clone)]
pub enum DrillKeys {
    /// Those that the office has open.
    Open(Arc<Keyring>),
    /// Those in a folder, and what protects the office's key.
    Folder(PathBuf, Option<Zeroizing<Vec<u8>>>),
    /// Those of a backup of keys, what unlocks it, and what protects the office's key.
    Backup(PathBuf, Option<Passphrase>, Option<Zeroizing<Vec<u8>>>),
}

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
    /// The keys; without any, a backup with sealed data does not pass.
    pub keys: Option<DrillKeys>,
    /// How many bytes may be written into a folder.
    pub free: fn(&Path) -> io::Result<u64>,
    /// Now, UTC.
    pub at: NaiveDateTime,
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
        keys: Vec::new(),
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
    let size = fs::metadata(&newest).map_err(BackupFault::disk(&newest))?.len();
    let scratch = Scratch::begin(&order.scratch, order.server.as_deref(), (size, order.free))?;
    let folder = scratch.office();
    let (restored, db) = restore(
        &RestoreOrder {
            from: newest,
            data: folder.clone(),
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
    try_keys(order, (&db, &folder), report)
}

/// Opens one sealed value of each agency with the keys of the office.
fn try_keys(order: &DrillOrder, (db, folder): (&Db, &Path), report: &mut Report) -> Result<(), BackupFault> {
    let closed = problem(ProblemKind::Keys);
    if !personal::holds_sealed(db)? {
        return Ok(());
    }
    let ring = match order.keys.as_ref().map(|keys| keys.ring(folder)) {
        None => Err("no keys were given".to_owned()),
        Some(ring) => ring,
    };
    let ring = match ring {
        Ok(ring) => ring,
        Err(why) => {
            report.problems.push(closed(why));
            return Ok(());
        }
    };
    let codes = db.read(|conn| Ok::<_, DbError>(people::agency_codes(conn)?))?;
    for tried in personal::try_keys(db, &ring)? {
        let code = codes.iter().find(|(id, _)| *id == tried.agency);
        let code = code.map_or_else(String::new, |(_, code)| code.clone());
        if !tried.opens {
            report.problems.push(closed(code.clone()));
        }
        report.keys.push(KeysTried {
            code,
            sealed: tried.sealed,
            opens: tried.opens,
        });
    }
    Ok(())
}

impl DrillKeys {
    /// The keys, or why there are none; those of a backup are put where a recovery would put them.
    fn ring(&self, data: &Path) -> Result<Arc<Keyring>, String> {
        let open = |folder: &Path, passphrase: &Option<Zeroizing<Vec<u8>>>| {
            let words = passphrase.as_ref().map(|text| text.trim_ascii());
            let ring = Keyring::open_kept(folder, words).map(Arc::new);
            ring.map_err(|cause| cause.to_string())
        };
        match self {
            Self::Open(ring) => Ok(Arc::clone(ring)),
            Self::Folder(folder, passphrase) => open(folder, passphrase),
            Self::Backup(place, lock, passphrase) => {
                let put = newest_keys(place).and_then(|file| restore_keys(&file, data, lock.as_ref()));
                put.map_err(|fault| told(&fault))?;
                open(&data.join("keys"), passphrase)
            }
        }
    }
}

fn name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}
