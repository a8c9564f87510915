//! Signing in by another party that a province has (OpenID Connect): authorization code with PKCE, state and nonce.
//!
//! Nothing here asks the network unless a provider is set up. The provider says who somebody is; which account that is, a
//! link says that an administrator or the person made. Nobody gets an account by coming here.

mod actions;
mod flows;
mod provider;

pub use flows::HOLDS;
pub use provider::{Oidc, OidcSettings};

pub(super) use actions::{Link, Linked, link_of, link_own, person_of, unlink_own};
pub use actions::{link, unlink};
pub(super) use flows::{Flow, Purpose};

use crate::web::{Failure, Say};

crate::kernel::text_enum! {
    /// Why nobody was let in, as the ledger has it; the visitor is told one sentence for all.
    WhyNot {
        /// The answer is not that of the question which this browser took along.
        State = "state",
        /// The provider cannot be reached, or refused the code.
        Provider = "provider",
        /// What the provider said of the person does not hold: signature, issuer, audience, time or nonce.
        Token = "token",
        /// The provider did not say the name by which people are linked.
        Claim = "claim",
        /// No active account is linked with that name.
        Unlinked = "unlinked",
    }
}

impl WhyNot {
    /// The one sentence.
    pub(super) fn failure(self) -> Failure {
        Failure::Invalid(Say::new("people.oidc.refused"))
    }
}
