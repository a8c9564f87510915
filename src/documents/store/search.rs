//! Asking the index of words, as far as whoever asks may see.

use super::list::{Filter, Sight, seen};
use super::read::{HeadRow, head_of, heads};
use crate::db::AnyConnection;
use crate::documents::content::Content;
use crate::documents::schema::{documents, versions};
use crate::documents::search::{
    Expression, FTS5, Marked, Question, Snippet, TSQUERY, entry, field_entry, marked, snippet, sort, stage_entry,
};
use crate::documents::version::{Stage, VersionHead};
use crate::kernel::{AgencyId, DocumentId, Language, VersionId};
use crate::ledger::Work;
use crate::procedures::{Source, parse};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap, HashSet};

/// How many documents one page of what was found shows.
pub const FOUND_PAGE: usize = 20;
/// How many versions of one tier are looked at, the newest first: it bounds the work of every question.
const LOOKED_AT: i64 = 1_000;
/// How many versions that wait for somebody's signature are asked for by name.
const DUTIES: usize = 200;

/// A document that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hit {
    /// The version in which it was found: the one in force before others.
    pub head: VersionHead,
    /// Its title in the reader's language, with the hits marked.
    pub title: Vec<Marked>,
    /// The best place beside the title, if any.
    pub snippet: Option<Snippet>,
}

/// One page of what was found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Found {
    /// The documents, the best answers first.
    pub hits: Vec<Hit>,
    /// What the next page comes after (`Filter::after`), when there is one.
    pub next: Option<String>,
    /// Whether the words stand apart only: nothing has them beside each other.
    pub is_apart: bool,
    /// Whether more versions answer than are looked at: a longer question finds better.
    pub is_cut: bool,
}

#[derive(Debug, Clone, QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    version_id: VersionId,
    #[diesel(sql_type = Text)]
    document_id: DocumentId,
    #[diesel(sql_type = Text)]
    code: String,
    #[diesel(sql_type = Text)]
    stage: Stage,
}

/// The versions at the newest places that answer, inside one agency. `CROSS JOIN` keeps the order of the tables: without
/// it the planner reads all rows of the agency and looks for each in what the index gave.
const SQLITE: &str = "SELECT s.version_id, s.document_id, s.code, s.stage FROM \
    (SELECT rowid AS place FROM version_words WHERE version_words MATCH ? ORDER BY rowid DESC LIMIT ?) f \
    CROSS JOIN version_search s ON s.place = f.place AND s.agency_id = ? ORDER BY f.place DESC";
/// The same: the index is asked first and alone, for a plan by places would read every row.
const POSTGRES: &str = "WITH f AS MATERIALIZED (SELECT place FROM version_words WHERE words @@ CAST($1 AS tsquery)), \
    t AS (SELECT place FROM f ORDER BY place DESC LIMIT $2) \
    SELECT s.version_id, s.document_id, s.code, s.stage FROM t JOIN version_search s ON s.place = t.place AND s.agency_id = $3 \
    ORDER BY t.place DESC";

fn ask(conn: &mut AnyConnection, agency: &AgencyId, question: &Expression) -> QueryResult<Vec<Row>> {
    match conn {
        AnyConnection::Sqlite(conn) => diesel::sql_query(SQLITE)
            .bind::<Text, _>(question.written(FTS5))
            .bind::<BigInt, _>(LOOKED_AT)
            .bind::<Text, _>(agency)
            .load(conn),
        AnyConnection::Postgres(conn) => diesel::sql_query(POSTGRES)
            .bind::<Text, _>(question.written(TSQUERY))
            .bind::<BigInt, _>(LOOKED_AT)
            .bind::<Text, _>(agency)
            .load(conn),
    }
}

fn any_stage(agency: &AgencyId, stages: impl IntoIterator<Item = Stage>) -> Option<Expression> {
    let stages: Vec<Expression> = stages
        .into_iter()
        .map(|stage| Expression::Word(stage_entry(agency, stage)))
        .collect();
    (!stages.is_empty()).then_some(Expression::Any(stages))
}

/// The stages that are looked at: the one that was chosen, else those that stand for a document today.
fn wanted(filter: &Filter) -> Vec<Stage> {
    let is_past = |stage: &Stage| matches!(stage, Stage::Superseded | Stage::Cancelled);
    match filter.stage {
        Some(stage) => vec![stage],
        None => Stage::ALL.iter().copied().filter(|stage| !is_past(stage)).collect(),
    }
}

/// What narrows every tier: agency, sight and filter; `None` when nothing can be seen at all.
fn narrowed(agency: &AgencyId, sight: &Sight, filter: &Filter) -> Option<Vec<Expression>> {
    let wanted = wanted(filter);
    let (free, bound): (Vec<Stage>, Vec<Stage>) = wanted.into_iter().partition(|stage| sight.stages.contains(stage));
    let mut ways: Vec<Expression> = any_stage(agency, free).into_iter().collect();
    let mut own = Vec::new();
    if !sight.person.as_str().is_empty() {
        own.push(Expression::Word(entry(sort::AUTHOR, sight.person.as_str())));
    }
    let duties = sight.duties.iter().take(DUTIES);
    own.extend(duties.map(|version| Expression::Word(entry(sort::VERSION, version.as_str()))));
    if let Some(stages) = any_stage(agency, bound).filter(|_| !own.is_empty()) {
        ways.push(Expression::All(vec![stages, Expression::Any(own)]));
    }
    if ways.is_empty() {
        return None;
    }
    let mut all = vec![Expression::Any(ways)];
    if let Some(kind) = filter.kind {
        all.push(Expression::Word(entry(sort::KIND, kind.as_str())));
    }
    if let Some(field) = filter.field.as_deref() {
        all.push(Expression::Word(field_entry(field)));
    }
    Some(all)
}

