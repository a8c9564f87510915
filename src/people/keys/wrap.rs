//! The private part of a signing key under its person's password: Argon2id gives the key of XChaCha20-Poly1305. Neither
//! whoever runs accounts nor whoever reads the database can open it.

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use ed25519_dalek::SigningKey;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// What the password is used for here, so that its hash for signing in is of no use: bound into salt and ciphertext.
const CONTEXT: &[u8] = b"quytrinh/signing-key/v1";
/// Memory in KiB, passes and lanes: those of passwords.
const COST: (u32, u32, u32) = (47_104, 1, 1);
/// Length of the nonce before the ciphertext, in bytes.
const NONCE: usize = 24;

pub(super) fn chance<const N: usize>() -> Result<[u8; N], anyhow::Error> {
    let mut bytes = [0_u8; N];
    getrandom::fill(&mut bytes).map_err(|cause| anyhow::anyhow!("no randomness: {cause}"))?;
    Ok(bytes)
}

fn cipher(password: &str, salt: &[u8]) -> Option<XChaCha20Poly1305> {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, Some(32)).ok()?;
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let password = Zeroizing::new(password.nfc().collect::<String>());
    let mut key = Zeroizing::new([0_u8; 32]);
    let salted = [CONTEXT, salt].concat();
    hasher
        .hash_password_into(password.as_bytes(), &salted, key.as_mut_slice())
        .ok()?;
    XChaCha20Poly1305::new_from_slice(key.as_slice()).ok()
}

/// The wrapped private part: nonce and ciphertext. `public` is bound to it, so it cannot be laid under another key.
pub(super) fn wrap(key: &SigningKey, password: &str, salt: &[u8]) -> Result<Vec<u8>, anyhow::Error> {
    let failed = || anyhow::anyhow!("wrapping a signing key");
    let nonce: [u8; NONCE] = chance()?;
    let public = key.verifying_key().to_bytes();
    let payload = Payload {
        msg: key.as_bytes(),
        aad: &[CONTEXT, &public].concat(),
    };
    let sealed = cipher(password, salt)
        .ok_or_else(failed)?
        .encrypt(&XNonce::from(nonce), payload)
        .map_err(|_cause| failed())?;
    Ok([nonce.as_slice(), &sealed].concat())
}

/// The key again; `None` when the password is another or the text was changed.
pub(super) fn unwrap(wrapped: &[u8], password: &str, (salt, public): (&[u8], &[u8])) -> Option<SigningKey> {
    let (nonce, sealed) = wrapped.split_at_checked(NONCE)?;
    let nonce: [u8; NONCE] = nonce.try_into().ok()?;
    let payload = Payload {
        msg: sealed,
        aad: &[CONTEXT, public].concat(),
    };
    let opened = cipher(password, salt)?.decrypt(&XNonce::from(nonce), payload).ok()?;
    let opened = Zeroizing::new(opened);
    let secret: &[u8; 32] = opened.as_slice().try_into().ok()?;
    let key = SigningKey::from_bytes(secret);
    (key.verifying_key().to_bytes().as_slice() == public).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::{unwrap, wrap};
    use ed25519_dalek::SigningKey;

    #[test]
    fn only_the_password_opens_a_key_and_nothing_of_it_may_be_changed() {
        let key = SigningKey::from_bytes(&[7; 32]);
        let public = key.verifying_key().to_bytes();
        let salt = [1_u8; 16];
        let wrapped = wrap(&key, "con ngựa thép ăn 7 hạt", &salt).unwrap();
        let opened = unwrap(&wrapped, "con ngựa thép ăn 7 hạt", (&salt, &public)).unwrap();
        assert_eq!(opened.as_bytes(), key.as_bytes());
        assert!(unwrap(&wrapped, "con ngựa thép ăn 7 hat", (&salt, &public)).is_none());
        assert!(unwrap(&wrapped, "con ngựa thép ăn 7 hạt", (&[2; 16], &public)).is_none());
        assert!(unwrap(&wrapped, "con ngựa thép ăn 7 hạt", (&salt, &[9; 32])).is_none());
        for place in [0, 23, 24, wrapped.len() - 1] {
            let mut other = wrapped.clone();
            other[place] ^= 1;
            assert!(
                unwrap(&other, "con ngựa thép ăn 7 hạt", (&salt, &public)).is_none(),
                "{place}"
            );
        }
        assert!(!wrapped.windows(32).any(|part| part == key.as_bytes()));
    }
}
