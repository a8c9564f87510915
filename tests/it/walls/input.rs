//! What people send, at every door: a page that is read changes nothing, a field that comes twice is refused, and what is
//! typed anywhere is shown as text everywhere (ASVS 1.2.1-1.2.3, 3.5.3, 15.3.7).

use super::agencies::{own, path_of};
use super::foreign::{doors, filled, most_roles, send, things};
use crate::cases;
use crate::support::databases::{free_hand, rows_by_table, text_columns, unguarded};
use crate::support::{TestOffice, Visitor};
use actix_web::http::Method;
use diesel::connection::SimpleConnection;
use quytrinh::web::Door;
use std::collections::BTreeMap;

/// Would be an element of the page if it were written as it was typed, in a text or in an attribute.
const MARK: &str = "\"'><i class=zz>";

/// Tables in which opening a page leaves the trace that it must leave, and what the ledger keeps of it.
const TRACES: [&str; 8] = [
    "ledger",
    "ledger_leaves",
    "ledger_nodes",
    "ledger_checkpoints",
    "ledger_pen",
    "ledger_touched",
    "personal_accesses",
    "sessions",
];

async fn visitors(office: &TestOffice) -> Vec<Visitor> {
    let mut visitors = Vec::new();
    office.person("tatca", &most_roles());
    for username in ["quantri", "tatca"] {
        visitors.push(office.sign_in(username).await);
    }
    visitors
}

/// The signature of a token of these offices is a row alone; its file is nowhere.
fn lies_nowhere(door: &Door) -> bool {
    door.path.ends_with("/tokens/{token}/file")
}

/// The rows of every table but those of traces.
fn rows(office: &TestOffice) -> BTreeMap<String, Vec<String>> {
    let mut rows = rows_by_table(&mut office.connect());
    rows.retain(|table, _| !TRACES.contains(&table.as_str()));
    rows
}

#[actix_web::test]
async fn what_is_only_read_changes_nothing() {
    let office = cases::office().await;
    let its = own(&office);
    let visitors = visitors(&office).await;
    let (before, mut opened) = (rows(&office), 0);
    for visitor in &visitors {
        for door in doors(&Method::GET) {
            if lies_nowhere(&door) {
                continue;
            }
            let reply = visitor.get(&path_of(&door, &its)).await;
            assert_ne!(reply.status(), 500, "{}", door.path);
            opened += usize::from(reply.status() == 200);
        }
        let changed: Vec<String> = changed(&before, &rows(&office));
        assert_eq!(
            changed,
            Vec::<String>::new(),
            "pages that were read changed these tables"
        );
    }
    assert!(opened > 80, "hardly any page opened: {opened}");
    // The control: one field of one row is seen.
    unguarded(
        &office.database.url,
        "UPDATE persons SET full_name = 'Khác' WHERE username = 'tatca'",
    );
    assert_eq!(changed(&before, &rows(&office)), ["persons"]);
}

fn changed(before: &BTreeMap<String, Vec<String>>, after: &BTreeMap<String, Vec<String>>) -> Vec<String> {
    let differs = |table: &&String| before.get(*table) != after.get(*table);
    after.keys().filter(differs).cloned().collect()
}

#[actix_web::test]
async fn a_field_that_comes_twice_is_refused_at_every_door() {
    let office = cases::office().await;
    let its = own(&office);
    let visitors = visitors(&office).await;
    let before = rows(&office);
    let mut refused = 0;
    for visitor in &visitors {
        for door in doors(&Method::POST) {
            let fields: Vec<(&str, String)> = vec![("reason", "một".to_owned()), ("reason", "hai".to_owned())];
            let reply = send(visitor, &door, &path_of(&door, &its), &fields).await;
            let named = format!("{} gave {}", door.path, reply.status());
            assert!(reply.status() >= 400 && reply.status() < 500, "{named}");
            refused += usize::from(reply.text().contains("(reason)"));
        }
    }
    assert!(refused > 100, "{refused} doors said what came twice");
    assert_eq!(rows(&office), before);
}

