//! Word files brought in and taken out: the list, the review of one file, a version as a Word file.

mod archive;
mod list;
mod paper;
mod review;
mod told;

pub(super) use archive::{export, import};
pub(super) use list::{add, show};
pub(super) use paper::download;
pub(super) use review::{draft, leave, review};
