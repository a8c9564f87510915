//! The lock: a stream in pieces of 64 KiB, each sealed with ChaCha20-Poly1305 under a key from a passphrase (argon2id).
//!
//! The nonce of a piece is its number and whether it is the last (the STREAM construction of Hoang, Reyhanitabar, Rogaway
//! and Vizár, 2015), so pieces cannot be swapped, repeated or cut off. The key is of this file alone: its salt is random.
//!
//! ```text
//! magic (16) | salt (16) | memory in KiB (4) | passes (4) | proof of the key (16) | SHA-256 of these (32) | pieces …
//! ```

use super::{BundleFault, hex};
use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use sha2::{Digest, Sha256};
use std::io::{self, BufRead, BufReader, Read, Write};
use zeroize::Zeroizing;

/// How a locked bundle begins.
pub const MAGIC: &[u8; 16] = b"quytrinh-lock-1\n";
/// Bytes of a piece before it is sealed.
const PIECE: usize = 1 << 16;
/// Bytes that sealing adds.
const TAG: usize = 16;
/// Magic, salt, cost, proof and hash.
const HEAD: usize = 16 + 16 + 8 + 16 + 32;
/// The number of the piece that proves the key and holds nothing.
const PROOF: u64 = u64::MAX;
/// No file may ask for more memory than this (1 GiB), in KiB.
const MOST_MEMORY: u32 = 1 << 20;
/// Nor for more passes.
const MOST_PASSES: u32 = 16;

/// What guessing one passphrase costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB.
    pub memory: u32,
    /// Passes over it.
    pub passes: u32,
}

impl Cost {
    /// Twice what RFC 9106 (section 4) recommends where memory is scarce: 128 MiB, three passes.
    pub const STRONG: Self = Self {
        memory: 1 << 17,
        passes: 3,
    };
}

/// How a bundle is locked.
#[derive(Clone)]
pub struct Lock {
    /// The passphrase.
    pub passphrase: Zeroizing<String>,
    /// Random, for this file alone.
    pub salt: [u8; 16],
    /// The cost of a guess.
    pub cost: Cost,
}

