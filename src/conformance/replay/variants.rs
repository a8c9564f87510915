//! Cases with the same steps: they are compared once.

use crate::logs::EventLog;
use std::collections::{HashMap, HashSet};

/// The cases of a log by what was done.
#[derive(Debug)]
pub(super) struct Variants {
    /// The variant of each case.
    pub(super) of_case: Vec<u32>,
    /// A case of each variant, in the order in which the log shows them.
    pub(super) first: Vec<usize>,
    /// How many cases each variant has.
    pub(super) cases: Vec<u32>,
    /// How many there are when outcomes do not count.
    pub(super) by_activity: usize,
}

impl Variants {
    pub(super) fn of(log: &EventLog) -> Self {
        let mut numbers: HashMap<(&[u32], bool), u32, foldhash::fast::FixedState> = HashMap::default();
        let mut own = Self {
            of_case: Vec::with_capacity(log.cases()),
            first: Vec::new(),
            cases: Vec::new(),
            by_activity: 0,
        };
        for case in log.iter() {
            let next = u32::try_from(own.first.len()).unwrap_or(u32::MAX);
            let open = case.completed() == Some(false);
            let number = *numbers.entry((case.steps(), open)).or_insert(next);
            if number == next {
                own.first.push(case.index());
                own.cases.push(0);
            }
            if let Some(cases) = own.cases.get_mut(usize::try_from(number).unwrap_or(usize::MAX)) {
                *cases += 1;
            }
            own.of_case.push(number);
        }
        own.by_activity = own.activities(log);
        own
    }

    fn activities(&self, log: &EventLog) -> usize {
        let symbols = 0..u32::try_from(log.steps()).unwrap_or(u32::MAX);
        let mut numbers: HashMap<&str, u32> = HashMap::new();
        let names: Vec<u32> = symbols
            .filter_map(|symbol| log.step(symbol))
            .map(|step| {
                let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
                *numbers.entry(step.activity).or_insert(next)
            })
            .collect();
        if numbers.len() == names.len() && self.first.iter().all(|case| completed(log, *case)) {
            return self.first.len();
        }
        let name = |symbol: &u32| {
            usize::try_from(*symbol)
                .ok()
                .and_then(|symbol| names.get(symbol))
                .copied()
        };
        let of_case = |case: &usize| {
            log.case(*case)
                .map(|case| case.steps().iter().map(name).collect::<Vec<_>>())
        };
        self.first.iter().filter_map(of_case).collect::<HashSet<_>>().len()
    }
}

fn completed(log: &EventLog, case: usize) -> bool {
    log.case(case).is_some_and(|case| case.completed() != Some(false))
}
