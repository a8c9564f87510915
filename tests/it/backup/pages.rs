//! What the administrator sees and asks for, and what is kept of it as evidence.

use super::place::{attach, passphrase};
use crate::support::databases::{SERVER, empty};
use crate::support::{TestOffice, pages};
use chrono::{NaiveTime, TimeDelta, Weekday};
use quytrinh::app::open_database;
use quytrinh::backup::{Around, Kind, Plan, RunState, round, runs};
use quytrinh::kernel::AccessRole;
use quytrinh::web::BackupShown;
use sha2::{Digest, Sha256};
use std::path::Path;

fn plan(office: &TestOffice, to: &Path, scratch: &Path, server: Option<String>) -> Plan {
    Plan {
        to: to.to_owned(),
        at: NaiveTime::from_hms_opt(2, 0, 0).unwrap(),
        keep: "2d".parse().unwrap(),
        passphrase: Some(passphrase()),
        drill_on: Some(Weekday::Sun),
        scratch: scratch.to_owned(),
        scratch_server: server,
        files: office.site.files.to_path_buf(),
        data: office.database.folder.path().to_owned(),
    }
}

async fn office() -> TestOffice {
    let shown = BackupShown {
        to: "/mnt/backup".to_owned(),
        at: "02:00".to_owned(),
        keep: [2, 0, 0],
        is_locked: true,
        drill_on: "sun".to_owned(),
    };
    let office = TestOffice::start_with(|site| site.backup = Some(shown.into())).await;
    for (name, role) in [("quantri", AccessRole::Administrator), ("danhgia", AccessRole::Auditor)] {
        office.person(name, &[role]);
    }
    attach(&office, "một tệp");
    office
}

fn perform(office: &TestOffice, plan: &Plan) -> usize {
    let sign = |bytes: &[u8]| Some(format!("signed {}", bytes.len()));
    let around = Around {
        db: &office.site.db,
        clock: &office.site.clock,
        words: pages().words(),
        open: &|url| open_database(url),
        sign: Some(&sign),
    };
    round(&around, plan).expect("results are kept")
}

#[actix_web::test]
async fn nights_and_drills_come_by_themselves_and_are_shown_with_their_results() {
    let office = office().await;
    let (to, scratch) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let server = SERVER.is_some().then(empty);
    let plan = plan(
        &office,
        to.path(),
        scratch.path(),
        server.as_ref().map(|database| database.url.clone()),
    );
    let admin = office.sign_in("quantri").await;
    admin
        .get("/backups")
        .await
        .is(200)
        .says("backup.none")
        .says("backup.no_drill")
        .says("backup.ask");
    admin.get("/").await.says("home.backup.none");
    // The first round makes up for the night that there was none, and rehearses.
    assert_eq!(perform(&office, &plan), 2);
    assert_eq!(perform(&office, &plan), 0, "nothing is done twice");
    let list = admin.get("/backups").await;
    list.is(200)
        .says("backup.state.done")
        .lacks("backup.none")
        .lacks("backup.failed")
        .lacks("backup.no_drill");
    let known = office.read(|work| runs(work, None)).unwrap();
    assert_eq!(known.len(), 2);
    let (drill, backup) = (&known[0], &known[1]);
    assert_eq!((drill.kind, drill.state), (Kind::Drill, RunState::Done));
    assert_eq!(drill.file_sha256, backup.file_sha256);
    let hash: String = Sha256::digest(&drill.report)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(drill.report_sha256.as_deref(), Some(hash.as_str()));
    assert_eq!(drill.report_signature, Some(format!("signed {}", drill.report.len())));
    let page = admin.get(&format!("/backups/{}", drill.number)).await;
    page.is(200).says("backup.report.passed").says(&hash);
    let text = admin.get(&format!("/backups/{}/report.txt", drill.number)).await;
    assert_eq!(text.text(), drill.report);
    let json = admin.get(&format!("/backups/{}/report.json", drill.number)).await;
    assert!(serde_json::from_str::<serde_json::Value>(json.text()).is_ok());
    admin
        .get(&format!("/backups/{}/report.txt", backup.number))
        .await
        .is(404);
    // The next night, by Vietnam's clock, and no drill before Sunday.
    office.wait(TimeDelta::days(1));
    assert_eq!(perform(&office, &plan), 1);
    office.wait(TimeDelta::hours(49));
    let admin = office.sign_in("quantri").await;
    admin.get("/backups").await.is(200).lacks("backup.state.failed");
    assert!(
        admin.get("/").await.text().contains("badge wraps bad"),
        "an old backup is red"
    );
}

