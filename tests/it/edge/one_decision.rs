//! One approval, once (trust.md C1): of many who approve, return and take back one version at the same moment one wins,
//! and the others are told who was first, and when.

use crate::signatures::{office, sign, submitted, verified};
use crate::support::rounds::{figure, rounds};
use crate::support::{PASSWORD, TestOffice};
use quytrinh::documents::{self, Stage};
use quytrinh::kernel::{Actor, VersionId};
use quytrinh::ledger;
use quytrinh::people::FreshAuth;
use quytrinh::web::Failure;
use std::sync::{Arc, Barrier};

/// How many decide at once.
const AT_ONCE: usize = 64;
const DEEDS: [&str; 3] = ["approve", "return", "take back"];

/// Those who race: the one who reviewed, and the one who approves.
struct Racers {
    reviewer: (Actor, FreshAuth),
    chair: (Actor, FreshAuth),
}

fn decide(
    office: &TestOffice,
    racers: &Racers,
    (version, seen): (&VersionId, &str),
    begin: &Arc<Barrier>,
) -> Vec<(usize, bool, Result<(), Failure>)> {
    let threads: Vec<_> = (0..AT_ONCE)
        .map(|racer| {
            let deed = racer % DEEDS.len();
            let (actor, fresh) = if deed == 2 { &racers.reviewer } else { &racers.chair };
            let (actor, fresh, db) = (actor.clone(), fresh.clone(), office.site.db.clone());
            let (version, seen, begin) = (version.clone(), seen.to_owned(), Arc::clone(begin));
            std::thread::spawn(move || {
                let house = actor.clone();
                let open = ledger::read(&db, &house, |work| {
                    documents::head(work, &version).map_err(Failure::from)
                });
                let was_open = open.is_ok_and(|head| head.stage == Stage::InApproval);
                begin.wait();
                let done = ledger::change(&db, actor, move |work| match deed {
                    0 => documents::sign(work, &fresh, &version, &seen).map(drop),
                    1 => documents::return_to_author(work, &fresh, (&version, &seen), "Cần sửa bước 2"),
                    _ => documents::take_back(work, &fresh, &version, "Ký nhầm"),
                });
                (deed, was_open, done)
            })
        })
        .collect();
    threads.into_iter().map(|one| one.join().unwrap()).collect()
}

#[actix_web::test]
async fn of_sixty_four_who_approve_return_and_take_back_at_once_one_wins_and_the_others_are_told_who_and_when() {
    let office = office().await;
    let count = rounds("C1", 5);
    let racers = Racers {
        reviewer: (office.actor("photruongban"), office.confirmed("photruongban")),
        chair: (office.actor("truongban"), office.confirmed("truongban")),
    };
    let begin = Arc::new(Barrier::new(AT_ONCE));
    let (mut wins, mut told, mut would) = ([0_usize; 3], 0, 0);
    for round in 0..count {
        let (version, _) = submitted(&office, &format!("CS.{round:04}"));
        sign(&office, "photruongban", &version).unwrap();
        let seen = office
            .read(|work| documents::head(work, &version))
            .unwrap()
            .content_sha256;
        let outcomes = decide(&office, &racers, (&version, &seen), &begin);
        let winners: Vec<usize> = outcomes.iter().filter(|one| one.2.is_ok()).map(|one| one.0).collect();
        let [winner] = winners.as_slice() else {
            panic!("round {round}: {winners:?}");
        };
        wins[*winner] += 1;
        // The control: had each gone by what it read just before, all of them would have decided.
        let believed = outcomes.iter().filter(|one| one.1).count();
        assert!(believed > 1, "round {round}: they did not come at once");
        would += believed;
        let name = ["truongban", "truongban", "photruongban"].map(|who| office.actor(who).person.unwrap().full_name);
        for refused in outcomes.iter().filter_map(|one| one.2.as_ref().err()) {
            let Failure::Conflict(say) = refused else {
                panic!("{refused}")
            };
            let word = [
                "documents.decided.approved",
                "documents.decided.returned",
                "documents.decided.returned",
            ];
            assert_eq!(say.key, word[*winner], "round {round}");
            let hole = |wanted: &str| {
                say.args
                    .iter()
                    .find(|(key, _)| *key == wanted)
                    .map(|(_, value)| value.clone())
            };
            assert_eq!(hole("name"), Some(name[*winner].clone()), "round {round}");
            assert!(
                hole("time").is_some_and(|time| time.contains("23/11/2026")),
                "round {round}"
            );
            told += 1;
        }
        let stage = office.read(|work| documents::head(work, &version)).unwrap().stage;
        assert_eq!(stage == Stage::Draft, *winner != 0, "round {round}: {stage}");
    }
    // What the books and the statements say agrees: each round left one review and one decision.
    let (statements, problems) = verified(&office);
    assert_eq!((statements, problems), (count * 2, Vec::new()));
    figure(
        "C1",
        &format!(
            "{count} rounds of {AT_ONCE} at once: {} approved, {} returned, {} taken back, one outcome each; {told} losers \
             told who and when, {would} of whom had seen it open just before",
            wins[0], wins[1], wins[2]
        ),
    );
}

#[actix_web::test]
async fn on_the_page_the_loser_reads_who_was_first_and_when() {
    let office = office().await;
    let (version, _) = submitted(&office, "CSCL");
    sign(&office, "photruongban", &version).unwrap();
    let chair = office.sign_in("truongban").await;
    let path = format!("/versions/{version}");
    chair.get(&path).await.is(200);
    let seen = office
        .read(|work| documents::head(work, &version))
        .unwrap()
        .content_sha256;
    let (fresh, id) = (office.confirmed("photruongban"), version.clone());
    office
        .act_as("photruongban", move |work| {
            documents::take_back(work, &fresh, &id, "Ký nhầm")
        })
        .unwrap();
    let late = chair
        .post(
            &format!("{path}/sign"),
            &[("seen_sha256", &seen), ("password", PASSWORD)],
        )
        .await;
    let name = office.actor("photruongban").person.unwrap().full_name;
    late.is(409);
    let text = late.text();
    assert!(
        text.contains(&format!("{name} đã trả lại văn bản này lúc 09:00 23/11/2026")),
        "{text}"
    );
}
