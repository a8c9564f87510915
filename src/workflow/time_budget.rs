//! Whether the longest way through the table fits the limit of each duration case.

use std::collections::BTreeMap;

use super::{
    flow::LONGEST_TRACE,
    graph::leaving_order,
    layout::{Element, Layout, TOP_EXITS},
    problem::{Field, Problem, ProblemCode},
    table::{Clock, DurationCase, Step, StepCode, StepTable, StepTime, TimeLimit, TimeUnit},
};

/// The check looks through so many duration cases at most.
const MOST_DURATIONS: usize = 50;

/// Compares the longest way with the limit, for each duration case.
///
/// A way repeats nothing: entries that lead back to rework are not followed. Rows that are not counted or wait with the
/// clock paused take no time, a shared time is taken once, and of the branches of a parallel part the longest counts.
/// Every way that is reported exists. Where a shared time stands on ways that part and meet again, a longer way may be
/// overlooked: at each meeting only the way that is longer so far is followed on.
pub(super) fn check_times(table: &StepTable, layout: &Layout, problems: &mut Vec<Problem>) {
    if table.durations.len() > MOST_DURATIONS {
        let args = vec![
            ("count", table.durations.len().to_string()),
            ("limit", MOST_DURATIONS.to_string()),
        ];
        problems.push(Problem::new(ProblemCode::TooManyDurations, None, Field::Table, args));
        return;
    }
    let top = Region::new(layout, &layout.top, TOP_EXITS);
    let groups: Vec<Vec<Region<'_>>> = layout
        .groups
        .iter()
        .map(|group| {
            group
                .branches
                .iter()
                .map(|branch| Region::new(layout, branch, 1))
                .collect()
        })
        .collect();
    let cells: BTreeMap<&str, usize> = table
        .shared_times
        .iter()
        .enumerate()
        .map(|(cell, shared)| (shared.code.as_str(), cell))
        .collect();
    for case in &table.durations {
        let mut budget = Budget {
            table,
            groups: &groups,
            cells: &cells,
            case,
            links: Vec::new(),
            is_mixed: false,
        };
        let start = Way {
            total: 0,
            cells: vec![0; table.shared_times.len().div_ceil(64)],
            last: None,
        };
        let longest = budget.longest(&top, start).longest;
        if longest.total > weight(case.limit) {
            problems.push(budget.problem(&longest));
        }
    }
}

/// A time in hundredths of a twenty-fourth of a day. A working day has eight hours and a day of the calendar has
/// twenty-four, so that hours of either kind are exact; days of both kinds weigh the same.
fn weight(time: TimeLimit) -> u64 {
    u64::from(time.hundredths) * unit_weight(time.unit)
}

const fn unit_weight(unit: TimeUnit) -> u64 {
    match unit {
        TimeUnit::WorkingDay | TimeUnit::CalendarDay => 24,
        TimeUnit::WorkingHour => 3,
        TimeUnit::ClockHour => 1,
    }
}

const fn is_working(unit: TimeUnit) -> bool {
    match unit {
        TimeUnit::WorkingDay | TimeUnit::WorkingHour => true,
        TimeUnit::CalendarDay | TimeUnit::ClockHour => false,
    }
}

const fn unit_text(unit: TimeUnit) -> &'static str {
    match unit {
        TimeUnit::WorkingDay => "working_day",
        TimeUnit::CalendarDay => "calendar_day",
        TimeUnit::WorkingHour => "working_hour",
        TimeUnit::ClockHour => "clock_hour",
    }
}

/// Hundredths as a decimal without needless zeros.
fn decimal(hundredths: u64) -> String {
    let (whole, part) = (hundredths / 100, hundredths % 100);
    match (part, part % 10) {
        (0, _) => whole.to_string(),
        (_, 0) => format!("{whole}.{}", part / 10),
        _ => format!("{whole}.{part:02}"),
    }
}

/// A region without the entries that lead back, in an order in which each place comes before what follows it.
struct Region<'a> {
    elements: &'a [Element],
    order: Vec<(usize, Vec<usize>)>,
    places: usize,
}

impl<'a> Region<'a> {
    fn new(layout: &Layout, elements: &'a [Element], exits: usize) -> Self {
        let edges = layout.graph(elements, exits);
        let mut order = leaving_order(&edges, [0]);
        order.reverse();
        let mut ranks = vec![0; edges.len()];
        for (rank, place) in order.iter().enumerate() {
            if let Some(own) = ranks.get_mut(*place) {
                *own = rank;
            }
        }
        let rank = |place: usize| ranks.get(place).copied().unwrap_or(0);
        let forward = |place: usize| {
            let targets = edges.get(place).into_iter().flatten().copied();
            (place, targets.filter(|to| rank(*to) > rank(place)).collect())
        };
        Self {
            elements,
            order: order.into_iter().map(forward).collect(),
            places: edges.len(),
        }
    }
}

