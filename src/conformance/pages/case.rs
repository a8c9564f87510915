//! One case beside the approved workflow: what the table prescribes, what was done, and each finding in words.

use super::list::names;
use super::overlay::{is_about_others, picture};
use super::told::{Told, version_path};
use crate::cases::{self, Ended, Event, TraceFilter};
use crate::conformance::drawing::{Linked, Pair, Pairing, draw_pair};
use crate::conformance::figures::waiting;
use crate::conformance::finding::{Finding, FindingKind, Severity};
use crate::conformance::sentence::{Names, Teller};
use crate::conformance::store::{Judged, judge_all};
use crate::kernel::Language;
use crate::ledger::Work;
use crate::web::escaped;
use crate::web::{Desk, Failure, Page};
use crate::workflow::{Move, Step};
use actix_web::HttpResponse;
use actix_web::web::Path;
use chrono::NaiveDateTime;
use serde::Serialize;

#[derive(Serialize)]
struct CasePage {
    code: String,
    path: String,
    procedure: String,
    title: String,
    version: String,
    version_path: String,
    received_at: NaiveDateTime,
    promised_at: Option<NaiveDateTime>,
    due_at: Option<NaiveDateTime>,
    ended: Option<Ended>,
    ended_at: Option<NaiveDateTime>,
    is_determined: bool,
    is_conforming: bool,
    cost: u32,
    fitness: String,
    findings: Vec<Told>,
    rows: Vec<Row>,
    /// What was done and what is prescribed, pair by pair, as pictures.
    strip: Vec<String>,
    picture: String,
}

impl Page for CasePage {
    const TEMPLATE: &'static str = "conformance/case.html";
}

/// How what was done stands to what is prescribed.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Match {
    /// Done as prescribed.
    Fits,
    /// Prescribed and done, but something about it deviates.
    Deviates,
    /// Prescribed and not done here.
    Missing,
    /// Done and not prescribed here.
    Extra,
    /// Prescribed next in an open case.
    Waiting,
}

/// A line of the comparison.
#[derive(Serialize)]
struct Row {
    is: Match,
    number: Option<usize>,
    approved: Option<String>,
    /// The code of the approved step.
    #[serde(skip)]
    code: String,
    roles: String,
    done: Option<Done>,
    kinds: Vec<FindingKind>,
}

/// What was done.
#[derive(Serialize)]
struct Done {
    seq: i64,
    #[serde(skip)]
    code: String,
    step: String,
    outcome: Option<String>,
    who: String,
    position: String,
    at: NaiveDateTime,
    off_workflow: bool,
}

pub(super) async fn show(desk: Desk, path: Path<String>) -> Result<HttpResponse, Failure> {
    let code = path.into_inner();
    let (judged, names) = desk.read(move |work| load(work, &code)).await?;
    let teller = Teller {
        words: desk.site().pages.words(),
        language: desk.language(),
        names: &names,
    };
    desk.page(&page(&teller, &judged))
}

fn load(work: &mut Work<'_>, code: &str) -> Result<(Judged, Names), Failure> {
    let case = cases::by_code(work, code)?.id;
    let filter = TraceFilter {
        case: Some(case),
        ..TraceFilter::default()
    };
    let judged = judge_all(work, &filter)?.pop().ok_or(Failure::NotFound)?;
    let names = names(
        work,
        std::slice::from_ref(&judged),
        judged.judgement.findings.iter(),
        None,
    )?;
    Ok((judged, names))
}

fn page(teller: &Teller<'_>, judged: &Judged) -> CasePage {
    let (trace, judgement, source) = (&judged.trace, &judged.judgement, &judged.content.source);
    let waiting = waiting(judged);
    let rows = rows(teller, judged, &waiting);
    let english = teller.language == Language::En && !source.title_en.is_empty();
    CasePage {
        code: trace.code.clone(),
        path: escaped(&trace.code),
        procedure: source.code.clone(),
        title: if english {
            source.title_en.clone()
        } else {
            source.title.clone()
        },
        version: teller.version(&trace.version),
        version_path: version_path(teller, &trace.version),
        received_at: trace.received_at,
        promised_at: trace.promised_at,
        due_at: trace.due_at,
        ended: trace.ended,
        ended_at: trace.ended_at,
        is_determined: judgement.is_determined,
        is_conforming: judgement.is_conforming(),
        cost: judgement.cost,
        fitness: teller.decimal(&format!("{:.3}", judgement.fitness)),
        findings: judgement
            .findings
            .iter()
            .map(|finding| Told::new(teller, judged, finding))
            .collect(),
        strip: strip(teller, &rows, &version_path(teller, &trace.version)),
        rows,
        picture: picture(teller, judged, &waiting),
    }
}

