//! Addresses: what stands in them is escaped in one place.

/// A text as one part of an address: the last part of a path, or a value behind `?`.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn only_what_needs_it_is_escaped() {
        assert_eq!(escaped("QT.HT-01"), "QT.HT-01");
        assert_eq!(escaped("a b/ü&=?"), "a%20b%2F%C3%BC%26%3D%3F");
    }
}
