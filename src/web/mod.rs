//! What every page needs: the desk a handler works at, doors with their locks, forms, failures and the page shell.
//!
//! It knows no session: `people` puts the actor into the request, and the desk picks it up.

mod address;
mod assets;
mod desk;
mod disk;
mod doors;
mod failure;
mod form;
mod incident;
mod once;
mod peer;
mod recorded;
mod sealed;
mod shell;
mod site;
mod upload;

pub use address::escaped;
pub use assets::asset;
pub use desk::{Caller, Desk};
pub use disk::free_bytes;
pub use doors::{Access, Door, Doors};
pub use failure::{Failure, Say, show_failures};
pub use form::{Faults, Form};
pub use incident::Incident;
pub use once::answer_once;
pub use peer::{Network, is_https, peer};
pub use recorded::recorded;
pub use shell::{NavEntry, NavGroup, Page};
pub use site::{BackupShown, Bell, MailShown, RESERVE, Site, Stands, secure_headers};
pub use upload::{Upload, Uploads};
