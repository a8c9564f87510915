//! Finding: what answers a question, in which order, who sees it, and that nothing typed breaks it.

use super::{approve, create, day, head, neighbour, office, open_draft, save, sign, submit};
use crate::support::TestOffice;
use crate::support::databases::SERVER;
use diesel::connection::SimpleConnection;
use quytrinh::app;
use quytrinh::documents::{self, FOUND_PAGE, Filter, Found, Stage};
use quytrinh::kernel::{Actor, Language, VersionId};
use quytrinh::ledger;
use quytrinh::web::Failure;

fn search_for(office: &TestOffice, actor: &Actor, text: &str, filter: &Filter) -> Found {
    ledger::read(&office.site.db, actor, |work| {
        Ok::<_, Failure>(documents::search(work, text, filter)?)
    })
    .unwrap()
}

fn codes(found: &Found) -> Vec<&str> {
    found.hits.iter().map(|hit| hit.head.code.as_str()).collect()
}

fn find(office: &TestOffice, username: &str, text: &str) -> Vec<String> {
    let found = search_for(office, &office.actor(username), text, &Filter::default());
    codes(&found).into_iter().map(ToOwned::to_owned).collect()
}

fn in_stage(stage: Stage) -> Filter {
    Filter {
        stage: Some(stage),
        ..Filter::default()
    }
}

fn policy(code: &str, title: &str, more: &str, body: &str) -> String {
    format!("+++\ncode = \"{code}\"\nkind = \"quality_policy\"\ntitle = \"{title}\"\n{more}+++\n{body}\n")
}

fn add(office: &TestOffice, text: String) -> VersionId {
    office
        .act_as("thuky", move |work| documents::create(work, &text))
        .unwrap()
}

/// Four texts, in which the same syllables stand with other marks, in other places.
async fn library() -> TestOffice {
    let office = office().await;
    for (code, title, more, body) in [
        (
            "QT.HT.01",
            "Đăng ký khai sinh",
            "field = \"Hộ tịch\"\nlegal_basis = [\"Luật Hộ tịch 60/2014/QH13\"]\n[[forms]]\ncode = \"BM.HT.01.01\"\nname = \"Tờ khai\"\n",
            "Người yêu cầu nộp bản sao giấy chứng sinh.",
        ),
        (
            "QT.CT.01",
            "Chứng thực bản sao từ bản chính",
            "field = \"Chứng thực\"\n",
            "Đối chiếu rồi ký.",
        ),
        (
            "QT.ND.02",
            "Mua bán nhà",
            "field = \"Nhà đất\"\n",
            "Khai báo, rồi sinh trắc.",
        ),
        (
            "QT.HT.011",
            "Hòa giải",
            "",
            "Theo QT.HT.01 và <b>khai sinh</b> lại & bổ sung.",
        ),
    ] {
        add(&office, policy(code, title, more, body));
    }
    office
}

#[actix_web::test]
async fn the_same_answers_come_in_the_same_order_from_both_databases() {
    let office = library().await;
    for (asked, expected) in [
        // With the marks as typed first, in the title before the text; then without marks.
        ("bản", vec!["QT.CT.01", "QT.HT.01", "QT.ND.02"]),
        ("bán", vec!["QT.ND.02", "QT.CT.01", "QT.HT.01"]),
        ("ban", vec!["QT.CT.01", "QT.ND.02", "QT.HT.01"]),
        // Words beside each other, in one place or in several; apart only when nothing else answers.
        ("khai sinh", vec!["QT.HT.01", "QT.HT.011"]),
        ("KHAI   SINH", vec!["QT.HT.01", "QT.HT.011"]),
        ("dang ky khai sinh", vec!["QT.HT.01"]),
        ("hòa giải khai sinh", vec!["QT.HT.011"]),
        ("báo trắc", vec!["QT.ND.02"]),
        ("ky dang", vec!["QT.HT.01"]),
        // The code itself, however it is written; then codes that begin so.
        ("QT.HT.01", vec!["QT.HT.01", "QT.HT.011"]),
        ("qt-ht-01", vec!["QT.HT.01", "QT.HT.011"]),
        ("qtht01", vec!["QT.HT.01", "QT.HT.011"]),
        ("QT HT 01", vec!["QT.HT.01", "QT.HT.011"]),
        ("QT.N", vec!["QT.ND.02"]),
        // Forms, legal basis, field.
        ("BM.HT.01.01", vec!["QT.HT.01"]),
        ("60/2014/QH13", vec!["QT.HT.01"]),
        ("nha dat", vec!["QT.ND.02"]),
        // Where the tone is written does not matter, nor how the letters are composed.
        ("hoà", vec!["QT.HT.011"]),
        ("ba\u{309}n", vec!["QT.CT.01", "QT.HT.01", "QT.ND.02"]),
        ("vũ trụ", vec![]),
        ("khai sinh vũ trụ", vec![]),
    ] {
        assert_eq!(find(&office, "thuky", asked), expected, "{asked}");
    }
}

