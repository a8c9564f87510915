//! The book turned over: who was ever assigned to a role of a procedure, and on which days. Pure, made once for many
//! questions about many cases.

use super::book::{Assignee, Book, Standing};
use crate::kernel::{DocumentId, PersonId};
use crate::people::Holder;
use crate::workflow::RoleCode;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// Days from one to another, both included.
type Days = (NaiveDate, NaiveDate);

/// Who was ever assigned to which role.
#[derive(Debug, Clone, Default)]
pub struct Roster {
    turns: BTreeMap<RoleCode, Vec<Turn>>,
}

/// Somebody assigned to a role, for all procedures or one; without days when the assignment and the position by which
/// it reaches the person never met.
#[derive(Debug, Clone)]
struct Turn {
    document: Option<DocumentId>,
    person: PersonId,
    days: Option<Days>,
}

/// Who was ever assigned to one of some roles of one procedure.
#[derive(Debug, Clone, Default)]
pub struct Duty {
    /// In the order of their ids.
    people: Vec<(PersonId, Vec<Days>)>,
    /// The ends of their ids as numbers, in the same order: most are told apart by these alone.
    tails: Vec<u64>,
}

impl Roster {
    /// Turns over a book.
    pub fn of(book: &Book) -> Self {
        let mut turns: BTreeMap<RoleCode, Vec<Turn>> = BTreeMap::new();
        let mut holders: BTreeMap<_, Vec<&Holder>> = BTreeMap::new();
        for holder in &book.holders {
            holders.entry(&holder.position_id).or_default().push(holder);
        }
        for assignment in &book.assignments {
            let valid = (assignment.valid_from, assignment.valid_to.unwrap_or(NaiveDate::MAX));
            let turn = |person: &PersonId, days| Turn {
                document: assignment.document.clone(),
                person: person.clone(),
                days: both(valid, days),
            };
            let own = turns.entry(assignment.role.clone()).or_default();
            match &assignment.assignee {
                Assignee::Person(person) => own.push(turn(person, valid)),
                Assignee::Position(position) => {
                    let held = |holder: &Holder| (holder.valid_from, holder.valid_to.unwrap_or(NaiveDate::MAX));
                    let holders = holders.get(position).into_iter().flatten();
                    own.extend(holders.map(|holder| turn(&holder.person_id, held(holder))));
                }
            }
        }
        Self { turns }
    }

    /// Who was ever assigned to one of these roles of a procedure.
    pub fn duty(&self, roles: &[RoleCode], document: &DocumentId) -> Duty {
        let mut people: BTreeMap<&PersonId, Vec<Days>> = BTreeMap::new();
        let turns = roles.iter().filter_map(|role| self.turns.get(role)).flatten();
        for turn in turns.filter(|turn| turn.document.as_ref().is_none_or(|own| own == document)) {
            people.entry(&turn.person).or_default().extend(turn.days);
        }
        Duty {
            tails: people.keys().map(|person| tail(person)).collect(),
            people: people
                .into_iter()
                .map(|(person, days)| (person.clone(), days))
                .collect(),
        }
    }
}

impl Duty {
    /// How a person stands to the roles on a day: the best of them.
    pub fn standing(&self, person: &PersonId, day: NaiveDate) -> Standing {
        let tail = tail(person);
        let ends_so = self.tails.iter().zip(&self.people).filter(|(own, _)| **own == tail);
        match ends_so.map(|(_, own)| own).find(|(own, _)| own == person) {
            None => Standing::Never,
            Some((_, days)) if cover(days, day) => Standing::Assigned,
            Some(_) => Standing::OtherDay,
        }
    }

    /// Everybody who is assigned to one of the roles on a day.
    pub fn people(&self, day: NaiveDate) -> Vec<PersonId> {
        let assigned = self.people.iter().filter(|(_, days)| cover(days, day));
        assigned.map(|(person, _)| person.clone()).collect()
    }
}

