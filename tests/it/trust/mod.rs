//! What trust.md promises, row by row.

pub mod ledger_bundle;
mod ledger_clock;
mod ledger_damage;
mod ledger_history;
mod ledger_keys;
pub mod ledger_office;
mod ledger_pages;
mod ledger_peers;
mod ledger_proof;
mod ledger_seal;
mod ledger_tamper;
mod ledger_witness;
mod ledger_witnessed;
mod witnesses;
