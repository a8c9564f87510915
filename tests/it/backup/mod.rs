//! Backup, recovery and their rehearsal: taken while people work, restored whole, refused when anything is wrong.

mod clear;
mod large;
mod pages;
pub mod place;
mod readers;
mod refused;
mod running;
mod stop;
mod upgrade;
