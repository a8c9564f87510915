//! The file of the office's own key: 32 random bytes, readable by its owner only, protected by a passphrase if there is
//! one.
//!
//! ```text
//! quytrinh/personal-key/v1
//! plain <64 hex digits>            or            argon2id <salt> <nonce and sealed key>
//! ```

use super::{KeyError, NONCE, Secret, random, random_bytes};
use argon2::Argon2;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use zeroize::Zeroizing;

const HEAD: &str = "quytrinh/personal-key/v1";
const SALT: usize = 16;

/// The key in the file; a new one when there is no file and `may_make`.
pub(super) fn read_or_make(path: &Path, passphrase: Option<&[u8]>, may_make: bool) -> Result<Secret, KeyError> {
    let said = path.display().to_string();
    match std::fs::read_to_string(path) {
        Ok(text) => read(&text, passphrase).map_err(|why| KeyError::Unusable(said, why)),
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => {
            if !may_make {
                return Err(KeyError::Lost(said));
            }
            let key = random()?;
            write(path, &text_of(&key, passphrase)?).map_err(|cause| KeyError::File(said, cause))?;
            Ok(key)
        }
        Err(cause) => Err(KeyError::File(said, cause)),
    }
}

fn read(text: &str, passphrase: Option<&[u8]>) -> Result<Secret, &'static str> {
    const DAMAGED: &str = "it is not as this program wrote it";
    let body = text.strip_prefix(HEAD).ok_or(DAMAGED)?;
    let words: Vec<&str> = body.split_whitespace().collect();
    match (words.as_slice(), passphrase) {
        (["plain", key], None) => {
            let key = Zeroizing::new(unhex(key).ok_or(DAMAGED)?);
            Ok(Zeroizing::new(key.as_slice().try_into().map_err(|_length| DAMAGED)?))
        }
        (["plain", _], Some(_)) => Err("a passphrase was given, but the key is not protected by one"),
        (["argon2id", ..], None) => Err("it is protected by a passphrase, which was not given"),
        (["argon2id", salt, sealed], Some(passphrase)) => {
            let (salt, sealed) = (unhex(salt).ok_or(DAMAGED)?, unhex(sealed).ok_or(DAMAGED)?);
            let (nonce, sealed) = sealed.split_first_chunk::<NONCE>().ok_or(DAMAGED)?;
            let message = Payload {
                msg: sealed,
                aad: HEAD.as_bytes(),
            };
            let opened = cipher(passphrase, &salt)?.decrypt(&XNonce::from(*nonce), message);
            let opened = Zeroizing::new(opened.map_err(|_opaque| "the passphrase is another one")?);
            Ok(Zeroizing::new(opened.as_slice().try_into().map_err(|_length| DAMAGED)?))
        }
        _ => Err(DAMAGED),
    }
}

fn text_of(key: &Secret, passphrase: Option<&[u8]>) -> Result<Zeroizing<String>, KeyError> {
    let Some(passphrase) = passphrase else {
        return Ok(Zeroizing::new(format!("{HEAD}\nplain {}\n", hex(key.as_slice()))));
    };
    let (salt, nonce): ([u8; SALT], [u8; NONCE]) = (random_bytes()?, random_bytes()?);
    let message = Payload {
        msg: key.as_slice(),
        aad: HEAD.as_bytes(),
    };
    let failed = |why| KeyError::Unusable("the new key".to_owned(), why);
    let sealed = cipher(passphrase, &salt).map_err(failed)?;
    let sealed = sealed.encrypt(&XNonce::from(nonce), message);
    let sealed = sealed.map_err(|_opaque| failed("it could not be sealed"))?;
    let sealed: Vec<u8> = nonce.into_iter().chain(sealed).collect();
    Ok(Zeroizing::new(format!(
        "{HEAD}\nargon2id {} {}\n",
        hex(&salt),
        hex(&sealed)
    )))
}

/// The passphrase, made slow to guess by the parameters that the crate recommends.
fn cipher(passphrase: &[u8], salt: &[u8]) -> Result<XChaCha20Poly1305, &'static str> {
    let mut key = Zeroizing::new([0_u8; 32]);
    let done = Argon2::default().hash_password_into(passphrase, salt, key.as_mut_slice());
    done.map_err(|_cause| "the passphrase cannot be used")?;
    Ok(XChaCha20Poly1305::new(&Key::from(*key)))
}

/// Whole or not at all, durable, and for its owner only. A file that is there by now stays.
fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let begun = path.with_extension(format!("{}.new", std::process::id()));
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&begun)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    let linked = std::fs::hard_link(&begun, path);
    std::fs::remove_file(&begun)?;
    linked?;
    path.parent()
        .map_or(Ok(()), |folder| File::open(folder).and_then(|folder| folder.sync_all()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    text.len().is_multiple_of(2).then_some(())?;
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(text.get(at..at.checked_add(2)?)?, 16).ok())
        .collect()
}
