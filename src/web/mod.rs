//! What every page needs: the desk a handler works at, doors with their locks, forms, failures and the page shell.
//!
//! It knows no session: `people` puts the actor into the request, and the desk picks it up.

mod address;
mod assets;
mod desk;
mod doors;
mod failure;
mod form;
mod shell;
mod site;
mod upload;

pub use address::escaped;
pub use assets::asset;
pub use desk::{Caller, Desk};
pub use doors::{Access, Door, Doors};
pub use failure::{Failure, Say, show_failures};
pub use form::{Faults, Form};
pub use shell::{NavEntry, NavGroup, Page};
pub use site::{BackupShown, Bell, MailShown, Site, secure_headers};
pub use upload::{Upload, Uploads};
