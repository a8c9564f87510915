//! What the database itself refuses of the register, whoever writes to it.

use super::{held, issue, posted};
use crate::support::posted::{document, posted_office};
use diesel::connection::SimpleConnection;
use quytrinh::copies::Holder;
use quytrinh::documents;

#[actix_web::test]
async fn the_database_holds_the_register_against_whoever_writes() {
    let office = posted_office().await;
    let id = issue(&office, "thuky", "QT.HT.01", held(Holder::Named("Thôn 1".to_owned()))).unwrap();
    let board = issue(&office, "thuky", "QT.HT.01", posted("Bảng tin")).unwrap();
    let draft = office
        .act_as("thuky", {
            let document = document(&office, "QT.CT.01");
            move |work| documents::open_draft(work, &document)
        })
        .unwrap();
    let again = |changed: &str, value: &str| {
        let columns = [
            "agency_id",
            "document_id",
            "version_id",
            "kind",
            "number",
            "holder",
            "place",
            "issued_at",
            "issued_by",
            "issued_by_name",
            "state",
            "closed_at",
            "closed_by",
            "closed_by_name",
            "closed_note",
        ];
        let values: Vec<&str> = columns
            .iter()
            .map(|column| if *column == changed { value } else { column })
            .collect();
        format!(
            "INSERT INTO document_copies (id, {}) SELECT 'x', {} FROM document_copies WHERE id = '{id}'",
            columns.join(", "),
            values.join(", ")
        )
    };
    let end = "closed_at = issued_at, closed_by = 'x', closed_by_name = 'x', closed_note = ''";
    let refused = [
        "DELETE FROM document_copies".to_owned(),
        again("state", "state"),
        again("number", "NULL"),
        again("number", "0"),
        again("kind", "'posted'"),
        again("kind", "'lent'"),
        again("holder", "''"),
        again("state", "'recalled'"),
        again("version_id", &format!("'{draft}'")),
        again("document_id", "'x'"),
        format!("UPDATE document_copies SET state = 'recalled' WHERE id = '{id}'"),
        format!("UPDATE document_copies SET state = 'replaced', {end} WHERE id = '{id}'"),
        format!("UPDATE document_copies SET state = 'recalled', {end} WHERE id = '{board}'"),
        format!("UPDATE document_copies SET holder = 'Khác' WHERE id = '{id}'"),
        format!("UPDATE document_copies SET state = 'recalled', number = 9, {end} WHERE id = '{id}'"),
    ];
    for sql in refused {
        let done = office.connect().batch_execute(&sql);
        assert!(done.is_err(), "the database did it: {sql}");
    }
    let last = format!("UPDATE document_copies SET state = 'recalled', {end} WHERE id = '{id}'");
    office.connect().batch_execute(&last).unwrap();
    assert!(office.connect().batch_execute(&last).is_err(), "it ended twice");
}
