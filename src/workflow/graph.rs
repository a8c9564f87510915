//! Small searches on a graph of numbered places, all linear and without recursion.

use std::collections::VecDeque;

/// The edges of each place.
pub(super) type Edges = [Vec<usize>];

/// The places that the seeds lead to, themselves included.
pub(super) fn reach(edges: &Edges, seeds: impl IntoIterator<Item = usize>) -> Vec<bool> {
    let mut reached = vec![false; edges.len()];
    let mut open: Vec<usize> = seeds.into_iter().collect();
    while let Some(place) = open.pop() {
        match reached.get_mut(place) {
            Some(seen) if !*seen => *seen = true,
            _ => continue,
        }
        open.extend(edges.get(place).into_iter().flatten());
    }
    reached
}

/// The edges the other way round.
pub(super) fn reverse(edges: &Edges) -> Vec<Vec<usize>> {
    let mut back = vec![Vec::new(); edges.len()];
    for (from, targets) in edges.iter().enumerate() {
        for to in targets {
            if let Some(list) = back.get_mut(*to) {
                list.push(from);
            }
        }
    }
    back
}

/// Only the edges between places that are kept.
pub(super) fn keep(edges: &Edges, kept: &[bool]) -> Vec<Vec<usize>> {
    let is_kept = |place: usize| kept.get(place).copied().unwrap_or(false);
    let own = |(from, targets): (usize, &Vec<usize>)| {
        if is_kept(from) {
            targets.iter().copied().filter(|to| is_kept(*to)).collect()
        } else {
            Vec::new()
        }
    };
    edges.iter().enumerate().map(own).collect()
}

/// The places in the order in which a depth-first search from the seeds leaves them.
pub(super) fn leaving_order(edges: &Edges, seeds: impl IntoIterator<Item = usize>) -> Vec<usize> {
    let mut seen = vec![false; edges.len()];
    let mut order = Vec::new();
    for seed in seeds {
        let mut path: Vec<(usize, usize)> = Vec::new();
        let mut enter = Some(seed);
        loop {
            if let Some(place) = enter.take()
                && let Some(own) = seen.get_mut(place)
                && !*own
            {
                *own = true;
                path.push((place, 0));
            }
            let Some((place, tried)) = path.last_mut() else { break };
            enter = edges.get(*place).and_then(|targets| targets.get(*tried)).copied();
            *tried += 1;
            if enter.is_none() {
                order.push(*place);
                path.pop();
            }
        }
    }
    order
}

/// The sets of places that lead to each other (Kosaraju), those nearer to the first places first; each is sorted.
pub(super) fn components(edges: &Edges) -> Vec<Vec<usize>> {
    let back = reverse(edges);
    let mut taken = vec![false; edges.len()];
    let mut components = Vec::new();
    for seed in leaving_order(edges, 0..edges.len()).into_iter().rev() {
        let mut component = Vec::new();
        let mut open = vec![seed];
        while let Some(place) = open.pop() {
            match taken.get_mut(place) {
                Some(own) if !*own => *own = true,
                _ => continue,
            }
            component.push(place);
            open.extend(back.get(place).into_iter().flatten());
        }
        if !component.is_empty() {
            component.sort_unstable();
            components.push(component);
        }
    }
    components
}

/// A shortest loop through the first place of a component, without repeating that place; `None` if there is no loop.
pub(super) fn shortest_loop(edges: &Edges, component: &[usize]) -> Option<Vec<usize>> {
    let first = *component.first()?;
    let mut from: std::collections::BTreeMap<usize, usize> = std::collections::BTreeMap::new();
    let mut open = VecDeque::from([first]);
    while let Some(place) = open.pop_front() {
        for to in edges.get(place).into_iter().flatten() {
            if *to == first {
                let mut path = vec![place];
                while let Some(before) = path
                    .last()
                    .filter(|last| **last != first)
                    .and_then(|last| from.get(last))
                {
                    path.push(*before);
                }
                path.reverse();
                return Some(path);
            }
            if component.binary_search(to).is_ok() && !from.contains_key(to) {
                from.insert(*to, place);
                open.push_back(*to);
            }
        }
    }
    None
}
