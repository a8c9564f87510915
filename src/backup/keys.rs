//! A backup of what is kept apart from those of the database: the files in `keys/`, the small database of data keys as it was
//! at one moment, and the last notes of the ledger, by which a restored database is told from one that lost its end. One
//! file, locked as other backups are.
//!
//! None that is older than 30 days is kept, whatever else is: an erasure reaches old copies of the database only as far as
//! old copies of the keys are gone. Of each day the last one stays, so that one may be taken each minute.

use super::draft::{Draft, drop_left};
use super::fault::BackupFault;
use super::source::{Passphrase, open_plain};
use super::space::sync_folder;
use super::take::names;
use crate::bundle::{BundleFault, Cost, Lock, Locked, Part, Reader, Writer, hex};
use crate::db;
use crate::kernel::local;
use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Days after which a backup of keys goes.
const DAYS: i64 = 30;
const BEGINS: &str = "quytrinh-keys-";
const TIME: &str = "%Y%m%dT%H%M%S%.3fZ";
const ENDS: [&str; 2] = [".tar", ".locked"];
/// The folder of keys, in the data directory and in the backup.
const FOLDER: &str = "keys";
/// The small database in it.
const CASES: &str = concat!("cases", ".db");
/// The folder of the last notes, in the data directory and in the backup; what else is in it is not taken.
const NOTES: &str = "checkpoints";
const NOTE: &str = ".note";
/// What is no key, but being written or a companion of the small database.
const PASSING: [&str; 5] = ["-wal", "-shm", "-journal", ".partial", ".new"];
/// What it says of itself.
const HOLDS: &str = "keys";

/// Of which office keys are backed up, and how.
#[derive(Clone)]
pub struct KeysOrder {
    /// The data directory.
    pub data: PathBuf,
    /// The folder that the backup is put into; made when it is not there.
    pub to: PathBuf,
    /// What locks it.
    pub passphrase: Option<Passphrase>,
    /// Now, UTC.
    pub at: NaiveDateTime,
}

/// A backup of keys that was taken, and read again whole.
#[derive(Debug, Clone)]
pub struct KeysTaken {
    /// Its file.
    pub path: PathBuf,
    /// The hash of the file.
    pub sha256: String,
    /// How many files of keys and notes are in it.
    pub files: usize,
    /// Older ones that were removed.
    pub removed: Vec<String>,
}

#[derive(Serialize, Deserialize, PartialEq, Eq)]
struct Inside {
    holds: String,
    program: String,
    taken_at: NaiveDateTime,
    parts: Vec<Part>,
}

/// When the backup of keys with this name was taken; `None` when it is no such name.
pub(super) fn keys_taken_at(name: &str) -> Option<NaiveDateTime> {
    let rest = name.strip_prefix(BEGINS)?;
    let time = ENDS.iter().find_map(|end| rest.strip_suffix(end))?;
    NaiveDateTime::parse_from_str(time, TIME).ok()
}

/// The newest backup of keys in a folder; a file is taken as it is.
///
/// # Errors
/// When there is none.
pub fn newest_keys(place: &Path) -> Result<PathBuf, BackupFault> {
    if !place.is_dir() {
        return Ok(place.to_owned());
    }
    let names = names(place).map_err(BackupFault::disk(place))?;
    let newest = names.iter().max_by_key(|name| keys_taken_at(name));
    newest
        .filter(|name| keys_taken_at(name).is_some())
        .map(|name| place.join(name))
        .ok_or_else(|| BackupFault::NoBackup(place.display().to_string()))
}

