//! The desk a handler works at: who asks, the database, the page in the right language.

use super::lanes::{Lane, Slot};
use super::shell::{Framed, shell};
use super::{Access, Failure, Page, Say, Site, once};
use crate::kernel::{Actor, AgencyId, Language, Permission, Person};
use crate::ledger::{self, Work};
use actix_web::dev::Payload;
use actix_web::http::{StatusCode, header};
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, web};
use std::collections::BTreeMap;
use std::future::{Ready, ready};
use std::rc::Rc;

/// Who calls: put into the request by the gate.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The actor; without a person for a visitor.
    pub actor: Actor,
    /// What the person may do.
    pub permissions: Vec<Permission>,
    /// The token that forms must send back; empty without a session.
    pub csrf: String,
    /// The hash of the session token, to end the session.
    pub session: Option<String>,
    /// Whether a confirmation asks for a code besides the password.
    pub asks_code: bool,
    /// Whether a passkey of the person may stand for the code.
    pub has_passkey: bool,
    /// How many notices the person has not read.
    pub unread: i64,
    /// The agency's name in Vietnamese.
    pub agency_name: String,
    /// The agency's name in English.
    pub agency_name_en: String,
}

/// The desk that a handler works at.
pub struct Desk {
    request: HttpRequest,
    site: web::Data<Site>,
    caller: Rc<Caller>,
}

impl Desk {
    /// The desk of a request that came through the gate.
    ///
    /// # Errors
    /// When the gate is not installed, which is a fault of ours.
    pub fn of(request: &HttpRequest) -> Result<Self, Failure> {
        let site = request.app_data::<web::Data<Site>>().cloned();
        let caller = request.extensions().get::<Rc<Caller>>().cloned();
        match (site, caller) {
            (Some(site), Some(caller)) => Ok(Self {
                request: request.clone(),
                site,
                caller,
            }),
            _ => Err(Failure::Internal(anyhow::anyhow!(
                "a request came past the gate: {}",
                request.path()
            ))),
        }
    }

    /// What the site shares.
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// The request.
    pub fn request(&self) -> &HttpRequest {
        &self.request
    }

    /// Who calls.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// Who acts.
    pub fn actor(&self) -> &Actor {
        &self.caller.actor
    }

    /// The signed-in person.
    ///
    /// # Errors
    /// [`Failure::SignInFirst`] for a visitor.
    pub fn person(&self) -> Result<&Person, Failure> {
        self.caller.actor.person.as_ref().ok_or(Failure::SignInFirst)
    }

    /// The desk of a visitor who asks about something of this agency: its id, and its names in Vietnamese and English.
    /// Whoever is signed in stays in the own agency.
    #[must_use]
    pub fn visiting(&self, (agency, name, name_en): (AgencyId, String, String)) -> Self {
        let mut caller = Caller::clone(&self.caller);
        if caller.actor.person.is_none() {
            caller.actor.agency = agency;
            caller.agency_name = name;
            caller.agency_name_en = name_en;
        }
        Self {
            request: self.request.clone(),
            site: self.site.clone(),
            caller: Rc::new(caller),
        }
    }

    /// The language of the answer.
    pub fn language(&self) -> Language {
        self.caller.actor.language
    }

    /// The token that forms must send back.
    pub fn csrf(&self) -> &str {
        &self.caller.csrf
    }

    /// Whether the caller has this permission; what a page offers, not what an act checks.
    pub fn may(&self, permission: Permission) -> bool {
        self.caller.permissions.contains(&permission)
    }

    /// The address at which visitors reach the site, without a slash at the end.
    pub fn address(&self) -> String {
        match &self.site.address {
            Some(address) => address.to_string(),
            None => {
                let info = self.request.connection_info();
                format!("{}://{}", info.scheme(), info.host())
            }
        }
    }

    /// Whether a door would open for the caller.
    pub fn may_enter(&self, access: Access) -> bool {
        match access {
            Access::Anyone => true,
            Access::SignedIn => self.caller.actor.person.is_some(),
            Access::May(permission) => self.may(permission),
            Access::MayAny(permissions) => permissions.iter().any(|one| self.may(*one)),
        }
    }

    /// What stands after `?` in the address; nothing when it cannot be read.
    pub fn query(&self) -> BTreeMap<String, String> {
        let query = web::Query::<BTreeMap<String, String>>::from_query(self.request.query_string());
        query.map(web::Query::into_inner).unwrap_or_default()
    }

    /// A sentence in the language of the answer.
    pub fn sentence(&self, say: &Say) -> String {
        self.site.pages.words().fill(self.language(), &say.key, &say.args)
    }

    /// The word for `key` in the language of the answer, its holes filled.
    pub fn word(&self, key: &str, args: &[(&str, String)]) -> String {
        self.site.pages.words().fill(self.language(), key, args)
    }

