//! Takes a backup while people work.

use super::draft::{Draft, drop_left};
use super::fault::BackupFault;
use super::keep::{Keep, name_of, taken_at};
use super::manifest::{FORM, Manifest, Storage, file_part};
use super::source::{Passphrase, read_whole};
use super::space::{Gradual, behind_others, sync_folder};
use super::store::{self, State};
use crate::bundle::{BundleFault, Cost, Lock, Locked, Part, Writer, hex};
use crate::db::{is_on_server, snapshot};
use crate::documents;
use crate::kernel::new_id;
use chrono::NaiveDateTime;
use sha2::{Digest, Sha256};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// How the files begin that a backup is written to before it has its name. Older programs put the copy of the database
/// there, too.
const DRAFT: &str = ".quytrinh-draft-";
/// The file by which two programs know of each other.
const BUSY: &str = ".quytrinh-busy";
/// Room that stays free for others, in bytes.
const RESERVE: u64 = 16 << 20;

/// What a backup is to be taken of, and how.
#[derive(Clone)]
pub struct Order {
    /// Where the database is.
    pub url: String,
    /// Where the attached files are.
    pub files: PathBuf,
    /// The data directory: a copy of the database is drafted there, in clear and for its owner only.
    pub data: PathBuf,
    /// The folder that the backup is put into; made when it is not there.
    pub to: PathBuf,
    /// Which older ones are kept.
    pub keep: Keep,
    /// What locks it.
    pub passphrase: Option<Passphrase>,
    /// Now, UTC.
    pub at: NaiveDateTime,
    /// How many bytes may be written into a folder.
    pub free: fn(&Path) -> io::Result<u64>,
}

impl Order {
    /// The disk is asked for the room that it has.
    pub const FREE: fn(&Path) -> io::Result<u64> = super::space::free;
}

/// A backup that was taken: whole, durable, and read again from the first byte to the last.
#[derive(Debug, Clone)]
pub struct Taken {
    /// Its file.
    pub path: PathBuf,
    /// The name of the file.
    pub name: String,
    /// The hash of the file.
    pub sha256: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// How long it took, in milliseconds, reading it again included.
    pub took_ms: u64,
    /// What is in it.
    pub manifest: Manifest,
    /// Older ones that the rule no longer keeps.
    pub removed: Vec<String>,
}

/// Whole milliseconds since then.
pub(super) fn ms_since(begun: Instant) -> u64 {
    u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX)
}

/// Takes a backup.
///
/// # Errors
/// See [`BackupFault`]; then nothing with the name of a backup was written, and no older one was removed.
pub fn take(order: &Order) -> Result<Taken, BackupFault> {
    let begun = Instant::now();
    let disk = BackupFault::disk(&order.to);
    if !is_on_server(&order.url) && !Path::new(&order.url).is_file() {
        return Err(BackupFault::NoOffice(order.url.clone()));
    }
    fs::create_dir_all(&order.to).map_err(&disk)?;
    let busy = File::create(order.to.join(BUSY)).map_err(&disk)?;
    if busy.try_lock().is_err() {
        return Err(BackupFault::Busy(order.to.display().to_string()));
    }
    drop_drafts(&order.to).map_err(&disk)?;
    drop_left(&order.data).map_err(BackupFault::disk(&order.data))?;
    let done = behind_others(|| write(order)).map_err(&disk)?;
    // Whatever happened, nothing half-written stays; what cannot be removed now, the next backup removes.
    drop(drop_drafts(&order.to));
    let (name, manifest, sha256, bytes) = done?;
    let removed = remove_old(order, &name).map_err(&disk)?;
    Ok(Taken {
        path: order.to.join(&name),
        name,
        sha256,
        bytes,
        took_ms: ms_since(begun),
        manifest,
        removed,
    })
}

fn drop_drafts(folder: &Path) -> io::Result<()> {
    for name in names(folder)? {
        if name.starts_with(DRAFT) {
            fs::remove_file(folder.join(name))?;
        }
    }
    Ok(())
}

/// The names in a folder.
pub(super) fn names(folder: &Path) -> io::Result<Vec<String>> {
    let entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    Ok(entries
        .iter()
        .filter_map(|entry| entry.file_name().to_str().map(ToOwned::to_owned))
        .collect())
}

/// Removes what the rule does not keep, but never the one that was just taken: a clock that was wrong may have given an
/// older one a later name.
fn remove_old(order: &Order, taken: &str) -> io::Result<Vec<String>> {
    let mut surplus = order.keep.surplus(&names(&order.to)?);
    surplus.retain(|name| name != taken);
    for name in &surplus {
        fs::remove_file(order.to.join(name))?;
    }
    Ok(surplus)
}

fn must_fit(order: &Order, place: &Path, needed: u64) -> Result<(), BackupFault> {
    let free = (order.free)(place).map_err(BackupFault::disk(place))?;
    let needed = needed.saturating_add(RESERVE);
    if free < needed {
        return Err(BackupFault::NoSpace {
            place: place.display().to_string(),
            needed,
            free,
        });
    }
    Ok(())
}

