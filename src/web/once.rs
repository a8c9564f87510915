//! A form that is sent twice is one act: its key is looked up when it arrives, claimed by its first change, and its
//! answer kept, sealed with the key itself, for when it comes again.

use super::form::Form;
use super::{Caller, Failure, Say, Site, Upload, sealed};
use crate::kernel::AgencyId;
use crate::ledger::{Claim, Known};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::cell::Cell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::{Arc, LazyLock, Mutex, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::{Mutex as Turn, OwnedMutexGuard};

/// The name of the field that carries the key.
pub(super) const FIELD: &str = "key";
/// Keys are as long as this, in characters: 128 bits as hexadecimal, and room for programs that make their own.
const LENGTHS: std::ops::RangeInclusive<usize> = 16..=64;
/// The largest answer that is kept, in bytes. A larger one is made anew by whoever looks.
pub(super) const LARGEST_ANSWER: usize = 256 << 10;
/// How long the second sending waits for the answer to the first.
const PATIENCE: Duration = Duration::from_secs(30);
/// Where somebody is sent whose request was recorded, but whose answer was lost with the program.
pub(super) const RECORDED: &str = "/recorded";

/// The turns of keys that are under way in this process. Keys are unique everywhere, so one list serves every site.
static TURNS: LazyLock<Mutex<HashMap<String, Weak<Turn<()>>>>> = LazyLock::new(Mutex::default);

/// The key that the request holds until it is answered.
#[derive(Clone)]
struct Held {
    claim: Claim,
    key: Rc<str>,
    is_claimed: Rc<Cell<bool>>,
    _turn: Rc<OwnedMutexGuard<()>>,
}

/// The answer that the first sending got.
struct Before(Answer);

/// An answer as it is kept: this line as JSON, then the body.
#[derive(Serialize, Deserialize)]
struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    #[serde(skip)]
    body: Vec<u8>,
}

