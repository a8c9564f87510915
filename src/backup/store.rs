//! All SQL of this room.

use super::manifest::AgencySize;
use super::schema::backup_runs as table;
use crate::db::{AnyConnection, DbError, schema_of};
use crate::kernel::PersonId;
use crate::ledger::{self, Work};
use crate::{documents, people};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use serde::Serialize;

/// How many runs one page shows.
pub(super) const PAGE: i64 = 30;
/// A last good backup that is older than this is too old, in hours: two nights.
const TOO_OLD: i64 = 48;

crate::kernel::text_enum! {
    /// What was done.
    Kind {
        /// A backup was taken.
        Backup = "backup",
        /// Recovery was rehearsed with the newest backup.
        Drill = "drill",
    }
}

crate::kernel::text_enum! {
    /// Why it was done.
    Cause {
        /// Its time had come.
        Schedule = "schedule",
        /// Somebody asked for it on the page.
        Person = "person",
        /// Somebody typed the command.
        Command = "command",
    }
}

crate::kernel::text_enum! {
    /// How far it is.
    RunState {
        /// Asked for; it begins within seconds.
        Asked = "asked",
        /// It went well.
        Done = "done",
        /// It failed.
        Failed = "failed",
    }
}

/// One backup or drill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Run {
    /// Its number in the agency.
    pub number: i64,
    /// What was done.
    pub kind: Kind,
    /// Why.
    pub cause: Cause,
    /// How far it is.
    pub state: RunState,
    /// Who asked; empty unless somebody did.
    pub asked_by_name: String,
    /// When it was asked for or begun, UTC.
    pub asked_at: NaiveDateTime,
    /// When it ended, UTC.
    pub ended_at: Option<NaiveDateTime>,
    /// The name of the backup's file.
    pub file_name: String,
    /// The hash of the file.
    pub file_sha256: Option<String>,
    /// Its size in bytes.
    pub file_bytes: Option<i64>,
    /// How long it took, in milliseconds.
    pub took_ms: Option<i64>,
    /// The word of what went wrong; empty when nothing did.
    pub fault: String,
    /// What went wrong, for the administrator.
    pub fault_text: String,
    /// The report of a drill; empty for a backup.
    pub report: String,
    /// The hash of the report.
    pub report_sha256: Option<String>,
    /// A signature over the report by the office's key; none while the office has no key.
    pub report_signature: Option<String>,
    /// The figures of the run, as JSON.
    pub figures: String,
}

