//! The pages of the book: what was done, one leaf with its proof, how the book stands, and the bundle to take away.

mod closing;
mod witness;

pub use closing::last_mark;
pub use witness::serve_witness;

use super::bundle::{BundleError, bundle};
use super::guard::losses;
use super::keys::Vault;
use super::sealer::grouped;
use super::witness::{LightShown, light};
use crate::kernel::{Permission, local};
use crate::ledger::{self, BookState, EntryRow, Leaf, Work};
use crate::people::{self, must};
use crate::proofs::{self, NoteKey, hex};
use crate::web::{Access, Desk, Doors, Failure, Page, Say, escaped};
use actix_web::http::header;
use actix_web::{HttpResponse, web};
use chrono::{Duration, NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many entries a page shows.
const SHOWN: i64 = 50;

/// What stands after `?` in the address.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct Typed {
    who: String,
    act: String,
    object: String,
    from: String,
    to: String,
    before: String,
}

#[derive(Serialize)]
struct ShownEntry {
    leaf: i64,
    at: NaiveDateTime,
    who: String,
    act: String,
    object: String,
}

#[derive(Serialize)]
struct ListPage {
    entries: Vec<ShownEntry>,
    typed: Typed,
    /// The address of older entries.
    older: Option<String>,
    book: ShownBook,
    may_export: bool,
    light: LightShown,
    /// Why nothing may be written, and what is missing, sentence by sentence.
    halted: Vec<String>,
    problem: Option<String>,
}

impl Page for ListPage {
    const TEMPLATE: &'static str = "book/list.html";
}

/// How the book stands, for the eye.
#[derive(Serialize)]
struct ShownBook {
    size: u64,
    sealed: u64,
    unsealed: u64,
    sealed_at: Option<NaiveDateTime>,
    root: Option<String>,
    fingerprint: Option<String>,
    is_sealed: bool,
}

#[derive(Serialize)]
struct LeafPage {
    leaf: u64,
    at: NaiveDateTime,
    who: String,
    act: String,
    object: String,
    hash: String,
    bytes: String,
    rows: usize,
    size: u64,
    root: String,
    proof: Vec<String>,
    is_proven: bool,
}

impl Page for LeafPage {
    const TEMPLATE: &'static str = "book/leaf.html";
}

fn sealed_size(state: &BookState) -> u64 {
    state.sealed.as_ref().map_or(0, |sealed| sealed.size)
}

fn shown_book(state: &BookState) -> ShownBook {
    let said = state.sealed.as_ref().and_then(|sealed| {
        let note = proofs::Note::read(&sealed.note).ok()?;
        proofs::Checkpoint::read(note.text()).ok()
    });
    ShownBook {
        size: state.size,
        sealed: sealed_size(state),
        unsealed: state.size.saturating_sub(sealed_size(state)),
        sealed_at: state.sealed.as_ref().map(|sealed| sealed.at),
        root: said.map(|said| grouped(&said.root)),
        fingerprint: state
            .key
            .as_deref()
            .and_then(|key| NoteKey::read(key).ok())
            .map(|key| key.fingerprint()),
        is_sealed: state.sealed.as_ref().is_some_and(|sealed| sealed.size == state.size),
    }
}

fn day(text: &str) -> Result<Option<NaiveDate>, Failure> {
    match text.trim() {
        "" => Ok(None),
        text => NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .map(Some)
            .map_err(|_cause| Failure::Invalid(Say::new("book.day_unreadable"))),
    }
}

fn midnight(day: Option<NaiveDate>, days: i64) -> Option<NaiveDateTime> {
    let day = day?.checked_add_signed(Duration::days(days))?;
    day.and_hms_opt(0, 0, 0).map(crate::kernel::to_utc)
}

