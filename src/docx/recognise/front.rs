//! The head of a procedure: code, title, field, version, from the top of its pages and what stands before section 1.

use super::facts::{table_of_facts, tthc_code};
use super::items::{Content, Item, Section};
use super::note::{NoteKind, Notes};
use super::words::{begins, capital, flat};
use crate::docx::block::{Block, Table, Word};
use crate::procedures::{Kind, Source, Tthc};

/// How the code of a document is announced.
const CODES: [&str; 6] = [
    "ma hieu",
    "ma so",
    "ky hieu",
    "ma quy trinh",
    "ma tai lieu",
    "ma van ban",
];
/// What a title is announced by.
const TITLES: [&str; 3] = ["quy trinh", "huong dan", "bieu mau"];
/// Words that keep their capitals.
const CAPITALS: [&str; 16] = [
    "UBND", "HĐND", "TTHC", "BHYT", "BHXH", "CCCD", "ISO", "TCVN", "KH&CN", "QSDĐ", "MTTQ", "ATTP", "PCCC", "VSATTP",
    "HTQLCL", "TNMT",
];

/// A text and its block; `None` for the top of the pages.
type Said = (Option<usize>, String);

fn table_texts(table: &Table) -> Vec<String> {
    let mut texts = Vec::new();
    for row in &table.rows {
        for (at, cell) in row.cells.iter().enumerate() {
            let lines: Vec<String> = cell.lines.iter().map(super::Line::plain).collect();
            // `Mã hiệu` and the code may stand in two cells.
            let next = row.cells.get(at + 1).map(|cell| cell.plain()).unwrap_or_default();
            let is_name = lines.len() == 1
                && lines
                    .iter()
                    .all(|line| is_code_name(line) || begins(&flat(line), "lan ban hanh"));
            if is_name && !next.is_empty() {
                texts.push(format!("{}: {next}", lines.concat().trim_end_matches(':')));
                continue;
            }
            texts.extend(lines);
        }
    }
    texts
}

fn is_code_name(line: &str) -> bool {
    let flat = flat(line);
    CODES.iter().any(|name| flat == *name)
}

/// The texts of the top of the pages and of what stands before the first section.
fn front(word: &Word, items: &[Item]) -> Vec<Said> {
    let mut out: Vec<Said> = Vec::new();
    for block in &word.head {
        match block {
            Block::Heading { line, .. } | Block::Text { line } => out.push((None, line.plain())),
            Block::Table { table } => out.extend(table_texts(table).into_iter().map(|text| (None, text))),
        }
    }
    for item in items.iter().filter(|item| item.section == Section::Front) {
        let block = Some(item.block);
        match &item.content {
            Content::Heading { text, .. } => out.push((block, text.clone())),
            Content::Text(line) => out.push((block, line.plain())),
            Content::Table(table) => out.extend(table_texts(table).into_iter().map(|text| (block, text))),
        }
    }
    out
}

/// What follows a name in a text: `Mã hiệu: QT.HT.01`.
fn after<'t>(text: &'t str, names: &[&str]) -> Option<&'t str> {
    let (name, rest) = text.split_once(':')?;
    let flat = flat(name);
    names
        .iter()
        .any(|own| begins(&flat, own))
        .then(|| rest.trim())
        .filter(|rest| !rest.is_empty())
}

/// A code as it can stand in an address: `QT 11/CX-HCTP` becomes `QT.11.CX-HCTP`.
fn tidy(code: &str) -> String {
    let joined: String = code
        .chars()
        .map(|letter| {
            if letter.is_alphanumeric() || matches!(letter, '.' | '-' | '_') {
                letter
            } else {
                '.'
            }
        })
        .collect();
    let parts: Vec<&str> = joined.split('.').filter(|part| !part.is_empty()).collect();
    parts.join(".")
}

