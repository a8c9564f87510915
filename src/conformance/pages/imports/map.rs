//! How a log is read: its columns, its times, and what its names mean here, with what is understood of it so far.

use super::load;
use super::map_form::{self, separator_word, times_word};
use super::{number, refusal, told, trouble};
use crate::conformance::imports::{
    self, Against, Import, Progress, Source, Stop, Trouble, begin, has_room, read_log, read_net, set_map,
};
use crate::logs::{Certainty, EventLog, Field, Format, HeadColumn, LogHead, LogMap, head, suggest_activities};
use crate::web::{Desk, Failure, Faults, Form, Page, Say};
use actix_web::http::StatusCode;
use actix_web::web::Path;
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use std::collections::BTreeMap;

/// The most names of a sort, samples of a column and faults that are shown.
const MOST_NAMES: usize = 400;
const MOST_SAMPLES: usize = 3;
const MOST_FAULTS: usize = 20;
/// The longest name of a saved map, in characters.
const LONGEST_NAME: usize = 100;

#[derive(Serialize)]
struct MapPage {
    number: i64,
    name: String,
    file_name: String,
    row_version: i64,
    is_xes: bool,
    columns: Vec<Column>,
    fields: Vec<FieldRow>,
    separator: &'static str,
    encoding: String,
    times: &'static str,
    pattern: String,
    zone: i32,
    phases: String,
    /// What is understood so far; none when the columns are not.
    read: Option<Read>,
    steps: Vec<(String, String)>,
    outcomes: Vec<String>,
    roles: Vec<(String, String)>,
    save_as: String,
    faults: Faults,
    problem: Option<String>,
}

impl Page for MapPage {
    const TEMPLATE: &'static str = "conformance/imports/map.html";
}

#[derive(Serialize)]
struct Column {
    name: String,
    samples: String,
}

#[derive(Serialize)]
struct FieldRow {
    key: &'static str,
    chosen: String,
}

#[derive(Serialize)]
struct Read {
    cases: usize,
    events: usize,
    activities: Vec<Name>,
    outcomes: Vec<Name>,
    roles: Vec<Name>,
    all_activities: usize,
    unknown: usize,
    all_faults: usize,
    told: Vec<String>,
}

/// A name of the log and what it is called here.
#[derive(Serialize)]
struct Name {
    name: String,
    times: u32,
    to: String,
    /// A near name was suggested: somebody should look.
    is_guess: bool,
    is_known: bool,
}

/// What a map page rests on.
struct Looked {
    head: Result<LogHead, Trouble>,
    log: Result<EventLog, Trouble>,
    steps: Vec<(String, String)>,
    outcomes: Vec<String>,
}

/// Looks at a log by a map, but with its names as they are.
fn look(source: &Source) -> Looked {
    let map = LogMap {
        activities: BTreeMap::new(),
        outcomes: BTreeMap::new(),
        roles: BTreeMap::new(),
        people: BTreeMap::new(),
        ..source.map.clone()
    };
    let format = Format::of_name(&source.file_name);
    let log = read_log((&source.file_name, &source.bytes), &map, &Progress::default());
    let (steps, outcomes) = named(&source.against);
    Looked {
        head: head(source.bytes.as_slice(), format, &map).map_err(|failure| Trouble::from(&failure)),
        log: log.map_err(|stop| match stop {
            Stop::Trouble(trouble) => trouble,
            Stop::GivenUp => Trouble::new("imports.state.cancelled", &[]),
        }),
        steps,
        outcomes,
    }
}

/// The steps (codes and names) and outcomes that the names of a log may mean.
fn named(against: &Against) -> (Vec<(String, String)>, Vec<String>) {
    match against {
        Against::Procedure(content) => {
            let steps = &content.table.steps;
            let ways = steps.iter().flat_map(|step| &step.next);
            let mut outcomes: Vec<String> = ways.filter_map(|next| next.outcome.clone()).collect();
            outcomes.sort_unstable();
            outcomes.dedup();
            let steps = steps.iter().map(|step| (step.code.to_string(), step.name.clone()));
            (steps.collect(), outcomes)
        }
        Against::Net(bytes) => {
            let net = read_net(bytes).unwrap_or_default();
            let mut labels: Vec<String> = net.transitions.into_iter().filter_map(|own| own.label).collect();
            labels.sort_unstable();
            labels.dedup();
            (
                labels.into_iter().map(|label| (label, String::new())).collect(),
                Vec::new(),
            )
        }
    }
}

pub(super) async fn show(desk: Desk, path: Path<String>) -> Result<HttpResponse, Failure> {
    let import = load::by_number(&desk, number(&path)?).await?;
    let page = page(&desk, &import, Told::default()).await?;
    desk.page(&page)
}

