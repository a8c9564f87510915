//! The drafts that were opened from practice: kept, listed, read.

use super::schema::amendments;
use crate::kernel::{DocumentId, Person, VersionId, new_id};
use crate::ledger::Work;
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

/// The most amendments that a list shows.
const MOST: i64 = 100;

/// A draft that was opened from practice.
#[derive(Debug, Clone, PartialEq, Eq, diesel::Queryable)]
pub(in crate::conformance) struct Amendment {
    /// Its id.
    pub(in crate::conformance) id: String,
    /// Its number in the agency, from 1.
    pub(in crate::conformance) number: i64,
    pub(in crate::conformance) document: DocumentId,
    /// The draft.
    pub(in crate::conformance) version: VersionId,
    /// The version whose cases were looked at.
    pub(in crate::conformance) studied: VersionId,
    /// First and last day of receipt of the cases.
    pub(in crate::conformance) from: NaiveDate,
    pub(in crate::conformance) to: NaiveDate,
    /// How many cases.
    pub(in crate::conformance) cases: i64,
    /// JSON: the proposals with their figures.
    pub(in crate::conformance) proposals: String,
    /// SHA-256 of the report, and of the table of cases.
    pub(in crate::conformance) report_sha256: String,
    pub(in crate::conformance) cases_sha256: String,
    pub(in crate::conformance) opened_by_name: String,
    pub(in crate::conformance) opened_at: NaiveDateTime,
}

/// Columns as [`Amendment`] reads them.
macro_rules! columns {
    () => {
        (
            amendments::id,
            amendments::number,
            amendments::document_id,
            amendments::version_id,
            amendments::studied_id,
            amendments::period_from,
            amendments::period_to,
            amendments::cases,
            amendments::proposals,
            amendments::report_sha256,
            amendments::cases_sha256,
            amendments::opened_by_name,
            amendments::opened_at,
        )
    };
}

/// Keeps an amendment.
pub(super) fn keep(work: &mut Work<'_>, new: &Amendment, by: &Person) -> QueryResult<()> {
    let agency = work.agency();
    diesel::insert_into(amendments::table)
        .values((
            amendments::id.eq(&new.id),
            amendments::agency_id.eq(&agency),
            amendments::number.eq(new.number),
            amendments::document_id.eq(&new.document),
            amendments::version_id.eq(&new.version),
            amendments::studied_id.eq(&new.studied),
            (
                amendments::period_from.eq(new.from),
                amendments::period_to.eq(new.to),
                amendments::cases.eq(new.cases),
                amendments::proposals.eq(&new.proposals),
                amendments::report_sha256.eq(&new.report_sha256),
                amendments::cases_sha256.eq(&new.cases_sha256),
            ),
            amendments::opened_by.eq(&by.id),
            amendments::opened_by_name.eq(&new.opened_by_name),
            amendments::opened_at.eq(new.opened_at),
        ))
        .execute(work.conn)
        .map(drop)
}

/// A fresh id.
pub(super) fn id() -> String {
    new_id()
}

/// The newest amendments of the agency; of one document only, when it is given.
///
/// # Errors
/// When the database fails.
pub(in crate::conformance) fn amendments(
    work: &mut Work<'_>,
    document: Option<&DocumentId>,
) -> QueryResult<Vec<Amendment>> {
    let agency = work.agency();
    let mut query = amendments::table
        .filter(amendments::agency_id.eq(&agency))
        .order(amendments::number.desc())
        .limit(MOST)
        .select(columns!())
        .into_boxed();
    if let Some(document) = document {
        query = query.filter(amendments::document_id.eq(document));
    }
    query.load(work.conn)
}

/// The amendment with this number.
///
/// # Errors
/// `NotFound` when the agency has none.
pub(in crate::conformance) fn amendment(work: &mut Work<'_>, number: i64) -> QueryResult<Amendment> {
    let agency = work.agency();
    amendments::table
        .filter(amendments::agency_id.eq(&agency).and(amendments::number.eq(number)))
        .select(columns!())
        .first(work.conn)
}
