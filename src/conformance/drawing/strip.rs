//! One pair of the strip of a case: above what was done, below what the table asks for, between them how they fit.

use super::pen::PAPER;
use crate::workflow::text::{escape, width};

/// How the two stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::conformance) enum Pairing {
    /// Done as prescribed.
    Fits,
    /// Prescribed and done, but something about it deviates.
    Deviates,
    /// Done and not prescribed here.
    Extra,
    /// Prescribed and not done here.
    Missing,
    /// Prescribed next in an open case.
    Waiting,
}

/// A step with the address of what shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::conformance) struct Linked {
    pub(in crate::conformance) code: String,
    pub(in crate::conformance) path: String,
}

/// One pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::conformance) struct Pair {
    pub(in crate::conformance) pairing: Pairing,
    pub(in crate::conformance) done: Option<Linked>,
    pub(in crate::conformance) asked: Option<Linked>,
    /// The pairing in a word, printed below.
    pub(in crate::conformance) word: String,
    /// The pair in a sentence, for who does not see it.
    pub(in crate::conformance) label: String,
}

/// Where the two boxes and the word stand.
const TOP: i32 = 2;
const BOX: i32 = 34;
const BOTTOM: i32 = 62;
const HEIGHT: i32 = 116;

/// Draws one pair as a picture of its own, so that a strip breaks its lines where the page does.
pub(in crate::conformance) fn draw_pair(pair: &Pair) -> String {
    let codes = [&pair.done, &pair.asked].into_iter().flatten();
    let letters = codes.map(|one| width(&one.code, 13) + 44).max().unwrap_or(0);
    let wide = letters.max(width(&pair.word, 12) + 12).max(78);
    let label = escape(&pair.label);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"group\" aria-label=\"{label}\" viewBox=\"0 0 {wide} \
         {HEIGHT}\" width=\"{wide}\" height=\"{HEIGHT}\" fill=\"#1f2933\" font-size=\"13\">"
    );
    let (fill, ink, dash) = look(pair.pairing);
    for (linked, y) in [(&pair.done, TOP), (&pair.asked, BOTTOM)] {
        let right = wide - 14;
        let way = format!("M2 {y}H{right}l9 17l-9 17H2l9 -17z");
        match linked {
            Some(linked) => {
                out.push_str(&format!(
                    "<path d=\"{way}\" fill=\"{fill}\" stroke=\"{ink}\" stroke-width=\"2\"{dash}/>"
                ));
                let (path, code) = (escape(&linked.path), escape(&linked.code));
                out.push_str(&format!(
                    "<a href=\"{path}\"><text x=\"{}\" y=\"{}\" text-anchor=\"middle\" \
                     font-weight=\"bold\">{code}</text></a>",
                    wide / 2,
                    y + BOX / 2 + 5
                ));
            }
            None => out.push_str(&format!(
                "<path d=\"{way}\" fill=\"none\" stroke=\"#b5c0ca\" stroke-dasharray=\"2 4\"/>"
            )),
        }
    }
    let middle = wide / 2;
    let sign = match pair.pairing {
        Pairing::Fits => "m-4 -9v18m8 -18v18",
        Pairing::Deviates => "m-4 -9v18m8 -18v18m5 -15l-18 12",
        Pairing::Extra => "m0 -7v14m-7 -7h14",
        Pairing::Missing => "m-7 0h14",
        Pairing::Waiting => "m-7 0h2m4 0h2m4 0h2",
    };
    let word = escape(&pair.word);
    out.push_str(&format!(
        "<path d=\"M{middle} 49{sign}\" stroke=\"{ink}\" stroke-width=\"2.5\" fill=\"none\"/><text x=\"{middle}\" \
         y=\"112\" font-size=\"12\" text-anchor=\"middle\" fill=\"{ink}\" font-weight=\"bold\">{word}</text></svg>"
    ));
    out
}

/// Fill, ink and dash of the boxes of a pair.
fn look(pairing: Pairing) -> (&'static str, &'static str, &'static str) {
    match pairing {
        Pairing::Fits => ("#e8f5ec", "#17663a", ""),
        Pairing::Deviates => ("#fff1de", "#8a4200", ""),
        Pairing::Extra => ("#fdeaea", "#a61b1b", ""),
        Pairing::Missing => (PAPER, "#a61b1b", " stroke-dasharray=\"6 4\""),
        Pairing::Waiting => ("#e3effc", "#0b4f93", " stroke-dasharray=\"6 4\""),
    }
}
