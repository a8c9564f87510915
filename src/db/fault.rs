//! What statements meet that is no matter of what was asked: no room, or a disk that fails.

use super::AnyConnection;
use diesel::connection::{Connection, InstrumentationEvent};
use diesel::result::Error;
use std::sync::{Arc, Mutex, PoisonError};

/// A fault of the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// There was no room: nothing was written, and there may be room later.
    Full,
    /// Reading, writing or syncing failed.
    Disk,
}

/// How SQLite (by its result codes FULL and IOERR) and PostgreSQL (by the system's own text) say so.
const SAID: [(&str, Fault); 4] = [
    ("database or disk is full", Fault::Full),
    ("No space left on device", Fault::Full),
    ("disk I/O error", Fault::Disk),
    ("Input/output error", Fault::Disk),
];

/// The worst fault since it was last forgotten, whatever the change that met it made of it.
#[derive(Clone, Default)]
pub(super) struct Faults(Arc<Mutex<Option<Fault>>>);

fn fault_of(error: &Error) -> Option<Fault> {
    let Error::DatabaseError(_, told) = error else {
        return None;
    };
    let text = told.message();
    SAID.iter()
        .find(|(said, _)| text.contains(said))
        .map(|(_, fault)| *fault)
}

impl Faults {
    /// Looks at the outcome of every statement of this connection.
    pub(super) fn watch(&self, conn: &mut AnyConnection) {
        let own = self.clone();
        let look = move |event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::FinishQuery { error: Some(error), .. } = event
                && let Some(fault) = fault_of(error)
            {
                own.note(fault);
            }
        };
        match conn {
            AnyConnection::Sqlite(conn) => conn.set_instrumentation(look),
            AnyConnection::Postgres(conn) => conn.set_instrumentation(look),
        }
    }

    fn note(&self, fault: Fault) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if *seen != Some(Fault::Disk) {
            *seen = Some(fault);
        }
    }

    pub(super) fn seen(&self) -> Option<Fault> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

#[cfg(test)]
mod tests {
    use super::{Fault, Faults, fault_of};
    use diesel::result::{DatabaseErrorKind, Error};

    #[test]
    fn a_full_disk_is_told_from_a_failing_one_and_from_a_rule() {
        let said = |text: &str| {
            fault_of(&Error::DatabaseError(
                DatabaseErrorKind::Unknown,
                Box::new(text.to_owned()),
            ))
        };
        assert_eq!(said("database or disk is full"), Some(Fault::Full));
        assert_eq!(
            said("could not extend file \"base/5/1\": No space left on device"),
            Some(Fault::Full)
        );
        assert_eq!(said("disk I/O error"), Some(Fault::Disk));
        assert_eq!(said("FOREIGN KEY constraint failed"), None);
        assert_eq!(fault_of(&Error::NotFound), None);
    }

    #[test]
    fn the_worst_fault_stays() {
        let faults = Faults::default();
        faults.note(Fault::Disk);
        faults.note(Fault::Full);
        assert_eq!(faults.seen(), Some(Fault::Disk));
    }
}
