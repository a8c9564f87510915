//! Due times of the published vectors, and properties that hold for every calendar.

use proptest::prelude::*;

use super::*;
use crate::calendar::HoursProblem;
use crate::calendar::holidays::statutory_calendar;

fn at(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%d/%m/%Y %H:%M").unwrap()
}

fn year_2026(culture_day: bool) -> WorkingCalendar {
    statutory_calendar(2025..=2028, culture_day)
}

fn limit(hundredths: u32, unit: TimeUnit) -> TimeLimit {
    TimeLimit { hundredths, unit }
}

fn days(received: &str, days: u32) -> String {
    let due = year_2026(true).due(at(received), limit(days * 100, TimeUnit::WorkingDay), None);
    due.format("%d/%m/%Y %H:%M").to_string()
}

#[test]
fn day_model_gives_the_published_due_days() {
    for (received, count, due) in [
        ("16/11/2026 09:00", 3, "19/11/2026 17:00"),
        ("20/11/2026 09:00", 3, "26/11/2026 17:00"),
        ("20/08/2026 09:00", 5, "26/08/2026 17:00"),
        ("27/08/2026 09:00", 3, "04/09/2026 17:00"),
        ("13/02/2026 09:00", 5, "27/02/2026 17:00"),
        ("24/04/2026 09:00", 3, "04/05/2026 17:00"),
        ("07/01/2026 09:00", 3, "10/01/2026 17:00"),
        ("30/12/2026 09:00", 2, "04/01/2027 17:00"),
        ("02/11/2026 09:00", 25, "08/12/2026 17:00"),
    ] {
        assert_eq!(days(received, count), due, "{received} + {count}");
    }
    let due = year_2026(false).due(at("20/11/2026 09:00"), limit(300, TimeUnit::WorkingDay), None);
    assert_eq!(due, at("25/11/2026 17:00"));
}

#[test]
fn calendar_days_end_on_a_working_day() {
    let due = |from, n| year_2026(true).due(at(from), limit(n, TimeUnit::CalendarDay), None);
    assert_eq!(due("08/04/2026 10:00", 2300), at("04/05/2026 17:00"));
    assert_eq!(due("16/11/2026 10:00", 50), at("17/11/2026 17:00"));
}

#[test]
fn same_day_depends_on_the_cutoff() {
    let cutoff = NaiveTime::from_hms_opt(15, 0, 0);
    let due = |from| year_2026(true).due(at(from), limit(100, TimeUnit::WorkingDay), cutoff);
    assert_eq!(due("20/11/2026 14:30"), at("20/11/2026 17:00"));
    assert_eq!(due("20/11/2026 15:00"), at("23/11/2026 17:00"));
    assert_eq!(due("20/11/2026 15:20"), at("23/11/2026 17:00"));
    assert_eq!(due("21/11/2026 08:00"), at("23/11/2026 17:00"));
    let late = NaiveTime::from_hms_opt(19, 0, 0);
    let evening = year_2026(true).due(at("20/11/2026 18:00"), limit(100, TimeUnit::WorkingDay), late);
    assert_eq!(evening, at("23/11/2026 17:00"));
    let hours = |from| year_2026(true).due(at(from), limit(800, TimeUnit::WorkingHour), cutoff);
    assert_eq!(hours("20/11/2026 15:20"), at("23/11/2026 17:00"));
    assert_eq!(hours("20/11/2026 14:00"), at("23/11/2026 14:00"));
    let longer = year_2026(true).due(at("16/11/2026 16:00"), limit(300, TimeUnit::WorkingDay), cutoff);
    assert_eq!(longer, at("19/11/2026 17:00"));
}

#[test]
fn parts_of_days_are_counted_by_hours() {
    let due = |from, n| year_2026(true).add_working_days(at(from), n);
    assert_eq!(due("16/11/2026 09:00", 50), at("16/11/2026 14:30"));
    assert_eq!(due("16/11/2026 16:00", 25), at("17/11/2026 08:30"));
    assert_eq!(due("16/11/2026 09:00", 150), at("18/11/2026 11:30"));
    assert_eq!(due("16/11/2026 09:00", 0), at("16/11/2026 17:00"));
    assert_eq!(due("21/11/2026 09:00", 0), at("23/11/2026 17:00"));
}

