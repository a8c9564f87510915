//! The server: listeners, threads, and every connection watched.

use super::crowd::Crowd;
use super::pace::Patience;
use super::watched::Watched;
use crate::app::server::{application_with, doors};
use crate::people::{Gate, Oidc, keep_sessions};
use crate::web::{Doors, Incident, Site};
use actix_http::error::DispatchError;
use actix_http::{HttpService, KeepAlive, Request, Response};
use actix_server::Server;
use actix_service::{IntoServiceFactory, Service, ServiceFactoryExt, apply_fn_factory, fn_service, map_config};
use actix_web::body::BoxBody;
use actix_web::dev::AppConfig;
use futures_util::FutureExt;
use std::future::ready;
use std::io::{Error, ErrorKind, Result};
use std::net::{TcpListener, ToSocketAddrs};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;

/// How long a stop waits for requests that are under way, in seconds.
const STOP_PATIENCE: u64 = 8;
/// How long the other end may take to notice that the connection is closed.
const GOODBYE: Duration = Duration::from_secs(5);
/// Connections from one address: a browser opens six.
const PER_ADDRESS: usize = 64;
/// Connections in all.
const IN_ALL: usize = 8_192;
/// Files that the house has open besides connections: databases, logs, attached files.
const OWN_FILES: u64 = 256;

/// How connections are taken.
#[derive(Debug, Clone, Copy)]
pub struct EdgeSettings {
    /// The most connections from one address, which is no trusted proxy's.
    pub per_address: usize,
    /// The most connections in all.
    pub in_all: usize,
    /// How long the other end is waited for; `None` waits as long as actix-web does, to compare with.
    pub patience: Option<Patience>,
    /// The doors of the house: others in a test that needs one which breaks or dawdles.
    pub doors: fn() -> Doors,
}

impl Default for EdgeSettings {
    fn default() -> Self {
        Self {
            per_address: PER_ADDRESS,
            in_all: IN_ALL,
            patience: Some(Patience::default()),
            doors,
        }
    }
}

/// As many connections as the system lets the program have files, after asking for as many as it may.
fn room_for(wanted: usize) -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let most = u64::try_from(wanted).unwrap_or(u64::MAX).saturating_add(OWN_FILES);
    let now = getrlimit(Resource::Nofile);
    let current = match (now.current, now.maximum) {
        (Some(current), hard) if current < most => {
            let wished = hard.map_or(most, |hard| hard.min(most));
            let new = Rlimit {
                current: Some(wished),
                maximum: hard,
            };
            if setrlimit(Resource::Nofile, new).is_ok() {
                wished
            } else {
                current
            }
        }
        (Some(current), _) => current,
        (None, _) => most,
    };
    let room = current.min(most).saturating_sub(OWN_FILES).max(16);
    usize::try_from(room).unwrap_or(wanted)
}

/// Serves until it is told to stop.
///
/// # Errors
/// When the address is taken or the server breaks off.
pub async fn serve(site: Site, listen: &str, settings: EdgeSettings) -> Result<()> {
    serve_trusting(site, listen, (settings, None)).await
}

