//! The demo office: laid down once, copied for each test, and served by a program of its own.

use crate::program::{Program, run};
use std::sync::LazyLock;
use tempfile::TempDir;

/// How many cases the office has behind it.
const CASES: &str = "60";

static LAID_DOWN: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().to_str().unwrap();
    let done = run(&["demo", "--no-serve", "--cases", CASES, "--data", data]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    folder
});

/// An office that is open.
pub struct Office {
    /// The program that serves it; stopped before its folder goes.
    pub program: Program,
    /// How browsers call this machine.
    host: String,
    _folder: TempDir,
}

impl Office {
    /// Opens the demo office, as it was laid down.
    pub fn open() -> Self {
        Self::open_as("127.0.0.1", &[])
    }

    /// Opens it under the name of one's own machine, which passkeys may belong to.
    pub fn open_by_name() -> Self {
        Self::open_as("localhost", &["--public-address", "http://localhost"])
    }

    fn open_as(host: &str, more: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for entry in std::fs::read_dir(LAID_DOWN.path()).unwrap().map(Result::unwrap) {
            if entry.path().is_file() {
                std::fs::copy(entry.path(), folder.path().join(entry.file_name())).expect("a copy");
            }
        }
        Self {
            program: Program::start("demo", folder.path(), more),
            host: host.to_owned(),
            _folder: folder,
        }
    }

    /// The address of a path.
    pub fn address(&self, path: &str) -> String {
        format!("http://{}:{}{path}", self.host, self.program.address.port())
    }
}
