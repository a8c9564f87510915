//! The list of an edition as it is printed: the annex of the decision.

use super::edition::{Edition, EditionState, Member};
use crate::documents::version::VersionHead;
use crate::kernel::{Language, local};
use crate::print::{Align, Block, Cell, Face, Paper, Paragraph, Part, PrintError, Printed, Running, Table};
use crate::render::Words;

fn cell(text: impl Into<String>, face: Face) -> Cell {
    vec![Paragraph::of(text, face).in_cell()]
}

fn centred(text: impl Into<String>, face: Face) -> Cell {
    vec![Paragraph {
        align: Align::Centre,
        ..Paragraph::of(text, face).in_cell()
    }]
}

/// Prints the annex; that of an edition that is not issued says so across its pages.
///
/// # Errors
/// When it would be too long.
pub(in crate::documents) fn annex(
    words: &Words,
    agency: &str,
    (edition, members): (&Edition, &[(Member, VersionHead)]),
) -> Result<Printed, PrintError> {
    let word = |key| words.get(Language::Vi, key).to_owned();
    let fill = |key, holes: &[(&str, String)]| words.fill(Language::Vi, key, holes);
    let title = word("editions.annex.title");
    let day = edition.effective_from.format("%d/%m/%Y").to_string();
    let line = |text: String, face, size| Block::Paragraph(Paragraph::of(text, face).centred(size));
    let mut blocks = vec![
        line(agency.to_uppercase(), Face::Bold, 12.0),
        Block::Space(14.0),
        line(title.to_uppercase(), Face::Bold, 15.0),
        line(with_decision(words, edition), Face::Italic, 12.0),
        line(edition.title.clone(), Face::Plain, 12.0),
        line(fill("editions.annex.from", &[("day", day)]), Face::Plain, 12.0),
        Block::Space(10.0),
        Block::Table(table(words, members)),
        line(
            fill("editions.annex.total", &[("n", members.len().to_string())]),
            Face::Plain,
            12.0,
        ),
        Block::Space(14.0),
        line(edition.position_name.clone(), Face::Bold, 12.0),
    ];
    if let Some(at) = edition.issued_at {
        if let Some(no) = &edition.signer_decision_no {
            blocks.push(line(
                fill("documents.by_decision", &[("no", no.clone())]),
                Face::Italic,
                11.0,
            ));
        }
        let at = local(at).format("%H:%M, %d/%m/%Y").to_string();
        blocks.push(line(fill("editions.annex.signed", &[("time", at)]), Face::Italic, 11.0));
        blocks.push(line(edition.signer_name.clone(), Face::Bold, 12.0));
    }
    crate::print::print(&Paper {
        title: title.clone(),
        author: agency.to_owned(),
        at: edition.issued_at.unwrap_or(edition.opened_at),
        contents: None,
        parts: vec![Part {
            title: title.clone(),
            running: Running {
                left: format!("{agency} · {title}"),
                right: word("paper.page"),
                mark: (edition.state != EditionState::Issued).then(|| word("paper.mark.draft")),
                ..Running::default()
            },
            blocks,
            ..Part::default()
        }],
    })
}

/// "Ban hành kèm theo Quyết định số … ngày …"; dots stand for what is not known yet.
fn with_decision(words: &Words, edition: &Edition) -> String {
    let no = match edition.decision_no.as_str() {
        "" => "……",
        no => no,
    };
    let day = edition
        .decided_on
        .map_or_else(|| "……".to_owned(), |day| day.format("%d/%m/%Y").to_string());
    let holes = [("no", no.to_owned()), ("day", day)];
    words.fill(Language::Vi, "editions.annex.with", &holes)
}

fn table(words: &Words, members: &[(Member, VersionHead)]) -> Table {
    let head = |key: &str| centred(words.get(Language::Vi, key), Face::Bold);
    let rows = (1..).zip(members).map(|(at, (member, head)): (usize, _)| {
        vec![
            centred(at.to_string(), Face::Plain),
            cell(member.code.clone(), Face::Plain),
            cell(member.title.clone(), Face::Plain),
            cell(words.get(Language::Vi, &format!("kind.{}", head.kind)), Face::Plain),
            centred(format!("{:02}", head.issue.issue), Face::Plain),
            centred(format!("{:02}", head.issue.amendment), Face::Plain),
        ]
    });
    Table {
        columns: vec![8.0, 18.0, 38.0, 18.0, 9.0, 9.0],
        head: vec![
            head("lists.column.number"),
            head("documents.field.code"),
            head("documents.field.title"),
            head("documents.field.kind"),
            head("documents.column.issue"),
            head("documents.column.amendment"),
        ],
        rows: rows.collect(),
        whole_rows: true,
    }
}
