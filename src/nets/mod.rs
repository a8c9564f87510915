//! Petri nets: what a workflow is in the literature, and the form in which other tools exchange it (PNML). Pure.

mod markings;
mod net;
mod pnml;
mod sound;
#[cfg(test)]
mod sound_tests;
mod xml;

pub use net::{Marking, Net, Place, Transition};
pub use pnml::{PnmlCause, PnmlFault, PnmlNote, PnmlRead, read_pnml, write_pnml};
pub use sound::{Soundness, soundness};
pub use xml::{
    Element as XmlElement, Ids as XmlIds, Limits as XmlLimits, Writer as XmlWriter, XmlCause, XmlFault,
    parse as parse_xml,
};
