//! Sessions: who is signed in from where, how long that holds, and how it ends.

mod actions;
mod seen;
mod store;

pub(super) use actions::{NewSession, end_one, end_others, end_sessions, open, renew, sign_out};
pub use actions::{end_all_sessions, end_sessions_of, end_sessions_of_agency};
pub(super) use seen::Seen;
pub(super) use store::{OpenSession, Shown, list, open_session, why_ended};
pub use store::{session_id, still_stands};

use chrono::TimeDelta;

/// A session ends after this long without a request (ASVS 7.3.1): a coffee is shorter, a lunch is longer.
pub const IDLE: TimeDelta = TimeDelta::minutes(30);
/// A session ends after this long in any case (ASVS 7.3.2): one working day with its overtime.
pub const ABSOLUTE: TimeDelta = TimeDelta::hours(12);
/// So many sessions one person may have at once; the oldest ends for a sixth.
pub const MOST: usize = 5;

crate::kernel::text_enum! {
    /// Why a session ended.
    Ended {
        /// Its person signed out.
        SignedOut = "signed_out",
        /// Its person ended it from another session.
        Ended = "ended",
        /// Nobody used it for 30 minutes, or it was 12 hours old.
        Idle = "idle",
        /// The person signed in at too many places.
        TooMany = "too_many",
        /// The password or a second factor was changed.
        Password = "password",
        /// An access role was given or taken.
        Access = "access",
        /// The account was deactivated.
        Deactivated = "deactivated",
        /// An administrator ended it.
        Administrator = "administrator",
        /// The database was restored from a backup.
        Restored = "restored",
    }
}

crate::kernel::text_enum! {
    /// What a person proved who he or she is with.
    Proof {
        /// The password alone.
        Password = "password",
        /// The password and a code of an app.
        Totp = "password_totp",
        /// The password and a recovery code.
        Recovery = "password_recovery",
        /// The password and a passkey.
        Passkey = "password_passkey",
        /// A passkey that checked its person itself.
        PasskeyAlone = "passkey",
        /// Another party that the office trusts.
        Oidc = "oidc",
        /// Another party, and a code of an app.
        OidcTotp = "oidc_totp",
        /// Another party, and a recovery code.
        OidcRecovery = "oidc_recovery",
        /// Another party, and a passkey.
        OidcPasskey = "oidc_passkey",
    }
}

impl Proof {
    /// How the person proved who he or she is, as statements write it.
    pub fn in_statements(self) -> &'static str {
        match self {
            Self::Password => "mat-khau",
            Self::Totp => "mat-khau+totp",
            Self::Recovery => "mat-khau+ma-khoi-phuc",
            // It proved the person, but did not sign the statement (an edition has many).
            Self::Passkey => "mat-khau+passkey-phien",
            // No confirmation ends in one of these: the own key opens with the password alone.
            Self::PasskeyAlone => "passkey",
            Self::Oidc | Self::OidcTotp | Self::OidcRecovery | Self::OidcPasskey => "oidc",
        }
    }
}

/// An address as lists show it: the network, not the very machine.
pub(super) fn shortened(address: Option<std::net::IpAddr>) -> String {
    match address.map(|address| address.to_canonical()) {
        None => String::new(),
        Some(std::net::IpAddr::V4(address)) => {
            let [a, b, c, _] = address.octets();
            format!("{a}.{b}.{c}.x")
        }
        Some(std::net::IpAddr::V6(address)) => {
            let [a, b, c, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}::x")
        }
    }
}

/// Browser and system by what the browser says of itself: words of ours, never its text.
pub(super) fn device(agent: &str) -> String {
    let first =
        |known: &[(&str, &'static str)]| known.iter().find(|(mark, _)| agent.contains(mark)).map(|known| known.1);
    let browser = first(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("coc_coc", "Cốc Cốc"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ]);
    let system = first(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]);
    [browser, system].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use super::{device, shortened};

    #[test]
    fn a_session_is_shown_by_words_of_ours() {
        let agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36";
        assert_eq!(device(agent), "Chrome · Windows");
        assert_eq!(device("<script>alert(1)</script>"), "");
        assert_eq!(shortened("192.168.7.21".parse().ok()), "192.168.7.x");
        assert_eq!(shortened("2001:db8:1:2::3".parse().ok()), "2001:db8:1::x");
        assert_eq!(shortened(None), "");
    }
}
