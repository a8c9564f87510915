//! The roots by which the office judges signatures of tokens: files in PEM in `roots/` of the data directory. They come and
//! go by the command line alone: whoever may only use pages cannot make an authority of his own.

use crate::kernel::Permission;
use crate::ledger::Work;
use crate::people::must;
use crate::tokens::{RootShown, Roots};
use crate::web::{Failure, Say};
use serde_json::json;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The most files that are read, and the largest of them in bytes.
const MOST: usize = 200;
const LARGEST: u64 = 256 << 10;

fn folder(home: &Path) -> PathBuf {
    home.join("roots")
}

/// The roots of the office; none without a data directory.
///
/// # Errors
/// When the directory cannot be read, or a file in it is no certificate of an authority: nothing is judged by half of what
/// somebody meant.
pub fn roots(home: Option<&Path>) -> Result<Roots, Failure> {
    let mut roots = Roots::default();
    let Some(folder) = home.map(folder).filter(|folder| folder.is_dir()) else {
        return Ok(roots);
    };
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .map_err(Failure::of_disk)?
        .filter_map(|one| Some(one.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|kind| kind == "pem"))
        .take(MOST)
        .collect();
    files.sort();
    for file in files {
        let is_small = fs::metadata(&file).map_err(Failure::of_disk)?.len() <= LARGEST;
        let text = if is_small {
            fs::read_to_string(&file).map_err(Failure::of_disk)?
        } else {
            String::new()
        };
        if roots.add(&text).is_none() {
            let cause = io::Error::new(
                io::ErrorKind::InvalidData,
                "a file in roots/ is no certificate of an authority",
            );
            return Err(Failure::of_disk(cause));
        }
    }
    Ok(roots)
}

/// Adds the roots of a text in PEM, and says which.
///
/// # Errors
/// [`Failure::Forbidden`] without the right to settings; [`Failure::Invalid`] when it holds no certificate of an
/// authority; [`Failure::Internal`] when it cannot be written.
pub fn add_roots(work: &mut Work<'_>, home: &Path, pem: &str) -> Result<Vec<RootShown>, Failure> {
    must(work.actor, Permission::ManageSettings)?;
    let added = Roots::default()
        .add(pem)
        .ok_or_else(|| Failure::Invalid(Say::new("tokens.no_root")))?;
    let first = added.first().ok_or(Failure::NotFound)?;
    let folder = folder(home);
    fs::create_dir_all(&folder).map_err(Failure::of_disk)?;
    let place = folder.join(format!("{}.pem", first.sha256));
    let mut file = fs::File::create(&place).map_err(Failure::of_disk)?;
    file.write_all(pem.as_bytes())
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::File::open(&folder)?.sync_all())
        .map_err(Failure::of_disk)?;
    for one in &added {
        work.record("token_root.added", ("token_root", &one.sha256), json!({}));
    }
    Ok(added)
}

/// Takes a root away: nothing new is judged by it. What was judged before stays as it was.
///
/// # Errors
/// [`Failure::Forbidden`] without the right to settings; [`Failure::NotFound`] when this is no fingerprint. A file that is gone already is
/// only noted: it was every agency's of this installation.
pub fn drop_root(work: &mut Work<'_>, home: &Path, sha256: &str) -> Result<(), Failure> {
    must(work.actor, Permission::ManageSettings)?;
    let is_hash = sha256.len() == 64 && sha256.bytes().all(|byte| byte.is_ascii_hexdigit());
    let place = folder(home).join(format!("{sha256}.pem"));
    if !is_hash {
        return Err(Failure::NotFound);
    }
    if place.is_file() {
        fs::remove_file(&place).map_err(Failure::of_disk)?;
    }
    work.record("token_root.removed", ("token_root", sha256), json!({}));
    Ok(())
}
