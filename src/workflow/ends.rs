//! The ends of a workflow: the same workflow with one way to end only, and what is left to do until an end.

use super::compile::{End, Node, State, Workflow, fewest};

impl Workflow {
    /// The workflow of the cases that end in this way: states from which that end cannot be reached are left out, and
    /// with them the ways there. `None` when no case can end so. Its states have other numbers.
    #[must_use]
    pub fn toward(&self, end: End) -> Option<Self> {
        let distances = self.rows_to(|own| own == end);
        let mut number = 0;
        let numbers: Vec<Option<usize>> = distances
            .iter()
            .map(|distance| {
                let own = (*distance < u32::MAX).then_some(number);
                number += usize::from(own.is_some());
                own
            })
            .collect();
        let kept = |state: usize| numbers.get(state).copied().flatten();
        // The start keeps its number, for it is the first of those that are kept.
        kept(0)?;
        let nodes = self.nodes.iter().zip(&numbers).filter(|(_, number)| number.is_some());
        let nodes = nodes.map(|(node, _)| Node {
            doings: node
                .doings
                .iter()
                .filter_map(|doing| Some(doing.to(kept(doing.target)?)))
                .collect(),
            skips: node.skips.iter().filter_map(|skip| kept(*skip)).collect(),
            end: node.end,
            ..Node::default()
        });
        Some(Self::of(nodes.collect(), self.outcomes.clone()))
    }

    /// The rows of a shortest way from one of these states to this end, in order; `None` when it cannot be reached.
    /// Among equally short ways the upper row of the table comes first.
    pub fn rest(&self, states: &[State], end: End) -> Option<Vec<usize>> {
        let distances = self.rows_to(|own| own == end);
        let mut left = states.iter().map(|state| at(&distances, state.index())).min();
        left.filter(|left| *left < u32::MAX)?;
        let mut front: Vec<usize> = states.iter().map(|state| state.index()).collect();
        let mut rows = Vec::new();
        while let Some(now) = left.filter(|left| *left > 0) {
            front.retain(|state| at(&distances, *state) == now);
            self.pass_optional(&mut front, &distances);
            let nodes = front.iter().filter_map(|state| self.node(*state));
            let on = nodes.flat_map(|node| &node.doings);
            let on = on.filter(|doing| at(&distances, doing.target) == now - 1);
            let Some(row) = on.clone().map(|doing| doing.row).min() else {
                break;
            };
            front = on.filter(|doing| doing.row == row).map(|doing| doing.target).collect();
            rows.push(row);
            left = Some(now - 1);
        }
        Some(rows)
    }

    /// Adds the states after optional rows that are no farther from the end.
    fn pass_optional(&self, front: &mut Vec<usize>, distances: &[u32]) {
        let mut done = 0;
        while let Some(state) = front.get(done).copied() {
            for skip in self.node(state).into_iter().flat_map(|node| &node.skips) {
                if at(distances, *skip) == at(distances, state) && !front.contains(skip) {
                    front.push(*skip);
                }
            }
            done += 1;
        }
    }

    /// For each state the fewest rows to an end that is wanted.
    fn rows_to(&self, is_wanted: impl Fn(End) -> bool) -> Vec<u32> {
        let nodes = self.nodes.iter().enumerate();
        let ends = nodes.filter(|(_, node)| node.end.is_some_and(&is_wanted));
        let ends: Vec<usize> = ends.map(|(state, _)| state).collect();
        fewest(self.nodes.len(), &ends, |state, see| {
            let arrivals = self.node(state).into_iter().flat_map(|node| &node.arrivals);
            arrivals.for_each(|arrival| see(arrival.from, arrival.doing.is_some()));
        })
    }
}

fn at(distances: &[u32], state: usize) -> u32 {
    distances.get(state).copied().unwrap_or(u32::MAX)
}
