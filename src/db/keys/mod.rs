//! Keys that are kept outside the database: the office's own key in a file, and one data key for each case, wrapped by it,
//! in a small database of their own.
//!
//! A copy of the database alone opens nothing, and whoever deletes the data key of a case makes its sealed data
//! unreadable in every older copy of the database too. The small file is SQLite beside either of the two databases.

mod master;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::collections::BTreeMap;
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use zeroize::Zeroizing;

/// A secret of 32 bytes, wiped when it is dropped.
pub type Secret = Zeroizing<[u8; 32]>;

/// Bytes of a nonce of XChaCha20-Poly1305.
const NONCE: usize = 24;

/// What can go wrong with the keys.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// A file could not be read or written.
    #[error("{0}")]
    File(String, #[source] std::io::Error),
    /// The file of the office's key is not what this program wrote, or the passphrase is another.
    #[error("the key file {0} cannot be used: {1}")]
    Unusable(String, &'static str),
    /// There are data keys but not the key that wraps them.
    #[error("{0} is missing although keys of cases are kept beside it: bring it back from its own backup")]
    Lost(String),
    /// Personal data are sealed in the database, and there is no key of a case.
    #[error(
        "personal data are sealed in the database, but there is no key in {0}: bring the folder of keys back from its own \
         backup (quytrinh restore-keys). If the keys are lost for good, two people say so with \
         quytrinh give-up-lost-keys; what is sealed then stays closed for ever"
    )]
    Gone(String),
    /// The small database of keys failed.
    #[error("the database of keys")]
    Query(#[from] diesel::result::Error),
    /// It could not be opened.
    #[error("opening the database of keys")]
    Open(#[from] diesel::ConnectionError),
    /// A key was wrapped by another key than the office's, or was altered.
    #[error("the key of {0} was not wrapped by this office's key")]
    Foreign(String),
    /// The machine gives no random bytes.
    #[error("no randomness: {0}")]
    Random(String),
}

impl KeyError {
    /// Whether there was no room to write: there may be room later.
    pub fn is_full(&self) -> bool {
        matches!(self, Self::Query(diesel::result::Error::DatabaseError(_, told)) if told.message().contains("is full"))
    }
}

/// The keys of an installation.
pub struct Keyring {
    master: Secret,
    /// Keys of data are written and read by one connection: each is a few dozen bytes.
    file: Mutex<SqliteConnection>,
}

#[derive(QueryableByName)]
struct Wrapped {
    #[diesel(sql_type = diesel::sql_types::Text)]
    subject: String,
    #[diesel(sql_type = diesel::sql_types::Binary)]
    wrapped: Vec<u8>,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    count: i64,
}

/// Durable at each commit; what is deleted is overwritten.
const SETTINGS: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
    PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA secure_delete = ON; PRAGMA mmap_size = 0;";

/// The only table of the small database.
const TABLE: &str = "CREATE TABLE IF NOT EXISTS case_keys (subject TEXT PRIMARY KEY NOT NULL, agency TEXT NOT NULL, \
    wrapped BLOB NOT NULL) STRICT, WITHOUT ROWID;";

impl Keyring {
    /// Opens the keys in a folder, and makes them when there are none. `passphrase`, if given, protects the file of the
    /// office's key.
    ///
    /// # Errors
    /// When the files cannot be read or written, the passphrase is wrong, or the office's key is missing although keys
    /// wrapped by it are there.
    pub fn open(folder: &Path, passphrase: Option<&[u8]>) -> Result<Self, KeyError> {
        Self::open_or_make(folder, passphrase, true)
    }

    /// Opens the keys in a folder, of an office whose database holds what was sealed with them. Nothing is made when
    /// there are none: a new key beside old data would hide that the old ones are missing.
    ///
    /// # Errors
    /// As [`Keyring::open`]; and [`KeyError::Gone`] when there is no key of a case.
    pub fn open_kept(folder: &Path, passphrase: Option<&[u8]>) -> Result<Self, KeyError> {
        let file = folder.join("cases").with_extension("db");
        if !file.is_file() {
            return Err(KeyError::Gone(file.display().to_string()));
        }
        Self::open_or_make(folder, passphrase, false)
    }

    fn open_or_make(folder: &Path, passphrase: Option<&[u8]>, may_begin: bool) -> Result<Self, KeyError> {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
        made.map_err(|cause| KeyError::File(folder.display().to_string(), cause))?;
        let file = folder.join("cases").with_extension("db");
        let mut conn = SqliteConnection::establish(&file.display().to_string())?;
        conn.batch_execute(SETTINGS)?;
        conn.batch_execute(TABLE)?;
        let kept: Count = diesel::sql_query("SELECT count(*) AS count FROM case_keys").get_result(&mut conn)?;
        if kept.count == 0 && !may_begin {
            return Err(KeyError::Gone(file.display().to_string()));
        }
        let master = master::read_or_make(
            &folder.join("personal").with_extension("key"),
            passphrase,
            kept.count == 0,
        )?;
        Ok(Self {
            master,
            file: Mutex::new(conn),
        })
    }

    /// A secret for one purpose of one agency, derived from the office's key: the same at each call.
    pub fn derived(&self, purpose: &str, agency: &str) -> Secret {
        derive(&self.master, purpose, agency)
    }

    fn cipher(&self, agency: &str) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&Key::from(*self.derived("wrap", agency)))
    }

    /// The data key of a subject, made and durable before this returns when there was none. A key whose subject is never
    /// written afterwards harms nothing.
    ///
    /// # Errors
    /// When the keys cannot be read or written.
    pub fn key_for(&self, agency: &str, subject: &str) -> Result<Secret, KeyError> {
        if let Some(key) = self.keys_of(agency, &[subject])?.remove(subject) {
            return Ok(key);
        }
        let key = random()?;
        let nonce: [u8; NONCE] = random_bytes()?;
        let message = Payload {
            msg: key.as_slice(),
            aad: subject.as_bytes(),
        };
        let sealed = self.cipher(agency).encrypt(&XNonce::from(nonce), message);
        let sealed = sealed.map_err(|_opaque| KeyError::Foreign(subject.to_owned()))?;
        let wrapped: Vec<u8> = nonce.into_iter().chain(sealed).collect();
        let mut conn = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        diesel::sql_query("INSERT INTO case_keys (subject, agency, wrapped) VALUES (?, ?, ?)")
            .bind::<diesel::sql_types::Text, _>(subject)
            .bind::<diesel::sql_types::Text, _>(agency)
            .bind::<diesel::sql_types::Binary, _>(wrapped)
            .execute(&mut *conn)?;
        Ok(key)
    }

    /// The data keys of these subjects; one that has none (any more) is left out.
    ///
    /// # Errors
    /// When the keys cannot be read, or one was wrapped by another key.
    pub fn keys_of(&self, agency: &str, subjects: &[&str]) -> Result<BTreeMap<String, Secret>, KeyError> {
        let cipher = self.cipher(agency);
        let mut found = BTreeMap::new();
        let mut conn = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        for part in subjects.chunks(200) {
            let holes = vec!["?"; part.len()].join(", ");
            let sql = format!("SELECT subject, wrapped FROM case_keys WHERE agency = ? AND subject IN ({holes})");
            let mut query = diesel::sql_query(sql).into_boxed::<diesel::sqlite::Sqlite>();
            query = query.bind::<diesel::sql_types::Text, _>(agency);
            for subject in part {
                query = query.bind::<diesel::sql_types::Text, _>(*subject);
            }
            for row in query.load::<Wrapped>(&mut *conn)? {
                let key = unwrap(&cipher, &row).ok_or_else(|| KeyError::Foreign(row.subject.clone()))?;
                found.insert(row.subject, key);
            }
        }
        Ok(found)
    }

    /// Deletes the data keys of these subjects for good: the pages are overwritten and the log of the file is cut off.
    /// Gives how many there were.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn forget(&self, subjects: &[String]) -> Result<usize, KeyError> {
        let mut conn = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let mut gone = 0_usize;
        for subject in subjects {
            let deleted = diesel::sql_query("DELETE FROM case_keys WHERE subject = ?")
                .bind::<diesel::sql_types::Text, _>(subject)
                .execute(&mut *conn)?;
            gone = gone.saturating_add(deleted);
        }
        if gone > 0 {
            conn.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)")?;
        }
        Ok(gone)
    }
}

