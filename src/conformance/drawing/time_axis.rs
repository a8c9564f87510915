//! The time axis of a chart: days of the calendar, or days since receipt.

use super::pen::{GRID, Pen, QUIET};
use crate::conformance::figures::{Order, date};
use chrono::Datelike;

const DAY: i64 = 24 * 60;
/// Room for one label, in pixels.
const LABEL: i64 = 76;

/// An axis from a first to a last minute between two edges.
#[derive(Debug, Clone, Copy)]
pub(super) struct Axis {
    pub(super) span: (i64, i64),
    /// Left and right edge in pixels.
    pub(super) edges: (i32, i32),
    pub(super) order: Order,
}

impl Axis {
    /// Where a minute stands, in tenths of a pixel.
    pub(super) fn place(&self, minute: i64) -> i64 {
        let (first, last) = self.span;
        let (left, right) = (i64::from(self.edges.0) * 10, i64::from(self.edges.1) * 10);
        let long = (last - first).max(1);
        left + (minute - first).clamp(0, long) * (right - left) / long
    }

    /// Draws lines and labels; `day` writes a day of the calendar or a number of days since receipt.
    pub(super) fn draw(&self, pen: &mut Pen, (top, bottom): (i32, i32), day: &dyn Fn(Order, i64) -> String) {
        let mut lines = String::new();
        for number in self.days() {
            let x = self.place(number * DAY).div_euclid(10);
            let x = i32::try_from(x).unwrap_or(self.edges.0);
            lines.push_str(&format!("M{x} {top}V{bottom}"));
            let attributes = format!(" font-size=\"12\" fill=\"{QUIET}\" text-anchor=\"middle\"");
            pen.text((x, top - 6), &attributes, &day(self.order, number));
        }
        pen.path(&lines, &format!(" stroke=\"{GRID}\" fill=\"none\""));
    }

    /// The days that get a label: as many as there is room for.
    fn days(&self) -> Vec<i64> {
        let (first, last) = (self.span.0.div_euclid(DAY), self.span.1.div_euclid(DAY));
        let room = (i64::from(self.edges.1 - self.edges.0) / LABEL).max(1);
        let days = last - first + 1;
        let steps = [1, 2, 7, 14, 30, 60, 90, 180, 365, 730, 3650];
        let step = steps.into_iter().find(|step| days / step <= room).unwrap_or(36_500);
        // Weeks of the calendar are labelled by their Monday, longer steps by the first of a month.
        let is_it = |day: &i64| match self.order {
            Order::Duration => day % step == 0,
            Order::Received if step >= 30 => date(*day).is_some_and(|date| {
                let month = i64::from(date.month0()) + i64::from(date.year()) * 12;
                date.day() == 1 && month % (step / 30) == 0
            }),
            Order::Received if step >= 7 => (day + 3).rem_euclid(step) == 0,
            Order::Received => (day - first) % step == 0,
        };
        (first..=last)
            .filter(is_it)
            .filter(|day| day * DAY >= self.span.0)
            .collect()
    }
}
