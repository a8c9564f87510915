//! Passwords: argon2id at today's parameters, and which new ones are refused.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

/// Memory in KiB, passes and lanes (OWASP ASVS 5.0, appendix C: at least 46 MiB with one pass).
const COST: (u32, u32, u32) = (47_104, 1, 1);
/// Shortest and longest password, in characters (NIST SP 800-63B-4: 15 where it is the only factor).
const LENGTH: (usize, usize) = (15, 1024);

/// Words that a password may not consist of, however they are joined.
const COMMON: [&str; 12] = [
    "password",
    "matkhau",
    "123456789",
    "qwertyuiop",
    "uybannhandan",
    "quytrinh",
    "iso9001",
    "xabaoha",
    "laocai",
    "abcdefgh",
    "111111",
    "000000",
];

/// What is wrong with a new password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordFault {
    /// Fewer than 15 characters.
    TooShort,
    /// More than 1,024 characters.
    TooLong,
    /// It is one common word, repeated or padded with figures, or holds the user name.
    Guessable,
}

impl PasswordFault {
    /// The key of the sentence for people.
    pub fn key(self) -> &'static str {
        match self {
            Self::TooShort => "people.password.too_short",
            Self::TooLong => "people.password.too_long",
            Self::Guessable => "people.password.guessable",
        }
    }
}

/// Checks a password that somebody wants to use from now on.
///
/// # Errors
/// What is wrong with it.
pub fn check_new_password(password: &str, username: &str) -> Result<(), PasswordFault> {
    let length = password.chars().count();
    if length < LENGTH.0 {
        return Err(PasswordFault::TooShort);
    }
    if length > LENGTH.1 {
        return Err(PasswordFault::TooLong);
    }
    let plain = crate::procedures::fold(password).replace([' ', '-', '_', '.'], "");
    // Common words first: taking the name out of them would hide them.
    let rest = COMMON.iter().fold(plain.clone(), |rest, word| rest.replace(word, ""));
    let rest = rest.replace(username, "");
    let letters = rest.chars().filter(|c| c.is_alphabetic()).count();
    let kinds: std::collections::BTreeSet<char> = plain.chars().collect();
    if letters < 4 || kinds.len() < 5 {
        return Err(PasswordFault::Guessable);
    }
    Ok(())
}

fn hasher() -> Option<Argon2<'static>> {
    let (memory, passes, lanes) = COST;
    Params::new(memory, passes, lanes, None)
        .ok()
        .map(|params| Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn bytes(password: &str) -> Vec<u8> {
    password.nfc().collect::<String>().into_bytes()
}

/// The hash of a password, with its parameters and a new salt.
pub(super) fn hash(password: &str) -> Result<String, anyhow::Error> {
    let hasher = hasher().ok_or_else(|| anyhow::anyhow!("the cost of hashing passwords is out of range"))?;
    let hash = hasher
        .hash_password(&bytes(password))
        .map_err(|cause| anyhow::anyhow!("hashing a password: {cause}"))?;
    Ok(hash.to_string())
}

/// A hash that no password has: checked when there is no account, so that both answers take as long.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash(&crate::kernel::new_id()).unwrap_or_default());

/// Whether the password is right. Without a hash it takes as long and is never right.
pub(super) fn is_right(password: &str, hash: Option<&str>) -> bool {
    let Ok(parsed) = PasswordHash::new(hash.unwrap_or(&NOBODY)) else {
        return false;
    };
    let Some(hasher) = hasher() else { return false };
    hasher.verify_password(&bytes(password), &parsed).is_ok() && hash.is_some()
}

#[cfg(test)]
mod tests {
    use super::{PasswordFault, check_new_password, hash, is_right};

    #[test]
    fn a_password_is_known_again_and_no_other() {
        let stored = hash("con ngựa thép ăn 7 hạt").unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=47104,t=1,p=1$"));
        assert!(is_right("con ngựa thép ăn 7 hạt", Some(&stored)));
        assert!(!is_right("con ngựa thép ăn 7 hat", Some(&stored)));
        assert!(!is_right("con ngựa thép ăn 7 hạt", None));
    }

    #[test]
    fn weak_passwords_are_refused() {
        assert_eq!(check_new_password("ngắn quá", "an"), Err(PasswordFault::TooShort));
        assert_eq!(check_new_password(&"a".repeat(1025), "an"), Err(PasswordFault::TooLong));
        assert_eq!(
            check_new_password("aaaaaaaaaaaaaaaaaaaa", "an"),
            Err(PasswordFault::Guessable)
        );
        assert_eq!(
            check_new_password("Ủy Ban Nhân Dân 2026", "an"),
            Err(PasswordFault::Guessable)
        );
        assert_eq!(
            check_new_password("mật khẩu 123456789", "an"),
            Err(PasswordFault::Guessable)
        );
        assert_eq!(check_new_password("con ngựa thép ăn 7 hạt", "an"), Ok(()));
    }
}
