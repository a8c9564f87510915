//! Properties of random tables and random cases.

use proptest::{collection::vec, prelude::*};

use super::{align, net::Net, samples::step};
use crate::workflow::{Done, End, Move, Problem, Room, State, StepTable, Workflow, check};

/// A row before it is placed: whether it is optional, and where it may jump to.
pub(crate) type Draft = (bool, Vec<u8>);

fn draft() -> impl Strategy<Value = Draft> {
    (prop::bool::weighted(0.25), vec(any::<u8>(), 0..3))
}

/// Parts of a table: one branch is a plain row, more are a parallel part.
pub(crate) fn parts() -> impl Strategy<Value = Vec<Vec<Vec<Draft>>>> {
    let row = draft().prop_map(|row| vec![vec![row]]);
    let group = vec(vec(draft(), 1..4), 2..4);
    vec(prop_oneof![3 => row, 1 => group], 1..6)
}

/// A table in which each row leads to what is below it, and by further outcomes anywhere in its region.
pub(crate) fn build(parts: &[Vec<Vec<Draft>>]) -> StepTable {
    let mut firsts = Vec::new();
    let mut count = 0;
    for part in parts {
        firsts.push(format!("B{count}"));
        count += part.iter().map(Vec::len).sum::<usize>();
    }
    firsts.push("END".to_owned());
    let mut rows = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        for (branch, drafts) in part.iter().enumerate() {
            let first = rows.len();
            for (place, (optional, jumps)) in drafts.iter().enumerate() {
                let mut text = format!("B{}", rows.len());
                if *optional {
                    text += " opt";
                }
                let (below, targets) = if part.len() == 1 {
                    let mut targets = firsts.clone();
                    targets.push("END-REFUSED".to_owned());
                    (firsts[at + 1].clone(), targets)
                } else {
                    text += &format!(" @P{at}/{branch}");
                    let own: Vec<String> = (0..drafts.len()).map(|row| format!("B{}", first + row)).collect();
                    let out = firsts[at + 1].clone();
                    (own.get(place + 1).cloned().unwrap_or(out), own)
                };
                // A branch at the end of the table has no row below to name, so its last row must have no outcomes.
                let cannot_name_below = part.len() > 1 && below == "END";
                if !(jumps.is_empty() || cannot_name_below) {
                    text += &format!(" >o0={below}");
                    for (number, jump) in jumps.iter().enumerate() {
                        text += &format!(" >o{}={}", number + 1, targets[usize::from(*jump) % targets.len()]);
                    }
                }
                rows.push(text);
            }
        }
    }
    StepTable {
        steps: rows.iter().map(|row| step(row)).collect(),
        ..StepTable::default()
    }
}

const OUTCOMES: [&str; 3] = ["o0", "o1", "o2"];

type Events = Vec<(Option<usize>, Option<usize>)>;

fn events(owned: &Events) -> Vec<Done<'static>> {
    owned
        .iter()
        .map(|(row, outcome)| Done {
            row: *row,
            outcome: outcome.map(|o| OUTCOMES[o % 3]),
        })
        .collect()
}

/// A complete case that follows the table, led by chance and then by the shortest way out.
fn accepted(workflow: &Workflow, chance: &[u8]) -> Events {
    let mut state = workflow.start();
    let mut run = Vec::new();
    for byte in chance {
        let choices = workflow.allowed(state);
        if choices.is_empty() || (workflow.may_end(state) && byte % 5 == 0) {
            break;
        }
        let row = choices[usize::from(*byte) % choices.len()];
        let outcome = (byte % 3 != 0).then_some(usize::from(*byte) / 3 % 3);
        let states = workflow.after(state, row, outcome.map(|o| OUTCOMES[o]));
        state = states[usize::from(byte / 7) % states.len()];
        run.push((Some(row), outcome));
    }
    while !workflow.may_end(state) {
        let next = |row: usize| {
            workflow
                .after(state, row, None)
                .into_iter()
                .map(move |after| (row, after))
        };
        let best = workflow.allowed(state).into_iter().flat_map(next);
        let (row, after) = best
            .min_by_key(|(_, after)| workflow.node(after.index()).unwrap().to_end)
            .unwrap();
        run.push((Some(row), None));
        state = after;
    }
    run
}

