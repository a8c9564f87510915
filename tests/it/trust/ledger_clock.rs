//! C6: a clock that is moved forges no order and revives nothing.

use super::ledger_office::{in_order, seal, sealed_office};
use crate::support::databases::lines;
use crate::support::rounds::figure;
use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use quytrinh::kernel::AccessRole;

fn local(year: i32, month: u32, day: u32, (hour, minute, second): (u32, u32, u32)) -> NaiveDateTime {
    let day = NaiveDate::from_ymd_opt(year, month, day).unwrap();
    day.and_hms_opt(hour, minute, second).unwrap()
}

/// The moments that clocks get wrong: turns of years and months, 29 February, Tết, and jumps to and fro.
fn moments() -> Vec<NaiveDateTime> {
    let now = local(2026, 11, 23, (9, 0, 0));
    vec![
        now - TimeDelta::days(3),
        now - TimeDelta::hours(1),
        local(2026, 12, 31, (23, 59, 59)),
        local(2027, 1, 1, (0, 0, 0)),
        local(2026, 12, 31, (23, 59, 58)),
        local(2027, 2, 6, (0, 0, 0)),
        local(2027, 1, 31, (23, 59, 59)),
        local(2028, 2, 29, (12, 0, 0)),
        local(2028, 2, 28, (23, 59, 59)),
        local(2028, 3, 1, (0, 0, 0)),
        now + TimeDelta::days(365 * 5),
        now,
        now + TimeDelta::seconds(1),
    ]
}

#[actix_web::test]
async fn however_the_clock_is_moved_the_book_keeps_the_order_in_which_things_were_done() {
    let office = sealed_office().await;
    let mut done = Vec::new();
    for (number, moment) in moments().into_iter().enumerate() {
        office.set_time(moment);
        let code = format!("M{number}");
        office.position(&code, &format!("Công chức {code}"));
        seal(&office);
        done.push(lines(
            &mut office.connect(),
            &format!("SELECT id AS value FROM positions WHERE code = '{code}'"),
        ));
    }
    let done: Vec<String> = done.concat();
    let of = |what: &str| {
        let sql = format!(
            "SELECT {what} AS value FROM ledger WHERE agency_id = '{}' AND act = 'position.added' ORDER BY seq",
            office.agency
        );
        lines(&mut office.connect(), &sql)
    };
    let recorded = of("object_id");
    assert!(
        recorded.ends_with(&done),
        "the order of the book is the order of the deeds"
    );
    let sql = format!(
        "SELECT bytes AS value FROM ledger_leaves WHERE agency_id = '{}' ORDER BY seq",
        office.agency
    );
    let leaves = lines(&mut office.connect(), &sql);
    let times: Vec<&str> = leaves
        .iter()
        .map(|leaf| leaf.split("\"at\":\"").nth(1).unwrap().split('"').next().unwrap())
        .collect();
    assert!(times.is_sorted(), "{times:#?}");
    let told = leaves.iter().filter(|leaf| leaf.contains("\"clock\":\"")).count();
    assert!(told >= 6, "leaves that say what the clock showed: {told}");
    // The control: what the clock showed is in no order at all.
    let shown: Vec<NaiveDateTime> = moments();
    assert!(!shown.is_sorted());
    in_order(&office);
    figure(
        "C6",
        &format!(
            "{} moves of the clock: order kept, no time runs back, {told} leaves tell the clock",
            shown.len()
        ),
    );
}

#[actix_web::test]
async fn a_session_that_ended_is_not_revived_by_setting_the_clock_back() {
    let office = sealed_office().await;
    office.person("kiemtoan", &[AccessRole::Auditor]);
    let auditor = office.sign_in("kiemtoan").await;
    auditor.get("/ledger").await.is(200);
    office.wait(TimeDelta::minutes(31));
    auditor.get("/ledger").await.is(303);
    office.wait(TimeDelta::minutes(-31));
    auditor.get("/ledger").await.is(303);
    // The control: a session that did not end goes on over a small correction.
    let other = office.sign_in("kiemtoan").await;
    office.wait(TimeDelta::seconds(-2));
    other.get("/ledger").await.is(200);
}
