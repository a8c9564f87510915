//! Detached signatures: the table of good and bad ones, and what becomes of them when any byte is touched.

use super::authority::Authority;
use super::shapes::{held, signature_of, with_revocation, with_stamp};
use super::{NOW, judge, roots, word};
use crate::support::rounds::{figure, rounds};
use quytrinh::tokens::{Revocation, TimeFrom, is_signed_at_all, judge_detached};

const CONTENT: &[u8] = "quytrinh/content/v1\ntài liệu: QT.01\n".as_bytes();

/// A row of the table: what it is, the signature, the content it is held against, when; our word, and whether `openssl`
/// takes it.
type Row = (&'static str, Vec<u8>, &'static [u8], i64, &'static str, bool);

fn good(authority: &Authority) -> Vec<Row> {
    let pss = |hash: &str| {
        let options = [
            "-keyopt",
            "rsa_padding_mode:pss",
            "-keyopt",
            "rsa_pss_saltlen:digest",
            "-md",
            hash,
        ];
        authority.sign(CONTENT, "rsa", &options)
    };
    let md = |by, hash| authority.sign(CONTENT, by, &["-md", hash]);
    vec![
        ("RSA, SHA-256", md("rsa", "sha256"), CONTENT, NOW, "taken", true),
        ("RSA, SHA-384", md("rsa", "sha384"), CONTENT, NOW, "taken", true),
        ("RSA, SHA-512", md("rsa", "sha512"), CONTENT, NOW, "taken", true),
        ("PSS, SHA-256", pss("sha256"), CONTENT, NOW, "taken", true),
        ("PSS, SHA-384", pss("sha384"), CONTENT, NOW, "taken", true),
        ("PSS, SHA-512", pss("sha512"), CONTENT, NOW, "taken", true),
        ("P-256, SHA-256", md("p256", "sha256"), CONTENT, NOW, "taken", true),
        ("P-256, SHA-384", md("p256", "sha384"), CONTENT, NOW, "taken", true),
        ("P-384, SHA-256", md("p384", "sha256"), CONTENT, NOW, "taken", true),
        ("P-384, SHA-384", md("p384", "sha384"), CONTENT, NOW, "taken", true),
        (
            "CAdES",
            authority.sign(CONTENT, "rsa", &["-cades"]),
            CONTENT,
            NOW,
            "taken",
            true,
        ),
        (
            "by the key's id",
            authority.sign(CONTENT, "p256", &["-keyid"]),
            CONTENT,
            NOW,
            "taken",
            true,
        ),
        (
            "content inside as well",
            authority.sign(CONTENT, "p256", &["-nodetach"]),
            CONTENT,
            NOW,
            "taken",
            true,
        ),
        (
            "two signers",
            authority.sign(CONTENT, "p256", &["-signer", "rsa.pem", "-inkey", "rsa.key"]),
            CONTENT,
            NOW,
            "taken",
            true,
        ),
    ]
}

/// A signature over the content that we refuse for this reason now; and whether `openssl` takes it.
fn refused(what: &'static str, signature: Vec<u8>, why: &'static str, other: bool) -> Row {
    (what, signature, CONTENT, NOW, why, other)
}

fn bad(authority: &Authority) -> Vec<Row> {
    let plain = |by| authority.sign(CONTENT, by, &[]);
    let other = "quytrinh/content/v1\ntài liệu: QT.02\n".as_bytes();
    let whole = plain("p256");
    let cut = |at: usize| whole[..at].to_vec();
    let two = ["-signer", "stranger.pem", "-inkey", "stranger.key"];
    let nested = authority.sign(CONTENT, "nested", &["-certfile", "p256.pem"]);
    let alone = authority.sign(CONTENT, "p256", &["-nocerts"]);
    vec![
        ("another content", plain("p256"), other, NOW, "other_content", false),
        ("nothing", plain("p256"), b"", NOW, "other_content", false),
        ("long after", plain("p256"), CONTENT, 2_600_000_000, "expired", false),
        refused(
            "one of two is a stranger",
            authority.sign(CONTENT, "p256", &two),
            "chain",
            false,
        ),
        refused("run out", plain("expired"), "expired", false),
        refused("not yet", plain("early"), "not_yet", false),
        refused("under another root", plain("stranger"), "chain", false),
        refused("issued by a signer", nested, "certificate", false),
        refused("without its certificate", alone, "no_certificate", false),
        refused("for agreeing on keys", plain("agree"), "usage", false),
        refused("for servers", plain("server"), "usage", false),
        refused("an odd condition", plain("odd"), "certificate", false),
        refused("cut in half", cut(300), "not_der", false),
        refused("cut by one", cut(whole.len() - 1), "not_der", false),
    ]
}

/// Where we are stricter than `openssl`: each for its own reason.
fn stricter(authority: &Authority) -> Vec<Row> {
    let sign = |by, more: &[&str]| authority.sign(CONTENT, by, more);
    let salt = ["-keyopt", "rsa_padding_mode:pss", "-keyopt", "rsa_pss_saltlen:max"];
    let open = ["-stream", "-indef", "-nodetach"];
    vec![
        refused("SHA-1", sign("rsa", &["-md", "sha1"]), "old_digest", true),
        refused("no signed attributes", sign("p256", &["-noattr"]), "attributes", true),
        refused("RSA of 1024 bits", sign("short", &[]), "weak_key", true),
        refused("P-521", sign("p521", &["-md", "sha256"]), "algorithm", true),
        refused("P-256, SHA-512", sign("p256", &["-md", "sha512"]), "algorithm", true),
        refused("PSS, longest salt", sign("rsa", &salt), "algorithm", true),
        refused("open lengths", sign("p256", &open), "not_der", true),
    ]
}

#[test]
fn detached_signatures_are_judged_as_openssl_judges_them_or_more_strictly() {
    let authority = Authority::shared();
    let (mut same, mut harder) = (0, 0);
    let mut wrong = Vec::new();
    let rows = [good(authority), bad(authority), stricter(authority)]
        .into_iter()
        .flatten();
    for (what, signature, content, at, expected, other) in rows {
        let ours = word(judge(&signature, content, at));
        let theirs = authority.takes(&signature, content, (&authority.path("root.pem"), at));
        if ours != expected || theirs != other {
            wrong.push(format!(
                "{what}: {ours} instead of {expected}; openssl takes it: {theirs}"
            ));
        }
        same += usize::from((ours == "taken") == theirs);
        harder += usize::from(ours != "taken" && theirs);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    figure(
        "L3",
        &format!("{same} verdicts as openssl's, {harder} stricter, none laxer"),
    );
}

#[test]
fn the_step_of_comparing_digests_is_what_refuses_another_content() {
    let authority = Authority::shared();
    let signature = authority.sign(CONTENT, "p256", &[]);
    let other = b"another paper";
    assert_eq!(word(judge(&signature, other, NOW)), "other_content");
    // The control: without that step it would be taken for any content.
    assert!(is_signed_at_all(&signature));
    let mut touched = signature.clone();
    let last = touched.len() - 1;
    touched[last] ^= 1;
    assert!(!is_signed_at_all(&touched));
}

#[test]
fn whatever_byte_is_touched_no_other_content_or_signature_is_taken() {
    let authority = Authority::shared();
    let (mut refused, mut harmless, mut asked) = (0, 0, 0);
    let mut next = 0x2545_F491_4F6C_DD1D_u64;
    let mut random = |below: usize| {
        next ^= next << 13;
        next ^= next >> 7;
        next ^= next << 17;
        usize::try_from(next % u64::try_from(below).unwrap()).unwrap()
    };
    for (by, more) in [("rsa", &["-cades"][..]), ("p384", &[])] {
        let signature = authority.sign(CONTENT, by, more);
        let values = signature_of(&signature);
        let at = signature
            .windows(values.len())
            .rposition(|part| part == values)
            .unwrap();
        for _ in 0..rounds("L3", 100) {
            let mut touched = signature.clone();
            let place = random(touched.len());
            touched[place] ^= 1 << random(8);
            let judged = judge(&touched, CONTENT, NOW);
            if judged.is_ok() {
                assert!(
                    place < at || place >= at + values.len(),
                    "the signature was touched at {place}"
                );
                harmless += 1;
                asked += 1;
                let theirs = authority.takes(&touched, CONTENT, (&authority.path("root.pem"), NOW));
                assert!(theirs, "openssl refuses what we take, touched at {place}");
            } else {
                refused += 1;
            }
            let mut other = CONTENT.to_vec();
            let place = random(other.len());
            other[place] ^= 1 << random(8);
            assert_eq!(word(judge(&signature, &other, NOW)), "other_content");
        }
        for place in at..at + values.len() {
            let mut touched = signature.clone();
            touched[place] ^= 1 << random(8);
            assert!(
                judge(&touched, CONTENT, NOW).is_err(),
                "the signature was touched at {place}"
            );
        }
        for length in (0..signature.len()).step_by(7) {
            assert!(judge(&signature[..length], CONTENT, NOW).is_err(), "cut at {length}");
        }
    }
    figure(
        "L3",
        &format!(
            "{} flipped bits: {refused} refused, {harmless} that touch nothing signed, all {asked} of them taken by openssl \
             too; none over another content or signature",
            refused + harmless
        ),
    );
}

#[test]
fn files_that_are_no_signatures_are_refused_within_bounds() {
    let authority = Authority::shared();
    let certificate = authority.text("p256.pem");
    for (file, expected) in [
        (b"".to_vec(), "unreadable"),
        (b"hello".to_vec(), "unreadable"),
        (certificate.into_bytes(), "unreadable"),
        (vec![0x30; 200_000], "not_der"),
        (vec![0; (1 << 20) + 1], "too_large"),
        (super::shapes::value(0x30, &[0x30, 0x00].repeat(210_000)), "not_der"),
    ] {
        assert_eq!(word(judge(&file, CONTENT, NOW)), expected);
    }
    let wrapped = authority.sign(CONTENT, "p256", &["-outform", "PEM"]);
    assert!(wrapped.starts_with(b"-----BEGIN CMS-----"));
    assert_eq!(word(judge(&wrapped, CONTENT, NOW)), "taken");
    let der = authority.sign(CONTENT, "p256", &[]);
    assert_eq!(word(judge_detached(&der, &[CONTENT], &roots(&[]), NOW)), "no_roots");
    assert_eq!(word(judge(&[der, vec![0]].concat(), CONTENT, NOW)), "not_der");
}

#[test]
fn a_time_stamp_says_when_and_a_false_one_refuses_the_signature() {
    let authority = Authority::shared();
    let signature = authority.sign(CONTENT, "p256", &[]);
    // The stamp is of the moment at which this test runs; it is judged long after, when the certificates have run out.
    let late = 2_600_000_000;
    assert_eq!(word(judge(&signature, CONTENT, late)), "expired");
    let token = authority.stamp(&signature_of(&signature), "stamp");
    let stamped = with_stamp(&signature, &token);
    let judged = judge(&stamped, CONTENT, late).unwrap();
    assert_eq!(judged.signatures[0].time_from, TimeFrom::Stamp);
    assert!(judged.signatures[0].at < late);
    assert_eq!(
        judge(&signature, CONTENT, NOW).unwrap().signatures[0].time_from,
        TimeFrom::Receipt
    );
    // Over another signature; flipped; from the future.
    let other = with_stamp(&signature, &authority.stamp(b"another signature", "stamp"));
    assert_eq!(word(judge(&other, CONTENT, late)), "stamp");
    let mut flipped = token.clone();
    let last = flipped.len() - 1;
    flipped[last] ^= 1;
    assert_eq!(word(judge(&with_stamp(&signature, &flipped), CONTENT, late)), "stamp");
    assert_eq!(word(judge(&stamped, CONTENT, 1_600_000_000)), "stamp");
    // An authority that is not under a root of the office: its stamp counts for nothing, the receipt does.
    let strange = judge_detached(&stamped, &[CONTENT], &roots(&["other-root"]), late);
    assert_eq!(word(strange), "expired");
}

#[test]
fn word_of_a_revocation_in_the_file_is_heeded_and_its_absence_is_said() {
    let authority = Authority::shared();
    let signature = authority.sign(CONTENT, "p256", &[]);
    let late = 2_300_000_000;
    let known = |more: Option<Vec<u8>>| {
        let file = more.map_or_else(|| signature.clone(), |more| with_revocation(&signature, &more));
        judge(&file, CONTENT, late).map(|verdict| verdict.signatures[0].revocation)
    };
    assert_eq!(known(None), Ok(Revocation::Unchecked));
    assert_eq!(known(Some(authority.list(&[]))), Ok(Revocation::Crl));
    assert_eq!(known(Some(authority.list(&["rsa"]))), Ok(Revocation::Crl));
    assert_eq!(
        known(Some(authority.list(&["p256"]))).unwrap_err().reason.as_str(),
        "revoked"
    );
    assert_eq!(
        known(Some(held(&authority.answer("p256", false)))),
        Ok(Revocation::Ocsp)
    );
    assert_eq!(
        known(Some(held(&authority.answer("p256", true))))
            .unwrap_err()
            .reason
            .as_str(),
        "revoked"
    );
    // About somebody else, or changed: no word at all.
    assert_eq!(
        known(Some(held(&authority.answer("rsa", true)))),
        Ok(Revocation::Unchecked)
    );
    let mut list = authority.list(&["p256"]);
    let last = list.len() - 1;
    list[last] ^= 1;
    assert_eq!(known(Some(list)), Ok(Revocation::Unchecked));
}
