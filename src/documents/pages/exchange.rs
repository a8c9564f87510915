//! The workflow of a document for other tools: a Petri net (PNML), a diagram (BPMN 2.0).

use super::show::{as_file, file_name, number, wanted};
use super::speech::Speech;
use crate::documents::content::Content;
use crate::documents::role::Role;
use crate::documents::store;
use crate::documents::version::VersionHead;
use crate::render::{bpmn_file, pnml_file};
use crate::web::{Desk, Failure};
use crate::workflow::RoleCode;
use actix_web::{HttpResponse, web};
use std::sync::Arc;

const XML: &str = "application/xml; charset=utf-8";

async fn found(desk: &Desk, code: web::Path<String>) -> Result<(VersionHead, Arc<Content>, Vec<Role>), Failure> {
    let number = number(desk)?;
    let found = desk.read(move |work| {
        let (head, content) = wanted(work, &code, number)?;
        Ok::<_, Failure>((head, content, store::roles(work)?))
    });
    // A document without a sound table of steps has no workflow.
    let found = found.await?;
    if found.1.workflow.is_none() {
        return Err(Failure::NotFound);
    }
    Ok(found)
}

pub(super) async fn pnml(desk: Desk, code: web::Path<String>) -> Result<HttpResponse, Failure> {
    let (head, content, _) = found(&desk, code).await?;
    let text = pnml_file(&head.title, &content.table).map_err(|_problems| Failure::NotFound)?;
    Ok(as_file(&file_name(&head, "pnml"), XML, text))
}

pub(super) async fn bpmn(desk: Desk, code: web::Path<String>) -> Result<HttpResponse, Failure> {
    let (head, content, roles) = found(&desk, code).await?;
    let words = (desk.site().pages.words(), desk.language());
    let speech = Speech::new(words.0, words.1, &roles);
    let role_name = |role: &RoleCode| speech.role(role.as_str());
    let text = bpmn_file(words, &head.title, &content.table, &role_name).map_err(|_problems| Failure::NotFound)?;
    Ok(as_file(&file_name(&head, "bpmn"), XML, text))
}
