//! Petri nets: what a workflow is in the literature, and the form in which other tools exchange it (PNML). Pure.

mod net;
mod pnml;
pub mod xml;

pub use net::{Marking, Net, Place, Transition};
pub use pnml::{PnmlCause, PnmlFault, PnmlNote, PnmlRead, read_pnml, write_pnml};
