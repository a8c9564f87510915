//! The page of limits says what the program does.

use crate::support::rounds::figure;
use crate::walls::files::files;

/// The rows of the page that name a constant: file, and what stands in it.
fn rows(page: &str) -> Vec<(String, String)> {
    let rows = page.lines().filter_map(|line| {
        let (_, named) = line.trim_end_matches(" |").rsplit_once("| `")?;
        let (path, said) = named.split_once("`: `")?;
        Some((path.to_owned(), said.trim_end_matches('`').to_owned()))
    });
    rows.collect()
}

fn wrong(page: &str) -> Vec<String> {
    let sources = files("src", ".rs");
    let is_right = |(path, said): &(String, String)| {
        let file = sources.iter().find(|file| file.path == *path);
        file.is_some_and(|file| file.code().contains(said.as_str()))
    };
    rows(page)
        .into_iter()
        .filter(|row| !is_right(row))
        .map(|(path, said)| format!("{path}: {said}"))
        .collect()
}

#[test]
fn every_limit_on_the_page_is_the_one_of_the_program() {
    let page = files("docs", ".md")
        .into_iter()
        .find(|file| file.path == "docs/limits.md")
        .unwrap()
        .text;
    assert!(rows(&page).len() > 25);
    assert_eq!(wrong(&page), Vec::<String>::new());
    // The control: another number is found.
    assert_eq!(wrong(&page.replace("from_secs(15)", "from_secs(16)")).len(), 1);
}

/// Text that is put into a page as it is: HTML that the house made itself, each from a function that escapes.
const MADE_BY_THE_HOUSE: [&str; 13] = [
    "c.body",
    "c.picture",
    "check.picture",
    "f.chart",
    "page.by_month",
    "page.by_procedure",
    "page.chart",
    "page.check.body",
    "page.old.chart",
    "page.picture",
    "page.report",
    "pair",
    "row.spark",
];

/// What a template puts in as it is and the house did not make.
fn unescaped(template: &str) -> Vec<&str> {
    let before = |at: usize| template[..at].trim_end().strip_suffix('|');
    template
        .match_indices("safe")
        .filter_map(|(at, _)| before(at))
        .map(|before| before.trim_end().rsplit([' ', '{', '(']).next().unwrap_or_default())
        .filter(|name| !MADE_BY_THE_HOUSE.contains(name))
        .collect()
}

#[test]
fn nobodys_text_is_a_template_and_none_goes_past_the_escaping() {
    for file in files("templates", ".html") {
        assert_eq!(unescaped(&file.text), Vec::<&str>::new(), "{}", file.path);
        assert!(
            !file.text.contains("autoescape"),
            "{} turns the escaping off",
            file.path
        );
    }
    for file in files("src", ".rs") {
        let code = file.code_without_tests();
        for call in ["render_str", "one_off", "autoescape_on", "add_raw_template("] {
            assert!(!code.contains(call), "{} calls {call}", file.path);
        }
    }
    // The engine escapes by the ending of a template's name: all of them end so.
    for name in quytrinh::render::Pages::templates() {
        assert!(name.ends_with(".html"), "{name}");
    }
    // The control: a text of somebody's that is put in as it is.
    assert_eq!(
        unescaped("<p>{{ c.body|safe }} {{ page.name | safe }}</p>"),
        ["page.name"]
    );
    figure(
        "F8",
        "every `| safe` of the templates is of the house's own HTML; no text is made a template; each template escapes",
    );
}
