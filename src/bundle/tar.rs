//! The headers of an archive, each byte of which follows from name, size and time.

use super::BundleFault;

/// Everything in an archive begins at a multiple of this.
pub(super) const BLOCK: usize = 512;
/// Sizes below this are written in octal, as every program reads; larger ones in base 256, as GNU tar does.
const OCTAL_END: u64 = 0o100_000_000_000;

/// The header of a file: owner nobody, mode 600.
pub(super) fn header(name: &str, size: u64, time: u64) -> Result<[u8; BLOCK], BundleFault> {
    let is_plain = name.is_ascii() && !name.is_empty() && name.len() <= 100 && !name.contains(['\0', '\\']);
    if !is_plain || name.starts_with('/') || name.split('/').any(|part| part == "..") {
        return Err(BundleFault::Name(name.to_owned()));
    }
    let mut block = [0_u8; BLOCK];
    let mut put = |at: usize, bytes: &[u8]| {
        for (place, byte) in block.iter_mut().skip(at).zip(bytes) {
            *place = *byte;
        }
    };
    put(0, name.as_bytes());
    put(100, b"0000600\0");
    put(108, b"0000000\0");
    put(116, b"0000000\0");
    put(124, &number(size));
    put(136, &number(time));
    put(148, b"        ");
    put(156, b"0");
    put(257, b"ustar\x0000");
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    let sum = format!("{sum:06o}\0 ");
    for (place, byte) in block.iter_mut().skip(148).zip(sum.as_bytes()) {
        *place = *byte;
    }
    Ok(block)
}

/// A number of twelve bytes.
fn number(value: u64) -> [u8; 12] {
    let mut field = [0_u8; 12];
    if value < OCTAL_END {
        for (place, byte) in field.iter_mut().zip(format!("{value:011o}").as_bytes()) {
            *place = *byte;
        }
    } else {
        for (place, byte) in field.iter_mut().skip(4).zip(value.to_be_bytes()) {
            *place = byte;
        }
        if let Some(first) = field.first_mut() {
            *first = 0x80;
        }
    }
    field
}

/// Size and time of a header.
pub(super) fn size_and_time(block: &[u8; BLOCK]) -> Option<(u64, u64)> {
    Some((read_number(block.get(124..136)?)?, read_number(block.get(136..148)?)?))
}

fn read_number(field: &[u8]) -> Option<u64> {
    if field.first() == Some(&0x80) {
        return Some(u64::from_be_bytes(field.get(4..12)?.try_into().ok()?));
    }
    u64::from_str_radix(std::str::from_utf8(field.get(..11)?).ok()?, 8).ok()
}

/// How many zeros follow a file of this size.
pub(super) fn padding(size: u64) -> usize {
    let over = usize::try_from(size % 512).unwrap_or(0);
    if over == 0 { 0 } else { BLOCK.saturating_sub(over) }
}
