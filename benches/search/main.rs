//! Finding among 50,000 versions: time of one question, of putting one version into the index, and size of the index.
//!
//! `cargo bench --bench search` measures on SQLite; with `TEST_POSTGRES_URL` also on an empty database of that server,
//! which it makes and removes. The texts are those of `procedures/`, each varied: places, numbers and sentences change
//! from version to version, as they do between communes.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::as_conversions,
    clippy::disallowed_methods,
    reason = "a benchmark may stop at the first surprise"
)]

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use quytrinh::app;
use quytrinh::db::{AnyConnection, Db};
use quytrinh::documents::{self, Filter, Stage};
use quytrinh::kernel::{AccessRole, Actor, AgencyId, Clock, Person, PersonId};
use quytrinh::ledger;
use quytrinh::people::{self, NewAccount, NewAgency};
use quytrinh::web::Failure;
use std::time::{Duration, Instant};

/// Documents, each with three versions replaced, one in force and one being written.
const DOCUMENTS: usize = 10_000;
const VERSIONS: [(i64, &str); 5] = [
    (1, "superseded"),
    (2, "superseded"),
    (3, "superseded"),
    (4, "effective"),
    (5, "draft"),
];
/// How often each question is asked.
const ASKED: usize = 21;

const QUESTIONS: [(&str, &str); 14] = [
    ("a code", "QT.HT.01.0042"),
    ("the beginning of codes", "QT.HT"),
    ("a form inside", "BM.HT.01.01"),
    ("two syllables with marks", "khai sinh"),
    ("without marks", "chung thuc ban sao"),
    ("a title", "đăng ký khai sinh"),
    ("a law", "60/2014/QH13"),
    ("one syllable that every text has", "của"),
    ("two that every text has", "hồ sơ"),
    ("a sentence", "cấp giấy xác nhận tình trạng hôn nhân cho công dân"),
    ("words that stand apart", "trẻ giếng rừng"),
    ("a rare word", "thôn số bốn nghìn hai"),
    ("nothing", "vũ trụ học"),
    (
        "twelve syllables that every text has",
        "của và cho các trong theo khi thì là có được không",
    ),
];

/// A number that looks like chance, the same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % bound
    }
}

/// The library, each text cut into front matter without its code, and body lines.
fn library() -> Vec<(String, String)> {
    let mut files: Vec<_> = std::fs::read_dir("procedures")
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let files = files
        .into_iter()
        .filter(|path| path.extension().is_some_and(|ending| ending == "md"));
    files
        .map(|path| {
            let text = std::fs::read_to_string(path).unwrap();
            let code = text.lines().find_map(|line| line.strip_prefix("code = \"")).unwrap();
            (code.trim_end_matches('"').to_owned(), text)
        })
        .collect()
}