#[test]
fn minute_model_gives_the_published_times() {
    let calendar = year_2026(true);
    let add = |from, hours: u32| calendar.add_working_minutes(at(from), hours * 60);
    assert_eq!(add("16/11/2026 09:00", 24), at("19/11/2026 09:00"));
    assert_eq!(add("23/11/2026 16:30", 4), at("25/11/2026 11:00"));
    assert_eq!(add("10/11/2026 14:00", 16), at("12/11/2026 14:00"));
    let minutes = calendar.clone().with_counting(DayCounting::Minutes);
    assert_eq!(
        minutes.due(at("16/11/2026 09:00"), limit(300, TimeUnit::WorkingDay), None),
        at("19/11/2026 09:00")
    );
    assert_eq!(
        calendar.due(at("20/11/2026 20:00"), limit(1200, TimeUnit::ClockHour), None),
        at("21/11/2026 08:00")
    );
    assert_eq!(
        calendar.working_minutes_between(at("23/11/2026 16:30"), at("25/11/2026 11:00")),
        240
    );
    assert_eq!(
        calendar.working_minutes_between(at("25/11/2026 11:00"), at("23/11/2026 16:30")),
        -240
    );
}

#[test]
fn pauses_add_the_time_that_they_took() {
    let calendar = year_2026(true);
    let due = at("12/11/2026 17:00");
    let pause = |a, b| (at(a), at(b));
    let moved = |unit, pauses: &[_]| calendar.shift_by_pauses(due, unit, pauses);
    let two_days = pause("09/11/2026 09:00", "11/11/2026 09:00");
    assert_eq!(moved(TimeUnit::WorkingDay, &[two_days]), at("16/11/2026 17:00"));
    assert_eq!(
        moved(TimeUnit::WorkingDay, &[two_days, two_days]),
        at("16/11/2026 17:00")
    );
    assert_eq!(moved(TimeUnit::ClockHour, &[two_days]), at("14/11/2026 17:00"));
    assert_eq!(moved(TimeUnit::CalendarDay, &[two_days]), at("16/11/2026 17:00"));
    let night = pause("09/11/2026 18:00", "10/11/2026 06:00");
    assert_eq!(moved(TimeUnit::WorkingDay, &[night]), due);
    let after = pause("13/11/2026 09:00", "16/11/2026 09:00");
    assert_eq!(moved(TimeUnit::WorkingDay, &[after]), due);
    // A pause that begins before the moved due time counts, whatever the order of the list.
    assert_eq!(moved(TimeUnit::WorkingDay, &[after, two_days]), at("17/11/2026 17:00"));
}

#[test]
fn hours_must_be_in_order() {
    let time = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
    assert_eq!(OfficeHours::new(vec![]), Err(HoursProblem::Empty));
    assert_eq!(
        OfficeHours::new(vec![(time(9), time(8))]),
        Err(HoursProblem::OutOfOrder)
    );
    assert_eq!(
        OfficeHours::new(vec![(time(8), time(12)), (time(11), time(17))]),
        Err(HoursProblem::OutOfOrder)
    );
    assert!(OfficeHours::new(vec![(time(7), time(12)), (time(12), time(17))]).is_ok());
}

#[test]
fn the_end_of_the_calendar_does_not_panic() {
    let last = NaiveDate::MAX.and_hms_opt(9, 0, 0).unwrap();
    let calendar = WorkingCalendar::new(BTreeSet::new(), BTreeSet::new());
    for unit in [
        TimeUnit::WorkingDay,
        TimeUnit::CalendarDay,
        TimeUnit::WorkingHour,
        TimeUnit::ClockHour,
    ] {
        assert!(calendar.due(last, limit(5_000, unit), None) >= last);
    }
    let closed = calendar.with_weekdays(vec![]);
    assert!(closed.is_working_day(NaiveDate::from_ymd_opt(2026, 11, 16).unwrap()));
}

fn any_calendar() -> impl Strategy<Value = WorkingCalendar> {
    let first = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
    let dates = move |count| {
        proptest::collection::btree_set((0..400_u64).prop_map(move |n| first + chrono::Days::new(n)), 0..count)
    };
    (dates(60), dates(20), 1..4_i64).prop_map(|(off, work, spans)| {
        let at = |minutes| NaiveTime::MIN + TimeDelta::minutes(minutes);
        let hours = (0..spans)
            .map(|n| (at(420 + n * 200), at(420 + n * 200 + 170)))
            .collect();
        WorkingCalendar::new(off, work).with_hours(OfficeHours::new(hours).unwrap())
    })
}

fn any_time() -> impl Strategy<Value = NaiveDateTime> {
    let first = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap().and_time(NaiveTime::MIN);
    (0..380_i64 * 86_400).prop_map(move |seconds| first + TimeDelta::seconds(seconds))
}

fn any_unit() -> impl Strategy<Value = TimeUnit> {
    prop_oneof![
        Just(TimeUnit::WorkingDay),
        Just(TimeUnit::CalendarDay),
        Just(TimeUnit::WorkingHour),
        Just(TimeUnit::ClockHour)
    ]
}

