//! All reading of this room that others need: people, positions and who holds them.

mod agencies;

pub(super) use agencies::agency_names;
pub use agencies::{AgencyShown, agencies_shown, agency_name, case_prefix};

use super::position::{Capacity, Held, Holder, Position, Scope};
use super::schema::{access_grants, persons, position_holders, positions as positions_table};
use crate::kernel::{AccessRole, Mandate, Person, PersonId, PositionId};
use crate::ledger::Work;
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A person as lists show them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named {
    /// Who.
    pub id: PersonId,
    /// The name to sign in with.
    pub username: String,
    /// The name.
    pub full_name: String,
    /// False when the account was deactivated.
    pub active: bool,
    /// The access roles now.
    pub access: Vec<AccessRole>,
    /// From when to when a superior inspector was sent.
    pub mandate: Option<Mandate>,
    /// The employee number: accounts that share one are one person's. Empty where it is not known.
    pub employee_no: String,
}

impl Named {
    /// The person as an actor, with the access roles of this moment.
    pub fn into_person(self) -> Person {
        Person {
            id: self.id,
            full_name: self.full_name,
            access: self.access,
            mandate: self.mandate,
        }
    }
}

/// All accounts of the person whose account this is, itself among them: those with the same employee number.
///
/// # Errors
/// When the database fails.
pub fn accounts_of(work: &mut Work<'_>, person: &PersonId) -> QueryResult<Vec<PersonId>> {
    let own = numbers(work)?.into_iter().find(|(id, _)| id == person);
    match own {
        Some((_, number)) => accounts_numbered(work, &number),
        None => Ok(vec![person.clone()]),
    }
}

/// The accounts whose employee number this is, however it is written.
pub(super) fn accounts_numbered(work: &mut Work<'_>, number: &str) -> QueryResult<Vec<PersonId>> {
    let number = folded_number(number);
    let mut known = numbers(work)?;
    known.retain(|(_, other)| folded_number(other) == number);
    Ok(known.into_iter().map(|(id, _)| id).collect())
}

/// The accounts whose employee number is known, with it.
fn numbers(work: &mut Work<'_>) -> QueryResult<Vec<(PersonId, String)>> {
    let agency = work.agency();
    persons::table
        .filter(persons::agency_id.eq(&agency).and(persons::employee_no.ne("")))
        .order(persons::id)
        .select((persons::id, persons::employee_no))
        .load(work.conn)
}

/// An employee number as it is kept and compared: «cb 77» and «CB77» are one. Numbers that were kept before this rule came
/// stand as they were typed, so both sides are folded.
pub(super) fn folded_number(text: &str) -> String {
    let signs = text.chars().filter(|sign| !sign.is_whitespace());
    signs.flat_map(char::to_uppercase).collect()
}

/// All accounts of the person who acts; none for the program itself.
///
/// # Errors
/// When the database fails.
pub fn own_accounts(work: &mut Work<'_>) -> QueryResult<Vec<PersonId>> {
    match work.actor.person.as_ref().map(|person| person.id.clone()) {
        Some(own) => accounts_of(work, &own),
        None => Ok(Vec::new()),
    }
}

/// The names of many people at once.
///
/// # Errors
/// When the database fails.
pub fn names(work: &mut Work<'_>, ids: &[PersonId]) -> QueryResult<BTreeMap<PersonId, String>> {
    let agency = work.agency();
    let rows: Vec<(PersonId, String)> = persons::table
        .filter(persons::agency_id.eq(&agency).and(persons::id.eq_any(ids)))
        .select((persons::id, persons::full_name))
        .load(work.conn)?;
    Ok(rows.into_iter().collect())
}

