//! What comes before and after each row of a table: whose work one continues, and who continues one's own. Pure.

use crate::workflow::{Step, StepTable, Target};

/// Where a way leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum To {
    /// Another row.
    Row(usize),
    /// The end with the result.
    End,
    /// The end with a refusal.
    Refused,
    /// The end because the citizen withdrew.
    Withdrawn,
}

/// A way on from a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Way {
    /// The outcome that leads there, when it is named.
    pub(super) outcome: Option<String>,
    /// Where it leads.
    pub(super) to: To,
}

/// What is around one row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Around {
    /// The rows that lead to it, in the order of the table.
    pub(super) from: Vec<usize>,
    /// Where it leads.
    pub(super) ways: Vec<Way>,
    /// Whether a case may begin with it.
    pub(super) begins: bool,
}

/// What is around each row of the table.
pub(super) fn around(table: &StepTable) -> Vec<Around> {
    let steps = &table.steps;
    let mut all: Vec<Around> = steps
        .iter()
        .enumerate()
        .map(|(row, step)| Around {
            ways: ways(table, row, step),
            ..Around::default()
        })
        .collect();
    let leads: Vec<(usize, usize)> = all
        .iter()
        .enumerate()
        .flat_map(|(row, one)| one.ways.iter().map(move |way| (row, way.to)))
        .filter_map(|(row, to)| {
            if let To::Row(target) = to {
                Some((row, target))
            } else {
                None
            }
        })
        .collect();
    for (row, target) in leads {
        if let Some(one) = all.get_mut(target).filter(|one| !one.from.contains(&row)) {
            one.from.push(row);
        }
    }
    for first in entries(steps, 0) {
        if let Some(one) = all.get_mut(first) {
            one.begins = true;
        }
    }
    all
}

fn ways(table: &StepTable, row: usize, step: &Step) -> Vec<Way> {
    let steps = &table.steps;
    if step.next.is_empty() {
        let rows = entries_from(steps, Some(row), below(steps, row, step));
        return rows.into_iter().map(|to| Way { outcome: None, to }).collect();
    }
    let way = |next: &crate::workflow::Next| {
        let targets = match &next.target {
            Target::Step(code) => match table.find(code) {
                Some((target, _)) => entries_from(steps, Some(row), target),
                None => Vec::new(),
            },
            Target::End => vec![To::End],
            Target::EndRefused => vec![To::Refused],
            Target::EndWithdrawn => vec![To::Withdrawn],
        };
        let outcome = next.outcome.clone();
        targets.into_iter().map(move |to| Way {
            outcome: outcome.clone(),
            to,
        })
    };
    step.next.iter().flat_map(way).collect()
}

/// The place after the row: the row below, or behind the whole parallel part when its branch is done.
fn below(steps: &[Step], row: usize, step: &Step) -> usize {
    let next = row.saturating_add(1);
    let Some(own) = &step.branch else { return next };
    if steps.get(next).is_some_and(|step| step.branch.as_ref() == Some(own)) {
        return next;
    }
    let is_inside = |step: &Step| step.branch.as_ref().is_some_and(|branch| branch.group == own.group);
    let behind = steps.iter().enumerate().skip(next).find(|(_, step)| !is_inside(step));
    behind.map_or(steps.len(), |(place, _)| place)
}

fn entries_from(steps: &[Step], from: Option<usize>, target: usize) -> Vec<To> {
    let Some(step) = steps.get(target) else {
        return vec![To::End];
    };
    let group = step.branch.as_ref().map(|branch| branch.group.as_str());
    let own = from
        .and_then(|row| steps.get(row))
        .and_then(|step| step.branch.as_ref());
    if own.is_some_and(|own| Some(own.group.as_str()) == group) {
        return vec![To::Row(target)];
    }
    entries(steps, target).into_iter().map(To::Row).collect()
}

/// The rows that become possible together when a case comes to a place: the first of each branch of a parallel part.
fn entries(steps: &[Step], target: usize) -> Vec<usize> {
    let Some(branch) = steps.get(target).and_then(|step| step.branch.as_ref()) else {
        return (target < steps.len()).then_some(target).into_iter().collect();
    };
    let mut branches: Vec<&str> = Vec::new();
    let mut rows = Vec::new();
    for (row, own) in steps
        .iter()
        .enumerate()
        .filter_map(|(row, step)| Some((row, step.branch.as_ref()?)))
    {
        if own.group == branch.group && !branches.contains(&own.branch.as_str()) {
            branches.push(&own.branch);
            rows.push(row);
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::{To, around};
    use crate::procedures::{parse, step_table};

    fn table(steps: &str) -> crate::workflow::StepTable {
        let text = format!("+++\ncode = \"QT.01\"\nkind = \"system_procedure\"\ntitle = \"Thử\"\n{steps}\n+++\n");
        step_table(&parse(&text).document.unwrap())
    }

    fn step(code: &str, more: &str) -> String {
        format!("[[steps]]\ncode = \"{code}\"\nname = \"{code}\"\nroles = [\"r\"]\n{more}\n")
    }

    #[test]
    fn a_row_leads_to_the_row_below_and_the_last_one_to_the_end() {
        let all = around(&table(&[step("A", ""), step("B", "")].concat()));
        assert_eq!(all[0].ways[0].to, To::Row(1));
        assert_eq!(all[1].ways[0].to, To::End);
        assert_eq!((all[0].begins, all[1].begins), (true, false));
        assert_eq!((all[0].from.clone(), all[1].from.clone()), (vec![], vec![0]));
    }

    #[test]
    fn outcomes_are_named_and_rework_leads_back() {
        let next = "next = [{ outcome = \"Đồng ý\", to = \"END\" }, { outcome = \"Trả lại\", to = \"A\" }]";
        let all = around(&table(&[step("A", ""), step("B", next)].concat()));
        assert_eq!(all[1].ways[0].outcome.as_deref(), Some("Đồng ý"));
        assert_eq!((all[1].ways[0].to, all[1].ways[1].to), (To::End, To::Row(0)));
        assert_eq!(all[0].from, [1]);
    }

    #[test]
    fn a_parallel_part_is_entered_by_all_its_branches_and_left_by_their_last_rows() {
        let steps = [
            step("A", ""),
            step("B1", "parallel = \"P/a\""),
            step("B2", "parallel = \"P/a\""),
            step("C1", "parallel = \"P/b\""),
            step("D", ""),
        ];
        let all = around(&table(&steps.concat()));
        let to = |row: usize| all[row].ways.iter().map(|way| way.to).collect::<Vec<_>>();
        assert_eq!(to(0), [To::Row(1), To::Row(3)]);
        assert_eq!(to(1), [To::Row(2)]);
        assert_eq!(to(2), [To::Row(4)]);
        assert_eq!(to(3), [To::Row(4)]);
        assert_eq!(all[4].from, [2, 3]);
    }
}
