//! What is kept of a citizen stands in no file and no row in clear, and what stood there before is sealed.

use super::*;
use crate::support::databases::{SERVER, all_rows, lines};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use quytrinh::app;
use std::path::Path;

/// The files under a folder that hold any of these texts.
pub fn files_with(folder: &Path, texts: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_with(&path, texts));
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        let holds = |text: &&&str| memchr::memmem::find(&bytes, text.as_bytes()).is_some();
        found.extend(
            texts
                .iter()
                .filter(holds)
                .map(|text| format!("{}: {text}", path.display())),
        );
    }
    found
}

/// The rows of the database that hold any of these texts.
fn rows_with(office: &TestOffice, texts: &[&str]) -> Vec<String> {
    let rows = all_rows(&mut office.connect()).into_iter();
    rows.filter(|row| texts.iter().any(|text| row.contains(text))).collect()
}

/// Lets the connection write what the guards refuse.
fn unguarded(office: &TestOffice) -> quytrinh::db::AnyConnection {
    let mut conn = office.connect();
    if SERVER.is_some() {
        conn.batch_execute("SET session_replication_role = replica").unwrap();
    } else {
        for trigger in ["case_applicants_no_insert", "case_applicants_no_update"] {
            conn.batch_execute(&format!("DROP TRIGGER {trigger}")).unwrap();
        }
    }
    conn
}

/// The texts of all triggers of the embedded database.
fn triggers(office: &TestOffice) -> Vec<String> {
    if SERVER.is_some() {
        return Vec::new();
    }
    let sql = "SELECT sql AS value FROM sqlite_master WHERE type = 'trigger'";
    lines(&mut office.connect(), sql)
}

#[actix_web::test]
async fn no_file_and_no_row_holds_a_name_or_a_number_in_clear() {
    let office = office().await;
    let case = fixture::received(&office);
    let desk = office.sign_in("motcua").await;
    desk.get(&format!("/cases/{}", case.code)).await.is(200).says(SAID[0]);
    desk.post("/cases/find", &[("who", SAID[0])])
        .await
        .is(200)
        .says(&case.code);
    desk.post(&format!("/cases/{}/personal", case.code), &[])
        .await
        .is(200)
        .says(SAID[1]);
    register(&office, Kind::Access);
    assert_eq!(files_with(office.database.folder.path(), &SAID), Vec::<String>::new());
    assert_eq!(rows_with(&office, &SAID), Vec::<String>::new());
    // The control: what is planted in a file and in a row is found.
    std::fs::create_dir_all(office.database.folder.path().join("files")).unwrap();
    std::fs::write(office.database.folder.path().join("files/planted"), SAID[2]).unwrap();
    assert_eq!(files_with(office.database.folder.path(), &SAID).len(), 1);
    let plant = format!("UPDATE agencies SET name_en = '{}'", SAID[0]);
    diesel::sql_query(plant).execute(&mut office.connect()).unwrap();
    assert!(!rows_with(&office, &SAID).is_empty());
}

#[actix_web::test]
async fn what_stood_in_clear_is_sealed_at_the_next_start_and_found_again() {
    let office = office().await;
    let case = fixture::received(&office);
    let other = fixture::received(&office);
    let clear = [(&other, "Trần Văn Nam"), (&case, "Lê Thị Mơ")];
    let guards = triggers(&office);
    let mut conn = unguarded(&office);
    // As before the data were sealed: the cases have no sealed data, and their applicants stand in clear.
    if SERVER.is_none() {
        conn.batch_execute("DROP TRIGGER personal_data_no_delete").unwrap();
    }
    conn.batch_execute("DELETE FROM personal_data; DELETE FROM personal_words")
        .unwrap();
    for (case, name) in clear {
        let insert = format!(
            "INSERT INTO case_applicants (case_id, agency_id, full_name, address, phone) VALUES \
            ('{}', '{}', '{name}', 'Thôn 9', '0911222333')",
            case.id, office.agency
        );
        diesel::sql_query(insert).execute(&mut conn).unwrap();
    }
    // The guards stand again: a start that finds another schema than was left writes nothing.
    let left = triggers(&office);
    for guard in guards.iter().filter(|guard| !left.contains(guard)) {
        conn.batch_execute(guard).unwrap();
    }
    drop(conn);
    for _start in 0..2 {
        app::open_office(&office.database.url, office.database.folder.path(), None).unwrap();
        let left = lines(&mut office.connect(), "SELECT full_name AS value FROM case_applicants");
        assert_eq!(left, Vec::<String>::new());
    }
    for (case, name) in clear {
        let opened = look_as(&office, "motcua", &case.id, None).unwrap();
        assert_eq!(opened.text(Field::FullName), name);
        assert_eq!(opened.text(Field::Address), "Thôn 9");
    }
    let found = office.read(|work| personal::find(work, "nam tran")).unwrap();
    assert_eq!(found, [other.id]);
    if SERVER.is_none() {
        let texts = ["Trần Văn Nam", "Lê Thị Mơ", "0911222333"];
        assert_eq!(files_with(office.database.folder.path(), &texts), Vec::<String>::new());
    }
}

#[actix_web::test]
async fn the_database_itself_refuses_clear_text_and_every_change_but_an_erasure() {
    let office = office().await;
    let case = fixture::received(&office);
    look_as(&office, "motcua", &case.id, None).unwrap();
    let insert = format!(
        "INSERT INTO case_applicants (case_id, agency_id, full_name, address, phone) VALUES ('{}', '{}', 'A', '', '')",
        case.id, office.agency
    );
    for sql in [
        insert.as_str(),
        "UPDATE personal_data SET ciphertext = NULL, salt = NULL",
        "UPDATE personal_data SET ciphertext = '00'",
        "DELETE FROM personal_data",
        "UPDATE personal_accesses SET purpose = 'list'",
        "DELETE FROM personal_accesses",
    ] {
        diesel::sql_query(sql).execute(&mut office.connect()).expect_err(sql);
    }
}

#[actix_web::test]
async fn a_value_that_was_altered_is_not_shown() {
    let office = office().await;
    let case = fixture::received(&office);
    let mut conn = office.connect();
    if SERVER.is_some() {
        conn.batch_execute("SET session_replication_role = replica").unwrap();
    } else {
        conn.batch_execute("DROP TRIGGER personal_data_only_erased").unwrap();
    }
    let swap = "UPDATE personal_data SET ciphertext = (SELECT d.ciphertext FROM personal_data d WHERE d.field = 'phone') \
        WHERE field = 'full_name'";
    diesel::sql_query(swap).execute(&mut conn).unwrap();
    let refused = look_as(&office, "motcua", &case.id, None);
    assert!(matches!(refused, Err(Failure::Internal(_))), "{refused:?}");
}
