//! What is no whole backup, or not for this place, is refused, and nothing is left of the try.

use super::place::{Fresh, attach, order, passphrase};
use crate::support::TestOffice;
use crate::support::databases::{SERVER, unguarded};
use crate::support::program::run;
use crate::support::rounds::figure;
use quytrinh::app::open_database;
use quytrinh::backup::{BackupFault, DrillKeys, DrillOrder, Order, Taken, drill, take};
use std::path::Path;

/// A backup of an office with two files.
async fn taken(to: &Path, is_locked: bool) -> (TestOffice, Taken) {
    let office = TestOffice::start().await;
    attach(&office, "một");
    attach(&office, &"hai".repeat(50_000));
    let mut order = order(&office, to);
    order.passphrase = is_locked.then(passphrase);
    let taken = take(&order).unwrap();
    (office, taken)
}

fn is_empty(folder: &Path) -> bool {
    !folder.exists() || std::fs::read_dir(folder).unwrap().next().is_none()
}

#[actix_web::test]
async fn a_byte_that_differs_anywhere_is_found_and_nothing_is_left() {
    for is_locked in [false, true] {
        let to = tempfile::tempdir().unwrap();
        let (_office, taken) = taken(to.path(), is_locked).await;
        let bytes = std::fs::read(&taken.path).unwrap();
        let phrase = is_locked.then(passphrase);
        let damaged = to.path().join("damaged");
        // The key of a locked one is hard to derive by intent, so fewer are tried.
        let tries = if is_locked { 8 } else { 40 };
        for number in 0..tries {
            let place = (bytes.len() - 1) * number / (tries - 1);
            let mut other = bytes.clone();
            other[place] ^= 0x10;
            std::fs::write(&damaged, &other).unwrap();
            let fresh = Fresh::new();
            let fault = fresh.restore(&damaged, phrase.clone()).map(drop).unwrap_err();
            assert!([4, 5].contains(&fault.exit_status()), "byte {place}: {fault}");
            assert!(is_empty(&fresh.data()), "byte {place} left something");
        }
    }
}

#[actix_web::test]
async fn the_commands_refuse_with_a_status_of_their_own_and_a_sentence() {
    if SERVER.is_some() {
        return;
    }
    let to = tempfile::tempdir().unwrap();
    let (office, taken) = taken(to.path(), true).await;
    let (right, wrong) = (to.path().join("right"), to.path().join("wrong"));
    std::fs::write(&right, format!("{}\n", *passphrase())).unwrap();
    std::fs::write(&wrong, "một hai ba bốn năm sáu\n").unwrap();
    let file = taken.path.to_str().unwrap();
    let restore = |file: &str, data: &Path, phrase: Option<&Path>| {
        let mut arguments = vec!["restore", file, "--data", data.to_str().unwrap()];
        if let Some(phrase) = phrase {
            arguments.extend(["--passphrase-file", phrase.to_str().unwrap()]);
        }
        let done = run(&arguments);
        (done.status.code(), String::from_utf8_lossy(&done.stderr).into_owned())
    };
    let fresh = Fresh::new();
    let (status, said) = restore(file, &fresh.data(), Some(&wrong));
    assert!(
        status == Some(5) && said.contains("the passphrase is not the one"),
        "{said}"
    );
    let (status, said) = restore(file, &fresh.data(), None);
    assert!(status == Some(5) && said.contains("a passphrase is needed"), "{said}");
    let (status, said) = restore(file, to.path(), Some(&right));
    assert!(status == Some(3) && said.contains("is not empty"), "{said}");
    let bytes = std::fs::read(&taken.path).unwrap();
    let damaged = to.path().join("damaged");
    std::fs::write(&damaged, &bytes[..bytes.len() - 1]).unwrap();
    let (status, said) = restore(damaged.to_str().unwrap(), &fresh.data(), Some(&right));
    assert!(status == Some(4) && said.contains("damaged in its piece"), "{said}");
    std::fs::write(&damaged, "no backup at all").unwrap();
    let (status, said) = restore(damaged.to_str().unwrap(), &fresh.data(), None);
    assert_eq!(status, Some(4), "{said}");
    // A newer program's database: its backup, and itself.
    unguarded(
        &office.database.url,
        "INSERT INTO __diesel_schema_migrations (version) VALUES ('99990101000000')",
    );
    office.wait(chrono::TimeDelta::days(1));
    let newer = take(&order(&office, to.path())).unwrap();
    let (status, said) = restore(newer.path.to_str().unwrap(), &fresh.data(), None);
    assert!(status == Some(6) && said.contains("newer program"), "{said}");
    assert!(is_empty(&fresh.data()));
    let data = office.database.folder.path().to_str().unwrap();
    let opened = run(&["index", "--data", data]);
    let said = String::from_utf8_lossy(&opened.stderr).into_owned();
    assert!(
        opened.status.code() == Some(1) && said.contains("99990101000000"),
        "{said}"
    );
    let (status, said) = restore(file, &fresh.data(), Some(&right));
    assert_eq!(status, Some(0), "{said}");
    let nobody = Fresh::new();
    let mut wanted = nobody.order(&taken.path, Some(passphrase()));
    wanted.by = Some("khong-ai".to_owned());
    let fault = quytrinh::backup::restore(&wanted, &|url| open_database(url))
        .map(drop)
        .unwrap_err();
    assert!(
        matches!(fault, BackupFault::Nobody(_)) && is_empty(&nobody.data()),
        "{fault}"
    );
}

