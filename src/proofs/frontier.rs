//! A tree that only grows, of which no more is kept than the right edge: the second way to a root, for checking the first.

use super::tree::{Hash, empty_root, leaf_hash, node_hash};

/// The complete subtrees of a tree from left to right, greatest first, and how many leaves it has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    /// The frontier of a tree of `size` leaves from the hashes of its complete subtrees; none when it has not as many.
    pub fn of(size: u64, peaks: Vec<Hash>) -> Option<Self> {
        (u32::try_from(peaks.len()) == Ok(size.count_ones())).then_some(Self { size, peaks })
    }

    /// Where the complete subtrees of a tree of `size` leaves stand: level and index, left to right.
    pub fn places(size: u64) -> Vec<(u32, u64)> {
        let mut from = 0_u64;
        let mut places = Vec::new();
        for level in (0..u64::BITS).rev().filter(|level| (size >> level) & 1 == 1) {
            places.push((level, from >> level));
            from = from.saturating_add(1_u64 << level);
        }
        places
    }

    /// Adds a leaf by its bytes, and gives its hash.
    pub fn push(&mut self, bytes: &[u8]) -> Hash {
        let leaf = leaf_hash(bytes);
        self.push_hash(leaf);
        leaf
    }

    /// Adds a leaf by its hash, and gives the nodes that it completes: level, index, hash.
    pub fn push_hash(&mut self, leaf: Hash) -> Vec<(u32, u64, Hash)> {
        let mut nodes = Vec::new();
        let (mut hash, mut full, mut level) = (leaf, self.size, 0_u32);
        while full & 1 == 1 {
            if let Some(left) = self.peaks.pop() {
                hash = node_hash(&left, &hash);
            }
            full >>= 1;
            level = level.saturating_add(1);
            nodes.push((level, full, hash));
        }
        self.peaks.push(hash);
        self.size = self.size.saturating_add(1);
        nodes
    }

    /// How many leaves it has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root of the tree.
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        let Some(last) = peaks.next() else { return empty_root() };
        peaks.fold(*last, |right, left| node_hash(left, &right))
    }
}
