//! What people write as Markdown runs nothing (trust row F6). Here the first wall alone: what leaves the sanitizer is of
//! its allow-list. The second wall, and both in a browser, are in tests/browser.

use super::vectors::vectors;
use crate::support::rounds::figure;
use quytrinh::render::markdown;
use std::collections::BTreeSet;

const ELEMENTS: [&str; 24] = [
    "a",
    "blockquote",
    "br",
    "code",
    "del",
    "em",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "strong",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
];

/// The attributes of a tag, name and value, as it stands in what the sanitizer wrote: values in double quotes.
fn attributes(mut rest: &str) -> Result<Vec<(&str, &str)>, String> {
    let mut found = Vec::new();
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return Ok(found);
        }
        let (name, after) = rest.split_once("=\"").ok_or_else(|| format!("no value: {rest}"))?;
        let (value, after) = after.split_once('"').ok_or_else(|| format!("no end: {rest}"))?;
        found.push((name, value));
        rest = after;
    }
}

/// The tags of a piece of HTML: each `<` begins one.
fn tags(html: &str) -> Vec<String> {
    let mut tags = Vec::new();
    let mut rest = html;
    while let Some((_, after)) = rest.split_once('<') {
        let mut is_quoted = false;
        let end = after.find(|sign| {
            is_quoted ^= sign == '"';
            sign == '>' && !is_quoted
        });
        let end = end.unwrap_or(after.len());
        tags.push(after[..end].to_owned());
        rest = &after[end..];
    }
    tags
}

const SCHEMES: [&str; 3] = ["http", "https", "mailto"];

/// The scheme of an address as a browser reads it, which passes over blanks and control signs.
fn scheme(address: &str) -> Option<String> {
    let read: String = address.chars().filter(|sign| *sign > ' ').collect();
    let (scheme, _) = read.split_once(':')?;
    let is_sign = |sign: char| sign.is_ascii_alphanumeric() || "+-.".contains(sign);
    let is_scheme = scheme.starts_with(|sign: char| sign.is_ascii_alphabetic()) && scheme.chars().all(is_sign);
    is_scheme.then(|| scheme.to_lowercase())
}

/// What is in the HTML besides the allow-list.
fn beyond(html: &str) -> Option<String> {
    for tag in tags(html) {
        let inner = tag.strip_prefix('/').unwrap_or(&tag);
        let (name, rest) = inner.split_once(' ').unwrap_or((inner, ""));
        if !ELEMENTS.contains(&name) {
            return Some(tag);
        }
        let Ok(attributes) = attributes(rest) else {
            return Some(tag);
        };
        for (attribute, value) in attributes {
            let may = match (name, attribute) {
                (_, "title") => true,
                ("a", "href") => scheme(value).is_none_or(|scheme| SCHEMES.contains(&scheme.as_str())),
                ("a", "rel") => value == "noopener noreferrer",
                ("ol", "start") => value.bytes().all(|byte| byte.is_ascii_digit()),
                ("table", "tabindex") => value == "0",
                _ => false,
            };
            if !may {
                return Some(tag);
            }
        }
    }
    None
}

#[test]
fn nothing_beyond_the_allow_list_leaves_the_sanitizer() {
    let all = vectors();
    let different: BTreeSet<&String> = all.iter().collect();
    assert!(different.len() >= 500, "{}", different.len());
    // Each text alone, in the middle of a sentence, and behind one that was left open.
    for text in &all {
        for around in [
            text.clone(),
            format!("Bước 1 {text} của quy trình"),
            format!("<p title='{text}"),
            format!("> - {text}"),
        ] {
            let html = markdown(&around);
            if let Some(tag) = beyond(&html) {
                panic!("{around}\nbecame\n{html}\nwith <{tag}>");
            }
        }
    }
    figure(
        "F6",
        &format!(
            "{} texts: nothing beyond the allow-list leaves the sanitizer",
            different.len()
        ),
    );
    // The control: the same test finds what the sanitizer is there for.
    let raw = |text: &String| {
        let mut html = String::new();
        pulldown_cmark::html::push_html(&mut html, pulldown_cmark::Parser::new(text));
        html
    };
    let found = all.iter().filter(|text| beyond(&raw(text)).is_some()).count();
    assert!(found > 300, "{found}");
    assert!(beyond("<a href=\"javascript:1\">").is_some() && beyond("<p onload=\"1\">").is_some());
    assert!(beyond("<p>a</p><a href=\"/a?b=c:d\" rel=\"noopener noreferrer\">").is_none());
}
