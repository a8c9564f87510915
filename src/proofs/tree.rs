//! The tree of RFC 6962: how leaves and nodes are hashed, and at which place each hash is stored.

use sha2::{Digest, Sha256};

/// A hash of the tree.
pub type Hash = [u8; 32];

/// The hash of a leaf's bytes (RFC 6962, 2.1): no leaf can be taken for a node.
pub fn leaf_hash(bytes: &[u8]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([0_u8]);
    hasher.update(bytes);
    hasher.finalize().into()
}

/// The hash of a node over its two halves.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([1_u8]);
    hasher.update(left);
    hasher.update(right);
    hasher.finalize().into()
}

/// The root of the tree without leaves.
pub fn empty_root() -> Hash {
    Sha256::digest(b"").into()
}

/// The place of the hash number `index` of a level in the storage of Go's checksum database: hashes are written in the
/// order in which they become known, so that a tree that grows only adds rows.
pub fn stored_index(level: u32, index: u64) -> u64 {
    let mut leaf = index;
    for _ in 0..level {
        leaf = leaf.saturating_mul(2).saturating_add(1);
    }
    let mut place = 0_u64;
    while leaf > 0 {
        place = place.saturating_add(leaf);
        leaf >>= 1;
    }
    place.saturating_add(u64::from(level))
}

/// The nodes that leaf number `number` completes: level, index, hash. `stored` gives hashes that were stored before.
///
/// # Errors
/// What `stored` gives.
pub fn completed<E>(
    number: u64,
    leaf: Hash,
    mut stored: impl FnMut(u32, u64) -> Result<Hash, E>,
) -> Result<Vec<(u32, u64, Hash)>, E> {
    let mut nodes = Vec::new();
    let (mut level, mut index, mut hash) = (0_u32, number, leaf);
    while index & 1 == 1 {
        let left = stored(level, index.saturating_sub(1))?;
        hash = node_hash(&left, &hash);
        level = level.saturating_add(1);
        index >>= 1;
        nodes.push((level, index, hash));
    }
    Ok(nodes)
}

/// The greatest power of two that is less than `size`, which is 2 or more.
pub(super) fn split(size: u64) -> u64 {
    size.saturating_sub(1).checked_ilog2().map_or(1, |log| 1_u64 << log)
}

/// The hash over leaves `from..to`, a range as the recursion of RFC 6962 makes it.
pub(super) fn range<E>(from: u64, to: u64, stored: &mut impl FnMut(u32, u64) -> Result<Hash, E>) -> Result<Hash, E> {
    let size = to.saturating_sub(from);
    if size == 0 {
        return Ok(empty_root());
    }
    if size.is_power_of_two() && from.is_multiple_of(size) {
        let level = size.trailing_zeros();
        return stored(level, from >> level);
    }
    let middle = from.saturating_add(split(size));
    let left = range(from, middle, stored)?;
    let right = range(middle, to, stored)?;
    Ok(node_hash(&left, &right))
}

/// The root of the tree of the first `size` leaves.
///
/// # Errors
/// What `stored` gives.
pub fn root<E>(size: u64, mut stored: impl FnMut(u32, u64) -> Result<Hash, E>) -> Result<Hash, E> {
    range(0, size, &mut stored)
}
