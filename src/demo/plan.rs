//! What will happen in a demo case: a run of its workflow, and the deviation that is planted in it. Pure.

use super::chance::Chance;
use crate::workflow::{Clock, State, StepTable, Target, TimeLimit, TimeUnit, Workflow};

/// A kind of deviation that the demo plants; the word is that of the finding which must come of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deviation {
    /// A step is left out.
    Skipped,
    /// Two steps change places.
    OutOfOrder,
    /// A step is done twice without a loop.
    Repeated,
    /// A step that the procedure does not have.
    Extra,
    /// Somebody who never had the role.
    WrongRole,
    /// Somebody who had the role, but not on that day.
    NotAssigned,
    /// One person examines and approves.
    FourEyes,
    /// One step takes too long.
    StepLate,
    /// The whole case takes too long.
    CaseLate,
    /// A paper is missing.
    PaperMissing,
    /// A step leaves no result.
    ResultMissing,
    /// A step follows an outdated version.
    Outdated,
    /// The case is closed before its end.
    NotFinished,
}

impl Deviation {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Skipped,
        Self::OutOfOrder,
        Self::Repeated,
        Self::Extra,
        Self::WrongRole,
        Self::NotAssigned,
        Self::FourEyes,
        Self::StepLate,
        Self::CaseLate,
        Self::PaperMissing,
        Self::ResultMissing,
        Self::Outdated,
        Self::NotFinished,
    ];

    /// The word of the finding.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Skipped => "skipped",
            Self::OutOfOrder => "out_of_order",
            Self::Repeated => "repeated",
            Self::Extra => "unknown_step",
            Self::WrongRole => "wrong_role",
            Self::NotAssigned => "not_assigned_that_day",
            Self::FourEyes => "four_eyes",
            Self::StepLate => "step_late",
            Self::CaseLate => "case_late",
            Self::PaperMissing => "paper_missing",
            Self::ResultMissing => "result_missing",
            Self::Outdated => "outdated_version",
            Self::NotFinished => "closed_unfinished",
        }
    }
}

/// One act of a plan.
#[derive(Debug, Clone)]
pub(super) struct PlannedAct {
    pub(super) step_code: String,
    /// The row, or `None` for a step that the procedure does not have.
    pub(super) row: Option<usize>,
    pub(super) outcome: Option<String>,
    /// Who does it, when it is not whoever is assigned.
    pub(super) by: Option<&'static str>,
    /// Recorded as done on paper, because the program would refuse it.
    pub(super) on_paper: bool,
    pub(super) without_result: bool,
    pub(super) by_old_version: bool,
    /// Percent of the usual time that it takes.
    pub(super) slowness: u32,
}

impl PlannedAct {
    fn new(table: &StepTable, row: usize, outcome: Option<String>) -> Option<Self> {
        let step_code = table.steps.get(row)?.code.to_string();
        Some(Self {
            step_code,
            row: Some(row),
            outcome,
            by: None,
            on_paper: false,
            without_result: false,
            by_old_version: false,
            slowness: 100,
        })
    }
}

/// What will happen in a case.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) acts: Vec<PlannedAct>,
    pub(super) paper_missing: bool,
    pub(super) stopped: bool,
}

/// A longer run than this is cut; no procedure of the library has one.
const LONGEST: usize = 60;

/// Minutes of office time that a limit amounts to.
pub(super) fn minutes(limit: TimeLimit) -> u32 {
    let per_unit = match limit.unit {
        TimeUnit::WorkingDay => 480,
        TimeUnit::CalendarDay => 342,
        TimeUnit::WorkingHour | TimeUnit::ClockHour => 60,
    };
    limit.hundredths.saturating_mul(per_unit) / 100
}

fn outcome_of(table: &StepTable, row: usize, wander: bool, chance: &mut Chance) -> Option<String> {
    let step = table.steps.get(row)?;
    let first = step.next.first()?;
    if wander && chance.percent(14) {
        let others: Vec<_> = step.next.iter().skip(1).collect();
        if let Some(other) = chance.pick(&others) {
            return other.outcome.clone();
        }
    }
    first.outcome.clone()
}

