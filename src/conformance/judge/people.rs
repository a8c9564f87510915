//! Who did a step: assigned to a role of it on that day, and one or two people where the table wants that.

use super::Case;
use super::shape::Pair;
use crate::assignments::{Duty, Standing};
use crate::cases::Event;
use crate::conformance::finding::{Arg, FindingKind};
use crate::conformance::known::{RoleTexts, Who};
use crate::kernel::{PersonId, local};
use std::collections::BTreeSet;

impl Case<'_> {
    pub(super) fn people(&mut self) {
        match self.judge.around.known.who {
            Who::Assigned(_) => self.assigned(),
            Who::Recorded(texts) => self.recorded(texts),
            Who::Named => {}
            Who::Unknown => return,
        }
        let pairs = &self.shape.pairs;
        if pairs.iter().any(|pair| self.broken(pair).is_some()) {
            self.pairs();
        }
    }

    /// Holds everybody against the book of assignments.
    fn assigned(&mut self) {
        let shape = self.shape;
        for (at, (event, row)) in self.trace.events.iter().zip(&shape.rows).enumerate() {
            let Some((row, duty)) = row.and_then(|row| Some((row, self.judge.duties.get(row)?))) else {
                continue;
            };
            let day = local(event.done_at).date();
            let known = is_known(&event.person);
            if known && duty.standing(&event.person, day) != Standing::Assigned {
                self.not_assigned((at, event), row, duty);
            }
        }
    }

    fn not_assigned(&mut self, (at, event): (usize, &Event), row: usize, duty: &Duty) {
        let day = local(event.done_at).date();
        let (kind, word) = match duty.standing(&event.person, day) {
            Standing::Assigned => return,
            Standing::OtherDay => (FindingKind::NotAssignedThatDay, "not_assigned"),
            Standing::Never => (FindingKind::WrongRole, "wrong_role"),
        };
        let Some(step) = self.step(row).filter(|step| !step.roles.is_empty()) else {
            return;
        };
        if let Some(mut finding) = self.finding(kind, word, (Some(row), Some(at))) {
            finding.args.push(("roles", Arg::Roles(step.roles.clone())));
            finding.args.push(("day", Arg::Day(day)));
            finding.args.push(("people", Arg::People(duty.people(day))));
            self.findings.push(finding);
        }
    }

    /// Holds the roles that are recorded with the steps against those of the rows.
    fn recorded(&mut self, texts: &RoleTexts) {
        let shape = self.shape;
        for (at, (event, row)) in self.trace.events.iter().zip(&shape.rows).enumerate() {
            let step = row.and_then(|row| self.step(row)).filter(|step| !step.roles.is_empty());
            let role = event.role.as_deref().filter(|role| !role.trim().is_empty());
            let Some((step, role)) = step.zip(role) else { continue };
            if texts.is_one_of(role, &step.roles) {
                continue;
            }
            let about = (*row, Some(at));
            if let Some(mut finding) = self.finding(FindingKind::WrongRole, "wrong_role_recorded", about) {
                finding.args.push(("role", Arg::Text(role.trim().to_owned())));
                finding.args.push(("roles", Arg::Roles(step.roles.clone())));
                self.findings.push(finding);
            }
        }
    }

    /// The event that breaks a rule about two events, if one does. Who must be somebody else must be so than everybody
    /// who did that step before; who must be the same is held against the last before. Without one, the first after.
    fn broken(&self, pair: &Pair) -> Option<usize> {
        let person = &self.event(pair.event)?.person;
        let theirs = |other: &usize| self.event(*other).map(|event| &event.person);
        let is_same = |other: &usize| theirs(other) == Some(person);
        if !is_known(person) {
            return None;
        }
        if pair.same {
            let other = pair.others.first()?;
            let differs = !is_same(other) && theirs(other).is_some_and(is_known);
            differs.then_some(*other)
        } else {
            pair.others.iter().copied().find(is_same)
        }
    }

    fn pairs(&mut self) {
        let shape = self.shape;
        let mut told = BTreeSet::new();
        for pair in &shape.pairs {
            let Some(other) = self.broken(pair) else { continue };
            if told.insert((pair.event.min(other), pair.event.max(other), pair.same)) {
                self.pair(pair, other);
            }
        }
    }

    fn pair(&mut self, pair: &Pair, other: usize) {
        let (kind, word) = if pair.same {
            (FindingKind::SamePerson, "same_person")
        } else {
            (FindingKind::FourEyes, "four_eyes")
        };
        let Some(other_event) = self.event(other) else { return };
        let other_row = self.shape.rows.get(other).copied().flatten();
        let Some(mut finding) = self.finding(kind, word, (Some(pair.row), Some(pair.event))) else {
            return;
        };
        finding.args.push(("near", Arg::Rows(other_row.into_iter().collect())));
        finding.args.push(("near_when", self.moment(other_event.done_at)));
        finding
            .args
            .push(("near_who", Arg::Text(other_event.person_name.clone())));
        self.findings.push(finding);
    }
}

fn is_known(person: &PersonId) -> bool {
    !person.as_str().is_empty()
}
