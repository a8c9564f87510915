//! Lists of documents and versions, as far as whoever asks may see them.

use crate::documents::schema::{documents, version_stages, versions};
use crate::documents::store::read::{HeadRow, head_of, heads};
use crate::documents::version::{Stage, VersionHead};
use crate::kernel::{DocumentId, Permission, PersonId, VersionId};
use crate::ledger::Work;
use crate::people;
use crate::procedures::Kind;
use diesel::prelude::*;
use serde::Serialize;

/// How many documents one page of the list shows.
pub const LIST_PAGE: usize = 50;

/// What a list of documents is narrowed to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Only this kind.
    pub kind: Option<Kind>,
    /// Only this field (lĩnh vực).
    pub field: Option<String>,
    /// Only documents with a version in this stage; for `Superseded` and `Withdrawn` only those with none in force.
    pub stage: Option<Stage>,
    /// The last code of the page before.
    pub after: Option<String>,
}

/// A document in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListRow {
    /// The document.
    pub document_id: DocumentId,
    /// Its code.
    pub code: String,
    /// Its kind, as the file says it.
    pub kind: String,
    /// The version that stands for the document: the effective one, else the newest that may be seen.
    pub shown: VersionHead,
    /// The version in force.
    pub effective: Option<VersionHead>,
    /// The newest version on its way (draft, under review or approval, approved), if it may be seen.
    pub open: Option<VersionHead>,
}

/// What somebody may see of the versions.
pub(super) struct Sight {
    /// All versions in these stages.
    pub(super) stages: Vec<Stage>,
    /// What this person wrote.
    pub(super) person: PersonId,
    /// What waits for this person's signature.
    pub(super) duties: Vec<VersionId>,
}

/// Versions that the condition of this sight lets through, in a query over `versions`.
macro_rules! seen {
    ($sight:expr) => {
        versions::stage
            .eq_any($sight.stages.clone())
            .or(versions::author_id.eq($sight.person.clone()))
            .or(versions::id.eq_any($sight.duties.clone()))
    };
}
pub(super) use seen;

impl Sight {
    pub(super) fn of(work: &mut Work<'_>) -> QueryResult<Self> {
        let person = work.actor.person.as_ref().map(|person| person.id.clone());
        let stages = stages_seen(work);
        let duties = match &person {
            Some(person) if stages.len() < Stage::ALL.len() => duties(work, person)?,
            _ => Vec::new(),
        };
        // A visitor wrote nothing; no author has the empty id.
        Ok(Self {
            stages,
            person: person.unwrap_or_else(|| PersonId::of("")),
            duties,
        })
    }
}

/// The stages whose versions the actor sees whoever wrote them.
fn stages_seen(work: &Work<'_>) -> Vec<Stage> {
    if people::must(work.actor, Permission::ReadDrafts).is_ok() {
        Stage::ALL.to_vec()
    } else if people::must(work.actor, Permission::ReadDocuments).is_ok() {
        vec![Stage::Effective, Stage::Superseded, Stage::Withdrawn]
    } else {
        vec![Stage::Effective]
    }
}

/// The versions in whose present round the person holds a position today.
fn duties(work: &mut Work<'_>, person: &PersonId) -> QueryResult<Vec<VersionId>> {
    let (agency, today) = (work.agency(), work.actor.today());
    let held: Vec<_> = people::signing_positions_of(work, person, today)?
        .into_iter()
        .map(|position| position.id)
        .collect();
    version_stages::table
        .inner_join(versions::table)
        .filter(
            version_stages::agency_id
                .eq(&agency)
                .and(version_stages::position_id.eq_any(held)),
        )
        .filter(version_stages::round.eq(versions::round))
        .filter(versions::stage.eq_any([Stage::InReview, Stage::InApproval, Stage::Approved]))
        .select(version_stages::version_id)
        .distinct()
        .load(work.conn)
}

/// Whether the actor may read a version: everybody the effective ones; those replaced or withdrawn whoever may read
/// documents; drafts and rounds their author, signatories of the present round, and whoever may read drafts.
///
/// # Errors
/// When the database fails.
pub fn may_read(work: &mut Work<'_>, head: &VersionHead) -> QueryResult<bool> {
    if stages_seen(work).contains(&head.stage) {
        return Ok(true);
    }
    let Some(person) = work.actor.person.as_ref().map(|person| person.id.clone()) else {
        return Ok(false);
    };
    Ok(person == head.author_id || duties(work, &person)?.contains(&head.id))
}

/// The most versions that one archive holds.
const MOST_READABLE: i64 = 15_000;

