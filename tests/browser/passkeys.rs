//! Passkeys with a real browser and a device in software: set up, signed in with, signed with.

use crate::driver::Driver;
use crate::journey::write_and_submit;
use crate::office::Office;
use crate::tour::Tour;
use quytrinh::demo::PASSWORD;

/// The button of the form that asks for something by a passkey.
const MAKE: &str = "form[data-passkey-make] button";
const ENTER: &str = "form[data-passkey-enter] button";

async fn set_up(tour: &mut Tour<'_>) {
    tour.look_at("/account/second-factor").await;
    tour.fill("form[action='/account/passkey'] input[name=name]", "máy ở bàn")
        .await;
    tour.fill("form[action='/account/passkey'] input[name=password]", PASSWORD)
        .await;
    tour.press("form[action='/account/passkey'] button:not([type])").await;
    tour.press(MAKE).await;
    tour.says("Mỗi mã dùng được một lần").await;
}

async fn enter_password(tour: &Tour<'_>, username: &str) {
    tour.go("/sign-in").await;
    tour.fill("input[name=username]", username).await;
    tour.fill("input[name=password]", PASSWORD).await;
    tour.press("form[action='/sign-in'] button").await;
}

#[actix_web::test]
async fn somebody_sets_a_passkey_up_signs_in_with_it_and_signs_a_document() {
    let (office, driver) = (Office::open_by_name(), Driver::start());
    let mut tour = Tour::begin("passkeys", &office, &driver).await;
    tour.take_authenticator().await;
    let page = write_and_submit(&mut tour).await;
    tour.sign_in("chanhvp").await;
    set_up(&mut tour).await;
    tour.look_at("/account").await;
    tour.says("máy ở bàn").await;

    // With the passkey alone: no name, no password.
    tour.sign_out().await;
    tour.look_at("/sign-in").await;
    tour.press(ENTER).await;
    tour.look_at("/account").await;
    tour.says("passkey").await;

    // As the second step after the password; a code may be typed instead.
    tour.sign_out().await;
    enter_password(&tour, "chanhvp").await;
    tour.try_page("second step").await;
    tour.press("form[action='/sign-in/second'] button").await;
    assert!(tour.has("form[action='/sign-out']").await, "{}", tour.text().await);

    // A wrong password is said on the page; the right one and the passkey sign.
    tour.go(&page).await;
    tour.try_page("to sign with a passkey").await;
    tour.fill("form[action$='/sign'] input[name=password]", "không phải mật khẩu này")
        .await;
    tour.element("form[action$='/sign'] button:not([type])")
        .await
        .send_keys("\u{E007}")
        .await
        .unwrap();
    tour.waits_for("[role=alert], .fault", "Mật khẩu không đúng").await;
    tour.fill("form[action$='/sign'] input[name=password]", PASSWORD).await;
    tour.press("form[action$='/sign'] button:not([type])").await;
    assert!(
        !tour.has("form[action$='/sign']").await,
        "it is signed:\n{}",
        tour.text().await
    );
    tour.press("a[href*='/signatures/']").await;
    tour.try_page("signed with a passkey").await;
    tour.says("mat-khau+passkey").await;
    tour.end().await;
}
