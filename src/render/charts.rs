//! Charts drawn on the server as SVG: bars, columns by month and a ring. Presentation attributes only, so that a page
//! needs no style and no script for them; two series differ by pattern as well as by colour, for print in one colour.

const INK: &str = "#1f2933";
const GRID: &str = "#9fb3c8";
const AXIS: &str = "#52606d";
/// First series, 8.2 : 1 on white.
const FIRST: &str = "#0b4f93";
/// Second series (late), 6.3 : 1 on white.
const SECOND: &str = "#9a4a00";
/// Percentage line, 7.0 : 1 on white.
const TREND: &str = "#17663a";
const REST: &str = "#d9e2ec";
const PAPER: &str = "#ffffff";
const SIZE: u32 = 13;

/// What every chart has.
#[derive(Debug, Clone, Copy)]
pub struct Chart<'a> {
    /// Prefix of every id in the chart, unique on the page; letters, digits and `-`.
    pub id: &'a str,
    /// Short name, read out first.
    pub title: &'a str,
    /// What the chart shows, in a sentence with the main numbers.
    pub description: &'a str,
    /// Printed instead of a chart when there is nothing to show.
    pub no_data: &'a str,
    /// Writes a count in the reader's language.
    pub number: fn(u32) -> String,
}

/// One bar: a count, and beside it in the same bar a second one (late beside on time), nought when there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// What is counted.
    pub label: String,
    /// First series.
    pub first: u32,
    /// Second series, stacked on the first.
    pub second: u32,
}

/// One month: two stacked counts, and a percentage from 0 to 100 when there is one.
#[derive(Debug, Clone, PartialEq)]
pub struct Month {
    /// The month as it is printed below the column.
    pub label: String,
    /// First series.
    pub first: u32,
    /// Second series, stacked on the first.
    pub second: u32,
    /// Height of the line in percent.
    pub percent: Option<f64>,
}

/// Names of the two series, and of the percentage line where there is one. Empty names get no legend.
#[derive(Debug, Clone, Copy, Default)]
pub struct Legend<'a> {
    /// First series.
    pub first: &'a str,
    /// Second series.
    pub second: &'a str,
    /// The percentage line.
    pub percent: &'a str,
}

/// Horizontal bars, one below the other, each with its label above it and its counts at its end.
pub fn bars(chart: &Chart<'_>, legend: &Legend<'_>, rows: &[Bar]) -> String {
    const WIDTH: u32 = 560;
    const ROW: u32 = 46;
    let most = rows
        .iter()
        .map(|row| row.first.saturating_add(row.second))
        .max()
        .unwrap_or(0);
    if most == 0 {
        return empty(chart, WIDTH);
    }
    let top = legend_height(legend) + 6;
    let count = u32::try_from(rows.len()).unwrap_or(u32::MAX / 1000);
    let mut out = open(chart, WIDTH, top + count * ROW + 4);
    draw_legend(&mut out, chart, legend);
    let scale = 440.0 / f64::from(most);
    let mut y = top;
    for row in rows {
        text(&mut out, (0, y + 14), "start", &row.label);
        let (first, second) = (f64::from(row.first) * scale, f64::from(row.second) * scale);
        let bar = y + 21;
        out.push_str(&format!(
            "<path d=\"M0.5 {}V{}\" stroke=\"{AXIS}\" stroke-width=\"1\"/>\n<rect x=\"0\" y=\"{bar}\" \
             width=\"{first:.1}\" height=\"16\" fill=\"{FIRST}\"/>\n<rect x=\"{first:.1}\" y=\"{bar}\" \
             width=\"{second:.1}\" height=\"16\" fill=\"url(#{}-late)\" stroke=\"{SECOND}\" stroke-width=\"{}\"/>\n",
            bar - 3,
            bar + 19,
            escape(chart.id),
            u8::from(row.second > 0)
        ));
        let mut value = (chart.number)(row.first);
        if row.second > 0 {
            value.push_str(&format!(" + {}", (chart.number)(row.second)));
        }
        out.push_str(&format!(
            "<text x=\"{:.1}\" y=\"{}\" font-weight=\"bold\">{}</text>\n",
            first + second + 7.0,
            bar + 13,
            escape(&value)
        ));
        y += ROW;
    }
    out.push_str("</svg>\n");
    out
}

