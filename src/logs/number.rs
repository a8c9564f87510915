//! Sizes as they are kept (`u32`) and as they are used (`usize`).

/// A size as it is kept; limits hold all of them far below the largest.
pub(super) fn narrow(size: usize) -> u32 {
    u32::try_from(size).unwrap_or(u32::MAX)
}

/// A kept size as it is used.
pub(super) fn wide(size: u32) -> usize {
    usize::try_from(size).unwrap_or(usize::MAX)
}
