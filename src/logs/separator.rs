//! Tells what separates the cells of a file from how it begins.

/// In the order of preference where a file does not tell.
pub(super) const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// How many rows are looked at.
const ROWS: usize = 30;

/// How the first rows of a file are made, when it begins so.
pub(super) fn separator(head: &[u8]) -> u8 {
    if let Some(separator) = written(head) {
        return separator;
    }
    let mut best = (b',', (0, 0));
    for separator in SEPARATORS {
        let counts = counts(head, separator);
        let first = counts.first().copied().unwrap_or(0);
        if first == 0 {
            continue;
        }
        // The one that cuts most rows as it cuts the header, and among those the one that cuts them finest.
        let alike = counts.iter().filter(|count| **count == first).count();
        if (alike, first) > best.1 {
            best = (separator, (alike, first));
        }
    }
    best.0
}

/// Spreadsheets may name the separator on a line of its own: `sep=;`.
pub(super) fn written(head: &[u8]) -> Option<u8> {
    match head {
        [
            b's' | b'S',
            b'e' | b'E',
            b'p' | b'P',
            b'=',
            separator,
            b'\r' | b'\n',
            ..,
        ] => SEPARATORS.contains(separator).then_some(*separator),
        _ => None,
    }
}

/// How often a separator stands outside of quotation marks in each of the first rows.
fn counts(head: &[u8], separator: u8) -> Vec<usize> {
    let mut counts = Vec::new();
    let (mut count, mut is_quoted, mut is_blank) = (0, false, true);
    for letter in head {
        match *letter {
            b'"' => is_quoted = !is_quoted,
            b'\n' if !is_quoted => {
                if !is_blank {
                    counts.push(count);
                }
                if counts.len() == ROWS {
                    return counts;
                }
                (count, is_blank) = (0, true);
                continue;
            }
            letter if letter == separator && !is_quoted => count += 1,
            _ => {}
        }
        is_blank &= letter.is_ascii_whitespace();
    }
    // A row that the end of the head cuts off counts only when there is no other.
    if counts.is_empty() {
        counts.push(count);
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_are_told_from_the_rows() {
        for (text, expected) in [
            ("a,b,c\n1,2,3\n", b','),
            ("a;b;c\n1,5;2;3\n1,6;2;3\n", b';'),
            ("a\tb\n1,2\t3\n", b'\t'),
            ("a|b|c\n1|2|3", b'|'),
            ("\"x;y\",b\n\"p;q;r\n;\",2\n", b','),
            ("sep=;\na,b;c,d\n", b';'),
            ("one\n1\n", b','),
            ("", b','),
            ("a;b\n", b';'),
        ] {
            assert_eq!(separator(text.as_bytes()), expected, "{text}");
        }
    }
}
