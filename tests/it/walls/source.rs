//! What the source may not do: put a text into a question to the database, make a pattern of what people type, use a hash
//! or a source of randomness that is not in the inventory (ASVS 1.2.4, 1.2.9, 11.1.1, 11.1.2, 11.3.1, 11.4.1, 11.5.1).

use super::files::{File, files};
use std::collections::BTreeSet;

/// Where a question is put together from names of tables and columns, which are the program's own: the copy of the
/// database, its ledger of rows, and settings of connections.
const BUILDERS: [&str; 7] = [
    "src/db/connection.rs",
    "src/db/snapshot/",
    "src/db/before.rs",
    "src/db/migrate.rs",
    "src/ledger/touched.rs",
    "src/ledger/opening.rs",
    "src/ledger/digest.rs",
];

fn puts_text_into_sql(code: &str) -> bool {
    let squeezed: String = code.split_whitespace().collect();
    [
        "sql_query(format!",
        "sql_query(&format!",
        "batch_execute(&format!",
        "sql::<",
        "sql_query(&",
    ]
    .iter()
    .any(|call| squeezed.contains(call))
}

fn culprits(files: &[File]) -> Vec<&str> {
    files
        .iter()
        .filter(|file| puts_text_into_sql(&file.code_without_tests()))
        .map(|file| file.path.as_str())
        .collect()
}

#[test]
fn questions_to_the_database_are_written_by_us_and_values_are_bound() {
    let all = files("src", ".rs");
    let others: Vec<&str> = culprits(&all)
        .into_iter()
        .filter(|path| !BUILDERS.iter().any(|known| path.starts_with(known)))
        .collect();
    assert_eq!(others, Vec::<&str>::new());
    let planted = File {
        path: "src/cases/store.rs".to_owned(),
        text: "diesel::sql_query(\n  format!(\"SELECT {}\", name))".to_owned(),
    };
    assert_eq!(culprits(&[planted]), ["src/cases/store.rs"]);
}

#[test]
fn nothing_that_people_type_becomes_a_pattern() {
    let manifest = std::fs::read_to_string("Cargo.toml").unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    let parts: Vec<&String> = manifest["dependencies"].as_table().unwrap().keys().collect();
    assert!(parts.len() > 20);
    let engines = ["regex", "fancy-regex", "pcre2", "onig", "regex-lite", "regress"];
    assert!(parts.iter().all(|name| !engines.contains(&name.as_str())), "{parts:?}");
}

/// The ciphers, hashes, signatures and sources of randomness of the page, by the crate that holds them.
fn inventory() -> BTreeSet<String> {
    let page = std::fs::read_to_string("docs/cryptography.md").unwrap();
    let rows = page.lines().filter(|line| line.starts_with("| `"));
    rows.filter_map(|row| row.split('`').nth(1).map(ToOwned::to_owned))
        .collect()
}

#[test]
fn every_cipher_and_hash_that_is_used_is_in_the_inventory() {
    let manifest = std::fs::read_to_string("Cargo.toml").unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    // Crates of cryptography as they are named in the registry's category, as far as anything of ours could take one.
    let known = [
        "aes-gcm",
        "argon2",
        "bcrypt",
        "blake2",
        "blake3",
        "chacha20poly1305",
        "cms",
        "ecdsa",
        "ed25519-dalek",
        "getrandom",
        "hkdf",
        "hmac",
        "jsonwebtoken",
        "md-5",
        "md5",
        "openidconnect",
        "openssl",
        "p256",
        "p384",
        "rand",
        "ring",
        "rsa",
        "rustls",
        "scrypt",
        "sha1",
        "sha2",
        "sha3",
        "subtle",
        "totp-rs",
        "ureq",
        "webauthn-rs",
        "x509-cert",
        "zeroize",
    ];
    let used: BTreeSet<String> = manifest["dependencies"]
        .as_table()
        .unwrap()
        .keys()
        .filter(|name| known.contains(&name.as_str()))
        .cloned()
        .collect();
    assert!(used.len() > 8, "{used:?}");
    assert_eq!(used, inventory());
}

#[test]
fn hashes_that_are_broken_are_used_by_nothing_of_ours() {
    let broken = [
        "md5::",
        "Md5",
        "sha1::",
        "Sha1",
        "::rc4",
        "Des::",
        "Ecb",
        "SmallRng",
        "thread_rng",
    ];
    let found: Vec<String> = files("src", ".rs")
        .iter()
        .flat_map(|file| {
            let code = file.code_without_tests();
            let path = file.path.clone();
            broken
                .iter()
                .filter(move |name| code.contains(**name))
                .map(move |name| format!("{path}: {name}"))
                .collect::<Vec<_>>()
        })
        .collect();
    // Codes of second factors are HMAC with SHA-1 (RFC 6238), which its collisions do not touch.
    let ours: Vec<&String> = found
        .iter()
        .filter(|one| !one.starts_with("src/people/factors/totp.rs"))
        .collect();
    assert_eq!(ours, Vec::<&String>::new());
}
