//! Old habits under a new version.

use super::office::{CLEAN, Edition, TEXT, calendar, month};
use crate::conformance::Judged;
use crate::conformance::patterns::habit::{Habit, habit};
use crate::conformance::patterns::stats::Share;
use crate::kernel::VersionId;

/// The new edition wants a check of the fee before the signature, and stamps after handing out.
fn new_text() -> String {
    let check = "[[steps]]\ncode = \"B3a\"\nname = \"Kiểm tra phí\"\nroles = [\"r\"]\n[[steps]]\ncode = \"B4\"";
    TEXT.replace("[[steps]]\ncode = \"B4\"", check)
        .replace("to = \"B4\"", "to = \"B3a\"")
}

fn look(after: &[Judged], old: &Edition) -> Habit {
    let after: Vec<&Judged> = after.iter().collect();
    habit(&after, (&old.version, &old.content), &calendar())
}

#[test]
fn cases_that_fit_the_version_before_better_are_found_with_who_did_them() {
    let (old, new) = (Edition::new("v1", TEXT), Edition::new("v2", &new_text()));
    let mut after = new.cases(0, 3, "B1 B2 B3=Đạt B3a B4 B5 B6");
    after.extend(new.cases(40, 2, CLEAN));
    // It deviates from both alike: that is no habit.
    after.push(new.case(50, "B1 B2 B3=Đạt B3a B5 B6"));
    let found = look(&after, &old);
    assert!(found.differs);
    assert_eq!(found.cases, Share::new(2, 6));
    assert_eq!(found.rows[0].code, "HS.v2.41", "the newest first");
    assert_eq!(found.rows[0].costs, (0, 1));
    // Chi signed where the new text wants the check first.
    assert_eq!(found.people.len(), 1);
    assert_eq!(found.people[0].1, "chi");
    // The case without a signature is none of hers.
    assert_eq!(found.people[0].2, Share::new(2, 5));
    assert_eq!(
        found.months,
        [(month(0), Share::new(0, 3)), (month(40), Share::new(2, 3))]
    );
    assert_eq!(found.by_old_text, 0);
}

#[test]
fn versions_that_prescribe_the_same_way_show_no_habit_but_use_of_the_old_text_is_counted() {
    let (old, new) = (
        Edition::new("v1", TEXT),
        Edition::new("v2", &TEXT.replace("2 working_day", "3 working_day")),
    );
    let mut trace = new.case(9, "B1 B3=Đạt B4 B5 B6").trace;
    trace.events[1].version = VersionId::of("v1");
    let found = look(&[new.judged(trace)], &old);
    assert!(!found.differs);
    assert_eq!((found.rows.len(), found.by_old_text), (0, 1));
    assert_eq!(look(&[], &old), Habit::default());
}
