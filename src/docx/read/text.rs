//! Attributes and runs of text.

use crate::docx::block::{LostKind, Run};
use crate::nets::XmlElement;
use std::collections::BTreeMap;

/// A text that is named as lost is cut after so many characters.
const LONGEST_LOST: usize = 200;

/// The value of an attribute by its local name.
pub(super) fn val<'a>(element: &'a XmlElement, name: &str) -> Option<&'a str> {
    let local = |full: &str| full.rsplit_once(':').map_or(full.to_owned(), |(_, own)| own.to_owned());
    element
        .attributes()
        .find(|(own, _)| local(own) == name)
        .map(|(_, value)| value)
}

/// The text of all paragraphs in an element, cut when it is long.
pub(super) fn inner(element: &XmlElement) -> String {
    let mut out = String::new();
    let mut open: Vec<&XmlElement> = vec![element];
    while let Some(one) = open.pop() {
        match one.name() {
            "t" => out.push_str(one.text()),
            "p" | "tab" | "br" => out.push(' '),
            _ => {}
        }
        if one.name() != "t" {
            open.extend(one.children.iter().rev());
        }
        if out.len() > LONGEST_LOST * 8 {
            break;
        }
    }
    let joined = out.split_whitespace().collect::<Vec<_>>().join(" ");
    joined.chars().take(LONGEST_LOST).collect()
}

/// The whole text of an element.
fn whole(element: &XmlElement) -> String {
    let own = if element.name() == "t" { element.text() } else { "" };
    let inner: Vec<String> = element.children.iter().map(whole).collect();
    let end = if element.name() == "p" { " " } else { "" };
    format!("{own}{}{end}", inner.concat())
}

/// The texts of the footnotes by their ids; the two that only draw lines are left out.
pub(super) fn footnotes(root: &XmlElement) -> BTreeMap<String, String> {
    let is_note = |one: &&XmlElement| matches!(val(one, "type"), None | Some("normal"));
    let notes = root.named("footnote").filter(is_note);
    let note = |one: &XmlElement| {
        let text = whole(one).split_whitespace().collect::<Vec<_>>().join(" ");
        (val(one, "id").unwrap_or_default().to_owned(), text)
    };
    notes.map(note).collect()
}

/// What is gathered while the runs of a paragraph are read.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub(super) runs: Vec<Run>,
    pub(super) lost: Vec<(LostKind, String)>,
    /// The ids of footnotes, over all paragraphs so far.
    pub(super) footnotes: Vec<String>,
}

impl Gathered {
    /// Adds text to the run before it when that has the same face.
    pub(super) fn add(&mut self, text: &str, (bold, italic): (bool, bool)) {
        match self.runs.last_mut() {
            Some(last) if (last.bold, last.italic) == (bold, italic) => last.text.push_str(text),
            _ => self.runs.push(Run {
                text: text.to_owned(),
                bold,
                italic,
            }),
        }
    }

    /// What a child of a run or paragraph that is no text leaves.
    pub(super) fn lose(&mut self, element: &XmlElement) {
        let text = inner(element);
        let has_box = !text.is_empty();
        let kind = match element.name() {
            "object" => LostKind::Object,
            _ if has_box => LostKind::TextBox,
            _ => LostKind::Picture,
        };
        self.lost.push((kind, text));
    }
}

/// A run of plain text.
pub(super) fn run(text: &str) -> Run {
    Run {
        text: text.to_owned(),
        ..Run::default()
    }
}
