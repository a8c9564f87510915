//! Finds the signs of laws, decrees, circulars and standards in a text ("số 61/2018/NĐ-CP"), however they are written.
//! Pure: composed and decomposed letters, Đ and its look-alikes, spaces, dashes and small letters do not matter.

mod names;
mod read;
mod scan;
#[cfg(test)]
mod tests;

use super::kind::ActKind;
use chrono::NaiveDate;

/// A sign that a text names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cited {
    /// The sign as offices write it: `61/2018/NĐ-CP`.
    pub(super) sign: String,
    /// The same in small letters without marks; equal signs have equal keys.
    pub(super) key: String,
    /// The year of issue, where the sign or what follows it tells.
    pub(super) year: Option<i32>,
    /// What sort of document the sign is of.
    pub(super) kind: ActKind,
    /// The name, where the text tells it ("Luật Hộ tịch"); empty otherwise.
    pub(super) name: String,
    /// The day of issue, where it follows the sign.
    pub(super) issued_on: Option<NaiveDate>,
    /// True for a sign that is only named as what another one replaces: "(thay NĐ 162/2017)".
    pub(super) is_former: bool,
}

impl Cited {
    /// Who issues documents with this sign; empty when the sign does not tell.
    pub(super) fn issuer(&self) -> String {
        names::issuer(&self.sign)
    }
}

/// The signs that a text names, in their order, each once.
pub(super) fn cited(text: &str) -> Vec<Cited> {
    let mut found: Vec<Cited> = Vec::new();
    for one in scan::scan(&scan::tidy(text)) {
        if found
            .iter()
            .all(|known| (&known.key, known.year) != (&one.key, one.year))
        {
            found.push(one);
        }
    }
    found
}

/// The key by which a sign is found, for a sign that somebody typed whole.
pub(super) fn key_of(sign: &str) -> String {
    let tidy: String = scan::tidy(sign).into_iter().filter(|letter| *letter != ' ').collect();
    crate::procedures::fold(&tidy)
}