/// Whether a text can be the code of a document: short, begins with a letter, has a figure or is all capitals.
fn is_code(text: &str) -> bool {
    let letters = text.chars().count();
    let begins_well = text.chars().next().is_some_and(char::is_alphabetic);
    let has_figure = text.chars().any(|letter| letter.is_ascii_digit());
    let is_capital = text.chars().all(|letter| !letter.is_lowercase());
    begins_well && (2..=40).contains(&letters) && (has_figure || is_capital) && text.split(' ').count() <= 3
}

fn code(said: &[Said], file_name: &str, source: &mut Source, notes: &mut Notes) {
    for (block, text) in said {
        let Some(found) = after(text, &CODES) else { continue };
        let found = found.split(['\t', ';', ',']).next().unwrap_or_default();
        let found = found.split("  ").next().unwrap_or_default().trim();
        if tthc_code(found).is_some() || !is_code(found) {
            continue;
        }
        let tidied = tidy(found);
        if tidied != found {
            notes.add(*block, NoteKind::CodeChanged, &[("says", found), ("code", &tidied)]);
        }
        source.code = tidied;
        return;
    }
    let stem = file_name.rsplit_once('.').map_or(file_name, |(stem, _)| stem);
    let words = stem.split([' ', '_', '(', ')']);
    let named = words
        .filter(|word| is_code(word) && word.contains(['.', '-']))
        .find(|word| {
            let begin = word.chars().take_while(|letter| letter.is_alphabetic()).count();
            (2..=5).contains(&begin) && word.chars().any(|letter| letter.is_ascii_digit())
        });
    match named {
        Some(code) => {
            source.code = tidy(&code.to_uppercase());
            notes.add(None, NoteKind::CodeOfName, &[("says", file_name)]);
        }
        None => notes.add(None, NoteKind::NoCode, &[]),
    }
}

/// A title without its announcement and its quotes.
fn bare(text: &str) -> &str {
    text.trim_matches(['"', '“', '”', '«', '»', ':', '.', ' ', '-', '–'])
}

/// Capitals as a sentence; what is always written in capitals stays so.
fn sentence(text: &str) -> String {
    let words = text.split_whitespace().map(|word| {
        let core = word.trim_matches(|letter: char| !letter.is_alphanumeric());
        if CAPITALS.contains(&core) {
            word.to_owned()
        } else {
            word.to_lowercase()
        }
    });
    capital(&words.collect::<Vec<_>>().join(" "))
}

fn title(said: &[Said], source: &mut Source, notes: &mut Notes) {
    let mut texts = said.iter();
    while let Some((block, text)) = texts.next() {
        let flat_text = flat(text);
        let Some(name) = TITLES.iter().find(|name| begins(&flat_text, name)) else {
            continue;
        };
        let words = name.split(' ').count();
        let rest: Vec<&str> = text.split_whitespace().skip(words).collect();
        let rest = rest.join(" ");
        let mut found = bare(&rest).to_owned();
        if found.is_empty() {
            let next = texts
                .clone()
                .map(|(_, text)| text.as_str())
                .find(|text| !text.trim().is_empty());
            let is_other = |text: &&str| text.contains(':') || begins(&flat(text), "ma hieu");
            found = next
                .filter(|text| !is_other(text))
                .map(bare)
                .unwrap_or_default()
                .to_owned();
        }
        if found.chars().count() < 3 || found.chars().count() > 300 {
            continue;
        }
        if found.chars().all(|letter| !letter.is_lowercase()) {
            notes.add(*block, NoteKind::TitleCapitals, &[("says", &found)]);
            found = sentence(&found);
        }
        source.title = found;
        return;
    }
    if source.title.is_empty() {
        notes.add(None, NoteKind::NoTitle, &[]);
    }
}

