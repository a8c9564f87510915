//! Signing in by another party, and linking the own account with it.

use super::confirm::{confirm_form, confirmed_change};
use super::sign_in::{self, add, arrived, gone, own_path};
use super::{keeper, provider};
use crate::kernel::PersonId;
use crate::people::actions::by_oidc::{Back, Brought, back, go};
use crate::people::gate::{cookie, cookie_name};
use crate::people::oidc::{self, Oidc, Purpose};
use crate::web::{Desk, Failure, Form, Page, Say};
use actix_web::{HttpResponse, web};
use serde::Serialize;
use std::sync::Arc;

/// The cookie that a browser takes along to the provider.
const AWAY_COOKIE: &str = "quytrinh_away";

#[derive(Serialize, Default)]
struct OidcPage {
    /// How people call the provider; empty where none is set up.
    provider: String,
    /// The provider's page, to go on to.
    way: String,
    /// What the provider sent along.
    state: String,
    code: String,
    is_back: bool,
}

impl Page for OidcPage {
    const TEMPLATE: &'static str = "people/oidc.html";
}

fn needed(desk: &Desk) -> Result<(Arc<Oidc>, String), Failure> {
    provider(desk)?.ok_or_else(|| Failure::Conflict(Say::new("people.oidc.not_set_up")))
}

/// Goes to the provider.
pub(super) async fn leave(desk: Desk) -> Result<HttpResponse, Failure> {
    let back = desk.query().remove("back").unwrap_or_default();
    let back = own_path(&back).to_owned();
    let Some((oidc, redirect)) = provider(&desk)? else {
        return desk.page(&OidcPage::default());
    };
    let (actor, address) = (desk.actor().clone(), sign_in::origin(&desk).address);
    let path = back.clone();
    let gone = desk
        .aside(move || go(&oidc, &actor, (&address, &redirect, &path), Purpose::Enter))
        .await?;
    match gone {
        Ok((way, token)) => {
            let mut response = desk.see_other(way);
            add(&mut response, &cookie(desk.request(), AWAY_COOKIE, &token))?;
            Ok(response)
        }
        Err(failure) => sign_in::refused(&desk, &failure, ("", &back)),
    }
}

/// The page that the provider sends a browser to. It changes nothing: what it was sent goes on by its form.
pub(super) async fn come_back(desk: Desk) -> Result<HttpResponse, Failure> {
    let mut query = desk.query();
    let name = provider(&desk)?.map(|(oidc, _)| oidc.name().to_owned());
    desk.page(&OidcPage {
        provider: name.unwrap_or_default(),
        state: query.remove("state").unwrap_or_default(),
        code: query.remove("code").unwrap_or_default(),
        is_back: true,
        ..OidcPage::default()
    })
}

/// Takes up what the provider sent along.
pub(super) async fn enter(desk: Desk, form: Form) -> Result<HttpResponse, Failure> {
    let (oidc, redirect) = needed(&desk)?;
    let (db, actor, keeper, origin) = (
        desk.site().db.clone(),
        desk.actor().clone(),
        keeper(&desk)?,
        sign_in::origin(&desk),
    );
    let away = desk.request().cookie(&cookie_name(desk.request(), AWAY_COOKIE));
    let token = away.map(|cookie| cookie.value().to_owned()).unwrap_or_default();
    let (state, code) = (form.text("state").to_owned(), form.text("code").to_owned());
    let issuer = oidc.issuer().to_owned();
    let came = desk
        .aside(move || {
            let brought = Brought {
                token: &token,
                state: &state,
                code: &code,
                redirect: &redirect,
            };
            back(&db, &keeper, &actor, (&oidc, &brought, &origin))
        })
        .await?;
    let mut response = match came {
        Ok(Back::Entered(entered, path)) => arrived(&desk, &entered, &path)?,
        Ok(Back::Link(purpose, subject)) => link(&desk, (purpose, issuer, subject)).await?,
        Err(failure @ (Failure::Invalid(_) | Failure::TooMany(_))) => sign_in::refused(&desk, &failure, ("", "/"))?,
        Err(failure) => return Err(failure),
    };
    add(&mut response, &gone(&desk, AWAY_COOKIE))?;
    Ok(response)
}

