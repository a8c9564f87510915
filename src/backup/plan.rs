//! What is backed up and rehearsed by itself, and when.

use super::Open;
use super::actions::{Outcome, keep_asked, keep_result};
use super::drill::{DrillKeys, DrillOrder, drill};
use super::keep::Keep;
use super::source::Passphrase;
use super::store::{self, Cause, Kind, Run, RunState};
use super::take::{Order, take};
use crate::db::Db;
use crate::kernel::{Actor, AgencyId, Clock, local, to_utc};
use crate::render::Words;
use crate::web::Failure;
use crate::{ledger, people};
use chrono::{Datelike, NaiveDateTime, NaiveTime, TimeDelta, Weekday};
use std::path::PathBuf;

/// After a night that failed, it is tried again so many minutes later.
const AGAIN: i64 = 60;

/// Signs the text of a report with the office's key; none when it has no key yet, or the key cannot be opened.
pub type Signer<'a> = &'a dyn Fn(&[u8]) -> Option<String>;

/// What the operator set.
#[derive(Clone)]
pub struct Plan {
    /// Where backups go.
    pub to: PathBuf,
    /// The time of day in Vietnam.
    pub at: NaiveTime,
    /// Which older ones are kept.
    pub keep: Keep,
    /// What locks them.
    pub passphrase: Option<Passphrase>,
    /// The day on which recovery is rehearsed after the backup.
    pub drill_on: Option<Weekday>,
    /// Where it is rehearsed.
    pub scratch: PathBuf,
    /// An empty PostgreSQL database to rehearse in.
    pub scratch_server: Option<String>,
    /// Where the attached files are.
    pub files: PathBuf,
    /// The data directory.
    pub data: PathBuf,
}

/// What a round works with.
pub struct Around<'a> {
    /// The database.
    pub db: &'a Db,
    /// The time.
    pub clock: &'a Clock,
    /// The words of reports.
    pub words: &'a Words,
    /// How a database is opened.
    pub open: Open<'a>,
    /// What signs reports; none while the office has no key.
    pub sign: Option<Signer<'a>>,
}

/// The last moment at or before `now` (UTC) at which the plan wanted something: each day, or on one day of the week.
fn wanted_at(now: NaiveDateTime, time: NaiveTime, on: Option<Weekday>) -> NaiveDateTime {
    let here = local(now);
    let mut day = here.date();
    if here.time() < time {
        day = day.pred_opt().unwrap_or(day);
    }
    while on.is_some_and(|on| day.weekday() != on) {
        day = day.pred_opt().unwrap_or(day);
    }
    to_utc(day.and_time(time))
}

/// Whether it is time, when the calendar's last run was this one.
fn is_due(last: Option<&Run>, wanted: NaiveDateTime, now: NaiveDateTime) -> bool {
    match last {
        None => true,
        // Of a clock that was wrong: it says nothing about this night.
        Some(run) if run.asked_at > now => true,
        Some(run) if run.asked_at < wanted => true,
        Some(run) => run.state == RunState::Failed && now >= run.asked_at + TimeDelta::minutes(AGAIN),
    }
}

impl Plan {
    /// The order for a backup now.
    pub fn order(&self, url: &str, at: NaiveDateTime) -> Order {
        Order {
            url: url.to_owned(),
            files: self.files.clone(),
            data: self.data.clone(),
            to: self.to.clone(),
            keep: self.keep,
            passphrase: self.passphrase.clone(),
            at,
            free: Order::FREE,
        }
    }

    fn perform(&self, around: &Around<'_>, kind: Kind) -> Outcome {
        let at = around.clock.now();
        match kind {
            Kind::Backup => {
                let done = take(&self.order(around.db.url(), at));
                if let Err(fault) = &done {
                    tracing::error!(%fault, "The backup failed");
                }
                Outcome::of_backup(&done)
            }
            Kind::Drill => {
                let order = DrillOrder {
                    from: self.to.clone(),
                    scratch: self.scratch.clone(),
                    server: self.scratch_server.clone(),
                    passphrase: self.passphrase.clone(),
                    keys: around.db.keys().cloned().map(DrillKeys::Open),
                    free: Order::FREE,
                    at,
                };
                let report = drill(&order, around.open);
                if !report.passed() {
                    tracing::error!(file = report.file_name, "The drill of recovery failed");
                }
                Outcome::of_drill(&report, around.words, around.sign)
            }
        }
    }
}

