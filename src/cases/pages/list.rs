//! The list of cases, narrowed by code, procedure and state.

use crate::cases::store::{self, CaseFilter, CaseState, Listed};
use crate::documents;
use crate::kernel::{Language, Permission};
use crate::web::{Desk, Failure, Page};
use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    text: String,
    #[serde(default)]
    procedure: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    after: String,
}

#[derive(Serialize)]
struct ListPage {
    listed: Listed,
    roles: BTreeMap<String, String>,
    procedures: Vec<Choice>,
    states: Vec<CaseState>,
    text: String,
    procedure: String,
    state: Option<CaseState>,
    next: Option<String>,
    is_first: bool,
    may_receive: bool,
}

impl Page for ListPage {
    const TEMPLATE: &'static str = "cases/list.html";
}

#[derive(Serialize)]
struct Choice {
    code: String,
    title: String,
}

pub(super) async fn show(desk: Desk, asked: web::Query<Asked>) -> Result<HttpResponse, Failure> {
    let asked = asked.into_inner();
    let may_receive = desk.may(Permission::ReceiveCases);
    let is_english = desk.language() == Language::En;
    let page = desk
        .read(move |work| {
            let state = CaseState::parse(&asked.state);
            let procedure = asked.procedure.trim().to_owned();
            let document = match procedure.as_str() {
                "" => None,
                code => Some(documents::document_by_code(work, code)?),
            };
            let text = asked.text.trim().to_owned();
            let after = Some(asked.after).filter(|after| !after.is_empty());
            let is_first = after.is_none();
            let listed = store::list(
                work,
                &CaseFilter {
                    text: text.clone(),
                    document,
                    state,
                    after,
                },
            )?;
            let roles = documents::roles(work)?.into_iter().map(|role| {
                (
                    role.code,
                    if is_english && !role.name_en.is_empty() {
                        role.name_en
                    } else {
                        role.name
                    },
                )
            });
            let roles = roles.collect();
            let procedures = documents::effective(work)?
                .into_iter()
                .filter(|head| head.kind == super::new::KIND);
            let procedures = procedures
                .map(|head| Choice {
                    code: head.code,
                    title: head.title,
                })
                .collect();
            let next = listed.next.as_ref().map(|after| {
                let pairs = [
                    ("text", &text),
                    ("procedure", &procedure),
                    ("state", &asked.state),
                    ("after", after),
                ];
                let pairs = pairs.iter().filter(|(_, value)| !value.is_empty());
                pairs
                    .map(|(name, value)| format!("{name}={}", escaped(value)))
                    .collect::<Vec<_>>()
                    .join("&")
            });
            Ok::<_, Failure>(ListPage {
                listed,
                roles,
                procedures,
                states: CaseState::ALL.to_vec(),
                text,
                procedure,
                state,
                next,
                is_first,
                may_receive,
            })
        })
        .await?;
    desk.page(&page)
}

/// A text as the value of a query.
pub(super) fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    text.bytes()
        .map(|byte| {
            if plain(byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}
