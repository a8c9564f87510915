//! The roles of the agency: a word that documents use, filled from a catalogue.

use crate::documents::role::Role;
use crate::documents::schema::roles;
use crate::kernel::{Permission, RoleId};
use crate::ledger::Work;
use crate::people::must;
use crate::procedures::{RoleCatalogue, RoleEntry};
use crate::web::Failure;
use diesel::prelude::*;
use serde_json::json;

/// All roles of the agency, in the order of their codes.
///
/// # Errors
/// When the database fails.
pub fn roles(work: &mut Work<'_>) -> QueryResult<Vec<Role>> {
    type Row = (RoleId, String, String, String, String, bool);
    let agency = work.agency();
    let rows: Vec<Row> = roles::table
        .filter(roles::agency_id.eq(&agency))
        .order(roles::code)
        .select((
            roles::id,
            roles::code,
            roles::name,
            roles::name_en,
            roles::unit,
            roles::external,
        ))
        .load(work.conn)?;
    let role = |(id, code, name, name_en, unit, external)| Role {
        id,
        code,
        name,
        name_en,
        unit,
        external,
    };
    Ok(rows.into_iter().map(role).collect())
}

/// Takes the roles of a catalogue over: new codes are added, known ones get its names. None is taken away, for steps
/// and assignments point to them.
///
/// # Errors
/// When the actor may not assign roles, or the database fails.
pub fn add_roles(work: &mut Work<'_>, catalogue: &RoleCatalogue) -> Result<(), Failure> {
    must(work.actor, Permission::AssignRoles)?;
    let known = roles(work)?;
    for entry in &catalogue.roles {
        match known.iter().find(|role| role.code == entry.code) {
            Some(role) => update(work, &role.id, entry)?,
            None => insert(work, entry)?,
        }
    }
    let agency = work.agency();
    work.record(
        "roles.imported",
        ("agency", agency.as_str()),
        json!({ "roles": catalogue.roles.len() }),
    );
    Ok(())
}

fn insert(work: &mut Work<'_>, entry: &RoleEntry) -> QueryResult<()> {
    let agency = work.agency();
    diesel::insert_into(roles::table)
        .values((
            roles::id.eq(RoleId::new()),
            roles::agency_id.eq(&agency),
            roles::code.eq(&entry.code),
            roles::name.eq(&entry.name),
            roles::name_en.eq(&entry.name_en),
            roles::unit.eq(&entry.unit),
            roles::external.eq(entry.external),
        ))
        .execute(work.conn)
        .map(drop)
}

fn update(work: &mut Work<'_>, id: &RoleId, entry: &RoleEntry) -> QueryResult<()> {
    let agency = work.agency();
    diesel::update(roles::table.filter(roles::agency_id.eq(&agency).and(roles::id.eq(id))))
        .set((
            roles::name.eq(&entry.name),
            roles::name_en.eq(&entry.name_en),
            roles::unit.eq(&entry.unit),
            roles::external.eq(entry.external),
        ))
        .execute(work.conn)
        .map(drop)
}
