//! The edge of the house: what is sent twice, too slowly, too much, or to harm.

mod disk;
mod oddities;
mod once;
mod server;
mod slow;
