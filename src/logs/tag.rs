//! One piece of XML markup at the beginning of a text.

/// A part of a text, counted from the `<`.
pub(super) type Range = (usize, usize);

/// A tag that opens an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Tag {
    pub(super) length: usize,
    /// Whether it closes the element too.
    pub(super) is_empty: bool,
    /// Its name without the prefix of a namespace.
    pub(super) name: Range,
    pub(super) key: Option<Range>,
    pub(super) value: Option<Range>,
}

/// What a text begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scan {
    Tag(Tag),
    Close {
        length: usize,
        name: Range,
    },
    /// Markup of any length that means nothing here: how it begins and ends.
    Pass {
        begin: &'static [u8],
        end: &'static [u8],
    },
    Doctype,
    Wrong(&'static str),
    /// It goes on beyond the text.
    More,
}

/// Looks at a text that begins with `<`.
pub(super) fn scan(text: &[u8]) -> Scan {
    match text {
        [_, b'/', ..] => close(text),
        [_, b'?', ..] => Scan::Pass {
            begin: b"<?",
            end: b"?>",
        },
        [_, b'!', b'-', b'-', ..] => Scan::Pass {
            begin: b"<!--",
            end: b"-->",
        },
        [_, b'!', rest @ ..] if rest.len() < 7 => Scan::More,
        [_, b'!', rest @ ..] if rest.starts_with(b"[CDATA[") => Scan::Pass {
            begin: b"<![CDATA[",
            end: b"]]>",
        },
        [_, b'!', rest @ ..] if rest.starts_with(b"DOCTYPE") || rest.starts_with(b"ENTITY") => Scan::Doctype,
        [_, b'!', ..] => Scan::Wrong("unknown markup after <!"),
        [_, b's' | b'd' | b'e', ..] => usual(text).unwrap_or_else(|| open(text)),
        [_, _, ..] => open(text),
        _ => Scan::More,
    }
}

fn close(text: &[u8]) -> Scan {
    let Some(end) = memchr::memchr2(b'>', b'<', text.get(1..).unwrap_or_default()) else {
        return Scan::More;
    };
    if text.get(end + 1) == Some(&b'<') {
        return Scan::Wrong("a tag is not closed");
    }
    let name = text.get(2..=end).unwrap_or_default().trim_ascii_end();
    Scan::Close {
        length: end + 2,
        name: (2 + prefix(name), 2 + name.len()),
    }
}

/// The length of the prefix of a namespace with its colon.
fn prefix(name: &[u8]) -> usize {
    name.iter()
        .rposition(|letter| *letter == b':')
        .map_or(0, |colon| colon + 1)
}

fn is_name(letter: u8) -> bool {
    !matches!(letter, b'>' | b'/' | b'=' | b'<' | b'"' | b'\'' | b'&') && !letter.is_ascii_whitespace()
}

fn name_length(text: &[u8]) -> usize {
    text.iter().take_while(|letter| is_name(**letter)).count()
}

/// What is left of a text after so many bytes.
fn after(text: &[u8], many: usize) -> &[u8] {
    text.get(many..).unwrap_or_default()
}

/// The forms that nearly all tags of logs have, on a short way; `None` for any other. It finds what `open` finds.
fn usual(text: &[u8]) -> Option<Scan> {
    const STRING: &[u8] = b"<string key=\"";
    const DATE: &[u8] = b"<date key=\"";
    const VALUE: &[u8] = b"\" value=\"";
    if text.starts_with(b"<event>") {
        return Some(Scan::Tag(Tag {
            length: 7,
            name: (1, 6),
            ..Tag::default()
        }));
    }
    let (head, name) = match text.strip_prefix(STRING) {
        Some(_) => (STRING.len(), (1, 7)),
        None => (text.strip_prefix(DATE).map(|_| DATE.len())?, (1, 5)),
    };
    let rest = after(text, head);
    let key = rest.iter().position(|letter| matches!(letter, b'"' | b'<'))?;
    let rest = after(rest, key).strip_prefix(VALUE)?;
    let value = memchr::memchr2(b'"', b'<', rest)?;
    after(rest, value).strip_prefix(b"\"/>")?;
    let from = head + key + VALUE.len();
    Some(Scan::Tag(Tag {
        length: from + value + 3,
        is_empty: true,
        name,
        key: Some((head, head + key)),
        value: Some((from, from + value)),
    }))
}

pub(super) fn open(text: &[u8]) -> Scan {
    let length = name_length(after(text, 1));
    if length == 0 {
        return Scan::Wrong("a tag without a name");
    }
    let name = text.get(1..=length).unwrap_or_default();
    let mut tag = Tag {
        name: (1 + prefix(name), 1 + length),
        ..Tag::default()
    };
    let mut rest = after(text, 1 + length);
    loop {
        let blank_before = rest.len();
        rest = rest.trim_ascii_start();
        let has_blank = rest.len() < blank_before;
        match rest {
            [] | [b'/'] => return Scan::More,
            [b'>', ..] => {
                tag.length = text.len() - rest.len() + 1;
                return Scan::Tag(tag);
            }
            [b'/', b'>', ..] => {
                tag.length = text.len() - rest.len() + 2;
                tag.is_empty = true;
                return Scan::Tag(tag);
            }
            _ if !has_blank => return Scan::Wrong("no blank before an attribute"),
            _ => {}
        }
        rest = match attribute(text, rest, &mut tag) {
            Ok(rest) => rest,
            Err(scan) => return scan,
        };
    }
}

/// Reads `name = "value"`; gives what follows.
fn attribute<'a>(text: &[u8], rest: &'a [u8], tag: &mut Tag) -> Result<&'a [u8], Scan> {
    let length = name_length(rest);
    let (name, mut rest) = rest.split_at_checked(length).ok_or(Scan::More)?;
    if rest.first().is_some_and(u8::is_ascii_whitespace) {
        rest = rest.trim_ascii_start();
    }
    let mut rest = match rest {
        [] => return Err(Scan::More),
        [b'=', rest @ ..] if length > 0 => rest,
        _ => return Err(Scan::Wrong("an attribute without a value")),
    };
    if rest.first().is_some_and(u8::is_ascii_whitespace) {
        rest = rest.trim_ascii_start();
    }
    let (quote, rest) = match rest {
        [] => return Err(Scan::More),
        [quote @ (b'"' | b'\''), rest @ ..] => (*quote, rest),
        _ => return Err(Scan::Wrong("the value of an attribute without quotation marks")),
    };
    let end = memchr::memchr2(quote, b'<', rest).ok_or(Scan::More)?;
    if rest.get(end) == Some(&b'<') {
        return Err(Scan::Wrong("the value of an attribute is not closed"));
    }
    let from = text.len() - rest.len();
    let place = match name {
        b"key" => &mut tag.key,
        b"value" => &mut tag.value,
        _ => return Ok(after(rest, end + 1)),
    };
    if place.is_some() {
        return Err(Scan::Wrong("an attribute stands twice"));
    }
    *place = Some((from, from + end));
    Ok(after(rest, end + 1))
}
