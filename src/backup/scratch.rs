//! The place of a drill: a folder, and on a server a database, that are gone when the drill is over. Both are marked and
//! held, so that what a drill left which was killed is known as such, and the next one removes it.

use super::fault::BackupFault;
use super::take::names;
use crate::db::ScratchServer;
use crate::kernel::new_id;
use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

/// How the names of the folders begin.
const BEGINS: &str = "quytrinh-drill-";
/// The mark in such a folder, locked as long as a drill is at work there.
const MARK: &str = ".quytrinh-drill";
/// Where the office is restored to, in the folder.
const OFFICE: &str = "office";
/// Room that stays free for others, in bytes.
const RESERVE: u64 = 16 << 20;

/// The place of one drill.
pub(super) struct Scratch {
    folder: PathBuf,
    server: Option<ScratchServer>,
    _held: File,
}

impl Scratch {
    /// A new place in `within`, and the scratch database at `url`; what an earlier drill left is removed first.
    ///
    /// # Errors
    /// [`BackupFault::NoSpace`] when less than `needed` bytes are free by the word of `free`; when the folder cannot be
    /// made, or the database holds something that no drill left.
    pub(super) fn begin(
        within: &Path,
        url: Option<&str>,
        (needed, free): (u64, fn(&Path) -> io::Result<u64>),
    ) -> Result<Self, BackupFault> {
        let disk = BackupFault::disk(within);
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(within)
            .map_err(&disk)?;
        drop_left(within).map_err(&disk)?;
        let (needed, free) = (needed.saturating_add(RESERVE), free(within).map_err(&disk)?);
        if free < needed {
            return Err(BackupFault::NoSpace {
                place: within.display().to_string(),
                needed,
                free,
            });
        }
        // A database that holds something is refused before anything is done to it, and then it is not emptied either.
        let server = url.map(ScratchServer::begin).transpose()?;
        let folder = within.join(format!("{BEGINS}{}", new_id()));
        DirBuilder::new().mode(0o700).create(&folder).map_err(&disk)?;
        let held = File::create_new(folder.join(MARK)).and_then(|mark| mark.lock().map(|()| mark));
        Ok(Self {
            _held: held.map_err(&disk)?,
            folder,
            server,
        })
    }

    /// Where the office is restored to.
    pub(super) fn office(&self) -> PathBuf {
        self.folder.join(OFFICE)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(cause) = fs::remove_dir_all(&self.folder) {
            tracing::warn!(%cause, folder = %self.folder.display(), "The scratch folder of a drill could not be removed");
        }
        if let Some(server) = &mut self.server
            && let Err(cause) = server.empty()
        {
            tracing::warn!(%cause, "The scratch database of a drill could not be emptied");
        }
    }
}

/// Removes the folders of drills that were killed: of this user, with the mark, which nobody holds.
fn drop_left(within: &Path) -> io::Result<()> {
    let own = rustix::process::geteuid().as_raw();
    for name in names(within)?.iter().filter(|name| name.starts_with(BEGINS)) {
        let folder = within.join(name);
        let is_own = fs::symlink_metadata(&folder).is_ok_and(|told| told.is_dir() && told.uid() == own);
        let mark = folder.join(MARK);
        if !is_own || !fs::symlink_metadata(&mark).is_ok_and(|told| told.is_file()) {
            continue;
        }
        // Gone in between, it was another drill that ended by itself.
        let is_left = File::open(&mark).is_ok_and(|mark| mark.try_lock().is_ok());
        if is_left {
            tracing::info!(folder = %folder.display(), "Removing what a drill left that was broken off");
            fs::remove_dir_all(&folder)?;
        }
    }
    Ok(())
}
