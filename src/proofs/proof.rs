//! Proofs: that a leaf is in a tree, and that a tree is the beginning of another (RFC 6962 2.1, RFC 9162 2.1.3, 2.1.4).

use super::tree::{Hash, node_hash, range, split};

/// The proof that leaf `index` is in the tree of `size` leaves: hashes from the leaf up. Empty when there is no such leaf.
///
/// # Errors
/// What `stored` gives.
pub fn inclusion<E>(
    index: u64,
    size: u64,
    mut stored: impl FnMut(u32, u64) -> Result<Hash, E>,
) -> Result<Vec<Hash>, E> {
    let mut path = Vec::new();
    let (mut from, mut to) = (0_u64, size);
    if index >= size {
        return Ok(path);
    }
    while to.saturating_sub(from) > 1 {
        let middle = from.saturating_add(split(to.saturating_sub(from)));
        if index < middle {
            path.push(range(middle, to, &mut stored)?);
            to = middle;
        } else {
            path.push(range(from, middle, &mut stored)?);
            from = middle;
        }
    }
    path.reverse();
    Ok(path)
}

/// The proof that the tree of the first `old` leaves is the beginning of the tree of `size` leaves.
///
/// # Errors
/// What `stored` gives.
pub fn consistency<E>(
    old: u64,
    size: u64,
    mut stored: impl FnMut(u32, u64) -> Result<Hash, E>,
) -> Result<Vec<Hash>, E> {
    let mut path = Vec::new();
    if old == 0 || old >= size {
        return Ok(path);
    }
    let (mut from, mut to, mut is_whole) = (0_u64, size, true);
    while old != to {
        let middle = from.saturating_add(split(to.saturating_sub(from)));
        if old <= middle {
            path.push(range(middle, to, &mut stored)?);
            to = middle;
        } else {
            path.push(range(from, middle, &mut stored)?);
            from = middle;
            is_whole = false;
        }
    }
    if !is_whole {
        path.push(range(from, to, &mut stored)?);
    }
    path.reverse();
    Ok(path)
}

/// Whether `proof` shows that the leaf with hash `leaf` is number `index` of the tree with `root` over `size` leaves.
pub fn is_included(leaf: &Hash, index: u64, size: u64, root: &Hash, proof: &[Hash]) -> bool {
    if index >= size {
        return false;
    }
    let (mut at, mut last, mut hash) = (index, size.saturating_sub(1), *leaf);
    for sibling in proof {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            hash = node_hash(sibling, &hash);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

/// Whether `proof` shows that the tree `new` (size, root) begins with the tree `old`. Nothing shows that of an empty tree
/// but that there is nothing to show.
pub fn is_consistent(old: (u64, &Hash), new: (u64, &Hash), proof: &[Hash]) -> bool {
    let ((old_size, old_root), (new_size, new_root)) = (old, new);
    if old_size == 0 || old_size >= new_size {
        let is_same = old_size == 0 || (old_size == new_size && old_root == new_root);
        return is_same && proof.is_empty() && (old_size != 0 || *old_root == super::empty_root());
    }
    let mut rest = proof.iter();
    // A tree whose size is a power of two is itself the first hash of the proof.
    let first = if old_size.is_power_of_two() {
        Some(old_root)
    } else {
        rest.next()
    };
    let Some(first) = first else { return false };
    let (mut at, mut last) = (old_size.saturating_sub(1), new_size.saturating_sub(1));
    while at & 1 == 1 {
        at >>= 1;
        last >>= 1;
    }
    let (mut old_hash, mut new_hash) = (*first, *first);
    for sibling in rest {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            old_hash = node_hash(sibling, &old_hash);
            new_hash = node_hash(sibling, &new_hash);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            new_hash = node_hash(&new_hash, sibling);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && old_hash == *old_root && new_hash == *new_root
}
