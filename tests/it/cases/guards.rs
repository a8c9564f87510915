//! What the database itself refuses, whoever asks.

use super::*;
use diesel::prelude::*;

#[track_caller]
fn refused(office: &TestOffice, sql: &str) {
    let done = diesel::sql_query(sql).execute(&mut office.connect());
    assert!(done.is_err(), "{sql} changed {done:?} rows");
}

#[actix_web::test]
async fn what_was_done_is_only_ever_added_to() {
    let office = office().await;
    received(&office);
    refused(&office, "UPDATE case_events SET note = 'khác'");
    refused(&office, "DELETE FROM case_events");
}

#[actix_web::test]
async fn what_was_fixed_at_intake_stays_and_a_case_is_never_removed() {
    let office = office().await;
    let case = received(&office);
    for column in ["code", "document_id", "version_id", "received_by", "duration_code"] {
        refused(&office, &format!("UPDATE cases SET {column} = 'khác'"));
    }
    for column in ["received_at", "promised_at"] {
        refused(&office, &format!("UPDATE cases SET {column} = '2026-11-01 00:00:00'"));
    }
    refused(&office, "DELETE FROM cases");
    assert_eq!(head(&office, &case.id).code, case.code);
}
