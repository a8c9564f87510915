//! Random nets and traces against a plain search, and hard nets of known size.

mod columns;
mod nets;
mod plain;
mod trees;
