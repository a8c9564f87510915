//! The text that is signed: shown to the signer word for word, and kept as it is.

use super::Act;
use crate::kernel::local;
use crate::people::hex;
use chrono::NaiveDateTime;

/// The first line.
const HEADER: &str = "quytrinh/signature/v1";
/// The line that names the site and the public keys of the passkeys one of which signed the statement.
pub(super) const PASSKEY_LINE: &str = "passkey";
/// How a person proved who he or she is whose passkey signed the statement.
pub(super) const BY_PASSKEY: &str = "mat-khau+passkey";
/// The keys of the lines that every statement has, in their order.
const KEYS: [&str; 9] = [
    "co-quan",
    "tai-lieu",
    "noi-dung",
    "y-nghia",
    "nguoi-ky",
    "tu-cach",
    "thoi-diem",
    "xac-thuc",
    "ledger",
];

/// One line: what people typed cannot begin another.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A moment as statements write it: local time with its distance from UTC.
fn moment(at: NaiveDateTime) -> String {
    local(at).format("%Y-%m-%dT%H:%M:%S+07:00").to_string()
}

/// What a statement says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Code and name of the agency.
    pub agency: String,
    /// Code, issue and amendment of the document.
    pub document: String,
    /// SHA-256 of the list of what is covered, in hexadecimal.
    pub root: String,
    /// What the signature means.
    pub act: Act,
    /// Who signs: id, full name, position at that moment.
    pub signer: [String; 3],
    /// As its holder (`chinh-chu`), or for it with the entry that says so (`KT:…`).
    pub capacity: String,
    /// When, as it is written.
    pub at: String,
    /// How the person proved who he or she is.
    pub method: String,
    /// The ledger before the entry of this signature, as it is written.
    pub ledger: String,
    /// Further lines: why, what for.
    pub more: Vec<(String, String)>,
}

impl Statement {
    /// Fills the lines that are known only at the moment of signing.
    pub(super) fn signed_at(&mut self, at: NaiveDateTime, method: &str, head: crate::ledger::Head) {
        self.at = moment(at);
        method.clone_into(&mut self.method);
        self.ledger = format!("size={} root={}", head.size, hex(&head.root));
    }

    /// When, of a moment: to compare with [`Statement::at`].
    pub fn moment(at: NaiveDateTime) -> String {
        moment(at)
    }

    /// The text that is signed.
    pub fn text(&self) -> String {
        let signer = self.signer.each_ref().map(|part| line(part).replace('|', "/"));
        let fixed = [
            line(&self.agency),
            line(&self.document),
            format!("sha256:{}", self.root),
            self.act.as_str().to_owned(),
            signer.join(" | "),
            line(&self.capacity),
            self.at.clone(),
            self.method.clone(),
            self.ledger.clone(),
        ];
        let mut text = format!("{HEADER}\n");
        for (key, value) in KEYS.iter().zip(fixed) {
            text.push_str(&format!("{key}: {value}\n"));
        }
        for (key, value) in &self.more {
            text.push_str(&format!("{key}: {}\n", line(value)));
        }
        text
    }

    /// What a text says; `None` when it is not written as [`Statement::text`] writes it.
    pub fn read(text: &str) -> Option<Self> {
        let mut lines = text.strip_suffix('\n')?.split('\n');
        if lines.next()? != HEADER {
            return None;
        }
        let mut fixed = Vec::with_capacity(KEYS.len());
        for key in KEYS {
            fixed.push(lines.next()?.strip_prefix(key)?.strip_prefix(": ")?.to_owned());
        }
        let more = lines
            .map(|one| {
                one.split_once(": ")
                    .map(|(key, value)| (key.to_owned(), value.to_owned()))
            })
            .collect::<Option<Vec<_>>>()?;
        let [agency, document, root, act, signer, capacity, at, method, ledger] = fixed.try_into().ok()?;
        let signer: Vec<String> = signer.split(" | ").map(ToOwned::to_owned).collect();
        let read = Self {
            agency,
            document,
            root: root.strip_prefix("sha256:")?.to_owned(),
            act: Act::parse(&act)?,
            signer: signer.try_into().ok()?,
            capacity,
            at,
            method,
            ledger,
            more,
        };
        (read.text() == text).then_some(read)
    }
}

/// What the signer is shown before: the same text, with the lines that only the moment of signing fills left open.
pub fn preview(statement: &Statement, open: &str) -> String {
    let mut shown = statement.clone();
    shown.at = open.to_owned();
    shown.method = open.to_owned();
    shown.ledger = open.to_owned();
    shown.text()
}

#[cfg(test)]
mod tests {
    use super::{Act, Statement};

    fn statement() -> Statement {
        let mut made = Statement {
            agency: "H38.12.5 UBND xã Thử".into(),
            document: "QT-01 lan-ban-hanh 3".into(),
            root: "a".repeat(64),
            act: Act::Approved,
            signer: ["u1".into(), "Nguyễn Văn\nA | B".into(), "Chủ tịch".into()],
            capacity: "chinh-chu".into(),
            at: String::new(),
            method: String::new(),
            ledger: String::new(),
            more: vec![("ly-do".into(), "dòng một\ny-nghia: tra-lai".into())],
        };
        let at = chrono::NaiveDate::from_ymd_opt(2026, 11, 22)
            .unwrap()
            .and_hms_opt(8, 4, 5)
            .unwrap();
        let head = crate::ledger::Head { size: 7, root: [0; 32] };
        made.signed_at(at, "mat-khau", head);
        made
    }

    #[test]
    fn a_statement_reads_as_the_format_says_and_nobody_can_type_a_line_into_it() {
        let text = statement().text();
        let expected = format!(
            "quytrinh/signature/v1\nco-quan: H38.12.5 UBND xã Thử\ntai-lieu: QT-01 lan-ban-hanh 3\nnoi-dung: sha256:{}\n\
             y-nghia: phe-duyet\nnguoi-ky: u1 | Nguyễn Văn A / B | Chủ tịch\ntu-cach: chinh-chu\n\
             thoi-diem: 2026-11-22T15:04:05+07:00\nxac-thuc: mat-khau\nledger: size=7 root={}\n\
             ly-do: dòng một y-nghia: tra-lai\n",
            "a".repeat(64),
            "0".repeat(64)
        );
        assert_eq!(text, expected);
        assert_eq!(Statement::read(&text).unwrap().text(), text);
    }

    #[test]
    fn a_text_written_otherwise_is_no_statement() {
        let text = statement().text();
        for other in [
            text.trim_end().to_owned(),
            text.replace("y-nghia: phe-duyet", "y-nghia: khac"),
            text.replace("tu-cach", "tu-cach "),
            text.replace("noi-dung: sha256:", "noi-dung: "),
            text.replace("\nxac-thuc: mat-khau", ""),
            text.replace('\n', "\r\n"),
            format!("{text}\n"),
        ] {
            assert!(Statement::read(&other).is_none(), "{other}");
        }
    }
}
