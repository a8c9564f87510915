//! Many at once on one thing: one outcome, and what the others typed is not lost.

use super::once::{CASE, desk};
use crate::support::posted::{BIRTH, day, posted_office};
use crate::support::rounds::{figure, rounds};
use crate::support::{TestOffice, new_key};
use quytrinh::documents::{self, Stage};
use quytrinh::kernel::{AccessRole, VersionId};
use quytrinh::web::Failure;
use quytrinh::{ledger, people};
use std::sync::{Arc, Barrier};

/// Rounds in the short form, and how many act at once in it and in the long one.
const ROUNDS: usize = 20;
const AT_ONCE: usize = 16;
const AT_ONCE_LONG: usize = 64;

fn races() -> (usize, usize) {
    let rounds = rounds("C1", ROUNDS);
    (rounds, if rounds > ROUNDS { AT_ONCE_LONG } else { AT_ONCE })
}

/// A version that waits for its first signature.
fn in_review(office: &TestOffice, round: usize) -> VersionId {
    let text = BIRTH.replace("QT.HT.01", &format!("QT.R.{round:04}"));
    let version = office
        .act_as("thuky", move |work| documents::create(work, &text))
        .unwrap();
    let head = office.read(|work| documents::head(work, &version)).unwrap();
    let submitted = version.clone();
    let done = office.act_as("thuky", move |work| {
        documents::submit(work, &submitted, head.row_version, day(30))
    });
    done.unwrap();
    version
}

#[actix_web::test]
async fn of_many_signatures_and_returns_at_once_one_counts() {
    let office = posted_office().await;
    let (rounds, at_once) = races();
    let (fresh, actor) = (office.confirmed("lanhdao"), office.actor("lanhdao"));
    let (mut signed, mut returned) = (0, 0);
    for round in 0..rounds {
        let version = in_review(&office, round);
        let seen = office
            .read(|work| documents::head(work, &version))
            .unwrap()
            .content_sha256;
        let begin = Arc::new(Barrier::new(at_once));
        let racers: Vec<_> = (0..at_once)
            .map(|racer| {
                let (db, actor, fresh) = (office.site.db.clone(), actor.clone(), fresh.clone());
                let (version, seen, begin) = (version.clone(), seen.clone(), Arc::clone(&begin));
                std::thread::spawn(move || {
                    begin.wait();
                    let deed = move |work: &mut ledger::Work<'_>| -> Result<bool, Failure> {
                        if racer % 2 == 0 {
                            documents::sign(work, &fresh, &version, &seen).map(|_| true)
                        } else {
                            let what = (&version, seen.as_str());
                            documents::return_to_author(work, &fresh, what, "Cần sửa bước 2").map(|()| false)
                        }
                    };
                    ledger::change(&db, actor, deed)
                })
            })
            .collect();
        let outcomes: Vec<_> = racers.into_iter().map(|racer| racer.join().unwrap()).collect();
        let done: Vec<bool> = outcomes
            .iter()
            .filter_map(|outcome| outcome.as_ref().ok().copied())
            .collect();
        assert_eq!(done.len(), 1, "round {round}: {done:?}");
        for refused in outcomes.iter().filter_map(|outcome| outcome.as_ref().err()) {
            assert!(
                matches!(refused, Failure::Conflict(_) | Failure::Forbidden(_)),
                "{refused}"
            );
        }
        let stage = office.read(|work| documents::head(work, &version)).unwrap().stage;
        assert_eq!(stage == Stage::Draft, !done[0], "round {round}: {stage}");
        signed += usize::from(done[0]);
        returned += usize::from(!done[0]);
    }
    let told =
        format!("{rounds} rounds of {at_once} at once: {signed} signed, {returned} returned, one outcome in each");
    figure("C1", &told);
}