/// Takes a backup of the keys while the office works.
///
/// # Errors
/// See [`BackupFault`]; then nothing with the name of a backup was written, and no older one was removed.
pub fn take_keys(order: &KeysOrder) -> Result<KeysTaken, BackupFault> {
    let folder = order.data.join(FOLDER);
    if !folder.join(CASES).is_file() {
        return Err(BackupFault::NoOffice(folder.join(CASES).display().to_string()));
    }
    drop_left(&order.data).map_err(BackupFault::disk(&order.data))?;
    let to = BackupFault::disk(&order.to);
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&order.to)
        .map_err(&to)?;
    let mut files = read_all(&order.data, &folder)?;
    files.extend(read_notes(&order.data.join(NOTES))?);
    let inside = Inside {
        holds: HOLDS.to_owned(),
        program: env!("CARGO_PKG_VERSION").to_owned(),
        taken_at: order.at,
        parts: files.iter().map(|(part, _)| part.clone()).collect(),
    };
    let bytes = bundled(order, &inside, &files)?;
    let [plain, locked] = ENDS;
    let end = if order.passphrase.is_some() { locked } else { plain };
    let name = format!("{BEGINS}{}{end}", order.at.format(TIME));
    let (path, draft) = (order.to.join(&name), order.to.join(format!(".{name}.draft")));
    write_new(&draft, &bytes).map_err(BackupFault::disk(&draft))?;
    let read = unpack(&draft, order.passphrase.as_ref(), |_, _| Ok(()));
    if !matches!(read, Ok(read) if read == inside) || path.exists() {
        drop(fs::remove_file(&draft));
        return Err(BackupFault::Archive(
            path.display().to_string(),
            BundleFault::Changed(name),
        ));
    }
    fs::rename(&draft, &path)
        .and_then(|()| sync_folder(&order.to))
        .map_err(&to)?;
    Ok(KeysTaken {
        sha256: hex(&Sha256::digest(&bytes)),
        files: files.len(),
        removed: remove_old(order, &name).map_err(&to)?,
        path,
    })
}

