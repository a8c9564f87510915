//! People: signing in and out, accounts and one-time codes, duties that nobody may join.

mod accounts;
mod sign_in;

use crate::support::{Reply, Visitor};

async fn try_to_sign_in(visitor: &Visitor, username: &str, password: &str) -> Reply {
    visitor
        .post("/sign-in", &[("username", username), ("password", password)])
        .await
}
