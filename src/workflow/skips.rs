//! Where an alignment leaves out optional rows: the silent moves that its way through the table needs.

use std::collections::{BTreeMap, VecDeque};

use super::{
    align::Move,
    compile::{Node, Workflow},
    position::Done,
    table::StepTable,
};

/// So many visible moves done, in a state.
type Point = (usize, usize);
/// From where a point was reached, and the optional row that was left out for it.
type Came = BTreeMap<Point, Option<(Point, Option<usize>)>>;

impl Workflow {
    /// For each move of an alignment, and for its end, the optional rows that are left out just before, in order; the
    /// fewest that will do. `table` is the one that was compiled.
    ///
    /// Empty when the moves are no way through the table.
    pub fn left_out(&self, table: &StepTable, events: &[Done<'_>], moves: &[Move], finished: bool) -> Vec<Vec<usize>> {
        let visible: Vec<(usize, Option<usize>)> = moves
            .iter()
            .filter_map(|step| match *step {
                Move::Sync { event, row } => {
                    let outcome = events.get(event).and_then(|done| done.outcome);
                    Some((row, self.way(row, outcome)))
                }
                Move::Model { row } => Some((row, None)),
                Move::Log { .. } => None,
            })
            .collect();
        let Some((came, end)) = self.search(table, &visible, finished) else {
            return Vec::new();
        };
        let mut skips: Vec<Vec<usize>> = vec![Vec::new(); visible.len() + 1];
        let mut point = end;
        while let Some(Some((from, row))) = came.get(&point) {
            if let (Some(row), Some(list)) = (row, skips.get_mut(from.0)) {
                list.insert(0, *row);
            }
            point = *from;
        }
        let mut skips = skips.into_iter();
        let mut before: Vec<Vec<usize>> = moves
            .iter()
            .map(|step| match step {
                Move::Log { .. } => Vec::new(),
                Move::Sync { .. } | Move::Model { .. } => skips.next().unwrap_or_default(),
            })
            .collect();
        before.push(skips.next().unwrap_or_default());
        before
    }

    fn search(&self, table: &StepTable, visible: &[(usize, Option<usize>)], finished: bool) -> Option<(Came, Point)> {
        let mut came: Came = BTreeMap::from([((0, 0), None)]);
        let mut open = VecDeque::from([(0, 0)]);
        while let Some((done, state)) = open.pop_front() {
            let node = self.node(state)?;
            if done == visible.len() && (!finished || node.end.is_some()) {
                return Some((came, (done, state)));
            }
            let skips = node
                .skips
                .iter()
                .map(|skip| ((done, *skip), optional(table, node, *skip)));
            let steps = visible.get(done).into_iter().flat_map(|(row, way)| {
                let fits = move |own: usize, by: usize| own == *row && way.is_none_or(|way| way == by);
                node.doings.iter().filter(move |doing| fits(doing.row, doing.way))
            });
            let steps = steps.map(|doing| ((done + 1, doing.target), None));
            for (point, row) in steps.chain(skips).collect::<Vec<_>>() {
                came.entry(point).or_insert_with(|| {
                    open.push_back(point);
                    Some(((done, state), row))
                });
            }
        }
        None
    }
}

/// The optional row that leaving out leads from a state to another one.
fn optional(table: &StepTable, node: &Node, target: usize) -> Option<usize> {
    let mut doings = node.doings.iter().filter(|doing| doing.target == target);
    doings
        .find(|doing| table.steps.get(doing.row).is_some_and(|step| step.optional))
        .map(|doing| doing.row)
}
