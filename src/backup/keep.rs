//! The names of backups, and which of them are kept: the last of each of some days, weeks and months.

use crate::kernel::local;
use chrono::{Datelike, NaiveDateTime};
use std::collections::BTreeSet;

const BEGINS: &str = "quytrinh-";
const TIME: &str = "%Y%m%dT%H%M%S%.3fZ";
/// How a backup ends that is not locked, and one that is.
const ENDS: [&str; 2] = [".tar", ".locked"];

/// The name of a backup that was taken at `at` (UTC).
pub fn name_of(at: NaiveDateTime, is_locked: bool) -> String {
    let [plain, locked] = ENDS;
    format!("{BEGINS}{}{}", at.format(TIME), if is_locked { locked } else { plain })
}

/// When the backup with this name was taken; `None` when it is no name of a backup.
pub fn taken_at(name: &str) -> Option<NaiveDateTime> {
    let rest = name.strip_prefix(BEGINS)?;
    let time = ENDS.iter().find_map(|end| rest.strip_suffix(end))?;
    NaiveDateTime::parse_from_str(time, TIME).ok()
}

/// The newest of these names.
pub fn newest(names: &[String]) -> Option<&String> {
    names
        .iter()
        .filter(|name| taken_at(name).is_some())
        .max_by_key(|name| taken_at(name))
}

/// How many backups are kept: the last of each of so many days, weeks and months that have one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keep {
    /// Days.
    pub days: usize,
    /// Weeks, from Monday.
    pub weeks: usize,
    /// Months.
    pub months: usize,
}

impl Default for Keep {
    /// A week, five weeks, a year.
    fn default() -> Self {
        Self {
            days: 7,
            weeks: 5,
            months: 12,
        }
    }
}

impl std::fmt::Display for Keep {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}d,{}w,{}m", self.days, self.weeks, self.months)
    }
}

impl std::str::FromStr for Keep {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut keep = Self {
            days: 0,
            weeks: 0,
            months: 0,
        };
        for part in text.split(',') {
            let told = || format!("`{part}` is none of 7d, 5w, 12m");
            let part = part.trim();
            let unit = part.chars().last().ok_or_else(told)?;
            let count = part
                .strip_suffix(unit)
                .and_then(|count| count.parse().ok())
                .ok_or_else(told)?;
            match unit {
                'd' => keep.days = count,
                'w' => keep.weeks = count,
                'm' => keep.months = count,
                _other => return Err(told()),
            }
        }
        Ok(keep)
    }
}

impl Keep {
    /// Which of these backups go. Names that are no backup's never do, and neither does the newest.
    pub fn surplus(&self, names: &[String]) -> Vec<String> {
        let mut known: Vec<(NaiveDateTime, &String)> =
            names.iter().filter_map(|name| Some((taken_at(name)?, name))).collect();
        known.sort();
        known.reverse();
        let mut kept: BTreeSet<&String> = known.first().map(|(_, name)| *name).into_iter().collect();
        let day = |at: &NaiveDateTime| (local(*at).year(), local(*at).ordinal());
        let week = |at: &NaiveDateTime| (local(*at).iso_week().year(), local(*at).iso_week().week());
        let month = |at: &NaiveDateTime| (local(*at).year(), local(*at).month());
        keep_some(&known, self.days, day, &mut kept);
        keep_some(&known, self.weeks, week, &mut kept);
        keep_some(&known, self.months, month, &mut kept);
        let goes = |(_, name): &&(NaiveDateTime, &String)| !kept.contains(name);
        known.iter().filter(goes).map(|(_, name)| (*name).clone()).collect()
    }
}

fn keep_some<'a>(
    known: &[(NaiveDateTime, &'a String)],
    count: usize,
    period: impl Fn(&NaiveDateTime) -> (i32, u32),
    kept: &mut BTreeSet<&'a String>,
) {
    let mut seen = BTreeSet::new();
    for (at, name) in known {
        if seen.len() < count && seen.insert(period(at)) {
            kept.insert(*name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{NaiveDate, TimeDelta};
    use proptest::prelude::*;

    fn at(day: &str, hour: u32) -> NaiveDateTime {
        let day: NaiveDate = day.parse().unwrap();
        day.and_hms_opt(hour, 0, 0).unwrap()
    }

    #[test]
    fn a_name_tells_when_it_was_taken_and_whether_it_is_locked() {
        let taken = at("2026-11-23", 2);
        assert_eq!(name_of(taken, false), "quytrinh-20261123T020000.000Z.tar");
        assert_eq!(taken_at(&name_of(taken, true)), Some(taken));
        for other in [
            "",
            "quytrinh.db",
            "quytrinh-x.tar",
            ".quytrinh-20261123T020000.000Z.tar",
            "x.tar",
        ] {
            assert_eq!(taken_at(other), None, "{other}");
        }
    }

    #[test]
    fn a_year_of_nights_leaves_seven_days_five_weeks_and_twelve_months() {
        let first = at("2026-01-01", 19);
        let mut names: Vec<String> = Vec::new();
        for night in 0..365 {
            names.push(name_of(first + TimeDelta::days(night), false));
            for gone in Keep::default().surplus(&names) {
                names.retain(|name| *name != gone);
            }
        }
        // 7 days; of the 5 weeks and 12 months, those that the days do not hold already.
        assert!((20..=24).contains(&names.len()), "{names:#?}");
        assert!(names.contains(&name_of(first + TimeDelta::days(364), false)));
        assert!(
            names.iter().any(|name| taken_at(name).unwrap() < at("2026-03-01", 0)),
            "{names:#?}"
        );
    }

    #[test]
    fn what_others_put_there_stays() {
        let names = [
            "notes.txt".to_owned(),
            name_of(at("2026-11-22", 1), false),
            name_of(at("2026-11-23", 1), false),
        ];
        let none = Keep {
            days: 0,
            weeks: 0,
            months: 0,
        };
        assert_eq!(none.surplus(&names), [names[1].clone()]);
    }

    #[test]
    fn a_rule_is_read_or_refused() {
        assert_eq!("7d,5w,12m".parse(), Ok(Keep::default()));
        assert_eq!(
            "3d".parse(),
            Ok(Keep {
                days: 3,
                weeks: 0,
                months: 0
            })
        );
        for bad in ["", "7", "d", "7y", "-1d", "7d;5w"] {
            assert!(bad.parse::<Keep>().is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn the_newest_is_never_removed(hours in prop::collection::vec(0_i64..20_000, 1..60), days in 0_usize..9,
            weeks in 0_usize..9, months in 0_usize..9) {
            let names: Vec<String> =
                hours.iter().map(|hour| name_of(at("2026-01-01", 0) + TimeDelta::hours(*hour), false)).collect();
            let gone = Keep { days, weeks, months }.surplus(&names);
            let last = newest(&names).unwrap();
            prop_assert!(!gone.contains(last));
        }
    }
}
