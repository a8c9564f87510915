//! One failure type: each kind has one status, and one place shows it.

use super::{Desk, Incident};
use crate::db::DbError;
use crate::ledger::LedgerError;
use actix_web::HttpMessage;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use serde::Serialize;
use std::fmt;

/// When to try again what found the house too busy, in seconds.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("2");

/// The word of a kept file that the disk does not give back.
const FILE_LOST: &str = "failure.file_lost";

/// A sentence for people: a word key and what fills its holes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Say {
    /// The key of the word.
    pub key: String,
    /// Its holes.
    pub args: Vec<(String, String)>,
}

impl Say {
    /// A sentence without holes.
    pub fn new(key: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            args: Vec::new(),
        }
    }

    /// The same with a hole filled.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.args.push((name.to_owned(), value.to_string()));
        self
    }
}

/// Why a request was not answered as wished.
#[derive(Debug)]
pub enum Failure {
    /// 303 to the sign-in page, and back afterwards.
    SignInFirst,
    /// 403: the person lacks the right; the sentence says which.
    Forbidden(Say),
    /// 404: there is no such thing, or it belongs to another agency.
    NotFound,
    /// 422: what was sent cannot be used.
    Invalid(Say),
    /// 409: the present state of the thing forbids it; the sentence says why.
    Conflict(Say),
    /// 413: too much was sent.
    TooLarge,
    /// 429: too many tries; wait.
    TooMany(Say),
    /// 503: nothing may be written for now, or the house is too busy; the sentence says which.
    Unavailable(Say),
    /// 507: there is no room on the disk; nothing of it was kept.
    Full(Say),
    /// 500: a fault of ours. The cause goes to the log, never to the visitor.
    Internal(anyhow::Error),
}

impl Failure {
    /// The sentence of a refusal that the page of its form shows itself; any other failure goes on to its own page.
    ///
    /// # Errors
    /// The failure itself, when it is no refusal of what was sent.
    pub fn said(self) -> Result<Say, Self> {
        match self {
            Self::Invalid(say) | Self::Conflict(say) | Self::TooMany(say) | Self::Forbidden(say) => Ok(say),
            Self::SignInFirst
            | Self::NotFound
            | Self::TooLarge
            | Self::Unavailable(_)
            | Self::Full(_)
            | Self::Internal(_) => Err(self),
        }
    }

    /// The sentence for people, for where no page shows it (the terminal).
    pub fn text(&self, words: &crate::render::Words, language: crate::kernel::Language) -> String {
        if let Self::Internal(cause) = self {
            return format!("{cause:#}");
        }
        let say = self.say();
        words.fill(language, &say.key, &say.args)
    }

    fn say(&self) -> Say {
        match self {
            Self::Forbidden(say)
            | Self::Invalid(say)
            | Self::Conflict(say)
            | Self::TooMany(say)
            | Self::Unavailable(say)
            | Self::Full(say) => say.clone(),
            Self::SignInFirst => Say::new("failure.sign_in_first"),
            Self::NotFound => Say::new("failure.not_found"),
            Self::TooLarge => Say::new("failure.too_large"),
            Self::Internal(_) => Say::new("failure.internal"),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Internal(cause) = self {
            return write!(f, "{cause:#}");
        }
        f.write_str(&self.say().key)
    }
}

impl std::error::Error for Failure {}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::SignInFirst => StatusCode::SEE_OTHER,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Full(_) => StatusCode::INSUFFICIENT_STORAGE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        if let Self::Internal(cause) = self {
            tracing::error!(cause = format!("{cause:#}"), "A request failed");
        }
        let mut response = HttpResponse::new(self.status_code());
        // What was lost on the disk does not come back by itself.
        if matches!(self, Self::Unavailable(say) if say.key != FILE_LOST) {
            response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER);
        }
        response.extensions_mut().insert(self.say());
        response
    }
}

impl Failure {
    /// The failure to read a file that is kept under its hash: 503 when it is lost or damaged, with its name and what to do
    /// until it is put back from a backup; the log names it too. Anything else is a fault of ours.
    pub fn of_kept_file(cause: std::io::Error, name: &str, sha256: &str) -> Self {
        if matches!(
            cause.kind(),
            std::io::ErrorKind::NotFound | std::io::ErrorKind::InvalidData
        ) {
            tracing::error!(name, sha256, %cause, "A kept file is lost or damaged: put it back from a backup");
            return Self::Unavailable(Say::new(FILE_LOST).with("file", name).with("sha256", sha256));
        }
        Self::of_disk(cause)
    }

    /// The failure to keep a file: no room, or a fault of ours.
    pub fn of_disk(cause: std::io::Error) -> Self {
        if matches!(
            cause.kind(),
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded
        ) {
            return Self::Full(Say::new("failure.full"));
        }
        Self::Internal(cause.into())
    }
}

