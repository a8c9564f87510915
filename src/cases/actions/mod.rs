//! What can be done with a case.

pub(super) mod close;
pub(super) mod concern;
pub(super) mod forms;
pub(super) mod off_workflow;
pub(super) mod perform;
pub(super) mod receive;
pub(super) mod refusal;
