//! Copies on paper: issued, recalled, exchanged, posted; what their QR codes answer; what the database refuses.

mod guards;

use crate::support::TestOffice;
use crate::support::posted::{document, person, posted_office};
use quytrinh::copies::{self, Holder, Kind, NewCopy, State};
use quytrinh::documents::{self, Stage, token_of};
use quytrinh::kernel::{AccessRole, DocumentId, VersionId};
use quytrinh::web::Failure;

fn held(holder: Holder) -> NewCopy {
    NewCopy {
        kind: Kind::Held,
        holder,
        place: "Quầy số 1".to_owned(),
    }
}

fn posted(place: &str) -> NewCopy {
    NewCopy {
        kind: Kind::Posted,
        holder: Holder::Named(String::new()),
        place: place.to_owned(),
    }
}

fn issue(office: &TestOffice, username: &str, code: &str, new: NewCopy) -> Result<String, Failure> {
    let document = document(office, code);
    office.act_as(username, move |work| copies::issue(work, &document, &new))
}

fn close(office: &TestOffice, username: &str, id: &str, state: State) -> Result<(), Failure> {
    let id = id.to_owned();
    office.act_as(username, move |work| copies::close(work, &id, state, "trả lại"))
}

fn exchange(office: &TestOffice, id: &str) -> Result<String, Failure> {
    let id = id.to_owned();
    office.act_as("thuky", move |work| copies::exchange(work, &id))
}

fn copy(office: &TestOffice, id: &str) -> copies::Copy {
    office.read(|work| copies::copy_by_id(work, id)).unwrap()
}

#[track_caller]
fn refused<T: std::fmt::Debug>(answer: Result<T, Failure>, status: u16, key: &str) {
    let failure = answer.unwrap_err();
    let found = actix_web::ResponseError::status_code(&failure).as_u16();
    assert_eq!((found, failure.to_string().as_str()), (status, key));
}

fn in_force(office: &TestOffice, document: &DocumentId) -> VersionId {
    let heads = office.read(|work| documents::heads_of(work, document)).unwrap();
    heads
        .into_iter()
        .find(|head| head.stage == Stage::Effective)
        .unwrap()
        .id
}

/// The document in its next version, reviewed, approved and in force at once.
fn replace(office: &TestOffice, code: &str) -> VersionId {
    let (document, today) = (document(office, code), office.site.clock.today());
    let next = office
        .act_as("thuky", move |work| {
            let next = documents::open_draft(work, &document)?;
            let head = documents::head(work, &next)?;
            documents::submit(work, &next, head.row_version, today)?;
            Ok(next)
        })
        .unwrap();
    for username in ["lanhdao", "truongban"] {
        let (fresh, version) = (office.confirmed(username), next.clone());
        let signed = office.act_as(username, move |work| {
            let head = documents::head(work, &version)?;
            documents::sign(work, &fresh, &version, &head.content_sha256)
        });
        signed.unwrap();
    }
    next
}

fn withdraw(office: &TestOffice, code: &str) {
    let (document, fresh) = (document(office, code), office.confirmed("truongban"));
    office
        .act_as("truongban", move |work| {
            documents::withdraw(work, &fresh, &document, "Bãi bỏ thủ tục")
        })
        .unwrap();
}

#[actix_web::test]
async fn held_copies_are_numbered_through_the_document_and_end_once() {
    let office = posted_office().await;
    let official = person(&office, "tuphap");
    let first = issue(&office, "thuky", "QT.HT.01", held(Holder::Person(official))).unwrap();
    let second = issue(
        &office,
        "thuky",
        "QT.HT.01",
        held(Holder::Named("Thôn Bảo Vinh".to_owned())),
    )
    .unwrap();
    let other = issue(
        &office,
        "thuky",
        "QT.CT.01",
        held(Holder::Named("Thôn Bảo Vinh".to_owned())),
    )
    .unwrap();
    assert_eq!(copy(&office, &first).number, Some(1));
    assert_eq!(copy(&office, &second).number, Some(2));
    assert_eq!(copy(&office, &other).number, Some(1));
    close(&office, "thuky", &first, State::Destroyed).unwrap();
    let ended = copy(&office, &first);
    assert_eq!(
        (ended.state, ended.closed_note.as_deref()),
        (State::Destroyed, Some("trả lại"))
    );
    assert!(ended.closed_by_name.is_some() && ended.closed_at.is_some());
    refused(
        close(&office, "thuky", &first, State::Lost),
        409,
        "copies.refused.has_ended",
    );
    refused(
        close(&office, "thuky", &second, State::Removed),
        422,
        "copies.refused.no_such_end",
    );
    let third = issue(&office, "thuky", "QT.HT.01", held(Holder::Named("Thôn 3".to_owned()))).unwrap();
    assert_eq!(copy(&office, &third).number, Some(3), "a number is never used again");
}

