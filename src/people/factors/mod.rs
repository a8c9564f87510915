//! Second factors: what proves a person besides the password, and who must have one.

mod actions;
mod codes;
mod seal;
mod store;
mod totp;

pub use actions::{FactorRule, remove_factors_of, set_factor_rule};
pub(super) use actions::{begin_totp, confirm_totp, first_recovery, must_have_room, prove, remove, renew_recovery};
pub(super) use seal::Key;
pub(super) use store::{Factor, RuleShown, factors, has_any, has_passkey, recovery_left, rule, standing};
pub(super) use totp::Enrolment;

use crate::kernel::AccessRole;

crate::kernel::text_enum! {
    /// A kind of second factor.
    Kind {
        /// A code of an app that changes every 30 seconds (RFC 6238).
        Totp = "totp",
        /// A passkey (WebAuthn).
        Passkey = "passkey",
    }
}

crate::kernel::text_enum! {
    /// Who of an agency must have a second factor.
    Rule {
        /// Whoever administers, approves or audits.
        Duties = "duties",
        /// Everybody.
        Everybody = "everybody",
        /// Nobody: a relaxation, which needs a reason and is shown.
        Nobody = "nobody",
    }
}

impl Rule {
    /// Whether somebody with these access roles must have a second factor.
    pub fn demands(self, access: &[AccessRole]) -> bool {
        use AccessRole::{Administrator, Auditor, Chair};
        match self {
            Self::Nobody => false,
            Self::Everybody => true,
            Self::Duties => access
                .iter()
                .any(|role| matches!(role, Administrator | Auditor | Chair)),
        }
    }
}

/// How a person stands with second factors.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Standing {
    /// Whether a confirmation asks for a second factor too.
    pub(super) has_factor: bool,
    /// Whether one of them is a passkey.
    pub(super) has_passkey: bool,
    /// Whether one must be set up before anything else may be done.
    pub(super) must_enrol: bool,
}

#[cfg(test)]
mod tests {
    use super::Rule;
    use crate::kernel::AccessRole;

    #[test]
    fn whoever_administers_approves_or_audits_must_have_a_second_factor() {
        let demanded: Vec<&str> = AccessRole::ALL
            .iter()
            .filter(|role| Rule::Duties.demands(&[**role]))
            .map(|role| role.as_str())
            .collect();
        assert_eq!(demanded, ["administrator", "chair", "auditor"]);
        assert!(AccessRole::ALL.iter().all(|role| Rule::Everybody.demands(&[*role])));
        assert!(!Rule::Nobody.demands(AccessRole::ALL));
    }
}
