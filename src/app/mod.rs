//! Puts the rooms together: doors, middleware, the menu, the daily work, and the server.

mod nav;
mod server;

pub use nav::NAV;
pub use server::{configure, doors, open_database, serve};
