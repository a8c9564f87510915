//! From the file to the figures: read, compared, judged, and the report written. Pure but for the clock of nobody.

use super::import::{LIMITS, Trouble};
use super::progress::{Counted, Phase, Progress, Watched};
use super::summary::{Summary, Sums};
use crate::alignment::{Budget, NetFault};
use crate::conformance::replay::{CaseResult, Days, Model, NetModel, ProcedureModel, Replay, RoleNames, Teller, Told};
use crate::conformance::severities::Severities;
use crate::documents::Content;
use crate::logs::{EventLog, Format, LogMap, read};
use crate::nets::{Net, read_pnml};
use crate::render::{CsvTable, Words};
use crate::workflow::RoleCode;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::sync::{Arc, OnceLock};

/// Between so many cases the progress is told.
const BETWEEN_TELLS: usize = 256;

/// What a log is held against.
#[derive(Debug, Clone)]
pub(in crate::conformance) enum Against {
    /// A version of a procedure.
    Procedure(Arc<Content>),
    /// A Petri net, as PNML.
    Net(Vec<u8>),
}

/// Everything that a comparison rests on.
#[derive(Debug, Clone)]
pub(in crate::conformance) struct Source {
    pub(in crate::conformance) file_name: String,
    pub(in crate::conformance) bytes: Vec<u8>,
    pub(in crate::conformance) map: LogMap,
    pub(in crate::conformance) against: Against,
    /// Roles by code, in both languages.
    pub(in crate::conformance) names: RoleNames,
    pub(in crate::conformance) severities: Severities,
}

/// Why there is no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::conformance) enum Stop {
    /// Somebody gave it up.
    GivenUp,
    /// It cannot be read or compared.
    Trouble(Trouble),
}

/// A log that was compared.
pub(in crate::conformance) struct Opened {
    pub(in crate::conformance) replay: Replay,
    days: Days,
    names: RoleNames,
    /// By place in the order of the cases, what was found: one bit for each kind, and whether anything weighs.
    marks: OnceLock<Vec<Marks>>,
}

/// What was found in a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::conformance) struct Marks {
    /// One bit for each kind, by its place among all kinds.
    pub(in crate::conformance) kinds: u64,
    /// False when something weighs, or the case could not be compared.
    pub(in crate::conformance) conforms: bool,
}

/// What a comparison gives.
pub(in crate::conformance) struct Output {
    pub(in crate::conformance) summary: Summary,
    /// The report of every case: JSON, packed by gzip.
    pub(in crate::conformance) report: Vec<u8>,
    /// The findings: CSV, packed by gzip.
    pub(in crate::conformance) findings: Vec<u8>,
}

/// Reads a log by its map.
pub(in crate::conformance) fn read_log(
    (file_name, bytes): (&str, &[u8]),
    map: &LogMap,
    progress: &Progress,
) -> Result<EventLog, Stop> {
    let watched = Watched::new(bytes, progress);
    read(watched, Format::of_name(file_name), map, &LIMITS).map_err(|failure| {
        if progress.is_given_up() {
            Stop::GivenUp
        } else {
            Stop::Trouble(Trouble::from(&failure))
        }
    })
}

/// Reads and compares.
pub(in crate::conformance) fn open(source: &Source, progress: &Progress) -> Result<Opened, Stop> {
    let (model, net) = model(source)?;
    let log = read_log((&source.file_name, &source.bytes), &source.map, progress)?;
    let mut watch = |done: usize, all: usize| {
        progress.at(Phase::Comparing, done, all);
        !progress.is_given_up()
    };
    let replay = Replay::watched(log, model, &mut watch)
        .map_err(|fault| Stop::Trouble(of_net(&fault, &net)))?
        .ok_or(Stop::GivenUp)?;
    Ok(Opened {
        days: replay.days(),
        replay,
        names: source.names.clone(),
        marks: OnceLock::new(),
    })
}

fn model(source: &Source) -> Result<(Model, Net), Stop> {
    match &source.against {
        Against::Procedure(content) => {
            let named = |names: &std::collections::BTreeMap<String, String>| {
                let names = names.iter().filter(|(_, name)| !name.is_empty());
                names
                    .map(|(code, name)| (name.clone(), RoleCode::new(code.as_str())))
                    .collect::<Vec<_>>()
            };
            let roles = named(&source.names.vi).into_iter().chain(named(&source.names.en));
            let model = ProcedureModel::new(Arc::clone(content), roles, source.severities.clone());
            let no_workflow = || Stop::Trouble(Trouble::new("imports.refused.no_workflow", &[]));
            Ok((
                Model::Procedure(Box::new(model.ok_or_else(no_workflow)?)),
                Net::default(),
            ))
        }
        Against::Net(bytes) => {
            let net = read_net(bytes).map_err(Stop::Trouble)?;
            let model = NetModel::new(net.clone(), Budget::default());
            let model = model.map_err(|fault| Stop::Trouble(of_net(&fault, &net)))?;
            Ok((Model::Net(Box::new(model)), net))
        }
    }
}

