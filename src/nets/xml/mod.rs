//! Small XML files as trees, for the formats that other tools exchange models in. Made for files that nobody vouches
//! for: no document type, no entities of its own, and bounds on bytes, elements, depth and the length of a text.

mod decode;
mod fault;
mod ids;
mod tree;
mod write;

pub use fault::{XmlCause, XmlFault};
pub use ids::Ids;
pub use tree::{Element, Limits, parse};
pub use write::Writer;
