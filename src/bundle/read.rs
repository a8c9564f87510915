//! Reads a bundle as a stream; whatever differs from what must stand there is an error that names the part.

use super::tar::{BLOCK, header, padding, size_and_time};
use super::{BundleFault, MANIFEST, Part, SEAL, hex};
use sha2::{Digest, Sha256};
use std::io::{Read, Write};

/// The largest manifest that is read: a million parts.
const LARGEST_MANIFEST: u64 = 256 << 20;
/// How much is copied at once.
const PIECE: usize = 1 << 16;

/// Reads a bundle in its order.
pub struct Reader<R: Read> {
    from: R,
    all: Sha256,
    time: u64,
}

impl<R: Read> Reader<R> {
    /// Reads the manifest and gives its bytes.
    ///
    /// # Errors
    /// What is no bundle, or one whose manifest is damaged.
    pub fn begin(from: R) -> Result<(Self, Vec<u8>), BundleFault> {
        let mut new = Self {
            from,
            all: Sha256::new(),
            time: 0,
        };
        let mut block = [0_u8; BLOCK];
        new.take(MANIFEST, &mut block)?;
        if !block.starts_with(MANIFEST.as_bytes()) {
            return Err(BundleFault::NotBundle);
        }
        let damaged = || BundleFault::Damaged(MANIFEST.to_owned());
        let (size, time) = size_and_time(&block).ok_or_else(damaged)?;
        if size > LARGEST_MANIFEST || header(MANIFEST, size, time)? != block {
            return Err(damaged());
        }
        new.time = time;
        let mut manifest = Vec::new();
        let part = Part {
            name: MANIFEST.to_owned(),
            size,
            sha256: String::new(),
        };
        new.content(&part, &mut manifest)?;
        Ok((new, manifest))
    }

    fn take(&mut self, part: &str, into: &mut [u8]) -> Result<(), BundleFault> {
        self.from
            .read_exact(into)
            .map_err(|cause| BundleFault::of(part, cause))?;
        self.all.update(&*into);
        Ok(())
    }

    /// The bytes of a part and the zeros behind it; gives their hash.
    fn content(&mut self, part: &Part, into: &mut impl Write) -> Result<String, BundleFault> {
        let (mut left, mut own) = (part.size, Sha256::new());
        let mut piece = vec![0_u8; PIECE];
        while left > 0 {
            let wanted = usize::try_from(left).unwrap_or(PIECE).min(PIECE);
            let bytes = piece.get_mut(..wanted).unwrap_or_default();
            self.take(&part.name, bytes)?;
            own.update(&*bytes);
            into.write_all(bytes)?;
            left = left.saturating_sub(u64::try_from(wanted).unwrap_or(u64::MAX));
        }
        let mut zeros = vec![0_u8; padding(part.size)];
        self.take(&part.name, &mut zeros)?;
        if zeros.iter().any(|byte| *byte != 0) {
            return Err(BundleFault::Damaged(part.name.clone()));
        }
        Ok(hex(&own.finalize()))
    }

    fn must_begin(&mut self, name: &str, size: u64) -> Result<(), BundleFault> {
        let wanted = header(name, size, self.time)?;
        let mut block = [0_u8; BLOCK];
        self.take(name, &mut block)?;
        if block != wanted {
            return Err(BundleFault::Damaged(name.to_owned()));
        }
        Ok(())
    }

    /// Reads the next part, which must be this one, into `into`.
    ///
    /// # Errors
    /// [`BundleFault::Damaged`] naming the part when one byte of it or of its header differs.
    pub fn part(&mut self, part: &Part, into: &mut impl Write) -> Result<(), BundleFault> {
        self.must_begin(&part.name, part.size)?;
        if self.content(part, into)? != part.sha256 {
            return Err(BundleFault::Damaged(part.name.clone()));
        }
        Ok(())
    }

    /// Checks the seal and that nothing follows.
    ///
    /// # Errors
    /// [`BundleFault::Damaged`] naming the manifest when the seal is not that of what was read: every part has its hash.
    pub fn finish(mut self) -> Result<(), BundleFault> {
        let sealed = format!("{}\n", hex(&self.all.clone().finalize()));
        let size = u64::try_from(sealed.len()).unwrap_or(u64::MAX);
        self.must_begin(SEAL, size)?;
        let mut found = Vec::new();
        let part = Part {
            name: SEAL.to_owned(),
            size,
            sha256: String::new(),
        };
        self.content(&part, &mut found)?;
        if found != sealed.as_bytes() {
            return Err(BundleFault::Damaged(format!("{MANIFEST} / {SEAL}")));
        }
        let mut end = [0_u8; 2 * BLOCK];
        self.take(SEAL, &mut end)?;
        if end.iter().any(|byte| *byte != 0) {
            return Err(BundleFault::Damaged(SEAL.to_owned()));
        }
        match self.from.read(&mut [0]).map_err(|cause| BundleFault::of(SEAL, cause))? {
            0 => Ok(()),
            _more => Err(BundleFault::TooLong),
        }
    }
}
