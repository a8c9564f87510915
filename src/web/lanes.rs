//! Lanes: how many requests work at the same time, whose turn is next, and who is asked to come back.
//!
//! A request enters its lane when it first needs the database, with its body read, so that a slow sender holds no place;
//! it leaves when its handler has answered. There are as many places as readers of the database, so whoever has a place
//! never waits for a connection. Of those who wait, the agency with the fewest requests at work is next: one that is
//! busy waits for itself. Approvals and steps of cases have a place of their own, exports and imports have one for all.

mod queue;

use super::{Failure, Say};
use queue::{Place, Queue, Waiter};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// Requests at work in the ordinary lane.
const ORDINARY: usize = 4;
/// Of these, those of one agency, or of all visitors together.
const OF_ONE: usize = 3;
/// Places that only approvals, receipts and steps of cases take.
const RESERVED: usize = 1;
/// Exports and imports at the same time.
const BACKGROUND: usize = 1;
/// Cookies that are looked up at the same time, before it is known who asks.
const LOOKUPS: usize = 2;
/// How many readers of the database all lanes need.
pub const READERS: usize = ORDINARY + RESERVED + BACKGROUND + LOOKUPS;
/// Requests of one agency that may wait in the ordinary lane, and as many in the reserved one.
const WAITING: usize = 64;
/// Exports and imports that may wait.
const WAITING_BEHIND: usize = 4;
/// How long a request waits for its place.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long an export or an import waits.
const PATIENCE_BEHIND: Duration = Duration::from_secs(10);

/// What kind of request it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lane {
    /// Any page and any act.
    #[default]
    Ordinary,
    /// What the office is there for: approvals, receipts and steps of cases.
    Reserved,
    /// What takes long and may wait: exports and imports.
    Background,
    /// Signing in: it waits in the queue of hashing, which has its own bounds, and holds no place meanwhile.
    Entrance,
}

/// How many requests there are, by lane, as the figures show them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Busy {
    /// At work in the ordinary lane.
    pub ordinary: usize,
    /// At work in the reserved place.
    pub reserved: usize,
    /// Exports and imports at work.
    pub background: usize,
    /// Those that wait, in all lanes.
    pub waiting: usize,
}

/// The lanes of a site, shared by all threads that serve. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Lanes {
    queue: Arc<Mutex<Queue>>,
    lookups: Arc<Semaphore>,
}

impl Default for Lanes {
    fn default() -> Self {
        Self {
            queue: Arc::default(),
            lookups: Arc::new(Semaphore::new(LOOKUPS)),
        }
    }
}

/// A place in a lane, given back when the last clone is dropped: the request holds one, and so does each job of it that
/// goes on when the one who asked has gone.
#[derive(Debug, Clone)]
pub(super) struct Slot {
    _held: Arc<Held>,
}

#[derive(Debug)]
struct Held {
    lanes: Lanes,
    place: Place,
    key: String,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.lanes.queue().give_back(self.place, &self.key);
    }
}

/// Somebody who waits. One who goes away gives back what was given at that moment.
struct Turn<'l> {
    lanes: &'l Lanes,
    key: &'l str,
    heard: oneshot::Receiver<Place>,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.heard.close();
        if let Ok(place) = self.heard.try_recv() {
            self.lanes.queue().give_back(place, self.key);
        }
    }
}

fn busy() -> Failure {
    Failure::Unavailable(Say::new("failure.busy"))
}

impl Lanes {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn slot(&self, place: Place, key: &str) -> Slot {
        Slot {
            _held: Arc::new(Held {
                lanes: self.clone(),
                place,
                key: key.to_owned(),
            }),
        }
    }

    /// A place for a request of this agency; none is needed at the entrance.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] at once when too many wait, and when the wait was too long.
    pub(super) async fn enter(&self, lane: Lane, key: &str) -> Result<Option<Slot>, Failure> {
        let patience = match lane {
            Lane::Entrance => return Ok(None),
            Lane::Background => PATIENCE_BEHIND,
            Lane::Ordinary | Lane::Reserved => PATIENCE,
        };
        let mut turn = {
            let mut queue = self.queue();
            if let Some(place) = queue.take(lane, key) {
                drop(queue);
                return Ok(Some(self.slot(place, key)));
            }
            let (tell, heard) = oneshot::channel();
            let waiter = Waiter::new(lane, key, tell);
            if !queue.wait(waiter) {
                return Err(busy());
            }
            drop(queue);
            Turn {
                lanes: self,
                key,
                heard,
            }
        };
        match actix_web::rt::time::timeout(patience, &mut turn.heard).await {
            Ok(Ok(place)) => Ok(Some(self.slot(place, key))),
            Ok(Err(_)) | Err(_) => Err(busy()),
        }
    }

