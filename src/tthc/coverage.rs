//! Which procedures cover which administrative procedures today.

use super::entry::Entry;
use super::store;
use crate::documents;
use crate::ledger::Work;
use crate::web::Failure;
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

crate::kernel::text_enum! {
    /// How it is with an entry of the catalogue today.
    State {
        /// In force, and no procedure covers it.
        Uncovered = "uncovered",
        /// In force, and covered.
        Covered = "covered",
        /// Not in force yet.
        Coming = "coming",
        /// No longer in force.
        Ended = "ended",
    }
}

crate::kernel::text_enum! {
    /// Why what a procedure names is not to be covered.
    StrayReason {
        /// It has ended.
        Ended = "ended",
        /// The catalogue does not know it.
        Unknown = "unknown",
    }
}

/// A procedure in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Covering {
    /// Its code.
    pub code: String,
    /// Its title.
    pub title: String,
}

/// An entry of the catalogue with the procedures in force that name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Covered {
    /// The entry.
    #[serde(flatten)]
    pub entry: Entry,
    /// How it is today.
    pub state: State,
    /// The procedures, in the order of their codes.
    pub procedures: Vec<Covering>,
}

/// Something that a procedure in force names and should not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stray {
    /// The procedure.
    pub procedure: Covering,
    /// The code that it names.
    pub code: String,
    /// The name that it gives it.
    pub name: String,
    /// Why.
    pub reason: StrayReason,
    /// Since when it has ended.
    pub ended_from: Option<NaiveDate>,
}

/// How much of a field is covered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldRate {
    /// The field.
    pub field: String,
    /// In force today.
    pub in_force: usize,
    /// Of these, covered.
    pub covered: usize,
    /// The share in whole percent, rounded down: 100 means all.
    pub percent: usize,
}

/// The numbers of the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Figures {
    /// In force today.
    pub in_force: usize,
    /// Of these, covered.
    pub covered: usize,
    /// Of these, not covered.
    pub uncovered: usize,
    /// What procedures name and should not.
    pub strays: usize,
    /// The share in whole percent, rounded down.
    pub percent: usize,
}

/// The catalogue held against the procedures in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// Every entry, by field and code.
    pub rows: Vec<Covered>,
    /// By field, the least covered first.
    pub fields: Vec<FieldRate>,
    /// What procedures name and should not, by procedure.
    pub strays: Vec<Stray>,
    /// The whole.
    pub figures: Figures,
}

/// What the texts in force say that they cover: procedure, code, name.
type Named = (Covering, String, String);

fn percent(part: usize, whole: usize) -> usize {
    part.saturating_mul(100).checked_div(whole).unwrap_or(100)
}

fn state(entry: &Entry, is_covered: bool, today: NaiveDate) -> State {
    match (entry.has_ended_on(today), entry.is_in_force_on(today), is_covered) {
        (true, _, _) => State::Ended,
        (false, false, _) => State::Coming,
        (false, true, true) => State::Covered,
        (false, true, false) => State::Uncovered,
    }
}

/// What procedures name and should not.
fn strays(entries: &[Entry], named: &[Named], today: NaiveDate) -> Vec<Stray> {
    let known: BTreeMap<&str, &Entry> = entries.iter().map(|one| (one.code.as_str(), one)).collect();
    let stray = |(procedure, code, name): &Named| {
        let entry = known.get(code.as_str());
        let reason = match entry {
            None => StrayReason::Unknown,
            Some(entry) if entry.has_ended_on(today) => StrayReason::Ended,
            Some(_) => return None,
        };
        Some(Stray {
            procedure: procedure.clone(),
            code: code.clone(),
            name: name.clone(),
            reason,
            ended_from: entry.and_then(|entry| entry.ended_from),
        })
    };
    named.iter().filter_map(stray).collect()
}