#[actix_web::test]
async fn of_many_who_save_one_draft_at_once_one_is_kept_and_the_others_are_told() {
    let office = posted_office().await;
    let own = |n: usize| {
        let text = BIRTH.replace("QT.HT.01", "QT.R.9999");
        text.replace("# Nội dung", &format!("# Nội dung của lần {n}"))
    };
    let text = own(0);
    let version = office
        .act_as("thuky", move |work| documents::create(work, &text))
        .unwrap();
    let actor = office.actor("thuky");
    let mut next = 1;
    for round in 0..rounds("C2", ROUNDS) {
        let row = office.read(|work| documents::head(work, &version)).unwrap().row_version;
        let begin = Arc::new(Barrier::new(8));
        let savers: Vec<_> = (next..next + 8)
            .map(|n| {
                let (db, actor, version) = (office.site.db.clone(), actor.clone(), version.clone());
                let (begin, text) = (Arc::clone(&begin), own(n));
                std::thread::spawn(move || {
                    begin.wait();
                    let saved = ledger::change(&db, actor, move |work| documents::save(work, &version, row, &text));
                    (n, saved)
                })
            })
            .collect();
        next += 8;
        let outcomes: Vec<_> = savers.into_iter().map(|saver| saver.join().unwrap()).collect();
        let kept: Vec<usize> = outcomes
            .iter()
            .filter(|(_, saved)| saved.is_ok())
            .map(|(n, _)| *n)
            .collect();
        assert_eq!(kept.len(), 1, "round {round}: {kept:?}");
        for (_, saved) in &outcomes {
            assert!(matches!(saved, Ok(_) | Err(Failure::Conflict(_))), "{saved:?}");
        }
        let stored = office
            .read(|work| Ok::<_, Failure>(documents::content_of(work, &version)?))
            .unwrap();
        assert!(
            stored.text.contains(&format!("Nội dung của lần {}", kept[0])),
            "round {round}"
        );
    }
    // The control: whoever has read what stands there is never refused, and then the earlier text is gone. That is what
    // would become of seven of eight, were they not told.
    for n in next..next + 8 {
        let (text, version) = (own(n), version.clone());
        let row = office.read(|work| documents::head(work, &version)).unwrap().row_version;
        office
            .act_as("thuky", move |work| documents::save(work, &version, row, &text))
            .unwrap();
    }
    let stored = office
        .read(|work| Ok::<_, Failure>(documents::content_of(work, &version)?))
        .unwrap();
    let has = |n: usize| stored.text.contains(&format!("Nội dung của lần {n}"));
    assert!(has(next + 7) && (next..next + 7).all(|n| !has(n)));
}

/// Runs as many acts at the same moment as there are, and gives what became of each.
fn at_once<T: Send + 'static>(acts: Vec<Box<dyn FnOnce() -> Result<T, Failure> + Send>>) -> Vec<Result<T, Failure>> {
    let begin = Arc::new(Barrier::new(acts.len()));
    let running: Vec<_> = acts
        .into_iter()
        .map(|act| {
            let begin = Arc::clone(&begin);
            std::thread::spawn(move || {
                begin.wait();
                act()
            })
        })
        .collect();
    running.into_iter().map(|one| one.join().unwrap()).collect()
}

#[actix_web::test]
async fn of_many_files_for_one_form_at_once_one_is_kept_and_the_others_are_told() {
    let office = posted_office().await;
    let text = BIRTH.replace("QT.HT.01", "QT.R.9998");
    let version = office
        .act_as("thuky", move |work| documents::create(work, &text))
        .unwrap();
    let (actor, rounds) = (office.actor("thuky"), rounds("C2", ROUNDS));
    for round in 0..rounds {
        let head = office.read(|work| documents::head(work, &version)).unwrap();
        let before = office
            .read(|work| Ok::<_, Failure>(documents::content_of(work, &version)?))
            .unwrap();
        let act = |n: usize| -> Box<dyn FnOnce() -> Result<String, Failure> + Send> {
            let (db, actor, version) = (office.site.db.clone(), actor.clone(), version.clone());
            let (dir, mut source, row) = (office.site.files.clone(), before.source.clone(), head.row_version);
            Box::new(move || {
                ledger::change(&db, actor, move |work| {
                    let bytes = format!("%PDF-1.7 {round} {n}");
                    let hash = documents::attach(work, &dir, bytes.as_bytes())?;
                    source.forms[0].file = format!("sha256:{hash}");
                    source.forms[0].file_name = format!("{n}.pdf");
                    documents::save(work, &version, row, &quytrinh::procedures::write(&source))?;
                    Ok(hash)
                })
            })
        };
        let outcomes = at_once((0..6).map(act).collect());
        let kept: Vec<&String> = outcomes.iter().filter_map(|outcome| outcome.as_ref().ok()).collect();
        assert_eq!(kept.len(), 1, "round {round}: {outcomes:?}");
        let refused = outcomes.iter().filter_map(|outcome| outcome.as_ref().err());
        for refused in refused {
            let Failure::Conflict(say) = refused else {
                panic!("{refused}")
            };
            assert_eq!(say.key, "documents.stale");
            assert!(say.args.iter().any(|(hole, _)| hole == "name"), "{say:?}");
        }
        let stored = office
            .read(|work| Ok::<_, Failure>(documents::content_of(work, &version)?))
            .unwrap();
        assert_eq!(stored.source.forms[0].file, format!("sha256:{}", kept[0]));
        assert!(documents::read_file(&office.site.files, kept[0]).is_ok());
    }
    figure(
        "C2",
        &format!("{rounds} rounds each of 8 texts and 6 files at once: one kept, the others told who was first"),
    );
}

