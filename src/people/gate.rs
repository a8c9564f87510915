//! The gate: turns a cookie into who calls, and opens each door only to whom its lock allows.

use super::keeper::Keeper;
use super::oidc::Oidc;
use super::passkeys::Rp;
use super::password::Cost;
use super::policy::{forbidden, rights_of};
use super::sessions::{self, OpenSession};
use super::store;
use crate::db::{Db, DbError};
use crate::kernel::{Actor, Clock, Language, Person, Via};
use crate::ledger;
use crate::web::{Access, Caller, Door, Failure, Say, Site, is_https, leave_lane, or_refuse};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, header};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use sha2::{Digest, Sha256};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

/// The cookie that carries the session.
pub(super) const SESSION_COOKIE: &str = "quytrinh_session";
/// The cookie that carries the chosen language.
pub(super) const LANGUAGE_COOKIE: &str = "quytrinh_language";
/// Where whoever must have a second factor and has none is sent.
pub(super) const ENROL: &str = "/account/second-factor";
/// How often it is written down when sessions were seen.
const WRITE_DOWN: Duration = Duration::from_secs(30);

/// The doors of the site, and what signing in needs.
#[derive(Clone, Default)]
pub struct Gate {
    doors: Arc<Vec<Door>>,
    keeper: Arc<Keeper>,
    oidc: Option<Arc<Oidc>>,
}

impl Gate {
    /// A gate for these doors; passwords are hashed at today's cost.
    pub fn new(doors: Vec<Door>) -> Self {
        Self::hashing_at(doors, Cost::TODAY)
    }

    /// A gate that hashes at another cost: for tests. The commands always hash at today's, which [`Gate::must_hash_enough`] checks.
    pub fn hashing_at(doors: Vec<Door>, cost: Cost) -> Self {
        Self {
            doors: Arc::new(doors),
            keeper: Arc::new(Keeper::new(cost)),
            oidc: None,
        }
    }

    /// The same gate, which lets people in by the word of another party, too.
    #[must_use]
    pub fn trusting(self, oidc: Option<Arc<Oidc>>) -> Self {
        Self { oidc, ..self }
    }

    pub(super) fn oidc(&self) -> Option<Arc<Oidc>> {
        self.oidc.clone()
    }

    pub(super) fn keeper(&self) -> Arc<Keeper> {
        Arc::clone(&self.keeper)
    }

    /// Refuses to go on when passwords would be hashed at less than the standard asks for.
    ///
    /// # Errors
    /// That the cost is below ASVS 5.0, appendix C.
    pub fn must_hash_enough(&self) -> std::io::Result<()> {
        let cost = self.keeper.hashing.cost();
        if cost.is_enough() {
            return Ok(());
        }
        Err(std::io::Error::other(format!(
            "passwords would be hashed at {} KiB and {} passes, which is less than ASVS 5.0, appendix C, asks for",
            cost.memory, cost.passes
        )))
    }

    /// Writes down when sessions were seen and ends idle ones; gives how many ended.
    ///
    /// # Errors
    /// When the database fails.
    pub fn write_down(&self, db: &Db, clock: &Clock) -> Result<usize, DbError> {
        self.keeper.seen.write_down(db, clock)
    }

    fn door(&self, method: &Method, pattern: &str) -> Option<&Door> {
        let method = if *method == Method::HEAD { &Method::GET } else { method };
        self.doors
            .iter()
            .find(|door| door.method == *method && door.path == pattern)
    }
}

/// The thread that writes down when sessions were seen.
pub struct Stays {
    stop: Sender<()>,
    thread: std::thread::JoinHandle<()>,
}

impl Stays {
    /// Writes down what is left and ends the thread.
    pub fn stop(self) {
        drop(self.stop);
        drop(self.thread.join());
    }
}

/// Starts the thread that writes down when sessions were seen, every half minute. The first round ends the sessions that
/// went idle while the program stood still.
pub fn keep_sessions(db: &Db, clock: &Clock, gate: &Gate) -> Stays {
    let (stop, stopped) = channel();
    let (db, clock, gate) = (db.clone(), clock.clone(), gate.clone());
    let thread = std::thread::spawn(move || {
        loop {
            if let Err(cause) = gate.write_down(&db, &clock)
                && !matches!(cause, DbError::Halted(_))
            {
                tracing::error!(%cause, "Writing down when sessions were seen failed");
            }
            match stopped.recv_timeout(WRITE_DOWN) {
                Err(RecvTimeoutError::Timeout) => {}
                Ok(()) | Err(RecvTimeoutError::Disconnected) => {
                    drop(gate.write_down(&db, &clock));
                    return;
                }
            }
        }
    });
    Stays { stop, thread }
}

