//! Where a connection stands, as the request on it tells.

use super::pace::Pace;
use actix_web::HttpMessage;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::PayloadError;
use actix_web::http::{ConnectionType, header};
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use futures_util::Stream;
use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use tokio::time::Instant;

/// What a connection is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// A head is arriving.
    Head(Instant),
    /// A body is arriving.
    Body,
    /// The house is at work.
    Work,
    /// An answer is complete; the next request may come.
    Idle(Instant),
}

/// What is known of a connection. It lives on one thread, with the connection.
pub(super) struct State {
    pub(super) phase: Phase,
    pub(super) reading: Pace,
    pub(super) writing: Pace,
}

/// The state of a connection, shared by its bytes and its requests.
#[derive(Clone)]
pub(super) struct Stand(Rc<RefCell<State>>);

impl Stand {
    pub(super) fn new(now: Instant) -> Self {
        Self(Rc::new(RefCell::new(State {
            phase: Phase::Head(now),
            reading: Pace::default(),
            writing: Pace::default(),
        })))
    }

    pub(super) fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.0.borrow_mut())
    }

    fn enter(&self, phase: Phase) {
        self.with(|state| {
            state.phase = phase;
            state.reading = Pace::default();
        });
    }
}

/// A body that tells when it has arrived.
struct Told {
    inner: Payload,
    stand: Stand,
}

impl Stream for Told {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let polled = Pin::new(&mut self.inner).poll_next(context);
        if let Poll::Ready(None | Some(Err(_))) = &polled {
            self.stand.enter(Phase::Work);
        }
        polled
    }
}

/// An answer that tells when it was handed over, or given up.
struct Answer {
    inner: BoxBody,
    stand: Stand,
}

impl MessageBody for Answer {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.inner.size()
    }

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.get_mut().inner).poll_next(context)
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.stand.enter(Phase::Idle(Instant::now()));
    }
}

/// Tells the connection of a request where it stands. Without a watched connection (in tests) it does nothing.
///
/// # Errors
/// Those of the inner service.
pub(crate) async fn tell_phase(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let Some(stand) = request.conn_data::<Stand>().cloned() else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    let headers = request.headers();
    let has_body = headers.contains_key(header::TRANSFER_ENCODING)
        || headers
            .get(header::CONTENT_LENGTH)
            .is_some_and(|length| length.as_bytes() != b"0");
    stand.with(|state| state.writing = Pace::default());
    stand.enter(if has_body { Phase::Body } else { Phase::Work });
    if has_body {
        let told = Told {
            inner: request.take_payload(),
            stand: stand.clone(),
        };
        request.set_payload(Payload::Stream {
            payload: Box::pin(told),
        });
    }
    let response = next.call(request).await;
    // A body that nobody took to its end: the rest of it is nothing that a next request could follow.
    let is_broken_off = stand.with(|state| state.phase == Phase::Body);
    stand.enter(Phase::Work);
    let response = response?;
    Ok(response.map_body(|head, body| {
        if is_broken_off {
            head.set_connection_type(ConnectionType::Close);
        }
        BoxBody::new(Answer {
            inner: body.boxed(),
            stand,
        })
    }))
}
