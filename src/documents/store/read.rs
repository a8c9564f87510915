//! Reading versions and their contents.

use crate::documents::content::{Content, VersionContent};
use crate::documents::schema::{documents, version_acts, versions};
use crate::documents::signature::VersionAct;
use crate::documents::version::{IssueNo, Stage, VersionHead};
use crate::kernel::{DocumentId, PersonId, VersionId};
use crate::ledger::Work;
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use std::collections::HashMap;
use std::sync::Arc;

pub(in crate::documents) type HeadRow = (
    (VersionId, DocumentId, String, String, i64, i64, i64, Stage, i64),
    (String, String, String, String, PersonId, String),
    (
        NaiveDateTime,
        i64,
        Option<NaiveDate>,
        Option<NaiveDate>,
        Option<NaiveDate>,
    ),
);

pub(in crate::documents) fn head_of(row: HeadRow) -> VersionHead {
    let (id, document_id, code, kind, number, issue, amendment, stage, round) = row.0;
    let (title, title_en, field, content_sha256, author_id, author_name) = row.1;
    let (saved_at, row_version, planned_from, effective_from, effective_to) = row.2;
    VersionHead {
        id,
        document_id,
        code,
        kind,
        number,
        issue: IssueNo { issue, amendment },
        stage,
        round,
        title,
        title_en,
        field,
        content_sha256,
        author_id,
        author_name,
        saved_at,
        row_version,
        planned_from,
        effective_from,
        effective_to,
    }
}

/// Heads of versions, for queries over `versions` joined with `documents`.
macro_rules! heads {
    ($agency:expr) => {
        versions::table
            .inner_join(documents::table)
            .filter(versions::agency_id.eq($agency))
            .select((
                (
                    versions::id,
                    versions::document_id,
                    documents::code,
                    documents::kind,
                    versions::number,
                    versions::issue_no,
                    versions::amendment_no,
                    versions::stage,
                    versions::round,
                ),
                (
                    versions::title,
                    versions::title_en,
                    versions::field,
                    versions::content_sha256,
                    versions::author_id,
                    versions::author_name,
                ),
                (
                    versions::saved_at,
                    versions::row_version,
                    versions::planned_from,
                    versions::effective_from,
                    versions::effective_to,
                ),
            ))
    };
}
pub(in crate::documents) use heads;
/// One version.
///
/// # Errors
/// `NotFound` when the agency has no such version.
pub fn head(work: &mut Work<'_>, id: &VersionId) -> QueryResult<VersionHead> {
    let agency = work.agency();
    heads!(&agency)
        .filter(versions::id.eq(id))
        .first::<HeadRow>(work.conn)
        .map(head_of)
}

/// Many versions at once, in no order.
///
/// # Errors
/// When the database fails.
pub fn heads_by_id(work: &mut Work<'_>, ids: &[VersionId]) -> QueryResult<Vec<VersionHead>> {
    let agency = work.agency();
    let rows: Vec<HeadRow> = heads!(&agency).filter(versions::id.eq_any(ids)).load(work.conn)?;
    Ok(rows.into_iter().map(head_of).collect())
}

/// All versions of a document, the newest first.
///
/// # Errors
/// When the database fails.
pub fn heads_of(work: &mut Work<'_>, document: &DocumentId) -> QueryResult<Vec<VersionHead>> {
    let agency = work.agency();
    let rows: Vec<HeadRow> = heads!(&agency)
        .filter(versions::document_id.eq(document))
        .order(versions::number.desc())
        .load(work.conn)?;
    Ok(rows.into_iter().map(head_of).collect())
}

/// All versions of many documents, in the order of their codes, the newest of each first.
///
/// # Errors
/// When the database fails.
pub fn heads_of_many(work: &mut Work<'_>, ids: &[DocumentId]) -> QueryResult<Vec<VersionHead>> {
    let agency = work.agency();
    let rows: Vec<HeadRow> = heads!(&agency)
        .filter(versions::document_id.eq_any(ids))
        .order((documents::code, versions::number.desc()))
        .load(work.conn)?;
    Ok(rows.into_iter().map(head_of).collect())
}

/// The document with this code.
///
/// # Errors
/// `NotFound` when the agency has none.
pub fn document_by_code(work: &mut Work<'_>, code: &str) -> QueryResult<DocumentId> {
    let agency = work.agency();
    documents::table
        .filter(documents::agency_id.eq(&agency).and(documents::code.eq(code)))
        .select(documents::id)
        .first(work.conn)
}

/// All effective versions of the agency, in the order of their codes.
///
/// # Errors
/// When the database fails.
pub fn effective(work: &mut Work<'_>) -> QueryResult<Vec<VersionHead>> {
    let agency = work.agency();
    let rows: Vec<HeadRow> = heads!(&agency)
        .filter(versions::stage.eq(Stage::Effective))
        .order(documents::code)
        .load(work.conn)?;
    Ok(rows.into_iter().map(head_of).collect())
}

/// All versions in these stages, in the order of their codes.
pub(in crate::documents) fn heads_in(work: &mut Work<'_>, stages: &[Stage]) -> QueryResult<Vec<VersionHead>> {
    let agency = work.agency();
    let rows: Vec<HeadRow> = heads!(&agency)
        .filter(versions::stage.eq_any(stages))
        .order(documents::code)
        .load(work.conn)?;
    Ok(rows.into_iter().map(head_of).collect())
}

