//! The counted hours of a working day.

use chrono::{NaiveTime, TimeDelta};

/// Why office hours cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoursProblem {
    /// No span of hours at all.
    Empty,
    /// A span ends before it begins, or begins before the one above it ends.
    OutOfOrder,
}

/// The counted hours of a working day: spans in order, without overlap, at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficeHours(Vec<(NaiveTime, NaiveTime)>);

impl OfficeHours {
    /// Takes spans (from, to) in the order of the day. Fails when there are none or they are out of order.
    pub fn new(spans: Vec<(NaiveTime, NaiveTime)>) -> Result<Self, HoursProblem> {
        if spans.is_empty() {
            return Err(HoursProblem::Empty);
        }
        let ordered = spans.iter().all(|(from, to)| from < to)
            && spans
                .iter()
                .zip(spans.iter().skip(1))
                .all(|((_, to), (from, _))| to <= from);
        if ordered {
            Ok(Self(spans))
        } else {
            Err(HoursProblem::OutOfOrder)
        }
    }

    /// The spans (from, to), in order.
    pub fn spans(&self) -> &[(NaiveTime, NaiveTime)] {
        &self.0
    }

    /// When the office opens.
    pub fn opening(&self) -> NaiveTime {
        self.0.first().map_or(NaiveTime::MIN, |(from, _)| *from)
    }

    /// When the office closes.
    pub fn closing(&self) -> NaiveTime {
        self.0.last().map_or(NaiveTime::MIN, |(_, to)| *to)
    }
}

impl Default for OfficeHours {
    /// 07:30–11:30 and 13:00–17:00.
    fn default() -> Self {
        let at = |minutes: u32| NaiveTime::MIN + TimeDelta::minutes(i64::from(minutes));
        Self(vec![(at(450), at(690)), (at(780), at(1020))])
    }
}
