//! Times in every form.

use super::*;
use crate::logs::NO_TIME;

/// 2024-03-05 08:30:00 in Việt Nam.
const MOMENT: i64 = 1_709_602_200_000;

fn time(text: &str) -> i64 {
    time_in(text, "")
}

fn time_in(text: &str, map: &str) -> i64 {
    let columns = "[columns]\ncase = \"c\"\nactivity = \"a\"\ntime = \"t\"\n";
    times(&read_with(
        format!("c;a;t\n1;a;\"{text}\"\n"),
        &format!("{map}\n{columns}"),
    ))[0]
}

#[test]
fn one_moment_is_read_in_every_form() {
    for text in [
        "2024-03-05T08:30:00",
        "2024-03-05 08:30",
        "2024-03-05T08:30:00.000+07:00",
        "2024-03-05 01:30:00+00:00",
        "2024-03-05T01:30:00Z",
        "2024-03-05T01:30:00.000000000Z",
        "2024-03-04 20:30:00-0500",
        "2024-03-05 08:30:00 +07",
        "2024-03-05 01:30:00 UTC",
        "2024/03/05 08:30:00.000",
        "2024/3/5 8:30",
        "05/03/2024 08:30",
        "05/03/2024 08:30:00",
        "5/3/2024 8:30:00 SA",
        "5/3/2024 8:30:00 AM",
        "05-03-2024, 08:30",
        "5.3.2024 8h30",
        "08:30 05/03/2024",
        "08:30:00, 05/03/2024",
        "05/03/24 08:30",
        "05-Mar-2024 08:30:00",
        "20240305T083000",
        "20240305T083000+0700",
        "  2024-03-05 08:30:00  ",
    ] {
        assert_eq!(time(text), MOMENT, "{text}");
    }
    assert_eq!(time("5/3/2024 8:30:00 CH"), MOMENT + 12 * 3_600_000);
    assert_eq!(time("5/3/2024 12:30 PM"), MOMENT + 4 * 3_600_000);
    assert_eq!(time("5/3/2024 12:30 AM"), MOMENT - 8 * 3_600_000);
    assert_eq!(time("2024-03-05T08:30:00.0079"), MOMENT + 7);
    assert_eq!(time("2024-03-04 24:00:00"), time("2024-03-05"));
    assert_eq!(time("2024-03-05"), time("05/03/2024"));
    // As PM4Py writes them.
    assert_eq!(time("2010-12-30 11:02:00+01:00"), 1_293_703_320_000);
    assert_eq!(time("2016-12-31 23:59:60Z"), 1_483_228_800_000);
}

#[test]
fn what_is_no_moment_is_refused() {
    for text in [
        "soon",
        "2024-02-30",
        "2024-13-01",
        "31/04/2024",
        "2024-03-05 25:00",
        "2024-03-05 08:61",
        "08:30",
        "2024",
        "05/03",
        "1/2/3",
        "2024-03-05 08:30:00 +99:00",
        "2024-03-05T",
        "2024-03-05 13:30 PM",
        "2024-03-05 08:30 09:30",
        "5/3/2024 6/3/2024",
        "13/13/2024",
        "2024-03-05 08:30:00x",
        "-",
        "+07:00",
        "45356.35",
        "1709602200",
        "٢٠٢٤-٠٣-٠٥",
        "2024-03-05 08:30h30h",
        "h",
        "8h",
    ] {
        assert_eq!(time(text), NO_TIME, "{text}");
    }
}

#[test]
fn absurd_years_are_told_apart() {
    for (text, code) in [
        ("1899-12-31", "absurd-time"),
        ("2201-01-01", "absurd-time"),
        ("0001-01-01", "absurd-time"),
        ("0000-00-00", "bad-time"),
    ] {
        let log = read_text(format!("case,activity,time\n1,a,2024-01-01\n1,a,{text}\n"));
        assert_eq!(faults(&log), [format!("3 {code}")], "{text}");
    }
}

#[test]
fn the_map_tells_forms_that_cannot_be_guessed() {
    assert_eq!(time_in("1709602200", "time = \"seconds\""), MOMENT);
    assert_eq!(time_in("1709602200.5", "time = \"seconds\""), MOMENT + 500);
    assert_eq!(time_in("1709602200000", "time = \"milliseconds\""), MOMENT);
    assert_eq!(time_in("45356.354166667", "time = \"excel\""), MOMENT);
    assert_eq!(time_in("45356,354166667", "time = \"excel\""), MOMENT);
    assert_eq!(time_in("03/05/2024 08:30", "time = \"month-first\""), MOMENT);
    assert_eq!(time_in("05/03/2024 08:30", "time = \"day-first\""), MOMENT);
    assert_eq!(time_in("13/05/2024 08:30", "time = \"month-first\""), NO_TIME);
    assert_eq!(time_in("05/13/2024 08:30", "time = \"day-first\""), NO_TIME);
    assert_eq!(
        time_in(
            "ngày 05 tháng 03 năm 2024, 08 giờ 30",
            "time = \"ngày %d tháng %m năm %Y, %H giờ %M\""
        ),
        MOMENT
    );
    assert_eq!(time_in("05.03.2024", "time = \"%d.%m.%Y\""), time("2024-03-05"));
    assert_eq!(
        time_in("2024-03-05 01:30 +0000", "time = \"%Y-%m-%d %H:%M %z\""),
        MOMENT
    );
    assert_eq!(time_in("2024-03-05 01:30", "zone = \"UTC\""), MOMENT);
    assert_eq!(time_in("2024-03-05 08:30", "zone = \"Asia/Ho_Chi_Minh\""), MOMENT);
    assert_eq!(time_in("99999999999999999999", "time = \"seconds\""), NO_TIME);
    assert_eq!(time_in("9999999999999999", "time = \"seconds\""), NO_TIME);
}

#[test]
fn the_order_of_day_and_month_is_told_from_the_whole_column() {
    let read = |dates: &[&str]| {
        let rows: String = dates.iter().map(|date| format!("1,a,{date} 08:00\n")).collect();
        read_text(format!("case,activity,time\n{rows}"))
    };
    let month_first = read(&["01/02/2024", "03/01/2024", "01/25/2024"]);
    let expected = read(&["2024-01-02", "2024-03-01", "2024-01-25"]);
    assert_eq!(times(&month_first), times(&expected));
    assert_eq!(faults(&month_first), [""; 0]);
    let lines = |log: &EventLog| {
        (0..3)
            .map(|event| log.case(0).unwrap().line(event).unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(lines(&month_first), [2, 4, 3]);
    let day_first = read(&["01/02/2024", "03/01/2024", "25/01/2024"]);
    assert_eq!(
        times(&day_first),
        times(&read(&["2024-02-01", "2024-01-03", "2024-01-25"]))
    );
    assert_eq!(faults(&day_first), [""; 0]);
    let unclear = read(&["01/02/2024", "03/03/2024", "2024-01-25"]);
    assert_eq!(
        times(&unclear),
        times(&read(&["2024-02-01", "2024-03-03", "2024-01-25"]))
    );
    assert_eq!(faults(&unclear), ["0 ambiguous-dates"]);
    assert_eq!(unclear.faults()[0].args, [("rows", "1".to_owned())]);
    let mixed = read(&["01/02/2024", "13/01/2024", "01/13/2024"]);
    assert_eq!(times(&mixed), times(&read(&["2024-02-01", "2024-01-13", "2024-01-13"])));
    assert_eq!(faults(&mixed)[0], "0 mixed-dates");
}
