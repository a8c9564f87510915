//! What one person waits for who writes: the check beside the editor, and the difference of two long versions.

use super::load::{Connection, Measured, encode, get, header, post, run};
use super::{Server, TIME, sign_in};
use diesel::connection::{Connection as _, SimpleConnection};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use quytrinh::procedures::content_sha256;
use std::path::Path;

/// A page of A4 in the layout of official documents has so many characters of text.
const PAGE: usize = 2_600;
const PAGES: usize = 60;
const DOCUMENT: &str = "QT.HT.01";

#[derive(QueryableByName)]
struct Kept {
    #[diesel(sql_type = Text)]
    id: String,
    #[diesel(sql_type = Text)]
    source: String,
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// The body of a text, lengthened with what other documents say until it has sixty pages; every twentieth sentence is
/// another one in another edition.
fn long(source: &str, edition: usize) -> String {
    let mut text = source.to_owned();
    for at in 0.. {
        if text.chars().count() >= PAGE * PAGES {
            break;
        }
        let changed = if at % 20 == 7 { edition } else { 0 };
        text.push_str(&format!(
            "\n### Mục {at}\n\nCông chức tiếp nhận kiểm tra thành phần hồ sơ theo điểm {at}, ghi rõ lần {changed} vào phiếu kiểm soát \
             và chuyển người thẩm định trong ngày làm việc.\n\n- Trường hợp thiếu giấy tờ: lập phiếu yêu cầu bổ sung số {at}.\n"
        ));
    }
    text
}

fn plain(html: &str) -> String {
    let signs = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#x27;", "'"),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ];
    signs
        .iter()
        .fold(html.to_owned(), |text, (entity, sign)| text.replace(entity, sign))
}

/// The fields of the editor as a browser sends them.
fn fields(page: &str) -> String {
    let (_, form) = page.split_once("id=\"editor\"").expect("the editor");
    let (form, _) = form.split_once("</form>").expect("its end");
    let mut sent = String::new();
    for part in form.split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap_or((part, ""));
        let value = |name: &str| {
            let (_, after) = tag.split_once(&format!(" {name}=\""))?;
            after.split_once('"').map(|(value, _)| plain(value))
        };
        let Some(name) = value("name") else { continue };
        let typed = if tag.starts_with("input") && (!tag.contains("checkbox") || tag.contains(" checked")) {
            value("value").unwrap_or_default()
        } else if tag.starts_with("textarea") {
            plain(text.strip_prefix('\n').unwrap_or(text))
        } else {
            continue;
        };
        sent.push_str(&format!("{}={}&", encode(&name), encode(&typed)));
    }
    sent
}

/// One person who asks again and again, without anybody beside.
fn alone(server: &Server, name: &str, request: &[u8]) {
    let bytes = Connection::open(&server.address).ask(request).body.len();
    let Measured { p50, p99, .. } = run(&server.address, request, 200, 1, TIME);
    println!("{name:<44} {bytes:>8} bytes {p50:>8.1} ms {p99:>8.1} ms (99 of 100)");
}

fn check(server: &Server, name: &str, cookie: &str, edit: &str) {
    let page = Connection::open(&server.address).ask(&get(edit, cookie));
    assert_eq!(page.status, 200);
    let typed = fields(&String::from_utf8_lossy(&page.body));
    let path = edit.replace("/edit", "/check");
    alone(server, name, &post(&path, cookie, &typed));
}

/// Makes the version in force and the draft sixty pages long, past every guard: there are no authors here to type them.
fn lengthen(data: &Path) -> Vec<i64> {
    let mut conn = SqliteConnection::establish(data.join("quytrinh.db").to_str().unwrap()).unwrap();
    conn.batch_execute("PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = OFF")
        .unwrap();
    let guards: Vec<Kept> = diesel::sql_query(
        "SELECT name AS id, '' AS source, 0 AS number FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'versions'",
    )
    .load(&mut conn)
    .unwrap();
    for guard in guards {
        conn.batch_execute(&format!("DROP TRIGGER {}", guard.id)).unwrap();
    }
    let versions: Vec<Kept> = diesel::sql_query(
        "SELECT v.id, v.source, v.number FROM versions v JOIN documents d ON d.id = v.document_id \
         WHERE d.code = ? AND v.stage IN ('effective', 'draft') ORDER BY v.number",
    )
    .bind::<Text, _>(DOCUMENT)
    .load(&mut conn)
    .unwrap();
    assert_eq!(versions.len(), 2);
    for (edition, version) in versions.iter().enumerate() {
        let text = long(&version.source, edition);
        let done = diesel::sql_query("UPDATE versions SET source = ?, content_sha256 = ? WHERE id = ?")
            .bind::<Text, _>(&text)
            .bind::<Text, _>(content_sha256(&text))
            .bind::<Text, _>(&version.id)
            .execute(&mut conn)
            .unwrap();
        assert_eq!(done, 1);
    }
    versions.iter().map(|version| version.number).collect()
}

pub(crate) fn measure(server: &Server, data: &Path) {
    let secretary = sign_in(server, "thuky");
    let mut connection = Connection::open(&server.address);
    let page = connection.ask(&get(&format!("/documents/{DOCUMENT}"), &secretary));
    let csrf = super::hidden(&String::from_utf8_lossy(&page.body), "csrf").to_owned();
    let answer = connection.ask(&post(
        &format!("/documents/{DOCUMENT}/draft"),
        &secretary,
        &format!("csrf={csrf}"),
    ));
    assert_eq!(answer.status, 303, "{}", String::from_utf8_lossy(&answer.body));
    let edit = header(&answer.head, "location")
        .expect("where the draft is")
        .split('?')
        .next()
        .unwrap()
        .to_owned();
    println!("\none person, one connection");
    check(server, "check as one types, a procedure as it is", &secretary, &edit);
    let numbers = lengthen(data);
    check(server, "check as one types, 60 pages", &secretary, &edit);
    let [from, to] = numbers.as_slice() else {
        panic!("two versions")
    };
    let difference = get(
        &format!("/documents/{DOCUMENT}/difference?from={from}&to={to}"),
        &secretary,
    );
    alone(server, "difference of two versions of 60 pages", &difference);
}
