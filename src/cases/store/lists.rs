//! Lists of cases: all of them by what one looks for, and those that wait for one person.

use super::read::{head_columns, waiting_of};
use crate::assignments;
use crate::calendar;
use crate::cases::case::{CaseHead, Waiting};
use crate::cases::clock;
use crate::cases::schema::{case_waiting, cases};
use crate::documents;
use crate::kernel::{CaseId, DocumentId, PersonId, VersionId};
use crate::ledger::Work;
use crate::workflow::RoleCode;
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// How many cases a page of the list shows.
const PAGE: usize = 50;
/// The most cases that a person's own list shows.
const OWN: i64 = 200;

crate::kernel::text_enum! {
    /// Which cases a list shows.
    CaseState {
        /// All that are not ended.
        Open = "open",
        /// Open and past their due time.
        Late = "late",
        /// Open and due by the end of the next working day.
        DueSoon = "due_soon",
        /// Ended, however.
        Ended = "ended",
    }
}

/// What a list of cases is narrowed by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseFilter {
    /// A part of the code.
    pub text: String,
    /// Among these only; all when `None`.
    pub among: Option<Vec<CaseId>>,
    /// Of this procedure only.
    pub document: Option<DocumentId>,
    /// In this state only; all when `None`.
    pub state: Option<CaseState>,
    /// Continue after the case with this code.
    pub after: Option<String>,
}

/// A case in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CaseRow {
    /// The case.
    #[serde(flatten)]
    pub head: CaseHead,
    /// Title of the procedure, as the version of the case says it.
    pub title: String,
    /// Whether it is late now, or ended late.
    pub is_late: bool,
    /// Whether it is due by the end of the next working day.
    pub is_due_soon: bool,
    /// What it waits for.
    pub waiting: Vec<Waiting>,
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// At most 50 cases: the newest first; late ones and those due soon by their due time.
    pub rows: Vec<CaseRow>,
    /// The code to continue after, when there are more.
    pub next: Option<String>,
}

/// A case that waits for a step of one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OpenCase {
    /// Code of the case.
    pub code: String,
    /// Title of the procedure.
    pub title: String,
    /// Name of the step.
    pub step_name: String,
    /// Code of the step.
    pub step_code: String,
    /// When the case is due, UTC.
    pub due_at: Option<NaiveDateTime>,
    /// When the step is due, UTC.
    pub step_due_at: Option<NaiveDateTime>,
    /// Whether the case or the step is late.
    pub is_late: bool,
    /// When the case was received, UTC.
    pub received_at: NaiveDateTime,
}

/// A page of cases.
///
/// # Errors
/// When the database fails.
pub fn list(work: &mut Work<'_>, filter: &CaseFilter) -> QueryResult<Listed> {
    let (agency, now) = (work.agency(), work.actor.at);
    let soon = clock::soon(&calendar::working_calendar(work)?, now);
    let mut query = cases::table.filter(cases::agency_id.eq(&agency)).into_boxed();
    // The signs with a meaning in a pattern are in no code.
    let text: String = filter
        .text
        .to_uppercase()
        .chars()
        .filter(|sign| !matches!(sign, '%' | '_' | '\\'))
        .collect();
    if !text.is_empty() {
        query = query.filter(cases::code.like(format!("%{text}%")));
    }
    if let Some(among) = &filter.among {
        query = query.filter(cases::id.eq_any(among));
    }
    if let Some(document) = &filter.document {
        query = query.filter(cases::document_id.eq(document));
    }
    let by_due = matches!(filter.state, Some(CaseState::Late | CaseState::DueSoon));
    query = match filter.state {
        None => query,
        Some(CaseState::Open) => query.filter(cases::ended.is_null()),
        Some(CaseState::Ended) => query.filter(cases::ended.is_not_null()),
        Some(CaseState::Late) => query.filter(cases::ended.is_null().and(cases::due_at.lt(now))),
        Some(CaseState::DueSoon) => query.filter(
            cases::ended
                .is_null()
                .and(cases::due_at.ge(now))
                .and(cases::due_at.le(soon)),
        ),
    };
    if let Some(last) = filter
        .after
        .as_deref()
        .map(|code| super::by_code(work, code))
        .transpose()?
    {
        query = if by_due {
            let same = cases::due_at.eq(last.due_at).and(cases::code.gt(last.code));
            query.filter(cases::due_at.gt(last.due_at).or(same))
        } else {
            let same = cases::received_at.eq(last.received_at).and(cases::code.lt(last.code));
            query.filter(cases::received_at.lt(last.received_at).or(same))
        };
    }
    query = if by_due {
        query.order((cases::due_at.asc(), cases::code.asc()))
    } else {
        query.order((cases::received_at.desc(), cases::code.desc()))
    };
    let limit = i64::try_from(PAGE).unwrap_or(i64::MAX).saturating_add(1);
    let mut heads: Vec<CaseHead> = query.limit(limit).select(head_columns()).load(work.conn)?;
    let is_more = heads.len() > PAGE;
    heads.truncate(PAGE);
    let next = heads.last().filter(|_| is_more).map(|head| head.code.clone());
    Ok(Listed {
        rows: rows(work, heads, soon)?,
        next,
    })
}

