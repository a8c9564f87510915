//! Writing versions: new ones, their text, their moves through life, and the acts that are told of them.

use crate::documents::content::Content;
use crate::documents::schema::{documents, version_acts, version_roles, version_rounds, version_writers, versions};
use crate::documents::signature::VersionAct;
use crate::documents::version::{IssueNo, Stage, VersionHead};
use crate::kernel::{DocumentId, Person, PersonId, VersionId, new_id};
use crate::ledger::Work;
use crate::procedures::{Kind, Source};
use crate::web::{Failure, Say};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// What changes when a version moves on; what is `None` stays as it is.
#[derive(Default, AsChangeset)]
#[diesel(table_name = versions)]
pub(in crate::documents) struct Move {
    pub(in crate::documents) stage: Option<Stage>,
    pub(in crate::documents) round: Option<i64>,
    pub(in crate::documents) issue_no: Option<i64>,
    pub(in crate::documents) amendment_no: Option<i64>,
    pub(in crate::documents) planned_from: Option<NaiveDate>,
    pub(in crate::documents) effective_from: Option<NaiveDate>,
    pub(in crate::documents) effective_to: Option<NaiveDate>,
}

impl Move {
    /// A move to another stage that changes nothing else.
    pub(in crate::documents) fn to(stage: Stage) -> Self {
        Self {
            stage: Some(stage),
            ..Self::default()
        }
    }
}

/// The refusal of a form that was filled in on an older state of the version: says who saved it last, and when.
pub(in crate::documents) fn stale(work: &mut Work<'_>, head: &VersionHead) -> Failure {
    let agency = work.agency();
    let last: QueryResult<(String, NaiveDateTime)> = version_writers::table
        .filter(
            version_writers::agency_id
                .eq(&agency)
                .and(version_writers::version_id.eq(&head.id)),
        )
        .order(version_writers::last_at.desc())
        .select((version_writers::person_name, version_writers::last_at))
        .first(work.conn);
    let (name, at) = last.unwrap_or_else(|_| (head.author_name.clone(), head.saved_at));
    let at = crate::kernel::local(at).format("%H:%M %d/%m/%Y");
    Failure::Conflict(Say::new("documents.stale").with("name", name).with("time", at))
}

/// Adds a document.
pub(in crate::documents) fn insert_document(work: &mut Work<'_>, code: &str, kind: Kind) -> QueryResult<DocumentId> {
    let (id, agency) = (DocumentId::new(), work.agency());
    diesel::insert_into(documents::table)
        .values((
            documents::id.eq(&id),
            documents::agency_id.eq(&agency),
            documents::code.eq(code),
            documents::kind.eq(kind.as_str()),
            documents::created_at.eq(work.actor.at),
        ))
        .execute(work.conn)?;
    Ok(id)
}

/// Adds a version as the draft of `author`.
pub(in crate::documents) fn insert_draft(
    work: &mut Work<'_>,
    (document, number, issue): (&DocumentId, i64, IssueNo),
    author: &Person,
    content: &Content,
) -> Result<VersionId, Failure> {
    let (id, agency, at) = (VersionId::new(), work.agency(), work.actor.at);
    let source = &content.source;
    diesel::insert_into(versions::table)
        .values((
            versions::id.eq(&id),
            versions::agency_id.eq(&agency),
            versions::document_id.eq(document),
            versions::number.eq(number),
            versions::stage.eq(Stage::Draft),
            versions::round.eq(0_i64),
            (
                versions::issue_no.eq(issue.issue),
                versions::amendment_no.eq(issue.amendment),
                versions::title.eq(title_of(source)),
                versions::title_en.eq(&source.title_en),
                versions::field.eq(&source.field),
                versions::source.eq(&content.text),
                versions::content_sha256.eq(&content.sha256),
            ),
            versions::author_id.eq(&author.id),
            versions::author_name.eq(&author.full_name),
            versions::created_at.eq(at),
            versions::saved_at.eq(at),
            versions::row_version.eq(1_i64),
        ))
        .execute(work.conn)?;
    keep_roles(work, &id, source)?;
    keep_writer(work, &id, author)?;
    let head = super::head(work, &id)?;
    super::index::put(work, &head, source)?;
    note(work, &head, VersionAct::Created, None)?;
    Ok(id)
}

/// Lists follow the text; a text that has no title yet is shown by its code.
fn title_of(source: &Source) -> &str {
    if source.title.trim().is_empty() {
        &source.code
    } else {
        &source.title
    }
}

fn keep_roles(work: &mut Work<'_>, version: &VersionId, source: &Source) -> QueryResult<()> {
    let agency = work.agency();
    let old = version_roles::agency_id
        .eq(&agency)
        .and(version_roles::version_id.eq(version));
    diesel::delete(version_roles::table.filter(old)).execute(work.conn)?;
    let codes: BTreeSet<&String> = source.steps.iter().flat_map(|step| &step.roles).collect();
    for code in codes {
        diesel::insert_into(version_roles::table)
            .values((
                version_roles::agency_id.eq(&agency),
                version_roles::version_id.eq(version),
                version_roles::role_code.eq(code),
            ))
            .execute(work.conn)?;
    }
    Ok(())
}

fn keep_writer(work: &mut Work<'_>, version: &VersionId, person: &Person) -> QueryResult<()> {
    let (agency, at) = (work.agency(), work.actor.at);
    let known = version_writers::agency_id
        .eq(&agency)
        .and(version_writers::version_id.eq(version))
        .and(version_writers::person_id.eq(&person.id));
    let changed = diesel::update(version_writers::table.filter(known))
        .set((
            version_writers::last_at.eq(at),
            version_writers::person_name.eq(&person.full_name),
        ))
        .execute(work.conn)?;
    if changed == 0 {
        diesel::insert_into(version_writers::table)
            .values((
                version_writers::agency_id.eq(&agency),
                version_writers::version_id.eq(version),
                version_writers::person_id.eq(&person.id),
                version_writers::person_name.eq(&person.full_name),
                version_writers::last_at.eq(at),
            ))
            .execute(work.conn)?;
    }
    Ok(())
}