/// One version of a text: another code, another place, some sentences of other texts.
fn varied(
    library: &[(String, String)],
    document: usize,
    version: i64,
    chance: &mut Chance,
) -> (String, String, String) {
    let (code, text) = library.get(document % library.len()).unwrap();
    let new_code = format!("{code}.{:04}", document / library.len());
    let mut text = text
        .replacen(&format!("code = \"{code}\""), &format!("code = \"{new_code}\""), 1)
        .replace("Bảo Hà", &format!("Xã {}", document % 97));
    for _ in 0..6 {
        let (_, other) = library.get(chance.below(library.len())).unwrap();
        let body: Vec<&str> = other
            .rsplit("+++")
            .next()
            .unwrap()
            .lines()
            .filter(|line| line.len() > 40)
            .collect();
        if let Some(line) = body.get(chance.below(body.len().max(1))) {
            text.push_str(&format!("\n{line}\n"));
        }
    }
    text.push_str(&format!("\nLần sửa {version}, quyết định số {}.\n", chance.below(9000)));
    let kind = text
        .lines()
        .find_map(|line| line.strip_prefix("kind = \""))
        .unwrap_or("work_procedure");
    let kind = kind.trim_end_matches('"').to_owned();
    (new_code, kind, text)
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Writes documents and versions as they would stand after years: past every rule, for there are no years to wait.
fn fill(conn: &mut AnyConnection, agency: &AgencyId, author: &PersonId, is_postgres: bool) {
    let (library, mut chance) = (library(), Chance(7));
    conn.batch_execute(if is_postgres {
        "SET session_replication_role = replica; BEGIN"
    } else {
        "PRAGMA synchronous = OFF; DROP TRIGGER versions_new; BEGIN"
    })
    .unwrap();
    for document in 0..DOCUMENTS {
        let id = format!("d{document:08}");
        let mut sql = String::new();
        for (version, stage) in VERSIONS {
            let (code, kind, text) = varied(&library, document, version, &mut chance);
            let source = quytrinh::procedures::parse(&text).document.unwrap_or_default();
            let sha256 = quytrinh::procedures::content_sha256(&text);
            if version == 1 {
                sql.push_str(&format!(
                    "INSERT INTO documents (id, agency_id, code, kind, created_at) VALUES ('{id}', '{agency}', {}, {}, \
                     '2026-01-01 00:00:00');",
                    quoted(&code),
                    quoted(&kind)
                ));
            }
            let (from, to) = match stage {
                "superseded" => (
                    format!("'2020-01-{version:02}'"),
                    format!("'2020-01-{:02}'", version + 1),
                ),
                "effective" => ("'2020-01-04'".to_owned(), "NULL".to_owned()),
                _ => ("NULL".to_owned(), "NULL".to_owned()),
            };
            sql.push_str(&format!(
                "INSERT INTO versions (id, agency_id, document_id, number, stage, round, title, title_en, field, source, \
                 content_sha256, author_id, author_name, created_at, saved_at, row_version, issue_no, amendment_no, effective_from, effective_to) \
                 VALUES ('v{document:08}{version}', '{agency}', '{id}', {version}, '{stage}', 0, {}, {}, {}, {}, '{sha256}', \
                 '{author}', 'x', '2026-01-01 00:00:00', '2026-01-01 00:00:00', 1, {version}, 0, {from}, {to});",
                quoted(&source.title),
                quoted(&source.title_en),
                quoted(&source.field),
                quoted(&text),
            ));
        }
        conn.batch_execute(&sql).unwrap();
    }
    conn.batch_execute("COMMIT").unwrap();
}

fn median(mut times: Vec<Duration>) -> (f64, f64) {
    times.sort();
    let at = |place: usize| times.get(place).unwrap().as_secs_f64() * 1000.0;
    (at(times.len() / 2), at(times.len() - 1))
}

#[derive(QueryableByName)]
struct Size {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    bytes: i64,
}

fn megabytes(conn: &mut AnyConnection, is_postgres: bool) -> (f64, f64) {
    let (index, texts) = if is_postgres {
        (
            "SELECT pg_total_relation_size('version_words') AS bytes",
            "SELECT pg_total_relation_size('versions') AS bytes",
        )
    } else {
        (
            "SELECT sum(length(block)) AS bytes FROM version_words_data",
            "SELECT sum(length(CAST(source AS BLOB))) AS bytes FROM versions",
        )
    };
    let mut ask = |sql: &str| diesel::sql_query(sql).get_result::<Size>(conn).unwrap().bytes as f64 / 1_048_576.0;
    (ask(index), ask(texts))
}

fn ask(db: &Db, actor: &Actor, text: &str, filter: &Filter) -> (usize, f64, f64) {
    let mut found = 0;
    let times = (0..ASKED).map(|_| {
        let begun = Instant::now();
        found = ledger::read(db, actor, |work| {
            Ok::<_, Failure>(documents::search(work, text, filter)?)
        })
        .unwrap()
        .hits
        .len();
        begun.elapsed()
    });
    let (middle, longest) = median(times.collect());
    (found, middle, longest)
}

fn measure(url: &str, is_postgres: bool) {
    let clock = Clock::default();
    let db = app::open_database(url).expect("the database opens");
    let new = NewAgency {
        code: "A".to_owned(),
        name: "Tỉnh".to_owned(),
        name_en: "Province".to_owned(),
        case_prefix: "A".to_owned(),
    };
    let agency = people::add_agency(&db, clock.now(), new).unwrap();
    let person = |username: &str, access: AccessRole| {
        let account = NewAccount {
            username: username.to_owned(),
            full_name: username.to_owned(),
            access: vec![access],
            employee_no: String::new(),
            basis: people::Basis::default(),
        };
        let house = Actor::house(agency.clone(), clock.now());
        let id = ledger::change(&db, house.clone(), move |work| {
            people::add_account(work, None, &account)
        })
        .unwrap();
        Actor {
            person: Some(Person {
                id,
                full_name: username.to_owned(),
                access: vec![access],
                mandate: None,
            }),
            is_house: false,
            ..house
        }
    };
    let (author, auditor, official) = (
        person("author", AccessRole::Committee),
        person("auditor", AccessRole::Auditor),
        person("official", AccessRole::Official),
    );
    let begun = Instant::now();
    let mut conn = AnyConnection::establish(url).unwrap();
    fill(&mut conn, &agency, &author.person.as_ref().unwrap().id, is_postgres);
    println!("texts written in {:.0} s", begun.elapsed().as_secs_f64());
    let begun = Instant::now();
    let count = app::index_documents(&db, &clock, false).unwrap();
    let time = begun.elapsed();
    if is_postgres {
        conn.batch_execute("ANALYZE").unwrap();
    }
    let (index, texts) = megabytes(&mut conn, is_postgres);
    println!(
        "{count} versions indexed in {:.0} s: {:.2} ms each; index {index:.0} MiB beside {texts:.0} MiB of texts",
        time.as_secs_f64(),
        time.as_secs_f64() * 1000.0 / count as f64
    );
    ask_all(&db, (&auditor, &official));
}

/// Every question, asked by who sees all and by who sees what is in force.
fn ask_all(db: &Db, (auditor, official): (&Actor, &Actor)) {
    let old = Filter {
        stage: Some(Stage::Superseded),
        ..Filter::default()
    };
    let field = Filter {
        field: Some("Hộ tịch".to_owned()),
        ..Filter::default()
    };
    println!(
        "\n{:<40} {:>8} {:>16} {:>16} {:>16} {:>16}",
        "", "found", "auditor", "official", "one field", "old issues"
    );
    for (name, text) in QUESTIONS {
        let cells: Vec<(usize, f64, f64)> = [
            (auditor, &Filter::default()),
            (official, &Filter::default()),
            (official, &field),
            (auditor, &old),
        ]
        .map(|(actor, filter)| ask(db, actor, text, filter))
        .to_vec();
        let shown: Vec<String> = cells
            .iter()
            .map(|(_, middle, most)| format!("{middle:>7.1} {most:>8.1}"))
            .collect();
        println!("{name:<40} {:>8} {}", cells.first().unwrap().0, shown.join(" "));
    }
}

fn main() {
    let folder = tempfile::tempdir().unwrap();
    println!(
        "SQLite, {} versions; median and longest of {ASKED} in ms",
        DOCUMENTS * VERSIONS.len()
    );
    measure(folder.path().join("search.db").to_str().unwrap(), false);
    if let Some(server) = std::env::var("TEST_POSTGRES_URL").ok().filter(|url| !url.is_empty()) {
        println!("\nPostgreSQL");
        let (head, query) = server
            .split_once('?')
            .map_or((server.as_str(), ""), |(head, query)| (head, query));
        let (head, _) = head.rsplit_once('/').expect("postgres://…/database");
        let mut conn = PgConnection::establish(&server).expect("the server answers");
        conn.batch_execute("DROP DATABASE IF EXISTS quytrinh_bench_search WITH (FORCE)")
            .unwrap();
        conn.batch_execute("CREATE DATABASE quytrinh_bench_search").unwrap();
        measure(&format!("{head}/quytrinh_bench_search?{query}"), true);
        conn.batch_execute("DROP DATABASE IF EXISTS quytrinh_bench_search WITH (FORCE)")
            .unwrap();
    }
}
