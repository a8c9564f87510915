//! Hard files of CSV.

use super::*;
use crate::logs::{FailureCode, NO_TIME};
use unicode_normalization::UnicodeNormalization;

#[test]
fn rows_of_any_order_come_together_by_case_and_time() {
    let log = read_text(
        "case_id,activity,timestamp,resource\nA,x,2024-01-03,p\nB,x,2024-01-01,q\nA,y,2024-01-01,q\nB,y,2024-01-02,\nA,z,2024-01-03,p\n",
    );
    assert_eq!(shown(&log), ["A: y@q, x@p, z@p", "B: x@q, y"]);
    assert_eq!((log.cases(), log.events(), log.steps()), (2, 5, 3));
    assert_eq!(faults(&log), [""; 0]);
    let lines: Vec<Vec<usize>> = log
        .iter()
        .map(|case| (0..case.steps().len()).map(|event| case.line(event).unwrap()).collect())
        .collect();
    assert_eq!(lines, [vec![4, 2, 6], vec![3, 5]]);
    assert_eq!(log.case(0).unwrap().line(3), None);
}

#[test]
fn without_times_rows_keep_the_order_of_the_file() {
    let log = read_text("case,activity\nA,3\nB,1\nA,2\nA,1\n");
    assert_eq!(shown(&log), ["A: 3, 2, 1", "B: 1"]);
    assert!(times(&log).iter().all(|at| *at == NO_TIME));
}

#[test]
fn marks_separators_line_ends_and_quotation_marks_of_every_kind_are_read() {
    let expected = ["A,1: a;b|c, d \"e\"\nf"];
    for text in [
        "\u{feff}case,activity\r\n\"A,1\",a;b|c\r\n\"A,1\",\"d \"\"e\"\"\nf\"\r\n",
        "case;activity\nA,1;\"a;b|c\"\n\nA,1;\"d \"\"e\"\"\nf\"",
        "case\tactivity\nA,1\ta;b|c\nA,1\t\"d \"\"e\"\"\nf\"\n",
        "sep=|\ncase|activity\nA,1|\"a;b|c\"\n A,1 |\"d \"\"e\"\"\nf\"\n",
    ] {
        let log = read_text(text);
        assert_eq!(shown(&log), expected, "{text}");
        assert_eq!(faults(&log), [""; 0], "{text}");
    }
}

#[test]
fn lines_are_those_of_the_file_after_quoted_line_breaks_and_rows_left_out() {
    let log = read_text("case,activity\nA,\"x\ny\nz\"\nA,b\nA,\nA,c\n\nA,d\n");
    let case = log.case(0).unwrap();
    let lines: Vec<usize> = (0..4).map(|event| case.line(event).unwrap()).collect();
    assert_eq!(lines, [2, 5, 7, 9]);
    assert_eq!(faults(&log), ["6 no-activity-"]);
}

#[test]
fn lines_are_the_same_however_they_end() {
    for end in ["\n", "\r\n", "\r"] {
        let text = ["case,activity", "A,a", "", "A,", "", "A,\"x", "y\"", "A,"].join(end);
        let log = read_text(text);
        assert_eq!(faults(&log), ["4 no-activity-", "8 no-activity-"]);
        let case = log.case(0).unwrap();
        assert_eq!((case.line(0), case.line(1)), (Some(2), Some(6)));
        assert_eq!(shown(&log), ["A: a, x\ny"]);
    }
}

#[test]
fn names_are_the_same_however_their_letters_are_composed() {
    let apart: String = "Hồ sơ số 1,Thẩm định".nfd().collect();
    let log = read_text(format!("mã hồ sơ,bước\nHồ sơ số 1,Thẩm định\n{apart}\n"));
    assert_eq!(shown(&log), ["Hồ sơ số 1: Thẩm định, Thẩm định"]);
    assert_eq!(log.steps(), 1);
    let header: String = "MÃ HỒ SƠ,Bước".nfd().collect();
    let log = read_with(
        format!("{header}\n1,a\n"),
        "[columns]\ncase = \"Mã hồ sơ\"\nactivity = \"Bước\"",
    );
    assert_eq!(shown(&log), ["1: a"]);
}