/// 256 random bits, in hexadecimal.
pub(super) fn random_token() -> Result<String, Failure> {
    let mut random = [0_u8; 32];
    getrandom::fill(&mut random).map_err(|cause| Failure::Internal(anyhow::anyhow!("no randomness: {cause}")))?;
    Ok(random.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The name of a cookie of ours: by TLS with the prefix that binds it to this host and to TLS.
pub(super) fn cookie_name(request: &HttpRequest, name: &str) -> String {
    if is_https(request) {
        format!("__Host-{name}")
    } else {
        name.to_owned()
    }
}

/// A cookie of ours; it goes to this site only, and no script reads it.
pub(super) fn cookie(request: &HttpRequest, name: &str, value: &str) -> Cookie<'static> {
    Cookie::build(cookie_name(request, name), value.to_owned())
        .path("/")
        .http_only(true)
        .secure(is_https(request))
        .same_site(SameSite::Lax)
        .finish()
}

/// Left in a request whose person confirmed who he or she is: the session gets a new token with the answer.
pub(super) struct Reconfirmed;

/// The hash under which a token is stored, in hexadecimal.
pub(super) fn sha256_hex(text: &str) -> String {
    Sha256::digest(text.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Lets a request through to its handler when its door opens.
///
/// # Errors
/// A [`Failure`] that says why the door stays shut.
pub async fn gate(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    // Whatever breaks off in here refuses: only an answer that was found lets anybody in.
    let admitted = or_refuse(admit(&request)).await;
    match admitted {
        Ok(None) => {
            let answered = next.call(request).await?.map_into_boxed_body();
            leave_lane(answered.request());
            renew(answered).await
        }
        Ok(Some(path)) => {
            let elsewhere = HttpResponse::SeeOther()
                .insert_header((header::LOCATION, path))
                .finish();
            Ok(request.into_response(elsewhere))
        }
        Err(failure) => Ok(request.error_response(failure)),
    }
}

/// Gives the session of a confirmed person its new token, when the act was done: what is refused changes nothing.
async fn renew(mut response: ServiceResponse<BoxBody>) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let request = response.request().clone();
    let is_refused = response.response().error().is_some();
    let is_done = !is_refused && !response.status().is_client_error() && !response.status().is_server_error();
    let is_confirmed = is_done && request.extensions().get::<Reconfirmed>().is_some();
    let caller = request.extensions().get::<Rc<Caller>>().cloned();
    let (Some(caller), Some(site)) = (caller.filter(|_| is_confirmed), request.app_data::<web::Data<Site>>()) else {
        return Ok(response);
    };
    let Some(session) = caller.session.clone() else {
        return Ok(response);
    };
    let (db, actor) = (site.db.clone(), caller.actor.clone());
    #[expect(clippy::disallowed_methods, reason = "the gate stands before the desk")]
    let renewed =
        web::block(move || ledger::change::<_, Failure>(&db, actor, move |work| sessions::renew(work, &session)));
    match renewed.await {
        Ok(Ok(token)) => {
            let cookie = cookie(&request, SESSION_COOKIE, &token);
            response.response_mut().add_cookie(&cookie)?;
        }
        // The act itself ended the session.
        Ok(Err(Failure::SignInFirst)) => {}
        Ok(Err(failure)) => tracing::warn!(%failure, "A session kept its token after a confirmation"),
        Err(cause) => tracing::warn!(%cause, "A session kept its token after a confirmation"),
    }
    Ok(response)
}

/// Whether a page or an act belongs to the own account, which stays open to whoever must set up a second factor.
fn is_own_account(path: &str) -> bool {
    path == "/account" || path.starts_with("/account/") || path == "/sign-out"
}

/// Where the visitor is sent instead, if anywhere.
async fn admit(request: &ServiceRequest) -> Result<Option<&'static str>, Failure> {
    let lost = || Failure::Internal(anyhow::anyhow!("the site or its gate is not set"));
    let site = request.app_data::<web::Data<Site>>().cloned().ok_or_else(lost)?;
    let gate = request.app_data::<web::Data<Gate>>().cloned().ok_or_else(lost)?;
    let (caller, must_enrol) = call(request, &site, &gate).await?;
    let permissions = caller.permissions.clone();
    let is_signed_in = caller.actor.person.is_some();
    request.extensions_mut().insert(Rc::new(caller));
    let Some(pattern) = request.match_pattern() else {
        return Err(Failure::NotFound);
    };
    let Some(door) = gate.door(request.method(), &pattern) else {
        // The pattern is known, the method is not: the router answers 405.
        return Ok(None);
    };
    let access = door.access;
    request.extensions_mut().insert(door.lane);
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        check_origin(request)?;
    }
    match access {
        Access::Anyone => Ok(None),
        _ if !is_signed_in => Err(Failure::SignInFirst),
        _ if must_enrol && !is_own_account(request.path()) => Ok(Some(ENROL)),
        Access::SignedIn => Ok(None),
        Access::May(permission) if permissions.contains(&permission) => Ok(None),
        Access::May(permission) => Err(forbidden(permission)),
        Access::MayAny(any) if any.iter().any(|one| permissions.contains(one)) => Ok(None),
        Access::MayAny(any) => Err(any
            .first()
            .map_or(Failure::NotFound, |permission| forbidden(*permission))),
    }
}

