//! Several versions signed with one entry of the password: a statement for each, and none hides what became of another.

use super::{office, submitted, verified};
use crate::support::databases::lines;
use crate::support::rounds::figure;
use crate::support::{PASSWORD, Reply, TestOffice, Visitor};
use quytrinh::documents::{self, MOST_AT_ONCE, Stage};
use quytrinh::kernel::VersionId;

/// Sends the batch as the page stands: these versions, with the hashes of their texts.
async fn send(office: &TestOffice, visitor: &Visitor, versions: &[&VersionId], password: &str) -> Reply {
    let mut fields = vec![("password".to_owned(), password.to_owned())];
    for version in versions {
        let head = office.read(|work| documents::head(work, version)).unwrap();
        fields.push(("version".to_owned(), version.to_string()));
        fields.push((format!("seen.{version}"), head.content_sha256));
    }
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    visitor.post("/signing", &fields).await
}

fn count(office: &TestOffice, table: &str) -> usize {
    lines(&mut office.connect(), &format!("SELECT id AS value FROM {table}")).len()
}

fn stage(office: &TestOffice, version: &VersionId) -> Stage {
    office.read(|work| documents::head(work, version)).unwrap().stage
}

#[actix_web::test]
async fn several_are_signed_with_one_password_and_each_has_its_statement_and_entries() {
    let office = office().await;
    let all: Vec<VersionId> = ["CSCL", "MTCL", "STCL"]
        .iter()
        .map(|code| submitted(&office, code).0)
        .collect();
    let reviewer = office.sign_in("photruongban").await;
    let page = reviewer.get("/signing").await;
    page.is(200);
    // Each stands there with what it means, its fingerprint and its token.
    assert_eq!(page.text().matches("name=\"shown\"").count(), 3);
    assert_eq!(page.text().matches("<pre class=\"statement\"").count(), 6);
    send(&office, &reviewer, &[], PASSWORD)
        .await
        .is(422)
        .says("batch.none_chosen");
    let before = office.digest();
    send(&office, &reviewer, &[&all[0]], "").await.is(422);
    assert_eq!(
        office.digest(),
        before,
        "a batch without the password changed something"
    );
    reviewer.get("/signing").await.is(200);
    send(&office, &reviewer, &[&all[0], &all[1]], PASSWORD).await.is(303);
    assert_eq!(verified(&office), (2, Vec::new()));
    let stages: Vec<Stage> = all.iter().map(|version| stage(&office, version)).collect();
    assert_eq!(stages, [Stage::InApproval, Stage::InApproval, Stage::InReview]);
    let made = "SELECT act AS value FROM ledger WHERE act = 'signature.made'";
    assert_eq!(lines(&mut office.connect(), made).len(), 2);
    let statements = "SELECT statement AS value FROM signed_statements ORDER BY id";
    let texts = lines(&mut office.connect(), statements);
    assert!(texts[0].contains("CSCL") && texts[1].contains("MTCL"));
}

#[actix_web::test]
async fn one_that_cannot_be_signed_is_told_and_the_others_are_signed() {
    let office = office().await;
    let all: Vec<VersionId> = ["CSCL", "MTCL", "STCL"]
        .iter()
        .map(|code| submitted(&office, code).0)
        .collect();
    let reviewer = office.sign_in("photruongban").await;
    reviewer.get("/signing").await.is(200);
    // Taken back by its author after the page was shown.
    let head = office.read(|work| documents::head(work, &all[1])).unwrap();
    let id = all[1].clone();
    office
        .act_as("thuky", move |work| {
            documents::recall(work, &id, head.row_version, "Sửa thêm")
        })
        .unwrap();
    let reply = send(&office, &reviewer, &[&all[0], &all[1], &all[2]], PASSWORD).await;
    let name = office.actor("thuky").person.unwrap().full_name;
    reply.is(409).says("batch.signed");
    assert!(reply.text().contains(&format!("{name} đã rút lại văn bản này lúc")));
    let stages: Vec<Stage> = all.iter().map(|version| stage(&office, version)).collect();
    assert_eq!(stages, [Stage::InApproval, Stage::Draft, Stage::InApproval]);
    assert_eq!(verified(&office), (2, Vec::new()));
    let refused = "SELECT act AS value FROM ledger WHERE act = 'signature.refused'";
    assert_eq!(lines(&mut office.connect(), refused).len(), 1);
}

#[actix_web::test]
async fn a_batch_holds_twenty_and_its_pages_are_used_once() {
    let office = office().await;
    let (version, _) = submitted(&office, "CSCL");
    let reviewer = office.sign_in("photruongban").await;
    let fresh = office.confirmed("photruongban");
    let seen = office
        .read(|work| documents::head(work, &version))
        .unwrap()
        .content_sha256;
    for many in [vec![], vec![(version.clone(), seen.clone()); MOST_AT_ONCE + 1]] {
        let fresh = fresh.clone();
        let refused = office.act_as("photruongban", move |work| documents::sign_many(work, &fresh, &many));
        assert!(matches!(refused, Err(quytrinh::web::Failure::Conflict(_))));
    }
    // A form that names one version twice is no form of that page.
    reviewer.get("/signing").await.is(200);
    send(&office, &reviewer, &[&version, &version], PASSWORD).await.is(422);
    reviewer.get("/signing").await.is(200);
    send(&office, &reviewer, &[&version], PASSWORD).await.is(303);
    assert_eq!(
        (stage(&office, &version), count(&office, "signed_statements")),
        (Stage::InApproval, 1)
    );
    // A page that showed nothing of a version signs nothing.
    let (other, _) = submitted(&office, "MTCL");
    let reply = send(&office, &reviewer, &[&other], PASSWORD).await;
    reply.is(409).says("signatures.refused.changed");
    assert_eq!(stage(&office, &other), Stage::InReview);
}

#[actix_web::test]
async fn every_signature_asks_for_the_password_now() {
    let office = office().await;
    let (version, _) = submitted(&office, "CSCL");
    let reviewer = office.sign_in("photruongban").await;
    let seen = office
        .read(|work| documents::head(work, &version))
        .unwrap()
        .content_sha256;
    reviewer.get(&format!("/versions/{version}")).await.is(200);
    let before = count(&office, "signed_statements");
    for (path, more) in [
        ("sign", ("seen_sha256", seen.as_str())),
        ("return", ("return_reason", "Sửa bước 2")),
        ("take-back", ("take_back_reason", "Ký nhầm")),
    ] {
        let path = format!("/versions/{version}/{path}");
        for password in ["", "không phải mật khẩu này"] {
            let fields = [more, ("seen_sha256", seen.as_str()), ("password", password)];
            reviewer.post(&path, &fields).await.is(422);
        }
    }
    send(&office, &reviewer, &[&version], "không phải mật khẩu này")
        .await
        .is(422);
    assert_eq!(count(&office, "signed_statements"), before);
    // One confirmation ends with its request: the next signature asks again.
    super::send(&reviewer, &version, &seen).await.is(303);
    let (next, _) = submitted(&office, "MTCL");
    reviewer.get("/signing").await.is(200);
    send(&office, &reviewer, &[&next], "").await.is(422);
    assert_eq!(stage(&office, &next), Stage::InReview);
    figure(
        "I6",
        "6 posts to sign, return and take back and 2 batches without the right password: none signed anything",
    );
}
