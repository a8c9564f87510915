//! What many cases of one version did on its table: how often each row and each connection was gone, how long the rows
//! took, how many were late, and what deviated where.

use super::spread::Spread;
use super::walked::{Walked, waiting};
use crate::calendar::WorkingCalendar;
use crate::cases::allotted;
use crate::conformance::finding::{Arg, Finding, FindingKind, Severity};
use crate::conformance::store::Judged;
use crate::kernel::local;
use crate::workflow::{Move, Point, StepTable, connections};
use std::collections::{BTreeMap, BTreeSet};

/// The figures of one row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::conformance) struct RowFigures {
    /// How often it was done, fitting or not.
    pub(in crate::conformance) times: u32,
    /// In how many cases.
    pub(in crate::conformance) cases: u32,
    /// Open cases that wait for it.
    pub(in crate::conformance) waiting: u32,
    /// How often it had a time to keep, where it was done as the table says or waits.
    pub(in crate::conformance) timed: u32,
    /// How often it did not keep it.
    pub(in crate::conformance) late: u32,
    /// Working time from when it could be done until it was done, waiting and work together.
    pub(in crate::conformance) time: Option<Spread>,
    /// Deviations other than lateness, by kind.
    pub(in crate::conformance) deviations: Vec<(FindingKind, u32)>,
}

impl RowFigures {
    /// Deviations of all kinds.
    pub(in crate::conformance) fn deviating(&self) -> u32 {
        self.deviations.iter().map(|(_, count)| count).sum()
    }
}

/// How a connection stands to the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::conformance) enum ConnectionKind {
    /// The table has it.
    Table,
    /// It goes past rows that may be left out.
    Past,
    /// The table does not have it there.
    Outside,
}

/// The figures of one connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::conformance) struct ConnectionFigures {
    pub(in crate::conformance) from: Point,
    pub(in crate::conformance) to: Point,
    pub(in crate::conformance) kind: ConnectionKind,
    /// The outcomes that lead there, as the table writes them.
    pub(in crate::conformance) outcome: String,
    /// How often it was gone.
    pub(in crate::conformance) times: u32,
    /// How often the row that it leads to was late then.
    pub(in crate::conformance) late: u32,
    /// Working time on the way: until the row that it leads to was done.
    pub(in crate::conformance) time: Option<Spread>,
}

/// The figures of a table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::conformance) struct Flow {
    pub(in crate::conformance) cases: u32,
    pub(in crate::conformance) open: u32,
    /// In table order.
    pub(in crate::conformance) rows: Vec<RowFigures>,
    /// Those of the table first, in its order, then the others.
    pub(in crate::conformance) connections: Vec<ConnectionFigures>,
    /// Steps that the table does not have: code, how often, in how many cases.
    pub(in crate::conformance) unknown: Vec<(String, u32, u32)>,
}

/// What is gathered of a row or a connection.
#[derive(Default)]
struct Gathered {
    times: u32,
    late: u32,
    minutes: Vec<i64>,
}

#[derive(Default)]
struct Sums {
    flow: Flow,
    minutes: Vec<Vec<i64>>,
    kinds: Vec<BTreeMap<FindingKind, u32>>,
    connections: BTreeMap<(bool, Point, Point), Gathered>,
    unknown: BTreeMap<String, (u32, u32)>,
}

impl Flow {
    /// Adds up cases that were judged by this table.
    pub(in crate::conformance) fn of<'a>(
        judged: impl IntoIterator<Item = &'a Judged>,
        table: &StepTable,
        calendar: &WorkingCalendar,
    ) -> Self {
        let rows = table.steps.len();
        let mut sums = Sums {
            flow: Self {
                rows: vec![RowFigures::default(); rows],
                ..Self::default()
            },
            minutes: vec![Vec::new(); rows],
            kinds: vec![BTreeMap::new(); rows],
            ..Sums::default()
        };
        for one in judged {
            sums.add(one, table, calendar);
        }
        sums.done(table)
    }
}

