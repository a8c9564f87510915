//! The first page: agency, title, code, the three signatures, and the table of revisions.

use super::facts::Facts;
use crate::documents::content::Content;
use crate::documents::route::Meaning;
use crate::documents::signature::{Sealed, SignatureShown};
use crate::kernel::{Language, local};
use crate::print::{Align, Block, Cell, Face, Paragraph, Run, Table};
use crate::render::Words;
use chrono::{NaiveDate, NaiveDateTime};

/// Words of official papers.
pub(super) struct Say<'a>(pub(super) &'a Words);

impl Say<'_> {
    pub(super) fn word(&self, key: &str) -> String {
        self.0.get(Language::Vi, key).to_owned()
    }

    pub(super) fn fill(&self, key: &str, holes: &[(&str, String)]) -> String {
        self.0.fill(Language::Vi, key, holes)
    }
}

pub(super) fn day(day: Option<NaiveDate>) -> String {
    day.map(|day| day.format("%d/%m/%Y").to_string()).unwrap_or_default()
}

pub(super) fn moment(at: NaiveDateTime) -> String {
    local(at).format("%H:%M (+07:00), %d/%m/%Y").to_string()
}

/// A cell of one line.
pub(super) fn cell(text: impl Into<String>, face: Face) -> Cell {
    vec![Paragraph::of(text, face).in_cell()]
}

fn middle(text: impl Into<String>, face: Face) -> Paragraph {
    Paragraph {
        align: Align::Centre,
        ..Paragraph::of(text, face).in_cell()
    }
}

fn line(text: String, face: Face, size: f32) -> Block {
    Block::Paragraph(Paragraph::of(text, face).centred(size))
}

/// What the cover says of the version.
pub(super) struct Cover<'a> {
    pub(super) facts: &'a Facts,
    pub(super) content: &'a Content,
    /// First day in force, or the planned one.
    pub(super) from: Option<NaiveDate>,
    /// What was signed; none on the sheet that is to be signed.
    pub(super) signatures: &'a [SignatureShown],
    /// Lines of small text at the end of the page.
    pub(super) notes: Vec<String>,
}

