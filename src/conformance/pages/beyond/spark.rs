//! A row of small columns, one for each month: the part in front of the whole. Pure.

/// Width of a month and height of the row, in pixels.
const STEP: u32 = 9;
const HEIGHT: u32 = 26;

/// Draws the months; `text` says the same in words. Nothing when there is no month.
pub(super) fn spark(months: &[(u32, u32)], text: &str) -> String {
    let most = months.iter().map(|(_, whole)| *whole).max().unwrap_or(0);
    if most == 0 {
        return String::new();
    }
    let width = u32::try_from(months.len()).unwrap_or(100).min(100) * STEP;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\"{}\" viewBox=\"0 0 {width} {HEIGHT}\" \
         width=\"{width}\" height=\"{HEIGHT}\">",
        escape(text)
    );
    let scale = f64::from(HEIGHT - 1) / f64::from(most);
    for (x, (part, whole)) in (0..).step_by(9).zip(months).take(100) {
        for (count, colour) in [(whole, "#9fb3c8"), (part, "#9a4a00")] {
            let height = f64::from(*count) * scale;
            out.push_str(&format!(
                "<rect x=\"{x}\" y=\"{:.1}\" width=\"7\" height=\"{height:.1}\" fill=\"{colour}\"/>",
                f64::from(HEIGHT) - height
            ));
        }
    }
    out.push_str(&format!(
        "<path d=\"M0 {0}H{width}\" stroke=\"#52606d\" stroke-width=\"1\"/></svg>",
        f64::from(HEIGHT) - 0.5
    ));
    out
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::spark;

    #[test]
    fn each_month_has_its_two_columns_and_the_whole_its_words() {
        let drawn = spark(&[(1, 4), (0, 0), (4, 8)], "1/4 \"& 4/8");
        assert_eq!(drawn.matches("<rect").count(), 6);
        assert!(drawn.contains("aria-label=\"1/4 &quot;&amp; 4/8\""));
        assert!(drawn.contains("height=\"25.0\" fill=\"#9fb3c8\""), "{drawn}");
        assert_eq!(spark(&[], ""), "");
        assert_eq!(spark(&[(0, 0)], ""), "");
    }
}
