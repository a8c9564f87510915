//! Many at once on one thing: one outcome, and what the others typed is not lost.

use super::once::{CASE, desk};
use crate::support::posted::{BIRTH, day, posted_office};
use crate::support::{TestOffice, new_key};
use quytrinh::documents::{self, Stage};
use quytrinh::kernel::VersionId;
use quytrinh::ledger;
use quytrinh::web::Failure;
use std::sync::{Arc, Barrier};

/// Rounds and people in each; QUYTRINH_RACE_ROUNDS in the environment says another number of rounds.
const ROUNDS: usize = 20;
const AT_ONCE: usize = 16;

fn rounds() -> (usize, usize) {
    #[expect(clippy::disallowed_methods, reason = "a longer run is asked for by the environment")]
    let said = std::env::var("QUYTRINH_RACE_ROUNDS")
        .ok()
        .and_then(|text| text.parse().ok());
    said.map_or((ROUNDS, AT_ONCE), |rounds| (rounds, 64))
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
    let (rounds, at_once) = rounds();
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
    println!("{rounds} rounds of {at_once} at once: {signed} signed, {returned} returned");
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
    for round in 0..rounds().0 {
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
