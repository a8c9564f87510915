//! The walls of the house: what must hold for every file, table, word and door, also for those that are added tomorrow.

mod agencies;
mod architecture;
mod database;
pub(crate) mod doors;
pub(crate) mod files;
mod foreign;
mod input;
mod migrations;
mod proofs;
mod reads;
mod source;
mod supply;
mod sweep;
mod tables;
mod words;
