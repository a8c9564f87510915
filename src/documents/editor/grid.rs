//! The buttons of the lists: add, remove, up, down; and of the steps: side by side, branch by outcome. What was typed
//! stays, for they work on the sheet itself.

use super::sheet::{LISTS, Sheet, StepCells};

/// What a button asks for: `add`, `insert`, `remove`, `up` or `down` with a row, in one list; `split` or `branch` with a
/// row of the steps.
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
    Split(usize),
    Branch(usize),
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
            ("split", Some(Ok(row))) if list == "steps" => Act::Split(row),
            ("branch", Some(Ok(row))) if list == "steps" => Act::Branch(row),
            _ => return None,
        };
        Some(Self { list, act })
    }
}

/// Does it. A row that is not there changes nothing. `outcomes` are the words for going on and for not.
pub(in crate::documents) fn apply(sheet: &mut Sheet, deed: &Deed, outcomes: [&str; 2]) {
    if deed.list == "steps" {
        let empty = sheet.empty_step();
        match deed.act {
            Act::Split(row) => split(&mut sheet.steps, row, empty),
            Act::Branch(row) => branch(&mut sheet.steps, row, outcomes),
            Act::Add | Act::Insert(_) | Act::Remove(_) | Act::Up(_) | Act::Down(_) => {
                change(&mut sheet.steps, deed.act, empty);
            }
        }
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
        Act::Insert(_) | Act::Remove(_) | Act::Up(_) | Act::Down(_) | Act::Split(_) | Act::Branch(_) => {}
    }
}

/// The part and the branch of a step that is done side by side with others.
fn place(step: &StepCells) -> Option<(&str, &str)> {
    step.cells.get("parallel")?.trim().split_once('/')
}

/// Lets a step and the one below be done side by side, as branches of a new part. A step of a part gets one more branch
/// below the last step of it. Where there is no free step, an empty one is made.
fn split(steps: &mut Vec<StepCells>, row: usize, empty: StepCells) {
    let Some(upper) = steps.get(row) else { return };
    let own = place(upper).map(|(part, _)| part.to_owned());
    let is_new = own.is_none();
    let is_free = |part: &String| steps.iter().filter_map(place).all(|(known, _)| known != part);
    let part = own.or_else(|| (1..).map(|number| format!("P{number}")).find(is_free));
    let part = part.unwrap_or_default();
    let is_of_part = |step: &StepCells| place(step).is_some_and(|(own, _)| own == part);
    let below = if is_new {
        row
    } else {
        steps.iter().rposition(is_of_part).unwrap_or(row)
    }
    .saturating_add(1);
    let taken: Vec<String> = steps
        .iter()
        .filter(|step| is_of_part(step))
        .filter_map(place)
        .map(|(_, branch)| branch.to_owned())
        .chain(is_new.then(|| "a".to_owned()))
        .collect();
    let branch = ('a'..='z').map(String::from).find(|branch| !taken.contains(branch));
    if steps.get(below).is_none_or(|step| place(step).is_some()) {
        steps.insert(below, empty);
    }
    let mut put = |row: usize, branch: &str| {
        if let Some(step) = steps.get_mut(row) {
            step.cells.insert("parallel".to_owned(), format!("{part}/{branch}"));
        }
    };
    if is_new {
        put(row, "a");
    }
    put(below, &branch.unwrap_or_default());
}

/// Gives a step two outcomes: one that goes on as before, one that ends in a refusal; a third one is typed.
fn branch(steps: &mut [StepCells], row: usize, [good, bad]: [&str; 2]) {
    let code = |step: &StepCells| step.cells.get("code").cloned().filter(|code| !code.trim().is_empty());
    let below = steps.get(row.saturating_add(1)).and_then(code);
    let Some(step) = steps.get_mut(row) else { return };
    let next = step.cells.entry("next".to_owned()).or_default();
    let is_branched = ["→", "->", "=>"].iter().any(|arrow| next.contains(arrow));
    let refused = format!("{bad} → END-REFUSED");
    if !is_branched {
        let target = Some(next.trim().to_owned())
            .filter(|target| !target.is_empty())
            .or(below);
        *next = format!("{good} → {}\n{refused}", target.as_deref().unwrap_or("END"));
    } else if !next.contains("END-REFUSED") {
        *next = format!("{}\n{refused}", next.trim_end());
    }
}
