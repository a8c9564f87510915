//! The book of assignments: who was responsible for which role on which day. Pure, loaded once for many questions.

use crate::kernel::{DocumentId, PersonId, PositionId};
use crate::people::Holder;
use crate::workflow::RoleCode;
use chrono::NaiveDate;

/// Who is assigned: whoever holds a position, or one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Assignee {
    /// Whoever holds the position on the day.
    Position(PositionId),
    /// This person.
    Person(PersonId),
}

/// One assignment: a role, for all procedures or one, from a day until a day (both included).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// Its id.
    pub id: String,
    /// The role.
    pub role: RoleCode,
    /// The procedure; `None` for all.
    pub document: Option<DocumentId>,
    /// Who.
    pub assignee: Assignee,
    /// First day.
    pub valid_from: NaiveDate,
    /// Last day; `None` while it is open.
    pub valid_to: Option<NaiveDate>,
    /// Number of the decision.
    pub decision_no: String,
}

/// How a person stands to a role on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Never assigned to the role.
    Never,
    /// Assigned to the role, but not on that day.
    OtherDay,
    /// Assigned on that day.
    Assigned,
}

/// All assignments and holders of positions of an agency.
#[derive(Debug, Clone, Default)]
pub struct Book {
    /// The assignments, ended ones too.
    pub assignments: Vec<Assignment>,
    /// Who holds which position when, ended entries too.
    pub holders: Vec<Holder>,
}

impl Assignment {
    /// Whether it is valid on that day.
    pub fn is_valid_on(&self, day: NaiveDate) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|last| day <= last)
    }

    fn is_for(&self, role: &RoleCode, document: &DocumentId) -> bool {
        self.role == *role && self.document.as_ref().is_none_or(|own| own == document)
    }
}

impl Book {
    /// How `person` stands to `role` of `document` on `day`.
    pub fn standing(&self, person: &PersonId, role: &RoleCode, document: &DocumentId, day: NaiveDate) -> Standing {
        let matching = self.assignments.iter().filter(|assignment| assignment.is_for(role, document));
        matching.map(|assignment| self.standing_by(assignment, person, day)).max().unwrap_or(Standing::Never)
    }

    fn standing_by(&self, assignment: &Assignment, person: &PersonId, day: NaiveDate) -> Standing {
        let held = |on: Option<NaiveDate>| match &assignment.assignee {
            Assignee::Person(own) => own == person,
            Assignee::Position(position) => self.holders.iter().any(|holder| {
                holder.position_id == *position
                    && holder.person_id == *person
                    && on.is_none_or(|day| holder.is_valid_on(day))
            }),
        };
        if assignment.is_valid_on(day) && held(Some(day)) {
            Standing::Assigned
        } else if held(None) {
            Standing::OtherDay
        } else {
            Standing::Never
        }
    }

    /// Everybody who is assigned to `role` of `document` on `day`.
    pub fn people(&self, role: &RoleCode, document: &DocumentId, day: NaiveDate) -> Vec<PersonId> {
        let mut people: Vec<PersonId> = Vec::new();
        for assignment in self.assignments.iter().filter(|one| one.is_for(role, document) && one.is_valid_on(day)) {
            match &assignment.assignee {
                Assignee::Person(person) => people.push(person.clone()),
                Assignee::Position(position) => people.extend(
                    self.holders
                        .iter()
                        .filter(|holder| holder.position_id == *position && holder.is_valid_on(day))
                        .map(|holder| holder.person_id.clone()),
                ),
            }
        }
        people.sort_unstable();
        people.dedup();
        people
    }

    /// The roles of `person` on `day`, each with the procedure it is limited to (`None` for all).
    pub fn roles_of(&self, person: &PersonId, day: NaiveDate) -> Vec<(RoleCode, Option<DocumentId>)> {
        let mut roles: Vec<(RoleCode, Option<DocumentId>)> = self
            .assignments
            .iter()
            .filter(|assignment| self.standing_by(assignment, person, day) == Standing::Assigned)
            .map(|assignment| (assignment.role.clone(), assignment.document.clone()))
            .collect();
        roles.sort_unstable();
        roles.dedup();
        roles
    }
}