#[actix_web::test]
async fn nothing_is_issued_without_holder_place_right_or_version_in_force() {
    let office = posted_office().await;
    let before = office.digest();
    refused(
        issue(&office, "thuky", "QT.HT.01", held(Holder::Named("  ".to_owned()))),
        422,
        "copies.refused.no_holder",
    );
    refused(
        issue(&office, "thuky", "QT.HT.01", posted(" ")),
        422,
        "copies.refused.no_place",
    );
    refused(
        issue(&office, "thuky", "QT.HT.01", posted(&"a".repeat(201))),
        422,
        "copies.refused.too_long",
    );
    refused(
        issue(&office, "tuphap", "QT.HT.01", posted("Bảng tin")),
        403,
        "failure.permission.keep_copies",
    );
    assert_eq!(office.digest(), before);
    withdraw(&office, "QT.HT.01");
    refused(
        issue(&office, "thuky", "QT.HT.01", posted("Bảng tin")),
        409,
        "copies.refused.not_in_force",
    );
}

#[actix_web::test]
async fn old_copies_are_work_until_they_are_exchanged_or_taken_back() {
    let office = posted_office().await;
    let paper = issue(&office, "thuky", "QT.HT.01", held(Holder::Named("Thôn 1".to_owned()))).unwrap();
    let board = issue(&office, "thuky", "QT.HT.01", posted("Bảng tin")).unwrap();
    let kiosk = issue(&office, "thuky", "QT.HT.01", posted("Màn hình")).unwrap();
    let due = |office: &TestOffice| -> Vec<String> {
        let found = office.read(copies::due).unwrap();
        found.into_iter().map(|one| one.copy.id).collect()
    };
    assert!(due(&office).is_empty());
    refused(exchange(&office, &paper), 409, "copies.refused.is_current");
    let next = replace(&office, "QT.HT.01");
    assert_eq!(due(&office), [paper.clone(), board.clone(), kiosk.clone()]);
    let secretary = office.sign_in("thuky").await;
    secretary.get("/").await.is(200).says("home.copies_due");
    secretary
        .get("/copies")
        .await
        .is(200)
        .says("Bảng tin")
        .says("copies.stale");
    let newer = exchange(&office, &paper).unwrap();
    assert_eq!(copy(&office, &paper).state, State::Recalled);
    let issued = copy(&office, &newer);
    assert_eq!(
        (issued.version_id, issued.number, issued.holder.as_str()),
        (next.clone(), Some(2), "Thôn 1")
    );
    exchange(&office, &board).unwrap();
    assert_eq!(copy(&office, &board).state, State::Replaced);
    refused(exchange(&office, &board), 409, "copies.refused.has_ended");
    close(&office, "thuky", &kiosk, State::Removed).unwrap();
    assert!(due(&office).is_empty());
    secretary.get("/").await.is(200).lacks("home.copies_due");
}

