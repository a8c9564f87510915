//! Statements that a passkey signs beside the key of its person: the question to the device is the hash of the statement.

use super::{behind, flaws, office_with, submitted, verified};
use crate::people::passkeys::{ask, set_up};
use crate::support::authenticator::Authenticator;
use crate::support::databases::lines;
use crate::support::{PASSWORD, Reply, TestOffice, Visitor};
use chrono::TimeDelta;
use quytrinh::documents;
use quytrinh::kernel::VersionId;
use quytrinh::people::{base64, from_base64};
use serde_json::Value;
use std::path::Path;

const SITE: &str = "https://iso.xathu.gov.vn";

async fn office() -> TestOffice {
    office_with(|site| site.address = Some(SITE.into())).await
}

/// A reviewer with a passkey, and a version that waits.
async fn begun(office: &TestOffice) -> (Visitor, Authenticator, VersionId) {
    let (version, _) = submitted(office, "CSCL");
    let (reviewer, device) = (office.sign_in("photruongban").await, Authenticator::at(SITE));
    set_up(&reviewer, &device).await;
    reviewer.get(&format!("/versions/{version}")).await.is(200);
    (reviewer, device, version)
}

async fn send(office: &TestOffice, reviewer: &Visitor, version: &VersionId, passkey: &str) -> Reply {
    let seen = office
        .read(|work| documents::head(work, version))
        .unwrap()
        .content_sha256;
    let fields = [
        ("seen_sha256", seen.as_str()),
        ("password", PASSWORD),
        ("passkey", passkey),
    ];
    reviewer.post(&format!("/versions/{version}/sign"), &fields).await
}

async fn question(reviewer: &Visitor) -> Value {
    ask(reviewer, "/account/passkey/ask", &[("for", "statement")]).await
}

/// Signs with the passkey, from the first form to the last.
async fn sign(office: &TestOffice, reviewer: &Visitor, device: &Authenticator, version: &VersionId) {
    send(office, reviewer, version, "sign")
        .await
        .is(409)
        .says("people.passkeys.wanted");
    let asked = question(reviewer).await;
    send(office, reviewer, version, &device.prove(&asked)).await.is(303);
}

fn statement(office: &TestOffice) -> String {
    lines(
        &mut office.connect(),
        "SELECT statement AS value FROM signed_statements",
    )
    .remove(0)
}

#[actix_web::test]
async fn i6_a_passkey_signs_the_very_statement_beside_the_persons_key() {
    let office = office().await;
    let (reviewer, device, version) = begun(&office).await;
    let before = office.digest();
    send(&office, &reviewer, &version, "sign").await.is(409);
    assert_eq!(office.digest(), before, "nothing is kept before the passkey signed");
    let asked = question(&reviewer).await;
    // What others do meanwhile, and a minute, change nothing: the statement was laid down.
    office.person("moi", &[]);
    office.wait(TimeDelta::minutes(1));
    send(&office, &reviewer, &version, &device.prove(&asked)).await.is(303);
    let text = statement(&office);
    assert!(text.contains("\nxac-thuc: mat-khau+passkey\n"), "{text}");
    assert!(text.contains("\npasskey: iso.xathu.gov.vn sha256:"), "{text}");
    assert!(text.contains("thoi-diem: 2026-11-23T09:00:00+07:00"), "{text}");
    assert_eq!(verified(&office), (1, Vec::new()));
    // The question was the hash of the statement, and the ledger names the key that answered it.
    assert_eq!(
        asked["publicKey"]["challenge"],
        quytrinh::people::Assertion::challenge(text.as_bytes()).as_str()
    );
    let made = "SELECT details AS value FROM ledger WHERE act = 'signature.made'";
    let added = "SELECT details AS value FROM ledger WHERE act = 'factor.added'";
    let read = |sql: &str, name: &str| {
        let said: Value = serde_json::from_str(&lines(&mut office.connect(), sql)[0]).unwrap();
        said[name].as_str().unwrap().to_owned()
    };
    assert_eq!(read(made, "passkey"), read(added, "public_key"));
    let page = reviewer.get(&format!("/versions/{version}")).await;
    page.is(200);
}

/// What a device may be made to do wrong before it signs.
type Spoil = fn(&Authenticator);

