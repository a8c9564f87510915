//! Text as people compare it: without case, marks, blanks and punctuation.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Lower case without Vietnamese marks; whatever is neither letter nor digit becomes one blank.
pub(super) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let letters = text
        .nfd()
        .flat_map(char::to_lowercase)
        .filter(|letter| !is_combining_mark(*letter));
    for letter in letters {
        match letter {
            'đ' => out.push('d'),
            letter if letter.is_alphanumeric() => out.push(letter),
            _ if out.is_empty() || out.ends_with(' ') => {}
            _ => out.push(' '),
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// What a cell says about whether a case was finished.
pub(super) fn yes_or_no(text: &str) -> Option<bool> {
    match fold(text).as_str() {
        "1" | "true" | "yes" | "y" | "x" | "co" | "roi" | "xong" | "da xong" | "dung" | "complete" | "completed"
        | "closed" | "finished" | "done" | "hoan thanh" | "da hoan thanh" | "ket thuc" | "da ket thuc"
        | "da giai quyet" | "da tra ket qua" => Some(true),
        "0" | "false" | "no" | "n" | "khong" | "chua" | "chua xong" | "sai" | "open" | "incomplete" | "running"
        | "active" | "in progress" | "chua hoan thanh" | "chua ket thuc" | "dang giai quyet" | "dang xu ly"
        | "dang thuc hien" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_what_people_hold_for_equal() {
        for text in [
            "Mã hồ sơ",
            "ma_ho_so",
            " MÃ  HỒ-SƠ: ",
            "Ma\u{303} ho\u{302}\u{300} so\u{31b}",
        ] {
            assert_eq!(fold(text), "ma ho so", "{text}");
        }
        assert_eq!(fold("Đơn / Giấy"), "don giay");
    }

    #[test]
    fn knows_yes_and_no_in_two_languages() {
        assert_eq!(yes_or_no("Đã kết thúc"), Some(true));
        assert_eq!(yes_or_no("FALSE"), Some(false));
        assert_eq!(yes_or_no("maybe"), None);
    }
}
