//! A version as blocks: cover, numbered sections, tables, workflow, annexes, and what stands on every page.

use super::Imprint;
use super::cover::{Cover, Say, day, moment};
use super::facts::Facts;
use super::gather::Printable;
use super::tables::{dossier, forms, records, steps, summary};
use super::token::token_of;
use crate::documents::content::Content;
use crate::documents::editions::Edition;
use crate::documents::pages::shown;
use crate::documents::signature::{Sealed, SignatureShown};
use crate::documents::version::Stage;
use crate::kernel::Language;
use crate::print::{Block, Face, Paragraph, Part, Run, Running, Table, markdown};
use crate::render::Words;

/// A numbered copy: what its pages say of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyLabel {
    /// Its id, for the QR code.
    pub id: String,
    /// Its number among the copies of the document.
    pub number: i64,
    /// Who holds it.
    pub holder: String,
}

/// The sheet of a round, before anybody signed.
pub(super) fn sheet(facts: &Facts, content: &Content, words: &Words, round: i64) -> Part {
    let say = Say(words);
    let cover = Cover {
        facts,
        content,
        from: facts.planned_from,
        signatures: &[],
        notes: vec![
            say.fill("paper.sheet_note", &[("round", round.to_string())]),
            say.fill("paper.content_hash", &[("hash", content.sha256.clone())]),
        ],
    };
    let mut blocks = cover.blocks(&say);
    blocks.push(Block::NewPage);
    blocks.extend(text(facts, content, words));
    let foot = vec![
        say.fill("paper.sheet_foot", &[("round", round.to_string())]),
        say.fill("paper.content_hash", &[("hash", content.sha256.clone())]),
    ];
    Part {
        title: title(content),
        running: Running {
            foot,
            mark: Some(say.word("paper.mark.draft")),
            ..running(facts, content, &say)
        },
        blocks,
        is_lying: false,
    }
}

fn title(content: &Content) -> String {
    format!("{} {}", content.source.code, content.source.title)
}

fn running(facts: &Facts, content: &Content, say: &Say<'_>) -> Running {
    let issue = match facts.issue {
        Some(no) if no.amendment > 0 => {
            let holes = [("n", no.issue.to_string()), ("m", no.amendment.to_string())];
            say.fill("documents.issue_amended", &holes)
        }
        Some(no) => say.fill("documents.issue", &[("n", no.issue.to_string())]),
        None => say.fill("documents.issue", &[("n", facts.number.to_string())]),
    };
    let page = say.word("paper.page");
    Running {
        left: format!("{} · {}", facts.agency, content.source.title),
        right: format!("{} · {issue} · {page}", content.source.code),
        ..Running::default()
    }
}

/// The state that must not be overlooked.
fn mark(stage: Stage) -> Option<&'static str> {
    match stage {
        Stage::Draft | Stage::InReview | Stage::InApproval | Stage::Cancelled => Some("paper.mark.draft"),
        Stage::Approved => Some("paper.mark.approved"),
        Stage::Effective => None,
        Stage::Superseded | Stage::Withdrawn => Some("paper.mark.obsolete"),
    }
}

/// The version as it is printed now.
pub(super) fn issue(version: &Printable, words: &Words, imprint: &Imprint) -> Part {
    let (say, head, content) = (Say(words), &version.head, version.content.as_ref());
    let cover = Cover {
        facts: &version.facts,
        content,
        from: head.effective_from.or(head.planned_from),
        signatures: &version.signatures,
        notes: notes(version, &say),
    };
    let mut blocks = cover.blocks(&say);
    blocks.push(Block::NewPage);
    blocks.extend(text(&version.facts, content, words));
    let annexes = if imprint.without_annexes {
        &[]
    } else {
        version.annexes.as_slice()
    };
    for (form, content) in annexes {
        let holes = [
            ("code", form.code.clone()),
            ("title", form.title.clone()),
            ("n", form.issue.to_string()),
        ];
        blocks.push(Block::NewPage);
        blocks.push(heading(1, say.fill("paper.annex", &holes)));
        blocks.extend(markdown(&content.source.body));
    }
    let id = imprint.copy.as_ref().map_or(head.id.as_str(), |copy| copy.id.as_str());
    let address = imprint
        .address
        .as_ref()
        .zip(token_of(id))
        .map(|(address, token)| format!("{address}/c/{token}"));
    let label = match &imprint.copy {
        Some(copy) => say.fill(
            "paper.copy",
            &[("n", copy.number.to_string()), ("holder", copy.holder.clone())],
        ),
        None => say.word("paper.no_copy"),
    };
    let scan = address
        .as_ref()
        .map(|address| say.fill("paper.scan", &[("address", address.clone())]));
    Part {
        title: title(content),
        running: Running {
            foot: std::iter::once(label).chain(scan).collect(),
            seals: seals(&version.signatures, words),
            qr: address,
            mark: mark(head.stage).map(|key| say.word(key)),
            ..running(&version.facts, content, &say)
        },
        blocks,
        is_lying: false,
    }
}

