//! Puts the rooms together: doors, middleware, the menu, the daily work, and the server.

mod alarm;
mod edge;
mod nav;
mod server;
mod site;

pub use alarm::{record_alarm, watch_disk};
pub use edge::{EdgeSettings, Patience, serve, serve_trusting};
pub use nav::NAV;
pub use server::{application, application_with, doors, open_database, open_office};
pub use site::{
    SiteSettings, daily_work, found_office, index_documents, signing, site, start_backups, start_daily_work,
    start_sealing, start_witnessing,
};
