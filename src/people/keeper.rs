//! What signing in needs besides the database, shared by all threads: the queue of hashing, the tries under way, and when
//! each session was seen, questions to passkeys.

use super::guessing::UnderWay;
use super::hashing::Hashing;
use super::passkeys::Ceremonies;
use super::password::Cost;
use super::sessions::Seen;
use std::sync::Arc;

/// See the file.
#[derive(Debug)]
pub(super) struct Keeper {
    pub(super) hashing: Hashing,
    pub(super) under_way: Arc<UnderWay>,
    pub(super) seen: Seen,
    pub(super) ceremonies: Ceremonies,
}

impl Keeper {
    pub(super) fn new(cost: Cost) -> Self {
        Self {
            hashing: Hashing::new(cost),
            under_way: Arc::default(),
            seen: Seen::default(),
            ceremonies: Ceremonies::default(),
        }
    }
}

impl Default for Keeper {
    fn default() -> Self {
        Self::new(Cost::TODAY)
    }
}
