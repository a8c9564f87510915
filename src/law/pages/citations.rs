//! The legal basis of a document, sign by sign; and what could not be recognised anywhere.

use super::Entry;
use crate::documents::{self, Stage, VersionHead};
use crate::kernel::Permission;
use crate::law::citing::{Line, Register, lines_of};
use crate::law::store;
use crate::law::touched::Library;
use crate::ledger::Work;
use crate::web::{Desk, Failure, Page};
use actix_web::{HttpResponse, web};
use chrono::NaiveDate;
use serde::Serialize;

/// A sign in a legal basis.
#[derive(Serialize)]
struct SignShown {
    sign: String,
    is_former: bool,
    /// The entry of the register; none when the register does not have the sign.
    entry: Option<Entry>,
}

/// An entry of a legal basis.
#[derive(Serialize)]
struct LineShown {
    text: String,
    signs: Vec<SignShown>,
}

fn shown(line: &Line, register: &Register<'_>, today: NaiveDate) -> LineShown {
    let sign = |one: &crate::law::sign::Cited| SignShown {
        sign: one.sign.clone(),
        is_former: one.is_former,
        entry: register.find(one).map(|entry| Entry::of(entry.clone(), today)),
    };
    LineShown {
        text: line.text.clone(),
        signs: line.cited.iter().map(sign).collect(),
    }
}

#[derive(Serialize)]
struct DocumentPage {
    head: VersionHead,
    lines: Vec<LineShown>,
    may_manage: bool,
}

impl Page for DocumentPage {
    const TEMPLATE: &'static str = "law/document.html";
}

/// The version that is asked for, or the one in force, or the newest that may be read.
fn wanted(work: &mut Work<'_>, code: &str, number: Option<i64>) -> Result<VersionHead, Failure> {
    let document = documents::document_by_code(work, code)?;
    let mut readable = Vec::new();
    for head in documents::heads_of(work, &document)? {
        if documents::may_read(work, &head)? {
            readable.push(head);
        }
    }
    let found = match number {
        Some(number) => readable.iter().find(|head| head.number == number),
        None => readable
            .iter()
            .find(|head| head.stage == Stage::Effective)
            .or_else(|| readable.first()),
    };
    found.cloned().ok_or(Failure::NotFound)
}

pub(super) async fn of_document(desk: Desk, code: web::Path<String>) -> Result<HttpResponse, Failure> {
    let number = desk.query().get("version").and_then(|number| number.parse().ok());
    let (head, lines) = desk
        .read(move |work| {
            let head = wanted(work, &code, number)?;
            let content = documents::content_of(work, &head.id)?;
            let externals = store::externals(work)?;
            let (register, today) = (Register::new(&externals), work.actor.today());
            let lines: Vec<LineShown> = lines_of(&content)
                .iter()
                .map(|line| shown(line, &register, today))
                .collect();
            Ok::<_, Failure>((head, lines))
        })
        .await?;
    desk.page(&DocumentPage {
        head,
        lines,
        may_manage: desk.may(Permission::ManageLaw),
    })
}

/// A text with the documents that say it.
#[derive(Serialize)]
struct Said {
    text: String,
    codes: Vec<String>,
}

#[derive(Serialize)]
struct UnrecognisedPage {
    /// Texts without a sign.
    unrecognised: Vec<Said>,
    /// Signs that the register does not have.
    missing: Vec<Said>,
    may_manage: bool,
}

impl Page for UnrecognisedPage {
    const TEMPLATE: &'static str = "law/citations.html";
}

fn note(list: &mut Vec<Said>, text: &str, code: &str) {
    match list.iter_mut().find(|said| said.text == text) {
        Some(said) if said.codes.iter().any(|known| known == code) => {}
        Some(said) => said.codes.push(code.to_owned()),
        None => list.push(Said {
            text: text.to_owned(),
            codes: vec![code.to_owned()],
        }),
    }
}

pub(super) async fn unrecognised(desk: Desk) -> Result<HttpResponse, Failure> {
    let (unrecognised, missing) = desk
        .read(|work| {
            let library = Library::load(work)?;
            let register = library.register();
            let (mut unrecognised, mut missing) = (Vec::new(), Vec::new());
            for one in &library.in_force {
                for line in &one.lines {
                    if line.cited.is_empty() {
                        note(&mut unrecognised, &line.text, &one.head.code);
                    }
                    let unknown = line.cited.iter().filter(|sign| !sign.is_former);
                    for sign in unknown.filter(|sign| register.find(sign).is_none()) {
                        note(&mut missing, &sign.sign, &one.head.code);
                    }
                }
            }
            Ok::<_, Failure>((unrecognised, missing))
        })
        .await?;
    desk.page(&UnrecognisedPage {
        unrecognised,
        missing,
        may_manage: desk.may(Permission::ManageLaw),
    })
}
