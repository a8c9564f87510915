//! People: signing in and out, accounts and one-time codes, duties that nobody may join.

mod accounts;
mod agencies;
mod confirming;
mod documented;
mod factors;
mod guards;
mod guessing;
mod linked;
pub mod load;
mod oidc;
mod overlapping;
pub(crate) mod passkeys;
mod passwords;
mod rights;
mod same_answer;
mod sessions;
mod sign_in;

use crate::support::{Reply, TestOffice, Visitor};
use totp_rs::{Builder, Secret};

async fn try_to_sign_in(visitor: &Visitor, username: &str, password: &str) -> Reply {
    visitor
        .post("/sign-in", &[("username", username), ("password", password)])
        .await
}

/// A try to sign in from an address.
async fn try_from(visitor: &Visitor, address: &str, (username, password): (&str, &str)) -> Reply {
    let form = Visitor::form("/sign-in", &[("username", username), ("password", password)])
        .insert_header(("host", "localhost:8080"));
    visitor
        .send(form.peer_addr(format!("{address}:40000").parse().unwrap()))
        .await
}

/// What an app shows at the moment of the office clock, some steps of half a minute away from it.
pub(crate) fn app_code(office: &TestOffice, secret: &str, steps: i64) -> String {
    let app = Builder::new()
        .with_secret(Secret::try_from_base32(secret).unwrap())
        .with_account_name("x")
        .build()
        .unwrap();
    let at = office.site.clock.now().and_utc().timestamp() + 30 * steps;
    app.generate(u64::try_from(at).unwrap()).to_string()
}

/// Sets an app up for somebody who is signed in; gives its secret and the recovery codes.
pub(crate) async fn set_up_app(office: &TestOffice, visitor: &Visitor) -> (String, Vec<String>) {
    let begun = visitor
        .post(
            "/account/second-factor",
            &[("password", crate::support::PASSWORD), ("name", "máy thử")],
        )
        .await;
    begun.is(200);
    let secret = between(begun.text(), "class=\"mono secret\">", "<");
    let code = app_code(office, &secret, 0);
    let confirmed = visitor.post("/account/second-factor/confirm", &[("code", &code)]).await;
    confirmed.is(200).says("people.factors.recovery_once");
    let list = between(confirmed.text(), "<ol class=\"mono\">", "</ol>");
    let codes = list
        .split("<li>")
        .skip(1)
        .map(|item| item.split('<').next().unwrap().to_owned())
        .collect();
    (secret, codes)
}

fn between(text: &str, before: &str, after: &str) -> String {
    let (_, rest) = text.split_once(before).expect(before);
    rest.split_once(after).expect(after).0.to_owned()
}
