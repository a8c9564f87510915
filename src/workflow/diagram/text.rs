//! Text in a picture: estimated widths, wrapping and escaping.

/// Width of a text in hundredths of a pixel at a font size in pixels. An estimate on the wide side, because the font is
/// the reader's own: a line that is measured too wide only leaves space.
fn width_hundredths(text: &str, size: i32) -> i32 {
    text.chars().map(|c| em_hundredths(c) * size).sum()
}

/// Width of a text in pixels at a font size in pixels.
pub fn width(text: &str, size: i32) -> i32 {
    width_hundredths(text, size).div_euclid(100) + 1
}

fn em_hundredths(c: char) -> i32 {
    match c {
        '\u{300}'..='\u{36f}' => 0,
        ' ' | 'i' | 'j' | 'l' | 'I' | 'í' | 'ì' | 'ỉ' | 'ĩ' | 'ị' => 33,
        '.' | ',' | ';' | ':' | '\'' | '|' | '!' | '(' | ')' | '[' | ']' | '/' | '-' | 't' | 'f' | 'r' => 41,
        'm' | 'w' | 'M' | 'W' | '%' | '—' | '…' => 98,
        _ if c.is_uppercase() => 76,
        _ => 61,
    }
}

/// Breaks a text into lines no wider than `limit` pixels at a font size in pixels, between words where that is possible.
/// Widths are estimated, on the wide side.
pub fn wrap(text: &str, size: i32, limit: i32) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let joined = if line.is_empty() {
            word.to_owned()
        } else {
            format!("{line} {word}")
        };
        if width(&joined, size) <= limit {
            line = joined;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        // A word wider than a line is broken wherever the line is full.
        for c in word.chars() {
            line.push(c);
            if width(&line, size) > limit && line.chars().count() > 1 {
                line.pop();
                lines.push(std::mem::replace(&mut line, c.to_string()));
            }
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// The text for use in XML content and attributes. Characters that XML does not allow are left out.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\u{fffe}' | '\u{ffff}' => {}
            _ if c.is_control() && !matches!(c, '\n' | '\t') => {}
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_to_the_limit_and_lose_no_word() {
        let text = "Thẩm định hồ sơ, xác minh thông tin và dự thảo văn bản giải quyết thủ tục hành chính";
        let lines = wrap(text, 12, 120);
        assert!(
            lines.len() > 3 && lines.iter().all(|line| width(line, 12) <= 120),
            "{lines:?}"
        );
        assert_eq!(lines.join(" "), text);
        let long = wrap("Không-có-khoảng-trắng-nào-trong-tên-này-cả", 12, 80);
        assert!(
            long.len() > 2 && long.iter().all(|line| width(line, 12) <= 80),
            "{long:?}"
        );
        assert!(wrap("  ", 12, 80).is_empty());
        assert_eq!(wrap("ab", 12, 1), ["a", "b"]);
    }

    #[test]
    fn markup_is_escaped() {
        assert_eq!(escape("<a b=\"c\">'&\u{7}"), "&lt;a b=&quot;c&quot;&gt;&#39;&amp;");
    }
}
