//! `quytrinh parts` and `--version`: what the program is made of, and by which hash one tells it from another.

use crate::bundle::hex;
use anyhow::Context;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// What was locked when the program was built.
const LOCKED: &str = include_str!("../../Cargo.lock");

#[derive(Debug, Deserialize)]
struct Lock {
    package: Vec<Package>,
}

/// A package of the lock file.
#[derive(Debug, Deserialize)]
struct Package {
    name: String,
    version: String,
    checksum: Option<String>,
    /// Each by its name, with the version where the name alone says too little.
    #[serde(default)]
    dependencies: Vec<String>,
}

impl Package {
    /// The address by which lists of advisories know it (package URL).
    fn purl(&self) -> String {
        format!("pkg:cargo/{}@{}", self.name, self.version)
    }
}

/// A software bill of materials as CycloneDX 1.5 has it: <https://cyclonedx.org/docs/1.5/json/>.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Bill {
    bom_format: &'static str,
    spec_version: &'static str,
    /// Which edition of this bill; the same program always prints the same one.
    version: u32,
    metadata: Metadata,
    components: Vec<Component>,
    dependencies: Vec<Edge>,
}

#[derive(Debug, Serialize)]
struct Metadata {
    component: Component,
}

#[derive(Debug, Serialize)]
struct Component {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(rename = "bom-ref")]
    bom_ref: String,
    name: String,
    version: String,
    purl: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hashes: Vec<Hash>,
}

#[derive(Debug, Serialize)]
struct Hash {
    alg: &'static str,
    content: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Edge {
    #[serde(rename = "ref")]
    from: String,
    depends_on: Vec<String>,
}

fn component(package: &Package, kind: &'static str) -> Component {
    let hash = |sum: &String| Hash {
        alg: "SHA-256",
        content: sum.clone(),
    };
    Component {
        kind,
        bom_ref: package.purl(),
        name: package.name.clone(),
        version: package.version.clone(),
        purl: package.purl(),
        hashes: package.checksum.iter().map(hash).collect(),
    }
}

/// The bill of materials of a lock file whose own program has this name.
fn bill(locked: &str, own: &str) -> anyhow::Result<Bill> {
    let lock: Lock = toml::from_str(locked).context("Cargo.lock")?;
    let mut named: BTreeMap<String, String> = BTreeMap::new();
    for package in &lock.package {
        named.insert(package.name.clone(), package.purl());
        named.insert(format!("{} {}", package.name, package.version), package.purl());
    }
    let (program, others): (Vec<&Package>, Vec<&Package>) = lock.package.iter().partition(|one| one.name == own);
    let program = program
        .first()
        .with_context(|| format!("{own} does not stand in Cargo.lock"))?;
    let mut dependencies = Vec::new();
    for package in &lock.package {
        let found = package.dependencies.iter().map(|one| {
            let known = named.get(one).cloned();
            known.with_context(|| format!("{} needs {one}, which does not stand in Cargo.lock", package.name))
        });
        dependencies.push(Edge {
            from: package.purl(),
            depends_on: found.collect::<anyhow::Result<_>>()?,
        });
    }
    Ok(Bill {
        bom_format: "CycloneDX",
        spec_version: "1.5",
        version: 1,
        metadata: Metadata {
            component: component(program, "application"),
        },
        components: others.into_iter().map(|one| component(one, "library")).collect(),
        dependencies,
    })
}

/// Prints the bill of materials of this program: everything that was locked when it was built, with what the tests and other
/// systems need, each by its version and the hash of its source.
pub(super) fn run() -> anyhow::Result<()> {
    println!(
        "{}",
        serde_json::to_string_pretty(&bill(LOCKED, env!("CARGO_PKG_NAME"))?)?
    );
    Ok(())
}

/// The version of this program with the hash of its own file and of what it was built from, by which two builds are told
/// apart or known to be equal.
///
/// # Errors
/// When the file of the program cannot be read.
pub(super) fn version() -> anyhow::Result<String> {
    let file = std::env::current_exe().context("the file of the program")?;
    let read = std::fs::read(&file).with_context(|| format!("reading {}", file.display()))?;
    Ok(format!(
        "{} {}\nprogram sha256:{}\nCargo.lock sha256:{}",
        env!("CARGO_PKG_NAME"),
        env!("CARGO_PKG_VERSION"),
        hex(&Sha256::digest(read)),
        hex(&Sha256::digest(LOCKED)),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_versions_of_a_part_each_is_led_to_the_right_one() {
        let locked = "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\ndependencies = [\"b 2.0.0\", \"c\"]\n\
                      [[package]]\nname = \"b\"\nversion = \"1.0.0\"\nchecksum = \"11\"\n\
                      [[package]]\nname = \"b\"\nversion = \"2.0.0\"\nchecksum = \"22\"\n\
                      [[package]]\nname = \"c\"\nversion = \"0.1.0\"\nchecksum = \"33\"\ndependencies = [\"b 1.0.0\"]\n";
        let bill = bill(locked, "a").unwrap();
        let edges: Vec<(&str, String)> = bill
            .dependencies
            .iter()
            .map(|edge| (edge.from.as_str(), edge.depends_on.join(" ")))
            .collect();
        assert_eq!(
            edges[0],
            ("pkg:cargo/a@1.0.0", "pkg:cargo/b@2.0.0 pkg:cargo/c@0.1.0".to_owned())
        );
        assert_eq!(edges[3], ("pkg:cargo/c@0.1.0", "pkg:cargo/b@1.0.0".to_owned()));
        assert_eq!(
            (bill.components.len(), bill.components[1].hashes[0].content.as_str()),
            (3, "22")
        );
    }

    #[test]
    fn a_lock_file_that_lacks_a_part_is_refused_by_its_name() {
        let locked = "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\ndependencies = [\"gone\"]\n";
        let told = bill(locked, "a").unwrap_err().to_string();
        assert_eq!(told, "a needs gone, which does not stand in Cargo.lock");
        assert_eq!(
            bill(locked, "z").unwrap_err().to_string(),
            "z does not stand in Cargo.lock"
        );
    }
}
