//! How many cases a second are judged on one core, and how long the live decisions take.
//!
//! `cargo bench --bench conformance -- [CASES]`. Cases of a procedure with eight steps, made by chance with a fixed
//! seed; one in seven deviates. Nothing is read from a database: traces, texts and assignments are in memory. Times are
//! those that the processor spent on this thread, each the median of several runs, so that other work on the machine
//! disturbs them little.

mod judging;
mod live;
mod office;
mod watch;

fn main() {
    let cases = std::env::args().skip(1).find_map(|arg| arg.parse::<u64>().ok());
    judging::measure(cases.unwrap_or(20_000));
    live::measure();
}