#[test]
fn other_encodings_are_read_where_the_file_or_the_map_tells_them() {
    let text = "Mã hồ sơ\tBước\n1\tThẩm định\n";
    let expected = ["1: Thẩm định"];
    let units = |bytes: fn(u16) -> [u8; 2]| -> Vec<u8> { text.encode_utf16().flat_map(bytes).collect() };
    let (little, big) = (units(u16::to_le_bytes), units(u16::to_be_bytes));
    assert_eq!(shown(&read_text([&[0xff, 0xfe], &little[..]].concat())), expected);
    assert_eq!(shown(&read_text([&[0xfe, 0xff], &big[..]].concat())), expected);
    assert_eq!(shown(&read_text(&little)), ["1: Thẩm định"]);
    assert_eq!(read_text(&big).reading().encoding, "UTF-16BE");
    // Windows writes tone marks apart.
    let (old, _, _) = encoding_rs::WINDOWS_1258.encode("ma ho so;buoc\n1;đang kê\u{301}\n");
    assert_eq!(shown(&read_with(&old, "encoding = \"windows-1258\"")), ["1: đang kế"]);
}

#[test]
fn a_file_in_an_untold_encoding_is_refused_with_its_line() {
    let header = try_read(b"case,activity,t\xea\n1,2,3\n", &LogMap::default())
        .err()
        .unwrap();
    assert_eq!((header.code, header.line), (FailureCode::NotUtf8, 1));
    let only = try_read(b"case,activity\n1,\xea\n2,\xea\n", &LogMap::default())
        .err()
        .unwrap();
    assert_eq!((only.code, only.line), (FailureCode::NotUtf8, 2));
    let mut many = b"case,activity\n1,a\n".to_vec();
    many.extend(b"1,\xea\n".repeat(500));
    let many = try_read(many, &LogMap::default()).err().unwrap();
    assert_eq!((many.code, many.line), (FailureCode::NotUtf8, 102));
}

#[test]
fn one_slip_of_encoding_leaves_the_other_rows() {
    let log = read_text(b"case,activity,resource\n1,a,p\n1,b\xff,p\n\xff,b,p\n1,c,\xff\n");
    assert_eq!(shown(&log), ["1: a@p, c"]);
    assert_eq!(faults(&log), ["3 not-utf8-", "4 not-utf8-", "5 not-utf8"]);
    assert_eq!(log.left_out(), 2);
}

#[test]
fn rows_of_another_width_are_told_and_read_where_nothing_is_missing() {
    let log = read_text("case,activity,x,y\n1,a,,\n1,b\n1\n1,c,,,,\n1,d,,,e\n,,,\n;\n");
    assert_eq!(shown(&log), ["1: a, b, c"]);
    assert_eq!(
        faults(&log),
        ["3 short-row", "4 short-row-", "6 long-row-", "8 short-row-"]
    );
    assert_eq!(
        log.faults()[0].args,
        [("cells", "2".to_owned()), ("columns", "4".to_owned())]
    );
}

#[test]
fn rows_without_a_case_or_a_time_are_told() {
    let log =
        read_text("case,activity,time\n,a,2024-01-01\n1,b,\n1,c,soon\n1,d,1066-10-14\n1,e,2024-01-01\n2,,2024-01-01\n");
    assert_eq!(shown(&log), ["1: b, c, d, e"]);
    assert_eq!(
        faults(&log),
        [
            "2 no-case-",
            "3 no-time",
            "4 bad-time",
            "5 absurd-time",
            "7 no-activity-"
        ]
    );
    assert_eq!(log.faults()[2].args, [("value", "soon".to_owned())]);
    assert_eq!(log.faults()[2].field, Some(Field::Time));
}

#[test]
fn repeated_rows_are_told_with_both_lines_and_kept() {
    let log = read_text(
        "case,activity,time,user\n1,a,2024-01-01 08:00,p\n1,a,2024-01-01 08:00,q\n1,b,2024-01-01 08:00,p\n1,a,2024-01-01 08:00,p\n2,a,2024-01-01,p\n2,a,2024-01-01,p\n",
    );
    assert_eq!(shown(&log), ["1: a@p, a@q, b@p, a@p", "2: a@p, a@p"]);
    assert_eq!(faults(&log), ["5 repeated-row"]);
    assert_eq!(log.faults()[0].args, [("other", "2".to_owned())]);
}

