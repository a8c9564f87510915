//! Witnesses: programs elsewhere that sign which checkpoint they saw, and when. This room is both sides of it: the witness,
//! which follows logs of others, and the office, which asks witnesses of its own log of checkpoints.

mod ask;
mod light;
mod post;
mod ward;

pub use ask::{Answer, AskFault, Witness, ask, watch};
pub use light::{Light, LightShown, Seen, is_fresh, light, seen};
pub use post::post;
pub use ward::{Ward, WardError, logs_of};
