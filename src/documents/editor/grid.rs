//! The buttons of the lists: add, remove, up, down. What was typed stays, for they work on the sheet itself.

use super::sheet::{LISTS, Sheet};

/// What a button asks for: `add`, `insert`, `remove`, `up` or `down` with a row, in one list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::documents) struct Deed {
    /// The list, `steps` included.
    pub(in crate::documents) list: &'static str,
    act: Act,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Add,
    Insert(usize),
    Remove(usize),
    Up(usize),
    Down(usize),
}

impl Deed {
    /// Reads the value of a button: `steps.up.3`, `forms.add`.
    pub(in crate::documents) fn parse(text: &str) -> Option<Self> {
        let mut words = text.split('.');
        let name = words.next()?;
        let list = LISTS
            .iter()
            .map(|(list, _)| *list)
            .chain(["steps"])
            .find(|list| *list == name)?;
        let (act, row) = (words.next()?, words.next().map(str::parse::<usize>));
        let act = match (act, row) {
            ("add", None) => Act::Add,
            ("insert", Some(Ok(row))) => Act::Insert(row),
            ("remove", Some(Ok(row))) => Act::Remove(row),
            ("up", Some(Ok(row))) => Act::Up(row),
            ("down", Some(Ok(row))) => Act::Down(row),
            _ => return None,
        };
        Some(Self { list, act })
    }
}

/// Does it. A row that is not there changes nothing.
pub(in crate::documents) fn apply(sheet: &mut Sheet, deed: &Deed) {
    if deed.list == "steps" {
        let empty = sheet.empty_step();
        change(&mut sheet.steps, deed.act, empty);
        return;
    }
    let empty = Sheet::empty_row(deed.list);
    change(sheet.lists.entry(deed.list).or_default(), deed.act, empty);
    if deed.list == "durations" {
        // The times of the steps have one cell for each duration case: they go with their case.
        let cases = sheet.rows("durations").len().max(1);
        let was_empty = deed.act == Act::Add && cases == 1;
        for step in &mut sheet.steps {
            if !was_empty {
                change(&mut step.times, deed.act, String::new());
            }
            step.times.resize(cases, String::new());
        }
    }
}

fn change<T>(rows: &mut Vec<T>, act: Act, empty: T) {
    match act {
        Act::Add => rows.push(empty),
        Act::Insert(row) if row < rows.len() => rows.insert(row.saturating_add(1), empty),
        Act::Remove(row) if row < rows.len() => drop(rows.remove(row)),
        Act::Up(row) if row > 0 && row < rows.len() => rows.swap(row.saturating_sub(1), row),
        Act::Down(row) if row.saturating_add(1) < rows.len() => rows.swap(row, row.saturating_add(1)),
        Act::Insert(_) | Act::Remove(_) | Act::Up(_) | Act::Down(_) => {}
    }
}
