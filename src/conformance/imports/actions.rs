//! What people do with logs from elsewhere: bring one in, say how it is read, have it compared, give that up.

use super::Stop;
use super::import::{Import, State, Trouble};
use super::progress::Progress;
use super::run::{Output, read_log, read_net};
use super::store::{self, Moved};
use crate::documents::{self, keep_file, keep_result};
use crate::kernel::{Permission, Person, VersionId};
use crate::ledger::{Work, next_number};
use crate::logs::{Format, LogMap, head, suggest, suggest_activities};
use crate::people::must;
use crate::web::{Failure, Say};
use serde_json::json;
use std::path::Path;

/// The counter of imports.
const COUNTER: &str = "event_logs";

/// What another map may mend.
const MENDED: [&str; 5] = [
    "logs.failure.no-column",
    "logs.failure.column-twice",
    "logs.failure.field-unknown",
    "logs.failure.file-not-utf8",
    "logs.failure.unknown-encoding",
];

/// What a new log is held against.
#[derive(Debug, Clone)]
pub(in crate::conformance) enum NewModel {
    /// A version of a procedure.
    Version(VersionId),
    /// A Petri net: the name of its file and its bytes.
    Net(String, Vec<u8>),
}

/// A log as somebody sends it.
#[derive(Debug, Clone)]
pub(in crate::conformance) struct NewImport {
    pub(in crate::conformance) name: String,
    pub(in crate::conformance) file_name: String,
    pub(in crate::conformance) bytes: Vec<u8>,
    pub(in crate::conformance) model: NewModel,
    /// A map that is used instead of a suggested one.
    pub(in crate::conformance) map: Option<String>,
}

/// A new log that was found readable, with its map.
#[derive(Debug, Clone)]
pub(in crate::conformance) struct Examined {
    new: NewImport,
    map: LogMap,
    media_type: &'static str,
}

fn person(work: &Work<'_>) -> Result<Person, Failure> {
    must(work.actor, Permission::ImportLogs)?;
    work.actor.person.clone().ok_or(Failure::SignInFirst)
}

/// The refusal that a trouble is.
pub(in crate::conformance) fn refusal(trouble: &Trouble) -> Failure {
    let say = trouble
        .args
        .iter()
        .fold(Say::new(&trouble.key), |say, (name, value)| say.with(name, value));
    Failure::Invalid(say)
}

/// Looks whether a file is a log and, where there is one, its net a net; suggests how it is read. `steps` are the codes
/// and names of the table, or the labels of the net.
///
/// # Errors
/// [`Failure::Invalid`] that says what is wrong with the file, the net or the saved map.
pub(in crate::conformance) fn examine(new: NewImport, steps: &[(String, String)]) -> Result<Examined, Failure> {
    let format = Format::of_name(&new.file_name);
    let found =
        head(new.bytes.as_slice(), format, &LogMap::default()).map_err(|failure| refusal(&Trouble::from(&failure)))?;
    let mut labels = Vec::new();
    if let NewModel::Net(_, bytes) = &new.model {
        let net = read_net(bytes).map_err(|trouble| refusal(&trouble))?;
        let own = net.transitions.iter().filter_map(|own| own.label.clone());
        labels.extend(own.map(|label| (label.clone(), label)));
    }
    let mut map = match &new.map {
        Some(text) => LogMap::parse(text).map_err(|_faults| Failure::Invalid(Say::new("imports.refused.bad_map")))?,
        None => suggest(&found),
    };
    match read_log((&new.file_name, &new.bytes), &map, &Progress::default()) {
        Ok(log) if new.map.is_none() => {
            let activities: Vec<&str> = log.activities().collect();
            let known: Vec<(&str, &str)> = steps
                .iter()
                .chain(&labels)
                .map(|(code, name)| (code.as_str(), name.as_str()))
                .collect();
            for guess in suggest_activities(&activities, &known) {
                if let Some((code, _)) = guess.step.filter(|(code, _)| *code != guess.activity) {
                    map.activities.insert(guess.activity, code);
                }
            }
        }
        Ok(_) | Err(Stop::GivenUp) => {}
        // Somebody may still say which columns and which encoding are meant; nothing mends the rest.
        Err(Stop::Trouble(trouble)) if MENDED.contains(&trouble.key.as_str()) => {}
        Err(Stop::Trouble(trouble)) => return Err(refusal(&trouble)),
    }
    let is_packed = new.bytes.starts_with(&[0x1f, 0x8b]);
    let media_type = match found.format {
        _ if is_packed => "application/gzip",
        Format::Xes => "application/xml",
        Format::Csv | Format::Any => "text/csv",
    };
    Ok(Examined { new, map, media_type })
}

