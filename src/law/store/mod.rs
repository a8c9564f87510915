//! All SQL of this room.

mod changes;
mod register;
mod tasks;

pub use changes::changes;
pub use register::{by_sign, external, externals};

pub(super) use changes::{NewChangeRow, cancel, change, insert_change};
pub(super) use register::{Facts, end_on, external_by_id, insert_external, set_facts};
pub(super) use tasks::{With, add_act, insert_task, tasks};

use crate::ledger::Work;

/// The id and the name of who acts; the program itself has neither.
fn who(work: &Work<'_>) -> (Option<crate::kernel::PersonId>, String) {
    let person = work.actor.person.as_ref();
    (
        person.map(|person| person.id.clone()),
        person.map(|person| person.full_name.clone()).unwrap_or_default(),
    )
}
