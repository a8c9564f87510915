//! Pictures of many cases: what they show, in words as well, and who may see them.

use crate::cases::{office, received};
use crate::conformance::{clean, deviating};
use crate::support::Reply;
use quytrinh::kernel::AccessRole;

const FLOW: &str = "/conformance/procedures/QT.T.01";
const VARIANTS: &str = "/conformance/procedures/QT.T.01/variants";
const TIMELINE: &str = "/conformance/timeline";

/// The page as it was sent.
fn html(reply: &Reply) -> String {
    String::from_utf8(reply.bytes.clone()).unwrap()
}

/// The first picture of a page.
fn svg(reply: &Reply) -> String {
    let html = html(reply);
    let (_, picture) = html.split_once("<div class=\"picture wide\"").unwrap();
    let (picture, _) = picture.split_once("</svg>").unwrap();
    picture.to_owned()
}

/// What a reader reads: the page without its marks.
fn text(reply: &Reply) -> String {
    let html = html(reply);
    let pieces = html
        .split('<')
        .map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text));
    let text: String = pieces.collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[actix_web::test]
async fn the_workflow_shows_what_many_cases_did() {
    let office = office().await;
    clean(&office);
    clean(&office);
    deviating(&office);
    received(&office);
    let auditor = office.sign_in("danhgia").await;
    let frequency = auditor.get(FLOW).await;
    frequency
        .is(200)
        .says("4 hồ sơ tiếp nhận từ")
        .says("trong đó 1 hồ sơ đang giải quyết")
        .says("conformance.flow.by_connection")
        .says("conformance.flow.legend.frequency");
    // Four were received, two examined, three signed (one of them although it was not examined).
    let picture = svg(&frequency);
    assert!(picture.contains("Bắt đầu: 4 lượt"), "{picture}");
    assert!(picture.contains("4 lượt trong 4 hồ sơ") && picture.contains("2 lượt trong 2 hồ sơ"));
    assert!(picture.contains("Đạt: 2 lượt") && picture.contains("đang chờ: 1 hồ sơ"));
    assert!(picture.contains("3 lượt trong 3 hồ sơ"));
    let waiting = auditor.get(&format!("{FLOW}?show=waiting")).await;
    waiting.is(200).says("conformance.flow.legend.waiting");
    // Each step was done twenty minutes after the one before.
    assert!(svg(&waiting).contains("một nửa: đến 20 phút"));
    let late = auditor.get(&format!("{FLOW}?show=late")).await;
    late.is(200).says("conformance.flow.legend.late");
    assert!(svg(&late).contains("trễ 0 trong 3 lượt (0 %)"));
    let deviations = auditor.get(&format!("{FLOW}?show=deviations")).await;
    let picture = svg(deviations.is(200));
    assert!(
        picture.contains("Bỏ qua bước: 1") && picture.contains("Sai vai trò: 1"),
        "{picture}"
    );
    // From the receipt straight to the signature: a way that the table does not have.
    assert_eq!(picture.matches("flow-edge flow-outside").count(), 1);
    assert!(html(&deviations).contains("kind=skipped&amp;step=B2"));
    let odd = auditor
        .get(&format!("{FLOW}?show=x&version=99&from=2026-13-40&to="))
        .await;
    odd.is(200).says("4 hồ sơ tiếp nhận từ");
    auditor.set_cookie("quytrinh_language", "en");
    let english = auditor.get(&format!("{FLOW}?show=deviations")).await;
    english.is(200).says("Workflow in practice").lacks("Bỏ qua bước");
}

#[actix_web::test]
async fn an_empty_period_is_said_to_be_empty() {
    let office = office().await;
    clean(&office);
    let auditor = office.sign_in("danhgia").await;
    let before = "from=2026-01-01&to=2026-01-31";
    let flow = auditor.get(&format!("{FLOW}?{before}")).await;
    flow.is(200).says("conformance.pictures.none").says("<svg");
    let variants = auditor.get(&format!("{VARIANTS}?{before}")).await;
    variants.is(200).says("conformance.variants.none").lacks("<svg");
    let timeline = auditor.get(&format!("{TIMELINE}?{before}")).await;
    timeline.is(200).says("conformance.timeline.none");
}

