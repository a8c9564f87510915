//! The agencies of a deployment: their names, and what their case codes begin with.

use crate::db::{AnyConnection, Db, DbError};
use crate::kernel::AgencyId;
use crate::ledger::Work;
use crate::people::schema::agencies;
use diesel::prelude::*;

/// An agency as visitors know it.
#[derive(Debug, Clone, Queryable)]
pub struct AgencyShown {
    /// Its id.
    pub id: AgencyId,
    /// What its case codes begin with.
    pub case_prefix: String,
    /// Name in Vietnamese.
    pub name: String,
    /// Name in English.
    pub name_en: String,
}

/// All agencies as visitors know them, oldest first.
///
/// # Errors
/// When the database fails.
pub fn agencies_shown(db: &Db) -> Result<Vec<AgencyShown>, DbError> {
    db.read(|conn| {
        Ok(agencies::table
            .order(agencies::id)
            .select((agencies::id, agencies::case_prefix, agencies::name, agencies::name_en))
            .load(conn)?)
    })
}

/// Name in Vietnamese and English of an agency.
pub(in crate::people) fn agency_names(conn: &mut AnyConnection, agency: &AgencyId) -> QueryResult<(String, String)> {
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
