//! Suggested maps.

use super::*;
use crate::logs::{TimeForm, head, suggest};

fn suggested(text: &str) -> LogMap {
    suggest(&head(text.as_bytes(), Format::Any, &LogMap::default()).unwrap())
}

fn columns(map: &LogMap) -> Vec<String> {
    map.columns
        .iter()
        .map(|(field, column)| format!("{}={column}", field.as_str()))
        .collect()
}

#[test]
fn columns_of_offices_are_suggested() {
    let map = suggested(
        "STT;Mã hồ sơ;Tên bước thực hiện;Ngày giờ xử lý;Cán bộ xử lý hồ sơ;Chức vụ;Kết quả;Ghi chú\n1;HS1;Tiếp nhận;05/03/2024 08:30;An;Công chức;Đạt;\n",
    );
    let expected = [
        "case=Mã hồ sơ",
        "activity=Tên bước thực hiện",
        "outcome=Kết quả",
        "time=Ngày giờ xử lý",
        "resource=Cán bộ xử lý hồ sơ",
        "position=Chức vụ",
    ];
    assert_eq!(columns(&map), expected);
    assert_eq!(map.separator, Some(';'));
    assert_eq!(LogMap::parse(&map.write()).unwrap(), map);
}

#[test]
fn the_completed_time_goes_before_the_start_time() {
    let map = suggested("Case ID,Activity,Start Timestamp,Complete Timestamp,Resource\n1,a,2024-01-01,2024-01-02,p\n");
    assert_eq!(map.columns[&Field::Time], "Complete Timestamp");
}

#[test]
fn what_stands_in_a_column_decides_too() {
    // `completed` that holds times is no yes or no, and `date` that holds words is no time.
    let map = suggested("case,activity,completed,date,when\n1,a,2024-01-02,soon,2024-01-02 08:00\n");
    assert_eq!(columns(&map), ["case=case", "activity=activity", "time=completed"]);
    let map = suggested("case,activity,timestamp\n1,a,1709602200\n2,a,1709602201\n");
    assert_eq!(map.times.form, TimeForm::Auto);
    assert_eq!(columns(&map), ["case=case", "activity=activity"]);
}

#[test]
fn attributes_of_xes_are_suggested() {
    let text = "<log><trace><string key=\"concept:name\" value=\"1\"/><boolean key=\"completed\" value=\"true\"/><event><string key=\"concept:name\" value=\"a\"/>\
        <date key=\"time:timestamp\" value=\"2024-01-01T00:00:00Z\"/><string key=\"org:resource\" value=\"p\"/></event></trace></log>";
    let map = suggested(text);
    let expected = [
        "case=case:concept:name",
        "activity=concept:name",
        "time=time:timestamp",
        "resource=org:resource",
        "completed=case:completed",
    ];
    assert_eq!(columns(&map), expected);
    let log = try_read(text, &map).unwrap();
    assert_eq!(shown(&log), ["1: a@p"]);
    assert_eq!(log.case(0).unwrap().completed(), Some(true));
}

#[test]
fn a_long_file_is_judged_by_whole_rows() {
    let mut text = String::from("case,activity,timestamp\n");
    for row in 0..20_000 {
        text.push_str(&format!("{row},a,2024-01-01 08:00:00\n"));
    }
    let found = head(text.as_bytes(), Format::Any, &LogMap::default()).unwrap();
    assert!(found.columns.iter().all(|column| column.samples.len() == 50));
    assert_eq!(suggest(&found).columns.len(), 3);
}

#[test]
fn the_example_of_the_documentation_is_a_map() {
    let page = include_str!("../../../docs/logs.md");
    let example = page.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let map = LogMap::parse(example).unwrap();
    assert_eq!(map.columns.len(), Field::ALL.len());
    assert_eq!(map.times.form, TimeForm::DayFirst);
}