/// Brings a log in: its file and its net are kept, and it waits until somebody has looked at its map. Gives its number.
///
/// # Errors
/// [`Failure::Forbidden`] without the permission, `NotFound` for a version that the agency does not have or that was
/// never in force.
pub(in crate::conformance) fn bring_in(work: &mut Work<'_>, files: &Path, examined: &Examined) -> Result<i64, Failure> {
    let by = person(work)?;
    let new = &examined.new;
    let (version, net) = match &new.model {
        NewModel::Version(version) => {
            let head = documents::head(work, version)?;
            (
                Some(head.effective_from.map(|_| head.id).ok_or(Failure::NotFound)?),
                None,
            )
        }
        NewModel::Net(name, bytes) => (None, Some((name, bytes))),
    };
    let file_sha256 = keep_file(work, files, (examined.media_type, &new.bytes))?;
    let net_sha256 = match net {
        Some((_, bytes)) => Some(keep_file(work, files, ("application/xml", bytes))?),
        None => None,
    };
    let number = next_number(work, COUNTER)?;
    let import = Import {
        id: store::id(),
        number,
        name: new.name.clone(),
        file_name: new.file_name.clone(),
        file_sha256,
        version,
        net_sha256,
        net_name: net.map(|(name, _)| name.clone()).unwrap_or_default(),
        map: examined.map.write(),
        state: State::Mapping,
        result: String::new(),
        report_sha256: None,
        findings_sha256: None,
        added_by_name: by.full_name.clone(),
        added_at: work.actor.at,
        judged_at: None,
        row_version: 1,
    };
    store::keep(work, &import, &by)?;
    work.record(
        "log.brought_in",
        ("log", &import.id),
        json!({ "number": number, "file": import.file_sha256, "version": import.version, "net": import.net_sha256 }),
    );
    Ok(number)
}

/// The import as the form showed it.
fn at_row_version(work: &mut Work<'_>, number: i64, row_version: i64) -> Result<Import, Failure> {
    let import = store::import(work, number)?;
    if import.row_version != row_version {
        return Err(stale());
    }
    Ok(import)
}

fn stale() -> Failure {
    Failure::Conflict(Say::new("imports.refused.stale"))
}

fn moved(work: &mut Work<'_>, import: &Import, moved: &Moved) -> Result<(), Failure> {
    if store::move_on(work, import, moved)? {
        Ok(())
    } else {
        Err(stale())
    }
}

/// Says how a log is read, and keeps that under a name as well when one is given.
///
/// # Errors
/// [`Failure::Conflict`] when it was changed meanwhile, or is being compared or was.
pub(in crate::conformance) fn set_map(
    work: &mut Work<'_>,
    (number, row_version): (i64, i64),
    map: &LogMap,
    save_as: Option<&str>,
) -> Result<i64, Failure> {
    let by = person(work)?;
    let import = at_row_version(work, number, row_version)?;
    if !import.state.is_open() {
        return Err(Failure::Conflict(Say::new("imports.refused.not_open")));
    }
    let text = map.write();
    if let Some(name) = save_as {
        let id = store::keep_map(work, (name, &text), &by)?;
        work.record("log_map.saved", ("log_map", &id), json!({ "log": import.id }));
    }
    let new = Moved {
        state: Some(State::Mapping),
        map: Some(text),
        result: Some(String::new()),
        ..Moved::default()
    };
    moved(work, &import, &new)?;
    work.record("log.mapped", ("log", &import.id), json!({ "number": number }));
    Ok(row_version.saturating_add(1))
}

