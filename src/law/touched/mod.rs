//! What an external document or a change of it touches, and how far the work on it is.

mod library;
mod progress;

pub use library::{FormName, PostedCopy, Touched, TouchedDocument, cited, touched};
pub use progress::{Figures, MyTask, Progress, TaskShown, assigned, desk, progress_of};

pub(super) use library::{Library, touched_of};
