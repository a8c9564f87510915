//! Whatever is changed behind the program's back, the check names; untouched, everything holds.

use super::{approved, behind, flaws, office, sign, submitted, verified};
use quytrinh::documents;

#[actix_web::test]
async fn every_change_of_statement_signature_key_certificate_or_content_is_named() {
    // Each on an office of its own: what was changed stays changed. The first two change nothing that was signed.
    let changes: [(&str, &str, &[&str]); 13] = [
        ("agencies", "name_en = 'x'", &[]),
        (
            "signed_statements",
            "statement = replace(statement, 'Chính', 'chính') || ''",
            &[],
        ),
        (
            "signed_statements",
            "statement = replace(statement, 'chinh-chu', 'KT:x')",
            &["signature"],
        ),
        (
            "signed_statements",
            "signature = CASE substr(signature, 1, 1) WHEN 'A' THEN 'B' ELSE 'A' END || substr(signature, 2, 87)",
            &["signature"],
        ),
        ("signed_statements", "act = 'ban-hanh'", &["missing", "statement"]),
        ("signed_statements", "ledger_size = ledger_size + 1", &["statement"]),
        (
            "signed_statements",
            "manifest = manifest || ' '",
            &["content", "manifest"],
        ),
        ("signing_keys", "made_at = '2026-11-23 01:59:00'", &["certificate"]),
        (
            "signing_keys",
            "certificate = replace(certificate, 'Ông', 'Bà')",
            &["certificate"],
        ),
        ("version_rounds", "source = source || ' '", &["content", "sheet"]),
        ("versions", "source = source || ' '", &["content"]),
        (
            "version_sheets",
            "facts = replace(facts, 'Trưởng ban', 'Trưởng Ban')",
            &["content", "sheet"],
        ),
        (
            "version_sheets",
            "sha256 = CASE substr(sha256, 1, 1) WHEN 'a' THEN 'b' ELSE 'a' END || substr(sha256, 2, 63)",
            &["content", "sheet"],
        ),
    ];
    for (table, set, expected) in changes {
        let office = office().await;
        approved(&office, "CSCL");
        assert_eq!(flaws(&office), Vec::<&str>::new(), "before anything was changed");
        behind(&office, table, set);
        assert_eq!(flaws(&office), expected, "{table}: {set}");
    }
}

#[actix_web::test]
async fn another_key_under_a_signature_is_found_out_also_with_a_certificate_of_its_own() {
    let office = office().await;
    approved(&office, "CSCL");
    let (count, problems) = verified(&office);
    assert_eq!((count, problems), (2, Vec::new()));
    behind(
        &office,
        "signing_keys",
        "public_key = '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c'",
    );
    assert_eq!(flaws(&office), ["certificate", "signature"]);
    // Without certificates it passes as not yet attested, but not as signed.
    behind(&office, "signing_keys", "certificate = NULL");
    assert_eq!(flaws(&office), ["signature"]);
}

#[actix_web::test]
async fn a_signature_that_is_cut_from_one_version_and_put_on_another_does_not_hold() {
    let office = office().await;
    let (first, _) = approved(&office, "CSCL");
    let (second, _) = submitted(&office, "MTCL");
    assert_eq!(verified(&office).0, 2);
    behind(&office, "signed_statements", &format!("version_id = '{second}'"));
    assert_eq!(flaws(&office), ["content"]);
    // And where it was cut from, the books name a signer without a statement once there is another statement.
    behind(&office, "signed_statements", &format!("version_id = '{first}'"));
    assert_eq!(flaws(&office), Vec::<&str>::new());
    behind(&office, "signed_statements", "at = '2026-11-20 01:00:00'");
    assert_eq!(flaws(&office), ["missing", "statement", "time"]);
}

