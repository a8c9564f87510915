//! Puts the rooms together: doors, middleware, the menu, the daily work, and the server.

mod nav;
mod server;
mod site;

pub use nav::NAV;
pub use server::{application, doors, open_database, open_office, serve};
pub use site::{SiteSettings, daily_work, index_documents, lay_down_basics, site, start_daily_work};
