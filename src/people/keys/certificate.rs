//! The certificate by which the agency says whose key it is: a signed note.

use super::agency::AgencyKey;
use super::text::{base64, from_base64};
use crate::kernel::local;
use chrono::NaiveDateTime;

/// The first line.
const HEADER: &str = "quytrinh/certificate/v1";

/// Moments in certificates and statements: local time with its distance from UTC.
pub(in crate::people) fn moment(at: NaiveDateTime) -> String {
    local(at).format("%Y-%m-%dT%H:%M:%S+07:00").to_string()
}

/// One line: what people typed cannot begin another.
pub(in crate::people) fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a certificate says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certified {
    /// Code and name of the agency.
    pub agency: String,
    /// The id of the key.
    pub key_id: String,
    /// The id of the person.
    pub person_id: String,
    /// The person's name on that day.
    pub name: String,
    /// The positions held on that day; may be empty.
    pub positions: String,
    /// The public key.
    pub public: Vec<u8>,
    /// From when the key is the person's, as it is written.
    pub from: String,
}

impl Certified {
    pub(super) fn made_at(&mut self, at: NaiveDateTime) {
        self.from = moment(at);
    }

    /// The certificate, signed by the agency.
    pub(super) fn note(&self, agency: &AgencyKey) -> String {
        let (name, positions) = (line(&self.name), line(&self.positions));
        let text = format!(
            "{HEADER}\nco-quan: {}\nkhoa: {}\nnguoi: {} | {name} | {positions}\nkhoa-cong-khai: ed25519:{}\ntu: {}\n",
            line(&self.agency),
            self.key_id,
            self.person_id,
            base64(&self.public),
            self.from,
        );
        agency.note(&text)
    }

    /// What a certificate of this agency says; `None` for a text that the agency did not sign.
    pub fn read(note: &str, agency: &AgencyKey) -> Option<Self> {
        let mut lines = agency.open_note(note)?.lines();
        let mut next = |key: &str| lines.next()?.strip_prefix(key).map(ToOwned::to_owned);
        next(HEADER)?;
        let agency = next("co-quan: ")?;
        let key_id = next("khoa: ")?;
        let person = next("nguoi: ")?;
        let mut person = person.splitn(3, " | ").map(ToOwned::to_owned);
        let (person_id, name, positions) = (person.next()?, person.next()?, person.next()?);
        Some(Self {
            agency,
            key_id,
            person_id,
            name,
            positions,
            public: from_base64(&next("khoa-cong-khai: ed25519:")?)?,
            from: next("tu: ")?,
        })
    }
}
