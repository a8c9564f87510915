//! Compares what is whose turn with what was told: what is new is told, what is over is marked so.

use super::kind::{Mode, Purpose, Settings};
use super::store::{self, Change, Known, NewLetter};
use super::turn::{Turn, turns};
use crate::calendar;
use crate::kernel::{Permission, PersonId, local};
use crate::ledger::Work;
use crate::people::must;
use crate::web::Failure;
use chrono::Timelike;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// What a round told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Told {
    /// Notices that are new.
    pub told: usize,
    /// Notices whose turn is over, or came back.
    pub changed: usize,
    /// Letters that were put on their way, or grew.
    pub letters: usize,
}

/// What there is to do.
#[derive(Debug, Default)]
pub(super) struct Plan {
    new: Vec<Turn>,
    changes: Vec<(String, Change)>,
    /// Who gets a daily letter now, about which notices besides the new ones.
    digests: Vec<(PersonId, Vec<String>)>,
    settings: BTreeMap<PersonId, Settings>,
}

impl Plan {
    pub(super) fn is_empty(&self) -> bool {
        self.new.is_empty() && self.changes.is_empty() && self.digests.is_empty()
    }

    /// Looks what there is to do; without a mail server nobody gets letters.
    pub(super) fn make(work: &mut Work<'_>, has_mail: bool) -> Result<Self, Failure> {
        let mut plan = Self::default();
        let wanted: BTreeMap<(PersonId, String), Turn> = turns(work)?
            .into_iter()
            .map(|turn| ((turn.person.clone(), turn.turn.clone()), turn))
            .collect();
        let current = by_turn(store::current(work)?);
        let (known, missing): (Vec<_>, Vec<_>) = wanted.iter().partition(|(key, _)| current.contains_key(*key));
        for (key, turn) in known {
            if let Some(one) = current.get(key).filter(|one| one.due_on != turn.due_on) {
                plan.changes.push((one.id.clone(), Change::Again(turn.due_on)));
            }
        }
        let over = current.iter().filter(|(key, _)| !wanted.contains_key(*key));
        plan.changes.extend(over.map(|(_, one)| (one.id.clone(), Change::Over)));
        let names: Vec<&str> = missing.iter().map(|((_, turn), _)| turn.as_str()).collect();
        let former = by_turn(store::former(work, &names)?);
        for (key, turn) in missing {
            match former.get(key) {
                // It was told once: it stands on the page again, and nobody is told anew.
                Some(one) => plan.changes.push((one.id.clone(), Change::Again(turn.due_on))),
                None => plan.new.push(turn.clone()),
            }
        }
        if has_mail {
            let confirmed = store::all_settings(work)?
                .into_iter()
                .filter(|(_, own)| own.is_confirmed());
            plan.settings = confirmed.collect();
            plan.digests = digests(work, &plan)?;
        }
        Ok(plan)
    }

    fn mode(&self, person: &PersonId) -> Mode {
        self.settings.get(person).map_or(Mode::None, |own| own.mode)
    }
}

fn by_turn(known: Vec<Known>) -> BTreeMap<(PersonId, String), Known> {
    let key = |one: &Known| (one.person.clone(), one.turn.clone());
    known.into_iter().map(|one| (key(&one), one)).collect()
}

/// Whose daily letter is due: on working days from the person's hour on, once, and only when there is something to say.
fn digests(work: &mut Work<'_>, plan: &Plan) -> Result<Vec<(PersonId, Vec<String>)>, Failure> {
    let now = local(work.actor.at);
    let hour = i64::from(now.hour());
    let is_due = |own: &Settings| own.mode == Mode::Daily && own.hour <= hour;
    let due: Vec<PersonId> = plan
        .settings
        .iter()
        .filter(|(_, own)| is_due(own))
        .map(|(person, _)| person.clone())
        .collect();
    if due.is_empty() || !calendar::working_calendar(work)?.is_working_day(now.date()) {
        return Ok(Vec::new());
    }
    let done: BTreeSet<PersonId> = store::digests_on(work, now.date())?.into_iter().collect();
    let mut digests = Vec::new();
    for person in due.into_iter().filter(|person| !done.contains(person)) {
        let untold = store::untold(work, &person)?;
        if !untold.is_empty() || plan.new.iter().any(|turn| turn.person == person) {
            digests.push((person, untold));
        }
    }
    Ok(digests)
}

/// Tells what is new, marks what is over, and puts letters on their way, all in one change. Doing it again changes
/// nothing.
///
/// # Errors
/// [`Failure::Forbidden`] for people; the program itself does it.
pub fn gather(work: &mut Work<'_>, has_mail: bool) -> Result<Told, Failure> {
    must(work.actor, Permission::ManageSettings)?;
    let plan = Plan::make(work, has_mail)?;
    let mut letters: BTreeMap<PersonId, String> = BTreeMap::new();
    for (person, untold) in &plan.digests {
        let letter = new_letter(work, &plan, person, Purpose::Digest)?;
        store::put_into(work, &letter, untold)?;
        letters.insert(person.clone(), letter);
    }
    for turn in &plan.new {
        let person = &turn.person;
        if plan.mode(person) == Mode::AtOnce && !letters.contains_key(person) {
            let letter = match store::open_letter(work, person)? {
                Some(letter) => letter,
                None => new_letter(work, &plan, person, Purpose::AtOnce)?,
            };
            letters.insert(person.clone(), letter);
        }
        store::insert(work, turn, letters.get(person).map(String::as_str))?;
    }
    for (id, change) in &plan.changes {
        store::apply(work, id, *change)?;
    }
    let told = Told {
        told: plan.new.len(),
        changed: plan.changes.len(),
        letters: letters.len(),
    };
    let agency = work.agency();
    work.record(
        "notices.told",
        ("agency", agency.as_str()),
        json!({ "told": told.told, "changed": told.changed, "letters": told.letters }),
    );
    Ok(told)
}

fn new_letter(work: &mut Work<'_>, plan: &Plan, person: &PersonId, purpose: Purpose) -> Result<String, Failure> {
    let own = plan.settings.get(person).ok_or(Failure::NotFound)?;
    let new = NewLetter {
        person,
        purpose,
        address: &own.address,
        language: own.language,
        token: None,
        digest_on: (purpose == Purpose::Digest).then(|| work.actor.today()),
    };
    Ok(store::insert_letter(work, &new)?)
}