fn some(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn asked(typed: &Typed) -> Result<ledger::EntryFilter, Failure> {
    Ok(ledger::EntryFilter {
        actor: some(&typed.who),
        act: some(&typed.act),
        object: some(&typed.object),
        from: midnight(day(&typed.from)?, 0),
        to: midnight(day(&typed.to)?, 1),
        before: typed.before.trim().parse().ok(),
        limit: SHOWN,
    })
}

/// The words of who acted: a name, or what stands for the program and for strangers.
fn who(desk: &Desk, names: &BTreeMap<String, String>, actor: &str) -> String {
    match (actor, names.get(actor)) {
        ("house", _) => desk.word("book.house", &[]),
        ("stranger", _) => desk.word("book.stranger", &[]),
        (_, Some(name)) => name.clone(),
        (id, None) => id.to_owned(),
    }
}

fn all_names(work: &mut Work<'_>) -> Result<BTreeMap<String, String>, Failure> {
    let persons = people::persons(work)?;
    Ok(persons
        .into_iter()
        .map(|person| (person.id.as_str().to_owned(), person.full_name))
        .collect())
}

/// Who is asked for: an id as it is, else everybody whose name or user name holds what was typed; nobody is nobody.
fn actors(work: &mut Work<'_>, typed: &str) -> Result<Option<String>, Failure> {
    let wanted = typed.trim().to_lowercase();
    if wanted.is_empty() {
        return Ok(None);
    }
    let found = people::persons(work)?
        .into_iter()
        .find(|person| person.username == wanted || person.full_name.to_lowercase().contains(&wanted));
    Ok(Some(found.map_or(wanted, |person| person.id.as_str().to_owned())))
}

async fn list(desk: Desk) -> Result<HttpResponse, Failure> {
    let typed = web::Query::<Typed>::from_query(desk.request().query_string());
    let typed: Typed = typed.map(web::Query::into_inner).unwrap_or_default();
    let filter = asked(&typed);
    let (filter, problem) = match filter {
        Ok(filter) => (filter, None),
        Err(Failure::Invalid(say)) => (asked(&Typed::default())?, Some(desk.sentence(&say))),
        Err(other) => return Err(other),
    };
    let typed_who = typed.who.clone();
    let (witnesses, halted) = (Arc::clone(&desk.site().witnesses), desk.site().db.halted());
    let (rows, names, state, light) = desk
        .read(move |work| {
            must(work.actor, Permission::ReadLedger)?;
            let mut filter = filter;
            filter.actor = actors(work, &typed_who)?;
            let agency = work.agency();
            let rows = ledger::entries(work, &filter)?;
            let light = light(work.conn, &witnesses, (halted, work.actor.at))?;
            Ok::<_, Failure>((rows, all_names(work)?, ledger::book_state(work.conn, &agency)?, light))
        })
        .await?;
    let older = (i64::try_from(rows.len()) == Ok(SHOWN)).then(|| rows.last()).flatten();
    let older = older.map(|last| address_of(&typed, last.seq));
    let entries = rows.into_iter().map(|row| shown(&desk, &names, row)).collect();
    desk.page(&ListPage {
        entries,
        older,
        book: shown_book(&state),
        may_export: desk.may(Permission::ExportLedger),
        light,
        halted: why_halted(&desk).await?,
        typed,
        problem,
    })
}

/// Why nothing may be written, if so; and which leaves are missing where the ledger was set back.
async fn why_halted(desk: &Desk) -> Result<Vec<String>, Failure> {
    let Some(halt) = desk.site().db.halted() else {
        return Ok(Vec::new());
    };
    let why = desk.word(&format!("failure.halted.{halt}"), &[]);
    let mut said = vec![desk.word("book.halted", &[("why", why)])];
    let (db, agency) = (desk.site().db.clone(), desk.actor().agency.clone());
    let lost = desk
        .aside(move || {
            let vault = Vault::new(&db.home().unwrap_or_default(), None, None);
            let code = people::agencies(&db)?.into_iter().find(|(known, _)| *known == agency);
            let lost = losses(&db, &vault).map_err(|cause| Failure::Internal(cause.into()))?;
            let own = lost
                .into_iter()
                .filter(|lost| code.as_ref().is_some_and(|(_, code)| *code == lost.code));
            Ok::<_, Failure>(own.collect::<Vec<_>>())
        })
        .await??;
    for lost in lost {
        let mut holes = vec![("kept", lost.kept.to_string()), ("have", lost.have.to_string())];
        match lost.missing() {
            None => said.push(desk.word("book.lost_other", &holes)),
            Some((first, last)) => {
                holes.extend([("first", first.to_string()), ("last", last.to_string())]);
                said.push(desk.word("book.lost", &holes));
            }
        }
    }
    Ok(said)
}

fn shown(desk: &Desk, names: &BTreeMap<String, String>, row: EntryRow) -> ShownEntry {
    ShownEntry {
        leaf: row.seq.saturating_sub(1),
        at: row.at,
        who: who(desk, names, row.actor_id.as_deref().unwrap_or(&row.actor_kind)),
        act: row.act,
        object: format!("{} {}", row.object_kind, row.object_id),
    }
}

fn address_of(typed: &Typed, before: i64) -> String {
    let pairs = [
        ("who", &typed.who),
        ("act", &typed.act),
        ("object", &typed.object),
        ("from", &typed.from),
        ("to", &typed.to),
    ];
    let kept = pairs
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={}&", escaped(value)))
        .collect::<String>();
    format!("/ledger?{kept}before={before}")
}

async fn leaf(desk: Desk, path: web::Path<u64>) -> Result<HttpResponse, Failure> {
    let number = path.into_inner();
    let (bytes, proof, names, head) = desk
        .read(move |work| {
            must(work.actor, Permission::ReadLedger)?;
            let agency = work.agency();
            let state = ledger::book_state(work.conn, &agency)?;
            // Up to the last checkpoint when it covers the leaf: that root is signed.
            let sealed = state.sealed.map_or(0, |sealed| sealed.size);
            let size = if number < sealed { sealed } else { state.size };
            let (bytes, proof) = ledger::leaf_with_proof(work.conn, &agency, (number, size))?;
            let head = ledger::root_at(work.conn, &agency, size)?.ok_or(Failure::NotFound)?;
            Ok::<_, Failure>((bytes, proof, all_names(work)?, head))
        })
        .await?;
    let read = Leaf::read(bytes.as_bytes()).ok_or(Failure::NotFound)?;
    let hash = proofs::leaf_hash(bytes.as_bytes());
    desk.page(&LeafPage {
        leaf: number,
        at: read.at,
        who: who(&desk, &names, &read.actor),
        act: read.act.clone(),
        object: format!("{} {}", read.object.0, read.object.1),
        hash: hex(&hash),
        rows: read.rows.len(),
        size: head.size,
        root: hex(&head.root),
        is_proven: proofs::is_included(&hash, number, head.size, &head.root, &proof),
        proof: proof.iter().map(|hash| hex(hash)).collect(),
        bytes,
    })
}

async fn take_bundle(desk: Desk, format: web::Path<String>) -> Result<HttpResponse, Failure> {
    must(desk.actor(), Permission::ExportLedger)?;
    if format.as_str() != "zip" {
        return Err(Failure::NotFound);
    }
    let agency = desk.actor().agency.clone();
    let db = desk.site().db.clone();
    let made = desk
        .aside(move || {
            let agencies = people::agencies(&db)?;
            let code = agencies
                .into_iter()
                .find(|(known, _)| *known == agency)
                .map(|(_, code)| code);
            let code = code.ok_or(Failure::NotFound)?;
            match bundle(&db, (&agency, &code)) {
                Ok(bytes) => Ok((bytes, code)),
                Err(BundleError::Unsealed) => Err(Failure::Conflict(Say::new("book.unsealed"))),
                Err(BundleError::Db(cause)) => Err(Failure::from(cause)),
                Err(BundleError::Zip(cause)) => Err(Failure::Internal(cause.into())),
            }
        })
        .await?;
    let (bytes, code) = made?;
    let day = local(desk.actor().at).format("%Y%m%d");
    let name = format!("attachment; filename=\"{code}-{day}.zip\"");
    Ok(HttpResponse::Ok()
        .content_type("application/zip")
        .insert_header((header::CONTENT_DISPOSITION, name))
        .body(bytes))
}

/// The doors of this room.
pub fn doors(doors: &mut Doors) {
    let lock = Access::May(Permission::ReadLedger);
    doors.get("/ledger", lock, list);
    doors.get("/ledger/closing", lock, closing::closing);
    let export = Access::May(Permission::ExportLedger);
    doors.get("/ledger/bundle/{format}", export, take_bundle);
    doors.get("/ledger/leaf/{number}", lock, leaf);
}
