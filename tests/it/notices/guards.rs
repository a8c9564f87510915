//! What the database itself refuses of notices, letters and the catalogue, whoever writes to it.

use super::round;
use crate::support::TestOffice;
use crate::support::posted::{assign_births, posted_office};
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
    assert!(said.to_lowercase().contains(says), "{sql}\n  said: {said}");
}

const LETTER: &str = "INSERT INTO letters (id, agency_id, person_id, purpose, address, language, token, digest_on, state, \
    tries, next_try_at, last_error, made_at, done_at) SELECT ";
const FROM: &str = " FROM notices LIMIT 1";

#[actix_web::test]
async fn the_same_turn_is_never_told_twice_and_what_was_told_stays() {
    let office = posted_office().await;
    assign_births(&office);
    round(&office);
    let again = "INSERT INTO notices (id, agency_id, person_id, kind, turn, code, title, path, is_late, told_at) SELECT 'x', \
        agency_id, person_id, kind, turn, code, title, path, is_late, told_at FROM notices LIMIT 1";
    refused(&office, again, "unique");
    refused(&office, "DELETE FROM notices", "");
    refused(&office, "UPDATE notices SET turn = turn || 'x'", "stays");
    refused(&office, "UPDATE notices SET path = 'https://example.com'", "check");
    let read = "UPDATE notices SET read_at = told_at";
    assert_eq!(tried(&office, read), None);
    refused(&office, &format!("{read}; UPDATE notices SET read_at = NULL"), "stays");
}

#[actix_web::test]
async fn a_letter_that_was_sent_stays_sent_and_a_notice_stays_in_its_letter() {
    let office = posted_office().await;
    assign_births(&office);
    round(&office);
    let letter = |id: &str, purpose: &str, token: &str, day: &str, state: &str, next: &str, done: &str| {
        format!(
            "{LETTER} '{id}', agency_id, person_id, '{purpose}', 'a@b.vn', 'vi', {token}, {day}, '{state}', 0, {next}, '', \
            told_at, {done} {FROM}"
        )
    };
    let good = letter("l1", "at_once", "NULL", "NULL", "waiting", "told_at", "NULL");
    assert_eq!(tried(&office, &good), None);
    for bad in [
        letter("l1", "at_once", "'x'", "NULL", "waiting", "told_at", "NULL"),
        letter("l1", "confirm", "'x'", "NULL", "sent", "NULL", "told_at"),
        letter("l1", "digest", "NULL", "NULL", "waiting", "told_at", "NULL"),
        letter("l1", "at_once", "NULL", "NULL", "sent", "NULL", "NULL"),
        letter("l1", "at_once", "NULL", "NULL", "waiting", "NULL", "NULL"),
        letter("l1", "poem", "NULL", "NULL", "waiting", "told_at", "NULL"),
    ] {
        refused(&office, &bad, "check");
    }
    let day = "CAST('2026-11-23' AS DATE)";
    let digest = |id: &str| letter(id, "digest", "NULL", day, "waiting", "told_at", "NULL");
    refused(&office, &format!("{}; {}", digest("l1"), digest("l2")), "unique");
    let sent = format!("{good}; UPDATE letters SET state = 'sent', next_try_at = NULL, done_at = made_at");
    assert_eq!(tried(&office, &sent), None);
    let back = "UPDATE letters SET state = 'waiting', next_try_at = made_at, done_at = NULL";
    refused(&office, &format!("{sent}; {back}"), "stays so");
    refused(
        &office,
        &format!("{good}; UPDATE letters SET address = 'c@d.vn'"),
        "stays so",
    );
    let put = "UPDATE notices SET letter_id = 'l1' WHERE person_id = (SELECT person_id FROM letters)";
    assert_eq!(tried(&office, &format!("{good}; {put}")), None);
    refused(
        &office,
        &format!("{good}; {put}; UPDATE notices SET letter_id = NULL"),
        "stays",
    );
}

#[actix_web::test]
async fn no_address_is_confirmed_while_its_link_is_open() {
    let office = posted_office().await;
    let set = |address: &str, confirmed: &str, token: &str, hour: &str| {
        format!(
            "INSERT INTO notice_settings (person_id, agency_id, address, confirmed_at, token_sha256, token_until, mode, hour, \
            language, row_version) SELECT id, agency_id, '{address}', {confirmed}, {token}, {token_until}, 'none', {hour}, \
            'vi', 1 FROM persons LIMIT 1",
            token_until = if token == "NULL" { "NULL" } else { "created_at" }
        )
    };
    assert_eq!(tried(&office, &set("a@b.vn", "created_at", "NULL", "8")), None);
    assert_eq!(tried(&office, &set("a@b.vn", "NULL", "'x'", "8")), None);
    for bad in [
        set("", "created_at", "NULL", "8"),
        set("a@b.vn", "created_at", "'x'", "8"),
        set("a@b.vn", "NULL", "NULL", "24"),
    ] {
        refused(&office, &bad, "check");
    }
}
