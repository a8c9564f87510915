//! A disk that fails is told twice: by a note beside the database at once, and by an entry of every ledger at the next
//! start, when writing may be tried again.

use crate::db::{Db, Halt};
use crate::kernel::{Actor, Clock};
use crate::ledger;
use crate::people;
use crate::web::Failure;
use serde_json::json;
use std::fs::File;
use std::path::{Path, PathBuf};

/// The name of the note in the data directory.
const NOTE: &str = "disk-failed";

/// The act that the ledger keeps.
const ACT: &str = "disk.failed";

fn note(data: &Path) -> PathBuf {
    data.join(NOTE)
}

/// Has a note left in `data` when the disk fails, for [`record_alarm`].
pub fn watch_disk(db: &Db, data: &Path) {
    let note = note(data);
    db.on_halt(move |halt| {
        if halt != Halt::Disk {
            return;
        }
        // The disk that failed may not take the note either; the log has it then.
        let left = File::create(&note).and_then(|file| file.sync_all());
        if let Err(cause) = left {
            tracing::error!(%cause, note = %note.display(), "The note of the failed disk could not be left");
        }
    });
}

/// Records in the ledger of every agency that the disk failed before this start, if a note says so.
///
/// # Errors
/// When the database fails; the note stays then.
pub fn record_alarm(db: &Db, clock: &Clock, data: &Path) -> Result<bool, Failure> {
    let note = note(data);
    if !note.exists() {
        return Ok(false);
    }
    for (agency, _) in people::agencies(db)? {
        let own = agency.clone();
        ledger::change(db, Actor::house(agency, clock.now()), move |work| {
            work.record(ACT, ("agency", own.as_str()), json!({ "halt": Halt::Disk.as_str() }));
            Ok::<_, Failure>(())
        })?;
    }
    std::fs::remove_file(&note).map_err(Failure::of_disk)?;
    tracing::warn!("The disk failed before this start; see the log of that time and check the disk");
    Ok(true)
}
