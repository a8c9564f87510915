//! Applicants in a database whose names are sealed: looked for by the keyed hashes of their words, which are made here
//! anew from the office's key.

use super::databases::lines;
use hmac::{Hmac, Mac};
use quytrinh::db::{AnyConnection, Keyring};
use quytrinh::procedures::fold;
use sha2::Sha256;
use std::path::Path;

/// The keys in a data directory.
pub fn keys_in(data: &Path) -> Keyring {
    Keyring::open(&data.join("keys"), None).expect("the keys open")
}

/// The codes of the cases of everybody with all these words in their name and a sealed name still there.
pub fn codes_of(conn: &mut AnyConnection, keys: &Keyring, name: &str) -> Vec<String> {
    let mut found = Vec::new();
    for agency in lines(conn, "SELECT id AS value FROM agencies") {
        let key = keys.derived("words", &agency);
        let tokens: Vec<String> = fold(name)
            .split_whitespace()
            .map(|word| {
                let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key.as_slice()).unwrap();
                mac.update(format!("name:{word}").as_bytes());
                let bytes = mac.finalize().into_bytes();
                let token: String = bytes.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
                format!("'{token}'")
            })
            .collect();
        let sql = format!(
            "SELECT c.code AS value FROM personal_words w JOIN cases c ON c.id = w.subject_id \
            JOIN personal_data d ON d.subject_id = c.id AND d.field = 'full_name' AND d.ciphertext IS NOT NULL \
            WHERE w.token IN ({}) GROUP BY c.code HAVING count(*) = {}",
            tokens.join(", "),
            tokens.len()
        );
        found.extend(lines(conn, &sql));
    }
    found
}
