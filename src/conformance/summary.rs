//! Figures over many judged cases. They are kept apart: no figure is mixed from several. Pure.

use super::finding::{FindingKind, Severity};
use super::judge::Judgement;
use crate::cases::Trace;
use crate::kernel::{DocumentId, PersonId};
use chrono::NaiveDateTime;
use std::collections::{BTreeMap, BTreeSet};

/// How often something was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Findings.
    pub findings: u32,
    /// Cases with at least one of them.
    pub cases: u32,
}

/// The figures of one procedure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ProcedureTally {
    /// Cases that were judged.
    pub cases: u32,
    /// Cases in which nothing deviates.
    pub conforming: u32,
    /// What was found.
    pub found: Tally,
}

/// Figures over many cases.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Summary {
    /// All cases.
    pub cases: u32,
    /// Cases whose text has no workflow to compare with.
    pub undetermined: u32,
    /// Cases in which nothing deviates.
    pub conforming: u32,
    /// Average fitness of the way, from 0 to 1; `None` without a case.
    pub fitness: Option<f64>,
    /// Closed cases with a promised time.
    pub closed: u32,
    /// Closed cases that ended in time.
    pub in_time: u32,
    /// By kind, in the order of the kinds, only those that were found.
    pub kinds: Vec<(FindingKind, Tally)>,
    /// By the person who did it, most findings first; notes are left out.
    pub people: Vec<(PersonId, String, Tally)>,
    /// By procedure and code of the step, most findings first; notes are left out.
    pub steps: Vec<((DocumentId, String), Tally)>,
    /// By procedure, most findings first; notes are left out.
    pub procedures: Vec<(DocumentId, ProcedureTally)>,
}

impl Summary {
    /// Adds up the cases.
    pub fn of<'a>(judged: impl IntoIterator<Item = (&'a Trace, &'a Judgement)>) -> Self {
        let mut sums = Sums::default();
        for (trace, judgement) in judged {
            sums.add(trace, judgement);
        }
        sums.done()
    }
}

#[derive(Default)]
struct Sums<'a> {
    summary: Summary,
    fitness: Vec<f64>,
    kinds: BTreeMap<FindingKind, Tally>,
    /// With the name on the last day on which something was found.
    people: BTreeMap<&'a PersonId, ((Option<NaiveDateTime>, &'a str), Tally)>,
    steps: BTreeMap<(&'a DocumentId, &'a str), Tally>,
    procedures: BTreeMap<&'a DocumentId, ProcedureTally>,
}

impl<'a> Sums<'a> {
    fn add(&mut self, trace: &'a Trace, judgement: &'a Judgement) {
        let summary = &mut self.summary;
        summary.cases += 1;
        if judgement.is_determined {
            self.fitness.push(judgement.fitness);
        } else {
            summary.undetermined += 1;
        }
        let conforming = u32::from(judgement.is_conforming());
        summary.conforming += conforming;
        if let (Some(due), Some(ended)) = (trace.due_at, trace.ended_at) {
            summary.closed += 1;
            summary.in_time += u32::from(ended <= due);
        }
        let procedure = self.procedures.entry(&trace.document).or_default();
        procedure.cases += 1;
        procedure.conforming += conforming;
        let (mut kinds, mut people, mut steps) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let mut any = true;
        for finding in &judgement.findings {
            self.kinds
                .entry(finding.kind)
                .or_default()
                .count(kinds.insert(finding.kind));
            if finding.severity == Severity::Info {
                continue;
            }
            procedure.found.count(std::mem::take(&mut any));
            if let Some(person) = &finding.person {
                let (name, tally) = self.people.entry(person).or_default();
                *name = (*name).max((finding.at, &finding.person_name));
                tally.count(people.insert(person));
            }
            if !finding.step_code.is_empty() {
                let step = (&trace.document, finding.step_code.as_str());
                self.steps.entry(step).or_default().count(steps.insert(step));
            }
        }
    }

    fn done(mut self) -> Summary {
        let mut summary = self.summary;
        // Added up in one order, so that the order of the cases does not matter to the last digit.
        self.fitness.sort_by(f64::total_cmp);
        let fitness: f64 = self.fitness.iter().sum();
        let determined = summary.cases - summary.undetermined;
        summary.fitness = (determined > 0).then(|| fitness / f64::from(determined));
        summary.kinds = self.kinds.into_iter().collect();
        summary.people = self
            .people
            .into_iter()
            .map(|(person, ((_, name), tally))| (person.clone(), name.to_owned(), tally))
            .collect();
        summary
            .people
            .sort_by_key(|(_, _, tally)| std::cmp::Reverse(tally.findings));
        summary.steps = self
            .steps
            .into_iter()
            .map(|((document, code), tally)| ((document.clone(), code.to_owned()), tally))
            .collect();
        summary
            .steps
            .sort_by_key(|(_, tally)| std::cmp::Reverse(tally.findings));
        summary.procedures = self
            .procedures
            .into_iter()
            .map(|(document, tally)| (document.clone(), tally))
            .collect();
        summary
            .procedures
            .sort_by_key(|(_, tally)| std::cmp::Reverse(tally.found.findings));
        summary
    }
}

impl Tally {
    fn count(&mut self, is_first_in_case: bool) {
        self.findings += 1;
        self.cases += u32::from(is_first_in_case);
    }
}
