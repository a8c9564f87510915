//! Cases of the last months, played event by event in the order of time through the same acts that the pages use.

mod acts;
mod intake;

use super::chance::Chance;
use super::habits::Habit;
use super::office::Stage;
use super::plan::{Deviation, Plan};
use crate::assignments::{Book, book};
use crate::calendar::{WorkingCalendar, working_calendar};
use crate::documents::{self, Content, VersionHead};
use crate::kernel::{Actor, CaseId, Person, VersionId, local, to_utc};
use crate::ledger;
use crate::web::Failure;
use chrono::{Days, NaiveDateTime, NaiveTime, TimeDelta};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::Arc;

/// A deviation that was planted, and in which case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planted {
    /// The code of the case.
    pub case_code: String,
    /// What was planted.
    pub deviation: Deviation,
}

/// Of every hundred cases so many get a deviation.
pub const DEVIATING_PERCENT: u32 = 20;
/// Cases begin on one of so many working days before today.
const WORKING_DAYS: u32 = 90;

/// What the whole play needs.
struct Play<'a> {
    stage: &'a Stage,
    now: NaiveDateTime,
    calendar: WorkingCalendar,
    book: Book,
    procedures: Vec<Procedure>,
    chance: Chance,
}

struct Procedure {
    code: String,
    weight: u32,
    /// All versions that were ever in force, the newest first.
    versions: Vec<(VersionHead, Arc<Content>)>,
}

impl Procedure {
    /// Whether it has a version before the one in force, with the same steps: any of them can be done by the old text.
    fn has_same_steps(&self) -> bool {
        let codes = |(_, content): &(VersionHead, Arc<Content>)| {
            let steps = content.table.steps.iter();
            steps.map(|step| step.code.clone()).collect::<Vec<_>>()
        };
        matches!(self.versions.as_slice(), [newest, older, ..] if codes(newest) == codes(older))
    }
}

/// A case under way: its plan and how far it came.
struct Running {
    id: CaseId,
    version: (VersionHead, Arc<Content>),
    older: Option<VersionId>,
    plan: Plan,
    done: usize,
    /// Office minutes that the promise leaves.
    budget: u32,
    /// Who did each row, each time.
    performers: BTreeMap<usize, Vec<Person>>,
}

/// A case that will be received.
struct Intake {
    procedure: usize,
    at: NaiveDateTime,
    deviation: Option<Deviation>,
    habit: Option<Habit>,
}

/// Plays `count` cases until `now` (UTC) and tells what was planted.
pub(super) fn play(stage: &Stage, now: NaiveDateTime, seed: u64, count: usize) -> anyhow::Result<Vec<Planted>> {
    let house = Actor::house(stage.agency.clone(), now);
    let (calendar, book, procedures) = ledger::read(&stage.db, &house, |work| {
        let effective = documents::effective(work)?;
        let mut procedures = Vec::new();
        for head in effective.iter().filter(|head| head.kind == "work_procedure") {
            let mut versions = Vec::new();
            for head in documents::heads_of(work, &head.document_id)? {
                if head.effective_from.is_some() {
                    let content = documents::content_of(work, &head.id)?;
                    versions.push((head, content));
                }
            }
            procedures.push(Procedure {
                code: head.code.clone(),
                weight: weight(&head.code),
                versions,
            });
        }
        Ok::<_, Failure>((working_calendar(work)?, book(work)?, procedures))
    })?;
    let mut play = Play {
        stage,
        now,
        calendar,
        book,
        procedures,
        chance: Chance::new(seed),
    };
    play.all(count)
}

/// Civil status and certification are most of what a commune does.
fn weight(code: &str) -> u32 {
    match code.get(..5) {
        Some("QT.CT") => 9,
        Some("QT.HT") => 7,
        Some("QT.BT" | "QT.KD") => 3,
        _ => 1,
    }
}

