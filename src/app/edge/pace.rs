//! How long the other end may take, and how that is measured: only the time that the house waits for it counts.

use std::time::Duration;
use tokio::time::Instant;

/// How long a connection is waited for, by what it is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For the whole head of a request, from its first byte; for the first one, from the connection.
    pub head: Duration,
    /// For the next request on a connection.
    pub idle: Duration,
    /// The span over which the least rate is measured.
    pub span: Duration,
    /// The least rate, in bytes per second: of a body that arrives, and of an answer that is taken.
    pub rate: u64,
    /// For an answer that is taken, in all, unless it goes at [`Patience::long_rate`].
    pub answer: Duration,
    /// The rate at which an answer may take longer than [`Patience::answer`].
    pub long_rate: u64,
}

/// The patience of the house.
impl Default for Patience {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(5),
            idle: Duration::from_secs(15),
            span: Duration::from_secs(10),
            rate: 1 << 10,
            answer: Duration::from_secs(60),
            long_rate: 16 << 10,
        }
    }
}

/// Bytes in one direction, and how long they were waited for.
#[derive(Debug, Clone, Default)]
pub(super) struct Pace {
    /// Since when the other end is waited for.
    since: Option<Instant>,
    /// What was waited, and what came, in the present span.
    waited: Duration,
    bytes: u64,
    /// The same since the pace was begun anew.
    all_waited: Duration,
    all_bytes: u64,
}

impl Pace {
    /// From now on the other end is waited for.
    pub(super) fn waits(&mut self, now: Instant) {
        self.since.get_or_insert(now);
    }

    /// Bytes came (or were taken).
    pub(super) fn moved(&mut self, now: Instant, bytes: usize) {
        self.settle(now);
        self.since = None;
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        self.bytes = self.bytes.saturating_add(bytes);
        self.all_bytes = self.all_bytes.saturating_add(bytes);
    }

    fn settle(&mut self, now: Instant) {
        if let Some(since) = self.since {
            let waited = now.saturating_duration_since(since);
            self.waited = self.waited.saturating_add(waited);
            self.all_waited = self.all_waited.saturating_add(waited);
            self.since = Some(now);
        }
    }

    /// Whether it is waited for now.
    pub(super) fn is_waiting(&self) -> bool {
        self.since.is_some()
    }

    /// Whether the least rate was missed over a whole span; a span that was not missed is followed by the next.
    pub(super) fn is_too_slow(&mut self, now: Instant, patience: &Patience) -> bool {
        self.settle(now);
        if self.waited < patience.span {
            return false;
        }
        let least = patience.rate.saturating_mul(patience.span.as_secs().max(1));
        let is_slow = self.bytes < least;
        (self.waited, self.bytes) = (Duration::ZERO, 0);
        is_slow
    }

    /// Whether it takes too long in all.
    pub(super) fn is_too_long(&mut self, now: Instant, patience: &Patience) -> bool {
        self.settle(now);
        self.all_waited >= patience.answer
            && self.all_bytes < patience.long_rate.saturating_mul(self.all_waited.as_secs())
    }

    /// How long until the pace has to be looked at again, while it waits.
    pub(super) fn next_look(&self, patience: &Patience) -> Duration {
        let left = patience.span.saturating_sub(self.waited);
        let left = match patience.answer.checked_sub(self.all_waited) {
            Some(long) if !long.is_zero() => left.min(long),
            _ => left,
        };
        left.max(Duration::from_millis(1))
    }
}

#[cfg(test)]
mod tests {
    use super::{Pace, Patience};
    use std::time::Duration;
    use tokio::time::Instant;

    #[test]
    fn only_time_that_was_waited_counts() {
        let (patience, start) = (Patience::default(), Instant::now());
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut pace = Pace::default();
        // Nobody asks for bytes while a page is made, however long that takes.
        assert!(!pace.is_too_slow(at(100), &patience));
        pace.waits(at(100));
        assert!(!pace.is_too_slow(at(109), &patience));
        assert!(pace.is_too_slow(at(110), &patience));
    }

    #[test]
    fn a_body_at_the_least_rate_may_go_on_and_a_slower_one_not() {
        let patience = Patience::default();
        for (bytes, is_refused) in [(1 << 10, false), (1000, true)] {
            let (mut pace, start) = (Pace::default(), Instant::now());
            let mut refused = false;
            for second in 0..120 {
                pace.waits(start + Duration::from_secs(second));
                pace.moved(start + Duration::from_secs(second + 1), bytes);
                refused |= pace.is_too_slow(start + Duration::from_secs(second + 1), &patience);
            }
            assert_eq!(refused, is_refused, "{bytes} bytes a second");
        }
    }

    #[test]
    fn an_answer_that_is_taken_slowly_ends_after_a_minute() {
        let (patience, start) = (Patience::default(), Instant::now());
        let mut pace = Pace::default();
        for second in 0..59 {
            pace.waits(start + Duration::from_secs(second));
            pace.moved(start + Duration::from_secs(second + 1), 8 << 10);
            assert!(!pace.is_too_long(start + Duration::from_secs(second + 1), &patience));
        }
        pace.waits(start + Duration::from_secs(59));
        assert!(pace.is_too_long(start + Duration::from_secs(60), &patience));
    }
}
