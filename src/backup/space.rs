//! How much room a disk has, and folders that stay as they are after a power cut.

use rustix::fs::{Advice, fadvise, statvfs};
use std::fs::File;
use std::io;
use std::path::Path;

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
