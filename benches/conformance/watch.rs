//! How long something takes, and how that is printed.

use std::time::Instant;

/// How often everything is measured; the median is told.
const RUNS: usize = 9;

/// Time that the processor spent on this thread, in nanoseconds; by the wall clock where the system does not say.
fn spent(since: Instant) -> u64 {
    let own = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let own = own.and_then(|text| text.split(' ').next()?.parse().ok());
    own.unwrap_or_else(|| u64::try_from(since.elapsed().as_nanos()).unwrap_or(u64::MAX))
}

/// Tenths of a nanosecond that one of `count` things takes, which `run` does all together.
pub(crate) fn tenths(count: u64, mut run: impl FnMut()) -> u64 {
    let since = Instant::now();
    let mut runs: Vec<u64> = (0..RUNS)
        .map(|_| {
            let before = spent(since);
            run();
            (spent(since) - before).saturating_mul(10) / count.max(1)
        })
        .collect();
    runs.sort_unstable();
    runs.get(RUNS / 2).copied().unwrap_or(0)
}

/// Prints a figure in nanoseconds.
pub(crate) fn tell(what: &str, tenths: u64, each: &str) {
    println!("{what:<38} {:>9}.{} ns {each}", tenths / 10, tenths % 10);
}

/// Prints a figure in things a second.
pub(crate) fn tell_rate(what: &str, tenths: u64, things: &str) {
    let rate = 10_000_000_000 / tenths.max(1);
    println!("{what:<38} {rate:>11} {things}/s on one core");
}
