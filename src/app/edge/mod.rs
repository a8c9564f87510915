//! The edge of the house: connections that are slow, too many, or not what a browser sends.
//!
//! actix-web gives up on a request head that does not come, and on nothing else: a body that drips, an answer that is not
//! read, or a second head on the same connection may take for ever. Here every connection is watched from its first byte
//! to its last, by the bytes alone; the request tells only where it stands.

mod crowd;
mod journal;
mod metrics;
mod oddities;
mod pace;
mod phase;
mod serve;
mod watched;

pub(crate) use journal::note_request;
pub(crate) use metrics::metrics;
pub(crate) use oddities::refuse_oddities;
pub use pace::Patience;
pub(crate) use phase::tell_phase;
pub use serve::{EdgeSettings, serve, serve_trusting};