fn cipher(passphrase: &str, salt: &[u8], cost: Cost) -> Result<ChaCha20Poly1305, BundleFault> {
    let params = Params::new(cost.memory, cost.passes, 1, Some(32)).map_err(|_bad| BundleFault::Head)?;
    let mut key = Zeroizing::new([0_u8; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.as_bytes(), salt, key.as_mut_slice())
        .map_err(|_bad| BundleFault::Head)?;
    ChaCha20Poly1305::new_from_slice(key.as_slice()).map_err(|_bad| BundleFault::Head)
}

fn nonce(number: u64, is_last: bool) -> Nonce {
    let mut nonce = [0_u8; 12];
    let bytes = number.to_be_bytes().into_iter().chain([u8::from(is_last)]);
    for (place, byte) in nonce.iter_mut().skip(3).zip(bytes) {
        *place = byte;
    }
    Nonce::from(nonce)
}

/// The head without its proof and hash.
fn head(salt: &[u8; 16], cost: Cost) -> Vec<u8> {
    let mut head = MAGIC.to_vec();
    head.extend(salt);
    head.extend(cost.memory.to_be_bytes());
    head.extend(cost.passes.to_be_bytes());
    head
}

/// Locks what is written through it.
pub struct Locked<W: Write> {
    out: W,
    cipher: ChaCha20Poly1305,
    waiting: Vec<u8>,
    number: u64,
}

impl<W: Write> Locked<W> {
    /// Writes the head.
    ///
    /// # Errors
    /// When writing fails, or the cost is none that argon2 takes.
    pub fn begin(mut out: W, lock: &Lock) -> Result<Self, BundleFault> {
        let cipher = cipher(&lock.passphrase, &lock.salt, lock.cost)?;
        let mut head = head(&lock.salt, lock.cost);
        let payload = Payload { msg: b"", aad: &head };
        let proof = cipher
            .encrypt(&nonce(PROOF, true), payload)
            .map_err(|_bad| BundleFault::Head)?;
        head.extend(proof);
        head.extend(Sha256::digest(&head));
        out.write_all(&head)?;
        Ok(Self {
            out,
            cipher,
            waiting: Vec::with_capacity(PIECE),
            number: 0,
        })
    }

    fn seal(&mut self, is_last: bool) -> io::Result<()> {
        let sealed = self
            .cipher
            .encrypt(&nonce(self.number, is_last), self.waiting.as_slice())
            .map_err(|_bad| io::Error::other("sealing a piece"))?;
        self.waiting.clear();
        self.number = self.number.saturating_add(1);
        self.out.write_all(&sealed)
    }

    /// Seals the last piece and gives back where it was written.
    ///
    /// # Errors
    /// When writing fails.
    pub fn finish(mut self) -> io::Result<W> {
        self.seal(true)?;
        Ok(self.out)
    }
}

impl<W: Write> Write for Locked<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // The last piece is sealed as such, so a full one waits until more comes.
        if self.waiting.len() == PIECE {
            self.seal(false)?;
        }
        let fits = bytes.len().min(PIECE.saturating_sub(self.waiting.len()));
        self.waiting.extend_from_slice(bytes.get(..fits).unwrap_or_default());
        Ok(fits)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Unlocks what is read through it.
pub struct Unlocked<R: Read> {
    from: BufReader<R>,
    cipher: ChaCha20Poly1305,
    open: Vec<u8>,
    at: usize,
    number: u64,
    is_over: bool,
}

impl<R: Read> Unlocked<R> {
    /// Reads the head and derives the key.
    ///
    /// # Errors
    /// [`BundleFault::NotBundle`], a damaged head, or the wrong passphrase: each told from the other.
    pub fn begin(mut from: BufReader<R>, passphrase: &str) -> Result<Self, BundleFault> {
        let mut found = [0_u8; HEAD];
        from.read_exact(&mut found)
            .map_err(|cause| BundleFault::of("head", cause))?;
        let (told, hash) = found.split_at(HEAD.saturating_sub(32));
        if !told.starts_with(MAGIC) {
            return Err(BundleFault::NotBundle);
        }
        if hex(&Sha256::digest(told)) != hex(hash) {
            return Err(BundleFault::Head);
        }
        let (head, proof) = told.split_at(40);
        let number = |at: usize| {
            let bytes = head.get(at..).and_then(|rest| rest.get(..4));
            bytes
                .and_then(|bytes| bytes.try_into().ok())
                .map_or(u32::MAX, u32::from_be_bytes)
        };
        let cost = Cost {
            memory: number(32),
            passes: number(36),
        };
        if cost.memory > MOST_MEMORY || cost.passes > MOST_PASSES {
            return Err(BundleFault::Head);
        }
        let cipher = cipher(passphrase, head.get(16..32).unwrap_or_default(), cost)?;
        let payload = Payload { msg: proof, aad: head };
        cipher
            .decrypt(&nonce(PROOF, true), payload)
            .map_err(|_bad| BundleFault::WrongPassphrase)?;
        Ok(Self {
            from,
            cipher,
            open: Vec::new(),
            at: 0,
            number: 0,
            is_over: false,
        })
    }

    fn next_piece(&mut self) -> io::Result<()> {
        let mut sealed = Vec::with_capacity(PIECE + TAG);
        let most = u64::try_from(PIECE + TAG).unwrap_or(u64::MAX);
        self.from.by_ref().take(most).read_to_end(&mut sealed)?;
        let is_last = self.from.fill_buf()?.is_empty();
        self.open = self
            .cipher
            .decrypt(&nonce(self.number, is_last), sealed.as_slice())
            .map_err(|_bad| io::Error::other(BundleFault::Piece(self.number)))?;
        self.at = 0;
        self.number = self.number.saturating_add(1);
        self.is_over = is_last;
        Ok(())
    }
}

impl<R: Read> Read for Unlocked<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.at >= self.open.len() {
            if self.is_over {
                return Ok(0);
            }
            self.next_piece()?;
        }
        let rest = self.open.get(self.at..).unwrap_or_default();
        let fits = rest.len().min(into.len());
        for (place, byte) in into.iter_mut().zip(rest) {
            *place = *byte;
        }
        self.at = self.at.saturating_add(fits);
        Ok(fits)
    }
}