/// Notes that a log is being compared. `is_alive` tells whether one that is noted so really is; after the program was
/// stopped it is not, and may begin again.
///
/// # Errors
/// [`Failure::Conflict`] when it was changed meanwhile, is being compared or was.
pub(in crate::conformance) fn begin(
    work: &mut Work<'_>,
    (number, row_version): (i64, i64),
    is_alive: impl Fn(&str) -> bool,
) -> Result<Import, Failure> {
    person(work)?;
    let import = at_row_version(work, number, row_version)?;
    let was_broken_off = import.state == State::Running && !is_alive(&import.id);
    if !import.state.is_open() && !was_broken_off {
        return Err(Failure::Conflict(Say::new("imports.refused.not_open")));
    }
    let new = Moved {
        state: Some(State::Running),
        result: Some(String::new()),
        ..Moved::default()
    };
    moved(work, &import, &new)?;
    work.record("log.begun", ("log", &import.id), json!({ "number": number }));
    Ok(store::import(work, number)?)
}

/// Gives a comparison up.
///
/// # Errors
/// [`Failure::Conflict`] when it is not being compared.
pub(in crate::conformance) fn give_up(work: &mut Work<'_>, number: i64) -> Result<Import, Failure> {
    person(work)?;
    let import = store::import(work, number)?;
    if import.state != State::Running {
        return Err(Failure::Conflict(Say::new("imports.refused.not_running")));
    }
    let new = Moved {
        state: Some(State::Cancelled),
        ..Moved::default()
    };
    moved(work, &import, &new)?;
    work.record("log.given_up", ("log", &import.id), json!({ "number": number }));
    Ok(import)
}

/// Keeps what a comparison gave: the figures and the report, or what was wrong. One that was given up meanwhile stays
/// so.
///
/// # Errors
/// [`Failure::Conflict`] when the import is not the one that began any more.
pub(in crate::conformance) fn finish(
    work: &mut Work<'_>,
    files: &Path,
    begun: &Import,
    result: &Result<Output, Stop>,
) -> Result<(), Failure> {
    must(work.actor, Permission::ImportLogs)?;
    let import = at_row_version(work, begun.number, begun.row_version)?;
    if import.state != State::Running {
        return Err(stale());
    }
    let broken = |cause: serde_json::Error| Failure::Internal(cause.into());
    match result {
        Ok(output) => {
            let summary = &output.summary;
            let new = Moved {
                state: Some(State::Done),
                result: Some(serde_json::to_string(summary).map_err(broken)?),
                report_sha256: Some(keep_result(work, files, ("application/gzip", &output.report))?),
                findings_sha256: Some(keep_result(work, files, ("application/gzip", &output.findings))?),
                judged_at: Some(work.actor.at),
                map: None,
            };
            moved(work, &import, &new)?;
            let details = json!({ "number": import.number, "cases": summary.cases, "fitting": summary.fitting,
                "conforming": summary.conforming, "report": new.report_sha256 });
            work.record("log.compared", ("log", &import.id), details);
        }
        Err(stop) => {
            let (state, trouble) = match stop {
                Stop::GivenUp => (State::Cancelled, None),
                Stop::Trouble(trouble) => (State::Failed, Some(trouble)),
            };
            let text = trouble.map(serde_json::to_string).transpose().map_err(broken)?;
            let new = Moved {
                state: Some(state),
                result: Some(text.unwrap_or_default()),
                ..Moved::default()
            };
            moved(work, &import, &new)?;
            let details = json!({ "number": import.number, "trouble": trouble.map(|trouble| &trouble.key) });
            work.record("log.not_compared", ("log", &import.id), details);
        }
    }
    Ok(())
}