#[actix_web::test]
async fn i6_a_statement_is_signed_by_its_own_question_once_and_by_its_own_device_only() {
    let office = office().await;
    let (reviewer, device, version) = begun(&office).await;
    let none = || {
        let kept = lines(&mut office.connect(), "SELECT id AS value FROM signed_statements");
        assert!(kept.is_empty(), "something was signed");
    };
    // The answer to an ordinary question is no signature over a statement: it confirms, but the statement says so.
    let plain = ask(&reviewer, "/account/passkey/ask", &[]).await;
    let proof = device.prove(&plain);
    send(&office, &reviewer, &version, "sign").await.is(409);
    send(&office, &reviewer, &version, &proof).await.is(422);
    none();
    // The question was used up by the wrong answer.
    let (other, _) = submitted(&office, "MTCL");
    send(&office, &reviewer, &version, "sign").await.is(409);
    let asked = question(&reviewer).await;
    // Signed for one version, sent for another one.
    reviewer.get(&format!("/versions/{other}")).await.is(200);
    send(&office, &reviewer, &other, &device.prove(&asked))
        .await
        .is(409)
        .says("signatures.refused.changed");
    none();
    // Another device that gives itself out for this one, at another site, or without its person.
    reviewer.get(&format!("/versions/{version}")).await.is(200);
    let mut forged = Authenticator::at(SITE);
    forged.pretend_to_be(&device);
    forged.counter.set(100);
    send(&office, &reviewer, &version, "sign").await.is(409);
    let asked = question(&reviewer).await;
    send(&office, &reviewer, &version, &forged.prove(&asked)).await.is(422);
    let spoiled: [Spoil; 3] = [
        |device| device.origin.set("https://evil.example"),
        |device| device.verifies.set(false),
        |device| device.counter.set(0),
    ];
    for spoil in spoiled {
        office.wait(TimeDelta::minutes(1));
        reviewer.get(&format!("/versions/{version}")).await.is(200);
        let before = device.counter.get();
        spoil(&device);
        send(&office, &reviewer, &version, "sign").await.is(409);
        let asked = question(&reviewer).await;
        send(&office, &reviewer, &version, &device.prove(&asked)).await.is(422);
        none();
        device.origin.set(SITE);
        device.verifies.set(true);
        device.counter.set(before + 1);
    }
    // Too late; without the password; and then, as it should be.
    office.wait(TimeDelta::minutes(15));
    reviewer.get(&format!("/versions/{version}")).await.is(200);
    send(&office, &reviewer, &version, "sign").await.is(409);
    let asked = question(&reviewer).await;
    office.wait(TimeDelta::minutes(5));
    reviewer.get(&format!("/versions/{version}")).await.is(200);
    send(&office, &reviewer, &version, &device.prove(&asked)).await.is(409);
    none();
    sign(&office, &reviewer, &device, &version).await;
    assert_eq!(verified(&office), (1, Vec::new()));
}

#[actix_web::test]
async fn whatever_is_changed_of_what_a_passkey_signed_is_found() {
    let office = office().await;
    let (reviewer, device, version) = begun(&office).await;
    sign(&office, &reviewer, &device, &version).await;
    assert_eq!(flaws(&office), Vec::<&str>::new());
    let kept = lines(&mut office.connect(), "SELECT passkey AS value FROM signed_statements").remove(0);
    let said: Value = serde_json::from_str(&kept).unwrap();
    for part in ["key", "client_data", "authenticator_data", "signature"] {
        let text = said[part].as_str().unwrap();
        let (head, body) = text.split_once(':').map_or(("", text), |(head, body)| (head, body));
        let mut bytes = from_base64(body).unwrap();
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        let changed = match head {
            "" => base64(&bytes),
            head => format!("{head}:{}", base64(&bytes)),
        };
        let mut other = said.clone();
        other[part] = Value::String(changed);
        behind(&office, "signed_statements", &format!("passkey = '{other}'"));
        assert_eq!(flaws(&office), ["passkey"], "{part}");
    }
    for (set, found) in [
        ("passkey = NULL".to_owned(), vec!["passkey"]),
        ("passkey = '{}'".to_owned(), vec!["passkey"]),
        (
            format!("passkey = '{kept}', statement = replace(statement, 'mat-khau+passkey', 'mat-khau')"),
            vec!["passkey", "signature"],
        ),
    ] {
        behind(&office, "signed_statements", &set);
        assert_eq!(flaws(&office), found, "{set}");
    }
}

#[actix_web::test]
async fn a_statement_signed_by_a_passkey_is_checked_without_the_program() {
    let office = office().await;
    let (reviewer, device, version) = begun(&office).await;
    sign(&office, &reviewer, &device, &version).await;
    let (status, told) = super::check_with_python(&office, &version, |_| {}).await;
    assert_eq!(status, Some(0), "{told}");
    assert!(told.contains("passkey: holds"), "{told}");
    let without = |folder: &Path| std::fs::remove_file(folder.join("passkey.json")).unwrap();
    let (status, told) = super::check_with_python(&office, &version, without).await;
    assert!(status == Some(1) && told.contains("passkey: DOES NOT HOLD"), "{told}");
    for part in ["client_data", "authenticator_data", "signature"] {
        let change = |folder: &Path| {
            let path = folder.join("passkey.json");
            let mut said: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            let mut data = from_base64(said[part].as_str().unwrap()).unwrap();
            let last = data.len() - 1;
            data[last] ^= 1;
            said[part] = Value::String(base64(&data));
            std::fs::write(path, said.to_string()).unwrap();
        };
        let (status, told) = super::check_with_python(&office, &version, change).await;
        assert!(
            status == Some(1) && told.contains("passkey: DOES NOT HOLD"),
            "{part}: {told}"
        );
    }
}
