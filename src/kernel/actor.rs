//! Who acts, and in which access roles.

use super::{AgencyId, Language, PersonId};
use chrono::{NaiveDate, NaiveDateTime};

super::text_enum! {
    /// What an account may do; the policy table in `people` says what each may.
    AccessRole {
        /// Accounts, positions and settings; never approvals or cases.
        Administrator = "administrator",
        /// Head of the ISO steering committee: approves and withdraws.
        Chair = "chair",
        /// Member or secretary of the ISO steering committee: writes, submits, assigns, reviews.
        Committee = "committee",
        /// Official: performs the steps of the roles that he or she is assigned to.
        Official = "official",
        /// One-stop desk: receives cases and returns results.
        Desk = "desk",
        /// Internal auditor: reads everything, changes nothing but audits.
        Auditor = "auditor",
        /// Leader: sees how work goes.
        Leader = "leader",
        /// Data protection officer: handles what citizens ask about their personal data; no cases.
        DataOfficer = "data_officer",
        /// Superior inspector: reads while the mandate lasts, changes nothing.
        Inspector = "inspector",
    }
}

/// From when to when somebody was sent to inspect, both days included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Mandate {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
}

impl Mandate {
    /// Whether it is in force on a day.
    pub fn covers(self, day: NaiveDate) -> bool {
        self.from <= day && day <= self.to
    }
}

/// A signed-in person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub id: PersonId,
    /// The name, copied onto what the person signs.
    pub full_name: String,
    /// The access roles at this moment.
    pub access: Vec<AccessRole>,
    /// From when to when a superior inspector was sent; `None` for everybody else.
    pub mandate: Option<Mandate>,
}

/// By which way an act came: what the ledger keeps of it. Hashes only, never what they are of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Via {
    /// SHA-256 of the session's token, in hexadecimal; none for jobs and the command line.
    pub session: Option<String>,
    /// SHA-256 of the key by which a request that is sent twice is known again; none where there is no form.
    pub request: Option<String>,
}

/// Who acts, for which agency, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The agency whose rows may be seen and changed.
    pub agency: AgencyId,
    /// The person; `None` for a visitor without a session or the program itself.
    pub person: Option<Person>,
    /// True when the program itself acts (daily jobs, imports on the command line).
    pub is_house: bool,
    /// The moment of the act, UTC.
    pub at: NaiveDateTime,
    /// The language that answers are wanted in.
    pub language: Language,
    /// By which way.
    pub via: Via,
}

impl Actor {
    /// A visitor who is not signed in.
    pub fn stranger(agency: AgencyId, at: NaiveDateTime, language: Language) -> Self {
        Self {
            agency,
            person: None,
            is_house: false,
            at,
            language,
            via: Via::default(),
        }
    }

    /// The program itself.
    pub fn house(agency: AgencyId, at: NaiveDateTime) -> Self {
        Self {
            agency,
            person: None,
            is_house: true,
            at,
            language: Language::Vi,
            via: Via::default(),
        }
    }

    /// Whether the person has this access role now.
    pub fn has(&self, role: AccessRole) -> bool {
        self.person.as_ref().is_some_and(|person| person.access.contains(&role))
    }

    /// The date of the act in Vietnam.
    pub fn today(&self) -> NaiveDate {
        super::local(self.at).date()
    }
}
