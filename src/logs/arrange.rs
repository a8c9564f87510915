//! Brings events that stand in any order together by case, in place: no second copy of the columns.

use super::number::{narrow, wide};

/// The most events that can be arranged.
pub(super) const MOST: usize = (1 << 31) - 1;

/// The columns of events that are moved together.
pub(super) struct Rows<'a> {
    pub(super) steps: &'a mut [u32],
    pub(super) doers: &'a mut [u32],
    pub(super) times: &'a mut [i64],
}

impl<'a> Rows<'a> {
    /// The first rows, and the others.
    pub(super) fn split(self, many: usize) -> (Self, Self) {
        let (steps, more_steps) = self.steps.split_at_mut(many.min(self.steps.len()));
        let (doers, more_doers) = self.doers.split_at_mut(many.min(self.doers.len()));
        let (times, more_times) = self.times.split_at_mut(many.min(self.times.len()));
        let more = Rows {
            steps: more_steps,
            doers: more_doers,
            times: more_times,
        };
        (Rows { steps, doers, times }, more)
    }
}

/// How many events are put in order at a time: as many as the cache nearest to the processor but one holds;
/// in tests few, so that there are many parts.
const PART: usize = if cfg!(test) { 16 } else { 1 << 15 };

/// Brings the events together by case, in their order, and turns the case of each event into the number that the event
/// at its place had before. Gives the first event of each case.
pub(super) fn by_case(case_of: &mut Vec<u32>, cases: usize, rows: &mut Rows<'_>) -> Vec<u32> {
    let mut starts = vec![0_u32; cases + 1];
    for case in case_of.iter() {
        if let Some(count) = starts.get_mut(wide(*case) + 1) {
            *count += 1;
        }
    }
    let mut sum = 0;
    for start in &mut starts {
        sum += *start;
        *start = sum;
    }
    let mut next = starts.clone();
    let mut is_sorted = true;
    for (number, case) in case_of.iter_mut().enumerate() {
        if let Some(place) = next.get_mut(wide(*case)) {
            *case = *place;
            is_sorted &= wide(*place) == number;
            *place += 1;
        }
    }
    drop(next);
    if !is_sorted {
        // `case_of` has become the place to which each event goes.
        let mut numbers = vec![0_u32; case_of.len()];
        for (place, number) in case_of.iter().zip(0..) {
            set(&mut numbers, wide(*place), number);
        }
        partition(case_of, rows);
        order_parts(case_of, rows);
        *case_of = numbers;
    }
    starts
}

fn set<T>(values: &mut [T], place: usize, value: T) {
    if let Some(old) = values.get_mut(place) {
        *old = value;
    }
}

/// Exchanges events until each stands in the part of the columns to which it goes. Following each event to its very place
/// would wait for the memory at every step; so each part is filled from its beginning, and there are few parts.
fn partition(places: &mut [u32], rows: &mut Rows<'_>) {
    let parts = places.len().div_ceil(PART);
    let mut heads: Vec<usize> = (0..parts).map(|part| part * PART).collect();
    for part in 0..parts {
        let end = ((part + 1) * PART).min(places.len());
        loop {
            let here = heads.get(part).copied().unwrap_or(end);
            if here >= end {
                break;
            }
            let target = places.get(here).map_or(part, |place| wide(*place) / PART);
            let Some(head) = heads.get_mut(target) else { break };
            let there = *head;
            *head += 1;
            if target != part {
                places.swap(here, there);
                rows.steps.swap(here, there);
                rows.doers.swap(here, there);
                rows.times.swap(here, there);
            }
        }
    }
}

/// Puts the events of each part in order.
fn order_parts(places: &[u32], rows: &mut Rows<'_>) {
    let mut small = vec![0_u32; PART.min(places.len())];
    let mut large = vec![0_i64; PART.min(places.len())];
    let parts = places.chunks(PART).zip(rows.steps.chunks_mut(PART));
    let others = rows.doers.chunks_mut(PART).zip(rows.times.chunks_mut(PART));
    for ((places, steps), (doers, times)) in parts.zip(others) {
        order(places, steps, &mut small);
        order(places, doers, &mut small);
        order(places, times, &mut large);
    }
}