/// Removes what is older than the days, of each day all but the last, and drafts that were left; never the one that was just
/// taken.
fn remove_old(order: &KeysOrder, taken: &str) -> io::Result<Vec<String>> {
    let oldest = order.at - TimeDelta::days(DAYS);
    let mut removed = Vec::new();
    let mut all = names(&order.to)?;
    all.sort_by_key(|name| keys_taken_at(name));
    let days: Vec<Option<NaiveDate>> = all
        .iter()
        .map(|name| keys_taken_at(name).map(|at| local(at).date()))
        .collect();
    for (place, name) in all.into_iter().enumerate() {
        let is_left = name.starts_with(&format!(".{BEGINS}"));
        let day = days.get(place).copied().flatten();
        let is_followed = day.is_some() && days.get(place + 1).copied().flatten() == day;
        let is_past = keys_taken_at(&name).is_some_and(|at| at < oldest);
        let is_old = name != taken && (is_past || is_followed);
        if is_left || is_old {
            fs::remove_file(order.to.join(&name))?;
        }
        if is_old {
            removed.push(name);
        }
    }
    Ok(removed)
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if path.exists() {
        fs::remove_file(path)?;
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

type Bytes = Zeroizing<Vec<u8>>;

/// The files of the folder, in the order of their names; of the small database, a copy as of one moment.
fn read_all(data: &Path, folder: &Path) -> Result<Vec<(Part, Bytes)>, BackupFault> {
    let disk = BackupFault::disk(folder);
    let mut found = names(folder).map_err(&disk)?;
    found.retain(|name| !name.starts_with('.') && !PASSING.iter().any(|end| name.ends_with(end)));
    found.sort();
    let mut files = Vec::new();
    for name in found {
        let path = folder.join(&name);
        let bytes = if name == CASES {
            let draft = Draft::begin(data).map_err(BackupFault::disk(data))?;
            db::copy_keys(&path, draft.path()).map_err(db::DbError::from)?;
            fs::read(draft.path())
        } else if path.is_file() {
            fs::read(&path)
        } else {
            continue;
        };
        let bytes = bytes.map_err(BackupFault::disk(&path))?;
        files.push(part_of(FOLDER, &name, bytes));
    }
    Ok(files)
}

fn part_of(folder: &str, name: &str, bytes: Vec<u8>) -> (Part, Bytes) {
    let part = Part {
        name: format!("{folder}/{name}"),
        size: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
        sha256: hex(&Sha256::digest(&bytes)),
    };
    (part, Zeroizing::new(bytes))
}

/// The last notes; there are none before the first sealing.
fn read_notes(folder: &Path) -> Result<Vec<(Part, Bytes)>, BackupFault> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut found = names(folder).map_err(BackupFault::disk(folder))?;
    found.retain(|name| !name.starts_with('.') && name.ends_with(NOTE));
    found.sort();
    let read = found.into_iter().map(|name| {
        let path = folder.join(&name);
        let bytes = fs::read(&path).map_err(BackupFault::disk(&path))?;
        Ok(part_of(NOTES, &name, bytes))
    });
    read.collect()
}

fn bundled(order: &KeysOrder, inside: &Inside, files: &[(Part, Bytes)]) -> Result<Bytes, BackupFault> {
    let fault = BackupFault::archive(&order.to);
    let told = serde_json::to_vec(inside).map_err(|cause| BackupFault::House(cause.to_string()))?;
    let time = u64::try_from(order.at.and_utc().timestamp()).unwrap_or(0);
    let mut writer = Writer::begin(Vec::new(), time, &told).map_err(&fault)?;
    for (part, bytes) in files {
        writer.part(part, &mut bytes.as_slice()).map_err(&fault)?;
    }
    let plain = Zeroizing::new(writer.finish().map_err(&fault)?);
    let Some(passphrase) = &order.passphrase else {
        return Ok(plain);
    };
    let mut salt = [0_u8; 16];
    getrandom::fill(&mut salt).map_err(|cause| BackupFault::House(format!("no randomness: {cause}")))?;
    let lock = Lock {
        passphrase: passphrase.clone(),
        salt,
        cost: Cost::STRONG,
    };
    let mut locked = Locked::begin(Vec::new(), &lock).map_err(&fault)?;
    let written = locked.write_all(&plain).and_then(|()| locked.finish());
    written.map(Zeroizing::new).map_err(BackupFault::disk(&order.to))
}

/// Reads a backup of keys whole, and gives each part to `keep`, with its folder.
fn unpack(
    from: &Path,
    passphrase: Option<&Passphrase>,
    mut keep: impl FnMut((&str, &str), &[u8]) -> io::Result<()>,
) -> Result<Inside, BackupFault> {
    let (archive, said) = (BackupFault::archive(from), from.display().to_string());
    let (plain, _) = open_plain(from, passphrase)?;
    let (mut reader, told) = Reader::begin(plain).map_err(&archive)?;
    let inside: Inside = serde_json::from_slice(&told)
        .map_err(|cause| BackupFault::Manifest(said.clone(), format!("it is no backup of keys: {cause}")))?;
    for part in &inside.parts {
        let place = part.name.split_once('/').filter(|(folder, name)| {
            let is_known = *folder == FOLDER || (*folder == NOTES && name.ends_with(NOTE));
            is_known && !name.contains('/') && !name.starts_with('.') && inside.holds == HOLDS
        });
        let place = place.ok_or_else(|| BackupFault::Manifest(said.clone(), format!("{} is no key", part.name)))?;
        let mut bytes = Zeroizing::new(Vec::new());
        reader.part(part, &mut *bytes).map_err(&archive)?;
        keep(place, &bytes).map_err(BackupFault::disk(from))?;
    }
    reader.finish().map_err(&archive)?;
    Ok(inside)
}

/// Puts the keys of a backup into a data directory that has none, for their owner only, and each note that is not there: one
/// that is there may be newer. Gives how many files the backup has.
///
/// # Errors
/// [`BackupFault::NotEmpty`] when there are keys; what is damaged, or locked otherwise. Then nothing is left behind.
pub fn restore_keys(from: &Path, data: &Path, passphrase: Option<&Passphrase>) -> Result<usize, BackupFault> {
    let folder = data.join(FOLDER);
    let disk = BackupFault::disk(&folder);
    if folder.exists() && !names(&folder).map_err(&disk)?.is_empty() {
        return Err(BackupFault::NotEmpty(folder.display().to_string()));
    }
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&folder)
        .map_err(&disk)?;
    let mut notes = Vec::new();
    let done = unpack(from, passphrase, |(into, name), bytes| {
        let path = data.join(into).join(name);
        if into == NOTES {
            if path.exists() {
                return Ok(());
            }
            DirBuilder::new().recursive(true).mode(0o700).create(data.join(NOTES))?;
            notes.push(path.clone());
        }
        write_new(&path, bytes)
    });
    let synced = done.and_then(|inside| {
        let mut folders = notes.iter().map(|_| data.join(NOTES)).take(1).chain([folder.clone()]);
        folders
            .try_for_each(|folder| sync_folder(&folder))
            .and_then(|()| File::open(data)?.sync_all())
            .map_err(&disk)?;
        Ok(inside.parts.len())
    });
    if synced.is_err() {
        fs::remove_dir_all(&folder).map_err(&disk)?;
        for note in notes {
            fs::remove_file(&note).map_err(BackupFault::disk(&note))?;
        }
    }
    synced
}
