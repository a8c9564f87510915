//! Beyond one case: which deviations repeat, what changed with a new version, what practice says about the text.
//!
//! `stats`, `repeats`, `spans`, `drift`, `habit`, `practice`, `proposals` and `amend` are pure; `evidence` puts them into
//! words. Table: `amendments`, the drafts that were opened from practice.

mod amend;
mod drift;
mod habit;
mod practice;
mod proposals;
mod repeats;
mod spans;
mod stats;
#[cfg(test)]
mod tests;
