//! Writing an entry of the register down, correcting it, and taking the first register over from the documents.

use super::Told;
use crate::law::actions::register::{NewExternal, add, edit};
use crate::law::actions::take_over as taking;
use crate::law::external::External;
use crate::law::kind::ActKind;
use crate::law::store;
use crate::web::{Desk, Failure, Faults, Form, Page, Say};
use actix_web::{HttpResponse, web};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct EditPage {
    /// The entry that is corrected; none for a new one.
    number: Option<i64>,
    sign: String,
    row_version: i64,
    kinds: Vec<ActKind>,
    typed: BTreeMap<String, String>,
    faults: Faults,
    problem: Option<String>,
}

impl Page for EditPage {
    const TEMPLATE: &'static str = "law/edit.html";
}

fn page(desk: &Desk, entry: Option<&External>, told: Told) -> Result<HttpResponse, Failure> {
    let sent = told.typed.get("row_version").and_then(|text| text.parse().ok());
    let page = EditPage {
        number: entry.map(|one| one.number),
        sign: entry.map(|one| one.sign.clone()).unwrap_or_default(),
        row_version: sent.or(entry.map(|one| one.row_version)).unwrap_or(0),
        kinds: ActKind::ALL.to_vec(),
        typed: told.typed,
        faults: told.faults,
        problem: told.problem,
    };
    desk.page_with(told.status, &page)
}

/// An entry as its form shows it.
fn typed(one: &External) -> BTreeMap<String, String> {
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let pairs = [
        ("sign", one.sign.clone()),
        ("kind", one.kind.to_string()),
        ("title", one.title.clone()),
        ("issuer", one.issuer.clone()),
        ("issued_on", day(one.issued_on)),
        ("effective_from", day(one.effective_from)),
        ("effective_to", day(one.effective_to)),
        ("link", one.link.clone()),
        ("source", one.source.clone()),
        ("unconfirmed", if one.unconfirmed { "yes" } else { "" }.to_owned()),
    ];
    pairs
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

fn read(form: &Form) -> Result<NewExternal, Faults> {
    let mut faults = Faults::default();
    let sign = form.needed("sign", 80, &mut faults);
    let [issued_on, effective_from, effective_to] =
        ["issued_on", "effective_from", "effective_to"].map(|name| form.date(name, &mut faults));
    for (name, most) in [("title", 500), ("issuer", 200), ("link", 500), ("source", 500)] {
        if form.text(name).chars().count() > most {
            faults.add(name, "form.too_long");
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(NewExternal {
        sign,
        kind: ActKind::parse(form.text("kind")),
        title: form.text("title").to_owned(),
        issuer: form.text("issuer").to_owned(),
        issued_on,
        effective_from,
        effective_to,
        link: form.text("link").to_owned(),
        source: form.text("source").to_owned(),
        unconfirmed: form.is_ticked("unconfirmed"),
    })
}

pub(super) async fn new(desk: Desk) -> Result<HttpResponse, Failure> {
    let mut told = Told::nothing();
    told.typed.insert("unconfirmed".to_owned(), "yes".to_owned());
    page(&desk, None, told)
}

pub(super) async fn create(desk: Desk, form: Form) -> Result<HttpResponse, Failure> {
    let new = match read(&form) {
        Ok(new) => new,
        Err(faults) => return page(&desk, None, Told::faults(&form, faults)),
    };
    match desk.try_change(move |work| add(work, &new)).await? {
        Ok(number) => Ok(desk.done(format!("/law/{number}"), "law.added")),
        Err(failure) => {
            let told = Told::refused(&desk, &form, failure)?;
            page(&desk, None, told)
        }
    }
}

async fn entry(desk: &Desk, number: i64) -> Result<External, Failure> {
    desk.read(move |work| Ok::<_, Failure>(store::external(work, number)?))
        .await
}

pub(super) async fn form(desk: Desk, number: web::Path<i64>) -> Result<HttpResponse, Failure> {
    let entry = entry(&desk, number.into_inner()).await?;
    let mut told = Told::nothing();
    told.typed = typed(&entry);
    page(&desk, Some(&entry), told)
}

pub(super) async fn save(desk: Desk, number: web::Path<i64>, form: Form) -> Result<HttpResponse, Failure> {
    let entry = entry(&desk, number.into_inner()).await?;
    let new = match read(&form) {
        Ok(new) => new,
        Err(faults) => return page(&desk, Some(&entry), Told::faults(&form, faults)),
    };
    let seen = form
        .number("row_version")
        .ok_or_else(|| Failure::Invalid(Say::new("failure.no_form")))?;
    let number = entry.number;
    match desk.try_change(move |work| edit(work, number, seen, &new)).await? {
        Ok(()) => Ok(desk.done(format!("/law/{number}"), "law.edited")),
        Err(failure) => {
            let told = Told::refused(&desk, &form, failure)?;
            page(&desk, Some(&entry), told)
        }
    }
}

#[derive(Serialize)]
struct TakenPage {
    said: String,
    unrecognised: usize,
}

impl Page for TakenPage {
    const TEMPLATE: &'static str = "law/taken.html";
}

pub(super) async fn take_over(desk: Desk, _form: Form) -> Result<HttpResponse, Failure> {
    let done = desk.try_change(taking::take_over).await?;
    let taken = match done {
        Ok(taken) => taken,
        Err(failure) => {
            let status = actix_web::ResponseError::status_code(&failure);
            let said = desk.sentence(&failure.said()?);
            return desk.page_with(status, &TakenPage { said, unrecognised: 0 });
        }
    };
    let say = Say::new("law.taken.said")
        .with("added", taken.added)
        .with("known", taken.known)
        .with("unrecognised", taken.unrecognised);
    desk.page(&TakenPage {
        said: desk.sentence(&say),
        unrecognised: taken.unrecognised,
    })
}
