//! How a demo case goes on: when the next act is done, by whom, and on paper where the program refuses it.

use super::{Play, Running};
use crate::cases::{self, NewStep, OffStep};
use crate::demo::plan::{PlannedAct, minutes};
use crate::demo::records;
use crate::kernel::{Actor, Person, local, to_utc};
use crate::ledger;
use crate::web::Failure;
use crate::workflow::{Clock, RoleCode, Step, StepTable, StepTime, TimeUnit};
use anyhow::Context;
use chrono::{NaiveDateTime, TimeDelta};

impl Play<'_> {
    /// When the next act of a case will be done; `None` when nothing is left.
    pub(super) fn next_time(&mut self, case: &Running, from: NaiveDateTime) -> Option<NaiveDateTime> {
        let Some(act) = case.plan.acts.get(case.done) else {
            return (case.done == case.plan.acts.len()).then(|| from + TimeDelta::minutes(30));
        };
        let step = act.row.and_then(|row| case.version.1.table.steps.get(row));
        if step.is_some_and(|step| step.clock == Clock::Paused) {
            let minutes = self.chance.between(480, 1900);
            return Some(to_utc(self.calendar.add_working_minutes(local(from), minutes)));
        }
        let table = &case.version.1.table;
        let own = |act: &PlannedAct| own_minutes(table, act).unwrap_or(UNSTATED);
        let total: u32 = case.plan.acts.iter().map(own).sum();
        let share = u64::from(case.budget) * u64::from(own(act)) / u64::from(total.max(1));
        let share = u32::try_from(share).unwrap_or(u32::MAX).min(own(act));
        let usual = if act.slowness > 100 { own(act) } else { share };
        // Branches begin together but are played one after the other.
        let beside = if step.is_some_and(|step| step.branch.is_some()) {
            3
        } else {
            1
        };
        let chosen = usual.saturating_mul(self.chance.between(25, 65));
        let minutes = chosen.saturating_mul(act.slowness) / 10_000 / beside;
        let runs_by_clock = table
            .durations
            .first()
            .is_some_and(|case| case.limit.unit == TimeUnit::ClockHour);
        if runs_by_clock {
            return Some(from + TimeDelta::minutes(i64::from(minutes.max(2))));
        }
        Some(to_utc(self.calendar.add_working_minutes(local(from), minutes.max(2))))
    }

    /// Whoever is assigned to the row and may do it: for a row that another person must do, somebody else.
    fn performer(&mut self, case: &Running, act: &PlannedAct, at: NaiveDateTime) -> Option<Person> {
        if let Some(username) = act.by {
            return self.stage.cast.get(username).cloned();
        }
        let table = &case.version.1.table;
        let step = act.row.and_then(|row| table.steps.get(row));
        let fallback = [RoleCode::new("cvvhxh")];
        let roles = step.map_or(&fallback[..], |step| &step.roles);
        let day = local(at).date();
        let document = &case.version.0.document_id;
        let named = step.into_iter().flat_map(|step| &step.different_from);
        let named = named.filter_map(|code| table.find(code).map(|(row, _)| row));
        // A step that is done again must not be done by whoever checked it the first time.
        let names_it = |other: &Step| step.is_some_and(|step| other.different_from.contains(&step.code));
        let naming = (0..)
            .zip(&table.steps)
            .filter(|(_, other)| names_it(other))
            .map(|(row, _)| row);
        let barred: Vec<&Person> = named
            .chain(naming)
            .filter_map(|row| case.performers.get(&row))
            .flatten()
            .collect();
        let mut able: Vec<Person> = Vec::new();
        for role in roles {
            let people = self.book.people(role, document, day);
            let cast = self.stage.cast.values().filter(|person| people.contains(&person.id));
            able.extend(
                cast.filter(|person| barred.iter().all(|other| other.id != person.id))
                    .cloned(),
            );
        }
        // Whoever did the step does it again.
        let before = act.row.and_then(|row| case.performers.get(&row)?.last());
        if let Some(again) = before.filter(|person| able.iter().any(|one| one.id == person.id)) {
            return Some(again.clone());
        }
        // Who acts for somebody else only does so here and there.
        able.sort_by_key(|person| self.stage.cast.iter().position(|(_, one)| one.id == person.id));
        let usual: Vec<Person> = able.iter().filter(|person| !self.is_acting(person)).cloned().collect();
        self.chance.pick(if usual.is_empty() { &able } else { &usual }).cloned()
    }

    /// The head of the economic section does a specialist's work only when nobody else can.
    fn is_acting(&self, person: &Person) -> bool {
        self.stage.cast.get("truongkt").is_some_and(|head| head.id == person.id)
    }

    pub(super) fn act(&mut self, case: &mut Running, at: NaiveDateTime) -> anyhow::Result<()> {
        let Some(act) = case.plan.acts.get(case.done).cloned() else {
            case.done += 1;
            return self.close(case, at);
        };
        let person = self
            .performer(case, &act, at)
            .with_context(|| format!("nobody may do {} of {}", act.step_code, case.version.0.code))?;
        case.done += 1;
        if let Some(row) = act.row {
            case.performers.entry(row).or_default().push(person.clone());
        }
        let outputs: Vec<usize> = match act.row.and_then(|row| case.version.1.table.steps.get(row)) {
            Some(step) if !act.without_result => (0..step.outputs.len()).collect(),
            _ => Vec::new(),
        };
        if !act.on_paper && self.perform(case, (&act, &outputs), &person, at)? {
            return Ok(());
        }
        let recorder = self.recorder(&person)?;
        let (id, version) = (case.id.clone(), case.older.clone().filter(|_| act.by_old_version));
        let off = OffStep {
            step_code: act.step_code,
            outcome: act.outcome,
            person: person.id,
            done_at: at,
            version,
            reason: "Đã làm trên giấy, nhập lại từ hồ sơ giấy".to_owned(),
            outputs,
        };
        let actor = self.stage.as_person(&recorder, at);
        ledger::change(&self.stage.db, actor, move |work| {
            let seq = cases::head(work, &id)?.last_seq;
            cases::record_off_workflow(work, &id, seq, &off)
        })
        .with_context(|| {
            format!(
                "recording on paper in a case of {}: {:?}",
                case.version.0.code, case.plan
            )
        })?;
        Ok(())
    }

    /// The desk closes a case that its steps left open: given up by the citizen, or done on paper in another order.
    fn close(&self, case: &Running, at: NaiveDateTime) -> anyhow::Result<()> {
        let house = Actor::house(self.stage.agency.clone(), at);
        let head = ledger::read(&self.stage.db, &house, |work| {
            Ok::<_, Failure>(cases::head(work, &case.id)?)
        })?;
        if head.ended.is_some() {
            return Ok(());
        }
        let (id, stopped) = (case.id.clone(), case.plan.stopped);
        self.stage
            .act("motcua1", at, move |work| match stopped {
                true => cases::stop(work, &id, head.last_seq, "Công dân không liên hệ lại; khép hồ sơ giấy"),
                false => cases::finish(work, &id, head.last_seq),
            })
            .with_context(|| format!("closing a case of {}: {:?}", case.version.0.code, case.plan))
    }

    /// Somebody who may record what was done on paper: whoever did it, or the desk.
    fn recorder(&self, person: &Person) -> anyhow::Result<Person> {
        use crate::kernel::AccessRole::{Desk, Official};
        if person.access.contains(&Official) || person.access.contains(&Desk) {
            return Ok(person.clone());
        }
        self.stage.cast.get("motcua1").cloned().context("the desk is empty")
    }

    /// Does the step by the workflow; false when the program refuses it because of what was planted before.
    fn perform(
        &self,
        case: &Running,
        (act, outputs): (&PlannedAct, &[usize]),
        person: &Person,
        at: NaiveDateTime,
    ) -> anyhow::Result<bool> {
        let new = NewStep {
            step_code: act.step_code.clone(),
            outcome: act.outcome.clone(),
            note: String::new(),
            outputs: outputs.to_vec(),
            papers: Vec::new(),
            done_at: None,
        };
        let (id, actor) = (case.id.clone(), self.stage.as_person(person, at));
        let step = act.row.and_then(|row| case.version.1.table.steps.get(row));
        if let Some(step) = step.filter(|_| at > self.now - TimeDelta::days(FORMS_DAYS)) {
            records::fill_at_step(self.stage, &id, step, &actor)?;
        }
        let done = ledger::change(&self.stage.db, actor, move |work| {
            let seq = cases::head(work, &id)?.last_seq;
            cases::perform(work, &id, seq, &new)
        });
        match done {
            Ok(_) => Ok(true),
            Err(Failure::Conflict(_)) => Ok(false),
            Err(failure) => Err(failure).context("performing a step"),
        }
    }
}

/// Forms are filled on the screen since so many days.
const FORMS_DAYS: i64 = 45;
/// Office minutes of a step whose time the table does not state.
const UNSTATED: u32 = 20;

/// The office minutes of an act: its step's own, or an even part of a cell that several rows share.
fn own_minutes(table: &StepTable, act: &PlannedAct) -> Option<u32> {
    let step = act
        .row
        .and_then(|row| table.steps.get(row))
        .filter(|step| step.counted)?;
    let (_, time) = step.times.first()?;
    match time {
        StepTime::Own(limit) => Some(minutes(*limit)),
        StepTime::Shared(code) => {
            let shared = table.shared_times.iter().find(|shared| shared.code == *code)?;
            let sharing = |step: &&Step| step.times.iter().any(|(_, own)| own == time);
            let rows = u32::try_from(table.steps.iter().filter(sharing).count()).ok()?;
            Some(minutes(shared.limit) / rows.max(1))
        }
    }
}
