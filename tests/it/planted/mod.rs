//! Ten thousand cases over the procedures of the library and over tables made by chance: nothing is found in those that
//! follow their table, and every deviation that is planted is found with its kind and its step.

mod astray;
pub(crate) mod chance;
mod live;
mod plant;
mod run;
mod texts;

use chance::Chance;
use chrono::TimeDelta;
use plant::{Case, Expected, Plant, plant};
use quytrinh::assignments::Roster;
use quytrinh::calendar::{WorkingCalendar, statutory_calendar};
use quytrinh::cases::{CaseEvent, Plan, Scene, Trace, Wish, decide};
use quytrinh::conformance::{Arg, Around, Finding, FindingKind, Judge, Perspectives, Severities, Shapes, Text};
use quytrinh::documents::Content;
use quytrinh::kernel::DocumentId;
use run::Office;
use std::collections::BTreeMap;
use std::sync::Arc;

const CASES: usize = 10_000;
const TABLES: usize = 150;

/// Whether a finding is the one that was expected: its kind, and the step that it is about or names.
fn is_it(expected: &Expected, finding: &Finding) -> bool {
    let named = finding.args.iter().find_map(|(name, arg)| {
        let Arg::Rows(rows) = arg else { return None };
        (*name == "rows").then(|| rows.clone())
    });
    let rows = named
        .filter(|rows| !rows.is_empty())
        .unwrap_or_else(|| finding.row.into_iter().collect());
    finding.kind == expected.kind
        && rows.iter().all(|row| expected.rows.contains(row))
        && (expected.rows.is_empty() || !rows.is_empty())
        && expected.code.is_none_or(|code| finding.step_code == code)
}

struct Bench<'a> {
    office: Office<'a>,
    roster: Roster,
    calendar: &'a WorkingCalendar,
    document: DocumentId,
    severities: Severities,
    elsewhere: BTreeMap<String, quytrinh::kernel::VersionId>,
    shapes: Shapes,
}

impl<'a> Bench<'a> {
    fn new(content: &'a Content, calendar: &'a WorkingCalendar) -> Self {
        let office = Office::new(content);
        Self {
            roster: Roster::of(&office.book),
            office,
            calendar,
            document: DocumentId::of("d"),
            severities: Severities::default(),
            elsewhere: BTreeMap::new(),
            shapes: Shapes::new(),
        }
    }

    fn judge(&self, trace: &Trace) -> Vec<Finding> {
        let text = Text {
            content: self.office.content,
            document: &self.document,
            elsewhere: &self.elsewhere,
        };
        let around = Around {
            known: Perspectives::of_office(&self.roster),
            calendar: self.calendar,
            severities: &self.severities,
            now: run::monday() + TimeDelta::days(400),
        };
        Judge::new(text, around, &self.shapes).judge(trace).findings
    }
}

fn told(trace: &Trace, findings: &[Finding]) -> String {
    let steps: Vec<String> = trace
        .events
        .iter()
        .map(|event| {
            format!(
                "{}{}",
                event.step_code,
                event.outcome.as_deref().map_or(String::new(), |o| format!(" {o}"))
            )
        })
        .collect();
    let found: Vec<String> = findings
        .iter()
        .map(|finding| {
            format!(
                "{} {} {:?} {:?}",
                finding.kind,
                finding.step_code,
                finding.event_seq,
                finding.args.first()
            )
        })
        .collect();
    format!("{:?}: {}\n  found: {}", trace.ended, steps.join(", "), found.join("; "))
}