/// Copies the small database of keys, as it is at this moment, into an empty file.
///
/// # Errors
/// When it cannot be read, or the copy cannot be written.
pub fn copy_keys(from: &Path, into: &Path) -> Result<(), KeyError> {
    let mut conn = SqliteConnection::establish(&from.display().to_string())?;
    conn.batch_execute(SETTINGS)?;
    let copied = diesel::sql_query("VACUUM INTO ?").bind::<diesel::sql_types::Text, _>(into.display().to_string());
    copied.execute(&mut conn)?;
    Ok(())
}

fn unwrap(cipher: &XChaCha20Poly1305, row: &Wrapped) -> Option<Secret> {
    let (nonce, sealed) = row.wrapped.split_first_chunk::<NONCE>()?;
    let message = Payload {
        msg: sealed,
        aad: row.subject.as_bytes(),
    };
    let opened = Zeroizing::new(cipher.decrypt(&XNonce::from(*nonce), message).ok()?);
    Some(Zeroizing::new(opened.as_slice().try_into().ok()?))
}

/// HMAC-SHA-256 of the purpose and the agency under a secret.
fn derive(secret: &Secret, purpose: &str, agency: &str) -> Secret {
    let mut out = Zeroizing::new([0_u8; 32]);
    // An HMAC takes a key of any length: there is no error to be had.
    if let Ok(mut mac) = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(secret.as_slice()) {
        for part in ["quytrinh/personal/v1", purpose, agency] {
            mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(part.as_bytes());
        }
        out.copy_from_slice(&mac.finalize().into_bytes());
    }
    out
}

