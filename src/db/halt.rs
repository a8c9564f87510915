//! Why nothing may be written for now: the office can still be read, and every page says what is wrong.

use std::sync::{Arc, Mutex, PoisonError};

crate::kernel::text_enum! {
    /// Why the database is read-only.
    Halt {
        /// A commit could not be made durable: what the disk holds is unknown until the program starts anew.
        Disk = "disk",
        /// The ledger is shorter than, or differs from, the checkpoint that was kept outside the database.
        RolledBack = "rolled_back",
        /// A witness has seen another history of this office.
        Witness = "witness",
        /// Rows that were about to be signed are not what was written.
        Damaged = "damaged",
        /// Tables, triggers or rights are not those that the last migration left.
        Schema = "schema",
        /// The operator asked for it.
        Operator = "operator",
    }
}

/// What is told of a halt, once.
type Tell = Box<dyn Fn(Halt) + Send>;

/// The state of writing, shared by all copies of a [`super::Db`]. The first reason stays until the program starts anew.
#[derive(Clone, Default)]
pub(super) struct Stop(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    halt: Option<Halt>,
    tell: Option<Tell>,
}

impl Stop {
    pub(super) fn set(&self, halt: Halt) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if now.halt.is_none() {
            tracing::error!(reason = halt.as_str(), "Nothing may be written any more");
            now.halt = Some(halt);
            if let Some(tell) = now.tell.take() {
                tell(halt);
            }
        }
    }

    pub(super) fn get(&self) -> Option<Halt> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).halt
    }

    pub(super) fn on_halt(&self, tell: Tell) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).tell = Some(tell);
    }
}
