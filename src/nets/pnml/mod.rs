//! PNML: Petri nets as ProM, PM4Py, WoPeD and others exchange them.

mod fault;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use fault::{PnmlCause, PnmlFault, PnmlNote};
pub use read::{PnmlRead, read_pnml};
pub use write::write_pnml;
