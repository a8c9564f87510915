//! Pages from templates, words in both languages, Markdown that cannot harm, tables for spreadsheets.

mod charts;
mod exchange;
mod faults;
mod markdown;
mod pages;
mod qr;
mod table;
mod words;

pub use charts::*;
pub use exchange::{UnexpressedText, bpmn_fault_text, bpmn_file, pnml_file, unexpressed_text};
pub use faults::{FaultText, fault_text};
pub use markdown::markdown;
pub use pages::{Pages, RenderError};
pub use qr::{QrShown, qr};
pub use table::CsvTable;
pub use words::{Words, word_args};
