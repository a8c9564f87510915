//! A law, decree, circular, decision or standard of others, as the register keeps it.

use super::kind::{ActKind, ChangeKind, Validity};
use chrono::{NaiveDate, NaiveDateTime};
use serde::Serialize;

/// An entry of the register of external documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct External {
    #[serde(skip)]
    pub(super) id: String,
    /// Its number in the register, by which pages name it.
    pub number: i64,
    /// The sign, as offices write it.
    pub sign: String,
    pub(super) sign_key: String,
    /// The year of issue; 0 while nobody knows it.
    pub year: i64,
    /// What sort it is.
    pub kind: ActKind,
    /// Its title; empty while nobody wrote it down.
    pub title: String,
    /// Who issued it.
    pub issuer: String,
    /// The day of issue.
    pub issued_on: Option<NaiveDate>,
    /// First day in force.
    pub effective_from: Option<NaiveDate>,
    /// First day no longer in force.
    pub effective_to: Option<NaiveDate>,
    /// Where it can be read; empty or an address of the web.
    pub link: String,
    /// Where what is written here comes from.
    pub source: String,
    /// Whether somebody must still hold it against an official source.
    pub unconfirmed: bool,
    /// Counts the changes, so that a stale form is found out.
    pub row_version: i64,
}

impl External {
    /// Whether it is in force on a day.
    pub fn validity(&self, day: NaiveDate) -> Validity {
        match (self.effective_from, self.effective_to) {
            (_, Some(to)) if to <= day => Validity::Ended,
            (Some(from), _) if from > day => Validity::Pending,
            (Some(_), _) => Validity::InForce,
            (None, _) => Validity::Unknown,
        }
    }
}

/// A change of law, as it was registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LawChange {
    #[serde(skip)]
    pub(super) id: String,
    /// Its running number.
    pub number: i64,
    #[serde(skip)]
    pub(super) old_id: String,
    /// What happened.
    pub kind: ChangeKind,
    #[serde(skip)]
    pub(super) new_id: Option<String>,
    /// The day from which it holds.
    pub effective_on: NaiveDate,
    /// The last day for our documents to follow: three months later.
    pub due_on: NaiveDate,
    /// What is worth knowing about it.
    pub note: String,
    /// Who registered it.
    pub registered_by_name: String,
    /// When, UTC.
    pub registered_at: NaiveDateTime,
    /// Who cancelled it, when it was registered in error.
    pub cancelled_by_name: Option<String>,
    /// When, UTC.
    pub cancelled_at: Option<NaiveDateTime>,
    /// Why.
    pub cancel_reason: Option<String>,
}

impl LawChange {
    /// Whether the old document no longer holds afterwards.
    pub(super) fn ends_old(&self) -> bool {
        ends(self.kind)
    }

    /// Whether a text follows the change, given which entries it cites: it no longer cites the old document, or, when
    /// that was only amended, it cites the one that amends it too.
    pub(super) fn is_followed_by(&self, cites: impl Fn(&str) -> bool) -> bool {
        let names_new = || self.new_id.as_deref().is_some_and(&cites);
        !cites(&self.old_id) || (!self.ends_old() && names_new())
    }
}

/// Whether a change of this kind ends the old document.
pub(super) fn ends(kind: ChangeKind) -> bool {
    match kind {
        ChangeKind::Amended => false,
        ChangeKind::Replaced | ChangeKind::Expired => true,
    }
}

#[cfg(test)]
mod tests {
    use super::{ActKind, External, Validity};
    use chrono::NaiveDate;

    #[test]
    fn validity_follows_from_the_days() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 7, day).unwrap();
        let with = |from: Option<u32>, to: Option<u32>| External {
            id: String::new(),
            number: 1,
            sign: String::new(),
            sign_key: String::new(),
            year: 0,
            kind: ActKind::Decree,
            title: String::new(),
            issuer: String::new(),
            issued_on: None,
            effective_from: from.map(day),
            effective_to: to.map(day),
            link: String::new(),
            source: String::new(),
            unconfirmed: false,
            row_version: 1,
        };
        for (from, to, validity) in [
            (None, None, Validity::Unknown),
            (Some(10), None, Validity::InForce),
            (Some(11), None, Validity::Pending),
            (Some(1), Some(11), Validity::InForce),
            (Some(1), Some(10), Validity::Ended),
            (None, Some(10), Validity::Ended),
            (None, Some(11), Validity::Unknown),
        ] {
            assert_eq!(with(from, to).validity(day(10)), validity, "{from:?} {to:?}");
        }
    }
}
