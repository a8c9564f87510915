//! Deviations from the way, and the end that a case came to.

use super::Case;
use super::goal::ended;
use super::way::{Deviation, What};
use crate::cases::Ended;
use crate::conformance::finding::{Arg, Finding, FindingKind, Raise};
use crate::workflow::{End, Target};

impl Case<'_> {
    pub(super) fn course(&mut self) {
        let shape = self.shape;
        for deviation in &shape.deviations {
            let finding = self.deviation(deviation);
            self.findings.extend(finding);
        }
        for often in &shape.too_often {
            let most = self.judge.standard.rows.get(often.row).and_then(|row| row.most);
            let about = (Some(often.row), Some(often.event));
            if let Some(mut finding) = self.finding(FindingKind::TooManyTimes, "too_many_times", about) {
                finding.args.push(("times", Arg::Count(often.times)));
                finding.args.push(("most", Arg::Count(most.unwrap_or(0))));
                self.findings.push(finding);
            }
        }
        if let (Some((event, end)), Some(recorded)) = (shape.wrong_end, self.trace.ended) {
            self.wrong_end(event, end, recorded);
        }
    }

    fn deviation(&self, deviation: &Deviation) -> Option<Finding> {
        use FindingKind as K;
        let row = deviation.rows.first().copied();
        let near = deviation.near;
        let elsewhere = self.elsewhere(deviation);
        let (kind, word) = match (deviation.what, near) {
            (What::Skipped, _) => (K::Skipped, "skipped"),
            (What::BranchLeftOut, _) => (K::ConsultationMissing, "consultation_missing"),
            (What::TooEarly, Some(_)) => (K::OutOfOrder, "too_early"),
            (What::TooEarly | What::TooLate, None) => (K::OutOfOrder, "out_of_turn"),
            (What::TooLate, Some(_)) => (K::OutOfOrder, "too_late"),
            (What::Repeated, _) => (K::Repeated, "repeated"),
            (What::Unknown, _) if elsewhere.is_some() => (K::OtherVersionStep, "other_version_step"),
            (What::Unknown, _) => (K::UnknownStep, "unknown_step"),
            (What::AfterEnd, _) => (K::StepAfterEnd, "step_after_end"),
            (What::Unfinished, _) => (K::ClosedUnfinished, "closed_unfinished"),
            (What::WrongBranch, Some(_)) => (K::WrongBranch, "wrong_branch"),
            (What::WrongBranch, None) => (K::WrongBranch, "wrong_branch_alone"),
        };
        let mut finding = self.finding(kind, word, (row, deviation.event))?;
        finding.args.push(("rows", Arg::Rows(deviation.rows.clone())));
        if let Some(near) = near {
            finding.args.push(("near", Arg::Rows(vec![near])));
        }
        finding.args.extend(elsewhere);
        match deviation.what {
            What::Skipped if deviation.rows.iter().any(|row| self.is_check(*row)) => {
                self.raise(&mut finding, Raise::CheckLeftOut);
            }
            What::Unfinished => finding.at = self.trace.ended_at,
            What::WrongBranch => finding.args.extend(near.and_then(|near| self.outcome(near, row))),
            What::Skipped
            | What::BranchLeftOut
            | What::TooEarly
            | What::TooLate
            | What::Repeated
            | What::Unknown
            | What::AfterEnd => {}
        }
        Some(finding)
    }

    /// The version that has a step which the text does not have.
    fn elsewhere(&self, deviation: &Deviation) -> Option<(&'static str, Arg)> {
        let event = self.event(deviation.event.filter(|_| deviation.what == What::Unknown)?)?;
        let version = self.judge.text.elsewhere.get(&event.step_code)?;
        Some(("used", Arg::Version(version.clone())))
    }

    fn is_check(&self, row: usize) -> bool {
        self.judge.standard.rows.get(row).is_some_and(|row| row.is_check)
    }

    /// The outcome with which `near` leads to `row`.
    fn outcome(&self, near: usize, row: Option<usize>) -> Option<(&'static str, Arg)> {
        let code = &self.step(row?)?.code;
        let leads = |target: &Target| matches!(target, Target::Step(to) if to == code);
        let outcome = self
            .step(near)?
            .next
            .iter()
            .find(|next| leads(&next.target))?
            .outcome
            .clone()?;
        Some(("outcome", Arg::Text(outcome)))
    }

    fn wrong_end(&mut self, event: usize, end: End, recorded: Ended) {
        let row = self.shape.rows.get(event).copied().flatten();
        if let Some(mut finding) = self.finding(FindingKind::WrongEnd, "wrong_end", (row, Some(event))) {
            finding.args.push(("recorded", Arg::Ended(recorded)));
            finding.args.push(("reached", Arg::Ended(ended(end))));
            self.findings.push(finding);
        }
    }
}
