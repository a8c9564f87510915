//! Who is able to sign for which position: whoever acts for it, as far as the roles of the person go, and those of whoever
//! lent the power.

use crate::documents::route::{Meaning, Needs, RouteStage};
use crate::kernel::{Permission, PersonId, PositionId};
use crate::ledger::Work;
use crate::people::{self, Held, Holder, Position, Scope, permissions_of};
use diesel::prelude::*;
use std::collections::BTreeMap;

/// A position that somebody signs for.
pub(in crate::documents) struct Acting {
    /// The position, as the person acts for it.
    pub(in crate::documents) held: Held,
    /// All accounts of the person, and of whoever lent the power: the rules about duties ask for them.
    pub(in crate::documents) accounts: Vec<PersonId>,
    /// What the person may do, and what whoever lent the power may.
    sides: Vec<Vec<Permission>>,
}

impl Acting {
    /// Whether it serves at a stage of this meaning.
    pub(in crate::documents) fn may(&self, meaning: Meaning) -> bool {
        let permission = meaning.permission();
        self.sides.iter().all(|side| side.contains(&permission))
    }
}

/// The positions that a person signs for today.
///
/// # Errors
/// When the database fails.
pub(in crate::documents) fn acting(work: &mut Work<'_>, person: &PersonId) -> QueryResult<Vec<Acting>> {
    let today = work.actor.today();
    let held = people::signing_positions_of(work, person, today)?;
    if held.is_empty() {
        return Ok(Vec::new());
    }
    let own = people::accounts_of(work, person)?;
    let may = permissions_of(&people::roles_held(work, std::slice::from_ref(person))?);
    let mut all = Vec::with_capacity(held.len());
    for held in held {
        let (mut accounts, mut sides) = (own.clone(), vec![may.clone()]);
        if let Some(lender) = &held.lent_by {
            accounts.extend(people::accounts_of(work, lender)?);
            sides.push(permissions_of(&people::roles_held(work, std::slice::from_ref(lender))?));
        }
        all.push(Acting { held, accounts, sides });
    }
    Ok(all)
}

/// Everybody who acts for a position today, and what each may do.
pub(in crate::documents) struct Signers {
    holders: Vec<Holder>,
    may: BTreeMap<PersonId, Vec<Permission>>,
}

impl Signers {
    /// As it is today.
    ///
    /// # Errors
    /// When the database fails.
    pub(in crate::documents) fn load(work: &mut Work<'_>) -> QueryResult<Self> {
        let today = work.actor.today();
        let mut holders = people::holders_on(work, today, today)?;
        holders.retain(|holder| holder.scope.serves(Scope::Documents));
        let active = people::persons(work)?.into_iter().filter(|one| one.active);
        Ok(Self {
            holders,
            may: active.map(|one| (one.id, permissions_of(&one.access))).collect(),
        })
    }

    /// Whether the position is held, but by nobody who may sign with this meaning: what waits for it would wait for ever. One
    /// that nobody holds is not barred: somebody will be given it.
    pub(in crate::documents) fn is_barred(&self, position: &PositionId, meaning: Meaning) -> bool {
        let permission = meaning.permission();
        let may = |person: &PersonId| self.may.get(person).is_some_and(|own| own.contains(&permission));
        let mut acting = self
            .holders
            .iter()
            .filter(|one| one.position_id == *position)
            .peekable();
        let able = |one: &Holder| may(&one.person_id) && one.lent_by.as_ref().is_none_or(may);
        acting.peek().is_some() && !acting.any(able)
    }

    /// The position that keeps a stage from ever being signed as things are today, if one does.
    pub(in crate::documents) fn hindrance<'s>(&self, stage: &'s RouteStage) -> Option<&'s Position> {
        let mut positions = stage.positions.iter();
        let is_barred = |one: &&Position| self.is_barred(&one.id, stage.meaning);
        match stage.needs {
            Needs::All => positions.find(is_barred),
            Needs::Any => stage.positions.first().filter(|_| positions.all(|one| is_barred(&one))),
        }
    }
}