impl From<DbError> for Failure {
    fn from(cause: DbError) -> Self {
        if matches!(cause, DbError::Commit(_)) {
            return Self::Conflict(Say::new("failure.outcome_unknown"));
        }
        if matches!(&cause, DbError::Keys(keys) if keys.is_full()) || matches!(cause, DbError::Full) {
            return Self::Full(Say::new("failure.full"));
        }
        if let DbError::Begin(cause) = cause {
            tracing::warn!(cause, "A change was not begun");
            return Self::Unavailable(Say::new("failure.busy"));
        }
        if let DbError::Pool(cause) = cause {
            tracing::warn!(cause, "No reader of the database came free");
            return Self::Unavailable(Say::new("failure.busy"));
        }
        if let DbError::Halted(halt) = cause {
            return Self::Unavailable(Say::new(format!("failure.halted.{halt}")));
        }
        Self::Internal(cause.into())
    }
}

impl From<diesel::result::Error> for Failure {
    fn from(cause: diesel::result::Error) -> Self {
        if cause == diesel::result::Error::NotFound {
            return Self::NotFound;
        }
        Self::Internal(cause.into())
    }
}

impl From<LedgerError> for Failure {
    fn from(cause: LedgerError) -> Self {
        match cause {
            LedgerError::Query(cause) => cause.into(),
            LedgerError::Db(cause) => cause.into(),
            LedgerError::Claimed => Self::Conflict(Say::new("failure.recorded_before")),
            LedgerError::RightLost => Self::SignInFirst,
            LedgerError::Unrecorded => Self::Internal(cause.into()),
        }
    }
}

impl From<crate::render::RenderError> for Failure {
    fn from(cause: crate::render::RenderError) -> Self {
        Self::Internal(cause.into())
    }
}

#[derive(Serialize)]
struct FailurePage {
    status: u16,
    title: String,
    sentence: String,
    /// By which number the log knows a fault of ours.
    incident: Option<String>,
}

impl super::Page for FailurePage {
    const TEMPLATE: &'static str = "layout/failure.html";
}

/// Why a request was refused, for the log: the key of the sentence that its page says, and nothing that anybody typed.
#[derive(Debug, Clone)]
pub struct Why(pub String);

/// Gives a bare failure its page, in the visitor's language.
///
/// # Errors
/// Those of the inner service that are no failures of ours.
pub async fn show_failures(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let response = next.call(request).await?.map_into_boxed_body();
    let status = response.status();
    let said = response.response().extensions().get::<Say>().cloned();
    let say = match said {
        Some(say) => say,
        // A page of ours that answers 404 (an unknown code, the form kept) has its body already.
        None if status == StatusCode::NOT_FOUND && !response.headers().contains_key(header::CONTENT_TYPE) => {
            Say::new("failure.not_found")
        }
        None if status == StatusCode::METHOD_NOT_ALLOWED => Say::new("failure.method"),
        None => return Ok(response),
    };
    let request = response.request().clone();
    if status == StatusCode::SEE_OTHER {
        let back = percent(request.uri().path_and_query().map_or("/", |path| path.as_str()));
        let to = HttpResponse::SeeOther()
            .insert_header((header::LOCATION, format!("/sign-in?back={back}")))
            .finish();
        return Ok(ServiceResponse::new(request, to));
    }
    request.extensions_mut().insert(Why(say.key.clone()));
    let Ok(desk) = Desk::of(&request) else {
        let bare = bare(&request, status, &say);
        return Ok(ServiceResponse::new(request, bare));
    };
    let words = desk.site().pages.words();
    let title = match say.key.as_str() {
        "failure.busy" => "failure.title.busy".to_owned(),
        FILE_LOST => "failure.title.file_lost".to_owned(),
        "failure.no_scanner" => "failure.title.no_scanner".to_owned(),
        _ => format!("failure.title.{}", status.as_u16()),
    };
    let page = FailurePage {
        status: status.as_u16(),
        title: words.get(desk.language(), &title).to_owned(),
        sentence: words.fill(desk.language(), &say.key, &say.args),
        incident: Incident::of(&request)
            .filter(|_| status.is_server_error())
            .map(|incident| incident.as_str().to_owned()),
    };
    let mut body = desk.page_with(status, &page)?;
    if let Some(after) = response.headers().get(header::RETRY_AFTER) {
        body.headers_mut().insert(header::RETRY_AFTER, after.clone());
    }
    Ok(ServiceResponse::new(request, body))
}

/// The sentence alone, where not even who calls could be found out: the database does not answer.
fn bare(request: &HttpRequest, status: StatusCode, say: &Say) -> HttpResponse {
    let site = request.app_data::<web::Data<super::Site>>();
    let sentence = site.map_or_else(String::new, |site| {
        let words = site.pages.words();
        words.fill(crate::kernel::Language::Vi, &say.key, &say.args)
    });
    HttpResponse::build(status)
        .content_type("text/plain; charset=utf-8")
        .body(sentence)
}

/// A path as the value of a query: only what needs it is escaped.
fn percent(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
