//! Texts that have a shape: numbers of persons, telephones, addresses of mail.

/// The shape that a text must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pattern {
    /// Số định danh cá nhân: twelve digits.
    CitizenId,
    /// A telephone number of Vietnam: ten or eleven digits from 0, or after +84.
    Phone,
    /// An address of electronic mail.
    Email,
    /// A tax code: ten digits, and three more of a branch.
    TaxCode,
    /// Digits only.
    Digits,
}

impl Pattern {
    /// Every shape.
    pub const ALL: [Self; 5] = [Self::CitizenId, Self::Phone, Self::Email, Self::TaxCode, Self::Digits];

    /// The word that the file uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CitizenId => "citizen_id",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::TaxCode => "tax_code",
            Self::Digits => "digits",
        }
    }

    /// The shape for a word of the file, if it is one.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }

    /// The text as it is kept, when it has the shape: numbers lose the spaces and points that part their digits.
    pub fn read(self, text: &str) -> Option<String> {
        let bare: String = text.chars().filter(|c| !matches!(c, ' ' | '.' | '\u{a0}')).collect();
        let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        match self {
            Self::CitizenId => (bare.len() == 12 && are_digits(&bare)).then_some(bare),
            Self::Digits => are_digits(&bare).then_some(bare),
            Self::Phone => {
                let national = bare.strip_prefix("+84").map_or(bare.clone(), |rest| format!("0{rest}"));
                let is_good = national.starts_with('0') && are_digits(&national) && (10..=11).contains(&national.len());
                is_good.then_some(national)
            }
            Self::TaxCode => {
                let (main, branch) = bare
                    .split_once('-')
                    .map_or((bare.as_str(), None), |(a, b)| (a, Some(b)));
                let is_branch = branch.is_none_or(|branch| branch.len() == 3 && are_digits(branch));
                let is_good = main.len() == 10 && are_digits(main) && is_branch;
                is_good.then(|| bare.clone())
            }
            Self::Email => is_email(text).then(|| text.to_owned()),
        }
    }
}

/// One `@`, a name before it and a name with a point behind it; what mail servers take beyond that, they tell.
fn is_email(text: &str) -> bool {
    let is_name = |text: &str| {
        !text.is_empty()
            && !text.starts_with('.')
            && !text.ends_with('.')
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '+'))
    };
    text.split_once('@')
        .is_some_and(|(name, host)| is_name(name) && is_name(host) && host.contains('.') && !host.contains(".."))
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn texts_are_kept_in_one_shape_or_refused() {
        let read = |pattern: Pattern, text| pattern.read(text);
        assert_eq!(
            read(Pattern::CitizenId, "010 096 001 234").as_deref(),
            Some("010096001234")
        );
        assert_eq!(read(Pattern::Phone, "+84 912.345.678").as_deref(), Some("0912345678"));
        assert_eq!(read(Pattern::Phone, "0214 3 857 001").as_deref(), Some("02143857001"));
        assert_eq!(
            read(Pattern::Email, "a.b+c@baoha.gov.vn").as_deref(),
            Some("a.b+c@baoha.gov.vn")
        );
        assert_eq!(
            read(Pattern::TaxCode, "5300123456-001").as_deref(),
            Some("5300123456-001")
        );
        assert_eq!(read(Pattern::Digits, "12 34").as_deref(), Some("1234"));
        for (pattern, bad) in [
            (Pattern::CitizenId, "01009600123"),
            (Pattern::CitizenId, "01009600123a"),
            (Pattern::Phone, "912345678"),
            (Pattern::Phone, "+1 912345678"),
            (Pattern::Email, "a@b"),
            (Pattern::Email, "a@@b.c"),
            (Pattern::Email, "Đặng@b.c"),
            (Pattern::TaxCode, "530012345"),
            (Pattern::TaxCode, "5300123456-01"),
            (Pattern::Digits, ""),
        ] {
            assert_eq!(read(pattern, bad), None, "{bad}");
        }
    }
}
