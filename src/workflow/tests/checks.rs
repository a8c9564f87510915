//! One test for each problem code.

use std::time::Instant;

use super::samples::{limit, office, table, with_limit};
use crate::workflow::{
    DurationCase, DurationCode, Problem, ProblemCode, RoleCode, SharedTime, StepCode, StepTable, StepTime, Workflow,
    check,
};

fn codes(table: &StepTable) -> Vec<(&'static str, Option<usize>)> {
    check(table)
        .iter()
        .map(|problem| (problem.code.as_str(), problem.row))
        .collect()
}

fn only(table: &StepTable) -> Problem {
    let mut problems = check(table);
    assert_eq!(problems.len(), 1, "{problems:?}");
    problems.pop().unwrap()
}

fn trace(problem: &Problem) -> String {
    problem.trace.iter().map(StepCode::as_str).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_usual_table_has_only_a_warning_about_rework() {
    let problem = only(&office());
    assert_eq!(problem.code, ProblemCode::EndlessRework);
    assert_eq!(trace(&problem), "B4 B7 B4");
    assert!(!problem.is_error());
}

#[test]
fn cells_of_a_row() {
    assert_eq!(codes(&StepTable::default()), [("empty-table", None)]);
    let mut bad = table(&["B1", "B2 max=0", "B3"]);
    bad.steps[0].name = " ".to_owned();
    bad.steps[1].roles = Vec::<RoleCode>::new();
    bad.steps[2].code = StepCode::new("");
    assert_eq!(
        codes(&bad),
        [
            ("empty-step-name", Some(0)),
            ("step-without-role", Some(1)),
            ("max-times-zero", Some(1)),
            ("empty-step-code", Some(2))
        ]
    );
}

#[test]
fn codes_and_targets() {
    assert_eq!(codes(&table(&["B1", "B2", "B1"])), [("duplicate-step-code", Some(2))]);
    let problem = only(&table(&["B1 >B9", "B2"]));
    assert_eq!(problem.code, ProblemCode::UnknownTarget);
    assert_eq!(problem.args, [("step", "B1".to_owned()), ("target", "B9".to_owned())]);
}

#[test]
fn ways() {
    assert_eq!(codes(&table(&["B1 >B3", "B2", "B3"])), [("unreachable-step", Some(1))]);
    let stuck = check(&table(&["B1", "B2", "B3", "B4 >B3"]));
    let found: Vec<_> = stuck
        .iter()
        .map(|problem| (problem.code.as_str(), problem.row))
        .collect();
    assert_eq!(
        found,
        [
            ("no-way-to-end", Some(0)),
            ("no-way-to-end", Some(1)),
            ("loop-without-exit", Some(2))
        ]
    );
    assert_eq!(trace(&stuck[2]), "B3 B4 B3");
    assert_eq!(
        codes(&table(&["B1 >ok=B2 >B1", "B2"]))[0],
        ("branch-without-outcome", Some(0))
    );
    assert!(codes(&table(&["B1 >ok=B2 >ok=END", "B2"])).contains(&("duplicate-outcome", Some(0))));
    assert!(codes(&table(&["B1", "B2 >ok=END >no=B1"])).contains(&("endless-rework", Some(0))));
    assert_eq!(codes(&table(&["B1", "B2 >ok=END >no=B1 max=3"])), []);
    assert_eq!(
        codes(&table(&["B1", "B2 opt >ok=END >no=B3", "B3"])),
        [("optional-choice", Some(1))]
    );
}

#[test]
fn paused_rows_must_resume() {
    assert_eq!(
        codes(&table(&["B1", "B2 paused"])),
        [("paused-without-resume", Some(1))]
    );
    assert_eq!(codes(&table(&["B1", "B2 paused >yes=B3 >no=END-WITHDRAWN", "B3"])), []);
    let inside = ["B1 @P/a", "B2 @P/a paused", "B3 @P/b", "B4"];
    assert_eq!(codes(&table(&inside)), []);
    assert_eq!(codes(&table(&inside[..3])), [("paused-without-resume", Some(1))]);
}

#[test]
fn parallel_parts() {
    assert_eq!(
        codes(&table(&["B1 @P/a", "B2 @P/a", "B3"])),
        [("parallel-one-branch", Some(0))]
    );
    assert_eq!(
        codes(&table(&["B1 @P/a", "B2 @P/b", "B3 @P/a"])),
        [("parallel-scattered", Some(2))]
    );
    assert_eq!(
        codes(&table(&["B1 @P/a", "B2 @P/b", "B3", "B4 @P/b"])),
        [("parallel-scattered", Some(3))]
    );
    let joining = |rows: &[&str]| {
        let problem = only(&table(rows));
        assert_eq!(problem.code, ProblemCode::ParallelNotJoining);
        assert_eq!(problem.args[2], ("group", "P".to_owned()));
    };
    joining(&["B1 @P/a >END", "B2 @P/b", "B3"]);
    joining(&["B1 @P/a >B2", "B2 @P/b", "B3"]);
    joining(&["B0", "B1 @P/a >B0", "B2 @P/b"]);
    joining(&["B0 >B2", "B1 @P/a", "B2 @P/a", "B3 @P/b"]);
    // Into the part as a whole, and out of it to the row below, are ordinary ways.
    assert_eq!(
        codes(&table(&[
            "B0 >x=B1 >y=B4",
            "B1 @P/a >ok=B2 >no=B4",
            "B2 @P/a",
            "B3 @P/b >B4",
            "B4"
        ])),
        []
    );
}

#[test]
fn times_that_name_nothing() {
    let mut bad = with_limit(table(&["B1 shared=A", "B2 100wd"]), "500wd");
    bad.steps[1]
        .times
        .push((DurationCode::new("khac"), StepTime::Own(limit("100wd"))));
    bad.durations.push(bad.durations[0].clone());
    let cell = SharedTime {
        code: "Z".to_owned(),
        limit: limit("100wd"),
    };
    bad.shared_times = vec![cell.clone(), cell];
    let found: Vec<_> = codes(&bad).into_iter().map(|(code, _)| code).collect();
    assert_eq!(
        found,
        [
            "duplicate-duration-case",
            "duplicate-shared-time",
            "shared-time-unknown",
            "unknown-duration-case"
        ]
    );
    let mut many = table(&["B1"]);
    let case = |number: usize| DurationCase {
        code: DurationCode::new(number.to_string()),
        name: String::new(),
        limit: limit("1wd"),
    };
    many.durations = (0..51).map(case).collect();
    assert_eq!(codes(&many), [("too-many-durations", None)]);
}

#[test]
fn persons() {
    let mut bad = table(&["B1", "B2", "B3"]);
    bad.steps[1].different_from = vec![StepCode::new("B9"), StepCode::new("B2")];
    bad.steps[2].same_as = vec![StepCode::new("B8"), StepCode::new("B1")];
    bad.steps[2].different_from = vec![StepCode::new("B1")];
    assert_eq!(
        codes(&bad),
        [
            ("different-from-unknown", Some(1)),
            ("person-rules-conflict", Some(1)),
            ("person-rules-conflict", Some(2)),
            ("same-as-unknown", Some(2))
        ]
    );
}

#[test]
fn the_longest_way_is_compared_with_the_limit() {
    let rows = [
        "B1 50wd",
        "B2 >ok=B3 >no=B1 max=2",
        "B3 @P/a 400wh",
        "B4 @P/b 100wd",
        "B5 paused 900wd",
        "B6 uncounted 9wd",
    ];
    assert_eq!(codes(&with_limit(table(&rows), "150wd")), []);
    let problem = only(&with_limit(table(&rows), "149wd"));
    assert_eq!(problem.code, ProblemCode::TimeExceedsLimit);
    let args: Vec<_> = problem.args.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(args, ["Thông thường", "1.5", "1.49", "working_day"]);
    assert_eq!(trace(&problem), "B1 B4");
    let hours = only(&with_limit(table(&["B1 100cd", "B2 1ch"]), "2400ch"));
    assert_eq!(hours.args[1].1, "24.01");
}

#[test]
fn shared_times_count_once_and_mixed_days_only_warn() {
    let mut shared = with_limit(
        table(&["B1 shared=A", "B2 shared=A", "B3 50wd", "B4 shared=A"]),
        "150wd",
    );
    shared.shared_times.push(SharedTime {
        code: "A".to_owned(),
        limit: limit("100wd"),
    });
    assert_eq!(codes(&shared), []);
    shared.durations[0].limit = limit("140wd");
    assert_eq!(codes(&shared), [("time-exceeds-limit", None)]);
    shared.durations[0].limit = limit("140cd");
    assert_eq!(codes(&shared), [("mixed-time-units", None)]);
    shared.durations[0].limit = limit("150cd");
    assert_eq!(codes(&shared), []);
}

#[test]
fn a_rework_row_is_counted_once_and_a_table_with_a_wrong_time_still_compiles() {
    let rows = ["B1 100wd >ok=B3 >no=B2", "B2 100wd max=1 >B1", "B3 100wd"];
    let table = with_limit(table(&rows), "199wd");
    assert_eq!(codes(&table), [("time-exceeds-limit", None)]);
    assert!(Workflow::compile(&table).is_ok());
}

#[test]
fn size() {
    let branch =
        |name: &str, rows: usize| -> Vec<String> { (0..rows).map(|row| format!("{name}{row} @P/{name}")).collect() };
    let wide = |rows: usize| {
        let all: Vec<String> = ["a", "b"].iter().flat_map(|name| branch(name, rows)).collect();
        table(&all.iter().map(String::as_str).collect::<Vec<_>>())
    };
    assert_eq!(codes(&wide(40)), []);
    assert_eq!(codes(&wide(50)), [("many-states", Some(0))]);
    assert_eq!(codes(&wide(230)), [("too-many-states", Some(0))]);
    assert!(Workflow::compile(&wide(230)).is_err());
    assert_eq!(Workflow::compile(&wide(50)).unwrap().states(), 51 * 51);
}

#[test]
fn hostile_tables_are_checked_quickly() {
    let began = Instant::now();
    let rows = |row: &dyn Fn(usize) -> String| {
        let all: Vec<String> = (0..10_000).map(row).collect();
        table(&all.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let tables = [
        rows(&|row| format!("B{row} opt shared=A")),
        rows(&|row| format!("B{row} >a=B{} >b=B{}", (row + 1) % 10_000, row.saturating_sub(1))),
        rows(&|row| format!("B{row} >B{}", row.saturating_sub(1))),
        rows(&|row| format!("B{row} @P/{row}")),
        rows(&|row| format!("B{row} @P{}/{}", row / 2, row % 2)),
        rows(&|_| "B".to_owned()),
        rows(&|row| format!("B{row} paused 100wd shared=X{row} >a=B{} >b=B9999 >c=B0", row + 1)),
        rows(&|row| {
            if row == 0 {
                (0..9_999)
                    .map(|to| format!(" >o{to}=B{to}"))
                    .fold("B0".to_owned(), |a, b| a + &b)
            } else {
                format!("B{row}")
            }
        }),
    ];
    for table in tables {
        let mut table = with_limit(table, "1wd");
        let cell = |row: usize| SharedTime {
            code: format!("X{row}"),
            limit: limit("1wd"),
        };
        table.shared_times = (0..10_000).map(cell).collect();
        let problems = check(&table);
        assert!(problems.iter().all(|problem| problem.trace.len() <= 51));
        if let Ok(workflow) = Workflow::compile(&table) {
            assert!(!workflow.allowed(workflow.start()).is_empty());
        }
    }
    assert!(began.elapsed().as_secs() < 30, "{:?}", began.elapsed());
}

#[test]
fn every_code_has_words_in_both_languages() {
    for words in [
        include_str!("../../../templates/words/vi/check.toml"),
        include_str!("../../../templates/words/en/check.toml"),
    ] {
        for code in ProblemCode::ALL {
            assert!(words.contains(&format!("\n\"{code}\" = \"")), "{code}");
            assert!(words.contains(&format!("\n\"{code}.hint\" = \"")), "{code}.hint");
        }
    }
}