/// Who wrote any of these versions.
pub(in crate::documents) fn writers_of(
    work: &mut Work<'_>,
    ids: &[VersionId],
) -> QueryResult<BTreeMap<VersionId, Vec<PersonId>>> {
    let agency = work.agency();
    let rows: Vec<(VersionId, PersonId)> = version_writers::table
        .filter(
            version_writers::agency_id
                .eq(&agency)
                .and(version_writers::version_id.eq_any(ids)),
        )
        .order((version_writers::version_id, version_writers::person_id))
        .select((version_writers::version_id, version_writers::person_id))
        .load(work.conn)?;
    let mut writers: BTreeMap<VersionId, Vec<PersonId>> = BTreeMap::new();
    for (version, person) in rows {
        writers.entry(version).or_default().push(person);
    }
    Ok(writers)
}

/// Keeps a new text of a draft, and what follows from it. What cannot be read out of a broken text stays as it was.
pub(in crate::documents) fn keep_text(
    work: &mut Work<'_>,
    head: &VersionHead,
    writer: &Person,
    content: &Content,
    is_readable: bool,
) -> Result<i64, Failure> {
    let agency = work.agency();
    let next = head.row_version.saturating_add(1);
    let row = || {
        versions::table.filter(
            versions::agency_id
                .eq(agency.clone())
                .and(versions::id.eq(head.id.clone())),
        )
    };
    let changed = diesel::update(row().filter(versions::row_version.eq(head.row_version)))
        .set((
            versions::source.eq(&content.text),
            versions::content_sha256.eq(&content.sha256),
            versions::saved_at.eq(work.actor.at),
            versions::row_version.eq(next),
        ))
        .execute(work.conn)?;
    if changed == 0 {
        return Err(stale(work, head));
    }
    if is_readable {
        let source = &content.source;
        diesel::update(row())
            .set((
                versions::title.eq(title_of(source)),
                versions::title_en.eq(&source.title_en),
                versions::field.eq(&source.field),
            ))
            .execute(work.conn)?;
        keep_roles(work, &head.id, source)?;
        let head = super::head(work, &head.id)?;
        super::index::put(work, &head, source)?;
    }
    keep_writer(work, &head.id, writer)?;
    Ok(next)
}

/// Keeps the text of a round for good.
pub(in crate::documents) fn insert_round(
    work: &mut Work<'_>,
    head: &VersionHead,
    round: i64,
    text: &str,
) -> QueryResult<()> {
    let agency = work.agency();
    diesel::insert_into(version_rounds::table)
        .values((
            version_rounds::agency_id.eq(&agency),
            version_rounds::version_id.eq(&head.id),
            version_rounds::round.eq(round),
            version_rounds::source.eq(text),
            version_rounds::content_sha256.eq(&head.content_sha256),
            version_rounds::submitted_at.eq(work.actor.at),
        ))
        .execute(work.conn)
        .map(drop)
}

/// Moves a version on, tells the act, and gives the head as it stands afterwards.
pub(in crate::documents) fn move_on(
    work: &mut Work<'_>,
    head: &VersionHead,
    moved: &Move,
    act: Option<(VersionAct, Option<&str>)>,
) -> Result<VersionHead, Failure> {
    if let Some(next) = moved.stage.filter(|next| !head.stage.may_become(*next)) {
        return Err(Failure::Internal(anyhow::anyhow!(
            "a version cannot go from {} to {next}",
            head.stage
        )));
    }
    let agency = work.agency();
    let row = versions::agency_id.eq(&agency).and(versions::id.eq(&head.id));
    let changed = diesel::update(
        versions::table
            .filter(row)
            .filter(versions::row_version.eq(head.row_version)),
    )
    .set((moved, versions::row_version.eq(head.row_version.saturating_add(1))))
    .execute(work.conn)?;
    if changed == 0 {
        return Err(stale(work, head));
    }
    let head = super::head(work, &head.id)?;
    if moved.stage.is_some() {
        let content = super::content_of(work, &head.id)?;
        super::index::put(work, &head, &content.source)?;
    }
    if let Some((act, reason)) = act {
        note(work, &head, act, reason)?;
    }
    Ok(head)
}

/// Adds an act to the history of a version and to the ledger.
pub(in crate::documents) fn note(
    work: &mut Work<'_>,
    head: &VersionHead,
    act: VersionAct,
    reason: Option<&str>,
) -> QueryResult<()> {
    let agency = work.agency();
    let person = work.actor.person.as_ref();
    diesel::insert_into(version_acts::table)
        .values((
            version_acts::id.eq(new_id()),
            version_acts::agency_id.eq(&agency),
            version_acts::version_id.eq(&head.id),
            version_acts::round.eq(head.round),
            version_acts::act.eq(act),
            version_acts::person_id.eq(person.map(|person| &person.id)),
            version_acts::person_name.eq(person.map_or("", |person| &person.full_name)),
            version_acts::reason.eq(reason),
            version_acts::content_sha256.eq(&head.content_sha256),
            version_acts::at.eq(work.actor.at),
        ))
        .execute(work.conn)?;
    let details = json!({ "document": head.document_id, "number": head.number, "round": head.round,
        "sha256": head.content_sha256 });
    work.record(act.in_ledger(), ("version", head.id.as_str()), details);
    Ok(())
}
