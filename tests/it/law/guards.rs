//! What the database itself refuses of laws and their changes, whoever writes to it.

use super::{office, register};
use crate::support::TestOffice;
use diesel::connection::SimpleConnection;

/// Runs the statement past every rule of the house and takes it back; gives what the database said against it.
fn tried(office: &TestOffice, sql: &str) -> Option<String> {
    let mut conn = office.connect();
    conn.batch_execute("BEGIN").unwrap();
    let said = conn.batch_execute(sql).err().map(|cause| cause.to_string());
    conn.batch_execute("ROLLBACK").unwrap();
    said
}

#[track_caller]
fn refused(office: &TestOffice, sql: &str, says: &str) {
    let said = tried(office, sql).unwrap_or_else(|| panic!("the database did it: {sql}"));
    let said = said.to_lowercase();
    assert!(said.contains(says), "{sql}\n  said: {said}");
}

const COPY: &str = "INSERT INTO external_documents (id, agency_id, number, sign, sign_key, year, kind, title, issuer, \
    issued_on, effective_from, effective_to, link, source, unconfirmed, added_by, added_by_name, added_at, row_version) \
    SELECT 'x', agency_id, 999, sign, ";
const REST: &str = ", title, issuer, issued_on, effective_from, effective_to, link, source, unconfirmed, added_by, \
    added_by_name, added_at, 1 FROM external_documents WHERE number = 1";

#[actix_web::test]
async fn an_entry_has_one_sign_a_known_kind_and_days_in_their_order() {
    let office = office().await;
    refused(&office, &format!("{COPY} sign_key, year, kind {REST}"), "unique");
    assert_eq!(tried(&office, &format!("{COPY} 'khac', year, kind {REST}")), None);
    refused(&office, &format!("{COPY} 'khac', year, 'poem' {REST}"), "check");
    refused(&office, &format!("{COPY} 'khac', 17, kind {REST}"), "check");
    let set =
        |what: &str| format!("UPDATE external_documents SET row_version = row_version + 1, {what} WHERE number = 1");
    assert_eq!(tried(&office, &set("title = 'Khác'")), None);
    refused(&office, &set("link = 'javascript:alert(1)'"), "check");
    refused(
        &office,
        &set("effective_from = '2026-02-01', effective_to = '2026-01-01'"),
        "check",
    );
    refused(
        &office,
        &set("issued_on = '2026-02-01', effective_from = '2026-01-01'"),
        "check",
    );
    refused(&office, &set("number = 5"), "never change");
    refused(
        &office,
        "UPDATE external_documents SET title = 'Khác' WHERE number = 1",
        "never change",
    );
    refused(&office, "DELETE FROM external_documents", "");
}

#[actix_web::test]
async fn a_change_stays_as_it_was_registered_and_is_cancelled_once_with_a_reason() {
    let office = office().await;
    register(&office, |_| {}).unwrap();
    for column in [
        "due_on = '2030-01-01'",
        "effective_on = '2020-01-01'",
        "kind = 'amended'",
        "note = 'x'",
        "number = 9",
    ] {
        refused(
            &office,
            &format!("UPDATE law_changes SET {column}"),
            "only be cancelled",
        );
    }
    let cancel =
        "UPDATE law_changes SET cancelled_at = registered_at, cancelled_by_name = 'Ai', cancel_reason = 'Nhầm'";
    assert_eq!(tried(&office, cancel), None);
    refused(
        &office,
        &format!("{cancel}; UPDATE law_changes SET cancel_reason = 'Khác'"),
        "only be cancelled",
    );
    refused(&office, "UPDATE law_changes SET cancelled_at = registered_at", "check");
    refused(&office, "DELETE FROM law_changes", "");
    let copy = |number: u32, kind: &str, new: &str, due: &str| {
        format!(
            "INSERT INTO law_changes (id, agency_id, number, old_id, kind, new_id, effective_on, due_on, note, \
             registered_by_name, registered_at) SELECT 'c{number}', agency_id, {number}, old_id, '{kind}', {new}, \
             effective_on, {due}, '', 'Ai', registered_at FROM law_changes WHERE number = 1"
        )
    };
    refused(&office, &copy(2, "replaced", "new_id", "due_on"), "unique");
    refused(&office, &copy(2, "replaced", "NULL", "due_on"), "check");
    refused(&office, &copy(2, "replaced", "old_id", "due_on"), "check");
    refused(&office, &copy(2, "expired", "new_id", "due_on"), "check");
    refused(&office, &copy(2, "amended", "new_id", "effective_on"), "check");
    let twice = format!(
        "{}; {}",
        copy(2, "expired", "NULL", "due_on"),
        copy(3, "expired", "NULL", "due_on")
    );
    refused(&office, &twice, "unique");
    assert_eq!(tried(&office, &copy(2, "amended", "new_id", "due_on")), None);
}

#[actix_web::test]
async fn tasks_and_what_was_done_about_them_are_only_added_each_with_what_belongs_to_it() {
    let office = office().await;
    register(&office, |_| {}).unwrap();
    refused(&office, "UPDATE law_tasks SET made_at = made_at", "");
    refused(&office, "DELETE FROM law_tasks", "");
    refused(&office, "UPDATE law_task_acts SET by_name = 'Ai'", "");
    refused(&office, "DELETE FROM law_task_acts", "");
    let again = "INSERT INTO law_tasks (id, agency_id, change_id, document_id, version_id, made_at) \
        SELECT 't2', agency_id, change_id, document_id, version_id, made_at FROM law_tasks";
    refused(&office, again, "unique");
    let cancelled = "UPDATE law_changes SET cancelled_at = registered_at, cancelled_by_name = 'Ai', cancel_reason = 'Nhầm'; \
        INSERT INTO law_tasks (id, agency_id, change_id, document_id, version_id, made_at) \
        SELECT 't2', t.agency_id, t.change_id, v.document_id, v.id, t.made_at FROM law_tasks t \
        JOIN versions v ON v.agency_id = t.agency_id AND v.document_id <> t.document_id";
    refused(&office, cancelled, "takes no tasks");
    let act = |act: &str, assignee: &str, reason: &str| {
        format!(
            "INSERT INTO law_task_acts (id, agency_id, task_id, act, assignee_id, reason, by_name, at) \
             SELECT 'a1', t.agency_id, t.id, '{act}', {assignee}, {reason}, 'Ai', t.made_at FROM law_tasks t \
             JOIN persons p ON p.username = 'thuky'"
        )
    };
    assert_eq!(tried(&office, &act("assigned", "p.id", "NULL")), None);
    assert_eq!(tried(&office, &act("no_change", "NULL", "'Vì'")), None);
    refused(&office, &act("assigned", "NULL", "NULL"), "check");
    refused(&office, &act("no_change", "NULL", "NULL"), "check");
    refused(&office, &act("no_change", "NULL", "'  '"), "check");
    refused(&office, &act("draft_opened", "NULL", "NULL"), "check");
    refused(&office, &act("finished", "NULL", "NULL"), "check");
    refused(&office, &act("assigned", "'nobody'", "NULL"), "foreign key");
}
