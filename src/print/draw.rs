//! Pages written as a PDF for archives (PDF/A-2a): letters embedded, the structure tagged, colours defined.

use super::flow::{Flow, Format, LEFT};
use super::font;
use super::ink::{draw, letters};
use super::lines::printable;
use super::paper::{Face, Paper, Part, PrintError, Printed, Running};
use super::qr;
use super::sheet::{BLACK, Colour, GREY, Ink, Mark, PALE};
use super::tags::Tags;
use chrono::{Datelike, NaiveDateTime, Timelike};
use krilla::configure::{Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{Point, Transform};
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, SpanTag};
use krilla::{Document, SerializeSettings};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Side of the QR code at the foot: 18 mm, so that a telephone reads it from a wall.
const QR: f32 = 51.0;
/// Size of the lines that say who signed, in points.
const SEAL: f32 = 6.5;

/// Writes the laid-out parts of a paper; `front` is its table of contents.
pub(super) fn write(paper: &Paper, front: Option<(&Part, Flow)>, flows: Vec<Flow>) -> Result<Printed, PrintError> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_A)
        .finish()
        .map_err(|cause| PrintError::Writer(format!("{cause:?}")))?;
    let mut writer = Writer {
        document: Document::new_with(SerializeSettings {
            configuration,
            ..SerializeSettings::default()
        }),
        tags: Tags::default(),
        outline: Outline::new(),
        pages: 0,
        missing: BTreeSet::new(),
    };
    if let Some((part, flow)) = front {
        writer.part(part, flow)?;
    }
    for (part, flow) in paper.parts.iter().zip(flows) {
        writer.part(part, flow)?;
    }
    writer.finish(paper)
}

struct Writer {
    document: Document,
    tags: Tags,
    outline: Outline,
    pages: usize,
    missing: BTreeSet<char>,
}

impl Writer {
    fn part(&mut self, part: &Part, flow: Flow) -> Result<(), PrintError> {
        let code = part.running.qr.as_deref().and_then(qr::code).map(Arc::new);
        let count = flow.sheets.len();
        self.outline.push_child(OutlineNode::new(
            part.title.clone(),
            XyzDestination::new(self.pages, Point::from_xy(LEFT, 0.0)),
        ));
        self.tags.open(&flow.structure);
        self.missing.extend(&flow.missing);
        let format = flow.format;
        let settings =
            PageSettings::from_wh(format.width, format.height).ok_or_else(|| PrintError::Writer("page".to_owned()))?;
        for (number, sheet) in flow.sheets.into_iter().enumerate() {
            let mut page = self.document.start_page_with(settings.clone());
            let mut surface = page.surface();
            let running = running(&part.running, format, (number + 1, count), &mut self.missing);
            if let Some(mark) = &part.running.mark {
                state(&mut surface, mark, format);
            }
            artifact(&mut surface, ArtifactType::Header, &running);
            let code = code
                .as_ref()
                .map(|code| qr_mark(code, format))
                .into_iter()
                .collect::<Vec<_>>();
            artifact(&mut surface, ArtifactType::Footer, &code);
            for group in sheet.marks.chunk_by(|one, other| one.node == other.node) {
                let node = group.first().and_then(|mark| mark.node);
                let identifier = surface.start_tagged(match node {
                    Some(_) => ContentTag::Span(SpanTag::empty()),
                    None => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)),
                });
                group.iter().for_each(|mark| draw(&mut surface, mark));
                surface.end_tagged();
                if let Some(node) = node {
                    self.tags.leaf(node, identifier);
                }
            }
            surface.finish();
            page.finish();
            self.pages += 1;
        }
        self.tags.close();
        Ok(())
    }

    fn finish(mut self, paper: &Paper) -> Result<Printed, PrintError> {
        self.document.set_outline(self.outline);
        self.document.set_tag_tree(self.tags.tree());
        let about = Metadata::new()
            .title(paper.title.clone())
            .authors(vec![paper.author.clone()])
            .creator("quytrinh".to_owned())
            .producer("quytrinh".to_owned())
            .language("vi".to_owned())
            .creation_date(moment(paper.at));
        self.document.set_metadata(about);
        let written = self.document.finish();
        Ok(Printed {
            bytes: written.map_err(|cause| PrintError::Writer(format!("{cause:?}")))?,
            pages: self.pages,
            missing: self.missing.into_iter().collect(),
        })
    }
}

