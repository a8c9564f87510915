//! The variants chart: one line a variant, its share as a bar, its steps as lettered arrows.

use super::pen::{Frame, INK, PAPER, Pen, QUIET, pixels};
use crate::conformance::figures::{Fit, Variant};
use crate::workflow::text::{escape, width};

/// Arrows on a line, and the most that a variant shows.
const ON_LINE: usize = 11;
const MOST_STEPS: usize = 44;
const LEFT: i32 = 196;
const HEIGHT: i32 = 30;
const LINE: i32 = 38;
const TIP: i32 = 8;
/// The longest bar.
const BAR: i32 = 176;
/// Pale fills, each 12 : 1 and more under dark letters; the letters tell the steps apart.
const TINTS: [&str; 8] = [
    "#d6e8f5", "#e2efd9", "#fbe9c6", "#ece0f4", "#d5efec", "#f7dfe0", "#e4e7ec", "#f1ecd2",
];

/// Words of the chart.
pub(in crate::conformance) struct VariantWords<'a> {
    /// The head of a line: number, cases and share.
    pub(in crate::conformance) head: &'a dyn Fn(usize, &Variant) -> String,
    /// Behind an arrow that stands for steps that find no room.
    pub(in crate::conformance) more: &'a dyn Fn(usize) -> String,
    /// The place of a step in the table, for its tint.
    pub(in crate::conformance) row: &'a dyn Fn(&str) -> Option<usize>,
    /// Follows, extra, left out.
    pub(in crate::conformance) legend: [&'a str; 3],
}

/// Draws some of all variants; `first` is the number of the first one, `cases` counts all cases.
pub(in crate::conformance) fn draw_variants(
    frame: &Frame<'_>,
    words: &VariantWords<'_>,
    variants: &[Variant],
    (first, cases): (usize, u32),
) -> String {
    let arrow = variants.iter().flat_map(|variant| &variant.steps);
    let letters = arrow.map(|(_, code)| width(&shown(code), 12)).max().unwrap_or(20);
    let arrow = (letters + 30).clamp(50, 96);
    let lines: Vec<i32> = variants.iter().map(lines).collect();
    let top = 34;
    let height = top + lines.iter().map(|lines| lines * LINE + 14).sum::<i32>();
    let longest = variants
        .iter()
        .map(|variant| variant.steps.len().min(ON_LINE))
        .max()
        .unwrap_or(0);
    let wide = (LEFT + pixels(longest) * arrow + 70).max(LEFT + 3 * 190);
    let mut pen = Pen::open(frame, wide, height);
    let id = escape(frame.id);
    pen.out.push_str(&format!(
        "<defs><pattern id=\"{id}-extra\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\"><rect width=\"7\" \
         height=\"7\" fill=\"#fff1de\"/><path d=\"M-1 1L1 -1M0 7L7 0M6 8L8 6\" stroke=\"#d9a066\" \
         stroke-width=\"1.5\"/></pattern></defs>\n"
    ));
    legend(&mut pen, words, &id);
    let mut y = top;
    for (number, (variant, lines)) in variants.iter().zip(&lines).enumerate() {
        pen.text(
            (0, y + 12),
            " font-weight=\"bold\"",
            &(words.head)(first + number, variant),
        );
        let long = (i64::from(BAR) * i64::from(variant.cases))
            .div_euclid(i64::from(cases.max(1)))
            .max(2);
        let good = (long * i64::from(variant.conforming)).div_euclid(i64::from(variant.cases.max(1)));
        pen.out.push_str(&format!(
            "<rect y=\"{0}\" width=\"{long}\" height=\"9\" fill=\"{PAPER}\" stroke=\"{INK}\"/><rect y=\"{0}\" \
             width=\"{good}\" height=\"9\" fill=\"#0b4f93\"/>\n",
            y + 19
        ));
        steps(&mut pen, words, variant, (y, arrow, &id));
        y += lines * LINE + 14;
        pen.path(&format!("M0 {}H{wide}", y - 9), " stroke=\"#e1e7ec\"");
    }
    pen.close()
}

