//! Judging many cases: everything that judgements rest on is read by a fixed number of queries, and what was judged is
//! remembered until something changes it.

use super::judge::{JudgeInput, Judgement, Shapes, judge};
use crate::assignments::{self, Book};
use crate::calendar::{self, WorkingCalendar};
use crate::cases::{self, Ended, Trace, TraceFilter};
use crate::documents::{self, Content};
use crate::kernel::{CaseId, Permission, VersionId};
use crate::ledger::Work;
use crate::people::must;
use crate::web::Failure;
use chrono::NaiveDateTime;
use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, HashMap};
use std::hash::{Hash, Hasher};
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

/// How many judgements are kept: the cases of an office in some years.
const KEPT: usize = 50_000;

static SHAPES: LazyLock<Shapes> = LazyLock::new(Shapes::new);
static JUDGED: LazyLock<RwLock<HashMap<CaseId, Known>>> = LazyLock::new(RwLock::default);

/// A judged case with the text it was held against.
#[derive(Debug, Clone)]
pub struct Judged {
    /// The case.
    pub trace: Trace,
    /// The text that was in force at intake.
    pub content: Arc<Content>,
    /// What was found.
    pub judgement: Arc<Judgement>,
}

/// A judgement that was made before, and on what.
struct Known {
    on: Basis,
    from: NaiveDateTime,
    judgement: Arc<Judgement>,
}

/// What a judgement changes with, besides the time.
#[derive(PartialEq, Eq)]
struct Basis {
    last_seq: i64,
    events: usize,
    papers: usize,
    ended: Option<Ended>,
    due_at: Option<NaiveDateTime>,
    around: u64,
}

/// Judges the cases that the filter lets through, in the order of receipt.
///
/// # Errors
/// When the actor may not read conformance, or the database fails.
pub fn judge_all(work: &mut Work<'_>, filter: &TraceFilter) -> Result<Vec<Judged>, Failure> {
    must(work.actor, Permission::ReadConformance)?;
    let traces = cases::traces(work, filter)?;
    if traces.is_empty() {
        return Ok(Vec::new());
    }
    let mut versions: Vec<VersionId> = traces.iter().map(|trace| trace.version.clone()).collect();
    versions.sort_unstable();
    versions.dedup();
    let contents: BTreeMap<VersionId, Arc<Content>> = documents::contents(work, &versions)?
        .into_iter()
        .map(|one| (one.version, one.content))
        .collect();
    let book = assignments::book(work)?;
    let calendar = calendar::working_calendar(work)?;
    let around = digest(&book, &calendar);
    let now = work.actor.at;
    let judged = traces.into_iter().filter_map(|trace| {
        let content = Arc::clone(contents.get(&trace.version)?);
        let input = JudgeInput {
            trace: &trace,
            content: &content,
            book: &book,
            calendar: &calendar,
            now,
        };
        let judgement = remembered(&input, around);
        Some(Judged {
            trace,
            content,
            judgement,
        })
    });
    Ok(judged.collect())
}

fn remembered(input: &JudgeInput<'_>, around: u64) -> Arc<Judgement> {
    let (trace, now) = (input.trace, input.now);
    let on = Basis {
        last_seq: trace.events.iter().map(|event| event.seq).max().unwrap_or(0),
        events: trace.events.len(),
        papers: trace.papers.len(),
        ended: trace.ended,
        due_at: trace.due_at,
        around,
    };
    let known = JUDGED.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = known.get(&trace.id).filter(|known| known.on == on && known.from <= now)
        && known.judgement.changes_at.is_none_or(|at| now <= at)
    {
        return Arc::clone(&known.judgement);
    }
    drop(known);
    let judgement = Arc::new(judge(input, &SHAPES));
    let mut known = JUDGED.write().unwrap_or_else(PoisonError::into_inner);
    if known.len() >= KEPT {
        known.clear();
    }
    known.insert(
        trace.id.clone(),
        Known {
            on,
            from: now,
            judgement: Arc::clone(&judgement),
        },
    );
    judgement
}

/// Changes when an assignment, a holder of a position or a day of the calendar does.
fn digest(book: &Book, calendar: &WorkingCalendar) -> u64 {
    let mut hasher = DefaultHasher::new();
    format!("{book:?}{calendar:?}").hash(&mut hasher);
    hasher.finish()
}
