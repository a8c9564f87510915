//! Rights that are lost between two requests, or while one is on its way (trust row A3), and steps out of their order
//! (ASVS line 31).

use super::id;
use crate::cases;
use crate::support::rounds::figure;
use crate::support::{TestOffice, Visitor};
use crate::walls::doors::{opens_for, path_of};
use actix_web::http::Method;
use quytrinh::app;
use quytrinh::kernel::{AccessRole, Mandate};
use quytrinh::people;
use quytrinh::web::Door;

async fn knock(visitor: &Visitor, door: &Door) -> u16 {
    let path = path_of(door);
    let reply = if door.method == Method::GET {
        visitor.get(&path).await
    } else {
        visitor.post(&path, &[]).await
    };
    if reply.status() == 303 && reply.location().starts_with("/sign-in") {
        401
    } else {
        reply.status()
    }
}

/// Every page, form and download that a role opens, in tabs that were open before: gone at the next request.
#[actix_web::test]
async fn a3_every_door_that_a_role_opened_is_shut_at_the_next_request_after_it_is_taken_away() {
    let office = TestOffice::start().await;
    let mut asked = 0;
    for role in AccessRole::ALL {
        let person = office.person(role.as_str(), &[*role]);
        let tab = office.sign_in(role.as_str()).await;
        let own: Vec<Door> = app::doors()
            .list()
            .iter()
            .filter(|door| door.access != quytrinh::web::Access::Anyone && opens_for(door.access, *role))
            .cloned()
            .collect();
        let before = knock(&tab, own.iter().find(|door| door.method == Method::GET).unwrap()).await;
        assert!(before != 401 && before != 403, "{role}");
        let taken = *role;
        office.act(move |work| people::revoke(work, &person, taken)).unwrap();
        for door in own {
            assert_eq!(knock(&tab, &door).await, 401, "{role}: {} {}", door.method, door.path);
            asked += 1;
        }
    }
    figure(
        "A3",
        &format!(
            "{asked} doors of {} roles: shut at the next request",
            AccessRole::ALL.len()
        ),
    );
}

/// A body may come in slowly: what was allowed when it began is asked again in the transaction of the act.
#[actix_web::test]
async fn a3_a_right_that_is_lost_while_the_request_is_on_its_way_is_not_used_once_more() {
    let office = TestOffice::start().await;
    let person = office.person("thuky", &[AccessRole::Committee]);
    let stands = |actor: &quytrinh::kernel::Actor| people::still_stands(&mut office.connect(), actor).unwrap();
    let before = office.actor("thuky");
    assert!(stands(&before));
    let (other, taken) = (person.clone(), person.clone());
    office
        .act(move |work| people::grant(work, None, (&other, AccessRole::Leader), &people::Basis::default()))
        .unwrap();
    assert!(!stands(&before), "another right is another actor");
    let both = office.actor("thuky");
    office
        .act(move |work| people::revoke(work, &taken, AccessRole::Leader))
        .unwrap();
    assert!(!stands(&both) && stands(&before));
    office.act(move |work| people::deactivate(work, &person)).unwrap();
    assert!(!stands(&before), "an account that was deactivated");
    let inspector = office.person("thanhtra", &[AccessRole::Inspector]);
    let mut sent = office.actor("thanhtra");
    assert!(stands(&sent) && sent.person.as_ref().is_some_and(|one| one.id == inspector));
    let today = office.site.clock.today();
    sent.person.as_mut().unwrap().mandate = Some(Mandate { from: today, to: today });
    assert!(!stands(&sent), "a mandate that is another one");
}