fn is_done_too_often(table: &StepTable, acts: &[PlannedAct], row: usize) -> bool {
    let done = acts.iter().filter(|act| act.row == Some(row)).count();
    let most = table
        .steps
        .get(row)
        .and_then(|step| step.max_times)
        .map_or(3, |most| most.min(3));
    u32::try_from(done).unwrap_or(u32::MAX) >= most
}

/// A run of the workflow from its start to an end: straight ahead, or with returns, supplements and refusals here and
/// there when it may wander.
pub(super) fn run(table: &StepTable, workflow: &Workflow, wander: bool, chance: &mut Chance) -> Option<Plan> {
    let mut state: State = workflow.start();
    let mut acts: Vec<PlannedAct> = Vec::new();
    while workflow.ended(state).is_none() && acts.len() < LONGEST {
        let allowed: Vec<usize> = workflow
            .allowed(state)
            .into_iter()
            .filter(|row| !is_done_too_often(table, &acts, *row))
            .collect();
        let Some(row) = chance.pick(&allowed).copied() else {
            break;
        };
        let mut outcome = outcome_of(table, row, wander, chance);
        let leads_to_exhausted = table.steps.get(row).and_then(|step| {
            let next = step.next.iter().find(|next| next.outcome == outcome)?;
            match &next.target {
                Target::Step(code) => table.find(code).map(|(to, _)| is_done_too_often(table, &acts, to)),
                Target::End | Target::EndRefused | Target::EndWithdrawn => None,
            }
        });
        if leads_to_exhausted == Some(true) {
            outcome = outcome_of(table, row, false, chance);
        }
        state = *workflow.after(state, row, outcome.as_deref()).first()?;
        acts.push(PlannedAct::new(table, row, outcome)?);
    }
    workflow
        .ended(state)
        .or_else(|| workflow.may_end(state).then_some(crate::workflow::End::Completed))?;
    Some(Plan {
        acts,
        paper_missing: false,
        stopped: false,
    })
}

/// A place in the middle of the run: neither the intake nor the handing out.
fn middle(plan: &Plan, chance: &mut Chance) -> Option<usize> {
    let last = u32::try_from(plan.acts.len()).ok()?.checked_sub(2)?;
    (last >= 1)
        .then(|| usize::try_from(chance.between(1, last)).ok())
        .flatten()
}

fn has_role(table: &StepTable, act: &PlannedAct, role: &str) -> bool {
    act.row
        .and_then(|row| table.steps.get(row))
        .is_some_and(|step| step.roles.iter().any(|own| own.as_str() == role))
}

fn own_time(table: &StepTable, act: &PlannedAct) -> Option<u32> {
    use crate::workflow::StepTime;
    let step = act
        .row
        .and_then(|row| table.steps.get(row))
        .filter(|step| step.counted && step.clock == Clock::Runs)?;
    match step.times.first()? {
        (_, StepTime::Own(limit)) => Some(minutes(*limit)),
        (_, StepTime::Shared(_)) => None,
    }
}

fn is_by_working_time(table: &StepTable, act: &PlannedAct) -> bool {
    use crate::workflow::StepTime;
    let step = act.row.and_then(|row| table.steps.get(row));
    step.and_then(|step| step.times.first())
        .is_some_and(|(_, time)| matches!(time, StepTime::Own(limit) if limit.unit == TimeUnit::WorkingDay))
}

