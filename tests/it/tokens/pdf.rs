//! Signed PDFs: what is taken, and the ways of making a viewer show another paper than was signed, each refused.

use super::authority::Authority;
use super::paper::{Tool, add, small};
use super::{NOW, roots, word};
use crate::support::rounds::{figure, rounds};
use quytrinh::tokens::{Refused, Verdict, judge_pdf};
use std::process::Command;

fn judge(file: &[u8], paper: &[u8]) -> Result<Verdict, Refused> {
    judge_pdf(file, &[paper], &roots(&["root"]), NOW)
}

/// What `pdfsig` of poppler says of a file, where it is installed.
fn others(file: &[u8]) -> Option<String> {
    let path = Authority::shared().write(file);
    let done = Command::new("pdfsig").arg("-nocert").arg(path).output().ok()?;
    Some(String::from_utf8_lossy(&done.stdout).into_owned())
}

#[test]
fn a_signed_paper_of_the_office_is_taken_and_other_programs_agree() {
    let paper = small();
    for by in ["rsa", "p256", "p384"] {
        for sub_filter in ["ETSI.CAdES.detached", "adbe.pkcs7.detached"] {
            let file = Tool {
                by,
                sub_filter,
                ..Tool::default()
            }
            .sign(&paper);
            let verdict = judge(&file, &paper).unwrap();
            assert_eq!(verdict.signatures.len(), 1);
            assert!(verdict.signatures[0].subject.contains("CN=Người ký"));
            if let Some(said) = others(&file) {
                assert!(
                    said.contains("Signature is Valid") && said.contains("Total document signed"),
                    "{said}"
                );
            }
        }
    }
}

#[test]
fn two_signatures_one_after_the_other_are_each_judged() {
    let paper = small();
    let one = Tool::default().sign(&paper);
    let second = Tool {
        by: "p256",
        ..Tool::default()
    };
    let both = second.sign(&one);
    let verdict = judge(&both, &paper).unwrap();
    let whose: Vec<bool> = ["rsa", "p256"]
        .iter()
        .zip(&verdict.signatures)
        .map(|(name, one)| one.subject.contains(name))
        .collect();
    assert_eq!(whose, [true, true]);
    let stranger = Tool {
        by: "stranger",
        ..Tool::default()
    };
    assert_eq!(word(judge(&stranger.sign(&one), &paper)), "chain");
    // The one before is spoilt, the last one is over the spoilt file.
    let mut spoilt = one.clone();
    let at = spoilt.windows(9).rposition(|part| part == b"/Contents").unwrap() + 200;
    spoilt[at] = if spoilt[at] == b'0' { b'1' } else { b'0' };
    assert!(judge(&second.sign(&spoilt), &paper).is_err());
}

#[test]
fn what_was_added_after_the_signature_is_named_and_refused() {
    let paper = small();
    let signed = Tool::default().sign(&paper);
    let later = add(&signed, &[(3, "<</Length 2>>\nstream\nBT\nendstream".to_owned())]);
    let refused = judge(&later, &paper).unwrap_err();
    assert_eq!(refused.reason.as_str(), "bytes_after");
    assert_eq!(refused.about, format!("{}/{}", signed.len(), later.len()));
    assert_eq!(word(judge(&[&signed[..], b"\n"].concat(), &paper)), "bytes_after");
    if let Some(said) = others(&later) {
        assert!(said.contains("Not total document signed"), "{said}");
    }
}

#[test]
fn another_paper_is_refused_though_its_signature_is_good() {
    let paper = small();
    let other = String::from_utf8(small()).unwrap().replace("100 trieu", "900 trieu");
    let signed = Tool::default().sign(other.as_bytes());
    assert_eq!(word(judge(&signed, &paper)), "other_paper");
    assert_eq!(word(judge(&signed, other.as_bytes())), "taken");
    assert_eq!(word(judge(&paper, &paper)), "no_signature");
}

/// Ways of showing another paper under a good signature.
fn cheats() -> Vec<(&'static str, Tool)> {
    let page = |text: &str| text.replace("/Contents 3 0 R", "/Contents 8 0 R");
    let stream =
        "<</Length 58>>\nstream\nBT /F1 24 Tf 72 700 Td (Phe duyet 900 trieu dong) Tj ET\nendstream".to_owned();
    let anew = |number: usize, object: &str| {
        let object = object.to_owned();
        Tool::which(|tool| tool.anew = vec![(number, object)])
    };
    let more = |object: &str| {
        let object = object.to_owned();
        Tool::which(|tool| tool.more = vec![object])
    };
    let other_page = Tool { page, ..more(&stream) };
    let small_page = Tool::which(|tool| tool.page = |text| text.replace("595 842", "595 400"));
    let cover = "<</Type/Annot/Subtype/FreeText/Rect[0 0 595 842]/Contents(900)>>";
    let field = "<</Type/Annot/Subtype/Widget/FT/Tx/V(900)/Rect[0 0 50 50]>>";
    vec![
        ("the text written anew", anew(3, &stream)),
        ("a page with another text", other_page),
        ("a page of another size", small_page),
        ("other letters", anew(4, "<</Type/Font/Subtype/Type3>>")),
        ("the list of pages", anew(1, "<</Type/Pages/Count 0/Kids[]>>")),
        ("another catalogue", anew(5, "<</Type/Catalog/Pages 9 0 R>>")),
        ("a note over the page", more(cover)),
        ("a field with text", more(field)),
        ("a program", more("<</S/JavaScript/JS(app.alert\\(1\\))>>")),
        (
            "a picture over the page",
            Tool::which(|tool| tool.rect = "[0 0 595 842]"),
        ),
    ]
}

