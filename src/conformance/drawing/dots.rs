//! The dotted chart: one line a case, one sign a step.

use super::pen::{Frame, GRID, INK, Pen, QUIET, pixels, tenths};
use super::time_axis::Axis;
use crate::conformance::figures::{DotSort, Dots, Order, RESULTS};
use crate::workflow::text::width;
use std::collections::BTreeMap;

const WIDTH: i32 = 940;
const RIGHT: i32 = 924;
/// Up to so many lines carry the code of their case.
const NAMED: usize = 48;
/// Height of all lines together, where they are many.
const PLOT: i64 = 720;

/// Words of the chart.
pub(in crate::conformance) struct DotWords<'a> {
    /// A day on the axis: its date, or the number of days since receipt.
    pub(in crate::conformance) day: &'a dyn Fn(Order, i64) -> String,
    /// What a sign stands for.
    pub(in crate::conformance) sort: &'a dyn Fn(DotSort) -> String,
    /// What the thick part of a line stands for.
    pub(in crate::conformance) overdue: &'a str,
    /// Printed instead of a chart without cases.
    pub(in crate::conformance) no_data: &'a str,
}

/// How a sign is drawn from its middle: a way, and whether it is filled.
struct Sign {
    way: &'static str,
    filled: bool,
    colour: &'static str,
}

const fn sign(way: &'static str, filled: bool, colour: &'static str) -> Sign {
    Sign { way, filled, colour }
}

const FINE: Sign = sign("m-2 0h4", false, "#5b8db8");
const LATE: Sign = sign("m0 -4l4 7h-8z", true, "#9a4a00");
const DEVIATING: Sign = sign("m-4 -4l8 8m0 -8l-8 8", false, "#a61b1b");
/// The steps of a table, told apart by form; there is room for so many.
const ROWS: [Sign; 12] = [
    sign("m-3 -3h6v6h-6z", true, "#0b4f93"),
    sign("m0 -4l4 7h-8z", true, "#9a4a00"),
    sign("m0 -4l4 4l-4 4l-4 -4z", true, "#17663a"),
    sign("m-4 -4l8 8m0 -8l-8 8", false, "#7a1fa2"),
    sign("m-3 -3h6v6h-6z", false, "#a61b1b"),
    sign("m-4 0h8m-4 -4v8", false, "#0b4f93"),
    sign("m0 4l4 -7h-8z", true, "#52606d"),
    sign("m0 -4l4 4l-4 4l-4 -4z", false, "#0f6b6b"),
    sign("m0 -4v8", false, "#1f2933"),
    sign("m0 -4l4 7h-8z", false, "#7a1fa2"),
    sign("m-4 0h8", false, "#9a4a00"),
    sign("m0 4l4 -7h-8z", false, "#17663a"),
];
/// The part of a line after the promised time.
const OVERDUE: &str = " stroke=\"#d08a4a\" stroke-width=\"3\" fill=\"none\"";
const OTHER: Sign = sign("m-1 0h2", false, "#1f2933");

fn sign_of(sort: DotSort) -> &'static Sign {
    match sort {
        DotSort::Fine => &FINE,
        DotSort::Late => &LATE,
        DotSort::Deviating => &DEVIATING,
        DotSort::Row(row) => row.and_then(|row| ROWS.get(row)).unwrap_or(&OTHER),
    }
}

/// Draws the chart. Its size is bounded because the lines and dots of [`Dots`] are.
pub(in crate::conformance) fn draw_dots(frame: &Frame<'_>, words: &DotWords<'_>, dots: &Dots, order: Order) -> String {
    let is_named = dots.rows.len() <= NAMED;
    let deep = match i64::try_from(dots.rows.len()) {
        Ok(0) => {
            let mut pen = Pen::open(frame, WIDTH, 60);
            pen.text((WIDTH / 2, 35), " text-anchor=\"middle\"", words.no_data);
            return pen.close();
        }
        Ok(rows) if is_named => (PLOT * 10 / rows).clamp(150, 200),
        Ok(rows) => PLOT * 10 / rows,
        Err(_) => 10,
    };
    let left = if is_named {
        let codes = dots.rows.iter().map(|row| width(&row.code, 11));
        codes.max().unwrap_or(0) + 12
    } else {
        20
    };
    let lines: Vec<Vec<DotSort>> = legend_lines(words, dots);
    let top = pixels(lines.len()) * 22 + 56;
    let bottom = top + i32::try_from(deep * i64::try_from(dots.rows.len()).unwrap_or(0) / 10).unwrap_or(720) + 4;
    let mut pen = Pen::open(frame, WIDTH, bottom + 10);
    legend(&mut pen, words, &lines);
    let axis = Axis {
        span: dots.span,
        edges: (left, RIGHT),
        order,
    };
    axis.draw(&mut pen, (top, bottom), words.day);
    lines_and_signs(
        &mut pen,
        dots,
        &axis,
        (i64::from(top) * 10 + deep / 2 + 20, deep),
        is_named,
    );
    pen.close()
}

