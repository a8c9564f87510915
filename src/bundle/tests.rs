//! A bundle comes back as it was; a byte that differs is found, wherever it is.

use super::*;
use proptest::prelude::*;
use sha2::{Digest, Sha256};
use std::io::{BufReader, Read, Write};
use zeroize::Zeroizing;

const CHEAP: Cost = Cost { memory: 8, passes: 1 };

fn part(name: &str, bytes: &[u8]) -> Part {
    Part {
        name: name.to_owned(),
        size: u64::try_from(bytes.len()).unwrap(),
        sha256: hex(&Sha256::digest(bytes)),
    }
}

fn contents() -> Vec<(Part, Vec<u8>)> {
    let contents = [
        ("one", b"some bytes".to_vec()),
        ("none", Vec::new()),
        ("files/two", vec![7; 1100]),
    ];
    contents.map(|(name, bytes)| (part(name, &bytes), bytes)).to_vec()
}

fn written(contents: &[(Part, Vec<u8>)]) -> Vec<u8> {
    let parts: Vec<&Part> = contents.iter().map(|(part, _)| part).collect();
    let manifest = serde_json::to_vec(&parts).unwrap();
    let mut writer = Writer::begin(Vec::new(), 1_700_000_000, &manifest).unwrap();
    for (part, bytes) in contents {
        writer.part(part, &mut bytes.as_slice()).unwrap();
    }
    writer.finish().unwrap()
}

fn read(from: impl Read) -> Result<Vec<Vec<u8>>, BundleFault> {
    let (mut reader, manifest) = Reader::begin(from)?;
    let parts: Vec<Part> =
        serde_json::from_slice(&manifest).map_err(|_bad| BundleFault::Damaged(MANIFEST.to_owned()))?;
    let mut all = Vec::new();
    for part in &parts {
        let mut bytes = Vec::new();
        reader.part(part, &mut bytes)?;
        all.push(bytes);
    }
    reader.finish()?;
    Ok(all)
}

fn lock() -> Lock {
    Lock {
        passphrase: Zeroizing::new("mười hai con giáp".to_owned()),
        salt: [9; 16],
        cost: CHEAP,
    }
}

fn locked(bytes: &[u8]) -> Vec<u8> {
    let mut locked = Locked::begin(Vec::new(), &lock()).unwrap();
    locked.write_all(bytes).unwrap();
    locked.finish().unwrap()
}

fn unlocked(bytes: &[u8], passphrase: &str) -> Result<Vec<Vec<u8>>, BundleFault> {
    read(Unlocked::begin(BufReader::new(bytes), passphrase)?)
}

#[test]
fn what_was_written_is_read_and_an_ordinary_tar_lists_it() {
    let contents = contents();
    let bytes = written(&contents);
    let wanted: Vec<Vec<u8>> = contents.iter().map(|(_, bytes)| bytes.clone()).collect();
    assert_eq!(read(bytes.as_slice()).unwrap(), wanted);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("b.tar");
    std::fs::write(&file, &bytes).unwrap();
    let listed = std::process::Command::new("tar")
        .arg("-tf")
        .arg(&file)
        .output()
        .unwrap();
    assert!(listed.status.success());
    assert_eq!(
        String::from_utf8_lossy(&listed.stdout),
        "manifest.json\none\nnone\nfiles/two\nseal\n"
    );
}

#[test]
fn each_byte_that_differs_is_found() {
    let bytes = written(&contents());
    for place in 0..bytes.len() {
        let mut other = bytes.clone();
        other[place] ^= 1 << (place % 8);
        assert!(read(other.as_slice()).is_err(), "byte {place} of {}", bytes.len());
    }
}

#[test]
fn each_cut_and_each_addition_is_found() {
    let bytes = written(&contents());
    for end in 0..bytes.len() {
        assert!(read(&bytes[..end]).is_err(), "cut at {end}");
    }
    let mut longer = bytes;
    longer.push(0);
    assert!(matches!(read(longer.as_slice()), Err(BundleFault::TooLong)));
}

