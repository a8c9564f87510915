//! While a locked backup is written, nothing in clear comes to the disk of the backups.

use super::place::{order, passphrase};
use crate::support::TestOffice;
use quytrinh::backup::take;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// A name that is in the database of the test.
const NAME: &str = "Người Được Bảo Vệ";

/// A file: its name, its rights, and whether the name of somebody in the office is in it.
type Seen = (String, u32, bool);

fn seen_in(folder: &Path) -> Vec<Seen> {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let plain = files.filter(|file| file.metadata().is_ok_and(|told| told.is_file()));
    plain
        .map(|file| {
            let bytes = std::fs::read(file.path()).unwrap();
            let is_clear = bytes.windows(NAME.len()).any(|part| part == NAME.as_bytes());
            let mode = file.metadata().unwrap().permissions().mode() & 0o777;
            (file.file_name().to_string_lossy().into_owned(), mode, is_clear)
        })
        .collect()
}

fn drafts(seen: &[Seen]) -> Vec<&Seen> {
    seen.iter()
        .filter(|(name, ..)| name.starts_with(".quytrinh-draft-"))
        .collect()
}

/// Where the office of the test is, for the moment that [`look`] is asked in.
static DATA: Mutex<Option<PathBuf>> = Mutex::new(None);
/// What lay there and in the folder of backups each time that a backup asked how much room there is.
static SEEN: Mutex<Vec<(Vec<Seen>, Vec<Seen>)>> = Mutex::new(Vec::new());

/// Asked before the database is copied, and when it was copied and the archive is to be written.
fn look(place: &Path) -> std::io::Result<u64> {
    let data = DATA.lock().unwrap().clone().unwrap();
    SEEN.lock().unwrap().push((seen_in(&data), seen_in(place)));
    Ok(u64::MAX)
}

#[actix_web::test]
async fn the_copy_of_the_database_lies_with_the_office_for_its_owner_only_and_never_with_the_backups() {
    let office = TestOffice::start().await;
    office.position("TB", NAME);
    let (data, to) = (office.database.folder.path(), tempfile::tempdir().unwrap());
    *DATA.lock().unwrap() = Some(data.to_owned());
    // What a backup left that was killed, and what another one is at work with.
    let (left, held) = (
        data.join(".quytrinh-draft-database-left"),
        data.join(".quytrinh-draft-database-held"),
    );
    std::fs::write(&left, NAME).unwrap();
    std::fs::write(left.with_file_name(".quytrinh-draft-database-left-wal"), NAME).unwrap();
    let working = std::fs::File::create(&held).unwrap();
    working.lock().unwrap();
    let mut wanted = order(&office, to.path());
    wanted.passphrase = Some(passphrase());
    wanted.free = look;
    let taken = take(&wanted).unwrap();
    let seen = SEEN.lock().unwrap().clone();
    let (of_office, of_backups) = seen.last().unwrap();
    // The control: at that moment there is a copy, and the name can be found in it.
    let copies = drafts(of_office);
    let copies: Vec<_> = copies.iter().filter(|(name, ..)| !name.ends_with("-held")).collect();
    assert!(matches!(copies.as_slice(), [(_, 0o600, true)]), "{of_office:?}");
    assert!(
        of_backups
            .iter()
            .all(|(name, _, is_clear)| !is_clear && !name.contains("database")),
        "{of_backups:?}"
    );
    // Afterwards nothing is left but what somebody works with, and the backup is for its owner only.
    let after = seen_in(data);
    let names: Vec<&str> = drafts(&after).iter().map(|(name, ..)| name.as_str()).collect();
    assert_eq!(names, [".quytrinh-draft-database-held"]);
    let there = seen_in(to.path());
    assert!(there.contains(&(taken.name, 0o600, false)), "{there:?}");
    drop(working);
    // Nobody holds it any more, so the next backup takes it away, too.
    office.wait(chrono::TimeDelta::days(1));
    take(&order(&office, to.path())).unwrap();
    assert!(!held.exists());
}