/// Reads a net, and makes sure that it can be followed.
pub(in crate::conformance) fn read_net(bytes: &[u8]) -> Result<Net, Trouble> {
    let read = read_pnml(bytes);
    let net = read.map_err(|fault| Trouble::new("imports.refused.bad_net", &[("says", fault.to_string())]))?;
    let net = net.net;
    NetModel::new(net.clone(), Budget::default()).map_err(|fault| of_net(&fault, &net))?;
    Ok(net)
}

fn of_net(fault: &NetFault, net: &Net) -> Trouble {
    let id = |own: &usize| net.transitions.get(*own).map_or_else(String::new, |own| own.id.clone());
    match fault {
        NetFault::NoEnd => Trouble::new("imports.refused.net_no_end", &[]),
        NetFault::Unbounded { place, way } => {
            let place = net.places.get(*place).map_or_else(String::new, |own| own.id.clone());
            let way = way.iter().map(id).collect::<Vec<_>>().join(" → ");
            Trouble::new("imports.refused.net_unbounded", &[("place", place), ("way", way)])
        }
    }
}

impl Opened {
    /// Tells findings.
    pub(in crate::conformance) fn teller<'a>(&'a self, words: &'a Words) -> Teller<'a> {
        Teller::new(&self.replay, &self.days, words, &self.names)
    }

    /// What was found in each case, in the order of the cases.
    pub(in crate::conformance) fn marks(&self, words: &Words) -> &[Marks] {
        self.marks.get_or_init(|| {
            let mut teller = self.teller(words);
            let cases = self.replay.cases();
            cases.map(|case| marks(&case, &teller.findings(&case))).collect()
        })
    }

    /// Judges every case and writes the report and the table of findings.
    pub(in crate::conformance) fn judge(&self, words: &Words, progress: &Progress) -> Result<Output, Stop> {
        let all = self.replay.log().cases();
        let (mut sums, mut all_marks) = (Sums::default(), Vec::with_capacity(all));
        let mut teller = self.teller(words);
        let broken = |_cause: std::io::Error| Stop::GivenUp;
        let packed = GzEncoder::new(Vec::new(), Compression::default());
        let mut findings = CsvTable::begin(packed).map_err(broken)?;
        findings.row(COLUMNS).map_err(broken)?;
        for (at, case) in self.replay.cases().enumerate() {
            if at % BETWEEN_TELLS == 0 {
                progress.at(Phase::Judging, at, all);
                if progress.is_given_up() {
                    return Err(Stop::GivenUp);
                }
            }
            let told = teller.findings(&case);
            sums.add(&told, case.cost.is_some());
            all_marks.push(marks(&case, &told));
            for own in &told {
                findings.row(row(case.case.name(), own)).map_err(broken)?;
            }
        }
        drop(self.marks.set(all_marks));
        let mut report = Counted {
            inner: GzEncoder::new(Vec::new(), Compression::default()),
            done: 0,
            all,
            progress,
        };
        self.replay.write_json(&mut teller, &mut report).map_err(broken)?;
        Ok(Output {
            summary: sums.done(&self.replay),
            report: report.inner.finish().map_err(broken)?,
            findings: findings.end().and_then(GzEncoder::finish).map_err(broken)?,
        })
    }
}

fn marks(case: &CaseResult<'_>, told: &[Told]) -> Marks {
    use crate::conformance::finding::{FindingKind, Severity};
    let bit = |kind: FindingKind| {
        let place = FindingKind::ALL.iter().position(|own| *own == kind).unwrap_or(63);
        1_u64 << place.min(63)
    };
    Marks {
        kinds: told.iter().fold(0, |kinds, own| kinds | bit(own.kind)),
        conforms: case.cost.is_some() && told.iter().all(|own| own.severity == Severity::Info),
    }
}

impl Marks {
    /// Whether something of this kind was found.
    pub(in crate::conformance) fn has(self, kind: crate::conformance::FindingKind) -> bool {
        let place = crate::conformance::FindingKind::ALL.iter().position(|own| *own == kind);
        place.is_some_and(|place| self.kinds >> place.min(63) & 1 == 1)
    }
}

/// The columns of the table of findings.
const COLUMNS: [&str; 13] = [
    "case", "code", "kind", "severity", "step", "row", "event", "who", "at", "vi", "rule_vi", "en", "rule_en",
];

fn row(case: &str, told: &Told) -> [String; COLUMNS.len()] {
    let number = |own: Option<usize>| own.map(|own| own.to_string()).unwrap_or_default();
    let at = told.at.map(|at| format!("{}Z", at.format("%Y-%m-%dT%H:%M:%S")));
    [
        case.to_owned(),
        told.kind.code().to_owned(),
        told.kind.as_str().to_owned(),
        told.severity.as_str().to_owned(),
        told.step.clone(),
        number(told.row),
        number(told.event.map(|event| event + 1)),
        told.who.clone(),
        at.unwrap_or_default(),
        told.says_vi.clone(),
        told.rule_vi.clone(),
        told.says_en.clone(),
        told.rule_en.clone(),
    ]
}

#[cfg(test)]
#[path = "run_tests.rs"]
mod tests;
