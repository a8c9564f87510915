//! All SQL of this room.

use super::review::{Review, Verdict};
use super::schema::document_reviews as table;
use crate::kernel::{DocumentId, Person, VersionId, new_id};
use crate::ledger::Work;
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

type Row = (
    (DocumentId, VersionId, String, NaiveDate),
    (Verdict, String, Option<NaiveDate>),
    (String, String, NaiveDateTime),
);

fn review((what, said, who): Row) -> Review {
    let (document, version, content_sha256, due_on) = what;
    let (verdict, reason, next_due) = said;
    let (person_name, position_name, at) = who;
    Review {
        document,
        version,
        content_sha256,
        due_on,
        verdict,
        reason,
        next_due,
        person_name,
        position_name,
        at,
    }
}

/// The reviews of these documents, the newest first.
pub(super) fn reviews(work: &mut Work<'_>, documents: &[DocumentId]) -> QueryResult<Vec<Review>> {
    let agency = work.agency();
    let rows: Vec<Row> = table::table
        .filter(table::agency_id.eq(&agency).and(table::document_id.eq_any(documents)))
        .order((table::at.desc(), table::id.desc()))
        .select((
            (
                table::document_id,
                table::version_id,
                table::content_sha256,
                table::due_on,
            ),
            (table::verdict, table::reason, table::next_due),
            (table::person_name, table::position_name, table::at),
        ))
        .load(work.conn)?;
    Ok(rows.into_iter().map(review).collect())
}

/// The reviews of a document, the newest first.
///
/// # Errors
/// When the database fails.
pub fn reviews_of(work: &mut Work<'_>, document: &DocumentId) -> QueryResult<Vec<Review>> {
    reviews(work, std::slice::from_ref(document))
}

/// Keeps a review and gives its id.
pub(super) fn insert(work: &mut Work<'_>, review: &Review, by: &Person) -> QueryResult<String> {
    let (id, agency) = (new_id(), work.agency());
    diesel::insert_into(table::table)
        .values((
            table::id.eq(&id),
            table::agency_id.eq(&agency),
            (
                table::document_id.eq(&review.document),
                table::version_id.eq(&review.version),
                table::content_sha256.eq(&review.content_sha256),
                table::due_on.eq(review.due_on),
            ),
            (
                table::verdict.eq(review.verdict),
                table::reason.eq(&review.reason),
                table::next_due.eq(review.next_due),
            ),
            (
                table::person_id.eq(&by.id),
                table::person_name.eq(&review.person_name),
                table::position_name.eq(&review.position_name),
                table::at.eq(review.at),
            ),
        ))
        .execute(work.conn)?;
    Ok(id)
}
