//! Sign-ins that went to the provider and have not come back: held in memory, for ten minutes, and used once.

use crate::kernel::PersonId;
use crate::people::waiting::Waiting;
use chrono::{NaiveDateTime, TimeDelta};
use subtle::ConstantTimeEq;

/// How long somebody may be at the provider.
pub const HOLDS: TimeDelta = TimeDelta::minutes(10);
/// What somebody went to the provider for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::people) enum Purpose {
    /// To sign in.
    Enter,
    /// To link the own account, after confirming who he or she is.
    Link(PersonId),
}

/// One way there and back.
#[derive(Debug, Clone)]
pub(in crate::people) struct Flow {
    pub(in crate::people) state: String,
    pub(in crate::people) nonce: String,
    pub(in crate::people) verifier: String,
    pub(in crate::people) back: String,
    pub(in crate::people) purpose: Purpose,
    pub(in crate::people) address: String,
}

/// See the file.
pub(in crate::people) struct Flows(Waiting<Flow>);

impl Default for Flows {
    fn default() -> Self {
        Self(Waiting::new(HOLDS))
    }
}

impl Flows {
    /// Remembers a way under the token of the browser's cookie.
    pub(in crate::people) fn keep(&self, token: &str, now: NaiveDateTime, flow: Flow) {
        let address = flow.address.clone();
        self.0.keep((token, &address), now, flow);
    }

    /// Takes the way of a browser: the outer `None` when there is none, the inner when the answer is that of another one.
    pub(in crate::people) fn take(&self, token: &str, state: &str, now: NaiveDateTime) -> Option<Option<Flow>> {
        let flow = self.0.take(token, now)?;
        let is_its = bool::from(flow.state.as_bytes().ct_eq(state.as_bytes()));
        Some(is_its.then_some(flow))
    }
}
