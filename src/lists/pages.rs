//! The pages of the master lists, and the lists as files.

use super::csv::csv_file;
use super::gather::{Asked, gather};
use super::list::{List, MasterList};
use super::paper::list_paper;
use super::xlsx::{Heading, xlsx_file};
use crate::documents;
use crate::kernel::Language;
use crate::print::print;
use crate::procedures::Kind;
use crate::web::{Desk, Failure, Page, escaped};
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, web};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// How many rows the page shows; the files hold all.
const SHOWN: usize = 1_000;

/// What stands after `?` in the address.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct Typed {
    day: String,
    field: String,
    kind: String,
}

#[derive(Serialize)]
struct ListPage {
    list: List,
    lists: &'static [List],
    is_of_documents: bool,
    master: Option<MasterList>,
    total: usize,
    is_cut: bool,
    day: NaiveDate,
    typed: Typed,
    /// The same question, for the addresses of the files and of the other lists.
    asked: String,
    fields: Vec<String>,
    kinds: Vec<&'static str>,
    problem: Option<String>,
}

impl Page for ListPage {
    const TEMPLATE: &'static str = "lists/list.html";
}

fn typed(desk: &Desk) -> Typed {
    let typed = web::Query::<Typed>::from_query(desk.request().query_string());
    typed.map(web::Query::into_inner).unwrap_or_default()
}

/// What is asked for; a day that cannot be read is `None`.
fn asked(desk: &Desk, list: List, typed: &Typed) -> Option<Asked> {
    let day = match typed.day.trim() {
        "" => desk.actor().today(),
        day => NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()?,
    };
    Some(Asked {
        day,
        field: Some(typed.field.trim().to_owned()).filter(|field| !field.is_empty() && list.is_of_documents()),
        kind: Kind::from_text(typed.kind.trim()).filter(|_| list.is_of_documents()),
    })
}

fn wrong_day() -> Failure {
    Failure::Invalid(crate::web::Say::new("lists.day_unreadable"))
}

pub(super) async fn show(desk: Desk, list: List) -> Result<HttpResponse, Failure> {
    let typed = typed(&desk);
    let asked = asked(&desk, list, &typed);
    let day = asked.as_ref().map_or_else(|| desk.actor().today(), |asked| asked.day);
    let (gathered, fields) = desk
        .read(move |work| {
            let gathered = match &asked {
                Some(asked) => gather(work, list, asked),
                None => Err(wrong_day()),
            };
            Ok::<_, Failure>((gathered, documents::fields(work)?))
        })
        .await?;
    let (master, problem) = match gathered {
        Ok(master) => (Some(master), None),
        Err(Failure::Invalid(say)) => {
            let said = desk.site().pages.words().fill(desk.language(), &say.key, &say.args);
            (None, Some(said))
        }
        Err(failure) => return Err(failure),
    };
    let total = master.as_ref().map_or(0, |master| master.rows.len());
    let status = if problem.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    desk.page_with(
        status,
        &ListPage {
            list,
            lists: List::ALL,
            is_of_documents: list.is_of_documents(),
            master: master.map(|mut master| {
                master.rows.truncate(SHOWN);
                master
            }),
            total,
            is_cut: total > SHOWN,
            day,
            asked: address_of(&typed),
            typed,
            fields,
            kinds: Kind::ALL.iter().map(|kind| kind.as_str()).collect(),
            problem,
        },
    )
}

/// The question as it stands in an address, its signs escaped.
fn address_of(typed: &Typed) -> String {
    let parts = [("day", &typed.day), ("field", &typed.field), ("kind", &typed.kind)];
    let parts = parts.iter().filter(|(_, value)| !value.trim().is_empty());
    let parts: Vec<String> = parts
        .map(|(name, value)| format!("{name}={}", escaped(value.trim())))
        .collect();
    if parts.is_empty() {
        String::new()
    } else {
        format!("?{}", parts.join("&"))
    }
}

struct Made {
    list: MasterList,
    heading: Heading,
    name: String,
}

async fn made(desk: &Desk, list: List, language: Language) -> Result<Made, Failure> {
    let word = |key: &str, holes: &[(&str, String)]| desk.site().pages.words().fill(language, key, holes);
    let typed = typed(desk);
    let asked = asked(desk, list, &typed).ok_or_else(wrong_day)?;
    let shared = asked.clone();
    let gathered = desk.read(move |work| gather(work, list, &shared)).await?;
    let day = asked.day.format("%d/%m/%Y").to_string();
    let mut as_of = word("lists.as_of", &[("day", day)]);
    if let Some(field) = &asked.field {
        as_of.push_str(&format!("; {}: {field}", word("lists.column.field", &[])));
    }
    if let Some(kind) = asked.kind {
        let kind = word(&format!("kind.{}", kind.as_str()), &[]);
        as_of.push_str(&format!("; {}: {kind}", word("lists.column.kind", &[])));
    }
    let caller = desk.caller();
    let office = match language {
        Language::Vi => &caller.agency_name,
        Language::En => &caller.agency_name_en,
    };
    Ok(Made {
        list: gathered,
        heading: Heading {
            office: office.clone(),
            title: word(&format!("lists.title.{list}"), &[]).to_uppercase(),
            as_of,
        },
        name: format!("{list}-{}", asked.day.format("%Y-%m-%d")),
    })
}

fn as_file(name: &str, media_type: &str, bytes: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(media_type)
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(bytes)
}

pub(super) async fn xlsx(desk: Desk, list: List) -> Result<HttpResponse, Failure> {
    let made = made(&desk, list, desk.language()).await?;
    let (words, language) = (desk.site().pages.clone(), desk.language());
    let name = format!("{}.xlsx", made.name);
    let bytes = desk
        .aside(move || {
            let word = |key: &str| words.words().fill::<&str, &str>(language, key, &[]);
            xlsx_file(&made.list, &made.heading, word)
        })
        .await?
        .map_err(|cause| Failure::Internal(cause.into()))?;
    let media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok(as_file(&name, media_type, bytes))
}

/// The list in the layout of official papers; it is Vietnamese, whatever the language of the reader.
pub(super) async fn pdf(desk: Desk, list: List) -> Result<HttpResponse, Failure> {
    let made = made(&desk, list, Language::Vi).await?;
    let (pages, at) = (desk.site().pages.clone(), desk.actor().at);
    let name = format!("{}.pdf", made.name);
    let printed = desk
        .aside(move || {
            let word = |key: &str| pages.words().get(Language::Vi, key).to_owned();
            print(&list_paper(&made.list, &made.heading, at, word))
        })
        .await?
        .map_err(documents::print_failure)?;
    Ok(as_file(&name, "application/pdf", printed.bytes))
}

pub(super) async fn csv(desk: Desk, list: List) -> Result<HttpResponse, Failure> {
    let made = made(&desk, list, desk.language()).await?;
    let bytes = csv_file(&made.list, |key| desk.word(key, &[])).map_err(|cause| Failure::Internal(cause.into()))?;
    Ok(as_file(&format!("{}.csv", made.name), "text/csv; charset=utf-8", bytes))
}
