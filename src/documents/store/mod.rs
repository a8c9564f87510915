//! All SQL of this room.

mod read;

pub use read::{content_of, contents, document_by_code, effective, effective_on, head, heads_of};
