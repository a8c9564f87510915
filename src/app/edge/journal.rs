//! One line for each request: its number, method, pattern of the route, status and time, and why it was refused. Never an address as it was
//! asked, a query, a name or an id of a person: what a log does not have cannot leak from it.

use super::metrics;
use crate::web::{Incident, Why};
use actix_web::HttpMessage;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use std::time::Instant;
use tracing::Instrument;

/// Any method that is not of this list is named so.
const OTHER: &str = "other";

fn method_of(request: &ServiceRequest) -> &'static str {
    let known = [
        (Method::GET, "GET"),
        (Method::HEAD, "HEAD"),
        (Method::POST, "POST"),
        (Method::OPTIONS, "OPTIONS"),
    ];
    known
        .iter()
        .find(|(method, _)| method == request.method())
        .map_or(OTHER, |(_, name)| name)
}

/// Gives each request its number, and writes its line when it is answered.
///
/// # Errors
/// Those of the inner service.
pub(crate) async fn note_request(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let (begun, incident, method) = (Instant::now(), Incident::draw(), method_of(&request));
    request.extensions_mut().insert(incident.clone());
    let span = tracing::info_span!("request", id = incident.as_str());
    let answered = next.call(request).instrument(span.clone()).await?;
    let route = answered.request().match_pattern().unwrap_or_else(|| "-".to_owned());
    let status = answered.status().as_u16();
    let took = begun.elapsed();
    metrics::count(method, &route, status, took);
    let ms = took.as_micros() / 1_000;
    let why = answered.request().extensions().get::<Why>().map(|why| why.0.clone());
    span.in_scope(|| match why {
        None => tracing::info!(target: "quytrinh::request", method, route, status, ms, "answered"),
        Some(why) => tracing::info!(target: "quytrinh::request", method, route, status, ms, why, "refused"),
    });
    Ok(answered.map_into_boxed_body())
}