/// The session that a token opens, or the names of the site's agency when there is none.
type Found = (Option<(OpenSession, i64)>, (String, String));

async fn find(site: &web::Data<Site>, token: Option<String>, is_page: bool) -> Result<Found, Failure> {
    let (shared, leave) = (site.clone(), site.lanes.look_up().await?);
    #[expect(
        clippy::disallowed_methods,
        reason = "the gate stands before the desk and has none to read with"
    )]
    let found = web::block(move || {
        let _leave = leave;
        shared.db.read::<_, DbError>(|conn| {
            let open = token
                .map(|token| sessions::open_session(conn, &token))
                .transpose()?
                .flatten();
            let open = match open {
                Some(open) if is_page => {
                    let unread = (shared.bell)(conn, &open.agency.0, &open.person_id)?;
                    Some((open, unread))
                }
                open => open.map(|open| (open, 0)),
            };
            let names = if open.is_none() {
                store::agency_names(conn, &shared.agency)?
            } else {
                Default::default()
            };
            Ok((open, names))
        })
    });
    Ok(found.await.map_err(|cause| Failure::Internal(cause.into()))??)
}

async fn call(request: &ServiceRequest, site: &web::Data<Site>, gate: &Gate) -> Result<(Caller, bool), Failure> {
    let now = site.clock.now();
    let language = language(request);
    let token = request
        .cookie(&cookie_name(request.request(), SESSION_COOKIE))
        .map(|cookie| cookie.value().to_owned());
    // A refused form is a page too.
    let is_page = !request.path().starts_with("/static/");
    let hashed = token.as_deref().map(sha256_hex);
    let (open, (agency_name, agency_name_en)) = find(site, hashed.clone(), is_page).await?;
    let open = open
        .zip(hashed)
        .filter(|((open, _), token)| gate.keeper.seen.may_go_on(token, open.times, now));
    let Some(((open, unread), session)) = open else {
        let stranger = Caller {
            actor: Actor::stranger(site.agency.clone(), now, language),
            permissions: Vec::new(),
            csrf: String::new(),
            session: None,
            asks_code: false,
            has_passkey: false,
            unread: 0,
            agency_name,
            agency_name_en,
        };
        return Ok((stranger, false));
    };
    let (agency, agency_name, agency_name_en) = open.agency;
    let person = Person {
        id: open.person_id,
        full_name: open.full_name,
        access: open.access,
        mandate: open.mandate,
    };
    // Not made of the token: a form that is open in another tab outlasts a new one.
    let csrf = sha256_hex(&format!("csrf:{}", open.csrf_seed));
    let actor = Actor {
        agency,
        person: Some(person),
        is_house: false,
        at: now,
        language,
        via: Via {
            session: Some(session.clone()),
            request: None,
        },
    };
    let caller = Caller {
        permissions: rights_of(&actor),
        actor,
        csrf,
        session: Some(session),
        asks_code: open.standing.has_factor,
        has_passkey: open.standing.has_passkey && Rp::of(site.address.as_deref()).is_some(),
        unread,
        agency_name,
        agency_name_en,
    };
    Ok((caller, open.standing.must_enrol))
}

fn language(request: &ServiceRequest) -> Language {
    request
        .cookie(LANGUAGE_COOKIE)
        .and_then(|cookie| Language::parse(cookie.value()))
        .unwrap_or(Language::Vi)
}

/// Refuses an act that another site's page sends.
fn check_origin(request: &ServiceRequest) -> Result<(), Failure> {
    let header = |name: header::HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok());
    let site = header(header::HeaderName::from_static("sec-fetch-site"));
    let is_foreign_site = site.is_some_and(|site| !matches!(site, "same-origin" | "none"));
    let host = request.connection_info().host().to_owned();
    let is_foreign_origin =
        header(header::ORIGIN).is_some_and(|origin| origin.split_once("://").is_none_or(|(_, from)| from != host));
    if is_foreign_site || is_foreign_origin {
        return Err(Failure::Forbidden(Say::new("failure.foreign_site")));
    }
    Ok(())
}
