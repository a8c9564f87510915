//! Restores a backup into an empty place.

use super::Open;
use super::check::{check_restored, check_sizes};
use super::fault::BackupFault;
use super::manifest::{Manifest, Storage};
use super::source::{Opened, Passphrase, open};
use super::space::sync_folder;
use super::take::ms_since;
use crate::bundle::Part;
use crate::db::{self, Db};
use crate::kernel::Actor;
use crate::{ledger, people};
use chrono::NaiveDateTime;
use serde_json::json;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// What is to be restored, and where.
#[derive(Clone)]
pub struct RestoreOrder {
    /// The backup's file.
    pub from: PathBuf,
    /// The data directory; it must be empty or not there.
    pub data: PathBuf,
    /// The empty PostgreSQL database, for a backup of one.
    pub server: Option<String>,
    /// What unlocks the backup.
    pub passphrase: Option<Passphrase>,
    /// Who restores: the user name of an account in the backup; none for an operator without an account.
    pub by: Option<String>,
    /// Now, UTC.
    pub at: NaiveDateTime,
}

/// What was restored.
#[derive(Debug, Clone)]
pub struct Restored {
    /// What the backup was of.
    pub manifest: Manifest,
    /// The hash of the backup's file.
    pub sha256: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// Where the database is now.
    pub url: String,
    /// Milliseconds until everything was unpacked and opened.
    pub restored_ms: u64,
    /// Milliseconds for the check of the whole.
    pub checked_ms: u64,
}

/// Restores a backup, checks the whole of it, ends all sessions, and says so in the ledger of each agency. Gives what was
/// restored, and its database, open.
///
/// # Errors
/// See [`BackupFault`]. What could not be unpacked is removed again; what was unpacked and is not sound is left to be
/// looked at, with every problem named.
pub fn restore(order: &RestoreOrder, open: Open<'_>) -> Result<(Restored, Db), BackupFault> {
    let begun = Instant::now();
    let (unpacked, db) = unpack(order, open)?;
    let restored_ms = ms_since(begun);
    let begun = Instant::now();
    let files = order.data.join("files");
    let mut problems = check_restored(&db, &files)?;
    problems.extend(check_sizes(&db, &unpacked.manifest.agencies)?);
    let restored = Restored {
        restored_ms,
        checked_ms: ms_since(begun),
        ..unpacked
    };
    if let Err(fault) = begin_anew(order, &db, &restored) {
        empty(&order.data).map_err(BackupFault::disk(&order.data))?;
        return Err(fault);
    }
    if problems.is_empty() {
        Ok((restored, db))
    } else {
        Err(BackupFault::Unsound(problems))
    }
}

/// Ends what went on when the backup was taken, and leaves a mark in each ledger.
fn begin_anew(order: &RestoreOrder, db: &Db, restored: &Restored) -> Result<(), BackupFault> {
    let mut is_known = order.by.is_none();
    let agencies = people::agencies(db)?;
    for (agency, _) in &agencies {
        let house = Actor::house(agency.clone(), order.at);
        if let Some(name) = &order.by {
            is_known |= ledger::read(db, &house, |work| Ok::<_, BackupFault>(person(work, name)?))?.is_some();
        }
    }
    if !is_known {
        return Err(BackupFault::Nobody(order.by.clone().unwrap_or_default()));
    }
    for (agency, _) in agencies {
        let house = Actor::house(agency, order.at);
        let (by, sha256) = (order.by.clone(), restored.sha256.clone());
        let (schema, taken_at) = (restored.manifest.schema.clone(), restored.manifest.taken_at);
        ledger::change(db, house, move |work| {
            let by = by.map_or(Ok(None), |name| person(work, &name))?;
            people::end_all_sessions(work)?;
            let told = json!({ "by": by, "schema": schema, "taken_at": taken_at });
            work.record("backup.restored", ("backup", &sha256), told);
            Ok::<_, crate::web::Failure>(())
        })?;
    }
    Ok(())
}