/// The effective versions of the documents with these codes, in the order of their codes.
///
/// # Errors
/// When the database fails.
pub fn effective_with_codes(work: &mut Work<'_>, codes: &[&str]) -> QueryResult<Vec<VersionHead>> {
    let agency = work.agency();
    let rows: Vec<HeadRow> = heads!(&agency)
        .filter(versions::stage.eq(Stage::Effective).and(documents::code.eq_any(codes)))
        .order(documents::code)
        .load(work.conn)?;
    Ok(rows.into_iter().map(head_of).collect())
}

/// The version of a document that was in force on a day, if any was.
///
/// # Errors
/// When the database fails.
pub fn effective_on(work: &mut Work<'_>, document: &DocumentId, day: NaiveDate) -> QueryResult<Option<VersionHead>> {
    let agency = work.agency();
    let found: Option<HeadRow> = heads!(&agency)
        .filter(versions::document_id.eq(document).and(versions::effective_from.le(day)))
        .filter(versions::effective_to.is_null().or(versions::effective_to.gt(day)))
        .first(work.conn)
        .optional()?;
    Ok(found.map(head_of))
}

/// All versions that were in force on a day, in the order of their codes; one for each document at most.
///
/// # Errors
/// When the database fails.
pub fn in_force_on(work: &mut Work<'_>, day: NaiveDate) -> QueryResult<Vec<VersionHead>> {
    let agency = work.agency();
    let rows: Vec<HeadRow> = heads!(&agency)
        .filter(versions::effective_from.le(day))
        .filter(versions::effective_to.is_null().or(versions::effective_to.gt(day)))
        .order(documents::code)
        .load(work.conn)?;
    Ok(rows.into_iter().map(head_of).collect())
}

/// The approved versions whose day has come, in the order in which they come into force.
///
/// # Errors
/// When the database fails.
pub fn due_versions(work: &mut Work<'_>) -> QueryResult<Vec<VersionId>> {
    let (agency, today) = (work.agency(), work.actor.today());
    versions::table
        .filter(versions::agency_id.eq(&agency).and(versions::stage.eq(Stage::Approved)))
        .filter(versions::planned_from.le(today))
        .order((versions::document_id, versions::number))
        .select(versions::id)
        .load(work.conn)
}

/// The day on which the last signature of approval was given.
pub(in crate::documents) fn approval_day(work: &mut Work<'_>, version: &VersionId) -> QueryResult<Option<NaiveDate>> {
    let agency = work.agency();
    let last: Option<NaiveDateTime> = version_acts::table
        .filter(
            version_acts::agency_id
                .eq(&agency)
                .and(version_acts::version_id.eq(version)),
        )
        .filter(version_acts::act.eq(VersionAct::Approved))
        .select(diesel::dsl::max(version_acts::at))
        .first(work.conn)?;
    Ok(last.map(|at| crate::kernel::local(at).date()))
}

/// The content of a version: read once, then shared.
///
/// # Errors
/// `NotFound` when the agency has no such version.
pub fn content_of(work: &mut Work<'_>, version: &VersionId) -> QueryResult<Arc<Content>> {
    let agency = work.agency();
    let row = versions::table.filter(versions::agency_id.eq(&agency).and(versions::id.eq(version)));
    let sha256: String = row.select(versions::content_sha256).first(work.conn)?;
    if let Some(known) = Content::known(&sha256) {
        return Ok(known);
    }
    let text: String = row.select(versions::source).first(work.conn)?;
    Ok(Content::of(&text))
}

/// The contents of many versions at once; texts that were read before are not loaded again.
///
/// # Errors
/// When the database fails.
pub fn contents(work: &mut Work<'_>, ids: &[VersionId]) -> QueryResult<Vec<VersionContent>> {
    let agency = work.agency();
    let rows: Vec<(VersionId, String)> = versions::table
        .filter(versions::agency_id.eq(&agency).and(versions::id.eq_any(ids)))
        .select((versions::id, versions::content_sha256))
        .load(work.conn)?;
    let unread: Vec<&VersionId> = rows
        .iter()
        .filter(|(_, sha256)| Content::known(sha256).is_none())
        .map(|(id, _)| id)
        .collect();
    let texts: Vec<(VersionId, String)> = versions::table
        .filter(versions::agency_id.eq(&agency).and(versions::id.eq_any(unread)))
        .select((versions::id, versions::source))
        .load(work.conn)?;
    let mut found: Vec<VersionContent> = texts
        .iter()
        .map(|(id, text)| VersionContent {
            version: id.clone(),
            content: Content::of(text),
        })
        .collect();
    for (version, sha256) in rows {
        if let Some(content) = Content::known(&sha256).filter(|_| found.iter().all(|one| one.version != version)) {
            found.push(VersionContent { version, content });
        }
    }
    Ok(found)
}

/// All effective versions that have steps, in the order of their codes, with what they say.
///
/// # Errors
/// When the database fails.
pub fn effective_procedures(work: &mut Work<'_>) -> QueryResult<Vec<(VersionHead, Arc<Content>)>> {
    let heads = effective(work)?;
    let ids: Vec<VersionId> = heads.iter().map(|head| head.id.clone()).collect();
    let mut contents: HashMap<VersionId, Arc<Content>> = contents(work, &ids)?
        .into_iter()
        .map(|one| (one.version, one.content))
        .collect();
    let with_content = heads
        .into_iter()
        .filter_map(|head| contents.remove(&head.id).map(|content| (head, content)));
    Ok(with_content
        .filter(|(_, content)| !content.table.steps.is_empty())
        .collect())
}