fn moment(at: NaiveDateTime) -> DateTime {
    let small = |number: u32| u8::try_from(number).unwrap_or(0);
    DateTime::new(u16::try_from(at.year()).unwrap_or(0))
        .month(small(at.month()))
        .day(small(at.day()))
        .hour(small(at.hour()))
        .minute(small(at.minute()))
        .second(small(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}

/// Head and foot of a page.
fn running(
    running: &Running,
    format: Format,
    (page, pages): (usize, usize),
    missing: &mut BTreeSet<char>,
) -> Vec<Mark> {
    let mut marks = Vec::new();
    let right = running
        .right
        .replace("{pages}", &pages.to_string())
        .replace("{page}", &page.to_string());
    let size = 9.5;
    let right = printable(&right, Face::Plain, missing);
    let width = font::cut(Face::Plain).map_or(0.0, |cut| cut.width(&right) * size);
    let left = shortened(
        &printable(&running.left, Face::Plain, missing),
        size,
        format.across() - width - 16.0,
    );
    marks.push(text(LEFT, 50.0, (size, Face::Plain, BLACK), left));
    marks.push(text(format.right() - width, 50.0, (size, Face::Plain, BLACK), right));
    let rule = |y: f32| Mark {
        x: LEFT,
        y,
        node: None,
        ink: Ink::Line {
            dx: format.across(),
            dy: 0.0,
            width: 0.6,
        },
    };
    marks.push(rule(55.0));
    if !running.foot.is_empty() {
        marks.push(rule(format.bottom() + 8.0));
        let room = format.across() - if running.qr.is_some() { QR + 12.0 } else { 0.0 };
        let mut y = format.bottom() + 22.0;
        for (number, line) in running.foot.iter().enumerate() {
            let face = if number == 0 { Face::Bold } else { Face::Plain };
            let line = shortened(&printable(line, face, missing), 9.0, room);
            let colour = if number == 0 { BLACK } else { GREY };
            marks.push(text(LEFT, y, (9.0, face, colour), line));
            y += 12.0;
        }
        for line in running.seals.iter().take(Running::SEALS) {
            let line = shortened(&printable(line, Face::Plain, missing), SEAL, room);
            marks.push(text(LEFT, y - 4.0, (SEAL, Face::Plain, GREY), line));
            y += 7.5;
        }
    }
    marks
}

/// A line that is too long ends in dots.
fn shortened(line: &str, size: f32, room: f32) -> String {
    let Some(cut) = font::cut(Face::Bold) else {
        return String::new();
    };
    if cut.width(line) * size <= room {
        return line.to_owned();
    }
    let mut kept = String::new();
    let mut width = cut.width("…") * size;
    for c in line.chars() {
        width += cut.letter(c).map_or(0.0, |letter| letter.advance * size);
        if width > room {
            break;
        }
        kept.push(c);
    }
    format!("{}…", kept.trim_end())
}

fn text(x: f32, y: f32, (size, face, colour): (f32, Face, Colour), text: String) -> Mark {
    Mark {
        x,
        y,
        node: None,
        ink: Ink::Text {
            face,
            size,
            text,
            stretch: 0.0,
            colour,
        },
    }
}

fn qr_mark(code: &Arc<qr::Code>, format: Format) -> Mark {
    Mark {
        x: format.right() - QR,
        y: format.bottom() + 14.0,
        node: None,
        ink: Ink::Qr {
            code: Arc::clone(code),
            side: QR,
        },
    }
}

fn artifact(surface: &mut Surface<'_>, kind: ArtifactType, marks: &[Mark]) {
    if marks.is_empty() {
        return;
    }
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(kind)));
    marks.iter().for_each(|mark| draw(surface, mark));
    surface.end_tagged();
}

/// The state across the page, under the text.
fn state(surface: &mut Surface<'_>, mark: &str, format: Format) {
    let mark = printable(mark, Face::Bold, &mut BTreeSet::new());
    let Some(width) = font::cut(Face::Bold)
        .map(|cut| cut.width(&mark))
        .filter(|width| *width > 0.0)
    else {
        return;
    };
    let size = (620.0 / width).min(96.0);
    let turned = if format.width > format.height { -32.0 } else { -52.0 };
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Watermark)));
    surface.push_transform(&Transform::from_rotate_at(
        turned,
        format.width / 2.0,
        format.height / 2.0,
    ));
    let (x, y) = (
        format.width / 2.0 - width * size / 2.0,
        format.height / 2.0 + size / 3.0,
    );
    letters(surface, (x, y), (Face::Bold, size, PALE), (&mark, 0.0));
    surface.pop();
    surface.end_tagged();
}
