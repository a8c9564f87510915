//! Keeping what is typed in the editor while it is typed, and throwing it away.

use crate::documents::actions::typing::{forget_typing, keep_typing};
use crate::kernel::VersionId;
use crate::web::{Desk, Failure, Form, Say};
use actix_web::{HttpResponse, web};

/// Keeps the fields of the editor; answers with a sentence for the bar of the editor.
pub(super) async fn keep(desk: Desk, id: web::Path<VersionId>, form: Form) -> Result<HttpResponse, Failure> {
    let row_version = form
        .number("row_version")
        .ok_or_else(|| Failure::Invalid(Say::new("failure.no_form")))?;
    // What belongs to the visit, not to the text, is not kept.
    let own = |name: &str| !matches!(name, "csrf" | "key" | "row_version" | "do");
    let fields: Vec<(String, String)> = form
        .fields()
        .filter(|(name, _)| own(name))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let id = id.into_inner();
    desk.change(move |work| keep_typing(work, &id, (row_version, &fields)))
        .await?;
    let at = crate::kernel::local(desk.actor().at).format("%H:%M").to_string();
    Ok(HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body(desk.word("documents.editor.kept_at", &[("time", at)])))
}

pub(super) async fn forget(desk: Desk, id: web::Path<VersionId>, _form: Form) -> Result<HttpResponse, Failure> {
    let id = id.into_inner();
    let version = id.clone();
    desk.change(move |work| forget_typing(work, &version)).await?;
    Ok(desk.done(format!("/versions/{id}/edit"), "documents.typing_forgotten"))
}