/// Who signed the version, for the foot of every page: a page that is taken out of its paper still says by whom, as what,
/// when, and by what the signature is found. Those that the margin does not take stand on the cover.
fn seals(signatures: &[SignatureShown], words: &Words) -> Vec<String> {
    let say = Say(words);
    // What finds the signature stands first: where a name is too long for the line, only the end of the position is lost.
    let line = |(one, sealed): (&SignatureShown, &Sealed)| {
        let by = one.decision_no.as_ref();
        let by = by.map(|no| say.fill("documents.by_decision", &[("no", no.clone())]));
        let position = std::iter::once(one.position_name.clone()).chain(by);
        let parts = [
            say.word(&format!("documents.meaning.{}", one.meaning)),
            sealed.fingerprint.clone(),
            say.fill("signatures.ledger", &[("n", sealed.ledger_size.to_string())]),
            moment(one.at),
            format!("{}, {}", one.person_name, position.collect::<Vec<_>>().join(", ")),
        ];
        parts.join(" · ")
    };
    let sealed = signatures.iter().filter_map(|one| Some((one, one.sealed.as_ref()?)));
    let mut lines: Vec<String> = sealed.map(line).collect();
    if lines.is_empty() {
        return lines;
    }
    lines.insert(0, format!("{}:", say.word("signatures.kind")));
    if lines.len() > Running::SEALS {
        let more = lines.split_off(Running::SEALS - 1).len();
        lines.push(say.fill("paper.more_seals", &[("n", more.to_string())]));
    }
    lines
}

/// The small text at the end of the cover: how it was issued, how long it was in force, and what was signed.
fn notes(version: &Printable, say: &Say<'_>) -> Vec<String> {
    let issued = version.edition.as_ref().map(|edition| issued_with(edition, say));
    let until = version.head.effective_to;
    let until = until.map(|to| say.fill("paper.until", &[("day", day(Some(to)))]));
    let content = say.fill("paper.content_hash", &[("hash", version.content.sha256.clone())]);
    let sheet = version.sheet_sha256.as_ref();
    let sheet = sheet.map(|hash| say.fill("paper.sheet_hash", &[("hash", hash.clone())]));
    issued.into_iter().chain(until).chain([content]).chain(sheet).collect()
}

/// By which decision the version was issued, and that it was one of many.
fn issued_with(edition: &Edition, say: &Say<'_>) -> String {
    let holes = [
        ("no", edition.decision_no.clone()),
        ("day", day(edition.decided_on)),
        ("position", edition.position_name.clone()),
    ];
    say.fill("editions.issued_with", &holes)
}

fn heading(level: u8, text: String) -> Block {
    Block::Heading(level, vec![Run::new(text, Face::Bold)])
}

/// The sections of the text, and the tables that the front matter makes.
fn text(facts: &Facts, content: &Content, words: &Words) -> Vec<Block> {
    let say = Say(words);
    let it = shown(content, &facts.role_list(), words, Language::Vi);
    let mut blocks = markdown(&content.source.body);
    let mut section = |key: &str, table: Option<Table>| {
        if let Some(table) = table {
            blocks.push(heading(2, say.word(key)));
            blocks.push(Block::Table(table));
        }
    };
    section("documents.section.facts", summary(&it, &say));
    section("documents.part.steps", steps(&it, &say));
    if !it.picture.is_empty() {
        blocks.push(heading(2, say.word("documents.diagram.title")));
        blocks.push(Block::Picture(it.picture.clone(), it.sentences.join(" ")));
    }
    let mut section = |key: &str, table: Option<Table>| {
        if let Some(table) = table {
            blocks.push(heading(2, say.word(key)));
            blocks.push(Block::Table(table));
        }
    };
    section("documents.part.dossier", dossier(&it, &say));
    section("documents.part.forms", forms(&it, &say));
    section("documents.part.records", records(&it, &say));
    if !it.legal_basis.is_empty() {
        blocks.push(heading(2, say.word("documents.field.legal_basis")));
        for one in &it.legal_basis {
            blocks.push(Block::Paragraph(Paragraph {
                label: Some("–".to_owned()),
                indent: 18.0,
                before: 3.0,
                ..Paragraph::of(one.clone(), Face::Plain)
            }));
        }
    }
    blocks
}