    /// Leave to look a cookie up.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] when the wait was too long.
    pub async fn look_up(&self) -> Result<OwnedSemaphorePermit, Failure> {
        let permit = actix_web::rt::time::timeout(PATIENCE, Arc::clone(&self.lookups).acquire_owned());
        match permit.await {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_)) | Err(_) => Err(busy()),
        }
    }

    /// How many requests there are.
    pub fn busy(&self) -> Busy {
        self.queue().busy()
    }
}

#[cfg(test)]
mod tests {
    use super::{Lane, Lanes, OF_ONE, ORDINARY, PATIENCE, WAITING};
    use crate::web::Failure;
    use futures_util::future::join_all;
    use std::time::{Duration, Instant};

    #[actix_web::test]
    async fn a_busy_agency_leaves_a_place_to_the_others_and_is_told_to_come_back() {
        let lanes = Lanes::default();
        let held = join_all((0..OF_ONE).map(|_| lanes.enter(Lane::Ordinary, "busy"))).await;
        assert!(held.iter().all(Result::is_ok));
        let other = lanes.enter(Lane::Ordinary, "quiet").await.unwrap();
        assert_eq!(lanes.busy().ordinary, ORDINARY);
        let begun = Instant::now();
        let crowd = join_all((0..WAITING + 10).map(|_| lanes.enter(Lane::Ordinary, "busy"))).await;
        assert!(crowd.iter().all(|one| matches!(one, Err(Failure::Unavailable(_)))));
        assert!(begun.elapsed() < PATIENCE + Duration::from_secs(5));
        drop((held, other));
        assert_eq!(lanes.busy(), super::Busy::default(), "a place leaked");
    }

    #[actix_web::test]
    async fn an_approval_finds_its_place_when_every_other_one_is_taken() {
        let lanes = Lanes::default();
        let mut held = Vec::new();
        for key in ["a", "b"] {
            for _ in 0..2 {
                held.push(lanes.enter(Lane::Ordinary, key).await.unwrap());
            }
        }
        let begun = Instant::now();
        let approval = lanes.enter(Lane::Reserved, "a").await.unwrap();
        assert!(begun.elapsed() < Duration::from_secs(1));
        assert_eq!((lanes.busy().ordinary, lanes.busy().reserved), (ORDINARY, 1));
        // The control: a page finds none.
        assert!(lanes.enter(Lane::Ordinary, "c").await.is_err());
        drop((held, approval));
        assert_eq!(lanes.busy(), super::Busy::default());
    }

    #[actix_web::test]
    async fn exports_go_one_after_the_other_and_signing_in_takes_no_place() {
        let lanes = Lanes::default();
        let first = lanes.enter(Lane::Background, "a").await.unwrap();
        let second = lanes.enter(Lane::Background, "b");
        let later = async {
            actix_web::rt::time::sleep(Duration::from_millis(50)).await;
            assert_eq!((lanes.busy().background, lanes.busy().waiting), (1, 1));
            drop(first);
        };
        let (second, ()) = futures_util::future::join(second, later).await;
        assert!(second.unwrap().is_some());
        assert!(lanes.enter(Lane::Entrance, "").await.unwrap().is_none());
        assert_eq!(lanes.busy(), super::Busy::default());
    }

    #[actix_web::test]
    async fn whoever_goes_away_while_waiting_leaves_nothing_behind() {
        let lanes = Lanes::default();
        let held = join_all((0..OF_ONE).map(|_| lanes.enter(Lane::Ordinary, "a"))).await;
        for _ in 0..20 {
            let gone = actix_web::rt::time::timeout(Duration::from_millis(1), lanes.enter(Lane::Ordinary, "a"));
            assert!(gone.await.is_err());
        }
        drop(held);
        assert_eq!(lanes.busy(), super::Busy::default());
        assert!(lanes.enter(Lane::Ordinary, "a").await.is_ok());
    }
}
