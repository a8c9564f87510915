//! The memory that bodies of requests may take, all together: one person alone is bounded by the form, and many at once
//! by this.

use super::{Failure, Say};
use actix_web::{HttpMessage, HttpRequest};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Bytes that forms with files may hold at once.
const OF_FILES: usize = 128 << 20;
/// Bytes that other forms may hold at once: files never keep a signature or a step from being sent.
const OF_FORMS: usize = 64 << 20;
/// How much is taken at a time, in bytes.
const BLOCK: usize = 16 << 10;

/// The memory for bodies of one site.
#[derive(Debug, Clone)]
pub struct Bodies {
    files: Arc<Semaphore>,
    forms: Arc<Semaphore>,
}

impl Default for Bodies {
    fn default() -> Self {
        Self::of(OF_FILES, OF_FORMS)
    }
}

impl Bodies {
    /// So many bytes for forms with files, and for all others.
    pub fn of(files: usize, forms: usize) -> Self {
        let room = |bytes: usize| Arc::new(Semaphore::new(bytes.div_ceil(BLOCK)));
        Self {
            files: room(files),
            forms: room(forms),
        }
    }

    /// What a form with files takes while it arrives.
    pub(super) fn files(&self) -> Held {
        Held::of(&self.files)
    }

    /// What another form takes while it arrives.
    pub(super) fn forms(&self) -> Held {
        Held::of(&self.forms)
    }
}

/// What one body holds, until its request is answered.
#[derive(Default)]
pub(super) struct Held {
    room: Option<Arc<Semaphore>>,
    permit: Option<OwnedSemaphorePermit>,
    bytes: usize,
}

impl Held {
    fn of(room: &Arc<Semaphore>) -> Self {
        Self {
            room: Some(Arc::clone(room)),
            permit: None,
            bytes: 0,
        }
    }

    /// Counts bytes that arrived.
    ///
    /// # Errors
    /// 503 when there is no room for them beside the bodies of others.
    pub(super) fn take(&mut self, more: usize) -> Result<(), Failure> {
        self.bytes = self.bytes.saturating_add(more);
        let have = self.permit.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        let missing = self.bytes.div_ceil(BLOCK).saturating_sub(have);
        if missing == 0 {
            return Ok(());
        }
        let busy = || Failure::Unavailable(Say::new("failure.busy"));
        let missing = u32::try_from(missing).map_err(|_far_too_many| busy())?;
        // Without a site there is nobody to share with.
        let Some(room) = &self.room else { return Ok(()) };
        let more = Arc::clone(room)
            .try_acquire_many_owned(missing)
            .map_err(|_none_left| busy())?;
        match &mut self.permit {
            Some(permit) => permit.merge(more),
            None => self.permit = Some(more),
        }
        Ok(())
    }

    /// Keeps what is held until the request is answered.
    pub(super) fn until_answered(self, request: &HttpRequest) {
        request.extensions_mut().insert(self);
    }
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, Bodies};

    #[test]
    fn bodies_share_what_there_is_and_give_it_back() {
        let bodies = Bodies::of(4 * BLOCK, BLOCK);
        let (mut one, mut other) = (bodies.files(), bodies.files());
        for _ in 0..3 * BLOCK {
            one.take(1).unwrap();
        }
        other.take(BLOCK).unwrap();
        assert!(other.take(1).is_err(), "more than there is");
        assert!(bodies.forms().take(BLOCK).is_ok(), "files keep forms out");
        drop(one);
        other.take(2 * BLOCK).unwrap();
    }
}
