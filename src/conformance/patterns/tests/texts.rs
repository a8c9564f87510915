//! What practice says about a better text, and the text that comes of it.

use super::office::{CLEAN, Edition, TEXT, calendar};
use crate::conformance::Judged;
use crate::conformance::patterns::amend::{amend, apply};
use crate::conformance::patterns::practice::{Practice, practice};
use crate::conformance::patterns::proposals::{Change, Proposal, proposals};
use crate::conformance::patterns::stats::Share;
use crate::procedures::{StepTimes, parse_limit};

fn look(edition: &Edition, judged: &[Judged]) -> (Practice, Vec<Proposal>) {
    let judged: Vec<&Judged> = judged.iter().collect();
    let table = &edition.content.table;
    let found = practice(&judged, table, &calendar());
    let advice = proposals((&judged, &found), (&edition.content.source, table), &calendar());
    (found, advice)
}

/// The proposals about the way; what is said of limits has a test of its own.
fn ids(advice: &[Proposal]) -> Vec<String> {
    let of_way = advice.iter().filter(|one| !matches!(one.change, Change::Limit { .. }));
    of_way.map(|proposal| proposal.change.id()).collect()
}

fn steps(edition: &Edition, change: &Change) -> Option<String> {
    let changed = apply(&edition.content.source, change)?;
    let row = |row: &crate::procedures::StepRow| {
        let next: Vec<&str> = row.next.iter().map(|next| next.to.as_str()).collect();
        format!("{}>{}", row.code, next.join("|"))
    };
    Some(changed.steps.iter().map(row).collect::<Vec<_>>().join(" "))
}

#[test]
fn orders_successions_and_repetitions_are_counted() {
    let edition = Edition::new("v1", TEXT);
    let mut judged = edition.cases(0, 3, CLEAN);
    judged.push(edition.case(5, "B1 B2 B3=Trả_lại B1 B2 B3=Đạt B4 B5 B6"));
    judged.push(edition.case(6, "B1 B2…"));
    judged.push(edition.case(7, "B1 XM B3=Đạt B4 B5 B6"));
    let (found, advice) = look(&edition, &judged);
    assert_eq!((found.cases, found.fitting), (Share::new(5, 6), 4));
    assert_eq!(found.variants[0].cases, Share::new(3, 5));
    assert_eq!((found.variants[0].fitting, found.all_variants), (3, 3));
    let follow = |from: Option<&str>, to: Option<&str>| {
        let one = found
            .follows
            .iter()
            .find(|one| (one.from.as_deref(), one.to.as_deref()) == (from, to));
        one.map(|one| (one.times, one.fitting, one.cases))
    };
    assert_eq!(follow(Some("B1"), Some("B2")), Some((5, 5, 4)));
    assert_eq!(follow(None, Some("B1")), Some((5, 5, 5)));
    assert_eq!(follow(Some("B6"), None), Some((5, 5, 5)));
    assert_eq!(follow(Some("XM"), Some("B3")), Some((1, 0, 1)));
    let total: u32 = found.follows.iter().map(|one| one.times).sum();
    let events: usize = judged
        .iter()
        .filter(|one| one.trace.ended.is_some())
        .map(|one| one.trace.events.len() + 1)
        .sum();
    assert_eq!(
        usize::try_from(total).unwrap(),
        events,
        "each event and each end follows something"
    );
    let second = &found.steps[1];
    assert_eq!(
        (second.code.as_str(), second.cases, second.times, second.repeated),
        ("B2", Share::new(4, 5), 5, 1)
    );
    let outside = found.steps.last().unwrap();
    assert_eq!(
        (outside.row, outside.cases, outside.mostly_after.as_deref()),
        (None, Share::new(1, 5), Some("B1"))
    );
    assert_eq!(found.loops[0].cases, Share::new(1, 5));
    assert_eq!(ids(&advice), Vec::<String>::new(), "five cases say nothing");
}

#[test]
fn a_step_that_nobody_does_is_proposed_to_be_optional_unless_it_controls_others() {
    let edition = Edition::new("v1", TEXT);
    let mut judged = edition.cases(0, 2, CLEAN);
    judged.extend(edition.cases(10, 18, "B1 B3=Đạt B4 B5 B6"));
    let (_, advice) = look(&edition, &judged);
    assert_eq!(ids(&advice), ["optional:B2"]);
    assert!(advice[0].is_mechanical);
    assert_eq!(advice[0].cases, Share::new(18, 20));
    let effect = advice[0].effect.unwrap();
    assert_eq!(effect.fitting, (Share::new(2, 20), Share::new(20, 20)));
    assert_eq!(effect.cost, (18, 0));
    // Nobody signs: the table is not what is wrong.
    let mut judged = edition.cases(0, 1, CLEAN);
    judged.extend(edition.cases(10, 18, "B1 B2 B3=Đạt B5 B6"));
    let (_, advice) = look(&edition, &judged);
    assert_eq!(ids(&advice), ["control:B4"]);
    assert!(!advice[0].is_mechanical);
}

