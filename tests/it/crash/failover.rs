//! The machine of the database dies and its standby takes over (trust.md D9): with a synchronous standby nothing that was
//! acknowledged is lost; without one, the loss is seen.

use super::check::findings;
use super::people::{Outcome, clients};
use super::{Deed, work_until_killed};
use crate::support::browser::Browser;
use crate::support::cluster::Cluster;
use crate::support::databases::new_folder;
use crate::support::program::{Program, run};
use crate::support::rounds::{figure, rounds};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use quytrinh::db::AnyConnection;
use std::time::{Duration, Instant};

/// How long people work before the machine dies.
const WORK: Duration = Duration::from_secs(3);

fn ask(cluster: &Cluster, sql: &str) -> String {
    #[derive(QueryableByName)]
    struct Answer {
        #[diesel(sql_type = diesel::sql_types::Text)]
        value: String,
    }
    let mut conn = PgConnection::establish(&cluster.url()).expect("the server answers");
    let answer = diesel::sql_query(sql).get_result::<Answer>(&mut conn).optional();
    answer.expect(sql).map(|answer| answer.value).unwrap_or_default()
}

fn make_synchronous(primary: &Cluster) {
    let mut conn = PgConnection::establish(&primary.url()).expect("the server answers");
    conn.batch_execute("ALTER SYSTEM SET synchronous_standby_names = 'standby'")
        .unwrap();
    conn.batch_execute("SELECT pg_reload_conf()").unwrap();
    let begun = Instant::now();
    while ask(primary, "SELECT sync_state::text AS value FROM pg_stat_replication") != "sync" {
        assert!(begun.elapsed() < Duration::from_secs(20), "the standby does not follow");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// What the standby lacks after the server died under people's work, how much was acknowledged, and how long it took
/// until somebody was answered again.
fn one_death(follows: bool) -> (Vec<String>, usize, Duration) {
    let primary = Cluster::new();
    let folder = new_folder();
    let data = folder.path().join("data");
    let (path, url) = (data.to_str().unwrap(), primary.url());
    let laid = run(&[
        "demo",
        "--no-serve",
        "--cases",
        "5",
        "--data",
        path,
        "--database-url",
        &url,
    ]);
    assert!(laid.status.success(), "{}", String::from_utf8_lossy(&laid.stderr));
    let program = Program::start("demo", &data, &["--database-url", &url]);
    let people = clients(program.address).expect("everybody signs in");
    let standby = primary.standby();
    if follows {
        make_synchronous(&primary);
    } else {
        standby.stop();
    }
    let (_, journal) = work_until_killed(program, people, || {
        std::thread::sleep(WORK);
        primary.kill();
    });
    let died = Instant::now();
    if follows {
        standby.promote();
    } else {
        standby.start();
        standby.promote();
    }
    let url = standby.url();
    let program = Program::start("demo", &data, &["--database-url", &url]);
    let page = Browser::new(program.address).get("/procedures").expect("an answer");
    assert_eq!(page.status, 200);
    let took = died.elapsed();
    let mut conn = AnyConnection::establish(&url).expect("the new server answers");
    let done = journal.iter().filter(|noted| noted.outcome == Outcome::Done).count();
    (findings(&mut conn, &data, &journal), done, took)
}

#[test]
fn a_synchronous_standby_has_everything_that_was_acknowledged_and_a_cut_off_one_is_seen_to_lack_it() {
    let deaths = rounds("D9", 1);
    let (mut acknowledged, mut longest) = (0, Duration::ZERO);
    for _ in 0..deaths {
        let (wrong, done, took) = one_death(true);
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(done >= 3 * Deed::ALL.len(), "hardly anything was done: {done}");
        assert!(took <= Duration::from_secs(60), "{took:?}");
        acknowledged += done;
        longest = longest.max(took);
    }
    // The control: a standby that was cut off lacks what was acknowledged, and the same check says so.
    let (wrong, ..) = one_death(false);
    assert!(
        !wrong.is_empty(),
        "a standby that did not follow lacks nothing: the check is blind"
    );
    figure(
        "D9",
        &format!(
            "{deaths} deaths of the server under work, {acknowledged} acknowledged acts, all on the synchronous standby; answered again after at most {:.1} s; a standby that was cut off is seen to lack {}",
            longest.as_secs_f64(),
            wrong.len()
        ),
    );
}
