//! Word files (.docx): read into blocks, recognised as procedures, written from procedures. Pure.

mod block;
mod fault;
mod read;
mod recognise;
#[cfg(test)]
mod tests;
mod write;

pub use block::{Block, Cell, Footnote, Line, Lost, LostKind, Row, Run, Table, Word};
pub use fault::DocxFault;
pub use read::read;
pub use recognise::{Known, Note, NoteKind, Recognised, recognise};
pub use write::{Paper, compose, write};
