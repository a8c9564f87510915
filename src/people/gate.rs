//! The gate: turns a cookie into who calls, and opens each door only to whom its lock allows.

use super::policy::{forbidden, permissions_of};
use super::store;
use crate::db::DbError;
use crate::kernel::{Actor, Language, Person, Via};
use crate::web::{Access, Caller, Door, Failure, Say, Site};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, header};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, web};
use chrono::{NaiveDateTime, TimeDelta};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

/// The cookie that carries the session.
pub(super) const SESSION_COOKIE: &str = "quytrinh_session";
/// The cookie that carries the chosen language.
pub(super) const LANGUAGE_COOKIE: &str = "quytrinh_language";
/// A session ends after this long without a request (ASVS 7.3.1).
const IDLE: TimeDelta = TimeDelta::minutes(30);
/// A session ends after this long in any case (ASVS 7.3.2): one working day.
const ABSOLUTE: TimeDelta = TimeDelta::hours(12);

/// The doors of the site, and when each session was last seen by this process.
#[derive(Clone, Default)]
pub struct Gate {
    doors: Arc<Vec<Door>>,
    seen: Arc<Mutex<HashMap<String, NaiveDateTime>>>,
}

impl Gate {
    /// A gate for these doors.
    pub fn new(doors: Vec<Door>) -> Self {
        Self {
            doors: Arc::new(doors),
            seen: Arc::default(),
        }
    }

    fn access(&self, method: &Method, pattern: &str) -> Option<Access> {
        let method = if *method == Method::HEAD { &Method::GET } else { method };
        self.doors
            .iter()
            .find(|door| door.method == *method && door.path == pattern)
            .map(|door| door.access)
    }

    /// Whether the session may go on, noting that it was seen.
    fn is_awake(&self, token: &str, created_at: NaiveDateTime, now: NaiveDateTime) -> bool {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let last = seen.get(token).copied().unwrap_or(now);
        let awake = now - created_at < ABSOLUTE && now - last < IDLE;
        if awake {
            seen.insert(token.to_owned(), now);
        } else {
            seen.remove(token);
        }
        awake
    }
}

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
    match admit(&request).await {
        Ok(()) => Ok(next.call(request).await?.map_into_boxed_body()),
        Err(failure) => Ok(request.error_response(failure)),
    }
}

async fn admit(request: &ServiceRequest) -> Result<(), Failure> {
    let lost = || Failure::Internal(anyhow::anyhow!("the site or its gate is not set"));
    let site = request.app_data::<web::Data<Site>>().cloned().ok_or_else(lost)?;
    let gate = request.app_data::<web::Data<Gate>>().cloned().ok_or_else(lost)?;
    let caller = call(request, &site, &gate).await?;
    let permissions = caller.permissions.clone();
    let is_signed_in = caller.actor.person.is_some();
    request.extensions_mut().insert(Rc::new(caller));
    let Some(pattern) = request.match_pattern() else {
        return Err(Failure::NotFound);
    };
    let Some(access) = gate.access(request.method(), &pattern) else {
        // The pattern is known, the method is not: the router answers 405.
        return Ok(());
    };
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        check_origin(request)?;
    }
    match access {
        Access::Anyone => Ok(()),
        _ if !is_signed_in => Err(Failure::SignInFirst),
        Access::SignedIn => Ok(()),
        Access::May(permission) if permissions.contains(&permission) => Ok(()),
        Access::May(permission) => Err(forbidden(permission)),
        Access::MayAny(any) if any.iter().any(|one| permissions.contains(one)) => Ok(()),
        Access::MayAny(any) => Err(any
            .first()
            .map_or(Failure::NotFound, |permission| forbidden(*permission))),
    }
}

/// The session that a token opens, or the names of the site's agency when there is none.
type Found = (Option<(store::OpenSession, i64)>, (String, String));

async fn find(site: &web::Data<Site>, token: Option<String>, is_page: bool) -> Result<Found, Failure> {
    let shared = site.clone();
    #[expect(
        clippy::disallowed_methods,
        reason = "the gate stands before the desk and has none to read with"
    )]
    let found = web::block(move || {
        shared.db.read::<_, DbError>(|conn| {
            let open = token
                .map(|token| store::open_session(conn, &token))
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

async fn call(request: &ServiceRequest, site: &web::Data<Site>, gate: &Gate) -> Result<Caller, Failure> {
    let now = site.clock.now();
    let language = language(request);
    let token = request.cookie(SESSION_COOKIE).map(|cookie| cookie.value().to_owned());
    // A refused form is a page too.
    let is_page = !request.path().starts_with("/static/");
    let hashed = token.as_deref().map(sha256_hex);
    let (open, (agency_name, agency_name_en)) = find(site, hashed.clone(), is_page).await?;
    let open = open
        .zip(hashed)
        .filter(|((open, _), token)| gate.is_awake(token, open.created_at, now));
    let Some(((open, unread), session)) = open else {
        return Ok(Caller {
            actor: Actor::stranger(site.agency.clone(), now, language),
            permissions: Vec::new(),
            csrf: String::new(),
            session: None,
            unread: 0,
            agency_name,
            agency_name_en,
        });
    };
    let (agency, agency_name, agency_name_en) = open.agency;
    let permissions = permissions_of(&open.access);
    let person = Person {
        id: open.person_id,
        full_name: open.full_name,
        access: open.access,
    };
    let csrf = sha256_hex(&format!("csrf:{}", token.unwrap_or_default()));
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
    Ok(Caller {
        actor,
        permissions,
        csrf,
        session: Some(session),
        unread,
        agency_name,
        agency_name_en,
    })
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
