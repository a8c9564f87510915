//! Pages of this room: the register, one entry and what it touches, changes and the work on them.

mod acts;
mod change;
mod changes;
mod citations;
mod csv;
mod edit;
mod list;
mod show;

use super::external::External;
use super::kind::{ActKind, Validity};
use crate::kernel::Permission;
use crate::web::{Access, Desk, Doors, Failure, Faults, Form};
use actix_web::http::StatusCode;
use serde::Serialize;
use std::collections::BTreeMap;

/// The doors of this room.
pub fn doors(doors: &mut Doors) {
    let read = Access::May(Permission::ReadDocuments);
    let manage = Access::May(Permission::ManageLaw);
    doors.get("/law", read, list::list);
    doors.get("/law/list.csv", read, csv::csv);
    doors.get("/law/new", manage, edit::new);
    doors.post("/law/new", manage, edit::create);
    doors.post("/law/take-over", manage, edit::take_over);
    doors.get("/law/citations", read, citations::unrecognised);
    doors.get("/law/documents/{code}", read, citations::of_document);
    doors.get("/law/changes", read, changes::list);
    doors.get("/law/changes/{number}", read, changes::show);
    doors.post("/law/changes/{number}/tasks", manage, acts::add_missing);
    doors.post("/law/changes/{number}/cancel", manage, acts::cancel);
    doors.post("/law/changes/{number}/tasks/{code}", manage, acts::task);
    doors.get("/law/{number}", read, show::show);
    doors.get("/law/{number}/edit", manage, edit::form);
    doors.post("/law/{number}/edit", manage, edit::save);
    doors.get("/law/{number}/change", manage, change::form);
    doors.post("/law/{number}/change", manage, change::register);
}

/// An entry with what follows from today.
#[derive(Debug, Clone, Serialize)]
struct Entry {
    #[serde(flatten)]
    external: External,
    validity: Validity,
}

impl Entry {
    fn of(external: External, today: chrono::NaiveDate) -> Self {
        Self {
            validity: external.validity(today),
            external,
        }
    }
}

/// How an entry is named in a sentence: its title with the sign, or its kind with the sign.
fn name_of(desk: &Desk, external: &External) -> String {
    name_in(desk, desk.language(), external)
}

fn name_in(desk: &Desk, language: crate::kernel::Language, external: &External) -> String {
    let words = desk.site().pages.words();
    let is_titled =
        matches!(external.kind, ActKind::Law | ActKind::Code | ActKind::Ordinance) && !external.title.is_empty();
    if is_titled {
        return format!("{} {}", external.title, external.sign);
    }
    if matches!(external.kind, ActKind::Standard | ActKind::Other) {
        return external.sign.clone();
    }
    let key = format!("law.kind.{}", external.kind);
    format!("{} {}", words.get(language, &key), external.sign)
}

/// Why a form is shown again, and what was typed in it.
struct Told {
    status: StatusCode,
    typed: BTreeMap<String, String>,
    faults: Faults,
    problem: Option<String>,
}

impl Told {
    /// Nothing was typed yet.
    fn nothing() -> Self {
        Self {
            status: StatusCode::OK,
            typed: BTreeMap::new(),
            faults: Faults::default(),
            problem: None,
        }
    }

    /// Some fields cannot be used.
    fn faults(form: &Form, faults: Faults) -> Self {
        Self {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            typed: form.typed(),
            faults,
            problem: None,
        }
    }

    /// The act was refused.
    fn refused(desk: &Desk, form: &Form, failure: Failure) -> Result<Self, Failure> {
        let status = actix_web::ResponseError::status_code(&failure);
        let say = failure.said()?;
        Ok(Self {
            status,
            typed: form.typed(),
            faults: Faults::default(),
            problem: Some(desk.sentence(&say)),
        })
    }
}
