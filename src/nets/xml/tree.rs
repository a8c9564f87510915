//! Reads an XML file into a tree.

use quick_xml::{
    Reader,
    events::{BytesRef, BytesStart, Event},
};

use super::{
    XmlCause, XmlFault,
    decode::{decode, is_allowed},
};

/// An element has at most so many attributes.
const MOST_ATTRIBUTES: usize = 200;

/// How much of a file is read.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: usize,
    /// Elements.
    pub elements: usize,
    /// Elements inside each other.
    pub depth: usize,
    /// Bytes of one text or attribute.
    pub text: usize,
    /// Elements with these local names are passed over with all that they hold.
    pub skip: &'static [&'static str],
}

/// An element.
#[derive(Debug, Default)]
pub struct Element {
    /// The line on which it begins, from 1.
    pub line: usize,
    name: Box<str>,
    attributes: Vec<(Box<str>, Box<str>)>,
    text: String,
    /// The text up to here stands in the file as numbers or entities and is never trimmed.
    solid: usize,
    /// The elements in it, in order.
    pub children: Vec<Element>,
}

impl Element {
    /// The name without its prefix.
    pub fn name(&self) -> &str {
        self.name.rsplit_once(':').map_or(&self.name, |(_, name)| name)
    }

    /// The name as the file writes it.
    pub fn full_name(&self) -> &str {
        &self.name
    }

    /// The value of an attribute, by the name that the file writes.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes().find(|(own, _)| *own == name).map(|(_, value)| value)
    }

    /// The attributes in the order of the file.
    pub fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.attributes.iter().map(|(name, value)| (&**name, &**value))
    }

    /// The first element in it with this local name.
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.named(name).next()
    }

    /// The elements in it with this local name.
    pub fn named(&self, name: &str) -> impl Iterator<Item = &Self> {
        self.children.iter().filter(move |child| child.name() == name)
    }

    /// The text in it. A line break at the beginning or end, with the indentation around it, belongs to the file and
    /// not to the text.
    pub fn text(&self) -> &str {
        &self.text
    }

    fn add_text(&mut self, text: &str) {
        self.text
            .push_str(if self.text.is_empty() { trim_start(text) } else { text });
    }

    fn add_solid(&mut self, letter: char) {
        self.text.push(letter);
        self.solid = self.text.len();
    }

    fn trim_end(&mut self) {
        let end = self.text.trim_end_matches(is_space).len().max(self.solid);
        if self.text.get(end..).is_some_and(|tail| tail.contains('\n')) {
            self.text.truncate(end);
        }
    }
}

const fn is_space(letter: char) -> bool {
    matches!(letter, ' ' | '\t' | '\n' | '\r')
}

fn trim_start(text: &str) -> &str {
    let trimmed = text.trim_start_matches(is_space);
    let space = text.len() - trimmed.len();
    if text.get(..space).is_some_and(|space| space.contains('\n')) {
        trimmed
    } else {
        text
    }
}

/// Reads a file into a tree: its outermost element.
///
/// # Errors
/// What is not well-formed, not allowed, or beyond a limit, with the line.
pub fn parse(bytes: &[u8], limits: &Limits) -> Result<Element, XmlFault> {
    if bytes.len() > limits.bytes {
        let cause = XmlCause::TooLarge {
            bytes: bytes.len(),
            limit: limits.bytes,
        };
        return Err(XmlFault::new(1, cause));
    }
    let text = decode(bytes)?;
    let mut parser = Parser {
        text: &text,
        limits,
        open: Vec::new(),
        root: None,
        elements: 0,
        skipped: 0,
        line: 1,
        seen: 0,
    };
    parser.run()?;
    match parser.root {
        Some(root) => Ok(root),
        None => Err(XmlFault::new(parser.line, XmlCause::Empty)),
    }
}

struct Parser<'a> {
    text: &'a str,
    limits: &'a Limits,
    open: Vec<Element>,
    root: Option<Element>,
    elements: usize,
    /// How many elements are open in one that is passed over.
    skipped: usize,
    line: usize,
    /// The bytes whose lines are counted.
    seen: usize,
}

