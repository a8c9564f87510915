//! The styles of a file: which of them are headings, and which count.

use super::text::val;
use crate::nets::XmlElement;
use std::collections::BTreeMap;

/// Styles rest on each other at most so deep.
const DEEPEST: usize = 12;

#[derive(Debug, Default)]
struct Style {
    name: String,
    based_on: String,
    outline: Option<usize>,
    list: Option<(String, Option<usize>)>,
    bold: Option<bool>,
}

#[derive(Debug, Default)]
pub(super) struct Styles {
    styles: BTreeMap<String, Style>,
}

/// The list that properties of a paragraph name: its number, and the level if they say one.
pub(super) fn list_of(properties: &XmlElement) -> Option<(String, Option<usize>)> {
    let list = properties.child("numPr")?;
    let number = list.child("numId").and_then(|one| val(one, "val"))?;
    let level = list.child("ilvl").and_then(|one| val(one, "val"));
    Some((number.to_owned(), level.and_then(|level| level.parse().ok())))
}

/// The level of a heading that properties of a paragraph state, from 1.
pub(super) fn outline_of(properties: &XmlElement) -> Option<usize> {
    let level = val(properties.child("outlineLvl")?, "val")?.parse::<usize>().ok()?;
    (level < 9).then_some(level + 1)
}

/// Whether a switch is on; `None` when it is not stated.
pub(super) fn switch(properties: &XmlElement, name: &str) -> Option<bool> {
    let one = properties.child(name)?;
    Some(!matches!(val(one, "val"), Some("0" | "false" | "off" | "none")))
}

impl Styles {
    pub(super) fn read(root: Option<&XmlElement>) -> Self {
        let mut styles = BTreeMap::new();
        for one in root.into_iter().flat_map(|root| root.named("style")) {
            let text = |name: &str| {
                let child = one.child(name).and_then(|child| val(child, "val"));
                child.unwrap_or_default().to_owned()
            };
            let paragraph = one.child("pPr");
            let style = Style {
                name: text("name").to_lowercase(),
                based_on: text("basedOn"),
                outline: paragraph.and_then(outline_of),
                list: paragraph.and_then(list_of),
                bold: one.child("rPr").and_then(|run| switch(run, "b")),
            };
            styles.insert(val(one, "styleId").unwrap_or_default().to_owned(), style);
        }
        Self { styles }
    }

    /// A style and those that it rests on.
    fn chain(&self, id: &str) -> impl Iterator<Item = &Style> {
        let mut next = self.styles.get(id);
        std::iter::from_fn(move || {
            let own = next?;
            next = self.styles.get(&own.based_on);
            Some(own)
        })
        .take(DEEPEST)
    }

    /// The level of a heading, from 1; `None` when the style is no heading.
    pub(super) fn level(&self, id: &str) -> Option<usize> {
        let level = |style: &Style| {
            let named = style.name.strip_prefix("heading ").and_then(|rest| rest.parse().ok());
            style.outline.or(named).filter(|level| (1..=9).contains(level))
        };
        self.chain(id).find_map(level)
    }

    pub(super) fn list(&self, id: &str) -> Option<(String, Option<usize>)> {
        self.chain(id).find_map(|style| style.list.clone())
    }

    pub(super) fn is_bold(&self, id: &str) -> bool {
        self.chain(id).find_map(|style| style.bold).unwrap_or(false)
    }

    /// Whether a paragraph of this style is a line of the list of contents.
    pub(super) fn is_contents(&self, id: &str) -> bool {
        self.chain(id).any(|style| style.name.starts_with("toc "))
    }
}
