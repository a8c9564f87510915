//! What the program makes is for its own user only, whatever the system's habit is.

use crate::support::databases::{SERVER, new_folder};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

/// What others may do with something below a folder: each path with its rights.
fn open_to_others(folder: &Path) -> (usize, Vec<String>) {
    let (mut count, mut open) = (0, Vec::new());
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let mode = std::fs::symlink_metadata(&path).unwrap().permissions().mode() & 0o777;
        count += 1;
        if mode & 0o077 != 0 {
            open.push(format!("{} {mode:o}", path.display()));
        }
        if path.is_dir() {
            let (inside, wrong) = open_to_others(&path);
            count += inside;
            open.extend(wrong);
        }
    }
    (count, open)
}

/// Runs commands of the program where new files are for everybody to read.
fn run_openly(words: &[&str]) {
    let done = Command::new("sh")
        .args(["-c", "umask 022; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_quytrinh")])
        .args(words)
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn database_keys_files_and_backups_are_for_their_owner_only() {
    if SERVER.is_some() {
        return;
    }
    let folder = new_folder();
    let place = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (data, to, keys, again) = (place("data"), place("to"), place("keys"), place("again"));
    run_openly(&["demo", "--no-serve", "--cases", "3", "--data", &data]);
    run_openly(&["backup", "--data", &data, "--to", &to]);
    run_openly(&["backup-keys", "--data", &data, "--to", &keys]);
    let names = std::fs::read_dir(&to).unwrap().map(|entry| entry.unwrap().path());
    let taken = names
        .into_iter()
        .find(|path| path.extension().is_some_and(|end| end == "tar"));
    run_openly(&["restore", taken.unwrap().to_str().unwrap(), "--data", &again]);
    let (count, open) = open_to_others(folder.path());
    assert!(count > 12, "{count} files and folders only");
    assert_eq!(open, Vec::<String>::new());
    // The control: another program makes files that everybody reads, and they are found.
    let plain = format!("umask 022; : > {data}/plain");
    assert!(Command::new("sh").args(["-c", &plain]).status().unwrap().success());
    assert_eq!(open_to_others(folder.path()).1, [format!("{data}/plain 644")]);
}