fn write(order: &Order) -> Result<(String, Manifest, String, u64), BackupFault> {
    let archive = order.to.join(format!("{DRAFT}archive-{}", new_id()));
    if !is_on_server(&order.url) {
        let size = fs::metadata(&order.url)
            .map_err(BackupFault::disk(Path::new(&order.url)))?
            .len();
        must_fit(order, &order.data, size)?;
        must_fit(order, &order.to, size)?;
    }
    let draft = Draft::begin(&order.data).map_err(BackupFault::disk(&order.data))?;
    let database = draft.path();
    let state = snapshot(&order.url, database, |conn| Ok::<_, BackupFault>(store::state(conn)?))?;
    let manifest = manifest(order, state, database)?;
    must_fit(order, &order.to, manifest.size())?;
    write_archive(order, &manifest, (database, &archive))?;
    drop(draft);
    let (read, sha256, bytes) = read_whole(&archive, order.passphrase.as_ref())?;
    let name = name_of(order.at, order.passphrase.is_some());
    let target = order.to.join(&name);
    if read != manifest || target.exists() {
        return Err(BackupFault::Archive(
            target.display().to_string(),
            BundleFault::Changed(name),
        ));
    }
    fs::rename(&archive, &target)
        .and_then(|()| sync_folder(&order.to))
        .map_err(BackupFault::disk(&target))?;
    Ok((name, manifest, sha256, bytes))
}

fn hash_of(path: &Path) -> io::Result<(String, u64)> {
    let (mut file, mut hash, mut size) = (File::open(path)?, Sha256::new(), 0_u64);
    let mut piece = vec![0_u8; 1 << 16];
    loop {
        let found = file.read(&mut piece)?;
        if found == 0 {
            return Ok((hex(&hash.finalize()), size));
        }
        hash.update(piece.get(..found).unwrap_or_default());
        size = size.saturating_add(u64::try_from(found).unwrap_or(u64::MAX));
    }
}

/// What will be in the backup. Files are only ever added to the folder, so those of the moment are there now.
fn manifest(order: &Order, state: State, database: &Path) -> Result<Manifest, BackupFault> {
    let storage = if is_on_server(&order.url) {
        Storage::Postgres
    } else {
        Storage::Sqlite
    };
    let (sha256, size) = hash_of(database).map_err(BackupFault::disk(database))?;
    let mut parts = vec![Part {
        name: storage.part().to_owned(),
        size,
        sha256,
    }];
    for (sha256, bytes) in state.files {
        let path = documents::file_place(&order.files, &sha256).ok_or_else(|| BackupFault::Missing(sha256.clone()))?;
        let size = match fs::metadata(&path) {
            Ok(told) => told.len(),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Err(BackupFault::Missing(sha256)),
            Err(cause) => return Err(BackupFault::disk(&path)(cause)),
        };
        if u64::try_from(bytes) != Ok(size) {
            return Err(BackupFault::Different(sha256));
        }
        parts.push(Part {
            name: file_part(&sha256),
            size,
            sha256,
        });
    }
    Ok(Manifest {
        form: FORM,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        schema: state.schema,
        storage,
        taken_at: order.at,
        agencies: state.agencies,
        parts,
    })
}

fn write_archive(order: &Order, manifest: &Manifest, (database, into): (&Path, &Path)) -> Result<(), BackupFault> {
    let disk = BackupFault::disk(into);
    let mut new = OpenOptions::new();
    let file = new.write(true).create_new(true).mode(0o600).open(into).map_err(&disk)?;
    let out = BufWriter::with_capacity(1 << 17, Gradual::new(file));
    let fault = BackupFault::archive(into);
    let out = match &order.passphrase {
        None => write_parts(order, manifest, database, out)?,
        Some(passphrase) => {
            let mut salt = [0_u8; 16];
            getrandom::fill(&mut salt).map_err(|cause| BackupFault::House(format!("no randomness: {cause}")))?;
            let lock = Lock {
                passphrase: passphrase.clone(),
                salt,
                cost: Cost::STRONG,
            };
            let locked = Locked::begin(out, &lock).map_err(&fault)?;
            write_parts(order, manifest, database, locked)?
                .finish()
                .map_err(&disk)?
        }
    };
    out.into_inner()
        .map_err(|cause| disk(cause.into_error()))?
        .finish()
        .map_err(&disk)
}

fn write_parts<W: Write>(order: &Order, manifest: &Manifest, database: &Path, out: W) -> Result<W, BackupFault> {
    let fault = BackupFault::archive(&order.to);
    let told = serde_json::to_vec(manifest).map_err(|cause| BackupFault::House(cause.to_string()))?;
    let time = u64::try_from(order.at.and_utc().timestamp()).unwrap_or(0);
    let mut writer = Writer::begin(out, time, &told).map_err(&fault)?;
    for part in &manifest.parts {
        let path = match documents::file_place(&order.files, &part.sha256) {
            Some(path) if part.name != manifest.storage.part() => path,
            _database => database.to_owned(),
        };
        let mut from = File::open(&path).map_err(BackupFault::disk(&path))?;
        writer.part(part, &mut from).map_err(|cause| {
            if matches!(cause, BundleFault::Changed(_)) {
                return BackupFault::Different(part.sha256.clone());
            }
            fault(cause)
        })?;
    }
    writer.finish().map_err(&fault)
}

/// When the newest backup in a folder was taken, and its path.
pub(super) fn newest_in(folder: &Path) -> Result<(NaiveDateTime, PathBuf), BackupFault> {
    let names = names(folder).map_err(BackupFault::disk(folder))?;
    let newest = super::keep::newest(&names);
    newest
        .and_then(|name| Some((taken_at(name)?, folder.join(name))))
        .ok_or_else(|| BackupFault::NoBackup(folder.display().to_string()))
}
