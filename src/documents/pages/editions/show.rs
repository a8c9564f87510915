//! One edition: what it is, what is in it, what could be put in, and its annex as PDF.

use super::{number, readable, signs_for};
use crate::documents::editions::{self, Edition, EditionState, MOST, Member, MemberState, annex};
use crate::documents::pages::paper::{pdf_answer, print_failure};
use crate::documents::version::VersionHead;
use crate::kernel::Permission;
use crate::ledger::Work;
use crate::people::{self, Position, must};
use crate::web::{Desk, Failure, Faults, Form, Page};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError, web};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Serialize)]
pub(super) struct EditionPage {
    edition: Edition,
    /// What waits in it, or what it issued.
    inside: Vec<Inside>,
    /// What left it, and why; for whoever reads drafts.
    left: Vec<Member>,
    /// What could be put in: in the chosen field, or in any.
    candidates: Vec<VersionHead>,
    /// The fields of all that could be put in.
    fields: Vec<String>,
    field: String,
    /// Whether more waits than an edition can take.
    is_cut: bool,
    positions: Vec<Position>,
    is_open: bool,
    may_write: bool,
    may_decide: bool,
    typed: BTreeMap<String, String>,
    faults: Faults,
    problem: Option<String>,
}

impl Page for EditionPage {
    const TEMPLATE: &'static str = "editions/show.html";
}

/// A version in an edition, with its head as it stands now.
#[derive(Serialize)]
struct Inside {
    member: Member,
    head: VersionHead,
    /// Whether the reader may open it: what is not in force yet is for those who read drafts or sign.
    is_readable: bool,
}

fn find(work: &mut Work<'_>, number: i64, field: String) -> Result<EditionPage, Failure> {
    let edition = readable(work, number)?;
    let is_open = edition.state == EditionState::Open;
    let may_write = must(work.actor, Permission::WriteDocuments).is_ok();
    let sees_drafts = must(work.actor, Permission::ReadDrafts).is_ok();
    let inside = editions::members_of(work, &edition)?;
    let mut left = if sees_drafts {
        editions::members(work, &edition)?
    } else {
        Vec::new()
    };
    left.retain(|one| !matches!(one.state, MemberState::Waiting | MemberState::Approved));
    let all = if is_open && may_write {
        editions::candidates(work, &edition.position_id)?
    } else {
        Vec::new()
    };
    let fields: BTreeSet<String> = all.iter().map(|head| head.field.clone()).collect();
    let mut candidates: Vec<VersionHead> = all
        .into_iter()
        .filter(|head| field.is_empty() || head.field == field)
        .collect();
    let room = MOST.saturating_sub(inside.len());
    let is_cut = candidates.len() > room;
    candidates.truncate(room);
    let signs = signs_for(work)?.contains(&edition.position_id);
    Ok(EditionPage {
        may_decide: is_open && !inside.is_empty() && signs,
        inside: inside
            .into_iter()
            .map(|(member, head)| Inside {
                is_readable: sees_drafts || signs || head.effective_from.is_some(),
                member,
                head,
            })
            .collect(),
        left,
        candidates,
        fields: fields.into_iter().filter(|field| !field.is_empty()).collect(),
        field,
        is_cut,
        positions: if may_write {
            people::positions(work)?
        } else {
            Vec::new()
        },
        is_open,
        may_write,
        typed: BTreeMap::new(),
        faults: Faults::default(),
        problem: None,
        edition,
    })
}

pub(in crate::documents::pages) async fn show(desk: Desk, path: web::Path<String>) -> Result<HttpResponse, Failure> {
    let number = number(&path)?;
    let field = desk.query().remove("field").unwrap_or_default();
    let page = desk.read(move |work| find(work, number, field)).await?;
    desk.page(&page)
}

/// The page again after a refusal, with what was typed.
pub(super) async fn again(
    desk: &Desk,
    number: i64,
    form: &Form,
    refused: Result<Failure, Faults>,
) -> Result<HttpResponse, Failure> {
    let field = form.text("field").to_owned();
    let mut page = desk.read(move |work| find(work, number, field)).await?;
    page.typed = form.typed();
    let status = match refused {
        Ok(failure) => {
            let status = failure.status_code();
            page.problem = Some(desk.sentence(&failure.said()?));
            status
        }
        Err(faults) => {
            page.faults = faults;
            StatusCode::UNPROCESSABLE_ENTITY
        }
    };
    desk.page_with(status, &page)
}

/// The annex; of an edition that is not issued, as a draft.
pub(in crate::documents::pages) async fn pdf(desk: Desk, path: web::Path<String>) -> Result<HttpResponse, Failure> {
    let number = number(&path)?;
    let (agency, edition, members) = desk
        .read(move |work| {
            let edition = readable(work, number)?;
            let members = editions::members_of(work, &edition)?;
            Ok::<_, Failure>((people::agency_name(work)?, edition, members))
        })
        .await?;
    let pages = desk.site().pages.clone();
    let printed = desk
        .aside(move || annex(pages.words(), &agency, (&edition, &members)))
        .await?
        .map_err(print_failure)?;
    Ok(pdf_answer(&format!("danh-muc-ban-hanh-{number}.pdf"), printed.bytes))
}
