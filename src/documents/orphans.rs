//! Files that no row knows: what is left when a change broke off after its file was kept. They only take room.

use super::files::{drop_unknown, folders};
use super::store;
use crate::db::{Db, DbError};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The folders in which something lies that no row knows.
fn suspects(dir: &Path, known: &BTreeSet<String>) -> std::io::Result<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    for (letters, folder) in folders(dir)? {
        let mut names = std::fs::read_dir(&folder)?.filter_map(|file| file.ok()?.file_name().into_string().ok());
        if names.any(|name| !name.starts_with('.') && !known.contains(&name)) {
            found.push((letters, folder));
        }
    }
    Ok(found)
}

/// Removes kept files that belong to no agency, and gives how many there were. Files are kept by changes only, and those
/// are made one after the other; so it is done as a change is, and never meets a file whose row is just being written.
///
/// # Errors
/// When a folder cannot be read or the database fails.
pub fn drop_orphans(db: &Db, dir: &Path) -> anyhow::Result<usize> {
    let known = db.read::<_, DbError>(|conn| Ok(store::all_attached(conn)?))?;
    let known: BTreeSet<String> = known.into_iter().map(|(sha256, _)| sha256).collect();
    let mut count = 0_usize;
    for (letters, folder) in suspects(dir, &known)? {
        let dropped = db.write::<_, DbError>(move |conn| {
            let known = store::attached_under(conn, &letters)?;
            Ok(drop_unknown(&folder, &known))
        })?;
        count = count.saturating_add(dropped?);
    }
    Ok(count)
}
