//! Passwords: which new ones are refused, and how they are hashed.

mod hash;
mod lists;
mod strength;
#[cfg(test)]
mod table_tests;

pub use hash::{Cost, cost_of};
pub(super) use hash::{hash, is_outdated, is_right};
use strength::{Local, bits};

/// Shortest and longest password, in characters (NIST SP 800-63B-4: 15 where it is the only factor).
pub const LENGTH: (usize, usize) = (15, 1024);
/// The shortest password, in characters, of somebody who has a second factor as well.
pub const SHORTEST_WITH_FACTOR: usize = 8;
/// A password must stand 2 to this power of guesses of somebody who knows the lists and the office.
pub const LEAST_BITS: u32 = 30;

/// What is wrong with a new password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordFault {
    /// Fewer than 15 characters without a second factor.
    TooShort,
    /// Fewer than 8 characters with a second factor.
    TooShortWithFactor,
    /// More than 1,024 characters.
    TooLong,
    /// It is put together from common words, names of the office, walks, runs or dates.
    Guessable,
}

impl PasswordFault {
    /// The key of the sentence for people.
    pub fn key(self) -> &'static str {
        match self {
            Self::TooShort => "people.password.too_short",
            Self::TooShortWithFactor => "people.password.too_short_with_factor",
            Self::TooLong => "people.password.too_long",
            Self::Guessable => "people.password.guessable",
        }
    }
}

/// Checks a password that somebody wants to use from now on. `known` is what anybody knows of the person and the office:
/// user name, names, code. There are no rules about kinds of characters.
///
/// # Errors
/// What is wrong with it.
pub fn check_new_password(password: &str, known: &[&str], has_factor: bool) -> Result<(), PasswordFault> {
    // A password of a mebibyte is refused by its bytes, before anybody counts its letters.
    if is_too_long(password) {
        return Err(PasswordFault::TooLong);
    }
    let length = password.chars().count();
    if has_factor && length < SHORTEST_WITH_FACTOR {
        return Err(PasswordFault::TooShortWithFactor);
    }
    if !has_factor && length < LENGTH.0 {
        return Err(PasswordFault::TooShort);
    }
    if bits(password, &Local::of(known.iter().copied())) < f64::from(LEAST_BITS) {
        return Err(PasswordFault::Guessable);
    }
    Ok(())
}

/// Whether no account can have this password: it is refused before it is hashed.
pub(super) fn is_too_long(password: &str) -> bool {
    password.len() > 4 * LENGTH.1 || password.chars().count() > LENGTH.1
}
