//! Asking for a backup or a drill, and keeping what came of it.

use super::fault::BackupFault;
use super::report::Report;
use super::store::{self, Cause, Ended, Kind};
use super::take::Taken;
use crate::bundle::hex;
use crate::db::{Db, DbError};
use crate::kernel::{Actor, AgencyId, Language, Permission};
use crate::ledger::{self, Work};
use crate::people::{self, must};
use crate::render::Words;
use crate::web::{Failure, Say};
use chrono::NaiveDateTime;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Asks for a backup or a drill; it begins within seconds.
///
/// # Errors
/// [`Failure::Conflict`] when one of this kind is asked for already.
pub fn ask(work: &mut Work<'_>, kind: Kind) -> Result<i64, Failure> {
    must(work.actor, Permission::ManageSettings)?;
    if store::asked(work)?.iter().any(|run| run.kind == kind) {
        return Err(Failure::Conflict(Say::new("backup.refused.asked")));
    }
    let number = store::insert(work, kind, Cause::Person, None)?;
    let act = match kind {
        Kind::Backup => "backup_run.asked",
        Kind::Drill => "drill.asked",
    };
    work.record(act, ("backup_run", &number.to_string()), json!({}));
    Ok(number)
}

/// What came of a backup or a drill.
pub(super) struct Outcome {
    pub(super) kind: Kind,
    pub(super) ended: Ended,
}

/// What a fault says, without the address of a server: it may hold a password, and auditors read the page.
pub(super) fn told(fault: &BackupFault) -> String {
    if let BackupFault::Db(DbError::Open(_, cause)) = fault {
        return format!("opening the database: {cause}");
    }
    fault.to_string()
}

fn size(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

impl Outcome {
    /// Of a backup.
    pub(super) fn of_backup(done: &Result<Taken, BackupFault>) -> Self {
        let ended = match done {
            Ok(taken) => Ended {
                file: Some((taken.name.clone(), taken.sha256.clone(), size(taken.bytes))),
                took_ms: Some(size(taken.took_ms)),
                figures: json!({ "files": taken.manifest.parts.len().saturating_sub(1),
                    "content_bytes": taken.manifest.size(), "agencies": taken.manifest.agencies,
                    "schema": taken.manifest.schema, "program": taken.manifest.program, "removed": taken.removed })
                .to_string(),
                ..Ended::default()
            },
            Err(fault) => Ended {
                fault: Some((fault.code(), told(fault))),
                ..Ended::default()
            },
        };
        Self {
            kind: Kind::Backup,
            ended,
        }
    }

    /// Of a drill; `sign` signs the text of its report.
    pub(super) fn of_drill(report: &Report, words: &Words, sign: Option<super::Signer<'_>>) -> Self {
        let text = report.text(words, Language::Vi);
        let signature = sign.and_then(|sign| sign(text.as_bytes()));
        let fault = match (&report.fault, report.problems.first()) {
            (Some((code, told)), _) => Some((*code, told.clone())),
            (None, Some(problem)) => Some(("unsound", problem.to_string())),
            (None, None) => None,
        };
        let file = report.sha256.clone().zip(report.bytes);
        Self {
            kind: Kind::Drill,
            ended: Ended {
                file: file.map(|(sha256, bytes)| (report.file_name.clone(), sha256, size(bytes))),
                took_ms: Some(size(report.restored_ms.saturating_add(report.checked_ms))),
                fault,
                report: Some((text.clone(), hex(&Sha256::digest(text.as_bytes())), signature)),
                figures: serde_json::to_string(report).unwrap_or_default(),
            },
        }
    }

    fn act(&self) -> &'static str {
        match (self.kind, self.ended.fault.is_none()) {
            (Kind::Backup, true) => "backup_run.taken",
            (Kind::Backup, false) => "backup_run.failed",
            (Kind::Drill, true) => "drill.passed",
            (Kind::Drill, false) => "drill.failed",
        }
    }

    fn details(&self, cause: Cause) -> Value {
        let ended = &self.ended;
        json!({ "cause": cause, "fault": ended.fault.as_ref().map(|(code, _)| code),
            "file_sha256": ended.file.as_ref().map(|(_, sha256, _)| sha256),
            "bytes": ended.file.as_ref().map(|(_, _, bytes)| bytes), "took_ms": ended.took_ms,
            "report_sha256": ended.report.as_ref().map(|(_, sha256, _)| sha256) })
    }
}

/// Keeps what came of a backup or drill that nobody asked for on the page, in every agency: it is of all of them.
pub(super) fn keep_result(db: &Db, at: NaiveDateTime, cause: Cause, outcome: &Outcome) -> Result<(), Failure> {
    for (agency, _) in people::agencies(db)? {
        let (act, details, ended) = (outcome.act(), outcome.details(cause), outcome.ended.clone());
        let kind = outcome.kind;
        ledger::change(db, Actor::house(agency, at), move |work| {
            let number = store::insert(work, kind, cause, Some(&ended))?;
            work.record(act, ("backup_run", &number.to_string()), details);
            Ok::<_, Failure>(())
        })?;
    }
    Ok(())
}

/// Keeps what came of a run that somebody asked for.
pub(super) fn keep_asked(
    db: &Db,
    (agency, at): (&AgencyId, NaiveDateTime),
    number: i64,
    outcome: &Outcome,
) -> Result<(), Failure> {
    let (act, details, ended) = (outcome.act(), outcome.details(Cause::Person), outcome.ended.clone());
    ledger::change(db, Actor::house(agency.clone(), at), move |work| {
        if !store::end(work, number, &ended)? {
            return Err(Failure::Conflict(Say::new("backup.refused.ended")));
        }
        work.record(act, ("backup_run", &number.to_string()), details);
        Ok(())
    })
}

/// What a command did.
pub enum Did<'a> {
    /// Took a backup, or failed to.
    Backup(&'a Result<Taken, BackupFault>),
    /// Held a drill.
    Drill(&'a Report, &'a Words, Option<super::Signer<'a>>),
}

/// Keeps what came of a command, in every agency.
///
/// # Errors
/// When the database fails.
pub fn record(db: &Db, at: NaiveDateTime, did: &Did<'_>) -> Result<(), Failure> {
    let outcome = match did {
        Did::Backup(done) => Outcome::of_backup(done),
        Did::Drill(report, words, sign) => Outcome::of_drill(report, words, *sign),
    };
    keep_result(db, at, Cause::Command, &outcome)
}