fn is_key(key: &str) -> bool {
    LENGTHS.contains(&key.len())
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// The hash of everything that a request says: the address, each field and each file, with their lengths.
fn said(request: &HttpRequest, form: &Form, files: &[Upload]) -> String {
    let mut hash = Sha256::new();
    let mut add = |bytes: &[u8]| {
        hash.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(bytes);
    };
    add(request
        .uri()
        .path_and_query()
        .map_or("/", |path| path.as_str())
        .as_bytes());
    for (name, value) in form
        .fields()
        .filter(|(name, _)| ![FIELD, super::form::TOKEN].contains(name))
    {
        add(name.as_bytes());
        add(value.as_bytes());
    }
    for file in files {
        add(file.field.as_bytes());
        add(file.file_name.as_bytes());
        add(&file.bytes);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Looks up the key of a form that a signed-in person sent, and holds it until the request is answered.
///
/// A visitor's form needs none: what a visitor may do (sign in, use a code, confirm an address) is guarded by the
/// password or by a code that is good once.
///
/// # Errors
/// 422 without a key or with one that something else was done under; when it was done before, any failure at all: the
/// answer is replaced by the first one.
pub(super) async fn admit(request: &HttpRequest, form: &Form, files: &[Upload]) -> Result<(), Failure> {
    let caller = request.extensions().get::<Rc<Caller>>().cloned();
    let Some((caller, person)) = caller.and_then(|caller| caller.actor.person.clone().map(|person| (caller, person)))
    else {
        return Ok(());
    };
    let key = form.raw(FIELD);
    if !is_key(key) {
        return Err(Failure::Invalid(Say::new("failure.no_key")));
    }
    let claim = Claim::new(&person.id, key, said(request, form, files));
    let turn = wait_for_turn(claim.key()).await?;
    let desk = super::Desk::of(request)?;
    let asked = claim.clone();
    let known = desk.read(move |work| Ok::<_, Failure>(asked.known(work)?)).await?;
    match known {
        Known::New => {
            let held = Held {
                claim,
                key: key.into(),
                is_claimed: Rc::default(),
                _turn: Rc::new(turn),
            };
            request.extensions_mut().insert(held);
            Ok(())
        }
        Known::Same(answer) => {
            let answer = answer.and_then(|sealed| Answer::open(key, &sealed));
            tracing::info!(actor = %caller.actor.agency, "A request came again and gets its first answer");
            request
                .extensions_mut()
                .insert(Before(answer.unwrap_or_else(Answer::lost)));
            Err(Failure::Conflict(Say::new("failure.recorded_before")))
        }
        Known::Other => Err(Failure::Invalid(Say::new("failure.key_of_another"))),
    }
}

async fn wait_for_turn(key: &str) -> Result<OwnedMutexGuard<()>, Failure> {
    let turn = {
        let mut turns = TURNS.lock().unwrap_or_else(PoisonError::into_inner);
        turns.retain(|_, turn| turn.strong_count() > 0);
        match turns.get(key).and_then(Weak::upgrade) {
            Some(turn) => turn,
            None => {
                let turn = Arc::new(Turn::new(()));
                turns.insert(key.to_owned(), Arc::downgrade(&turn));
                turn
            }
        }
    };
    actix_web::rt::time::timeout(PATIENCE, turn.lock_owned())
        .await
        .map_err(|_long| Failure::Unavailable(Say::new("failure.busy")))
}

/// The key that a change of this request claims, if it has one.
pub(super) fn claim_of(request: &HttpRequest) -> Option<Claim> {
    request.extensions().get::<Held>().map(|held| held.claim.clone())
}

/// Notes that a change of this request was kept, and the key with it.
pub(super) fn note_claimed(request: &HttpRequest) {
    if let Some(held) = request.extensions().get::<Held>() {
        held.is_claimed.set(true);
    }
}

/// Keeps the answer to a request that changed something, and gives the same one when the request comes again.
///
/// # Errors
/// Those of the inner service.
pub async fn answer_once(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let response = next.call(request).await?.map_into_boxed_body();
    let request = response.request().clone();
    let before = request.extensions_mut().remove::<Before>();
    if let Some(Before(answer)) = before {
        return Ok(ServiceResponse::new(request, answer.response()));
    }
    let held = request.extensions_mut().remove::<Held>();
    let Some(held) = held.filter(|held| held.is_claimed.get()) else {
        return Ok(response);
    };
    let status = response.status();
    if status.is_server_error() {
        return Ok(response);
    }
    let (request, response) = response.into_parts();
    let (head, body) = response.into_parts();
    match body.try_into_bytes() {
        Ok(bytes) => {
            if bytes.len() <= LARGEST_ANSWER {
                keep(&request, &held, Answer::of(status, head.headers(), &bytes)).await;
            }
            Ok(ServiceResponse::new(request, head.set_body(BoxBody::new(bytes))))
        }
        Err(body) => Ok(ServiceResponse::new(request, head.set_body(body))),
    }
}

/// An answer that cannot be kept is only noted: the act is recorded, and who sends it again is told so.
async fn keep(request: &HttpRequest, held: &Held, answer: Answer) {
    let site = request.app_data::<web::Data<Site>>().cloned();
    let caller = request.extensions().get::<Rc<Caller>>().cloned();
    let (Some(site), Some(caller), Some(sealed)) = (site, caller, answer.seal(&held.key)) else {
        return;
    };
    let (db, claim, agency): (_, _, AgencyId) = (site.db.clone(), held.claim.clone(), caller.actor.agency.clone());
    let kept = super::desk::aside(move || claim.keep_answer(&db, &agency, sealed)).await;
    if let Err(cause) = kept.and_then(|kept| kept.map_err(Failure::from)) {
        tracing::warn!(%cause, "The answer to a request could not be kept");
    }
}

impl Answer {
    fn of(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Self {
        let headers = headers
            .iter()
            .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())));
        Self {
            status: status.as_u16(),
            headers: headers.collect(),
            body: body.to_vec(),
        }
    }

    /// For a request that was recorded without its answer.
    fn lost() -> Self {
        Self {
            status: StatusCode::SEE_OTHER.as_u16(),
            headers: vec![(header::LOCATION.as_str().to_owned(), RECORDED.to_owned())],
            body: Vec::new(),
        }
    }

    fn response(self) -> HttpResponse {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = HttpResponse::build(status);
        for (name, value) in self.headers {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                response.append_header((name, value));
            }
        }
        response.body(self.body)
    }

    fn seal(&self, key: &str) -> Option<String> {
        let mut plain = serde_json::to_vec(self).ok()?;
        plain.push(b'\n');
        plain.extend_from_slice(&self.body);
        sealed::seal(key, &plain)
    }

    /// `None` when the sealed text was changed: then it is as if the answer had been lost.
    fn open(key: &str, sealed: &str) -> Option<Self> {
        let plain = sealed::open(key, sealed)?;
        let at = plain.iter().position(|byte| *byte == b'\n')?;
        let (head, body) = plain.split_at_checked(at)?;
        let mut answer: Self = serde_json::from_slice(head).ok()?;
        answer.body = body.get(1..)?.to_vec();
        Some(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::{Answer, is_key};

    #[test]
    fn keys_are_long_enough_and_plain() {
        assert!(is_key("0123456789abcdef0123456789abcdef"));
        for bad in ["", "short", "with spaces in it", "0123456789abcdef\n", &"a".repeat(65)] {
            assert!(!is_key(bad), "{bad:?}");
        }
    }

    #[test]
    fn an_answer_is_opened_by_its_key_only() {
        let answer = Answer {
            status: 303,
            headers: vec![("location".to_owned(), "/cases/1".to_owned())],
            body: b"line\nline".to_vec(),
        };
        let sealed = answer.seal("0123456789abcdef").unwrap();
        assert!(!sealed.contains("cases"));
        let opened = Answer::open("0123456789abcdef", &sealed).unwrap();
        assert_eq!(
            (opened.status, opened.headers, opened.body),
            (303, answer.headers, answer.body)
        );
        assert!(Answer::open("0123456789abcdee", &sealed).is_none());
        assert!(Answer::open("0123456789abcdef", &sealed.replace('0', "1")).is_none());
    }
}
