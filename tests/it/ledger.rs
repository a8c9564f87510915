//! The ledger: nothing changes without an entry, and entries are numbered without gaps.

use crate::support::TestOffice;
use diesel::prelude::*;
use quytrinh::kernel::AccessRole;
use quytrinh::people::{self, NewPosition};
use quytrinh::web::Failure;

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    value: i64,
}

fn number(office: &TestOffice, sql: &str) -> i64 {
    diesel::sql_query(sql)
        .get_result::<Number>(&mut office.connect())
        .unwrap()
        .value
}

fn clerk() -> NewPosition {
    NewPosition {
        code: "VT".to_owned(),
        name: "Văn thư".to_owned(),
        name_en: "Clerk".to_owned(),
        unit: "UBND".to_owned(),
    }
}

#[actix_web::test]
async fn a_change_that_records_nothing_is_rolled_back() {
    let office = TestOffice::start().await;
    let done = office.act(|work| Ok(diesel::sql_query("DELETE FROM holidays").execute(work.conn)?));
    assert!(matches!(done, Err(Failure::Internal(_))), "{done:?}");
    assert!(number(&office, "SELECT count(*) AS value FROM holidays") > 0);
}

#[actix_web::test]
async fn a_refused_change_leaves_nothing_behind() {
    let office = TestOffice::start().await;
    office.person("lan", &[AccessRole::Official]);
    let before = number(&office, "SELECT count(*) AS value FROM ledger");
    let refused = office.act_as("lan", |work| people::add_position(work, &clerk()));
    assert!(matches!(refused, Err(Failure::Forbidden(_))), "{refused:?}");
    let broken = office.act(|work| {
        people::add_position(work, &clerk())?;
        Err::<(), _>(Failure::NotFound)
    });
    assert!(matches!(broken, Err(Failure::NotFound)), "{broken:?}");
    assert_eq!(number(&office, "SELECT count(*) AS value FROM positions"), 0);
    assert_eq!(number(&office, "SELECT count(*) AS value FROM ledger"), before);
}

#[actix_web::test]
async fn a_change_that_panics_leaves_nothing_behind_and_the_next_one_works() {
    let office = TestOffice::start().await;
    let broken = office.act::<()>(|work| {
        people::add_position(work, &clerk())?;
        panic!("as a fault in a room would")
    });
    assert!(matches!(broken, Err(Failure::Internal(_))), "{broken:?}");
    assert_eq!(number(&office, "SELECT count(*) AS value FROM positions"), 0);
    office.act(|work| people::add_position(work, &clerk())).unwrap();
    assert_eq!(number(&office, "SELECT count(*) AS value FROM positions"), 1);
}

#[actix_web::test]
async fn entries_are_numbered_without_gaps_in_each_agency() {
    let office = TestOffice::start().await;
    for name in ["an", "binh", "chi"] {
        office.person(name, &[AccessRole::Official]);
        office
            .act_as(name, |work| people::add_position(work, &clerk()))
            .unwrap_err();
        office.person_of(&office.foreign, &format!("{name}.khac"), &[AccessRole::Official]);
    }
    for agency in [&office.agency, &office.foreign] {
        let of = |what: &str| {
            number(
                &office,
                &format!("SELECT {what} AS value FROM ledger WHERE agency_id = '{agency}'"),
            )
        };
        assert_eq!((of("min(seq)"), of("max(seq)")), (1, of("count(*)")));
    }
}

#[actix_web::test]
async fn the_database_itself_refuses_to_alter_or_remove_an_entry() {
    let office = TestOffice::start().await;
    let before = number(&office, "SELECT count(*) AS value FROM ledger");
    for sql in ["UPDATE ledger SET act = 'nothing'", "DELETE FROM ledger"] {
        diesel::sql_query(sql).execute(&mut office.connect()).unwrap_err();
    }
    assert_eq!(number(&office, "SELECT count(*) AS value FROM ledger"), before);
}

#[actix_web::test]
async fn a_connection_for_reading_refuses_to_write() {
    let office = TestOffice::start().await;
    let written = office.read(|work| diesel::sql_query("UPDATE ledger_pen SET taken = 0").execute(work.conn));
    assert!(matches!(written, Err(Failure::Internal(_))), "{written:?}");
}

#[actix_web::test]
async fn changes_at_the_same_time_are_all_kept_and_numbered() {
    let office = TestOffice::start().await;
    let before = number(&office, "SELECT count(*) AS value FROM ledger");
    let (db, agency, now) = (office.site.db.clone(), office.agency.clone(), office.site.clock.now());
    std::thread::scope(|threads| {
        for thread in 0..8 {
            let (db, agency) = (db.clone(), agency.clone());
            threads.spawn(move || {
                for turn in 0..10 {
                    let actor = quytrinh::kernel::Actor::house(agency.clone(), now);
                    let new = NewPosition {
                        code: format!("P{thread}-{turn}"),
                        ..clerk()
                    };
                    quytrinh::ledger::change(&db, actor, move |work| people::add_position(work, &new)).unwrap();
                }
            });
        }
    });
    assert_eq!(number(&office, "SELECT count(*) AS value FROM positions"), 80);
    let of = format!("FROM ledger WHERE agency_id = '{agency}'");
    assert_eq!(number(&office, &format!("SELECT max(seq) - count(*) AS value {of}")), 0);
    assert_eq!(number(&office, "SELECT count(*) AS value FROM ledger"), before + 80);
}