impl Play<'_> {
    fn all(&mut self, count: usize) -> anyhow::Result<Vec<Planted>> {
        let mut intakes = Vec::new();
        // Lateness is what a leader looks for first, so there is more of it.
        let late = [Deviation::CaseLate; 3];
        let mut deviations = Deviation::ALL.iter().copied().chain(late).cycle();
        for place in 0..count {
            let turn = u32::try_from(place % 100).unwrap_or(0);
            let deviates = (turn * DEVIATING_PERCENT) % 100 < DEVIATING_PERCENT;
            let deviation = if deviates { deviations.next() } else { None };
            let procedure = self.choose(deviation);
            let code = self.procedures.get(procedure).map_or("", |one| one.code.as_str());
            let habit = Habit::usual_in(code).filter(|_| deviation.is_none());
            let intake = self.intake(procedure, deviation);
            intakes.push(Intake { habit, ..intake });
        }
        for habit in Habit::all(count) {
            let of_habit = |procedure: &Procedure| procedure.code == habit.procedure();
            if let Some(procedure) = self.procedures.iter().position(of_habit) {
                let intake = self.intake(procedure, None);
                intakes.push(Intake {
                    habit: Some(habit),
                    ..intake
                });
            }
        }
        intakes.sort_by_key(|intake| intake.at);
        let mut queue: BinaryHeap<Reverse<(NaiveDateTime, usize)>> = BinaryHeap::new();
        for (place, intake) in intakes.iter().enumerate() {
            queue.push(Reverse((intake.at, place)));
        }
        let mut running: BTreeMap<usize, Running> = BTreeMap::new();
        let mut planted = Vec::new();
        while let Some(Reverse((at, place))) = queue.pop() {
            if at > self.now {
                continue;
            }
            let next = match running.get_mut(&place) {
                None => {
                    let Some(intake) = intakes.get(place) else { continue };
                    let (case, told) = self.receive(intake)?;
                    planted.extend(told);
                    let next = self.next_time(&case, at);
                    running.insert(place, case);
                    next
                }
                Some(case) => {
                    self.act(case, at)?;
                    self.next_time(case, at)
                }
            };
            if let Some(next) = next {
                queue.push(Reverse((next, place)));
            }
        }
        Ok(planted)
    }

    /// A procedure by its weight; for a deviation that only some can show, one of those.
    fn choose(&mut self, deviation: Option<Deviation>) -> usize {
        let fits = |procedure: &Procedure| match deviation {
            Some(Deviation::FourEyes | Deviation::StepLate) => {
                procedure.versions.first().is_some_and(|(_, content)| {
                    content.table.steps.len() >= 6
                        && content
                            .table
                            .steps
                            .iter()
                            .any(|step| step.roles.iter().any(|role| role.as_str() == "cvkt"))
                })
            }
            Some(Deviation::NotAssigned) => procedure.code.starts_with("QT.HT"),
            Some(Deviation::Outdated) => procedure.has_same_steps(),
            _ => true,
        };
        let total: u32 = self
            .procedures
            .iter()
            .filter(|one| fits(one))
            .map(|one| one.weight)
            .sum();
        let mut drawn = self.chance.below(total);
        for (place, procedure) in self.procedures.iter().enumerate().filter(|(_, one)| fits(one)) {
            if drawn < procedure.weight {
                return place;
            }
            drawn -= procedure.weight;
        }
        0
    }

    fn intake(&mut self, procedure: usize, deviation: Option<Deviation>) -> Intake {
        let most = match deviation {
            Some(Deviation::NotAssigned) => 30,
            Some(Deviation::Outdated) => 12,
            Some(Deviation::CaseLate) if self.chance.percent(60) => 6,
            _ => WORKING_DAYS,
        };
        let recent = deviation.is_none() && self.chance.percent(10);
        let mut back = if recent {
            self.chance.between(0, 4)
        } else {
            self.chance.between(3, most)
        };
        let today = local(self.now).date();
        let mut day = today;
        while back > 0 || !self.calendar.is_working_day(day) {
            day = day - Days::new(1);
            if self.calendar.is_working_day(day) {
                back = back.saturating_sub(1);
            }
        }
        let minute = i64::from(self.chance.between(0, 400));
        let opening = day.and_time(NaiveTime::from_hms_opt(7, 35, 0).unwrap_or_default());
        let at = opening
            + TimeDelta::minutes(if (235..330).contains(&minute) {
                minute - 100
            } else {
                minute
            });
        Intake {
            procedure,
            at: to_utc(at),
            deviation,
            habit: None,
        }
    }
}
