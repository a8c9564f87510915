//! Charts of small numbers, of none, and of the largest.

use super::*;

const CHART: Chart<'_> = Chart {
    id: "c1",
    title: "Hồ sơ <theo lĩnh vực>",
    description: "Số hồ sơ đúng hạn và trễ hạn.",
    no_data: "Chưa có dữ liệu",
    number: |count| count.to_string(),
};
const LEGEND: Legend<'_> = Legend {
    first: "Đúng hạn",
    second: "Trễ hạn",
    percent: "Tỷ lệ đúng hạn",
};

fn rows() -> Vec<Bar> {
    let bar = |label: &str, first, second| Bar {
        label: label.to_owned(),
        first,
        second,
    };
    vec![
        bar("Hộ tịch", 412, 9),
        bar("Chứng thực & bản sao", 1280, 0),
        bar("Đất đai, môi trường và các thủ tục khác có tên rất dài", 96, 31),
        bar("Người có công", 0, 0),
    ]
}

fn months() -> Vec<Month> {
    (1..=12_u32)
        .map(|n| Month {
            label: format!("T{n}"),
            first: if n == 5 { 0 } else { n * 17 % 90 + 20 },
            second: n % 4 * 3,
            percent: if n == 5 { None } else { Some(f64::from(80 + n)) },
        })
        .collect()
}

#[test]
fn charts_are_named_escaped_and_without_style() {
    let legend = Legend { percent: "", ..LEGEND };
    for svg in [
        bars(&CHART, &legend, &rows()),
        columns(&CHART, &LEGEND, &months()),
        ring(&CHART, 97, 100, "97 %"),
    ] {
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
        assert!(svg.contains("role=\"img\"") && svg.contains("Hồ sơ &lt;theo lĩnh vực&gt;</title>"));
        assert!(!svg.contains("style=") && !svg.contains("NaN") && !svg.contains("inf"));
    }
    assert!(bars(&CHART, &legend, &rows()).contains("Chứng thực &amp; bản sao"));
}

#[test]
fn nothing_to_show_says_so() {
    let none = Bar {
        label: "a".into(),
        first: 0,
        second: 0,
    };
    let svgs = [
        bars(&CHART, &LEGEND, &[none]),
        columns(&CHART, &LEGEND, &[]),
        ring(&CHART, 0, 0, ""),
    ];
    for svg in svgs {
        assert!(svg.contains("Chưa có dữ liệu"));
    }
}

#[test]
fn extremes_stay_in_the_picture() {
    let huge = Bar {
        label: String::new(),
        first: u32::MAX,
        second: u32::MAX,
    };
    assert!(!bars(&CHART, &LEGEND, &[huge]).contains("inf"));
    let odd = Month {
        label: "T1".into(),
        first: u32::MAX,
        second: 1,
        percent: Some(f64::NAN),
    };
    assert!(!columns(&CHART, &LEGEND, &[odd]).contains("NaN"));
    assert!(ring(&CHART, 9, 3, "100 %").contains("stroke-dasharray=\"301.59 301.59\""));
    assert_eq!(
        [0, 4, 5, 13, 21, 199, 4_000_000_000].map(round_up),
        [4, 4, 8, 20, 40, 200, 4_000_000_000]
    );
}