/// Random bytes of the operating system.
fn random_bytes<const N: usize>() -> Result<[u8; N], KeyError> {
    let mut bytes = [0_u8; N];
    getrandom::fill(&mut bytes).map_err(|cause| KeyError::Random(cause.to_string()))?;
    Ok(bytes)
}

fn random() -> Result<Secret, KeyError> {
    random_bytes().map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use super::{KeyError, Keyring};

    #[test]
    fn a_key_is_the_same_after_a_new_start_and_gone_when_it_was_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let ring = Keyring::open(folder.path(), None).unwrap();
        let key = ring.key_for("a", "case").unwrap();
        assert_eq!(ring.key_for("a", "case").unwrap(), key);
        drop(ring);
        let ring = Keyring::open(folder.path(), None).unwrap();
        assert_eq!(ring.keys_of("a", &["case", "other"]).unwrap().len(), 1);
        assert!(ring.keys_of("b", &["case"]).unwrap().is_empty(), "another agency");
        assert_eq!(ring.forget(&["case".to_owned()]).unwrap(), 1);
        assert!(ring.keys_of("a", &["case"]).unwrap().is_empty());
        assert_ne!(ring.key_for("a", "case").unwrap(), key, "a new key is another one");
    }

    #[test]
    fn keys_without_the_key_that_wraps_them_are_an_error_and_not_a_new_beginning() {
        let folder = tempfile::tempdir().unwrap();
        Keyring::open(folder.path(), None)
            .unwrap()
            .key_for("a", "case")
            .unwrap();
        std::fs::remove_file(folder.path().join("personal.key")).unwrap();
        let lost = Keyring::open(folder.path(), None).map(drop).unwrap_err();
        assert!(matches!(lost, KeyError::Lost(_)), "{lost}");
    }

    #[test]
    fn a_passphrase_opens_the_key_and_another_one_does_not() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let ring = Keyring::open(folder.path(), Some(b"bon con voi")).unwrap();
        let key = ring.key_for("a", "case").unwrap();
        drop(ring);
        let file = folder.path().join("personal.key");
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        let again = Keyring::open(folder.path(), Some(b"bon con voi")).unwrap();
        assert_eq!(again.key_for("a", "case").unwrap(), key);
        for wrong in [None, Some(b"nam con voi".as_slice())] {
            let refused = Keyring::open(folder.path(), wrong).map(drop).unwrap_err();
            assert!(matches!(refused, KeyError::Unusable(..)), "{refused}");
        }
    }
}
