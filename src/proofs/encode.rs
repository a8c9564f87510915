//! Hexadecimal and base64 (RFC 4648, with padding): one text for each row of bytes, and nothing else is read.

const HEX: &[u8; 16] = b"0123456789abcdef";
const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn letter(table: &[u8], place: u32) -> char {
    usize::try_from(place)
        .ok()
        .and_then(|place| table.get(place))
        .map_or('?', |byte| char::from(*byte))
}

fn place(table: &[u8], byte: u8) -> Option<u32> {
    table
        .iter()
        .position(|known| *known == byte)
        .and_then(|place| u32::try_from(place).ok())
}

/// Bytes in small hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [letter(HEX, u32::from(byte >> 4)), letter(HEX, u32::from(byte & 15))])
        .collect()
}

/// The bytes that small hexadecimal digits say; none for anything else.
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs
        .iter()
        .map(|[high, low]| u8::try_from(place(HEX, *high)? * 16 + place(HEX, *low)?).ok())
        .collect()
}

/// Bytes in base64.
pub fn base64(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let at = |place: usize| u32::from(group.get(place).copied().unwrap_or(0));
        let word = (at(0) << 16) | (at(1) << 8) | at(2);
        for (place, shift) in [18_u32, 12, 6, 0].into_iter().enumerate() {
            text.push(if place <= group.len() {
                letter(BASE64, (word >> shift) & 63)
            } else {
                '='
            });
        }
    }
    text
}

/// The bytes that base64 says; none when it is not exactly what [`base64`] would write.
pub fn from_base64(text: &str) -> Option<Vec<u8>> {
    let (groups, rest) = text.as_bytes().as_chunks::<4>();
    if !rest.is_empty() {
        return None;
    }
    let mut bytes = Vec::with_capacity(groups.len() * 3);
    for group in groups {
        let letters = group.iter().take_while(|byte| **byte != b'=').count();
        let word = group.iter().take(letters).try_fold(0_u32, |word, byte| {
            place(BASE64, *byte).map(|value| (word << 6) | value)
        })?;
        let missing = u32::try_from(4_usize.saturating_sub(letters)).ok()?;
        let whole = (word << (6 * missing)).to_be_bytes();
        bytes.extend(whole.iter().skip(1).take(letters.saturating_sub(1)));
    }
    (base64(&bytes) == text).then_some(bytes)
}
