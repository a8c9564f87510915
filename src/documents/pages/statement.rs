//! What somebody signed, word for word: the statement, the signature, the key, and whether it all holds.

use super::version::readable;
use crate::documents::sealing::flaws_of;
use crate::documents::version::VersionHead;
use crate::kernel::VersionId;
use crate::ledger::Work;
use crate::people::{AgencyKey, KeyShown, agency_key, base64, from_hex, keys_by_id};
use crate::signatures::{self, Signed, Statement};
use crate::web::{Desk, Failure, Page};
use actix_web::{HttpResponse, web};
use serde::Serialize;
use std::path::PathBuf;

#[derive(Serialize)]
struct StatementPage {
    head: VersionHead,
    signed: Signed,
    /// Name and position of the signer, as the statement says.
    signer: [String; 3],
    capacity: String,
    key: Option<KeyShown>,
    /// The public key, in Base64.
    public: String,
    /// The agency's public key, in Base64.
    agency_public: String,
    /// The names of the files to take away.
    files: Vec<&'static str>,
    /// What does not hold.
    checked: Vec<FlawShown>,
    /// Whether it was asked for.
    was_checked: bool,
}

#[derive(Serialize)]
struct FlawShown {
    flaw: &'static str,
    detail: String,
}

impl Page for StatementPage {
    const TEMPLATE: &'static str = "documents/statement.html";
}

struct Found {
    head: VersionHead,
    signed: Signed,
    key: Option<KeyShown>,
    agency: AgencyKey,
    flaws: Option<Vec<FlawShown>>,
}

fn find(
    work: &mut Work<'_>,
    (version, statement): (&VersionId, &str),
    (home, is_checked): (Option<PathBuf>, bool),
) -> Result<Found, Failure> {
    let head = readable(work, version)?;
    let signed = signatures::signed(work, version, statement)?;
    let key = keys_by_id(work, std::slice::from_ref(&signed.key_id))?.remove(&signed.key_id);
    let agency = agency_key(work, home.as_deref())?;
    let flaws = if is_checked {
        let files = home.unwrap_or_default().join("files");
        let flaws = flaws_of(work, (&signed, key.as_ref()), (&agency, &files))?;
        let shown = |(flaw, detail): (signatures::Flaw, String)| FlawShown {
            flaw: flaw.as_str(),
            detail,
        };
        Some(flaws.into_iter().map(shown).collect())
    } else {
        None
    };
    Ok(Found {
        head,
        signed,
        key,
        agency,
        flaws,
    })
}

async fn found(desk: &Desk, path: (VersionId, String), is_checked: bool) -> Result<Found, Failure> {
    let home = desk.site().db.home();
    desk.read(move |work| find(work, (&path.0, &path.1), (home, is_checked)))
        .await
}

pub(super) async fn show(desk: Desk, path: web::Path<(VersionId, String)>) -> Result<HttpResponse, Failure> {
    let is_checked = desk.query().contains_key("verify");
    let found = found(&desk, path.into_inner(), is_checked).await?;
    let said = Statement::read(&found.signed.statement);
    let (signer, capacity) = said.map(|said| (said.signer, said.capacity)).unwrap_or_default();
    let public = found.key.as_ref().and_then(|key| from_hex(&key.public_key));
    let exported = found
        .key
        .as_ref()
        .map(|key| signatures::export(&found.signed, key, &found.agency));
    desk.page(&StatementPage {
        signer,
        capacity,
        public: base64(&public.unwrap_or_default()),
        agency_public: base64(&found.agency.public()),
        files: exported.unwrap_or_default().into_iter().map(|(name, _)| name).collect(),
        was_checked: found.flaws.is_some(),
        checked: found.flaws.unwrap_or_default(),
        key: found.key,
        head: found.head,
        signed: found.signed,
    })
}

/// One of the files by which anybody can check the signature without this program.
pub(super) async fn file(desk: Desk, path: web::Path<(VersionId, String, String)>) -> Result<HttpResponse, Failure> {
    let (version, statement, wanted) = path.into_inner();
    let found = found(&desk, (version, statement), false).await?;
    let key = found.key.ok_or(Failure::NotFound)?;
    let (name, text) = signatures::export(&found.signed, &key, &found.agency)
        .into_iter()
        .find(|(name, _)| *name == wanted)
        .ok_or(Failure::NotFound)?;
    Ok(super::show::as_file(name, "text/plain; charset=utf-8", text))
}
