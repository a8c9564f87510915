//! Cases of the last months, played event by event in the order of time through the same acts that the pages use.

use super::chance::Chance;
use super::office::Stage;
use super::plan::{Deviation, Plan, PlannedAct, minutes, plant, run};
use crate::assignments::{Book, book};
use crate::calendar::{WorkingCalendar, working_calendar};
use crate::cases::{self, Applicant, NewCase, NewStep, OffStep};
use crate::documents::{self, Content, VersionHead};
use crate::kernel::{Actor, CaseId, Person, VersionId, local, to_utc};
use crate::ledger;
use crate::procedures::Mode;
use crate::web::Failure;
use crate::workflow::{Clock, RoleCode, StepTime};
use anyhow::Context;
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

/// A case under way: its plan and how far it came.
struct Running {
    id: CaseId,
    version: (VersionHead, Arc<Content>),
    older: Option<VersionId>,
    plan: Plan,
    done: usize,
    /// Office minutes that the promise leaves.
    budget: u32,
    performers: BTreeMap<usize, Person>,
}

/// A case that will be received.
struct Intake {
    procedure: usize,
    at: NaiveDateTime,
    deviation: Option<Deviation>,
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
        let mut deviations = Deviation::ALL.iter().copied().cycle();
        for place in 0..count {
            let turn = u32::try_from(place % 100).unwrap_or(0);
            let deviates = (turn * DEVIATING_PERCENT) % 100 < DEVIATING_PERCENT;
            let deviation = if deviates { deviations.next() } else { None };
            intakes.push(self.intake(deviation));
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
            Some(Deviation::Outdated) => procedure.versions.len() > 1,
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

    fn intake(&mut self, deviation: Option<Deviation>) -> Intake {
        let procedure = self.choose(deviation);
        let most = match deviation {
            Some(Deviation::NotAssigned) => 30,
            Some(Deviation::Outdated) => 12,
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
        }
    }

    fn version_on(&self, intake: &Intake) -> Option<(VersionHead, Arc<Content>)> {
        let day = local(intake.at).date();
        let versions = &self.procedures.get(intake.procedure)?.versions;
        let in_force = |head: &VersionHead| {
            head.effective_from.is_some_and(|from| from <= day) && head.effective_to.is_none_or(|to| day < to)
        };
        versions.iter().find(|(head, _)| in_force(head)).cloned()
    }

    fn plan(&mut self, content: &Content, deviation: Option<Deviation>) -> anyhow::Result<(Plan, bool)> {
        let workflow = content
            .workflow
            .as_ref()
            .context("an effective procedure has no workflow")?;
        let table = &content.table;
        if let Some(deviation) = deviation {
            let straight = run(table, workflow, false, &mut self.chance);
            if let Some(plan) = straight.and_then(|plan| plant(table, plan, deviation, &mut self.chance)) {
                return Ok((plan, true));
            }
        }
        let plan = (0..20).find_map(|_| run(table, workflow, true, &mut self.chance));
        Ok((plan.context("no run of the procedure comes to an end")?, false))
    }

    fn receive(&mut self, intake: &Intake) -> anyhow::Result<(Running, Option<Planted>)> {
        let version = self.version_on(intake).context("no version was in force")?;
        let (mut plan, mut is_planted) = self.plan(&version.1, intake.deviation)?;
        let older = self.procedures.get(intake.procedure).and_then(|procedure| {
            procedure
                .versions
                .iter()
                .find(|(head, _)| head.number < version.0.number)
                .map(|(head, _)| head.id.clone())
        });
        if older.is_none() && plan.acts.iter().any(|act| act.by_old_version) {
            for act in plan.acts.iter_mut() {
                (act.by_old_version, act.on_paper) = (false, false);
            }
            is_planted = false;
        }
        let dossier = &version.1.source.dossier;
        let mut papers: Vec<i64> = dossier
            .iter()
            .zip(1_i64..)
            .filter(|(paper, _)| paper.condition.is_empty())
            .map(|(_, number)| number)
            .collect();
        let needed: Vec<i64> = papers
            .iter()
            .copied()
            .filter(|number| {
                let place = usize::try_from(*number - 1).ok();
                place
                    .and_then(|place| dossier.get(place))
                    .is_some_and(|paper| paper.mode == Mode::Submit)
            })
            .collect();
        if plan.paper_missing {
            match needed.last() {
                Some(missing) => papers.retain(|paper| paper != missing),
                None => is_planted = false,
            }
        }
        let new = NewCase {
            document: version.0.document_id.clone(),
            duration_code: version
                .1
                .source
                .durations
                .first()
                .map(|case| case.code.clone())
                .unwrap_or_default(),
            applicant: self.applicant(),
            papers,
            received_at: None,
            first_outcome: plan.acts.first().and_then(|act| act.outcome.clone()),
            first_outputs: None,
            missing_ok: plan.paper_missing,
        };
        let desk = if self.chance.percent(60) { "motcua1" } else { "motcua2" };
        let (received, head) = self.stage.act(desk, intake.at, move |work| {
            let received = cases::receive(work, &new)?;
            let head = cases::head(work, &received.id)?;
            Ok((received, head))
        })?;
        let budget = head.promised_at.map_or(4800, |promised| {
            self.calendar.working_minutes_between(local(intake.at), local(promised))
        });
        let done = usize::try_from(head.last_seq).unwrap_or(0);
        let mut performers = BTreeMap::new();
        if let (true, Some(person)) = (done > 0, self.stage.cast.get(desk)) {
            performers.insert(0, person.clone());
        }
        let planted = intake.deviation.filter(|_| is_planted);
        let planted = planted.map(|deviation| Planted {
            case_code: received.code.clone(),
            deviation,
        });
        let budget = u32::try_from(budget).unwrap_or(0);
        let running = Running {
            id: received.id,
            version,
            older,
            plan,
            done,
            budget,
            performers,
        };
        Ok((running, planted))
    }

    fn applicant(&mut self) -> Applicant {
        const FAMILY: [&str; 10] = [
            "Nguyễn", "Trần", "Lê", "Hoàng", "Vàng", "Lục", "Bàn", "Triệu", "Đặng", "Giàng",
        ];
        const MIDDLE: [&str; 8] = ["Văn", "Thị", "Đức", "Minh", "Thu", "Xuân", "Ngọc", "Quang"];
        const GIVEN: [&str; 12] = [
            "An", "Bình", "Chi", "Dung", "Hạnh", "Khánh", "Liên", "Nam", "Oanh", "Phương", "Quý", "Yến",
        ];
        const VILLAGE: [&str; 6] = [
            "Bản Liên Hải",
            "Thôn Bông",
            "Thôn Tắp",
            "Bản Lúc",
            "Thôn Bùn",
            "Bản Khoai",
        ];
        let mut pick = |of: &[&'static str]| self.chance.pick(of).copied().unwrap_or_default();
        let full_name = [pick(&FAMILY), pick(&MIDDLE), pick(&GIVEN)].join(" ");
        let address = format!("{}, xã Bảo Hà", pick(&VILLAGE));
        Applicant {
            full_name,
            address,
            phone: format!("0900 {:06}", self.chance.below(1_000_000)),
        }
    }

    /// When the next act of a case will be done; `None` when nothing is left.
    fn next_time(&mut self, case: &Running, from: NaiveDateTime) -> Option<NaiveDateTime> {
        let Some(act) = case.plan.acts.get(case.done) else {
            return (case.plan.stopped && case.done == case.plan.acts.len()).then(|| from + TimeDelta::minutes(30));
        };
        let step = act.row.and_then(|row| case.version.1.table.steps.get(row));
        if step.is_some_and(|step| step.clock == Clock::Paused) {
            let minutes = self.chance.between(480, 1900);
            return Some(to_utc(self.calendar.add_working_minutes(local(from), minutes)));
        }
        let share = case.budget / u32::try_from(case.plan.acts.len().max(1)).unwrap_or(1);
        let own = step.and_then(|step| match step.times.first() {
            Some((_, StepTime::Own(limit))) if step.counted => Some(minutes(*limit)),
            _ => None,
        });
        let usual = own.map_or(share, |own| if act.slowness > 100 { own } else { own.min(case.budget) });
        let minutes = usual
            .saturating_mul(self.chance.between(25, 65))
            .saturating_mul(act.slowness)
            / 10_000;
        Some(to_utc(self.calendar.add_working_minutes(local(from), minutes.max(4))))
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
        let barred: Vec<&Person> = step
            .into_iter()
            .flat_map(|step| &step.different_from)
            .filter_map(|code| table.find(code).and_then(|(row, _)| case.performers.get(&row)))
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
        // Who acts for somebody else only does so here and there.
        able.sort_by_key(|person| self.stage.cast.iter().position(|(_, one)| one.id == person.id));
        let usual: Vec<Person> = able.iter().filter(|person| !self.is_acting(person)).cloned().collect();
        self.chance.pick(if usual.is_empty() { &able } else { &usual }).cloned()
    }

    /// The head of the economic section does a specialist's work only when nobody else can.
    fn is_acting(&self, person: &Person) -> bool {
        self.stage.cast.get("truongkt").is_some_and(|head| head.id == person.id)
    }

    fn act(&mut self, case: &mut Running, at: NaiveDateTime) -> anyhow::Result<()> {
        let Some(act) = case.plan.acts.get(case.done).cloned() else {
            case.done += 1;
            let id = case.id.clone();
            return self
                .stage
                .act("motcua1", at, move |work| {
                    let seq = cases::head(work, &id)?.last_seq;
                    cases::stop(work, &id, seq, "Công dân không liên hệ lại; khép hồ sơ giấy")
                })
                .with_context(|| format!("stopping a case of {}: {:?}", case.version.0.code, case.plan));
        };
        let person = self
            .performer(case, &act, at)
            .with_context(|| format!("nobody may do {} of {}", act.step_code, case.version.0.code))?;
        case.done += 1;
        if let Some(row) = act.row {
            case.performers.insert(row, person.clone());
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
