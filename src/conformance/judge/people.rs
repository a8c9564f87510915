//! Who did a step: assigned to a role of it on that day, and one or two people where the table wants that.

use super::Case;
use crate::assignments::Standing;
use crate::cases::Event;
use crate::conformance::finding::{Arg, FindingKind};
use crate::kernel::local;
use crate::workflow::{Step, StepCode};
use std::collections::BTreeSet;

impl Case<'_> {
    pub(super) fn people(&mut self) {
        let known = self.known();
        for (at, event, row, step) in &known {
            self.assigned(*at, event, *row, step);
        }
        let mut told = BTreeSet::new();
        for (at, event, row, step) in &known {
            for (codes, same) in [(&step.different_from, true), (&step.same_as, false)] {
                for code in codes {
                    let Some(other) = self.partner(*at, code, same) else {
                        continue;
                    };
                    let Some(other_event) = self.event(other) else { continue };
                    let pair = ((*at).min(other), (*at).max(other), same);
                    if (event.person == other_event.person) == same && told.insert(pair) {
                        self.pair(*row, (*at, other), same);
                    }
                }
            }
        }
    }

    fn assigned(&mut self, at: usize, event: &Event, row: usize, step: &Step) {
        let input = self.input;
        if step.roles.is_empty() {
            return;
        }
        let day = local(event.done_at).date();
        let document = &self.trace.document;
        let standing = step
            .roles
            .iter()
            .map(|role| input.book.standing(&event.person, role, document, day))
            .max();
        let (kind, word) = match standing {
            Some(Standing::Assigned) | None => return,
            Some(Standing::OtherDay) => (FindingKind::NotAssignedThatDay, "not_assigned"),
            Some(Standing::Never) => (FindingKind::WrongRole, "wrong_role"),
        };
        let mut people: Vec<_> = step
            .roles
            .iter()
            .flat_map(|role| input.book.people(role, document, day))
            .collect();
        people.sort_unstable();
        people.dedup();
        let mut finding = self.finding(kind, word, Some(row), Some(at));
        finding.args.push(("roles", Arg::Roles(step.roles.clone())));
        finding.args.push(("day", Arg::Day(day)));
        finding.args.push(("people", Arg::People(people)));
        self.findings.push(finding);
    }

    /// The event of the step `code` that an event is held against. Who must be somebody else must be so than everybody
    /// who did that step before; who must be the same is held against the last before. Without one, the first after.
    fn partner(&self, at: usize, code: &StepCode, by_same_person: bool) -> Option<usize> {
        let events = &self.trace.events;
        let is_it = |event: &Event| event.step_code == code.as_str();
        let person = &events.get(at)?.person;
        let before = events.get(..at)?;
        let by_same = before.iter().rposition(|event| is_it(event) && event.person == *person);
        by_same
            .filter(|_| by_same_person)
            .or_else(|| before.iter().rposition(is_it))
            .or_else(|| Some(at + 1 + events.get(at + 1..)?.iter().position(is_it)?))
    }

    fn pair(&mut self, row: usize, (at, other): (usize, usize), same: bool) {
        let (kind, word) = if same {
            (FindingKind::FourEyes, "four_eyes")
        } else {
            (FindingKind::SamePerson, "same_person")
        };
        let Some(other_event) = self.event(other) else { return };
        let other_row = self.shape.rows.get(other).copied().flatten();
        let mut finding = self.finding(kind, word, Some(row), Some(at));
        finding.args.push(("near", Arg::Rows(other_row.into_iter().collect())));
        finding.args.push(("near_when", Arg::Moment(other_event.done_at)));
        finding
            .args
            .push(("near_who", Arg::Text(other_event.person_name.clone())));
        self.findings.push(finding);
    }
}
