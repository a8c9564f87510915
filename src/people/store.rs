//! All reading of this room that others need: people, positions and who holds them.

use super::position::{Capacity, Held, Holder, Position};
use super::schema::{access_grants, agencies, persons, position_holders, positions as positions_table};
use crate::kernel::{AccessRole, AgencyId, PersonId, PositionId};
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
    let rows: Vec<(PersonId, String, String, bool)> = persons::table
        .filter(persons::agency_id.eq(&agency))
        .order((persons::full_name, persons::id))
        .select((persons::id, persons::username, persons::full_name, persons::active))
        .load(work.conn)?;
    let grants: Vec<(PersonId, AccessRole)> = access_grants::table
        .filter(
            access_grants::agency_id
                .eq(&agency)
                .and(access_grants::revoked_at.is_null()),
        )
        .select((access_grants::person_id, access_grants::access_role))
        .load(work.conn)?;
    let mut by_person: BTreeMap<PersonId, Vec<AccessRole>> = BTreeMap::new();
    for (person, role) in grants {
        by_person.entry(person).or_default().push(role);
    }
    Ok(rows
        .into_iter()
        .map(|(id, username, full_name, active)| {
            let mut access = by_person.remove(&id).unwrap_or_default();
            access.sort_unstable();
            Named {
                id,
                username,
                full_name,
                active,
                access,
            }
        })
        .collect())
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

/// All entries of who holds which position, ended ones too.
///
/// # Errors
/// When the database fails.
pub(super) fn holders(work: &mut Work<'_>) -> QueryResult<Vec<Holder>> {
    use position_holders as h;
    type Row = (
        String,
        PositionId,
        PersonId,
        NaiveDate,
        Option<NaiveDate>,
        String,
        Capacity,
    );
    let agency = work.agency();
    let rows: Vec<Row> = h::table
        .filter(h::agency_id.eq(&agency))
        .order((h::position_id, h::valid_from, h::id))
        .select((
            h::id,
            h::position_id,
            h::person_id,
            h::valid_from,
            h::valid_to,
            h::decision_no,
            h::capacity,
        ))
        .load(work.conn)?;
    let holder = |(id, position_id, person_id, valid_from, valid_to, decision_no, capacity)| Holder {
        id,
        position_id,
        person_id,
        valid_from,
        valid_to,
        decision_no,
        capacity,
    };
    Ok(rows.into_iter().map(holder).collect())
}

/// Who holds which position on any of the days from `from` to `to`.
///
/// # Errors
/// When the database fails.
pub fn holders_on(work: &mut Work<'_>, from: NaiveDate, to: NaiveDate) -> QueryResult<Vec<Holder>> {
    let all = holders(work)?;
    Ok(all
        .into_iter()
        .filter(|holder| holder.valid_from <= to && holder.valid_to.is_none_or(|last| from <= last))
        .collect())
}

/// The positions that a person acts for on a day: the own ones in the order of their codes, then those of others.
///
/// # Errors
/// When the database fails.
pub fn positions_of(work: &mut Work<'_>, person: &PersonId, day: NaiveDate) -> QueryResult<Vec<Held>> {
    use position_holders as h;
    use positions_table as p;
    let agency = work.agency();
    let rows: Vec<(PositionId, String, String, Capacity, String, String)> = h::table
        .inner_join(p::table)
        .filter(
            h::agency_id
                .eq(&agency)
                .and(h::person_id.eq(person))
                .and(h::valid_from.le(day)),
        )
        .filter(h::valid_to.is_null().or(h::valid_to.ge(day)))
        .order((p::code, h::valid_from, h::id))
        .select((p::id, p::name, p::name_en, h::capacity, h::decision_no, h::id))
        .load(work.conn)?;
    let held =
        |(id, name, name_en, capacity, decision_no, entry): (PositionId, String, String, Capacity, String, String)| {
            Held {
                id,
                name: capacity.before(&name),
                name_en: capacity.before(&name_en),
                capacity,
                decision_no,
                entry,
            }
        };
    let mut all: Vec<Held> = rows.into_iter().map(held).collect();
    all.sort_by_key(|held| held.capacity != Capacity::Own);
    // Whoever holds a position in two ways at once acts in the first of them.
    let mut seen = BTreeSet::new();
    all.retain(|held| seen.insert(held.id.clone()));
    Ok(all)
}

/// Name in Vietnamese and English of an agency.
pub(super) fn agency_names(conn: &mut crate::db::AnyConnection, agency: &AgencyId) -> QueryResult<(String, String)> {
    agencies::table
        .find(agency)
        .select((agencies::name, agencies::name_en))
        .first(conn)
}

/// The agency's name in Vietnamese.
///
/// # Errors
/// When the database fails.
pub fn agency_name(work: &mut Work<'_>) -> QueryResult<String> {
    let agency = work.agency();
    agency_names(work.conn, &agency).map(|(name, _)| name)
}

/// The first part of the case codes of the agency.
///
/// # Errors
/// When the database fails.
pub fn case_prefix(work: &mut Work<'_>) -> QueryResult<String> {
    let agency = work.agency();
    agencies::table
        .find(&agency)
        .select(agencies::case_prefix)
        .first(work.conn)
}
