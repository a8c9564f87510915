//! The cases of a period as an event log for other tools: XES and CSV.

use super::asked::Asked;
use crate::cases::{Event, Trace, traces};
use crate::documents::{self, VersionContent};
use crate::kernel::{PersonId, VersionId};
use crate::ledger::Work;
use crate::logs::{CaseOut, CsvStyle, EventOut, write_csv, write_xes};
use crate::web::{Desk, Failure};
use crate::workflow::Step;
use actix_web::HttpResponse;
use actix_web::http::header;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::collections::{BTreeMap, BTreeSet};

/// Vietnam is seven hours ahead, all year.
const ZONE_MINUTES: i32 = 7 * 60;

#[derive(Debug, Clone, Copy)]
enum Form {
    Xes,
    Csv,
}

/// The log packed by gzip, as the usual tools open it.
pub(super) async fn xes(desk: Desk) -> Result<HttpResponse, Failure> {
    answer(&desk, Form::Xes).await
}

pub(super) async fn csv(desk: Desk) -> Result<HttpResponse, Failure> {
    answer(&desk, Form::Csv).await
}

async fn answer(desk: &Desk, form: Form) -> Result<HttpResponse, Failure> {
    let asked = Asked::of(desk);
    let (ending, media_type) = match form {
        Form::Xes => ("xes.gz", "application/gzip"),
        Form::Csv => ("csv", "text/csv; charset=utf-8"),
    };
    let code: String = asked
        .procedure
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' })
        .collect();
    let code = if code.is_empty() { "log" } else { &code };
    let name = format!("{code}.{}.{}.{ending}", asked.from, asked.to);
    let bytes = desk.read(move |work| written(work, &asked, form)).await?;
    Ok(HttpResponse::Ok()
        .content_type(media_type)
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(bytes))
}

fn written(work: &mut Work<'_>, asked: &Asked, form: Form) -> Result<Vec<u8>, Failure> {
    let filter = asked.filter(work)?;
    let traces = traces(work, &filter)?;
    let versions: BTreeSet<VersionId> = traces.iter().map(|trace| trace.version.clone()).collect();
    let versions: Vec<VersionId> = versions.into_iter().collect();
    let names = Named {
        contents: documents::contents(work, &versions)?,
        people: people(&traces),
    };
    let title = format!("{} {} – {}", asked.procedure, asked.from, asked.to);
    write(&traces, &names, title.trim(), form).map_err(|cause| Failure::Internal(cause.into()))
}

fn write(traces: &[Trace], names: &Named, title: &str, form: Form) -> std::io::Result<Vec<u8>> {
    let cases = traces.iter().map(|trace| names.case(trace));
    match form {
        Form::Xes => {
            let packed = GzEncoder::new(Vec::new(), Compression::default());
            write_xes(packed, title, cases, ZONE_MINUTES)?.finish()
        }
        Form::Csv => {
            let mut bytes = Vec::new();
            write_csv(&mut bytes, cases, ZONE_MINUTES, CsvStyle::TOOLS)?;
            Ok(bytes)
        }
    }
}

/// What people are called in the log: by name, and where two have one name, with a number, so that a rule on persons
/// means the same in the log.
fn people(traces: &[Trace]) -> BTreeMap<PersonId, String> {
    let mut people = BTreeMap::new();
    let mut used: BTreeMap<&str, usize> = BTreeMap::new();
    for event in traces.iter().flat_map(|trace| &trace.events) {
        if event.person.as_str().is_empty() || people.contains_key(&event.person) {
            continue;
        }
        let count = used.entry(&event.person_name).or_default();
        *count += 1;
        let name = match count {
            1 => event.person_name.clone(),
            count => format!("{} ({count})", event.person_name),
        };
        people.insert(event.person.clone(), name);
    }
    people
}

struct Named {
    contents: Vec<VersionContent>,
    people: BTreeMap<PersonId, String>,
}

impl Named {
    fn case<'a>(&'a self, trace: &'a Trace) -> CaseOut<'a> {
        let content = self.contents.iter().find(|one| one.version == trace.version);
        let steps = content.map_or(&[][..], |one| &one.content.table.steps);
        let event = |event: &'a Event| EventOut {
            activity: &event.step_code,
            label: label(steps, &event.step_code),
            outcome: event.outcome.as_deref(),
            resource: self.people.get(&event.person).map(String::as_str),
            role: event.role.as_deref(),
            position: Some(event.position_name.as_str()).filter(|name| !name.is_empty()),
            time: Some(event.done_at.and_utc().timestamp_millis()),
        };
        CaseOut {
            name: &trace.code,
            completed: Some(trace.ended.is_some()),
            events: trace.events.iter().map(event).collect(),
        }
    }
}

/// What people call a step.
fn label<'a>(steps: &'a [Step], code: &str) -> Option<&'a str> {
    let step = steps.iter().find(|step| step.code.as_str() == code)?;
    Some(&step.name)
}
