//! What the program is made of, and whom it asks (trust.md P4): one locked source, allowed licences, no network of its own.

use crate::support::browser::Browser;
use crate::support::databases::new_folder;
use crate::support::program::{Program, run};
use crate::support::rounds::figure;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

/// Licences under which a part may come in: each asks for no more than to be named, or covers only its own files.
const ALLOWED: [&str; 13] = [
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MPL-2.0",
    "PostgreSQL",
    "Unicode-3.0",
    "Zlib",
];

/// Whether a licence expression can be met with allowed licences alone.
fn is_allowed(expression: &str) -> bool {
    let plain = expression.replace(['(', ')'], " ").replace('/', " OR ");
    let part = |part: &str| {
        part.split(" OR ")
            .any(|one| ALLOWED.contains(&one.split(" WITH ").next().unwrap_or("").trim()))
    };
    plain.split(" AND ").all(part)
}

/// The parts of the program as cargo resolves them for this machine, from the lock file alone.
fn parts() -> Vec<Value> {
    let version = Command::new("rustc").arg("-vV").output().expect("the compiler");
    let version = String::from_utf8_lossy(&version.stdout).into_owned();
    let host = version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .expect("a host");
    let found = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version",
            "1",
            "--locked",
            "--offline",
            "--filter-platform",
            host,
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo");
    assert!(found.status.success(), "{}", String::from_utf8_lossy(&found.stderr));
    let metadata: Value = serde_json::from_slice(&found.stdout).expect("JSON");
    metadata["packages"].as_array().expect("packages").clone()
}

#[test]
fn every_part_comes_from_one_locked_source_under_an_allowed_licence() {
    let parts = parts();
    let others: Vec<&Value> = parts.iter().filter(|part| part["name"] != "quytrinh").collect();
    let sources: BTreeSet<&str> = others
        .iter()
        .map(|part| part["source"].as_str().unwrap_or("none"))
        .collect();
    assert_eq!(sources.len(), 1, "{sources:?}");
    assert!(
        sources.iter().all(|source| source.starts_with("registry+")),
        "{sources:?}"
    );
    let refused: Vec<String> = others
        .iter()
        .filter(|part| !part["license"].as_str().is_some_and(is_allowed))
        .map(|part| format!("{} {}: {}", part["name"], part["version"], part["license"]))
        .collect();
    assert!(refused.is_empty(), "{}", refused.join("\n"));
    // The control: what may not come in is told from what may.
    for (expression, allowed) in [
        ("MIT OR GPL-3.0", true),
        ("GPL-3.0", false),
        ("MIT AND GPL-3.0", false),
        ("(MIT OR Apache-2.0) AND Unicode-3.0", true),
        ("Apache-2.0 WITH LLVM-exception", true),
    ] {
        assert_eq!(is_allowed(expression), allowed, "{expression}");
    }
    let locked =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock")).expect("a lock file");
    let without_sum = locked
        .split("[[package]]")
        .filter(|package| package.contains("source = ") && !package.contains("checksum = "));
    assert_eq!(without_sum.count(), 0, "a part of the lock file has no checksum");
    figure(
        "P4",
        &format!(
            "{} parts, all from one source, locked with checksums, allowed licences",
            others.len()
        ),
    );
}

#[test]
fn the_program_says_what_it_is_made_of_and_the_hash_of_itself() {
    let printed = run(&["parts"]);
    assert!(printed.status.success(), "{}", String::from_utf8_lossy(&printed.stderr));
    let bill: Value = serde_json::from_slice(&printed.stdout).expect("JSON");
    assert_eq!(
        (&bill["bomFormat"], &bill["specVersion"]),
        (&"CycloneDX".into(), &"1.5".into())
    );
    let listed: BTreeSet<&str> = bill["components"]
        .as_array()
        .expect("components")
        .iter()
        .chain([&bill["metadata"]["component"]])
        .map(|part| part["purl"].as_str().expect("a purl"))
        .collect();
    // What cargo itself resolves for this machine is all there, which is the control of our own reading.
    let resolved: BTreeSet<String> = parts()
        .iter()
        .map(|part| {
            format!(
                "pkg:cargo/{}@{}",
                part["name"].as_str().unwrap(),
                part["version"].as_str().unwrap()
            )
        })
        .collect();
    let absent: Vec<&String> = resolved.iter().filter(|purl| !listed.contains(purl.as_str())).collect();
    assert!(resolved.len() > 100 && absent.is_empty(), "{absent:?}");
    let without_hash = bill["components"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|part| part["hashes"].is_null());
    assert_eq!(without_hash.count(), 0, "a part has no hash of its source");
    let refs: BTreeSet<&str> = bill["dependencies"]
        .as_array()
        .unwrap()
        .iter()
        .map(|edge| edge["ref"].as_str().unwrap())
        .collect();
    assert_eq!(refs, listed);

    let version = String::from_utf8(run(&["--version"]).stdout).expect("UTF-8");
    let sum = |path: &Path| quytrinh::bundle::hex(&Sha256::digest(std::fs::read(path).expect("a file")));
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock");
    let expected = format!(
        "quytrinh {}\nprogram sha256:{}\nCargo.lock sha256:{}\n",
        env!("CARGO_PKG_VERSION"),
        sum(Path::new(env!("CARGO_BIN_EXE_quytrinh"))),
        sum(&lock)
    );
    assert_eq!(version, expected);
    figure(
        "P4",
        &format!("`quytrinh parts` lists {} parts with their hashes", listed.len() - 1),
    );
}

/// Addresses outside this machine that a log of `strace` shows.
fn strangers(log: &str) -> Vec<&str> {
    let asked = log
        .lines()
        .filter(|line| line.contains("connect(") && line.contains("AF_INET"));
    asked
        .filter(|line| !line.contains("inet_addr(\"127.") && !line.contains("\"::1\""))
        .collect()
}

#[test]
fn the_program_asks_nobody_in_the_network() {
    let folder = new_folder();
    let (data, log) = (folder.path().join("data"), folder.path().join("strace.log"));
    let laid = run(&["demo", "--no-serve", "--cases", "3", "--data", data.to_str().unwrap()]);
    assert!(laid.status.success(), "{}", String::from_utf8_lossy(&laid.stderr));
    let around = ["strace", "-D", "-f", "-e", "trace=connect", "-o", log.to_str().unwrap()];
    let program = Program::start_under(&around, "demo", &data, &[]);
    let mut browser = Browser::new(program.address);
    browser
        .sign_in("thuky", quytrinh::demo::PASSWORD)
        .expect("she signs in");
    for path in ["/", "/documents", "/procedures", "/lists"] {
        assert_eq!(browser.get(path).expect("an answer").status, 200, "{path}");
    }
    drop(program);
    let seen = std::fs::read_to_string(&log).expect("a log of strace");
    assert_eq!(strangers(&seen), Vec::<&str>::new());
    // The control: a program that does ask is seen. The address is one for examples, which leads nowhere.
    let asking = folder.path().join("asking.log");
    let command = "exec 3<>/dev/udp/192.0.2.1/9";
    let asked = Command::new("strace")
        .args([
            "-f",
            "-e",
            "trace=connect",
            "-o",
            asking.to_str().unwrap(),
            "bash",
            "-c",
            command,
        ])
        .output();
    asked.expect("strace and bash are there");
    let seen = std::fs::read_to_string(&asking).expect("a log of strace");
    assert!(!strangers(&seen).is_empty(), "{seen}");
    figure("P4", "a served office connects to nobody outside its machine");
}