fn order<T: Copy>(places: &[u32], values: &mut [T], spare: &mut [T]) {
    for (place, value) in places.iter().zip(values.iter()) {
        set(spare, wide(*place) % PART, *value);
    }
    for (value, ordered) in values.iter_mut().zip(spare) {
        *value = *ordered;
    }
}

/// Sorts the events of one case by time; equal ones keep their order, and one without a time stays behind the event
/// that it followed.
pub(super) fn by_time(rows: &mut Rows<'_>, numbers: &mut [u32], order: &mut Vec<(i64, u32)>) {
    if rows.times.is_sorted() {
        return;
    }
    order.clear();
    let mut last = super::log::NO_TIME;
    for (place, time) in rows.times.iter().enumerate() {
        if *time != super::log::NO_TIME {
            last = *time;
        }
        order.push((last, narrow(place)));
    }
    order.sort_unstable();
    let from = order.iter().map(|(_, place)| wide(*place));
    pick(from.clone(), rows.steps);
    pick(from.clone(), rows.doers);
    pick(from.clone(), rows.times);
    pick(from, numbers);
}

/// Fills each place from the one that `from` names.
fn pick<T: Copy>(from: impl Iterator<Item = usize>, values: &mut [T]) {
    let picked: Vec<T> = from.filter_map(|place| values.get(place).copied()).collect();
    for (value, picked) in values.iter_mut().zip(picked) {
        *value = picked;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn arranging_in_place_is_a_stable_sort_by_case(cases in prop::collection::vec(0_u32..20, 0..300)) {
            let many = cases.len();
            let mut numbers = cases.clone();
            let mut steps: Vec<u32> = (0..narrow(many)).map(|n| n * 3).collect();
            let mut doers = cases.clone();
            let mut times: Vec<i64> = (0..narrow(many)).map(i64::from).collect();
            let mut rows = Rows { steps: &mut steps, doers: &mut doers, times: &mut times };
            let starts = by_case(&mut numbers, 20, &mut rows);
            let mut expected: Vec<u32> = (0..narrow(many)).collect();
            expected.sort_by_key(|n| cases[wide(*n)]);
            prop_assert_eq!(&numbers, &expected);
            prop_assert_eq!(steps, expected.iter().map(|n| n * 3).collect::<Vec<_>>());
            prop_assert_eq!(&doers, &expected.iter().map(|n| cases[wide(*n)]).collect::<Vec<_>>());
            prop_assert_eq!(times, expected.iter().map(|n| i64::from(*n)).collect::<Vec<_>>());
            prop_assert_eq!(starts[20], narrow(many));
            for case in 0..20_usize {
                let range = wide(starts[case])..wide(starts[case + 1]);
                prop_assert!(doers[range].iter().all(|own| wide(*own) == case));
            }
        }

        #[test]
        fn sorting_by_time_is_stable(times in prop::collection::vec(0_i64..5, 0..40)) {
            let mut sorted: Vec<(i64, u32)> = times.iter().copied().zip(0..).collect();
            sorted.sort();
            let mut numbers: Vec<u32> = (0..narrow(times.len())).collect();
            let (mut steps, mut doers, mut moved) = (numbers.clone(), numbers.clone(), times);
            let mut rows = Rows { steps: &mut steps, doers: &mut doers, times: &mut moved };
            by_time(&mut rows, &mut numbers, &mut Vec::new());
            prop_assert_eq!(&numbers, &sorted.iter().map(|(_, n)| *n).collect::<Vec<_>>());
            prop_assert_eq!((&steps, &doers), (&numbers, &numbers));
            prop_assert_eq!(moved, sorted.iter().map(|(at, _)| *at).collect::<Vec<_>>());
        }
    }

    #[test]
    fn an_event_without_a_time_stays_behind_the_one_it_followed() {
        let none = super::super::log::NO_TIME;
        let (mut steps, mut doers) = (vec![0, 1, 2, 3], vec![0; 4]);
        let mut times = vec![30, none, 10, none];
        let mut numbers = vec![0, 1, 2, 3];
        let mut rows = Rows {
            steps: &mut steps,
            doers: &mut doers,
            times: &mut times,
        };
        by_time(&mut rows, &mut numbers, &mut Vec::new());
        assert_eq!(steps, [2, 3, 0, 1]);
    }
}