fn rows(teller: &Teller<'_>, judged: &Judged, waiting: &[usize]) -> Vec<Row> {
    let step = |row: usize| judged.content.table.steps.get(row);
    let line = |is, row: Option<usize>, event: Option<&Event>| {
        let approved = row.and_then(step);
        let of_event = |finding: &&Finding| match event {
            Some(event) => finding.event_seq == Some(event.seq) && !is_about_others(finding.kind),
            None => is == Match::Waiting && finding.event_seq.is_none() && finding.row == row && row.is_some(),
        };
        let shown: Vec<&Finding> = judged.judgement.findings.iter().filter(of_event).collect();
        let deviates = shown.iter().any(|finding| finding.severity != Severity::Info);
        Row {
            is: if is == Match::Fits && deviates {
                Match::Deviates
            } else {
                is
            },
            number: row.map(|row| row + 1),
            approved: approved.map(label),
            code: approved.map(|step| step.code.to_string()).unwrap_or_default(),
            roles: approved.map(|step| teller.roles(&step.roles)).unwrap_or_default(),
            done: event.map(|event| done(judged, event)),
            kinds: shown.iter().map(|finding| finding.kind).collect(),
        }
    };
    let event = |event: usize| judged.trace.events.get(event);
    let moves = judged.judgement.moves.iter().map(|step| match *step {
        Move::Sync { event: at, row } => line(Match::Fits, Some(row), event(at)),
        Move::Log { event: at, .. } => line(Match::Extra, None, event(at)),
        Move::Model { row } => line(Match::Missing, Some(row), None),
    });
    moves
        .chain(waiting.iter().map(|row| line(Match::Waiting, Some(*row), None)))
        .collect()
}

/// The comparison as a strip of pairs; each step leads to its entry or to its row.
fn strip(teller: &Teller<'_>, rows: &[Row], version_path: &str) -> Vec<String> {
    let pair = |row: &Row| {
        let done = row.done.as_ref().map(|done| Linked {
            code: done.code.clone(),
            path: format!("#entry-{}", done.seq),
        });
        let asked = row.number.map(|number| Linked {
            code: row.code.clone(),
            path: format!("{version_path}#step-{number}"),
        });
        let (pairing, word, label) = match row.is {
            Match::Fits => (Pairing::Fits, "fits", "both"),
            Match::Deviates => (Pairing::Deviates, "deviates", "both"),
            Match::Extra => (Pairing::Extra, "extra", "only_done"),
            Match::Missing => (Pairing::Missing, "missing", "only_asked"),
            Match::Waiting => (Pairing::Waiting, "waiting", "waits"),
        };
        let code = |linked: &Option<Linked>| linked.as_ref().map(|one| one.code.clone()).unwrap_or_default();
        let holes = [("done", code(&done)), ("asked", code(&asked))];
        let word = teller
            .words
            .get(teller.language, &format!("conformance.match.{word}"))
            .to_owned();
        let label = teller
            .words
            .fill(teller.language, &format!("conformance.strip.{label}"), &holes);
        draw_pair(&Pair {
            pairing,
            done,
            asked,
            label: format!("{word}: {label}"),
            word,
        })
    };
    rows.iter().map(pair).collect()
}

fn label(step: &Step) -> String {
    format!("{} {}", step.code, step.name)
}

fn done(judged: &Judged, event: &Event) -> Done {
    let step = judged
        .content
        .table
        .steps
        .iter()
        .find(|step| step.code.as_str() == event.step_code);
    Done {
        seq: event.seq,
        code: event.step_code.clone(),
        step: step.map_or_else(|| event.step_code.clone(), label),
        outcome: event.outcome.clone(),
        who: event.person_name.clone(),
        position: event.position_name.clone(),
        at: event.done_at,
        off_workflow: event.off_workflow,
    }
}
