//! The edge of the house: what is sent twice, too slowly, too much, or to harm.

mod broken;
mod disk;
mod hostile;
mod journal;
mod limits;
mod load;
mod markdown;
mod oddities;
mod once;
mod plain;
mod quotas;
mod race;
mod server;
mod slow;
mod uploads;
mod vectors;
