//! How many connections there are, from each address and in all.

use crate::web::Network;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// The connections that are open, shared by all threads that serve.
#[derive(Clone)]
pub(super) struct Crowd {
    open: Arc<Mutex<Open>>,
    per_address: usize,
    in_all: usize,
    exempt: Arc<[Network]>,
}

#[derive(Default)]
struct Open {
    by_address: HashMap<IpAddr, usize>,
    all: usize,
}

/// The place of one connection, given back when it is dropped.
pub(super) struct Place {
    crowd: Crowd,
    address: Option<IpAddr>,
}

impl Crowd {
    pub(super) fn new(per_address: usize, in_all: usize, exempt: Arc<[Network]>) -> Self {
        Self {
            open: Arc::default(),
            per_address,
            in_all,
            exempt,
        }
    }

    /// A place for a connection from this address; `None` when there are too many. Behind a trusted proxy there are many
    /// people, so its connections count only in all.
    pub(super) fn admit(&self, address: IpAddr) -> Option<Place> {
        let address = address.to_canonical();
        let counted = Some(address).filter(|address| !self.exempt.iter().any(|network| network.holds(*address)));
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let of_address = counted.map_or(0, |address| open.by_address.get(&address).copied().unwrap_or(0));
        if open.all >= self.in_all || of_address >= self.per_address {
            return None;
        }
        open.all = open.all.saturating_add(1);
        if let Some(address) = counted {
            open.by_address.insert(address, of_address.saturating_add(1));
        }
        Some(Place {
            crowd: self.clone(),
            address: counted,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.crowd.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.all = open.all.saturating_sub(1);
        let Some(address) = self.address else { return };
        if let Some(count) = open.by_address.get_mut(&address) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                open.by_address.remove(&address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Crowd;
    use std::net::IpAddr;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn each_address_has_its_places_and_gives_them_back() {
        let crowd = Crowd::new(2, 3, vec!["10.0.0.1".parse().unwrap()].into());
        let (office, proxy) = (address("10.0.0.9"), address("::ffff:10.0.0.1"));
        let first = crowd.admit(office).unwrap();
        let _second = crowd.admit(office).unwrap();
        assert!(crowd.admit(office).is_none());
        let _third = crowd.admit(proxy).unwrap();
        assert!(crowd.admit(proxy).is_none(), "three in all");
        drop(first);
        let _again = crowd.admit(proxy).unwrap();
        assert!(crowd.open.lock().unwrap().by_address.len() == 1);
    }
}
