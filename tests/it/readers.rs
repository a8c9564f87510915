//! Readers: exactly those who are assigned are asked, once for each version; what changed for them; who has not read.

use crate::support::TestOffice;
use crate::support::posted::{BIRTH, assign, assign_births, assignment, day, document, issue, person, posted_office};
use chrono::TimeDelta;
use diesel::connection::SimpleConnection;
use quytrinh::assignments;
use quytrinh::documents;
use quytrinh::readers::{self, Reading, Whom};
use quytrinh::web::Failure;

#[track_caller]
fn reading(office: &TestOffice, code: &str) -> Reading {
    let all = office.read(readers::readings).unwrap();
    all.into_iter().find(|one| one.head.code == code).unwrap()
}

fn asked(office: &TestOffice) -> Vec<String> {
    let names = reading(office, "QT.HT.01").readers.into_iter().map(|one| one.name);
    names.map(|name| name.replace("Ông/Bà ", "")).collect()
}

fn acknowledge(office: &TestOffice, username: &str) -> Result<(), Failure> {
    let sha256 = reading(office, "QT.HT.01").head.content_sha256;
    office.act_as(username, move |work| {
        readers::acknowledge(work, "QT.HT.01", &sha256).map(drop)
    })
}

/// A second version in which the registrar has more time.
fn amend(office: &TestOffice) {
    let births = document(office, "QT.HT.01");
    let version = office
        .act_as("thuky", move |work| {
            let version = documents::open_draft(work, &births)?;
            let head = documents::head(work, &version)?;
            let text = BIRTH
                .replace("time = \"1.5 working_day\"", "time = \"1 working_day\"")
                .replace("Miễn lệ phí", "8.000 đồng");
            documents::save(work, &version, head.row_version, &text)?;
            Ok(version)
        })
        .unwrap();
    issue(office, &version, day(23));
}

#[track_caller]
fn refused<T: std::fmt::Debug>(answer: Result<T, Failure>, status: u16, key: &str) {
    let failure = answer.unwrap_err();
    let found = actix_web::ResponseError::status_code(&failure).as_u16();
    assert_eq!((found, failure.to_string().as_str()), (status, key));
}

#[actix_web::test]
async fn exactly_those_assigned_today_are_asked() {
    let office = posted_office().await;
    assert_eq!(asked(&office), Vec::<String>::new());
    let registrar = assign(&office, assignment(&office, "tphth", "tuphap")).unwrap();
    assign(&office, assignment(&office, "motcua", "motcua")).unwrap();
    assert_eq!(asked(&office), ["motcua", "tuphap"]);
    assign(&office, assignment(&office, "tphth", "tuphap2")).unwrap();
    assert_eq!(
        asked(&office),
        ["motcua", "tuphap", "tuphap2"],
        "who is new is asked at once"
    );
    office
        .act_as("thuky", move |work| {
            assignments::end(work, &registrar, day(23), "9/QĐ-UBND")
        })
        .unwrap();
    office.wait(TimeDelta::days(1));
    assert_eq!(asked(&office), ["motcua", "tuphap2"], "who left is asked no more");
    refused(acknowledge(&office, "tuphap"), 403, "readers.refused.not_asked");
    let left = person(&office, "tuphap2");
    office
        .act(move |work| quytrinh::people::deactivate(work, &left))
        .unwrap();
    assert_eq!(asked(&office), ["motcua"], "an account that was closed reads nothing");
}

#[actix_web::test]
async fn a_version_is_acknowledged_once_and_the_next_one_is_asked_anew() {
    let office = posted_office().await;
    assign_births(&office);
    acknowledge(&office, "tuphap").unwrap();
    refused(acknowledge(&office, "tuphap"), 409, "readers.refused.read_before");
    let stale = reading(&office, "QT.HT.01").head.content_sha256;
    assert_eq!(reading(&office, "QT.HT.01").open().count(), 2);
    amend(&office);
    assert_eq!(reading(&office, "QT.HT.01").open().count(), 3);
    refused(
        office.act_as("tuphap", move |work| readers::acknowledge(work, "QT.HT.01", &stale)),
        409,
        "readers.refused.changed",
    );
    acknowledge(&office, "tuphap").unwrap();
    refused(
        office.act_as("tuphap", |work| readers::acknowledge(work, "QT.KHONG", "x")),
        404,
        "failure.not_found",
    );
}

