//! Hashing passwords: argon2id at today's cost, never below what ASVS 5.0 asks for.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

/// What hashing one password costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory, in KiB.
    pub memory: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Cost {
    /// The cost of every password that is set or next used from now on: 46 MiB and one pass.
    pub const TODAY: Self = Self {
        memory: 47_104,
        passes: 1,
        lanes: 1,
    };

    /// Whether it is at least what OWASP ASVS 5.0, appendix C, asks of argon2id: 46 MiB with one pass, 19 MiB with two,
    /// 12 MiB with three or more.
    pub fn is_enough(self) -> bool {
        let least = match self.passes {
            0 => return false,
            1 => 47_104,
            2 => 19_456,
            _ => 12_288,
        };
        self.memory >= least && self.lanes >= 1
    }

    fn hasher(self) -> Option<Argon2<'static>> {
        Params::new(self.memory, self.passes, self.lanes, None)
            .ok()
            .map(|params| Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
    }
}

/// The whole password, in one normal form.
fn bytes(password: &str) -> Vec<u8> {
    password.nfc().collect::<String>().into_bytes()
}

/// The hash of a password, with its parameters and a new salt.
pub(in crate::people) fn hash(password: &str, cost: Cost) -> Result<String, anyhow::Error> {
    let hasher = cost
        .hasher()
        .ok_or_else(|| anyhow::anyhow!("the cost of hashing passwords is out of range"))?;
    let hash = hasher
        .hash_password(&bytes(password))
        .map_err(|cause| anyhow::anyhow!("hashing a password: {cause}"))?;
    Ok(hash.to_string())
}

/// Reads the cost that a stored hash was made at; none when it is no argon2id hash.
pub fn cost_of(stored: &str) -> Option<Cost> {
    let parsed = PasswordHash::new(stored).ok()?;
    if parsed.algorithm.as_str() != "argon2id" {
        return None;
    }
    let params = Params::try_from(&parsed).ok()?;
    Some(Cost {
        memory: params.m_cost(),
        passes: params.t_cost(),
        lanes: params.p_cost(),
    })
}

/// Whether a stored hash was made at less than this cost, so that it is made anew when its password is next right.
pub(in crate::people) fn is_outdated(stored: &str, cost: Cost) -> bool {
    cost_of(stored).is_none_or(|made| {
        let work = |cost: Cost| u64::from(cost.memory).saturating_mul(u64::from(cost.passes));
        work(made) < work(cost) || made.memory < cost.memory && !made.is_enough()
    })
}

/// A hash that no password has: checked when there is no account, so that both answers take as long.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash(&crate::kernel::new_id(), Cost::TODAY).unwrap_or_default());

/// Whether the password is right. Without a hash it takes as long and is never right.
pub(in crate::people) fn is_right(password: &str, hash: Option<&str>) -> bool {
    let Ok(parsed) = PasswordHash::new(hash.unwrap_or(&NOBODY)) else {
        return false;
    };
    let Some(hasher) = Cost::TODAY.hasher() else {
        return false;
    };
    hasher.verify_password(&bytes(password), &parsed).is_ok() && hash.is_some()
}

#[cfg(test)]
mod tests {
    use super::{Cost, cost_of, hash, is_outdated, is_right};

    #[test]
    fn a_password_is_known_again_and_no_other() {
        let stored = hash("con ngựa thép ăn 7 hạt", Cost::TODAY).unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=47104,t=1,p=1$"));
        assert!(is_right("con ngựa thép ăn 7 hạt", Some(&stored)));
        assert!(!is_right("con ngựa thép ăn 7 hat", Some(&stored)));
        assert!(!is_right("con ngựa thép ăn 7 hạt", None));
    }

    #[test]
    fn the_whole_password_counts_in_any_normal_form() {
        let long: String = "ngựa ".repeat(40);
        let stored = hash(&long, Cost::TODAY).unwrap();
        assert!(!is_right(&long[..long.len() - 1], Some(&stored)));
        assert!(!is_right(&format!("{long}1"), Some(&stored)));
        let decomposed: String = unicode_normalization::UnicodeNormalization::nfd(long.as_str()).collect();
        assert_ne!(long, decomposed);
        assert!(is_right(&decomposed, Some(&stored)));
        assert!(!is_right(&long.to_uppercase(), Some(&stored)));
    }

    #[test]
    fn costs_below_the_table_of_the_standard_are_told_apart() {
        let cost = |memory, passes| Cost {
            memory,
            passes,
            lanes: 1,
        };
        assert!(Cost::TODAY.is_enough());
        for enough in [cost(47_104, 1), cost(19_456, 2), cost(12_288, 3), cost(12_288, 9)] {
            assert!(enough.is_enough(), "{enough:?}");
        }
        for weak in [cost(47_103, 1), cost(19_455, 2), cost(12_287, 3), cost(47_104, 0)] {
            assert!(!weak.is_enough(), "{weak:?}");
        }
    }

    #[test]
    fn a_hash_made_at_less_is_outdated_and_one_of_today_is_not() {
        let cheap = Cost {
            memory: 64,
            passes: 1,
            lanes: 1,
        };
        let stored = hash("con ngựa thép ăn 7 hạt", cheap).unwrap();
        assert_eq!(cost_of(&stored), Some(cheap));
        assert!(is_outdated(&stored, Cost::TODAY));
        assert!(!is_outdated(&stored, cheap));
        assert!(is_outdated("no hash", cheap));
    }
}
