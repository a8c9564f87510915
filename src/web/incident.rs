//! The number of a request: what the log calls it, and what a person can name when something failed.

use actix_web::{HttpMessage, HttpRequest};
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
