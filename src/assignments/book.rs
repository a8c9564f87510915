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

/// How well a role is covered on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cover {
    /// Nobody: not assigned, or assigned to a position that nobody holds.
    Gap,
    /// Several people by separate entries, so that it is not said whose it is.
    Overlap,
    /// One person, or the holders of one position.
    Clear,
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

    /// Whether another entry says the same of at least one day: same role, same procedures, same assignee.
    pub fn repeats(&self, other: &Self) -> bool {
        let begins_in_time = |one: &Self, two: &Self| two.valid_to.is_none_or(|last| one.valid_from <= last);
        (&self.role, &self.document, &self.assignee) == (&other.role, &other.document, &other.assignee)
            && begins_in_time(self, other)
            && begins_in_time(other, self)
    }

    fn is_for(&self, role: &RoleCode, document: &DocumentId) -> bool {
        self.role == *role && self.document.as_ref().is_none_or(|own| own == document)
    }
}

impl Book {
    /// How `person` stands to `role` of `document` on `day`.
    pub fn standing(&self, person: &PersonId, role: &RoleCode, document: &DocumentId, day: NaiveDate) -> Standing {
        let matching = self
            .assignments
            .iter()
            .filter(|assignment| assignment.is_for(role, document));
        matching
            .map(|assignment| self.standing_by(assignment, person, day))
            .max()
            .unwrap_or(Standing::Never)
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

    /// By whose power somebody is assigned to any of these roles on a day: nobody's where it is the own one (as the person, as
    /// the holder of a position, or by power that was lent before lenders were kept), else that of whoever lent it.
    pub fn lenders(
        &self,
        person: &PersonId,
        (roles, document): (&[RoleCode], &DocumentId),
        day: NaiveDate,
    ) -> Vec<PersonId> {
        let mut lenders = Vec::new();
        for entry in roles.iter().flat_map(|role| self.entries(role, document, day)) {
            let position = match &entry.assignee {
                Assignee::Person(own) if own == person => return Vec::new(),
                Assignee::Person(_) => continue,
                Assignee::Position(position) => position,
            };
            let is_own = |holder: &&Holder| holder.position_id == *position && holder.person_id == *person;
            for holder in self.holders.iter().filter(is_own).filter(|one| one.is_valid_on(day)) {
                match &holder.lent_by {
                    Some(by) => lenders.push(by.clone()),
                    None => return Vec::new(),
                }
            }
        }
        lenders.sort_unstable();
        lenders.dedup();
        lenders
    }

    /// The entries that are valid for `role` of `document` on `day`.
    pub fn entries(&self, role: &RoleCode, document: &DocumentId, day: NaiveDate) -> Vec<&Assignment> {
        self.assignments
            .iter()
            .filter(|one| one.is_for(role, document) && one.is_valid_on(day))
            .collect()
    }

    /// The people whom an entry means on `day`.
    pub fn people_of(&self, assignee: &Assignee, day: NaiveDate) -> Vec<PersonId> {
        match assignee {
            Assignee::Person(person) => vec![person.clone()],
            Assignee::Position(position) => self
                .holders
                .iter()
                .filter(|holder| holder.position_id == *position && holder.is_valid_on(day))
                .map(|holder| holder.person_id.clone())
                .collect(),
        }
    }

    /// Everybody who is assigned to `role` of `document` on `day`.
    pub fn people(&self, role: &RoleCode, document: &DocumentId, day: NaiveDate) -> Vec<PersonId> {
        let entries = self.entries(role, document, day);
        let mut people: Vec<PersonId> = entries
            .into_iter()
            .flat_map(|entry| self.people_of(&entry.assignee, day))
            .collect();
        people.sort_unstable();
        people.dedup();
        people
    }

    /// Everybody who is assigned to `role` on `day`, for all procedures or for any single one.
    pub fn people_anywhere(&self, role: &RoleCode, day: NaiveDate) -> Vec<PersonId> {
        let entries = self
            .assignments
            .iter()
            .filter(|one| one.role == *role && one.is_valid_on(day));
        let mut people: Vec<PersonId> = entries.flat_map(|entry| self.people_of(&entry.assignee, day)).collect();
        people.sort_unstable();
        people.dedup();
        people
    }

    /// How well `role` of `document` is covered on `day`.
    pub fn cover(&self, role: &RoleCode, document: &DocumentId, day: NaiveDate) -> Cover {
        let filled = |entry: &&Assignment| !self.people_of(&entry.assignee, day).is_empty();
        let entries = self.entries(role, document, day).into_iter().filter(filled).count();
        match self.people(role, document, day).len() {
            0 => Cover::Gap,
            1 => Cover::Clear,
            _ if entries > 1 => Cover::Overlap,
            _ => Cover::Clear,
        }
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

#[cfg(test)]
mod tests {
    use super::{Assignee, Assignment, Book, Cover, Standing};
    use crate::kernel::{DocumentId, PersonId, PositionId};
    use crate::people::Holder;
    use crate::workflow::RoleCode;
    use chrono::NaiveDate;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
    }

    fn entry(document: Option<&str>, assignee: Assignee, days: (u32, Option<u32>)) -> Assignment {
        Assignment {
            id: crate::kernel::new_id(),
            role: RoleCode::new("clerk"),
            document: document.map(DocumentId::of),
            assignee,
            valid_from: day(days.0),
            valid_to: days.1.map(day),
            decision_no: "12/QĐ-UBND".to_owned(),
        }
    }

    fn person(name: &str) -> Assignee {
        Assignee::Person(PersonId::of(name))
    }

    fn position(name: &str) -> Assignee {
        Assignee::Position(PositionId::of(name))
    }

    fn holder(position: &str, person: &str, days: (u32, Option<u32>)) -> Holder {
        Holder {
            id: crate::kernel::new_id(),
            position_id: PositionId::of(position),
            person_id: PersonId::of(person),
            valid_from: day(days.0),
            valid_to: days.1.map(day),
            decision_no: "1/QĐ-UBND".to_owned(),
            capacity: crate::people::Capacity::Own,
            lent_by: None,
            scope: crate::people::Scope::All,
            reason: String::new(),
            ended_on: None,
        }
    }

    fn standing(book: &Book, name: &str, on: u32) -> Standing {
        book.standing(
            &PersonId::of(name),
            &RoleCode::new("clerk"),
            &DocumentId::of("birth"),
            day(on),
        )
    }

    fn cover(book: &Book, on: u32) -> Cover {
        book.cover(&RoleCode::new("clerk"), &DocumentId::of("birth"), day(on))
    }

    #[test]
    fn both_the_assignment_and_the_holding_must_cover_the_day() {
        let book = Book {
            assignments: vec![entry(None, position("desk"), (1, Some(20)))],
            holders: vec![holder("desk", "an", (5, Some(9))), holder("desk", "binh", (10, None))],
        };
        assert_eq!(standing(&book, "an", 4), Standing::OtherDay);
        assert_eq!(standing(&book, "an", 5), Standing::Assigned);
        assert_eq!(standing(&book, "an", 9), Standing::Assigned);
        assert_eq!(standing(&book, "an", 10), Standing::OtherDay);
        assert_eq!(standing(&book, "binh", 20), Standing::Assigned);
        assert_eq!(standing(&book, "binh", 21), Standing::OtherDay);
        assert_eq!(standing(&book, "chi", 10), Standing::Never);
    }

    #[test]
    fn an_entry_for_one_procedure_says_nothing_of_others() {
        let book = Book {
            assignments: vec![entry(Some("death"), person("an"), (1, None))],
            holders: Vec::new(),
        };
        assert_eq!(standing(&book, "an", 2), Standing::Never);
        assert_eq!(cover(&book, 2), Cover::Gap);
    }

    #[test]
    fn a_position_that_nobody_holds_leaves_a_gap() {
        let book = Book {
            assignments: vec![entry(None, position("desk"), (1, None))],
            holders: vec![holder("desk", "an", (1, Some(3)))],
        };
        assert_eq!(cover(&book, 3), Cover::Clear);
        assert_eq!(cover(&book, 4), Cover::Gap);
    }

    #[test]
    fn several_holders_of_one_position_are_no_overlap_but_separate_entries_are() {
        let holders = vec![holder("desk", "an", (1, None)), holder("desk", "binh", (1, None))];
        let one = Book {
            assignments: vec![entry(None, position("desk"), (1, None))],
            holders,
        };
        assert_eq!(cover(&one, 2), Cover::Clear);
        let mut two = one.clone();
        two.assignments.push(entry(Some("birth"), person("chi"), (2, None)));
        assert_eq!((cover(&two, 1), cover(&two, 2)), (Cover::Clear, Cover::Overlap));
        let same = Book {
            assignments: vec![
                entry(None, person("an"), (1, None)),
                entry(Some("birth"), person("an"), (1, None)),
            ],
            holders: Vec::new(),
        };
        assert_eq!(cover(&same, 2), Cover::Clear);
    }

    #[test]
    fn entries_repeat_each_other_when_they_share_a_day() {
        let first = entry(None, person("an"), (5, Some(10)));
        for (days, repeats) in [
            ((10, None), true),
            ((11, None), false),
            ((1, Some(5)), true),
            ((1, Some(4)), false),
            ((1, None), true),
            ((6, Some(7)), true),
        ] {
            let second = entry(None, person("an"), days);
            assert_eq!(first.repeats(&second), repeats, "{days:?}");
            assert_eq!(second.repeats(&first), repeats, "{days:?}");
        }
        assert!(!first.repeats(&entry(Some("birth"), person("an"), (5, None))));
        assert!(!first.repeats(&entry(None, person("binh"), (5, None))));
    }
}
