//! Citizens' personal data: sealed at rest, opened by one door that leaves a trace, and erasable for good
//! (Law 91/2025/QH15; ISO 9001, clause 8.5.3).
//!
//! Tables: `personal_data`, `personal_words`, `personal_accesses`, `personal_erasures`; and `case_applicants`, in which
//! data stood in clear before, until the next start of the program carries them over. Each case has a data key of its own
//! outside the database (`db::Keyring`); the tables hold what is sealed with it, a commitment to each value, and keyed
//! hashes of words. `seal`, `field` and `words` are pure. Who may see whose data, the room of cases says; this one sees to
//! it that no value leaves without a row in `personal_accesses` and an entry in the ledger, in the same transaction.

mod actions;
mod field;
mod find;
mod schema;
mod seal;
mod store;
mod words;

pub use actions::carry::carry_over;
pub use actions::door::{Look, look, look_at_forms, reasons_of};
pub use actions::erase::{ErasureBasis, erase, forget_keys};
pub use actions::keep::{Value, index_form, keep, keep_unindexed, not_indexed};
pub use actions::lost::{give_up_lost_keys, holds_sealed};
pub use actions::rehearse::{Tried, try_keys};
pub use field::{Field, Opened, Purpose, Reason, masked};
pub use find::{Found, find, find_person};
pub use store::{Access, Erased, accesses_by, accesses_to, erased, last_loss, lost_forms, sealed_among};

use crate::db::Guards;
/// Nothing is kept in clear, what is sealed is only ever erased, and an access stays recorded.
pub const GUARDS: Guards = Guards {
    sqlite: include_str!("guards/sqlite.sql"),
    postgres: include_str!("guards/postgres.sql"),
};
