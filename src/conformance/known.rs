//! What is known about cases besides the order of their steps. A log from elsewhere may say nothing of people, times
//! or papers: what is not known gives no findings. Pure.

use crate::assignments::Roster;
use crate::procedures::fold;
use crate::workflow::RoleCode;
use std::collections::BTreeMap;

/// What is known about the people who did the steps. A person with an empty id is never known.
#[derive(Debug, Clone, Copy)]
pub enum Who<'a> {
    /// They are people of this office: who was assigned to what is in its book.
    Assigned(&'a Roster),
    /// Each step is recorded with the role in which it was done; equal ids are one person.
    Recorded(&'a RoleTexts),
    /// Only that equal ids are one person.
    Named,
    /// Nothing.
    Unknown,
}

/// How the due time of a case is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Promise {
    /// It is recorded with the case.
    Recorded,
    /// It follows from the text: the time of the duration case, counted from receipt, moved by the pauses.
    ByText,
}

/// What is known about cases.
#[derive(Debug, Clone, Copy)]
pub struct Perspectives<'a> {
    /// The people.
    pub who: Who<'a>,
    /// When steps were done, and how due times are known; `None` when moments are not known.
    pub times: Option<Promise>,
    /// Whether the papers that were handed in are known.
    pub papers: bool,
    /// Whether the results of steps are known.
    pub results: bool,
    /// Whether the version by which each step was done is known.
    pub versions: bool,
    /// Whether it is known how a case ended; else any end will do for a case that ended.
    pub ending: bool,
}

impl<'a> Perspectives<'a> {
    /// Everything is known: the cases of this office.
    pub fn of_office(roster: &'a Roster) -> Self {
        Self {
            who: Who::Assigned(roster),
            times: Some(Promise::Recorded),
            papers: true,
            results: true,
            versions: true,
            ending: true,
        }
    }

    /// Nothing but the order of the steps.
    pub fn order_only() -> Self {
        Self {
            who: Who::Unknown,
            times: None,
            papers: false,
            results: false,
            versions: false,
            ending: false,
        }
    }
}

/// What a log from elsewhere calls the roles.
#[derive(Debug, Clone, Default)]
pub struct RoleTexts {
    by_text: BTreeMap<String, Vec<RoleCode>>,
}

impl RoleTexts {
    /// Takes pairs of a text and the role that it means. Codes of roles mean themselves and need no entry; case and
    /// Vietnamese marks make no difference.
    pub fn new(texts: impl IntoIterator<Item = (String, RoleCode)>) -> Self {
        let mut by_text: BTreeMap<String, Vec<RoleCode>> = BTreeMap::new();
        for (text, role) in texts {
            let folded = fold(text.trim());
            for text in [text, folded] {
                let roles = by_text.entry(text).or_default();
                if !roles.contains(&role) {
                    roles.push(role.clone());
                }
            }
        }
        Self { by_text }
    }

    /// Whether a text means one of the roles.
    pub(super) fn is_one_of(&self, text: &str, roles: &[RoleCode]) -> bool {
        let is_code = |text: &str| roles.iter().any(|role| role.as_str() == text);
        let means = |text: &str| {
            let meant = self.by_text.get(text);
            meant.is_some_and(|meant| meant.iter().any(|role| roles.contains(role)))
        };
        if is_code(text) || means(text) {
            return true;
        }
        let folded = fold(text.trim());
        means(&folded) || roles.iter().any(|role| fold(role.as_str()) == folded)
    }
}

#[cfg(test)]
mod tests {
    use super::RoleTexts;
    use crate::workflow::RoleCode;

    #[test]
    fn a_role_is_known_by_its_code_and_by_its_texts_however_they_are_written() {
        let texts = RoleTexts::new([("Văn thư".to_owned(), RoleCode::new("vanthu"))]);
        let roles = [RoleCode::new("vanthu"), RoleCode::new("motcua")];
        for text in ["vanthu", "Văn thư", "VĂN THƯ ", "van thu", "MotCua"] {
            assert!(texts.is_one_of(text, &roles), "{text}");
        }
        assert!(!texts.is_one_of("Chủ tịch", &roles));
        assert!(!texts.is_one_of("Văn thư", &[RoleCode::new("motcua")]));
    }
}
