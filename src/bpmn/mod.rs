//! BPMN 2.0: procedures written for other tools, and processes of other tools read into a table of steps. Pure.

mod write;

pub use write::{BpmnWords, write_bpmn};