#[test]
fn a_step_that_is_always_done_earlier_is_moved_and_its_ways_with_it() {
    let edition = Edition::new("v1", TEXT);
    // Stamped before it is signed, nearly always.
    let mut judged = edition.cases(0, 2, CLEAN);
    judged.extend(edition.cases(10, 15, "B1 B2 B3=Đạt B5 B4 B6"));
    let (_, advice) = look(&edition, &judged);
    assert_eq!(ids(&advice), ["move:B5:B4"]);
    assert_eq!(advice[0].cases, Share::new(15, 17));
    assert!(advice[0].is_mechanical);
    let effect = advice[0].effect.unwrap();
    assert_eq!(effect.fitting.1, Share::new(15, 17));
    assert_eq!(
        steps(&edition, &advice[0].change).unwrap(),
        "B1> B2> B3>B5|B1 B5> B4> B6>"
    );
    // Handed out before anything: as far up as practice goes, and not past what decides.
    let mut judged = edition.cases(0, 1, CLEAN);
    judged.extend(edition.cases(10, 15, "B1 B2 B3=Đạt B6 B4 B5"));
    let (_, advice) = look(&edition, &judged);
    assert_eq!(ids(&advice), ["move:B6:B4"]);
    assert_eq!(
        steps(&edition, &advice[0].change).unwrap(),
        "B1> B2> B3>B6|B1 B6> B4> B5>"
    );
}

#[test]
fn moves_that_need_an_author_are_left_to_one() {
    let edition = Edition::new("v1", TEXT);
    let to = |step: &str, before: &str| Change::Move {
        step: step.to_owned(),
        before: before.to_owned(),
    };
    // B3 decides; B1 stands first already; B9 is unknown.
    for (step, before) in [("B3", "B2"), ("B1", "B3"), ("B4", "B4"), ("B9", "B1"), ("B4", "B9")] {
        assert_eq!(steps(&edition, &to(step, before)), None, "{step} before {before}");
    }
    // A way on that is stated, not left to the row below: the rows around it are told where to go.
    let stated = TEXT.replace("code = \"B5\"\n", "code = \"B5\"\nnext = [\"B6\"]\n");
    let edition = Edition::new("v1", &stated);
    assert_eq!(
        steps(&edition, &to("B5", "B4")).unwrap(),
        "B1> B2> B3>B5|B1 B5>B4 B4>B6 B6>"
    );
}

#[test]
fn limits_follow_what_steps_really_take() {
    let edition = Edition::new("v1", TEXT);
    // Half a day for B2; half of the cases need ten hours.
    let mut judged = edition.cases(0, 12, CLEAN);
    judged.extend(edition.cases(14, 12, "B1 B2+600 B3=Đạt B4 B5 B6"));
    let (found, advice) = look(&edition, &judged);
    let timed = found.times.iter().find(|timed| timed.row == 1).unwrap();
    assert_eq!((timed.hours.count, timed.late), (24, Share::new(12, 24)));
    let of = |step: &str| {
        advice
            .iter()
            .find(|one| matches!(&one.change, Change::Limit { step: own, .. } if own == step))
    };
    let tight = of("B2").unwrap();
    assert_eq!(tight.change.word(), "tight");
    let Change::Limit { to, .. } = &tight.change else {
        panic!()
    };
    assert_eq!(parse_limit("1 working_day"), Some(*to));
    assert_eq!(tight.late, Some((Share::new(12, 24), Share::new(0, 24))));
    // Two days for an examination of an hour are far too many.
    let generous = of("B3").unwrap();
    assert_eq!(generous.change.word(), "generous");
    assert!(generous.is_mechanical && generous.effect.is_none());
    let changed = apply(&edition.content.source, &tight.change).unwrap();
    assert_eq!(changed.steps[1].time, StepTimes::Same("1 working_day".to_owned()));
    assert_eq!(of("B1"), None, "half a day for an hour is not worth a change");
    // The text says something else by now: nothing is changed.
    let other = Edition::new("v1", &TEXT.replace("0.5 working_day", "0.25 working_day"));
    assert_eq!(apply(&other.content.source, &tight.change), None);
}

#[test]
fn steps_outside_the_table_and_ways_back_become_notes() {
    let edition = Edition::new("v1", TEXT);
    let mut judged = edition.cases(0, 6, CLEAN);
    judged.extend(edition.cases(10, 8, "B1 B2 XM B3=Trả_lại B1 B2 B3=Đạt B4 B5 B6"));
    let (_, advice) = look(&edition, &judged);
    assert_eq!(ids(&advice), ["add:XM", "rework:B3:B1:Trả lại"]);
    let advice: Vec<Proposal> = advice.into_iter().take(2).collect();
    assert!(advice.iter().all(|proposal| !proposal.is_mechanical));
    let changes: Vec<(&Change, bool)> = advice.iter().map(|one| (&one.change, one.is_mechanical)).collect();
    let amended = amend(&edition.content.source, changes.into_iter());
    assert_eq!(amended.applied, [false, false]);
    assert_eq!(amended.source, edition.content.source);
}