    /// Reads from the database, away from the threads that answer requests.
    ///
    /// # Errors
    /// What `look` gives.
    pub async fn read<T, E>(
        &self,
        look: impl FnOnce(&mut Work<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, Failure>
    where
        T: Send + 'static,
        E: Into<Failure> + From<crate::db::DbError> + Send + 'static,
    {
        let (db, actor) = (self.site.db.clone(), self.caller.actor.clone());
        self.aside(move || ledger::read(&db, &actor, look))
            .await?
            .map_err(Into::into)
    }

    /// Changes something: one transaction, with its entries in the ledger.
    ///
    /// # Errors
    /// What `deed` gives; nothing is kept then.
    pub async fn change<T, E>(
        &self,
        deed: impl FnOnce(&mut Work<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, Failure>
    where
        T: Send + 'static,
        E: Into<Failure>
            + From<crate::db::DbError>
            + From<ledger::LedgerError>
            + From<diesel::result::Error>
            + Send
            + 'static,
    {
        self.try_change(deed).await?.map_err(Into::into)
    }

    /// Like [`Desk::change`], for a handler that answers some refusals itself (a form kept as it was typed).
    ///
    /// # Errors
    /// The outer error is a fault of ours, the inner one what `deed` gave.
    pub async fn try_change<T, E>(
        &self,
        deed: impl FnOnce(&mut Work<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<Result<T, E>, Failure>
    where
        T: Send + 'static,
        E: From<crate::db::DbError> + From<ledger::LedgerError> + From<diesel::result::Error> + Send + 'static,
    {
        let (db, mut actor) = (self.site.db.clone(), self.caller.actor.clone());
        let claim = once::claim_of(&self.request);
        actor.via.request = claim.as_ref().map(|claim| claim.key().to_owned());
        let stands = self.site.stands;
        // Between the gate and this moment a body may have come in slowly, and a right may have been taken away.
        let deed = move |work: &mut Work<'_>| {
            if stands(work.conn, work.actor)? {
                deed(work)
            } else {
                Err(E::from(ledger::LedgerError::RightLost))
            }
        };
        let done = self.aside(move || ledger::change_once(&db, actor, claim, deed)).await?;
        if done.is_ok() {
            once::note_claimed(&self.request);
        }
        Ok(done)
    }

    /// Runs work that takes long (hashing a password, drawing) away from the threads that answer requests, in a place of
    /// the lane of the request.
    ///
    /// # Errors
    /// When the work broke off, or no place came free in time.
    pub async fn aside<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
        let slot = self.slot().await?;
        aside(move || {
            let done = work();
            // Held as long as the work goes on, also when whoever asked has gone.
            drop(slot);
            done
        })
        .await
    }

    /// The place of the request in its lane: taken at its first work, given back when it is answered.
    async fn slot(&self) -> Result<Option<Slot>, Failure> {
        let known = self.request.extensions().get::<Slot>().cloned();
        if known.is_some() {
            return Ok(known);
        }
        let lane = self.request.extensions().get::<Lane>().copied().unwrap_or_default();
        // All visitors together are as one agency.
        let key = match &self.caller.actor.person {
            Some(_) => self.caller.actor.agency.as_str(),
            None => "",
        };
        let slot = self.site.lanes.enter(lane, key).await?;
        if let Some(slot) = &slot {
            self.request.extensions_mut().insert(slot.clone());
        }
        Ok(slot)
    }

    /// A page.
    ///
    /// # Errors
    /// When the template fails, which is a fault of ours.
    pub fn page<P: Page>(&self, page: &P) -> Result<HttpResponse, Failure> {
        self.page_with(StatusCode::OK, page)
    }

    /// A page with another status: a refused form is 422 or 409.
    ///
    /// # Errors
    /// When the template fails, which is a fault of ours.
    pub fn page_with<P: Page>(&self, status: StatusCode, page: &P) -> Result<HttpResponse, Failure> {
        let framed = Framed {
            shell: shell(self),
            page,
        };
        let html = self.site.pages.render(self.language(), P::TEMPLATE, &framed)?;
        Ok(HttpResponse::build(status)
            .content_type("text/html; charset=utf-8")
            .body(html))
    }

    /// Sends the browser to `path` after an act.
    pub fn see_other(&self, path: impl AsRef<str>) -> HttpResponse {
        HttpResponse::SeeOther()
            .insert_header((header::LOCATION, path.as_ref()))
            .finish()
    }

    /// Sends the browser to `path`, where the word `<room>.done.<word>` is shown; `done` is `room.word`.
    pub fn done(&self, path: impl AsRef<str>, done: &str) -> HttpResponse {
        let path = path.as_ref();
        let (path, anchor) = path
            .split_once('#')
            .map_or((path, String::new()), |(path, at)| (path, format!("#{at}")));
        let joint = if path.contains('?') { '&' } else { '?' };
        self.see_other(format!("{path}{joint}done={done}{anchor}"))
    }
}

pub(super) async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where handlers leave their thread"
    )]
    let done = {
        let span = tracing::Span::current();
        web::block(move || span.in_scope(work)).await
    };
    done.map_err(|cause| Failure::Internal(cause.into()))
}

/// Lets a request that was answered leave its lane.
pub fn leave_lane(request: &HttpRequest) {
    let slot = request.extensions_mut().remove::<Slot>();
    drop(slot);
}

impl FromRequest for Desk {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request))
    }
}
