//! Text for search and for signing: folded Vietnamese, normal form, content hash.

use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Lower case without Vietnamese marks: `Đăng ký khai sinh` becomes `dang ky khai sinh`.
pub fn fold(text: &str) -> String {
    text.nfd()
        .filter(|letter| !is_combining_mark(*letter))
        .flat_map(char::to_lowercase)
        .filter(|letter| !is_combining_mark(*letter))
        .map(|letter| if letter == 'đ' { 'd' } else { letter })
        .collect()
}

/// The composed normal form, in which all text is stored.
pub fn nfc(text: &str) -> String {
    text.nfc().collect()
}

/// The SHA-256 of the bytes of a text, in lower-case hexadecimal: what people sign.
pub fn content_sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_vietnamese() {
        assert_eq!(
            fold("Đăng ký KHAI SINH, Ủy ban; ơ ư ẵ ộ"),
            "dang ky khai sinh, uy ban; o u a o"
        );
        assert_eq!(fold(&nfc("Việt Nam").nfd().collect::<String>()), "viet nam");
        assert_eq!(fold("İ"), "i");
    }

    #[test]
    fn composes() {
        assert_eq!(nfc("e\u{302}\u{301}"), "ế");
    }

    #[test]
    fn hashes_as_the_standard_says() {
        assert_eq!(
            content_sha256("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
