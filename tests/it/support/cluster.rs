//! A PostgreSQL server of the test's own, and a standby that follows it: to kill the one and promote the other.

use super::databases::new_folder;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// A server with its data in a folder; stopped when it is dropped.
pub struct Cluster {
    folder: TempDir,
}

/// The newest installed programs of PostgreSQL.
fn programs() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").expect("PostgreSQL is installed: run tests/run");
    let mut found: Vec<PathBuf> = versions.flatten().map(|entry| entry.path().join("bin")).collect();
    found.sort();
    found.pop().expect("a version of PostgreSQL")
}

/// Runs one of its programs, not as root: the server refuses that.
fn run(program: &str, arguments: &[&str]) -> Output {
    let path = programs().join(program);
    let is_root = Path::new("/proc/self")
        .metadata()
        .map(|own| std::os::unix::fs::MetadataExt::uid(&own))
        .ok()
        == Some(0);
    let mut command = if is_root {
        let mut command = Command::new("setpriv");
        command
            .args(["--reuid=postgres", "--regid=postgres", "--clear-groups"])
            .arg(path);
        command
    } else {
        Command::new(path)
    };
    command
        .args(arguments)
        .current_dir("/tmp")
        .output()
        .expect("the program runs")
}

fn must(program: &str, arguments: &[&str]) {
    let done = run(program, arguments);
    assert!(
        done.status.success(),
        "{program} {arguments:?}: {}{}",
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr)
    );
}

fn own_folder() -> TempDir {
    let folder = new_folder();
    // Only root gives files away; anybody else is the owner already.
    drop(Command::new("chown").arg("postgres").arg(folder.path()).output());
    folder
}

impl Cluster {
    fn data(&self) -> String {
        self.folder.path().join("data").to_str().expect("a path").to_owned()
    }

    fn socket(&self) -> &str {
        self.folder.path().to_str().expect("a path")
    }

    /// A new server that ships its log; durable as a real one.
    pub fn new() -> Self {
        let cluster = Self { folder: own_folder() };
        let data = cluster.data();
        must(
            "initdb",
            &[
                "-D",
                &data,
                "-A",
                "trust",
                "-U",
                "postgres",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
            ],
        );
        cluster.start();
        cluster
    }

    /// Starts the server. Nothing listens but a socket in its folder.
    pub fn start(&self) {
        let log = self.folder.path().join("log");
        let options = format!(
            "-c listen_addresses='' -k {} -c wal_level=replica -c max_wal_senders=4 -c hot_standby=on -c max_connections=60",
            self.socket()
        );
        must(
            "pg_ctl",
            &[
                "-D",
                &self.data(),
                "-w",
                "-l",
                log.to_str().expect("a path"),
                "-o",
                &options,
                "start",
            ],
        );
    }

    /// A standby that follows this server under the name `standby`.
    pub fn standby(&self) -> Self {
        let standby = Self { folder: own_folder() };
        let from = format!("host={} user=postgres application_name=standby", self.socket());
        must(
            "pg_basebackup",
            &[
                "-D",
                &standby.data(),
                "-d",
                &from,
                "-R",
                "-X",
                "stream",
                "-c",
                "fast",
                "--no-sync",
            ],
        );
        standby.start();
        standby
    }

    /// The address of its database.
    pub fn url(&self) -> String {
        format!("postgres://postgres@/postgres?host={}", self.socket())
    }

    /// Kills every process of the server at once, as if the machine had lost its power.
    pub fn kill(&self) {
        let pid = std::fs::read_to_string(self.folder.path().join("data/postmaster.pid")).expect("it runs");
        let pid = pid.lines().next().expect("its process").to_owned();
        let children = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
        let all: Vec<&str> = std::iter::once(pid.as_str())
            .chain(children.split_whitespace())
            .collect();
        drop(Command::new("kill").arg("-9").args(all).output());
    }

    /// Makes a standby the server.
    pub fn promote(&self) {
        must("pg_ctl", &["-D", &self.data(), "-w", "promote"]);
    }

    /// Stops it without a word to anybody, as a cut cable would.
    pub fn stop(&self) {
        drop(run("pg_ctl", &["-D", &self.data(), "-m", "immediate", "stop"]));
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.stop();
    }
}
