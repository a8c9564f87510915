//! The number of a request: what the log calls it, and what a person can name when something failed.

use super::Failure;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpRequest, ResponseError};
use futures_util::FutureExt;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;

/// How long the number is, in bytes before they are written as hexadecimal.
const LENGTH: usize = 6;

/// The number of a request.
#[derive(Debug, Clone)]
pub struct Incident(Rc<str>);

impl Incident {
    /// A new number. It is no secret; when the system gives no random bytes, it is all zeros.
    pub fn draw() -> Self {
        let mut bytes = [0; LENGTH];
        if let Err(cause) = getrandom::fill(&mut bytes) {
            tracing::warn!(%cause, "No random bytes for the number of a request");
        }
        let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Self(text.into())
    }

    /// The number of this request, if it came by the edge.
    pub fn of(request: &HttpRequest) -> Option<Self> {
        request.extensions().get::<Self>().cloned()
    }

    /// The number as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a panic said, for the log.
fn said(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without a word")
}

/// Makes a failure of a panic: whoever asked gets a page, and everybody else notices nothing. A panic while rights are
/// checked is a refusal, since nothing behind it was reached.
///
/// # Errors
/// Those of the inner service.
pub async fn catch_panics(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let asked = request.request().clone();
    match AssertUnwindSafe(next.call(request)).catch_unwind().await {
        Ok(done) => Ok(done?.map_into_boxed_body()),
        Err(panic) => {
            let failure = Failure::Internal(anyhow::anyhow!("a handler broke off: {}", said(panic.as_ref())));
            Ok(ServiceResponse::new(asked, failure.error_response()))
        }
    }
}
