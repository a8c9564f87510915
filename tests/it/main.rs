//! The house seen from outside: one binary, one file for each room, and the walls.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    unreachable_pub,
    reason = "a test may stop at the first surprise, and nobody imports a test"
)]

mod access;
mod assignments;
mod backup;
mod beyond;
mod cases;
mod conformance;
mod conformance_pictures;
mod copies;
mod crash;
mod demo;
mod documents;
mod edge;
mod exchange;
mod golden;
mod home;
mod imports;
mod law;
mod ledger;
mod lists;
mod notices;
mod people;
mod personal;
mod planted;
mod public;
mod readers;
mod records;
mod replay;
mod reviews;
mod severities;
mod signatures;
mod support;
mod tokens;
mod trust;
mod tthc;
mod walls;
mod web;