impl Parser<'_> {
    fn run(&mut self) -> Result<(), XmlFault> {
        let mut reader = Reader::from_str(self.text);
        loop {
            let began = reader.buffer_position();
            let event = match reader.read_event() {
                Ok(event) => event,
                Err(error) => {
                    self.count_lines(reader.error_position());
                    return Err(self.fault(XmlCause::Syntax(error.to_string())));
                }
            };
            self.count_lines(began);
            match event {
                Event::Start(start) => self.start(&start)?,
                Event::Empty(start) => {
                    self.start(&start)?;
                    self.end();
                }
                Event::End(_) => self.end(),
                Event::Text(text) => self.add(&text.xml10_content())?,
                Event::CData(text) => self.add(&text.xml10_content())?,
                Event::GeneralRef(reference) => self.resolve(&reference)?,
                Event::DocType(_) => return Err(self.fault(XmlCause::Doctype)),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
                Event::Eof if self.open.is_empty() && self.skipped == 0 => return Ok(()),
                Event::Eof => return Err(self.fault(XmlCause::Syntax("the file ends inside an element".to_owned()))),
            }
        }
    }

    /// Counts lines up to a place in the text; places only grow, apart from those of errors.
    fn count_lines(&mut self, position: u64) {
        let position = usize::try_from(position).unwrap_or(usize::MAX).min(self.text.len());
        if let Some(part) = self.text.as_bytes().get(self.seen..position) {
            self.line += part.iter().filter(|byte| **byte == b'\n').count();
            self.seen = position;
        }
    }

    const fn fault(&self, cause: XmlCause) -> XmlFault {
        XmlFault::new(self.line, cause)
    }

    fn start(&mut self, start: &BytesStart<'_>) -> Result<(), XmlFault> {
        self.elements += 1;
        if self.elements > self.limits.elements {
            return Err(self.fault(XmlCause::TooManyElements(self.limits.elements)));
        }
        if self.open.len() + self.skipped >= self.limits.depth {
            return Err(self.fault(XmlCause::TooDeep(self.limits.depth)));
        }
        if self.skipped > 0 || self.limits.skip.contains(&start.local_name().as_ref()) {
            self.skipped += 1;
            return Ok(());
        }
        if self.open.is_empty() && self.root.is_some() {
            return Err(self.fault(XmlCause::Syntax("a second outermost element".to_owned())));
        }
        let mut element = Element {
            line: self.line,
            name: start.name().as_ref().into(),
            ..Element::default()
        };
        self.attributes(start, &mut element)?;
        self.open.push(element);
        Ok(())
    }

    fn attributes(&self, start: &BytesStart<'_>, element: &mut Element) -> Result<(), XmlFault> {
        // The reader's own check for repeated names takes quadratic time; here their number is bounded first.
        let mut attributes = start.attributes();
        for attribute in attributes.with_checks(false) {
            let attribute = attribute.map_err(|error| self.fault(XmlCause::Syntax(error.to_string())))?;
            let name = attribute.key.as_ref();
            if element.attributes.len() >= MOST_ATTRIBUTES {
                return Err(self.fault(XmlCause::TooManyAttributes(MOST_ATTRIBUTES)));
            }
            if element.attribute(name).is_some() {
                return Err(self.fault(XmlCause::Syntax(format!("the attribute {name} stands twice"))));
            }
            if attribute.value.len() > self.limits.text {
                return Err(self.fault(XmlCause::LongText(self.limits.text)));
            }
            let value = attribute
                .normalized_value(quick_xml::XmlVersion::Explicit1_0)
                .map_err(|error| self.fault(XmlCause::Syntax(error.to_string())))?;
            if let Some(letter) = value.chars().find(|letter| !is_allowed(*letter)) {
                return Err(self.fault(XmlCause::Character(u32::from(letter))));
            }
            element.attributes.push((name.into(), value.into()));
        }
        Ok(())
    }

    fn end(&mut self) {
        if self.skipped > 0 {
            self.skipped -= 1;
            return;
        }
        let Some(mut element) = self.open.pop() else { return };
        element.trim_end();
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None => self.root = Some(element),
        }
    }

    fn add(&mut self, text: &str) -> Result<(), XmlFault> {
        if self.skipped > 0 {
            return Ok(());
        }
        match self.open.last_mut() {
            Some(element) if element.text.len() + text.len() > self.limits.text => {
                Err(self.fault(XmlCause::LongText(self.limits.text)))
            }
            Some(element) => {
                element.add_text(text);
                Ok(())
            }
            None if text.trim_start_matches('\u{FEFF}').chars().all(is_space) => Ok(()),
            None => Err(self.fault(XmlCause::Syntax("a text outside the outermost element".to_owned()))),
        }
    }

    fn resolve(&mut self, reference: &BytesRef<'_>) -> Result<(), XmlFault> {
        let letter = match reference.resolve_char_ref() {
            Ok(Some(letter)) if is_allowed(letter) => letter,
            Ok(Some(letter)) => return Err(self.fault(XmlCause::Character(u32::from(letter)))),
            Err(error) => return Err(self.fault(XmlCause::Syntax(error.to_string()))),
            Ok(None) => match &**reference {
                "amp" => '&',
                "lt" => '<',
                "gt" => '>',
                "quot" => '"',
                "apos" => '\'',
                other => return Err(self.fault(XmlCause::Entity(other.chars().take(40).collect()))),
            },
        };
        if self.skipped > 0 {
            return Ok(());
        }
        match self.open.last_mut() {
            Some(element) if element.text.len() >= self.limits.text => {
                Err(self.fault(XmlCause::LongText(self.limits.text)))
            }
            Some(element) => {
                element.add_solid(letter);
                Ok(())
            }
            None => Err(self.fault(XmlCause::Syntax("a text outside the outermost element".to_owned()))),
        }
    }
}
