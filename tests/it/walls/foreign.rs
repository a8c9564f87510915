//! Three offices with look-alike data in one installation: an id of the one, sent by people of the other in any field or
//! query, finds nothing, changes nothing and is stored nowhere (trust.md A1, A4; ASVS 8.2.2, 8.4.1).

use super::agencies::{FIELDS, Own, own, path_of};
use super::reads::Reads;
use super::sweep::{Counts, Sweep, ids_in, marks};
use crate::cases;
use crate::support::changes::Changes;
use crate::support::databases::{all_rows, lines};
use crate::support::rounds::figure;
use crate::support::{Reply, TestOffice, Visitor};
use actix_web::http::Method;
use diesel::connection::SimpleConnection;
use quytrinh::app;
use quytrinh::documents;
use quytrinh::kernel::AccessRole;
use quytrinh::web::{Access, Door};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// Doors that end what the others need, in this order after all others.
const LAST: [&str; 8] = [
    "/cancel",
    "/give-up",
    "/withdraw",
    "/deactivate",
    "/access",
    "/end",
    "/finish",
    "/stop",
];

/// The rows of an office: those that name its agency.
pub(super) fn rows_of(office: &TestOffice, all: &[String]) -> Vec<String> {
    let agency = office.agency.as_str();
    all.iter().filter(|row| row.contains(agency)).cloned().collect()
}

/// The parameters that name a thing, each with a thing of the office.
pub(super) fn things(office: &TestOffice) -> Vec<(&'static str, String)> {
    let of = format!("agency_id = '{}'", office.agency);
    let first = |column: &str, table: &str| {
        let sql = format!("SELECT {column} AS value FROM {table} WHERE {of} ORDER BY 1");
        lines(&mut office.connect(), &sql).into_iter().next().expect("a thing")
    };
    let (version, document) = (first("id", "versions"), first("id", "documents"));
    let (position, case) = (first("id", "positions"), first("code", "cases"));
    let person = cases::person(office, "canbo").to_string();
    vec![
        ("version", version.clone()),
        ("off_version", version.clone()),
        ("draft", version),
        ("document", document.clone()),
        ("procedure", document.clone()),
        ("id", document),
        ("person_id", person.clone()),
        ("person", person.clone()),
        ("off_person", person.clone()),
        ("holder", person.clone()),
        ("assignee", format!("person:{person}")),
        ("position_id", position.clone()),
        ("position", position.clone()),
        ("assignee", format!("position:{position}")),
        ("case", case.clone()),
        ("q", case),
        ("corrects", first("id", "form_records")),
    ]
}

