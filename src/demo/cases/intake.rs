//! How a demo case begins: which version, what will happen in it, which papers, who asks.

use super::{Intake, Planted, Play, Running};
use crate::cases::{self, Applicant, NewCase};
use crate::demo::habits::Habit;
use crate::demo::plan::{Deviation, Plan, plant, run};
use crate::documents::{Content, VersionHead};
use crate::kernel::{VersionId, local};
use crate::procedures::Mode;
use anyhow::Context;
use chrono::TimeDelta;
use std::sync::Arc;

/// A late case that was received within this time has not come to its end yet.
const STILL_OPEN: TimeDelta = TimeDelta::days(11);

impl Play<'_> {
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

    /// A plan by a habit of those who do the step, and the deviation that it is.
    fn by_habit(
        &mut self,
        habit: Habit,
        intake: &Intake,
        (head, content): &(VersionHead, Arc<Content>),
    ) -> anyhow::Result<(Plan, Option<Deviation>)> {
        let days = head
            .effective_from
            .map_or(0, |from| (local(intake.at).date() - from).num_days());
        let workflow = content.workflow.as_ref().context("a habit without a workflow")?;
        let straight = run(&content.table, workflow, false, &mut self.chance);
        let followed = straight.and_then(|plan| habit.follow(&content.table, plan, days, &mut self.chance));
        match followed {
            Some((plan, deviation)) => Ok((plan, deviation)),
            None => Ok((self.plan(content, None)?.0, None)),
        }
    }

    /// The version before the one in force, if there was one.
    fn older(&self, intake: &Intake, number: i64) -> Option<VersionId> {
        let versions = &self.procedures.get(intake.procedure)?.versions;
        versions
            .iter()
            .find(|(head, _)| head.number < number)
            .map(|(head, _)| head.id.clone())
    }

    /// Receives a case at the desk, and tells what was planted in it.
    pub(super) fn receive(&mut self, intake: &Intake) -> anyhow::Result<(Running, Option<Planted>)> {
        let version = self.version_on(intake).context("no version was in force")?;
        let (mut plan, mut deviation) = match intake.habit {
            Some(habit) => self.by_habit(habit, intake, &version)?,
            None => {
                let (plan, is_planted) = self.plan(&version.1, intake.deviation)?;
                (plan, intake.deviation.filter(|_| is_planted))
            }
        };
        let older = self.older(intake, version.0.number);
        if older.is_none() && plan.acts.iter().any(|act| act.by_old_version) {
            for act in plan.acts.iter_mut() {
                (act.by_old_version, act.on_paper) = (false, false);
            }
            deviation = None;
        }
        if intake.deviation == Some(Deviation::CaseLate) && self.now - intake.at < STILL_OPEN {
            plan.acts.iter_mut().for_each(|act| act.slowness = 3000);
        }
        let (papers, has_missing) = papers(&version.1, plan.paper_missing);
        deviation = deviation.filter(|_| has_missing || !plan.paper_missing);
        let new = NewCase {
            document: version.0.document_id.clone(),
            duration_code: String::new(),
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
        let first = self.stage.cast.get(desk).filter(|_| done > 0);
        let performers = first.map(|person| (0, vec![person.clone()])).into_iter().collect();
        let planted = deviation.map(|deviation| Planted {
            case_code: received.code,
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
        let number = self.chance.below(1_000_000);
        Applicant {
            full_name,
            address,
            phone: format!("0900 {number:06}"),
            // Of a province that does not exist, so that it is nobody's.
            id_number: format!("0990{number:06}77"),
        }
    }
}

/// The papers that are always asked for, by their number; when one is to be missing, without the last that must be
/// handed in. Tells whether one is missing.
fn papers(content: &Content, one_missing: bool) -> (Vec<i64>, bool) {
    let asked = content
        .source
        .dossier
        .iter()
        .zip(1_i64..)
        .filter(|(paper, _)| paper.condition.is_empty());
    let missing = asked
        .clone()
        .filter(|(paper, _)| paper.mode == Mode::Submit)
        .last()
        .map(|(_, number)| number);
    let missing = missing.filter(|_| one_missing);
    (
        asked
            .map(|(_, number)| number)
            .filter(|number| Some(*number) != missing)
            .collect(),
        missing.is_some(),
    )
}