impl Sums {
    fn add(&mut self, one: &Judged, table: &StepTable, calendar: &WorkingCalendar) {
        let (trace, judgement) = (&one.trace, &one.judgement);
        self.flow.cases += 1;
        self.flow.open += u32::from(trace.ended.is_none());
        let late: BTreeSet<i64> = judgement
            .findings
            .iter()
            .filter(|finding| finding.kind == FindingKind::StepLate)
            .filter_map(|finding| finding.event_seq)
            .collect();
        let has_time = |row: usize| {
            let step = table.steps.get(row);
            step.is_some_and(|step| allotted(table, step, &trace.duration_code).is_some())
        };
        let walked = Walked::of(trace, judgement, table);
        for passage in &walked.passages {
            let Some(event) = trace.events.get(passage.event) else {
                continue;
            };
            let is_late = late.contains(&event.seq);
            let minutes = passage.since.map(|since| {
                calendar
                    .working_minutes_between(local(since), local(event.done_at))
                    .max(0)
            });
            if let Some(row) = self.flow.rows.get_mut(passage.row) {
                row.timed += u32::from(has_time(passage.row));
            }
            if let Some(own) = self.minutes.get_mut(passage.row) {
                own.extend(minutes);
            }
            for from in &passage.from {
                let gathered = self.connections.entry((false, *from, Point::Row(passage.row)));
                gathered.or_default().add(is_late, minutes);
            }
        }
        for (from, row) in walked.outside {
            self.connections
                .entry((true, from, Point::Row(row)))
                .or_default()
                .add(false, None);
        }
        for row in walked.end.iter().flat_map(|(rows, _)| rows) {
            let to = walked.end.as_ref().map_or(Point::Completed, |(_, to)| *to);
            let from = Point::Row(*row);
            self.connections.entry((false, from, to)).or_default().add(false, None);
        }
        for row in waiting(one) {
            if let Some(figures) = self.flow.rows.get_mut(row) {
                figures.waiting += 1;
                figures.timed += u32::from(has_time(row));
            }
        }
        self.count_moves(one);
        self.count_findings(&judgement.findings);
    }

    fn count_moves(&mut self, one: &Judged) {
        let (mut rows, mut codes) = (BTreeSet::new(), BTreeSet::new());
        for step in one.judgement.moves.iter() {
            match *step {
                Move::Sync { row, .. } | Move::Log { row: Some(row), .. } => {
                    if let Some(figures) = self.flow.rows.get_mut(row) {
                        figures.times += 1;
                        figures.cases += u32::from(rows.insert(row));
                    }
                }
                Move::Log { event, row: None } => {
                    let Some(event) = one.trace.events.get(event) else {
                        continue;
                    };
                    let code = event.step_code.as_str();
                    let (times, cases) = self.unknown.entry(code.to_owned()).or_default();
                    *times += 1;
                    *cases += u32::from(codes.insert(code));
                }
                Move::Model { .. } => {}
            }
        }
    }

    fn count_findings(&mut self, findings: &[Finding]) {
        for finding in findings {
            if finding.kind == FindingKind::StepLate {
                if let Some(figures) = finding.row.and_then(|row| self.flow.rows.get_mut(row)) {
                    figures.late += 1;
                }
            } else if finding.severity != Severity::Info {
                for row in rows_of(finding) {
                    if let Some(kinds) = self.kinds.get_mut(row) {
                        *kinds.entry(finding.kind).or_default() += 1;
                    }
                }
            }
        }
    }

    fn done(self, table: &StepTable) -> Flow {
        let mut flow = self.flow;
        for ((row, minutes), kinds) in flow.rows.iter_mut().zip(self.minutes).zip(self.kinds) {
            row.time = Spread::of(minutes);
            row.deviations = kinds.into_iter().collect();
        }
        let mut gathered = self.connections;
        for connection in connections(table) {
            let own = gathered.remove(&(false, connection.from, connection.to));
            let figures = own.unwrap_or_default();
            flow.connections.push(figures.of(
                (connection.from, connection.to),
                ConnectionKind::Table,
                connection.outcome,
            ));
        }
        for ((is_outside, from, to), own) in gathered {
            let kind = if is_outside {
                ConnectionKind::Outside
            } else {
                ConnectionKind::Past
            };
            flow.connections.push(own.of((from, to), kind, String::new()));
        }
        flow.unknown = self
            .unknown
            .into_iter()
            .map(|(code, (times, cases))| (code, times, cases))
            .collect();
        flow
    }
}

impl Gathered {
    fn add(&mut self, is_late: bool, minutes: Option<i64>) {
        self.times += 1;
        self.late += u32::from(is_late);
        self.minutes.extend(minutes);
    }

    fn of(self, (from, to): (Point, Point), kind: ConnectionKind, outcome: String) -> ConnectionFigures {
        ConnectionFigures {
            from,
            to,
            kind,
            outcome,
            times: self.times,
            late: self.late,
            time: Spread::of(self.minutes),
        }
    }
}

/// The rows that a finding is about: those left out may be several.
fn rows_of(finding: &Finding) -> Vec<usize> {
    for (name, arg) in &finding.args {
        if let ("rows", Arg::Rows(rows)) = (*name, arg) {
            return rows.clone();
        }
    }
    finding.row.into_iter().collect()
}