#[actix_web::test]
async fn the_pages_issue_post_and_recall_and_keep_what_was_typed() {
    let office = posted_office().await;
    let secretary = office.sign_in("thuky").await;
    let path = "/documents/QT.HT.01/copies";
    secretary
        .get(path)
        .await
        .is(200)
        .says("copies.none_of")
        .says("copies.issue.button");
    let wrong = secretary.post(path, &[("kind", "held"), ("place", "Quầy số 7")]).await;
    wrong.is(422).says("copies.refused.no_holder").says("Quầy số 7");
    let holder = format!("person:{}", person(&office, "tuphap"));
    let sent = [("kind", "held"), ("holder", holder.as_str()), ("place", "Quầy số 7")];
    secretary.post(path, &sent).await.leads_to(path);
    secretary
        .post(path, &[("kind", "posted"), ("place", "Bảng tin")])
        .await
        .leads_to(path);
    let page = secretary.get(path).await;
    page.is(200).says("Quầy số 7").says("Bảng tin").says("copies.pdf");
    let id = page
        .text()
        .split("/copies/")
        .find_map(|rest| rest.split_once("/pdf"))
        .unwrap()
        .0
        .to_owned();
    let pdf = secretary.get(&format!("/copies/{id}/pdf")).await;
    pdf.is(200);
    assert!(pdf.bytes.starts_with(b"%PDF-1.7"));
    secretary
        .post(&format!("/copies/{id}/close"), &[("state", "khong-co")])
        .await
        .is(422)
        .says("copies.refused.no_such_end");
    secretary
        .post(&format!("/copies/{id}/close"), &[("state", "lost")])
        .await
        .leads_to("/copies");
    secretary.post(&format!("/copies/{id}/exchange"), &[]).await.is(409);
    // Others read the register and change nothing of it.
    let reader = office.sign_in("tuphap").await;
    reader.get(path).await.is(200).lacks("copies.issue.button");
    reader.get(&format!("/copies/{id}/pdf")).await.is(403);
    reader.post(path, &sent).await.is(403);
}

#[actix_web::test]
async fn a_code_on_paper_answers_anybody_and_tells_no_names_and_no_drafts() {
    let office = posted_office().await;
    let secret = "Nguyễn Giữ Bản";
    let id = issue(&office, "thuky", "QT.HT.01", held(Holder::Named(secret.to_owned()))).unwrap();
    let former = in_force(&office, &document(&office, "QT.HT.01"));
    let stranger = office.stranger();
    let path = |id: &str| format!("/c/{}", token_of(id).unwrap());
    let of_version = path(former.as_str());
    stranger
        .get(&of_version)
        .await
        .is(200)
        .says("public.copy.in_force")
        .says("QT.HT.01");
    stranger
        .get(&of_version.to_uppercase().replace("/C/", "/c/"))
        .await
        .is(200)
        .says("public.copy.in_force");
    let of_copy = path(&id);
    stranger
        .get(&of_copy)
        .await
        .is(200)
        .says("public.copy.in_force")
        .lacks(secret);
    let draft = office
        .act_as("thuky", {
            let document = document(&office, "QT.CT.01");
            move |work| documents::open_draft(work, &document)
        })
        .unwrap();
    stranger
        .get(&path(draft.as_str()))
        .await
        .is(200)
        .says("public.copy.not_issued")
        .lacks("QT.CT.01");
    close(&office, "thuky", &id, State::Lost).unwrap();
    stranger
        .get(&of_copy)
        .await
        .is(200)
        .says("báo mất")
        .lacks("public.copy.in_force");
    let next = replace(&office, "QT.HT.01");
    stranger
        .get(&of_version)
        .await
        .is(200)
        .says("lần ban hành 2")
        .says("23/11/2026");
    withdraw(&office, "QT.HT.01");
    let last = path(next.as_str());
    stranger
        .get(&last)
        .await
        .is(200)
        .says("thu hồi từ ngày 23/11/2026")
        .lacks("public.copy.read");
    for unknown in ["khong-co", "0123456789abcdefghjkmnpqrs", "%00", "a%2fb"] {
        stranger.get(&format!("/c/{unknown}")).await.is(404);
    }
    stranger
        .get("/c/0123456789abcdefghjkmnpqrs")
        .await
        .is(404)
        .says("public.copy.unknown");
}

#[actix_web::test]
async fn every_role_but_the_committee_is_kept_from_changing_the_register() {
    let office = posted_office().await;
    let id = issue(&office, "thuky", "QT.HT.01", posted("Bảng tin")).unwrap();
    for role in AccessRole::ALL {
        if *role == AccessRole::Committee {
            continue;
        }
        let name = format!("thu.{role}");
        office.person(&name, &[*role]);
        let before = office.digest();
        refused(
            issue(&office, &name, "QT.HT.01", posted("Khác")),
            403,
            "failure.permission.keep_copies",
        );
        refused(
            close(&office, &name, &id, State::Removed),
            403,
            "failure.permission.keep_copies",
        );
        assert_eq!(office.digest(), before, "{role}");
    }
}
