//! Text that only whoever has the key can read: ChaCha20-Poly1305 (RFC 8439) under the SHA-256 of the key.

use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use sha2::{Digest, Sha256};

/// Of the nonce, in bytes. It is random: a key seals one answer.
const NONCE: usize = 12;

fn cipher(key: &str) -> ChaCha20Poly1305 {
    let hash: [u8; 32] = Sha256::new()
        .chain_update(b"quytrinh/answer/v1\n")
        .chain_update(key.as_bytes())
        .finalize()
        .into();
    ChaCha20Poly1305::new(&Key::from(hash))
}

/// The plain bytes, sealed, in hexadecimal. `None` when the system gives no random bytes.
pub(super) fn seal(key: &str, plain: &[u8]) -> Option<String> {
    let mut nonce = [0; NONCE];
    getrandom::fill(&mut nonce).ok()?;
    let sealed = cipher(key).encrypt(&Nonce::from(nonce), plain).ok()?;
    Some(hex(nonce.iter().chain(&sealed)))
}

/// What was sealed, if the key is the same and no sign of it was changed.
pub(super) fn open(key: &str, sealed: &str) -> Option<Vec<u8>> {
    let bytes = unhex(sealed)?;
    let (nonce, sealed) = bytes.split_first_chunk::<NONCE>()?;
    cipher(key).decrypt(&Nonce::from(*nonce), sealed).ok()
}

fn hex<'a>(bytes: impl Iterator<Item = &'a u8>) -> String {
    bytes.fold(String::new(), |mut text, byte| {
        for half in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(half), 16).unwrap_or('0'));
        }
        text
    })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let halves = text.bytes().map(|digit| char::from(digit).to_digit(16));
    let halves: Vec<u32> = halves.collect::<Option<_>>()?;
    let bytes = halves.chunks(2).map(|pair| match pair {
        [high, low] => u8::try_from(high << 4 | low).ok(),
        _ => None,
    });
    bytes.collect()
}
