//! Papers, results, versions and what was recorded beside the workflow.

use super::Case;
use super::shape::Production;
use crate::cases::Ended;
use crate::conformance::finding::{Arg, FindingKind};
use crate::workflow::Move;
use std::collections::BTreeMap;

impl Case<'_> {
    pub(super) fn records(&mut self) {
        let (known, shape) = (self.judge.around.known, self.shape);
        if known.papers && !self.judge.standard.papers.is_empty() {
            self.missing_papers();
            self.late_papers();
        }
        if known.results {
            for production in &shape.productions {
                self.results(production);
            }
        }
        for (at, (event, row)) in self.trace.events.iter().zip(&shape.rows).enumerate() {
            if known.versions && event.version != self.trace.version {
                self.outdated(at, *row);
            }
            if event.off_workflow
                && let Some(mut finding) =
                    self.finding(FindingKind::OffWorkflowRecorded, "off_workflow", (*row, Some(at)))
            {
                let reason = event.reason.clone().unwrap_or_default();
                finding.args.push(("reason", Arg::Text(reason)));
                self.findings.push(finding);
            }
        }
    }

    fn outdated(&mut self, at: usize, row: Option<usize>) {
        let Some(event) = self.event(at) else { return };
        if let Some(mut finding) = self.finding(FindingKind::OutdatedVersion, "outdated_version", (row, Some(at))) {
            finding.args.push(("used", Arg::Version(event.version.clone())));
            finding.args.push(("valid", Arg::Version(self.trace.version.clone())));
            finding.args.push(("received", self.moment(self.trace.received_at)));
            self.findings.push(finding);
        }
    }

    /// Papers that are always to be handed in and were not when the case was completed. While it is open they may
    /// still come, and a case may be refused or given up because they did not.
    fn missing_papers(&mut self) {
        if self.trace.ended != Some(Ended::Completed) {
            return;
        }
        let is_missing = |number: &i64| self.trace.papers.iter().all(|(handed_in, _)| handed_in != number);
        let required = self.judge.standard.papers.iter().copied();
        let missing: Vec<i64> = required.filter(is_missing).collect();
        if missing.is_empty() {
            return;
        }
        if let Some(mut finding) = self.finding(FindingKind::PaperMissing, "paper_missing", (None, None)) {
            finding.at = self.trace.ended_at;
            finding.args.push(("papers", Arg::Texts(self.names(&missing))));
            self.findings.push(finding);
        }
    }

    /// Papers that are always to be handed in and came after intake, although no supplement had been asked for.
    fn late_papers(&mut self) {
        let first = self.trace.events.first().map_or(0, |event| event.seq);
        if self.trace.papers.iter().all(|(_, at_seq)| *at_seq <= first) {
            return;
        }
        let mut late: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
        for (number, at_seq) in &self.trace.papers {
            let is_required = self.judge.standard.papers.contains(number);
            if *at_seq > first && is_required && !self.was_asked_for(*at_seq) {
                late.entry(*at_seq).or_default().push(*number);
            }
        }
        for (at_seq, numbers) in late {
            let event = self.trace.events.iter().position(|event| event.seq == at_seq);
            let Some(event) = event else { continue };
            let row = self.shape.rows.get(event).copied().flatten();
            if let Some(mut finding) = self.finding(FindingKind::PaperLate, "paper_late", (row, Some(event))) {
                finding.args.push(("papers", Arg::Texts(self.names(&numbers))));
                finding.args.push(("received", self.moment(self.trace.received_at)));
                finding.rule.row = None;
                self.findings.push(finding);
            }
        }
    }

    /// Whether a step that waits for a supplement was done by then.
    fn was_asked_for(&self, by_seq: i64) -> bool {
        let rows = &self.judge.standard.rows;
        self.shape.moves.iter().any(|step| {
            let Move::Sync { event, row } = *step else { return false };
            rows.get(row).is_some_and(|row| row.is_paused) && self.event(event).is_some_and(|event| event.seq <= by_seq)
        })
    }

    /// The names of papers.
    fn names(&self, numbers: &[i64]) -> Vec<String> {
        let dossier = (1_i64..).zip(&self.judge.text.content.source.dossier);
        let wanted = dossier.filter(|(number, _)| numbers.contains(number));
        wanted.map(|(_, item)| item.name.clone()).collect()
    }

    /// Results of a row, taken together over all times it was done.
    fn results(&mut self, production: &Production) {
        let Some(row) = self.judge.standard.rows.get(production.row) else {
            return;
        };
        let produced = |place: &usize| {
            let mut events = production.events.iter().filter_map(|event| self.event(*event));
            events.any(|event| event.outputs.contains(place))
        };
        if row.outputs.iter().all(produced) {
            return;
        }
        let outputs = self.step(production.row).map(|step| step.outputs.as_slice());
        let missing = row.outputs.iter().filter(|place| !produced(place));
        let missing: Vec<String> = missing.filter_map(|place| outputs?.get(*place).cloned()).collect();
        let about = (Some(production.row), Some(production.last));
        if let Some(mut finding) = self.finding(FindingKind::ResultMissing, "result_missing", about) {
            finding.args.push(("results", Arg::Texts(missing)));
            self.findings.push(finding);
        }
    }
}