fn accepts(workflow: &Workflow, moves: &[Move], owned: &[Done<'_>], finished: bool) -> bool {
    let mut states: Vec<State> = vec![workflow.start()];
    for step in moves {
        let (row, outcome) = match step {
            Move::Sync { event, row } => (*row, owned[*event].outcome),
            Move::Model { row } => (*row, None),
            Move::Log { .. } => continue,
        };
        states = states
            .iter()
            .flat_map(|state| workflow.after(*state, row, outcome))
            .collect();
        states.sort_unstable();
        states.dedup();
    }
    if finished {
        states.iter().any(|state| workflow.may_end(*state))
    } else {
        !states.is_empty()
    }
}

fn noise() -> impl Strategy<Value = Events> {
    let row = prop_oneof![9 => (0_usize..12).prop_map(Some), 1 => Just(None)];
    vec((row, prop::option::of(0_usize..3)), 0..9)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn random_tables_are_sound(parts in parts()) {
        let table = build(&parts);
        let errors: Vec<Problem> = check(&table).into_iter().filter(Problem::is_error).collect();
        prop_assert_eq!(errors, vec![]);
        let workflow = Workflow::compile(&table).unwrap();
        // An end is reachable from every state, and every row is possible in some state.
        prop_assert!(workflow.nodes.iter().all(|node| node.to_end < u32::MAX && node.from_start < u32::MAX));
        for row in 0..workflow.rows() {
            prop_assert!(workflow.nodes.iter().any(|node| node.doings.iter().any(|doing| doing.row == row)));
        }
    }

    #[test]
    fn accepted_runs_cost_nothing_and_every_step_is_live_allowed(parts in parts(), chance in vec(any::<u8>(), 0..20)) {
        let workflow = Workflow::compile(&build(&parts)).unwrap();
        let run = accepted(&workflow, &chance);
        let run = events(&run);
        let alignment = align(&workflow, &run, true);
        prop_assert_eq!(alignment.cost, 0);
        prop_assert!(alignment.moves.len() == run.len());
        let mut position = workflow.begin();
        for done in &run {
            prop_assert!(position.allowed(&workflow).contains(&done.row.unwrap()));
            position = position.after(&workflow, done);
            prop_assert_eq!(position.cost(), 0);
        }
        prop_assert!(position.may_end(&workflow));
    }

    #[test]
    fn a_position_costs_as_much_as_the_alignment_of_the_prefix(parts in parts(), owned in noise()) {
        let workflow = Workflow::compile(&build(&parts)).unwrap();
        let events = events(&owned);
        let mut position = workflow.begin();
        for done in 0..=events.len() {
            prop_assert_eq!(position.cost(), align(&workflow, &events[..done], false).cost);
            if let Some(event) = events.get(done) {
                position = position.after(&workflow, event);
            }
        }
    }

    #[test]
    fn the_cost_is_that_of_a_plain_search_on_a_net(parts in parts(), owned in noise()) {
        let table = build(&parts);
        let workflow = Workflow::compile(&table).unwrap();
        let net = Net::new(&table);
        let events = events(&owned[..owned.len().min(5)].to_vec());
        prop_assert_eq!(align(&workflow, &events, true).cost, net.cost(&events, true));
        prop_assert_eq!(align(&workflow, &events, false).cost, net.cost(&events, false));
        prop_assert_eq!(workflow.shortest_run(), net.cost(&[], true));
    }

    #[test]
    fn edits_bound_the_cost(parts in parts(), chance in vec(any::<u8>(), 0..15), edits in vec((any::<u8>(), 0_usize..14), 0..5)) {
        let workflow = Workflow::compile(&build(&parts)).unwrap();
        let mut owned = accepted(&workflow, &chance);
        for (number, (at, row)) in edits.iter().enumerate() {
            let before = align(&workflow, &events(&owned), true).cost;
            let place = usize::from(*at) % (owned.len() + 1);
            if at % 2 == 0 && place < owned.len() {
                owned.remove(place);
            } else {
                owned.insert(place, (Some(*row), None));
            }
            let after = align(&workflow, &events(&owned), true);
            prop_assert!(before.abs_diff(after.cost) <= 1);
            prop_assert!(usize::try_from(after.cost).unwrap() <= number + 1);
        }
    }

    #[test]
    fn moves_spell_the_events_and_a_way_through_the_table(parts in parts(), owned in noise(), finished in any::<bool>()) {
        let workflow = Workflow::compile(&build(&parts)).unwrap();
        let events = events(&owned);
        let alignment = align(&workflow, &events, finished);
        let spelled: Vec<usize> = alignment.moves.iter().filter_map(|step| match step {
            Move::Sync { event, row } => { assert_eq!(events[*event].row, Some(*row)); Some(*event) }
            Move::Log { event, .. } => Some(*event),
            Move::Model { .. } => None,
        }).collect();
        prop_assert_eq!(spelled, (0..events.len()).collect::<Vec<_>>());
        prop_assert!(accepts(&workflow, &alignment.moves, &events, finished), "{:?}", alignment.moves);
        let deviations = alignment.moves.iter().filter(|step| !matches!(step, Move::Sync { .. })).count();
        prop_assert_eq!(usize::try_from(alignment.cost).unwrap(), deviations);
        prop_assert!((0.0..=1.0).contains(&alignment.fitness()));
        prop_assert_eq!(align(&workflow, &events, finished), alignment);
    }

    #[test]
    fn one_look_up_says_what_a_search_finds(parts in parts()) {
        let workflow = Workflow::compile(&build(&parts)).unwrap();
        prop_assert!(workflow.dense.is_quick());
        for state in (0..workflow.states()).map(State::new) {
            for row in 0..workflow.rows() {
                let ways = workflow.dense.ways(row);
                for (way, column) in ways.clone().enumerate() {
                    prop_assert_eq!(workflow.next(state, row, way), workflow.dense.search(state, column));
                }
                prop_assert_eq!(workflow.next(state, row, ways.len()), None);
                prop_assert_eq!(workflow.allows(state, row), workflow.explain(state, row).is_none());
                prop_assert_eq!(workflow.allows(state, row), !workflow.after(state, row, None).is_empty());
            }
            let allowed = workflow.allowed(state);
            prop_assert!(allowed.iter().all(|row| workflow.allows(state, *row)));
            prop_assert_eq!(allowed.len(), (0..workflow.rows()).filter(|row| workflow.allows(state, *row)).count());
        }
    }

    #[test]
    fn a_position_that_goes_on_is_the_one_made_anew(parts in parts(), owned in noise()) {
        let workflow = Workflow::compile(&build(&parts)).unwrap();
        let events = events(&owned);
        let (mut position, mut room) = (workflow.begin(), Room::default());
        for (done, event) in events.iter().enumerate() {
            prop_assert_eq!(&position.after(&workflow, event), &workflow.replay(&events[..=done]));
            position.go_on(&workflow, event, &mut room);
            prop_assert_eq!(&position, &workflow.replay(&events[..=done]));
            for row in 0..workflow.rows() {
                prop_assert_eq!(position.allows(&workflow, row), position.allowed(&workflow).contains(&row));
            }
        }
    }

    #[test]
    fn a_case_costs_at_most_to_strike_out_everything_and_do_a_shortest_run(parts in parts(), owned in noise()) {
        let workflow = Workflow::compile(&build(&parts)).unwrap();
        let events = events(&owned);
        let cost = align(&workflow, &events, true).cost;
        prop_assert!(cost <= u32::try_from(events.len()).unwrap() + workflow.shortest_run());
        prop_assert!(align(&workflow, &events, false).cost <= cost);
    }

    #[test]
    fn toward_an_end_only_cases_with_that_end_fit(parts in parts(), chance in vec(any::<u8>(), 0..15), owned in noise()) {
        let workflow = Workflow::compile(&build(&parts)).unwrap();
        let run = events(&accepted(&workflow, &chance));
        let noise = events(&owned);
        let ways = [End::Completed, End::Refused, End::Withdrawn].map(|end| workflow.toward(end));
        let least = |events: &[Done<'_>]| {
            ways.iter().flatten().map(|toward| align(toward, events, true).cost).min().unwrap()
        };
        prop_assert_eq!(least(&run), 0);
        prop_assert_eq!(least(&noise), align(&workflow, &noise, true).cost);
        for (toward, end) in ways.iter().zip([End::Completed, End::Refused, End::Withdrawn]) {
            let rest = workflow.rest(&[workflow.start()], end);
            prop_assert_eq!(toward.as_ref().map(Workflow::shortest_run), rest.as_ref().map(|rows| u32::try_from(rows.len()).unwrap()));
            if let (Some(toward), Some(rows)) = (toward, rest) {
                let rows: Vec<Done<'_>> = rows.into_iter().map(Done::row).collect();
                prop_assert_eq!(align(toward, &rows, true).cost, 0);
            }
        }
    }

    #[test]
    fn a_jump_across_the_border_of_a_parallel_part_is_refused_and_named(parts in parts(), from in any::<u8>(), to in any::<u8>()) {
        let mut table = build(&parts);
        let inside: Vec<usize> = (0..table.steps.len()).filter(|row| table.steps[*row].branch.is_some()).collect();
        prop_assume!(!inside.is_empty());
        let from = inside[usize::from(from) % inside.len()];
        let own = table.steps[from].branch.clone();
        // The row below a branch may be named, for that is how the branch is left.
        let others: Vec<usize> = (0..table.steps.len())
            .filter(|row| table.steps[*row].branch != own && *row < from)
            .collect();
        prop_assume!(!others.is_empty());
        let code = table.steps[others[usize::from(to) % others.len()]].code.clone();
        table.steps[from].next = vec![super::samples::step(&format!("X >a={code} >b=END")).next.remove(0)];
        let named: Vec<Problem> = check(&table).into_iter().filter(|problem| problem.is_error() && problem.row == Some(from)).collect();
        prop_assert!(!named.is_empty(), "{from} to {code}");
        prop_assert!(Workflow::compile(&table).is_err());
    }
}
