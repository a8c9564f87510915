//! quytrinh: the ISO 9001 document system of public offices.
//!
//! # The floors
//! A room imports only from lower floors, never sideways, never up; `tests/it/walls` keeps it so.
//!
//! ```text
//! 17  cli            the commands
//! 16  app            puts the rooms together: doors, menu, server, daily work
//! 15  demo           lays down the demo office by acting through the rooms
//! 14  home, public, lists, notices  a person's own page; pages for anyone; master lists (7.5); what is whose turn (7.4)
//! 13  conformance, law, privacy, backup  a case held against the version that was in force; laws, and what their changes touch (9.1, 7.5); requests about personal data, who saw them (8.5.3); backup, recovery and their rehearsal
//! 12  cases, readers  what was done, and what may come next; who has read what       (8.5, 7.3)
//! 11  assignments, copies, reviews, tthc, records  who is responsible (5.3); copies on paper; documents looked at again; forms that were filled (7.5); what the office must have procedures for (4.3)
//! 10  documents, personal  controlled documents, their versions, approvals and files (7.5); citizens' data, sealed  (8.5.3)
//!  9  calendar, signatures, book  working days and hours, holidays, due times; statements that people sign (7.5); keys and checkpoints of the ledger, witnesses, and its verification
//!  8  people         accounts, access roles and policy, positions, signing in       (5.3, 7.2)
//!  7  web            desk, doors, forms, failures, page shell
//!  6  ledger         the only way to change anything, and its record
//!  5  db, render, print, docx  the two databases; templates, words, Markdown, charts; papers as PDF; Word files (pure)
//!  4  procedures, bpmn  the procedure file: read, written, checked; BPMN in and out (pure)
//!  3  workflow, forms  the table of steps as a workflow: semantics, checks, pictures; forms to fill (pure)
//!  2  alignment, tokens  what was done against a model, with the fewest deviations; signatures of tokens, CMS and PDF (pure)
//!  1  nets, logs, zip, bundle, proofs, access  Petri nets and PNML; event logs, CSV and XES; archives with bounds; many files as one, sealed; Merkle trees and signed notes; who may do what (pure)
//!  0  kernel         ids, who acts, permissions, the clock
//! ```
//!
//! # Invariants
//! 1. Imports go down.
//! 2. A room's insides are private modules; its `mod.rs` is the only door.
//! 3. A table is named in exactly one room.
//! 4. No write without a ledger entry, in the same transaction; but for the moment at which a session was last seen, which
//!    nobody decides.
//! 5. Pure rooms name no framework: no diesel, actix or tera on floors 1 to 4.
//! 6. Reading a procedure file never fails on content: it gives what it understood and the list of problems.
//! 7. Nothing outside `kernel::Clock` reads the time; nothing outside `cli` reads the environment.
//! 8. What a visitor sees never contains an internal cause.
//!
//! # How a request travels
//! `app` receives it; `people::gate` turns its cookie into an actor and opens the door only to whom its lock allows;
//! the handler works at a `web::Desk`, which runs reading and changes on the database; an action checks the permission
//! again, decides, writes, and records its entry; the page is made by `render`.

pub mod access;
pub mod alignment;
pub mod app;
pub mod assignments;
pub mod backup;
pub mod book;
pub mod bpmn;
pub mod bundle;
pub mod calendar;
pub mod cases;
pub mod cli;
pub mod conformance;
pub mod copies;
pub mod db;
pub mod demo;
pub mod documents;
pub mod docx;
pub mod forms;
pub mod home;
pub mod kernel;
pub mod law;
pub mod ledger;
pub mod lists;
pub mod logs;
pub mod nets;
pub mod notices;
pub mod people;
pub mod personal;
pub mod print;
pub mod privacy;
pub mod procedures;
pub mod proofs;
pub mod public;
pub mod readers;
pub mod records;
pub mod render;
pub mod reviews;
pub mod signatures;
pub mod tokens;
pub mod tthc;
pub mod web;
pub mod workflow;
pub mod zip;