#[actix_web::test]
async fn a_backup_that_cannot_be_whole_is_not_made_and_older_ones_stay() {
    let to = tempfile::tempdir().unwrap();
    let (office, first) = taken(to.path(), false).await;
    let names = || {
        let mut names: Vec<String> = std::fs::read_dir(to.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    };
    let before = names();
    office.wait(chrono::TimeDelta::days(1));
    let mut small = order(&office, to.path());
    small.free = |_| Ok(1_000_000);
    let fault = take(&small).unwrap_err();
    assert!(
        matches!(fault, BackupFault::NoSpace { .. }) && fault.exit_status() == 7,
        "{fault}"
    );
    assert_eq!(names(), before);
    let sha256 = attach(&office, "ba");
    let file = quytrinh::documents::file_place(&office.site.files, &sha256).unwrap();
    for (content, status) in [(Some("baz"), 11), (Some("b"), 11), (None, 11)] {
        match content {
            Some(content) => std::fs::write(&file, content).unwrap(),
            None => std::fs::remove_file(&file).unwrap(),
        }
        let fault = take(&order(&office, to.path())).unwrap_err();
        assert_eq!(fault.exit_status(), status, "{fault}");
        assert!(fault.to_string().contains(&sha256), "{fault}");
        assert_eq!(names(), before);
    }
    std::fs::write(&file, "ba").unwrap();
    // What a backup left that was killed goes with the next one.
    std::fs::write(to.path().join(".quytrinh-draft-archive-x"), "half").unwrap();
    let busy = std::fs::File::create(to.path().join(".quytrinh-busy")).unwrap();
    busy.lock().unwrap();
    let fault = take(&order(&office, to.path())).unwrap_err();
    assert!(matches!(fault, BackupFault::Busy(_)), "{fault}");
    drop(busy);
    let second = take(&order(&office, to.path())).unwrap();
    assert_eq!(names(), [".quytrinh-busy".to_owned(), first.name, second.name]);
}

#[actix_web::test]
async fn a_drill_says_whether_the_newest_backup_would_do_and_leaves_nothing_behind() {
    let to = tempfile::tempdir().unwrap();
    let (office, first) = taken(to.path(), true).await;
    let scratch = tempfile::tempdir().unwrap();
    let fresh = Fresh::new();
    let order_of = |phrase| DrillOrder {
        from: to.path().to_owned(),
        scratch: scratch.path().to_owned(),
        server: fresh.server.as_ref().map(|database| database.url.clone()),
        passphrase: phrase,
        free: Order::FREE,
        keys: office.site.db.keys().cloned().map(DrillKeys::Open),
        at: office.site.clock.now(),
    };
    let hold = |phrase| {
        let report = drill(&order_of(phrase), &|url| open_database(url));
        assert!(is_empty(scratch.path()), "the scratch folder is not empty");
        report
    };
    let good = hold(Some(passphrase()));
    assert!(good.passed(), "{:?}", good.fault);
    figure(
        "D8",
        &format!(
            "a drill of {} bytes passed in {} ms; a wrong passphrase, a byte cut off and an empty folder were refused",
            first.bytes,
            good.restored_ms + good.checked_ms
        ),
    );
    assert_eq!(good.sha256.as_deref(), Some(first.sha256.as_str()));
    assert_eq!(hold(None).fault.map(|(code, _)| code), Some("passphrase"));
    // Without the last byte: the newest is damaged, and a drill says so though an older one would do.
    office.wait(chrono::TimeDelta::days(1));
    let mut next = order(&office, to.path());
    next.passphrase = None;
    let second = take(&next).unwrap();
    let bytes = std::fs::read(&second.path).unwrap();
    std::fs::write(&second.path, &bytes[..bytes.len() - 1]).unwrap();
    let bad = hold(Some(passphrase()));
    assert_eq!(bad.fault.as_ref().map(|(code, _)| *code), Some("damaged"));
    assert_eq!(bad.file_name, second.name);
    let nothing = tempfile::tempdir().unwrap();
    let mut none = order_of(None);
    none.from = nothing.path().to_owned();
    let report = drill(&none, &|url| open_database(url));
    assert_eq!(report.fault.map(|(code, _)| code), Some("no_backup"));
}

#[actix_web::test]
async fn a_drill_removes_what_a_killed_one_left_and_asks_for_room_before_it_begins() {
    let to = tempfile::tempdir().unwrap();
    let (office, first) = taken(to.path(), false).await;
    let (scratch, fresh) = (tempfile::tempdir().unwrap(), Fresh::new());
    let mut wanted = DrillOrder {
        from: to.path().to_owned(),
        scratch: scratch.path().to_owned(),
        server: fresh.server.as_ref().map(|database| database.url.clone()),
        passphrase: None,
        keys: None,
        free: Order::FREE,
        at: office.site.clock.now(),
    };
    let hold = |order: &DrillOrder| drill(order, &|url| open_database(url));
    let place = |name: &str| scratch.path().join(name);
    for name in [
        "quytrinh-drill-left",
        "quytrinh-drill-held",
        "quytrinh-drill-foreign",
        "other",
    ] {
        std::fs::create_dir_all(place(name).join("office")).unwrap();
    }
    // A drill that was killed, one that is at work, and folders that no drill made.
    std::fs::write(place("quytrinh-drill-left/.quytrinh-drill"), "").unwrap();
    std::fs::write(place("other/.quytrinh-drill"), "").unwrap();
    let working = std::fs::File::create(place("quytrinh-drill-held/.quytrinh-drill")).unwrap();
    working.lock().unwrap();
    if let Some(database) = &fresh.server {
        // What a killed one leaves on the server: its mark and tables.
        let left = "CREATE SCHEMA quytrinh_drill; CREATE TABLE left_there (x int)";
        diesel::connection::SimpleConnection::batch_execute(&mut database.connect(), left).unwrap();
    }
    let report = hold(&wanted);
    assert!(report.passed(), "{:?}", report.fault);
    let left = || {
        let mut names: Vec<String> = std::fs::read_dir(scratch.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    };
    assert_eq!(left(), ["other", "quytrinh-drill-foreign", "quytrinh-drill-held"]);
    // Too little room is said before anything is unpacked, and the control: enough is enough.
    wanted.free = |_| Ok(1 << 20);
    let report = hold(&wanted);
    assert_eq!(report.fault.map(|(code, _)| code), Some("no_space"));
    assert_eq!(left().len(), 3);
    wanted.free = |_| Ok(1 << 40);
    assert!(hold(&wanted).passed());
    // A server's database that holds what no drill left is not touched.
    if let Some(database) = &fresh.server {
        let own = "CREATE TABLE own (x int)";
        diesel::connection::SimpleConnection::batch_execute(&mut database.connect(), own).unwrap();
        assert!(!hold(&wanted).passed());
        diesel::connection::SimpleConnection::batch_execute(&mut database.connect(), "DROP TABLE own").unwrap();
    }
    assert_eq!(first.manifest.parts.len(), 3);
}
