//! What officials of the demo office are used to, whatever the text says: so that there is something that repeats, an
//! old way that lingers after a new version, and a limit that is too tight.

use super::chance::Chance;
use super::plan::{Deviation, Plan, plant};
use crate::procedures::{Source, StepRow, StepTimes};
use crate::workflow::StepTable;

/// The procedure whose new version has a step more.
pub(super) const CHANGED: &str = "QT.CT.02";
/// That step.
const NEW_STEP: &str = "B2a";

/// A habit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Habit {
    /// The new step is passed over, as under the version before; less so as time goes by.
    OldWay,
    /// Nobody assigns the dossier; the specialist takes it.
    NoAssignment,
    /// Signing takes longer than its time more often than not.
    SlowSigning,
}

impl Habit {
    /// The habits of so many cases more: for three hundred, a hundred and fifty.
    pub(super) fn all(cases: usize) -> impl Iterator<Item = Self> {
        let shares = [
            (Self::OldWay, cases / 3),
            (Self::NoAssignment, cases / 12),
            (Self::SlowSigning, cases / 12),
        ];
        shares
            .into_iter()
            .flat_map(|(habit, count)| std::iter::repeat_n(habit, count))
    }

    /// The habit that nearly everybody has in a procedure, if there is one.
    pub(super) fn usual_in(procedure: &str) -> Option<Self> {
        (procedure == Self::NoAssignment.procedure()).then_some(Self::NoAssignment)
    }

    /// The procedure in which it is usual.
    pub(super) fn procedure(self) -> &'static str {
        match self {
            Self::OldWay => CHANGED,
            Self::NoAssignment => "QT.KD.01",
            Self::SlowSigning => "QT.HT.04",
        }
    }

    /// A straight run as the habit has it, with the deviation that comes of it; `None` when this case is like others.
    /// `days` is how long the version has been in force.
    pub(super) fn follow(
        self,
        table: &StepTable,
        mut plan: Plan,
        days: i64,
        chance: &mut Chance,
    ) -> Option<(Plan, Option<Deviation>)> {
        match self {
            Self::OldWay => {
                let percent = if days < 21 { 75 } else { 40 };
                let at = plan.acts.iter().position(|act| act.step_code == NEW_STEP)?;
                chance.percent(percent).then(|| plan.acts.remove(at))?;
                Some((plan, Some(Deviation::Skipped)))
            }
            Self::NoAssignment => {
                let at = plan.acts.iter().position(|act| act.step_code == "B2")?;
                chance.percent(96).then(|| plan.acts.remove(at))?;
                Some((plan, Some(Deviation::Skipped)))
            }
            Self::SlowSigning => {
                let slow = chance
                    .percent(70)
                    .then(|| plant(table, plan, Deviation::StepLate, chance))??;
                Some((slow, Some(Deviation::StepLate)))
            }
        }
    }
}

/// Adds the new step to the text of the procedure that gets one.
pub(super) fn add_step(source: &mut Source) {
    let is_there = source.steps.iter().any(|row| row.code == NEW_STEP);
    let Some(at) = source.steps.iter().position(|row| row.code == "B3") else {
        return;
    };
    if source.code != CHANGED || is_there {
        return;
    }
    for next in source.steps.iter_mut().take(at).flat_map(|row| &mut row.next) {
        if next.to == "B3" {
            NEW_STEP.clone_into(&mut next.to);
        }
    }
    let row = StepRow {
        code: NEW_STEP.to_owned(),
        name: "Người yêu cầu ký trước mặt công chức; đối chiếu giấy tờ tùy thân".to_owned(),
        roles: vec!["vp".to_owned()],
        time: StepTimes::Same("A".to_owned()),
        ..StepRow::default()
    };
    source.steps.insert(at, row);
}
