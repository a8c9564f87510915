//! The list of cases, narrowed by code, procedure and state.

use crate::cases::store::{self, CaseFilter, CaseState, Listed};
use crate::documents;
use crate::kernel::{Language, Permission};
use crate::ledger::Work;
use crate::web::{Desk, Failure, Page, escaped};
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
    let (may_receive, language) = (desk.may(Permission::ReceiveCases), desk.language());
    let page = desk.read(move |work| prepare(work, asked, language)).await?;
    desk.page(&ListPage { may_receive, ..page })
}

fn prepare(work: &mut Work<'_>, asked: Asked, language: Language) -> Result<ListPage, Failure> {
    let state = CaseState::parse(&asked.state);
    let (text, procedure) = (asked.text.trim().to_owned(), asked.procedure.trim().to_owned());
    let document = match procedure.as_str() {
        "" => None,
        code => Some(documents::document_by_code(work, code)?),
    };
    let after = Some(asked.after).filter(|after| !after.is_empty());
    let is_first = after.is_none();
    let filter = CaseFilter {
        text: text.clone(),
        document,
        state,
        after,
    };
    let listed = store::list(work, &filter)?;
    let role_name = |role: documents::Role| {
        let is_english = language == Language::En && !role.name_en.is_empty();
        (role.code, if is_english { role.name_en } else { role.name })
    };
    let procedures = documents::effective(work)?
        .into_iter()
        .filter(|head| head.kind == super::new::KIND);
    let query = |after: &String| {
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
    };
    Ok(ListPage {
        next: listed.next.as_ref().map(query),
        listed,
        roles: documents::roles(work)?.into_iter().map(role_name).collect(),
        procedures: procedures
            .map(|head| Choice {
                code: head.code,
                title: head.title,
            })
            .collect(),
        states: CaseState::ALL.to_vec(),
        text,
        procedure,
        state,
        is_first,
        may_receive: false,
    })
}