/// The same, where people may sign in by the word of another party, too.
///
/// # Errors
/// When the address is taken or the server breaks off.
pub async fn serve_trusting(
    site: Site,
    listen: &str,
    (settings, oidc): (EdgeSettings, Option<Arc<Oidc>>),
) -> Result<()> {
    let keeper = Gate::new((settings.doors)().list().to_vec()).trusting(oidc);
    keeper.must_hash_enough()?;
    let stays = keep_sessions(&site.db, &site.clock, &keeper);
    let in_all = room_for(settings.in_all);
    let crowd = Crowd::new(settings.per_address, in_all, site.trusted_proxies.clone());
    let mut server = Server::build()
        .shutdown_timeout(STOP_PATIENCE)
        .max_concurrent_connections(in_all);
    // Idle connections are closed at once when the house stops.
    let stops = server.graceful_shutdown_signal();
    for address in listen.to_socket_addrs()? {
        let (site, keeper, crowd) = (site.clone(), keeper.clone(), crowd.clone());
        let stops = stops.clone();
        let listener = TcpListener::bind(address)?;
        server = server.listen("quytrinh", listener, move || {
            let app = application_with(site.clone(), keeper.clone(), (settings.doors)());
            let app = apply_fn_factory(app.into_factory().map_err(failed), |request: Request, app| {
                last_wall(app.call(request))
            });
            let app = map_config(app, |()| AppConfig::default());
            let patience = settings.patience.unwrap_or_default();
            let stops = stops.clone();
            let http = HttpService::build()
                .graceful_shutdown_signal(move || {
                    let stops = stops.clone();
                    async move { stops.notified().await }
                })
                .client_request_timeout(patience.head)
                .keep_alive(KeepAlive::Timeout(patience.idle))
                .client_disconnect_timeout(GOODBYE)
                .local_addr(address)
                .on_connect_ext(|stream: &Watched, data| {
                    data.insert(stream.stand().clone());
                })
                .h1(app);
            let crowd = crowd.clone();
            fn_service(move |stream: TcpStream| ready(admit(stream, &crowd, settings.patience))).and_then(http)
        })?;
    }
    let served = server.run().await;
    // The last moments are written before the process goes.
    stays.stop();
    served
}

/// A failure that got past the pages for failures, as its bare status.
fn failed(cause: actix_web::Error) -> Response<BoxBody> {
    cause.error_response().into()
}

/// What broke off past every page for failures (in what makes those pages, say) is a bare failure with a number, and the
/// connection goes on.
async fn last_wall<B>(
    answer: impl Future<Output = std::result::Result<actix_web::dev::ServiceResponse<B>, Response<BoxBody>>>,
) -> std::result::Result<Response<BoxBody>, Response<BoxBody>>
where
    B: actix_web::body::MessageBody + 'static,
{
    match AssertUnwindSafe(answer).catch_unwind().await {
        Ok(Ok(answered)) => Ok(Response::from(answered.map_into_boxed_body())),
        Ok(Err(failed)) => Err(failed),
        Err(_panic) => {
            let incident = Incident::draw();
            tracing::error!(id = incident.as_str(), "An answer broke off");
            Ok(Response::internal_server_error().set_body(BoxBody::new(format!("500 {}\n", incident.as_str()))))
        }
    }
}

type Admitted = (Watched, Option<std::net::SocketAddr>);

fn admit(stream: TcpStream, crowd: &Crowd, patience: Option<Patience>) -> std::result::Result<Admitted, DispatchError> {
    let peer = stream.peer_addr().map_err(DispatchError::Io)?;
    let Some(place) = crowd.admit(peer.ip()) else {
        return Err(DispatchError::Io(Error::new(
            ErrorKind::ConnectionRefused,
            "too many connections",
        )));
    };
    // Answers are whole when they are written; waiting for more would only delay them.
    stream.set_nodelay(true).map_err(DispatchError::Io)?;
    Ok((Watched::new(stream, place, patience), Some(peer)))
}

#[cfg(test)]
mod tests {
    use super::last_wall;
    use actix_http::Response;
    use actix_web::body::{BoxBody, to_bytes};
    use actix_web::dev::ServiceResponse;

    async fn breaks() -> Result<ServiceResponse<BoxBody>, Response<BoxBody>> {
        panic!("a word of somebody")
    }

    #[actix_web::test]
    async fn what_breaks_past_every_page_is_a_bare_failure_with_a_number() {
        let answer = last_wall(breaks()).await.expect("an answer");
        assert_eq!(answer.status().as_u16(), 500);
        let body = to_bytes(answer.into_body()).await.expect("a body");
        let said = String::from_utf8_lossy(&body);
        assert_eq!(said.trim().len(), "500 ".len() + 12, "{said}");
        assert!(!said.contains("somebody"));
    }
}
