//! What all pictures of this shelf begin with, and how they write.

use crate::workflow::text::escape;

pub(super) const INK: &str = "#1f2933";
pub(super) const QUIET: &str = "#52606d";
pub(super) const GRID: &str = "#c3cfd9";
pub(super) const PAPER: &str = "#ffffff";
pub(super) const SIZE: i32 = 13;

/// What a picture says of itself.
#[derive(Debug, Clone, Copy)]
pub(in crate::conformance) struct Frame<'a> {
    /// Prefix of every id in the picture, unique on the page; letters, digits and `-`.
    pub(in crate::conformance) id: &'a str,
    /// Short name, read out first.
    pub(in crate::conformance) title: &'a str,
    /// What it shows, in a sentence.
    pub(in crate::conformance) description: &'a str,
}

/// A picture that is being drawn. Lengths are tenths of a pixel where a name says so, else pixels.
pub(super) struct Pen {
    pub(super) out: String,
}

impl Pen {
    pub(super) fn open(frame: &Frame<'_>, width: i32, height: i32) -> Self {
        let [id, title, description] = [frame.id, frame.title, frame.description].map(escape);
        Self {
            out: format!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" role=\"img\" aria-labelledby=\"{id}-title \
                 {id}-desc\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" fill=\"{INK}\" \
                 font-size=\"{SIZE}\">\n<title id=\"{id}-title\">{title}</title>\n<desc \
                 id=\"{id}-desc\">{description}</desc>\n<rect width=\"{width}\" height=\"{height}\" \
                 fill=\"{PAPER}\"/>\n"
            ),
        }
    }

    pub(super) fn close(mut self) -> String {
        self.out.push_str("</svg>\n");
        self.out
    }

    /// Writes words; `attributes` begin with a space.
    pub(super) fn text(&mut self, (x, y): (i32, i32), attributes: &str, words: &str) {
        let words = escape(words);
        self.out
            .push_str(&format!("<text x=\"{x}\" y=\"{y}\"{attributes}>{words}</text>\n"));
    }

    /// A line or an area; `attributes` begin with a space.
    pub(super) fn path(&mut self, way: &str, attributes: &str) {
        if !way.is_empty() {
            self.out.push_str(&format!("<path d=\"{way}\"{attributes}/>\n"));
        }
    }
}

/// Tenths of a pixel, from nothing up, as a length.
pub(super) fn tenths(length: i64) -> String {
    match length.rem_euclid(10) {
        0 => (length / 10).to_string(),
        part => format!("{}.{part}", length / 10),
    }
}

/// A count as a number of pixels.
pub(super) fn pixels(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX / 4096)
}

#[cfg(test)]
mod tests {
    use super::tenths;

    #[test]
    fn lengths_are_short() {
        assert_eq!(
            [tenths(120), tenths(125), tenths(3), tenths(0)],
            ["12", "12.5", "0.3", "0"]
        );
    }
}