#[actix_web::test]
async fn variants_are_grouped_and_lead_to_their_cases() {
    let office = office().await;
    let (first, _) = (clean(&office), clean(&office));
    let bad = deviating(&office);
    let open = received(&office);
    let auditor = office.sign_in("danhgia").await;
    let page = auditor.get(VARIANTS).await;
    page.is(200)
        .says("3 hồ sơ đã kết thúc đi theo 2 cách.")
        .says("67 %")
        .says("lệch 1 chỗ")
        .says("2 / 2")
        .says("0 / 1")
        .says(&first.code)
        .says(&bad.code)
        .lacks(&open.code);
    assert!(text(&page).contains("B1 → B2 → B4 → B5 → B7"), "{}", text(&page));
    assert!(text(&page).contains("B1 → B2 (thiếu) → B4 → B5 → B7"));
    let picture = svg(&page);
    assert!(!picture.contains('{'), "{picture}");
    assert!(
        picture.contains("1. 2 hồ sơ · 67 %") && picture.contains("− B2"),
        "{picture}"
    );
    let others = auditor.get(&format!("{VARIANTS}?cases=open")).await;
    others
        .is(200)
        .says("1 hồ sơ đang giải quyết")
        .says(&open.code)
        .lacks(&bad.code);
    auditor.get(&format!("{VARIANTS}?page=999999999999")).await.is(200);
    auditor
        .get(&format!("{VARIANTS}?page=0&cases=%00"))
        .await
        .is(200)
        .says("67 %");
}

#[actix_web::test]
async fn the_dotted_chart_shows_each_step_when_it_was_done() {
    let office = office().await;
    let (good, bad) = (clean(&office), deviating(&office));
    let auditor = office.sign_in("danhgia").await;
    for order in ["received", "duration"] {
        let page = auditor.get(&format!("{TIMELINE}?order={order}")).await;
        page.is(200).says("2 hồ sơ.").says("conformance.timeline.deviating");
        let picture = svg(&page);
        assert!(picture.contains(&good.code) && picture.contains(&bad.code));
        // In the legend, and the signature by a clerk who has no right to it; the shown form is that of no other sign.
        assert_eq!(picture.matches("m-4 -4l8 8m0 -8l-8 8").count(), 2, "{picture}");
    }
    let by_step = auditor.get(&format!("{TIMELINE}?procedure=QT.T.01&by=step")).await;
    let picture = svg(by_step.is(200));
    assert!(
        picture.contains(">B7</text>") && !picture.contains("có sai lệch khác"),
        "{picture}"
    );
    // Steps of several procedures have nothing in common.
    let all = auditor.get(&format!("{TIMELINE}?by=step")).await;
    assert!(svg(all.is(200)).contains("có sai lệch khác"));
}

#[actix_web::test]
async fn a_case_is_a_strip_of_pairs_that_lead_to_entry_and_row() {
    let office = office().await;
    let bad = deviating(&office);
    let auditor = office.sign_in("danhgia").await;
    let page = auditor.get(&format!("/conformance/cases/{}", bad.code)).await;
    let html = html(page.is(200));
    let (_, strip) = html.split_once("<ol class=\"strip\"").unwrap();
    let (strip, _) = strip.split_once("</ol>").unwrap();
    // B1, B2 that was left out, B4, B5, B7.
    assert_eq!(strip.matches("<svg").count(), 5);
    assert_eq!(strip.matches("href=\"#entry-").count(), 4);
    assert_eq!(strip.matches("/documents/QT.T.01?version=1#step-").count(), 5);
    assert!(
        strip.contains("Thiếu: bảng yêu cầu B2, không thực hiện ở đây"),
        "{strip}"
    );
    assert!(html.contains("id=\"entry-2\""));
}

#[actix_web::test]
async fn others_and_other_offices_see_no_pictures() {
    let office = office().await;
    let bad = deviating(&office);
    for path in [FLOW, VARIANTS, TIMELINE] {
        office.stranger().get(path).await.is(303);
        office.sign_in("canbo").await.get(path).await.is(403);
    }
    office.person_of(&office.foreign, "langgieng", &[AccessRole::Auditor]);
    let neighbour = office.sign_in("langgieng").await;
    neighbour.get(FLOW).await.is(404);
    neighbour.get(VARIANTS).await.is(404);
    neighbour.get(&format!("{TIMELINE}?procedure=QT.T.01")).await.is(404);
    neighbour.get(TIMELINE).await.is(200).lacks(&bad.code);
    let auditor = office.sign_in("danhgia").await;
    auditor.get("/conformance/procedures/QT.X.99").await.is(404);
    auditor.get("/conformance/procedures/%F0%9F/variants").await.is(404);
    auditor
        .get("/documents/QT.T.01")
        .await
        .is(200)
        .says("documents.show.practice");
    office
        .sign_in("canbo")
        .await
        .get("/documents/QT.T.01")
        .await
        .is(200)
        .lacks("documents.show.practice");
}
