//! The slot on the page of a version: handing in, what is kept, what is refused, and that it still holds later.

use super::authority::Authority;
use super::paper::Tool;
use crate::signatures::{approved, behind, office, submitted};
use crate::support::databases::lines;
use crate::support::{Reply, TestOffice, Visitor};
use diesel::prelude::*;
use quytrinh::documents::{self, SignedPart, TokenKind, TokenSigned};
use quytrinh::kernel::{AccessRole, VersionId};
use quytrinh::tokens::{Revocation, TimeFrom};

/// Puts the authority's root into the office's directory.
fn trust(office: &TestOffice) {
    let (home, pem) = (office.site.db.home().unwrap(), Authority::shared().text("root.pem"));
    office.act(move |work| documents::add_roots(work, &home, &pem)).unwrap();
}

async fn hand_in(visitor: &Visitor, version: &VersionId, file: &[u8]) -> Reply {
    let path = format!("/versions/{version}/tokens");
    visitor.get(&path).await.is(200);
    visitor.post_files(&path, &[], &[("file", "ky.p7s", file)]).await
}

fn kept(office: &TestOffice, version: &VersionId) -> Vec<TokenSigned> {
    office.read(|work| documents::token_signatures(work, version)).unwrap()
}

fn problems(office: &TestOffice) -> Vec<&'static str> {
    let home = office.site.db.home();
    let found = office.read(|work| documents::verify_tokens(work, home)).unwrap().1;
    found.into_iter().map(|one| one.flaw).collect()
}

#[actix_web::test]
async fn a_detached_signature_over_the_list_is_kept_beside_the_signatures_of_the_office() {
    let office = office().await;
    trust(&office);
    let (version, _) = approved(&office, "CSCL");
    let chair = office.sign_in("truongban").await;
    let page = chair.get(&format!("/versions/{version}/tokens")).await;
    page.is(200).says("tokens.none");
    let manifest = chair.get(&format!("/versions/{version}/tokens/manifest")).await.bytes;
    assert!(manifest.starts_with(b"quytrinh/content/v1\n"));
    let before = office.digest();
    let signature = Authority::shared().sign(&manifest, "rsa", &["-cades"]);
    hand_in(&chair, &version, &signature).await.is(303);
    assert_ne!(office.digest(), before);
    let all = kept(&office, &version);
    let [one] = all.as_slice() else { panic!("{all:?}") };
    assert_eq!(
        (one.kind, one.part, one.round),
        (TokenKind::Cms, SignedPart::Manifest, 1)
    );
    assert_eq!(
        (one.time_from, one.revocation),
        (TimeFrom::Receipt, Revocation::Unchecked)
    );
    assert_eq!(one.judged_at, office.site.clock.now());
    assert!(one.subject.starts_with("CN=Người ký rsa"), "{}", one.subject);
    let shown = chair.get(&format!("/versions/{version}/tokens?verify=1")).await;
    shown
        .is(200)
        .says("tokens.still_holds")
        .says("tokens.revocation.unchecked");
    shown.says("tokens.time_from.receipt");
    let document = chair.get(&format!("/versions/{version}")).await;
    document.is(200).says("tokens.holds");
    assert!(document.text().contains("CN=Người ký rsa"));
    let file = chair.get(&format!("/versions/{version}/tokens/{}/file", one.id)).await;
    assert_eq!(file.bytes, signature);
    // The same file once more is the same signature.
    hand_in(&chair, &version, &signature).await.is(409).says("tokens.known");
    assert_eq!(kept(&office, &version).len(), 1);
    assert!(problems(&office).is_empty());
    // It replaces nothing: the statements are as they were.
    assert_eq!(crate::signatures::verified(&office), (2, Vec::new()));
}

#[actix_web::test]
async fn signed_pdfs_of_the_sheet_and_of_the_print_are_kept() {
    let office = office().await;
    trust(&office);
    let (version, _) = approved(&office, "CSCL");
    let chair = office.sign_in("truongban").await;
    for (path, part) in [
        (format!("/versions/{version}/sheet?round=1"), SignedPart::Sheet),
        (format!("/versions/{version}/tokens/issue"), SignedPart::Issue),
    ] {
        let paper = chair.get(&path).await.is(200).bytes.clone();
        let signed = Tool::default().sign(&paper);
        hand_in(&chair, &version, &signed).await.is(303);
        let last = kept(&office, &version).pop().unwrap();
        assert_eq!((last.kind, last.part), (TokenKind::Pdf, part));
        // Signed over a paper that was changed: refused.
        let mut other = paper.clone();
        let at = other.windows(6).position(|part| part == b"/Title").unwrap() + 12;
        other[at] ^= 1;
        let refused = hand_in(&chair, &version, &Tool::default().sign(&other)).await;
        refused.is(422).says("tokens.reason.other_paper");
    }
    assert!(problems(&office).is_empty());
}

