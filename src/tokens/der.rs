//! Reading DER within bounds: values as slices of what was given, so that what is hashed is what was signed.

/// The tags that are read here.
pub(super) mod tag {
    pub(in crate::tokens) const BOOLEAN: u8 = 0x01;
    pub(in crate::tokens) const INTEGER: u8 = 0x02;
    pub(in crate::tokens) const BITS: u8 = 0x03;
    pub(in crate::tokens) const OCTETS: u8 = 0x04;
    pub(in crate::tokens) const OID: u8 = 0x06;
    pub(in crate::tokens) const ENUMERATED: u8 = 0x0A;
    pub(in crate::tokens) const UTC_TIME: u8 = 0x17;
    pub(in crate::tokens) const TIME: u8 = 0x18;
    pub(in crate::tokens) const SEQUENCE: u8 = 0x30;
    pub(in crate::tokens) const SET: u8 = 0x31;
    /// `[0]` to `[3]`, holding other values.
    pub(in crate::tokens) const C0: u8 = 0xA0;
    pub(in crate::tokens) const C1: u8 = 0xA1;
    pub(in crate::tokens) const C2: u8 = 0xA2;
    pub(in crate::tokens) const C3: u8 = 0xA3;
    /// `[0]` to `[2]`, holding bytes.
    pub(in crate::tokens) const P0: u8 = 0x80;
    pub(in crate::tokens) const P2: u8 = 0x82;
}

/// How deep values may lie in one another.
const DEEPEST: usize = 24;
/// The most values in all.
const MOST: usize = 200_000;

/// One value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Value<'a> {
    pub(super) tag: u8,
    /// What it holds.
    pub(super) content: &'a [u8],
    /// The same with tag and length.
    pub(super) whole: &'a [u8],
}

impl<'a> Value<'a> {
    /// Reads what it holds.
    pub(super) fn inside(&self) -> Reader<'a> {
        Reader { rest: self.content }
    }

    /// All values that it holds.
    pub(super) fn items(&self) -> Option<Vec<Value<'a>>> {
        let (mut reader, mut items) = (self.inside(), Vec::new());
        while !reader.is_done() {
            items.push(reader.next()?);
        }
        Some(items)
    }

    /// The bytes of a BIT STRING of whole bytes.
    pub(super) fn bits(&self) -> Option<&'a [u8]> {
        let (unused, bits) = self.content.split_first()?;
        (self.tag == tag::BITS && *unused == 0).then_some(bits)
    }
}

/// Splits the first value off: definite, shortest lengths and small tags only.
fn split(bytes: &[u8]) -> Option<(Value<'_>, &[u8])> {
    let (tag, after) = bytes.split_first()?;
    if tag & 0x1F == 0x1F {
        return None;
    }
    let (first, after) = after.split_first()?;
    let (length, header) = if *first < 0x80 {
        (usize::from(*first), 2)
    } else {
        let count = usize::from(first & 0x7F);
        if !(1..=4).contains(&count) {
            return None;
        }
        let digits = after.get(..count)?;
        let length = digits.iter().try_fold(0_usize, |sum, digit| {
            sum.checked_mul(256)?.checked_add(usize::from(*digit))
        })?;
        if digits.first() == Some(&0) || length < 0x80 {
            return None;
        }
        (length, count.checked_add(2)?)
    };
    let (whole, rest) = bytes.split_at_checked(header.checked_add(length)?)?;
    let content = whole.get(header..)?;
    Some((
        Value {
            tag: *tag,
            content,
            whole,
        },
        rest,
    ))
}

/// Reads one value after another.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(rest: &'a [u8]) -> Self {
        Self { rest }
    }

    pub(super) fn is_done(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn next(&mut self) -> Option<Value<'a>> {
        let (value, rest) = split(self.rest)?;
        self.rest = rest;
        Some(value)
    }

    /// The next value, which must have this tag.
    pub(super) fn want(&mut self, tag: u8) -> Option<Value<'a>> {
        self.next().filter(|value| value.tag == tag)
    }

    /// The next value if it has this tag; otherwise nothing is read.
    pub(super) fn maybe(&mut self, tag: u8) -> Option<Value<'a>> {
        if self.rest.first() == Some(&tag) {
            self.next()
        } else {
            None
        }
    }
}

