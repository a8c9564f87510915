//! Periodic review: when documents are due, and what is signed of them.

use crate::support::TestOffice;
use crate::support::posted::{BIRTH, day, document, issue, posted_office};
use chrono::NaiveDate;
use diesel::connection::SimpleConnection;
use quytrinh::documents::{self, Stage};
use quytrinh::reviews::{self, Due, NewReview, Verdict, When};
use quytrinh::web::Failure;

#[track_caller]
fn due(office: &TestOffice, code: &str) -> Due {
    let all = office.read(reviews::due).unwrap();
    all.into_iter().find(|one| one.head.code == code).unwrap()
}

fn new(office: &TestOffice, verdict: Verdict) -> NewReview {
    NewReview {
        code: "QT.HT.01".to_owned(),
        seen_sha256: due(office, "QT.HT.01").head.content_sha256,
        verdict,
        reason: "Đã đối chiếu với pháp luật và thực tế".to_owned(),
        next_due: None,
    }
}

fn sign(office: &TestOffice, username: &str, new: NewReview) -> Result<bool, Failure> {
    let fresh = office.confirmed(username);
    office.act_as(username, move |work| {
        reviews::review(work, &fresh, &new).map(|draft| draft.is_some())
    })
}

#[track_caller]
fn refused<T: std::fmt::Debug>(answer: Result<T, Failure>, status: u16, key: &str) {
    let failure = answer.unwrap_err();
    let found = actix_web::ResponseError::status_code(&failure).as_u16();
    assert_eq!((found, failure.to_string().as_str()), (status, key));
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[actix_web::test]
async fn a_document_is_due_by_the_period_of_its_text_and_keeping_sets_the_next_day() {
    let office = posted_office().await;
    let first = due(&office, "QT.HT.01");
    assert_eq!(
        (first.months, first.is_stated, first.due_on),
        (12, false, date("2027-11-09"))
    );
    let births = document(&office, "QT.HT.01");
    let version = office
        .act_as("thuky", move |work| {
            let version = documents::open_draft(work, &births)?;
            let head = documents::head(work, &version)?;
            let text = BIRTH.replace("unverified", "review_months = 1\nunverified");
            documents::save(work, &version, head.row_version, &text)?;
            Ok(version)
        })
        .unwrap();
    issue(&office, &version, day(23));
    let second = due(&office, "QT.HT.01");
    assert_eq!(
        (second.months, second.is_stated, second.due_on),
        (1, true, date("2026-12-23"))
    );
    assert_eq!(second.when, When::NextThree);
    office.set_time(date("2026-12-28").and_hms_opt(9, 0, 0).unwrap());
    assert_eq!(due(&office, "QT.HT.01").when, When::Overdue);
    assert!(!sign(&office, "truongban", new(&office, Verdict::Keep)).unwrap());
    let kept = due(&office, "QT.HT.01");
    assert_eq!((kept.due_on, kept.when), (date("2027-01-28"), When::NextThree));
    let review = kept.last.unwrap();
    assert_eq!(review.due_on, date("2026-12-23"));
    assert_eq!(review.content_sha256, kept.head.content_sha256);
    assert_eq!(
        (review.person_name.as_str(), review.position_name.as_str()),
        ("Ông/Bà truongban", "Trưởng ban")
    );
    let mut later = new(&office, Verdict::Keep);
    later.next_due = Some(date("2028-06-01"));
    sign(&office, "thuky", later).unwrap();
    assert_eq!(due(&office, "QT.HT.01").due_on, date("2028-06-01"));
}

#[actix_web::test]
async fn revising_opens_a_draft_and_waits_until_the_new_version_is_in_force() {
    let office = posted_office().await;
    assert!(
        !sign(&office, "truongban", new(&office, Verdict::Revise)).unwrap(),
        "the chair does not write"
    );
    let waiting = due(&office, "QT.HT.01");
    assert_eq!(
        (waiting.waiting, waiting.open.is_some()),
        (Some(Verdict::Revise), false)
    );
    assert!(sign(&office, "thuky", new(&office, Verdict::Revise)).unwrap());
    let open = due(&office, "QT.HT.01").open.unwrap();
    assert_eq!(open.stage, Stage::Draft);
    assert!(
        !sign(&office, "thuky", new(&office, Verdict::Revise)).unwrap(),
        "one draft is enough"
    );
    issue(&office, &open.id, day(23));
    let done = due(&office, "QT.HT.01");
    assert_eq!((done.waiting, done.due_on), (None, date("2027-11-23")));
    let history = office
        .read(|work| {
            let document = documents::document_by_code(work, "QT.HT.01")?;
            reviews::reviews_of(work, &document)
        })
        .unwrap();
    assert_eq!(history.len(), 3, "what was signed is kept");
}

#[actix_web::test]
async fn only_the_committee_signs_with_its_password_on_what_it_has_seen() {
    let office = posted_office().await;
    for username in ["motcua", "lanhdao", "danhgia", "quantri", "tuphap"] {
        let answer = sign(&office, username, new(&office, Verdict::Keep));
        refused(answer, 403, "failure.permission.review_documents");
    }
    let stolen = office.confirmed("truongban");
    let review = new(&office, Verdict::Keep);
    refused(
        office.act_as("thuky", move |work| reviews::review(work, &stolen, &review).map(drop)),
        403,
        "people.confirm.stale",
    );
    let mut other = new(&office, Verdict::Keep);
    other.seen_sha256 = "0".repeat(64);
    refused(sign(&office, "thuky", other), 409, "reviews.refused.changed");
    for wrong in ["2026-11-23", "2026-11-22", "2031-11-24"] {
        let mut bad = new(&office, Verdict::Keep);
        bad.next_due = Some(date(wrong));
        refused(sign(&office, "thuky", bad), 422, "reviews.refused.next_due");
    }
    let mut wordless = new(&office, Verdict::Keep);
    wordless.reason = " ".to_owned();
    refused(sign(&office, "thuky", wordless), 422, "reviews.refused.reason");
}

#[actix_web::test]
async fn the_pages_list_what_is_due_and_sign_with_the_password() {
    let office = posted_office().await;
    let secretary = office.sign_in("thuky").await;
    secretary
        .get("/reviews")
        .await
        .is(200)
        .says("QT.HT.01")
        .says("reviews.when.overdue");
    let page = secretary.get("/reviews/QT.HT.01").await;
    page.is(200).says("reviews.sign_button").says("reviews.never");
    let sha = due(&office, "QT.HT.01").head.content_sha256;
    let fields = |password: &'static str| {
        [
            ("seen_sha256", sha.clone()),
            ("verdict", "keep".to_owned()),
            ("reason", "Còn phù hợp".to_owned()),
            ("password", password.to_owned()),
        ]
    };
    let post = async |password: &'static str| {
        let fields = fields(password);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        secretary.post("/reviews/QT.HT.01", &fields).await
    };
    post("").await.is(422).says("form.needed").says("Còn phù hợp");
    post("sai mật khẩu rồi")
        .await
        .is(422)
        .says("people.confirm.wrong")
        .says("Còn phù hợp");
    post(crate::support::PASSWORD).await.is(303);
    let auditor = office.sign_in("danhgia").await;
    let seen = auditor.get("/reviews/QT.HT.01").await;
    seen.is(200).says("Còn phù hợp").says(&sha).lacks("reviews.sign_button");
    office.sign_in("motcua").await.get("/reviews").await.is(403);
    secretary.get("/").await.says("home.reviews.none");
    secretary.get("/reviews/QT.KHONG").await.is(404);
}

