//! What every page needs: the desk a handler works at, doors with their locks, forms, failures and the page shell.
//!
//! It knows no session: `people` puts the actor into the request, and the desk picks it up.

mod address;
mod assets;
mod bodies;
mod broken;
mod desk;
mod disk;
mod doors;
mod failure;
mod file_name;
mod form;
mod incident;
mod lanes;
mod once;
mod peer;
mod recorded;
mod scanner;
mod sealed;
mod shell;
mod site;
mod upload;

pub use address::escaped;
pub use assets::asset;
pub use bodies::Bodies;
pub use broken::{log_places_of_panics, or_refuse};
pub use desk::{Caller, Desk, leave_lane};
pub use disk::free_bytes;
pub use doors::{Access, Door, Doors};
pub use failure::{Failure, Say, Why, show_failures};
pub use file_name::plain_name;
pub use form::{Faults, Form};
pub use incident::Incident;
pub use lanes::{Busy, Lane, Lanes, READERS};
pub use once::answer_once;
pub use peer::{Network, is_https, peer};
pub use recorded::recorded;
pub use scanner::Scanner;
pub use shell::{NavEntry, NavGroup, Page};
pub use site::{BackupShown, Bell, Handled, MailShown, POLICY, RESERVE, SignReport, Site, Stands, secure_headers};
pub use upload::{Upload, Uploads};