/// Plants a deviation in a straight run; `None` when this procedure cannot show it.
pub(super) fn plant(table: &StepTable, mut plan: Plan, deviation: Deviation, chance: &mut Chance) -> Option<Plan> {
    let at = middle(&plan, chance)?;
    if table.steps.iter().any(|step| step.branch.is_some()) && deviation != Deviation::PaperMissing {
        return None;
    }
    match deviation {
        Deviation::Skipped => drop(plan.acts.remove(at)),
        Deviation::OutOfOrder => (plan.acts.len() > 4).then(|| plan.acts.swap(at.clamp(1, 2), at.clamp(1, 2) + 1))?,
        Deviation::Repeated => {
            // The step before the last: an earlier one may be returned to, and doing it again could be a loop.
            let at = plan.acts.len().checked_sub(2)?;
            let again = plan.acts.get(at)?.clone();
            plan.acts.insert(at, again);
        }
        Deviation::Extra => plan.acts.insert(at, extra()),
        Deviation::WrongRole => paper(&mut plan, at, "quansu")?,
        Deviation::NotAssigned => {
            let at = plan.acts.iter().position(|act| has_role(table, act, "tphth"))?;
            paper(&mut plan, at, "tuphap2")?;
        }
        Deviation::FourEyes => four_eyes(table, &mut plan)?,
        Deviation::StepLate => slow_step(table, &mut plan)?,
        Deviation::CaseLate => plan.acts.iter_mut().for_each(|act| act.slowness = 420),
        Deviation::PaperMissing => plan.paper_missing = true,
        Deviation::ResultMissing => {
            let act = plan.acts.get_mut(at)?;
            let step = act.row.and_then(|row| table.steps.get(row))?;
            (!step.outputs.is_empty()).then_some(())?;
            act.without_result = true;
        }
        Deviation::Outdated => {
            let act = plan.acts.get_mut(at)?;
            act.by_old_version = true;
            act.on_paper = true;
        }
        Deviation::NotFinished => {
            plan.acts.truncate(at);
            plan.stopped = true;
        }
    }
    Some(plan)
}

fn extra() -> PlannedAct {
    PlannedAct {
        step_code: "XM".to_owned(),
        row: None,
        outcome: None,
        by: None,
        on_paper: true,
        without_result: false,
        by_old_version: false,
        slowness: 100,
    }
}

fn paper(plan: &mut Plan, at: usize, by: &'static str) -> Option<()> {
    let act = plan.acts.get_mut(at)?;
    act.by = Some(by);
    act.on_paper = true;
    Some(())
}

/// The head of the economic section, who also does a specialist's work for now, examines and approves the same case.
fn four_eyes(table: &StepTable, plan: &mut Plan) -> Option<()> {
    let examined = plan.acts.iter().position(|act| has_role(table, act, "cvkt"))?;
    let code = plan.acts.get(examined)?.step_code.clone();
    let approved = plan.acts.iter().position(|act| {
        has_role(table, act, "ldkt")
            && act
                .row
                .and_then(|row| table.steps.get(row))
                .is_some_and(|step| step.different_from.iter().any(|other| other.as_str() == code))
    })?;
    plan.acts.get_mut(examined)?.by = Some("truongkt");
    let act = plan.acts.get_mut(approved)?;
    act.by = Some("truongkt");
    act.on_paper = true;
    Some(())
}

/// One short step takes up to three times its time, and the rest hurries, so that the case itself is on time.
fn slow_step(table: &StepTable, plan: &mut Plan) -> Option<()> {
    let times: Vec<Option<u32>> = plan.acts.iter().map(|act| own_time(table, act)).collect();
    let total: u32 = times.iter().flatten().sum();
    // The first step is done while the desk receives the case. A limit of whole days runs to the end of a day, and one
    // of the calendar through the night, so only a part of a working day is surely passed.
    let is_short = |(act, time): (&PlannedAct, &Option<u32>)| {
        is_by_working_time(table, act)
            && time.is_some_and(|own| (120..480).contains(&own) && own.saturating_mul(6) <= total)
    };
    let slow = plan
        .acts
        .iter()
        .zip(&times)
        .skip(1)
        .position(is_short)?
        .saturating_add(1);
    for (place, act) in plan.acts.iter_mut().enumerate() {
        act.slowness = if place == slow { 500 } else { 30 };
    }
    Some(())
}
