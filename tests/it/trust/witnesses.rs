//! A witness and a log that grows, for the tests of both sides.

use quytrinh::book::{Answer, Ward, logs_of};
use quytrinh::kernel::Clock;
use quytrinh::proofs::{self, AddCheckpoint, Checkpoint, Frontier, Hash, NoteSigner, SignatureKind, root};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The name under which witnesses of these tests are known.
pub const WITNESS: &str = "lang-gieng.example/witness";

/// A log that is nobody's: leaves 0, 1, 2 … as their numbers, or others from `fork` on.
pub struct Log {
    pub signer: NoteSigner,
    hashes: BTreeMap<(u32, u64), Hash>,
}

impl Log {
    pub fn new(name: &str, size: u64, fork: u64) -> Self {
        let mut frontier = Frontier::default();
        let mut hashes = BTreeMap::new();
        for number in 0..size {
            let text = if number < fork {
                format!("leaf {number}")
            } else {
                format!("other {number}")
            };
            let leaf = proofs::leaf_hash(text.as_bytes());
            hashes.insert((0, number), leaf);
            for (level, index, hash) in frontier.push_hash(leaf) {
                hashes.insert((level, index), hash);
            }
        }
        let signer = NoteSigner::new(name, SignatureKind::Ed25519, &[7; 32]).unwrap();
        Self { signer, hashes }
    }

    fn get(&self, level: u32, index: u64) -> Result<Hash, String> {
        self.hashes
            .get(&(level, index))
            .copied()
            .ok_or_else(|| format!("{level} {index}"))
    }

    pub fn checkpoint(&self, size: u64) -> Checkpoint {
        Checkpoint {
            origin: self.signer.key().name().to_owned(),
            size,
            root: root(size, |level, index| self.get(level, index)).unwrap(),
        }
    }

    pub fn asks(&self, old: u64, size: u64) -> AddCheckpoint {
        AddCheckpoint {
            old,
            proof: proofs::consistency(old, size, |level, index| self.get(level, index)).unwrap(),
            note: self.signer.sign(&self.checkpoint(size).text()),
        }
    }
}

/// A witness in this folder that follows these logs, each by its key.
pub fn ward(folder: &Path, keys: &[String], clock: Clock) -> Ward {
    let logs = logs_of(&keys.join("\n")).unwrap();
    Ward::open(folder, Some(WITNESS), logs, clock).unwrap()
}

/// The way to a witness without a network, as its server would answer.
pub fn posted(ward: &Ward, body: &str) -> Result<Answer, String> {
    Ok(match ward.add(body).map_err(|cause| cause.to_string())? {
        Ok(line) => Answer {
            status: 200,
            is_size: false,
            body: line,
        },
        Err(refused) => {
            let known = if let proofs::Refused::Conflict(known) = refused {
                Some(known)
            } else {
                None
            };
            Answer {
                status: refused.status(),
                is_size: known.is_some(),
                body: known.map_or_else(|| refused.to_string(), |known| format!("{known}\n")),
            }
        }
    })
}

/// `quytrinh witness` as a process, until it is dropped.
pub struct Served {
    child: Child,
    pub url: String,
}

impl Served {
    pub fn start(folder: &Path) -> Self {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let child = Command::new(env!("CARGO_BIN_EXE_quytrinh"))
            .args(["witness", "--name", WITNESS, "--listen", &address.to_string()])
            .arg("--state")
            .arg(folder.join("state"))
            .arg("--logs")
            .arg(folder.join("logs"))
            .stdout(std::fs::File::create(folder.join("key")).unwrap())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let begun = std::time::Instant::now();
        while std::net::TcpStream::connect(address).is_err() {
            assert!(begun.elapsed().as_secs() < 30, "the witness does not answer");
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        Self {
            child,
            url: format!("http://{address}"),
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
