//! Live moves and explanations.

use super::samples::{office, table};
use crate::workflow::{Done, End, Refusal, State, Workflow};

fn after(workflow: &Workflow, rows: &[(usize, Option<&str>)]) -> State {
    rows.iter().fold(workflow.start(), |state, (row, outcome)| {
        let states = workflow.after(state, *row, *outcome);
        assert_eq!(states.len(), 1, "row {row}");
        states[0]
    })
}

#[test]
fn a_case_goes_through_the_office() {
    let workflow = Workflow::compile(&office()).unwrap();
    assert_eq!(workflow.allowed(workflow.start()), [0]);
    let checked = after(&workflow, &[(0, None)]);
    assert_eq!(workflow.after(checked, 1, None).len(), 3);
    assert_eq!(workflow.after(checked, 1, Some("no such outcome")).len(), 3);
    let refused = workflow.after(checked, 1, Some("foreign"))[0];
    assert_eq!(workflow.ended(refused), Some(End::Refused));
    let group = after(&workflow, &[(0, None), (1, Some("ok"))]);
    assert_eq!(workflow.allowed(group), [3, 5]);
    let both = after(&workflow, &[(0, None), (1, Some("ok")), (5, None), (3, None)]);
    assert_eq!(workflow.allowed(both), [4, 6]);
    let signed = after(
        &workflow,
        &[(0, None), (1, Some("ok")), (5, None), (3, None), (6, Some("sign"))],
    );
    assert_eq!(workflow.allowed(signed), [7, 8]);
    assert!(!workflow.may_end(signed));
    let done = workflow.after(signed, 8, None)[0];
    assert_eq!(
        (workflow.may_end(done), workflow.ended(done)),
        (true, Some(End::Completed))
    );
    assert_eq!(workflow.shortest_run(), 2);
}

#[test]
fn a_case_may_end_before_optional_rows() {
    let workflow = Workflow::compile(&table(&["B1", "B2 opt", "B3 opt @P/a", "B4 opt @P/b"])).unwrap();
    let state = workflow.after(workflow.start(), 0, None)[0];
    assert!(workflow.may_end(state));
    assert_eq!(workflow.ended(state), None);
    assert_eq!(workflow.allowed(state), [1, 2, 3]);
    let position = workflow.replay(&[Done::row(0)]);
    assert_eq!(
        (position.cost(), position.may_end(&workflow), position.ended(&workflow)),
        (0, true, None)
    );
    assert_eq!(position.allowed(&workflow), [1, 2, 3]);
}

#[test]
fn an_optional_row_in_one_branch_leaves_the_other_branch_alone() {
    let workflow = Workflow::compile(&table(&["A1 opt @P/a", "A2 @P/a", "C1 opt @P/b", "C2 @P/b", "E"])).unwrap();
    let state = workflow.after(workflow.start(), 1, None);
    assert_eq!(state.len(), 1);
    assert_eq!(workflow.allowed(state[0]), [2, 3]);
}

#[test]
fn refusals_are_explained() {
    let workflow = Workflow::compile(&office()).unwrap();
    let start = workflow.start();
    assert_eq!(workflow.explain(start, 0), None);
    assert_eq!(workflow.explain(start, 9), Some(Refusal::NotInTable));
    assert_eq!(
        workflow.explain(start, 6),
        Some(Refusal::TooEarly {
            skipped: vec![0, 1, 3, 5]
        })
    );
    let signed = after(
        &workflow,
        &[(0, None), (1, Some("ok")), (5, None), (3, None), (6, Some("sign"))],
    );
    assert_eq!(workflow.explain(signed, 3), Some(Refusal::TooLate));
    let done = workflow.after(signed, 8, None)[0];
    assert_eq!(workflow.explain(done, 8), Some(Refusal::AfterEnd));
    let choice = Workflow::compile(&table(&["B1 >x=B2 >y=B3", "B2 >END", "B3", "B4"])).unwrap();
    let taken = after(&choice, &[(0, Some("y"))]);
    assert_eq!(choice.explain(taken, 1), Some(Refusal::OtherBranch));
}

#[test]
fn a_position_after_a_deviation_stands_where_it_costs_least() {
    let workflow = Workflow::compile(&table(&["B1", "B2", "B3", "B4"])).unwrap();
    let skipped = workflow.replay(&[Done::row(0), Done::row(2)]);
    assert_eq!((skipped.cost(), skipped.allowed(&workflow)), (1, vec![1, 3]));
    let settled = skipped.after(&workflow, &Done::row(3));
    assert_eq!((settled.cost(), settled.ended(&workflow)), (1, Some(End::Completed)));
    let unknown = workflow.replay(&[
        Done {
            row: None,
            outcome: None,
        },
        Done::row(0),
    ]);
    assert_eq!((unknown.cost(), unknown.allowed(&workflow)), (1, vec![1]));
}

#[test]
fn numbering_is_the_same_each_time() {
    let workflow = Workflow::compile(&office()).unwrap();
    let again = Workflow::compile(&office()).unwrap();
    assert_eq!(format!("{workflow:?}"), format!("{again:?}"));
    assert_eq!(workflow.start(), State(0));
}
