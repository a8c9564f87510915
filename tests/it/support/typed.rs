//! Commands that ask whoever types them for something.

use std::io::Write;
use std::process::{Command, Stdio};

/// Runs a command of the program to its end, with what somebody types.
pub fn run_with(arguments: &[&str], typed: &str) -> std::process::Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_quytrinh"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // It may refuse before it has read everything.
    drop(child.stdin.take().expect("an input").write_all(typed.as_bytes()));
    child.wait_with_output().expect("the program ends")
}