#[actix_web::test]
async fn a_run_of_the_future_counts_as_none() {
    let office = office().await;
    let (to, scratch) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let server = SERVER.is_some().then(empty);
    let plan = plan(
        &office,
        to.path(),
        scratch.path(),
        server.as_ref().map(|database| database.url.clone()),
    );
    let now = office.site.clock.now();
    // A clock that is a year ahead takes a backup and holds a drill, and is set right.
    office.wait(TimeDelta::days(365));
    assert_eq!(perform(&office, &plan), 2);
    office.site.clock.set(now);
    let admin = office.sign_in("quantri").await;
    admin.get("/backups").await.is(200).says("backup.none");
    let home = admin.get("/").await;
    assert!(home.text().contains("badge wraps bad"), "it is red");
    // What was wanted this night is done, and then all is well again.
    assert_eq!(perform(&office, &plan), 2);
    assert_eq!(perform(&office, &plan), 0, "nothing is done twice");
    admin.get("/backups").await.is(200).lacks("backup.none");
    assert!(!admin.get("/").await.text().contains("badge wraps bad"));
}

#[actix_web::test]
async fn one_is_asked_for_by_the_administrator_alone_and_a_failure_is_red() {
    let office = office().await;
    let (to, scratch) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let server = SERVER.is_some().then(empty);
    let plan = plan(
        &office,
        to.path(),
        scratch.path(),
        server.as_ref().map(|database| database.url.clone()),
    );
    assert_eq!(perform(&office, &plan), 2);
    let auditor = office.sign_in("danhgia").await;
    auditor.get("/backups").await.is(200).lacks("backup.ask");
    auditor.post("/backups", &[("kind", "backup")]).await.is(403);
    let admin = office.sign_in("quantri").await;
    admin
        .post("/backups", &[("kind", "both")])
        .await
        .is(422)
        .says("backup.refused.kind");
    admin.post("/backups", &[("kind", "backup")]).await.leads_to("/backups");
    admin
        .post("/backups", &[("kind", "backup")])
        .await
        .is(409)
        .says("backup.refused.asked");
    admin.get("/backups").await.says("backup.waiting");
    office.wait(TimeDelta::minutes(5));
    assert_eq!(perform(&office, &plan), 1);
    let known = office.read(|work| runs(work, None)).unwrap();
    assert_eq!(
        (known[0].state, known[0].asked_by_name.as_str()),
        (RunState::Done, "Ông/Bà quantri")
    );
    // The folder is gone, and a file stands in its place.
    let folder = to.path().join("lost");
    std::fs::write(&folder, "no folder").unwrap();
    let lost = Plan {
        to: folder,
        ..plan.clone()
    };
    for kind in ["backup", "drill"] {
        admin.post("/backups", &[("kind", kind)]).await.leads_to("/backups");
    }
    assert_eq!(perform(&office, &lost), 2);
    let page = admin.get("/backups").await;
    page.is(200)
        .says("backup.failed")
        .says("backup.state.failed")
        .says("backup.fault.disk");
    assert!(
        admin.get("/").await.text().contains("badge wraps bad"),
        "a failure is red"
    );
    let number = office.read(|work| runs(work, None)).unwrap()[0].number;
    admin
        .get(&format!("/backups/{number}"))
        .await
        .is(200)
        .says("backup.report.failed");
}

#[actix_web::test]
async fn a_result_that_was_kept_cannot_be_changed_past_the_house() {
    let office = office().await;
    let (to, scratch) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let server = SERVER.is_some().then(empty);
    let plan = plan(
        &office,
        to.path(),
        scratch.path(),
        server.as_ref().map(|database| database.url.clone()),
    );
    perform(&office, &plan);
    for sql in [
        "UPDATE backup_runs SET state = 'failed', fault = 'disk'",
        "UPDATE backup_runs SET report = 'better', report_sha256 = NULL",
        "DELETE FROM backup_runs",
    ] {
        let done = diesel::RunQueryDsl::execute(diesel::sql_query(sql), &mut office.connect());
        assert!(done.is_err(), "{sql}");
    }
}

#[actix_web::test]
async fn without_a_folder_nothing_can_be_asked_for_and_the_page_says_so() {
    let office = TestOffice::start().await;
    office.person("quantri", &[AccessRole::Administrator]);
    let admin = office.sign_in("quantri").await;
    admin
        .get("/backups")
        .await
        .is(200)
        .says("backup.not_set")
        .lacks("backup.ask_drill");
    admin
        .post("/backups", &[("kind", "backup")])
        .await
        .is(409)
        .says("backup.refused.not_set");
}
