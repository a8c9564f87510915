//! Settings of the edge: how much is taken from whom.

use crate::app::EdgeSettings;
use anyhow::Context;
use clap::Args;
use std::net::ToSocketAddrs;
use std::path::PathBuf;

/// A token is at least as long as this, in characters.
const SHORTEST_TOKEN: usize = 24;
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
    /// File with the token by which a program on another machine may read /metrics; without it, only this machine may.
    #[arg(long, value_name = "FILE", env = "QUYTRINH_METRICS_TOKEN_FILE")]
    metrics_token_file: Option<PathBuf>,
    /// The daemon of ClamAV that looks at every file before it is taken: a path, like /run/clamav/clamd.ctl, or HOST:PORT.
    /// Without it, nothing looks for viruses; while it does not answer, no file is taken.
    #[arg(long, value_name = "ADDRESS", env = "QUYTRINH_SCANNER")]
    pub(super) scanner: Option<crate::web::Scanner>,
    /// A proxy that speaks TLS stands before the address that is listened at, and nothing else can reach it. Without
    /// this, the program listens at loopback addresses only: passwords must not cross a network in clear.
    #[arg(long, env = "QUYTRINH_BEHIND_TLS_PROXY")]
    behind_tls_proxy: bool,
}

impl EdgeArgs {
    /// How connections are taken.
    pub(super) fn settings(&self) -> EdgeSettings {
        EdgeSettings {
            per_address: self.connections_per_address.max(1),
            ..EdgeSettings::default()
        }
    }

    /// The token in the file, without spaces around it.
    pub(super) fn metrics_token(&self) -> anyhow::Result<Option<String>> {
        let Some(path) = &self.metrics_token_file else {
            return Ok(None);
        };
        let text = std::fs::read_to_string(path).with_context(|| format!("reading the token in {}", path.display()))?;
        let token = text.trim();
        anyhow::ensure!(
            token.len() >= SHORTEST_TOKEN,
            "the token in {} is shorter than {SHORTEST_TOKEN} characters",
            path.display()
        );
        Ok(Some(token.to_owned()))
    }

    /// Refuses an address that other machines reach without TLS.
    pub(super) fn must_be_private(&self, listen: &str) -> anyhow::Result<()> {
        let mut addresses = listen
            .to_socket_addrs()
            .with_context(|| format!("`{listen}` is no address to listen at, like 127.0.0.1:8080"))?;
        let open = addresses.find(|address| !address.ip().to_canonical().is_loopback());
        let Some(open) = open.filter(|_| !self.behind_tls_proxy) else {
            return Ok(());
        };
        anyhow::bail!(
            "{open} can be reached by other machines, and passwords would cross the network in clear. Listen at \
             127.0.0.1 and put a proxy that speaks TLS before it (docs/install.md); if one stands before this address \
             already, and nothing else can reach it, say so with --behind-tls-proxy"
        );
    }

    /// The reserve in bytes.
    pub(super) fn reserve(&self) -> u64 {
        self.disk_reserve.saturating_mul(MIB)
    }
}
