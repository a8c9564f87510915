//! Chance that the same seed repeats: SplitMix64 (Steele, Lea and Flood, 2014).

/// A stream of numbers that depends on nothing but its seed.
#[derive(Debug, Clone)]
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to `below` - 1; 0 when `below` is 0.
    pub(super) fn below(&mut self, below: u32) -> u32 {
        let drawn = self.next() % u64::from(below.max(1));
        u32::try_from(drawn).unwrap_or(0)
    }

    /// A number from `from` to `to`, both included.
    pub(super) fn between(&mut self, from: u32, to: u32) -> u32 {
        from.saturating_add(self.below(to.saturating_sub(from).saturating_add(1)))
    }

    /// True in `percent` of a hundred draws.
    pub(super) fn percent(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    /// One of them.
    pub(super) fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        let place = self.below(u32::try_from(of.len()).unwrap_or(u32::MAX));
        usize::try_from(place).ok().and_then(|place| of.get(place))
    }
}
