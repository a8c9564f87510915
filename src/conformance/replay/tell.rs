//! Findings of replayed cases in words.

use super::model::Model;
use super::net::NetFinding;
use super::procedure::{Bench, ProcedureModel, moment};
use super::{CaseResult, Replay};
use crate::calendar::WorkingCalendar;
use crate::conformance::sentence::{Names, Teller as Sentences};
use crate::conformance::{Finding, FindingKind, Severities, Severity, Shapes};
use crate::kernel::Language;
use crate::render::Words;
use chrono::NaiveDateTime;
use std::collections::{BTreeMap, HashMap};

/// So many sentences are remembered.
const SENTENCES: usize = 10_000;

/// Names of roles by their codes, in Vietnamese and in English.
#[derive(Debug, Clone, Default)]
pub struct RoleNames {
    /// In Vietnamese.
    pub vi: BTreeMap<String, String>,
    /// In English.
    pub en: BTreeMap<String, String>,
}

/// A finding in plain words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// What it is about.
    pub kind: FindingKind,
    /// How much it weighs.
    pub severity: Severity,
    /// The code of the step, or the activity of a net.
    pub step: String,
    /// The row of the table, from 1.
    pub row: Option<usize>,
    /// The event that shows it, counted from 0.
    pub event: Option<usize>,
    /// Who did that; empty when it is not known.
    pub who: String,
    /// When, UTC.
    pub at: Option<NaiveDateTime>,
    /// What happened, in Vietnamese.
    pub says_vi: String,
    /// What happened, in English.
    pub says_en: String,
    /// What the approved table says, in Vietnamese; empty for a net.
    pub rule_vi: String,
    /// What the approved table says, in English; empty for a net.
    pub rule_en: String,
}

/// Judges the cases of a replay one by one, and tells what was found.
pub struct Teller<'a> {
    replay: &'a Replay,
    words: &'a Words,
    names: [Names; 2],
    judged: Option<(&'a ProcedureModel, Bench<'a>)>,
    /// Sentences about a net, by what they tell: the word, the activity and the one beside it.
    sentences: HashMap<(&'static str, String, String), [String; 2]>,
    severities: Severities,
}

/// The working days that a replay is judged by.
pub struct Days(WorkingCalendar);

impl Replay {
    /// The working days by law of the years of the log.
    pub fn days(&self) -> Days {
        Days(match &self.model {
            Model::Net(_) => WorkingCalendar::new(Default::default(), Default::default()),
            Model::Procedure(_) => ProcedureModel::calendar(&self.log),
        })
    }
}

impl<'a> Teller<'a> {
    /// Makes ready to tell.
    pub fn new(replay: &'a Replay, days: &'a Days, words: &'a Words, roles: &RoleNames) -> Self {
        let judged = match &replay.model {
            Model::Net(_) => None,
            Model::Procedure(procedure) => {
                Some((&**procedure, procedure.bench(&replay.log, (&days.0, &Shapes::new()))))
            }
        };
        let names = |roles: &BTreeMap<String, String>| Names {
            roles: roles.clone(),
            ..Names::default()
        };
        Self {
            replay,
            words,
            names: [names(&roles.vi), names(&roles.en)],
            judged,
            sentences: HashMap::new(),
            severities: Severities::default(),
        }
    }

    /// The findings of a case.
    pub fn findings(&mut self, case: &CaseResult<'_>) -> Vec<Told> {
        if case.cost.is_none() {
            return Vec::new();
        }
        match &self.judged {
            Some((procedure, bench)) => self.on_table(procedure, bench, case),
            None => self.on_net(case),
        }
    }

    fn on_table(&self, procedure: &ProcedureModel, bench: &Bench<'_>, case: &CaseResult<'_>) -> Vec<Told> {
        let (trace, findings) = bench.findings(&case.case);
        if findings.is_empty() {
            return Vec::new();
        }
        let table = &procedure.content().table;
        let [vi, en] = [Language::Vi, Language::En].map(|language| Sentences {
            words: self.words,
            language,
            names: match language {
                Language::Vi => &self.names[0],
                Language::En => &self.names[1],
            },
        });
        let tell = |mut finding: Finding| {
            // What the log gives no time for happened at none.
            finding.at = finding.at.filter(|at| *at != NaiveDateTime::default());
            let event = finding.event_seq.and_then(|seq| usize::try_from(seq - 1).ok());
            Told {
                says_vi: vi.says(&finding, &trace, table),
                says_en: en.says(&finding, &trace, table),
                rule_vi: vi.rule(&finding, &trace, table),
                rule_en: en.rule(&finding, &trace, table),
                kind: finding.kind,
                severity: finding.severity,
                row: finding.row.map(|row| row + 1),
                event,
                who: finding.person_name,
                at: finding.at,
                step: finding.step_code,
            }
        };
        findings.into_iter().map(tell).collect()
    }

    fn on_net(&mut self, case: &CaseResult<'_>) -> Vec<Told> {
        let Model::Net(net) = &self.replay.model else {
            return Vec::new();
        };
        let found = net.findings(&self.replay.log, case);
        found
            .into_iter()
            .map(|finding| self.net_finding(finding, case))
            .collect()
    }

    fn net_finding(&mut self, finding: NetFinding, case: &CaseResult<'_>) -> Told {
        if self.sentences.len() > SENTENCES {
            self.sentences.clear();
        }
        let event = finding.event;
        let doer = event.and_then(|event| case.case.doers().get(event));
        let doer = doer.and_then(|doer| self.replay.log.doer(*doer));
        let words = self.words;
        let says = self
            .sentences
            .entry((finding.word, finding.step.clone(), finding.near.clone()));
        let [says_vi, says_en] = says.or_insert_with(|| {
            let key = format!("conformance.net.{}", finding.word);
            let holes = [("step", finding.step.clone()), ("near", finding.near)];
            [Language::Vi, Language::En].map(|language| words.fill(language, &key, &holes))
        });
        Told {
            kind: finding.kind,
            severity: self.severities.of(finding.kind, None).unwrap_or(Severity::Info),
            says_vi: says_vi.clone(),
            says_en: says_en.clone(),
            rule_vi: String::new(),
            rule_en: String::new(),
            step: finding.step,
            row: None,
            event,
            who: doer.and_then(|doer| doer.resource).unwrap_or_default().to_owned(),
            at: event
                .and_then(|event| case.case.times().get(event).copied())
                .and_then(moment),
        }
    }
}