fn rows(work: &mut Work<'_>, heads: Vec<CaseHead>, soon: NaiveDateTime) -> QueryResult<Vec<CaseRow>> {
    let now = work.actor.at;
    let ids: Vec<CaseId> = heads.iter().map(|head| head.id.clone()).collect();
    let mut waiting: BTreeMap<CaseId, Vec<Waiting>> = BTreeMap::new();
    for one in waiting_of(work, &ids)? {
        waiting.entry(one.case_id.clone()).or_default().push(one);
    }
    let titles = titles(work, heads.iter().map(|head| &head.version_id))?;
    let row = |head: CaseHead| CaseRow {
        title: titles
            .get(&head.version_id)
            .map(|(_, title)| title.clone())
            .unwrap_or_default(),
        is_late: head.is_late(now),
        is_due_soon: head.ended.is_none() && head.due_at.is_some_and(|due| due >= now && due <= soon),
        waiting: waiting.remove(&head.id).unwrap_or_default(),
        head,
    };
    Ok(heads.into_iter().map(row).collect())
}

/// Code and title of the documents that these versions are of.
pub(super) fn titles<'a>(
    work: &mut Work<'_>,
    versions: impl Iterator<Item = &'a VersionId>,
) -> QueryResult<BTreeMap<VersionId, (String, String)>> {
    let versions: BTreeSet<VersionId> = versions.cloned().collect();
    let contents = documents::contents(work, &versions.into_iter().collect::<Vec<_>>())?;
    let titles = contents.into_iter().map(|one| {
        let source = &one.content.source;
        (one.version, (source.code.clone(), source.title.clone()))
    });
    Ok(titles.collect())
}

type OwnRow = (
    (
        CaseId,
        String,
        DocumentId,
        VersionId,
        Option<NaiveDateTime>,
        NaiveDateTime,
    ),
    (String, String, String, Option<NaiveDateTime>),
);

/// The cases that wait for a step of this person today, by due time; at most 200.
///
/// # Errors
/// When the database fails.
pub fn open_for(work: &mut Work<'_>, person: &PersonId) -> QueryResult<Vec<OpenCase>> {
    let now = work.actor.at;
    let roles = assignments::book(work)?.roles_of(person, work.actor.today());
    let rows = waiting_for(work, &roles)?;
    let titles = titles(work, rows.iter().map(|row| &row.0.3))?;
    let is_own = |role: &str, document: &DocumentId| {
        roles
            .iter()
            .any(|(own, only)| own.as_str() == role && only.as_ref().is_none_or(|only| only == document))
    };
    let mut open: Vec<OpenCase> = Vec::with_capacity(rows.len());
    for ((_, code, document, version, due_at, received_at), (step_code, step_name, role, step_due_at)) in rows {
        let is_known = open
            .iter()
            .any(|known| known.code == code && known.step_code == step_code);
        if is_known || !is_own(&role, &document) {
            continue;
        }
        let is_late = due_at.is_some_and(|due| due < now) || step_due_at.is_some_and(|due| due < now);
        let title = titles.get(&version).map(|(_, title)| title.clone()).unwrap_or_default();
        open.push(OpenCase {
            code,
            title,
            step_name,
            step_code,
            due_at,
            step_due_at,
            is_late,
            received_at,
        });
    }
    Ok(open)
}

/// What waits for any of these roles; a role that is limited to one procedure may bring others of those procedures too.
fn waiting_for(work: &mut Work<'_>, roles: &[(RoleCode, Option<DocumentId>)]) -> QueryResult<Vec<OwnRow>> {
    use case_waiting as w;
    let agency = work.agency();
    let everywhere: Vec<&str> = roles
        .iter()
        .filter(|(_, one)| one.is_none())
        .map(|(role, _)| role.as_str())
        .collect();
    let somewhere: Vec<&str> = roles
        .iter()
        .filter(|(_, one)| one.is_some())
        .map(|(role, _)| role.as_str())
        .collect();
    let there: Vec<&DocumentId> = roles.iter().filter_map(|(_, document)| document.as_ref()).collect();
    let limited = w::role_code.eq_any(somewhere).and(cases::document_id.eq_any(there));
    w::table
        .inner_join(cases::table)
        .filter(
            w::agency_id
                .eq(&agency)
                .and(w::role_code.eq_any(everywhere).or(limited)),
        )
        .order((cases::due_at.is_null(), cases::due_at, cases::code, w::step_code))
        .limit(OWN)
        .select((
            (
                cases::id,
                cases::code,
                cases::document_id,
                cases::version_id,
                cases::due_at,
                cases::received_at,
            ),
            (w::step_code, w::step_name, w::role_code, w::due_at),
        ))
        .load(work.conn)
}