/// How a run ended.
#[derive(Debug, Clone, Default)]
pub(super) struct Ended {
    pub(super) file: Option<(String, String, i64)>,
    pub(super) took_ms: Option<i64>,
    pub(super) fault: Option<(&'static str, String)>,
    pub(super) report: Option<(String, String, Option<String>)>,
    pub(super) figures: String,
}

type Row = (
    (i64, Kind, Cause, RunState),
    (String, NaiveDateTime, Option<NaiveDateTime>),
    (String, Option<String>, Option<i64>, Option<i64>),
    (String, String),
    (String, Option<String>, Option<String>, String),
);

fn run((what, asked, file, fault, report): Row) -> Run {
    Run {
        number: what.0,
        kind: what.1,
        cause: what.2,
        state: what.3,
        asked_by_name: asked.0,
        asked_at: asked.1,
        ended_at: asked.2,
        file_name: file.0,
        file_sha256: file.1,
        file_bytes: file.2,
        took_ms: file.3,
        fault: fault.0,
        fault_text: fault.1,
        report: report.0,
        report_sha256: report.1,
        report_signature: report.2,
        figures: report.3,
    }
}

macro_rules! rows {
    ($agency:expr) => {
        table::table.filter(table::agency_id.eq($agency)).select((
            (table::number, table::kind, table::cause, table::state),
            (table::asked_by_name, table::asked_at, table::ended_at),
            (table::file_name, table::file_sha256, table::file_bytes, table::took_ms),
            (table::fault, table::fault_text),
            (
                table::report,
                table::report_sha256,
                table::report_signature,
                table::figures,
            ),
        ))
    };
}

/// The latest runs, newest first; before the one with this number, if any.
///
/// # Errors
/// When the database fails.
pub fn runs(work: &mut Work<'_>, before: Option<i64>) -> QueryResult<Vec<Run>> {
    let agency = work.agency();
    let rows: Vec<Row> = rows!(&agency)
        .filter(table::number.lt(before.unwrap_or(i64::MAX)))
        .order(table::number.desc())
        .limit(PAGE)
        .load(work.conn)?;
    Ok(rows.into_iter().map(run).collect())
}

/// The run with this number.
pub(super) fn by_number(work: &mut Work<'_>, number: i64) -> QueryResult<Run> {
    let agency = work.agency();
    rows!(&agency)
        .filter(table::number.eq(number))
        .first::<Row>(work.conn)
        .map(run)
}

/// What somebody asked for and nobody did yet.
pub(super) fn asked(work: &mut Work<'_>) -> QueryResult<Vec<Run>> {
    let agency = work.agency();
    let rows: Vec<Row> = rows!(&agency)
        .filter(table::state.eq(RunState::Asked))
        .order(table::number)
        .load(work.conn)?;
    Ok(rows.into_iter().map(run).collect())
}

/// The last run of a kind that its calendar began.
pub(super) fn last_scheduled(work: &mut Work<'_>, kind: Kind) -> QueryResult<Option<Run>> {
    let agency = work.agency();
    let row: Option<Row> = rows!(&agency)
        .filter(table::kind.eq(kind).and(table::cause.eq(Cause::Schedule)))
        .order(table::number.desc())
        .first(work.conn)
        .optional()?;
    Ok(row.map(run))
}

/// How well the installation is guarded against loss.
#[derive(Debug, Clone, Serialize)]
pub struct Standing {
    /// The last backup that was taken and verified; one of the future, which a clock that was wrong left, counts as none.
    pub last: Option<Run>,
    /// The last drill that ended.
    pub drill: Option<Run>,
    /// Whether the last backup that was tried failed.
    pub failed: bool,
    /// Whether the last good backup is older than two days, or there is none.
    pub is_old: bool,
    /// Whole hours since the last good backup.
    pub hours: i64,
}

impl Standing {
    /// Whether the administrator must act.
    pub fn is_bad(&self) -> bool {
        let drill_failed = self.drill.as_ref().is_some_and(|run| run.state == RunState::Failed);
        self.is_old || self.failed || drill_failed
    }
}

/// How well the installation is guarded now.
///
/// # Errors
/// When the database fails.
pub fn standing(work: &mut Work<'_>) -> QueryResult<Standing> {
    let agency = work.agency();
    let last_ended = |conn: &mut AnyConnection, kind: Kind| {
        rows!(&agency)
            .filter(
                table::kind
                    .eq(kind)
                    .and(table::state.eq_any([RunState::Done, RunState::Failed])),
            )
            .order(table::number.desc())
            .first::<Row>(conn)
            .optional()
            .map(|row| row.map(run))
    };
    let last: Option<Row> = rows!(&agency)
        .filter(table::kind.eq(Kind::Backup).and(table::state.eq(RunState::Done)))
        .filter(table::ended_at.le(work.actor.at))
        .order(table::number.desc())
        .first(work.conn)
        .optional()?;
    let last = last.map(run);
    let tried = last_ended(work.conn, Kind::Backup)?;
    let drill = last_ended(work.conn, Kind::Drill)?;
    let age = last
        .as_ref()
        .and_then(|run| run.ended_at)
        .map(|at| work.actor.at.signed_duration_since(at));
    Ok(Standing {
        last,
        drill,
        failed: tried.is_some_and(|run| run.state == RunState::Failed),
        is_old: age.is_none_or(|age| age > TimeDelta::hours(TOO_OLD)),
        hours: age.map_or(0, |age| age.num_hours()),
    })
}

/// Notes a run that begins, or is asked for.
pub(super) fn insert(work: &mut Work<'_>, kind: Kind, cause: Cause, ended: Option<&Ended>) -> QueryResult<i64> {
    let number = ledger::next_number(work, "backup_run")?;
    let agency = work.agency();
    let person = work.actor.person.as_ref().filter(|_| cause == Cause::Person);
    let by: Option<PersonId> = person.map(|person| person.id.clone());
    let by_name = person.map(|person| person.full_name.clone()).unwrap_or_default();
    let state = match ended {
        None => RunState::Asked,
        Some(ended) if ended.fault.is_some() => RunState::Failed,
        Some(_) => RunState::Done,
    };
    let (file, report) = parts(ended);
    let fault = ended.and_then(|ended| ended.fault.clone()).unwrap_or_default();
    diesel::insert_into(table::table)
        .values((
            (table::agency_id.eq(&agency), table::number.eq(number)),
            (table::kind.eq(kind), table::cause.eq(cause), table::state.eq(state)),
            (
                table::asked_by.eq(by),
                table::asked_by_name.eq(by_name),
                table::asked_at.eq(work.actor.at),
                table::ended_at.eq(ended.map(|_| work.actor.at)),
            ),
            (
                table::file_name.eq(file.0),
                table::file_sha256.eq(file.1),
                table::file_bytes.eq(file.2),
                table::took_ms.eq(ended.and_then(|ended| ended.took_ms)),
            ),
            (table::fault.eq(fault.0), table::fault_text.eq(fault.1)),
            (
                table::report.eq(report.0),
                table::report_sha256.eq(report.1),
                table::report_signature.eq(report.2),
                table::figures.eq(ended.map(|ended| ended.figures.clone()).unwrap_or_default()),
            ),
        ))
        .execute(work.conn)?;
    Ok(number)
}

type FileColumns = (String, Option<String>, Option<i64>);
type ReportColumns = (String, Option<String>, Option<String>);

fn parts(ended: Option<&Ended>) -> (FileColumns, ReportColumns) {
    let file = ended.and_then(|ended| ended.file.clone());
    let report = ended.and_then(|ended| ended.report.clone());
    (
        file.map_or((String::new(), None, None), |(name, hash, size)| {
            (name, Some(hash), Some(size))
        }),
        report.map_or((String::new(), None, None), |(text, hash, signature)| {
            (text, Some(hash), signature)
        }),
    )
}

/// Notes how a run ended that was asked for. `false` when it had ended already.
pub(super) fn end(work: &mut Work<'_>, number: i64, ended: &Ended) -> QueryResult<bool> {
    let agency = work.agency();
    let (file, report) = parts(Some(ended));
    let state = if ended.fault.is_some() {
        RunState::Failed
    } else {
        RunState::Done
    };
    let fault = ended.fault.clone().unwrap_or_default();
    let changed = diesel::update(table::table.find((&agency, number)))
        .filter(table::state.eq(RunState::Asked))
        .set((
            (table::state.eq(state), table::ended_at.eq(Some(work.actor.at))),
            (
                table::file_name.eq(file.0),
                table::file_sha256.eq(file.1),
                table::file_bytes.eq(file.2),
                table::took_ms.eq(ended.took_ms),
            ),
            (table::fault.eq(fault.0), table::fault_text.eq(fault.1)),
            (
                table::report.eq(report.0),
                table::report_sha256.eq(report.1),
                table::report_signature.eq(report.2),
                table::figures.eq(&ended.figures),
            ),
        ))
        .execute(work.conn)?;
    Ok(changed == 1)
}

/// What of the database a backup must know: read from the very state that it holds.
pub(super) struct State {
    pub(super) schema: String,
    pub(super) agencies: Vec<AgencySize>,
    /// Hash and size of each attached file, in rising order.
    pub(super) files: Vec<(String, i64)>,
}

/// Reads [`State`] on any connection.
pub(super) fn state(conn: &mut AnyConnection) -> Result<State, DbError> {
    let sizes = ledger::sizes(conn)?;
    let mut agencies = Vec::new();
    for (id, code) in people::agency_codes(conn)? {
        let ledger = sizes
            .iter()
            .find(|(agency, _)| *agency == id)
            .map_or(0, |(_, size)| *size);
        agencies.push(AgencySize { code, ledger });
    }
    Ok(State {
        schema: schema_of(conn)?.unwrap_or_default(),
        agencies,
        files: documents::all_attached(conn)?,
    })
}

/// What the ledger of an agency lacks, by its code.
pub(super) fn gaps(conn: &mut AnyConnection) -> Result<Vec<String>, DbError> {
    Ok(ledger::gaps(conn)?)
}
