//! Who is at work, who waits, and who is next.

use super::{BACKGROUND, Busy, Lane, OF_ONE, ORDINARY, RESERVED, WAITING, WAITING_BEHIND};
use std::collections::HashMap;
use tokio::sync::oneshot;

/// What a request holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Ordinary,
    Reserved,
    Background,
}

/// A request that waits.
#[derive(Debug)]
pub(super) struct Waiter {
    lane: Lane,
    key: String,
    tell: oneshot::Sender<Place>,
}

impl Waiter {
    pub(super) fn new(lane: Lane, key: &str, tell: oneshot::Sender<Place>) -> Self {
        let key = key.to_owned();
        Self { lane, key, tell }
    }
}

/// See the file.
#[derive(Debug, Default)]
pub(super) struct Queue {
    busy: Busy,
    /// Requests of each agency in the ordinary lane.
    of: HashMap<String, usize>,
    /// When each agency that waits was given a place last, counted in places.
    served: HashMap<String, u64>,
    given: u64,
    /// In the order in which they came.
    waiting: Vec<Waiter>,
}

impl Queue {
    fn count_of(&self, key: &str) -> usize {
        self.of.get(key).copied().unwrap_or(0)
    }

    /// The place that a request would get now.
    fn free(&self, lane: Lane, key: &str) -> Option<Place> {
        let ordinary = self.busy.ordinary < ORDINARY && self.count_of(key) < OF_ONE;
        match lane {
            Lane::Ordinary => ordinary.then_some(Place::Ordinary),
            // The reserved place is for when there is no other.
            Lane::Reserved if ordinary => Some(Place::Ordinary),
            Lane::Reserved => (self.busy.reserved < RESERVED).then_some(Place::Reserved),
            Lane::Background => (self.busy.background < BACKGROUND).then_some(Place::Background),
            Lane::Entrance => None,
        }
    }

    fn note(&mut self, place: Place, key: &str) {
        match place {
            Place::Ordinary => {
                self.busy.ordinary = self.busy.ordinary.saturating_add(1);
                let count = self.of.entry(key.to_owned()).or_default();
                *count = count.saturating_add(1);
            }
            Place::Reserved => self.busy.reserved = self.busy.reserved.saturating_add(1),
            Place::Background => self.busy.background = self.busy.background.saturating_add(1),
        }
        self.given = self.given.saturating_add(1);
        if self.waiting.is_empty() {
            self.served.clear();
        } else {
            self.served.insert(key.to_owned(), self.given);
        }
    }

    /// A place at once. Whoever still waits could not use it: each place that comes free is given on at once.
    pub(super) fn take(&mut self, lane: Lane, key: &str) -> Option<Place> {
        let place = self.free(lane, key)?;
        self.note(place, key);
        Some(place)
    }

    /// Lets a request wait; `false` when too many do.
    pub(super) fn wait(&mut self, waiter: Waiter) -> bool {
        self.waiting.retain(|one| !one.tell.is_closed());
        let ahead = self.waiting.iter().filter(|one| one.lane == waiter.lane);
        let is_room = match waiter.lane {
            Lane::Background => ahead.count() < WAITING_BEHIND,
            Lane::Ordinary | Lane::Reserved => ahead.filter(|one| one.key == waiter.key).count() < WAITING,
            Lane::Entrance => false,
        };
        if is_room {
            self.waiting.push(waiter);
        }
        is_room
    }

    /// Takes a place back and gives it to whoever is next.
    pub(super) fn give_back(&mut self, place: Place, key: &str) {
        self.lay_back(place, key);
        self.waiting.retain(|one| !one.tell.is_closed());
        while let Some((at, place)) = self.next() {
            let next = self.waiting.remove(at);
            self.note(place, &next.key);
            if next.tell.send(place).is_err() {
                self.lay_back(place, &next.key);
            }
        }
    }

    fn lay_back(&mut self, place: Place, key: &str) {
        match place {
            Place::Ordinary => {
                self.busy.ordinary = self.busy.ordinary.saturating_sub(1);
                if let Some(count) = self.of.get_mut(key) {
                    *count = count.saturating_sub(1);
                    if *count == 0 {
                        self.of.remove(key);
                    }
                }
            }
            Place::Reserved => self.busy.reserved = self.busy.reserved.saturating_sub(1),
            Place::Background => self.busy.background = self.busy.background.saturating_sub(1),
        }
    }

    /// Approvals before pages; then the agency with the fewest requests at work, then the one that was served longest ago.
    fn next(&self) -> Option<(usize, Place)> {
        let able = self.waiting.iter().enumerate().filter_map(|(at, one)| {
            let place = self.free(one.lane, &one.key)?;
            let served = self.served.get(&one.key).copied().unwrap_or(0);
            Some(((one.lane != Lane::Reserved, self.count_of(&one.key), served, at), place))
        });
        able.min_by_key(|(order, _)| *order)
            .map(|((_, _, _, at), place)| (at, place))
    }

    pub(super) fn busy(&self) -> Busy {
        Busy {
            waiting: self.waiting.iter().filter(|one| !one.tell.is_closed()).count(),
            ..self.busy
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Lane, Place, Queue, Waiter};
    use tokio::sync::oneshot;

    /// The order in which those who wait are served, one place at a time, when so many of each agency came.
    fn order(came: &[(&str, usize)]) -> Vec<String> {
        let mut queue = Queue::default();
        let places: Vec<Place> = ["x", "y", "z", "w"]
            .iter()
            .map(|key| queue.take(Lane::Ordinary, key).unwrap())
            .collect();
        let mut heard = Vec::new();
        for (key, count) in came {
            for _ in 0..*count {
                let (tell, hear) = oneshot::channel();
                assert!(queue.wait(Waiter::new(Lane::Ordinary, key, tell)));
                heard.push(((*key).to_owned(), hear));
            }
        }
        let mut order = Vec::new();
        let mut holder = ("x".to_owned(), places[0]);
        while !heard.is_empty() {
            queue.give_back(holder.1, &holder.0);
            let at = heard
                .iter_mut()
                .position(|(_, hear)| hear.try_recv().is_ok())
                .expect("a place that came free is given on");
            let (key, _) = heard.remove(at);
            order.push(key.clone());
            holder = (key, Place::Ordinary);
        }
        order
    }

    #[test]
    fn an_agency_with_ten_times_the_requests_is_served_in_turn_with_the_others() {
        let order = order(&[("busy", 50), ("quiet", 5), ("small", 5)]);
        let last = |key: &str| order.iter().rposition(|one| one == key).unwrap();
        // The five of each quiet one are done after fifteen places, not after sixty.
        assert!(last("quiet") < 16 && last("small") < 16, "{order:?}");
        assert_eq!(last("busy"), 59);
    }
}
