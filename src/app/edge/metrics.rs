//! Figures for programs that watch, in the text format that they read (`name{label="value"} number`). Routes are patterns
//! and labels are fixed words, so there are no more lines than doors, and nothing of a person in them.

use crate::db::Halt;
use crate::web::{Failure, Site, free_bytes};
use actix_web::http::header;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;
use subtle::ConstantTimeEq;

/// Upper bounds of the times that are counted, in milliseconds.
const BOUNDS: [u64; 6] = [10, 50, 100, 300, 1_000, 5_000];

#[derive(Debug, Clone, Default)]
struct Counted {
    requests: u64,
    micros: u64,
    within: [u64; BOUNDS.len()],
}

type Key = (&'static str, String, u16);

static COUNTED: LazyLock<Mutex<BTreeMap<Key, Counted>>> = LazyLock::new(Mutex::default);

/// The request came with headers that only a proxy writes: whoever asked is not of this machine.
#[derive(Debug, Clone, Copy)]
pub(super) struct Proxied;

/// Counts an answer.
pub(super) fn count(method: &'static str, route: &str, status: u16, took: Duration) {
    let mut all = COUNTED.lock().unwrap_or_else(PoisonError::into_inner);
    let counted = all.entry((method, route.to_owned(), status / 100)).or_default();
    counted.requests = counted.requests.saturating_add(1);
    let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    counted.micros = counted.micros.saturating_add(micros);
    for (bound, within) in BOUNDS.iter().zip(&mut counted.within) {
        *within = within.saturating_add(u64::from(micros <= bound.saturating_mul(1_000)));
    }
}

/// The figures as text.
fn text(site: &Site) -> Result<String, std::fmt::Error> {
    let mut out = String::new();
    writeln!(out, "# TYPE quytrinh_requests_total counter")?;
    writeln!(out, "# TYPE quytrinh_request_seconds histogram")?;
    let all = COUNTED.lock().unwrap_or_else(PoisonError::into_inner).clone();
    for ((method, route, class), counted) in &all {
        let labels = format!("method=\"{method}\",route=\"{route}\",status=\"{class}xx\"");
        writeln!(out, "quytrinh_requests_total{{{labels}}} {}", counted.requests)?;
        for (bound, within) in BOUNDS.iter().zip(&counted.within) {
            let (whole, rest) = (bound / 1_000, bound % 1_000);
            writeln!(
                out,
                "quytrinh_request_seconds_bucket{{{labels},le=\"{whole}.{rest:03}\"}} {within}"
            )?;
        }
        writeln!(
            out,
            "quytrinh_request_seconds_bucket{{{labels},le=\"+Inf\"}} {}",
            counted.requests
        )?;
        let (seconds, micros) = (counted.micros / 1_000_000, counted.micros % 1_000_000);
        writeln!(out, "quytrinh_request_seconds_sum{{{labels}}} {seconds}.{micros:06}")?;
        writeln!(out, "quytrinh_request_seconds_count{{{labels}}} {}", counted.requests)?;
    }
    writeln!(out, "# TYPE quytrinh_writer_waiting gauge")?;
    writeln!(out, "quytrinh_writer_waiting {}", site.db.waiting())?;
    let busy = site.lanes.busy();
    writeln!(out, "# TYPE quytrinh_lane_requests gauge")?;
    for (lane, count) in [
        ("ordinary", busy.ordinary),
        ("reserved", busy.reserved),
        ("background", busy.background),
        ("waiting", busy.waiting),
    ] {
        writeln!(out, "quytrinh_lane_requests{{lane=\"{lane}\"}} {count}")?;
    }
    writeln!(out, "# TYPE quytrinh_halted gauge")?;
    for halt in Halt::ALL {
        let is_so = u8::from(site.db.halted() == Some(*halt));
        writeln!(out, "quytrinh_halted{{reason=\"{halt}\"}} {is_so}")?;
    }
    if let Some(free) = free_bytes(&site.files) {
        writeln!(out, "# TYPE quytrinh_disk_free_bytes gauge")?;
        writeln!(out, "quytrinh_disk_free_bytes {free}")?;
        writeln!(out, "# TYPE quytrinh_disk_reserve_bytes gauge")?;
        writeln!(out, "quytrinh_disk_reserve_bytes {}", site.reserve)?;
    }
    Ok(out)
}

/// Whether the figures are for who asks: a program of this machine, or one that knows the token.
fn is_open(request: &HttpRequest, site: &Site) -> bool {
    let is_proxied = request.extensions().get::<Proxied>().is_some();
    let is_here = request
        .peer_addr()
        .is_none_or(|peer| peer.ip().to_canonical().is_loopback());
    if is_here && !is_proxied {
        return true;
    }
    let told = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|told| told.to_str().ok());
    let token = told.and_then(|told| told.strip_prefix("Bearer "));
    match (token, &site.metrics_token) {
        (Some(told), Some(known)) => bool::from(told.as_bytes().ct_eq(known.as_bytes())),
        (None, _) | (_, None) => false,
    }
}

/// The figures.
///
/// # Errors
/// 404 for anybody else.
pub(crate) async fn metrics(request: HttpRequest, site: web::Data<Site>) -> Result<HttpResponse, Failure> {
    if !is_open(&request, &site) {
        return Err(Failure::NotFound);
    }
    let text = text(&site).map_err(|cause| Failure::Internal(cause.into()))?;
    Ok(HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .body(text))
}
