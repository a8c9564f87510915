//! The one place where passwords are hashed: two at a time, a short queue, and beyond it an answer at once, so that a flood
//! of sign-ins does not stop the people who work.

use super::password::{Cost, hash, is_outdated, is_right};
use crate::web::{Failure, Say};
use std::sync::{Condvar, Mutex, PoisonError};

/// How many passwords are hashed at the same time.
pub const AT_ONCE: usize = 2;
/// How many more may wait for their turn; whoever comes then is asked to come back.
pub const WAITING: usize = 16;

/// Who has something hashed. Whoever is signed in and confirms an act goes before strangers and has a queue of his or her
/// own: a flood of sign-ins does not stop approvals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comer {
    Stranger,
    Member,
}

#[derive(Debug, Default)]
struct Count {
    running: usize,
    strangers: usize,
    members: usize,
}

impl Count {
    fn waiting(&mut self, comer: Comer) -> &mut usize {
        match comer {
            Comer::Stranger => &mut self.strangers,
            Comer::Member => &mut self.members,
        }
    }
}

/// Hashes passwords, a few at a time.
#[derive(Debug)]
pub(super) struct Hashing {
    cost: Cost,
    count: Mutex<Count>,
    free: Condvar,
}

/// What became of a password that was checked.
pub(super) struct Checked {
    /// Whether it is right.
    pub(super) is_right: bool,
    /// A hash at today's cost, when the stored one was made at less.
    pub(super) anew: Option<String>,
}

impl Hashing {
    pub(super) fn new(cost: Cost) -> Self {
        Self {
            cost,
            count: Mutex::default(),
            free: Condvar::new(),
        }
    }

    pub(super) fn cost(&self) -> Cost {
        self.cost
    }

    /// Runs `work` when its turn comes.
    pub(super) fn in_turn<T>(&self, comer: Comer, work: impl FnOnce() -> T) -> Result<T, Failure> {
        let mut count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        if count.running >= AT_ONCE && *count.waiting(comer) >= WAITING {
            return Err(Failure::Unavailable(Say::new("people.sign_in.busy")));
        }
        *count.waiting(comer) += 1;
        while count.running >= AT_ONCE || (comer == Comer::Stranger && count.members > 0) {
            count = self.free.wait(count).unwrap_or_else(PoisonError::into_inner);
        }
        *count.waiting(comer) -= 1;
        count.running += 1;
        drop(count);
        let turn = Turn(self);
        let done = work();
        drop(turn);
        Ok(done)
    }

    /// The hash of a new password.
    pub(super) fn hash(&self, comer: Comer, password: &str) -> Result<String, Failure> {
        self.in_turn(comer, || hash(password, self.cost))?
            .map_err(Failure::Internal)
    }

    /// Checks a password; without a stored hash it takes as long and is never right.
    pub(super) fn check(&self, comer: Comer, password: &str, stored: Option<&str>) -> Result<Checked, Failure> {
        self.in_turn(comer, || {
            let is_right = is_right(password, stored);
            let is_old = is_right && stored.is_some_and(|stored| is_outdated(stored, self.cost));
            Checked {
                is_right,
                anew: if is_old { hash(password, self.cost).ok() } else { None },
            }
        })
    }
}

/// Gives the turn on, even when the work breaks off.
struct Turn<'a>(&'a Hashing);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut count = self.0.count.lock().unwrap_or_else(PoisonError::into_inner);
        count.running = count.running.saturating_sub(1);
        // All of them look: the one that is woken may be a stranger who lets a member go first.
        self.0.free.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::{AT_ONCE, Comer, Hashing, WAITING};
    use crate::people::password::Cost;
    use crate::web::Failure;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Arc, Barrier};

    #[test]
    fn two_at_a_time_are_hashed_a_few_wait_and_the_rest_is_told_at_once() {
        let hashing = Arc::new(Hashing::new(Cost::TODAY));
        let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let everybody = 64;
        let start = Arc::new(Barrier::new(everybody));
        let tries = (0..everybody).map(|_| {
            let (hashing, running, most, start) = (hashing.clone(), running.clone(), most.clone(), start.clone());
            std::thread::spawn(move || {
                start.wait();
                hashing.in_turn(Comer::Stranger, || {
                    most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    std::thread::sleep(std::time::Duration::from_millis(100));
                    running.fetch_sub(1, Ordering::SeqCst);
                })
            })
        });
        let answers: Vec<_> = tries
            .collect::<Vec<_>>()
            .into_iter()
            .map(|one| one.join().unwrap())
            .collect();
        let served = answers.iter().filter(|answer| answer.is_ok()).count();
        assert!(
            answers
                .iter()
                .all(|answer| matches!(answer, Ok(()) | Err(Failure::Unavailable(_))))
        );
        assert_eq!(most.load(Ordering::SeqCst), AT_ONCE);
        assert!((AT_ONCE + WAITING..everybody).contains(&served), "{served} were served");
    }

    #[test]
    fn whoever_confirms_an_act_goes_before_a_flood_of_strangers() {
        let hashing = Arc::new(Hashing::new(Cost::TODAY));
        let (order, gate) = (
            Arc::new(std::sync::Mutex::new(Vec::new())),
            Arc::new(Barrier::new(AT_ONCE + 1)),
        );
        let mut all = Vec::new();
        // Every place is taken, and the queue of strangers is full.
        for _ in 0..AT_ONCE {
            let (hashing, gate) = (hashing.clone(), gate.clone());
            all.push(std::thread::spawn(move || {
                hashing
                    .in_turn(Comer::Stranger, || {
                        gate.wait();
                        gate.wait();
                    })
                    .unwrap();
            }));
        }
        gate.wait();
        let mut wait = |comer, name: &'static str, until: usize| {
            let (hashing, order) = (hashing.clone(), order.clone());
            let told = hashing.clone();
            all.push(std::thread::spawn(move || {
                hashing.in_turn(comer, || order.lock().unwrap().push(name)).unwrap();
            }));
            let waiting = || {
                let count = told.count.lock().unwrap();
                count.strangers + count.members
            };
            while waiting() < until {
                std::thread::yield_now();
            }
        };
        for n in 1..=WAITING {
            wait(Comer::Stranger, "stranger", n);
        }
        wait(Comer::Member, "member", WAITING + 1);
        assert!(
            hashing.in_turn(Comer::Stranger, || ()).is_err(),
            "one more stranger waits"
        );
        gate.wait();
        for one in all {
            one.join().unwrap();
        }
        assert_eq!(order.lock().unwrap().first(), Some(&"member"));
    }
}