/// The same as the calendar, by looking at every second of every day.
fn plain_working_seconds(calendar: &WorkingCalendar, a: NaiveDateTime, b: NaiveDateTime) -> i64 {
    let works = |day: NaiveDate| {
        let is_usual = calendar.make_up_days.contains(&day) || calendar.weekdays.contains(&day.weekday());
        is_usual && !calendar.days_off.contains(&day)
    };
    let days = a
        .date()
        .iter_days()
        .take_while(|day| *day <= b.date())
        .filter(|day| works(*day));
    let spans = days.flat_map(|day| {
        calendar
            .hours
            .spans()
            .iter()
            .map(move |(from, to)| (day.and_time(*from), day.and_time(*to)))
    });
    spans
        .map(|(from, to)| (to.min(b) - from.max(a)).num_seconds().max(0))
        .sum()
}

#[test]
fn days_outside_the_years_that_are_counted_at_once_are_counted_one_by_one() {
    let calendar = WorkingCalendar::new(BTreeSet::new(), BTreeSet::new());
    for (from, days, to) in [
        ("26/12/1989 09:00", 5, "02/01/1990 17:00"),
        ("30/12/2109 09:00", 3, "02/01/2110 17:00"),
        ("01/06/2150 09:00", 5, "08/06/2150 17:00"),
    ] {
        assert_eq!(calendar.add_working_days(at(from), days * 100), at(to));
    }
    assert_eq!(
        calendar.working_minutes_between(at("26/12/1989 07:30"), at("02/01/1990 17:00")),
        6 * 480
    );
    assert_eq!(
        calendar.working_minutes_between(at("30/12/2109 07:30"), at("02/01/2110 17:00")),
        4 * 480
    );
}

proptest! {
    #[test]
    fn working_time_is_what_a_look_at_every_day_gives(calendar in any_calendar(), a in any_time(), b in any_time()) {
        let (a, b) = (a.min(b), a.max(b));
        prop_assert_eq!(calendar.working_seconds(a, b), plain_working_seconds(&calendar, a, b));
        let added = calendar.add_working_seconds(a, plain_working_seconds(&calendar, a, b));
        prop_assert_eq!(plain_working_seconds(&calendar, a, added), plain_working_seconds(&calendar, a, b));
    }

    #[test]
    fn what_is_surely_in_time_is_in_time(
        calendar in any_calendar(), from in any_time(), n in 0..1_000_u32, unit in any_unit(), minutes in any::<bool>(),
        took in 0..2_000_000_i64,
    ) {
        let calendar = if minutes { calendar.with_counting(DayCounting::Minutes) } else { calendar };
        let due = calendar.due(from, limit(n, unit), None);
        for done in [from + TimeDelta::seconds(took), due, due + TimeDelta::seconds(1)] {
            let surely = calendar.is_surely_in_time(from, limit(n, unit), done);
            prop_assert!(!surely || done <= due, "{done} {due}");
        }
    }
}

proptest! {
    #[test]
    fn adding_and_measuring_agree(calendar in any_calendar(), from in any_time(), minutes in 0..20_000_u32) {
        let to = calendar.add_working_minutes(from, minutes);
        prop_assert!(to >= from);
        prop_assert_eq!(calendar.working_minutes_between(from, to), i64::from(minutes));
    }

    #[test]
    fn longer_limits_and_later_receipts_are_never_due_earlier(
        calendar in any_calendar(), from in any_time(), later in 0..500_000_i64, n in 1..3_000_u32, more in 0..300_u32,
        unit in any_unit(), cutoff in any::<bool>(), minutes in any::<bool>(),
    ) {
        let calendar = if minutes { calendar.with_counting(DayCounting::Minutes) } else { calendar };
        let cutoff = if cutoff { NaiveTime::from_hms_opt(8, 0, 0) } else { None };
        let due = calendar.due(from, limit(n, unit), cutoff);
        prop_assert!(due >= from);
        prop_assert!(calendar.due(from + TimeDelta::seconds(later), limit(n, unit), cutoff) >= due);
        if unit != TimeUnit::WorkingDay || cutoff.is_none() {
            prop_assert!(calendar.due(from, limit(n + more, unit), cutoff) >= due);
        }
    }

    #[test]
    fn nothing_is_due_on_a_day_off(
        calendar in any_calendar(), from in any_time(), n in 0..3_000_u32, number in 0..3_usize, pause in any_time(),
        hours in 0..200_i64,
    ) {
        let unit = [TimeUnit::WorkingDay, TimeUnit::CalendarDay, TimeUnit::WorkingHour][number];
        let due = calendar.due(from, limit(n, unit), None);
        prop_assert!(calendar.is_working_day(due.date()));
        let moved = calendar.shift_by_pauses(due, unit, &[(pause, pause + TimeDelta::hours(hours))]);
        prop_assert!(moved >= due);
        prop_assert!(calendar.is_working_day(moved.date()));
    }
}
