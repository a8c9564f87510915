//! A table that is written and read again is the same.

use proptest::{collection::vec, prelude::*};

use super::{read, written};
use crate::workflow::tests::properties::{build, parts};
use crate::workflow::tests::samples::{office, table};
use crate::workflow::{
    Branch, Clock, DurationCase, DurationCode, Next, RoleCode, SharedTime, StepCode, StepTable, StepTime, Target,
    TimeLimit, TimeUnit,
};

fn same(table: &StepTable) {
    let read = read(&written(table));
    assert_eq!(read.table, *table);
    assert_eq!(read.unexpressed, vec![]);
    assert_eq!(read.title, "Đăng ký \"khai sinh\" <1> & 2");
}

#[test]
fn the_office_is_read_as_it_was_written() {
    same(&office());
    let roles: Vec<String> = read(&written(&office()))
        .roles
        .iter()
        .map(|(role, name)| format!("{role}: {name}"))
        .collect();
    assert_eq!(roles, ["motcua: Vai trò <motcua>"]);
}

#[test]
fn ways_are_kept_as_they_are_stated() {
    for rows in [
        &["B1"][..],
        &["B1 >END"],
        &["B1 >done=END"],
        &["B1 >B2", "B2 >ok=B3", "B3 >a=END >b=END >c=B1"],
        &["B1 >a=B3 >b=B2", "B2 >END-WITHDRAWN", "B3 opt >x=B1 >y=END >z=B3"],
        &["B1 @P/a", "B2 @P/b"],
        &["B1 @P/a >B3", "B2 @P/b", "B3 @Q/a", "B4 @Q/b >again=B4 >on=B5", "B5"],
        // The table may name the first row of any branch.
        &[
            "B1 >x=B3 >y=B4",
            "B2 @P/a >B4",
            "B3 @P/b",
            "B4 @Q/a",
            "B5 @Q/b",
            "B6 >a=B5 >b=END",
        ],
        &["B1 opt", "B2 opt", "B3 opt"],
        &[
            "B1 @P/a opt",
            "B2 @P/a opt",
            "B3 @P/b opt >x=B3 >y=B5",
            "B4 @P/c",
            "B5 opt >x=B1 >y=END",
        ],
        &[
            "B1 >a=B2 >b=B4 >c=B6",
            "B2",
            "B3 >B1",
            "B4 @P/a",
            "B5 @P/b",
            "B6 @Q/a",
            "B7 @Q/b",
            "B8",
        ],
        &[
            "start",
            "end >x=start >y=pool",
            "pool",
            "process",
            "lanes",
            "flow_start_end",
            "start_di",
        ],
    ] {
        let table = table(rows);
        same(&table);
    }
}

/// Texts with everything that XML treats in a special way.
fn text() -> impl Strategy<Value = String> {
    let letters: Vec<char> = "aBếĐ 1.<>&\"'\n\t:/-_]".chars().collect();
    vec(prop::sample::select(letters), 0..9).prop_map(String::from_iter)
}

/// What the generator of tables leaves out, one for each row.
#[derive(Debug, Clone)]
struct More {
    name: String,
    roles: Vec<u8>,
    times: Vec<(u8, u32)>,
    flags: (bool, bool),
    max_times: Option<u32>,
    texts: Vec<String>,
    others: Vec<u8>,
}

fn more() -> impl Strategy<Value = More> {
    let times = vec((any::<u8>(), any::<u32>()), 0..3);
    let texts = vec(text(), 0..3);
    (
        text(),
        vec(0_u8..5, 0..3),
        times,
        any::<(bool, bool)>(),
        prop::option::of(1_u32..9),
        texts,
        vec(any::<u8>(), 0..3),
    )
        .prop_map(|(name, roles, times, flags, max_times, texts, others)| More {
            name,
            roles,
            times,
            flags,
            max_times,
            texts,
            others,
        })
}

fn decorate(table: &mut StepTable, more: &[More], codes: &[String]) {
    let units = [
        TimeUnit::WorkingDay,
        TimeUnit::CalendarDay,
        TimeUnit::WorkingHour,
        TimeUnit::ClockHour,
    ];
    let count = table.steps.len();
    for (row, (step, more)) in table.steps.iter_mut().zip(more).enumerate() {
        step.name = format!("{row}{}.", more.name);
        let mut seen = std::collections::BTreeSet::new();
        let roles = more.roles.iter().filter(|role| seen.insert(**role));
        step.roles = roles.map(|role| RoleCode::new(format!("r {role}\"<"))).collect();
        step.times = more
            .times
            .iter()
            .map(|(kind, hundredths)| {
                let (hundredths, unit) = (*hundredths, units[usize::from(kind % 4)]);
                let time = if kind % 5 == 0 {
                    StepTime::Shared(format!("A{kind}"))
                } else {
                    StepTime::Own(TimeLimit { hundredths, unit })
                };
                (DurationCode::new(format!("d{}", kind % 3)), time)
            })
            .collect();
        step.counted = more.flags.0;
        step.clock = if more.flags.1 { Clock::Paused } else { Clock::Runs };
        step.max_times = more.max_times;
        step.forms.clone_from(&more.texts);
        step.outputs.clone_from(&more.texts);
        let others = more
            .others
            .iter()
            .map(|other| StepCode::new(format!("B{}", usize::from(*other) % count)));
        step.different_from = others.clone().collect();
        step.same_as = others.rev().collect();
    }
    for (number, name) in codes.iter().enumerate() {
        let limit = TimeLimit {
            hundredths: u32::try_from(number).unwrap() * 150,
            unit: units[number % 4],
        };
        table.durations.push(DurationCase {
            code: DurationCode::new(format!("d{number}")),
            name: name.clone(),
            limit,
        });
        table.shared_times.push(SharedTime {
            code: name.clone(),
            limit,
        });
    }
}

/// Other codes, outcomes, and names of branches, with letters that no id may have.
fn rename(table: &mut StepTable) {
    let code = |code: &StepCode| StepCode::new(format!("<{}> \"&.é", code.as_str()));
    for step in &mut table.steps {
        step.code = code(&step.code);
        for Next { outcome, target } in &mut step.next {
            if let Some(outcome) = outcome {
                *outcome = format!("<{outcome}> / & \"x\"");
            }
            if let Target::Step(own) = target {
                *own = code(own);
            }
        }
        if let Some(Branch { group, branch }) = &mut step.branch {
            (*group, *branch) = (format!("{group} <"), format!("& {branch}"));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn a_random_table_is_read_as_it_was_written(
        parts in parts(), more in vec(more(), 24), codes in vec(text(), 0..3), renamed in any::<bool>()
    ) {
        let mut table = build(&parts);
        decorate(&mut table, &more, &codes);
        if renamed {
            rename(&mut table);
        }
        let file = written(&table);
        let read = read(&file);
        prop_assert_eq!(&read.table, &table);
        prop_assert_eq!(read.unexpressed, vec![]);
        prop_assert_eq!(written(&read.table), file);
    }
}
