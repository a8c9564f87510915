//! Pictures of many cases: the workflow with what was done on it, the variants, and the dotted chart of a period.

pub(super) mod flow;
mod flow_picture;
mod flow_rows;
mod numbers;
mod procedure;
pub(super) mod timeline;
pub(super) mod variants;
