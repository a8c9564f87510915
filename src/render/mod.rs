//! Pages from templates, words in both languages, Markdown that cannot harm.

mod charts;
mod faults;
mod markdown;
mod pages;
mod words;

pub use charts::*;
pub use faults::{FaultText, fault_text};
pub use markdown::markdown;
pub use pages::{Pages, RenderError};
pub use words::{Words, word_args};