#[actix_web::test]
async fn the_page_shows_what_changed_for_me_and_all_to_new_readers() {
    let office = posted_office().await;
    assign_births(&office);
    acknowledge(&office, "tuphap").unwrap();
    acknowledge(&office, "motcua").unwrap();
    amend(&office);
    let path = "/reading/documents/QT.HT.01";
    let registrar = office.sign_in("tuphap").await;
    registrar.get("/").await.is(200).says("1 tài liệu chờ");
    registrar.get("/reading").await.is(200).says("QT.HT.01");
    let page = registrar.get(path).await;
    page.is(200)
        .says("lần ban hành 1 đã đọc")
        .says("<del>1,5 ngày làm việc</del>")
        .says("<ins>1 ngày làm việc</ins>")
        .says("readers.show.more")
        .lacks("8.000 đồng")
        .says("Thẩm tra hồ sơ")
        .lacks("Trả kết quả</span></th>");
    let desk = office.sign_in("motcua").await.get(path).await;
    desk.is(200).says("readers.show.nothing_changed").lacks("<del>");
    let leader = office.sign_in("lanhdao").await.get(path).await;
    leader.is(200).says("readers.show.new").lacks("<del>");
    office
        .sign_in("danhgia")
        .await
        .get(path)
        .await
        .is(200)
        .says("readers.show.not_asked")
        .lacks("readers.show.button");
    let sha256 = reading(&office, "QT.HT.01").head.content_sha256;
    registrar
        .post(path, &[("seen_sha256", "x")])
        .await
        .is(409)
        .says("readers.refused.changed");
    registrar.post(path, &[("seen_sha256", &sha256)]).await.is(303);
    registrar.get(path).await.is(200).lacks("readers.show.button");
    registrar.get("/").await.is(200).lacks("tài liệu chờ ông/bà");
}

#[actix_web::test]
async fn who_has_not_read_is_reminded_but_not_every_day() {
    let office = posted_office().await;
    assign_births(&office);
    acknowledge(&office, "motcua").unwrap();
    let secretary = office.sign_in("thuky").await;
    secretary
        .get("/reading/open")
        .await
        .is(200)
        .says("Ông/Bà tuphap")
        .says("1/4 lượt")
        .says("readers.open.remind");
    let leader = office.sign_in("lanhdao").await.get("/reading/open").await;
    leader.is(200).says("Ông/Bà tuphap").lacks("readers.open.remind");
    office.sign_in("motcua").await.get("/reading/open").await.is(403);
    let path = "/reading/open/documents/QT.HT.01";
    secretary.post(path, &[]).await.is(303);
    secretary
        .post(path, &[])
        .await
        .is(409)
        .says("readers.refused.nobody_to_remind");
    let told = reading(&office, "QT.HT.01");
    let counts: Vec<usize> = told.readers.iter().map(|one| one.reminders).collect();
    assert_eq!(counts.iter().sum::<usize>(), 2, "who has read it is not reminded");
    office.sign_in("tuphap").await.get("/").await.says("đã được nhắc 1");
    office.wait(TimeDelta::days(3));
    let whom = Whom::Person(person(&office, "tuphap"));
    assert_eq!(
        office
            .act_as("thuky", move |work| readers::remind(work, &whom))
            .unwrap(),
        1
    );
    refused(
        office.act_as("lanhdao", |work| {
            readers::remind(work, &Whom::OfDocument("QT.HT.01".to_owned()))
        }),
        403,
        "failure.permission.assign_roles",
    );
    let secretary = office.sign_in("thuky").await;
    secretary.post("/reading/open/people/khong", &[]).await.is(404);
}

#[actix_web::test]
async fn the_handbook_holds_my_steps_with_time_form_and_what_comes_next() {
    let office = posted_office().await;
    assign_births(&office);
    let paper = office.sign_in("motcua").await.get("/my-handbook/pdf").await;
    paper.is(200);
    assert_eq!(paper.header("content-type"), "application/pdf");
    assert!(paper.bytes.starts_with(b"%PDF-1."));
    let page = office.sign_in("motcua").await.get("/my-handbook").await;
    page.is(200)
        .says("Tiếp nhận hồ sơ")
        .says("BM.HT.01.01")
        .says("0,5 ngày làm việc")
        .says("Công chức Tư pháp")
        .lacks("Thẩm tra hồ sơ");
    office
        .sign_in("danhgia")
        .await
        .get("/my-handbook")
        .await
        .is(200)
        .says("home.handbook.none");
}

#[actix_web::test]
async fn the_database_binds_an_acknowledgement_to_the_content_and_keeps_it() {
    let office = posted_office().await;
    assign_births(&office);
    acknowledge(&office, "tuphap").unwrap();
    let copy = |sha: &str, who: &str| {
        format!(
            "INSERT INTO acknowledgements (agency_id, version_id, person_id, content_sha256, person_name, at) \
             SELECT a.agency_id, a.version_id, p.id, {sha}, p.full_name, a.at FROM acknowledgements a \
             JOIN persons p ON p.username = '{who}'"
        )
    };
    for (sql, says) in [
        (copy("a.content_sha256", "motcua"), ""),
        (copy("a.content_sha256", "tuphap"), "unique"),
        (copy("'0000'", "motcua"), "foreign key"),
        ("UPDATE acknowledgements SET person_name = 'Ai'".to_owned(), "added"),
        ("DELETE FROM acknowledgements".to_owned(), "added"),
        (
            "INSERT INTO reading_reminders (id, agency_id, version_id, person_id, by_name, at) \
             SELECT 'r', agency_id, version_id, 'ai', '', at FROM acknowledgements"
                .to_owned(),
            "foreign key",
        ),
    ] {
        let mut conn = office.connect();
        conn.batch_execute("BEGIN").unwrap();
        let said = conn
            .batch_execute(&sql)
            .err()
            .map(|cause| cause.to_string().to_lowercase());
        conn.batch_execute("ROLLBACK").unwrap();
        let said = said.unwrap_or_default();
        assert!(
            said.is_empty() == says.is_empty() && said.contains(says),
            "{sql}: {said}"
        );
    }
}
