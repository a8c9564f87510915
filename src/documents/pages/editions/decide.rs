//! The one page on which whoever signs an edition gives each of its versions a verdict.

use super::{number, path_of, signs_for};
use crate::documents::editions::{
    self, Decision, Edition, EditionState, GivenVerdict, Obstacle, Said, Standing, standings,
};
use crate::documents::route::Seat;
use crate::documents::sealing::{Asked, Meant, Thorough, as_printed, asked};
use crate::documents::signature::{SignatureShown, Verdict};
use crate::documents::store;
use crate::documents::version::VersionHead;
use crate::kernel::VersionId;
use crate::ledger::Work;
use crate::people::Held;
use crate::signatures::{self, Act};
use crate::web::{Desk, Failure, Faults, Form, Page, Say};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError, web};
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The longest reason, in characters.
const LONGEST_REASON: usize = 2000;
/// The longest number of a decision, in characters.
const LONGEST: usize = 300;

#[derive(Serialize)]
struct DecidePage {
    edition: Edition,
    items: Vec<Item>,
    /// Whether there is a version on which the reader may give no verdict.
    is_blocked: bool,
    today: NaiveDate,
    typed: BTreeMap<String, String>,
    faults: Faults,
    problem: Option<String>,
}

impl Page for DecidePage {
    const TEMPLATE: &'static str = "editions/decide.html";
}

/// A version that waits for its verdict, with what there is to know of it.
#[derive(Serialize)]
struct Item {
    head: VersionHead,
    /// SHA-256 of the text that was put in.
    sha256: String,
    summary: String,
    basis: String,
    /// What was signed in this round.
    signatures: Vec<SignatureShown>,
    /// What exactly would be signed; nothing where the reader may sign nothing.
    asked: Option<Asked>,
    has_sheet: bool,
    obstacle: Option<Obstacle>,
    /// Whether the form says that it is approved; nothing is said before the signer says it.
    is_approved: bool,
    /// Whether the form says that it goes back.
    is_returned: bool,
    reason: String,
    fault: Option<String>,
}

fn find(work: &mut Work<'_>, number: i64, home: Option<&PathBuf>) -> Result<(Edition, Vec<Item>), Failure> {
    let edition = editions::edition(work, number)?;
    let person = work.actor.person.clone().ok_or(Failure::SignInFirst)?;
    if !signs_for(work)?.contains(&edition.position_id) {
        return Err(Failure::Forbidden(Say::new("editions.refused.not_signer")));
    }
    if edition.state != EditionState::Open {
        return Err(Failure::Conflict(Say::new("editions.refused.not_open")));
    }
    let standings = standings(work, &edition, &person)?;
    let ids: Vec<VersionId> = standings.iter().map(|one| one.head.id.clone()).collect();
    let mut signed = store::signatures_of_many(work, &ids)?;
    let sheets = store::with_sheets(work, &ids)?;
    let contents: BTreeMap<VersionId, _> = store::contents(work, &ids)?
        .into_iter()
        .map(|one| (one.version, one.content))
        .collect();
    let item = |Standing { member, head, seats }: Standing| {
        let mut signatures = signed.remove(&head.id).unwrap_or_default();
        signatures.retain(|one| one.round == head.round && one.verdict == Verdict::Signed);
        let source = contents.get(&head.id).map(|content| &content.source);
        Item {
            sha256: member.content_sha256,
            summary: source.map_or_else(String::new, |source| source.change_summary.clone()),
            basis: source.map_or_else(String::new, |source| source.change_basis.clone()),
            signatures,
            asked: None,
            has_sheet: sheets.contains(&(head.id.clone(), head.round)),
            obstacle: seats.err(),
            is_approved: false,
            is_returned: false,
            reason: String::new(),
            fault: None,
            head,
        }
    };
    let mut seats: BTreeMap<VersionId, Vec<(Seat, Held)>> = BTreeMap::new();
    for one in &standings {
        if let Ok(own) = &one.seats {
            seats.insert(one.head.id.clone(), own.clone());
        }
    }
    let mut items: Vec<Item> = standings.into_iter().map(item).collect();
    for item in &mut items {
        let Some(own) = seats.get(&item.head.id) else { continue };
        let meant = [Act::Issued, Act::Returned].map(|act| Meant::new(act, as_printed(own)));
        item.asked = Some(asked(work, home.cloned(), &item.head, (&meant, Thorough::ReadsAll))?);
    }
    Ok((edition, items))
}

