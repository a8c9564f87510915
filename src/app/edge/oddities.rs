//! Requests that no browser sends: refused before anything looks at them, and headers that only a proxy may write.

use super::metrics::Proxied;
use crate::web::{Failure, Network, Site};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName};
use actix_web::http::{Method, StatusCode, Version};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpResponse, web};
use std::net::SocketAddr;

/// What a proxy tells of who asked; of anybody else it is a lie.
const OF_PROXIES: [&str; 6] = [
    "forwarded",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-proto",
    "x-forwarded-prefix",
];

/// The longest name of a host, with its port.
const LONGEST_HOST: usize = 260;

fn is_host(text: &[u8]) -> bool {
    let is_sign = |byte: &u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(byte);
    !text.is_empty() && text.len() <= LONGEST_HOST && text.iter().all(is_sign)
}

fn is_proxy(peer: Option<SocketAddr>, trusted: &[Network]) -> bool {
    peer.is_some_and(|peer| trusted.iter().any(|network| network.holds(peer.ip())))
}

/// Why the request is no request of ours, if so.
fn oddity(request: &ServiceRequest) -> Option<StatusCode> {
    if !matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::POST | Method::PUT | Method::DELETE | Method::PATCH | Method::OPTIONS
    ) {
        return Some(StatusCode::METHOD_NOT_ALLOWED);
    }
    let mut hosts = request.headers().get_all(header::HOST);
    let host = hosts.next();
    let is_named = match host {
        Some(host) => is_host(host.as_bytes()),
        None => request.version() < Version::HTTP_11,
    };
    let is_whole_address = request.uri().scheme().is_some() || request.uri().authority().is_some();
    if !is_named || hosts.next().is_some() || is_whole_address {
        return Some(StatusCode::BAD_REQUEST);
    }
    None
}

/// Refuses a request for another host or in another form than browsers send, and takes away what only a proxy may say.
///
/// # Errors
/// Those of the inner service.
pub(crate) async fn refuse_oddities(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    // A request that was made in a test's own process has come over no connection, and has no host.
    if let (Some(_), Some(status)) = (request.peer_addr(), oddity(&request)) {
        let refused = HttpResponse::build(status).force_close().finish();
        return Ok(request.into_response(refused));
    }
    let site = request.app_data::<web::Data<Site>>().cloned();
    let lost = || Failure::Internal(anyhow::anyhow!("the site is not set"));
    let trusted = site.ok_or_else(lost)?.trusted_proxies.clone();
    if !is_proxy(request.peer_addr(), &trusted) {
        for name in OF_PROXIES {
            let told = request.headers_mut().remove(HeaderName::from_static(name));
            if told.count() > 0 {
                request.extensions_mut().insert(Proxied);
            }
        }
    } else {
        request.extensions_mut().insert(Proxied);
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}
