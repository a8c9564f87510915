//! Which documents cite which entries of the register. Pure.

use super::external::External;
use super::sign::{Cited, cited};
use crate::documents::{Content, VersionHead};
use std::collections::BTreeMap;
use std::sync::Arc;

/// An entry of a legal basis: its text, and the signs in it.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) cited: Vec<Cited>,
}

impl Line {
    pub(super) fn of(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            cited: cited(text),
        }
    }
}

/// A version with its legal basis.
#[derive(Debug, Clone)]
pub(super) struct Citing {
    pub(super) head: VersionHead,
    pub(super) content: Arc<Content>,
    pub(super) lines: Vec<Line>,
}

impl Citing {
    pub(super) fn of(head: VersionHead, content: Arc<Content>) -> Self {
        let lines = lines_of(&content);
        Self { head, content, lines }
    }

    /// The entries of its legal basis that cite an entry of the register.
    pub(super) fn naming<'a>(&'a self, register: &'a Register<'_>, id: &'a str) -> impl Iterator<Item = &'a Line> {
        self.lines.iter().filter(move |line| register.names(line, id))
    }
}

/// The legal basis of a text, read.
pub(super) fn lines_of(content: &Content) -> Vec<Line> {
    content.source.legal_basis.iter().map(|text| Line::of(text)).collect()
}

/// The register, to be asked by sign.
pub(super) struct Register<'a> {
    by_key: BTreeMap<&'a str, Vec<&'a External>>,
}

impl<'a> Register<'a> {
    pub(super) fn new(all: &'a [External]) -> Self {
        let mut by_key: BTreeMap<&str, Vec<&External>> = BTreeMap::new();
        for one in all {
            by_key.entry(one.sign_key.as_str()).or_default().push(one);
        }
        Self { by_key }
    }

    /// The entry that a sign means. Decisions begin anew each year, so a sign without its year means an entry only
    /// when there is just one; a year that the entry does not tell does not keep them apart.
    pub(super) fn find(&self, sign: &Cited) -> Option<&'a External> {
        let known = self.by_key.get(sign.key.as_str())?;
        let Some(year) = sign.year else {
            return <[_; 1]>::try_from(known.as_slice())
                .ok()
                .map(|[one]: [&External; 1]| one);
        };
        let of = |year: i64| known.iter().copied().find(|one| one.year == year);
        of(i64::from(year)).or_else(|| of(0))
    }

    /// Whether a line cites the entry, and does not only name it as what was replaced.
    pub(super) fn names(&self, line: &Line, id: &str) -> bool {
        let own = line.cited.iter().filter(|sign| !sign.is_former);
        own.filter_map(|sign| self.find(sign)).any(|one| one.id == id)
    }

    /// Whether a text cites the entry.
    pub(super) fn cites(&self, lines: &[Line], id: &str) -> bool {
        lines.iter().any(|line| self.names(line, id))
    }
}

#[cfg(test)]
mod tests {
    use super::{Line, Register};
    use crate::law::external::External;
    use crate::law::kind::ActKind;
    use crate::law::sign::key_of;

    fn entry(id: &str, sign: &str, year: i64) -> External {
        External {
            id: id.to_owned(),
            number: 1,
            sign: sign.to_owned(),
            sign_key: key_of(sign),
            year,
            kind: ActKind::Decision,
            title: String::new(),
            issuer: String::new(),
            issued_on: None,
            effective_from: None,
            effective_to: None,
            link: String::new(),
            source: String::new(),
            unconfirmed: true,
            row_version: 1,
        }
    }

    #[test]
    fn a_decision_is_found_by_its_year_and_without_one_only_when_it_is_the_only_one() {
        let all = [
            entry("old", "296/QĐ-VPCP", 2020),
            entry("new", "296/QĐ-VPCP", 2024),
            entry("only", "361/QĐ-BTP", 0),
        ];
        let register = Register::new(&all);
        let finds = |text: &str| {
            Line::of(text)
                .cited
                .first()
                .and_then(|one| register.find(one))
                .map(|one| one.id.as_str())
        };
        assert_eq!(finds("Quyết định 296/QĐ-VPCP (2024)"), Some("new"));
        assert_eq!(finds("Quyết định 296/QĐ-VPCP"), None);
        assert_eq!(finds("Quyết định 296/QĐ-VPCP (2023)"), None);
        assert_eq!(finds("Quyết định 361/QĐ-BTP"), Some("only"));
        assert_eq!(finds("Quyết định 361/QĐ-BTP ngày 20/02/2025"), Some("only"));
    }

    #[test]
    fn naming_what_was_replaced_is_no_citation() {
        let all = [
            entry("former", "162/2017/NĐ-CP", 2017),
            entry("new", "95/2023/NĐ-CP", 2023),
        ];
        let register = Register::new(&all);
        let line = Line::of("Nghị định 95/2023/NĐ-CP (thay NĐ 162/2017)");
        assert!(register.names(&line, "new"));
        assert!(!register.names(&line, "former"));
    }
}