fn house(agency: &AgencyId, around: &Around<'_>) -> Actor {
    Actor::house(agency.clone(), around.clock.now())
}

/// Does what was asked for, and what the calendar wants; gives how many runs there were.
///
/// # Errors
/// When the database fails. That a backup or drill failed is kept as its result.
pub fn round(around: &Around<'_>, plan: &Plan) -> Result<usize, Failure> {
    let mut count = 0_usize;
    if around.db.halted().is_some() {
        // No result could be kept, and what is damaged must not take the place of a good backup.
        return Ok(0);
    }
    let agencies = people::agencies(around.db)?;
    for (agency, _) in &agencies {
        let actor = house(agency, around);
        let asked = ledger::read(around.db, &actor, |work| Ok::<_, Failure>(store::asked(work)?))?;
        for run in asked {
            let outcome = plan.perform(around, run.kind);
            keep_asked(around.db, (agency, around.clock.now()), run.number, &outcome)?;
            count = count.saturating_add(1);
        }
    }
    let Some((first, _)) = agencies.first() else {
        return Ok(count);
    };
    for (kind, on) in [(Kind::Backup, None), (Kind::Drill, plan.drill_on)] {
        if kind == Kind::Drill && on.is_none() {
            continue;
        }
        let actor = house(first, around);
        let last = ledger::read(around.db, &actor, |work| {
            Ok::<_, Failure>(store::last_scheduled(work, kind)?)
        })?;
        if is_due(last.as_ref(), wanted_at(actor.at, plan.at, on), actor.at) {
            let outcome = plan.perform(around, kind);
            keep_result(around.db, around.clock.now(), Cause::Schedule, &outcome)?;
            count = count.saturating_add(1);
        }
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    fn utc(day: u32, hour: u32) -> NaiveDateTime {
        NaiveDate::from_ymd_opt(2026, 11, day)
            .unwrap()
            .and_hms_opt(hour, 0, 0)
            .unwrap()
    }

    fn run(state: RunState, asked_at: NaiveDateTime) -> Run {
        Run {
            number: 1,
            kind: Kind::Backup,
            cause: Cause::Schedule,
            state,
            asked_by_name: String::new(),
            asked_at,
            ended_at: Some(asked_at),
            file_name: String::new(),
            file_sha256: None,
            file_bytes: None,
            took_ms: None,
            fault: String::new(),
            fault_text: String::new(),
            report: String::new(),
            report_sha256: None,
            report_signature: None,
            figures: String::new(),
        }
    }

    #[test]
    fn a_run_of_the_future_does_not_keep_the_night_from_being_wanted() {
        let (wanted, now) = (utc(22, 19), utc(23, 1));
        assert!(is_due(None, wanted, now));
        assert!(is_due(Some(&run(RunState::Done, utc(21, 19))), wanted, now), "before");
        assert!(!is_due(Some(&run(RunState::Done, utc(22, 20))), wanted, now), "done");
        assert!(
            !is_due(Some(&run(RunState::Done, now)), wanted, now),
            "done this moment"
        );
        for state in [RunState::Done, RunState::Failed] {
            assert!(is_due(Some(&run(state, utc(29, 1))), wanted, now), "{state}");
        }
    }

    #[test]
    fn the_night_is_wanted_at_its_time_in_vietnam_and_the_drill_on_its_day() {
        let two = NaiveTime::from_hms_opt(2, 0, 0).unwrap();
        // 19:00 UTC is 02:00 of the next day in Vietnam; 22 November 2026 is a Sunday.
        assert_eq!(wanted_at(utc(23, 18), two, None), utc(22, 19));
        assert_eq!(wanted_at(utc(23, 19), two, None), utc(23, 19));
        assert_eq!(wanted_at(utc(23, 18), two, Some(Weekday::Sun)), utc(21, 19));
        assert_eq!(wanted_at(utc(21, 18), two, Some(Weekday::Sun)), utc(14, 19));
    }
}
