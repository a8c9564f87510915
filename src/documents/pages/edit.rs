//! The editor of a draft: shown, checked, its rows added and moved, and saved. Works without any script.

use super::edit_page::{Check, EditPage, check_of, edit_page};
use super::version::readable;
use crate::documents::actions::typing::{is_saved, typed_in};
use crate::documents::actions::write;
use crate::documents::content::Content;
use crate::documents::editor::{CellWords, Deed, Sheet, apply, read, sheet_of};
use crate::documents::role::Role;
use crate::documents::store::{self, Typing};
use crate::documents::version::{Numbering, Stage, VersionHead};
use crate::kernel::{Language, VersionId};
use crate::web::{Desk, Failure, Form, Page, Say};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use chrono::TimeDelta;
use serde::Serialize;
use std::sync::Arc;

/// Whoever typed in a draft within this time is shown to others as writing it too.
const LATELY: TimeDelta = TimeDelta::minutes(15);

/// What the editor works on.
pub(super) struct Draft {
    pub(super) head: VersionHead,
    pub(super) numbering: Numbering,
    pub(super) content: Arc<Content>,
    pub(super) roles: Vec<Role>,
    /// What the reader typed and did not save.
    pub(super) mine: Option<Typing>,
    /// Who else typed in it lately.
    pub(super) others: Vec<Typing>,
}

/// Why the editor is shown again with what is stored.
pub(super) struct Refused {
    pub(super) status: StatusCode,
    pub(super) say: Say,
}

impl Refused {
    /// What was sent cannot be used.
    pub(super) fn invalid(say: Say) -> Self {
        Self {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            say,
        }
    }
}

async fn load(desk: &Desk, id: &VersionId) -> Result<Draft, Failure> {
    let id = id.clone();
    desk.read(move |work| {
        let head = readable(work, &id)?;
        let content = store::content_of(work, &id)?;
        let (mine, mut others) = typed_in(work, &id)?;
        let lately = work.actor.at - LATELY;
        others.retain(|typing| typing.kept_at > lately);
        Ok::<_, Failure>(Draft {
            numbering: Numbering::among(&store::heads_of(work, &head.document_id)?),
            head,
            content,
            roles: store::roles(work)?,
            mine,
            others,
        })
    })
    .await
}

/// What is typed. Code and kind are the document's: no form changes them.
fn typed(form: &Form, head: &VersionHead) -> Sheet {
    let mut sheet = Sheet::of(form);
    sheet.head.insert("code".to_owned(), head.code.clone());
    sheet.head.insert("kind".to_owned(), head.kind.clone());
    sheet
}

async fn page(desk: &Desk, draft: Draft, sheet: Option<Sheet>, stale: bool) -> Result<EditPage, Failure> {
    let (pages, language) = (desk.site().pages.clone(), desk.language());
    desk.aside(move || {
        let words = CellWords::of(pages.words());
        let sheet = sheet.unwrap_or_else(|| sheet_of(&draft.content.source, &words, language));
        edit_page(draft, sheet, (pages.words(), &words, language), stale)
    })
    .await
}

pub(super) async fn show(desk: Desk, id: web::Path<VersionId>) -> Result<HttpResponse, Failure> {
    let draft = load(&desk, &id).await?;
    if draft.head.stage != Stage::Draft {
        return Ok(desk.see_other(format!("/versions/{id}")));
    }
    let asked = desk.query().contains_key("typed");
    let Some(typing) = draft.mine.clone().filter(|_| asked) else {
        let page = page(&desk, draft, None, false).await?;
        return desk.page(&page);
    };
    // What was typed and not saved is taken up again, on the state of the draft on which it was typed.
    let fields: Vec<(String, String)> = serde_json::from_str(&typing.fields).unwrap_or_default();
    let sheet = typed(&Form::new(fields), &draft.head);
    let mut page = page(&desk, draft, Some(sheet), false).await?;
    page.row_version = typing.row_version;
    page.kept = None;
    desk.page(&page)
}

/// The editor as it is stored, after something beside it was refused.
pub(super) async fn refused(desk: &Desk, id: &VersionId, refused: Refused) -> Result<HttpResponse, Failure> {
    let draft = load(desk, id).await?;
    let mut page = page(desk, draft, None, false).await?;
    page.problem = Some(desk.sentence(&refused.say));
    desk.page_with(refused.status, &page)
}

pub(super) async fn act(desk: Desk, id: web::Path<VersionId>, form: Form) -> Result<HttpResponse, Failure> {
    let draft = load(&desk, &id).await?;
    let mut sheet = typed(&form, &draft.head);
    let wanted = form.text("do");
    if wanted == "save" {
        return save(&desk, draft, (form.number("row_version"), sheet)).await;
    }
    if let Some(deed) = Deed::parse(wanted) {
        let words = desk.site().pages.words();
        let outcomes = ["documents.editor.good", "documents.editor.bad"].map(|key| words.get(Language::Vi, key));
        apply(&mut sheet, &deed, outcomes);
    }
    // The form keeps the row version that it was opened with: looking at it again saves nothing.
    let opened = form.number("row_version").unwrap_or(draft.head.row_version);
    let mut page = page(&desk, draft, Some(sheet), false).await?;
    page.row_version = opened;
    desk.page(&page)
}

async fn save(desk: &Desk, draft: Draft, (opened, sheet): (Option<i64>, Sheet)) -> Result<HttpResponse, Failure> {
    let opened = opened.ok_or_else(|| Failure::Invalid(Say::new("failure.no_form")))?;
    let said = read(&sheet, &CellWords::of(desk.site().pages.words()));
    if !said.slips.is_empty() {
        let mut page = page(desk, draft, Some(sheet), false).await?;
        page.row_version = opened;
        page.problem = Some(desk.word("documents.editor.slips", &[]));
        return desk.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let (id, text) = (draft.head.id.clone(), crate::procedures::write(&said.source));
    let saving = id.clone();
    match desk
        .try_change(move |work| {
            let next = write::save(work, &saving, opened, &text)?;
            is_saved(work, &saving)?;
            Ok(next)
        })
        .await?
    {
        Ok(_) => Ok(desk.done(format!("/versions/{id}/edit"), "documents.saved")),
        Err(Failure::Conflict(say)) => {
            // Somebody else was faster: theirs is loaded, this one stays in the form, and both can be seen.
            let theirs = load(desk, &id).await?;
            let is_stale = theirs.head.stage == Stage::Draft && theirs.head.row_version != opened;
            let mut page = page(desk, theirs, Some(sheet), is_stale).await?;
            page.problem = Some(desk.sentence(&say));
            desk.page_with(StatusCode::CONFLICT, &page)
        }
        Err(failure) => {
            let say = failure.said()?;
            let mut page = page(desk, draft, Some(sheet), false).await?;
            page.row_version = opened;
            page.problem = Some(desk.sentence(&say));
            desk.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

/// The part of the editor's page that the script replaces while somebody writes.
#[derive(Serialize)]
struct CheckPart {
    check: Check,
}

impl Page for CheckPart {
    const TEMPLATE: &'static str = "documents/check_parts.html";
}

pub(super) async fn check(desk: Desk, id: web::Path<VersionId>, form: Form) -> Result<HttpResponse, Failure> {
    let draft = load(&desk, &id).await?;
    let sheet = typed(&form, &draft.head);
    let (pages, language) = (desk.site().pages.clone(), desk.language());
    let check = desk
        .aside(move || {
            let words = CellWords::of(pages.words());
            check_of(&sheet, &read(&sheet, &words), &draft.roles, (pages.words(), language))
        })
        .await?;
    desk.page(&CheckPart { check })
}
