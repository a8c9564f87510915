//! The loss of a right works at the next request (trust row A3).

use crate::support::rounds::figure;
use crate::support::{TestOffice, Visitor};
use quytrinh::kernel::{AccessRole, PersonId};
use quytrinh::people;

/// Everything that a secretary has open: pages, forms, downloads.
const FLOW: [(&str, bool); 6] = [
    ("/documents", false),
    ("/codes", false),
    ("/documents/new", false),
    ("/documents/new", true),
    ("/lists", false),
    ("/account", false),
];

async fn ask(visitor: &Visitor, (path, is_form): (&str, bool)) -> u16 {
    let reply = if is_form {
        visitor.post(path, &[]).await
    } else {
        visitor.get(path).await
    };
    if reply.status() == 303 && reply.location().starts_with("/sign-in") {
        401
    } else {
        reply.status()
    }
}

fn set(office: &TestOffice, person: &PersonId, role: AccessRole, is_given: bool) {
    let person = person.clone();
    office
        .act(move |work| {
            if is_given {
                people::grant(work, None, (&person, role), &people::Basis::default()).map(drop)
            } else {
                people::revoke(work, &person, role)
            }
        })
        .unwrap();
}

#[actix_web::test]
async fn a3_taking_a_right_between_any_two_requests_refuses_the_next_one() {
    let office = TestOffice::start().await;
    let person = office.person("thuky", &[AccessRole::Committee]);
    for cut in 0..FLOW.len() {
        let (tab, other_tab) = (office.sign_in("thuky").await, office.sign_in("thuky").await);
        for step in &FLOW[..cut] {
            assert_ne!(ask(&tab, *step).await, 401, "{step:?} before the cut");
            assert_ne!(ask(&tab, *step).await, 403, "{step:?} before the cut");
        }
        set(&office, &person, AccessRole::Committee, false);
        assert_eq!(ask(&tab, FLOW[cut]).await, 401, "{:?} right after", FLOW[cut]);
        assert_eq!(ask(&other_tab, FLOW[cut]).await, 401);
        // Signed in anew, the right is gone.
        let anew = office.sign_in("thuky").await;
        assert_eq!(ask(&anew, ("/documents/new", false)).await, 403);
        set(&office, &person, AccessRole::Committee, true);
        assert_eq!(
            ask(&anew, ("/documents", false)).await,
            401,
            "a right given asks to sign in too"
        );
    }
    figure(
        "A3",
        &format!(
            "{} cuts of a flow, two tabs each: the next request is refused",
            FLOW.len()
        ),
    );
}

#[actix_web::test]
async fn a3_a_deactivated_person_has_nothing_open_any_more() {
    let office = TestOffice::start().await;
    office.person("quantri", &[AccessRole::Administrator]);
    let person = office.person("thuky", &[AccessRole::Committee]);
    let tabs = [office.sign_in("thuky").await, office.sign_in("thuky").await];
    for tab in &tabs {
        assert_eq!(ask(tab, ("/documents", false)).await, 200);
    }
    let administrator = office.sign_in("quantri").await;
    administrator
        .post(&format!("/people/{person}/deactivate"), &[])
        .await
        .is(303);
    for tab in &tabs {
        for step in FLOW {
            assert_eq!(ask(tab, step).await, 401, "{step:?}");
        }
    }
}

#[actix_web::test]
async fn a3_the_calendar_feed_of_a_deactivated_person_is_gone_at_once() {
    let office = TestOffice::start().await;
    office.person("quantri", &[AccessRole::Administrator]);
    let person = office.person("canbo", &[AccessRole::Official]);
    let official = office.sign_in("canbo").await;
    let made = official.post("/notices/feed", &[]).await;
    let page = if made.status() == 303 {
        official.get(made.location()).await
    } else {
        made
    };
    let (_, after) = page.text().split_once("/feeds/").expect("the address of the feed");
    let token: String = after
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '.')
        .collect();
    let feed = format!("/feeds/{token}");
    office.stranger().get(&feed).await.is(200);
    let administrator = office.sign_in("quantri").await;
    administrator
        .post(&format!("/people/{person}/deactivate"), &[])
        .await
        .is(303);
    office.stranger().get(&feed).await.is(404);
}

/// The control: without the cut the same flow is let through to its end.
#[actix_web::test]
async fn a3_the_same_flow_goes_on_while_the_right_lasts() {
    let office = TestOffice::start().await;
    office.person("thuky", &[AccessRole::Committee]);
    let tab = office.sign_in("thuky").await;
    for step in FLOW {
        assert!(![401, 403].contains(&ask(&tab, step).await), "{step:?}");
    }
}