async fn link(desk: &Desk, (purpose, issuer, subject): (Purpose, String, String)) -> Result<HttpResponse, Failure> {
    // Whoever went to the provider confirmed before; another one who sits here now did not.
    if purpose != Purpose::Link(desk.person()?.id.clone()) {
        return Err(oidc::WhyNot::State.failure());
    }
    let linked = desk
        .try_change(move |work| oidc::link_own(work, (&issuer, &subject)))
        .await?;
    match linked {
        Ok(()) => Ok(desk.done("/account", "people.oidc_linked")),
        Err(failure) => super::account::refuse(desk, failure).await,
    }
}

/// Goes to the provider to link the own account, after a confirmation. A form leads nowhere else, so the page has a link.
pub(super) async fn leave_to_link(desk: Desk, form: Form) -> Result<HttpResponse, Failure> {
    let (oidc, redirect) = needed(&desk)?;
    let fresh = match confirm_form(&desk, &form).await? {
        Ok(fresh) => fresh,
        Err(failure) => return super::account::refuse(&desk, failure).await,
    };
    fresh.must_be_of(desk.actor())?;
    let purpose = Purpose::Link(desk.person()?.id.clone());
    let (actor, address, name) = (
        desk.actor().clone(),
        sign_in::origin(&desk).address,
        oidc.name().to_owned(),
    );
    let gone = desk
        .aside(move || go(&oidc, &actor, (&address, &redirect, "/account"), purpose))
        .await?;
    match gone {
        Err(failure) => super::account::refuse(&desk, failure).await,
        Ok((way, token)) => {
            let mut response = desk.page(&OidcPage {
                provider: name,
                way,
                ..OidcPage::default()
            })?;
            add(&mut response, &cookie(desk.request(), AWAY_COOKIE, &token))?;
            Ok(response)
        }
    }
}

/// Takes the own link away, after a confirmation.
pub(super) async fn unlink_own(desk: Desk, form: Form) -> Result<HttpResponse, Failure> {
    let (oidc, _) = needed(&desk)?;
    let issuer = oidc.issuer().to_owned();
    let done = match confirm_form(&desk, &form).await? {
        Err(failure) => Err(failure),
        Ok(fresh) => {
            desk.try_change(move |work| oidc::unlink_own(work, &fresh, &issuer))
                .await?
        }
    };
    match done {
        Ok(()) => Ok(desk.done("/account", "people.oidc_unlinked")),
        Err(failure) => super::account::refuse(&desk, failure).await,
    }
}

/// Links the account of another person, or takes the link away: for the administrator.
pub(super) async fn link_other(desk: Desk, id: web::Path<PersonId>, form: Form) -> Result<HttpResponse, Failure> {
    let (oidc, _) = provider(&desk)?.ok_or(Failure::NotFound)?;
    let (issuer, subject) = (oidc.issuer().to_owned(), form.text("subject").to_owned());
    let is_to_remove = form.text("change") == "remove";
    let whose = id.to_string();
    let done = confirmed_change(&desk, &form, move |work, fresh| {
        if is_to_remove {
            oidc::unlink(work, Some(fresh), &id, &issuer)
        } else {
            oidc::link(work, Some(fresh), &id, (&issuer, &subject))
        }
    })
    .await?;
    if let Err(failure) = done {
        return super::accounts::again(&desk, &form, (failure, &whose)).await;
    }
    let word = if is_to_remove {
        "people.oidc_unlinked"
    } else {
        "people.oidc_linked"
    };
    Ok(desk.done("/people", word))
}