/// Everybody's fields: what an act asks for besides, and one thing of each kind of one's own office.
pub(super) fn filled(own_things: &[(&'static str, String)]) -> Vec<(&'static str, String)> {
    let plain = FIELDS.iter().map(|(name, value)| (*name, (*value).to_owned()));
    let mut fields: Vec<(&'static str, String)> = Vec::new();
    // Each name once: a field that comes twice is refused before anything else is looked at.
    for (name, value) in plain.chain(own_things.iter().cloned()) {
        if !fields.iter().any(|(known, _)| *known == name) {
            fields.push((name, value));
        }
    }
    fields
}

pub(super) async fn send(visitor: &Visitor, door: &Door, path: &str, fields: &[(&str, String)]) -> Reply {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    if door.path.ends_with("/files")
        || door.path.ends_with("/tokens")
        || door.path.ends_with("/import")
        || door.path.ends_with("/logs")
    {
        let file: (&str, &str, &[u8]) = ("file", "mau.pdf", b"%PDF-1.4 ");
        visitor.post_files(path, &fields, &[file]).await
    } else {
        visitor.post(path, &fields).await
    }
}

/// All acts and pages but those that only begin or end a session, the ones that end things last.
pub(super) fn doors(method: &Method) -> Vec<Door> {
    let apart = ["/sign-in", "/sign-out", "/language", "/people/sessions/end"];
    let list = app::doors();
    let mut doors: Vec<Door> = list
        .list()
        .iter()
        .filter(|door| door.method == *method && door.access != Access::Anyone && !apart.contains(&door.path))
        .cloned()
        .collect();
    let is_last = |door: &Door| {
        LAST.iter()
            .position(|end| door.path.ends_with(end))
            .map_or(0, |place| place + 1)
    };
    doors.sort_by_key(is_last);
    doors
}

/// The neighbour as it is when its people work: the same things as the office, and a draft besides.
fn neighbour_of(office: &TestOffice) -> (TestOffice, Own) {
    let neighbour = office.neighbour();
    cases::settle(&neighbour);
    let mut its = own(&neighbour);
    let another = cases::PROCEDURE.replace("QT.T.01", "QT.T.02");
    let draft = neighbour.act_as("thuky", move |work| documents::create(work, &another));
    let draft = draft.expect("a draft");
    for (hole, value) in &mut its.holes {
        if *hole == "/versions/{id}" {
            *value = format!("/versions/{draft}");
        }
    }
    neighbour.person("tatca", &most_roles());
    (neighbour, its)
}

/// Who administers, audits or inspects does nothing else (S3); the others may be one person here, which opens the most doors.
pub(super) fn most_roles() -> Vec<AccessRole> {
    let all = AccessRole::ALL.iter().copied();
    let apart = [AccessRole::Administrator, AccessRole::Auditor, AccessRole::Inspector];
    all.filter(|role| !apart.contains(role)).collect()
}

#[actix_web::test]
async fn an_id_of_another_office_in_any_field_or_query_finds_and_changes_nothing() {
    let office = cases::office().await;
    let _things_of_the_office = own(&office);
    let (neighbour, its) = neighbour_of(&office);
    let archive = office.sign_in("thuky").await.get("/documents/archive").await;
    let archive = archive.is(200).bytes.to_vec();
    // Nobody of it takes part: nothing of it may come up, and nothing of it may change.
    let third = office.third();
    cases::settle(&third);
    own(&third);
    let marks = marks(&[&office, &third], &neighbour);
    assert!(marks.len() > 100, "{}", marks.len());
    let everybody = most_roles();
    let mut people = vec![
        ("quantri".to_owned(), vec![AccessRole::Administrator]),
        ("danhgia".to_owned(), vec![AccessRole::Auditor]),
        ("tatca".to_owned(), everybody),
    ];
    for role in AccessRole::ALL {
        let username = format!("vai.{role}");
        neighbour.person(&username, &[*role]);
        people.push((username, vec![*role]));
    }
    let mut sweep = Sweep {
        theirs: things(&office),
        own_things: things(&neighbour),
        untouched: [&office, &third].map(|other| (other, rows_of(other, &all_rows(&mut office.connect())))),
        changes: Changes::watch(&office),
        archive,
        reads: Reads::new(),
        counts: Counts::default(),
        is_short: false,
        wrote: Vec::new(),
        office: &office,
        neighbour: &neighbour,
        its: &its,
        marks: &marks,
    };
    let known = app::doors()
        .list()
        .iter()
        .filter(|door| sweep.reads.knows(door))
        .count();
    assert!(known > 200, "the source names the handlers of {known} doors");
    for (username, roles) in &people {
        sweep.walk(username, roles).await;
    }
    sweep.changes.must_see_a_write(&neighbour);
    assert_eq!(sweep.wrote, Vec::<String>::new(), "refused, and wrote");
    let counts = sweep.counts;
    assert!(
        counts.done > 60,
        "hardly any act was done with things of one's own: {counts:?}"
    );
    assert!(
        counts.names.len() > 60 && counts.lists > 10 && counts.files > 3,
        "{counts:?}"
    );
    the_check_finds_a_link(&office, &neighbour, &marks);
    figure(
        "A1",
        &format!(
            "{} requests by {} people of all roles with an id of another of three agencies under each of {} names that handlers \
             read, {} mixed lists, {} files, {} acts done: 0 leaks, 0 links",
            counts.asked,
            counts.roles,
            counts.names.len(),
            counts.lists,
            counts.files,
            counts.done
        ),
    );
    figure(
        "A4",
        &format!(
            "{} refused requests with foreign ids: no row of any table written but {} traces of data that a page showed again",
            counts.refused, counts.traced
        ),
    );
}

/// A reply may say back what was sent, and nothing else of the other office.
pub(super) fn judge(reply: &Reply, named: &str, marks: &BTreeSet<String>, sent: &str) {
    assert_ne!(reply.status(), 500, "{named}");
    let text = String::from_utf8_lossy(&reply.bytes).replace(sent, "");
    let sent_id = sent.rsplit(':').next().unwrap_or_default();
    let leaked: Vec<&str> = ids_in(&text)
        .filter(|id| *id != sent_id && marks.contains(*id))
        .collect();
    assert!(leaked.is_empty(), "{named} gave {} and said {leaked:?}", reply.status());
}

/// A row of the neighbour that names something of the office.
pub(super) fn stored(neighbour: &TestOffice, all: &[String], marks: &BTreeSet<String>) -> Option<String> {
    let rows = rows_of(neighbour, all);
    rows.into_iter().find(|row| ids_in(row).any(|id| marks.contains(id)))
}

/// The control: a link between the offices, made past the keys of the database, is seen.
fn the_check_finds_a_link(office: &TestOffice, neighbour: &TestOffice, marks: &BTreeSet<String>) {
    let mut conn = office.connect();
    let person = cases::person(office, "canbo");
    let sql = format!(
        "UPDATE ledger SET object_id = '{person}' WHERE agency_id = '{}' AND seq = 1",
        neighbour.agency
    );
    let free = if crate::support::databases::SERVER.is_some() {
        "SET session_replication_role = replica"
    } else {
        "DROP TRIGGER ledger_no_update"
    };
    conn.batch_execute(free).unwrap();
    conn.batch_execute(&sql).unwrap();
    assert!(stored(neighbour, &all_rows(&mut conn), marks).is_some());
}

#[actix_web::test]
async fn what_is_foreign_looks_like_what_is_not_there() {
    let office = cases::office().await;
    let its = own(&office);
    let neighbour = office.neighbour();
    neighbour.person("tatca", &most_roles());
    let visitor = neighbour.sign_in("tatca").await;
    let (mut compared, mut timed) = (0, Vec::new());
    for door in doors(&Method::GET).into_iter().filter(|door| door.path.contains('{')) {
        let path = path_of(&door, &its);
        // The same length, the same signs, and nobody's.
        let nobodys: String = path
            .chars()
            .map(|sign| if sign.is_ascii_digit() { '9' } else { sign })
            .collect();
        if nobodys == path {
            continue;
        }
        let (foreign, absent) = (visitor.get(&path).await, visitor.get(&nobodys).await);
        assert_eq!(foreign.status(), absent.status(), "{path} and {nobodys}");
        let text = |reply: &Reply, path: &str| without_keys(&String::from_utf8_lossy(&reply.bytes).replace(path, ""));
        assert_eq!(text(&foreign, &path), text(&absent, &nobodys), "{path} and {nobodys}");
        compared += 1;
        if TIMED.contains(&door.path) {
            timed.push((path, nobodys));
        }
    }
    assert!(compared >= 20, "{compared}");
    assert_eq!(timed.len(), TIMED.len(), "{timed:?}");
    let mut largest = Duration::ZERO;
    for (path, nobodys) in &timed {
        let apart = apart(&visitor, (path, nobodys), Duration::ZERO).await;
        assert!(apart <= SAME_TIME, "{path} and {nobodys} are {apart:?} apart");
        largest = largest.max(apart);
    }
    // The control: a page that takes ten milliseconds longer is told from the other.
    let (path, nobodys) = &timed[0];
    let longer = apart(&visitor, (path, nobodys), Duration::from_millis(10)).await;
    assert!(longer > SAME_TIME, "{longer:?}");
    figure(
        "A2",
        &format!(
            "{compared} pages: foreign and absent things give the same bytes; {} pages in {SAMPLES} turns: medians at most \
             {:.1} ms apart",
            timed.len(),
            largest.as_secs_f64() * 1000.0
        ),
    );
}

/// Pages of which the times are compared.
const TIMED: [&str; 5] = [
    "/cases/{code}",
    "/versions/{id}",
    "/records/{code}",
    "/editions/{number}",
    "/privacy/{number}",
];
/// How many times each of the two is asked for, in turn.
const SAMPLES: usize = 41;
/// How far apart the medians may be.
const SAME_TIME: Duration = Duration::from_millis(5);

/// How far apart the medians of the times of two pages are, asked for in turn; the first one is held up for so long. A
/// machine that is busy with something else may disturb one series: the smallest of three counts, and a difference that
/// is there is there in all of them.
async fn apart(visitor: &Visitor, (one, other): (&str, &str), held_up: Duration) -> Duration {
    let mut least = Duration::MAX;
    for _ in 0..3 {
        let mut times = (Vec::new(), Vec::new());
        for _ in 0..SAMPLES {
            let begun = Instant::now();
            visitor.get(one).await;
            std::thread::sleep(held_up);
            times.0.push(begun.elapsed());
            let begun = Instant::now();
            visitor.get(other).await;
            times.1.push(begun.elapsed());
        }
        times.0.sort();
        times.1.sort();
        least = least.min(times.0[SAMPLES / 2].abs_diff(times.1[SAMPLES / 2]));
        if least <= SAME_TIME {
            break;
        }
    }
    least
}

/// The page without the keys of its forms, which are new each time.
fn without_keys(page: &str) -> String {
    let mut parts = page.split("name=\"key\" value=\"");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        text + part.split_once('"').map_or("", |(_, rest)| rest)
    })
}

/// A key of one table on another that both belong to an agency holds the agency too, so that no row can name another's.
#[actix_web::test]
async fn no_key_between_two_tables_leaves_the_agency() {
    let office = TestOffice::start().await;
    let sql = if crate::support::databases::SERVER.is_some() {
        "SELECT c.conrelid::regclass || ' → ' || c.confrelid::regclass AS value FROM pg_constraint c \
         WHERE c.contype = 'f' AND c.confrelid <> 'agencies'::regclass AND NOT EXISTS (SELECT 1 FROM pg_attribute a \
         WHERE a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey) AND a.attname = 'agency_id') AND NOT EXISTS \
         (SELECT 1 FROM pg_constraint o JOIN pg_attribute a ON a.attrelid = o.conrelid AND a.attnum = ANY (o.conkey) \
         AND a.attname = 'agency_id' WHERE o.contype = 'f' AND o.conrelid = c.conrelid AND o.conkey @> c.conkey[1:1])"
    } else {
        "SELECT m.name || ' → ' || f.\"table\" AS value FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f \
         WHERE m.type = 'table' AND f.seq = 0 AND f.\"table\" <> 'agencies' AND NOT EXISTS (SELECT 1 FROM \
         pragma_foreign_key_list(m.name) k WHERE k.id = f.id AND k.\"from\" = 'agency_id') AND NOT EXISTS (SELECT 1 FROM \
         pragma_foreign_key_list(m.name) o JOIN pragma_foreign_key_list(m.name) k ON k.id = o.id \
         WHERE o.\"from\" = f.\"from\" AND k.\"from\" = 'agency_id')"
    };
    let mut conn = office.connect();
    assert_eq!(lines(&mut conn, sql), Vec::<String>::new());
    // The control: a table whose key forgets the agency is named.
    conn.batch_execute(
        "CREATE TABLE forgetful (agency_id TEXT NOT NULL, person_id TEXT NOT NULL REFERENCES persons (id))",
    )
    .unwrap();
    assert_eq!(lines(&mut conn, sql), ["forgetful → persons"]);
}
