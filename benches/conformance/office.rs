//! The office and the cases that are measured: made by chance with a fixed seed, in memory.

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use quytrinh::assignments::{Assignee, Assignment, Book};
use quytrinh::cases::{Ended, Event, Trace};
use quytrinh::kernel::{CaseId, DocumentId, PersonId, PositionId, VersionId};
use quytrinh::people::Holder;
use quytrinh::workflow::RoleCode;

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
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound
    }
}

/// The text of the procedure.
pub(crate) fn text() -> String {
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
pub(crate) fn book() -> Book {
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
                person_id: person(role, number),
                valid_from: day(2024),
                valid_to: None,
                decision_no: "01/QĐ".to_owned(),
                capacity: quytrinh::people::Capacity::Own,
                lent_by: None,
                scope: quytrinh::people::Scope::All,
                reason: String::new(),
                ended_on: None,
            });
        }
    }
    book
}

/// An id as long as those of people.
pub(crate) fn person(role: &str, number: u64) -> PersonId {
    PersonId::of(format!("019a5c8e-7f31-7c44-9b0a-{:0>10}{number:02}", role))
}

pub(crate) fn event(code: &str, outcome: &str, at: NaiveDateTime, chance: &mut Chance) -> Event {
    let role = STEPS
        .iter()
        .find(|(own, ..)| *own == code)
        .map_or("desk", |(_, role, _)| role);
    let number = chance.below(3);
    Event {
        seq: 0,
        step_code: code.to_owned(),
        outcome: Some(outcome.to_owned()),
        outputs: vec![0],
        person_name: format!("{role}{number}"),
        person: person(role, number),
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
pub(crate) fn case(number: u64, received_at: NaiveDateTime, chance: &mut Chance) -> Trace {
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
