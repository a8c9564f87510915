//! Writes a bundle as a stream.

use super::tar::{BLOCK, header, padding};
use super::{BundleFault, MANIFEST, Part, SEAL, hex};
use sha2::{Digest, Sha256};
use std::io::{Read, Write};

/// How much is copied at once.
const PIECE: usize = 1 << 16;

/// Writes a bundle: the manifest first, then each part in its order, then the seal.
pub struct Writer<W: Write> {
    out: W,
    all: Sha256,
    time: u64,
}

impl<W: Write> Writer<W> {
    /// Begins a bundle with its manifest; `time` is in seconds since 1970 and stands at each part.
    ///
    /// # Errors
    /// When writing fails.
    pub fn begin(out: W, time: u64, manifest: &[u8]) -> Result<Self, BundleFault> {
        let mut new = Self {
            out,
            all: Sha256::new(),
            time,
        };
        new.whole(MANIFEST, manifest)?;
        Ok(new)
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), BundleFault> {
        self.all.update(bytes);
        self.out.write_all(bytes).map_err(|cause| BundleFault::of("", cause))
    }

    fn whole(&mut self, name: &str, bytes: &[u8]) -> Result<(), BundleFault> {
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.put(&header(name, size, self.time)?)?;
        self.put(bytes)?;
        self.put(&vec![0; padding(size)])
    }

    /// Adds a part, whose bytes are checked against what is said of it.
    ///
    /// # Errors
    /// [`BundleFault::Changed`] when `from` gives other bytes than the manifest says; when reading or writing fails.
    pub fn part(&mut self, part: &Part, from: &mut impl Read) -> Result<(), BundleFault> {
        self.put(&header(&part.name, part.size, self.time)?)?;
        let (mut left, mut own) = (part.size, Sha256::new());
        let mut piece = vec![0_u8; PIECE];
        let changed = || BundleFault::Changed(part.name.clone());
        loop {
            let found = from.read(&mut piece).map_err(BundleFault::Io)?;
            if found == 0 {
                break;
            }
            let bytes = piece.get(..found).unwrap_or_default();
            left = left
                .checked_sub(u64::try_from(found).unwrap_or(u64::MAX))
                .ok_or_else(changed)?;
            own.update(bytes);
            self.put(bytes)?;
        }
        if left > 0 || hex(&own.finalize()) != part.sha256 {
            return Err(changed());
        }
        self.put(&vec![0; padding(part.size)])
    }

    /// Seals the bundle and gives back where it was written.
    ///
    /// # Errors
    /// When writing fails.
    pub fn finish(mut self) -> Result<W, BundleFault> {
        let seal = hex(&self.all.clone().finalize());
        self.whole(SEAL, format!("{seal}\n").as_bytes())?;
        self.put(&[0; 2 * BLOCK])?;
        Ok(self.out)
    }
}
