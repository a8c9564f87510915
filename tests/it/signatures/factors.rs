//! Signing with a second factor: its code is asked for, the statement says so, and pages in other tabs stay good.

use super::{office, submitted, verified};
use crate::people::{app_code, set_up_app};
use crate::support::PASSWORD;
use chrono::TimeDelta;
use diesel::prelude::*;
use quytrinh::documents;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = diesel::sql_types::Text)]
    statement: String,
}

#[actix_web::test]
async fn whoever_has_a_second_factor_signs_with_its_code_and_the_statement_says_so() {
    let office = office().await;
    let (version, _) = submitted(&office, "CSCL");
    let seen = office
        .read(|work| documents::head(work, &version))
        .unwrap()
        .content_sha256;
    let reviewer = office.sign_in("photruongban").await;
    let path = format!("/versions/{version}");
    reviewer.get(&path).await.is(200).lacks("name=\"code\"");
    let (secret, _) = set_up_app(&office, &reviewer).await;
    let page = reviewer.get(&path).await;
    page.is(200);
    assert_eq!(page.text().matches("name=\"code\"").count(), 2, "to sign and to return");
    let send = async |code: &str| {
        let fields = [("seen_sha256", seen.as_str()), ("password", PASSWORD), ("code", code)];
        reviewer.post(&format!("{path}/sign"), &fields).await
    };
    send("").await.is(422).says("people.confirm.code_needed");
    send("000000").await.is(422);
    office.wait(TimeDelta::seconds(60));
    let code = app_code(&office, &secret, 0);
    send(&code).await.is(303);
    let found: Vec<Row> = diesel::sql_query("SELECT statement FROM signed_statements")
        .load(&mut office.connect())
        .unwrap();
    let [Row { statement }] = found.as_slice() else {
        panic!("{} statements", found.len());
    };
    assert!(statement.contains("\nxac-thuc: mat-khau+totp\n"), "{statement}");
    assert_eq!(verified(&office), (1, Vec::new()));
}

#[actix_web::test]
async fn pages_open_in_several_tabs_are_signed_one_after_the_other() {
    let office = office().await;
    let (first, _) = submitted(&office, "CSCL");
    let (second, _) = submitted(&office, "MTCL");
    let seen = |version| {
        office
            .read(|work| documents::head(work, version))
            .unwrap()
            .content_sha256
    };
    let reviewer = office.sign_in("photruongban").await;
    let one = reviewer.get(&format!("/versions/{first}")).await.shown();
    let other = reviewer.get(&format!("/versions/{second}")).await.shown();
    let before = reviewer.cookie("quytrinh_session");
    reviewer.show(&one);
    super::send(&reviewer, &first, &seen(&first)).await.is(303);
    // The confirmation gave the session a new token: the page that was open before it is still the session's own.
    assert_ne!(reviewer.cookie("quytrinh_session"), before);
    reviewer.show(&other);
    super::send(&reviewer, &second, &seen(&second)).await.is(303);
    assert_eq!(verified(&office), (2, Vec::new()));
}
