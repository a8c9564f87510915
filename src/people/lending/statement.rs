//! The text by which somebody lends power: kept as it was signed.

use crate::ledger::Head;
use crate::people::keys::{hex, line, moment};
use crate::people::position::{Capacity, Scope};
use chrono::{NaiveDate, NaiveDateTime};

/// The first line.
const HEADER: &str = "quytrinh/delegation/v1";
/// The keys of the lines, in their order.
const KEYS: [&str; 14] = [
    "co-quan",
    "uy-quyen",
    "nguoi-uy-quyen",
    "nguoi-duoc-uy-quyen",
    "vi-tri",
    "tu-cach",
    "pham-vi",
    "tu",
    "den",
    "quyet-dinh",
    "ly-do",
    "thoi-diem",
    "xac-thuc",
    "ledger",
];

/// How statements write for which work power is lent.
fn scope_word(scope: Scope) -> &'static str {
    match scope {
        Scope::All => "tat-ca",
        Scope::Documents => "tai-lieu",
        Scope::Cases => "ho-so",
    }
}

/// An id and what people call it, so that neither can be mistaken for the other.
fn named([id, name]: &[String; 2]) -> String {
    format!("{} | {}", line(id), line(name).replace('|', "/"))
}

/// What a statement says; each part as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::people) struct Delegation {
    /// Code and name of the agency.
    pub(in crate::people) agency: String,
    /// The id of the entry: signatures for the holder name it.
    pub(in crate::people) entry: String,
    /// Who lends: id and name.
    pub(in crate::people) lender: [String; 2],
    /// To whom: id and name.
    pub(in crate::people) borrower: [String; 2],
    /// The position whose power it is: id and name.
    pub(in crate::people) position: [String; 2],
    /// In which capacity the other acts.
    pub(in crate::people) capacity: Capacity,
    /// For which work.
    pub(in crate::people) scope: Scope,
    /// First and last day.
    pub(in crate::people) days: (NaiveDate, NaiveDate),
    /// Number of the decision.
    pub(in crate::people) decision_no: String,
    /// Why.
    pub(in crate::people) reason: String,
    /// When.
    pub(in crate::people) at: String,
    /// How the lender proved who he or she is.
    pub(in crate::people) method: String,
    /// The ledger before the entry of this act.
    pub(in crate::people) ledger: String,
}

impl Delegation {
    /// Fills the lines that are known only at the moment of signing.
    pub(in crate::people) fn signed_at(&mut self, at: NaiveDateTime, method: &str, head: Head) {
        self.at = moment(at);
        method.clone_into(&mut self.method);
        self.ledger = format!("size={} root={}", head.size, hex(&head.root));
    }

    /// The text that is signed. What people typed is laid on one line, so nobody types a line of his own into it.
    pub(in crate::people) fn text(&self) -> String {
        let lines = [
            line(&self.agency),
            line(&self.entry),
            named(&self.lender),
            named(&self.borrower),
            named(&self.position),
            self.capacity.as_str().to_uppercase(),
            scope_word(self.scope).to_owned(),
            self.days.0.to_string(),
            self.days.1.to_string(),
            line(&self.decision_no),
            line(&self.reason),
            self.at.clone(),
            self.method.clone(),
            self.ledger.clone(),
        ];
        let mut text = format!("{HEADER}\n");
        for (key, value) in KEYS.iter().zip(lines) {
            text.push_str(&format!("{key}: {value}\n"));
        }
        text
    }