#[test]
fn the_part_that_is_damaged_is_named() {
    let bytes = written(&contents());
    let at = bytes.windows(10).position(|ten| ten == b"some bytes").unwrap();
    let mut other = bytes;
    other[at] ^= 1;
    assert_eq!(
        read(other.as_slice()).unwrap_err().to_string(),
        "the part one is damaged"
    );
}

#[test]
fn each_byte_of_a_locked_bundle_that_differs_is_found() {
    let lock = lock();
    let bytes = locked(&written(&contents()));
    assert!(unlocked(&bytes, &lock.passphrase).is_ok());
    for place in 0..bytes.len() {
        let mut other = bytes.clone();
        other[place] ^= 1 << (place % 8);
        assert!(unlocked(&other, &lock.passphrase).is_err(), "byte {place}");
    }
    for end in 0..bytes.len() {
        assert!(unlocked(&bytes[..end], &lock.passphrase).is_err(), "cut at {end}");
    }
}

#[test]
fn a_wrong_passphrase_is_told_from_a_damaged_file() {
    let bytes = locked(&written(&contents()));
    assert!(matches!(
        unlocked(&bytes, "một hai ba"),
        Err(BundleFault::WrongPassphrase)
    ));
    let mut other = bytes.clone();
    other[20] ^= 1;
    assert!(matches!(unlocked(&other, &lock().passphrase), Err(BundleFault::Head)));
    let mut other = bytes;
    let last = other.len() - 1;
    other[last] ^= 1;
    assert!(matches!(
        unlocked(&other, &lock().passphrase),
        Err(BundleFault::Piece(0))
    ));
}

#[test]
fn pieces_that_changed_places_are_found() {
    let mut locked = locked(&vec![5; 3 << 16]);
    let (head, piece) = (88, (1 << 16) + 16);
    let first: Vec<u8> = locked[head..head + piece].to_vec();
    let second: Vec<u8> = locked[head + piece..head + 2 * piece].to_vec();
    locked[head..head + piece].copy_from_slice(&second);
    locked[head + piece..head + 2 * piece].copy_from_slice(&first);
    let mut all = Vec::new();
    let mut open = Unlocked::begin(BufReader::new(locked.as_slice()), &lock().passphrase).unwrap();
    assert!(open.read_to_end(&mut all).is_err());
    assert!(all.is_empty(), "nothing of it was handed on");
}

#[test]
fn a_file_that_changed_meanwhile_is_not_written_as_if_it_had_not() {
    let (part, _) = contents().remove(0);
    for other in [b"some bytez".as_slice(), b"some", b"some bytes and more"] {
        let mut writer = Writer::begin(Vec::new(), 0, b"[]").unwrap();
        let done = writer.part(&part, &mut &*other);
        assert!(matches!(done, Err(BundleFault::Changed(_))));
    }
}

#[test]
fn names_that_lead_elsewhere_are_refused() {
    for name in ["", "/etc/passwd", "../x", "a/../b", "đ", &"x".repeat(101)] {
        let done = tar::header(name, 0, 0);
        assert!(matches!(done, Err(BundleFault::Name(_))), "{name}");
    }
}

proptest! {
    #[test]
    fn sizes_and_times_of_any_length_come_back(size: u64, time: u64) {
        let block = tar::header("x", size, time).unwrap();
        prop_assert_eq!(tar::size_and_time(&block), Some((size, time)));
    }

    #[test]
    fn a_locked_stream_of_any_length_comes_back(length in 0_usize..200_000, step in 1_usize..90_000) {
        let bytes: Vec<u8> = (0..length).map(|place| u8::try_from(place % 251).unwrap()).collect();
        let mut locked = Locked::begin(Vec::new(), &lock()).unwrap();
        for piece in bytes.chunks(step) {
            locked.write_all(piece).unwrap();
        }
        let sealed = locked.finish().unwrap();
        let mut all = Vec::new();
        let mut open = Unlocked::begin(BufReader::new(sealed.as_slice()), &lock().passphrase).unwrap();
        open.read_to_end(&mut all).unwrap();
        prop_assert_eq!(all, bytes);
    }
}
