//! How long a request may take: read from a data file, so that a number is changed without touching code. Pure.

use super::request::Kind;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The time for one kind of request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, serde::Serialize)]
pub struct Clock {
    /// Days of the calendar until it must be done.
    pub days: u32,
    /// Whether the number was compared with the official text.
    pub verified: bool,
}

/// All times.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Clocks {
    pub(super) answer_working_days: u32,
    pub(super) extension_days: u32,
    pub(super) basis: String,
    kinds: BTreeMap<Kind, Clock>,
}

static CLOCKS: LazyLock<Option<Clocks>> = LazyLock::new(|| toml::from_str(include_str!("clocks.toml")).ok());

/// The shortest time that any kind has, for a file that cannot be read; a test reads it.
const SHORTEST: Clock = Clock {
    days: 10,
    verified: false,
};

pub(super) fn clocks() -> Clocks {
    CLOCKS.clone().unwrap_or(Clocks {
        answer_working_days: 2,
        extension_days: 15,
        basis: String::new(),
        kinds: BTreeMap::new(),
    })
}

/// The time for a kind of request.
pub fn clock_of(kind: Kind) -> Clock {
    clocks().kinds.get(&kind).copied().unwrap_or(SHORTEST)
}

#[cfg(test)]
mod tests {
    use super::{CLOCKS, Kind, clock_of};

    #[test]
    fn every_kind_has_its_time_in_the_file() {
        let clocks = CLOCKS.clone().expect("the file is read");
        assert!(Kind::ALL.iter().all(|kind| clocks.kinds.contains_key(kind)));
        assert_eq!(clock_of(Kind::Erasure).days, 20);
        assert_eq!((clocks.answer_working_days, clocks.extension_days), (2, 15));
    }
}