#[actix_web::test]
async fn a_file_that_was_changed_or_lost_after_it_was_signed_is_named() {
    let office = office().await;
    let (_, hash) = approved(&office, "CSCL");
    let file = office.site.files.join(&hash[..2]).join(&hash);
    let kept = std::fs::read(&file).unwrap();
    std::fs::write(&file, b"%PDF-1.7 khac").unwrap();
    let (_, problems) = verified(&office);
    assert!(problems.iter().all(|one| one.flaw.as_str() == "content"));
    assert!(
        problems.iter().any(|one| one.detail.contains("goc.pdf")),
        "{problems:?}"
    );
    std::fs::remove_file(&file).unwrap();
    assert_eq!(flaws(&office), ["content"]);
    std::fs::write(&file, kept).unwrap();
    assert_eq!(flaws(&office), Vec::<&str>::new());
}

#[actix_web::test]
async fn rows_that_were_signed_cannot_be_changed_or_removed() {
    use diesel::RunQueryDsl;
    let office = office().await;
    approved(&office, "CSCL");
    for bad in [
        "UPDATE signed_statements SET statement = 'x'",
        "DELETE FROM signed_statements",
        "UPDATE signing_keys SET public_key = replace(public_key, 'a', 'b')",
        "UPDATE signing_keys SET certificate = 'x'",
        "DELETE FROM signing_keys",
    ] {
        assert!(diesel::sql_query(bad).execute(&mut office.connect()).is_err(), "{bad}");
    }
    assert_eq!(flaws(&office), Vec::<&str>::new());
}

#[actix_web::test]
async fn a_signature_is_taken_away_and_checked_without_this_program() {
    let office = office().await;
    let (version, _) = submitted(&office, "CSCL");
    sign(&office, "photruongban", &version).unwrap();
    let given = office.read(|work| documents::signatures(work, &version)).unwrap();
    let id = given[0].sealed.clone().unwrap().id;
    let reader = office.sign_in("thuky").await;
    let path = format!("/versions/{version}/signatures/{id}");
    reader
        .get(&path)
        .await
        .is(200)
        .says("signatures.kind")
        .says("noi-dung: sha256:")
        .lacks("signatures.check.holds");
    reader
        .get(&format!("{path}?verify=1"))
        .await
        .is(200)
        .says("signatures.check.holds");
    let folder = tempfile::tempdir().unwrap();
    for name in ["statement.txt", "signature.txt", "key.txt", "manifest.txt"] {
        let file = reader.get(&format!("{path}/{name}")).await;
        file.is(200);
        std::fs::write(folder.path().join(name), file.text()).unwrap();
    }
    reader.get(&format!("{path}/secret.txt")).await.is(404);
    let check = || {
        let done = std::process::Command::new("python3")
            .arg("tests/verify/signature.py")
            .arg(folder.path())
            .output()
            .unwrap();
        (done.status.code(), String::from_utf8_lossy(&done.stdout).into_owned())
    };
    let (status, told) = check();
    assert_eq!(status, Some(0), "{told}");
    assert_eq!(told.matches("holds").count(), 5, "{told}");
    for (name, old, new, named) in [
        ("statement.txt", "soat-xet", "phe-duyet", "signature: DOES NOT HOLD"),
        ("manifest.txt", "vong: 1", "vong: 2", "manifest: DOES NOT HOLD"),
        ("key.txt", "nguoi: ", "nguoi: x", "certificate: DOES NOT HOLD"),
    ] {
        let file = folder.path().join(name);
        let kept = std::fs::read_to_string(&file).unwrap();
        assert!(kept.contains(old), "{name} has {old}");
        std::fs::write(&file, kept.replace(old, new)).unwrap();
        let (status, told) = check();
        assert!(status == Some(1) && told.contains(named), "{name}: {told}");
        std::fs::write(&file, kept).unwrap();
    }
    // Changed in the database, the page says so in words.
    behind(
        &office,
        "signed_statements",
        "statement = replace(statement, 'chinh-chu', 'KT:x')",
    );
    reader
        .get(&format!("{path}?verify=1"))
        .await
        .says("signatures.flaw.signature");
}
