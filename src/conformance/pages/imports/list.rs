//! The logs that were brought in, and the form that brings in another one.

use super::super::overview::{Choice, procedures};
use super::refusal;
use crate::conformance::imports::{
    Import, LIMITS, NewImport, NewModel, SavedMap, State, bring_in, examine, imports, saved_maps,
};
use crate::documents::{self, VersionHead};
use crate::kernel::VersionId;
use crate::ledger::Work;
use crate::web::escaped;
use crate::web::{Desk, Failure, Faults, Form, Page, Say, Uploads};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use chrono::NaiveDateTime;
use serde::Serialize;
use std::collections::BTreeMap;

/// The longest name, in characters.
const LONGEST_NAME: usize = 200;

#[derive(Serialize)]
struct ListPage {
    rows: Vec<Row>,
    procedures: Vec<Choice>,
    maps: Vec<SavedMap>,
    most_events: usize,
    most_cases: usize,
    typed: BTreeMap<String, String>,
    faults: Faults,
    problem: Option<String>,
}

impl Page for ListPage {
    const TEMPLATE: &'static str = "conformance/imports/list.html";
}

#[derive(Serialize)]
struct Row {
    number: i64,
    name: String,
    file_name: String,
    against: String,
    state: State,
    added_by: String,
    added_at: NaiveDateTime,
}

/// What the list shows.
struct Found {
    imports: Vec<Import>,
    heads: BTreeMap<VersionId, VersionHead>,
    procedures: Vec<Choice>,
    maps: Vec<SavedMap>,
}

fn find(work: &mut Work<'_>) -> Result<Found, Failure> {
    let imports = imports(work)?;
    let versions: Vec<VersionId> = imports.iter().filter_map(|import| import.version.clone()).collect();
    let heads = documents::heads_by_id(work, &versions)?;
    Ok(Found {
        heads: heads.into_iter().map(|head| (head.id.clone(), head)).collect(),
        imports,
        procedures: procedures(work)?.0,
        maps: saved_maps(work)?,
    })
}

/// What a log is held against, in words.
pub(super) fn against(desk: &Desk, import: &Import, head: Option<&VersionHead>) -> String {
    match head {
        Some(head) => {
            let holes = [("code", head.code.clone()), ("number", head.issue.to_string())];
            desk.word("conformance.version", &holes)
        }
        None => desk.word("imports.net", &[("name", import.net_name.clone())]),
    }
}

async fn page(
    desk: &Desk,
    typed: BTreeMap<String, String>,
    faults: Faults,
    problem: Option<String>,
) -> Result<ListPage, Failure> {
    let found = desk.read(find).await?;
    let row = |import: &Import| Row {
        number: import.number,
        name: import.name.clone(),
        file_name: import.file_name.clone(),
        against: against(desk, import, import.version.as_ref().and_then(|id| found.heads.get(id))),
        state: import.state,
        added_by: import.added_by_name.clone(),
        added_at: import.added_at,
    };
    Ok(ListPage {
        rows: found.imports.iter().map(row).collect(),
        procedures: found.procedures,
        maps: found.maps,
        most_events: LIMITS.events,
        most_cases: LIMITS.cases,
        typed,
        faults,
        problem,
    })
}

pub(super) async fn show(desk: Desk) -> Result<HttpResponse, Failure> {
    desk.page(&page(&desk, BTreeMap::new(), Faults::default(), None).await?)
}

/// Brings a log in and goes on to its map.
pub(super) async fn add(desk: Desk, sent: Uploads) -> Result<HttpResponse, Failure> {
    let form = sent.form.clone();
    let mut faults = Faults::default();
    let name = form.needed("name", LONGEST_NAME, &mut faults);
    let file = |field: &str| {
        let mut files = sent.files.iter();
        files.find(|file| file.field == field && !file.bytes.is_empty())
    };
    let (log, net) = (file("log"), file("net"));
    if log.is_none() {
        faults.add("log", "form.needed");
    }
    if net.is_none() && form.text("procedure").is_empty() {
        faults.add("procedure", "imports.fault.no_model");
    }
    let (Some(log), true) = (log, faults.is_empty()) else {
        let page = page(&desk, form.typed(), faults, None).await?;
        return desk.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    let net = net.map(|file| (file.file_name.clone(), file.bytes.clone()));
    let log = (log.file_name.clone(), log.bytes.clone());
    match try_add(&desk, &form, (name, log, net)).await {
        Ok(number) => Ok(desk.done(format!("/conformance/logs/{number}/map"), "imports.brought_in")),
        Err(failure) => {
            let status = failure.status_code();
            let problem = refusal(&desk, failure)?;
            let page = page(&desk, form.typed(), Faults::default(), Some(problem)).await?;
            desk.page_with(status, &page)
        }
    }
}

type File = (String, Vec<u8>);

async fn try_add(desk: &Desk, form: &Form, (name, log, net): (String, File, Option<File>)) -> Result<i64, Failure> {
    let (code, number, map) = (
        form.text("procedure").to_owned(),
        form.text("version").to_owned(),
        form.text("map").to_owned(),
    );
    let is_net = net.is_some();
    let (version, steps, map) = desk
        .read(move |work| {
            let map = saved_maps(work)?.into_iter().find(|saved| saved.name == map);
            let map = map.map(|saved| saved.map);
            if is_net {
                return Ok::<_, Failure>((None, Vec::new(), map));
            }
            let version = version_of(work, &code, &number)?;
            let content = documents::content_of(work, &version)?;
            let steps = content.table.steps.iter();
            let steps = steps.map(|step| (step.code.to_string(), step.name.clone())).collect();
            Ok((Some(version), steps, map))
        })
        .await?;
    let model = match (version, net) {
        (_, Some((name, bytes))) => NewModel::Net(name, bytes),
        (Some(version), None) => NewModel::Version(version),
        (None, None) => return Err(Failure::Invalid(Say::new("imports.fault.no_model"))),
    };
    let new = NewImport {
        name,
        file_name: log.0,
        bytes: log.1,
        model,
        map,
    };
    let examined = desk.aside(move || examine(new, &steps)).await??;
    let files = desk.site().files.clone();
    desk.change(move |work| bring_in(work, &files, &examined)).await
}

/// The version of a procedure with this number, the one in force without a number.
fn version_of(work: &mut Work<'_>, code: &str, number: &str) -> Result<VersionId, Failure> {
    let none = || {
        Failure::Invalid(
            Say::new("imports.refused.no_version")
                .with("code", code)
                .with("number", number),
        )
    };
    let document = documents::document_by_code(work, code)?;
    let heads = documents::heads_of(work, &document)?;
    let head = if number.is_empty() {
        heads.iter().find(|head| head.stage == documents::Stage::Effective)
    } else {
        let number: i64 = number.parse().map_err(|_no| none())?;
        heads
            .iter()
            .find(|head| head.number == number && head.effective_from.is_some())
    };
    head.map(|head| head.id.clone()).ok_or_else(none)
}

/// The address of the version of a head.
pub(super) fn version_path(head: &VersionHead) -> String {
    format!("/documents/{}?version={}", escaped(&head.code), head.number)
}