/// The last eight bytes of an id as a number.
fn tail(person: &PersonId) -> u64 {
    let bytes = person.as_str().as_bytes();
    let last = bytes.last_chunk().copied();
    last.map_or_else(
        || bytes.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)),
        u64::from_le_bytes,
    )
}

fn cover(days: &[Days], day: NaiveDate) -> bool {
    days.iter().any(|(from, to)| *from <= day && day <= *to)
}

fn both(one: Days, other: Days) -> Option<Days> {
    let days = (one.0.max(other.0), one.1.min(other.1));
    (days.0 <= days.1).then_some(days)
}

#[cfg(test)]
mod tests {
    use super::Roster;
    use crate::assignments::{Assignee, Assignment, Book};
    use crate::kernel::{DocumentId, PersonId, PositionId};
    use crate::people::Holder;
    use crate::workflow::RoleCode;
    use chrono::NaiveDate;
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
    }

    fn id(kind: &str, number: u8) -> String {
        format!("{kind}{number}")
    }

    /// Role, procedure (0 for all), assignee (below 3 a position), from, length (above 12 open).
    type Entry = (u8, u8, u8, u32, u32);

    fn last(from: u32, length: u32) -> Option<NaiveDate> {
        (length <= 12).then(|| day(from + length))
    }

    fn book(entries: &[Entry], holders: &[(u8, u8, u32, u32)]) -> Book {
        let assignment = |(role, document, assignee, from, length): &Entry| Assignment {
            id: String::new(),
            role: RoleCode::new(id("r", *role)),
            document: (*document > 0).then(|| DocumentId::of(id("d", *document))),
            assignee: match assignee {
                0..3 => Assignee::Position(PositionId::of(id("p", *assignee))),
                _ => Assignee::Person(PersonId::of(id("a", *assignee - 3))),
            },
            valid_from: day(*from),
            valid_to: last(*from, *length),
            decision_no: String::new(),
        };
        let holder = |(position, person, from, length): &(u8, u8, u32, u32)| Holder {
            id: String::new(),
            position_id: PositionId::of(id("p", *position)),
            person_id: PersonId::of(id("a", *person)),
            valid_from: day(*from),
            valid_to: last(*from, *length),
            decision_no: String::new(),
            capacity: crate::people::Capacity::Own,
            lent_by: None,
            scope: crate::people::Scope::All,
            reason: String::new(),
            ended_on: None,
        };
        Book {
            assignments: entries.iter().map(assignment).collect(),
            holders: holders.iter().map(holder).collect(),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 128, ..ProptestConfig::default() })]

        #[test]
        fn the_roster_says_what_the_book_says(
            entries in vec((0_u8..2, 0_u8..3, 0_u8..6, 1_u32..15, 0_u32..15), 0..8),
            holders in vec((0_u8..3, 0_u8..3, 1_u32..15, 0_u32..15), 0..8),
            document in 1_u8..3,
            on in 1_u32..29,
        ) {
            let book = book(&entries, &holders);
            let roster = Roster::of(&book);
            let document = DocumentId::of(id("d", document));
            for roles in [vec!["r0"], vec!["r1"], vec!["r0", "r1"]] {
                let roles: Vec<RoleCode> = roles.into_iter().map(RoleCode::new).collect();
                let duty = roster.duty(&roles, &document);
                for number in 0..4 {
                    let person = PersonId::of(id("a", number));
                    let plain = roles.iter().map(|role| book.standing(&person, role, &document, day(on))).max();
                    prop_assert_eq!(Some(duty.standing(&person, day(on))), plain);
                }
                let mut plain: Vec<PersonId> =
                    roles.iter().flat_map(|role| book.people(role, &document, day(on))).collect();
                plain.sort_unstable();
                plain.dedup();
                prop_assert_eq!(duty.people(day(on)), plain);
            }
        }
    }
}
