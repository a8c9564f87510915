//! Pictures are whole, escaped, bounded, and tell nothing by colour alone.

use super::{
    DotWords, Frame, HeatWords, Linked, Pair, Pairing, VariantWords, draw_dots, draw_heat, draw_pair, draw_variants,
};
use crate::conformance::figures::{Dot, DotRow, DotSort, Dots, Fit, Heat, Order, Variant, date};
use std::collections::BTreeMap;

const FRAME: Frame<'_> = Frame {
    id: "p",
    title: "Hình <thử> & \"nháy\"",
    description: "Mô tả",
};

/// Every tag that opens is closed in order, and no bare mark is left; gives the text.
fn text_of(svg: &str) -> String {
    let (mut open, mut text) = (Vec::new(), String::new());
    let mut rest = svg;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        let (tag, after) = after.split_once('>').expect("a tag ends");
        assert!(!tag.contains('<') && tag.matches('"').count() % 2 == 0, "{tag}");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{svg}");
        } else if !tag.ends_with('/') {
            open.push(tag.split_whitespace().next().unwrap());
        }
        rest = after;
    }
    assert!(open.is_empty(), "{open:?}");
    assert!(!svg.contains("style=") && !svg.contains("<script"));
    text.push_str(rest);
    text
}

fn variant(steps: &[(Fit, &str)], cases: u32, conforming: u32) -> Variant {
    Variant {
        steps: steps.iter().map(|(fit, code)| (*fit, (*code).to_owned())).collect(),
        cases,
        conforming,
        time: None,
        examples: Vec::new(),
    }
}

fn variants(all: &[Variant]) -> String {
    let words = VariantWords {
        head: &|number, variant: &Variant| format!("{number}. {} hồ sơ", variant.cases),
        more: &|more| format!("và {more} bước nữa"),
        row: &|code: &str| (code == "B1").then_some(0),
        legend: ["theo bảng", "thừa", "thiếu"],
    };
    draw_variants(&FRAME, &words, all, (1, 50))
}

#[test]
fn a_variant_shows_its_steps_by_letter_form_and_sign() {
    let own = [(Fit::Follows, "B1"), (Fit::Extra, "<XM>"), (Fit::LeftOut, "B3")];
    let svg = variants(&[variant(&own, 40, 30), variant(&[], 10, 0)]);
    let text = text_of(&svg);
    for says in [
        "1. 40 hồ sơ",
        "2. 10 hồ sơ",
        "B1",
        "+ &lt;XM&gt;",
        "− B3",
        "+ thừa",
        "− thiếu",
    ] {
        assert!(text.contains(says), "{says}: {text}");
    }
    // Forty of fifty: four fifths of the longest bar, three quarters of it dark.
    assert!(
        svg.contains("width=\"140\" height=\"9\"") && svg.contains("width=\"105\" height=\"9\""),
        "{svg}"
    );
    assert!(svg.contains("url(#p-extra)") && svg.contains("stroke-dasharray"));
    let long = vec![(Fit::Follows, "B1"); 60];
    assert!(text_of(&variants(&[variant(&long, 1, 1)])).contains("và 16 bước nữa"));
}

fn day(order: Order, number: i64) -> String {
    match order {
        Order::Received => date(number).unwrap().to_string(),
        Order::Duration => format!("{number} ngày"),
    }
}

fn dots(dots: &Dots, order: Order) -> String {
    let words = DotWords {
        day: &day,
        sort: &|sort| format!("{sort:?}"),
        overdue: "quá hạn",
        no_data: "không có hồ sơ",
    };
    draw_dots(&FRAME, &words, dots, order)
}

fn line(number: i64, sorts: &[DotSort]) -> DotRow {
    DotRow {
        code: format!("HS.{number}"),
        from: 0,
        to: 2880,
        is_open: number % 2 == 1,
        overdue_from: Some(2000),
        dots: (0..)
            .zip(sorts)
            .map(|(at, sort)| Dot {
                at: at * 480,
                sort: *sort,
            })
            .collect(),
    }
}

#[test]
fn few_cases_are_named_and_each_result_has_its_own_sign() {
    let sorts = [DotSort::Fine, DotSort::Late, DotSort::Deviating];
    let chart = Dots {
        rows: vec![line(0, &sorts), line(1, &sorts)],
        every: 1,
        span: (0, 2880),
    };
    let svg = dots(&chart, Order::Duration);
    let text = text_of(&svg);
    for says in [
        "HS.0",
        "HS.1",
        "Fine",
        "Late",
        "Deviating",
        "quá hạn",
        "0 ngày",
        "1 ngày",
        "2 ngày",
    ] {
        assert!(text.contains(says), "{says}: {text}");
    }
    // A legend sign and two of each on the lines.
    for way in ["m-2 0h4", "m0 -4l4 7h-8z", "m-4 -4l8 8m0 -8l-8 8"] {
        assert_eq!(svg.matches(way).count(), 3, "{way}");
    }
    let none = Dots {
        rows: Vec::new(),
        every: 1,
        span: (0, 0),
    };
    assert!(text_of(&dots(&none, Order::Received)).contains("không có hồ sơ"));
}

#[test]
fn the_largest_chart_stays_small() {
    let sorts: Vec<DotSort> = (0..15).map(|row| DotSort::Row(Some(row))).collect();
    let rows: Vec<DotRow> = (0..400).map(|number| line(number, &sorts)).collect();
    let chart = Dots {
        rows,
        every: 1,
        span: (0, 700 * 24 * 60),
    };
    let svg = dots(&chart, Order::Received);
    assert!(svg.len() < 200_000, "{} bytes", svg.len());
    let text = text_of(&svg);
    // Steps beyond the twelve signs share one, and lines too many for names have none.
    assert!(text.contains("Row(None)") && !text.contains("Row(Some(12))") && !text.contains("HS.7"));
    let fields = (0..48).flat_map(|column| (0..30).map(move |band| ((column, band), (900_u32, 450_u32))));
    let map = Heat {
        bands: 30,
        band_cases: 700,
        columns: 48,
        fields: fields.collect::<BTreeMap<_, _>>(),
        span: (0, 90 * 24 * 60),
    };
    let words = HeatWords {
        day: &day,
        legend: ["bước", "trễ"],
    };
    let svg = draw_heat(&FRAME, &words, &map, Order::Received);
    assert!(svg.len() < 200_000, "{} bytes", svg.len());
    assert!(text_of(&svg).contains("trễ"));
}

#[test]
fn a_pair_links_to_what_was_done_and_to_what_is_asked() {
    let linked = |code: &str, path: &str| {
        Some(Linked {
            code: code.to_owned(),
            path: path.to_owned(),
        })
    };
    let pair = Pair {
        pairing: Pairing::Fits,
        done: linked("B1", "#entry-1"),
        asked: linked("B<1>", "/documents/QT?a=1&b=2#step-1"),
        word: "Khớp".to_owned(),
        label: "Khớp: \"B1\"".to_owned(),
    };
    let svg = draw_pair(&pair);
    assert!(text_of(&svg).contains("B&lt;1&gt;") && svg.contains("aria-label=\"Khớp: &quot;B1&quot;\""));
    assert!(svg.contains("href=\"#entry-1\"") && svg.contains("href=\"/documents/QT?a=1&amp;b=2#step-1\""));
    let missing = draw_pair(&Pair {
        pairing: Pairing::Missing,
        done: None,
        ..pair
    });
    // The box that is asked for is dashed, the place of what was not done dotted.
    assert!(missing.contains("\"6 4\"") && missing.contains("\"2 4\"") && missing.matches("<a ").count() == 1);
}
