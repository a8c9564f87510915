//! The cases of a period with their findings, the newest first.

use super::asked::Asked;
use super::overview::{Choice, procedures};
use super::told::Told;
use crate::cases::Ended;
use crate::conformance::finding::{Finding, FindingKind};
use crate::conformance::sentence::{Names, Teller};
use crate::conformance::store::{Judged, judge_all};
use crate::documents;
use crate::kernel::{Language, VersionId};
use crate::ledger::Work;
use crate::people;
use crate::web::escaped;
use crate::web::{Desk, Failure, Page};
use actix_web::HttpResponse;
use chrono::NaiveDateTime;
use serde::Serialize;

/// Cases on a page.
const PAGE: usize = 50;

#[derive(Serialize)]
struct ListPage {
    asked: Asked,
    procedures: Vec<Choice>,
    kinds: &'static [FindingKind],
    /// The name of the official that the list is about.
    person: Option<String>,
    rows: Vec<CaseRow>,
    total: usize,
    next: Option<String>,
    first: String,
    /// The same list of all officials and steps.
    wide: String,
    figures_path: String,
    /// The pictures of the procedure, when there is one.
    flow_path: Option<String>,
    timeline_path: String,
    /// The cases of the period as an event log.
    xes: String,
    csv: String,
}

impl Page for ListPage {
    const TEMPLATE: &'static str = "conformance/list.html";
}

#[derive(Serialize)]
struct CaseRow {
    code: String,
    path: String,
    procedure: String,
    title: String,
    received_at: NaiveDateTime,
    ended: Option<Ended>,
    ended_at: Option<NaiveDateTime>,
    is_determined: bool,
    findings: Vec<Told>,
}

struct Found {
    rows: Vec<Judged>,
    total: usize,
    more: bool,
    names: Names,
    choices: Vec<Choice>,
}

pub(super) async fn show(desk: Desk) -> Result<HttpResponse, Failure> {
    let asked = Asked::of(&desk);
    let wanted = asked.clone();
    let found = desk.read(move |work| load(work, &wanted)).await?;
    let teller = Teller {
        words: desk.site().pages.words(),
        language: desk.language(),
        names: &found.names,
    };
    let rows: Vec<CaseRow> = found.rows.iter().map(|one| row(&asked, &teller, one)).collect();
    let person = asked
        .person
        .as_ref()
        .map(|person| found.names.people.get(person).cloned().unwrap_or_default());
    desk.page(&ListPage {
        next: rows.last().filter(|_| found.more).map(|row| asked.next(&row.code)),
        first: asked.next(""),
        wide: asked.wide(),
        figures_path: asked.figures(),
        flow_path: (!asked.procedure.is_empty()).then(|| asked.flow(&asked.procedure)),
        timeline_path: asked.timeline(),
        xes: asked.log("xes"),
        csv: asked.log("csv"),
        person,
        rows,
        total: found.total,
        procedures: found.choices,
        kinds: FindingKind::ALL,
        asked,
    })
}

fn load(work: &mut Work<'_>, asked: &Asked) -> Result<Found, Failure> {
    let filter = asked.filter(work)?;
    let mut rows = judge_all(work, &filter)?;
    rows.retain(|one| asked.lists(&one.judgement));
    rows.sort_by(|a, b| (b.trace.received_at, &b.trace.code).cmp(&(a.trace.received_at, &a.trace.code)));
    let total = rows.len();
    if let Some(at) = rows.iter().position(|one| one.trace.code == asked.after) {
        rows.drain(..=at);
    }
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let shown = |one: &Judged| shown(asked, one).cloned().collect::<Vec<Finding>>();
    let findings: Vec<Finding> = rows.iter().flat_map(shown).collect();
    let names = names(work, &rows, findings.iter(), asked.person.as_ref())?;
    let (choices, _) = procedures(work)?;
    Ok(Found {
        rows,
        total,
        more,
        names,
        choices,
    })
}

/// The findings that the list shows of a case: those that were asked for, else all.
fn shown<'a>(asked: &'a Asked, one: &'a Judged) -> impl Iterator<Item = &'a Finding> {
    one.judgement
        .findings
        .iter()
        .filter(move |finding| asked.wants(finding))
}

/// The names that the findings of these cases need.
pub(super) fn names<'a>(
    work: &mut Work<'_>,
    judged: &[Judged],
    findings: impl Iterator<Item = &'a Finding>,
    person: Option<&crate::kernel::PersonId>,
) -> Result<Names, Failure> {
    let language = work.actor.language;
    let mut people: Vec<_> = person.cloned().into_iter().collect();
    let mut versions: Vec<VersionId> = judged.iter().map(|one| one.trace.version.clone()).collect();
    Names::wanted(findings, &mut people, &mut versions);
    people.sort_unstable();
    people.dedup();
    versions.sort_unstable();
    versions.dedup();
    Ok(Names {
        roles: Names::roles(language, documents::roles(work)?),
        people: people::names(work, &people)?,
        versions: Names::versions(&documents::heads_by_id(work, &versions)?),
    })
}

fn row(asked: &Asked, teller: &Teller<'_>, one: &Judged) -> CaseRow {
    let source = &one.content.source;
    let english = teller.language == Language::En && !source.title_en.is_empty();
    CaseRow {
        code: one.trace.code.clone(),
        path: escaped(&one.trace.code),
        procedure: source.code.clone(),
        title: if english {
            source.title_en.clone()
        } else {
            source.title.clone()
        },
        received_at: one.trace.received_at,
        ended: one.trace.ended,
        ended_at: one.trace.ended_at,
        is_determined: one.judgement.is_determined,
        findings: shown(asked, one)
            .map(|finding| Told::new(teller, one, finding))
            .collect(),
    }
}
