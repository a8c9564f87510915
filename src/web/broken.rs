//! What breaks off is refused: a panic in a handler becomes the page of a fault with its number, and the log names the
//! place of the source, never the text of the panic, in which there may be something of a person.

use super::Failure;
use actix_web::ResponseError;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use futures_util::FutureExt;
use std::future::Future;
use std::panic::AssertUnwindSafe;

/// What becomes of work that broke off: a fault of ours.
fn fault(during: &'static str) -> Failure {
    Failure::Internal(anyhow::anyhow!("{during} broke off; the line before tells where"))
}

/// Stands around the handlers of a path and what reads their arguments.
///
/// # Errors
/// Those of the inner service.
pub(super) async fn fail_closed(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let asked = request.request().clone();
    match AssertUnwindSafe(next.call(request)).catch_unwind().await {
        Ok(answered) => Ok(answered?.map_into_boxed_body()),
        // What the broken handler held is dropped by now: a change that was under way is rolled back by the writer.
        Err(_panic) => Ok(ServiceResponse::new(asked, fault("a handler").error_response())),
    }
}

/// Finds something out before a handler is reached; when that breaks off, the answer is a failure.
///
/// # Errors
/// Those of `work`, or [`Failure::Internal`].
pub async fn or_refuse<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    AssertUnwindSafe(work)
        .catch_unwind()
        .await
        .unwrap_or_else(|_panic| Err(fault("what stands before the handlers")))
}

/// Has every panic of the program written into the log as its place alone. For the commands: tests want to see the text.
pub fn log_places_of_panics() {
    std::panic::set_hook(Box::new(|told| {
        let place = told
            .location()
            .map_or_else(|| "unknown".to_owned(), |at| format!("{}:{}", at.file(), at.line()));
        tracing::error!(place, "The program broke off at this place of its source");
    }));
}