/// The kind that a code begins for.
fn kind(source: &Source) -> Kind {
    let begin: String = source
        .code
        .chars()
        .take_while(|letter| letter.is_alphabetic())
        .collect();
    let rest = source.code.get(begin.len()..).unwrap_or_default();
    let is_plain = rest
        .trim_start_matches(['.', '-', '_'])
        .chars()
        .all(|letter| letter.is_ascii_digit());
    match begin.to_uppercase().as_str() {
        "BM" => Kind::Form,
        "CS" | "CSCL" => Kind::QualityPolicy,
        "MT" | "MTCL" => Kind::QualityObjectives,
        "HD" | "HDCV" => Kind::WorkInstruction,
        "ST" | "STCL" | "MH" | "MHHTQLCL" => Kind::Manual,
        "QT" if is_plain && source.tthc.is_empty() => Kind::SystemProcedure,
        _ => Kind::WorkProcedure,
    }
}

/// Reads the head. What stands before the first section and was not used is told.
pub(super) fn head(word: &Word, items: &mut [Item], file_name: &str, (source, notes): (&mut Source, &mut Notes)) {
    for item in items.iter_mut().filter(|item| item.section == Section::Front) {
        if let Content::Table(table) = &item.content {
            item.is_taken = table_of_facts(table, source);
        }
    }
    let said = front(word, items);
    code(&said, file_name, source, notes);
    title(&said, source, notes);
    let mut version = Vec::new();
    for (_, text) in &said {
        if let Some(field) = after(text, &["linh vuc"]).filter(|_| source.field.is_empty()) {
            field.clone_into(&mut source.field);
        }
        let flat_text = flat(text);
        let is_version = ["lan ban hanh", "lan sua doi", "ngay ban hanh", "ngay hieu luc"]
            .iter()
            .any(|name| begins(&flat_text, name));
        if is_version && !version.contains(text) {
            version.push(text.clone());
        }
    }
    let from = format!("Tệp Word {file_name}");
    source.sources.push(if version.is_empty() {
        from
    } else {
        format!("{from} ({})", version.join("; "))
    });
    if source.tthc.is_empty() {
        let all =
            said.iter()
                .map(|(_, text)| text.clone())
                .chain(items.iter().filter_map(|item| {
                    match &item.content {
                        Content::Text(line) => Some(line.plain())
                            .filter(|text| begins(&flat(text), "ma thu tuc") || flat(text).contains("ma tthc")),
                        Content::Heading { .. } | Content::Table(_) => None,
                    }
                }));
        if let Some(code) = all.into_iter().find_map(|text| tthc_code(&text)) {
            let name = source.title.clone();
            source.tthc.push(Tthc { code, name });
        }
    }
    source.kind = kind(source);
    if source.kind == Kind::WorkProcedure && source.tthc.is_empty() {
        notes.add(None, NoteKind::NoTthc, &[]);
    }
    left(items, source, notes);
}

/// Tells what stands before the first section and went nowhere. A file without sections has no front.
fn left(items: &mut [Item], source: &Source, notes: &mut Notes) {
    let has_sections = items.iter().any(|item| item.section != Section::Front);
    for item in items
        .iter_mut()
        .filter(|item| item.section == Section::Front && !item.is_taken && has_sections)
    {
        let text = match &item.content {
            Content::Heading { text, .. } => text.clone(),
            Content::Text(line) => line.plain(),
            Content::Table(table) => table_texts(table).join(" | "),
        };
        item.is_taken = true;
        let is_used =
            flat(&text).contains(&flat(&source.title)) && text.chars().count() < source.title.chars().count() + 40;
        let is_name = TITLES.iter().any(|name| flat(&text) == *name);
        if !(is_used && !source.title.is_empty() || is_name) {
            notes.add(item.block, NoteKind::FrontLeft, &[("says", &text)]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_become_addresses_and_titles_sentences() {
        assert_eq!(tidy("QT 11/CX-HCTP"), "QT.11.CX-HCTP");
        assert!(is_code("QT.HT.01") && is_code("QT 11/CX-HCTP") && is_code("CSCL"));
        assert!(!is_code("01") && !is_code("theo quy định tại khoản") && !is_code(""));
        assert_eq!(
            sentence("ĐĂNG KÝ KHAI SINH TẠI UBND XÃ"),
            "Đăng ký khai sinh tại UBND xã"
        );
    }
}
