//! How many cases a second are judged on one core, and how long a live decision takes.
//!
//! `cargo bench --bench conformance -- [CASES]`. Cases of a procedure with eight steps, made by chance with a fixed
//! seed; one in seven deviates. Nothing is read from a database: traces, texts and assignments are in memory.

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use quytrinh::assignments::{Assignee, Assignment, Book, Roster};
use quytrinh::calendar::statutory_calendar;
use quytrinh::cases::{Ended, Event, Trace};
use quytrinh::conformance::{Around, Judge, Perspectives, Severities, Shapes, Text};
use quytrinh::documents::Content;
use quytrinh::kernel::{CaseId, DocumentId, PersonId, PositionId, VersionId, to_utc};
use quytrinh::people::Holder;
use quytrinh::workflow::{Done, RoleCode, Workflow};
use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Instant;

const STEPS: [(&str, &str, &str); 8] = [
    (
        "B1",
        "desk",
        r#"[{ outcome = "ok", to = "B2" }, { outcome = "no", to = "END-REFUSED" }]"#,
    ),
    ("B2", "head", r#"["B3"]"#),
    (
        "B3",
        "expert",
        r#"[{ outcome = "ok", to = "B5" }, { outcome = "more", to = "B4" }]"#,
    ),
    ("B4", "desk", r#"["B3"]"#),
    (
        "B5",
        "head",
        r#"[{ outcome = "ok", to = "B6" }, { outcome = "redo", to = "B3" }]"#,
    ),
    (
        "B6",
        "chief",
        r#"[{ outcome = "ok", to = "B7" }, { outcome = "redo", to = "B3" }]"#,
    ),
    ("B7", "clerk", r#"["B8"]"#),
    ("B8", "desk", r#"["END"]"#),
];
const ROLES: [&str; 5] = ["desk", "head", "expert", "chief", "clerk"];

/// Chance with a fixed seed (splitmix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound
    }
}

fn text() -> String {
    let head = "+++\ncode = \"QT.01\"\nkind = \"work_procedure\"\ntitle = \"Tám bước\"\n\
                [[durations]]\ncode = \"thuong\"\nname = \"Thông thường\"\nlimit = \"15 working_day\"\n\
                [[dossier]]\nname = \"Đơn\"\nmode = \"submit\"\noriginals = 1\n";
    let steps = STEPS.iter().map(|(code, role, next)| {
        let rules = match *code {
            "B4" => "clock = \"paused\"\n",
            "B6" => "different_from = [\"B3\"]\n",
            _ => "time = \"1 working_day\"\noutputs = [\"Kết quả\"]\n",
        };
        format!("[[steps]]\ncode = \"{code}\"\nname = \"Bước {code}\"\nroles = [\"{role}\"]\nnext = {next}\n{rules}")
    });
    format!("{head}{}+++\n", steps.collect::<String>())
}

/// Three people for each role by position, and each role assigned twice in a row of decisions.
fn book() -> Book {
    let day = |year| NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default();
    let mut book = Book::default();
    for role in ROLES {
        for (from, to) in [(2024, Some(day(2026))), (2026, None)] {
            book.assignments.push(Assignment {
                id: format!("{role}-{from}"),
                role: RoleCode::new(role),
                document: None,
                assignee: Assignee::Position(PositionId::of(role)),
                valid_from: day(from),
                valid_to: to,
                decision_no: "01/QĐ".to_owned(),
            });
        }
        for number in 0..3 {
            book.holders.push(Holder {
                id: format!("{role}{number}"),
                position_id: PositionId::of(role),
                person_id: PersonId::of(format!("{role}{number}")),
                valid_from: day(2024),
                valid_to: None,
                decision_no: "01/QĐ".to_owned(),
            });
        }
    }
    book
}

fn event(code: &str, outcome: &str, at: NaiveDateTime, chance: &mut Chance) -> Event {
    let role = STEPS
        .iter()
        .find(|(own, ..)| *own == code)
        .map_or("desk", |(_, role, _)| role);
    let person = format!("{role}{}", chance.below(3));
    Event {
        seq: 0,
        step_code: code.to_owned(),
        outcome: Some(outcome.to_owned()),
        outputs: vec![0],
        person_name: person.clone(),
        person: PersonId::of(person),
        role: None,
        position_name: String::new(),
        version: VersionId::of("v"),
        done_at: at,
        off_workflow: false,
        reason: None,
    }
}

/// One case: led by chance through the procedure; one in seven loses, repeats or moves a step, or is done by somebody
/// else.
fn case(number: u64, received_at: NaiveDateTime, chance: &mut Chance) -> Trace {
    let mut at = received_at;
    let mut codes = vec![("B1", "ok"), ("B2", "")];
    while chance.below(10) == 0 {
        codes.extend([("B3", "more"), ("B4", "")]);
    }
    codes.extend([("B3", "ok"), ("B5", "ok")]);
    while chance.below(12) == 0 {
        codes.extend([("B6", "redo"), ("B3", "ok"), ("B5", "ok")]);
    }
    codes.extend([("B6", "ok"), ("B7", ""), ("B8", "")]);
    let place = usize::try_from(chance.below(5)).unwrap_or(0) + 1;
    match chance.below(28) {
        0 => drop(codes.remove(place)),
        1 => codes.insert(place, ("B2", "")),
        2 => codes.swap(place, place + 1),
        3 => codes.insert(place, ("X", "")),
        _ => {}
    }
    let mut events: Vec<Event> = Vec::with_capacity(codes.len());
    for (seq, (code, outcome)) in (1..).zip(codes) {
        at += TimeDelta::minutes(20 + i64::try_from(chance.below(300)).unwrap_or(0));
        events.push(Event {
            seq,
            ..event(code, outcome, at, chance)
        });
    }
    Trace {
        id: CaseId::of(format!("c{number}")),
        code: format!("HS{number}"),
        document: DocumentId::of("d"),
        version: VersionId::of("v"),
        content_sha256: String::new(),
        duration_code: "thuong".to_owned(),
        received_at,
        promised_at: None,
        due_at: Some(received_at + TimeDelta::days(21)),
        ended: Some(Ended::Completed),
        ended_at: Some(at),
        events,
        papers: vec![(1, 0)],
    }
}

fn live(workflow: &Workflow) {
    const ROUNDS: u32 = 200_000;
    let way: [(usize, Option<&str>); 7] = [
        (0, Some("ok")),
        (1, None),
        (2, Some("ok")),
        (4, Some("ok")),
        (5, Some("ok")),
        (6, None),
        (7, None),
    ];
    let began = Instant::now();
    for _ in 0..ROUNDS {
        let mut state = workflow.start();
        for (row, outcome) in black_box(way) {
            state = workflow.after(state, row, outcome).first().copied().unwrap_or(state);
        }
        black_box(state);
    }
    let lookup = began.elapsed() / (ROUNDS * 7);
    let began = Instant::now();
    for _ in 0..ROUNDS / 10 {
        let mut position = workflow.begin();
        for (row, outcome) in black_box(way) {
            position = position.after(
                workflow,
                &Done {
                    row: Some(row),
                    outcome,
                },
            );
        }
        black_box(position.cost());
    }
    let exact = began.elapsed() / (ROUNDS / 10 * 7);
    println!(
        "live decision          {:>12} ns a step (step and outcome to state)",
        lookup.as_nanos()
    );
    println!(
        "live position          {:>12} ns a step (exact after any deviation)",
        exact.as_nanos()
    );
}

fn main() {
    let count = std::env::args()
        .skip(1)
        .find_map(|arg| arg.parse::<u64>().ok())
        .unwrap_or(20_000);
    let (content, book) = (Content::of(&text()), book());
    let calendar = statutory_calendar(2025..=2027, true);
    let Some(workflow) = &content.workflow else {
        println!("the procedure does not compile: {:?}", content.faults);
        return;
    };
    let mut chance = Chance(7);
    let first = NaiveDate::from_ymd_opt(2026, 3, 2)
        .and_then(|day| day.and_hms_opt(8, 0, 0))
        .unwrap_or_default();
    let received = |number: u64| to_utc(first + TimeDelta::hours(i64::try_from(number % 4000).unwrap_or(0)));
    let traces: Vec<Trace> = (0..count)
        .map(|number| case(number, received(number), &mut chance))
        .collect();
    let events: usize = traces.iter().map(|trace| trace.events.len()).sum();
    let now = to_utc(first + TimeDelta::days(365));
    let shapes = Shapes::new();
    let (document, elsewhere, severities) = (DocumentId::of("d"), BTreeMap::new(), Severities::default());
    let roster = Roster::of(&book);
    let text = Text {
        content: &content,
        document: &document,
        elsewhere: &elsewhere,
    };
    let around = Around {
        known: Perspectives::of_office(&roster),
        calendar: &calendar,
        severities: &severities,
        now,
    };
    println!("cases                  {count:>12}\nevents                 {events:>12}");
    for pass in ["first pass (cases/s)", "again (cases/s)"] {
        let judge = Judge::new(text, around, &shapes);
        let began = Instant::now();
        let (mut findings, mut conforming) = (0, 0);
        for trace in &traces {
            let judgement = judge.judge(trace);
            findings += judgement.findings.len();
            conforming += u32::from(judgement.is_conforming());
        }
        let rate = count
            .checked_mul(1_000_000)
            .and_then(|count| u128::from(count).checked_div(began.elapsed().as_micros()));
        println!(
            "{pass:<22} {:>12}   findings {findings}, conforming {conforming}",
            rate.unwrap_or(0)
        );
    }
    println!("variants               {:>12}", shapes.len());
    live(workflow);
}
