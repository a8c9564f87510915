//! Statistics of small offices: intervals of shares, tests of two groups, many comparisons at once. Pure.
//!
//! Shares: Wilson's interval (1927), the difference of two by Newcombe's hybrid of it (1998, method 10), the test by
//! Fisher, exact and two-sided. Times: median with the interval of order statistics, the test by Mann and Whitney,
//! exact for few values without ties, else the normal approximation corrected for ties and steps. Many comparisons:
//! Holm (1979). Everything at 95 %.

/// The 97.5 % point of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;
/// Two tables of equal probability may differ by rounding in this part.
const ROUNDING: f64 = 1e-9;
/// Up to this product of the two sizes the exact distribution of Mann and Whitney is counted.
const EXACT_PRODUCT: usize = 400;

/// A part of a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::conformance) struct Share {
    /// How many have it.
    pub(in crate::conformance) part: u32,
    /// Of how many.
    pub(in crate::conformance) whole: u32,
}

impl Share {
    /// `part` of `whole`; a part larger than the whole counts as the whole.
    pub(in crate::conformance) fn new(part: u32, whole: u32) -> Self {
        Self {
            part: part.min(whole),
            whole,
        }
    }

    /// From 0 to 1; `None` of nothing.
    pub(in crate::conformance) fn value(self) -> Option<f64> {
        (self.whole > 0).then(|| f64::from(self.part) / f64::from(self.whole))
    }

    /// Wilson's interval; `None` of nothing.
    pub(in crate::conformance) fn interval(self) -> Option<(f64, f64)> {
        let share = self.value()?;
        let n = f64::from(self.whole);
        let middle = share + Z * Z / (2.0 * n);
        let reach = Z * ((share * (1.0 - share) + Z * Z / (4.0 * n)) / n).sqrt();
        let scale = 1.0 + Z * Z / n;
        Some((((middle - reach) / scale).max(0.0), ((middle + reach) / scale).min(1.0)))
    }

    /// By how much this share is larger than another one, with Newcombe's interval; `None` when either is of nothing.
    pub(in crate::conformance) fn difference(self, other: Self) -> Option<(f64, (f64, f64))> {
        let (own, than) = (self.value()?, other.value()?);
        let ((low, high), (than_low, than_high)) = (self.interval()?, other.interval()?);
        let below = ((own - low).powi(2) + (than_high - than).powi(2)).sqrt();
        let above = ((high - own).powi(2) + (than - than_low).powi(2)).sqrt();
        let difference = own - than;
        Some((difference, (difference - below, difference + above)))
    }
}

/// The probability that two shares differ at least so much by chance alone, by Fisher's exact test, two-sided.
pub(in crate::conformance) fn fisher(one: Share, other: Share) -> f64 {
    let (rows, had) = ((one.whole, other.whole), one.part.saturating_add(other.part));
    let all = rows.0.saturating_add(rows.1);
    let logs = log_factorials(all);
    let log = |n: u32| {
        usize::try_from(n)
            .ok()
            .and_then(|n| logs.get(n))
            .copied()
            .unwrap_or(0.0)
    };
    let choose = |n: u32, k: u32| log(n) - log(k) - log(n.saturating_sub(k));
    let chance = |part: u32| (choose(rows.0, part) + choose(rows.1, had.saturating_sub(part)) - choose(all, had)).exp();
    let seen = chance(one.part);
    let least = had.saturating_sub(rows.1);
    let most = had.min(rows.0);
    let sum: f64 = (least..=most)
        .map(chance)
        .filter(|chance| *chance <= seen * (1.0 + ROUNDING))
        .sum();
    sum.min(1.0)
}

/// The logarithms of the factorials of 0 to `n`.
fn log_factorials(n: u32) -> Vec<f64> {
    let mut sum = 0.0;
    let logs = (1..=n).map(|k| {
        sum += f64::from(k).ln();
        sum
    });
    std::iter::once(0.0).chain(logs).collect()
}

