//! The main job from end to end: a version is written, reviewed and approved; a case follows it; an auditor sees how.

use crate::driver::Driver;
use crate::office::Office;
use crate::tour::Tour;
use quytrinh::demo::PASSWORD;

/// The procedure of the journey.
const PROCEDURE: &str = "QT.HT.05";
/// What the secretary adds to it.
const ADDED: &str = "Người nộp hồ sơ được nhận tin nhắn khi có kết quả.";

/// The secretary writes the next version and submits it; returns its page.
pub async fn write_and_submit(tour: &mut Tour<'_>) -> String {
    tour.sign_in("thuky").await;
    tour.go(&format!("/documents/{PROCEDURE}")).await;
    tour.press("form[action$='/draft'] button").await;
    if !tour.path().await.contains("/edit") {
        tour.press("main a[href$='/edit']").await;
    }
    tour.try_page("editor").await;
    let body = tour.element("textarea[name=body]").await;
    body.send_keys(&format!("\n\n{ADDED}\n")).await.unwrap();
    // The preview follows, and what is typed is kept before it is saved.
    tour.waits_for("#body-part", ADDED).await;
    tour.waits_for("#kept", "Đã giữ phần đang nhập").await;
    tour.fill("textarea[name=change_summary]", "Báo tin khi có kết quả")
        .await;
    tour.press("button[name=do][value=save]").await;
    let version = tour
        .path()
        .await
        .trim_start_matches("/versions/")
        .split(['/', '?'])
        .next()
        .unwrap()
        .to_owned();
    let page = format!("/versions/{version}");
    tour.look_at(&page).await;
    tour.says(ADDED).await;
    tour.press("form[action$='/submit'] button").await;
    assert!(
        !tour.has("form[action$='/submit']").await,
        "it is submitted:\n{}",
        tour.text().await
    );
    tour.try_page("submitted").await;
    page
}

/// A signatory finds what waits on the own home page, reads the difference, and signs with the password.
async fn sign(tour: &mut Tour<'_>, username: &str, page: &str) {
    tour.sign_in(username).await;
    tour.try_page(&format!("home of {username}")).await;
    tour.press(&format!("main a[href='{page}']")).await;
    tour.says(ADDED).await;
    tour.try_page(&format!("to sign by {username}")).await;
    tour.fill("form[action$='/sign'] input[name=password]", "không phải mật khẩu này")
        .await;
    tour.press("form[action$='/sign'] button").await;
    assert!(tour.has("[role=alert], .fault").await, "a wrong password is said");
    tour.go(page).await;
    tour.fill("form[action$='/sign'] input[name=password]", PASSWORD).await;
    tour.press("form[action$='/sign'] button").await;
    assert!(
        !tour.has("form[action$='/sign']").await,
        "{username} has signed:\n{}",
        tour.text().await
    );
    tour.try_page(&format!("signed by {username}")).await;
}

/// The one-stop desk receives a case; returns its code.
async fn receive(tour: &mut Tour<'_>) -> String {
    tour.sign_in("motcua1").await;
    tour.go(&format!("/cases/new?procedure={PROCEDURE}")).await;
    tour.tick("input[name=paper]").await;
    tour.fill("input[name=full_name]", "Nguyễn Văn Đường").await;
    tour.fill("input[name=address]", "Thôn 3, xã Bảo Hà").await;
    if tour.has("input[name=first_outcome]").await {
        tour.tick("input[name=first_outcome]").await;
    }
    tour.press("main form[action='/cases'] button").await;
    if tour.has("input[name=missing_ok]").await {
        tour.try_page("papers are missing").await;
        tour.tick("input[name=missing_ok]").await;
        tour.press("main form[action='/cases'] button").await;
    }
    let path = tour.path().await;
    let code = path.trim_start_matches("/cases/").split('?').next().unwrap().to_owned();
    assert!(code.starts_with('H'), "{path}:\n{}", tour.text().await);
    tour.try_page("received").await;
    for print in ["receipt", "control-slip"] {
        tour.look_at(&format!("/cases/{code}/{print}")).await;
        tour.says(&code).await;
    }
    code
}

/// The officials perform step after step, each as the page offers it, until the case has ended.
async fn handle(tour: &mut Tour<'_>, code: &str) {
    let officials = ["motcua1", "tuphap1", "tuphap2", "phochutich", "vanthu", "chanhvp"];
    let page = format!("/cases/{code}");
    let mut steps = 0;
    while steps < 12 {
        let mut is_done = false;
        for username in officials {
            tour.sign_in(username).await;
            tour.go(&page).await;
            if !tour.has("#next").await {
                return;
            }
            if !tour.has("form[action$='/steps'] button").await {
                continue;
            }
            tour.try_page(&format!("step {steps} by {username}")).await;
            if tour.has("form[action$='/steps'] input[name=outcome]").await {
                tour.tick("form[action$='/steps'] input[name=outcome]").await;
            }
            tour.fill(
                "form[action$='/steps'] textarea[name=note]",
                &format!("Bước của {username}"),
            )
            .await;
            tour.press("form[action$='/steps'] button").await;
            tour.says(&format!("Bước của {username}")).await;
            is_done = true;
            steps += 1;
            break;
        }
        assert!(is_done, "nobody can perform the next step:\n{}", tour.text().await);
    }
    panic!("the case did not end in {steps} steps:\n{}", tour.text().await);
}

#[actix_web::test]
async fn a_version_is_approved_a_case_follows_it_and_the_auditor_sees_how() {
    let (office, driver) = (Office::open(), Driver::start());
    let mut tour = Tour::begin("journey", &office, &driver).await;

    let page = write_and_submit(&mut tour).await;
    sign(&mut tour, "chanhvp", &page).await;
    sign(&mut tour, "chutich", &page).await;
    tour.look_at(&format!("/documents/{PROCEDURE}")).await;
    tour.says(ADDED).await;

    let code = receive(&mut tour).await;
    handle(&mut tour, &code).await;
    tour.try_page("the case has ended").await;

    tour.sign_in("danhgia").await;
    tour.look_at(&format!("/conformance/cases/{code}")).await;
    tour.look_at("/conformance").await;

    tour.sign_out().await;
    tour.look_at(&format!("/track?code={code}")).await;
    tour.says(&code).await;
    let shown = tour.text().await;
    assert!(
        !shown.contains("Nguyễn Văn Đường") && !shown.contains("Lục Thị Hoa"),
        "no names are shown:\n{shown}"
    );
    tour.end().await;
}
