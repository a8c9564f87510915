//! Many files as one: written and read as a stream, so that any size needs little memory, and strict, so that not one
//! byte may differ. Pure.
//!
//! A bundle is an ordinary `tar` archive (ustar), which any `tar` program opens: first `manifest.json`, then the parts in
//! the order of the manifest, last `seal`, the SHA-256 of every byte before its own header. The reader knows each byte of
//! it beforehand but the contents, and those have their hashes in the manifest; so a byte that differs is found wherever
//! it is, and the part is named. Locked with a passphrase, the same bytes go through a sealed stream ([`lock`]).

mod fault;
mod lock;
mod read;
mod tar;
#[cfg(test)]
mod tests;
mod write;

pub use fault::BundleFault;
pub use lock::{Cost, Lock, Locked, MAGIC, Unlocked};
pub use read::Reader;
pub use write::Writer;

/// The first part: what is in the bundle.
pub const MANIFEST: &str = "manifest.json";
/// The last part: the hash of all before it.
pub const SEAL: &str = "seal";

/// One part of a bundle, as its manifest tells it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Part {
    /// Its path in the bundle: ASCII, at most 100 characters.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// Hash of its bytes, in hexadecimal.
    pub sha256: String,
}

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
