//! How long the long tests run: short in every run of the suite, long where the measurement of trust asks for it.

/// How many rounds: `short`, or what `QUYTRINH_ROUNDS_<name>` says.
pub fn rounds(name: &str, short: usize) -> usize {
    #[expect(clippy::disallowed_methods, reason = "tests are set by the one who runs them")]
    let asked = std::env::var(format!("QUYTRINH_ROUNDS_{name}"));
    asked.map_or(short, |asked| asked.parse().expect("a number of rounds"))
}

/// Says a figure of a row of `docs/trust.md`, for the script that collects them.
pub fn figure(row: &str, sentence: &str) {
    println!("trust {row}: {sentence}");
}
