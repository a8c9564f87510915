//! The list of cases, narrowed by code, procedure and state.

use super::applicants;
use crate::cases::actions::concern::among;
use crate::cases::case::CaseHead;
use crate::cases::store::{self, CaseFilter, CaseState, Listed};
use crate::documents;
use crate::kernel::{CaseId, Language, Permission};
use crate::ledger::Work;
use crate::web::{Desk, Failure, Form, Page, escaped};
use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    text: String,
    #[serde(default)]
    procedure: String,
    /// The applicant: words of the name, telephone or identification number. Sent by POST, kept out of addresses.
    #[serde(skip)]
    who: String,
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
    may_find: bool,
    /// Whom the list was searched for.
    who: String,
    /// The applicants' names by the codes of the cases: of those that the reader handles.
    names: BTreeMap<String, String>,
    #[serde(skip)]
    own: BTreeSet<CaseId>,
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
    page(&desk, asked.into_inner()).await
}

/// The cases of a person. What is looked for comes in a form: names and numbers do not belong into addresses.
pub(super) async fn find(desk: Desk, form: Form) -> Result<HttpResponse, Failure> {
    let asked = Asked {
        who: form.text("who").to_owned(),
        ..Asked::default()
    };
    page(&desk, asked).await
}

async fn page(desk: &Desk, asked: Asked) -> Result<HttpResponse, Failure> {
    let (may_receive, language) = (desk.may(Permission::ReceiveCases), desk.language());
    let mut page = desk.read(move |work| prepare(work, asked, language)).await?;
    let heads: Vec<CaseHead> = page.listed.rows.iter().map(|row| row.head.clone()).collect();
    let own = std::mem::take(&mut page.own);
    page.names = applicants::names(desk, (own, &heads)).await?;
    desk.page(&ListPage {
        may_receive,
        may_find: desk.may(Permission::ReadApplicants),
        ..page
    })
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
        among: applicants::found(work, &asked.who)?,
        document,
        state,
        after,
    };
    let listed = store::list(work, &filter)?;
    let heads: Vec<CaseHead> = listed.rows.iter().map(|row| row.head.clone()).collect();
    let own = among(work, &heads)?;
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
        may_find: false,
        who: asked.who,
        names: BTreeMap::new(),
        own,
    })
}
