//! How long things usually take.

/// The middle and the long end of some durations, in working minutes. Both are durations that really occurred: the
/// smallest one that at least half (nine tenths) of all do not exceed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::conformance) struct Spread {
    pub(in crate::conformance) median: i64,
    pub(in crate::conformance) ninetieth: i64,
}

impl Spread {
    /// The spread of the durations; `None` without any.
    pub(in crate::conformance) fn of(mut minutes: Vec<i64>) -> Option<Self> {
        minutes.sort_unstable();
        let at = |percent: usize| {
            minutes
                .get((minutes.len() * percent).div_ceil(100).checked_sub(1)?)
                .copied()
        };
        Some(Self {
            median: at(50)?,
            ninetieth: at(90)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Spread;

    fn spread(minutes: &[i64]) -> Option<(i64, i64)> {
        Spread::of(minutes.to_vec()).map(|spread| (spread.median, spread.ninetieth))
    }

    #[test]
    fn the_median_and_the_ninetieth_are_durations_that_occurred() {
        assert_eq!(spread(&[]), None);
        assert_eq!(spread(&[7]), Some((7, 7)));
        assert_eq!(spread(&[30, 10, 20]), Some((20, 30)));
        // Of four, two do not exceed the second; 3.6 of four do not exceed the fourth.
        assert_eq!(spread(&[40, 10, 30, 20]), Some((20, 40)));
        let ten: Vec<i64> = (1..=10).collect();
        assert_eq!(spread(&ten), Some((5, 9)));
        let eleven: Vec<i64> = (1..=11).collect();
        assert_eq!(spread(&eleven), Some((6, 10)));
    }
}
