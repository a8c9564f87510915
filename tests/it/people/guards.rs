//! What the database itself keeps of accounts, shown with SQL that goes past the program.

use super::set_up_app;
use crate::support::TestOffice;
use diesel::prelude::*;
use quytrinh::kernel::AccessRole;

#[actix_web::test]
async fn accounts_are_never_removed_and_what_was_used_stays_used() {
    let office = TestOffice::start().await;
    office.person("lan", &[AccessRole::Official]);
    let lan = office.sign_in("lan").await;
    let (_, codes) = set_up_app(&office, &lan).await;
    lan.post(
        "/account/second-factor/recovery",
        &[("password", crate::support::PASSWORD), ("code", &codes[0])],
    )
    .await
    .is(200);
    lan.post("/sign-out", &[]).await.is(303);
    let refused = [
        "DELETE FROM persons",
        "DELETE FROM access_grants",
        "UPDATE persons SET username = 'khac'",
        "UPDATE persons SET created_at = '2020-01-01 00:00:00'",
        "UPDATE sessions SET ended_at = NULL, ended_why = NULL",
        "UPDATE sessions SET ended_why = NULL",
        "UPDATE recovery_codes SET used_at = NULL WHERE used_at IS NOT NULL",
        "UPDATE second_factors SET last_step = 0",
        "UPDATE second_factors SET kind = 'magic'",
        "UPDATE sessions SET proved_by = 'nothing'",
        "UPDATE guess_counters SET failures = -1",
        "INSERT INTO guess_counters (kind, subject, failures, last_at) VALUES ('other', 'x', 1, '2026-01-01 00:00:00')",
        "INSERT INTO guess_counters (kind, subject, failures, last_at) VALUES ('place', 'x', -1, '2026-01-01 00:00:00')",
        "UPDATE factor_rules SET reason = ''",
    ];
    let mut let_through = Vec::new();
    for sql in refused {
        let done = diesel::sql_query(sql).execute(&mut office.connect());
        let changes_nothing = sql.starts_with("UPDATE guess_counters");
        if done.is_ok() && !(changes_nothing && done == Ok(0)) {
            let_through.push(sql);
        }
    }
    assert!(let_through.is_empty(), "{let_through:#?}");
    // The control: what the product does itself is let through.
    for allowed in [
        "UPDATE persons SET active = FALSE",
        "UPDATE second_factors SET last_step = last_step + 1",
    ] {
        assert_eq!(
            diesel::sql_query(allowed).execute(&mut office.connect()),
            Ok(1),
            "{allowed}"
        );
    }
}