/// Stacked columns by month with a scale of counts, and a line of percentages on its own scale at the right.
pub fn columns(chart: &Chart<'_>, legend: &Legend<'_>, months: &[Month]) -> String {
    const LEFT: u32 = 44;
    const PLOT: u32 = 180;
    let most = months
        .iter()
        .map(|month| month.first.saturating_add(month.second))
        .max()
        .unwrap_or(0);
    let count = u32::try_from(months.len()).unwrap_or(1000).min(1000);
    let width = LEFT + count * 48 + 56;
    if most == 0 {
        return empty(chart, width.max(360));
    }
    let width = width.max(360);
    let (top, right) = (legend_height(legend) + 16, width - 52);
    let mut out = open(chart, width, top + PLOT + 26);
    draw_legend(&mut out, chart, legend);
    let full = round_up(most);
    let with_percent = months.iter().any(|month| month.percent.is_some());
    for part in 0..=4_u32 {
        let y = top + PLOT - PLOT / 4 * part;
        let colour = if part == 0 { AXIS } else { GRID };
        out.push_str(&format!(
            "<path d=\"M{LEFT} {y}H{right}\" stroke=\"{colour}\" stroke-width=\"1\"/>\n"
        ));
        let value = u64::from(full) * u64::from(part) / 4;
        text(
            &mut out,
            (LEFT - 6, y + 4),
            "end",
            &(chart.number)(u32::try_from(value).unwrap_or(u32::MAX)),
        );
        if with_percent {
            text(&mut out, (right + 6, y + 4), "start", &format!("{} %", part * 25));
        }
    }
    let (scale, base) = (f64::from(PLOT) / f64::from(full), f64::from(top + PLOT));
    let mut points: Vec<Option<(u32, f64)>> = Vec::new();
    for (x, month) in (LEFT + 8..).step_by(48).zip(months) {
        let (first, second) = (f64::from(month.first) * scale, f64::from(month.second) * scale);
        out.push_str(&format!(
            "<rect x=\"{x}\" y=\"{:.1}\" width=\"28\" height=\"{first:.1}\" fill=\"{FIRST}\"/>\n<rect x=\"{x}\" \
             y=\"{:.1}\" width=\"28\" height=\"{second:.1}\" fill=\"url(#{}-late)\" stroke=\"{SECOND}\" \
             stroke-width=\"{}\"/>\n",
            base - first,
            base - first - second,
            escape(chart.id),
            u8::from(month.second > 0)
        ));
        text(&mut out, (x + 14, top + PLOT + 18), "middle", &month.label);
        let height = |percent: f64| base - percent.clamp(0.0, 100.0) * f64::from(PLOT) / 100.0;
        points.push(
            month
                .percent
                .filter(|percent| percent.is_finite())
                .map(|percent| (x + 14, height(percent))),
        );
    }
    trend(&mut out, &points);
    out.push_str("</svg>\n");
    out
}

/// A ring that shows which part of a whole is reached, with the percentage (`label`, as the reader writes it) inside.
pub fn ring(chart: &Chart<'_>, part: u32, whole: u32, label: &str) -> String {
    const ROUND: f64 = 2.0 * std::f64::consts::PI * 48.0;
    if whole == 0 {
        return empty(chart, 140);
    }
    let filled = ROUND * f64::from(part.min(whole)) / f64::from(whole);
    let mut out = open(chart, 140, 140);
    out.push_str(&format!(
        "<circle cx=\"70\" cy=\"70\" r=\"48\" fill=\"none\" stroke=\"{REST}\" stroke-width=\"18\"/>\n<circle cx=\"70\" \
         cy=\"70\" r=\"57.5\" fill=\"none\" stroke=\"{AXIS}\" stroke-width=\"1\"/>\n<circle cx=\"70\" cy=\"70\" \
         r=\"38.5\" fill=\"none\" stroke=\"{AXIS}\" stroke-width=\"1\"/>\n<circle cx=\"70\" cy=\"70\" r=\"48\" \
         fill=\"none\" stroke=\"{FIRST}\" stroke-width=\"18\" stroke-dasharray=\"{filled:.2} {ROUND:.2}\" \
         transform=\"rotate(-90 70 70)\"/>\n<text x=\"70\" y=\"77\" text-anchor=\"middle\" font-size=\"20\" \
         font-weight=\"bold\">{}</text>\n</svg>\n",
        escape(label)
    ));
    out
}

