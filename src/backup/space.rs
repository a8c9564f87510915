//! How much room a disk has, folders that stay as they are after a power cut, and work that leaves the disk and the
//! processor to others.

use rustix::fs::{Advice, fadvise, statvfs};
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

/// Bytes after which what was written is brought to the disk.
const PIECE: usize = 4 << 20;
/// How far behind everybody else a backup stands (19 is the farthest).
const NICE: i32 = 15;

/// Bytes that may still be written in the folder.
pub(super) fn free(folder: &Path) -> io::Result<u64> {
    let told = statvfs(folder)?;
    Ok(told.f_bavail.saturating_mul(told.f_frsize))
}

/// Makes the names in a folder durable.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Opens a file that is to be read from the disk itself, not from what memory still holds of it.
pub(super) fn open_from_disk(path: &Path) -> io::Result<File> {
    let file = File::open(path)?;
    if let Err(cause) = fadvise(&file, 0, None, Advice::DontNeed) {
        tracing::debug!(%cause, "The file system takes no advice; the file is read as it likes to be");
    }
    Ok(file)
}

/// Does something after everybody else: people who sign and save must not feel that a backup is being taken.
///
/// # Errors
/// When no thread could be had, or it panicked.
pub(super) fn behind_others<T: Send>(act: impl FnOnce() -> T + Send) -> io::Result<T> {
    std::thread::scope(|scope| {
        std::thread::Builder::new()
            .name("backup".to_owned())
            .spawn_scoped(scope, || {
                // On Linux the priority is of the thread, and it ends with it.
                if let Err(cause) = rustix::process::setpriority_process(None, NICE) {
                    tracing::debug!(%cause, "The system takes no priority; the backup runs like everything else");
                }
                act()
            })?
            .join()
            .map_err(|_panic| io::Error::other("the thread of the backup panicked"))
    })
}

/// A file that is brought to the disk piece by piece: one long sync at its end would keep the syncs of others waiting.
pub(super) struct Gradual {
    file: File,
    waiting: usize,
}

impl Gradual {
    pub(super) fn new(file: File) -> Self {
        Self { file, waiting: 0 }
    }

    /// Brings the rest to the disk, with all that the file system says of the file.
    pub(super) fn finish(self) -> io::Result<()> {
        self.file.sync_all()
    }
}

impl Write for Gradual {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.waiting = self.waiting.saturating_add(written);
        if self.waiting >= PIECE {
            self.file.sync_data()?;
            self.waiting = 0;
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
