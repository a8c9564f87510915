//! The demo office: laid down once, copied for each test, and served by a program of its own.

use crate::program::{Program, run};
use std::path::Path;
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

/// Copies what is in a folder: the database, and the keys and files without which it is no office.
fn copy_all(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            std::fs::create_dir_all(&target).expect("a folder");
            copy_all(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

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
        copy_all(LAID_DOWN.path(), folder.path());
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
