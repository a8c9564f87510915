//! Two offices in one installation: people of the one find nothing of the other, at no door.

use crate::support::databases::lines;
use crate::support::{Reply, TestOffice, Visitor};
use crate::{cases, law, personal, records, tthc};
use actix_web::http::Method;
use quytrinh::app;
use quytrinh::documents::{self, NewEdition};
use quytrinh::kernel::AccessRole;
use quytrinh::people;
use quytrinh::web::{Access, Door};

/// What a page of the office says that no page for others may say.
pub(super) struct Own {
    pub(super) holes: Vec<(&'static str, String)>,
    secrets: Vec<String>,
}

fn first(office: &TestOffice, sql: &str) -> String {
    lines(&mut office.connect(), sql).into_iter().next().expect(sql)
}

#[expect(clippy::too_many_lines, reason = "a table of things, each on a line")]
pub(super) fn own(office: &TestOffice) -> Own {
    let case = cases::received(office).code;
    tthc::one(office);
    let of = format!("agency_id = '{}'", office.agency);
    let id = |column: &str, table: &str| first(office, &format!("SELECT {column} AS value FROM {table} WHERE {of}"));
    of_account(office);
    let mut holes = vec![
        ("/roles/{id}", format!("/roles/de-nghi-{}", office.agency)),
        ("/delegations/{id}", format!("/delegations/giao-{}", office.agency)),
        ("/cases/{code}", format!("/cases/{case}")),
        ("/documents/{code}", "/documents/QT.T.01".to_owned()),
        ("/versions/{id}", format!("/versions/{}", id("id", "versions"))),
        (
            "/assignments/roles/{role}",
            format!("/assignments/roles/{}", id("code", "roles")),
        ),
        ("/keys/{id}", format!("/keys/{}", id("id", "signing_keys"))),
        ("/tokens/{token}", format!("/tokens/{}", token(office))),
        ("{statement}", id("id", "signed_statements")),
        ("{file}", "statement.txt".to_owned()),
        ("/{id}/end", format!("/{}/end", id("id", "assignments"))),
        (
            "/positions/holders/{id}",
            format!("/positions/holders/{}", id("id", "position_holders")),
        ),
        ("/people/{id}", format!("/people/{}", cases::person(office, "canbo"))),
        (
            "/account/sessions/{id}",
            format!("/account/sessions/phien-{}", office.agency),
        ),
        (
            "/account/second-factor/{id}",
            format!("/account/second-factor/lop-hai-{}", office.agency),
        ),
        (
            "/conformance/procedures/{code}",
            "/conformance/procedures/QT.T.01".to_owned(),
        ),
        ("/copies/{id}", "/copies/1".to_owned()),
        ("/{sha256}", format!("/{}", "0".repeat(64))),
        ("/changes/{code}", "/changes/QT.T.01".to_owned()),
        ("/practice/{code}", "/practice/QT.T.01".to_owned()),
        ("/logs/{number}", "/logs/1".to_owned()),
        ("/backups/{number}", "/backups/1".to_owned()),
        ("/import/{number}", "/import/1".to_owned()),
        ("/cases/{place}", "/cases/1".to_owned()),
        ("/amendments/{number}", "/amendments/1".to_owned()),
        ("/confirm/{token}", format!("/confirm/{}", "a".repeat(64))),
        ("/entries/{code}", "/entries/1.001193".to_owned()),
        ("/editions/{number}", format!("/editions/{}", edition(office))),
        (
            "/privacy/{number}",
            format!("/privacy/{}", personal::one_request(office)),
        ),
        ("/leaf/{number}", "/leaf/999999".to_owned()),
        ("/bundle/{format}", "/bundle/tar".to_owned()),
    ];
    holes.extend(of_law(office));
    holes.extend(of_records(office));
    Own {
        holes,
        secrets: secrets(case),
    }
}

/// A signature of a token on a version of the office; gives its id.
fn token(office: &TestOffice) -> String {
    let (agency, hash) = (&office.agency, "e".repeat(64));
    let version = first(
        office,
        &format!("SELECT id AS value FROM versions WHERE agency_id = '{agency}'"),
    );
    let person = first(
        office,
        &format!("SELECT id AS value FROM persons WHERE agency_id = '{agency}'"),
    );
    let moment = "'2026-11-23 02:00:00'";
    let rows = [
        format!(
            "INSERT INTO attached_files (agency_id, sha256, media_type, bytes, added_at) \
             VALUES ('{agency}', '{hash}', 'application/pkcs7-signature', 1, {moment})"
        ),
        format!(
            "INSERT INTO token_signatures (id, agency_id, version_id, round, kind, part, content_sha256, content_bytes, \
             file_sha256, place, subject, issuer, serial, certificate_sha256, root_sha256, hash, judged_at, time_from, \
             revocation, person_id, person_name, at) VALUES ('ky-so-{agency}', '{agency}', '{version}', 1, 'cms', \
             'manifest', '{hash}', 1, '{hash}', 0, 'CN=Người ký', 'CN=Nơi cấp', '01', '{hash}', '{hash}', 'SHA-256', \
             {moment}, 'receipt', 'unchecked', '{person}', 'Người nộp', {moment})"
        ),
    ];
    for row in rows {
        let planted = diesel::RunQueryDsl::execute(diesel::sql_query(&row), &mut office.connect());
        assert_eq!(planted, Ok(1), "{row}");
    }
    format!("ky-so-{agency}")
}

/// A session and a second factor of an official of the office, a role that waits for him, and power that he was lent.
fn of_account(office: &TestOffice) {
    let whose = format!("'{}', '{}'", office.agency, cases::person(office, "canbo"));
    let agency = &office.agency;
    let moment = "'2026-11-23 02:00:00'";
    let rows = [
        format!(
            "INSERT INTO sessions (token_sha256, id, agency_id, person_id, csrf_seed, created_at, seen_at, device, address, \
             proved_by) VALUES ('x-{agency}', 'phien-{agency}', {whose}, 'x', {moment}, {moment}, '', '', 'password')"
        ),
        format!(
            "INSERT INTO second_factors (id, agency_id, person_id, kind, name, secret, last_step, made_at) \
             VALUES ('lop-hai-{agency}', {whose}, 'totp', '', '', 0, {moment})"
        ),
        format!(
            "INSERT INTO access_proposals (id, agency_id, person_id, access_role, decision_no, proposed_at, proposed_by) \
             VALUES ('de-nghi-{agency}', {whose}, 'leader', '5', {moment}, '{}')",
            cases::person(office, "quantri")
        ),
        format!(
            "INSERT INTO position_holders (id, agency_id, position_id, person_id, valid_from, valid_to, decision_no, \
             capacity, lent_by, scope, reason, statement, signature, key_id, ledger_size, lent_at) SELECT 'giao-{agency}', \
             h.agency_id, h.position_id, '{}', '2026-11-01', '2026-11-10', '5', 'kt', h.person_id, 'cases', 'x', 'x', '{}', \
             k.id, 1, {moment} FROM position_holders h JOIN signing_keys k ON k.person_id = h.person_id \
             WHERE h.agency_id = '{agency}' AND h.person_id = '{}'",
            cases::person(office, "canbo"),
            "A".repeat(88),
            cases::person(office, "truongban")
        ),
    ];
    for row in rows {
        let planted = diesel::RunQueryDsl::execute(diesel::sql_query(&row), &mut office.connect());
        assert_eq!(planted, Ok(1), "{row}");
    }
}

fn secrets(case: String) -> Vec<String> {
    vec![
        case,
        "QT.T.01".to_owned(),
        "Nguyễn Thị Hoa".to_owned(),
        "Ông/Bà canbo".to_owned(),
        "Công chức thụ lý".to_owned(),
        "77/2021/NĐ-CP".to_owned(),
        "Bộ tài liệu của cơ quan".to_owned(),
        "Điều bí mật đã điền vào phiếu".to_owned(),
        "Phiếu sự không phù hợp".to_owned(),
    ]
}

fn of_records(office: &TestOffice) -> [(&'static str, String); 3] {
    let record = records::one_of(office);
    office.set_time(cases::at(16, 9, 0));
    [
        ("/forms/{form}", "/forms/BM.QT.04.01".to_owned()),
        ("/forms/{code}", "/forms/BM.QT.04.01".to_owned()),
        ("/records/{code}", format!("/records/{record}")),
    ]
}

/// An edition of the office, open.
fn edition(office: &TestOffice) -> i64 {
    let new = NewEdition {
        title: "Bộ tài liệu của cơ quan".to_owned(),
        decision_no: String::new(),
        decided_on: None,
        effective_from: office.site.clock.today(),
        position: office.read(people::positions).unwrap().remove(0).id,
    };
    office
        .act_as("thuky", move |work| documents::open_edition(work, &new))
        .unwrap()
}

fn of_law(office: &TestOffice) -> [(&'static str, String); 7] {
    [
        ("/reading/documents/{code}", "/reading/documents/QT.T.01".to_owned()),
        (
            "/reading/open/documents/{code}",
            "/reading/open/documents/QT.T.01".to_owned(),
        ),
        ("/reviews/{code}", "/reviews/QT.T.01".to_owned()),
        ("/law/{number}", format!("/law/{}", law::one(office))),
        (
            "/law/changes/{number}",
            format!("/law/changes/{}", law::one_change(office)),
        ),
        ("/tasks/{code}", "/tasks/QT.T.01".to_owned()),
        ("/law/documents/{code}", "/law/documents/QT.T.01".to_owned()),
    ]
}

/// The path of a door that leads to a thing of the office.
pub(super) fn path_of(door: &Door, own: &Own) -> String {
    let begin = |path: &str, (hole, value): &(&str, String)| {
        let is_holder = hole.starts_with("/{id}/end") && path.contains("/holders/");
        if is_holder {
            path.to_owned()
        } else {
            path.replace(hole, value)
        }
    };
    let path = own
        .holes
        .iter()
        .fold(door.path.to_owned(), |path, hole| begin(&path, hole));
    assert!(!path.contains('{'), "this test knows no thing for {}", door.path);
    path
}

/// Fields enough that an act comes to the point where it looks for its object.
pub(super) const FIELDS: [(&str, &str); 24] = [
    ("state", "recalled"),
    ("kind", "posted"),
    ("place", "Bảng tin"),
    ("row_version", "1"),
    ("seen_seq", "1"),
    ("seen_sha256", "0"),
    ("password", crate::support::PASSWORD),
    ("reason", "Lý do"),
    ("recall_reason", "Lý do"),
    ("return_reason", "Lý do"),
    ("take_back_reason", "Lý do"),
    ("stop_reason", "Lý do"),
    ("planned_from", "2026-12-01"),
    ("valid_from", "2026-12-01"),
    ("valid_to", "2026-12-01"),
    ("last_day", "2026-12-01"),
    ("decision_no", "1/QĐ"),
    ("access", "official"),
    ("employee_no", "CB-77"),
    ("change", "grant"),
    ("step_code", "B2"),
    ("off_step", "B2"),
    ("off_done_at", "2026-11-16T08:00"),
    ("do", "save"),
];

pub(super) async fn knock(visitor: &Visitor, door: &Door, path: &str) -> Reply {
    if door.method == Method::GET {
        visitor.get(path).await
    } else if door.path.ends_with("/files") || door.path.ends_with("/tokens") {
        visitor
            .post_files(path, &FIELDS, &[("file", "mau.pdf", b"%PDF-1.4 ")])
            .await
    } else {
        visitor.post(path, &FIELDS).await
    }
}

#[actix_web::test]
async fn people_of_one_office_find_nothing_of_another() {
    let office = cases::office().await;
    let own = own(&office);
    for role in AccessRole::ALL {
        let name = format!("khac.{role}");
        office.person_of(&office.foreign, &name, &[*role]);
        let visitor = office.sign_in(&name).await;
        let before = office.digest();
        let closed = ["/sign-out", "/sign-in"];
        for door in app::doors()
            .list()
            .iter()
            .filter(|door| door.access != Access::Anyone && !closed.contains(&door.path))
        {
            let is_thing = door.path.contains('{');
            if !is_thing && door.method == Method::POST {
                continue;
            }
            let path = path_of(door, &own);
            let reply = knock(&visitor, door, &path).await;
            let named = format!("{} {path} gave {name} {}", door.method, reply.status());
            if is_thing {
                let is_typed_role = door.path.starts_with("/assignments/roles/");
                assert!(
                    [403, 404].contains(&reply.status()) || is_typed_role && reply.status() == 422,
                    "{named}"
                );
            } else {
                assert_ne!(reply.status(), 500, "{named}");
            }
            let said = reply.text().replace(path.as_str(), "");
            let leaked: Vec<&String> = own
                .secrets
                .iter()
                .filter(|secret| said.contains(secret.as_str()))
                .collect();
            assert!(leaked.is_empty(), "{named} and said {leaked:?}");
        }
        assert_eq!(office.digest(), before, "{name} changed something of another office");
    }
}

#[actix_web::test]
async fn the_same_doors_lead_people_of_the_office_to_its_things() {
    let office = cases::office().await;
    let own = own(&office);
    for (username, paths) in [
        (
            "canbo",
            ["/cases/{code}", "/records/{code}", "/assignments/roles/{role}"],
        ),
        (
            "danhgia",
            [
                "/conformance/cases/{code}",
                "/versions/{id}",
                "/cases/{code}/control-slip",
            ],
        ),
    ] {
        let visitor = office.sign_in(username).await;
        for path in paths {
            let door = app::doors()
                .list()
                .iter()
                .find(|door| door.path == path)
                .expect(path)
                .clone();
            let reply = visitor.get(&path_of(&door, &own)).await;
            // What is in force is shown as the document that it is.
            assert!(
                reply.status() == 200 || reply.location().starts_with("/documents/"),
                "{path}: {}",
                reply.status()
            );
        }
    }
}

/// A receipt and a print bear no agency that a visitor could choose: the code alone says which one answers.
#[actix_web::test]
async fn a_receipt_and_a_print_are_answered_by_the_agency_that_they_are_of() {
    let office = cases::office().await;
    let neighbour = office.neighbour();
    cases::settle(&neighbour);
    let stranger = office.stranger();
    for (at, name, other) in [
        (&office, "UBND xã Thử", "UBND xã Láng Giềng"),
        (&neighbour, "UBND xã Láng Giềng", "UBND xã Thử"),
    ] {
        let code = cases::received(at).code;
        let of = format!("SELECT id AS value FROM versions WHERE agency_id = '{}'", at.agency);
        let token = documents::token_of(&first(at, &of)).expect("a code");
        for path in [format!("/track?code={}", code.to_lowercase()), format!("/c/{token}")] {
            stranger.get(&path).await.is(200).says(name).lacks(other);
        }
    }
    // Nobody's code is answered at the desk that was asked.
    stranger.get("/track?code=H38.99.02-261123-9999").await.is(404);
    stranger
        .get("/track?code=H38.99.99-261123-0001")
        .await
        .is(404)
        .says("UBND xã Thử");
    stranger.get("/c/khong-co").await.is(404).says("UBND xã Thử");
    // Whoever is signed in stays in the own agency.
    let theirs = cases::received(&neighbour).code;
    office
        .sign_in("canbo")
        .await
        .get(&format!("/track?code={theirs}"))
        .await
        .is(404);
}
