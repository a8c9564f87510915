//! Settings of the edge: how much is taken from whom.

use crate::app::EdgeSettings;
use clap::Args;

/// Bytes of a MiB.
const MIB: u64 = 1 << 20;

#[derive(Debug, Args)]
pub(super) struct EdgeArgs {
    /// Room on the disk that uploads and imports leave free, so that approvals and steps of cases go on when it fills.
    #[arg(long, value_name = "MIB", env = "QUYTRINH_DISK_RESERVE", default_value_t = crate::web::RESERVE / MIB)]
    disk_reserve: u64,
    /// The most connections from one address; a trusted proxy may have any number.
    #[arg(long, value_name = "N", env = "QUYTRINH_CONNECTIONS", default_value_t = EdgeSettings::default().per_address)]
    connections_per_address: usize,
}

impl EdgeArgs {
    /// How connections are taken.
    pub(super) fn settings(&self) -> EdgeSettings {
        EdgeSettings {
            per_address: self.connections_per_address.max(1),
            ..EdgeSettings::default()
        }
    }

    /// The reserve in bytes.
    pub(super) fn reserve(&self) -> u64 {
        self.disk_reserve.saturating_mul(MIB)
    }
}
