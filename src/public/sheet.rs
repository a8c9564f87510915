//! One posted procedure in plain words: what to bring, how long it takes, what it costs, what one receives.

use super::posted::is_posted;
use crate::documents::{
    self, Content, DossierShown, DurationShown, IssueNo, Role, Shown, StepShown, TimeShown, VersionHead,
};
use crate::ledger::Work;
use crate::procedures::{Mode, Tthc};
use crate::web::{Desk, Failure, Page};
use crate::workflow::{Clock, Step, Target};
use actix_web::{HttpResponse, web};
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The sheet of a version. It borrows from the shown content, which is made once for each text and language.
#[derive(Serialize)]
struct SheetPage<'a> {
    code: &'a str,
    issue: IssueNo,
    effective_from: Option<NaiveDate>,
    title: &'a str,
    field: &'a str,
    tthc: &'a [Tthc],
    applicants: &'a str,
    conditions: &'a str,
    result: &'a str,
    fee: &'a str,
    receiving_place: &'a str,
    sets: Option<u32>,
    legal_basis: &'a [String],
    durations: &'a [DurationShown],
    submit: Vec<&'a DossierShown>,
    present: Vec<&'a DossierShown>,
    steps: Vec<Stage<'a>>,
    unverified: &'a BTreeMap<&'static str, bool>,
    has_unverified: bool,
}

impl Page for SheetPage<'_> {
    const TEMPLATE: &'static str = "public/sheet.html";
}

/// A step as people outside the office need to know it.
#[derive(Serialize)]
struct Stage<'a> {
    name: &'a str,
    who: &'a [String],
    times: &'a [TimeShown],
    counted: bool,
    optional: bool,
    pauses: bool,
    /// Outcomes with which the case ends here without its result.
    refusals: Vec<&'a str>,
}

fn stage<'a>(step: &'a Step, shown: &'a StepShown) -> Stage<'a> {
    let refused = step.next.iter().filter(|next| next.target == Target::EndRefused);
    Stage {
        name: &step.name,
        who: &shown.role_names,
        times: &shown.time_texts,
        counted: step.counted,
        optional: step.optional,
        pauses: step.clock == Clock::Paused,
        refusals: refused.filter_map(|next| next.outcome.as_deref()).collect(),
    }
}

fn sheet<'a>(head: &'a VersionHead, content: &'a Content, shown: &'a Shown) -> SheetPage<'a> {
    let source = &content.source;
    let (submit, present) = shown.dossier.iter().partition(|paper| paper.item.mode == Mode::Submit);
    SheetPage {
        code: &head.code,
        issue: head.issue,
        effective_from: head.effective_from,
        title: &shown.title,
        field: &shown.field,
        tthc: &shown.tthc,
        applicants: &source.applicants,
        conditions: &source.conditions,
        result: &source.result,
        fee: &source.fee,
        receiving_place: &source.receiving_place,
        sets: shown.sets,
        legal_basis: &shown.legal_basis,
        durations: &shown.durations,
        submit,
        present,
        steps: content
            .table
            .steps
            .iter()
            .zip(&shown.steps)
            .map(|(step, shown)| stage(step, shown))
            .collect(),
        unverified: &shown.unverified,
        has_unverified: shown.has_unverified,
    }
}

type Found = (VersionHead, Arc<Content>, Vec<Role>);

fn load(work: &mut Work<'_>, code: &str) -> Result<Found, Failure> {
    let document = documents::document_by_code(work, code)?;
    let today = work.actor.today();
    let head = documents::effective_on(work, &document, today)?
        .filter(is_posted)
        .ok_or(Failure::NotFound)?;
    let content = documents::content_of(work, &head.id)?;
    Ok((head, content, documents::roles(work)?))
}

/// The code that a posted procedure has now, when it had another one before.
fn present_code(work: &mut Work<'_>, old: &str) -> Result<String, Failure> {
    let (_, present) = documents::document_by_any_code(work, old)?;
    if present == old {
        return Err(Failure::NotFound);
    }
    load(work, &present).map(|_posted| present)
}

pub(super) async fn show(desk: Desk, code: web::Path<String>) -> Result<HttpResponse, Failure> {
    let asked = code.clone();
    let (head, content, roles) = match desk.read(move |work| load(work, &asked)).await {
        Err(Failure::NotFound) => {
            let present = desk.read(move |work| present_code(work, &code)).await?;
            return Ok(desk.see_other(documents::public_path_of(&present)));
        }
        found => found?,
    };
    let shown = documents::shown(&content, &roles, desk.site().pages.words(), desk.language());
    desk.page(&sheet(&head, &content, &shown))
}