fn person(work: &mut ledger::Work<'_>, name: &str) -> Result<Option<String>, crate::web::Failure> {
    let known = people::persons(work)?;
    let found = known.into_iter().find(|person| person.username == name);
    Ok(found.map(|person| person.id.as_str().to_owned()))
}

fn unpack(order: &RestoreOrder, open_database: Open<'_>) -> Result<(Restored, Db), BackupFault> {
    let disk = BackupFault::disk(&order.data);
    if order.data.exists() && fs::read_dir(&order.data).map_err(&disk)?.next().is_some() {
        return Err(BackupFault::NotEmpty(order.data.display().to_string()));
    }
    let backup = open(&order.from, order.passphrase.as_ref())?;
    must_suit(order, &backup.manifest)?;
    fs::create_dir_all(&order.data).map_err(&disk)?;
    let done = unpack_parts(order, backup).and_then(|restored| {
        let db = open_database(&restored.url)?;
        Ok((restored, db))
    });
    if done.is_err() {
        empty(&order.data).map_err(&disk)?;
    }
    done
}

/// Whether this program can read it, and there is a database of its kind.
fn must_suit(order: &RestoreOrder, manifest: &Manifest) -> Result<(), BackupFault> {
    if !db::knows(&manifest.schema)? {
        return Err(BackupFault::Newer {
            program: manifest.program.clone(),
            schema: manifest.schema.clone(),
        });
    }
    match (manifest.storage, &order.server) {
        (Storage::Sqlite, None) | (Storage::Postgres, Some(_)) => Ok(()),
        (Storage::Sqlite, Some(_)) => Err(BackupFault::OtherStorage(
            "an embedded database",
            "restore it without the address of a server",
        )),
        (Storage::Postgres, None) => Err(BackupFault::OtherStorage(
            "a PostgreSQL database",
            "tell the address of an empty one with --database-url",
        )),
    }
}

/// Removes what was put into a folder that was empty before.
fn empty(folder: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())?;
        } else {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn unpack_parts(order: &RestoreOrder, backup: Opened) -> Result<Restored, BackupFault> {
    let Opened {
        manifest,
        mut reader,
        tally,
    } = backup;
    let (fault, disk) = (BackupFault::archive(&order.from), BackupFault::disk(&order.data));
    for part in &manifest.parts {
        let path = order.data.join(&part.name);
        let folder = path.parent().unwrap_or(&order.data);
        fs::create_dir_all(folder).map_err(&disk)?;
        let mut out = BufWriter::new(File::create_new(&path).map_err(&disk)?);
        reader.part(part, &mut out).map_err(&fault)?;
        out.flush().and_then(|()| out.get_ref().sync_all()).map_err(&disk)?;
    }
    reader.finish().map_err(&fault)?;
    sync_all_folders(&order.data, &manifest.parts).map_err(&disk)?;
    let database = order.data.join(manifest.storage.part());
    let url = match &order.server {
        None => database.display().to_string(),
        Some(url) => {
            db::load(url, &database, &manifest.schema)?;
            fs::remove_file(&database).map_err(&disk)?;
            url.clone()
        }
    };
    fs::create_dir_all(order.data.join("files")).map_err(&disk)?;
    let (sha256, bytes) = tally.read();
    Ok(Restored {
        manifest,
        sha256,
        bytes,
        url,
        restored_ms: 0,
        checked_ms: 0,
    })
}

fn sync_all_folders(data: &Path, parts: &[Part]) -> std::io::Result<()> {
    let mut last = None;
    for part in parts {
        let folder = data.join(&part.name).parent().map(Path::to_owned);
        if folder != last {
            folder.as_deref().map_or(Ok(()), sync_folder)?;
            last = folder;
        }
    }
    if parts.len() > 1 {
        sync_folder(&data.join("files"))?;
    }
    sync_folder(data)
}
