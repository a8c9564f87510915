//! The five entities of XML and characters by number.

use std::borrow::Cow;

/// A value with its entities replaced and its white space as XML wants it; `None` when an entity is not known.
pub(super) fn decode(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains(['&', '\n', '\t', '\r']) {
        return Some(Cow::Borrowed(text));
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        blanked(before, &mut out);
        let (name, after) = after.split_once(';')?;
        out.push(character(name)?);
        rest = after;
    }
    blanked(rest, &mut out);
    Some(Cow::Owned(out))
}

/// A line break or tab inside a value stands for a blank.
fn blanked(text: &str, out: &mut String) {
    let text = text.replace("\r\n", " ");
    out.extend(text.chars().map(|letter| match letter {
        '\n' | '\t' | '\r' => ' ',
        other => other,
    }));
}

fn character(name: &str) -> Option<char> {
    match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix('x') {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|letter| *letter != '\0')
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_what_xml_knows_once() {
        assert_eq!(
            decode("a &lt;b&gt; &amp;lt; &quot;&apos; &#7875;&#x1ec3;").unwrap(),
            "a <b> &lt; \"' ểể"
        );
        assert_eq!(decode("a\r\nb\tc").unwrap(), "a b c");
    }

    #[test]
    fn refuses_what_xml_does_not_know() {
        for text in ["&nbsp;", "&", "&amp", "&#xD800;", "&#0;", "&#99999999999;", "&;"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
