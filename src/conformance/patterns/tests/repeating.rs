//! Which deviations repeat, and what changed with a version.

use super::office::{CLEAN, Edition, TEXT, calendar, month, now};
use crate::conformance::patterns::drift::{Drift, LEAST, Sides, Verdict, drift};
use crate::conformance::patterns::repeats::{Repeats, repeats};
use crate::conformance::patterns::stats::Share;
use crate::conformance::{FindingKind as K, Judged, Severity};
use crate::kernel::VersionId;
use std::collections::BTreeMap;

fn numbers() -> BTreeMap<VersionId, i64> {
    // Not in the order of the names.
    [("v1", 1), ("v0", 2)]
        .map(|(id, number)| (VersionId::of(id), number))
        .into()
}

fn repeated(judged: &[Judged]) -> Repeats {
    repeats(judged, &numbers())
}

#[test]
fn a_deviation_is_counted_against_the_cases_that_came_to_its_step() {
    let edition = Edition::new("v1", TEXT);
    let mut judged = edition.cases(0, 6, CLEAN);
    // Two leave out the assignment; two are open before it, so they never came there.
    judged.extend(edition.cases(35, 2, "B1 B3=Đạt B4 B5 B6"));
    judged.extend(edition.cases(36, 2, "…"));
    let found = repeated(&judged);
    let skipped = found.rows.iter().find(|row| row.spot.kind == K::Skipped).unwrap();
    assert_eq!(skipped.spot.step, "B2");
    assert_eq!(skipped.cases, Share::new(2, 8));
    assert_eq!(
        skipped.months,
        [(month(0), Share::new(0, 6)), (month(35), Share::new(2, 2))]
    );
    assert_eq!(skipped.first, judged[6].trace.events[1].done_at);
    assert_eq!(skipped.last, judged[7].trace.events[1].done_at);
    assert!(skipped.people.is_empty(), "whoever did the next step left nothing out");
    assert_eq!(skipped.severity, Severity::Medium);
}

#[test]
fn who_and_which_position_and_since_which_version_are_told() {
    let (old, new) = (Edition::new("v1", TEXT), Edition::new("v0", TEXT));
    let mut judged = old.cases(0, 5, CLEAN);
    judged.extend(new.cases(31, 3, "B1 B2 B3=Đạt@chi B4 B5 B6"));
    judged.extend(new.cases(100, 1, "B1 XM B2 B3=Đạt B4 B5 B6"));
    let found = repeated(&judged);
    let eyes = &found.rows[0];
    assert_eq!((eyes.spot.kind, eyes.spot.step.as_str()), (K::FourEyes, "B4"));
    assert_eq!(eyes.cases, Share::new(3, 9));
    assert_eq!(eyes.people.len(), 1);
    assert_eq!((eyes.people[0].1.as_str(), eyes.people[0].2), ("chi", 3));
    assert_eq!(eyes.positions, [("Chức danh chi".to_owned(), 3)]);
    assert_eq!(eyes.began_with(), Some(&VersionId::of("v0")));
    assert_eq!(eyes.versions[0], (VersionId::of("v1"), Share::new(0, 5)));
    // Months in which nothing came are there, with nothing.
    assert_eq!(eyes.months.len(), 4);
    assert_eq!(eyes.months[2].1, Share::new(0, 0));
    assert_eq!(found.rows.len(), 1);
    assert_eq!(found.single, 1, "the step outside the table was seen once");
    assert_eq!(found.positions[0].position, "Chức danh chi");
    // Three examinations and nine signatures, of which three deviate.
    assert_eq!(found.positions[0].steps, Share::new(3, 12));
    assert_eq!(repeated(&[]).rows, []);
}

fn changed(before: &[Judged], after: &[Judged]) -> Drift {
    let (before, after): (Vec<_>, Vec<_>) = (before.iter().collect(), after.iter().collect());
    drift(&Sides {
        before: &before,
        after: &after,
        calendar: &calendar(),
        now: now(),
    })
}

#[test]
fn a_real_change_is_told_and_one_of_chance_is_not() {
    let (old, new) = (Edition::new("v1", TEXT), Edition::new("v0", TEXT));
    let mut before = old.cases(0, 30, CLEAN);
    before.extend(old.cases(30, 2, "B1 B3=Đạt B4 B5 B6"));
    let mut after = new.cases(40, 12, "B1 B2 B3=Đạt+600 B4 B5 B6");
    after.extend(new.cases(52, 18, "B1 B3=Đạt+600 B4 B5 B6"));
    after.extend(new.cases(70, 3, "B1…"));
    let drift = changed(&before, &after);
    assert_eq!((drift.cases.0, drift.cases.1), (Share::new(32, 32), Share::new(30, 33)));
    assert_eq!(drift.conforming.verdict, Verdict::Less);
    assert_eq!(
        (drift.conforming.before, drift.conforming.after),
        (Share::new(30, 32), Share::new(12, 30))
    );
    let (grew, (low, high)) = drift.conforming.difference.unwrap();
    assert!(low < grew && grew < high && high < 0.0);
    // The three that were given up are late by now; three of 33 may be chance.
    assert_eq!(drift.late.after, Share::new(3, 33));
    assert_eq!(drift.late.verdict, Verdict::Chance);
    let skipped = drift.deviations.iter().find(|one| one.kind == K::Skipped).unwrap();
    assert_eq!(
        (skipped.change.before, skipped.change.after),
        (Share::new(2, 32), Share::new(18, 30))
    );
    assert_eq!(skipped.change.verdict, Verdict::More);
    assert!(!skipped.appeared() && !skipped.vanished());
    let step = |code: &str| &drift.steps.iter().find(|(own, _)| own == code).unwrap().1;
    assert_eq!(step("B3").verdict, Verdict::More);
    assert_eq!(step("B3").after.median, Some(10.0));
    assert_eq!(step("B4").verdict, Verdict::Chance);
    assert_eq!(drift.variants[0].0.join(" "), "B1 B2 B3 B4 B5 B6");
    assert!(drift.tests >= 8, "{} comparisons are judged together", drift.tests);
    assert_eq!(drift.mean_fitness.0.map(|mean| mean > 0.99), Some(true));
}

#[test]
fn too_few_cases_are_never_called_a_change() {
    let (old, new) = (Edition::new("v1", TEXT), Edition::new("v0", TEXT));
    let few = u64::from(LEAST) - 1;
    let drift = changed(&old.cases(0, 40, CLEAN), &new.cases(50, few, "B1 B3=Đạt+900 B4 B5 B6"));
    let all = [&drift.conforming, &drift.late];
    assert!(
        all.iter()
            .all(|one| one.verdict == Verdict::TooFew && one.chance.is_none())
    );
    assert!(drift.deviations.iter().all(|one| one.change.verdict == Verdict::TooFew));
    assert!(
        drift
            .steps
            .iter()
            .all(|(_, one)| matches!(one.verdict, Verdict::TooFew | Verdict::NotThere))
    );
    assert_eq!(drift.tests, 0);
    assert!(drift.deviations[0].appeared());
    let nothing = changed(&[], &[]);
    assert_eq!(nothing.conforming.difference, None);
}
