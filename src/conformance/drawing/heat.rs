//! The map of very many cases: a square in each field, as large as much happened, with a dark one inside it, as large
//! as much of that was late or deviating.

use super::pen::{Frame, INK, PAPER, Pen, QUIET, pixels, tenths};
use super::time_axis::Axis;
use crate::conformance::figures::{Heat, Order};

const LEFT: i32 = 20;
const FIELD: i32 = 19;

/// Words of the map.
pub(in crate::conformance) struct HeatWords<'a> {
    /// A day on the axis: its date, or the number of days since receipt.
    pub(in crate::conformance) day: &'a dyn Fn(Order, i64) -> String,
    /// The legend: all steps, and those late or deviating.
    pub(in crate::conformance) legend: [&'a str; 2],
}

/// Draws the map.
pub(in crate::conformance) fn draw_heat(frame: &Frame<'_>, words: &HeatWords<'_>, heat: &Heat, order: Order) -> String {
    let columns = i32::try_from(heat.columns).unwrap_or(48);
    let (right, top) = (LEFT + columns * FIELD, 56);
    let bottom = top + pixels(heat.bands) * FIELD;
    let mut pen = Pen::open(frame, right + 20, bottom + 10);
    let axis = Axis {
        span: heat.span,
        edges: (LEFT, right),
        order,
    };
    axis.draw(&mut pen, (top, bottom), words.day);
    let most = heat.fields.values().map(|(events, _)| *events).max().unwrap_or(1);
    let (mut all, mut marked) = (String::new(), String::new());
    for ((column, band), (events, own)) in &heat.fields {
        let middle = (
            i64::from(LEFT) * 10 + column * i64::from(FIELD) * 10 + i64::from(FIELD) * 5,
            i64::from(top + pixels(*band) * FIELD) * 10 + i64::from(FIELD) * 5,
        );
        square(&mut all, middle, side(*events, most));
        square(&mut marked, middle, side(*own, most));
    }
    pen.path(
        &all,
        &format!(" fill=\"#c9e1f0\" stroke=\"{QUIET}\" stroke-width=\"0.5\""),
    );
    pen.path(&marked, " fill=\"#9a4a00\"");
    pen.path(
        "M8 5h14v14h-14z",
        &format!(" fill=\"#c9e1f0\" stroke=\"{QUIET}\" stroke-width=\"0.5\""),
    );
    let attributes = format!(" font-size=\"12\" fill=\"{INK}\"");
    let [first, second] = words.legend;
    pen.text((30, 16), &attributes, first);
    let x = 30 + crate::workflow::text::width(first, 12) + 30;
    pen.path(
        &format!("M{x} 5h14v14h-14z"),
        &format!(" fill=\"{PAPER}\" stroke=\"{QUIET}\" stroke-width=\"0.5\""),
    );
    pen.path(&format!("M{} 9h7v7h-7z", x + 4), " fill=\"#9a4a00\"");
    pen.text((x + 22, 16), &attributes, second);
    pen.close()
}

/// The side of a square in tenths of a pixel: its area is the share of the most.
fn side(count: u32, most: u32) -> i64 {
    let area = u64::from(count) * 170 * 170 / u64::from(most.max(1));
    i64::try_from(area.isqrt()).unwrap_or(0)
}

fn square(way: &mut String, (x, y): (i64, i64), side: i64) {
    if side > 0 {
        let (left, top, side) = (tenths(x - side / 2), tenths(y - side / 2), tenths(side));
        way.push_str(&format!("M{left} {top}h{side}v{side}h-{side}z"));
    }
}
