//! The walls of the house: what must hold for every file, table, word and door, also for those that are added tomorrow.

mod agencies;
mod architecture;
mod database;
mod doors;
pub mod files;
mod migrations;
mod tables;
mod words;