/// All people of the agency with their access roles, in the order of their names.
///
/// # Errors
/// When the database fails.
pub fn persons(work: &mut Work<'_>) -> QueryResult<Vec<Named>> {
    let agency = work.agency();
    let rows: Vec<(PersonId, String, String, bool, String)> = persons::table
        .filter(persons::agency_id.eq(&agency))
        .order((persons::full_name, persons::id))
        .select((
            persons::id,
            persons::username,
            persons::full_name,
            persons::active,
            persons::employee_no,
        ))
        .load(work.conn)?;
    let grants: Vec<(PersonId, AccessRole, Option<NaiveDate>, Option<NaiveDate>)> = access_grants::table
        .filter(
            access_grants::agency_id
                .eq(&agency)
                .and(access_grants::revoked_at.is_null()),
        )
        .select((
            access_grants::person_id,
            access_grants::access_role,
            access_grants::mandate_from,
            access_grants::mandate_to,
        ))
        .load(work.conn)?;
    let mut by_person: BTreeMap<PersonId, (Vec<AccessRole>, Option<Mandate>)> = BTreeMap::new();
    for (person, role, from, to) in grants {
        let (access, mandate) = by_person.entry(person).or_default();
        access.push(role);
        *mandate = mandate.or(mandate_of(from, to));
    }
    Ok(rows
        .into_iter()
        .map(|(id, username, full_name, active, employee_no)| {
            let (mut access, mandate) = by_person.remove(&id).unwrap_or_default();
            access.sort_unstable();
            Named {
                id,
                username,
                full_name,
                active,
                access,
                mandate,
                employee_no,
            }
        })
        .collect())
}