/// What a refused form is shown with.
#[derive(Default)]
struct Told {
    map: Option<LogMap>,
    save_as: String,
    faults: Faults,
    problem: Option<String>,
}

async fn page(desk: &Desk, import: &Import, typed: Told) -> Result<MapPage, Failure> {
    let mut source = load::source(desk, import).await?;
    if let Some(map) = typed.map {
        source.map = map;
    }
    let names = source.names.clone();
    let (source, looked) = desk
        .aside(move || {
            let looked = look(&source);
            (source, looked)
        })
        .await?;
    let map = &source.map;
    let problem = looked.head.as_ref().err().or(looked.log.as_ref().err());
    let problem = typed.problem.or_else(|| problem.map(|own| trouble(desk, own)));
    let columns = looked
        .head
        .as_ref()
        .map(|head| head.columns.as_slice())
        .unwrap_or_default();
    let (times, pattern) = times_word(&map.times.form);
    let language_names = if desk.language() == crate::kernel::Language::En {
        &names.en
    } else {
        &names.vi
    };
    let role = |code: &String| {
        let name = language_names.get(code).or(names.vi.get(code));
        (code.clone(), name.cloned().unwrap_or_default())
    };
    Ok(MapPage {
        number: import.number,
        name: import.name.clone(),
        file_name: import.file_name.clone(),
        row_version: import.row_version,
        is_xes: looked.head.as_ref().is_ok_and(|head| head.format == Format::Xes),
        columns: columns.iter().map(column).collect(),
        fields: Field::ALL.into_iter().map(|field| chosen(map, field)).collect(),
        separator: separator_word(map.separator),
        encoding: map.encoding.clone().unwrap_or_default(),
        times,
        pattern: pattern.to_owned(),
        zone: map.times.zone,
        phases: map.phases.join(", "),
        read: looked
            .log
            .as_ref()
            .ok()
            .map(|log| understood(desk, log, (map, &looked))),
        roles: names.vi.keys().map(role).collect(),
        steps: looked.steps,
        outcomes: looked.outcomes,
        save_as: typed.save_as,
        faults: typed.faults,
        problem,
    })
}

fn column(column: &HeadColumn) -> Column {
    let samples: Vec<String> = column.samples.iter().take(MOST_SAMPLES).cloned().collect();
    Column {
        name: column.name.clone(),
        samples: samples.join(" · "),
    }
}

fn chosen(map: &LogMap, field: Field) -> FieldRow {
    let column = map.columns.get(&field);
    FieldRow {
        key: field.as_str(),
        chosen: match column {
            Some(column) if column.is_empty() => map_form::LEFT_OUT.to_owned(),
            Some(column) => column.clone(),
            None => String::new(),
        },
    }
}

/// How often each name stands in the log, most often first.
fn counted<'a>(names: impl Iterator<Item = &'a str>) -> Vec<(&'a str, u32)> {
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for name in names {
        *counts.entry(name).or_default() += 1;
    }
    let mut all: Vec<(&str, u32)> = counts.into_iter().collect();
    all.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    all
}

/// Names of a log with what they are called here.
fn plain(all: Vec<(&str, u32)>, names: &BTreeMap<String, String>, is_known: impl Fn(&str) -> bool) -> Vec<Name> {
    let row = |(name, times): (&str, u32)| {
        let to = names.get(name).cloned().unwrap_or_else(|| name.to_owned());
        Name {
            is_known: is_known(&to),
            is_guess: false,
            name: name.to_owned(),
            times,
            to,
        }
    };
    all.into_iter().take(MOST_NAMES).map(row).collect()
}

