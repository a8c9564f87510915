//! BPMN 2.0: procedures written for other tools, and processes of other tools read into a table of steps. Pure.

mod read;
#[cfg(test)]
mod tests;
mod write;

pub use read::{BpmnCause, BpmnFault, BpmnRead, Unexpressed, Why, read_bpmn};
pub use write::{BpmnWords, write_bpmn};
