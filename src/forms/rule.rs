//! Rules of an input, each a word and what it says: `required`, `min 0`, `required_when ly_do = Khác`.

use super::amount::Amount;
use super::pattern::Pattern;

/// The words with which a rule begins.
pub const WORDS: [&str; 14] = [
    "required_when",
    "required",
    "personal",
    "not_in_future",
    "not_in_past",
    "not_before",
    "min",
    "max",
    "whole",
    "shortest",
    "longest",
    "pattern",
    "unit",
    "from",
];

/// A rule of one input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// It must be filled.
    Required,
    /// It must be filled when another input has this value.
    RequiredWhen(String, String),
    /// What is filled in is personal data: shown only to whoever may read such data.
    Personal,
    /// The day is today or earlier.
    NotInFuture,
    /// The day is today or later.
    NotInPast,
    /// The day is not before the day in another input.
    NotBefore(String),
    /// The smallest number.
    Min(Amount),
    /// The largest number.
    Max(Amount),
    /// No decimals.
    Whole,
    /// The least characters.
    Shortest(usize),
    /// The most characters.
    Longest(usize),
    /// The text has this shape.
    Pattern(Pattern),
    /// The number counts these.
    Unit(String),
    /// It is filled in beforehand with what is known.
    From(Origin),
}

/// Where a value that is known beforehand comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The code of the case.
    CaseCode,
    /// The title of the procedure of the case.
    Procedure,
    /// Who asked.
    ApplicantName,
    /// Where they live.
    ApplicantAddress,
    /// How to reach them.
    ApplicantPhone,
    /// The day on which the case was received.
    ReceivedOn,
    /// The day that was promised.
    PromisedOn,
    /// Today.
    Today,
    /// Who fills the form.
    Writer,
    /// The name of the office.
    Agency,
}

impl Origin {
    /// Every origin.
    pub const ALL: [Self; 10] = [
        Self::CaseCode,
        Self::Procedure,
        Self::ApplicantName,
        Self::ApplicantAddress,
        Self::ApplicantPhone,
        Self::ReceivedOn,
        Self::PromisedOn,
        Self::Today,
        Self::Writer,
        Self::Agency,
    ];

    /// The word that the file uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CaseCode => "case_code",
            Self::Procedure => "procedure",
            Self::ApplicantName => "applicant_name",
            Self::ApplicantAddress => "applicant_address",
            Self::ApplicantPhone => "applicant_phone",
            Self::ReceivedOn => "received_on",
            Self::PromisedOn => "promised_on",
            Self::Today => "today",
            Self::Writer => "writer",
            Self::Agency => "agency",
        }
    }

    /// The origin for a word of the file, if it is one.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }
}

/// Why a text is no rule: what would be one.
pub(super) type NoRule = String;

impl Rule {
    /// Reads a rule.
    ///
    /// # Errors
    /// What would be a rule in its place.
    pub(super) fn read(text: &str) -> Result<Self, NoRule> {
        let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
        let rest = rest.trim();
        let bare = |rule: Self| {
            if rest.is_empty() {
                Ok(rule)
            } else {
                Err(word.to_owned())
            }
        };
        let amount = |make: fn(Amount) -> Self| Amount::kept(rest).map(make).ok_or_else(|| format!("{word} 12.5"));
        let count = |make: fn(usize) -> Self| {
            let count = rest.parse::<usize>().ok().filter(|count| *count > 0);
            count.map(make).ok_or_else(|| format!("{word} 200"))
        };
        match word {
            "required" => bare(Self::Required),
            "personal" => bare(Self::Personal),
            "not_in_future" => bare(Self::NotInFuture),
            "not_in_past" => bare(Self::NotInPast),
            "whole" => bare(Self::Whole),
            "required_when" => {
                let (input, value) = rest.split_once('=').unwrap_or_default();
                let (input, value) = (input.trim(), value.trim());
                let is_good = !input.is_empty() && !value.is_empty();
                is_good
                    .then(|| Self::RequiredWhen(input.to_owned(), value.to_owned()))
                    .ok_or_else(|| format!("{word} code = value"))
            }
            "not_before" if !rest.is_empty() => Ok(Self::NotBefore(rest.to_owned())),
            "not_before" => Err(format!("{word} code")),
            "unit" if !rest.is_empty() => Ok(Self::Unit(rest.to_owned())),
            "unit" => Err(format!("{word} đồng")),
            "min" => amount(Self::Min),
            "max" => amount(Self::Max),
            "shortest" => count(Self::Shortest),
            "longest" => count(Self::Longest),
            "pattern" => {
                let all = Pattern::ALL.map(Pattern::as_str).join(", ");
                Pattern::from_text(rest)
                    .map(Self::Pattern)
                    .ok_or_else(|| format!("{word} {all}"))
            }
            "from" => {
                let all = Origin::ALL.map(Origin::as_str).join(", ");
                Origin::from_text(rest)
                    .map(Self::From)
                    .ok_or_else(|| format!("{word} {all}"))
            }
            _ => Err(WORDS.join(", ")),
        }
    }
}