/// A way so far.
#[derive(Clone)]
struct Way {
    total: u64,
    /// The shared times that it took, as bits.
    cells: Vec<u64>,
    /// Its last row that takes time, in `links`.
    last: Option<usize>,
}

struct Longest {
    /// The longest way to anywhere.
    longest: Way,
    /// The longest way to the exit.
    out: Way,
}

struct Budget<'a> {
    table: &'a StepTable,
    groups: &'a [Vec<Region<'a>>],
    cells: &'a BTreeMap<&'a str, usize>,
    case: &'a DurationCase,
    /// Rows that take time, each with the one before it on its way.
    links: Vec<(usize, Option<usize>)>,
    is_mixed: bool,
}

impl Budget<'_> {
    fn longest(&mut self, region: &Region<'_>, start: Way) -> Longest {
        let mut best: Vec<Option<Way>> = vec![None; region.places];
        let mut found = Longest {
            longest: start.clone(),
            out: start.clone(),
        };
        if let Some(first) = best.first_mut() {
            *first = Some(start);
        }
        let mut left = false;
        for (place, targets) in &region.order {
            let Some(mut way) = best.get_mut(*place).and_then(Option::take) else {
                continue;
            };
            match region.elements.get(*place) {
                Some(Element::Row(row)) => self.pass(*row, &mut way),
                Some(Element::Group(group)) => {
                    let branches = self.groups.get(*group).map_or(&[][..], Vec::as_slice);
                    let ways: Vec<Longest> = branches.iter().map(|own| self.longest(own, way.clone())).collect();
                    for one in ways {
                        keep_longer(&mut found.longest, &one.longest);
                        keep_longer(&mut way, &one.out);
                    }
                }
                None if left => keep_longer(&mut found.out, &way),
                None => {
                    left = true;
                    found.out = way.clone();
                }
            }
            keep_longer(&mut found.longest, &way);
            for target in targets {
                match best.get_mut(*target) {
                    Some(Some(own)) => keep_longer(own, &way),
                    Some(empty) => *empty = Some(way.clone()),
                    None => {}
                }
            }
        }
        found
    }

    /// Adds the time of a row.
    fn pass(&mut self, row: usize, way: &mut Way) {
        let Some(step) = self.table.steps.get(row) else { return };
        let Some((time, cell)) = self.time(step) else { return };
        if let Some(cell) = cell
            && let Some(bits) = way.cells.get_mut(cell / 64)
        {
            let bit = 1_u64 << (cell % 64);
            if *bits & bit != 0 {
                return;
            }
            *bits |= bit;
        }
        if time.hundredths == 0 {
            return;
        }
        self.is_mixed |= is_working(time.unit) != is_working(self.case.limit.unit);
        way.total = way.total.saturating_add(weight(time));
        self.links.push((row, way.last));
        way.last = Some(self.links.len() - 1);
    }

    /// The time of a row in this case, and the shared time that it is part of.
    fn time(&self, step: &Step) -> Option<(TimeLimit, Option<usize>)> {
        if !step.counted || step.clock == Clock::Paused {
            return None;
        }
        let own = step
            .times
            .iter()
            .find(|(case, _)| *case == self.case.code)
            .or_else(|| step.times.first());
        match &own?.1 {
            StepTime::Own(time) => Some((*time, None)),
            StepTime::Shared(code) => {
                let cell = *self.cells.get(code.as_str())?;
                Some((self.table.shared_times.get(cell)?.limit, Some(cell)))
            }
        }
    }

    fn problem(&self, way: &Way) -> Problem {
        let limit = self.case.limit;
        let code = if self.is_mixed {
            ProblemCode::MixedTimeUnits
        } else {
            ProblemCode::TimeExceedsLimit
        };
        let args = vec![
            ("case", self.case.name.clone()),
            ("total", decimal(way.total.div_ceil(unit_weight(limit.unit)))),
            ("limit", decimal(u64::from(limit.hundredths))),
            ("unit", unit_text(limit.unit).to_owned()),
        ];
        let mut trace: Vec<StepCode> = Vec::new();
        let mut last = way.last;
        while let Some((row, before)) = last.and_then(|last| self.links.get(last)) {
            trace.extend(self.table.steps.get(*row).map(|step| step.code.clone()));
            last = *before;
        }
        trace.reverse();
        trace.truncate(LONGEST_TRACE);
        Problem {
            code,
            row: None,
            field: Field::Table,
            args,
            trace,
        }
    }
}

fn keep_longer(own: &mut Way, other: &Way) {
    if other.total > own.total {
        own.clone_from(other);
    }
}