#[test]
fn the_map_names_columns_and_gives_names_another_meaning() {
    let map = "[columns]\ncase = \"Số\"\nactivity = \"Việc\"\noutcome = \"KQ\"\nresource = \"Ai\"\nrole = \"VT\"\nposition = \"CV\"\n\
        completed = \"Xong\"\nlifecycle = \"Pha\"\n[activities]\n\"Nhận\" = \"B01\"\n[outcomes]\n\"Đạt\" = \"ok\"\n[people]\n\"An\" = \"an\"\n[roles]\n\"Một cửa\" = \"mc\"\n";
    let text = "Số;Việc;KQ;Ai;VT;CV;Xong;Pha\n1;Nhận;Đạt;An;Một cửa;Công chức;chưa;complete\n1;Trả;;Bình;;;rồi;start\n2;Nhận;;;;;không;COMPLETE\n3;Trả;;;;;có lẽ;\n";
    let log = read_with(text, map);
    assert_eq!(shown(&log), ["1: B01/ok@an:mc#Công chức, Trả@Bình", "2: B01", "3: Trả"]);
    let completed: Vec<_> = log.iter().map(|case| case.completed()).collect();
    assert_eq!(completed, [Some(true), Some(false), None]);
    assert_eq!(faults(&log), ["5 bad-completed"]);
    let log = read_with(text, &format!("phases = [\"Complete\"]\n{map}"));
    assert_eq!(shown(&log), ["1: B01/ok@an:mc#Công chức", "2: B01", "3: Trả"]);
}

#[test]
fn a_header_without_what_is_needed_is_refused_with_its_columns() {
    let unknown = try_read("a,b\n1,2\n", &LogMap::default()).err().unwrap();
    assert_eq!(unknown.code, FailureCode::FieldUnknown);
    assert_eq!(
        unknown.args,
        [("field", "case".to_owned()), ("columns", "a, b".to_owned())]
    );
    let map = LogMap::parse("[columns]\ncase = \"a\"\nactivity = \"c\"").unwrap();
    let missing = try_read("a,b\n1,2\n", &map).err().unwrap();
    assert_eq!((missing.code, missing.line), (FailureCode::NoColumn, 1));
    let twice = try_read("a,c,c\n1,2,3\n", &map).err().unwrap();
    assert_eq!(twice.code, FailureCode::ColumnTwice);
    let no_case = LogMap::parse("[columns]\nactivity = \"c\"").unwrap();
    assert_eq!(
        try_read("a,c\n1,2\n", &no_case).err().unwrap().code,
        FailureCode::FieldUnknown
    );
}

#[test]
fn a_header_alone_is_a_log_without_cases_and_nothing_is_no_log() {
    let log = read_text("case,activity\n");
    assert_eq!((log.cases(), log.events()), (0, 0));
    for text in ["", " \r\n\n"] {
        assert_eq!(
            try_read(text, &LogMap::default()).err().unwrap().code,
            FailureCode::Empty
        );
    }
}

#[test]
fn the_columns_of_the_usual_tools_are_known() {
    for header in [
        "case:concept:name,concept:name,time:timestamp,org:resource,org:role",
        "Case ID,Activity,Complete Timestamp,Resource,Role",
        "_CASE_KEY,ACTIVITY_EN,EVENTTIME,USER_NAME,ROLE",
        "Mã hồ sơ,Bước,Thời gian,Cán bộ,Vai trò",
        "case_id,activity,timestamp,user,role",
        "CaseID,Step,Time,Employee,org:role",
    ] {
        let log = read_text(format!("{header}\n1,a,2024-01-01 08:00:00,p,r\n"));
        assert_eq!(shown(&log), ["1: a@p:r"], "{header}");
        assert_ne!(times(&log), [NO_TIME], "{header}");
    }
}

#[test]
fn many_events_are_arranged_across_the_parts_of_the_columns() {
    let many: u64 = 100_000;
    let mut text = String::from("case,activity,time,user\n");
    let mut place = 0;
    for _ in 0..many {
        let (case, step) = (place / 4, place % 4);
        text.push_str(&format!("{case},S{step},2024-01-01 0{step}:00:00,U{}\n", case % 7));
        place = (place + 70_001) % many;
    }
    let log = read_text(&text);
    assert_eq!((log.cases(), log.events(), faults(&log).len()), (25_000, 100_000, 0));
    let lines: Vec<&str> = text.lines().collect();
    for case in log.iter() {
        let names: Vec<&str> = case
            .steps()
            .iter()
            .map(|step| log.step(*step).unwrap().activity)
            .collect();
        assert_eq!(names, ["S0", "S1", "S2", "S3"]);
        let number: u64 = case.name().parse().unwrap();
        for (event, doer) in case.doers().iter().enumerate() {
            assert_eq!(
                log.doer(*doer).unwrap().resource,
                Some(format!("U{}", number % 7).as_str())
            );
            assert!(lines[case.line(event).unwrap() - 1].starts_with(&format!("{number},S{event},")));
        }
    }
}
