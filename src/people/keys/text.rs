//! Bytes as text: hexadecimal for keys and hashes, Base64 for signatures (RFC 4648).

use sha2::{Digest, Sha256};

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes of a text in hexadecimal; `None` when it is none.
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u32> = text.chars().map(|c| c.to_digit(16)).collect::<Option<_>>()?;
    digits
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => u8::try_from(high * 16 + low).ok(),
            _ => None,
        })
        .collect()
}

/// SHA-256 in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes in Base64, padded.
pub fn base64(bytes: &[u8]) -> String {
    let letter = |bits: u32| {
        let place = usize::try_from(bits & 63).unwrap_or_default();
        ALPHABET.get(place).copied().map_or('=', char::from)
    };
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |place: usize| u32::from(chunk.get(place).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        text.extend([letter(bits >> 18), letter(bits >> 12)]);
        text.push(if chunk.len() > 1 { letter(bits >> 6) } else { '=' });
        text.push(if chunk.len() > 2 { letter(bits) } else { '=' });
    }
    text
}

/// The bytes of a text in Base64; `None` when it is not written as [`base64`] writes it.
pub fn from_base64(text: &str) -> Option<Vec<u8>> {
    let (mut bits, mut held, mut bytes) = (0_u32, 0_u32, Vec::new());
    for letter in text.trim_end_matches('=').bytes() {
        let place = ALPHABET.iter().position(|known| *known == letter)?;
        bits = (bits << 6 | u32::try_from(place).ok()?) & 0x00ff_ffff;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 255).ok()?);
        }
    }
    (base64(&bytes) == text).then_some(bytes)
}

/// The fingerprint that people compare: the first 16 digits of SHA-256, in groups of four.
pub fn fingerprint(bytes: &[u8]) -> String {
    let digest = sha256(bytes);
    let digits: Vec<char> = digest.chars().take(16).collect();
    let groups: Vec<String> = digits.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join(" ")
}

#[cfg(test)]
mod tests {
    use super::{base64, fingerprint, from_base64, from_hex, hex};

    #[test]
    fn bytes_come_back_from_their_text() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
            assert_eq!(from_base64(text).unwrap(), bytes.as_bytes());
        }
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(from_base64(&base64(&all)).unwrap(), all);
        assert_eq!(from_hex(&hex(&all)).unwrap(), all);
    }

    #[test]
    fn what_is_written_otherwise_is_refused() {
        for bad in ["Zg", "Zg=", "Zh==", "Z", "Zm9v=", "Zm 9v", "ż"] {
            assert_eq!(from_base64(bad), None, "{bad}");
        }
        assert_eq!(from_hex("abc"), None);
        assert_eq!(from_hex("zz"), None);
    }

    #[test]
    fn a_fingerprint_has_four_groups_of_four() {
        assert_eq!(fingerprint(b""), "e3b0 c442 98fc 1c14");
    }
}