#[actix_web::test]
async fn nothing_that_is_typed_breaks_the_question() {
    let office = library().await;
    let long = "khai sinh ".repeat(1000);
    for asked in [
        "\"khai sinh\"",
        "khai* AND (sinh",
        "khai NEAR/2 sinh",
        "NEAR(khai sinh)",
        "khai -sinh",
        "{title}: khai ^sinh",
        "khai & sinh",
        "khai:* | !sinh \\",
        "khai'; DROP TABLE version_search; --sinh",
        "k\u{0}hai \u{7}\u{1b} sinh",
        "%khai_ sinh%",
        "* \" ' ( ) : ^ & | ! < > \\",
        "\u{202e}khai\u{200b} sinh\u{feff}",
        "🦀 漢字 ẞ ﬁ",
        long.as_str(),
    ] {
        // Whatever it finds, it answers, and the next question finds what it did before.
        search_for(&office, &office.actor("thuky"), asked, &Filter::default());
    }
    assert_eq!(find(&office, "thuky", "\"khai sinh\""), ["QT.HT.01", "QT.HT.011"]);
    assert_eq!(find(&office, "thuky", &long), ["QT.HT.01", "QT.HT.011"]);
    for key in ["", ":", "9:", "x:QT", "0", "99999999999999999999:A", "3:\u{0}'"] {
        let filter = Filter {
            after: Some(key.to_owned()),
            ..Filter::default()
        };
        search_for(&office, &office.actor("thuky"), "khai", &filter);
    }
}

#[actix_web::test]
async fn an_answer_shows_its_place_and_is_escaped() {
    let office = library().await;
    let page = office.sign_in("thuky").await.get("/documents?text=khai+sinh").await;
    page.is(200).says("documents.found.part.body");
    // The page as it is sent, before a reader of this test turns its entities into signs.
    let sent = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let html = sent(&page.bytes);
    for said in [
        "<mark>khai sinh</mark>",
        "&lt;b&gt;<mark>khai sinh</mark>&lt;",
        "lại &amp; bổ sung",
    ] {
        assert!(html.contains(said), "{said}");
    }
    assert!(!html.contains("<b><mark>"));
    let script = "/documents?text=%3Cscript%3Ealert(1)%3C/script%3E";
    let page = office.sign_in("thuky").await.get(script).await;
    assert!(!sent(&page.is(200).bytes).contains("<script>alert"));
}