fn understood(desk: &Desk, log: &EventLog, (map, looked): (&LogMap, &Looked)) -> Read {
    let steps = || {
        log.iter()
            .flat_map(|case| case.steps())
            .filter_map(|symbol| log.step(*symbol))
    };
    let doers = || {
        log.iter()
            .flat_map(|case| case.doers())
            .filter_map(|symbol| log.doer(*symbol))
    };
    let activities = counted(steps().map(|step| step.activity));
    let raw: Vec<&str> = activities.iter().map(|(name, _)| *name).collect();
    let known: Vec<(&str, &str)> = looked
        .steps
        .iter()
        .map(|(code, name)| (code.as_str(), name.as_str()))
        .collect();
    let guesses: BTreeMap<String, (String, Certainty)> = suggest_activities(&raw, &known)
        .into_iter()
        .filter_map(|guess| Some((guess.activity, guess.step?)))
        .collect();
    let rows: Vec<Name> = activities
        .iter()
        .map(|(name, times)| {
            let to = map.activities.get(*name).cloned().unwrap_or_else(|| (*name).to_owned());
            let guess = guesses.get(*name);
            Name {
                is_known: looked.steps.iter().any(|(code, _)| *code == to),
                is_guess: guess.is_some_and(|(code, certainty)| *code == to && *certainty == Certainty::Near),
                name: (*name).to_owned(),
                times: *times,
                to,
            }
        })
        .collect();
    let outcomes = counted(steps().filter_map(|step| step.outcome));
    let roles = counted(doers().filter_map(|doer| doer.role));
    Read {
        cases: log.cases(),
        events: log.events(),
        all_activities: rows.len(),
        unknown: rows.iter().filter(|row| !row.is_known).count(),
        activities: rows.into_iter().take(MOST_NAMES).collect(),
        outcomes: plain(outcomes, &map.outcomes, |to| {
            looked.outcomes.iter().any(|own| own == to)
        }),
        roles: plain(roles, &map.roles, |_| true),
        all_faults: log.fault_counts().values().sum(),
        told: log
            .faults()
            .iter()
            .take(MOST_FAULTS)
            .map(|fault| fault_text(desk, &imports::Fault::from(fault)))
            .collect(),
    }
}

/// A row that was not understood, in words.
pub(super) fn fault_text(desk: &Desk, fault: &imports::Fault) -> String {
    let mut args = fault.args.clone();
    args.push(("field".to_owned(), fault.field.clone().unwrap_or_default()));
    let says = told(desk, &format!("logs.fault.{}", fault.code), &args);
    if fault.line == 0 {
        // It is about the whole file.
        return says;
    }
    desk.word("imports.at_line", &[("line", fault.line.to_string()), ("says", says)])
}

/// Keeps the map; with `do=judge` has the log compared as well.
pub(super) async fn save(desk: Desk, path: Path<String>, form: Form) -> Result<HttpResponse, Failure> {
    let number = number(&path)?;
    let import = load::by_number(&desk, number).await?;
    let mut told = Told::default();
    let before = LogMap::parse(&import.map).unwrap_or_default();
    let map = map_form::read(&form, &before, &mut told.faults);
    told.save_as = form.text("save_as").to_owned();
    if told.save_as.chars().count() > LONGEST_NAME {
        told.faults.add("save_as", "form.too_long");
    }
    told.map = Some(map.clone());
    if !told.faults.is_empty() {
        let page = page(&desk, &import, told).await?;
        return desk.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let judges = form.text("do") == "judge";
    match try_save(&desk, (&import, &form), map, judges).await {
        Ok(()) if judges => Ok(desk.see_other(format!("/conformance/logs/{number}"))),
        Ok(()) => Ok(desk.done(format!("/conformance/logs/{number}/map"), "imports.mapped")),
        Err(failure) => {
            let status = failure.status_code();
            told.problem = Some(refusal(&desk, failure)?);
            let page = page(&desk, &import, told).await?;
            desk.page_with(status, &page)
        }
    }
}

async fn try_save(desk: &Desk, (import, form): (&Import, &Form), map: LogMap, judges: bool) -> Result<(), Failure> {
    if judges && !has_room() {
        return Err(Failure::TooMany(Say::new("imports.refused.too_many")));
    }
    let number = import.number;
    let row_version = form
        .number("row_version")
        .ok_or_else(|| Failure::Invalid(Say::new("failure.no_form")))?;
    let save_as = form.optional("save_as").map(ToOwned::to_owned);
    // What cannot be read is refused here, with the form as it was typed, and not in the background.
    let mut source = load::source(desk, import).await?;
    source.map = map.clone();
    if judges {
        let bytes = (source.file_name.clone(), source.bytes.clone());
        let wanted = map.clone();
        let read = desk
            .aside(move || read_log((&bytes.0, &bytes.1), &wanted, &Progress::default()).map(|log| log.cases()))
            .await?;
        match read {
            Ok(0) => return Err(Failure::Invalid(Say::new("imports.refused.no_cases"))),
            Ok(_) | Err(Stop::GivenUp) => {}
            Err(Stop::Trouble(trouble)) => return Err(imports::refusal(&trouble)),
        }
    }
    let begun = desk
        .change(move |work| {
            let row_version = set_map(work, (number, row_version), &map, save_as.as_deref())?;
            if !judges {
                return Ok::<_, Failure>(None);
            }
            begin(work, (number, row_version), |id| imports::progress(id).is_some()).map(Some)
        })
        .await?;
    if let Some(begun) = begun {
        imports::start(load::bench(desk), begun, source);
    }
    Ok(())
}