#[test]
fn an_addition_that_would_show_another_paper_is_refused_though_it_was_signed() {
    let paper = small();
    let cases = cheats();
    for (what, tool) in &cases {
        let signed = tool.sign(&paper);
        assert_eq!(word(judge(&signed, &paper)), "changed", "{what}");
    }
    // The control: others, who do not know the paper, take these signatures for good ones.
    if let Some(said) = others(&cases[0].1.sign(&paper)) {
        assert!(said.contains("Signature is Valid"), "{said}");
    }
    figure(
        "L3",
        &format!(
            "{} ways of showing another paper under a good signature, all refused",
            cases.len()
        ),
    );
}

#[test]
fn a_range_that_leaves_out_more_than_the_signature_is_refused() {
    let paper = small();
    let plain = Tool::default();
    let cases = [
        (
            "begins late",
            Tool {
                range: |[a, b, c, d]| [a, b, c + 40, d - 40],
                ..plain.clone()
            },
        ),
        (
            "ends its first part early",
            Tool {
                range: |[a, b, c, d]| [a, b - 30, c, d],
                ..plain.clone()
            },
        ),
        (
            "without the bracket",
            Tool {
                range: |[a, b, c, d]| [a, b + 1, c, d],
                ..plain.clone()
            },
        ),
        (
            "over itself",
            Tool {
                range: |[a, _, c, d]| [a, c, c, d],
                ..plain.clone()
            },
        ),
    ];
    for (what, tool) in &cases {
        assert_eq!(word(judge(&tool.sign(&paper), &paper)), "byte_range", "{what}");
    }
    let short = Tool {
        range: |[a, b, c, d]| [a, b, c, d - 10],
        ..plain.clone()
    };
    assert_eq!(word(judge(&short.sign(&paper), &paper)), "bytes_after");
    let cheat = Tool {
        cheats: true,
        ..plain.clone()
    };
    assert_eq!(word(judge(&cheat.sign(&paper), &paper)), "other_content");
    let old = Tool {
        sub_filter: "adbe.pkcs7.sha1",
        ..plain
    };
    assert_eq!(word(judge(&old.sign(&paper), &paper)), "algorithm");
}

#[test]
fn files_in_forms_that_viewers_may_read_differently_are_refused() {
    let paper = small();
    let signed = Tool::default().sign(&paper);
    let text: String = signed.iter().map(|byte| char::from(*byte)).collect();
    let changed = |from: &str, to: &str| -> Vec<u8> {
        assert_eq!(from.len(), to.len());
        let at = text.rfind(from).unwrap();
        let mut file = signed.clone();
        file[at..at + to.len()].copy_from_slice(to.as_bytes());
        file
    };
    for (from, to) in [
        ("startxref", "startxre "),
        ("/Prev", "/Prex"),
        ("/Type/Sig", "/Type/Sog"),
        (" 00000 n", " 00001 n"),
        (" 00000 n", " 00000 f"),
        ("endobj", "endobx"),
    ] {
        assert!(judge(&changed(from, to), &paper).is_err(), "{from}");
    }
    for end in (paper.len()..signed.len()).step_by(97) {
        assert!(judge(&signed[..end], &paper).is_err(), "cut at {end}");
    }
    for junk in [
        &b"%PDF-1.7\n"[..],
        b"%PDF-1.7 /ByteRange[0 1 2 3]",
        b"%PDF-/ByteRange[[[[[[[[[[[[[[[[[[[[[",
    ] {
        assert!(judge(junk, &paper).is_err());
        assert!(judge(junk, junk).is_err());
    }
}

#[test]
fn a_flipped_bit_anywhere_in_a_signed_paper_is_refused() {
    let paper = small();
    let signed = Tool::default().sign(&paper);
    let hole = signed.windows(10).rposition(|part| part == b"/Contents<").unwrap() + 10;
    let padding = signed[hole..].windows(64).position(|part| part == [b'0'; 64]).unwrap() + hole;
    let mut next = 88_172_645_463_325_252_u64;
    let count = rounds("L3", 300);
    for _ in 0..count {
        next ^= next << 13;
        next ^= next >> 7;
        next ^= next << 17;
        let place = usize::try_from(next % u64::try_from(signed.len()).unwrap()).unwrap();
        // In the hole for the signature lie certificates that nothing hangs on, and zeros.
        if (hole..padding + 16_000).contains(&place) && place < hole + 16_000 {
            continue;
        }
        let mut file = signed.clone();
        file[place] ^= 1 << ((next >> 40) % 8);
        assert!(judge(&file, &paper).is_err(), "touched at {place}");
    }
    figure(
        "L3",
        &format!("{count} flipped bits outside the hole of a signed PDF: none taken"),
    );
}
