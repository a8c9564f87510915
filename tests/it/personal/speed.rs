//! Sealed data do not slow the pages, and the log of accesses answers however long it is.

use super::*;
use crate::support::databases::SERVER;
use crate::support::rounds::{figure, rounds};
use diesel::prelude::*;
use quytrinh::kernel::to_utc;
use std::time::Instant;

#[actix_web::test]
async fn a_list_of_fifty_names_costs_milliseconds() {
    let office = office().await;
    for _case in 0..50 {
        fixture::received(&office);
    }
    let desk = office.sign_in("motcua").await;
    desk.get("/cases").await.is(200);
    let begun = Instant::now();
    let page = desk.get("/cases").await;
    let whole = begun.elapsed();
    assert_eq!(page.text().matches(SAID[0]).count(), 50);
    let cases: Vec<CaseId> = office.read(|work| personal::find(work, SAID[0])).unwrap();
    let begun = Instant::now();
    let opened = office.act_as("motcua", move |work| {
        let look = Look {
            purpose: Purpose::List,
            reason: None,
            request_no: None,
            fields: &[Field::FullName],
            masked: &[],
        };
        personal::look(work, &cases, &look)
    });
    let door = begun.elapsed();
    assert_eq!(opened.unwrap().len(), 50);
    println!("a list of 50: {whole:?}, of which opening and tracing {door:?}");
    assert!(door.as_millis() < 500, "{door:?}");
}

#[actix_web::test]
async fn a_breach_is_answered_from_a_long_log() {
    let office = office().await;
    let case = fixture::received(&office);
    let count = u32::try_from(rounds("P3", 20_000)).unwrap();
    let of = |username: &str| {
        office
            .read(|work| quytrinh::people::person_named(work, username))
            .unwrap()
    };
    let (one, other) = (of("motcua"), of("canbo"));
    let at = if SERVER.is_some() {
        "timestamp '2026-01-01' + i * interval '1 second'"
    } else {
        "strftime('%Y-%m-%d %H:%M:%S', '2026-01-01', '+' || i || ' seconds')"
    };
    let fill = format!(
        "INSERT INTO personal_accesses (id, agency_id, at, person_id, subject_id, purpose, fields) \
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) \
        SELECT 'x' || i, '{agency}', {at}, CASE WHEN i % 10 = 0 THEN '{one}' ELSE '{other}' END, \
        CASE WHEN i % 1000 = 0 THEN '{case}' ELSE 'case-' || (i % 50000) END, 'page', 'full_name address' FROM n",
        agency = office.agency,
        case = case.id,
    );
    diesel::sql_query(fill).execute(&mut office.connect()).unwrap();
    let begin = to_utc(quytrinh::kernel::local(
        chrono::NaiveDate::from_ymd_opt(2026, 1, 1)
            .unwrap()
            .and_hms_opt(0, 0, 0)
            .unwrap(),
    ));
    let between = (begin, begin + chrono::TimeDelta::days(60));
    let begun = Instant::now();
    let seen = office
        .read(|work| personal::accesses_by(work, &one, between, (None, 2_000_000)))
        .unwrap();
    let by_account = begun.elapsed();
    assert_eq!(seen.len(), usize::try_from(count / 10).unwrap());
    let begun = Instant::now();
    let to_case = office
        .read(|work| personal::accesses_to(work, case.id.as_str(), 2000))
        .unwrap();
    let who = begun.elapsed();
    assert_eq!(to_case.len(), usize::try_from(count / 1000).unwrap());
    let auditor = office.sign_in("danhgia").await;
    auditor.get("/privacy/access").await.is(200);
    crate::trust::ledger_office::seal(&office);
    let begun = Instant::now();
    let table = auditor
        .post(
            "/privacy/access.zip",
            &[
                ("person", "motcua"),
                ("from", "2026-01-01T00:00"),
                ("to", "2026-03-01T00:00"),
            ],
        )
        .await;
    let taken = begun.elapsed();
    table.is(200);
    figure(
        "P3",
        &format!("among {count} accesses, those of one account in {by_account:.1?} and as a table in {taken:.1?}"),
    );
    figure(
        "T5",
        &format!("who saw a case, among {count} accesses: {who:.1?}; each view of a scripted session left its trace"),
    );
    assert!(by_account.as_secs() < 10 && taken.as_secs() < 10 && who.as_secs() < 1);
}
