//! Markings of safe nets as bits, each kept once.

use super::Marking;

/// Which bits of a word.
pub(super) type Bits = (usize, u64);

pub(super) fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

pub(super) fn large(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

pub(super) fn bit(bits: u64) -> usize {
    large(bits.trailing_zeros())
}

/// The places as bits, and a place that is named twice.
pub(super) fn bits(places: &[usize]) -> (Vec<Bits>, Option<usize>) {
    let mut words: std::collections::BTreeMap<usize, u64> = std::collections::BTreeMap::new();
    let mut twice = None;
    for place in places {
        let word = words.entry(place / 64).or_default();
        let bit = 1 << (place % 64);
        if *word & bit != 0 && twice.is_none() {
            twice = Some(*place);
        }
        *word |= bit;
    }
    (words.into_iter().collect(), twice)
}

pub(super) fn packed<'p>(places: impl Iterator<Item = &'p usize>, words: usize) -> Vec<u64> {
    let mut packed = vec![0; words];
    for place in places {
        if let Some(word) = packed.get_mut(place / 64) {
            *word |= 1_u64 << (place % 64);
        }
    }
    packed
}

pub(super) fn unpacked(words: &[u64]) -> Marking {
    let mut marking = Marking::new();
    for (number, word) in words.iter().enumerate() {
        let mut rest = *word;
        while rest != 0 {
            marking.insert(number * 64 + bit(rest), 1);
            rest &= rest - 1;
        }
    }
    marking
}

pub(super) fn covers(marking: &[u64], other: &[u64]) -> bool {
    marking.iter().zip(other).all(|(own, other)| own & other == *other)
}

/// Markings in the order in which they were found, and where each is.
pub(super) struct Store {
    pub(super) words: usize,
    all: Vec<u64>,
    count: usize,
    /// Numbers of markings, by hash; `u32::MAX` is free.
    slots: Vec<u32>,
}

impl Store {
    pub(super) fn new(words: usize) -> Self {
        Self {
            words,
            all: Vec::new(),
            count: 0,
            slots: vec![u32::MAX; 1 << 10],
        }
    }

    fn at(&self, number: usize) -> Option<&[u64]> {
        let begin = number * self.words;
        self.all.get(begin..begin + self.words)
    }

    pub(super) fn copy(&self, number: usize, out: &mut [u64]) -> bool {
        let found = self.at(number);
        if let Some(found) = found {
            out.copy_from_slice(found);
        }
        found.is_some()
    }

    /// The number of a marking, and whether it is new.
    pub(super) fn insert(&mut self, marking: &[u64]) -> (usize, bool) {
        let slot = self.slot(marking);
        let known = self.slots.get(slot).copied().unwrap_or(u32::MAX);
        if known != u32::MAX {
            return (large(known), false);
        }
        let number = self.count;
        self.all.extend_from_slice(marking);
        self.count += 1;
        if let Some(own) = self.slots.get_mut(slot) {
            *own = small(number);
        }
        if self.count * 2 > self.slots.len() {
            self.grow();
        }
        (number, true)
    }

    /// The slot of a marking, or the free one where it belongs. The table is never more than half full.
    fn slot(&self, marking: &[u64]) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = hash(marking) & mask;
        loop {
            match self.slots.get(slot).copied() {
                None | Some(u32::MAX) => return slot,
                Some(number) if self.at(large(number)) == Some(marking) => return slot,
                Some(_) => slot = (slot + 1) & mask,
            }
        }
    }

    fn grow(&mut self) {
        self.slots = vec![u32::MAX; self.slots.len() * 2];
        for number in 0..self.count {
            let Some(slot) = self.at(number).map(|marking| self.slot(marking)) else {
                continue;
            };
            if let Some(own) = self.slots.get_mut(slot) {
                *own = small(number);
            }
        }
    }
}

fn hash(marking: &[u64]) -> usize {
    let mut hash = 0_u64;
    for word in marking {
        hash = (hash.rotate_left(5) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
    // The upper bits depend on all bits below them.
    usize::try_from(hash >> 32).unwrap_or(0)
}
