//! Signatures of tokens: made by `openssl`, judged by the program, and the two verdicts held against each other.

mod authority;
mod cms;
mod paper;
mod pdf;
mod shapes;
mod slot;

use authority::Authority;
use quytrinh::tokens::{Refused, Roots, Verdict, judge_detached};

/// 23 November 2026, noon.
const NOW: i64 = 1_795_435_200;

fn roots(names: &[&str]) -> Roots {
    let mut roots = Roots::default();
    for name in names {
        roots.add(&Authority::shared().text(&format!("{name}.pem"))).unwrap();
    }
    roots
}

fn judge(signature: &[u8], content: &[u8], at: i64) -> Result<Verdict, Refused> {
    judge_detached(signature, &[content], &roots(&["root"]), at)
}

#[track_caller]
fn word(judged: Result<Verdict, Refused>) -> &'static str {
    judged.map_or_else(|refused| refused.reason.as_str(), |_| "taken")
}
