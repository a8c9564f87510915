//! Archives that are whole, damaged, hostile.

use super::{Archive, Limits, ZipFault, write};
use proptest::prelude::*;

const LIMITS: Limits = Limits {
    files: 10,
    file: 1000,
    all: 1500,
};

fn two() -> Vec<u8> {
    write(&[("a.txt", b"mot".as_slice()), ("tài liệu/b.md", b"hai ba bon")]).unwrap()
}

#[test]
fn what_is_written_is_read_back_and_the_same_files_give_the_same_bytes() {
    let bytes = two();
    assert_eq!(bytes, two());
    let mut archive = Archive::open(&bytes, LIMITS).unwrap();
    assert_eq!(archive.names().collect::<Vec<_>>(), ["a.txt", "tài liệu/b.md"]);
    assert_eq!(archive.read("a.txt").unwrap().unwrap(), b"mot");
    assert_eq!(archive.read("tài liệu/b.md").unwrap().unwrap(), b"hai ba bon");
    assert_eq!(archive.read("c").unwrap(), None);
}

#[test]
fn a_bomb_is_stopped_even_when_its_directory_lies_about_the_size() {
    let mut bytes = write(&[("bom", vec![0; 1 << 20])]).unwrap();
    let told = Archive::open(&bytes, LIMITS).unwrap().read("bom");
    assert!(matches!(told, Err(ZipFault::TooLarge { limit: 1000, .. })));
    let at = bytes.windows(4).rposition(|four| four == b"PK\x01\x02").unwrap();
    bytes[at + 24..at + 28].copy_from_slice(&10_u32.to_le_bytes());
    let told = Archive::open(&bytes, LIMITS).unwrap().read("bom");
    assert!(matches!(told, Err(ZipFault::TooLarge { .. })), "{told:?}");
}

#[test]
fn all_files_together_have_a_bound_and_so_has_their_number() {
    let bytes = write(&[("a", vec![1; 900]), ("b", vec![2; 900])]).unwrap();
    let mut archive = Archive::open(&bytes, LIMITS).unwrap();
    archive.read("a").unwrap();
    assert!(matches!(archive.read("b"), Err(ZipFault::TooLarge { limit: 600, .. })));
    let many: Vec<(String, &[u8])> = (0..11).map(|n| (n.to_string(), b"".as_slice())).collect();
    let many = write(&many).unwrap();
    assert_eq!(Archive::open(&many, LIMITS).unwrap_err(), ZipFault::TooMany(10));
}

#[test]
fn names_that_lead_elsewhere_or_come_twice_are_refused() {
    for bad in ["../a", "/etc/passwd", "a/../../b", "C:\\a", ""] {
        let bytes = write(&[(bad, b"x")]).unwrap();
        let told = Archive::open(&bytes, LIMITS).unwrap_err();
        assert_eq!(told, ZipFault::Name(bad.to_owned()));
    }
    let twice = write(&[("a", b"x"), ("a", b"y")]).unwrap();
    assert_eq!(
        Archive::open(&twice, LIMITS).unwrap_err(),
        ZipFault::Twice("a".to_owned())
    );
}

#[test]
fn a_changed_byte_of_a_file_is_found_out() {
    let mut bytes = two();
    let at = bytes.windows(4).rposition(|four| four == b"PK\x01\x02").unwrap();
    bytes[at + 16] ^= 1;
    let told = Archive::open(&bytes, LIMITS).unwrap().read("tài liệu/b.md");
    assert!(matches!(told, Err(ZipFault::Damaged(_))));
}

proptest! {
    #[test]
    fn no_bytes_break_the_reader(cut in 0_usize..400, at in 0_usize..400, value: u8, noise: Vec<u8>) {
        let mut bytes = two();
        bytes.truncate(bytes.len().saturating_sub(cut));
        if let Some(byte) = bytes.get_mut(at) {
            *byte = value;
        }
        for bytes in [bytes, [b"PK\x03\x04".as_slice(), &noise, b"PK\x05\x06", &noise].concat()] {
            if let Ok(mut archive) = Archive::open(&bytes, LIMITS) {
                let names: Vec<String> = archive.names().map(ToOwned::to_owned).collect();
                for name in names {
                    drop(archive.read(&name));
                }
            }
        }
    }
}
