//! The facts that stand in a section of their own, or in a table of facts at the front.

use super::items::{Content, Item, Section, section_of};
use super::words::{begins, flat, says, uncounted};
use crate::docx::block::Table;
use crate::procedures::{Source, Tthc};

/// A longer text is no fact but a part of the text.
const LONGEST: usize = 900;
/// How documents of law are called.
const LAWS: [&str; 14] = [
    "luat",
    "bo luat",
    "nghi dinh",
    "thong tu",
    "quyet dinh",
    "nghi quyet",
    "phap lenh",
    "hien phap",
    "tcvn",
    "chi thi",
    "cong van",
    "ke hoach",
    "thong tu lien tich",
    "van ban hop nhat",
];

/// The national code of an administrative procedure in a text: `1.001193`.
pub(super) fn tthc_code(text: &str) -> Option<String> {
    let is_part = |letter: char| letter.is_ascii_digit() || letter == '.';
    text.split(|letter: char| !is_part(letter)).find_map(|part| {
        let (one, six) = part.trim_end_matches('.').split_once('.')?;
        let six = six.get(..6)?;
        let fits = one.len() == 1 && six.bytes().all(|byte| byte.is_ascii_digit());
        fits.then(|| format!("{one}.{six}"))
    })
}

/// The field of the file that a section fills; the text of other sections stays in the body.
fn field(source: &mut Source, section: Section) -> Option<&mut String> {
    match section {
        Section::Place => Some(&mut source.receiving_place),
        Section::Fee => Some(&mut source.fee),
        Section::Applicants => Some(&mut source.applicants),
        Section::Conditions => Some(&mut source.conditions),
        Section::Result => Some(&mut source.result),
        Section::Front
        | Section::Other
        | Section::Purpose
        | Section::Scope
        | Section::References
        | Section::Definitions
        | Section::Content
        | Section::Legal
        | Section::Dossier
        | Section::Sets
        | Section::Time
        | Section::Steps
        | Section::Forms
        | Section::Records => None,
    }
}

/// `01 bộ`, `02 (hai) bộ`.
fn sets(text: &str) -> Option<u32> {
    let flat = flat(text);
    let mut words = flat.split(' ').peekable();
    while let Some(word) = words.next() {
        if let Ok(number) = word.parse::<u32>() {
            let near = words.clone().take(2).any(|next| next == "bo");
            return (near && number <= 99).then_some(number);
        }
    }
    None
}

/// Whether a line names a document of law.
fn is_law(text: &str) -> bool {
    let flat = flat(uncounted(text));
    let is_named = LAWS.iter().any(|name| begins(&flat, name));
    is_named
        && (flat.chars().any(|letter| letter.is_ascii_digit()) || begins(&flat, "luat") || begins(&flat, "bo luat"))
}

/// A table of facts at the front: what it is called on the left, what it is on the right.
pub(super) fn table_of_facts(table: &Table, source: &mut Source) -> bool {
    let mut is_whole = table.width() == 2;
    for row in table.rows.iter().filter(|_| table.width() == 2) {
        let [name, value] = row.cells.as_slice() else {
            is_whole = false;
            continue;
        };
        let (called, text) = (flat(&name.plain()), lines(value.lines.iter().map(super::Line::plain)));
        let own = match section_of(&name.plain()) {
            _ if begins(&called, "linh vuc") => Some(&mut source.field),
            _ if begins(&called, "ten tieng anh") => Some(&mut source.title_en),
            _ if begins(&called, "ten linh vuc tieng anh") => Some(&mut source.field_en),
            _ if begins(&called, "tom luoc") => Some(&mut source.change_summary),
            _ if begins(&called, "can cu sua doi") => Some(&mut source.change_basis),
            Some(section) => field(source, section),
            None => None,
        };
        if let Some(own) = own {
            if own.is_empty() {
                *own = text;
            }
        } else if begins(&called, "so luong ho so") {
            source.sets = source.sets.or_else(|| sets(&text));
        } else if begins(&called, "thu tuc hanh chinh") {
            for line in &value.lines {
                tthc(&line.plain(), source);
            }
        } else if begins(&called, "can cu phap ly") {
            source
                .legal_basis
                .extend(value.lines.iter().map(|line| uncounted(&line.plain()).to_owned()));
        } else if says(&called, "ky ra soat") {
            source.review_months = text.split(' ').next().and_then(|number| number.parse().ok());
        } else {
            is_whole = false;
        }
    }
    is_whole
}

/// `1.001193 Đăng ký khai sinh`.
fn tthc(line: &str, source: &mut Source) {
    let (code, name) = line.split_once(' ').unwrap_or((line, ""));
    source.tthc.push(Tthc {
        code: code.to_owned(),
        name: name.to_owned(),
    });
}

fn lines(texts: impl Iterator<Item = String>) -> String {
    texts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n")
}

/// Takes the facts out of their sections; what fills a field is not repeated in the body.
pub(super) fn facts(items: &mut [Item], source: &mut Source) {
    for section in [
        Section::Place,
        Section::Fee,
        Section::Applicants,
        Section::Conditions,
        Section::Result,
    ] {
        let own = items.iter().filter(|item| item.section == section);
        let mut texts = Vec::new();
        let mut is_plain = true;
        for item in own {
            match &item.content {
                Content::Text(line) => texts.push(line.labelled()),
                Content::Heading { text, .. } => is_plain &= section_of(text) == Some(section),
                Content::Table(_) => is_plain = false,
            }
        }
        let text = texts.join("\n");
        let fits = is_plain && !text.is_empty() && text.chars().count() <= LONGEST;
        let Some(own) = field(source, section).filter(|own| own.is_empty() && fits) else {
            continue;
        };
        *own = text;
        for item in items.iter_mut().filter(|item| item.section == section) {
            item.is_taken = true;
        }
    }
    for item in items.iter_mut() {
        let Content::Text(line) = &item.content else { continue };
        if item.section == Section::Sets && source.sets.is_none() {
            source.sets = sets(&line.plain());
            item.is_taken = source.sets.is_some() && flat(&line.plain()).split(' ').count() <= 5;
        }
    }
    if source.legal_basis.is_empty() {
        laws(items, source);
    }
    // A heading of which everything was taken goes with it.
    for section in [Section::Sets, Section::Legal] {
        let is_left = |item: &&Item| {
            item.section == section && !item.is_taken && !matches!(item.content, Content::Heading { .. })
        };
        let all_taken = items.iter().any(|item| item.section == section && item.is_taken);
        if all_taken && items.iter().find(is_left).is_none() {
            for item in items.iter_mut().filter(|item| item.section == section) {
                item.is_taken = true;
            }
        }
    }
}

fn laws(items: &mut [Item], source: &mut Source) {
    for item in items.iter_mut().filter(|item| item.section == Section::Legal) {
        let Content::Text(line) = &item.content else { continue };
        let text = line.plain();
        if is_law(&text) {
            source
                .legal_basis
                .push(uncounted(&text).trim_end_matches([';', '.']).to_owned());
            item.is_taken = true;
        }
    }
}