/// Whatever the site asks for, in each act: when the answer is no, nothing is done.
#[actix_web::test]
async fn a3_every_act_asks_again_in_its_transaction() {
    let office = TestOffice::start_with(|site| {
        // As if the right were lost after the gate let the request in; the house and strangers have none to lose.
        site.stands = |_, actor| Ok(actor.person.is_none());
    })
    .await;
    office.person("quantri", &[AccessRole::Administrator]);
    let visitor = office.sign_in("quantri").await;
    let before = office.digest();
    let position = [
        ("code", "VT"),
        ("name", "Văn thư"),
        ("name_en", "Clerk"),
        ("unit", "VP"),
    ];
    let account = [
        ("username", "lan"),
        ("full_name", "Lan"),
        ("access", "official"),
        ("password", crate::support::PASSWORD),
    ];
    for (path, fields) in [("/positions", &position[..]), ("/people", &account[..])] {
        let reply = visitor.post(path, fields).await;
        assert!(
            reply.status() == 303 && reply.location().starts_with("/sign-in"),
            "{path}: {}",
            reply.status()
        );
    }
    assert_eq!(office.digest(), before);
    // The control: with the program's own question the same forms are done.
    let office = TestOffice::start().await;
    office.person("quantri", &[AccessRole::Administrator]);
    office
        .sign_in("quantri")
        .await
        .post("/positions", &position)
        .await
        .leads_to("/people");
}

/// What waited for somebody is worth nothing when whoever asked for it has lost the right: a proposed role.
#[actix_web::test]
async fn a3_what_waits_is_not_done_for_somebody_who_lost_the_right_to_ask_for_it() {
    let office = TestOffice::start().await;
    for (username, role) in [
        ("quantri", AccessRole::Administrator),
        ("quantri2", AccessRole::Administrator),
        ("chutich", AccessRole::Chair),
    ] {
        office.person(username, &[role]);
    }
    office.person("lan", &[]);
    super::identify(&office, "quantri", ("lan", "2")).unwrap();
    super::grant(&office, "quantri2", ("lan", AccessRole::Auditor)).unwrap();
    let gone = id(&office, "quantri2");
    office
        .act_as("quantri", move |work| {
            people::revoke(work, &gone, AccessRole::Administrator)
        })
        .unwrap();
    super::refused(
        super::confirm(&office, "chutich", "lan"),
        409,
        "people.roles.refused.proposer_lost",
    );
}

/// ASVS line 31: of the steps of the version that the case follows only the next may be done; every other one answers 409
/// and changes nothing, at each place of the case.
#[actix_web::test]
async fn steps_out_of_the_order_of_the_case_answer_409_and_change_nothing() {
    let office = cases::office().await;
    let case = cases::received(&office);
    let path = format!("/cases/{}/steps", case.code);
    let way = [("B2", "sep", "Đạt"), ("B4", "lanhdao", "Đồng ý"), ("B5", "vanthu", "")];
    let mut people = Vec::new();
    for username in ["motcua", "sep", "lanhdao", "vanthu"] {
        people.push((username, office.sign_in(username).await));
    }
    let visitor = |username: &str| &people.iter().find(|(known, _)| *known == username).unwrap().1;
    let mut asked = 0;
    for (next, by, outcome) in way {
        let seq = cases::head(&office, &case.id).last_seq.to_string();
        let before = cases::head(&office, &case.id);
        for code in ["B1", "B2", "B3", "B4", "B5", "B6", "B7", "B9"] {
            if code == next {
                continue;
            }
            for (username, visitor) in &people {
                let fields = [("step_code", code), ("seen_seq", seq.as_str()), ("outcome", "")];
                let reply = visitor.post(&path, &fields).await;
                assert_eq!(reply.status(), 409, "{username} tried {code} where {next} comes");
                asked += 1;
            }
        }
        assert_eq!(
            cases::head(&office, &case.id),
            before,
            "a refused step changed something before {next}"
        );
        let fields = [("step_code", next), ("seen_seq", seq.as_str()), ("outcome", outcome)];
        visitor(by).post(&path, &fields).await.is(303);
    }
    figure("A5", &format!("{asked} steps out of order: 409, nothing changed"));
}
