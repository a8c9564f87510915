//! Recovery codes: ten, each of 120 bits, each used once.

use crate::web::Failure;

/// How many codes a person gets at once.
pub(super) const COUNT: usize = 10;
/// Letters of a code: 24 of an alphabet of 32 are 120 bits (at least 112 are asked for).
const LETTERS: usize = 24;
/// Letters and figures without those that look alike.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// A new code, in groups of six.
pub(super) fn new() -> Result<String, Failure> {
    let mut random = [0_u8; LETTERS];
    getrandom::fill(&mut random).map_err(|cause| Failure::Internal(anyhow::anyhow!("no randomness: {cause}")))?;
    let mut code = String::new();
    for (place, byte) in random.iter().enumerate() {
        if place > 0 && place % 6 == 0 {
            code.push('-');
        }
        code.extend(ALPHABET.get(usize::from(byte % 32)).copied().map(char::from));
    }
    Ok(code)
}

/// A code as it was typed, without its spaces and strokes, in lower case.
pub(in crate::people) fn plain(typed: &str) -> String {
    typed
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{LETTERS, new, plain};
    use std::collections::BTreeSet;

    #[test]
    fn codes_are_long_enough_and_never_the_same() {
        const { assert!(LETTERS * 5 >= 112) };
        let codes: BTreeSet<String> = (0..1000).map(|_| plain(&new().unwrap())).collect();
        assert_eq!(codes.len(), 1000);
        assert!(codes.iter().all(|code| code.len() == LETTERS));
        assert_eq!(plain(" ABC-def 23"), "abcdef23");
    }
}
