//! Markdown to HTML behind two walls: raw HTML becomes text, and what is left is cleaned by an allow-list.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, html};
use std::sync::LazyLock;

static CLEANER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut builder = ammonia::Builder::empty();
    builder
        .tags(
            [
                "h2",
                "h3",
                "h4",
                "h5",
                "h6",
                "p",
                "ul",
                "ol",
                "li",
                "table",
                "thead",
                "tbody",
                "tr",
                "th",
                "td",
                "em",
                "strong",
                "del",
                "code",
                "pre",
                "blockquote",
                "hr",
                "br",
                "a",
            ]
            .into(),
        )
        .generic_attributes(["title"].into())
        .add_tag_attributes("a", ["href"])
        .add_tag_attributes("ol", ["start"])
        // A wide table scrolls on a phone, and must do so by keys too.
        .set_tag_attribute_value("table", "tabindex", "0")
        .url_schemes(["http", "https", "mailto"].into())
        .link_rel(Some("noopener noreferrer"));
    builder
});

/// HTML of a Markdown text that is safe to put into a page. A `#` heading becomes `h2`: the page has the only `h1`.
pub fn markdown(text: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let events = Parser::new_ext(text, options).map(|mut event| {
        if let Event::Html(raw) | Event::InlineHtml(raw) = event {
            return Event::Text(raw);
        }
        if let Event::Start(Tag::Heading { level, .. }) | Event::End(TagEnd::Heading(level)) = &mut event {
            *level = lower(*level);
        }
        event
    });
    let mut out = String::with_capacity(text.len().saturating_mul(2));
    html::push_html(&mut out, events);
    CLEANER.clean(&out).to_string()
}

fn lower(level: pulldown_cmark::HeadingLevel) -> pulldown_cmark::HeadingLevel {
    use pulldown_cmark::HeadingLevel as Level;
    match level {
        Level::H1 => Level::H2,
        Level::H2 => Level::H3,
        Level::H3 => Level::H4,
        Level::H4 => Level::H5,
        Level::H5 | Level::H6 => Level::H6,
    }
}

#[cfg(test)]
mod tests {
    use super::markdown;

    #[test]
    fn headings_go_one_level_down_and_tables_stay() {
        assert_eq!(markdown("# Mục đích").trim(), "<h2>Mục đích</h2>");
        assert!(markdown("| a | b |\n|---|---|\n| 1 | 2 |").contains("<td>1</td>"));
    }

    #[test]
    fn nothing_that_runs_gets_through() {
        for attack in [
            "<script>alert(1)</script>",
            "[x](javascript:alert(1))",
            "<img src=x onerror=alert(1)>",
            "<svg onload=alert(1)>",
            "[x](data:text/html;base64,AAAA)",
        ] {
            let html = markdown(attack);
            assert!(
                !html.contains("<script") && !html.contains("<img") && !html.contains("<svg"),
                "{html}"
            );
            assert!(
                !html.contains("href=\"javascript") && !html.contains("href=\"data"),
                "{html}"
            );
        }
    }
}
