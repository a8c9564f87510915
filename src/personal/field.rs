//! What is kept of a citizen, what it is opened for, and how it looks while it is not. Pure.

use super::store::Erased;
use chrono::NaiveDateTime;
use serde::Serialize;
use std::collections::BTreeMap;

crate::kernel::text_enum! {
    /// What is kept of an applicant.
    Field {
        /// Name of the person or organisation.
        FullName = "full_name",
        /// Where they live.
        Address = "address",
        /// How to reach them.
        Phone = "phone",
        /// Personal identification number (CCCD), or the older number of nine digits.
        IdNumber = "id_number",
    }
}

crate::kernel::text_enum! {
    /// What data are opened for.
    Purpose {
        /// A list of cases that names the applicants.
        List = "list",
        /// The page of a case: name and address.
        Page = "page",
        /// Somebody pressed «show».
        Shown = "shown",
        /// The receipt was printed.
        Receipt = "receipt",
        /// A form was filled, read or printed.
        Form = "form",
        /// A table was taken away.
        Export = "export",
        /// A request of the person whom the data are about.
        Request = "request",
    }
}

crate::kernel::text_enum! {
    /// Why somebody who does not handle the case opens its data.
    Reason {
        /// The case is in the sample of an audit.
        Audit = "audit",
        /// A complaint or denunciation is looked into.
        Complaint = "complaint",
        /// The person asked by a registered request.
        Request = "request",
        /// A breach or another incident is looked into.
        Incident = "incident",
    }
}

/// What was opened of one case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Opened {
    /// The values by their fields; one that was never given is empty.
    pub values: BTreeMap<Field, String>,
    /// By what request the data were erased.
    pub erased: Option<Erased>,
    /// True when the data are there but their key is not: an older copy of the database, opened after an erasure.
    pub is_keyless: bool,
    /// When two people gave up the key of some of the data as lost.
    pub lost_at: Option<NaiveDateTime>,
}

impl Opened {
    /// One value; empty when it was not opened.
    pub fn text(&self, field: Field) -> &str {
        self.values.get(&field).map_or("", String::as_str)
    }
}

/// A number of which only the last four signs are shown: «•••• 4321». A short one shows nothing of itself.
pub fn masked(value: &str) -> String {
    let signs: Vec<char> = value.chars().filter(|sign| sign.is_alphanumeric()).collect();
    let Some(hidden) = signs.len().checked_sub(4).filter(|hidden| *hidden >= 4) else {
        return if signs.is_empty() {
            String::new()
        } else {
            "••••".to_owned()
        };
    };
    let last: String = signs.into_iter().skip(hidden).collect();
    format!("•••• {last}")
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn a_mask_shows_four_signs_of_eight_or_more_and_none_of_less() {
        assert_eq!(masked("0900 054321"), "•••• 4321");
        assert_eq!(masked("010 203 004 321"), "•••• 4321");
        assert_eq!(masked("1234567"), "••••");
        assert_eq!(masked(" "), "");
    }
}
