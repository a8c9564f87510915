//! The edge of the house: what is sent twice, too slowly, too much, or to harm.

mod broken;
mod disk;
mod formulas;
mod fuzz;
mod halted;
mod hostile;
mod journal;
mod limited;
mod limits;
mod load;
mod markdown;
mod names;
mod oddities;
mod once;
mod one_decision;
mod plain;
mod quotas;
mod race;
mod rights;
mod scanned;
mod server;
mod service;
mod slow;
mod uploads;
mod vectors;