#[actix_web::test]
async fn what_is_typed_in_any_field_is_shown_as_text_on_every_page() {
    let office = cases::office().await;
    let its = own(&office);
    let things = things(&office);
    let visitors = visitors(&office).await;
    let mut done = 0;
    for visitor in &visitors {
        for door in doors(&Method::POST) {
            let path = path_of(&door, &its);
            let names = names_on(visitor, &path).await;
            let mut fields = filled(&things);
            fields.retain(|(name, _)| !is_text(name));
            let typed: Vec<(&str, String)> = names
                .iter()
                .filter(|name| is_text(name))
                .map(|name| (name.as_str(), format!("Văn bản {MARK}")))
                .collect();
            let all: Vec<(&str, String)> = fields.into_iter().chain(typed).collect();
            let reply = send(visitor, &door, &path, &all).await;
            is_text_only(&String::from_utf8_lossy(&reply.bytes), &path);
            done += usize::from(reply.status() < 400);
        }
    }
    assert!(done > 20, "hardly anything was typed: {done}");
    // And wherever a text of people is kept, in every row that takes it.
    let marked = mark_rows(&office);
    assert!(marked > 60, "{marked}");
    let mut shown = 0;
    for visitor in &visitors {
        for door in doors(&Method::GET) {
            if lies_nowhere(&door) {
                continue;
            }
            let path = path_of(&door, &its);
            let reply = visitor.get(&path).await;
            assert_ne!(reply.status(), 500, "{path}");
            if reply.header("content-type").starts_with("text/html") {
                let text = String::from_utf8_lossy(&reply.bytes).into_owned();
                is_text_only(&text, &path);
                shown += usize::from(text.contains("&lt;i class=zz&gt;"));
            }
        }
    }
    assert!(shown > 40, "the mark was seen on {shown} pages");
}

/// The fields of the forms on the page of an act, as far as the act has a page at its own path.
async fn names_on(visitor: &Visitor, path: &str) -> Vec<String> {
    let page = visitor.get(path).await;
    let text = String::from_utf8_lossy(&page.bytes).into_owned();
    let mut names: Vec<String> = text
        .split(" name=\"")
        .skip(1)
        .filter_map(|rest| rest.split_once('"').map(|(name, _)| name.to_owned()))
        .collect();
    names.sort();
    names.dedup();
    names
}

/// Fields that hold what somebody types, not what names a thing or guards the form.
fn is_text(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    [
        "title",
        "name",
        "full_name",
        "reason",
        "note",
        "text",
        "place",
        "said",
        "purpose",
        "scope",
        "basis",
        "body",
        "comment",
    ]
    .iter()
    .any(|known| last == *known || last.ends_with(&format!("_{known}")))
}

fn is_text_only(page: &str, path: &str) {
    let found = page
        .find("<i class=zz")
        .map(|at| page.get(at.saturating_sub(200)..at + 20).unwrap_or_default().to_owned());
    assert_eq!(found, None, "{path} writes what was typed as HTML");
    let breaks_out = page.find("zz\"'>");
    assert_eq!(breaks_out, None, "{path} lets what was typed end an attribute");
}

/// Puts the mark behind every text of people that the database lets be changed past the program; how many columns took it.
fn mark_rows(office: &TestOffice) -> usize {
    let mut conn = free_hand(&office.database.url);
    let mut marked = 0;
    for place in text_columns(&mut conn) {
        let (table, column) = place.split_once('.').unwrap();
        if is_text(column) {
            let mark = MARK.replace('\'', "''");
            let sql = format!("UPDATE {table} SET {column} = {column} || '{mark}' WHERE {column} <> ''");
            marked += usize::from(conn.batch_execute(&sql).is_ok());
        }
    }
    marked
}