#[test]
fn in_ten_thousand_cases_every_planted_deviation_is_found_and_nothing_else() {
    let mut chance = Chance::new(2026);
    let mut texts: Vec<Arc<Content>> = texts::library();
    assert!(texts.len() >= 40, "only {} procedures", texts.len());
    texts.extend((0..TABLES).map(|number| texts::random(number, &mut chance)));
    let calendar = statutory_calendar(2025..=2027, true);
    let benches: Vec<Bench<'_>> = texts.iter().map(|content| Bench::new(content, &calendar)).collect();
    let mut planted: BTreeMap<Option<Plant>, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for number in 0..CASES {
        let bench = &benches[chance.below(benches.len())];
        let way = bench.office.way(&mut chance);
        let trace = bench.office.case(&way, &mut chance);
        let mut case = Case { way, trace };
        let which = Plant::ALL.get(number % (Plant::ALL.len() + 6)).copied();
        let expected = which.and_then(|which| plant(&bench.office, &mut case, which, &mut chance));
        if which.is_some() && expected.is_none() {
            // This case cannot show it; it is made anew and stays as it should be.
            case.trace = bench.office.case(&case.way, &mut chance);
        }
        *planted.entry(which.filter(|_| expected.is_some())).or_default() += 1;
        let findings = bench.judge(&case.trace);
        let is_right = match &expected {
            None => findings.is_empty(),
            Some(expected) => !findings.is_empty() && findings.iter().all(|finding| is_it(expected, finding)),
        };
        if !is_right {
            let code = &bench.office.content.source.code;
            wrong.push(format!(
                "{number} {code} {which:?} {expected:?}\n  {}",
                told(&case.trace, &findings)
            ));
        }
    }
    let few = wrong.iter().take(10).cloned().collect::<Vec<_>>().join("\n");
    assert!(
        wrong.is_empty(),
        "{} of {CASES} cases are judged wrongly: {planted:?}\n{few}",
        wrong.len()
    );
    for which in Plant::ALL {
        let count = planted.get(&Some(which)).copied().unwrap_or(0);
        assert!(count >= 40, "{which:?} was planted {count} times: {planted:?}");
    }
}

/// The first event that would have been refused while the case ran.
fn refused(bench: &Bench<'_>, trace: &Trace) -> Option<usize> {
    let office = &bench.office;
    let plan = Plan {
        table: office.table(),
        workflow: office.workflow,
    };
    let events: Vec<CaseEvent> = trace.events.iter().map(live::recorded).collect();
    (0..events.len()).find(|at| {
        let deeds = events[..*at].iter().map(live::deed);
        let standing = plan.replay(trace.received_at, deeds);
        let scene = Scene {
            plan,
            standing: &standing,
            events: &events[..*at],
            document: &bench.document,
            duration_code: "",
            received_at: trace.received_at,
            papers: office.content.source.dossier.len(),
            book: &office.book,
            calendar: bench.calendar,
            now: run::monday() + TimeDelta::days(400),
        };
        let event = &trace.events[*at];
        let wish = Wish {
            step_code: &event.step_code,
            outcome: event.outcome.as_deref(),
            outputs: &event.outputs,
            papers: &[],
            person: &event.person,
            accounts: std::slice::from_ref(&event.person),
            lenders: &[],
            at: event.done_at,
        };
        decide(&scene, &wish).is_err()
    })
}

#[test]
fn every_step_of_a_clean_case_was_allowed_and_what_is_planted_would_have_been_refused() {
    let mut chance = Chance::new(7);
    let mut texts: Vec<Arc<Content>> = texts::library();
    texts.extend((0..60).map(|number| texts::random(number, &mut chance)));
    let calendar = statutory_calendar(2025..=2027, true);
    let benches: Vec<Bench<'_>> = texts.iter().map(|content| Bench::new(content, &calendar)).collect();
    // What a live system cannot keep from happening is not among these: time, papers, results, closing.
    let kinds = [
        Plant::Skip,
        Plant::Swap,
        Plant::Duplicate,
        Plant::Foreign,
        Plant::AfterEnd,
        Plant::WrongRole,
        Plant::WrongDay,
        Plant::TooOften,
        Plant::WrongBranch,
    ];
    for number in 0..1_500 {
        let bench = &benches[chance.below(benches.len())];
        let way = bench.office.way(&mut chance);
        let trace = bench.office.case(&way, &mut chance);
        assert_eq!(refused(bench, &trace), None, "{}", told(&trace, &[]));
        let mut case = Case { way, trace };
        let which = kinds[number % kinds.len()];
        let Some(expected) = plant(&bench.office, &mut case, which, &mut chance) else {
            continue;
        };
        // A case that was closed too early was refused nothing.
        if expected.kind != FindingKind::ClosedUnfinished {
            let findings = bench.judge(&case.trace);
            assert!(
                refused(bench, &case.trace).is_some(),
                "{which:?} {}",
                told(&case.trace, &findings)
            );
        }
    }
}
