//! Calendars: the own last days and the reviews one may see, behind a secret address that can be taken away.

use super::{person, round};
use crate::support::posted::{assign_births, posted_office, receive};
use quytrinh::people;

/// The values of a property, unfolded.
fn values(text: &str, property: &str) -> Vec<String> {
    let whole = text.replace("\r\n ", "");
    let own = whole.split("\r\n").filter_map(|line| line.split_once(':'));
    let own = own.filter(|(name, _)| *name == property);
    own.map(|(_, value)| value.to_owned()).collect()
}

#[actix_web::test]
async fn a_calendar_has_my_last_days_and_reviews_for_whoever_sees_drafts() {
    let office = posted_office().await;
    assign_births(&office);
    let case = receive(&office, "QT.HT.01");
    round(&office);
    let official = office.sign_in("tuphap").await;
    let reply = official.get("/notices/calendar.ics").await;
    assert_eq!(reply.is(200).header("content-type"), "text/calendar; charset=utf-8");
    let text = String::from_utf8(reply.bytes.clone()).unwrap();
    assert_eq!(
        values(&text, "SUMMARY"),
        [format!("Thực hiện bước của hồ sơ: {}", case.code)]
    );
    assert_eq!(values(&text, "DTSTART;VALUE=DATE"), ["20261126"]);
    assert!(!text.contains("Hoa"));
    let again = official.get("/notices/calendar.ics").await;
    assert_eq!(again.bytes, reply.bytes, "the same calendar gives the same bytes");
    let secretary = office.sign_in("thuky").await;
    let reply = secretary.get("/notices/calendar.ics").await;
    let text = String::from_utf8(reply.bytes.clone()).unwrap();
    assert_eq!(values(&text, "BEGIN").iter().filter(|one| *one == "VEVENT").count(), 2);
    assert_eq!(values(&text, "DTSTART;VALUE=DATE"), ["20271109", "20271109"]);
    assert!(
        values(&text, "SUMMARY")[1].starts_with("Xem xét định kỳ QT.HT.01"),
        "{text}"
    );
    let mut uids = values(&text, "UID");
    uids.dedup();
    assert_eq!(uids.len(), 2);
}

#[actix_web::test]
async fn the_secret_address_opens_without_signing_in_until_it_is_renewed_or_its_owner_leaves() {
    let office = posted_office().await;
    let secretary = office.sign_in("thuky").await;
    let secret = |page: &crate::support::Reply| {
        let address = page.is(200).says("notices.feed.once").text().to_owned();
        let (_, after) = address.split_once("/feeds/").unwrap();
        format!("/feeds/{}", after.split('"').next().unwrap())
    };
    secretary.get("/notices/settings").await.is(200);
    let first = secret(&secretary.post("/notices/feed", &[]).await);
    assert!(first.ends_with(".ics"));
    let stranger = office.stranger();
    stranger.get(&first).await.is(200).says("BEGIN:VEVENT");
    let token = first.trim_start_matches("/feeds/").trim_end_matches(".ics").to_owned();
    let rows = crate::support::databases::all_rows(&mut office.connect());
    assert!(
        rows.iter().all(|row| !row.contains(&token)),
        "the secret is kept nowhere"
    );
    secretary
        .get("/notices/settings")
        .await
        .says("notices.feed.has")
        .lacks(&token);
    let second = secret(&secretary.post("/notices/feed", &[]).await);
    stranger.get(&first).await.is(404);
    stranger.get(&second).await.is(200);
    let left = person(&office, "thuky");
    office.act(move |work| people::deactivate(work, &left)).unwrap();
    stranger.get(&second).await.is(404);
}

#[actix_web::test]
async fn an_address_that_was_ended_opens_no_more() {
    let office = posted_office().await;
    let official = office.sign_in("tuphap").await;
    official.get("/notices/settings").await.is(200);
    official.post("/notices/feed/stop", &[]).await.is(404);
    official.post("/notices/feed", &[]).await.is(200);
    official
        .post("/notices/feed/stop", &[])
        .await
        .leads_to("/notices/settings");
    let secrets = crate::support::databases::lines(
        &mut office.connect(),
        "SELECT coalesce(feed_sha256, '') AS value FROM notice_settings",
    );
    assert_eq!(secrets, [""]);
}