/// The lines of the cases with their signs, from a first height down by equal steps, in tenths of a pixel.
fn lines_and_signs(pen: &mut Pen, dots: &Dots, axis: &Axis, (first, deep): (i64, i64), is_named: bool) {
    let (mut ended, mut open, mut overdue) = (String::new(), String::new(), String::new());
    let mut ways: BTreeMap<DotSort, String> = BTreeMap::new();
    let mut y = first;
    for row in &dots.rows {
        let (from, to) = (axis.place(row.from), axis.place(row.to));
        let line = if row.is_open { &mut open } else { &mut ended };
        line.push_str(&format!("M{} {}H{}", tenths(from), tenths(y), tenths(to)));
        if let Some(due) = row.overdue_from {
            let due = axis.place(due).max(from);
            overdue.push_str(&format!("M{} {}H{}", tenths(due), tenths(y), tenths(to)));
        }
        for dot in &row.dots {
            let sign = sign_of(dot.sort);
            let way = ways.entry(drawn_as(dot.sort)).or_default();
            way.push_str(&format!("M{} {}{}", tenths(axis.place(dot.at)), tenths(y), sign.way));
        }
        if is_named {
            let place = (axis.edges.0 - 8, i32::try_from(y / 10).unwrap_or(0) + 4);
            let attributes = format!(" font-size=\"11\" fill=\"{QUIET}\" text-anchor=\"end\"");
            pen.text(place, &attributes, &row.code);
        }
        y += deep;
    }
    pen.path(
        &ended,
        &format!(" stroke=\"{GRID}\" stroke-width=\"1.5\" fill=\"none\""),
    );
    pen.path(
        &open,
        " stroke=\"#7b8b9a\" stroke-width=\"1.5\" stroke-dasharray=\"4 3\" fill=\"none\"",
    );
    pen.path(&overdue, OVERDUE);
    for (sort, way) in &ways {
        pen.path(way, &look(sign_of(*sort)));
    }
}

fn look(sign: &Sign) -> String {
    let colour = sign.colour;
    if sign.filled {
        format!(" fill=\"{colour}\"")
    } else if sign.way == FINE.way {
        format!(" stroke=\"{colour}\" stroke-width=\"4\" fill=\"none\"")
    } else {
        format!(" stroke=\"{colour}\" stroke-width=\"2\" fill=\"none\"")
    }
}

/// Steps beyond the signs share one.
fn drawn_as(sort: DotSort) -> DotSort {
    match sort {
        DotSort::Row(row) => DotSort::Row(row.filter(|row| *row < ROWS.len())),
        DotSort::Fine | DotSort::Late | DotSort::Deviating => sort,
    }
}

/// The signs that occur, in lines as wide as the chart.
fn legend_lines(words: &DotWords<'_>, dots: &Dots) -> Vec<Vec<DotSort>> {
    let mut sorts: Vec<DotSort> = dots
        .rows
        .iter()
        .flat_map(|row| &row.dots)
        .map(|dot| drawn_as(dot.sort))
        .collect();
    sorts.sort_unstable();
    sorts.dedup();
    if sorts.iter().any(|sort| RESULTS.contains(sort)) {
        sorts = RESULTS.to_vec();
    }
    // The shared sign comes last.
    sorts.sort_by_key(|sort| *sort == DotSort::Row(None));
    let mut lines: Vec<Vec<DotSort>> = vec![Vec::new()];
    let mut x = 0;
    for sort in sorts {
        let wide = width(&(words.sort)(sort), 12) + 44;
        if x > 0 && x + wide > WIDTH {
            lines.push(Vec::new());
            x = 0;
        }
        if let Some(line) = lines.last_mut() {
            line.push(sort);
        }
        x += wide;
    }
    lines
}

fn legend(pen: &mut Pen, words: &DotWords<'_>, lines: &[Vec<DotSort>]) {
    let attributes = format!(" font-size=\"12\" fill=\"{INK}\"");
    let (mut x, mut y) = (8, 12);
    for line in lines {
        x = 8;
        for sort in line {
            let sign = sign_of(*sort);
            let word = (words.sort)(*sort);
            pen.path(&format!("M{x} {y}{}", sign.way), &look(sign));
            pen.text((x + 12, y + 4), &attributes, &word);
            x += width(&word, 12) + 44;
        }
        y += 22;
    }
    if x + 60 + width(words.overdue, 12) > WIDTH {
        x = 8;
    } else {
        y -= 22;
    }
    pen.path(&format!("M{x} {y}h24"), OVERDUE);
    pen.text((x + 32, y + 4), &attributes, words.overdue);
}
