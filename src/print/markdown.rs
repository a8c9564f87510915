//! The body of a document as blocks. Raw HTML is text; nothing in a text can become anything but text.

use super::paper::{BODY, Block, Cell, Face, Paragraph, Run, Table};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

/// Lists and quotations further inside than this are set no deeper.
const DEEPEST: f32 = 6.0;
const STEP: f32 = 18.0;
/// Columns of a table that can be read on a page.
const MOST_COLUMNS: usize = 16;

/// Reads Markdown; an address that a link hides is written out, for paper cannot be followed.
pub fn markdown(text: &str) -> Vec<Block> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut writer = Writer::default();
    for event in Parser::new_ext(text, options) {
        writer.event(event);
    }
    writer.flush();
    writer.blocks
}

#[derive(Default)]
struct Writer {
    blocks: Vec<Block>,
    runs: Vec<Run>,
    bold: usize,
    italic: usize,
    quotes: f32,
    /// The next number of each open list; none for one with dots.
    lists: Vec<Option<u64>>,
    /// The label of an item that has not been written yet.
    label: Option<String>,
    is_verbatim: bool,
    /// The address of an open link, and where its text began.
    link: Option<(String, usize)>,
    table: Option<Table>,
    row: Vec<Cell>,
}

impl Writer {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.is_verbatim => self.verbatim(&text),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.push(&text),
            Event::Code(text) => {
                self.italic += 1;
                self.push(&text);
                self.italic -= 1;
            }
            Event::SoftBreak => self.push(" "),
            Event::HardBreak => self.push("\n"),
            Event::Rule => {
                self.flush();
                self.blocks.push(Block::Space(8.0));
            }
            Event::InlineMath(text) | Event::DisplayMath(text) => self.push(&text),
            Event::FootnoteReference(text) => self.push(&format!("[{text}]")),
            Event::TaskListMarker(done) => self.push(if done { "[x] " } else { "[ ] " }),
        }
    }

    fn face(&self) -> Face {
        Face::of(self.bold > 0, self.italic > 0)
    }

    fn push(&mut self, text: &str) {
        let face = self.face();
        match self.runs.last_mut().filter(|run| run.face == face) {
            Some(run) => run.text.push_str(text),
            None => self.runs.push(Run::new(text, face)),
        }
    }

    /// Lines of a program or a drawing keep their blanks.
    fn verbatim(&mut self, text: &str) {
        let text = text.replace(' ', "\u{a0}");
        self.push(&text);
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Strong => self.bold += 1,
            Tag::Emphasis => self.italic += 1,
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                let so_far = self.runs.iter().map(|run| run.text.len()).sum();
                self.link = Some((dest_url.into_string(), so_far));
            }
            Tag::Table(columns) => {
                self.flush();
                self.table = Some(Table {
                    columns: vec![1.0; columns.len().min(MOST_COLUMNS)],
                    ..Table::default()
                });
            }
            Tag::TableHead => self.bold += 1,
            Tag::Heading { .. } | Tag::Paragraph => self.flush(),
            Tag::BlockQuote(_) => {
                self.flush();
                self.quotes += 1.0;
            }
            Tag::CodeBlock(_) => {
                self.flush();
                self.is_verbatim = true;
            }
            Tag::List(first) => {
                self.flush();
                self.lists.push(first);
            }
            Tag::Item => {
                self.flush();
                let dot = if self.lists.len() < 2 { "–" } else { "+" };
                self.label = Some(match self.lists.last_mut() {
                    Some(Some(number)) => {
                        let label = format!("{number}.");
                        *number = number.saturating_add(1);
                        label
                    }
                    Some(None) | None => dot.to_owned(),
                });
            }
            Tag::HtmlBlock
            | Tag::FootnoteDefinition(_)
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::TableRow
            | Tag::TableCell
            | Tag::Strikethrough
            | Tag::Superscript
            | Tag::Subscript
            | Tag::MetadataBlock(_) => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Strong => self.bold = self.bold.saturating_sub(1),
            TagEnd::Emphasis => self.italic = self.italic.saturating_sub(1),
            TagEnd::Link | TagEnd::Image => self.address(),
            TagEnd::Heading(level) => {
                let runs = std::mem::take(&mut self.runs);
                if !runs.is_empty() {
                    self.blocks.push(Block::Heading(level_of(level), bold(runs)));
                }
            }
            TagEnd::Paragraph | TagEnd::HtmlBlock => self.flush(),
            TagEnd::BlockQuote(_) => {
                self.flush();
                self.quotes = (self.quotes - 1.0).max(0.0);
            }
            TagEnd::CodeBlock => {
                self.flush();
                self.is_verbatim = false;
            }
            TagEnd::Item => {
                self.flush();
                self.label = None;
            }
            TagEnd::List(_) => {
                self.flush();
                self.lists.pop();
            }
            TagEnd::TableCell => {
                let paragraph = Paragraph {
                    text: std::mem::take(&mut self.runs),
                    ..Paragraph::default()
                };
                self.row.push(vec![paragraph.in_cell()]);
            }
            TagEnd::TableHead => {
                self.bold = self.bold.saturating_sub(1);
                let row = std::mem::take(&mut self.row);
                if let Some(table) = &mut self.table {
                    table.head = row;
                }
            }
            TagEnd::TableRow => {
                let row = std::mem::take(&mut self.row);
                if let Some(table) = &mut self.table {
                    table.rows.push(row);
                }
            }
            TagEnd::Table => self.end_table(),
            TagEnd::FootnoteDefinition
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::MetadataBlock(_) => {}
        }
    }

    fn end_table(&mut self) {
        if let Some(mut table) = self.table.take() {
            weigh(&mut table);
            self.blocks.push(Block::Table(table));
        }
    }

    /// On paper a link cannot be followed: its address is written out when the text does not already say it.
    fn address(&mut self) {
        let Some((address, from)) = self.link.take() else {
            return;
        };
        let all: String = self.runs.iter().map(|run| run.text.as_str()).collect();
        let said = all.get(from..).unwrap_or_default();
        if !address.is_empty() && !said.contains(&address) && !address.starts_with('#') {
            self.push(&format!(" ({address})"));
        }
    }

    /// Ends the paragraph that is being written.
    fn flush(&mut self) {
        if self.table.is_some() {
            return;
        }
        let runs = std::mem::take(&mut self.runs);
        if runs.iter().all(|run| run.text.trim().is_empty()) {
            return;
        }
        let depth = self.lists.iter().map(|_| 1.0).sum::<f32>();
        let label = self.label.take();
        self.blocks.push(Block::Paragraph(Paragraph {
            text: runs,
            size: if self.is_verbatim { BODY - 2.0 } else { BODY },
            align: if self.is_verbatim {
                super::paper::Align::Left
            } else {
                super::paper::Align::Justify
            },
            indent: (depth + self.quotes).min(DEEPEST) * STEP,
            before: if label.is_some() { 3.0 } else { 5.0 },
            label,
            is_quote: self.quotes > 0.0,
        }));
    }
}

fn bold(runs: Vec<Run>) -> Vec<Run> {
    let strong = |run: Run| {
        let italic = matches!(run.face, Face::Italic | Face::BoldItalic);
        Run {
            face: Face::of(true, italic),
            ..run
        }
    };
    runs.into_iter().map(strong).collect()
}

fn level_of(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 | HeadingLevel::H5 | HeadingLevel::H6 => 4,
    }
}

/// Gives columns room by what stands in them: the longest word must fit, and long texts get more.
fn weigh(table: &mut Table) {
    for (number, column) in table.columns.iter_mut().enumerate() {
        let cells = table.rows.iter().chain(std::iter::once(&table.head));
        let longest = cells
            .filter_map(|row| row.get(number))
            .flatten()
            .map(|paragraph| {
                paragraph
                    .text
                    .iter()
                    .map(|run| run.text.chars().take(90).count())
                    .sum::<usize>()
            })
            .max()
            .unwrap_or(0);
        *column = f32::from(u8::try_from(longest.clamp(8, 60)).unwrap_or(60));
    }
}