fn walk(mut reader: Reader<'_>, depth: usize, left: &mut usize) -> Option<()> {
    while !reader.is_done() {
        *left = left.checked_sub(1)?;
        let value = reader.next()?;
        if value.tag & 0x20 != 0 {
            walk(value.inside(), depth.checked_sub(1)?, left)?;
        }
    }
    Some(())
}

/// The first value of what was given, when it is DER down to its leaves and neither deep nor crowded; and what follows.
pub(super) fn bounded(bytes: &[u8]) -> Option<(Value<'_>, &[u8])> {
    let (value, rest) = split(bytes)?;
    let mut left = MOST;
    walk(Reader::new(value.whole), DEEPEST, &mut left)?;
    Some((value, rest))
}

/// The moment that a time value tells, UTC in seconds since 1970.
pub(super) fn moment(value: &Value<'_>) -> Option<i64> {
    let text = std::str::from_utf8(value.content).ok()?.strip_suffix('Z')?;
    let full = match value.tag {
        tag::UTC_TIME => {
            let year: u8 = text.get(..2)?.parse().ok()?;
            format!("{}{text}", if year < 50 { "20" } else { "19" })
        }
        // Parts of a second (in time stamps) are cut off.
        tag::TIME => text.split('.').next()?.to_owned(),
        _ => return None,
    };
    if full.len() != 14 || !full.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let at = chrono::NaiveDateTime::parse_from_str(&full, "%Y%m%d%H%M%S").ok()?;
    Some(at.and_utc().timestamp())
}

#[cfg(test)]
mod tests {
    use super::{Reader, bounded, moment};

    #[test]
    fn lengths_that_are_open_long_or_too_large_are_no_der() {
        for bad in [
            &[0x30, 0x80, 0, 0][..],
            &[0x04, 0x81, 0x01, 7],
            &[0x04, 0x82, 0x00, 0x80],
            &[0x04, 0x85, 1, 1, 1, 1, 1],
            &[0x04, 0x84, 0xFF, 0xFF, 0xFF, 0xFF],
            &[0x1F, 0x01, 0],
            &[0x04],
            &[],
        ] {
            assert!(Reader::new(bad).next().is_none(), "{bad:?}");
        }
        let (value, rest) = bounded(&[0x30, 0x03, 0x04, 0x01, 7, 9]).unwrap();
        assert_eq!((value.content, rest), (&[0x04, 0x01, 7][..], &[9][..]));
    }

    #[test]
    fn what_is_too_deep_or_too_crowded_is_refused() {
        let nested = |depth: usize| {
            (0..depth).fold(Vec::new(), |inner: Vec<u8>, _| {
                let mut outer = vec![0x30, u8::try_from(inner.len()).unwrap()];
                outer.extend(inner);
                outer
            })
        };
        assert!(bounded(&nested(20)).is_some());
        assert!(bounded(&nested(40)).is_none());
        let crowd = |count: usize| {
            let inner = [5, 0].repeat(count);
            let mut outer = vec![0x30, 0x83];
            outer.extend(&u32::try_from(inner.len()).unwrap().to_be_bytes()[1..]);
            outer.extend(inner);
            outer
        };
        assert!(
            bounded(&crowd(19_000)).is_none(),
            "a length of three bytes that two would do for"
        );
        assert!(bounded(&crowd(33_000)).is_some());
        assert!(bounded(&crowd(210_000)).is_none());
    }

    #[test]
    fn times_are_read_with_their_century() {
        let read = |tag: u8, text: &str| {
            let mut bytes = vec![tag, u8::try_from(text.len()).unwrap()];
            bytes.extend(text.bytes());
            moment(&Reader::new(&bytes).next().unwrap())
        };
        assert_eq!(read(0x17, "700101000000Z"), Some(0));
        assert_eq!(read(0x18, "20261123083000.25Z"), read(0x17, "261123083000Z"));
        for bad in ["20261123083000", "20261323083000Z", "2026112308Z", "2026112308300+Z"] {
            assert_eq!(read(0x18, bad), None, "{bad}");
        }
    }
}
