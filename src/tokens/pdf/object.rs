//! The objects of a PDF, read within bounds (ISO 32000, 7.3).

/// How deep objects may lie in one another.
const DEEPEST: usize = 16;
/// The most parts of one array or dictionary.
const MOST: usize = 50_000;

/// An object. Numbers and strings are kept as they are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Object {
    /// `true`, `null`, a number.
    Word(Vec<u8>),
    Name(Vec<u8>),
    /// The bytes with their brackets, and where the first one stands.
    Text(Vec<u8>, usize),
    Array(Vec<Object>),
    Dictionary(Vec<(Vec<u8>, Object)>),
    Reference(usize),
}

impl Object {
    /// The same without where its strings stand, to compare it.
    pub(super) fn placeless(&self) -> Self {
        match self {
            Self::Text(bytes, _) => Self::Text(bytes.clone(), 0),
            Self::Array(all) => Self::Array(all.iter().map(Self::placeless).collect()),
            Self::Dictionary(all) => {
                let mut all: Vec<_> = all
                    .iter()
                    .map(|(key, value)| (key.clone(), value.placeless()))
                    .collect();
                all.sort_by(|one, other| one.0.cmp(&other.0));
                Self::Dictionary(all)
            }
            Self::Word(_) | Self::Name(_) | Self::Reference(_) => self.clone(),
        }
    }

    /// The entry of a dictionary.
    pub(super) fn get(&self, key: &[u8]) -> Option<&Object> {
        match self {
            Self::Dictionary(all) => all.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            Self::Word(_) | Self::Name(_) | Self::Text(..) | Self::Array(_) | Self::Reference(_) => None,
        }
    }

    /// Whether the entry of a dictionary is this name.
    pub(super) fn is(&self, key: &[u8], name: &[u8]) -> bool {
        self.get(key) == Some(&Self::Name(name.to_vec()))
    }

    /// A number that is no fraction.
    pub(super) fn number(&self) -> Option<usize> {
        match self {
            Self::Word(text) => std::str::from_utf8(text).ok()?.parse().ok(),
            Self::Name(_) | Self::Text(..) | Self::Array(_) | Self::Dictionary(_) | Self::Reference(_) => None,
        }
    }

    /// A number with a fraction.
    pub(super) fn measure(&self) -> Option<f64> {
        match self {
            Self::Word(text) => std::str::from_utf8(text)
                .ok()?
                .parse()
                .ok()
                .filter(|value: &f64| value.is_finite()),
            Self::Name(_) | Self::Text(..) | Self::Array(_) | Self::Dictionary(_) | Self::Reference(_) => None,
        }
    }

    /// The parts of an array.
    pub(super) fn parts(&self) -> &[Object] {
        match self {
            Self::Array(all) => all,
            Self::Word(_) | Self::Name(_) | Self::Text(..) | Self::Dictionary(_) | Self::Reference(_) => &[],
        }
    }

    /// Looks at this object and at every one inside.
    pub(super) fn all(&self, look: &mut dyn FnMut(&Object)) {
        look(self);
        match self {
            Self::Array(all) => all.iter().for_each(|one| one.all(look)),
            Self::Dictionary(all) => all.iter().for_each(|(_, one)| one.all(look)),
            Self::Word(_) | Self::Name(_) | Self::Text(..) | Self::Reference(_) => {}
        }
    }
}

/// Reads one object after another from a place on.
#[derive(Debug, Clone)]
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    pub(super) at: usize,
}

fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

