//! The map of a log as a form sends it.

use crate::logs::{Field, LogMap, TimeForm};
use crate::web::{Faults, Form};
use std::collections::BTreeMap;

/// The longest pattern or name that is taken.
const LONGEST: usize = 500;
/// The most minutes from UTC.
const MOST_ZONE: i32 = 14 * 60;

/// What stands for a field of XES that is not read at all.
pub(super) const LEFT_OUT: &str = "-";

/// The map that a form sends; what the form does not show stays as it was in `before`.
pub(super) fn read(form: &Form, before: &LogMap, faults: &mut Faults) -> LogMap {
    let mut map = before.clone();
    map.columns = BTreeMap::new();
    for field in Field::ALL {
        match form.text(&format!("col.{}", field.as_str())) {
            "" => {}
            LEFT_OUT => drop(map.columns.insert(field, String::new())),
            column => drop(map.columns.insert(field, column.to_owned())),
        }
    }
    map.separator = match form.text("separator") {
        "comma" => Some(','),
        "semicolon" => Some(';'),
        "bar" => Some('|'),
        "tab" => Some('\t'),
        _ => None,
    };
    map.encoding = form.optional("encoding").map(ToOwned::to_owned);
    map.times.form = times(form, faults);
    match form.text("zone").parse::<i32>() {
        Ok(zone) if zone.abs() <= MOST_ZONE => map.times.zone = zone,
        _ => faults.add("zone", "imports.fault.zone"),
    }
    let phases = form
        .text("phases")
        .split([',', ' ', ';'])
        .map(|phase| phase.trim().to_lowercase());
    map.phases = phases.filter(|phase| !phase.is_empty()).collect();
    renamed(form, "activity", &mut map.activities);
    renamed(form, "outcome", &mut map.outcomes);
    renamed(form, "role", &mut map.roles);
    map
}

fn times(form: &Form, faults: &mut Faults) -> TimeForm {
    match form.text("times") {
        "day_first" => TimeForm::DayFirst,
        "month_first" => TimeForm::MonthFirst,
        "seconds" => TimeForm::Seconds,
        "milliseconds" => TimeForm::Milliseconds,
        "excel" => TimeForm::Excel,
        "pattern" => TimeForm::Pattern(form.needed("pattern", LONGEST, faults)),
        _ => TimeForm::Auto,
    }
}

/// The word of a form of times, and its pattern.
pub(super) fn times_word(form: &TimeForm) -> (&'static str, &str) {
    match form {
        TimeForm::Auto => ("auto", ""),
        TimeForm::DayFirst => ("day_first", ""),
        TimeForm::MonthFirst => ("month_first", ""),
        TimeForm::Seconds => ("seconds", ""),
        TimeForm::Milliseconds => ("milliseconds", ""),
        TimeForm::Excel => ("excel", ""),
        TimeForm::Pattern(pattern) => ("pattern", pattern),
    }
}

/// The word of a separator.
pub(super) fn separator_word(separator: Option<char>) -> &'static str {
    match separator {
        Some(',') => "comma",
        Some(';') => "semicolon",
        Some('|') => "bar",
        Some('\t') => "tab",
        _ => "",
    }
}

/// Names of the log and what they are called here: `<what>.<n>.from` and `<what>.<n>.to`. A name that is called nothing
/// keeps its own.
fn renamed(form: &Form, what: &str, names: &mut BTreeMap<String, String>) {
    let shown = (0..).map_while(|n| {
        let from = form.text(&format!("{what}.{n}.from"));
        (!from.is_empty()).then(|| (from, form.text(&format!("{what}.{n}.to"))))
    });
    for (from, to) in shown {
        if to.is_empty() || to == from {
            names.remove(from);
        } else {
            names.insert(from.to_owned(), to.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{read, separator_word, times_word};
    use crate::logs::{Field, LogMap, TimeForm};
    use crate::web::{Faults, Form};

    fn form(fields: &[(&str, &str)]) -> Form {
        Form::new(
            fields
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        )
    }

    #[test]
    fn a_form_becomes_a_map_and_what_it_does_not_show_stays() {
        let mut before = LogMap::default();
        before.people.insert("a".to_owned(), "b".to_owned());
        before.activities.insert("Ký".to_owned(), "B4".to_owned());
        before.activities.insert("Khác".to_owned(), "B9".to_owned());
        let mut faults = Faults::default();
        let sent = form(&[
            ("col.case", "Mã hồ sơ"),
            ("col.activity", "Bước"),
            ("col.role", "-"),
            ("separator", "semicolon"),
            ("encoding", "windows-1258"),
            ("times", "pattern"),
            ("pattern", "%d.%m.%Y"),
            ("zone", "420"),
            ("phases", "Complete, start"),
            ("activity.0.from", "Ký"),
            ("activity.0.to", ""),
            ("activity.1.from", "Nhận"),
            ("activity.1.to", "B1"),
            ("role.0.from", "VT"),
            ("role.0.to", "vanthu"),
        ]);
        let map = read(&sent, &before, &mut faults);
        assert!(faults.is_empty());
        assert_eq!(map.columns[&Field::Case], "Mã hồ sơ");
        assert_eq!(
            (map.columns[&Field::Role].as_str(), map.columns.get(&Field::Time)),
            ("", None)
        );
        assert_eq!(
            (map.separator, map.encoding.as_deref()),
            (Some(';'), Some("windows-1258"))
        );
        assert_eq!(map.times.form, TimeForm::Pattern("%d.%m.%Y".to_owned()));
        assert_eq!(map.phases, ["complete", "start"]);
        let named: Vec<(&str, &str)> = map.activities.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert_eq!(named, [("Khác", "B9"), ("Nhận", "B1")]);
        assert_eq!((map.roles["VT"].as_str(), map.people["a"].as_str()), ("vanthu", "b"));
        assert_eq!(
            LogMap::parse(&map.write()),
            Ok(map.clone()),
            "what is kept is read back"
        );
        assert_eq!(
            (separator_word(map.separator), times_word(&map.times.form)),
            ("semicolon", ("pattern", "%d.%m.%Y"))
        );
    }

    #[test]
    fn absurd_zones_and_empty_patterns_are_told() {
        let mut faults = Faults::default();
        read(
            &form(&[("zone", "9999"), ("times", "pattern")]),
            &LogMap::default(),
            &mut faults,
        );
        assert_eq!(faults.of("zone"), Some("imports.fault.zone"));
        assert_eq!(faults.of("pattern"), Some("form.needed"));
    }
}