#[actix_web::test]
async fn only_what_the_reader_may_see_is_found() {
    let office = office().await;
    let first = create(&office, "CSCL");
    let saved = policy("CSCL", "Chính sách", "", "Một từ hiếm: thạch sùng.");
    save(&office, "thuky", &first, &saved).unwrap();
    // A draft is found by its author, the committee and auditors.
    for (username, sees) in [
        ("thuky", true),
        ("thanhvien", true),
        ("danhgia", true),
        ("canbo", false),
    ] {
        assert_eq!(!find(&office, username, "thạch sùng").is_empty(), sees, "{username}");
        assert_eq!(!find(&office, username, "CSCL").is_empty(), sees, "{username} by code");
    }
    let official = office.sign_in("canbo").await;
    official
        .get("/documents?text=thach+sung")
        .await
        .is(200)
        .lacks("sùng")
        .lacks("CSCL");
    approve(&office, &first, office.site.clock.today());
    assert_eq!(
        find(&office, "canbo", "thach sung"),
        ["CSCL"],
        "found as soon as it is in force"
    );
    let stranger = Actor::stranger(office.agency.clone(), office.site.clock.now(), Language::Vi);
    assert_eq!(
        codes(&search_for(&office, &stranger, "thach sung", &Filter::default())),
        ["CSCL"]
    );
    // The office next door finds nothing of it.
    assert_eq!(
        codes(&search_for(
            &office,
            &neighbour(&office),
            "thach sung",
            &Filter::default()
        )),
        Vec::<&str>::new()
    );
    // A later draft that says something else is found by those who may read it only; others find what is in force.
    let second = open_draft(&office, "thuky", &first).unwrap();
    let saved = policy(
        "CSCL",
        "Chính sách",
        "change_summary = \"Sửa\"\n",
        "Một từ khác: kỳ nhông.",
    );
    save(&office, "thuky", &second, &saved).unwrap();
    for (username, sees) in [("thanhvien", true), ("canbo", false)] {
        assert_eq!(!find(&office, username, "kỳ nhông").is_empty(), sees, "{username}");
        assert_eq!(find(&office, username, "thạch sùng"), ["CSCL"], "{username}");
    }
    approve(&office, &second, office.site.clock.today());
    assert_eq!(find(&office, "canbo", "kỳ nhông"), ["CSCL"]);
    assert_eq!(
        find(&office, "canbo", "thạch sùng"),
        Vec::<String>::new(),
        "what was replaced is not found"
    );
    let old = search_for(
        &office,
        &office.actor("canbo"),
        "thạch sùng",
        &in_stage(Stage::Superseded),
    );
    assert_eq!(
        (codes(&old), old.hits[0].head.number),
        (vec!["CSCL"], 1),
        "unless it is asked for"
    );
    let none = search_for(&office, &stranger, "thạch sùng", &in_stage(Stage::Superseded));
    assert_eq!(codes(&none), Vec::<&str>::new(), "and never by visitors");
    let page = official.get("/documents?text=thach+sung&stage=superseded").await;
    page.is(200).says("/documents/CSCL?version=1");
}

#[actix_web::test]
async fn signatories_find_what_waits_for_them_and_a_cancelled_draft_is_found_on_demand_only() {
    let office = office().await;
    office.person("lanhdao", &[quytrinh::kernel::AccessRole::Leader]);
    office.position("VP", "Chánh Văn phòng");
    office.holds("lanhdao", "VP");
    super::set_route(
        &office,
        &[
            (documents::Meaning::Review, documents::Needs::Any, &["PTB", "VP"]),
            (documents::Meaning::Approve, documents::Needs::Any, &["TB"]),
        ],
    );
    let first = create(&office, "CSCL");
    assert_eq!(find(&office, "lanhdao", "chat luong"), Vec::<String>::new());
    submit(&office, "thuky", &first, day(2026, 12, 1)).unwrap();
    assert_eq!(find(&office, "lanhdao", "chat luong"), ["CSCL"]);
    let in_review = in_stage(Stage::InReview);
    assert_eq!(
        codes(&search_for(&office, &office.actor("lanhdao"), "CSCL", &in_review)),
        ["CSCL"]
    );
    sign(&office, "photruongban", &first).unwrap();
    assert_eq!(
        codes(&search_for(&office, &office.actor("thuky"), "CSCL", &in_review)),
        Vec::<&str>::new()
    );
    let second = create(&office, "CSCL2");
    let row_version = head(&office, &second).row_version;
    office
        .act_as("thuky", move |work| documents::cancel(work, &second, row_version))
        .unwrap();
    assert_eq!(find(&office, "thuky", "CSCL2"), Vec::<String>::new());
    let cancelled = search_for(&office, &office.actor("thuky"), "CSCL2", &in_stage(Stage::Cancelled));
    assert_eq!(codes(&cancelled), ["CSCL2"]);
}

