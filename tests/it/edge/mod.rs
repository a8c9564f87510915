//! The edge of the house: what is sent twice, too slowly, too much, or to harm.

mod disk;
mod hostile;
mod journal;
mod limits;
mod oddities;
mod once;
mod one_decision;
mod race;
mod server;
mod slow;
mod uploads;