/// The part of the standard normal distribution above `x`.
fn normal_above(x: f64) -> f64 {
    if x < 0.0 {
        return 1.0 - normal_above(-x);
    }
    let density = (-x * x / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
    if x < 3.0 {
        // Half, less the series of what lies between 0 and x.
        let (mut term, mut sum, mut odd) = (x, x, 1.0);
        while term > sum * 1e-17 {
            odd += 2.0;
            term *= x * x / odd;
            sum += term;
        }
        return 0.5 - density * sum;
    }
    // Laplace's continued fraction, from far inside outwards.
    let fraction = (1..=60_u32).rev().fold(x, |below, k| x + f64::from(k) / below);
    density / fraction
}

/// The value below which a part `q` of the sorted values lies, between two of them in proportion; `None` of none.
pub(in crate::conformance) fn quantile(sorted: &[f64], q: f64) -> Option<f64> {
    let last = u32::try_from(sorted.len()).ok()?.checked_sub(1)?;
    let place = q.clamp(0.0, 1.0) * f64::from(last);
    let mut below = 0_u32;
    // The whole part of the place; counting keeps clear of conversions that lose.
    while f64::from(below) + 1.0 <= place {
        below += 1;
    }
    let at = usize::try_from(below).ok()?;
    let (low, high) = (sorted.get(at)?, sorted.get(at + 1).or(sorted.last())?);
    Some(low + (high - low) * (place - f64::from(below)))
}

/// The middle of the sorted values with its interval by order statistics, which is never narrower than 95 %; the
/// interval is `None` of fewer than six, for which there is none.
pub(in crate::conformance) fn median(sorted: &[f64]) -> Option<(f64, Option<(f64, f64)>)> {
    let middle = quantile(sorted, 0.5)?;
    let n = u32::try_from(sorted.len()).ok()?;
    let logs = log_factorials(n);
    let log = |k: u32| {
        usize::try_from(k)
            .ok()
            .and_then(|k| logs.get(k))
            .copied()
            .unwrap_or(0.0)
    };
    let chance = |k: u32| (log(n) - log(k) - log(n - k) - f64::from(n) * std::f64::consts::LN_2).exp();
    let (mut left_out, mut outside) = (0_u32, chance(0));
    // Leave out as many at each end as chance puts there with at most 2.5 %.
    while outside <= 0.025 && left_out < n / 2 {
        left_out += 1;
        outside += chance(left_out);
    }
    let interval = left_out.checked_sub(1).and_then(|first| {
        let first = usize::try_from(first).ok()?;
        Some((*sorted.get(first)?, *sorted.get(sorted.len().checked_sub(first + 1)?)?))
    });
    Some((middle, interval))
}

/// The probability that two groups of values lie at least so far apart by chance alone, by the test of Mann and
/// Whitney, two-sided; 1 when a group is empty or all values are equal.
pub(in crate::conformance) fn mann_whitney(one: &[f64], other: &[f64]) -> f64 {
    let (Ok(n), Ok(m)) = (u32::try_from(one.len()), u32::try_from(other.len())) else {
        return 1.0;
    };
    if n == 0 || m == 0 {
        return 1.0;
    }
    let (ranks, ties) = rank_sum(one, other);
    let (n, m) = (f64::from(n), f64::from(m));
    let above = ranks - n * (n + 1.0) / 2.0;
    let farther = above.max(n * m - above);
    if ties == 0.0 && one.len().saturating_mul(other.len()) <= EXACT_PRODUCT {
        return exact_above(one.len(), other.len(), farther);
    }
    let all = n + m;
    let variance = n * m / 12.0 * (all + 1.0 - ties / (all * (all - 1.0)));
    if variance <= 0.0 {
        return 1.0;
    }
    let z = (farther - n * m / 2.0 - 0.5) / variance.sqrt();
    (2.0 * normal_above(z)).min(1.0)
}

/// The sum of the ranks of the first group among all values, equal values sharing theirs, and the sum of t³ - t over
/// the groups of t equal values.
fn rank_sum(one: &[f64], other: &[f64]) -> (f64, f64) {
    let mut all: Vec<(f64, bool)> = one
        .iter()
        .map(|value| (*value, true))
        .chain(other.iter().map(|value| (*value, false)))
        .collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut sum, mut ties, mut before) = (0.0, 0.0, 0.0);
    for equal in all.chunk_by(|a, b| a.0 == b.0) {
        let count = f64::from(u32::try_from(equal.len()).unwrap_or(u32::MAX));
        let own = equal.iter().filter(|(_, own)| *own).count();
        let rank = before + (count + 1.0) / 2.0;
        sum += rank * f64::from(u32::try_from(own).unwrap_or(u32::MAX));
        ties += count.powi(3) - count;
        before += count;
    }
    (sum, ties)
}

/// Twice the part of all orders of `n` and `m` values in which at least so many pairs stand the same way round.
fn exact_above(n: usize, m: usize, pairs: f64) -> f64 {
    let most = n * m;
    // The Gaussian binomial coefficient: how many orders have 0, 1, 2 … such pairs.
    let mut orders = vec![0.0; most + 1];
    if let Some(first) = orders.first_mut() {
        *first = 1.0;
    }
    for i in 1..=n {
        for at in (m + i..=most).rev() {
            let less = orders.get(at - m - i).copied().unwrap_or(0.0);
            if let Some(own) = orders.get_mut(at) {
                *own -= less;
            }
        }
        for at in i..=most {
            let more = orders.get(at - i).copied().unwrap_or(0.0);
            if let Some(own) = orders.get_mut(at) {
                *own += more;
            }
        }
    }
    let all: f64 = orders.iter().sum();
    let mut pair = 0.0;
    let mut above = 0.0;
    for own in orders {
        if pair >= pairs - 0.25 {
            above += own;
        }
        pair += 1.0;
    }
    (2.0 * above / all).min(1.0)
}

/// The probabilities of several comparisons, each raised so that all together err with at most 5 % (Holm), in their
/// order.
pub(in crate::conformance) fn holm(chances: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..chances.len()).collect();
    let of = |at: usize| chances.get(at).copied().unwrap_or(1.0);
    order.sort_by(|a, b| of(*a).total_cmp(&of(*b)));
    let mut raised = vec![1.0; chances.len()];
    let mut least = 0.0_f64;
    for (done, at) in order.iter().enumerate() {
        let left = u32::try_from(chances.len() - done).unwrap_or(u32::MAX);
        least = least.max((of(*at) * f64::from(left)).min(1.0));
        if let Some(own) = raised.get_mut(*at) {
            *own = least;
        }
    }
    raised
}

#[cfg(test)]
#[path = "stats_tests.rs"]
mod tests;