/// The percentage line; a month without a percentage interrupts it.
fn trend(out: &mut String, points: &[Option<(u32, f64)>]) {
    let mut path = String::new();
    let mut pen_down = false;
    for point in points {
        if let Some((x, y)) = point {
            path.push_str(&format!("{}{x} {y:.1}", if pen_down { "L" } else { "M" }));
        }
        pen_down = point.is_some();
    }
    // White below the line keeps it apart from the columns that it crosses.
    for (colour, thick) in [(PAPER, 5), (TREND, 2)] {
        out.push_str(&format!(
            "<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{thick}\" stroke-linejoin=\"round\"/>\n"
        ));
    }
    for (x, y) in points.iter().flatten() {
        out.push_str(&format!(
            "<circle cx=\"{x}\" cy=\"{y:.1}\" r=\"4\" fill=\"{PAPER}\" stroke=\"{TREND}\" stroke-width=\"2\"/>\n"
        ));
    }
}

fn open(chart: &Chart<'_>, width: u32, height: u32) -> String {
    let (id, title, description) = (escape(chart.id), escape(chart.title), escape(chart.description));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" role=\"img\" aria-labelledby=\"{id}-title \
         {id}-desc\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" fill=\"{INK}\" font-size=\"{SIZE}\">\n<title \
         id=\"{id}-title\">{title}</title>\n<desc id=\"{id}-desc\">{description}</desc>\n<defs><pattern \
         id=\"{id}-late\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\"><rect width=\"6\" height=\"6\" \
         fill=\"{PAPER}\"/><path d=\"M-1 1L1 -1M0 6L6 0M5 7L7 5\" stroke=\"{SECOND}\" \
         stroke-width=\"2\"/></pattern></defs>\n<rect width=\"{width}\" height=\"{height}\" fill=\"{PAPER}\"/>\n"
    )
}

fn empty(chart: &Chart<'_>, width: u32) -> String {
    let mut out = open(chart, width, 60);
    text(&mut out, (width / 2, 35), "middle", chart.no_data);
    out.push_str("</svg>\n");
    out
}

fn legend_height(legend: &Legend<'_>) -> u32 {
    let named = [legend.first, legend.second, legend.percent]
        .iter()
        .filter(|name| !name.is_empty())
        .count();
    u32::try_from(named).unwrap_or(0) * 20
}

/// The names below each other: no width has to be guessed.
fn draw_legend(out: &mut String, chart: &Chart<'_>, legend: &Legend<'_>) {
    let late = format!("url(#{}-late)", escape(chart.id));
    let mut y = 3;
    for (name, fill, line) in [
        (legend.first, FIRST, FIRST),
        (legend.second, &late, SECOND),
        (legend.percent, "", ""),
    ] {
        if name.is_empty() {
            continue;
        }
        if fill.is_empty() {
            let middle = y + 7;
            out.push_str(&format!(
                "<path d=\"M0 {middle}H14\" stroke=\"{TREND}\" stroke-width=\"2\"/><circle cx=\"7\" cy=\"{middle}\" \
                 r=\"4\" fill=\"{PAPER}\" stroke=\"{TREND}\" stroke-width=\"2\"/>\n"
            ));
        } else {
            out.push_str(&format!(
                "<rect x=\"0.5\" y=\"{y}\" width=\"13\" height=\"13\" fill=\"{fill}\" stroke=\"{line}\"/>\n"
            ));
        }
        text(out, (21, y + 12), "start", name);
        y += 20;
    }
}

fn text(out: &mut String, (x, y): (u32, u32), anchor: &str, words: &str) {
    out.push_str(&format!(
        "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{}</text>\n",
        escape(words)
    ));
}

/// The next round number that four grid lines divide evenly: 4, 8, 12, 20, 40, 80, 120, 200 …
fn round_up(most: u32) -> u32 {
    let mut unit = 1_u32;
    loop {
        for step in [4, 8, 12, 20] {
            match unit.checked_mul(step) {
                Some(full) if full >= most => return full,
                Some(_) => {}
                None => return u32::MAX,
            }
        }
        unit = unit.saturating_mul(10);
    }
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\u{fffe}' | '\u{ffff}' => {}
            _ if c.is_control() => out.push(' '),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
#[path = "charts_tests.rs"]
mod tests;
