//! The closing of the day: the last checkpoint on paper, which cannot be altered along with the server.

use crate::book::sealer::mark;
use crate::kernel::Permission;
use crate::ledger::{self, Work};
use crate::people::must;
use crate::proofs::NoteKey;
use crate::render::{QrShown, qr};
use crate::web::{Desk, Failure, Page};
use actix_web::HttpResponse;
use chrono::NaiveDateTime;
use serde::Serialize;

#[derive(Serialize)]
struct ClosingPage {
    agency: String,
    closed: Option<Closed>,
}

/// A checkpoint as it is printed.
#[derive(Serialize)]
struct Closed {
    size: u64,
    at: NaiveDateTime,
    note: String,
    mark: String,
    fingerprint: Option<String>,
    code: Option<QrShown>,
}

impl Page for ClosingPage {
    const TEMPLATE: &'static str = "book/closing.html";
}

/// The mark of the last checkpoint of the acting agency, for papers; none before the first one.
///
/// # Errors
/// When the database fails.
pub fn last_mark(work: &mut Work<'_>) -> diesel::QueryResult<Option<String>> {
    let agency = work.agency();
    let sealed = ledger::book_state(work.conn, &agency)?.sealed;
    Ok(sealed.and_then(|sealed| mark(&sealed.note)))
}

pub(in crate::book) async fn closing(desk: Desk) -> Result<HttpResponse, Failure> {
    let agency = desk.caller().agency_name.clone();
    let state = desk
        .read(|work| {
            must(work.actor, Permission::ReadLedger)?;
            let agency = work.agency();
            Ok::<_, Failure>(ledger::book_state(work.conn, &agency)?)
        })
        .await?;
    let key = state.key.and_then(|key| NoteKey::read(&key).ok());
    let closed = state.sealed.and_then(|sealed| {
        Some(Closed {
            size: sealed.size,
            at: sealed.at,
            mark: mark(&sealed.note)?,
            code: qr(&sealed.note),
            fingerprint: key.map(|key| key.fingerprint()),
            note: sealed.note,
        })
    });
    desk.page(&ClosingPage { agency, closed })
}