fn hold(entries: Vec<Entry>, named: &[Named], today: NaiveDate) -> Coverage {
    let mut by_code: BTreeMap<&str, Vec<Covering>> = BTreeMap::new();
    for (procedure, code, _) in named {
        let own = by_code.entry(code).or_default();
        if !own.contains(procedure) {
            own.push(procedure.clone());
        }
    }
    let strays = strays(&entries, named, today);
    let row = |entry: Entry| {
        let procedures = by_code.get(entry.code.as_str()).cloned().unwrap_or_default();
        Covered {
            state: state(&entry, !procedures.is_empty(), today),
            procedures,
            entry,
        }
    };
    let rows: Vec<Covered> = entries.into_iter().map(row).collect();
    let fields: BTreeSet<&str> = rows.iter().map(|row| row.entry.field.as_str()).collect();
    let count = |state: State, field: Option<&str>| {
        let own = rows
            .iter()
            .filter(|row| field.is_none_or(|field| field == row.entry.field));
        own.filter(|row| row.state == state).count()
    };
    let rate = |field: &str| {
        let covered = count(State::Covered, Some(field));
        let in_force = covered.saturating_add(count(State::Uncovered, Some(field)));
        FieldRate {
            field: field.to_owned(),
            in_force,
            covered,
            percent: percent(covered, in_force),
        }
    };
    let (covered, uncovered) = (count(State::Covered, None), count(State::Uncovered, None));
    let in_force = covered.saturating_add(uncovered);
    let mut fields: Vec<FieldRate> = fields.into_iter().map(rate).filter(|rate| rate.in_force > 0).collect();
    fields.sort_by_key(|rate| rate.percent);
    Coverage {
        fields,
        figures: Figures {
            in_force,
            covered,
            uncovered,
            strays: strays.len(),
            percent: percent(covered, in_force),
        },
        strays,
        rows,
    }
}

/// The catalogue held against the procedures in force today.
///
/// # Errors
/// When the database fails.
pub fn coverage(work: &mut Work<'_>) -> Result<Coverage, Failure> {
    let entries = store::entries(work)?;
    let mut named: Vec<Named> = Vec::new();
    for (head, content) in documents::effective_procedures(work)? {
        for one in &content.source.tthc {
            let procedure = Covering {
                code: head.code.clone(),
                title: head.title.clone(),
            };
            named.push((procedure, one.code.clone(), one.name.clone()));
        }
    }
    Ok(hold(entries, &named, work.actor.today()))
}

/// The numbers of the whole.
///
/// # Errors
/// When the database fails.
pub fn figures(work: &mut Work<'_>) -> Result<Figures, Failure> {
    Ok(coverage(work)?.figures)
}

#[cfg(test)]
mod tests {
    use super::{Covering, State, StrayReason, hold};
    use crate::tthc::entry::{Entry, Level, Reception};
    use chrono::NaiveDate;

    fn day(month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, month, day).unwrap()
    }

    fn entry(code: &str, field: &str, from: Option<NaiveDate>, ended: Option<NaiveDate>) -> Entry {
        Entry {
            id: code.to_owned(),
            code: code.to_owned(),
            name: format!("Thủ tục {code}"),
            field: field.to_owned(),
            level: Level::Commune,
            reception: Reception::OneStop,
            decision_no: String::new(),
            valid_from: from,
            ended_from: ended,
            end_decision_no: String::new(),
            changed_by_name: String::new(),
            changed_at: day(1, 1).and_hms_opt(0, 0, 0).unwrap(),
            row_version: 1,
        }
    }

    #[test]
    fn what_is_in_force_is_covered_or_not_and_what_is_not_counts_for_nothing() {
        let named = |procedure: &str, code: &str| {
            let procedure = Covering {
                code: procedure.to_owned(),
                title: String::new(),
            };
            (procedure, code.to_owned(), String::new())
        };
        let today = day(11, 23);
        let coverage = hold(
            vec![
                entry("1.1", "A", None, None),
                entry("1.2", "A", Some(day(11, 23)), Some(day(11, 24))),
                entry("1.3", "A", None, None),
                entry("2.1", "B", None, Some(day(11, 23))),
                entry("2.2", "B", Some(day(11, 24)), None),
            ],
            &[
                named("QT.01", "1.1"),
                named("QT.01", "1.2"),
                named("QT.02", "1.1"),
                named("QT.02", "2.1"),
                named("QT.02", "9.9"),
            ],
            today,
        );
        let states: Vec<State> = coverage.rows.iter().map(|row| row.state).collect();
        assert_eq!(
            states,
            [
                State::Covered,
                State::Covered,
                State::Uncovered,
                State::Ended,
                State::Coming
            ]
        );
        assert_eq!(coverage.rows[0].procedures.len(), 2);
        assert_eq!(coverage.fields.len(), 1, "nothing of B is in force");
        assert_eq!((coverage.fields[0].covered, coverage.fields[0].percent), (2, 66));
        let strays: Vec<_> = coverage
            .strays
            .iter()
            .map(|one| (one.code.as_str(), one.reason))
            .collect();
        assert_eq!(strays, [("2.1", StrayReason::Ended), ("9.9", StrayReason::Unknown)]);
        assert_eq!((coverage.figures.in_force, coverage.figures.uncovered), (3, 1));
    }
}