#[actix_web::test]
async fn filters_narrow_what_is_found() {
    let office = library().await;
    let thuky = office.actor("thuky");
    let with = |filter: Filter| search_for(&office, &thuky, "khai", &filter).hits.len();
    assert_eq!(with(Filter::default()), 3);
    let field = |name: &str| Filter {
        field: Some(name.to_owned()),
        ..Filter::default()
    };
    assert_eq!(with(field("Hộ tịch")), 1);
    assert_eq!(with(field("Nhà đất")), 1);
    assert_eq!(with(field("Tịch hộ")), 0);
    assert_eq!(with(in_stage(Stage::Draft)), 3);
    assert_eq!(with(in_stage(Stage::Effective)), 0);
    let kind = |kind| Filter {
        kind: Some(kind),
        ..Filter::default()
    };
    assert_eq!(with(kind(quytrinh::procedures::Kind::QualityPolicy)), 3);
    assert_eq!(with(kind(quytrinh::procedures::Kind::Form)), 0);
}

#[actix_web::test]
async fn what_is_found_is_paged_by_key_without_gaps_and_doubles() {
    let office = office().await;
    let count = FOUND_PAGE * 2 + 3;
    // Every third has the words in its title, so that pages cross from one tier to the next.
    let texts: Vec<String> = (0..count)
        .map(|number| {
            let title = if number % 3 == 0 {
                "Tiếp công dân"
            } else {
                "Việc khác"
            };
            policy(&format!("D{number:03}"), title, "", "Lịch tiếp công dân.")
        })
        .collect();
    office
        .act_as("thuky", move |work| {
            texts
                .iter()
                .try_for_each(|text| documents::create(work, text).map(drop))
        })
        .unwrap();
    let (thuky, mut all, mut after) = (office.actor("thuky"), Vec::new(), None);
    for _ in 0..3 {
        let filter = Filter {
            after: after.clone(),
            ..Filter::default()
        };
        let found = search_for(&office, &thuky, "tiếp công dân", &filter);
        all.extend(codes(&found).into_iter().map(ToOwned::to_owned));
        after = found.next.clone();
    }
    assert_eq!(after, None);
    let (titled, others): (Vec<usize>, Vec<usize>) = (0..count).partition(|number| number % 3 == 0);
    let expected: Vec<String> = titled
        .iter()
        .chain(&others)
        .map(|number| format!("D{number:03}"))
        .collect();
    assert_eq!(all, expected);
}

#[actix_web::test]
async fn a_lost_index_is_made_anew() {
    let office = library().await;
    let before = find(&office, "thuky", "khai sinh");
    let (db, clock) = (&office.site.db, &office.site.clock);
    assert_eq!(
        app::index_documents(db, clock, false).unwrap(),
        0,
        "a whole index is left alone"
    );
    // The index itself is lost.
    let loss = if SERVER.is_some() {
        "DELETE FROM version_words"
    } else {
        "DELETE FROM version_words WHERE rowid > 0"
    };
    office.connect().batch_execute(loss).unwrap();
    assert_eq!(find(&office, "thuky", "khai sinh"), Vec::<String>::new());
    assert_eq!(app::index_documents(db, clock, false).unwrap(), 4);
    assert_eq!(find(&office, "thuky", "khai sinh"), before);
    // One version is not in it, as after a restored copy of an older program.
    let gone = "DELETE FROM version_words WHERE PLACE = 1; DELETE FROM version_search WHERE place = 1";
    let place = if SERVER.is_some() { "place" } else { "rowid" };
    office.connect().batch_execute(&gone.replace("PLACE", place)).unwrap();
    assert_eq!(app::index_documents(db, clock, false).unwrap(), 1);
    assert_eq!(find(&office, "thuky", "khai sinh"), before);
    assert_eq!(
        app::index_documents(db, clock, true).unwrap(),
        4,
        "and wholly when it is told to"
    );
    assert_eq!(find(&office, "thuky", "khai sinh"), before);
}

#[actix_web::test]
async fn a_text_of_many_pages_is_saved_and_found() {
    let office = office().await;
    let body: String = (0..60_000)
        .map(|number| format!("mục{number} điều{} ", number * 7))
        .collect();
    add(&office, policy("DAI", "Sổ tay rất dài", "", &body));
    assert_eq!(find(&office, "thuky", "mục17"), ["DAI"]);
}