#[actix_web::test]
async fn a_refused_file_leaves_an_entry_and_nothing_else() {
    let office = office().await;
    let (version, _) = submitted(&office, "CSCL");
    let chair = office.sign_in("truongban").await;
    let manifest = chair.get(&format!("/versions/{version}/tokens/manifest")).await.bytes;
    let authority = Authority::shared();
    let good = authority.sign(&manifest, "p256", &[]);
    hand_in(&chair, &version, &good)
        .await
        .is(422)
        .says("tokens.reason.no_roots");
    trust(&office);
    let (other, _) = submitted(&office, "MTCL");
    for (file, reason) in [
        (authority.sign(b"another content", "p256", &[]), "other_content"),
        (authority.sign(&manifest, "stranger", &[]), "chain"),
        (authority.sign(&manifest, "rsa", &["-md", "sha1"]), "old_digest"),
        (authority.sign(&manifest, "expired", &[]), "expired"),
        (b"no signature at all".to_vec(), "unreadable"),
    ] {
        let reply = hand_in(&chair, &version, &file).await;
        reply.is(422).says(&format!("tokens.reason.{reason}"));
    }
    // Good for one version, and for no other.
    hand_in(&chair, &other, &good)
        .await
        .is(422)
        .says("tokens.reason.other_content");
    assert!(kept(&office, &version).is_empty() && kept(&office, &other).is_empty());
    let acts = "SELECT act AS value FROM ledger WHERE act LIKE 'token_signature.%'";
    assert_eq!(lines(&mut office.connect(), acts), vec!["token_signature.refused"; 7]);
    hand_in(&chair, &version, &good).await.is(303);
    assert_eq!(kept(&office, &version).len(), 1);
}

#[actix_web::test]
async fn only_those_who_may_sign_hand_in_and_only_what_was_submitted_and_counts() {
    let office = office().await;
    trust(&office);
    office.person("canbo", &[AccessRole::Official]);
    let (version, _) = approved(&office, "CSCL");
    let chair = office.sign_in("truongban").await;
    let manifest = chair.get(&format!("/versions/{version}/tokens/manifest")).await.bytes;
    let signature = Authority::shared().sign(&manifest, "p256", &[]);
    let official = office.sign_in("canbo").await;
    let path = format!("/versions/{version}/tokens");
    official.get("/documents").await.is(200);
    let before = office.digest();
    let refused = official.post_files(&path, &[], &[("file", "a.p7s", &signature)]).await;
    refused.is(403);
    assert_eq!(office.digest(), before);
    let draft = "+++\ncode = \"QT.N.01\"\nkind = \"quality_policy\"\ntitle = \"Nháp\"\n+++\n# Nháp\n";
    let draft = office
        .act_as("thuky", move |work| documents::create(work, draft))
        .unwrap();
    let reply = chair
        .post_files(
            &format!("/versions/{draft}/tokens"),
            &[],
            &[("file", "a.p7s", &signature)],
        )
        .await;
    reply.is(409).says("documents.refused.no_token_now");
    chair.post_files(&path, &[], &[]).await.is(422).says("tokens.no_file");
}

#[actix_web::test]
async fn whatever_is_changed_behind_a_kept_signature_is_found() {
    let office = office().await;
    trust(&office);
    let (version, _) = approved(&office, "CSCL");
    let chair = office.sign_in("truongban").await;
    let manifest = chair.get(&format!("/versions/{version}/tokens/manifest")).await.bytes;
    hand_in(&chair, &version, &Authority::shared().sign(&manifest, "p256", &[]))
        .await
        .is(303);
    assert!(problems(&office).is_empty());
    for sql in [
        "UPDATE token_signatures SET subject = 'CN=Ai khác'",
        "DELETE FROM token_signatures",
    ] {
        assert!(diesel::sql_query(sql).execute(&mut office.connect()).is_err(), "{sql}");
    }
    // The root is taken away: what was judged by it holds no more, and comes back with it.
    let home = office.site.db.home().unwrap();
    let pem = home.join("roots").read_dir().unwrap().next().unwrap().unwrap().path();
    let text = std::fs::read(&pem).unwrap();
    std::fs::remove_file(&pem).unwrap();
    assert_eq!(problems(&office), ["no_roots"]);
    std::fs::write(&pem, text).unwrap();
    let one = kept(&office, &version).remove(0);
    let place = documents::file_place(&office.site.files, &one.file_sha256).unwrap();
    let bytes = std::fs::read(&place).unwrap();
    std::fs::write(&place, b"other").unwrap();
    assert_eq!(problems(&office), ["file"]);
    std::fs::write(&place, bytes).unwrap();
    behind(&office, "token_signatures", "subject = 'CN=Ai khác'");
    assert_eq!(problems(&office), ["row"]);
    chair
        .get(&format!("/versions/{version}/tokens?verify=1"))
        .await
        .is(200)
        .says("tokens.reason.row");
    behind(&office, "version_rounds", "source = source || ' '");
    assert_eq!(problems(&office), ["content"]);
}

#[actix_web::test]
async fn roots_are_added_by_those_who_run_the_server_and_listed_with_fingerprints() {
    let office = office().await;
    let home = office.site.db.home().unwrap();
    let chair = office.sign_in("truongban").await;
    chair.get("/token-roots").await.is(200).says("tokens.roots.none");
    for bad in ["", "no certificate", &Authority::shared().text("p256.pem")] {
        let (home, bad) = (home.clone(), bad.to_owned());
        let refused = office
            .act(move |work| documents::add_roots(work, &home, &bad))
            .unwrap_err();
        assert!(matches!(refused, quytrinh::web::Failure::Invalid(_)), "{refused}");
    }
    let (to, pem) = (home.clone(), Authority::shared().text("root.pem"));
    let person = pem.clone();
    let as_chair = {
        let to = to.clone();
        office.act_as("truongban", move |work| documents::add_roots(work, &to, &person))
    };
    assert!(matches!(as_chair, Err(quytrinh::web::Failure::Forbidden(_))));
    let added = office.act(move |work| documents::add_roots(work, &to, &pem)).unwrap();
    let page = chair.get("/token-roots").await;
    page.is(200);
    assert!(page.text().contains(&added[0].sha256) && page.text().contains("CN=Người ký root"));
    let sha256 = added[0].sha256.clone();
    office
        .act(move |work| documents::drop_root(work, &home, &sha256))
        .unwrap();
    chair.get("/token-roots").await.is(200).says("tokens.roots.none");
}
