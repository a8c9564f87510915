//! The dotted chart as a table: what happened in each day, week or month.

use super::dots::{DotSort, Order, minute, origin, result, until};
use crate::conformance::store::Judged;
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime};
use std::collections::BTreeMap;

const DAY: i64 = 24 * 60;
/// The most lines of days, and of weeks.
const MOST_DAYS: i64 = 31;
const MOST_WEEKS: i64 = 31;

/// How long the slots are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Length {
    Day,
    Week,
    Month,
}

/// What happened in a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::conformance) struct Slot {
    /// First day of the slot: a day of the calendar, or days since receipt (from 0).
    pub(in crate::conformance) first: i64,
    /// Last day of the slot.
    pub(in crate::conformance) last: i64,
    pub(in crate::conformance) received: u32,
    pub(in crate::conformance) ended: u32,
    /// Steps that were done.
    pub(in crate::conformance) steps: u32,
    pub(in crate::conformance) late: u32,
    pub(in crate::conformance) deviating: u32,
}

/// The slots in which something happened.
pub(in crate::conformance) type Slots = Vec<Slot>;

/// Counts what happened in which slot; never more slots than fit a page.
pub(in crate::conformance) fn slots(judged: &[Judged], order: Order, now: NaiveDateTime) -> Slots {
    let days = judged.iter().flat_map(|one| {
        let origin = origin(&one.trace, order);
        [one.trace.received_at, until(&one.trace, now)].map(|at| (minute(at) - origin).div_euclid(DAY))
    });
    let (first, last) = days.fold((i64::MAX, i64::MIN), |(first, last), day| {
        (first.min(day), last.max(day))
    });
    let length = match last.saturating_sub(first) {
        ..MOST_DAYS => Length::Day,
        days if days < MOST_WEEKS * 7 => Length::Week,
        _ => Length::Month,
    };
    let mut found: BTreeMap<i64, Slot> = BTreeMap::new();
    let mut count = |at: i64, add: &dyn Fn(&mut Slot)| {
        let (first, last) = bounds(at.div_euclid(DAY), length, order);
        let slot = found.entry(first).or_insert(Slot {
            first,
            last,
            ..Slot::default()
        });
        add(slot);
    };
    for one in judged {
        let origin = origin(&one.trace, order);
        count(minute(one.trace.received_at) - origin, &|slot| slot.received += 1);
        if let Some(ended) = one.trace.ended_at {
            count(minute(ended) - origin, &|slot| slot.ended += 1);
        }
        for event in &one.trace.events {
            let result = result(one, event.seq);
            count(minute(event.done_at) - origin, &|slot| {
                slot.steps += 1;
                slot.late += u32::from(result == DotSort::Late);
                slot.deviating += u32::from(result == DotSort::Deviating);
            });
        }
    }
    found.into_values().collect()
}

/// First and last day of the slot in which a day lies.
fn bounds(day: i64, length: Length, order: Order) -> (i64, i64) {
    let long = match (length, order) {
        (Length::Day, _) => 1,
        (Length::Week, _) => 7,
        (Length::Month, Order::Duration) => 30,
        (Length::Month, Order::Received) => return month(day),
    };
    // Weeks of the calendar begin on Monday; the first day of 1970 was a Thursday.
    let shift = if long == 7 && order == Order::Received { 3 } else { 0 };
    let first = (day + shift).div_euclid(long) * long - shift;
    (first, first + long - 1)
}

fn month(day: i64) -> (i64, i64) {
    let Some(date) = date(day) else { return (day, day) };
    let first = date.with_day(1).unwrap_or(date);
    let next = first.checked_add_months(chrono::Months::new(1)).unwrap_or(first);
    let length = (next - first).num_days();
    let begin = day - i64::from(date.day0());
    (begin, begin + length - 1)
}

/// A day of the calendar by its number.
pub(in crate::conformance) fn date(day: i64) -> Option<NaiveDate> {
    DateTime::from_timestamp(day.checked_mul(DAY * 60)?, 0).map(|at| at.date_naive())
}
