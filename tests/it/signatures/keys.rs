//! Keys: one for each person, opened by the password alone, retired when it is set anew, attested by two others.

use super::{approved, flaws, office, sign, submitted};
use crate::support::{PASSWORD, TestOffice};
use diesel::prelude::*;
use quytrinh::kernel::{AccessRole, Actor, Language};
use quytrinh::people::{self, KeyShown, UseCode};
use quytrinh::web::Failure;

const NEW_PASSWORD: &str = "đàn cò trắng bay về 9 tổ";
const CHANGED: &str = "thuyền nan chở 3 tấn gió";

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = diesel::sql_types::Text)]
    text: String,
}

fn rows(office: &TestOffice, sql: &str) -> Vec<String> {
    let found: Vec<Row> = diesel::sql_query(sql).load(&mut office.connect()).unwrap();
    found.into_iter().map(|row| row.text).collect()
}

/// An administrator gives a code, and the person sets a new password with it.
fn reset(office: &TestOffice, username: &str) {
    let person = office.read(|work| people::person_named(work, username)).unwrap();
    let fresh = office.confirmed("quantri");
    let code = office
        .act_as("quantri", move |work| people::give_code(work, Some(&fresh), &person))
        .unwrap();
    let stranger = Actor::stranger(office.agency.clone(), office.site.clock.now(), Language::Vi);
    let filled = UseCode {
        code,
        username: username.to_owned(),
        full_name: String::new(),
        password: NEW_PASSWORD.to_owned(),
    };
    people::use_code(&office.site.db, &stranger, filled).unwrap();
}

fn waiting(office: &TestOffice) -> Vec<KeyShown> {
    let all = office.read(people::unattested).unwrap();
    all.into_iter().map(|(key, _)| key).collect()
}

fn attest(office: &TestOffice, username: &str, key: &str) -> Result<bool, Failure> {
    let (fresh, key) = (office.confirmed(username), key.to_owned());
    office.act_as(username, move |work| people::attest(work, &fresh, &key))
}

#[actix_web::test]
async fn a_key_is_made_with_the_first_confirmation_and_only_the_password_opens_it() {
    let office = office().await;
    let keys = "SELECT public_key AS text FROM signing_keys WHERE retired_at IS NULL";
    assert_eq!(rows(&office, keys).len(), 0);
    let first = office.confirmed("truongban");
    let again = office.confirmed("truongban");
    assert_eq!(first.key_id(), again.key_id());
    let public = people::from_hex(&rows(&office, keys)[0]).unwrap();
    let signature = again.sign(b"x");
    assert!(people::is_signed(&public, b"x", &signature) && !people::is_signed(&public, b"y", &signature));
    let wrong = people::confirm(&office.site.db, &office.actor("truongban"), "không phải mật khẩu").unwrap_err();
    assert_eq!(wrong.to_string(), "people.confirm.wrong");
    assert_eq!(rows(&office, keys).len(), 1);
    // The administrator, who may do everything with accounts, has no way to it: a lost password loses the key.
    assert!(office.confirmed("quantri").key_id() != first.key_id());
}

#[actix_web::test]
async fn a_reset_retires_the_key_and_the_new_one_needs_the_word_of_a_secretary_and_an_administrator() {
    let office = office().await;
    approved(&office, "CSCL");
    let person = office.actor("truongban");
    reset(&office, "truongban");
    let wrapped = rows(
        &office,
        "SELECT wrapped_private AS text FROM signing_keys WHERE retired_why = 'reset'",
    );
    assert_eq!(wrapped, [""], "nothing of the old private key is left");
    assert_eq!(flaws(&office), Vec::<&str>::new(), "what it signed stays valid");
    let actor = Actor {
        at: office.site.clock.now(),
        ..person
    };
    let fresh = people::confirm(&office.site.db, &actor, NEW_PASSWORD).unwrap();
    let key = fresh.key_id().to_owned();
    assert_eq!(waiting(&office).iter().map(|key| &key.id).collect::<Vec<_>>(), [&key]);
    let own = {
        let (fresh, key) = (fresh.clone(), key.clone());
        quytrinh::ledger::change(&office.site.db, actor.clone(), move |work| {
            people::attest(work, &fresh, &key)
        })
    };
    assert!(matches!(own, Err(Failure::Forbidden(_))), "{own:?}");
    assert!(!attest(&office, "thuky", &key).unwrap());
    let second = attest(&office, "thanhvien", &key).unwrap_err();
    assert_eq!(
        second.to_string(),
        "people.keys.refused.spoken",
        "two secretaries are not enough"
    );
    // Meanwhile it signs nothing: who gave the code could be who uses it.
    let (version, _) = submitted(&office, "MTCL");
    sign(&office, "photruongban", &version).unwrap();
    let seen = office
        .read(|work| quytrinh::documents::head(work, &version))
        .unwrap()
        .content_sha256;
    let signs = || {
        let (id, seen, fresh) = (version.clone(), seen.clone(), fresh.clone());
        quytrinh::ledger::change(&office.site.db, actor.clone(), move |work| {
            quytrinh::documents::sign(work, &fresh, &id, &seen)
        })
    };
    let before = office.digest();
    assert_eq!(signs().unwrap_err().to_string(), "signatures.refused.unattested");
    assert_eq!(office.digest(), before);
    assert!(attest(&office, "quantri", &key).unwrap());
    signs().unwrap();
    let given = office
        .read(|work| quytrinh::documents::signatures(work, &version))
        .unwrap();
    assert!(given.last().unwrap().sealed.as_ref().unwrap().is_certified);
    assert_eq!(waiting(&office), []);
    assert_eq!(flaws(&office), Vec::<&str>::new());
    let late = attest(&office, "quantri", &key).unwrap_err();
    assert_eq!(late.to_string(), "people.keys.refused.not_waiting");
}

