//! Keys that wait for the word of others, after a password was set without the old one.

use super::confirm::confirm_form;
use crate::people::keys::{KeyShown, attest, fingerprint, from_hex, unattested};
use crate::web::{Desk, Failure, Faults, Form, Page};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError, web};
use serde::Serialize;

#[derive(Serialize)]
struct KeysPage {
    keys: Vec<Row>,
    /// The key whose form was refused.
    refused: String,
    faults: Faults,
    problem: Option<String>,
}

#[derive(Serialize)]
struct Row {
    #[serde(flatten)]
    key: KeyShown,
    name: String,
    fingerprint: String,
    is_own: bool,
}

impl Page for KeysPage {
    const TEMPLATE: &'static str = "people/keys.html";
}

async fn page(desk: &Desk) -> Result<KeysPage, Failure> {
    let own = desk.person()?.id.clone();
    let keys = desk.read(|work| Ok::<_, Failure>(unattested(work)?)).await?;
    let row = |(key, name): (KeyShown, String)| Row {
        fingerprint: fingerprint(&from_hex(&key.public_key).unwrap_or_default()),
        is_own: key.person_id == own,
        key,
        name,
    };
    Ok(KeysPage {
        keys: keys.into_iter().map(row).collect(),
        refused: String::new(),
        faults: Faults::default(),
        problem: None,
    })
}

pub(super) async fn show(desk: Desk) -> Result<HttpResponse, Failure> {
    let page = page(&desk).await?;
    desk.page(&page)
}

pub(super) async fn speak(desk: Desk, id: web::Path<String>, form: Form) -> Result<HttpResponse, Failure> {
    let mut faults = Faults::default();
    let failure = if form.raw("password").is_empty() {
        faults.add("password", "form.needed");
        None
    } else {
        let key = id.clone();
        let done = match confirm_form(&desk, &form).await? {
            Err(failure) => Err(failure),
            Ok(fresh) => desk.try_change(move |work| attest(work, &fresh, &key)).await?,
        };
        match done {
            Ok(true) => return Ok(desk.done("/keys", "people.key_certified")),
            Ok(false) => return Ok(desk.done("/keys", "people.key_attested")),
            Err(failure) => Some(failure),
        }
    };
    let mut page = page(&desk).await?;
    page.faults = faults;
    page.refused = id.into_inner();
    let status = failure
        .as_ref()
        .map_or(StatusCode::UNPROCESSABLE_ENTITY, ResponseError::status_code);
    page.problem = failure.map(Failure::said).transpose()?.map(|say| desk.sentence(&say));
    desk.page_with(status, &page)
}
