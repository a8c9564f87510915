//! ZIP archives: read within bounds, and written so that the same files give the same bytes. Pure.

mod fault;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use fault::ZipFault;
pub use read::{Archive, Limits};
pub use write::write;