/// The documents of one tier that no better tier has, each once, in the order of their codes.
fn fresh(rows: Vec<Row>, seen: &mut HashSet<DocumentId>) -> BTreeMap<String, VersionId> {
    let mut best: HashMap<DocumentId, Row> = HashMap::new();
    for row in rows.into_iter().filter(|row| !seen.contains(&row.document_id)) {
        let known = best.get(&row.document_id).map(|known| known.stage);
        if known.is_none() || (row.stage == Stage::Effective && known != Some(Stage::Effective)) {
            best.insert(row.document_id.clone(), row);
        }
    }
    seen.extend(best.keys().cloned());
    best.into_values().map(|row| (row.code, row.version_id)).collect()
}

/// The place in the order of answers that a key names (`3:QT.HT.01`).
fn place_of(key: &str) -> Option<(usize, String)> {
    let (tier, code) = key.split_once(':')?;
    Some((tier.parse().ok()?, code.to_owned()))
}

/// Finds documents by words, as far as the actor may see them: by the code itself first, then with the marks that were
/// typed, then without marks; in the title before the text. Without a word to look for nothing is found.
///
/// # Errors
/// When the database fails.
pub fn search(work: &mut Work<'_>, text: &str, filter: &Filter) -> QueryResult<Found> {
    let (agency, sight) = (work.agency(), Sight::of(work)?);
    let mut found = Found::default();
    let (Some(question), Some(narrow)) = (Question::of(text), narrowed(&agency, &sight, filter)) else {
        return Ok(found);
    };
    let after = filter.after.as_deref().and_then(place_of);
    let (mut seen, mut page) = (HashSet::new(), Vec::new());
    for (tier, asked) in question.tiers().into_iter().chain(question.apart()).enumerate() {
        found.is_apart = question.apart().as_ref() == Some(&asked);
        if page.len() > FOUND_PAGE || (found.is_apart && !seen.is_empty()) {
            found.is_apart = false;
            break;
        }
        let asked = Expression::All([asked].into_iter().chain(narrow.iter().cloned()).collect());
        let rows = ask(work.conn, &agency, &asked)?;
        found.is_cut |= i64::try_from(rows.len()).is_ok_and(|rows| rows >= LOOKED_AT);
        for (code, version) in fresh(rows, &mut seen) {
            let place = (tier, code);
            if after.as_ref().is_none_or(|after| place > *after) {
                page.push((place, version));
            }
        }
    }
    let is_more = page.len() > FOUND_PAGE;
    page.truncate(FOUND_PAGE);
    found.next = page
        .last()
        .filter(|_| is_more)
        .map(|((tier, code), _)| format!("{tier}:{code}"));
    let ids: Vec<VersionId> = page.into_iter().map(|(_, version)| version).collect();
    found.hits = shown(work, &sight, &question, &ids)?;
    Ok(found)
}

/// The versions as a page shows them, in this order. The sight is asked once more of the versions themselves, so that an
/// index that lags behind shows nothing that it should not.
fn shown(work: &mut Work<'_>, sight: &Sight, question: &Question, ids: &[VersionId]) -> QueryResult<Vec<Hit>> {
    let agency = work.agency();
    let rows: Vec<HeadRow> = heads!(&agency)
        .filter(versions::id.eq_any(ids))
        .filter(seen!(sight))
        .load(work.conn)?;
    let heads: Vec<VersionHead> = rows.into_iter().map(head_of).collect();
    let unread = heads
        .iter()
        .filter(|head| Content::known(&head.content_sha256).is_none());
    let unread: Vec<&VersionId> = unread.map(|head| &head.id).collect();
    let texts: Vec<(VersionId, String)> = versions::table
        .filter(versions::agency_id.eq(&agency).and(versions::id.eq_any(unread)))
        .select((versions::id, versions::source))
        .load(work.conn)?;
    let texts: HashMap<VersionId, String> = texts.into_iter().collect();
    let mut hits: HashMap<VersionId, Hit> = HashMap::new();
    for head in heads {
        let known = Content::known(&head.content_sha256);
        let read: Source;
        let source = match &known {
            Some(content) => &content.source,
            None => {
                read = texts
                    .get(&head.id)
                    .and_then(|text| parse(text).document)
                    .unwrap_or_default();
                &read
            }
        };
        let title = match work.actor.language {
            Language::En if !head.title_en.is_empty() => &head.title_en,
            Language::En | Language::Vi => &head.title,
        };
        let hit = Hit {
            title: marked(question, title),
            snippet: snippet(question, source),
            head,
        };
        hits.insert(hit.head.id.clone(), hit);
    }
    Ok(ids.iter().filter_map(|id| hits.remove(id)).collect())
}
