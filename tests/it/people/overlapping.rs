//! Signing in while something changes at the account: what was right when it was checked opens nothing afterwards.

use super::{between, set_up_app, try_to_sign_in};
use crate::support::databases::lines;
use crate::support::{CHEAP, PASSWORD, TestOffice, Visitor};
use actix_web::rt;
use quytrinh::kernel::AccessRole;
use quytrinh::people::{self, Cost};
use quytrinh::web::Failure;
use std::sync::mpsc::{Sender, channel};
use std::thread::{JoinHandle, spawn};
use std::time::Duration;

const NEW: &str = "thuyền nan chở 3 tấn gió";

/// The one writer, busy until it is let go: whatever is to be written meanwhile waits, in its order.
struct Held {
    go: Sender<()>,
    thread: JoinHandle<Result<(), Failure>>,
}

fn hold_the_writer(office: &TestOffice) -> Held {
    let ((begun, has_begun), (go, may_go)) = (channel(), channel());
    let db = office.site.db.clone();
    let thread = spawn(move || {
        db.write(move |_conn| {
            begun.send(()).expect("the test listens");
            may_go.recv().expect("the test lets go");
            Ok::<_, Failure>(())
        })
    });
    has_begun.recv().expect("the writer is held");
    Held { go, thread }
}

/// Waits until so many changes have come to the writer, the one that holds it included.
async fn until_waiting(office: &TestOffice, changes: usize) {
    for _ in 0..60_000 {
        if office.site.db.waiting() >= changes {
            return;
        }
        rt::time::sleep(Duration::from_millis(2)).await;
    }
    panic!("{} changes came, not {changes}", office.site.db.waiting());
}

async fn code_for(administrator: &Visitor, person: &str) -> String {
    let given = administrator
        .post(&format!("/people/{person}/code"), &[("password", PASSWORD)])
        .await;
    between(given.text(), "mono figure\">", "<")
}

async fn use_code(visitor: &Visitor, code: &str) -> u16 {
    let fields = [
        ("code", code),
        ("username", "lan"),
        ("password", NEW),
        ("password_again", NEW),
    ];
    visitor.post("/code", &fields).await.status()
}

fn open_sessions(office: &TestOffice) -> usize {
    let sql = "SELECT s.id AS value FROM sessions s JOIN persons p ON p.id = s.person_id \
               WHERE p.username = 'lan' AND s.ended_at IS NULL";
    lines(&mut office.connect(), sql).len()
}

/// Signs in with the old password; the password is checked before a reset by one-time code is written, and the session is
/// to be written after it. Gives the status, and how many sessions are open then.
async fn sign_in_across(office: &TestOffice, is_reset: bool) -> (u16, usize) {
    let lan = office.person("lan", &[AccessRole::Official]);
    office.person("quantri", &[AccessRole::Administrator]);
    let administrator = office.sign_in("quantri").await;
    let code = code_for(&administrator, lan.as_str()).await;
    let held = hold_the_writer(office);
    let visitor = office.stranger();
    let reset = is_reset.then(|| rt::spawn(async move { use_code(&visitor, &code).await }));
    let others = 1 + usize::from(is_reset);
    until_waiting(office, others).await;
    let visitor = office.stranger();
    let late = rt::spawn(async move { try_to_sign_in(&visitor, "lan", PASSWORD).await.status() });
    until_waiting(office, others + 1).await;
    held.go.send(()).expect("the writer waits");
    held.thread.join().expect("the thread").expect("nothing was written");
    if let Some(reset) = reset {
        assert_eq!(reset.await.expect("an answer"), 303);
    }
    let status = late.await.expect("an answer");
    (status, open_sessions(office))
}

#[actix_web::test]
async fn i5_a_sign_in_that_is_being_checked_while_the_password_is_reset_opens_nothing() {
    // The stored hash is older than the cost of today: the sign-in would also write it anew.
    let office = TestOffice::start_at(Cost::TODAY, |_| {}).await;
    assert_eq!(sign_in_across(&office, true).await, (422, 0));
    let keys = "SELECT k.id AS value FROM signing_keys k JOIN persons p ON p.id = k.person_id \
                WHERE p.username = 'lan' AND k.retired_at IS NULL";
    assert_eq!(lines(&mut office.connect(), keys), Vec::<String>::new());
    try_to_sign_in(&office.stranger(), "lan", PASSWORD).await.is(422);
    try_to_sign_in(&office.stranger(), "lan", NEW).await.is(303);
    // The control: the same wait without the reset.
    let office = TestOffice::start_at(CHEAP, |_| {}).await;
    assert_eq!(sign_in_across(&office, false).await, (303, 1));
}

#[actix_web::test]
async fn i5_who_is_half_signed_in_begins_again_when_password_or_factors_change() {
    let office = TestOffice::start().await;
    let person = office.person("lan", &[AccessRole::Official]);
    let lan = office.sign_in("lan").await;
    let (_, codes) = set_up_app(&office, &lan).await;
    let second = |visitor: Visitor, code: String| async move {
        let reply = visitor.post("/sign-in/second", &[("code", &code)]).await;
        reply.status()
    };
    let half = |password: &'static str| {
        let visitor = office.stranger();
        async move {
            try_to_sign_in(&visitor, "lan", password)
                .await
                .leads_to("/sign-in/second");
            visitor
        }
    };
    // The control: where nothing changes, the code of the second step leads in.
    assert_eq!(second(half(PASSWORD).await, codes[0].clone()).await, 303);
    let (before, other) = (half(PASSWORD).await, half(PASSWORD).await);
    let fields = [
        ("password", PASSWORD),
        ("new_password", NEW),
        ("password_again", NEW),
        ("code", codes[1].as_str()),
    ];
    lan.post("/account/password", &fields).await.leads_to("/account");
    assert_eq!(second(before, codes[2].clone()).await, 409);
    assert_eq!(second(half(NEW).await, codes[3].clone()).await, 303);
    let before = half(NEW).await;
    office
        .act(move |work| people::remove_factors_of(work, None, &person))
        .expect("the factors are removed");
    assert_eq!(second(before, codes[4].clone()).await, 409);
    assert_eq!(second(other, codes[5].clone()).await, 409);
}