impl Cover<'_> {
    pub(super) fn blocks(&self, say: &Say<'_>) -> Vec<Block> {
        let source = &self.content.source;
        let mut blocks = vec![
            line(self.facts.agency.to_uppercase(), Face::Bold, 13.0),
            Block::Space(52.0),
            line(
                say.word(&format!("kind.{}", source.kind.as_str())).to_uppercase(),
                Face::Plain,
                13.0,
            ),
            line(source.title.clone(), Face::Bold, 20.0),
            Block::Space(26.0),
            self.identity(say),
            Block::Space(16.0),
            self.signatures(say),
        ];
        if !self.facts.revisions.is_empty() {
            blocks.push(Block::Heading(
                2,
                vec![Run::new(say.word("documents.section.revisions"), Face::Bold)],
            ));
            blocks.push(self.revisions(say));
        }
        for note in &self.notes {
            blocks.push(Block::Paragraph(Paragraph {
                align: Align::Left,
                size: 9.0,
                before: 8.0,
                ..Paragraph::of(note.clone(), Face::Italic)
            }));
        }
        blocks
    }

    fn identity(&self, say: &Say<'_>) -> Block {
        let head = |key: &str| vec![middle(say.word(key), Face::Bold)];
        let source = &self.content.source;
        let text = |text: String| vec![middle(text, Face::Plain)];
        let mut columns = vec![
            (34.0, head("paper.code"), text(source.code.clone())),
            (33.0, head("documents.column.issue"), text(self.issue())),
            (33.0, head("documents.effective_from"), text(day(self.from))),
        ];
        if let Some(no) = self.facts.issue {
            let amended = text(format!("{:02}", no.amendment));
            columns.insert(2, (33.0, head("documents.column.amendment"), amended));
        }
        let (mut row, mut table) = (
            Vec::new(),
            Table {
                whole_rows: true,
                ..Table::default()
            },
        );
        for (share, head, cell) in columns {
            table.columns.push(share);
            table.head.push(head);
            row.push(cell);
        }
        table.rows.push(row);
        Block::Table(table)
    }

    /// The number of the issue; on a sheet from before issues had amendments, that of the version.
    fn issue(&self) -> String {
        format!("{:02}", self.facts.issue.map_or(self.facts.number, |no| no.issue))
    }

    /// Who wrote, reviewed and approved: three columns, several people of one column under one another.
    fn signatures(&self, say: &Say<'_>) -> Block {
        let head = |key: &str| vec![middle(say.word(key), Face::Bold)];
        let author = vec![
            middle(self.facts.author.clone(), Face::Bold),
            middle(say.word("paper.wrote"), Face::Italic),
        ];
        Block::Table(Table {
            columns: vec![1.0, 1.0, 1.0],
            head: vec![head("paper.author"), head("paper.reviewer"), head("paper.approver")],
            rows: vec![vec![
                author,
                self.signed(Meaning::Review, say),
                self.signed(Meaning::Approve, say),
            ]],
            whole_rows: true,
        })
    }

    fn signed(&self, meaning: Meaning, say: &Say<'_>) -> Cell {
        let mut lines = Vec::new();
        for one in self.signatures.iter().filter(|one| one.meaning == meaning) {
            lines.push(middle(one.position_name.clone(), Face::Plain));
            if let Some(no) = &one.decision_no {
                lines.push(middle(
                    say.fill("documents.by_decision", &[("no", no.clone())]),
                    Face::Italic,
                ));
            }
            lines.push(middle(say.word("paper.signed"), Face::Italic));
            lines.push(middle(moment(one.at), Face::Italic));
            lines.push(Paragraph {
                before: 4.0,
                ..middle(one.person_name.clone(), Face::Bold)
            });
            lines.extend(one.sealed.iter().flat_map(|sealed| seal(sealed, say)));
        }
        if lines.is_empty() {
            let places = self.facts.places.iter();
            for place in places.filter(|place| place.approves == (meaning == Meaning::Approve)) {
                lines.push(middle(place.position.clone(), Face::Plain));
                lines.push(Paragraph {
                    before: 30.0,
                    ..middle(say.word("paper.unsigned"), Face::Italic)
                });
            }
        }
        lines
    }

    fn revisions(&self, say: &Say<'_>) -> Block {
        let head = |key: &str| cell(say.word(key), Face::Bold);
        let two = |number: i64| cell(format!("{number:02}"), Face::Plain);
        let rows = self.facts.revisions.iter().map(|one| {
            let mut row = match one.issue {
                Some(no) => vec![two(no.issue), two(no.amendment)],
                None => vec![two(one.number)],
            };
            // The version that the print is of: its day is known better than on the day of submission.
            let is_own = one.number == self.facts.number;
            row.push(cell(day(if is_own { self.from } else { one.day }), Face::Plain));
            row.push(cell(one.summary.clone(), Face::Plain));
            row.push(cell(one.basis.clone(), Face::Plain));
            row
        });
        let mut table = Table {
            columns: vec![12.0, 16.0, 40.0, 32.0],
            head: vec![
                head("documents.column.issue"),
                head("documents.effective_from"),
                head("documents.field.change_summary"),
                head("documents.field.change_basis"),
            ],
            rows: rows.collect(),
            whole_rows: false,
        };
        if self.facts.issue.is_some() {
            table.columns = vec![11.0, 10.0, 15.0, 36.0, 28.0];
            table.head.insert(1, head("documents.column.amendment"));
        }
        Block::Table(table)
    }
}

/// What stands under a name that was signed with a key: what it means, and by what anybody can check it.
fn seal(sealed: &Sealed, say: &Say<'_>) -> Vec<Paragraph> {
    let small = |text: String| Paragraph {
        size: 8.0,
        ..middle(text, Face::Plain)
    };
    let mut lines = vec![
        small(say.word("signatures.kind")),
        small(say.word(&format!("signatures.act.{}", sealed.act))),
        small(sealed.fingerprint.clone()),
        small(say.fill("signatures.ledger", &[("n", sealed.ledger_size.to_string())])),
    ];
    if !sealed.is_certified {
        lines.push(small(say.word("signatures.unattested")));
    }
    lines
}

/// The cover of a handbook.
pub(super) fn handbook(words: &Words, agency: &str, (count, on): (usize, NaiveDate)) -> Vec<Block> {
    let say = Say(words);
    let holes = [("n", count.to_string()), ("day", day(Some(on)))];
    vec![
        line(agency.to_uppercase(), Face::Bold, 13.0),
        Block::Space(52.0),
        line(say.word("paper.handbook").to_uppercase(), Face::Bold, 20.0),
        line(say.fill("paper.handbook_lead", &holes), Face::Italic, 12.0),
        Block::Space(22.0),
    ]
}
