//! A quick hash for keys that are small numbers. It begins with a random number, so that nobody can choose keys that
//! meet; nothing that is printed depends on it.

use std::hash::{BuildHasher, Hasher, RandomState};

/// Makes hashers that all begin with the same random number.
#[derive(Debug, Clone)]
pub(super) struct Folding(u64);

impl Default for Folding {
    fn default() -> Self {
        Self(RandomState::new().hash_one(0_u8))
    }
}

impl BuildHasher for Folding {
    type Hasher = Fold;

    fn build_hasher(&self) -> Fold {
        Fold(self.0)
    }
}

/// Multiplies what it has with each number, and folds the upper half of the product onto the lower.
#[derive(Debug)]
pub(super) struct Fold(u64);

const ODD: u64 = 0x9E37_79B9_7F4A_7C15;

impl Fold {
    fn add(&mut self, number: u64) {
        let product = u128::from(self.0 ^ number).wrapping_mul(u128::from(ODD));
        let [low, high] = [product, product >> 64].map(|half| u64::try_from(half & u128::from(u64::MAX)).unwrap_or(0));
        self.0 = low ^ high.rotate_left(23);
    }
}

impl Hasher for Fold {
    fn write(&mut self, bytes: &[u8]) {
        let mut chunks = bytes.chunks_exact(8);
        for chunk in &mut chunks {
            self.add(chunk.try_into().map_or(0, u64::from_le_bytes));
        }
        for byte in chunks.remainder() {
            self.add(u64::from(*byte));
        }
    }

    fn write_usize(&mut self, number: usize) {
        self.add(u64::try_from(number).unwrap_or(0));
    }

    fn finish(&self) -> u64 {
        self.0 ^ self.0.rotate_left(31)
    }
}
