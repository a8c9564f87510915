//! The procedure file: TOML front matter between two `+++` lines, then Markdown. Pure: no database, no web, no clock.

mod check;
mod fault;
mod fold;
mod from_table;
#[cfg(test)]
mod library_tests;
mod limit;
mod parse;
mod places;
mod read;
mod roles;
mod source;
mod table;
#[cfg(test)]
mod tests;
mod values;
mod write;

pub use crate::workflow::Severity;
pub use check::{check, check_all, check_parsed};
pub use fault::Fault;
pub use fold::{content_sha256, fold, nfc};
pub use from_table::put_table;
pub use limit::{limit_text, parse_limit};
pub use parse::{Parsed, parse};
pub use places::{Place, Places};
pub use roles::{RoleCatalogue, RoleEntry, parse_roles, write_roles};
pub use source::{
    DossierItem, DurationRow, FormRow, Kind, Mode, NextRow, RecordRow, SharedTimeRow, Source, StepRow, StepTimes, Tthc,
    UNVERIFIED_KEYS,
};
pub use table::step_table;
pub use write::write;