fn is_edge(byte: u8) -> bool {
    is_space(byte)
        || matches!(
            byte,
            b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%'
        )
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn step(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    fn starts(&self, with: &[u8]) -> bool {
        self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(with))
    }

    pub(super) fn skip_space(&mut self) {
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                while self.peek().is_some_and(|byte| byte != 10 && byte != 13) {
                    self.step();
                }
            } else if is_space(byte) {
                self.step();
            } else {
                break;
            }
        }
    }

    /// The next word: letters and signs up to an edge.
    pub(super) fn word(&mut self) -> &'a [u8] {
        self.skip_space();
        let from = self.at;
        while self.peek().is_some_and(|byte| !is_edge(byte)) {
            self.step();
        }
        self.bytes.get(from..self.at).unwrap_or_default()
    }

    /// The next word, which must be this one.
    pub(super) fn want(&mut self, word: &[u8]) -> Option<()> {
        (self.word() == word).then_some(())
    }

    /// The next word as a number.
    pub(super) fn number(&mut self) -> Option<usize> {
        let word = self.word();
        let is_number = !word.is_empty() && word.len() <= 12 && word.iter().all(u8::is_ascii_digit);
        is_number.then(|| std::str::from_utf8(word).ok()?.parse().ok())?
    }

    fn name(&mut self) -> Option<Vec<u8>> {
        self.step();
        let mut name = Vec::new();
        while let Some(byte) = self.peek().filter(|byte| !is_edge(*byte)) {
            self.step();
            if byte == b'#' {
                let digits = self.bytes.get(self.at..self.at.checked_add(2)?)?;
                name.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
                self.at = self.at.checked_add(2)?;
            } else {
                name.push(byte);
            }
        }
        Some(name)
    }

    fn hexadecimal(&mut self) -> Option<Object> {
        let from = self.at;
        let rest = self.bytes.get(from..)?;
        let length = rest.iter().position(|byte| *byte == b'>')?.checked_add(1)?;
        let text = rest.get(..length)?;
        self.at = from.checked_add(length)?;
        let inner = text.get(1..length.checked_sub(1)?)?;
        inner
            .iter()
            .all(|byte| byte.is_ascii_hexdigit() || is_space(*byte))
            .then(|| Object::Text(text.to_vec(), from))
    }

    fn literal(&mut self) -> Option<Object> {
        let (from, mut open) = (self.at, 0_usize);
        loop {
            let byte = self.peek()?;
            self.step();
            match byte {
                b'\\' => self.step(),
                b'(' => open = open.checked_add(1)?,
                b')' => open = open.checked_sub(1)?,
                _ => {}
            }
            if open == 0 {
                return Some(Object::Text(self.bytes.get(from..self.at)?.to_vec(), from));
            }
        }
    }

    fn array(&mut self, depth: usize) -> Option<Object> {
        self.step();
        let mut all = Vec::new();
        loop {
            self.skip_space();
            if self.peek()? == b']' {
                self.step();
                return Some(Object::Array(all));
            }
            all.push(self.object_within(depth)?);
            (all.len() <= MOST).then_some(())?;
        }
    }

    fn dictionary(&mut self, depth: usize) -> Option<Object> {
        self.at = self.at.checked_add(2)?;
        let mut all: Vec<(Vec<u8>, Object)> = Vec::new();
        loop {
            self.skip_space();
            if self.starts(b">>") {
                self.at = self.at.checked_add(2)?;
                all.sort_by(|one, other| one.0.cmp(&other.0));
                // Readers differ in which of two entries of one name they take.
                let is_double = all.windows(2).any(|pair| match pair {
                    [one, other] => one.0 == other.0,
                    _ => false,
                });
                return (!is_double).then_some(Object::Dictionary(all));
            }
            (self.peek()? == b'/').then_some(())?;
            let key = self.name()?;
            self.skip_space();
            all.push((key, self.object_within(depth)?));
            (all.len() <= MOST).then_some(())?;
        }
    }

    /// A word, or three of them that are a reference.
    fn plain(&mut self) -> Option<Object> {
        let word = self.word();
        if word.is_empty() {
            return None;
        }
        if word.iter().all(u8::is_ascii_digit) {
            let mut ahead = self.clone();
            if ahead.number() == Some(0) && ahead.word() == b"R" {
                self.at = ahead.at;
                return Some(Object::Reference(std::str::from_utf8(word).ok()?.parse().ok()?));
            }
        }
        Some(Object::Word(word.to_vec()))
    }

    fn object_within(&mut self, depth: usize) -> Option<Object> {
        let depth = depth.checked_sub(1)?;
        self.skip_space();
        match self.peek()? {
            b'/' => Some(Object::Name(self.name()?)),
            b'(' => self.literal(),
            b'[' => self.array(depth),
            b'<' if self.starts(b"<<") => self.dictionary(depth),
            b'<' => self.hexadecimal(),
            _ => self.plain(),
        }
    }

    /// The object that stands here; `None` when it is none, or lies too deep.
    pub(super) fn object(&mut self) -> Option<Object> {
        self.object_within(DEEPEST)
    }
}

#[cfg(test)]
mod tests {
    use super::{Cursor, Object};

    fn read(text: &str) -> Option<Object> {
        Cursor::new(text.as_bytes(), 0).object()
    }

    #[test]
    fn objects_are_read_and_what_readers_differ_in_is_not() {
        let page = read("<</Type/Page % Kommentar\n/Annots [12 0 R 7]/A#42 (a(b)\\)c)/H <4 1>>>").unwrap();
        assert!(page.is(b"Type", b"Page"));
        assert_eq!(
            page.get(b"Annots").unwrap().parts(),
            [Object::Reference(12), Object::Word(b"7".into())]
        );
        assert!(matches!(page.get(b"AB"), Some(Object::Text(text, _)) if text == b"(a(b)\\)c)"));
        for bad in [
            "<</A 1/A 2>>",
            "<</A#4 1>>",
            "[1 2",
            "<</A>>",
            "<1g>",
            "(a",
            "<</A 1/#41 2>>",
            "",
        ] {
            assert!(read(bad).is_none(), "{bad}");
        }
        assert!(read(&format!("{}1{}", "[".repeat(14), "]".repeat(14))).is_some());
        assert!(read(&format!("{}1{}", "[".repeat(40), "]".repeat(40))).is_none());
    }
}
