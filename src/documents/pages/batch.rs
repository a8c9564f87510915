//! Everything that waits for the reader's signature, to be signed with one entry of the password.

use crate::documents::actions::batch::{MOST_AT_ONCE, Outcome, sign_many};
use crate::documents::actions::sign::positions_to_sign_for;
use crate::documents::sealing::{Asked, Meant, Thorough, act_of, asked};
use crate::documents::signature::Waiting;
use crate::documents::store;
use crate::documents::version::VersionHead;
use crate::kernel::VersionId;
use crate::ledger::Work;
use crate::signatures;
use crate::web::{Desk, Failure, Faults, Form, Page, Say};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use std::path::PathBuf;

#[derive(Serialize)]
struct BatchPage {
    items: Vec<Item>,
    /// How many more wait than one batch holds.
    more: usize,
    most: usize,
    outcomes: Vec<Told>,
    faults: Faults,
    problem: Option<String>,
}

impl Page for BatchPage {
    const TEMPLATE: &'static str = "documents/batch.html";
}

/// A version that waits, with what exactly would be signed.
#[derive(Serialize)]
struct Item {
    waiting: Waiting,
    asked: Asked,
    is_chosen: bool,
}

/// What became of a version of the batch that was sent.
#[derive(Serialize)]
struct Told {
    head: VersionHead,
    is_signed: bool,
    text: String,
}

fn find(work: &mut Work<'_>, home: Option<&PathBuf>) -> Result<(Vec<Item>, usize), Failure> {
    let person = work.actor.person.clone().ok_or(Failure::SignInFirst)?;
    let mut waiting = store::waiting_for(work, &person.id)?;
    waiting.retain(|one| one.edition.is_none());
    let more = waiting.len().saturating_sub(MOST_AT_ONCE);
    let mut items = Vec::new();
    for one in waiting.into_iter().take(MOST_AT_ONCE) {
        let held = positions_to_sign_for(work, &one.head);
        let meant = [Meant::new(act_of(one.meaning), held)];
        items.push(Item {
            asked: asked(work, home.cloned(), &one.head, (&meant, Thorough::ReadsAll))?,
            waiting: one,
            is_chosen: false,
        });
    }
    Ok((items, more))
}

async fn page(desk: &Desk) -> Result<BatchPage, Failure> {
    let home = desk.site().db.home();
    let (items, more) = desk.read(move |work| find(work, home.as_ref())).await?;
    Ok(BatchPage {
        items,
        more,
        most: MOST_AT_ONCE,
        outcomes: Vec::new(),
        faults: Faults::default(),
        problem: None,
    })
}

pub(super) async fn show(desk: Desk) -> Result<HttpResponse, Failure> {
    let page = page(&desk).await?;
    desk.page(&page)
}

/// The versions that the form chose, each with the hash of the text that it showed.
fn chosen(form: &Form) -> Vec<(VersionId, String)> {
    let all = form.all("version").into_iter();
    all.map(|id| (VersionId::of(id), form.text(&format!("seen.{id}")).to_owned()))
        .collect()
}

async fn again(
    desk: &Desk,
    form: &Form,
    (status, faults, problem): (StatusCode, Faults, Option<String>),
) -> Result<HttpResponse, Failure> {
    let mut page = page(desk).await?;
    let wanted = form.all("version");
    for item in &mut page.items {
        item.is_chosen = wanted.contains(&item.waiting.head.id.as_str());
    }
    page.faults = faults;
    page.problem = problem;
    desk.page_with(status, &page)
}

async fn told(desk: &Desk, outcomes: Vec<(VersionId, Outcome)>) -> Result<HttpResponse, Failure> {
    let ids: Vec<VersionId> = outcomes.iter().map(|(id, _)| id.clone()).collect();
    let heads = desk
        .read(move |work| store::heads_by_id(work, &ids).map_err(Failure::from))
        .await?;
    let mut page = page(desk).await?;
    for (id, outcome) in outcomes {
        let Some(head) = heads.iter().find(|head| head.id == id) else {
            continue;
        };
        page.outcomes.push(Told {
            head: head.clone(),
            is_signed: outcome.is_ok(),
            text: match &outcome {
                Ok(_) => desk.word("batch.signed", &[]),
                Err(say) => desk.sentence(say),
            },
        });
    }
    desk.page_with(StatusCode::CONFLICT, &page)
}

pub(super) async fn sign(desk: Desk, form: Form) -> Result<HttpResponse, Failure> {
    let (wanted, mut faults) = (chosen(&form), Faults::default());
    if form.raw("password").is_empty() {
        faults.add("password", "form.needed");
    }
    if wanted.is_empty() || !faults.is_empty() {
        let problem = wanted.is_empty().then(|| desk.sentence(&Say::new("batch.none_chosen")));
        return again(&desk, &form, (StatusCode::UNPROCESSABLE_ENTITY, faults, problem)).await;
    }
    let done = match signatures::confirmed(&desk, &form).await? {
        Err(failure) => Err(failure),
        Ok(fresh) => desk.try_change(move |work| sign_many(work, &fresh, &wanted)).await?,
    };
    match done {
        Ok(outcomes) if outcomes.iter().all(|(_, outcome)| outcome.is_ok()) => {
            Ok(desk.done("/signing", "batch.all_signed"))
        }
        Ok(outcomes) => told(&desk, outcomes).await,
        Err(failure) => {
            let status = failure.status_code();
            let problem = Some(desk.sentence(&failure.said()?));
            again(&desk, &form, (status, Faults::default(), problem)).await
        }
    }
}
