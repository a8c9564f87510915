//! Judging many cases: everything that judgements rest on is read by a fixed number of queries, and what was judged is
//! remembered until something changes it.

mod choices;

pub(super) use choices::row_version;
pub use choices::{set_severities, severities};

use crate::assignments::{self, Roster};
use crate::calendar;
use crate::cases::{self, Ended, Trace, TraceFilter};
use crate::conformance::judge::{Around, Judge, Judgement, Shapes, Text};
use crate::conformance::known::Perspectives;
use crate::documents::{self, Content};
use crate::kernel::{CaseId, DocumentId, Permission, VersionId};
use crate::ledger::Work;
use crate::people::must;
use crate::web::Failure;
use chrono::NaiveDateTime;
use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Debug;
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
    let severities = severities(work)?;
    let elsewhere = elsewhere(work, &traces, &contents)?;
    let digest = digest(&(&book, &calendar, &severities, &elsewhere));
    let roster = Roster::of(&book);
    let around = Around {
        known: Perspectives::of_office(&roster),
        calendar: &calendar,
        severities: &severities,
        now: work.actor.at,
    };
    let nowhere = BTreeMap::new();
    let mut judges: BTreeMap<VersionId, Judge<'_>> = BTreeMap::new();
    let mut judged = Vec::with_capacity(traces.len());
    for trace in &traces {
        let Some(content) = contents.get(&trace.version) else {
            continue;
        };
        let judge = judges.entry(trace.version.clone()).or_insert_with(|| {
            let text = Text {
                content,
                document: &trace.document,
                elsewhere: elsewhere.get(&trace.version).unwrap_or(&nowhere),
            };
            Judge::new(text, around, &SHAPES)
        });
        judged.push((Arc::clone(content), remembered(judge, trace, (digest, around.now))));
    }
    let judged = traces
        .iter()
        .filter(|trace| contents.contains_key(&trace.version))
        .cloned()
        .zip(judged);
    let judged = judged.map(|(trace, (content, judgement))| Judged {
        trace,
        content,
        judgement,
    });
    Ok(judged.collect())
}

/// By version, the steps that cases on it did and that only other versions of its document have.
type Elsewhere = BTreeMap<VersionId, BTreeMap<String, VersionId>>;

/// Looks for steps that a text does not have in the other versions of its document, the newest first. The other
/// versions are only read when there is such a step.
fn elsewhere(
    work: &mut Work<'_>,
    traces: &[Trace],
    contents: &BTreeMap<VersionId, Arc<Content>>,
) -> Result<Elsewhere, Failure> {
    let mut unknown: BTreeMap<&DocumentId, BTreeSet<(&VersionId, &str)>> = BTreeMap::new();
    for trace in traces {
        let Some(content) = contents.get(&trace.version) else {
            continue;
        };
        for event in &trace.events {
            let mut steps = content.table.steps.iter();
            if !steps.any(|step| step.code.as_str() == event.step_code) {
                let own = unknown.entry(&trace.document).or_default();
                own.insert((&trace.version, &event.step_code));
            }
        }
    }
    let mut found = Elsewhere::new();
    for (document, steps) in unknown {
        let heads = documents::heads_of(work, document)?;
        let versions: Vec<VersionId> = heads.into_iter().map(|head| head.id).collect();
        let texts = documents::contents(work, &versions)?;
        let texts: BTreeMap<VersionId, Arc<Content>> =
            texts.into_iter().map(|one| (one.version, one.content)).collect();
        for (version, code) in steps {
            let has_it = |other: &&VersionId| {
                let text = texts.get(*other).filter(|_| *other != version);
                text.is_some_and(|text| text.table.steps.iter().any(|step| step.code.as_str() == code))
            };
            if let Some(other) = versions.iter().find(has_it) {
                let own = found.entry(version.clone()).or_default();
                own.insert(code.to_owned(), other.clone());
            }
        }
    }
    Ok(found)
}

fn remembered(judge: &Judge<'_>, trace: &Trace, (around, now): (u64, NaiveDateTime)) -> Arc<Judgement> {
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
    let judgement = Arc::new(judge.judge(trace));
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

/// Changes when something does that judgements rest on: an assignment, a holder of a position, a day of the calendar,
/// the table of severities, another version.
fn digest(around: &impl Debug) -> u64 {
    let mut hasher = DefaultHasher::new();
    format!("{around:?}").hash(&mut hasher);
    hasher.finish()
}
