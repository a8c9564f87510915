//! The page for a request that was recorded, whose answer was lost with the program.

use super::{Desk, Failure, Page};
use actix_web::HttpResponse;
use serde::Serialize;

#[derive(Serialize)]
struct RecordedPage {}

impl Page for RecordedPage {
    const TEMPLATE: &'static str = "layout/recorded.html";
}

/// Says that a request was recorded, and to look before sending it anew.
///
/// # Errors
/// When the template fails, which is a fault of ours.
pub async fn recorded(desk: Desk) -> Result<HttpResponse, Failure> {
    desk.page(&RecordedPage {})
}