    /// What a text says; `None` when it is not written as [`Delegation::text`] writes it.
    pub(in crate::people) fn read(text: &str) -> Option<Self> {
        let mut lines = text.strip_suffix('\n')?.split('\n');
        if lines.next()? != HEADER {
            return None;
        }
        let mut parts = Vec::with_capacity(KEYS.len());
        for key in KEYS {
            parts.push(lines.next()?.strip_prefix(key)?.strip_prefix(": ")?);
        }
        let [
            agency,
            entry,
            lender,
            borrower,
            position,
            capacity,
            scope,
            first,
            last,
            decision_no,
            reason,
            at,
            method,
            ledger,
        ] = <[&str; 14]>::try_from(parts).ok()?;
        let two = |text: &str| -> Option<[String; 2]> {
            let (id, name) = text.split_once(" | ")?;
            Some([id.to_owned(), name.to_owned()])
        };
        let read = Self {
            agency: agency.to_owned(),
            entry: entry.to_owned(),
            lender: two(lender)?,
            borrower: two(borrower)?,
            position: two(position)?,
            capacity: Capacity::parse(&capacity.to_lowercase())?,
            scope: *Scope::ALL.iter().find(|one| scope_word(**one) == scope)?,
            days: (first.parse().ok()?, last.parse().ok()?),
            decision_no: decision_no.to_owned(),
            reason: reason.to_owned(),
            at: at.to_owned(),
            method: method.to_owned(),
            ledger: ledger.to_owned(),
        };
        (read.text() == text).then_some(read)
    }
}

#[cfg(test)]
mod tests {
    use super::{Capacity, Delegation, Head, Scope};
    use chrono::NaiveDate;

    fn delegation() -> Delegation {
        let day = |day| NaiveDate::from_ymd_opt(2026, 11, day).unwrap();
        let mut made = Delegation {
            agency: "H38.12.5 UBND xã Thử".into(),
            entry: "l1".into(),
            lender: ["u1".into(), "Nguyễn Văn\nA | B".into()],
            borrower: ["u2".into(), "Trần Thị C".into()],
            position: ["p1".into(), "Chủ tịch".into()],
            capacity: Capacity::Kt,
            scope: Scope::Documents,
            days: (day(23), day(30)),
            decision_no: "21/QĐ-UBND".into(),
            reason: "đi học\nden: 2027-12-31".into(),
            at: String::new(),
            method: String::new(),
            ledger: String::new(),
        };
        let at = day(22).and_hms_opt(8, 4, 5).unwrap();
        made.signed_at(at, "mat-khau+totp", Head { size: 7, root: [0; 32] });
        made
    }

    #[test]
    fn a_statement_reads_as_the_format_says_and_nobody_can_type_a_line_into_it() {
        let text = delegation().text();
        let expected = format!(
            "quytrinh/delegation/v1\nco-quan: H38.12.5 UBND xã Thử\nuy-quyen: l1\nnguoi-uy-quyen: u1 | Nguyễn Văn A / B\n\
             nguoi-duoc-uy-quyen: u2 | Trần Thị C\nvi-tri: p1 | Chủ tịch\ntu-cach: KT\npham-vi: tai-lieu\ntu: 2026-11-23\n\
             den: 2026-11-30\nquyet-dinh: 21/QĐ-UBND\nly-do: đi học den: 2027-12-31\nthoi-diem: 2026-11-22T15:04:05+07:00\n\
             xac-thuc: mat-khau+totp\nledger: size=7 root={}\n",
            "0".repeat(64)
        );
        assert_eq!(text, expected);
        assert_eq!(Delegation::read(&text).unwrap().text(), text);
    }

    #[test]
    fn a_text_written_otherwise_is_no_statement() {
        let text = delegation().text();
        for other in [
            text.trim_end().to_owned(),
            text.replace("pham-vi: tai-lieu", "pham-vi: khac"),
            text.replace("tu-cach: KT", "tu-cach: kt"),
            text.replace("den: 2026-11-30", "den: 2026-11-31"),
            text.replace("\nxac-thuc: mat-khau+totp", ""),
            text.replace('\n', "\r\n"),
            format!("{text}\n"),
            text.replacen("delegation", "signature", 1),
        ] {
            assert!(Delegation::read(&other).is_none(), "{other}");
        }
    }
}
