//! Papers, results, versions and what was recorded beside the workflow.

use super::Case;
use crate::cases::{Ended, Event};
use crate::conformance::finding::{Arg, FindingKind};
use crate::procedures::Mode;
use crate::workflow::{Clock, Refusal, Step, Target};

/// What a text puts before a condition ("Giấy hẹn (nếu không trả trong ngày)"): then the result is not always due.
const CONDITION: &str = "(nếu";

impl Case<'_> {
    pub(super) fn records(&mut self) {
        self.papers();
        self.results();
        for (at, event) in self.trace.events.iter().enumerate() {
            let row = self.shape.rows.get(at).copied().flatten();
            if event.version != self.trace.version {
                let mut finding = self.finding(FindingKind::OutdatedVersion, "outdated_version", row, Some(at));
                finding.args.push(("used", Arg::Version(event.version.clone())));
                finding.args.push(("valid", Arg::Version(self.trace.version.clone())));
                finding.args.push(("received", Arg::Moment(self.trace.received_at)));
                self.findings.push(finding);
            }
            if event.off_workflow {
                let mut finding = self.finding(FindingKind::OffWorkflowRecorded, "off_workflow", row, Some(at));
                finding
                    .args
                    .push(("reason", Arg::Text(event.reason.clone().unwrap_or_default())));
                self.findings.push(finding);
            }
        }
    }

    /// Papers that are always to be handed in and were not when the case was completed. While it is open they may
    /// still come, and a case may be refused or given up because they did not.
    fn papers(&mut self) {
        if self.trace.ended != Some(Ended::Completed) {
            return;
        }
        let dossier = (1_i64..).zip(&self.input.content.source.dossier);
        let missing: Vec<String> = dossier
            .filter(|(_, item)| item.mode == Mode::Submit && item.condition.trim().is_empty())
            .filter(|(number, _)| self.trace.papers.iter().all(|(handed_in, _)| handed_in != number))
            .map(|(_, item)| item.name.clone())
            .collect();
        if !missing.is_empty() {
            let mut finding = self.finding(FindingKind::PaperMissing, "paper_missing", None, None);
            finding.at = self.trace.ended_at;
            finding.args.push(("papers", Arg::Texts(missing)));
            self.findings.push(finding);
        }
    }

    /// Results of a row, taken together over all times it was done. A step that returned or refused a case produces
    /// nothing, and an open case may still come back to the row.
    fn results(&mut self) {
        for (row, step) in self.table.steps.iter().enumerate() {
            if step.outputs.iter().all(|output| output.contains(CONDITION)) {
                continue;
            }
            let done: Vec<(usize, &Event)> = self
                .known()
                .into_iter()
                .filter(|(_, _, own, _)| *own == row)
                .map(|(at, event, ..)| (at, event))
                .collect();
            let Some((at, _)) = done.iter().rev().find(|(_, event)| self.produces(row, step, event)) else {
                continue;
            };
            let is_missing = |(place, output): &(usize, &String)| {
                !output.contains(CONDITION) && done.iter().all(|(_, event)| !event.outputs.contains(place))
            };
            let missing: Vec<String> = step
                .outputs
                .iter()
                .enumerate()
                .filter(is_missing)
                .map(|(_, output)| output.clone())
                .collect();
            if missing.is_empty() || self.may_come_back(row) {
                continue;
            }
            let mut finding = self.finding(FindingKind::ResultMissing, "result_missing", Some(row), Some(*at));
            finding.args.push(("results", Arg::Texts(missing)));
            self.findings.push(finding);
        }
    }

    /// Whether the row produces its results with this outcome: not when it returns, refuses or asks for a supplement.
    fn produces(&self, row: usize, step: &Step, event: &Event) -> bool {
        let Some(outcome) = event.outcome.as_deref().map(str::trim) else {
            return true;
        };
        let taken = step
            .next
            .iter()
            .find(|next| next.outcome.as_deref().map(str::trim) == Some(outcome));
        match taken.map(|next| &next.target) {
            None | Some(Target::End) => true,
            Some(Target::EndRefused | Target::EndWithdrawn) => false,
            Some(Target::Step(code)) => self
                .table
                .find(code)
                .is_none_or(|(to, target)| to > row && target.clock == Clock::Runs),
        }
    }

    fn may_come_back(&self, row: usize) -> bool {
        let (Some(workflow), None) = (&self.input.content.workflow, self.trace.ended) else {
            return false;
        };
        let state = self.shape.stands.first();
        state.is_some_and(|state| matches!(workflow.explain(*state, row), None | Some(Refusal::TooEarly { .. })))
    }
}