#[actix_web::test]
async fn the_database_keeps_reviews_and_refuses_one_of_another_content() {
    let office = posted_office().await;
    sign(&office, "thuky", new(&office, Verdict::Keep)).unwrap();
    let copy = |sha: &str, verdict: &str, next: &str, reason: &str| {
        format!(
            "INSERT INTO document_reviews (id, agency_id, document_id, version_id, content_sha256, due_on, verdict, \
             reason, next_due, person_id, person_name, position_name, at) SELECT 'x', agency_id, document_id, version_id, \
             {sha}, due_on, '{verdict}', {reason}, {next}, person_id, person_name, position_name, at FROM document_reviews"
        )
    };
    for (sql, says) in [
        (copy("content_sha256", "keep", "next_due", "reason"), ""),
        (copy("'0000'", "keep", "next_due", "reason"), "foreign key"),
        (copy("content_sha256", "keep", "NULL", "reason"), "check"),
        (copy("content_sha256", "revise", "next_due", "reason"), "check"),
        (copy("content_sha256", "burn", "NULL", "reason"), "check"),
        (copy("content_sha256", "revise", "NULL", "' '"), "check"),
        (
            "UPDATE document_reviews SET verdict = 'revise'".to_owned(),
            "only ever added to",
        ),
        ("DELETE FROM document_reviews".to_owned(), "only ever added to"),
    ] {
        let mut conn = office.connect();
        conn.batch_execute("BEGIN").unwrap();
        let said = conn
            .batch_execute(&sql)
            .err()
            .map(|cause| cause.to_string().to_lowercase());
        conn.batch_execute("ROLLBACK").unwrap();
        let said = said.unwrap_or_default();
        assert_eq!(said.is_empty(), says.is_empty(), "{sql}: {said}");
        assert!(said.contains(says) || said.contains("added"), "{sql}: {said}");
    }
}
