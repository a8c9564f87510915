//! The room that is left on the disk: uploads and imports stop before approvals and steps have to.

use super::{Failure, Say, Site};
use std::path::Path;

/// Free bytes of the disk that holds `path` or the nearest folder above it that is there; `None` when the system does
/// not tell. What only the administrator's account may use is not counted.
pub fn free_bytes(path: &Path) -> Option<u64> {
    let there = path.ancestors().find(|part| part.exists())?;
    let told = rustix::fs::statvfs(there).ok()?;
    told.f_bavail.checked_mul(told.f_frsize)
}

/// Refuses what would eat into the reserve.
///
/// # Errors
/// 507 when less than the site's reserve would be left after keeping `bytes`.
pub(super) fn must_have_room(site: &Site, bytes: usize) -> Result<(), Failure> {
    let wanted = site.reserve.saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX));
    match free_bytes(&site.files) {
        Some(free) if free < wanted => Err(Failure::Full(Say::new("failure.reserve"))),
        Some(_) | None => Ok(()),
    }
}
