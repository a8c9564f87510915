//! A person's calendar: by its secret address, and to be saved.

use super::settings::page;
use crate::kernel::Actor;
use crate::ledger;
use crate::notices::actions::{hashed, renew_feed, stop_feed};
use crate::notices::feed::{Making, of_person};
use crate::notices::store;
use crate::people;
use crate::web::{Desk, Failure, Form};
use actix_web::http::header;
use actix_web::{HttpResponse, web};

fn answer(text: String, is_saved: bool) -> HttpResponse {
    let how = if is_saved { "attachment" } else { "inline" };
    HttpResponse::Ok()
        .content_type("text/calendar; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, format!("{how}; filename=\"quytrinh.ics\"")))
        .body(text)
}

/// Makes a new secret address and shows it this once.
pub(super) async fn renew(desk: Desk, _form: Form) -> Result<HttpResponse, Failure> {
    let secret = desk.change(renew_feed).await?;
    let mut page = page(&desk).await?;
    page.feed = Some(format!("{}/feeds/{secret}.ics", desk.address()));
    desk.page(&page)
}

pub(super) async fn stop(desk: Desk, _form: Form) -> Result<HttpResponse, Failure> {
    desk.change(stop_feed).await?;
    Ok(desk.done("/notices/settings", "notices.feed_stopped"))
}

pub(super) async fn download(desk: Desk) -> Result<HttpResponse, Failure> {
    let (person, pages, address) = (desk.person()?.id.clone(), desk.site().pages.clone(), desk.address());
    let language = desk.language();
    let text = desk
        .read(move |work| {
            let making = Making {
                words: pages.words(),
                language,
                address: &address,
            };
            of_person(work, &person, &making)
        })
        .await?;
    Ok(answer(text, true))
}

/// The calendar behind a secret address: whoever knows it reads it, as long as its owner is there.
pub(super) async fn feed(desk: Desk, token: web::Path<String>) -> Result<HttpResponse, Failure> {
    let token = hashed(&token);
    let owner = desk
        .read(move |work| Ok::<_, Failure>(store::by_feed(work.conn, &token)?))
        .await?
        .ok_or(Failure::NotFound)?;
    let (db, pages, address) = (desk.site().db.clone(), desk.site().pages.clone(), desk.address());
    let at = desk.actor().at;
    let made = desk.aside(move || {
        let house = Actor::house(owner.agency.clone(), at);
        let known = ledger::read(&db, &house, |work| Ok::<_, Failure>(people::persons(work)?))?;
        let named = known.into_iter().find(|one| one.id == owner.person && one.active);
        let named = named.ok_or(Failure::NotFound)?;
        let actor = Actor {
            person: Some(named.into_person()),
            is_house: false,
            language: owner.language,
            ..house
        };
        let making = Making {
            words: pages.words(),
            language: owner.language,
            address: &address,
        };
        ledger::read(&db, &actor, |work| of_person(work, &owner.person, &making))
    });
    Ok(answer(made.await??, false))
}