/// A mandate as a grant keeps it.
pub(super) fn mandate_of(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Option<Mandate> {
    from.zip(to).map(|(from, to)| Mandate { from, to })
}

/// The person with this user name.
///
/// # Errors
/// `NotFound` when there is none in the agency.
pub fn person_named(work: &mut Work<'_>, username: &str) -> QueryResult<PersonId> {
    let agency = work.agency();
    persons::table
        .filter(persons::agency_id.eq(&agency).and(persons::username.eq(username)))
        .select(persons::id)
        .first(work.conn)
}

/// The name that a person of the agency signs in with.
pub(super) fn username(work: &mut Work<'_>, person: &PersonId) -> QueryResult<String> {
    let agency = work.agency();
    persons::table
        .filter(persons::agency_id.eq(&agency).and(persons::id.eq(person)))
        .select(persons::username)
        .first(work.conn)
}

type PositionRow = (PositionId, String, String, String, String);

fn position((id, code, name, name_en, unit): PositionRow) -> Position {
    Position {
        id,
        code,
        name,
        name_en,
        unit,
    }
}

/// All positions of the agency, in the order of their codes.
///
/// # Errors
/// When the database fails.
pub fn positions(work: &mut Work<'_>) -> QueryResult<Vec<Position>> {
    use positions_table as p;
    let agency = work.agency();
    let rows: Vec<PositionRow> = p::table
        .filter(p::agency_id.eq(&agency))
        .order(p::code)
        .select((p::id, p::code, p::name, p::name_en, p::unit))
        .load(work.conn)?;
    Ok(rows.into_iter().map(position).collect())
}

/// The position with this code.
///
/// # Errors
/// `NotFound` when there is none in the agency.
pub fn position_by_code(work: &mut Work<'_>, code: &str) -> QueryResult<Position> {
    use positions_table as p;
    let agency = work.agency();
    p::table
        .filter(p::agency_id.eq(&agency).and(p::code.eq(code)))
        .select((p::id, p::code, p::name, p::name_en, p::unit))
        .first(work.conn)
        .map(position)
}

/// A row of who holds which position: the entry, what it is about, how it is lent.
type HolderRow = (
    (String, PositionId, PersonId, NaiveDate, Option<NaiveDate>),
    (String, Capacity, Option<PersonId>, Scope, String, Option<NaiveDate>),
);

fn holder(row: HolderRow) -> Holder {
    let (id, position_id, person_id, valid_from, valid_to) = row.0;
    let (decision_no, capacity, lent_by, scope, reason, ended_on) = row.1;
    Holder {
        id,
        position_id,
        person_id,
        valid_from,
        valid_to,
        decision_no,
        capacity,
        lent_by,
        scope,
        reason,
        ended_on,
    }
}

/// All entries of who holds which position, ended ones too.
///
/// # Errors
/// When the database fails.
pub(super) fn holders(work: &mut Work<'_>) -> QueryResult<Vec<Holder>> {
    use position_holders as h;
    let agency = work.agency();
    let rows: Vec<HolderRow> = h::table
        .filter(h::agency_id.eq(&agency))
        .order((h::position_id, h::valid_from, h::id))
        .select((
            (h::id, h::position_id, h::person_id, h::valid_from, h::valid_to),
            (
                h::decision_no,
                h::capacity,
                h::lent_by,
                h::scope,
                h::reason,
                h::ended_on,
            ),
        ))
        .load(work.conn)?;
    Ok(rows.into_iter().map(holder).collect())
}

/// All power that was ever lent, the oldest first.
///
/// # Errors
/// When the database fails.
pub(super) fn loans(work: &mut Work<'_>) -> QueryResult<Vec<Holder>> {
    let mut all = holders(work)?;
    all.retain(|holder| holder.capacity != Capacity::Own);
    all.sort_by(|a, b| (a.valid_from, &a.id).cmp(&(b.valid_from, &b.id)));
    Ok(all)
}

/// The positions that a person signs documents for on a day: without power that was lent for cases only.
///
/// # Errors
/// When the database fails.
pub fn signing_positions_of(work: &mut Work<'_>, person: &PersonId, day: NaiveDate) -> QueryResult<Vec<Held>> {
    let mut held = positions_of(work, person, day)?;
    held.retain(|one| one.scope.serves(Scope::Documents));
    Ok(held)
}

/// Who holds which position on any of the days from `from` to `to`, or acts for its holder. Power that ended early counts
/// until the day before.
///
/// # Errors
/// When the database fails.
pub fn holders_on(work: &mut Work<'_>, from: NaiveDate, to: NaiveDate) -> QueryResult<Vec<Holder>> {
    let all = holders(work)?;
    Ok(all
        .into_iter()
        .filter_map(cut_short)
        .filter(|holder| holder.valid_from <= to && holder.valid_to.is_none_or(|last| from <= last))
        .collect())
}

/// Lent power that ended early, with the day before as its last; `None` when it never served.
fn cut_short(holder: Holder) -> Option<Holder> {
    let Some(ended) = holder.ended_on else {
        return Some(holder);
    };
    let last = ended.pred_opt()?;
    let valid_to = holder.valid_to.map_or(last, |until| until.min(last));
    (holder.valid_from <= valid_to).then_some(Holder {
        valid_to: Some(valid_to),
        ..holder
    })
}

/// A position that is held: what it is, how, and on which days.
type HeldRow = (
    (PositionId, String, String),
    (Capacity, String, String, Scope, Option<PersonId>),
    (NaiveDate, Option<NaiveDate>),
);

/// The positions that a person acts for on a day: the own ones in the order of their codes, then those of others.
///
/// # Errors
/// When the database fails.
pub fn positions_of(work: &mut Work<'_>, person: &PersonId, day: NaiveDate) -> QueryResult<Vec<Held>> {
    use position_holders as h;
    use positions_table as p;
    let agency = work.agency();
    let rows: Vec<HeldRow> = h::table
        .inner_join(p::table)
        .filter(
            h::agency_id
                .eq(&agency)
                .and(h::person_id.eq(person))
                .and(h::valid_from.le(day)),
        )
        .filter(h::valid_to.is_null().or(h::valid_to.ge(day)))
        .filter(h::ended_on.is_null().or(h::ended_on.gt(day)))
        .order((p::code, h::valid_from, h::id))
        .select((
            (p::id, p::name, p::name_en),
            (h::capacity, h::decision_no, h::id, h::scope, h::lent_by),
            (h::valid_from, h::valid_to),
        ))
        .load(work.conn)?;
    let held = |((id, name, name_en), (capacity, decision_no, entry, scope, lent_by), days): HeldRow| Held {
        id,
        name: capacity.before(&name),
        name_en: capacity.before(&name_en),
        capacity,
        decision_no,
        entry,
        scope,
        lent_by,
        days,
    };
    let mut all: Vec<Held> = rows.into_iter().map(held).collect();
    all.sort_by_key(|held| held.capacity != Capacity::Own);
    // Whoever holds a position in two ways at once acts in the first of them.
    let mut seen = BTreeSet::new();
    all.retain(|held| seen.insert(held.id.clone()));
    Ok(all)
}
