//! Passkeys (WebAuthn): a device proves itself to this site's address and to no other, so a copied page gets nothing.
//!
//! What a browser is asked to sign is held in memory for five minutes and used once, right or wrong. The site's name and
//! address come from its public address, never from what a request says of itself.

mod actions;
mod assertion;
mod ceremonies;
mod rp;
mod store;

pub use assertion::Assertion;

pub(super) use actions::{Used, enrol, none, note_refusal, used};
pub use ceremonies::{Asked, HOLDS};
pub(super) use ceremonies::{Ceremonies, Place, Proved};
pub(super) use rp::Rp;
pub(super) use store::{Kept, of_credential, passkeys};

use crate::web::{Failure, Say};
use webauthn_rs::prelude::WebauthnError;

crate::kernel::text_enum! {
    /// Why a passkey was refused, as the ledger has it.
    Why {
        /// The question was not asked here, was answered already, or lay open for more than five minutes.
        Over = "over",
        /// The browser signed for another address than that of this site.
        Origin = "origin",
        /// The browser signed another question.
        Challenge = "challenge",
        /// The device did not check who uses it.
        Unverified = "unverified",
        /// The passkey is none of this person, or was removed.
        Unknown = "unknown",
        /// The counter went back: there may be a copy of the device.
        Counter = "counter",
        /// The signature is not that of the passkey, or the answer cannot be read.
        Answer = "answer",
    }
}

impl Why {
    /// What a refusal of the library means.
    pub(super) fn of(cause: &WebauthnError) -> Self {
        use WebauthnError as E;
        let known = [
            (
                Self::Origin,
                matches!(
                    cause,
                    E::InvalidRPOrigin | E::InvalidRPIDHash | E::CredentialCrossOrigin
                ),
            ),
            (Self::Challenge, matches!(cause, E::MismatchedChallenge)),
            (
                Self::Unverified,
                matches!(cause, E::UserNotVerified | E::UserNotPresent),
            ),
            (
                Self::Unknown,
                matches!(cause, E::CredentialNotFound | E::InvalidUserUniqueId),
            ),
            (Self::Counter, matches!(cause, E::CredentialPossibleCompromise)),
        ];
        known
            .into_iter()
            .find(|(_, is_it)| *is_it)
            .map_or(Self::Answer, |(why, _)| why)
    }

    /// What the person is told.
    pub(super) fn failure(self) -> Failure {
        match self {
            Self::Over => Failure::Conflict(Say::new("people.passkeys.over")),
            Self::Counter => Failure::Invalid(Say::new("people.passkeys.copied")),
            Self::Origin | Self::Challenge | Self::Unverified | Self::Unknown | Self::Answer => {
                Failure::Invalid(Say::new("people.passkeys.refused"))
            }
        }
    }
}

/// Why a proof was refused: the passkey's own reasons are recorded, after the change they broke off.
pub(super) enum Refusal {
    Passkey(Why),
    Other(Failure),
}

impl<T: Into<Failure>> From<T> for Refusal {
    fn from(cause: T) -> Self {
        Self::Other(cause.into())
    }
}
