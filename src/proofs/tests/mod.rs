//! Tests of this room: against three other implementations, and against forgers.

mod notes;
mod trees;