#[actix_web::test]
async fn a_password_changed_with_the_old_one_keeps_the_key_and_one_set_by_a_code_does_not() {
    let office = office().await;
    approved(&office, "CSCL");
    let first = office.confirmed("truongban");
    let all = "SELECT k.id AS text FROM signing_keys k JOIN persons p ON p.id = k.person_id \
        WHERE p.username = 'truongban'";
    let wrapped = || {
        let id = first.key_id();
        rows(
            &office,
            &format!("SELECT wrapped_private AS text FROM signing_keys WHERE id = '{id}'"),
        )
        .remove(0)
    };
    let before = wrapped();
    let chairman = office.sign_in("truongban").await;
    chairman.get("/account").await.is(200);
    let fields = [
        ("password", PASSWORD),
        ("new_password", CHANGED),
        ("password_again", CHANGED),
    ];
    chairman.post("/account/password", &fields).await.leads_to("/account");
    let confirm = |password: &str| {
        let actor = Actor {
            at: office.site.clock.now(),
            ..office.actor("truongban")
        };
        people::confirm(&office.site.db, &actor, password)
    };
    assert_eq!(confirm(PASSWORD).unwrap_err().to_string(), "people.confirm.wrong");
    let changed = confirm(CHANGED).unwrap();
    assert_eq!(changed.key_id(), first.key_id());
    assert_eq!(changed.sign(b"x"), first.sign(b"x"), "it is the same private key");
    assert_eq!(rows(&office, all), [first.key_id()], "no key was made");
    let after = wrapped();
    assert!(
        !after.is_empty() && after != before,
        "the old password opens it no more"
    );
    assert_eq!(waiting(&office), []);
    let rewrapped = "SELECT object_id AS text FROM ledger WHERE act = 'signing_key.rewrapped'";
    assert_eq!(rows(&office, rewrapped), [first.key_id()]);
    // It goes on signing, and what it signed before holds.
    let (version, _) = submitted(&office, "MTCL");
    sign(&office, "photruongban", &version).unwrap();
    let seen = office
        .read(|work| quytrinh::documents::head(work, &version))
        .unwrap()
        .content_sha256;
    office
        .act_as("truongban", move |work| {
            quytrinh::documents::sign(work, &changed, &version, &seen)
        })
        .unwrap();
    assert_eq!(flaws(&office), Vec::<&str>::new());
    // The control: set by a one-time code, there is another key, and it waits for two others.
    reset(&office, "truongban");
    let reset = confirm(NEW_PASSWORD).unwrap();
    assert_ne!(reset.key_id(), first.key_id());
    assert_eq!(
        waiting(&office).iter().map(|key| key.id.as_str()).collect::<Vec<_>>(),
        [reset.key_id()]
    );
    assert_eq!((rows(&office, all).len(), wrapped().as_str()), (2, ""));
    assert_eq!(flaws(&office), Vec::<&str>::new());
}

#[actix_web::test]
async fn the_page_of_keys_is_for_those_who_attest() {
    let office = office().await;
    office.person("canbo", &[AccessRole::Official]);
    office.confirmed("truongban");
    reset(&office, "truongban");
    let chairman = Actor {
        at: office.site.clock.now(),
        ..office.actor("truongban")
    };
    let fresh = people::confirm(&office.site.db, &chairman, NEW_PASSWORD).unwrap();
    office.sign_in("canbo").await.get("/keys").await.is(403);
    let secretary = office.sign_in("thuky").await;
    secretary.get("/keys").await.is(200).says("Ông/Bà truongban");
    let path = format!("/keys/{}/attest", fresh.key_id());
    secretary
        .post(&path, &[("password", "")])
        .await
        .is(422)
        .says("form.needed");
    secretary
        .post(&path, &[("password", "sai")])
        .await
        .is(422)
        .says("people.confirm.wrong");
    secretary.post(&path, &[("password", PASSWORD)]).await.leads_to("/keys");
    secretary.get("/keys").await.says("access_role.committee");
}

#[actix_web::test]
async fn whoever_lays_another_password_hash_into_the_database_gets_no_key_of_the_person() {
    let office = office().await;
    let first = office.confirmed("truongban").key_id().to_owned();
    let hash = rows(
        &office,
        "SELECT password_hash AS text FROM persons WHERE username = 'thuky'",
    )
    .remove(0);
    // The hash of another password: whoever has the database can sign in with it, but not sign.
    use argon2::password_hash::PasswordHasher;
    let params = argon2::Params::new(argon2::Params::MIN_M_COST, 1, 1, None).unwrap();
    let cheap = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    let planted = cheap.hash_password(NEW_PASSWORD.as_bytes()).unwrap().to_string();
    assert_ne!(hash, planted);
    diesel::sql_query(format!(
        "UPDATE persons SET password_hash = '{planted}' WHERE username = 'truongban'"
    ))
    .execute(&mut office.connect())
    .unwrap();
    let thief = people::confirm(&office.site.db, &office.actor("truongban"), NEW_PASSWORD).unwrap();
    assert_ne!(thief.key_id(), first);
    assert_eq!(waiting(&office).len(), 1, "the key that came of it is not attested");
}