#[actix_web::test]
async fn of_many_role_edits_at_once_none_joins_what_must_be_apart() {
    let office = TestOffice::start().await;
    office.person("quantri", &[AccessRole::Administrator]);
    let person = office.person("lan", &[AccessRole::Official]);
    // The operator: what an administrator gives alone takes two people, and no race.
    let actor = quytrinh::kernel::Actor::house(office.agency.clone(), office.site.clock.now());
    let apart = [AccessRole::Administrator, AccessRole::Chair, AccessRole::Auditor];
    let rounds = rounds("C2", ROUNDS);
    for round in 0..rounds {
        let act = |role: AccessRole| -> Box<dyn FnOnce() -> Result<AccessRole, Failure> + Send> {
            let (db, actor, person) = (office.site.db.clone(), actor.clone(), person.clone());
            Box::new(move || {
                ledger::change(&db, actor, move |work| {
                    people::grant(work, None, (&person, role), &people::Basis::default()).map(|_| role)
                })
            })
        };
        let outcomes = at_once(apart.into_iter().chain(apart).map(act).collect());
        let given: Vec<AccessRole> = outcomes
            .iter()
            .filter_map(|outcome| outcome.as_ref().ok().copied())
            .collect();
        assert_eq!(given.len(), 1, "round {round}: {given:?}");
        assert!(
            outcomes
                .iter()
                .all(|outcome| matches!(outcome, Ok(_) | Err(Failure::Conflict(_))))
        );
        let mut roles = office.actor("lan").person.unwrap().access;
        roles.retain(|role| apart.contains(role));
        assert_eq!(roles, given, "round {round}");
        let (person, role) = (person.clone(), given[0]);
        office
            .act_as("quantri", move |work| people::revoke(work, &person, role))
            .unwrap();
    }
}

#[actix_web::test]
async fn the_later_one_gets_both_texts_beside_each_other() {
    let office = posted_office().await;
    let text = BIRTH.replace("QT.HT.01", "QT.R.9997");
    let version = office
        .act_as("thuky", move |work| documents::create(work, &text))
        .unwrap();
    let path = format!("/versions/{version}/edit");
    let (first, second) = (office.sign_in("thuky").await, office.sign_in("thuky").await);
    let mut ours = crate::documents::editor::fields(&first.get(&path).await);
    let mut theirs = crate::documents::editor::fields(&second.get(&path).await);
    let set = crate::documents::editor::set;
    set(&mut ours, "title", "Tên của người trước");
    set(&mut theirs, "title", "Tên của người sau");
    let press = crate::documents::editor::press;
    press(&first, &path, &ours, "save").await.is(303);
    let before = office.digest();
    let late = press(&second, &path, &theirs, "save").await;
    late.is(409).says("documents.editor.stale_title");
    late.says("Tên của người trước").says("Tên của người sau");
    assert_eq!(office.digest(), before, "the later one changed something");
    // What was typed is still in the form, and counts when it is sent again on purpose.
    let again = crate::documents::editor::fields(&late);
    assert!(
        again.contains(&("title".into(), "Tên của người sau".into())),
        "{again:?}"
    );
    press(&second, &path, &again, "save").await.is(303);
}

#[actix_web::test]
async fn the_desk_goes_on_while_many_ask_at_once() {
    let (_office, desk) = desk().await;
    let keys: Vec<String> = (0..100).map(|_| new_key()).collect();
    let sent = keys.iter().map(|key| {
        let mut fields = CASE.to_vec();
        fields.push(("key", key));
        let desk = &desk;
        async move { desk.post("/cases", &fields).await }
    });
    let begun = std::time::Instant::now();
    let (answers, health) = futures_util::future::join(futures_util::future::join_all(sent), async {
        let begun = std::time::Instant::now();
        desk.get("/health").await.is(200);
        begun.elapsed()
    })
    .await;
    println!("100 cases at once in {:?}, /health in {health:?}", begun.elapsed());
    for answer in answers {
        assert!(matches!(answer.status(), 303 | 503), "{}", answer.status());
    }
}
