//! The characters of a file.

use std::borrow::Cow;

use super::{XmlCause, XmlFault};

/// The text of a file without its byte order mark.
///
/// Read are UTF-8 and, where the file declares it, Latin-1: ProM declares Latin-1 and writes what its machine writes,
/// so bytes that are valid UTF-8 count as UTF-8 whatever is declared.
pub(super) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, XmlFault> {
    let fault = |cause| XmlFault::new(1, cause);
    if bytes.starts_with(&[0xFE, 0xFF]) || bytes.starts_with(&[0xFF, 0xFE]) {
        return Err(fault(XmlCause::UnknownEncoding("UTF-16".to_owned())));
    }
    let declared = declared(bytes);
    let is_latin = match declared.as_deref() {
        None | Some("utf-8" | "utf8" | "us-ascii" | "ascii") => false,
        Some("iso-8859-1" | "latin1" | "windows-1252") => true,
        Some(other) => return Err(fault(XmlCause::UnknownEncoding(other.to_uppercase()))),
    };
    let body = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
    let text = match std::str::from_utf8(body) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) if is_latin => Cow::Owned(body.iter().copied().map(char::from).collect()),
        Err(error) => {
            let good = body.get(..error.valid_up_to()).unwrap_or_default();
            return Err(XmlFault::new(
                1 + good.iter().filter(|byte| **byte == b'\n').count(),
                XmlCause::Encoding("UTF-8".to_owned()),
            ));
        }
    };
    match text.char_indices().find(|(_, letter)| !is_allowed(*letter)) {
        None => Ok(text),
        Some((at, letter)) => {
            let before = text.get(..at).unwrap_or_default();
            Err(XmlFault::new(
                1 + before.matches('\n').count(),
                XmlCause::Character(u32::from(letter)),
            ))
        }
    }
}

/// Whether a file may have this character.
pub(super) const fn is_allowed(letter: char) -> bool {
    matches!(letter, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// The encoding of the declaration `<?xml … encoding="…"?>`, in small letters.
fn declared(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(bytes.get(..bytes.len().min(200))?).into_owned();
    let declaration = head.trim_start_matches('\u{FEFF}').strip_prefix("<?xml")?;
    let declaration = declaration.split_once("?>")?.0;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?;
    let value = value.trim_start();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let value = value.get(1..)?.split_once(quote)?.0;
    Some(value.to_ascii_lowercase())
}