async fn page(desk: &Desk, number: i64) -> Result<DecidePage, Failure> {
    let home = desk.site().db.home();
    let (edition, items) = desk.read(move |work| find(work, number, home.as_ref())).await?;
    Ok(DecidePage {
        is_blocked: items.iter().any(|item| item.obstacle.is_some()),
        edition,
        items,
        today: desk.actor().today(),
        typed: BTreeMap::new(),
        faults: Faults::default(),
        problem: None,
    })
}

pub(in crate::documents::pages) async fn sheet(desk: Desk, path: web::Path<String>) -> Result<HttpResponse, Failure> {
    let page = page(&desk, number(&path)?).await?;
    desk.page(&page)
}

/// The verdicts of the form, in its order.
fn verdicts(form: &Form, faults: &mut Faults) -> Vec<GivenVerdict> {
    let mut given = Vec::new();
    for version in form.all("version") {
        let reason = form.text(&format!("reason.{version}"));
        let said = match form.text(&format!("verdict.{version}")) {
            "approve" => Said::Approved,
            "return" => {
                if reason.is_empty() {
                    faults.add(&format!("reason.{version}"), "form.needed");
                } else if reason.chars().count() > LONGEST_REASON {
                    faults.add(&format!("reason.{version}"), "form.too_long");
                }
                Said::Returned(reason.to_owned())
            }
            _ => {
                faults.add(&format!("reason.{version}"), "editions.no_verdict");
                continue;
            }
        };
        given.push(GivenVerdict {
            version: VersionId::of(version),
            seen_sha256: form.text(&format!("seen.{version}")).to_owned(),
            said,
        });
    }
    given
}

/// What the form decides. The decision itself is asked for only when something is approved.
fn decision(form: &Form, today: NaiveDate, faults: &mut Faults) -> Option<Decision> {
    let verdicts = verdicts(form, faults);
    let approves = verdicts.iter().any(|one| one.said == Said::Approved);
    let (mut decided_on, mut effective_from) = (form.date("decided_on", faults), form.date("effective_from", faults));
    let mut decision_no = form.text("decision_no").to_owned();
    if approves {
        decision_no = form.needed("decision_no", LONGEST, faults);
        for (name, day) in [("decided_on", decided_on), ("effective_from", effective_from)] {
            if day.is_none() {
                faults.add(name, "form.needed");
            }
        }
    } else {
        decided_on = decided_on.or(Some(today));
        effective_from = effective_from.or(Some(today));
    }
    if form.raw("password").is_empty() {
        faults.add("password", "form.needed");
    }
    Some(Decision {
        row_version: form.number("row_version")?,
        decision_no,
        decided_on: decided_on?,
        effective_from: effective_from?,
        verdicts,
    })
}

pub(in crate::documents::pages) async fn decide(
    desk: Desk,
    path: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    let number = number(&path)?;
    let mut faults = Faults::default();
    let decision = decision(&form, desk.actor().today(), &mut faults);
    let Some(decision) = decision.filter(|_| faults.is_empty()) else {
        return again(&desk, number, &form, Err(faults)).await;
    };
    let done = signatures::signing(&desk, &form, move |work, fresh| {
        editions::decide_edition(work, fresh, number, &decision)
    })
    .await?;
    match signatures::noted(&desk, ("edition", &number.to_string()), done).await? {
        Ok(true) => Ok(desk.done(path_of(number), "editions.issued")),
        Ok(false) => Ok(desk.done("/editions", "editions.all_returned")),
        Err(failure) => again(&desk, number, &form, Ok(failure)).await,
    }
}

/// The page again, with the verdicts as they were given and why nothing was done.
async fn again(
    desk: &Desk,
    number: i64,
    form: &Form,
    refused: Result<Failure, Faults>,
) -> Result<HttpResponse, Failure> {
    let mut page = page(desk, number).await?;
    let status = match refused {
        Ok(failure) => {
            let status = failure.status_code();
            page.problem = Some(desk.sentence(&failure.said()?));
            status
        }
        Err(faults) => {
            page.problem = Some(desk.word("editions.decide.faults", &[]));
            page.faults = faults;
            StatusCode::UNPROCESSABLE_ENTITY
        }
    };
    for item in &mut page.items {
        let id = item.head.id.as_str();
        item.is_approved = form.text(&format!("verdict.{id}")) == "approve";
        item.is_returned = form.text(&format!("verdict.{id}")) == "return";
        item.reason = form.text(&format!("reason.{id}")).to_owned();
        item.fault = page.faults.of(&format!("reason.{id}")).map(str::to_owned);
    }
    page.typed = form.typed();
    page.typed.remove("password");
    desk.page_with(status, &page)
}