/// A code as long as an arrow can hold.
fn shown(code: &str) -> String {
    if code.chars().count() <= 7 {
        return code.to_owned();
    }
    code.chars().take(6).chain(['…']).collect()
}

fn lines(variant: &Variant) -> i32 {
    pixels(variant.steps.len().min(MOST_STEPS).div_ceil(ON_LINE).max(1))
}

fn steps(pen: &mut Pen, words: &VariantWords<'_>, variant: &Variant, (top, arrow, id): (i32, i32, &str)) {
    let (mut x, mut y) = (LEFT, top);
    for (number, (fit, code)) in variant.steps.iter().take(MOST_STEPS).enumerate() {
        if number > 0 && number % ON_LINE == 0 {
            (x, y) = (LEFT, y + LINE);
        }
        let tint = (words.row)(code).and_then(|row| TINTS.get(row % TINTS.len()));
        let tint = tint.copied().unwrap_or("#e4e7ec");
        chevron(pen, (x, y, arrow), *fit, (tint, id));
        let sign = sign(*fit);
        let code = shown(code);
        let attributes = " font-size=\"12\" font-weight=\"bold\" text-anchor=\"middle\"";
        pen.text((x + arrow / 2 + 3, y + 20), attributes, &format!("{sign}{code}"));
        x += arrow;
    }
    if let Some(more) = variant.steps.len().checked_sub(MOST_STEPS).filter(|more| *more > 0) {
        pen.text((x + 12, y + 20), " font-size=\"12\"", &(words.more)(more));
    }
}

fn sign(fit: Fit) -> &'static str {
    match fit {
        Fit::Follows | Fit::NotCompared => "",
        Fit::Extra => "+ ",
        Fit::LeftOut => "− ",
    }
}

/// An arrow: solid, hatched for what is extra, dashed for what was left out.
fn chevron(pen: &mut Pen, (x, y, arrow): (i32, i32, i32), fit: Fit, (tint, id): (&str, &str)) {
    let (right, half) = (x + arrow - TIP - 3, HEIGHT / 2);
    let way = format!("M{x} {y}H{right}l{TIP} {half}l-{TIP} {half}H{x}l{TIP} -{half}z");
    let look = match fit {
        Fit::Follows | Fit::NotCompared => format!(" fill=\"{tint}\" stroke=\"#7b8b9a\""),
        Fit::Extra => format!(" fill=\"url(#{id}-extra)\" stroke=\"#9a4a00\" stroke-width=\"2\""),
        Fit::LeftOut => format!(" fill=\"{PAPER}\" stroke=\"#a61b1b\" stroke-width=\"2\" stroke-dasharray=\"4 3\""),
    };
    pen.path(&way, &look);
}

fn legend(pen: &mut Pen, words: &VariantWords<'_>, id: &str) {
    let mut x = 0;
    for (fit, word) in [Fit::Follows, Fit::Extra, Fit::LeftOut].into_iter().zip(words.legend) {
        let words = format!("{}{word}", sign(fit));
        let wide = width(&words, 12);
        let way = format!("M{x} 2h24l5 8l-5 8h-24l5 -8z");
        let look = match fit {
            Fit::Follows | Fit::NotCompared => " fill=\"#d6e8f5\" stroke=\"#7b8b9a\"".to_owned(),
            Fit::Extra => format!(" fill=\"url(#{id}-extra)\" stroke=\"#9a4a00\" stroke-width=\"2\""),
            Fit::LeftOut => format!(" fill=\"{PAPER}\" stroke=\"#a61b1b\" stroke-width=\"2\" stroke-dasharray=\"4 3\""),
        };
        pen.path(&way, &look);
        pen.text((x + 36, 15), &format!(" font-size=\"12\" fill=\"{QUIET}\""), &words);
        x += 36 + wide + 24;
    }
}
