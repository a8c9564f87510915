//! The name that a file had with whoever sent it: only a name, wherever it is used.

use unicode_normalization::UnicodeNormalization;

/// The longest name, in characters.
const LONGEST: usize = 120;
/// Stands for a name of which nothing is left.
const UNNAMED: &str = "tep";
/// Names that mean a device on some systems, whatever ending they have.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];

/// Signs that no name needs: those that turn the direction, take no room, or mean something to a system of files.
fn is_kept(sign: char) -> bool {
    !sign.is_control()
        && !matches!(sign, '<' | '>' | ':' | '"' | '|' | '?' | '*' | '/' | '\\')
        && !matches!(sign, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{61c}')
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim().to_lowercase();
    let stem = stem.trim_end_matches(|sign: char| sign.is_ascii_digit());
    DEVICES.contains(&stem)
}

/// The last part of a name in NFC, without signs that mean something to a system of files or that deceive a reader.
pub fn plain_name(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last.nfc().filter(|sign| is_kept(*sign)).take(LONGEST).collect();
    let name = kept.trim().trim_start_matches('.').trim();
    if name.is_empty() {
        return UNNAMED.to_owned();
    }
    if is_device(name) {
        return format!("_{name}");
    }
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::plain_name;

    #[test]
    fn names_of_files_lose_their_folders_and_signs() {
        for (sent, name) in [
            ("C:\\Users\\a\\tờ khai.docx", "tờ khai.docx"),
            ("../../etc/passwd", "passwd"),
            ("/etc/passwd", "passwd"),
            ("a\"b\r\n.pdf", "ab.pdf"),
            ("a\0.pdf", "a.pdf"),
            ("hoa\u{202e}fdp.exe", "hoafdp.exe"),
            ("a\u{200b}b.pdf", "ab.pdf"),
            ("..", "tep"),
            ("", "tep"),
            ("/", "tep"),
            (".htaccess", "htaccess"),
            ("CON", "_CON"),
            ("nul.pdf", "_nul.pdf"),
            ("COM1.docx", "_COM1.docx"),
            ("console.pdf", "console.pdf"),
            ("C:evil.pdf", "Cevil.pdf"),
            ("to\u{302}.pdf", "tô.pdf"),
        ] {
            assert_eq!(plain_name(sent), name, "{sent:?}");
            assert_eq!(plain_name(name), name);
        }
        assert_eq!(plain_name(&"đ".repeat(4_096)).chars().count(), 120);
    }
}
