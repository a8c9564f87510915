//! A copy of the whole database in clear, while a backup of it is written: in the data directory and for its owner only,
//! never on the disk of the backups, which may be taken away.

use super::take::names;
use crate::kernel::new_id;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// How its name begins.
const BEGINS: &str = ".quytrinh-draft-database-";
/// What SQLite may put beside it.
const BESIDE: [&str; 3] = ["-journal", "-wal", "-shm"];

/// The copy; gone when this is dropped.
pub(super) struct Draft {
    path: PathBuf,
    /// Locked as long as a backup works with it, so that another one does not take it for one that was left behind.
    _held: File,
}

impl Draft {
    /// An empty file for the copy.
    ///
    /// # Errors
    /// When the folder cannot be made or written to.
    pub(super) fn begin(data: &Path) -> io::Result<Self> {
        DirBuilder::new().recursive(true).mode(0o700).create(data)?;
        loop {
            let path = data.join(format!("{BEGINS}{}", new_id()));
            let mut new = OpenOptions::new();
            let held = new.write(true).create_new(true).mode(0o600).open(&path)?;
            held.lock()?;
            // Before it was locked, another backup may have cleared it away.
            if held.metadata()?.nlink() > 0 {
                return Ok(Self { path, _held: held });
            }
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if let Err(cause) = remove(&self.path) {
            tracing::warn!(%cause, draft = %self.path.display(), "The draft of a backup stays until the next one");
        }
    }
}

fn remove(path: &Path) -> io::Result<()> {
    for end in BESIDE {
        let mut beside = path.as_os_str().to_owned();
        beside.push(end);
        match fs::remove_file(&beside) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(cause),
            _gone => {}
        }
    }
    fs::remove_file(path)
}

/// Removes the copies that backups left which were killed.
///
/// # Errors
/// When the folder cannot be read or one cannot be removed.
pub(super) fn drop_left(data: &Path) -> io::Result<()> {
    if !data.is_dir() {
        return Ok(());
    }
    let is_draft = |name: &String| name.starts_with(BEGINS) && !BESIDE.iter().any(|end| name.ends_with(end));
    for name in names(data)?.into_iter().filter(is_draft) {
        let path = data.join(name);
        let held = match File::open(&path) {
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => continue,
            opened => opened?,
        };
        if held.try_lock().is_ok() {
            remove(&path)?;
        }
    }
    Ok(())
}