/// All versions that the actor may read, by code and number.
///
/// # Errors
/// When the database fails.
pub(in crate::documents) fn readable_heads(work: &mut Work<'_>) -> QueryResult<Vec<VersionHead>> {
    let sight = Sight::of(work)?;
    let agency = work.agency();
    let rows: Vec<HeadRow> = heads!(&agency)
        .filter(seen!(sight))
        .order((documents::code, versions::number))
        .limit(MOST_READABLE)
        .load(work.conn)?;
    Ok(rows.into_iter().map(head_of).collect())
}

/// The open versions that the actor may read (drafts, under review or approval, approved), the last saved first.
///
/// # Errors
/// When the database fails.
pub fn drafts(work: &mut Work<'_>) -> QueryResult<Vec<VersionHead>> {
    let (agency, sight) = (work.agency(), Sight::of(work)?);
    let rows: Vec<HeadRow> = heads!(&agency)
        .filter(versions::stage.eq_any(Stage::OPEN))
        .filter(seen!(sight))
        .order((versions::saved_at.desc(), documents::code))
        .load(work.conn)?;
    Ok(rows.into_iter().map(head_of).collect())
}

/// The fields (lĩnh vực) of the effective versions, in order.
///
/// # Errors
/// When the database fails.
pub fn fields(work: &mut Work<'_>) -> QueryResult<Vec<String>> {
    let agency = work.agency();
    versions::table
        .filter(
            versions::agency_id
                .eq(&agency)
                .and(versions::stage.eq(Stage::Effective)),
        )
        .filter(versions::field.ne(""))
        .select(versions::field)
        .distinct()
        .order(versions::field)
        .load(work.conn)
}

/// The fields (lĩnh vực) of all versions of the agency, on their way or not, in order.
///
/// # Errors
/// When the database fails.
pub(in crate::documents) fn all_fields(work: &mut Work<'_>) -> QueryResult<Vec<String>> {
    let agency = work.agency();
    versions::table
        .filter(versions::agency_id.eq(&agency).and(versions::field.ne("")))
        .select(versions::field)
        .distinct()
        .order(versions::field)
        .load(work.conn)
}

/// The documents of one page: up to [`LIST_PAGE`] whose codes follow `filter.after`.
fn page(work: &mut Work<'_>, sight: &Sight, filter: &Filter) -> QueryResult<Vec<DocumentId>> {
    let agency = work.agency();
    let mut query = versions::table
        .inner_join(documents::table)
        .filter(versions::agency_id.eq(agency.clone()))
        .filter(seen!(sight))
        .select((documents::code, documents::id))
        .distinct()
        .order(documents::code)
        .limit(i64::try_from(LIST_PAGE).unwrap_or(i64::MAX))
        .into_boxed();
    if let Some(after) = filter.after.as_deref() {
        query = query.filter(documents::code.gt(after));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(documents::kind.eq(kind.as_str()));
    }
    if let Some(field) = filter.field.as_deref() {
        query = query.filter(versions::field.eq(field));
    }
    if let Some(stage) = filter.stage {
        query = query.filter(versions::stage.eq(stage));
        if matches!(stage, Stage::Superseded | Stage::Withdrawn) {
            let other = diesel::alias!(versions as other);
            let in_force = other
                .filter(other.field(versions::agency_id).eq(agency))
                .filter(other.field(versions::stage).eq(Stage::Effective))
                .select(other.field(versions::document_id));
            query = query.filter(versions::document_id.ne_all(in_force));
        }
    }
    let found: Vec<(String, DocumentId)> = query.load(work.conn)?;
    Ok(found.into_iter().map(|(_, id)| id).collect())
}

/// One page of the documents that the actor may see, in the order of their codes, one row for each.
///
/// # Errors
/// When the database fails.
pub fn list(work: &mut Work<'_>, filter: &Filter) -> QueryResult<Vec<ListRow>> {
    let (agency, sight) = (work.agency(), Sight::of(work)?);
    let ids = page(work, &sight, filter)?;
    let rows: Vec<HeadRow> = heads!(&agency)
        .filter(versions::document_id.eq_any(&ids))
        .filter(seen!(sight))
        .order((documents::code, versions::number.desc()))
        .load(work.conn)?;
    let heads: Vec<VersionHead> = rows.into_iter().map(head_of).collect();
    Ok(heads
        .chunk_by(|one, other| one.document_id == other.document_id)
        .filter_map(|heads| {
            let effective = heads.iter().find(|head| head.stage == Stage::Effective);
            let shown = effective.or_else(|| heads.first())?.clone();
            Some(ListRow {
                document_id: shown.document_id.clone(),
                code: shown.code.clone(),
                kind: shown.kind.clone(),
                effective: effective.cloned(),
                open: heads.iter().find(|head| Stage::OPEN.contains(&head.stage)).cloned(),
                shown,
            })
        })
        .collect())
}
