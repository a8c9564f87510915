//! What a trace must at least still pay from a marking: the sum of what each component must pay.
//!
//! Each deviation is paid once, so components must not both count it: the first that needs it takes it for itself
//! (saturated cost partitioning, Seipp, Keller and Helmert 2020), separately for each event of the trace.

use super::{
    automaton::at,
    components::{Arc, Component},
    markings::Play,
};

/// More than any cost: no way to an end.
const FAR: u32 = 1 << 28;

/// The least cost that remains, for each number of explained events and each place with a token; the sum over the
/// tokens of a marking bounds its cost.
#[derive(Debug, Default)]
pub(super) struct Bounds {
    places: usize,
    costs: Vec<u32>,
    /// Events from each place of the trace on that the net does not know.
    unknown: Vec<u32>,
}

/// What has not been counted yet: by event, then transition; and by event.
struct Left {
    transitions: usize,
    model: Vec<bool>,
    log: Vec<bool>,
}

impl Left {
    fn model(&self, event: usize, transition: u32) -> bool {
        self.model
            .get(event * self.transitions + at(transition))
            .copied()
            .unwrap_or(false)
    }

    fn take_model(&mut self, event: usize, transition: u32) {
        if let Some(own) = self.model.get_mut(event * self.transitions + at(transition)) {
            *own = false;
        }
    }
}

impl Bounds {
    pub(super) fn of(play: &Play, components: &[Component], trace: &[u32], finished: bool) -> Self {
        let known = |symbol: &u32| at(*symbol) < play.labels.len();
        let mut unknown = vec![0; trace.len() + 1];
        let mut count = 0;
        for (own, symbol) in unknown.iter_mut().rev().skip(1).zip(trace.iter().rev()) {
            count += u32::from(!known(symbol));
            *own = count;
        }
        let mut left = Left {
            transitions: play.transitions.len(),
            model: Vec::with_capacity((trace.len() + 1) * play.transitions.len()),
            log: trace.iter().map(known).collect(),
        };
        for _ in 0..=trace.len() {
            left.model
                .extend(play.transitions.iter().map(|own| own.symbol.is_some()));
        }
        let mut bounds = Self {
            places: play.places,
            costs: vec![0; (trace.len() + 1) * play.places],
            unknown,
        };
        for component in components {
            let projection = Projection::of(play, component, finished);
            let columns = projection.columns(trace, &left);
            projection.take(trace, &columns, &mut left);
            bounds.add(component, &columns);
        }
        bounds
    }

    fn add(&mut self, component: &Component, columns: &[Vec<u32>]) {
        for (costs, column) in self.costs.chunks_mut(self.places.max(1)).zip(columns) {
            for (place, cost) in component.places.iter().zip(column) {
                if let Some(own) = costs.get_mut(at(*place)) {
                    *own = own.saturating_add(*cost).min(FAR);
                }
            }
        }
    }

    /// At least this much is still to be paid; `None` when no end can be reached.
    pub(super) fn least(&self, event: usize, tokens: &[u32]) -> Option<u32> {
        let start = event * self.places;
        let costs = self.costs.get(start..start + self.places)?;
        let mut sum = self.unknown.get(event).copied()?;
        for place in tokens {
            sum = sum.saturating_add(costs.get(at(*place)).copied()?);
        }
        (sum < FAR).then_some(sum)
    }
}

/// A component with what its transitions stand for.
struct Projection<'a> {
    component: &'a Component,
    /// By symbol: the arcs with this label, and whether a transition outside of the component has it too.
    labels: Vec<(Vec<Arc>, bool)>,
    /// Arcs of silent transitions and of others.
    silent: Vec<Arc>,
    visible: Vec<Arc>,
    finished: bool,
}

impl<'a> Projection<'a> {
    fn of(play: &Play, component: &'a Component, finished: bool) -> Self {
        let mut labels: Vec<(Vec<Arc>, bool)> = vec![(Vec::new(), false); play.labels.len()];
        let (mut silent, mut visible) = (Vec::new(), Vec::new());
        let mut arcs = component.arcs.iter().peekable();
        for (transition, own) in (0..).zip(&play.transitions) {
            let arc = arcs.next_if(|arc| arc.transition == transition);
            match (arc, own.symbol) {
                (Some(arc), None) => silent.push(*arc),
                (Some(arc), Some(symbol)) => {
                    visible.push(*arc);
                    labels
                        .get_mut(at(symbol))
                        .into_iter()
                        .for_each(|(list, _)| list.push(*arc));
                }
                (None, Some(symbol)) => labels
                    .get_mut(at(symbol))
                    .into_iter()
                    .for_each(|(_, outside)| *outside = true),
                (None, None) => {}
            }
        }
        Self {
            component,
            labels,
            silent,
            visible,
            finished,
        }
    }

    /// The least cost from each place with so many events explained, the whole trace explained last.
    fn columns(&self, trace: &[u32], left: &Left) -> Vec<Vec<u32>> {
        let end: Vec<u32> = self
            .component
            .ends
            .iter()
            .map(|end| if *end || !self.finished { 0 } else { FAR })
            .collect();
        let mut columns = Vec::with_capacity(trace.len() + 1);
        let mut later = self.settled(end, trace.len(), left);
        for (event, symbol) in trace.iter().enumerate().rev() {
            let label = self.labels.get(at(*symbol));
            // An event of another part, or of no part at all, costs nothing here.
            let free = label.is_none_or(|(_, outside)| *outside) || left.log.get(event) == Some(&false);
            let mut column: Vec<u32> = later.iter().map(|cost| cost.saturating_add(u32::from(!free))).collect();
            for arc in label.into_iter().flat_map(|(arcs, _)| arcs) {
                lower(&mut column, arc.from, later.get(arc.to).copied());
            }
            let column = self.settled(column, event, left);
            columns.push(std::mem::replace(&mut later, column));
        }
        columns.push(later);
        columns.reverse();
        columns
    }

    /// Lets transitions happen without an event.
    fn settled(&self, mut column: Vec<u32>, event: usize, left: &Left) -> Vec<u32> {
        loop {
            let mut better = false;
            for arc in &self.silent {
                let cost = column.get(arc.to).copied();
                better |= lower(&mut column, arc.from, cost);
            }
            for arc in &self.visible {
                let deviation = u32::from(left.model(event, arc.transition));
                let cost = column.get(arc.to).map(|to| to.saturating_add(deviation));
                better |= lower(&mut column, arc.from, cost);
            }
            if !better {
                return column;
            }
        }
    }

    /// Takes what the columns count, so that no other component counts it again.
    fn take(&self, trace: &[u32], columns: &[Vec<u32>], left: &mut Left) {
        for (event, column) in columns.iter().enumerate() {
            for arc in &self.visible {
                if let (Some(from), Some(to)) = (column.get(arc.from), column.get(arc.to))
                    && *from < FAR
                    && from > to
                {
                    left.take_model(event, arc.transition);
                }
            }
        }
        for ((event, _), (own, later)) in trace.iter().enumerate().zip(columns.iter().zip(columns.iter().skip(1))) {
            if own.iter().zip(later).any(|(own, later)| *own < FAR && own > later)
                && let Some(log) = left.log.get_mut(event)
            {
                *log = false;
            }
        }
    }
}

fn lower(column: &mut [u32], place: usize, cost: Option<u32>) -> bool {
    match (column.get_mut(place), cost) {
        (Some(own), Some(cost)) if *own > cost => {
            *own = cost;
            true
        }
        _ => false,
    }
}
