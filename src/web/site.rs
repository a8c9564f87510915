//! What the whole site shares, and the headers that every answer carries.

use super::lanes::Lanes;
use super::{Failure, NavGroup, Network, is_https};
use crate::db::{AnyConnection, Db};
use crate::kernel::{Actor, AgencyId, CaseId, Clock, PersonId};
use crate::ledger::Work;
use crate::render::Pages;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

/// What waits for a person and was not read: asked once for each page.
pub type Bell = fn(&mut AnyConnection, &AgencyId, &PersonId) -> diesel::QueryResult<i64>;

/// Says whether an actor still has the rights that the request came in with; asked in the transaction of each act.
pub type Stands = fn(&mut AnyConnection, &Actor) -> diesel::QueryResult<bool>;

/// Says which of these cases the actor handles, and so whose people's data he or she sees: asked by rooms that stand below
/// the one of cases.
pub type Handled = fn(&mut Work<'_>, &[CaseId]) -> Result<BTreeSet<CaseId>, Failure>;

/// Signs a report with the key of the ledger; none when there is no key that the ledger names.
pub type SignReport = Arc<dyn Fn(&[u8]) -> Option<String> + Send + Sync>;

/// By which server letters are sent, as a page shows it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct MailShown {
    /// Host and port.
    pub server: String,
    /// `none`, `starttls` or `tls`.
    pub security: &'static str,
    /// The sender's address.
    pub from: String,
}

/// The reserve of a site that is told no other: 64 MiB.
pub const RESERVE: u64 = 64 << 20;

/// Which backups are taken by themselves, as a page shows it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct BackupShown {
    /// The folder that they go to.
    pub to: String,
    /// The time of day in Vietnam, as `02:00`.
    pub at: String,
    /// Days, weeks and months of which the last one is kept.
    pub keep: [usize; 3],
    /// Whether they are locked with a passphrase.
    pub is_locked: bool,
    /// The day on which recovery is rehearsed (`mon` … `sun`); empty when it is not.
    pub drill_on: String,
}

/// What the whole site shares. Cheap to clone.
#[derive(Clone)]
pub struct Site {
    /// The database.
    pub db: Db,
    /// Templates and words.
    pub pages: Pages,
    /// The time.
    pub clock: Clock,
    /// The agency whose posted procedures visitors see.
    pub agency: AgencyId,
    /// The groups of the menu, in their order.
    pub nav: &'static [NavGroup],
    /// Where attached files are kept.
    pub files: Arc<PathBuf>,
    /// The address at which visitors reach the site, as `https://iso.example.gov.vn`; QR codes on paper lead there. Without
    /// it, the address of the request is taken.
    pub address: Option<Arc<str>>,
    /// What counts the notices of the person whom a page is for.
    pub bell: Bell,
    /// What says whether an actor still has the rights that the request came in with.
    pub stands: Stands,
    /// What says which cases an actor handles.
    pub handled: Handled,
    /// What signs reports; `None` where nothing seals the ledger.
    pub sign: Option<SignReport>,
    /// By which server letters are sent; `None` when none is set.
    pub mail: Option<Arc<MailShown>>,
    /// Bytes of the disk that uploads and imports leave free, so that approvals and steps go on when it fills.
    pub reserve: u64,
    /// Proxies whose word about the visitor's address is taken; none unless they are named.
    pub trusted_proxies: Arc<[Network]>,
    /// Which backups are taken by themselves; `None` when none are.
    pub backup: Option<Arc<BackupShown>>,
    /// The keys of the witnesses that the ledger is shown to; nobody else's signature counts.
    pub witnesses: Arc<[String]>,
    /// What a program from elsewhere must know to read the figures; `None` keeps them to this machine.
    pub metrics_token: Option<Arc<str>>,
    /// What looks for viruses in every file that is sent; `None` when nothing does.
    pub scanner: Option<Arc<super::Scanner>>,
    /// The memory that bodies of requests may take.
    pub bodies: super::Bodies,
    /// Whose turn it is when many ask at once.
    pub lanes: Lanes,
    /// True for the demo office: the sign-in page then shows its accounts.
    pub is_demo: bool,
}

/// What a page of the house may load and run: scripts and styles of its own files, and nothing that stands in the page.
pub const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'";

const HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::PERMISSIONS_POLICY, "camera=(), microphone=(), geolocation=()"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

/// For a year a browser that once came by TLS comes by nothing else (RFC 6797).
const ONLY_TLS: &str = "max-age=31536000; includeSubDomains";

/// Adds the headers of security; pages are not kept by caches unless they say so themselves.
///
/// # Errors
/// Those of the inner service.
pub async fn secure_headers(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let is_tls = is_https(request.request());
    let mut response = next.call(request).await?;
    let headers = response.headers_mut();
    // A handler may say a stricter policy for what it answers with (an attached file is put into a sandbox).
    let own_policy = headers.get(header::CONTENT_SECURITY_POLICY).cloned();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if is_tls {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(ONLY_TLS));
    }
    if let Some(policy) = own_policy {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    Ok(response)
}
